package postmortem_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"backout/templates/postmortem"
	"backout/timeline"
)

// outside puts words from next into every field that deploys, suspects, rollbacks
// and freezes bring in from GitHub, CI and people.
func (p *tape) outside(next func() string) {
	v1, v2, v3 := p.hostileDeploy(1, "08:10:00", next), p.hostileDeploy(2, "08:50:00", next), p.hostileDeploy(3, "08:55:00", next)
	why := []timeline.Reason{
		same(), {Kind: timeline.ReasonDependency, Words: []string{next()}}, before(time.Minute), touches(next(), next()),
		{Kind: timeline.ReasonReport, Words: []string{next(), next()}}, {Kind: timeline.ReasonFailed}, {Kind: timeline.ReasonRolling},
	}
	for _, d := range []timeline.Deploy{v1, v2, v3} {
		// Who reports a deploy is a word from outside too.
		p.linked(d.Finished.Format(time.DateTime), next(), next(), timeline.DeployNoted{Deploy: d})
		p.linked("09:00:03", timeline.Backout, next(), timeline.SuspectSet{Deploy: d.Number, Standing: timeline.StandingSuspect, Reasons: why})
	}
	p.add("09:00:04", timeline.Backout, timeline.ChangeFound{Deploy: 2, Facts: hostileFacts(p.time("08:20:00"), next)})
	p.add("09:00:05", timeline.Backout, timeline.ChangeFound{Deploy: 3, Trouble: next()})
	p.linked("09:00:06", "U0ANA", next(), timeline.SuspectSet{Deploy: 2, Standing: timeline.StandingCaused})
	p.linked("09:00:07", "U0ANA", next(), timeline.SuspectSet{Deploy: 3, Standing: timeline.StandingCaused})
	p.linked("09:00:08", "U0ANA", next(), timeline.SuspectSet{Deploy: 1, Standing: timeline.StandingCleared})
	p.add("09:00:09", "U0ANA", timeline.MomentSet{Moment: timeline.Began, To: v2.Finished})
	p.add("09:00:10", "U0ANA", timeline.FreezeSet{Services: []string{next(), next()}, Frozen: true})
	p.hostileRollback(v2, v1, next)
}

func (p *tape) hostileDeploy(number int, finished string, next func() string) timeline.Deploy {
	return timeline.Deploy{
		Number: number, Service: next(), Environment: next(), Version: next(), SHA: next(), Ref: next(), By: next(),
		State: timeline.DeploySucceeded, Stage: next(), URL: next(), Started: p.time(finished).Add(-time.Minute), Finished: p.time(finished),
		Stages:  []timeline.StageReached{{Stage: next(), At: p.time(finished)}, {Stage: next(), At: p.time(finished)}},
		Sources: []timeline.DeploySource{{Name: next(), ID: next(), URL: next()}},
	}
}

func hostileFacts(at time.Time, next func() string) *timeline.ChangeFacts {
	pull := func(n int) timeline.ChangePull {
		return timeline.ChangePull{
			Number: n, Title: next(), Author: next(), MergedBy: next(), Head: next(), Link: next(), Labels: []string{next()}, Files: []string{next()},
			Reviews: []timeline.ChangeReview{{User: next(), State: next(), Commit: next(), Link: next()}},
		}
	}
	return &timeline.ChangeFacts{
		Repo: next(), Base: next(), Head: next(), Link: next(), TotalCommits: 2, MoreFiles: true, Missing: []string{next(), next()},
		Commits: []timeline.ChangeCommit{{SHA: next(), Message: next(), Author: next(), Link: next()}},
		Files:   []timeline.ChangeFile{{Path: next(), Status: next(), Added: 1}}, Pulls: []timeline.ChangePull{pull(1), pull(2)},
		Checks:  []timeline.ChangeCheck{{Name: next(), Result: next(), Link: next()}, {Name: next(), Result: "success", Link: next()}},
		Staging: []timeline.StagingDeploy{{Environment: next(), State: next(), At: at, Link: next()}, {Environment: next(), State: "success"}},
	}
}

