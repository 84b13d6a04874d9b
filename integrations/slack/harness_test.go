package slack

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"backout/integrations/slack/slacksim"
	"backout/templates"
	"backout/timeline"
	"backout/timeline/logtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is a Receiver that notes what people want and answers as it is told to.
type desk struct {
	mu   sync.Mutex
	got  []Request
	does func(ctx context.Context, r Request) Reply
}

func (d *desk) Handle(ctx context.Context, r Request) Reply {
	d.mu.Lock()
	d.got = append(d.got, r)
	does := d.does
	d.mu.Unlock()
	if does == nil {
		return Reply{}
	}
	return does(ctx, r)
}

func (d *desk) answers(f func(ctx context.Context, r Request) Reply) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.does = f
}

func (d *desk) requests() []Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Request(nil), d.got...)
}

// tally is a Meter that adds up.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (m *tally) Count(name string, labels ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range labels {
		name += " " + l
	}
	m.n[name]++
}

func (m *tally) Observe(string, float64, ...string) {}

func (m *tally) of(name string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.n[name]
}

// house is a workspace, a record and the adapter between them.
type house struct {
	*slacksim.Stage
	t       *testing.T
	mem     *logtest.Mem
	rec     *timeline.Recorder
	client  *Client
	sockets *Sockets
	history *History
	desk    *desk
	meter   *tally
	ended   chan error

	mu       sync.Mutex
	breaks   []time.Time
	readable []string
}

// quick are short deadlines, so that no test waits for Slack's own.
func quick() slacksim.Options {
	return slacksim.Options{
		AckDeadline: 400 * time.Millisecond, RedeliverAfter: []time.Duration{20 * time.Millisecond, 60 * time.Millisecond, 150 * time.Millisecond},
		PingEvery: 30 * time.Millisecond, Patience: 5 * time.Second, ShareAfter: 5 * time.Millisecond,
	}
}

func reactionsForTests() map[string]timeline.Meaning {
	return map[string]timeline.Meaning{"pushpin": timeline.MeansStar, "bulb": timeline.MeansLesson, "ballot_box_with_check": timeline.MeansFollowUp}
}

// newHouse makes everything and opens no links.
func newHouse(t *testing.T, o slacksim.Options) *house {
	t.Helper()
	t.Parallel() // each has a Slack of its own, and most wait most of the time
	sim, err := slacksim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	h := &house{Stage: slacksim.Test(t, sim), t: t, mem: logtest.Memory(), desk: &desk{}, meter: &tally{n: map[string]int{}}, ended: make(chan error, 1)}
	if h.rec, err = timeline.Open(context.Background(), h.mem, timeline.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.rec.Close)
	h.client = h.newClient()
	if err := h.client.Identify(context.Background()); err != nil {
		t.Fatal(err)
	}
	h.history = NewHistory(h.client, h.rec, HistoryOptions{Reactions: reactionsForTests(), Meter: h.meter})
	return h
}

func (h *house) newClient() *Client {
	c := NewClient(ClientOptions{BotToken: h.BotToken(), APIURL: h.APIURL(), Timeout: 2 * time.Second, Meter: h.meter})
	h.t.Cleanup(c.Close)
	return c
}

// connect opens the links and waits for both.
func (h *house) connect() *house {
	h.t.Helper()
	h.run(SocketOptions{})
	h.WaitLinks(2)
	return h
}

func (h *house) run(o SocketOptions) {
	o.AppToken, o.Receiver, o.Recorder, o.Reactions = first(o.AppToken, h.AppToken()), h.desk, h.rec, reactionsForTests()
	o.Meter, o.Log = h.meter, slog.New(slog.DiscardHandler)
	if o.Apart == 0 {
		o.Apart = 50 * time.Millisecond
	}
	o.Reconnected = func(from time.Time) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.breaks = append(h.breaks, from)
	}
	o.Readable = func(channel string) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.readable = append(h.readable, channel)
	}
	h.sockets = NewSockets(h.client, o)
	go func() { h.ended <- h.sockets.Run(context.Background()) }()
	h.t.Cleanup(h.stop)
}

func (h *house) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	h.sockets.Stop(ctx)
}

func (h *house) broken() []time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]time.Time(nil), h.breaks...)
}

func (h *house) cameInto(channel string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Contains(h.readable, channel)
}

func (h *house) must(c timeline.Change) timeline.Outcome {
	h.t.Helper()
	out, err := h.rec.Record(context.Background(), c)
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// incident declares INC-1 and opens its channel, in which ana and tom are.
func (h *house) incident() (ana, tom *slacksim.Actor, room *slacksim.Scene) {
	h.t.Helper()
	ana, tom = h.Person("ana"), h.Person("tom")
	h.must(timeline.Declare("slash:1", ana.ID(), timeline.Declaration{Title: "Logins fail", Severity: "1"}))
	ch, err := h.client.OpenChannel(context.Background(), "inc-1-logins-fail", false)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range h.rec.Effects() {
		if e.Kind == timeline.OweChannel {
			h.must(timeline.ChannelIsOpen(e, ch))
		}
	}
	room = h.Room("inc-1-logins-fail")
	ana.Joins(room)
	tom.Joins(room)
	return ana, tom, room
}

func (h *house) state() *timeline.Incident {
	h.t.Helper()
	in, err := h.rec.Incident(context.Background(), 1)
	if err != nil {
		h.t.Fatal(err)
	}
	return in
}

// texts are the messages of people in the record, joins and topics left out.
func (h *house) texts() []string {
	h.t.Helper()
	var out []string
	for _, e := range h.state().Timeline() {
		if e.Message != nil && shown(e.Message.Subtype) {
			text := e.Text
			if !e.Message.DeletedAt.IsZero() {
				text = "(deleted)"
			}
			out = append(out, text)
		}
	}
	return out
}

// eventually waits for a condition.
func (h *house) eventually(what string, ok func() bool) {
	h.t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatalf("waited in vain for %s", what)
}

func (h *house) wantTexts(want ...string) {
	h.t.Helper()
	h.eventually("the record", func() bool { return len(h.texts()) >= len(want) })
	if err := h.Settle(); err != nil {
		h.t.Fatal(err)
	}
	got := h.texts()
	if len(got) != len(want) {
		h.t.Fatalf("the record has %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			h.t.Errorf("message %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func words(text string) *templates.Message {
	return &templates.Message{Summary: text, Parts: []templates.Part{templates.Para(templates.R(templates.T(text)))}}
}

func permanent(t *testing.T, err error) *timeline.Trouble {
	t.Helper()
	tr := trouble(t, err)
	if !tr.Permanent {
		t.Fatalf("%v is not permanent", err)
	}
	return tr
}
