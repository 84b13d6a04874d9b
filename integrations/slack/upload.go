package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"backout/timeline"
)

// Upload shares content as a file in the channel and gives its id and link. The
// three steps are Slack's; until the last one nobody sees anything, so trouble
// before it is never unsure.
func (c *Client) Upload(ctx context.Context, channel, name, title, comment string, content []byte) (id, link string, err error) {
	const doing = "the file could not be uploaded"
	var at *slack.GetUploadURLExternalResponse
	err = c.call(ctx, write("files.getUploadURLExternal", doing), func(ctx context.Context) (err error) {
		at, err = c.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: len(content)})
		return err
	})
	if err != nil {
		return "", "", sure(err)
	}
	bytesJob := write("upload", doing)
	bytesJob.timeout = 6 * c.opt.Timeout
	err = c.call(ctx, bytesJob, func(ctx context.Context) error {
		return c.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: at.UploadURL, Reader: bytes.NewReader(content), Filename: name})
	})
	if err != nil {
		return "", "", sure(err)
	}
	var done uploaded
	args := url.Values{
		"files":      {filesArg(at.FileID, cut(title, maxHeader))},
		"channel_id": {channel},
	}
	if comment != "" {
		args.Set("initial_comment", cut(foreign(comment), maxText))
	}
	err = c.call(ctx, write("files.completeUploadExternal", doing), func(ctx context.Context) error {
		return c.form(ctx, "files.completeUploadExternal", args, &done)
	})
	if err != nil {
		return "", "", err
	}
	if len(done.Files) > 0 {
		link = done.Files[0].Permalink
	}
	if link == "" {
		link = c.fileLink(ctx, at.FileID)
	}
	return at.FileID, link, nil
}

// FindFile looks for a file of ours of that name, shared in the channel at or after
// since, that is none of except. Slack shares a file a moment after an upload is
// completed; one that nobody sees yet is not found.
func (c *Client) FindFile(ctx context.Context, channel, name string, since time.Time, except []string) (id, link string, found bool, err error) {
	p := page{channel: channel, oldest: sinceTS(since)}
	err = c.eachMessage(ctx, p, func(m *message) bool {
		if !c.own(m) {
			return true
		}
		for _, f := range m.Files {
			if f.Name == name && !slices.Contains(except, f.ID) {
				id, link, found = f.ID, f.Permalink, true
			}
		}
		return !found
	})
	return id, link, found, err
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
