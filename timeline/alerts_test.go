package timeline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/timeline"
)

// alarm is an alert of web-app at PagerDuty; change it as the test needs.
func (o *ops) alarm(key string, event timeline.AlertEvent, edits ...func(*timeline.Alert)) timeline.Alert {
	a := timeline.Alert{
		Source: timeline.PagerDuty, Key: key, Event: event, Title: "Login errors " + key, Service: "web-app", Place: "web-app there",
		Link: "https://acme.pagerduty.example/incidents/" + key, Policy: "PPOL", At: o.now,
	}
	for _, e := range edits {
		e(&a)
	}
	return a
}

func (o *ops) takes(key string, a timeline.Alert) timeline.Outcome {
	o.t.Helper()
	return o.does(timeline.TakeAlert(key, a))
}

// policy starts the record with what alerts do, in place of the usual one.
func (o *ops) policy(do string) {
	o.t.Helper()
	o.rec.Close()
	cat := catalogue()
	cat.Alerts = timeline.AlertPolicy{Do: do, Attach: 30 * time.Minute, Priorities: map[string]string{"P1": "1", "P2": "2"}}
	rec, err := timeline.Open(context.Background(), o.mem, timeline.Options{Now: func() time.Time { return o.now }, Catalogue: cat})
	if err != nil {
		o.t.Fatal(err)
	}
	o.rec = rec
}

func (o *ops) numbers() string {
	var out []string
	for _, s := range o.rec.Summaries() {
		out = append(out, fmt.Sprintf("%s %s", s.ID(), s.Status))
	}
	slices.Reverse(out)
	return strings.Join(out, ", ")
}

func TestAnAlertOpensOneIncidentInWhateverOrderItIsTold(t *testing.T) {
	for _, order := range [][]timeline.AlertEvent{
		{timeline.AlertTriggered, timeline.AlertAcknowledged, timeline.AlertResolved},
		{timeline.AlertAcknowledged, timeline.AlertTriggered, timeline.AlertResolved},
		{timeline.AlertTriggered, timeline.AlertTriggered, timeline.AlertTriggered},
		{timeline.AlertTriggered, timeline.AlertResolved, timeline.AlertAcknowledged},
	} {
		o := newOps(t)
		o.policy(timeline.AlertOpens)
		at := map[timeline.AlertEvent]time.Time{timeline.AlertTriggered: o.now, timeline.AlertAcknowledged: o.now.Add(time.Minute), timeline.AlertResolved: o.now.Add(2 * time.Minute)}
		o.now = o.now.Add(5 * time.Minute)
		for i, event := range order {
			a := o.alarm("PD1", event, func(a *timeline.Alert) { a.At = at[event] })
			for range 3 { // each delivered three times
				o.takes(fmt.Sprint("pd:", i), a)
			}
		}
		in := o.incident(1)
		if got := o.numbers(); got != "INC-1 investigating" || len(in.Alerts) != 1 {
			t.Errorf("%v: %s, %+v", order, got, in.Alerts)
		}
		want := timeline.AlertResolved
		if order[2] == timeline.AlertTriggered {
			want = timeline.AlertTriggered
		}
		if in.Alerts[0].Status != want || !in.Status.Open() {
			t.Errorf("%v: it stands at %s", order, in.Alerts[0].Status)
		}
		if m := in.Moments(); m.Detected.Assumed || m.Detected.At.After(o.now.Add(-3*time.Minute)) {
			t.Errorf("%v: detected %+v", order, m.Detected)
		}
	}
}

func TestAlertsOfOneOutageJoinIt(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOpens)
	o.takes("pd:1", o.alarm("PD1", timeline.AlertTriggered, func(a *timeline.Alert) { a.Priority = "P1" }))
	o.now = o.now.Add(29 * time.Minute)
	o.takes("pd:2", o.alarm("PD2", timeline.AlertTriggered))
	o.now = o.now.Add(29 * time.Minute) // counted from the last one
	o.takes("pd:3", o.alarm("PD3", timeline.AlertTriggered))
	o.now = o.now.Add(31 * time.Minute)
	o.takes("pd:4", o.alarm("PD4", timeline.AlertTriggered))
	o.takes("pd:5", o.alarm("PD5", timeline.AlertTriggered, func(a *timeline.Alert) { a.Service = "billing" }))
	if got := o.numbers(); got != "INC-1 investigating, INC-2 investigating, INC-3 investigating" {
		t.Fatal(got)
	}
	if in := o.incident(1); len(in.Alerts) != 3 || in.Severity != "1" || !slices.Equal(in.Services, []string{"web-app"}) {
		t.Errorf("%d alerts, severity %s, services %v", len(in.Alerts), in.Severity, in.Services)
	}
	o.takes("pd:6", o.alarm("PD6", timeline.AlertTriggered, func(a *timeline.Alert) { a.Service = "" }))
	o.takes("pd:7", o.alarm("PD7", timeline.AlertAnnotated))
	if got := o.numbers(); strings.Count(got, "INC") != 3 {
		t.Errorf("an alert of no service of ours, or a note on one that nobody knows, opened one: %s", got)
	}
}

