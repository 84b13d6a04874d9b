package schedule_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"backout/bot/config"
	"backout/bot/schedule"
	"backout/timeline"
	"backout/timeline/logtest"
	"backout/timeline/nudges"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	ana = "U0ANA"
	bob = "U0BOB"
)

// failer is a test, or one try of a property.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// office is a bot reduced to its record and its schedule, on a clock of its own.
type office struct {
	failer
	mem   *logtest.Mem
	rec   *timeline.Recorder
	sched *schedule.Schedule
	opt   schedule.Options
	meter *meter
	now   time.Time
	keys  int
	// wrap stands between schedule and record, if set.
	wrap func(schedule.Record) schedule.Record
}

// monday is the first day.
func monday(clock string) time.Time { return day(23, clock) }

func day(day int, clock string) time.Time {
	t, err := time.Parse("15:04:05", clock)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 11, day, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

func usual() schedule.Options {
	return schedule.Options{
		Nudges: nudges.Policy{
			Update: map[string]time.Duration{"1": 30 * time.Minute, "2": time.Hour},
			NoLead: 5 * time.Minute, Quiet: 30 * time.Minute, Stale: 6 * time.Hour, Postmortem: 3 * time.Hour,
		},
		FollowUps: "0 9 * * 1-5", Digest: "0 9 * * 1", Announce: true,
	}
}

// newOffice opens an office; close it when done.
func newOffice(t failer, now time.Time, o schedule.Options) *office {
	h := &office{failer: t, mem: logtest.Memory(), meter: &meter{}, now: now, opt: o}
	h.opt.Parse, h.opt.Meter, h.opt.Log = config.ParseSchedule, h.meter, slog.New(slog.DiscardHandler)
	h.opt.Now = func() time.Time { return h.now }
	h.open()
	return h
}

func (h *office) open() {
	h.Helper()
	rec, err := timeline.Open(context.Background(), h.mem, timeline.Options{Now: h.opt.Now, KeepClosed: 1})
	if err != nil {
		h.Fatal(err)
	}
	h.rec = rec
	var r schedule.Record = rec
	if h.wrap != nil {
		r = h.wrap(r)
	}
	if h.sched, err = schedule.New(r, h.opt); err != nil {
		h.Fatal(err)
	}
}

func (h *office) close() {
	h.sched.Stop(context.Background())
	h.rec.Close()
	_ = h.mem.Close()
}

// restarts ends the process, and begins another on the same log.
func (h *office) restarts() {
	h.Helper()
	h.close()
	mem, err := h.mem.Reopen()
	if err != nil {
		h.Fatal(err)
	}
	h.mem = mem
	h.open()
}

// passes ticks at every full minute up to the instant.
func (h *office) passes(to time.Time) {
	for next := h.now.Truncate(time.Minute).Add(time.Minute); !next.After(to); next = next.Add(time.Minute) {
		h.now = next
		h.sched.Tick(context.Background(), h.now)
	}
	h.now = to
}

func (h *office) key() string { h.keys++; return fmt.Sprintf("ui:%d", h.keys) }

func (h *office) does(c timeline.Change) {
	h.Helper()
	if _, err := h.rec.Record(context.Background(), c); err != nil {
		h.Fatal(err)
	}
}

// declares declares incident n and opens its channel.
func (h *office) declares(n int, d timeline.Declaration) {
	h.Helper()
	d.Title = fmt.Sprintf("Trouble %d", n)
	h.does(timeline.Declare(h.key(), ana, d))
	h.does(timeline.ChannelIsOpen(
		timeline.Effect{Key: timeline.EffectKey(n, timeline.OweChannel, 0), Kind: timeline.OweChannel, Incident: n},
		timeline.Channel{ID: channel(n), Name: "inc", Private: d.Private}))
}

func channel(n int) string { return fmt.Sprintf("C%d", n) }

// given is a reminder as it stands in the record.
type given struct {
	At       time.Time
	Incident int
	What, By string // By is its key
}

func (g given) String() string {
	if g.Incident == timeline.Ledger {
		return g.At.Format("15:04 ") + g.What
	}
	return g.At.Format("15:04 ") + g.What + " " + timeline.ID(g.Incident)
}

// given lists the reminders in the record, in order.
func (h *office) given() []given {
	h.Helper()
	var out []given
	keys := map[string]bool{}
	numbers := []int{timeline.Ledger}
	for _, s := range h.rec.Summaries() {
		numbers = append(numbers, s.Number)
	}
	for _, n := range numbers {
		events, err := h.rec.Raw(context.Background(), n)
		if err != nil {
			h.Fatal(err)
		}
		for _, e := range events {
			g := given{At: e.At, Incident: n, By: e.Source.Key}
			switch b := e.Body.(type) {
			case timeline.Nudged:
				g.What = string(b.About)
			case timeline.Reminded:
				g.What = b.What
			default:
				continue
			}
			if keys[g.By] {
				h.Fatalf("%s was given twice", g.By)
			}
			keys[g.By] = true
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b given) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.String(), b.String())
	})
	return out
}

// wants compares what was given.
func (h *office) wants(want ...string) {
	h.Helper()
	var got []string
	for _, g := range h.given() {
		got = append(got, g.String())
	}
	if !slices.Equal(got, want) {
		h.Fatalf("given:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// owed lists what is owed of a kind, with the people concerned.
func (h *office) owed(kind timeline.EffectKind) []string {
	var out []string
	for _, e := range h.rec.Effects() {
		if e.Kind == kind {
			out = append(out, strings.Join(e.Users, ","))
		}
	}
	slices.Sort(out)
	return out
}

type meter struct {
	mu     sync.Mutex
	counts map[string]int
}

func (m *meter) Count(name string, labels ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts == nil {
		m.counts = map[string]int{}
	}
	m.counts[name+" "+strings.Join(labels, " ")]++
}

func (m *meter) of(name string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.counts[name]
}

// testing cleans up by itself.
func openOffice(t *testing.T, now time.Time, o schedule.Options) *office {
	t.Helper()
	h := newOffice(t, now, o)
	t.Cleanup(func() { h.close() })
	return h
}

func writes(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}
