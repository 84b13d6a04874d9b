package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"backout/bot/outbox"
	"backout/timeline"
	"backout/timeline/logtest"
	"backout/timeline/rollback"
)

// yard is a bot with a GitHub, whose process may die and start again.
type yard struct {
	t    *testing.T
	hub  *hub
	pd   *beeper // nil where there is none
	far  *outside
	mem  *logtest.Mem
	dies *death
	rec  *timeline.Recorder
	out  *outbox.Outbox
	// restarts counts the deaths that were survived.
	restarts int
}

func yardCatalogue() timeline.Catalogue {
	alerts := timeline.AlertPolicy{Do: timeline.AlertOpens, Attach: time.Hour, Priorities: map[string]string{"P1": "1"}}
	return timeline.Catalogue{Window: time.Hour, Alerts: alerts, Services: []timeline.Service{{
		Name: "web-app", Repo: "acme/web-app", Environment: "production", Owners: []string{"U0ANA", "U0TOM"}, PagerDuty: "PWEB",
		Rollback: timeline.RollbackPolicy{Workflow: "rollback.yml", Ref: "main", Inputs: map[string]string{"version": "{{.To.Version}}"}},
	}}}
}

// start starts the process on what the one before left.
func (y *yard) start() {
	y.t.Helper()
	rec, err := timeline.Open(context.Background(), mortalLog{y.mem, y.dies}, timeline.Options{Catalogue: yardCatalogue()})
	if err != nil {
		y.t.Fatal(err)
	}
	y.rec = rec
	var pager *outbox.Pager
	if y.pd != nil {
		pager = &outbox.Pager{Alerts: y.pd, Calls: y.pd, People: y.pd}
	}
	y.out = outbox.New(outbox.Deps{
		Record: rec, Owed: rec, Ledger: rec, Overview: rec, Pager: pager, Rooms: y.far, Posts: y.far, Files: y.far, History: y.far, Views: plain{}, Documents: plain{}, Meter: silence{},
		Log: slog.New(slog.DiscardHandler), Forge: &outbox.Forge{Changes: y.hub, Workflows: y.hub, Runs: y.hub},
	}, outbox.Options{ChannelPattern: "inc-{{.Number}}"})
	y.out.Start()
}

func (y *yard) stop() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	y.out.Stop(ctx)
	y.rec.Close()
}

// survives starts a new process when the old one is dead.
func (y *yard) survives() bool {
	y.t.Helper()
	select {
	case <-y.dies.died:
	default:
		return false
	}
	if y.dies.at == 0 {
		return false
	}
	y.stop()
	if err := y.mem.Close(); err != nil {
		y.t.Fatal(err)
	}
	mem, err := y.mem.Reopen()
	if err != nil {
		y.t.Fatal(err)
	}
	y.mem = mem
	y.dies.mu.Lock()
	y.dies.at, y.dies.dead, y.dies.armed = 0, false, false
	y.dies.mu.Unlock()
	y.restarts++
	time.Sleep(time.Millisecond) // no process starts in no time
	y.start()
	return true
}

// passes lets time go by; a process that dies meanwhile is started again.
func (y *yard) passes(d time.Duration) {
	y.t.Helper()
	for end := time.Now().Add(d); ; {
		left := time.Until(end)
		if left <= 0 {
			break
		}
		select {
		case <-time.After(left):
		case <-deathOf(y.dies):
			synctest.Wait()
			time.Sleep(time.Second)
			y.survives()
		}
	}
	synctest.Wait()
}

func deathOf(d *death) <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.at == 0 {
		return nil
	}
	return d.died
}

// presses is what a person does; when the process dies over it Slack brings the
// same delivery again. The refusal, if any, is given back.
func (y *yard) presses(c timeline.Change) error {
	y.t.Helper()
	for {
		_, err := y.rec.Record(context.Background(), c)
		synctest.Wait()
		if y.survives() {
			continue
		}
		var r *timeline.Refusal
		if err != nil && !errors.As(err, &r) {
			y.t.Fatalf("neither done nor refused: %v", err)
		}
		return err
	}
}

func (y *yard) does(c timeline.Change) {
	y.t.Helper()
	if err := y.presses(c); err != nil {
		y.t.Fatal(err)
	}
}

func (y *yard) incident() *timeline.Incident {
	y.t.Helper()
	in, err := y.rec.Incident(context.Background(), 1)
	if err != nil {
		y.t.Fatal(err)
	}
	return in
}

func (y *yard) rollback() timeline.Rollback {
	y.t.Helper()
	rb, ok := y.incident().Rollback(1)
	if !ok {
		y.t.Fatal("there is no R1")
	}
	return rb
}

// deployed records a deploy that took effect a while ago.
func (y *yard) deployed(version string, ago time.Duration) {
	y.t.Helper()
	at := time.Now().Add(-ago)
	y.does(timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{{
		Source: timeline.DeploySource{Name: "api", ID: version}, Service: "web-app", Environment: "production", Version: version, SHA: version + "0000000",
		State: timeline.DeploySucceeded, Started: at.Add(-time.Minute), Finished: at,
	}}}))
}