func TestWhatBecameOfAnAlertFollowsItWhereverItWent(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOpens)
	o.takes("pd:1", o.alarm("PD1", timeline.AlertTriggered))
	o.takes("pd:2", o.alarm("PD2", timeline.AlertTriggered))
	second := o.incident(1).Alerts[1].N
	o.does(timeline.SplitAlert("ui:1", "U0ANA", 1, second))
	o.refused(timeline.SplitAlert("ui:2", "U0ANA", 1, second), "not here any more")
	o.takes("pd:3", o.alarm("PD2", timeline.AlertAcknowledged, func(a *timeline.Alert) { a.At = o.now.Add(time.Minute); a.Who = "Priya" }))
	if in := o.incident(2); in.Lead() != "U0ANA" || len(in.Alerts) != 1 || in.Alerts[0].Status != timeline.AlertAcknowledged {
		t.Fatalf("%+v", in.Alerts)
	}
	o.refused(timeline.Merge("ui:3", "U0ANA", 2, 2), "into itself")
	o.does(timeline.Merge("ui:4", "U0ANA", 2, 1))
	o.refused(timeline.Merge("ui:5", "U0ANA", 2, 1), "merged")
	o.refused(timeline.Merge("ui:6", "U0ANA", 1, 2), "is not open")
	o.now = o.now.Add(10 * time.Minute)
	o.takes("pd:4", o.alarm("PD2", timeline.AlertResolved))
	if in := o.incident(1); !slices.Equal(in.Merged, []int{2}) || len(in.Alerts) != 2 {
		t.Errorf("merged %v, %+v", in.Merged, in.Alerts)
	}
	if got := o.numbers(); got != "INC-1 investigating, INC-2 merged" {
		t.Error(got)
	}
}

func TestAGroupOfAlertsIsOneAlertWhileItLasts(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOpens)
	group := func(start string) func(*timeline.Alert) {
		return func(a *timeline.Alert) {
			a.Source, a.Group, a.Key, a.At = "alertmanager", "{}:web", "{}:web@"+start, o.now
		}
	}
	o.takes("am:1", o.alarm("", timeline.AlertTriggered, group("1")))
	o.now = o.now.Add(40 * time.Minute)
	o.takes("am:2", o.alarm("", timeline.AlertTriggered, group("2"))) // its first member is well again
	o.takes("am:3", o.alarm("", timeline.AlertResolved, group("2")))
	if in := o.incident(1); len(in.Alerts) != 1 || in.Alerts[0].Status != timeline.AlertResolved || o.numbers() != "INC-1 investigating" {
		t.Errorf("%s, %+v", o.numbers(), in.Alerts)
	}
	o.now = o.now.Add(24 * time.Hour)
	o.does(timeline.Resolve("ui:1", "U0ANA", 1, ""))
	o.takes("am:4", o.alarm("", timeline.AlertTriggered, group("9")))
	if got := o.numbers(); got != "INC-1 resolved, INC-2 investigating" {
		t.Errorf("a day later: %s", got)
	}
}

func TestAnOfferOpensNothingUntilSomebodyTakesIt(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOffers)
	out := o.takes("pd:1", o.alarm("PD1", timeline.AlertTriggered))
	o.takes("pd:2", o.alarm("PD1", timeline.AlertAcknowledged))
	if got := o.numbers(); got != "" {
		t.Fatal(got)
	}
	n := out.Events[0].N
	o.does(timeline.DeclareOffered("ui:1", "U0ANA", n, nil))
	o.refused(timeline.DeclareOffered("ui:2", "U0TOM", n, nil), "INC-1 was declared from it already")
	o.refused(timeline.DeclareOffered("ui:3", "U0TOM", 99, nil), "not known")
	o.now = o.now.Add(time.Minute)
	o.takes("pd:3", o.alarm("PD1", timeline.AlertResolved))
	if in := o.incident(1); in.Lead() != "U0ANA" || len(in.Alerts) != 1 || in.Alerts[0].Status != timeline.AlertResolved || in.Title != "Login errors PD1" {
		t.Errorf("%q led by %s with %+v", in.Title, in.Lead(), in.Alerts)
	}
}

