package templates_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"backout/templates"
	"backout/timeline"
)

func workWords() templates.Words {
	w := answerWords()
	w.Names = cast
	return w
}

func TestNewsOfWork(t *testing.T) {
	tell := func(name string, p *past, n int) {
		t.Helper()
		m, ok := templates.News(workView(t, p, "14:30:00"), n, cast)
		if !ok {
			t.Errorf("%s: nothing told", name)
			return
		}
		golden(t, "news-"+name, m)
	}
	p := blamed()
	tell("caused", p, p.n-2)
	tell("cleared", p, p.n-1)
	tell("frozen", p, p.n)
	tell("suspected", p, p.did("14:14:00", "U0TOM", timeline.SuspectSet{Deploy: 3, Standing: timeline.StandingSuspect}))
	tell("suspect-taken-back", p, p.did("14:14:00", "U0TOM", timeline.SuspectSet{Deploy: 99}))
	tell("thawed", p, p.did("14:15:00", "U0SAM", timeline.FreezeSet{Services: []string{"web-app"}}))
	tell("frozen-all", p, p.did("14:15:00", "U0SAM", timeline.FreezeSet{Services: []string{timeline.AllServices}, Frozen: true}))
	p.did("14:16:00", "U0SAM", timeline.SeveritySet{Severity: "2"})
	tell("frozen-by-severity", p, p.did("14:16:00", "backout", timeline.FreezeSet{Services: []string{"web-app", "auth-db"}, Frozen: true}))
	p.did("14:17:00", "U0SAM", timeline.StatusSet{Status: timeline.Resolved})
	tell("thawed-over", p, p.did("14:17:00", "backout", timeline.FreezeSet{Services: []string{"web-app", "auth-db"}}))
	s := suspected()
	for name, n := range map[string]int{"a noted deploy": 4, "the ranking's word": 5, "a rollback": 0} {
		if m, ok := templates.News(workView(t, s, "14:30:00"), n, cast); ok {
			t.Errorf("%s is told: %s", name, m.Summary)
		}
	}
}

// changedBy says the events that change a record from one past to a longer one.
func changedBy(w templates.Words, events ...timeline.Event) string {
	return plainMessage(templates.Changed(w, events), w)
}

