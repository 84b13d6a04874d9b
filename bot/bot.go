package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"backout/bot/config"
	"backout/bot/outbox"
	"backout/bot/pages"
	"backout/bot/schedule"
	"backout/commands"
	"backout/integrations/github"
	"backout/integrations/slack"
	"backout/timeline"
)

// Options are what a bot is made from.
type Options struct {
	Config config.Config
	// Log is the store, open for writing. Who opened it closes it, after Stop.
	Log    timeline.Log
	Logger *slog.Logger
	// Now is the clock of all data; nil means the system's.
	Now func() time.Time
	// Control is the path of the socket for exports, or empty for none.
	Control string
	Version string
	// Settle is the least time between two settings of the same post; 0 means 3 s.
	Settle time.Duration
	// HTTP are the limits of the servers; what is 0 is the usual.
	HTTP pages.Limits
	// Hurry is by how much Slack's limits and the times of its links are scaled; 0
	// means 1. It is for tests that do not want to wait for Slack's minutes.
	Hurry float64
}

// Bot is a running Backout.
type Bot struct {
	opt     Options
	metrics *pages.Metrics
	rec     *timeline.Recorder
	client  *slack.Client
	sockets *slack.Sockets
	history *slack.History
	out     *outbox.Outbox
	views   *Views
	front   *front
	// announced reads deploys from CI's channels; github is nil where there is none.
	announced *slack.Announced
	github    *github.Client
	pager     *pager // nil where there is none
	calendar  *schedule.Schedule

	listener net.Listener
	servers  []*http.Server
	work     sync.WaitGroup
	ctx      context.Context
	cancel   context.CancelFunc
	fatal    chan error

	mu      sync.Mutex
	started bool
	stopped bool
}

// New wires a bot. Nothing runs and nothing is listened on before Start, except
// the writer of the record.
func New(opt Options) (*Bot, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	own, err := ownTemplate(opt.Config)
	if err != nil {
		return nil, err
	}
	scan, err := secretScan(opt.Config)
	if err != nil {
		return nil, err
	}
	if opt.Hurry == 0 {
		opt.Hurry = 1
	}
	rec, err := timeline.Open(context.Background(), opt.Log, timeline.Options{Now: opt.Now, Catalogue: catalogue(opt.Config), Scan: scan})
	if err != nil {
		return nil, err
	}
	b := &Bot{opt: opt, rec: rec, metrics: pages.NewMetrics(), fatal: make(chan error, 4)}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	b.wireSlack()
	b.views.template = own
	if err := b.wireOutside(); err != nil {
		b.cancel()
		b.client.Close()
		rec.Close()
		return nil, err
	}
	b.wireOutbox()
	b.gauges()
	return b, nil
}

// wireOutside connects what is configured beside Slack.
func (b *Bot) wireOutside() (err error) {
	if connected(b.opt.Config) {
		if b.github, err = github.NewClient(b.githubOptions()); err != nil {
			return err
		}
	}
	if err := b.wirePagerDuty(); err != nil {
		return err
	}
	b.calendar, err = schedule.New(b.rec, b.scheduleOptions())
	return err
}

