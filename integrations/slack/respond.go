package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/slack-go/slack"

	"backout/templates"
)

// answer is a message for a response URL or for the acknowledgement of a command.
type answer struct {
	Type    string        `json:"response_type,omitempty"`
	Text    string        `json:"text"`
	Blocks  []slack.Block `json:"blocks,omitempty"`
	Replace bool          `json:"replace_original"`
	Thread  string        `json:"thread_ts,omitempty"`
}

func answerOf(m templates.Message, public, replace bool) answer {
	a := answer{Type: slack.ResponseTypeEphemeral, Text: summary(m), Blocks: blocksOf(m, msgBlocks, msgChars), Replace: replace}
	if public {
		a.Type = slack.ResponseTypeInChannel
	}
	return a
}

// Tell answers through a response URL, which Slack takes five times within half an
// hour. With replace the message that was there is replaced. Nothing is owed: what
// does not arrive is not sent again.
func (c *Client) Tell(ctx context.Context, responseURL string, m templates.Message, replace bool) error {
	return c.respond(ctx, responseURL, answerOf(m, false, replace))
}

func (c *Client) respond(ctx context.Context, responseURL string, a answer) error {
	return c.call(ctx, write("response_url", "the answer could not be sent"), func(ctx context.Context) error {
		body, err := json.Marshal(a)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, responseURL, bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		res, err := c.http.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = res.Body.Close() }()
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16)) // so that the connection is used again
		return statusError(res)
	})
}

// whisper shows a message to one person in a channel.
func (c *Client) whisper(ctx context.Context, channel, thread, user string, m templates.Message) error {
	opts := content(m, "")
	if thread != "" {
		opts = append(opts, slack.MsgOptionTS(thread))
	}
	return c.call(ctx, write("chat.postEphemeral", "the answer could not be shown"), func(ctx context.Context) error {
		_, err := c.api.PostEphemeralContext(ctx, channel, user, opts...)
		return err
	})
}

// openForm opens a dialog; Slack wants it within three seconds of the person's act.
func (c *Client) openForm(ctx context.Context, trigger string, f templates.Form) error {
	v, err := modal(f)
	if err != nil {
		return err
	}
	return c.call(ctx, write("views.open", "the dialog could not be opened"), func(ctx context.Context) error {
		_, err := c.api.OpenViewContext(ctx, trigger, v)
		return err
	})
}

// publishHome sets a person's Home tab.
func (c *Client) publishHome(ctx context.Context, user string, m templates.Message) error {
	return c.call(ctx, write("views.publish", "the Home tab could not be shown"), func(ctx context.Context) error {
		_, err := c.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: home(m)})
		return err
	})
}

// lateForm says what to do when a dialog did not open. Both spellings of Slack's
// codes for a trigger that is used or too old end here.
func lateForm(command string, f templates.Form, err error) templates.Message {
	command = first(command, "/incident")
	why := "Slack did not open it."
	switch codeOf(err) {
	case "expired_trigger_id", "trigger_expired", "invalid_trigger_id":
		why = "Slack gives three seconds for that, and they were over."
	case "exchanged_trigger_id", "trigger_exchanged":
		why = "Slack had used up this click already."
	}
	text := fmt.Sprintf("The dialog “%s” could not be opened. %s Nothing was recorded.", f.Title, why)
	return templates.Message{Summary: text, Parts: []templates.Part{templates.Para(templates.R(
		templates.T(text+" Do it again, or type everything in one line: "), templates.C(command+" help"), templates.T(" shows how."),
	))}}
}