func TestChangedByWork(t *testing.T) {
	w := workWords()
	ev := func(who string, b timeline.Body) timeline.Event {
		return timeline.Event{Incident: 7, N: 20, At: at("14:20:00"), Recorded: at("14:20:00"), Who: who, Body: b}
	}
	step := func(state timeline.RollbackState, change func(*timeline.RollbackStep)) timeline.RollbackStep {
		s := phase(state)
		if change != nil {
			change(&s)
		}
		return s
	}
	approved := func(s *timeline.RollbackStep) { s.Approved = true }
	ledger := timeline.Event{N: 3, Who: "backout", Body: timeline.DeployMarked{Number: 4, Incident: 7, Standing: timeline.StandingCaused}}
	noted := ev("github", timeline.DeployNoted{Deploy: badDeploy()})
	var b strings.Builder
	for _, c := range []struct {
		name   string
		events []timeline.Event
	}{
		{"caused", []timeline.Event{ev("U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCaused}), ledger}},
		{"caused, not noted before", []timeline.Event{noted, ev("U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCaused}), ledger}},
		{"cleared", []timeline.Event{ev("U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCleared})}},
		{"suspect", []timeline.Event{ev("U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingSuspect})}},
		{"by the ranking", []timeline.Event{noted, ev("backout", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCaused}), ledger}},
		{"ledger", []timeline.Event{{Body: timeline.DeploySeen{Number: 4}}, {Body: timeline.DeployUndone{Number: 4}}, noted}},
		{"freeze", []timeline.Event{ev("U0ANA", timeline.FreezeSet{Services: []string{"web-app"}, Frozen: true})}},
		{"freeze all", []timeline.Event{ev("U0ANA", timeline.FreezeSet{Services: []string{"*"}, Frozen: true})}},
		{"severity that freezes", []timeline.Event{ev("U0ANA", timeline.SeveritySet{Severity: "1"}), ev("backout", timeline.FreezeSet{Services: []string{"web-app", "auth-db"}, Frozen: true})}},
		{"unfreeze", []timeline.Event{ev("U0ANA", timeline.FreezeSet{Services: []string{"web-app"}})}},
		{"proposed", []timeline.Event{ev("backout", step(timeline.RollbackCancelled, because("another plan took its place"))), ev("U0ANA", step(timeline.RollbackProposed, func(s *timeline.RollbackStep) { s.Number, s.Plan = 2, plan(0) }))}},
		{"awaiting", []timeline.Event{ev("U0ANA", step(timeline.RollbackAwaiting, nil))}},
		{"approved one", []timeline.Event{ev("U0TOM", step(timeline.RollbackAwaiting, approved))}},
		{"approved", []timeline.Event{ev("U0TOM", step(timeline.RollbackConfirmed, approved))}},
		{"confirmed", []timeline.Event{ev("U0TOM", step(timeline.RollbackConfirmed, nil))}},
		{"abandoned", []timeline.Event{ev("U0TOM", step(timeline.RollbackCancelled, because("taken back before it was started")))}},
		{"rerun", []timeline.Event{ev("U0TOM", step(timeline.RollbackQueued, because("the failed jobs are run again")))}},
		{"cancel asked", []timeline.Event{ev("U0TOM", timeline.RollbackNoted{Number: 1, CancelAsked: true})}},
		{"by the outbox", []timeline.Event{ev("backout", step(timeline.RollbackDispatching, nil)), ev("backout", timeline.RollbackNoted{Number: 1, Preview: &timeline.RollbackPreview{}})}},
	} {
		fmt.Fprintf(&b, "%s: %s", c.name, changedBy(w, c.events...))
	}
	answerGolden(t, "changed-work", b.String())
}

func TestStoryOfWork(t *testing.T) {
	w := workWords()
	var b strings.Builder
	for _, name := range []string{"succeeded", "failed", "rerun", "overridden", "approved", "put-back", "unclear-given-up", "overdue"} {
		in := everyState()[name].incident(t)
		fmt.Fprintf(&b, "== %s\n", name)
		for _, e := range in.Timeline() {
			if words, ok := templates.EntryWords(in, e); ok {
				fmt.Fprintf(&b, "T%d %s\n", e.N, words)
			} else if e.Kind == timeline.KindRollback || e.Kind == timeline.KindDeploy {
				t.Errorf("T%d has no words", e.N)
			}
		}
	}
	answerGolden(t, "entries-work", b.String())
	done := everyState()["succeeded"].incident(t)
	answerGolden(t, "story-work", plainMessage(templates.StoryAnswer(w, done), w))
	answerGolden(t, "catchup-work", plainMessage(templates.CatchupAnswer(w, done, at("14:30:00")), w))
	answerGolden(t, "catchup-rolling", plainMessage(templates.CatchupAnswer(w, rolling("14:16:04").incident(t), at("14:30:00")), w))
	answerGolden(t, "catchup-suspects", plainMessage(templates.CatchupAnswer(w, suspected().incident(t), at("14:30:00")), w))
	if words, ok := templates.EntryWords(done, &timeline.Entry{Kind: timeline.KindNote, Body: timeline.Note{Text: "x"}}); ok {
		t.Errorf("a note is told: %s", words)
	}
}

func TestEntryWordsOfEveryDeploy(t *testing.T) {
	in := suspected().incident(t)
	var b strings.Builder
	tell := func(who string, body timeline.Body) {
		words, ok := templates.EntryWords(in, &timeline.Entry{N: 900, Kind: body.Kind(), Who: who, Body: body})
		fmt.Fprintf(&b, "%t %s\n", ok, words)
	}
	for _, s := range []timeline.DeployState{timeline.DeployPending, timeline.DeployRunning, timeline.DeploySucceeded, timeline.DeployFailed, timeline.DeployCancelled, ""} {
		d := badDeploy()
		d.State = s
		tell("github", timeline.DeployNoted{Deploy: d})
	}
	canary := otherDeploy()
	canary.Undone, canary.By = timeline.RollbackRef{Incident: 7, Number: 1}, ""
	tell("github", timeline.DeployNoted{Deploy: canary})
	back := goodDeploy()
	back.Rollback, back.By = timeline.RollbackRef{Incident: 7, Number: 1}, "U0ANA"
	tell("rollback", timeline.DeployNoted{Deploy: back})
	for _, who := range []string{"backout", "U0ANA"} {
		for _, s := range []timeline.Standing{timeline.StandingSuspect, timeline.StandingCaused, timeline.StandingCleared, ""} {
			tell(who, timeline.SuspectSet{Deploy: 4, Standing: s, Reasons: dependencyReasons()})
		}
		tell(who, timeline.FreezeSet{Services: []string{"web-app", "auth-db"}, Frozen: true})
		tell(who, timeline.FreezeSet{Services: []string{"*"}})
	}
	tell("backout", timeline.SuspectSet{Deploy: 99, Standing: timeline.StandingSuspect})
	tell("U0ANA", phase(timeline.RollbackProposed))
	tell("backout", phase(timeline.RollbackSucceeded))
	answerGolden(t, "entries-every", b.String())
}

func TestDeployList(t *testing.T) {
	w := workWords()
	back := goodDeploy()
	back.Number, back.Rollback, back.By = 8, timeline.RollbackRef{Incident: 7, Number: 1}, "U0ANA"
	back.Started, back.Finished = at("14:16:04"), at("14:20:41")
	undone := badDeploy()
	undone.Undone = back.Rollback
	failed, pending := badDeploy(), badDeploy()
	failed.Number, failed.State, failed.Version, failed.Finished = 5, timeline.DeployFailed, "", at("13:59:00")
	pending.Number, pending.State, pending.Started, pending.Finished = 9, timeline.DeployPending, at("14:25:00"), time.Time{}
	rows := []templates.DeployRow{
		{Deploy: goodDeploy(), Good: true},
		{Deploy: undone, Standing: timeline.StandingCaused, Reasons: sameServiceReasons(), Facts: facts()},
		{Deploy: otherDeploy(), Standing: timeline.StandingSuspect, Reasons: dependencyReasons(), Trouble: "GitHub is not connected"},
		{Deploy: failed, Standing: timeline.StandingCleared, Reasons: dependencyReasons()},
		{Deploy: back},
		{Deploy: pending},
	}
	answerGolden(t, "deploys", plainMessage(templates.DeployList(w, "Deploys that concern INC-7", rows), w))
	answerGolden(t, "deploys-none", plainMessage(templates.DeployList(w, "Deploys of web-app", nil), w))
	var lots []templates.DeployRow
	for n := range 1300 {
		d := goodDeploy()
		d.Number, d.Version, d.SHA, d.Finished = 10+n, fmt.Sprint("v3.", n), fmt.Sprintf("%07d", n), d.Finished.Add(time.Duration(n)*time.Minute)
		if n%2 == 0 {
			d.Service, d.Version = "auth db", "release 7"
		}
		lots = append(lots, templates.DeployRow{Deploy: d, Good: true})
	}
	m := templates.DeployList(w, "Deploys", lots)
	fits(t, m)
	answerGolden(t, "deploys-many", plainMessage(m, w))
}