// hostileRollback goes through every state that there is.
func (p *tape) hostileRollback(from, to timeline.Deploy, next func() string) {
	plan := &timeline.RollbackPlan{
		Service: next(), Environment: next(), Repo: next(), Workflow: next(), Ref: next(), Inputs: map[string]string{"version": next()},
		From: from, To: to, Approvals: 1,
	}
	name := next()
	guards := []timeline.Guard{pass(next(), next()), warn(next(), next()), block(name, next()), block(next(), next())}
	run := func() *timeline.WorkflowRun {
		return &timeline.WorkflowRun{ID: 1, Link: next(), Status: next(), Conclusion: next(), Jobs: []timeline.RunJob{{Name: next(), Status: next(), Conclusion: next(), Step: next(), Link: next()}}}
	}
	p.step("09:01:01", "U0ANA", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: plan})
	p.add("09:01:02", timeline.Backout, timeline.RollbackNoted{Number: 1, Preview: &timeline.RollbackPreview{Facts: hostileFacts(p.time("08:00:00"), next), Guards: guards, Trouble: next()}})
	p.step("09:01:03", "U0ANA", timeline.RollbackStep{State: timeline.RollbackAwaiting, Confirmation: 1, ID: next(), Guards: guards, Overridden: []string{name, next()}, OverrideReason: next()})
	p.step("09:01:04", "U0TOM", timeline.RollbackStep{State: timeline.RollbackConfirmed, Approved: true})
	p.machine(
		"09:01:05", timeline.RollbackDispatching, "09:01:06", timeline.RollbackStep{State: timeline.RollbackConfirmed, Reason: next()},
		"09:01:07", timeline.RollbackDispatching, "09:01:08", timeline.RollbackStep{State: timeline.RollbackUnclear, Reason: next()},
	)
	p.step("09:01:09", "U0ANA", timeline.RollbackStep{State: timeline.RollbackConfirmed, Confirmation: 2, ID: next()})
	for _, s := range []timeline.RollbackState{
		timeline.RollbackDispatching, timeline.RollbackQueued, timeline.RollbackWaiting, timeline.RollbackRunning, timeline.RollbackFailed,
		timeline.RollbackQueued, timeline.RollbackRunning, timeline.RollbackOverdue, timeline.RollbackSucceeded,
	} {
		p.machine("09:01:10", timeline.RollbackStep{State: s, Run: run(), Reason: next()})
	}
	p.step("09:01:11", "U0ANA", timeline.RollbackStep{State: timeline.RollbackState(next()), Reason: next()})
	p.machine("09:01:12", timeline.RollbackSucceeded)
	// A step of a rollback that nobody proposed.
	p.add("09:01:13", timeline.Backout, timeline.RollbackStep{Number: 9, State: timeline.RollbackFailed, Reason: next()})
}

var barLine = regexp.MustCompile(`^    (deploy|rollback|undetected|detected|began|declared|mitigated|cleaning up)[\pL\pN ._+\-/,()…]* :((crit|active|done), )?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, \d+s$`)

// checkGantt makes sure that Mermaid can read the diagram: names carry nothing
// that it takes for its own.
func checkGantt(t interface{ Errorf(string, ...any) }, src []byte) {
	_, rest, ok := strings.Cut(string(src), "```mermaid\n")
	if !ok {
		return
	}
	diagram, _, _ := strings.Cut(rest, "\n```\n")
	for i, line := range strings.Split(diagram, "\n") {
		switch {
		case i < 4 || line == "    section Deploys" || line == "    section Incident":
		case !barLine.MatchString(line):
			t.Errorf("Mermaid cannot read %q", line)
		}
	}
}

func TestHostileNamesInDiagram(t *testing.T) {
	for _, version := range []string{"section x", "v1:crit, 2026", "%%{init}%%", "a;b#c", "```", "2026-01-01", "click a", "\n", "<!-- backout:end timeline -->", strings.Repeat("v", 300)} {
		p := newTape(t, "2026-11-20")
		p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Search is slow"})
		d := p.deploy(1, version+"1", "", "08:59:00", func(d *timeline.Deploy) { d.Version, d.Environment, d.Service = version, version, version })
		p.note(d, false)
		src := postmortem.Render(postmortem.Build(p.fold(), p.options("09:10:00")))
		checkGantt(t, src)
		if !strings.Contains(string(src), "    section Deploys\n    deploy ") {
			t.Errorf("%q is not drawn", version)
		}
	}
}

// A login or a CI system that is called like a person's Slack id is not that
// person, and took no part.
func TestLoginsAreNoPeople(t *testing.T) {
	p := newTape(t, "2026-11-20")
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Search is slow"})
	p.linked("08:59:00", "U0TOM", "", timeline.DeployNoted{Deploy: p.deploy(1, "v1", "", "08:59:00", deployedBy("U0PRI"))})
	src := string(postmortem.Render(postmortem.Build(p.fold(), p.options("09:10:00"))))
	if strings.Contains(src, "Tom Weber") || strings.Contains(src, "Priya") || !strings.Contains(src, "U0TOM for U0PRI") {
		t.Errorf("somebody is taken for somebody else:\n%s", src)
	}
}
