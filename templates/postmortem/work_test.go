package postmortem_test

import (
	"strings"
	"testing"
	"time"

	"backout/templates/postmortem"
	"backout/timeline"
)

// webApp is an incident of web-app at nine, with v1 of the day before and v2 of
// ten minutes ago, which is suspected.
func webApp(t testing.TB) (p *tape, v1, v2 timeline.Deploy) {
	p = newTape(t, "2026-11-20")
	v1, v2 = p.deploy(1, "v1", "a1", "2026-11-19 12:00:00"), p.deploy(2, "v2", "a2", "08:50:00")
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Pages are blank", Severity: "2", Services: []string{"web-app"}})
	p.suspect("09:00:02", v2, same())
	return p, v1, v2
}

// begun is that with a rollback on its way.
func begun(t testing.TB) *tape {
	p, v1, v2 := webApp(t)
	p.step("09:01:00", "U0ANA", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: p.plan(v2, v1, 0)})
	p.step("09:02:00", "U0ANA", timeline.RollbackStep{State: timeline.RollbackConfirmed, Confirmation: 1, ID: "b-1"})
	p.machine("09:02:01", timeline.RollbackDispatching)
	return p
}

// document is the document as made at ten.
func (p *tape) document() string {
	p.t.Helper()
	return rendered(p.t, p, p.options("10:00:00"))
}

func rendered(t testing.TB, p *tape, opt postmortem.Options) string {
	t.Helper()
	src := postmortem.Render(postmortem.Build(p.fold(), opt))
	checkRefs(t, src)
	checkGantt(t, src)
	return string(src)
}

func has(t *testing.T, doc string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(doc, w) {
			t.Errorf("the document does not say %q:\n%s", w, doc)
		}
	}
}

func hasNot(t *testing.T, doc string, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if strings.Contains(doc, w) {
			t.Errorf("the document says %q", w)
		}
	}
}

func TestStages(t *testing.T) {
	for _, c := range []struct {
		stage  string
		stages []string
		want   string
	}{
		{"", nil, "in one step"},
		{"FULL", []string{"full"}, "in one step"},
		{"canary", []string{"canary"}, "canary only"},
		{"canary", nil, "canary only"},
		{"full", []string{"canary", "25%", "full"}, "in stages: canary, then 25 %, then everybody"},
		{"25%", []string{"canary", "25%"}, "in stages: canary, then 25 %, no further"},
	} {
		p := newTape(t, "2026-11-20")
		p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Pages are blank", Services: []string{"web-app"}})
		p.note(p.deploy(1, "v1", "", "08:50:00", func(d *timeline.Deploy) {
			d.Stage = c.stage
			for _, s := range c.stages {
				d.Stages = append(d.Stages, timeline.StageReached{Stage: s, At: d.Finished})
			}
		}), false)
		has(t, p.document(), "Deployed **v1** to production, "+c.want+" |")
	}
}

// Only the second of its end makes a deploy the beginning, and not when it was
// cleared.
func TestBeganWithDeploy(t *testing.T) {
	for _, c := range []struct {
		began    string
		standing timeline.Standing
		want     bool
	}{
		{"08:50:00", timeline.StandingCaused, true},
		{"08:50:00", timeline.StandingSuspect, true},
		{"08:50:00", timeline.StandingCleared, false},
		{"08:50:01", timeline.StandingCaused, false},
	} {
		p, _, _ := webApp(t)
		p.judge("09:03:00", "U0TOM", 2, c.standing)
		p.add("09:04:00", "U0TOM", timeline.MomentSet{Moment: timeline.Began, To: p.time(c.began)})
		doc := p.document()
		if got := strings.Contains(doc, "UTC, with the deploy of v2 ("); got != c.want {
			t.Errorf("began at %s, %s: with the deploy %v, want %v", c.began, c.standing, got, c.want)
		}
		if strings.Count(doc, "**Began.**") != 1 {
			t.Errorf("began at %s, %s: the moment stands %d times", c.began, c.standing, strings.Count(doc, "**Began.**"))
		}
	}
}

func TestUnclearThenFound(t *testing.T) {
	p := begun(t)
	p.machine(
		"09:03:40", timeline.RollbackStep{State: timeline.RollbackUnclear, Reason: "GitHub did not answer in time"},
		"09:04:10", timeline.RollbackStep{State: timeline.RollbackQueued, Run: run("9", "1", "")},
	)
	doc := p.document()
	has(t, doc, "found to have been dispatched", "From declared to dispatched 4 min 10 s", "rollback to v1            :active, 2026-11-20 09:04:10, 3350s")
	hasNot(t, doc, "ran ([T", "Undone:", "to done")
}

func TestDispatchedAgain(t *testing.T) {
	p := begun(t)
	p.machine("09:03:40", timeline.RollbackStep{State: timeline.RollbackUnclear, Reason: "GitHub did not answer in time"})
	p.step("09:05:00", "U0TOM", timeline.RollbackStep{State: timeline.RollbackConfirmed, Confirmation: 2, ID: "b-2"})
	p.machine("09:05:01", timeline.RollbackDispatching, "09:05:03", timeline.RollbackStep{State: timeline.RollbackQueued, Run: run("9", "1", "")})
	has(t, p.document(), "confirmed once more by Tom Weber", "It is not known whether the earlier dispatch of rollback R1 to v1 started a run too ([T7](#t7)).")
}

