package commands

import (
	"context"
	"time"

	"backout/templates"
	"backout/timeline"
)

// Settings are what the configuration says about commands.
type Settings struct {
	// Command is the slash command, "/incident"; empty means that one.
	Command string
	// Bot is the bot's own user id, which mentions begin with.
	Bot        string
	Severities []templates.Severity
	// Services are the configured ones; when there are none, any word is one.
	Services []string
	// Owners are the user and user-group ids to bring in, by service.
	Owners map[string][]string
	// URL is the public base of the web pages, or empty.
	URL string
	// PostmortemRepo receives postmortems as pull requests, owner/name or empty.
	PostmortemRepo string
	// GitHub says whether it is connected.
	GitHub bool
	// Access narrows who may use which command; the zero value narrows nothing.
	Access Access
}

// Record is the record of incidents, as commands use it.
type Record interface {
	Record(ctx context.Context, c timeline.Change) (timeline.Outcome, error)
	Incident(ctx context.Context, number int) (*timeline.Incident, error)
	InChannel(channel string) (number int, ok bool)
	Summaries() []timeline.Summary
}

// People answers what is known of people, from a cache: neither call may wait
// for Slack for long.
type People interface {
	templates.Names
	// Zone is the person's time zone, UTC when it is not known.
	Zone(ctx context.Context, user string) *time.Location
}

// Rooms answers what only Slack knows of channels.
type Rooms interface {
	// Room gives a channel's name and whether it is private.
	Room(ctx context.Context, channel string) (timeline.Channel, error)
	// Join makes the bot a member of a public channel; being one is success.
	Join(ctx context.Context, channel string) error
	// Members lists who is in the channel, the bot itself left out or not.
	Members(ctx context.Context, channel string) ([]string, error)
}

// Ledger is the record of deploys.
type Ledger interface {
	DeploysOf(ctx context.Context, service, environment string) ([]timeline.Deploy, error)
	Catalogue() timeline.Catalogue
}

// Deps are what commands work with.
type Deps struct {
	Record Record
	Ledger Ledger
	// Belongs reports whether the person is one of ids, or in a user group that is.
	Belongs func(user string, ids []string) bool
	// Groups names user groups; nil shows their ids.
	Groups Groups
	// OnCall lists who is on call for a service of ours now; trouble says why that is
	// not known. It must answer within the time that Slack allows.
	OnCall func(ctx context.Context, service string) (rows []templates.OnCallRow, trouble string)
	// Lessons gives what rules draw from an incident's record, those dismissed
	// included.
	Lessons func(ctx context.Context, in *timeline.Incident) []templates.DrawnLesson
	// Drawn gives the same without what earlier incidents taught, and at once: it is
	// for who decides about one.
	Drawn func(in *timeline.Incident) []templates.DrawnLesson
	// NewID gives a text that was never given before; rollbacks are recognised by
	// it.
	NewID  func() string
	People People
	Rooms  Rooms
	// Completeness says how complete the record of an incident is.
	Completeness func(in *timeline.Incident) templates.Completeness
	// Now is the clock; nil means the system's.
	Now func() time.Time
}

// Commands answers requests. It holds no state and may be used by any number of
// goroutines.
type Commands struct {
	set   Settings
	deps  Deps
	table []row
}

// New makes the commands.
func New(s Settings, d Deps) *Commands {
	if s.Command == "" {
		s.Command = "/incident"
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	return &Commands{set: s, deps: d, table: table()}
}

// Handle carries out one request. It never fails: what went wrong is an answer,
// with the cause in Answer.Err where there is one.
func (c *Commands) Handle(ctx context.Context, r Request) Answer {
	k := &call{Commands: c, ctx: ctx, req: r, now: c.deps.Now().UTC()}
	a, err := k.dispatch()
	if err != nil {
		wanted := a.Wanted
		a = k.refused(err)
		a.Wanted = wanted
		if r.Via == HomeTab { // there is no other place to answer in
			a.Home, a.Message = a.Message, nil
		}
	}
	return a
}

func (k *call) dispatch() (Answer, error) {
	if k.req.Via == Mention && !k.req.Direct {
		if _, called := k.withoutBot(k.req.Text); !called {
			return Answer{}, nil // talk about the bot, by whomever
		}
	}
	if k.req.External {
		return Answer{}, timeline.Refuse(timeline.Forbidden,
			"Guests and people of other organisations cannot use Backout.",
			"What you write in an incident channel is part of the record all the same; ask a member to type the command.")
	}
	switch k.req.Via {
	case Button:
		return k.button()
	case Submission:
		return k.submission()
	case GlobalShortcut, MessageShortcut:
		return k.shortcut()
	case HomeTab:
		return k.home()
	}
	return k.typed()
}