func TestAnAlertThatIsOverAlreadyOpensNothing(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOpens)
	o.takes("pd:2", o.alarm("PD1", timeline.AlertResolved))
	o.takes("pd:1", o.alarm("PD1", timeline.AlertTriggered, func(a *timeline.Alert) { a.At = o.now.Add(-time.Minute) }))
	if got := o.numbers(); got != "" || !slices.Contains(o.owed(), "INC-0/offer/1") {
		t.Errorf("%s, owed %v", got, o.owed())
	}
}

func TestTheAlertingSystemIsToldWhatPeopleDo(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertTriage)
	o.takes("pd:1", o.alarm("PD1", timeline.AlertTriggered))
	o.does(timeline.ChannelIsOpen(o.effect(timeline.OweChannel), timeline.Channel{ID: "C1", Name: "inc-1", From: o.now}))
	if s := o.incident(1).Status; s != timeline.Triage {
		t.Fatal(s)
	}
	row := o.incident(1).Alerts[0].N
	owes := func(kind timeline.EffectKind) bool {
		return slices.Contains(o.owed(), timeline.EffectKey(1, kind, row))
	}
	if !owes(timeline.OweOnCall) || owes(timeline.OweAlertAck) {
		t.Errorf("owed %v", o.owed())
	}
	o.does(timeline.SetRole("ui:1", "U0ANA", 1, timeline.LeadRole, "U0ANA"))
	if !owes(timeline.OweAlertAck) {
		t.Errorf("owed %v", o.owed())
	}
	o.does(timeline.AlertTold(o.effect(timeline.OweAlertAck), o.alarm("PD1", timeline.AlertAcknowledged, func(a *timeline.Alert) { a.Who = "Backout" })))
	rows := len(o.incident(1).Timeline())
	o.takes("pd:2", o.alarm("PD1", timeline.AlertAcknowledged)) // the echo
	if got := len(o.incident(1).Timeline()); got != rows {
		t.Error("the echo of our own acknowledgement is an entry")
	}
	o.does(timeline.SetSeverity("ui:2", "U0ANA", 1, "1"))
	o.does(timeline.GiveUpdate("ui:3", "U0ANA", 1, "Looking", time.Time{}))
	if !owes(timeline.OweAlertLevel) {
		t.Errorf("owed %v", o.owed())
	}
	o.does(timeline.Resolve("ui:4", "U0ANA", 1, "done"))
	if !owes(timeline.OweAlertResolve) {
		t.Errorf("owed %v", o.owed())
	}
}

func TestADrillIsKeptFromEverybodyElse(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOpens)
	o.hears(o.report("1", "v1", o.now.Add(-time.Minute)))
	o.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "Practice", Severity: "1", Services: []string{"web-app"}, Drill: true, Lead: "U0ANA"}))
	o.does(timeline.ChannelIsOpen(o.effect(timeline.OweChannel), timeline.Channel{ID: "C1", Name: "inc-1", From: o.now}))
	o.takes("pd:1", o.alarm("PD1", timeline.AlertTriggered))
	if got := o.numbers(); got != "INC-1 investigating, INC-2 investigating" {
		t.Errorf("an alert joined a drill: %s", got)
	}
	for _, key := range o.owed() {
		if strings.HasPrefix(key, "INC-1/announce") {
			t.Errorf("%s is owed for a drill", key)
		}
	}
	if f := o.rec.Frozen("web-app"); len(f) != 0 {
		t.Errorf("a drill freezes deploys: %+v", f)
	}
}

