package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"backout/bot/pages"
	"backout/commands"
	"backout/integrations/slack"
	"backout/templates"
	"backout/timeline"
)

// front stands between Slack's requests and the commands: neither knows the
// other. It also tells a declarer where the channel is, once it is there.
type front struct {
	commands *commands.Commands
	record   *timeline.Recorder
	views    *Views
	client   *slack.Client
	metrics  *pages.Metrics
	log      *slog.Logger

	// shelters take what cannot be recorded; ctx is theirs.
	shelters *shelters
	ctx      context.Context

	mu sync.Mutex
	// waiting holds the response URL of declarers whose channel is not there yet.
	// It is not stored: such answers are at most once, and the invitation says the
	// same.
	waiting map[int]string
}

// Handle implements slack.Receiver.
func (f *front) Handle(ctx context.Context, r slack.Request) slack.Reply {
	a := f.commands.Handle(ctx, commands.Request{
		Via: via(r.Via), Key: r.Key, Command: r.Command, Text: r.Text, User: r.User,
		Channel: r.Channel, ChannelName: r.ChannelName, ThreadTS: r.ThreadTS, MessageTS: r.MessageTS,
		Action: r.Action, Value: r.Value, Form: r.Form, State: r.State, Values: r.Values, Lists: r.Lists,
		ResponseURL: r.ResponseURL, Message: r.Message, External: r.External, Direct: r.Direct,
	})
	result := "done"
	if a.Refused {
		result = "refused"
	}
	if a.Err != nil {
		result = "failed"
		f.log.Error("a request failed", "id", a.ErrID, "via", r.Via.String(), "user", r.User, "error", a.Err)
	}
	f.metrics.Count("backout_requests_total", r.Via.String(), result)
	if a.Declared > 0 && r.ResponseURL != "" {
		f.mu.Lock()
		f.waiting[a.Declared] = r.ResponseURL
		f.mu.Unlock()
	}
	// A mention is not acknowledged and comes again; it is declared then.
	if a.Wanted != nil && r.Via != slack.ViaMention {
		f.shelters.take(f.ctx, r.User, r.ResponseURL, *a.Wanted)
		if a.Message != nil {
			m := templates.Sheltering(*a.Message)
			a.Message = &m
		}
	}
	return slack.Reply{Message: a.Message, Public: a.Public, Form: a.Form, Errors: a.Errors, Home: a.Home, Failed: errors.Is(a.Err, timeline.ErrStore)}
}
