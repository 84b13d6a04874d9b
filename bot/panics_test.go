package bot_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// saboteur is a clock that panics once, the next time that the code named asks it
// for the time. The clock is asked everywhere, so a fault can be put anywhere.
type saboteur struct {
	mu    sync.Mutex
	place string
	hits  int
}

// Now tells the time, or panics.
func (s *saboteur) Now() time.Time {
	s.mu.Lock()
	place := s.place
	s.mu.Unlock()
	if place != "" && within(place) {
		s.mu.Lock()
		hit := s.place == place
		if hit {
			s.place = ""
			s.hits++
		}
		s.mu.Unlock()
		if hit {
			panic("sabotage with secret words")
		}
	}
	return time.Now()
}

func within(place string) bool {
	callers := make([]uintptr, 60)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	for {
		f, more := frames.Next()
		if strings.Contains(f.Function, place) {
			return true
		}
		if !more {
			return false
		}
	}
}

func (s *saboteur) arm(place string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.place = place
}

// TestFaultsAreContained puts a fault into each place where work begins, and has the
// same work done again by somebody else afterwards.
func TestFaultsAreContained(t *testing.T) {
	t.Parallel()
	sab := &saboteur{}
	log := &lines{}
	o := newOffice(t, slacksim.Options{NoLimits: true, Patience: 4 * time.Second, RedeliverAfter: []time.Duration{50 * time.Millisecond, 50 * time.Millisecond, 50 * time.Millisecond}, AckDeadline: 300 * time.Millisecond})
	o.now, o.logger = sab.Now, slog.New(slog.NewTextHandler(log, nil))
	o.Room("incidents")
	o.env["BACKOUT_ANNOUNCE"] = "#incidents"
	o.opens()
	t.Cleanup(o.closes)
	ana, room := o.declares()
	o.soon(1, "the pinned card", func(*timeline.Incident) bool { return len(room.Pins()) == 1 })
	m := ana.Says(room, "500s")
	o.settles()
	for i, p := range []struct {
		place string
		work  func()
	}{
		{"commands.(*Commands).Handle", func() { ana.Types(room, "/incident status").Sees("Backout has a fault there") }},
		{"commands.(*Commands).Handle", func() { ana.Clicks(room.Pins()[0], "Mitigated") }},
		{"commands.(*Commands).Handle", func() { ana.MessageShortcut(m, slack.ShortcutTimeline) }},
		{"commands.(*Commands).Handle", func() { ana.Replies(m, "@backout status") }},
		{"slack.(*Client).publishHome", func() { ana.OpensHome() }},
		{"outbox.(*Outbox).carryOut", func() { ana.Types(room, "/incident impact Everybody").Sees("mpact") }},
		{"outbox.(*Outbox).dispatch", func() { ana.Types(room, "/incident cause Unknown yet").Sees("") }},
		{"outbox.(*Outbox).attempt", func() { ana.Types(room, "/incident update Better").Sees("pdate") }},
		{"pages.(*server).postmortem", func() {
			if code, body := o.get("/api/incidents/INC-1/postmortem.md"); code != 500 || !strings.Contains(body, "fault") {
				t.Errorf("a page with a fault: %d %s", code, body)
			}
		}},
		{"slack.(*History)", func() { o.CutLinks(); o.WaitLinks(1) }},
		{"slack.(*intake)", func() { ana.Says(room, "said while taking has a fault") }},
	} {
		sab.arm(p.place)
		p.work()
		if !o.strikes(sab, i+1) {
			t.Errorf("%s: no fault happened", p.place)
			sab.arm("")
			sab.mu.Lock()
			sab.hits = i + 1
			sab.mu.Unlock()
		}
	}
	o.settles()
	for _, text := range []string{"said while taking has a fault"} {
		o.eventually(text, func() bool {
			_, body := o.get("/api/incidents/INC-1/events")
			return strings.Contains(body, text)
		})
	}
	ana.Types(room, "/incident resolve Over").Sees("esolved")
	o.soon(1, "resolved", func(in *timeline.Incident) bool { return in.Status == timeline.Resolved })
	counted := o.figure("backout_panics_total")
	if strings.Contains(log.String(), "secret words") {
		t.Error("the log has what a panic said")
	}
	t.Logf("faults: %d injected, %d counted, and everything goes on", sab.hits, counted)
	if counted != sab.hits {
		t.Errorf("%d faults, %d counted", sab.hits, counted)
	}
}

// strikes waits until the fault happened, or reports that it does not come.
func (o *office) strikes(s *saboteur, hits int) bool {
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		s.mu.Lock()
		n := s.hits
		s.mu.Unlock()
		if n == hits {
			return true
		}
	}
	return false
}

// figure is the sum of a counter over its labels.
func (o *office) figure(name string) (sum int) {
	o.tb.Helper()
	_, body := o.get("/metrics")
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, name+"{") || strings.HasPrefix(line, name+" ") {
			n := 0
			_, _ = fmt.Sscan(line[strings.LastIndexByte(line, ' ')+1:], &n)
			sum += n
		}
	}
	return sum
}

// lines keeps what is logged.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write keeps it.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String is all of it.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
