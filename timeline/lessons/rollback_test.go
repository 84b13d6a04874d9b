package lessons_test

import (
	"slices"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/lessons"
)

func TestRollback(t *testing.T) {
	names := []string{"not_configured", "slow_rollback", "rollback_in_time", "rollback_failed", "rollback_blocked", "rollback_unclear", "fixed_forward", "approval_prompt"}
	tapeTable(t, lessons.Rollback, names, rollbackCases())
}

func rollbackCases() []tapeCase {
	return slices.Concat(configuredCases(), paceCases(), failureCases(), guardCases(), unclearCases(), forwardCases(), approvalCases())
}

// started is a rollback of an outage declared at 14:08 whose run starts at a time.
func (p *tape) started(clock string) {
	p.t.Helper()
	p.declare("14:08:00")
	p.propose("14:09:00", 0)
	p.confirm("14:10:00")
	p.states(clock, "dispatching", clock, "queued")
}

func (p *tape) preview(clock string, verdict timeline.Verdict) {
	p.t.Helper()
	p.add(clock, timeline.Backout, timeline.RollbackNoted{Number: 1, Preview: &timeline.RollbackPreview{
		Guards: []timeline.Guard{{Name: "irreversible paths", Verdict: verdict, Text: "it touches db/migrations/0042.sql"}},
	}})
}

func (p *tape) taken(clock, reason string) {
	p.t.Helper()
	p.step(clock, "U0ANA", timeline.RollbackStep{State: timeline.RollbackCancelled, Reason: reason})
}

func configuredCases() []tapeCase {
	blamed := func(service string) func(p *tape) {
		return func(p *tape) {
			p.declare("14:08:00")
			p.caused("14:12:00", service)
		}
	}
	return []tapeCase{
		{"no workflow", "not_configured", blamed("checkout"), "No rollback is configured",
			"A deploy of checkout (T2) was marked as the cause (T3), and no rollback workflow is configured for it.", "Configure a rollback workflow for checkout and rehearse it in a drill"},
		{"a workflow", "not_configured", blamed("web-app"), "", "", ""},
		{"a service that is not known", "not_configured", blamed("search"), "", "", ""},
		{"nothing is configured", "not_configured", func(p *tape) {
			blamed("checkout")(p)
			p.opt.Catalogue = nil
		}, "", "", ""},
		{"only suspected", "not_configured", func(p *tape) {
			p.declare("14:08:00")
			p.deploy("13:00:00", 4, "checkout", "v2", false)
			p.add("14:09:00", timeline.Backout, timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingSuspect})
		}, "", "", ""},
		{"a rollback was asked for", "not_configured", func(p *tape) {
			blamed("checkout")(p)
			p.propose("14:13:00", 0)
		}, "", "", ""},
	}
}

func paceCases() []tapeCase {
	const keep = "Keep the rollback of web-app exercised with regular drills"
	done := func(at string) func(p *tape) {
		return func(p *tape) {
			p.started(at)
			p.states("14:40:00", "succeeded")
		}
	}
	return []tapeCase{
		{"late", "slow_rollback", done("14:23:01"), "The rollback was started later than the target",
			"R1 was dispatched (T5) 15 min 1 s after the declaration (T1); the target is 15 min. One run was enough, with no repeat.",
			"Rehearse the rollback of web-app until it is started within 15 min"},
		{"at the target", "slow_rollback", done("14:23:00"), "", "", ""},
		{"late and failed", "slow_rollback", func(p *tape) {
			p.started("14:23:01")
			p.states("14:40:00", "failed")
		}, "", "", ""},
		{"at the target", "rollback_in_time", done("14:23:00"), "The rollback worked in time",
			"R1 was dispatched (T5) 15 min after the declaration (T1); the target is 15 min. One run was enough, with no repeat.", keep},
		{"it took two runs", "rollback_in_time", func(p *tape) {
			p.started("14:16:00")
			p.states("14:17:00", "failed", "14:18:00", "queued", "14:20:00", "succeeded")
		}, "The rollback was started in time", "R1 was dispatched (T5) 8 min after the declaration (T1); the target is 15 min.", keep},
		{"it was put back once", "rollback_in_time", func(p *tape) {
			p.declare("14:08:00")
			p.propose("14:09:00", 0)
			p.confirm("14:10:00")
			p.states("14:10:01", "dispatching", "14:10:02", "confirmed", "14:10:32", "dispatching", "14:11:00", "queued", "14:20:00", "succeeded")
		}, "The rollback was started in time", "R1 was dispatched (T7) 3 min after the declaration (T1); the target is 15 min.", keep},
		{"late", "rollback_in_time", done("14:23:01"), "", "", ""},
		{"it goes on", "rollback_in_time", func(p *tape) { p.started("14:16:00") }, "", "", ""},
		{"no target", "rollback_in_time", func(p *tape) {
			done("14:16:00")(p)
			p.opt.Targets.Rollback = 0
		}, "", "", ""},
	}
}

