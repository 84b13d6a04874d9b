package commands

import (
	"strings"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/rollback"
)

// deploys records v2.3.9, live for a week, and v2.4.0 as of twenty minutes ago.
func (w *world) deploys() {
	w.t.Helper()
	for _, d := range []struct {
		version string
		ago     time.Duration
	}{{"v2.3.9", 7 * 24 * time.Hour}, {"v2.4.0", 20 * time.Minute}} {
		at := w.now.Add(-d.ago)
		w.must(timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{{
			Source: timeline.DeploySource{Name: "api", ID: d.version}, Service: "web-app", Environment: "production", Version: d.version,
			SHA: d.version + "0000000", By: "jonas", State: timeline.DeploySucceeded, Started: at.Add(-30 * time.Second), Finished: at, URL: "https://ci.example/" + d.version,
		}}}))
	}
}

// previews carries the owed preview out with what GitHub would say.
func (w *world) previews(change func(*rollback.Found)) {
	w.t.Helper()
	f := rollback.Found{
		Workflow: rollback.Workflow{Found: true, Active: true, Dispatchable: true, DeclaresID: true, PrintsID: true, Inputs: []string{"backout_id", "version"}},
		Facts:    &timeline.ChangeFacts{TotalCommits: 3, Files: []timeline.ChangeFile{{Path: "auth/session.go"}}},
	}
	if change != nil {
		change(&f)
	}
	for _, e := range w.rec.Effects() {
		if e.Kind == timeline.OwePreview {
			w.must(rollback.Previewed(e, f, time.Time{}))
		}
	}
}

func (w *world) presses(who, channel, action, value string) Answer {
	return w.handle(Request{Via: Button, Action: action, Value: value, User: who, Channel: channel})
}

func (w *world) owes(kind timeline.EffectKind) bool {
	for _, e := range w.rec.Effects() {
		if e.Kind == kind {
			return true
		}
	}
	return false
}

func TestWhatPeopleSayOfDeploys(t *testing.T) {
	w := newWorld(t)
	w.deploys()
	_, ch := w.declared("Users are logged out", false)
	wants(t, w.types(lobby, "deploys"), "D2", "v2.4.0", "D1", "v2.3.9", "web-app")
	wants(t, w.types(lobby, "deploys nope"), "There is no service")
	wants(t, w.types(ch, "caused"), "The number of the deploy is missing", "/incident caused D4")
	a := w.types(ch, "caused D2")
	wants(t, a, "v2.4.0", "[Set began to the deploy began_v1 1/D2]")
	wants(t, w.presses(ana, ch, "began_v1", "1/D2"), "INC-1 began at")
	if b := w.incident(1).Moments().Began; b.Assumed || !b.At.Equal(w.now.Add(-20*time.Minute)) {
		t.Errorf("began %+v", b)
	}
	wants(t, w.types(ch, "deploys"), "cause")
	wants(t, w.types(ch, "cleared 2"), "D2 is cleared in INC-1")
	wants(t, w.types(ch, "cleared D2"), "marked as cleared already")
	wants(t, w.presses(tom, ch, "caused_v1", "1/D9"), "no deploy D9")
	wants(t, w.presses(tom, ch, "caused_v1", "1/R2"), "does not say what it is about")
}