func (b *Bot) wireSlack() {
	cfg := b.opt.Config
	b.client = slack.NewClient(slack.ClientOptions{
		BotToken: cfg.Slack.BotToken.Reveal(), APIURL: cfg.Slack.APIURL, Hurry: b.opt.Hurry, Now: b.opt.Now, Meter: b.metrics, Log: b.opt.Logger,
	})
	b.announced = announced(cfg)
	b.views = &Views{People: b.client, cfg: cfg, now: b.opt.Now, private: b.private, room: b.room, record: b.rec}
	b.history = slack.NewHistory(b.client, b.rec, slack.HistoryOptions{Reactions: reactions(cfg), May: b.mayMark, Now: b.opt.Now, Meter: b.metrics, Log: b.opt.Logger})
	b.front = &front{
		commands: commands.New(commandSettings(cfg), commands.Deps{
			Record: b.rec, Ledger: b.rec, Belongs: belongs(b.client), Groups: b.client, NewID: newID, OnCall: b.onCall, Lessons: b.views.Lessons, Drawn: b.views.Drawn, People: b.client, Rooms: rooms{b.client}, Completeness: b.views.Completeness, Now: b.opt.Now,
		}),
		record: b.rec, views: b.views, client: b.client, metrics: b.metrics, log: b.opt.Logger,
		waiting: map[int]string{}, shelters: newShelters(b), ctx: b.ctx,
	}
	b.sockets = slack.NewSockets(b.client, slack.SocketOptions{
		AppToken: cfg.Slack.AppToken.Reveal(), Receiver: b.front, Recorder: b.rec, Reactions: reactions(cfg), May: b.mayMark, Announced: b.announced,
		Reconnected: b.reconnected, Readable: b.readable, Hurry: b.opt.Hurry, Now: b.opt.Now, Meter: b.metrics, Log: b.opt.Logger,
	})
	b.views.proof = b.sockets
}

// room gives the channel of an incident, or "".
func (b *Bot) room(number int) string {
	in, err := b.rec.Incident(b.ctx, number)
	if err != nil {
		return ""
	}
	return in.Channel.ID
}

// private reports whether an incident is; what cannot be read counts as private.
func (b *Bot) private(number int) bool {
	in, err := b.rec.Incident(b.ctx, number)
	return err != nil || in.Private
}

func (b *Bot) wireOutbox() {
	cfg := b.opt.Config
	var code *outbox.Forge
	if b.github != nil {
		f := forge{b.github}
		code = &outbox.Forge{Changes: f, Workflows: f, Runs: f, Papers: f}
	}
	var calls *outbox.Pager
	if b.pager != nil {
		calls = &outbox.Pager{Alerts: b.pager, Calls: b.pager, People: b.pager}
	}
	b.out = outbox.New(outbox.Deps{
		Record: b.rec, Owed: b.rec, Ledger: b.rec, Overview: b.rec, Forge: code, Pager: calls, Rooms: b.client, Posts: b.client, Files: b.client, History: b.history,
		Views: b.views, Documents: documents{b.views}, Writer: documents{b.views}, Meter: b.metrics, Log: b.opt.Logger,
	}, outbox.Options{Announce: cfg.Announce, Command: cfg.Command, ChannelPattern: cfg.Channel, Now: b.opt.Now, Settle: b.opt.Settle})
}

func (b *Bot) gauges() {
	b.metrics.Gauge("backout_effects_owed", "What is owed to the outside now.", func() float64 { return float64(b.out.Pending()) })
	b.metrics.Gauge("backout_slack_waiting_events", "Events that came from Slack and are not worked on yet.", func() float64 {
		n, _ := b.sockets.Waiting()
		return float64(n)
	})
	b.metrics.Gauge("backout_slack_waiting_requests", "What people typed and pressed that is not worked on yet.", func() float64 {
		_, n := b.sockets.Waiting()
		return float64(n)
	})
	b.metrics.Gauge("backout_incidents_open", "Incidents that are open.", func() float64 {
		n := 0
		for _, s := range b.rec.Summaries() {
			if s.Status.Open() {
				n++
			}
		}
		return float64(n)
	})
}

