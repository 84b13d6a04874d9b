package outbox_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"backout/bot/outbox"
	"backout/timeline"
	"backout/timeline/logtest"
)

// beeper is a PagerDuty reduced to what the outbox asks of it. It outlives the
// bot.
type beeper struct {
	dies *death

	mu    sync.Mutex
	state map[string]string // incidents there, by id
	notes map[string]int    // by marker
	calls map[string]int    // by key
	level string
}

func newBeeper(dies *death) *beeper {
	return &beeper{dies: dies, state: map[string]string{"PD1": "triggered"}, notes: map[string]int{}, calls: map[string]int{}}
}

// do performs something between two points at which the process may die.
func (b *beeper) do(name string, f func()) error {
	if err := b.dies.point(name); err != nil {
		return err
	}
	b.mu.Lock()
	f()
	b.mu.Unlock()
	return b.dies.point(name + " done")
}

func (b *beeper) Acknowledge(_ context.Context, id string) error {
	return b.do("acknowledge", func() {
		if b.state[id] == "triggered" {
			b.state[id] = "acknowledged"
		}
	})
}

func (b *beeper) Resolve(_ context.Context, id string) error {
	return b.do("resolve", func() { b.state[id] = "resolved" })
}

func (b *beeper) SetPriority(_ context.Context, _, priority string) error {
	return b.do("priority", func() { b.level = priority })
}

func (b *beeper) AddNote(_ context.Context, _, _, marker string) error {
	return b.do("note", func() { b.notes[marker]++ })
}

func (b *beeper) FindNote(_ context.Context, _, marker string) (found bool, err error) {
	err = b.do("find note", func() { found = b.notes[marker] > 0 })
	return found, err
}

func (b *beeper) Call(_ context.Context, c outbox.Call, again bool) (key, link string, err error) {
	err = b.do("call", func() {
		if !again || b.calls[c.Key] == 0 {
			b.calls[c.Key]++
		}
	})
	return "PDPAGE", "https://acme.pagerduty.example/PDPAGE", err
}

func (b *beeper) OnCall(context.Context, string) (who []outbox.OnCall, err error) {
	err = b.do("on call", func() {
		who = []outbox.OnCall{{Level: 1, Name: "Tom", ID: "PTOM"}, {Level: 1, Name: "Gil", ID: "PGIL"}, {Level: 2, Name: "Eve", ID: "PEVE"}}
	})
	return who, err
}

func (b *beeper) SlackUser(_ context.Context, id, _ string) (string, bool, error) {
	return "U0TOM", id == "PTOM", nil
}

func (b *beeper) PagerUser(_ context.Context, user string) (string, bool, error) {
	return "PTOM", user == "U0TOM", nil
}

// newAlertYard is a bot on which an alert opens incidents, with nothing in it yet.
func newAlertYard(t *testing.T, killAt int) *yard {
	t.Helper()
	dies := &death{at: killAt, died: make(chan struct{})}
	y := &yard{
		t: t, dies: dies, mem: logtest.Memory(), hub: &hub{mood: moods()[0], dies: dies, accepted: map[string]int{}}, pd: newBeeper(dies),
		far: &outside{fails: map[string][]failure{}, rooms: map[string]timeline.Channel{}},
	}
	time.Sleep(60 * 24 * time.Hour)
	y.start()
	t.Cleanup(func() { y.stop() })
	return y
}

func told(event timeline.AlertEvent) timeline.Alert {
	return timeline.Alert{Source: timeline.PagerDuty, Key: "PD1", Event: event, Title: "Login errors", Service: "web-app", Policy: "PPOL", At: time.Now()}
}

// worksOn is the course of an alert: it opens the incident, people take it over,
// say something, call for help, and end it.
func (y *yard) worksOn() {
	y.t.Helper()
	y.dies.mu.Lock()
	y.dies.armed = true
	y.dies.mu.Unlock()
	for range 2 {
		y.does(timeline.TakeAlert("pd:1", told(timeline.AlertTriggered)))
	}
	y.passes(time.Minute)
	y.does(timeline.SetRole("ui:1", "U0ANA", 1, timeline.LeadRole, "U0ANA"))
	y.passes(time.Minute)
	y.does(timeline.TakeAlert("pd:2", told(timeline.AlertAcknowledged))) // the echo
	y.does(timeline.SetSeverity("ui:2", "U0ANA", 1, "1"))
	y.does(timeline.GiveUpdate("ui:3", "U0ANA", 1, "Rolling back", time.Time{}))
	y.does(timeline.AskPage("ui:4", "U0ANA", 1, "U0TOM", "user", "", "Please join"))
	y.passes(2 * time.Minute)
	y.does(timeline.Resolve("ui:5", "U0ANA", 1, "done"))
	y.passes(2 * time.Minute)
	y.does(timeline.TakeAlert("pd:3", told(timeline.AlertResolved)))
	y.passes(time.Minute)
}

// TestAnAlertIsWorkedOnOnceWhereverTheProcessDies kills the process at every point
// of an alert's course.
func TestAnAlertIsWorkedOnOnceWhereverTheProcessDies(t *testing.T) {
	kills := 0
	for at := 0; ; at++ {
		more := false
		ok := t.Run(fmt.Sprintf("killed at %d", at), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				y := newAlertYard(t, at)
				y.worksOn()
				y.checkAlert()
				kills += y.restarts
				more = at == 0 || y.restarts > 0
			})
		})
		if !ok || !more {
			break
		}
	}
	if kills < 50 {
		t.Errorf("only %d kill points: the test does not do what it says", kills)
	}
	t.Logf("%d kill points", kills)
}

func (y *yard) checkAlert() {
	y.t.Helper()
	if n := len(y.rec.Summaries()); n != 1 {
		y.t.Errorf("%d incidents", n)
	}
	in := y.incident()
	if y.pd.state["PD1"] != "resolved" || y.pd.level != "P1" {
		y.t.Errorf("there it is %s, %s", y.pd.state["PD1"], y.pd.level)
	}
	for what, counts := range map[string]map[string]int{"note": y.pd.notes, "call": y.pd.calls} {
		if len(counts) != 1 {
			y.t.Errorf("%d %ss: %v", len(counts), what, counts)
		}
		for key, n := range counts {
			if n != 1 {
				y.t.Errorf("%s %s %d times", what, key, n)
			}
		}
	}
	if p, ok := in.Page(1); !ok || p.State != timeline.PageSent {
		y.t.Errorf("the page: %+v", p)
	}
	count := map[timeline.AlertEvent]int{}
	for _, e := range in.Timeline() {
		if b, ok := e.Body.(timeline.AlertNoted); ok {
			count[b.Alert.Event]++
		}
	}
	for event, n := range count {
		if n != 1 {
			y.t.Errorf("%s stands %d times in the timeline", event, n)
		}
	}
	if len(in.Failures) != 1 || !strings.Contains(in.Failures[0].Reason, "Gil") {
		y.t.Errorf("who is on call and not in Slack is not named: %+v", in.Failures)
	}
	posts := map[string]int{}
	for _, p := range y.far.posts {
		posts[p.key]++
	}
	for key, n := range posts {
		if n != 1 {
			y.t.Errorf("posted %s %d times", key, n)
		}
	}
}