func TestOverdueGivenUp(t *testing.T) {
	p := begun(t)
	p.machine(
		"09:02:03", timeline.RollbackStep{State: timeline.RollbackQueued, Run: run("9", "1", "")},
		"09:32:03", timeline.RollbackStep{State: timeline.RollbackOverdue, Reason: "the run has not ended after 30 min"},
	)
	p.step("09:40:00", "U0TOM", timeline.RollbackStep{State: timeline.RollbackCancelled, Reason: "given up: its run had not ended"})
	has(t, p.document(), "overdue: the run has not ended after 30 min", "given up by Tom Weber: its run had not ended",
		"It is not known how rollback R1 to v1 ended", "from dispatched to cancelled 37 min 57 s", "rollback to v1, cancelled")
}

// A dispatch that GitHub refused was none.
func TestRefusedDispatch(t *testing.T) {
	p := begun(t)
	p.machine("09:02:05", timeline.RollbackStep{State: timeline.RollbackFailed, Reason: "GITHUB_TOKEN may not start workflows of acme/web-app"})
	doc := p.document()
	has(t, doc, "failed: GITHUB_TOKEN may not start workflows of acme/web-app ([T7](#t7))")
	hasNot(t, doc, "declared to rollback dispatched", "From declared to", "    rollback to")
}

func TestCancelledRun(t *testing.T) {
	p := begun(t)
	p.machine("09:02:03", timeline.RollbackStep{State: timeline.RollbackQueued, Run: run("9", "1", "")})
	p.add("09:03:00", "U0PRI", timeline.RollbackNoted{Number: 1, CancelAsked: true})
	p.machine("09:03:30", timeline.RollbackStep{State: timeline.RollbackCancelled, Reason: "the run ended as cancelled"})
	has(t, p.document(), "cancelled, as Priya N. asked: the run ended as cancelled", "Ana Ruiz, Priya N.")
}

func TestTwoApprovals(t *testing.T) {
	p, v1, v2 := webApp(t)
	p.step("09:01:00", "U0ANA", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: p.plan(v2, v1, 2)})
	p.step("09:02:00", "U0ANA", timeline.RollbackStep{State: timeline.RollbackAwaiting, Confirmation: 1, ID: "b-1"})
	p.step("09:03:00", "U0TOM", timeline.RollbackStep{State: timeline.RollbackAwaiting, Approved: true})
	p.step("09:04:00", "U0PRI", timeline.RollbackStep{State: timeline.RollbackConfirmed, Approved: true})
	has(t, p.document(), "approved by Tom Weber ([T6](#t6)); approved by Priya N. ([T7](#t7)).", "Ana Ruiz, Tom Weber, Priya N.")
}

func TestNoRollbackIsNoNews(t *testing.T) {
	p, _, _ := webApp(t)
	has(t, p.document(), "No rollback was asked for in this incident.")
	p.judge("09:03:00", "U0TOM", 2, timeline.StandingCleared)
	hasNot(t, p.document(), "rollback was asked for")
}

func TestFreezes(t *testing.T) {
	p, _, _ := webApp(t)
	p.add("09:01:00", "U0ANA", timeline.FreezeSet{Services: []string{"web-app", "api"}, Frozen: true})
	p.add("09:02:00", "U0ANA", timeline.FreezeSet{Services: []string{"web-app", "web"}, Frozen: true})
	has(t, p.document(), "Deploys of web-app and api were frozen from 09:01:00 UTC on ([T4](#t4)).", "Deploys of web were frozen from 09:02:00 UTC on ([T5](#t5)).")
	p.add("09:30:00", timeline.Backout, timeline.FreezeSet{Services: []string{timeline.AllServices}})
	has(t, p.document(), "Deploys of web-app and api were frozen from 09:01:00 to 09:30:00 UTC ([T4](#t4), [T6](#t6)).")
}

// What is going on while the document is made is drawn up to now.
func TestRunningDeploy(t *testing.T) {
	p, _, _ := webApp(t)
	going := p.deploy(3, "v3", "a3", "09:30:00", func(d *timeline.Deploy) {
		d.State, d.Finished, d.Started = timeline.DeployRunning, time.Time{}, p.time("09:50:00")
	})
	p.note(going, true)
	has(t, p.document(), "deploy v3 to production   :active, 2026-11-20 09:50:00, 600s", "Deploy of **v3** (`a3`) to production began; its end was not reported")
}

func TestWhatEndedItIsTheRollbackWhereNobodySaysOtherwise(t *testing.T) {
	for _, c := range []struct{ mitigated, words, want string }{
		{"14:20:10", "", "**What ended it:** rollback R1 to v2.3.9, done ([T"},
		{"14:20:10", "", "30 s before it was marked mitigated\n"},
		{"14:20:10", "Turned the cache off", "**What ended it:** “Turned the cache off”"},
		{"14:18:00", "", "**What ended it:** not said"}, // it was over before
	} {
		p := newTape(t, "2026-11-20")
		p.add("14:08:02", "U0ANA", timeline.Declared{Title: "Users are logged out", Services: []string{"web-app"}})
		p.loginRollback()
		p.add(c.mitigated, "U0ANA", timeline.StatusSet{Status: timeline.Monitoring, Text: c.words})
		has(t, string(postmortem.Render(postmortem.Build(p.fold(), p.options("15:00:00")))), c.want)
	}
}