// newYard is a workspace in which v2.4.0 went out five minutes before the
// incident.
func newYard(t *testing.T, m mood, killAt int) *yard {
	t.Helper()
	dies := &death{at: killAt, died: make(chan struct{})}
	y := &yard{
		t: t, dies: dies, mem: logtest.Memory(), hub: &hub{mood: m, dies: dies, accepted: map[string]int{}},
		far: &outside{fails: map[string][]failure{}, rooms: map[string]timeline.Channel{}},
	}
	time.Sleep(60 * 24 * time.Hour) // a bubble begins with the year 2000, the first that the record takes
	y.start()
	t.Cleanup(func() { y.stop() })
	y.deployed("v2.3.9", 9*24*time.Hour)
	y.deployed("v2.4.0", 5*time.Minute)
	y.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "Logins fail", Services: []string{"web-app"}, Lead: "U0ANA"}))
	y.passes(5 * time.Second)
	return y
}

func ana() rollback.Actor { return rollback.Actor{User: "U0ANA", Allowed: true} }
func tom() rollback.Actor { return rollback.Actor{User: "U0TOM", Allowed: true} }

// rollsBack is the whole course, with what clumsy people do: a yes pressed twice,
// a yes by two people, and another yes where nobody can tell.
func (y *yard) rollsBack() {
	y.t.Helper()
	y.dies.mu.Lock()
	y.dies.armed = true
	y.dies.mu.Unlock()
	y.does(rollback.Propose("ui:propose", "U0ANA", 1, rollback.Ask{Service: "web-app"}))
	y.passes(10 * time.Second)
	yes := rollback.Confirm("ui:yes", ana(), 1, 1, "first", "")
	y.does(yes)
	y.does(yes) // Slack brings it twice
	if err := y.presses(rollback.Confirm("ui:yes-too", tom(), 1, 1, "other", "")); err == nil {
		y.t.Fatal("a second person's yes counted")
	}
	y.passes(3 * time.Minute)
	if y.rollback().State == timeline.RollbackUnclear {
		y.does(rollback.DispatchAgain("ui:again", tom(), 1, 1, "second"))
		_ = y.presses(rollback.DispatchAgain("ui:again-too", ana(), 1, 1, "third"))
		y.passes(4 * time.Minute)
	}
	if y.rollback().State == timeline.RollbackUnclear {
		y.does(rollback.Abandon("ui:give-up", ana(), 1, 1))
	}
	y.passes(3 * time.Minute)
	if rb := y.rollback(); rb.State == timeline.RollbackFailed && rb.Run.ID != 0 {
		y.does(rollback.Rerun("ui:rerun", ana(), 1, 1))
		_ = y.presses(rollback.Rerun("ui:rerun-too", tom(), 1, 1))
		y.passes(3 * time.Minute)
	}
}

// check holds what must be true whatever happened.
func (y *yard) check() {
	y.t.Helper()
	rb := y.rollback()
	for id, n := range y.hub.accepted {
		if n > 1 {
			y.t.Errorf("%s was dispatched %d times", id, n)
		}
	}
	if total := y.hub.total(); total > rb.Confirmation {
		y.t.Errorf("%d dispatches for %d confirmations", total, rb.Confirmation)
	}
	if !rb.State.Finished() {
		y.t.Errorf("it never ended: %s, owed %v", rb.State, y.rec.Effects())
	}
	for i, p := range rb.Phases {
		if e, ok := y.incident().Entry(p.N); !ok || e.Kind != timeline.KindRollback {
			y.t.Errorf("phase %s has no row", p.State)
		}
		if i > 0 && !rollback.Legal(rb.Phases[i-1].State, p.State) {
			y.t.Errorf("%s came after %s", p.State, rb.Phases[i-1].State)
		}
	}
	live, err := y.rec.DeploysOf(context.Background(), "web-app", "production")
	if err != nil {
		y.t.Fatal(err)
	}
	won := rb.State == timeline.RollbackSucceeded
	if got := live[0].Version == "v2.3.9"; got != won {
		y.t.Errorf("the rollback %s, and the record of deploys says that %s is live", rb.State, live[0].Version)
	}
	if won && live[1].Undone != (timeline.RollbackRef{Incident: 1, Number: 1}) {
		y.t.Errorf("v2.4.0 is not marked as undone: %+v", live[1])
	}
	if ran := y.hub.total() > 0; won && !ran || rb.State == timeline.RollbackFailed && ran {
		y.t.Errorf("the timeline says %s, GitHub ran %d", rb.State, y.hub.total())
	}
	for _, e := range y.rec.Effects() {
		if strings.Contains(e.Key, "/dispatch/") || strings.Contains(e.Key, "/follow/") || strings.Contains(e.Key, "/lapse/") {
			y.t.Errorf("%s is still owed", e.Key)
		}
	}
}

