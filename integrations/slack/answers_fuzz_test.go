package slack

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"backout/integrations/foreign/foreigntest"
	"backout/timeline"
)

// FuzzAnswers: whatever the Web API answers to whichever call, nothing panics, no
// paging goes on for ever, and an error has words for people.
func FuzzAnswers(f *testing.F) {
	since := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	hello := *saying("hello")
	calls := []func(ctx context.Context, c *Client) error{
		func(ctx context.Context, c *Client) error { _, err := c.Examine(ctx); return err },
		func(ctx context.Context, c *Client) error { _, err := c.ExamineChannel(ctx, "C1"); return err },
		func(ctx context.Context, c *Client) error { return c.ExamineSocket(ctx, "xapp-1") },
		func(ctx context.Context, c *Client) error { _, err := c.OwnChannels(ctx, "inc-"); return err },
		func(ctx context.Context, c *Client) error { _, err := c.OpenChannel(ctx, "inc-1", true); return err },
		func(ctx context.Context, c *Client) error {
			_, _, err := c.FindOwnChannel(ctx, "inc-1", since)
			return err
		},
		func(ctx context.Context, c *Client) error {
			_, err := c.Invite(ctx, "C1", []string{"U1", "U2"})
			return err
		},
		func(ctx context.Context, c *Client) error { _, err := c.Members(ctx, "C1"); return err },
		func(ctx context.Context, c *Client) error { _, err := c.Room(ctx, "C1"); return err },
		func(ctx context.Context, c *Client) error { return c.JoinChannel(ctx, "C1") },
		func(ctx context.Context, c *Client) error { return c.SetTopic(ctx, "C1", "INC-1") },
		func(ctx context.Context, c *Client) error {
			_, err := c.Post(ctx, "C1", "", "INC-1/card", hello)
			return err
		},
		func(ctx context.Context, c *Client) error {
			return c.EditPost(ctx, "C1", "1.000001", "INC-1/card", hello)
		},
		func(ctx context.Context, c *Client) error {
			_, _, err := c.FindPost(ctx, "C1", "", "INC-1/card", since)
			return err
		},
		func(ctx context.Context, c *Client) error { return c.Pin(ctx, "C1", "1.000001") },
		func(ctx context.Context, c *Client) error {
			return c.Tell(ctx, "https://hooks.slack.example/commands/1", hello, true)
		},
		func(ctx context.Context, c *Client) error {
			_, err := c.Stage(ctx, "a.md", []byte("# A"))
			return err
		},
		func(ctx context.Context, c *Client) error { _, err := c.Share(ctx, "C1", "F1", "A", ""); return err },
		func(ctx context.Context, c *Client) error {
			_, _, err := c.FindShared(ctx, "C1", "F1", since)
			return err
		},
		func(ctx context.Context, c *Client) error {
			_, _, err := c.UserByEmail(ctx, "ana@acme.example")
			return err
		},
		func(ctx context.Context, c *Client) error {
			c.RefreshGroups(ctx, []string{"S1"})
			c.Resolve(ctx, "U1", "C1")
			_, _, _ = c.Zone(ctx, "U1"), c.Email(ctx, "U1"), c.PersonName("U1")
			return nil
		},
		func(ctx context.Context, c *Client) error {
			return c.ReadAnnounced(ctx, announcedForTests(), since, func(timeline.DeployReport) error { return nil })
		},
	}
	for _, seed := range []string{
		`{"ok":true,"channel":{"id":"C1","name":"inc-1","is_private":true,"created":1795184700,"creator":"UBOT"},"ts":"1795184700.000100"}`,
		`{"ok":true,"channels":[{"id":"C1","name":"inc-1"}],"members":["U1",1,null],"response_metadata":{"next_cursor":"again"}}`,
		`{"ok":true,"messages":[{"type":"message","user":"U1","text":"web-app v1 deployed","ts":"1795184700.000100","reply_count":1,"metadata":{"event_type":"backout","event_payload":{"key":"INC-1/card"}}}],"has_more":true}`,
		`{"ok":true,"user":{"id":"U1","tz":"Europe/Berlin","profile":{"display_name":"ana","email":"a@acme.example"}},"users":["U1"]}`,
		`{"ok":true,"upload_url":"https://files.slack.example/u","file_id":"F1","files":[{"id":"F1"}]}`,
		`{"ok":false,"error":"ratelimited"}`, `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] x"]}}`,
		`{"ok":false,"error":"cant_invite","errors":[{"user":"U1","ok":false,"error":"cant_invite"}]}`, `{"ok":true}`, `null`, `[]`, ``, `<html>`,
	} {
		for which := range calls {
			f.Add(uint8(which), uint16(200), []byte(seed))
		}
	}
	f.Add(uint8(0), uint16(429), []byte(``))
	f.Add(uint8(1), uint16(503), []byte(`oops`))
	f.Fuzz(func(t *testing.T, which uint8, status uint16, body []byte) {
		c := NewClient(ClientOptions{BotToken: "xoxb-1", APIURL: "http://127.0.0.1:1/api/", Hurry: 1e6})
		defer c.Close()
		c.setIdentity(identity{user: "UBOT", bot: "BBOT", team: "T1", url: "https://acme.slack.com/"})
		c.http.Transport = foreigntest.Parrot(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(200 + int(status)%400)
			_, _ = w.Write(body)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		err := calls[int(which)%len(calls)](ctx, c)
		if err == nil {
			return
		}
		trouble, ok := errors.AsType[*timeline.Trouble](err)
		if !ok || trouble.Sentence == "" || trouble.Permanent && trouble.Unsure {
			t.Errorf("%T: %v", err, err)
		}
	})
}
