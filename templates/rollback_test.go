package templates_test

import (
	"testing"

	"backout/templates"
	"backout/timeline"
)

func plan(approvals int) *timeline.RollbackPlan {
	return &timeline.RollbackPlan{
		Service: "web-app", Environment: "production", Repo: "acme/web-app", Workflow: "rollback.yml", Ref: "main",
		From: badDeploy(), To: goodDeploy(), Approvals: approvals,
	}
}

func passes() []timeline.Guard {
	return []timeline.Guard{
		{Name: "workflow", Verdict: timeline.Pass, Text: "rollback.yml can be started and its run recognised"},
		{Name: "nothing else running", Verdict: timeline.Pass, Text: "no other deploy or rollback of web-app is running"},
		{Name: "newer deploys", Verdict: timeline.Pass, Text: "nothing was deployed after the suspect v2.4.0"},
		{Name: "irreversible paths", Verdict: timeline.Pass, Text: "the change touches none of migrations/**"},
		{Name: "age of the target", Verdict: timeline.Pass, Text: "v2.3.9 was deployed less than a day ago"},
		{Name: "what is undone", Verdict: timeline.Warn, Text: "3 pull requests will be undone"},
	}
}

func blocked(final bool) []timeline.Guard {
	g := passes()
	g[3] = timeline.Guard{Name: "irreversible paths", Verdict: timeline.Block, Text: "the change touches migrations/014_users.sql, which cannot be taken back by deploying an older version"}
	if final {
		g[0] = timeline.Guard{Name: "workflow", Verdict: timeline.Block, Final: true, Text: "rollback.yml is disabled"}
	}
	return g
}

func theRun(status, conclusion string, jobs ...timeline.RunJob) *timeline.WorkflowRun {
	return &timeline.WorkflowRun{ID: 918, Link: "https://github.example/acme/web-app/actions/runs/918", Attempt: 1, Status: status, Conclusion: conclusion, Jobs: jobs}
}

func phase(state timeline.RollbackState) timeline.RollbackStep {
	return timeline.RollbackStep{Number: 1, State: state}
}

// proposedAs is blamed with a rollback that has been looked at.
func proposedAs(approvals int, guards []timeline.Guard, f *timeline.ChangeFacts, trouble string) *past {
	p := blamed()
	s := phase(timeline.RollbackProposed)
	s.Plan = plan(approvals)
	p.did("14:14:58", "U0ANA", s)
	if guards != nil {
		p.did("14:15:00", "backout", timeline.RollbackNoted{Number: 1, Preview: &timeline.RollbackPreview{At: at("14:15:00"), Facts: f, Guards: guards, Trouble: trouble}})
	}
	return p
}

// confirmed is a rollback that somebody has said yes to.
func confirmed(approvals int) *past {
	p := proposedAs(approvals, passes(), facts(), "")
	s := phase(timeline.RollbackConfirmed)
	if approvals > 0 {
		s.State = timeline.RollbackAwaiting
	}
	s.Confirmation, s.ID, s.Guards = 1, "inc7-r1-abc", passes()
	p.did("14:15:20", "U0ANA", s)
	return p
}

// dispatched is one whose run is queued.
func dispatched() *past {
	p := confirmed(0)
	p.did("14:15:20", "backout", phase(timeline.RollbackDispatching))
	s := phase(timeline.RollbackQueued)
	s.Run = theRun("queued", "")
	p.did("14:15:50", "backout", s)
	return p
}

// rolling is one whose run is at work.
func rolling(clock string) *past {
	p := dispatched()
	s := phase(timeline.RollbackRunning)
	s.Run = theRun("in_progress", "",
		timeline.RunJob{Name: "build", Status: "completed", Conclusion: "success"},
		timeline.RunJob{Name: "deploy", Status: "in_progress", Step: "Shift traffic", Link: "https://github.example/acme/web-app/actions/runs/918/job/2"})
	p.did(clock, "backout", s)
	return p
}

// and continues a past with a phase.
func and(p *past, clock, who string, state timeline.RollbackState, change func(*timeline.RollbackStep)) *past {
	s := phase(state)
	if change != nil {
		change(&s)
	}
	p.did(clock, who, s)
	return p
}

func because(reason string) func(*timeline.RollbackStep) {
	return func(s *timeline.RollbackStep) { s.Reason = reason }
}