func failureCases() []tapeCase {
	const title, action = "A rollback did not run through", "Rehearse the rollback of web-app in a drill until it runs through"
	run := &timeline.WorkflowRun{ID: 9, Status: "completed", Conclusion: "cancelled"}
	return []tapeCase{
		{"the run failed", "rollback_failed", func(p *tape) {
			p.started("14:16:00")
			p.states("14:17:00", "failed")
		}, title, "R1 failed (T6).", action},
		{"run again with success", "rollback_failed", func(p *tape) {
			p.started("14:16:00")
			p.states("14:17:00", "failed", "14:18:00", "queued", "14:20:00", "succeeded")
		}, title, "R1 failed (T6); it was done only after another run (T8).", action},
		{"GitHub refused it", "rollback_failed", func(p *tape) {
			p.declare("14:08:00")
			p.propose("14:09:00", 0)
			p.confirm("14:10:00")
			p.states("14:10:01", "dispatching")
			p.step("14:10:02", timeline.Backout, timeline.RollbackStep{State: timeline.RollbackFailed, Reason: "not found"})
		}, title, "R1 could not be started (T5).", action},
		{"cancelled at GitHub", "rollback_failed", func(p *tape) {
			p.started("14:16:00")
			p.step("14:17:00", timeline.Backout, timeline.RollbackStep{State: timeline.RollbackCancelled, Run: run})
		}, title, "R1 was cancelled at GitHub, which nobody had asked for here (T6).", action},
		{"its run did not end", "rollback_failed", func(p *tape) {
			p.started("14:16:00")
			p.states("14:46:00", "overdue")
			p.taken("14:47:00", "given up: its run had not ended")
		}, title, "R1 was given up because its run did not end (T7).", action},
		{"people cancelled its run", "rollback_failed", func(p *tape) {
			p.started("14:16:00")
			p.add("14:16:30", "U0ANA", timeline.RollbackNoted{Number: 1, CancelAsked: true})
			p.step("14:17:00", timeline.Backout, timeline.RollbackStep{State: timeline.RollbackCancelled, Run: run})
		}, "", "", ""},
		{"its run could not be read", "rollback_failed", func(p *tape) {
			p.started("14:16:00")
			p.step("14:17:00", timeline.Backout, timeline.RollbackStep{State: timeline.RollbackFailed, Reason: "GitHub shows no such run"})
		}, "", "", ""},
		{"taken back", "rollback_failed", func(p *tape) {
			p.declare("14:08:00")
			p.propose("14:09:00", 0)
			p.taken("14:10:00", "taken back before it was started")
		}, "", "", ""},
	}
}