// Start listens, connects to Slack and begins to carry out what is owed. What
// cannot heal, such as a token that Slack refuses, is returned here or by Wait.
func (b *Bot) Start(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.started || b.stopped {
		return errors.New("the bot was started or stopped before")
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", b.opt.Config.Listen)
	if err != nil {
		return fmt.Errorf("BACKOUT_LISTEN: %w", err)
	}
	b.listener = l
	if err := b.serve(); err != nil {
		return errors.Join(err, l.Close())
	}
	b.started = true
	b.work.Go(b.connect)
	b.work.Go(b.front.run(b.ctx, b.contained))
	b.background("shelters", func() { b.front.shelters.run(b.ctx) })
	b.background("upkeep", b.upkeep)
	b.background("deploys", b.keepUp)
	b.background("alerts", b.keepReconciled)
	b.calendar.Start()
	return nil
}

// connect gets to know the workspace and then keeps links to it. Slack may be out
// of reach when we start: what is owed waits, and pages are served meanwhile.
func (b *Bot) connect() {
	if err := b.client.Identify(b.ctx); err != nil {
		b.fail(err)
		return
	}
	b.joinAnnouncements()
	b.background("shelters", func() { b.front.shelters.find(b.ctx) })
	b.background("groups", func() { b.client.RefreshGroups(b.ctx, groupsIn(b.opt.Config)) })
	b.out.Start() // not before we know who we are: what an earlier process did is recognised by it
	if err := b.sockets.Run(b.ctx); err != nil {
		b.fail(err)
	}
}

// joinAnnouncements makes the bot a member of the announcement channel: only
// then can it look for a post of its own before it repeats one. A #name cannot be
// joined without listing the workspace, so there people invite the bot. The same
// holds for the channels in which CI announces deploys.
func (b *Bot) joinAnnouncements() {
	for _, channel := range append([]string{b.opt.Config.Announce}, b.announced.Channels()...) {
		if !strings.HasPrefix(channel, "C") {
			continue
		}
		if err := b.client.JoinChannel(b.ctx, channel); err != nil && b.ctx.Err() == nil {
			b.opt.Logger.Warn("a channel of the configuration cannot be joined; invite the bot there", "channel", channel, "error", err)
		}
	}
}

func (b *Bot) fail(err error) {
	if b.ctx.Err() != nil {
		return
	}
	select {
	case b.fatal <- err:
	default:
	}
}

// groupsEvery is how often user groups are read again; changes also come as events.
const groupsEvery = time.Hour

// coldEvery is how often groups that could never be read are tried again: while one
// is cold, nobody in it may do what only they may.
const coldEvery = 2 * time.Minute

func (b *Bot) upkeep() {
	b.background("groups", func() { b.every(coldEvery, b.warmGroups) })
	b.every(groupsEvery, func() { b.client.RefreshGroups(b.ctx, groupsIn(b.opt.Config)) })
}

// every does it again and again until the bot stops, the first time after d.
func (b *Bot) every(d time.Duration, do func()) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-b.ctx.Done():
			return
		case <-tick.C:
			b.contained("a regular task", do) // the next one comes all the same
		}
	}
}

// Wait returns when ctx ends, with nil, or when the bot cannot go on, with why.
func (b *Bot) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-b.fatal:
		return err
	}
}

// Stop takes nothing new, finishes what is under way until ctx ends, and waits.
func (b *Bot) Stop(ctx context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return
	}
	b.stopped = true
	if b.started {
		complete := b.proofs(ctx)
		b.sockets.Stop(ctx) // no new deliveries; those under way are committed and acknowledged
		b.keepProofs(ctx, complete)
		b.calendar.Stop(ctx)
		b.out.Stop(ctx)
		for _, s := range b.servers {
			if err := s.Shutdown(ctx); err != nil {
				_ = s.Close()
			}
		}
	}
	b.cancel()
	b.work.Wait()
	b.client.Close()
	if b.github != nil {
		b.github.Close()
	}
	if b.pager != nil {
		b.pager.client.Close()
	}
	b.rec.Close()
}

// ClockMoved has everything that waits for a time look at the clock again: the
// demo's clock jumps.
func (b *Bot) ClockMoved() {
	b.calendar.Tick(b.ctx, b.opt.Now())
	b.out.Look()
}

// Addr is where the bot listens.
func (b *Bot) Addr() string { return b.listener.Addr().String() }

// Record is the record, for reading.
func (b *Bot) Record() *timeline.Recorder { return b.rec }

// Views renders the record.
func (b *Bot) Views() *Views { return b.views }

// Quiet returns when nothing is due by now; what is owed later stays owed.
func (b *Bot) Quiet(ctx context.Context) error {
	for !b.out.Quiet() {
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Idle returns when nothing is owed that is due by now.
func (b *Bot) Idle(ctx context.Context) error {
	changed, stop := b.rec.Watch()
	defer stop()
	for {
		if !b.out.Busy() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