func failedRun(s *timeline.RollbackStep) {
	s.Reason = "the run ended as failure: deploy (Shift traffic)"
	s.Run = theRun("completed", "failure", timeline.RunJob{Name: "deploy", Status: "completed", Conclusion: "failure", Step: "Shift traffic", Link: "https://github.example/acme/web-app/actions/runs/918/job/2"})
}

func unclear() *past {
	p := confirmed(0)
	p.did("14:15:20", "backout", phase(timeline.RollbackDispatching))
	return and(p, "14:16:50", "backout", timeline.RollbackUnclear, because("GitHub did not answer in time"))
}

// everyState has a rollback in every state that it can be in.
func everyState() map[string]*past {
	commits := facts()
	commits.Pulls, commits.Link = nil, "javascript:alert(1)"
	for i := range 7 {
		commits.Commits = append(commits.Commits, timeline.ChangeCommit{SHA: "abcdef0123456", Message: "Change number " + string(rune('1'+i)), Link: "https://github.example/acme/web-app/commit/abcdef0"})
	}
	more := facts()
	for n := range 6 {
		more.Pulls = append(more.Pulls, timeline.ChangePull{Number: 430 + n, Title: "Another one"})
	}
	more.MoreFiles, more.Missing = true, []string{"The reviews could not be read."}
	cancelling := rolling("14:16:04")
	cancelling.did("14:17:00", "U0TOM", timeline.RollbackNoted{Number: 1, CancelAsked: true})
	stopped := rolling("14:16:04")
	stopped.did("14:17:00", "U0TOM", timeline.RollbackNoted{Number: 1, CancelAsked: true})
	overridden := proposedAs(0, blocked(false), facts(), "")
	and(overridden, "14:15:40", "U0TOM", timeline.RollbackConfirmed, func(s *timeline.RollbackStep) {
		s.Confirmation, s.ID, s.Guards = 1, "inc7-r1-abc", blocked(false)
		s.Overridden, s.OverrideReason = []string{"irreversible paths"}, "The migration only added a column"
	})
	late := and(rolling("14:16:04"), "14:45:50", "backout", timeline.RollbackOverdue, because("the run has not ended after 30\u00a0min"))
	overdueGivenUp := and(rolling("14:16:04"), "14:45:50", "backout", timeline.RollbackOverdue, nil)
	done := and(rolling("14:16:04"), "14:20:41", "backout", timeline.RollbackSucceeded, func(s *timeline.RollbackStep) { s.Run = theRun("completed", "success") })
	doneMitigated := and(rolling("14:16:04"), "14:20:41", "backout", timeline.RollbackSucceeded, nil)
	doneMitigated.did("14:22:10", "U0ANA", timeline.StatusSet{Status: timeline.Monitoring})
	approved := and(confirmed(2), "14:16:00", "U0TOM", timeline.RollbackAwaiting, func(s *timeline.RollbackStep) { s.Approved = true })
	allApproved := and(and(confirmed(2), "14:16:00", "U0TOM", timeline.RollbackAwaiting, func(s *timeline.RollbackStep) { s.Approved = true }),
		"14:16:30", "U0SAM", timeline.RollbackConfirmed, func(s *timeline.RollbackStep) { s.Approved = true })
	return map[string]*past{
		"proposed":           proposedAs(0, nil, nil, ""),
		"previewed":          proposedAs(0, passes(), facts(), ""),
		"previewed-commits":  proposedAs(1, passes()[:2], commits, ""),
		"previewed-more":     proposedAs(2, passes(), more, ""),
		"previewed-unknown":  proposedAs(0, append(passes()[:5], timeline.Guard{Name: "what is undone", Verdict: timeline.Warn, Text: "not known: GitHub does not know v2.3.9"}), nil, "GitHub does not know v2.3.9"),
		"previewed-nothing":  proposedAs(0, passes()[:1], &timeline.ChangeFacts{Base: "a", Head: "a"}, ""),
		"blocked":            proposedAs(0, blocked(false), facts(), ""),
		"blocked-final":      proposedAs(0, blocked(true), facts(), ""),
		"awaiting":           confirmed(2),
		"awaiting-one":       approved,
		"approved":           allApproved,
		"confirmed":          confirmed(0),
		"overridden":         overridden,
		"put-back":           and(and(confirmed(0), "14:15:20", "backout", timeline.RollbackDispatching, nil), "14:15:22", "backout", timeline.RollbackConfirmed, because("GitHub asked to wait until 14:17")),
		"dispatching":        and(confirmed(0), "14:15:20", "backout", timeline.RollbackDispatching, nil),
		"unclear":            unclear(),
		"unclear-given-up":   and(unclear(), "14:18:00", "U0ANA", timeline.RollbackCancelled, because("given up: it is not known whether it was started")),
		"queued":             dispatched(),
		"waiting":            and(dispatched(), "14:16:00", "backout", timeline.RollbackWaiting, func(s *timeline.RollbackStep) { s.Run = theRun("waiting", "") }),
		"running":            rolling("14:16:04"),
		"cancelling":         cancelling,
		"overdue":            late,
		"overdue-given-up":   and(overdueGivenUp, "14:50:00", "U0ANA", timeline.RollbackCancelled, because("given up: its run had not ended")),
		"succeeded":          done,
		"succeeded-watching": doneMitigated,
		"failed":             and(rolling("14:16:04"), "14:18:08", "backout", timeline.RollbackFailed, failedRun),
		"failed-refused":     and(and(confirmed(0), "14:15:20", "backout", timeline.RollbackDispatching, nil), "14:15:21", "backout", timeline.RollbackFailed, because("GitHub answers that v2.3.9 is no tag. The platform team looks at it.")),
		"rerun": and(and(rolling("14:16:04"), "14:18:08", "backout", timeline.RollbackFailed, failedRun), "14:19:00", "U0TOM", timeline.RollbackQueued, func(s *timeline.RollbackStep) {
			s.Reason, s.Run = "the failed jobs are run again", &timeline.WorkflowRun{ID: 918, Attempt: 2, Status: "queued", Link: "https://github.example/acme/web-app/actions/runs/918"}
		}),
		"cancelled":  and(proposedAs(0, passes(), facts(), ""), "14:45:00", "backout", timeline.RollbackCancelled, because("nobody confirmed it within 30\u00a0min")),
		"taken-back": and(confirmed(1), "14:17:00", "U0ANA", timeline.RollbackCancelled, because("taken back before it was started")),
		"stopped":    and(stopped, "14:18:00", "backout", timeline.RollbackCancelled, because("the run ended as cancelled")),
	}
}

