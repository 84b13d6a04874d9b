package slack

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"backout/timeline"
)

// SocketOptions are what Sockets are made from.
type SocketOptions struct {
	// AppToken is the xapp- token.
	AppToken string
	Receiver Receiver
	Recorder Recorder
	// Reactions say which emoji, without colons, means what.
	Reactions map[string]timeline.Meaning
	// May judges who may give a message such a meaning.
	May MayMark
	// Announced reads deploys from what CI writes; nil reads none.
	Announced *Announced
	// Reconnected is told that events may have been missed since from: no link was
	// up, a link died in silence, or Slack withheld events. It is also called, with
	// the zero time, when the first link is up. It must return at once.
	Reconnected func(from time.Time)
	// Readable is told of an incident's channel that the bot came into, perhaps
	// not for the first time. It must return at once.
	Readable func(channel string)
	// DeadAfter is how long a link may be silent, pings included; 0 means 30 s.
	DeadAfter time.Duration
	// Apart is the least time between the openings of the two links while one of
	// them is up, so that Slack does not refresh both at once; 0 means 2 s, several
	// times what a new link takes.
	Apart time.Duration
	// Hurry divides DeadAfter and Apart where they are not set, and the pauses
	// between openings; 0 means 1. It is for tests that scale Slack's times.
	Hurry float64
	// Command is what people are told to type, "/incident" when empty.
	Command string
	// Now is the clock of data; nil means the system's.
	Now   func() time.Time
	Meter Meter
	Log   *slog.Logger
}

func (o SocketOptions) withDefaults() SocketOptions {
	if o.Hurry == 0 {
		o.Hurry = 1
	}
	if o.DeadAfter == 0 {
		o.DeadAfter = o.scaled(30 * time.Second)
	}
	if o.Apart == 0 {
		o.Apart = o.scaled(2 * time.Second)
	}
	if o.Command == "" {
		o.Command = "/incident"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Meter == nil {
		o.Meter = noMeter{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Readable == nil {
		o.Readable = func(string) {}
	}
	if o.Reconnected == nil {
		o.Reconnected = func(time.Time) {}
	}
	return o
}

func (o SocketOptions) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) / o.Hurry)
}

// Links opened, and how apps.connections.open is paced over both of them.
const (
	linkCount = 2
	openRate  = 1 // a second
	openBurst = 3
)

// Deliveries wait in two lines, so that a flood of events does not hold up people.
// What finds its line full is not taken: Slack brings events again.
const (
	eventLine, eventWorkers = 4096, 256
	askLine, askWorkers     = 1024, 256
)

// workFor bounds the work on one delivery. After 3 s Slack does not wait for it
// any more, but what is recorded late is still recorded.
const workFor = 10 * time.Second

// lastAcks is how long Stop waits for acknowledgements that are queued.
const lastAcks = 200 * time.Millisecond

// Sockets keeps the links of Socket Mode and takes what comes over them.
type Sockets struct {
	opt    SocketOptions
	client *Client
	intake *intake
	opens  *rate.Limiter
	links  []*link
	state  *watch

	events, asks chan delivery
	quit         chan struct{} // closed when nothing new is taken
	done         chan struct{} // closed when Run has returned
	fatal        chan error

	mu       sync.Mutex // guards what follows
	running  bool
	stopping bool
	cancel   context.CancelFunc
	inFlight sync.WaitGroup
}

// NewSockets makes links that are not open yet. The client must have been
// identified before Run.
func NewSockets(c *Client, opt SocketOptions) *Sockets {
	opt = opt.withDefaults()
	s := &Sockets{
		opt: opt, client: c, opens: rate.NewLimiter(rate.Limit(openRate*opt.Hurry), openBurst), state: newWatch(opt),
		events: make(chan delivery, eventLine), asks: make(chan delivery, askLine),
		quit: make(chan struct{}), done: make(chan struct{}), fatal: make(chan error, linkCount+1),
	}
	s.intake = &intake{s: s, client: c, opt: opt, answered: newRecent(1000)}
	for n := range linkCount {
		s.links = append(s.links, newLink(s, n))
	}
	return s
}

