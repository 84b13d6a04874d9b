package slack

import (
	"context"
	"net/url"
	"strconv"
)

// page says what to read of a channel's history: all of it, or a thread.
type page struct {
	channel, thread string
	// oldest and latest are timestamps, both included; empty means no bound.
	oldest, latest string
	limit          int
	metadata       bool
}

// pageSize is how many messages are asked for at once: the most that Slack takes,
// because calls are what it limits; a channel of 50,000 messages is read within two
// minutes. Slack may give fewer.
const pageSize = 999

type pageAnswer struct {
	Messages []*message `json:"messages"`
	HasMore  bool       `json:"has_more"`
	Limited  bool       `json:"is_limited"`
	Meta     struct {
		Next string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// eachMessage reads history, newest first, or a thread, oldest first with its
// parent, until f returns false or nothing is left. It waits for Slack's limits,
// as a read. The size of pages is Slack's to choose.
func (c *Client) eachMessage(ctx context.Context, p page, f func(*message) bool) error {
	_, err := c.readPages(ctx, p, f)
	return err
}

// readPages also reports whether Slack held older messages back.
func (c *Client) readPages(ctx context.Context, p page, f func(*message) bool) (limited bool, err error) {
	method, args := "conversations.history", url.Values{"channel": {p.channel}, "inclusive": {"true"}}
	if p.thread != "" {
		method = "conversations.replies"
		args.Set("ts", p.thread)
	}
	if p.oldest != "" {
		args.Set("oldest", p.oldest)
	}
	if p.latest != "" {
		args.Set("latest", p.latest)
	}
	if p.metadata {
		args.Set("include_all_metadata", "true")
	}
	if p.limit == 0 {
		p.limit = pageSize
	}
	args.Set("limit", strconv.Itoa(p.limit))
	seen := map[string]bool{} // a parent comes again on each page
	for range maxPages {
		var a pageAnswer
		err := c.call(ctx, read(method, "the channel's history could not be read"), func(ctx context.Context) error {
			a = pageAnswer{}
			return c.form(ctx, method, args, &a)
		})
		if err != nil {
			return limited, err
		}
		limited = limited || a.Limited
		for _, m := range a.Messages {
			if m == nil || m.TS == "" || seen[m.TS] {
				continue
			}
			seen[m.TS] = true
			if !f(m) {
				return limited, nil
			}
		}
		if a.Meta.Next == "" {
			return limited || a.HasMore, nil
		}
		args.Set("cursor", a.Meta.Next)
	}
	return true, nil
}

// fetch reads one message, top-level or reply; nil when it is gone.
func (c *Client) fetch(ctx context.Context, channel, ts string) (*message, error) {
	var found *message
	pick := func(m *message) bool {
		if m.TS == ts {
			found = m
		}
		return found == nil
	}
	err := c.eachMessage(ctx, page{channel: channel, oldest: ts, latest: ts, limit: 1}, pick)
	if err != nil || found != nil {
		return found, err
	}
	// Slack gives the one message for a reply's timestamp.
	err = c.eachMessage(ctx, page{channel: channel, thread: ts, oldest: ts, latest: ts, limit: 1}, pick)
	if codeOf(err) == "thread_not_found" {
		return nil, nil
	}
	return found, err
}