// TestARollbackDispatchesAtMostOnceWhereverTheProcessDies kills the process at
// every point of a rollback, before and after each commit and each call, in every
// mood of GitHub.
func TestARollbackDispatchesAtMostOnceWhereverTheProcessDies(t *testing.T) {
	kills, dispatches, confirmations := 0, 0, 0
	ends := map[timeline.RollbackState]int{}
	for _, m := range moods() {
		t.Run(m.name, func(t *testing.T) {
			for at := 0; ; at++ {
				more := false
				ok := t.Run(fmt.Sprintf("killed at %d", at), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						y := newYard(t, m, at)
						y.rollsBack()
						y.check()
						kills += y.restarts
						dispatches += y.hub.total()
						confirmations += y.rollback().Confirmation
						ends[y.rollback().State]++
						more = at == 0 || y.restarts > 0
					})
				})
				if !ok || !more {
					return
				}
			}
		})
	}
	if kills < 500 {
		t.Errorf("only %d kill points: the test does not do what it says", kills)
	}
	t.Logf("%d kill points, %d confirmations, %d dispatches accepted by GitHub; ends: %v", kills, confirmations, dispatches, ends)
}

// quietYard is a yard that nobody kills.
func quietYard(t *testing.T, m mood, f func(*yard)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(newYard(t, m, 0)) })
}

// saysYes proposes and confirms.
func (y *yard) saysYes() {
	y.t.Helper()
	y.does(rollback.Propose("ui:propose", "U0ANA", 1, rollback.Ask{Service: "web-app"}))
	y.passes(10 * time.Second)
	y.does(rollback.Confirm("ui:yes", ana(), 1, 1, "first", ""))
}

func TestAProposalThatNobodyConfirmsLapses(t *testing.T) {
	quietYard(t, moods()[0], func(y *yard) {
		y.does(rollback.Propose("ui:propose", "U0ANA", 1, rollback.Ask{Service: "web-app"}))
		y.passes(29 * time.Minute)
		if s := y.rollback().State; s != timeline.RollbackProposed {
			t.Fatal(s)
		}
		y.passes(2 * time.Minute)
		if rb := y.rollback(); rb.State != timeline.RollbackCancelled || !strings.Contains(rb.Reason, "nobody confirmed") {
			t.Errorf("%s, %s", rb.State, rb.Reason)
		}
	})
}

func TestAnOverdueRunIsSaidAndFollowedOn(t *testing.T) {
	m := moods()[0]
	m.takes = 50 * time.Minute
	quietYard(t, m, func(y *yard) {
		y.saysYes()
		y.passes(29 * time.Minute)
		if s := y.rollback().State; s != timeline.RollbackRunning {
			t.Fatal(s)
		}
		y.passes(2 * time.Minute)
		if rb := y.rollback(); rb.State != timeline.RollbackOverdue || !strings.Contains(rb.Reason, "30 min") {
			t.Errorf("%s, %s", rb.State, rb.Reason)
		}
		y.passes(20 * time.Minute)
		if s := y.rollback().State; s != timeline.RollbackSucceeded {
			t.Error(s)
		}
	})
}

// TestDispatchAgainLooksForTheFirst: a person says yes again just before the first
// run shows up.
func TestDispatchAgainLooksForTheFirst(t *testing.T) {
	m := moods()[2]
	m.lag = 97 * time.Second
	quietYard(t, m, func(y *yard) {
		y.saysYes()
		y.passes(96 * time.Second)
		if s := y.rollback().State; s != timeline.RollbackUnclear {
			t.Fatal(s)
		}
		y.hub.mood.lag = 0
		y.does(rollback.DispatchAgain("ui:again", tom(), 1, 1, "second"))
		y.passes(2 * time.Minute)
		if rb := y.rollback(); rb.State != timeline.RollbackSucceeded || y.hub.total() != 1 || y.hub.accepted["first"] != 1 {
			t.Errorf("%s after %d dispatches %v", rb.State, y.hub.total(), y.hub.accepted)
		}
	})
}

// TestWhatCannotBeReadIsAskedForAgain: the card says why a change is not known,
// and knows it once GitHub answers.
func TestWhatCannotBeReadIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, moods()[0], 0)
		noted, ok := y.incident().Noted(2)
		if !ok || noted.Facts == nil || noted.Standing != timeline.StandingSuspect {
			t.Fatalf("%+v", noted)
		}
		y.stop()
		y.start()
		y.out.Forge = nil
		y.does(timeline.Judge("ui:1", "U0ANA", 1, 1, timeline.StandingSuspect))
		y.passes(time.Minute)
		if noted, _ := y.incident().Noted(1); !strings.Contains(noted.Trouble, "GitHub is not connected") {
			t.Errorf("%+v", noted)
		}
	})
}