func TestRollbackPost(t *testing.T) {
	for name, p := range everyState() {
		t.Run(name, func(t *testing.T) {
			m, ok := templates.RollbackPost(workView(t, p, "14:30:00"), 1, cast)
			if !ok {
				t.Fatal("nothing")
			}
			golden(t, "rollback-"+name, m)
		})
	}
	if m, ok := templates.RollbackPost(workView(t, blamed(), "14:28:00"), 1, cast); ok {
		t.Errorf("a rollback that is not there: %s", m.Summary)
	}
}

// Every state has words of its own in the post, on the card and in the timeline.
func TestEveryRollbackStateHasWords(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range []timeline.RollbackState{
		timeline.RollbackProposed, timeline.RollbackAwaiting, timeline.RollbackConfirmed, timeline.RollbackDispatching, timeline.RollbackUnclear, timeline.RollbackQueued,
		timeline.RollbackWaiting, timeline.RollbackRunning, timeline.RollbackOverdue, timeline.RollbackSucceeded, timeline.RollbackFailed, timeline.RollbackCancelled,
	} {
		p := and(proposedAs(1, passes(), facts(), ""), "14:20:00", "backout", s, nil)
		v := workView(t, p, "14:30:00")
		m, _ := templates.RollbackPost(v, 1, cast)
		e, _ := v.In.Entry(v.In.NextN() - 1)
		words, ok := templates.EntryWords(v.In, e)
		if !ok || seen[words] || seen[m.Summary] {
			t.Errorf("%s: %q, %q", s, words, m.Summary)
		}
		seen[words], seen[m.Summary] = true, true
	}
}

func TestOverrideForm(t *testing.T) {
	f := templates.OverrideForm(workView(t, proposedAs(1, blocked(true), facts(), ""), "14:30:00"), 1)
	answerGolden(t, "form-override", plainForm(f))
	if f.State != "" || f.Inputs[0].ID != "why" || f.Inputs[0].Max != 500 || f.Inputs[0].Optional || f.ID != templates.OverrideFormID {
		t.Errorf("%+v", f)
	}
	if f := templates.OverrideForm(workView(t, blamed(), "14:30:00"), 1); len(f.Intro) == 0 || len(f.Inputs) != 1 {
		t.Errorf("of no rollback: %+v", f)
	}
}