func guardCases() []tapeCase {
	const title, action = "A guard stood in the way of the rollback", "Settle beforehand how web-app is rolled back when a guard blocks it"
	ended := func(v timeline.Verdict) func(p *tape) {
		return func(p *tape) {
			p.declare("14:08:00")
			p.propose("14:09:00", 0)
			p.preview("14:09:02", v)
			p.taken("14:12:00", "taken back before it was started")
		}
	}
	return []tapeCase{
		{"set aside", "rollback_blocked", func(p *tape) {
			p.declare("14:08:00")
			p.propose("14:09:00", 0)
			p.preview("14:09:02", timeline.Block)
			p.step("14:10:00", "U0ANA", timeline.RollbackStep{
				State: timeline.RollbackConfirmed, Confirmation: 1, ID: "b-1", Overridden: []string{"irreversible paths"}, OverrideReason: "it only adds",
			})
		}, title, "R1 was blocked by the guard “irreversible paths”; that was set aside (T4).", action},
		{"taken back while blocked", "rollback_blocked", ended(timeline.Block), title,
			"R1 was blocked by the guard “irreversible paths” and ended without a confirmation (T4).", action},
		{"a warning", "rollback_blocked", ended(timeline.Warn), "", "", ""},
		{"still undecided", "rollback_blocked", func(p *tape) {
			p.declare("14:08:00")
			p.propose("14:09:00", 0)
			p.preview("14:09:02", timeline.Block)
		}, "", "", ""},
		{"blocked only after the yes", "rollback_blocked", func(p *tape) {
			p.declare("14:08:00")
			p.propose("14:09:00", 0)
			p.confirm("14:10:00")
			p.preview("14:10:02", timeline.Block)
			p.taken("14:12:00", "taken back before it was started")
		}, "", "", ""},
		{"nothing blocked any more", "rollback_blocked", func(p *tape) {
			p.declare("14:08:00")
			p.propose("14:09:00", 0)
			p.preview("14:09:02", timeline.Block)
			p.preview("14:11:02", timeline.Pass)
			p.taken("14:12:00", "taken back before it was started")
		}, "", "", ""},
	}
}

func unclearCases() []tapeCase {
	const title, action = "It was unclear whether the rollback had been started", "Check in a drill that a run of rollback.yml is recognised once it is started"
	doubtful := func(p *tape) {
		p.declare("14:08:00")
		p.propose("14:09:00", 0)
		p.confirm("14:10:00")
		p.states("14:10:01", "dispatching", "14:11:31", "unclear")
	}
	return []tapeCase{
		{"to the end", "rollback_unclear", doubtful, title, "Whether R1 had been started was not known (T5).", action},
		{"until it was found", "rollback_unclear", func(p *tape) {
			doubtful(p)
			p.states("14:12:11", "queued", "14:15:00", "succeeded")
		}, title, "Whether R1 had been started was not known (T5); its run was found 40 s later (T6).", action},
		{"overdue is no doubt about the start", "rollback_unclear", func(p *tape) {
			p.started("14:16:00")
			p.states("14:46:00", "overdue")
		}, "", "", ""},
	}
}

func forwardCases() []tapeCase {
	mitigated := func(at, service string, before ...func(p *tape)) func(p *tape) {
		return func(p *tape) {
			p.declare("14:08:00")
			p.caused("14:12:00", service)
			for _, more := range before {
				more(p)
			}
			p.status(at, timeline.Monitoring)
		}
	}
	undone := func(p *tape) {
		d := timeline.Deploy{Number: 4, Service: "web-app", Environment: "production", State: timeline.DeploySucceeded, Started: p.time("13:00:00"), Finished: p.time("13:00:00")}
		d.Undone = timeline.RollbackRef{Incident: 9, Number: 1}
		p.add("14:20:00", "github", timeline.DeployChanged{Deploy: d})
	}
	return []tapeCase{
		{"nobody started one", "fixed_forward", mitigated("14:23:01", "web-app"), "A rollback was there and was not used",
			"Mitigating took 15 min 1 s from the declaration (T1, T4). The deploy marked as the cause (T2) is of web-app, which has a rollback workflow, and no rollback was started before.",
			"Roll web-app back first and look for the fault afterwards"},
		{"one was proposed and taken back", "fixed_forward", mitigated("14:23:01", "web-app", func(p *tape) {
			p.propose("14:13:00", 0)
			p.taken("14:14:00", "taken back before it was started")
		}), "A rollback was planned and not used",
			"Mitigating took 15 min 1 s from the declaration (T1, T6). The deploy marked as the cause (T2) is of web-app, whose rollback R1 was planned and taken back (T5).",
			"Find out what kept R1 from being used and settle it before the next release of web-app"},
		{"within the target", "fixed_forward", mitigated("14:23:00", "web-app"), "", "", ""},
		{"it cannot be rolled back", "fixed_forward", mitigated("14:23:01", "checkout"), "", "", ""},
		{"a rollback was started", "fixed_forward", mitigated("14:23:01", "web-app", func(p *tape) {
			p.propose("14:13:00", 0)
			p.confirm("14:14:00")
			p.states("14:15:00", "dispatching", "14:15:01", "queued", "14:16:00", "failed")
		}), "", "", ""},
		{"a guard blocked it", "fixed_forward", mitigated("14:23:01", "web-app", func(p *tape) {
			p.propose("14:13:00", 0)
			p.preview("14:13:02", timeline.Block)
		}), "", "", ""},
		{"a rollback of another incident undid it", "fixed_forward", mitigated("14:23:01", "web-app", undone), "", "", ""},
		{"the older version was deployed by hand", "fixed_forward", mitigated("14:23:01", "web-app", func(p *tape) {
			p.deploy("12:00:00", 3, "web-app", "v1", false)
			p.deploy("14:20:00", 5, "web-app", "v1", true)
		}), "", "", ""},
		{"mitigation is assumed", "fixed_forward", func(p *tape) {
			p.declare("14:08:00")
			p.caused("14:12:00", "web-app")
			p.status("14:40:00", timeline.Resolved)
		}, "", "", ""},
		{"the deploy was to staging", "fixed_forward", func(p *tape) {
			p.declare("14:08:00")
			p.caused("14:12:00", "web-app", func(d *timeline.Deploy) { d.Environment = "staging" })
			p.status("14:40:00", timeline.Monitoring)
		}, "", "", ""},
	}
}

