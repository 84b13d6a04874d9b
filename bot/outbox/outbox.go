package outbox

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"backout/templates"
	"backout/timeline"
)

// Record is what the outbox needs of the record.
type Record interface {
	Record(ctx context.Context, c timeline.Change) (timeline.Outcome, error)
	Incident(ctx context.Context, number int) (*timeline.Incident, error)
	InChannel(channel string) (int, bool)
}

// Owed is what is owed, as the record has it.
type Owed interface {
	Effects() []timeline.Effect
	Owed(key string) (timeline.Effect, bool)
	Watch() (<-chan struct{}, func())
}

// Meter counts what happens; it may be called concurrently.
type Meter interface {
	Count(name string, labels ...string)
}

// Views gives what messages are made from.
type Views interface {
	View(in *timeline.Incident) templates.View
	// Warm fetches the names of the ids, as far as they can be had in time.
	Warm(ctx context.Context, ids []string)
	templates.Names
}

// Deps are what the outbox works with; all but Forge and Pager are required.
type Deps struct {
	Record   Record
	Owed     Owed
	Ledger   Ledger
	Rooms    Rooms
	Posts    Posts
	Files    Files
	History  History
	Views    Views
	Meter    Meter
	Log      *slog.Logger
	Overview Overview
	// Documents renders what is left behind.
	Documents Documents
	Writer    Writer
	// Forge and Pager are nil where there is none.
	Forge *Forge
	Pager *Pager
}

// Options set how it works.
type Options struct {
	// Announce is the channel of announcements, an id or #name; empty is off.
	Announce string
	// Command is the slash command as configured.
	Command string
	// ChannelPattern names incident channels, see templates.ChannelName.
	ChannelPattern string
	Severities     []templates.Severity
	Now            func() time.Time
	// Settle is the least time between two settings of the same state; 0 means 3 s.
	Settle time.Duration
	// Timeout bounds one attempt; 0 means 30 s.
	Timeout time.Duration
	// Parallel bounds the attempts under way; 0 means 32.
	Parallel int
	// InFlight is how long after Start nothing is done that was owed before: a call
	// of a process that was killed may still be carried out, and who looks for it too
	// early does it again. 0 means 2 s.
	InFlight time.Duration
}

// Outbox is the one carrier of effects.
type Outbox struct {
	Deps
	opt     Options
	started time.Time // effects older than this may have been tried by a process that died

	ctx    context.Context
	cancel context.CancelFunc
	quit   chan struct{}
	done   chan struct{}
	nudge  chan struct{}
	work   sync.WaitGroup

	mu      sync.Mutex
	stopped bool
	running map[string]bool      // by lane; nil before Start
	last    map[string]time.Time // when a state was last set, by key
	// unrecorded holds effects that were tried and whose result is not recorded.
	unrecorded map[string]bool
}

// New makes an outbox that is not started.
func New(d Deps, opt Options) *Outbox {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Settle == 0 {
		opt.Settle = 3 * time.Second
	}
	if opt.Timeout == 0 {
		opt.Timeout = 30 * time.Second
	}
	if opt.Parallel == 0 {
		opt.Parallel = 32
	}
	if opt.InFlight == 0 {
		opt.InFlight = 2 * time.Second
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Outbox{
		Deps: d, opt: opt, ctx: ctx, cancel: cancel,
		quit: make(chan struct{}), done: make(chan struct{}), nudge: make(chan struct{}, 1),
		last: map[string]time.Time{}, unrecorded: map[string]bool{},
	}
}

// Start begins to carry out what is owed. After Stop it does nothing.
func (o *Outbox) Start() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stopped || o.running != nil {
		return
	}
	o.running, o.started = map[string]bool{}, o.opt.Now()
	changed, stop := o.Owed.Watch()
	go func() {
		defer close(o.done)
		defer stop()
		o.loop(changed)
	}()
}

// Stop begins nothing new, gives attempts under way until ctx ends and waits for
// them. It may be called before Start and more than once.
func (o *Outbox) Stop(ctx context.Context) {
	o.mu.Lock()
	first := !o.stopped
	o.stopped = true
	begun := o.running != nil
	o.mu.Unlock()
	if first {
		close(o.quit)
	}
	if !begun {
		return
	}
	<-o.done
	finished := make(chan struct{})
	go func() { o.work.Wait(); close(finished) }()
	select {
	case <-finished:
	case <-ctx.Done():
	}
	o.cancel()
	<-finished
}

// Pending is how many effects are owed now.
func (o *Outbox) Pending() int { return len(o.Owed.Effects()) }

// Busy reports whether something is owed that is due within a moment.
func (o *Outbox) Busy() bool {
	soon := o.opt.Now().Add(o.opt.Settle)
	return slices.ContainsFunc(o.Owed.Effects(), func(e timeline.Effect) bool { return !e.Due.After(soon) || e.Attempts > 0 })
}

// Quiet reports whether nothing is due now and nothing is under way.
func (o *Outbox) Quiet() bool {
	o.mu.Lock()
	working := len(o.running) > 0
	o.mu.Unlock()
	return !working && !slices.ContainsFunc(o.Owed.Effects(), func(e timeline.Effect) bool { return o.due(e) == 0 })
}

func (o *Outbox) loop(changed <-chan struct{}) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-o.quit:
			return
		case <-changed:
		case <-o.nudge:
		case <-timer.C:
		}
		wait := first // after a fault
		o.guarded(func() { wait = o.dispatch() })
		timer.Reset(wait)
	}
}

// Look has what is due looked for now: the clock may have been moved.
func (o *Outbox) Look() { o.wake() }

// wake has the loop look again, after something ended.
func (o *Outbox) wake() {
	select {
	case o.nudge <- struct{}{}:
	default:
	}
}
