package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"backout/timeline"
)

// noUpload says what did not work, whichever of Slack's three steps it was.
const noUpload = "the file could not be uploaded"

// Stage takes the first two of Slack's three steps: the file is there, and nobody
// sees it before [Client.Share]. So trouble with it is never unsure.
func (c *Client) Stage(ctx context.Context, name string, content []byte) (id string, err error) {
	var at *slack.GetUploadURLExternalResponse
	err = c.call(ctx, write("files.getUploadURLExternal", noUpload), func(ctx context.Context) (err error) {
		at, err = c.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: len(content)})
		return err
	})
	if err != nil {
		return "", sure(err)
	}
	bytesJob := write("upload", noUpload)
	bytesJob.timeout = 6 * c.opt.Timeout
	err = c.call(ctx, bytesJob, func(ctx context.Context) error {
		return c.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: at.UploadURL, Reader: bytes.NewReader(content), Filename: name})
	})
	return at.FileID, sure(err)
}

// Share shows a staged file in the channel and gives its link. Slack may refuse what
// it has forgotten, and what is shared already.
func (c *Client) Share(ctx context.Context, channel, id, title, comment string) (link string, err error) {
	var done uploaded
	args := url.Values{
		"files":      {filesArg(id, cut(title, maxHeader))},
		"channel_id": {channel},
	}
	if comment != "" {
		args.Set("initial_comment", cut(foreign(comment), maxText))
	}
	err = c.call(ctx, write("files.completeUploadExternal", noUpload), func(ctx context.Context) error {
		return c.form(ctx, "files.completeUploadExternal", args, &done)
	})
	if err != nil {
		return "", err
	}
	if len(done.Files) > 0 {
		link = done.Files[0].Permalink
	}
	if link == "" {
		link = c.fileLink(ctx, id)
	}
	return link, nil
}

// FindShared looks whether the file was shared in the channel at or after since.
// Slack shares it a moment after it took the last step.
func (c *Client) FindShared(ctx context.Context, channel, id string, since time.Time) (link string, found bool, err error) {
	p := page{channel: channel, oldest: sinceTS(since)}
	err = c.eachMessage(ctx, p, func(m *message) bool {
		for _, f := range m.Files {
			if f.ID == id {
				link, found = f.Permalink, true
			}
		}
		return !found
	})
	return link, found, err
}

// uploaded is the answer to completing; the SDK's type drops the link.
type uploaded struct {
	Files []struct {
		Permalink string `json:"permalink"`
	} `json:"files"`
}

// fileLink asks for the link of a file that is shared; without it the file is
// there all the same.
func (c *Client) fileLink(ctx context.Context, id string) string {
	var link string
	err := c.call(ctx, read("files.info", "the file's link could not be read"), func(ctx context.Context) error {
		f, _, _, err := c.api.GetFileInfoContext(ctx, id, 0, 0)
		if err == nil {
			link = f.Permalink
		}
		return err
	})
	if err != nil {
		c.opt.Log.Info("a file has no link", "file", id, "error", err)
	}
	return link
}

func filesArg(id, title string) string {
	data, err := json.Marshal([]slack.FileSummary{{ID: id, Title: title}})
	if err != nil {
		return "[]" // strings only: it cannot fail
	}
	return string(data)
}

// sure takes the doubt out of trouble with a step that nobody can see.
func sure(err error) error {
	if t, ok := errors.AsType[*timeline.Trouble](err); ok {
		c := *t
		c.Unsure = false
		return &c
	}
	return err
}