func approvalCases() []tapeCase {
	asked := func(p *tape) {
		p.declare("14:08:00")
		p.propose("14:09:00", 1)
		p.step("14:10:00", "U0ANA", timeline.RollbackStep{State: timeline.RollbackAwaiting, Confirmation: 1, ID: "b-1"})
	}
	approved := func(at, who string) func(p *tape) {
		return func(p *tape) {
			asked(p)
			p.step(at, who, timeline.RollbackStep{State: timeline.RollbackConfirmed, Approved: true})
		}
	}
	return []tapeCase{
		{"in time", "approval_prompt", approved("14:15:00", "U0TOM"), "A second person approved it at once", "R1 was confirmed (T3) and approved by a second person (T4) within 5 min.", ""},
		{"late", "approval_prompt", approved("14:15:01", "U0TOM"), "", "", ""},
		{"one of two late", "approval_prompt", func(p *tape) {
			approved("14:11:00", "U0TOM")(p)
			p.step("14:20:00", "U0ANA", timeline.RollbackStep{Number: 2, State: timeline.RollbackProposed, Plan: &timeline.RollbackPlan{Service: "web-app", Approvals: 1}})
			p.step("14:21:00", "U0ANA", timeline.RollbackStep{Number: 2, State: timeline.RollbackAwaiting, Confirmation: 1, ID: "b-2"})
			p.step("14:31:00", "U0TOM", timeline.RollbackStep{Number: 2, State: timeline.RollbackConfirmed, Approved: true})
		}, "", "", ""},
		{"by the same person", "approval_prompt", approved("14:11:00", "U0ANA"), "", "", ""},
		{"not yet", "approval_prompt", asked, "", "", ""},
		{"none was needed", "approval_prompt", func(p *tape) { p.started("14:16:00") }, "", "", ""},
	}
}

func TestHostileWordsStayWords(t *testing.T) {
	p := newTape(t)
	const name = "web](http://evil.example)`<script>"
	p.opt.Catalogue = &timeline.Catalogue{Services: []timeline.Service{{Name: name, Environment: "production"}}}
	p.declare("14:08:00", name)
	p.caused("14:12:00", name)
	in := p.fold()
	all := lessons.Of(in, p.opt)
	tapeSound(t, in, all)
	l := tapeFind(all, "not_configured")
	if want := "A deploy of " + name + " ("; len(l.Told) == 0 || l.Told[0].Text != want {
		t.Errorf("told %+v, want the name as it is", l.Told)
	}
}

func TestDaysAreToldInDays(t *testing.T) {
	p := newTape(t)
	p.declare("14:08:00")
	p.alert("14:20:00", timeline.AlertTriggered)
	p.events[1].At = p.time("14:08:00").Add(50 * time.Hour)
	if got, want := tapeTold(tapeFind(lessons.Of(p.fold(), p.opt), "people_first").Told), "A person noticed (T1) 2 d 2 h before the first alert (T2)."; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}
