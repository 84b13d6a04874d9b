package pagerduty

import (
	"context"
	"net/http"
	"testing"
	"time"

	"backout/integrations/foreign/foreigntest"
)

// FuzzAnswers: whatever PagerDuty answers to whichever call, nothing panics, no
// paging goes on for ever, and an error has words for people.
func FuzzAnswers(f *testing.F) {
	policy := Page{Kind: KindPolicy, Target: "P1", Title: "Logins fail", Key: "INC-1/page/1", Incident: "PD1", Service: "S1"}
	calls := []func(ctx context.Context, c *Client) error{
		func(ctx context.Context, c *Client) error { return c.Acknowledge(ctx, "PD1") },
		func(ctx context.Context, c *Client) error { return c.Resolve(ctx, "PD1") },
		func(ctx context.Context, c *Client) error { return c.SetPriority(ctx, "PD1", "P1") },
		func(ctx context.Context, c *Client) error { _, err := c.Incident(ctx, "PD1"); return err },
		func(ctx context.Context, c *Client) error { _, err := c.Open(ctx, []string{"S1"}); return err },
		func(ctx context.Context, c *Client) error { return c.AddNote(ctx, "PD1", "Worse", "INC-1/note/1") },
		func(ctx context.Context, c *Client) error {
			_, err := c.FindNote(ctx, "PD1", "INC-1/note/1")
			return err
		},
		func(ctx context.Context, c *Client) error { _, err := c.Page(ctx, policy); return err },
		func(ctx context.Context, c *Client) error {
			_, err := c.Page(ctx, Page{Kind: KindService, Target: "S1", Title: "Logins fail", Key: "INC-1/page/1"})
			return err
		},
		func(ctx context.Context, c *Client) error { _, _, err := c.FindPaged(ctx, policy); return err },
		func(ctx context.Context, c *Client) error { _, err := c.OnCall(ctx, []string{"P1"}); return err },
		func(ctx context.Context, c *Client) error {
			_, _, err := c.UserByEmail(ctx, "ana@acme.example")
			return err
		},
		func(ctx context.Context, c *Client) error { _, err := c.Self(ctx); return err },
		func(ctx context.Context, c *Client) error { _, err := c.Service(ctx, "S1"); return err },
	}
	for _, seed := range []string{
		`{"incident":{"id":"PD1","status":"triggered","title":"x","html_url":"https://acme.pagerduty.example/i","service":{"id":"S1"},"created_at":"2026-11-20T14:00:00Z"}}`,
		`{"incidents":[{"id":"PD1","incident_key":"INC-1/page/1"}],"more":true,"limit":1,"offset":0}`,
		`{"notes":[{"id":"N1","content":"x [backout INC-1/note/1]"}],"users":[{"id":"U1","email":"ana@acme.example"}],"user":{"id":"U1"}}`,
		`{"oncalls":[{"escalation_level":1,"user":{"id":"U1","summary":"Ana"},"escalation_policy":{"id":"P1"},"end":"2026-11-21T14:00:00Z"}]}`,
		`{"service":{"id":"S1","escalation_policy":{"id":"P1"}},"priorities":[{"id":"R1","name":"P1"}],"responder_request":{"message":"m"}}`,
		`{"error":{"message":"Invalid","code":2001,"errors":["Incident already resolved"]}}`, `{}`, `[]`, `null`, ``, `<html>`,
	} {
		for which := range calls {
			f.Add(uint8(which), uint16(200), []byte(seed))
			f.Add(uint8(which), uint16(400), []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, status uint16, body []byte) {
		c := client(t, Options{Token: secret, From: botMail, APIURL: "http://127.0.0.1:1", EventsURL: "http://127.0.0.1:1"})
		c.http.Transport = foreigntest.Parrot(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(200 + int(status)%400)
			_, _ = w.Write(body)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := calls[int(which)%len(calls)](ctx, c); err != nil {
			troubleOf(t, err)
		}
	})
}