// Run keeps the links open until ctx ends or Stop is called, and then returns nil.
// It returns an error, with a sentence for people, when the links cannot be kept
// until a person repairs something. It is called once.
func (s *Sockets) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	if s.stopping || s.running {
		s.mu.Unlock()
		return nil
	}
	s.running, s.cancel = true, cancel
	s.mu.Unlock()
	defer close(s.done)

	var all errgroup.Group
	for range eventWorkers {
		all.Go(func() error { s.worker(ctx, s.events); return nil })
	}
	for range askWorkers {
		all.Go(func() error { s.worker(ctx, s.asks); return nil })
	}
	for _, l := range s.links {
		all.Go(func() error { l.run(ctx); return nil })
	}
	var err error
	select {
	case err = <-s.fatal:
	case <-ctx.Done():
	}
	cancel()
	_ = all.Wait()
	return err
}

// Stop takes no new deliveries, finishes those under way with their
// acknowledgements as long as ctx allows, closes the links and waits for Run. It
// may be called more than once, and before Run.
func (s *Sockets) Stop(ctx context.Context) {
	s.mu.Lock()
	if !s.stopping {
		s.stopping = true
		close(s.quit)
	}
	running := s.running
	s.mu.Unlock()
	if !running {
		return
	}
	finished := make(chan struct{})
	go func() { s.inFlight.Wait(); close(finished) }()
	select {
	case <-finished:
		// Acknowledgements are queued inside the SDK, which does not say when they
		// have been written.
		_ = sleep(ctx, lastAcks)
	case <-ctx.Done():
	case <-s.done:
	}
	s.cancel()
	<-s.done
	s.forsake()
	<-finished
}

// forsake drops what no worker took any more; Slack has it still.
func (s *Sockets) forsake() {
	for {
		select {
		case <-s.events:
		case <-s.asks:
		default:
			return
		}
		s.inFlight.Done()
	}
}

// fail ends Run.
func (s *Sockets) fail(err error) {
	select {
	case s.fatal <- err:
	default:
	}
}

// delivery is an envelope with the way to acknowledge it.
type delivery struct {
	frame frame
	ack   *ack
}

// take hands a delivery to the workers. It never blocks: the SDK's reader waits
// for us, and while it waits no ping is answered.
func (s *Sockets) take(d delivery) {
	line := s.events
	if d.frame.Type == "slash_commands" || d.frame.Type == "interactive" {
		line = s.asks
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		s.count(d.frame.Type, "stopping")
		return
	}
	s.inFlight.Add(1)
	select {
	case line <- d:
	default:
		s.inFlight.Done()
		s.count(d.frame.Type, "overload")
		s.opt.Log.Error("a delivery was not taken: too many at once", "type", d.frame.Type)
	}
}

// Waiting is how many events, and how many requests of people, came and are not
// worked on yet.
func (s *Sockets) Waiting() (events, requests int) { return len(s.events), len(s.asks) }

func (s *Sockets) worker(ctx context.Context, line <-chan delivery) {
	for {
		select {
		case d := <-line:
			s.work(ctx, d)
			s.inFlight.Done()
		case <-ctx.Done():
			return
		}
	}
}

func (s *Sockets) work(ctx context.Context, d delivery) {
	ctx, cancel := context.WithTimeout(ctx, workFor)
	defer cancel()
	defer s.contain(d.frame.Type)
	s.count(d.frame.Type, s.intake.handle(ctx, d))
}

func (s *Sockets) count(kind, result string) {
	switch kind {
	case "events_api", "slash_commands", "interactive":
	default:
		kind = "other"
	}
	s.opt.Meter.Count("backout_slack_envelopes_total", kind, result)
}