func TestARollbackFromTheWordToTheYes(t *testing.T) {
	w := newWorld(t)
	w.deploys()
	_, ch := w.declared("Users are logged out", false)
	wants(t, w.types(ch, "rollback web-app auth"), "One service is rolled back at a time")
	wants(t, w.types(ch, "rollback auth"), "does not say how auth is rolled back")
	wants(t, w.types(ch, "rollback to:v9"), "no recorded version", "/incident deploys web-app")
	wants(t, w.types(ch, "rollback to:v2.4.0"), "is what is live now")
	wants(t, w.types(ch, "rollback"), "R1")
	wants(t, w.presses(ana, ch, "rollback_confirm_v1", "1/R1"), "still being looked at")
	w.previews(nil)
	wants(t, w.presses("U0EVE", ch, "rollback_confirm_v1", "1/R1"), "You may not roll web-app back", "@ana")
	wants(t, w.presses(ana, ch, "rollback_confirm_v1", "1/R7"), "no rollback R7")
	if w.owes(timeline.OweDispatch) {
		t.Fatal("a dispatch is owed before anybody who may has said yes")
	}
	yes := Request{Via: Button, Key: "ui:yes", Action: "rollback_confirm_v1", Value: "1/R1", User: tom, Channel: ch}
	first, second := w.handle(yes), w.handle(yes)
	if show(first) != show(second) || first.Refused {
		t.Errorf("the same press again:\n%s\n%s", show(first), show(second))
	}
	rb, _ := w.incident(1).Rollback(1)
	if rb.State != timeline.RollbackConfirmed || rb.ConfirmedBy != tom || !strings.HasPrefix(rb.ID, "inc1-r1-") || rb.Plan.Inputs["version"] != "v2.3.9" || !w.owes(timeline.OweDispatch) {
		t.Errorf("%+v", rb)
	}
	wants(t, w.presses(ana, ch, "rollback_confirm_v1", "1/R1"), "nothing was done twice")
	wants(t, w.types(ch, "rollback"), "under way already")
	wants(t, w.presses(tom, ch, "rollback_abandon_v1", "1/R1"), "R1")
	if rb, _ = w.incident(1).Rollback(1); rb.State != timeline.RollbackCancelled || w.owes(timeline.OweDispatch) {
		t.Errorf("taken back: %s", rb.State)
	}
}

func TestABlockedRollbackGoesOnOnlyWithAReason(t *testing.T) {
	w := newWorld(t)
	w.deploys()
	_, ch := w.declared("Users are logged out", false)
	w.types(ch, "rollback web-app")
	w.previews(func(f *rollback.Found) {
		f.Facts.Files = append(f.Facts.Files, timeline.ChangeFile{Path: "migrations/7_drop.sql"})
	})
	wants(t, w.presses(tom, ch, "rollback_confirm_v1", "1/R1"), "migrations/7_drop.sql", "Check again")
	wants(t, w.presses(ana, ch, "rollback_confirm_v1", "1/R1"), "migrations/7_drop.sql", "Override")
	form := w.presses(ana, ch, "rollback_override_v1", "1/R1")
	wants(t, form, "form rollback_override_form_v1", "why:")
	submit := func(who, why string) Answer {
		return w.handle(Request{Via: Submission, User: who, Channel: ch, Form: form.Form.ID, State: form.Form.State, Values: map[string]string{"why": why}})
	}
	wants(t, submit(tom, "it is fine"), "error at why", "may not set that aside")
	wants(t, submit(ana, " "), "error at why")
	wants(t, submit(ana, "the column is not read any more"), "R1")
	rb, _ := w.incident(1).Rollback(1)
	if rb.State != timeline.RollbackConfirmed || rb.OverrideReason != "the column is not read any more" || len(rb.Overridden) != 1 {
		t.Errorf("%+v", rb)
	}
}

func TestNobodyOverridesWhatCannotWork(t *testing.T) {
	w := newWorld(t)
	w.deploys()
	_, ch := w.declared("Users are logged out", false)
	w.types(ch, "rollback web-app")
	w.previews(func(f *rollback.Found) { f.Workflow.DeclaresID = false })
	wants(t, w.presses(ana, ch, "rollback_confirm_v1", "1/R1"), "backout_id", "Nobody can set that aside")
	form := w.presses(ana, ch, "rollback_override_v1", "1/R1")
	a := w.handle(Request{Via: Submission, User: ana, Channel: ch, Form: form.Form.ID, State: form.Form.State, Values: map[string]string{"why": "please"}})
	wants(t, a, "error at why", "Nobody can set that aside")
	wants(t, w.presses(ana, ch, "rollback_check_v1", "1/R1"), "R1 is looked at again")
	w.previews(nil)
	wants(t, w.presses(ana, ch, "rollback_confirm_v1", "1/R1"), "R1")
	if rb, _ := w.incident(1).Rollback(1); rb.State != timeline.RollbackConfirmed {
		t.Error(rb.State)
	}
}

func TestFreezing(t *testing.T) {
	w := newWorld(t)
	_, ch := w.declared("Users are logged out", false)
	wants(t, w.types(ch, "freeze"), "web-app")
	wants(t, w.types(ch, "freeze nope"), "There is no service")
	wants(t, w.types(ch, "status"), "frozen", "web-app")
	wants(t, w.types(ch, "freeze all"), "")
	if got := w.rec.Frozen("auth"); len(got) != 1 {
		t.Errorf("auth is frozen by %v", got)
	}
	wants(t, w.types(ch, "thaw"), "")
	if got := w.rec.Frozen("web-app"); len(got) != 0 {
		t.Errorf("web-app is frozen by %v", got)
	}
}

