package slacksim

import (
	"log/slog"
	"time"
)

// Options describe the workspace and the app that is installed in it. The zero
// value is a workspace with Slack's own deadlines and the app of our manifest.
type Options struct {
	// Addr is the address to listen on, "127.0.0.1:0" by default.
	Addr string
	// Clock stamps ts, event_time and dates. It never drives a deadline.
	Clock func() time.Time
	// Seed makes ids repeatable; two servers with one seed give out the same ids.
	Seed uint64

	// Team, Domain and BotName name the workspace and the bot's user.
	Team, Domain, BotName string

	// Scopes are the bot token's scopes, DefaultScopes when nil.
	Scopes []string
	// AppScopes are the app-level token's, connections:write when nil.
	AppScopes []string
	// BotEvents are the subscribed events, DefaultEvents when nil.
	BotEvents []string
	// Commands are the registered slash commands, "/incident" and "/inc" when nil.
	Commands []string
	// Shortcuts are the registered callback ids, DefaultShortcuts when nil.
	Shortcuts []string
	// PlainCommands is should_escape:false: @name and #name arrive as typed.
	PlainCommands bool
	// NoHomeTab leaves the Home tab out of the manifest: views.publish says not_enabled.
	NoHomeTab bool
	// NoSpurious leaves out the message_changed events for link previews and
	// reply counts, which Slack sends although nobody edited anything.
	NoSpurious bool

	// AckDeadline is how long Slack waits for an acknowledgement (3 s).
	AckDeadline time.Duration
	// RedeliverAfter are the pauses before each redelivery of an event:
	// almost at once, 1 min, 5 min. Its length is the number of retries. An
	// attempt that finds no link open counts, as it does with Slack.
	RedeliverAfter []time.Duration
	// PingEvery is the pause between the server's ping frames (5 s).
	PingEvery time.Duration
	// TriggerLife is how long a trigger_id opens a view (3 s).
	TriggerLife time.Duration
	// ResponseURLLife is how long a response_url answers (30 min).
	ResponseURLLife time.Duration
	// TicketLife is how long a WebSocket URL may be dialled (30 s).
	TicketLife time.Duration
	// RefreshAfter is announced in hello as approximate_connection_time (1 h).
	// The server does not refresh by itself: see Server.Disconnect.
	RefreshAfter time.Duration
	// ShareAfter is the delay between completing an upload and its message
	// (50 ms): Slack shares files asynchronously.
	ShareAfter time.Duration

	// Latency is added to each Web API call, so that benchmarks can count round trips.
	Latency time.Duration
	// NoLimits switches HTTP 429 by tier off.
	NoLimits bool
	// MethodLimits override the calls per LimitWindow of single methods.
	MethodLimits map[string]int
	// LimitWindow is the sliding window of the tiers (1 min).
	LimitWindow time.Duration
	// MaxPage caps the pages of conversations.history and .replies: Slack may
	// return fewer than asked for although more exist.
	MaxPage int

	// Patience is how long Sees, Modal and the other waits wait (5 s).
	Patience time.Duration
	// Logger gets a line for each oddity (ignored acks, lost events); quiet when nil.
	Logger *slog.Logger
}

// DefaultScopes are the bot scopes of our manifest. chat:write.customize is not
// among them: least privilege is part of the test.
func DefaultScopes() []string {
	return []string{
		"app_mentions:read", "bookmarks:read", "bookmarks:write", "canvases:read", "canvases:write",
		"channels:history", "channels:join", "channels:manage", "channels:read",
		"chat:write", "chat:write.public", "commands", "files:read", "files:write",
		"groups:history", "groups:read", "groups:write", "im:history", "im:read", "im:write",
		"mpim:read", "mpim:write", "pins:read", "pins:write", "reactions:read", "reactions:write",
		"team:read", "usergroups:read", "users:read", "users:read.email",
	}
}

// DefaultEvents are the bot events of our manifest.
func DefaultEvents() []string {
	return []string{
		"app_home_opened", "app_mention", "channel_archive", "channel_deleted", "channel_rename",
		"channel_unarchive", "group_archive", "group_deleted", "group_rename", "group_unarchive",
		"member_joined_channel", "member_left_channel", "message.channels", "message.groups",
		"message.im", "pin_added", "pin_removed", "reaction_added", "reaction_removed",
		"subteam_members_changed",
	}
}

// DefaultShortcuts are the callback ids of our manifest.
func DefaultShortcuts() []string {
	return []string{"declare_incident", "add_to_timeline", "declare_from_message", "make_follow_up"}
}

func (o Options) withDefaults() Options {
	text := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	dur := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	list := func(p *[]string, v []string) {
		if *p == nil {
			*p = v
		}
	}
	text(&o.Addr, "127.0.0.1:0")
	text(&o.Team, "Acme")
	text(&o.Domain, "acme")
	text(&o.BotName, "backout")
	list(&o.Scopes, DefaultScopes())
	list(&o.AppScopes, []string{"connections:write"})
	list(&o.BotEvents, DefaultEvents())
	list(&o.Commands, []string{"/incident", "/inc"})
	list(&o.Shortcuts, DefaultShortcuts())
	dur(&o.AckDeadline, 3*time.Second)
	dur(&o.PingEvery, 5*time.Second)
	dur(&o.TriggerLife, 3*time.Second)
	dur(&o.ResponseURLLife, 30*time.Minute)
	dur(&o.TicketLife, 30*time.Second)
	dur(&o.RefreshAfter, time.Hour)
	dur(&o.ShareAfter, 50*time.Millisecond)
	dur(&o.LimitWindow, time.Minute)
	dur(&o.Patience, 5*time.Second)
	if o.RedeliverAfter == nil {
		o.RedeliverAfter = []time.Duration{100 * time.Millisecond, time.Minute, 5 * time.Minute}
	}
	if o.MaxPage <= 0 {
		o.MaxPage = 999
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