func TestAnAlertOlderThanTheDeclarationMovesDetection(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOpens)
	o.takes("pd:1", o.alarm("PD1", timeline.AlertTriggered))
	declared := o.now
	detected := func(want time.Duration) {
		t.Helper()
		if m := o.incident(1).Moments().Detected; !m.At.Equal(declared.Add(-want)) || m.Assumed {
			t.Errorf("detected %s before it was declared, assumed %t; want %s", declared.Sub(m.At), m.Assumed, want)
		}
	}
	detected(0)
	o.takes("pd:2", o.alarm("PD2", timeline.AlertTriggered, func(a *timeline.Alert) { a.At = declared.Add(-4 * time.Minute) }))
	detected(4 * time.Minute)
	o.does(timeline.SplitAlert("ui:1", "U0ANA", 1, o.incident(1).Alerts[1].N))
	detected(0)
	o.does(timeline.SetMoment("ui:2", "U0ANA", 1, timeline.Detected, declared.Add(-time.Minute)))
	o.takes("pd:3", o.alarm("PD3", timeline.AlertTriggered, func(a *timeline.Alert) { a.At = declared.Add(-9 * time.Minute) }))
	detected(time.Minute)
}

func TestATriggerThatComesLateStillTellsWhenItBegan(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOpens)
	fired := o.now.Add(-6 * time.Minute)
	o.takes("pd:2", o.alarm("PD1", timeline.AlertAcknowledged))
	for i := range 2 {
		o.takes(fmt.Sprint("pd:1", i), o.alarm("PD1", timeline.AlertTriggered, func(a *timeline.Alert) { a.At = fired }))
	}
	in := o.incident(1)
	s := in.Alerts[0]
	if !s.Triggered.Equal(fired) || s.Status != timeline.AlertAcknowledged || !in.Moments().Detected.At.Equal(fired) || len(in.Timeline()) != 3 {
		t.Errorf("%+v, detected %s, %d entries", s, in.Moments().Detected.At, len(in.Timeline()))
	}
}

// What everybody may see does not vanish into a channel that few are in.
func TestAnAlertDoesNotJoinAPrivateIncident(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOpens)
	o.does(timeline.Declare("ui:1", "U0ANA", timeline.Declaration{Title: "Somebody copies accounts", Services: []string{"web-app"}, Private: true}))
	o.takes("pd:1", o.alarm("PD1", timeline.AlertTriggered))
	if got := o.numbers(); got != "INC-1 investigating, INC-2 investigating" {
		t.Error(got)
	}
}

func TestAnAlertThatFiresAgainAfterItWasLaidAside(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOpens)
	o.takes("pd:1", o.alarm("PD1", timeline.AlertResolved)) // we did not hear that it fired
	o.takes("pd:2", o.alarm("PD2", timeline.AlertTriggered))
	o.does(timeline.Cancel("ui:1", "U0ANA", 1, "a test of ours"))
	o.now = o.now.Add(2 * time.Second)
	o.takes("pd:1b", o.alarm("PD1", timeline.AlertTriggered)) // the same, told with another clock
	o.takes("pd:2b", o.alarm("PD2", timeline.AlertTriggered))
	if got := o.numbers(); got != "INC-1 cancelled" {
		t.Fatal(got)
	}
	o.now = o.now.Add(time.Hour)
	o.takes("pd:3", o.alarm("PD1", timeline.AlertTriggered))
	o.now = o.now.Add(time.Hour)
	o.takes("pd:4", o.alarm("PD2", timeline.AlertTriggered))
	o.takes("pd:5", o.alarm("PD2", timeline.AlertAcknowledged))
	if got := o.numbers(); got != "INC-1 cancelled, INC-2 investigating, INC-3 investigating" {
		t.Fatal(got)
	}
	if s := o.incident(3).Alerts[0]; s.Key != "PD2" || s.Status != timeline.AlertAcknowledged {
		t.Errorf("%+v", s)
	}
}

func TestAnAlertThatFiresAgainIsFollowedIntoTheIncidentItJoins(t *testing.T) {
	o := newOps(t)
	o.policy(timeline.AlertOpens)
	o.takes("pd:1", o.alarm("PD1", timeline.AlertTriggered))
	o.does(timeline.Cancel("ui:1", "U0ANA", 1, "a test of ours"))
	o.now = o.now.Add(time.Hour)
	o.takes("pd:2", o.alarm("PD2", timeline.AlertTriggered))
	o.now = o.now.Add(time.Minute)
	o.takes("pd:3", o.alarm("PD1", timeline.AlertTriggered))
	o.now = o.now.Add(time.Minute)
	o.takes("pd:4", o.alarm("PD1", timeline.AlertResolved))
	in := o.incident(2)
	if s, _ := in.AlertOf(timeline.PagerDuty, "PD1"); o.numbers() != "INC-1 cancelled, INC-2 investigating" || s.Status != timeline.AlertResolved {
		t.Errorf("%s: %+v", o.numbers(), in.Alerts)
	}
}