// alarms has an alert open INC-n, in triage.
func (w *world) alarms(t *testing.T) (n int, channel string) {
	t.Helper()
	w.must(timeline.Declare(w.key(), "pagerduty", timeline.Declaration{Title: "Login errors " + w.key(), Services: []string{"web-app"}, Triage: true}))
	n = w.rec.Summaries()[0].Number
	channel = "C0ALARM"
	w.openChannel(n, channel, false)
	return n, channel
}

func TestTriageByButtons(t *testing.T) {
	w := newWorld(t)
	n, ch := w.alarms(t)
	wants(t, w.presses(ana, ch, "triage_merge_v1", "1"), "No other incident is open")
	wants(t, w.presses(ana, ch, "triage_accept_v1", "1"), "You lead INC-1")
	wants(t, w.presses(tom, ch, "triage_accept_v1", "1"), "past triage already")
	if in := w.incident(n); in.Status != timeline.Investigating || in.Lead() != ana {
		t.Errorf("%s, %s", in.Status, in.Lead())
	}
	m, _ := w.alarms(t)
	wants(t, w.handle(Request{Via: Button, Action: "triage_decline_v1", Value: "2", User: ana, Channel: lobby}), "INC-2 is cancelled")
	if in := w.incident(m); in.Status != timeline.CancelledSt {
		t.Error(in.Status)
	}
}

func TestMergingByFormAndByWord(t *testing.T) {
	w := newWorld(t)
	_, first := w.declared("Users are logged out", false)
	_, second := w.declared("Sessions expire", false)
	_, secret := w.declared("Customer list leaked", true)
	form := w.presses(ana, second, "triage_merge_v1", "2")
	wants(t, form, "form merge_form_v1", "into")
	if s := show(form); strings.Contains(s, "Customer list") {
		t.Errorf("the form shows a private incident:\n%s", s)
	}
	wants(t, w.types(second, "merge INC-3"), "There is no INC-3")
	wants(t, w.types(lobby, "merge INC-1"), "no incident channel")
	wants(t, w.types(second, "merge x"), "is no incident")
	a := w.handle(Request{Via: Submission, User: ana, Channel: second, Form: form.Form.ID, State: form.Form.State, Values: map[string]string{"into": "1"}})
	wants(t, a, "INC-2", "INC-1")
	wants(t, w.types(first, "merge INC-2"), "INC-2 is not open")
	if in := w.incident(2); in.MergedInto != 1 {
		t.Errorf("%+v", in.MergedInto)
	}
	_ = secret
}

func TestPagingAndReminders(t *testing.T) {
	w := newWorld(t)
	_, ch := w.declared("Users are logged out", false)
	wants(t, w.types(ch, "page"), "Whom to page is missing")
	wants(t, w.types(ch, "page nobody"), "no person, service or escalation policy")
	wants(t, w.types(ch, "page auth"), "does not say what auth is at PagerDuty")
	wants(t, w.types(ch, "page PABC123 Please"), "P1")
	wants(t, w.types(ch, "page <@U0TOM> Please join"), "P2")
	if p, ok := w.incident(1).Page(2); !ok || p.Target != tom || p.Kind != "user" || p.Text != "Please join" {
		t.Errorf("%+v", p)
	}
	wants(t, w.types(ch, "oncall"), "@ana")
	wants(t, w.types(lobby, "oncall"), "The service is missing")
	wants(t, w.presses(ana, ch, "nudge_snooze_v1", "1/quiet"), "")
	wants(t, w.presses(ana, ch, "nudge_stop_v1", "1/update"), "")
	wants(t, w.presses(ana, ch, "nudge_stop_v1", "1/update"), "off already")
	wants(t, w.presses(ana, ch, "nudge_stop_v1", "1/nonsense"), "does not say what it is about")
	in := w.incident(1)
	if !in.Nudges[timeline.NudgeUpdate].Stopped || !in.Nudges[timeline.NudgeQuiet].Until.Equal(w.now.Add(snooze)) {
		t.Errorf("%+v", in.Nudges)
	}
}
