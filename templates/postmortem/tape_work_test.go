package postmortem_test

import (
	"time"

	"backout/timeline"
)

const (
	repo = "https://github.example/acme/web-app"
	runs = repo + "/actions/runs/"
)

// deploy is one of web-app to production that took half a minute.
func (p *tape) deploy(number int, version, sha, finished string, with ...func(*timeline.Deploy)) timeline.Deploy {
	p.t.Helper()
	d := timeline.Deploy{
		Number: number, Service: "web-app", Environment: "production", Version: version, SHA: sha, State: timeline.DeploySucceeded,
		Started: p.time(finished).Add(-30 * time.Second), Finished: p.time(finished), URL: runs + "51" + version[len(version)-1:],
		Sources: []timeline.DeploySource{{Name: "github", ID: version}},
	}
	for _, w := range with {
		w(&d)
	}
	return d
}

func of(service string) func(*timeline.Deploy) {
	return func(d *timeline.Deploy) { d.Service = service }
}

func deployedBy(login string) func(*timeline.Deploy) {
	return func(d *timeline.Deploy) { d.By = login }
}

// note records a deploy in the incident at the time at which it took effect.
func (p *tape) note(d timeline.Deploy, during bool) int {
	p.t.Helper()
	return p.linked(d.At().UTC().Format(time.DateTime), d.Sources[0].Name, d.URL, timeline.DeployNoted{Deploy: d, During: during})
}

// suspect notes a deploy and suspects it, as the ranking does.
func (p *tape) suspect(clock string, d timeline.Deploy, why ...timeline.Reason) {
	p.t.Helper()
	p.note(d, false)
	p.linked(clock, timeline.Backout, d.URL, timeline.SuspectSet{Deploy: d.Number, Standing: timeline.StandingSuspect, Reasons: why})
}

func (p *tape) judge(clock, who string, deploy int, s timeline.Standing) int {
	p.t.Helper()
	link := ""
	for _, e := range p.events {
		if n, ok := e.Body.(timeline.DeployNoted); ok && n.Deploy.Number == deploy {
			link = n.Deploy.URL
		}
	}
	return p.linked(clock, who, link, timeline.SuspectSet{Deploy: deploy, Standing: s})
}

func same() timeline.Reason { return timeline.Reason{Kind: timeline.ReasonSameService} }

func before(d time.Duration) timeline.Reason {
	return timeline.Reason{Kind: timeline.ReasonBefore, For: d}
}

func touches(paths ...string) timeline.Reason {
	return timeline.Reason{Kind: timeline.ReasonTouches, Words: paths}
}

func pass(name, text string) timeline.Guard {
	return timeline.Guard{Name: name, Verdict: timeline.Pass, Text: text}
}

func warn(name, text string) timeline.Guard {
	return timeline.Guard{Name: name, Verdict: timeline.Warn, Text: text}
}

func block(name, text string) timeline.Guard {
	return timeline.Guard{Name: name, Verdict: timeline.Block, Text: text}
}

// step records a step of the rollback R1.
func (p *tape) step(clock, who string, s timeline.RollbackStep) int {
	p.t.Helper()
	s.Number = 1
	link := ""
	if s.Run != nil {
		link = s.Run.Link
	}
	return p.linked(clock, who, link, s)
}

// machine records steps of R1 that Backout made, one clock time each.
func (p *tape) machine(steps ...any) {
	p.t.Helper()
	for i := 0; i < len(steps); i += 2 {
		clock := steps[i].(string)
		switch s := steps[i+1].(type) {
		case timeline.RollbackState:
			p.step(clock, timeline.Backout, timeline.RollbackStep{State: s})
		case timeline.RollbackStep:
			p.step(clock, timeline.Backout, s)
		}
	}
}

func (p *tape) plan(from, to timeline.Deploy, approvals int) *timeline.RollbackPlan {
	return &timeline.RollbackPlan{
		Service: from.Service, Environment: from.Environment, Repo: "acme/web-app", Workflow: "rollback.yml", Ref: "main",
		Inputs: map[string]string{"version": to.Version}, From: from, To: to, Approvals: approvals,
	}
}

func run(id, attempt, conclusion string) *timeline.WorkflowRun {
	r := timeline.WorkflowRun{ID: 5130, Link: runs + id, Attempt: len(attempt), Status: "queued", Conclusion: conclusion}
	if conclusion != "" {
		r.Status = "completed"
	}
	return &r
}
