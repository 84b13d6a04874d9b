package lessons_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/lessons"
)

func luckCases() []outcomeCase {
	return slices.Concat(unalertedLuck(), alertedLuck(), leadLuck(), liveLuck(), pathLuck(), ageLuck(), failureLuck())
}

func TestLuck(t *testing.T) {
	cases := luckCases()
	checkOutcomes(t, cases)
	for _, r := range lessons.Table() {
		if r.Side == lessons.Lucky && !slices.ContainsFunc(cases, func(c outcomeCase) bool { return c.rule == r.Name }) {
			t.Errorf("%s is in no case", r.Name)
		}
	}
}

// unseen is an outage of a watched service that a person set the moments of.
func unseen(p *tape) {
	p.t.Helper()
	p.declaredFrom("14:08:02", "U0TOM", "14:06:31")
	p.moment(timeline.Began, "14:02:10")
	p.status("14:30:00", timeline.Monitoring)
}

// stranger has it declared from the message of somebody else, of another
// organisation if external.
func stranger(external bool, before ...func(p *tape)) func(p *tape) {
	return func(p *tape) {
		for _, b := range before {
			b(p)
		}
		p.add("14:06:31", "U0EVE", timeline.Message{Channel: "C1", TS: timeline.SlackTS(p.time("14:06:31")), Text: "are you down?", External: external})
		p.declaredFrom("14:08:02", "U0TOM", "14:06:31")
	}
}

func unalertedLuck() []outcomeCase {
	const rule = "noticed_without_alert"
	const said = "No alert told of it, and it was detected (T1) 4 min 21 s after it began (T2) all the same, within the target of 5 min."
	const outside = "It was declared from a message of a guest or of somebody from another organisation (T1), and the record has no alert before that."
	early := func(p *tape) { p.alert("14:05:00", timeline.AlertTriggered, alertKey("P9")) }
	return []outcomeCase{
		{"in time", rule, unseen, lessons.Lucky, said},
		{"at the target", rule, func(p *tape) {
			unseen(p)
			p.moment(timeline.Began, "14:01:31")
		}, lessons.Lucky, "No alert told of it, and it was detected (T1) 5 min after it began (T4) all the same, within the target of 5 min."},
		{"late", rule, func(p *tape) {
			unseen(p)
			p.moment(timeline.Began, "14:01:30")
		}, "", ""},
		{"an alert came", rule, func(p *tape) {
			unseen(p)
			p.alert("14:12:00", timeline.AlertTriggered)
		}, "", ""},
		{"nobody would have told us of one", rule, func(p *tape) {
			p.opt.Catalogue = nil
			unseen(p)
		}, "", ""},
		{"no target", rule, func(p *tape) {
			p.opt.Targets.Detect = 0
			unseen(p)
		}, "", ""},
		{"it goes on", rule, func(p *tape) {
			p.declaredFrom("14:08:02", "U0TOM", "14:06:31")
			p.moment(timeline.Began, "14:02:10")
		}, "", ""},
		{"people say that there was an alert", rule, func(p *tape) {
			unseen(p)
			p.judge("15:00:00", "no_alert", timeline.LessonDismissed)
		}, "", ""},

		{"a customer in a shared channel", "outsider_noticed", stranger(true), lessons.Lucky, outside},
		{"one of the team", "outsider_noticed", stranger(false), "", ""},
		{"an alert had come", "outsider_noticed", stranger(true, early), "", ""},
		{"an alert of another outage had come", "outsider_noticed", func(p *tape) {
			stranger(true, early)(p)
			p.add("14:13:00", "U0TOM", timeline.AlertSplit{N: 1, To: 8})
		}, "", ""},
		{"the alert came later", "outsider_noticed", func(p *tape) {
			stranger(true)(p)
			p.alert("14:12:00", timeline.AlertTriggered)
		}, lessons.Lucky, outside},
		{"an alert of which only the end is known", "outsider_noticed", func(p *tape) {
			stranger(true)(p)
			p.alert("14:12:00", timeline.AlertResolved)
		}, "", ""},
		{"people took the message out of the story", "outsider_noticed", func(p *tape) {
			stranger(true)(p)
			p.add("14:13:00", "U0TOM", timeline.Hidden{N: 1, Hidden: true})
		}, "", ""},
	}
}

func alertedLuck() []outcomeCase {
	const rule = "mitigated_before_alert"
	after := func(clock string, what timeline.AlertEvent) func(p *tape) {
		return func(p *tape) {
			p.declare("14:08:00")
			p.status("14:30:00", timeline.Monitoring)
			p.alert(clock, what)
		}
	}
	return []outcomeCase{
		{"three minutes", rule, after("14:33:00", timeline.AlertTriggered), lessons.Lucky, "It was mitigated (T2) 3 min before the first alert came (T3)."},
		{"a second", rule, after("14:30:01", timeline.AlertTriggered), lessons.Lucky, "It was mitigated (T2) 1 s before the first alert came (T3)."},
		{"the alert came before", rule, after("14:29:00", timeline.AlertTriggered), "", ""},
		{"at the same time", rule, after("14:30:00", timeline.AlertTriggered), "", ""},
		{"nobody knows when it fired", rule, after("14:33:00", timeline.AlertAcknowledged), "", ""},
		{"mitigation is assumed", rule, func(p *tape) {
			p.declare("14:08:00")
			p.status("14:30:00", timeline.Resolved)
			p.alert("14:33:00", timeline.AlertTriggered)
		}, "", ""},
		{"it was not over", rule, func(p *tape) {
			after("14:33:00", timeline.AlertTriggered)(p)
			p.status("14:40:00", timeline.Investigating)
		}, "", ""},
	}
}

func leadLuck() []outcomeCase {
	const rule = "lead_at_hand"
	lead := func(clock, by, to string, before ...func(p *tape)) func(p *tape) {
		return func(p *tape) {
			p.declare("14:08:00")
			for _, b := range before {
				b(p)
			}
			p.add(clock, by, timeline.RoleSet{Role: timeline.LeadRole, User: to})
		}
	}
	paged := func(p *tape) {
		p.add("14:08:30", "U0TOM", timeline.PageSet{Number: 1, State: timeline.PageAsked, Target: "service web-app", Sort: "service"})
	}
	return []outcomeCase{
		{"somebody else came", rule, lead("14:13:00", "U0ANA", "U0ANA"), lessons.Lucky,
			"Somebody took the lead (T2) 5 min after the declaration (T1), and the record has no page and no alert before that."},
		{"at once", rule, lead("14:08:00", "U0ANA", "U0ANA"), lessons.Lucky,
			"Somebody took the lead (T2) 0 s after the declaration (T1), and the record has no page and no alert before that."},
		{"later", rule, lead("14:13:01", "U0ANA", "U0ANA"), "", ""},
		{"who declared it leads it", rule, lead("14:08:00", "U0TOM", "U0TOM"), "", ""},
		{"another was given the lead", rule, lead("14:09:00", "U0TOM", "U0ANA"), "", ""},
		{"nobody leads", rule, func(p *tape) { p.declare("14:08:00") }, "", ""},
		{"another role", rule, func(p *tape) {
			p.declare("14:08:00")
			p.add("14:09:00", "U0ANA", timeline.RoleSet{Role: timeline.CommsRole, User: "U0ANA"})
		}, "", ""},
		{"somebody was paged", rule, lead("14:09:00", "U0ANA", "U0ANA", paged), "", ""},
		{"somebody was paged later", rule, func(p *tape) {
			lead("14:08:20", "U0ANA", "U0ANA")(p)
			paged(p)
		}, lessons.Lucky, "Somebody took the lead (T2) 20 s after the declaration (T1), and the record has no page and no alert before that."},
		{"an alert had called people", rule, lead("14:09:00", "U0ANA", "U0ANA", func(p *tape) { p.alert("14:08:40", timeline.AlertTriggered) }), "", ""},
	}
}

// takenBack is a deploy, row 2, that people blame in row 3 and roll back. Its plan
// can be changed before.
func takenBack(p *tape, with ...func(*timeline.RollbackPlan)) {
	p.t.Helper()
	p.declare("14:08:00")
	p.caused("14:09:00", "web-app")
	p.goneBack(1, with...)
}

// goneBack rolls web-app back, from D4.
func (p *tape) goneBack(number int, with ...func(*timeline.RollbackPlan)) {
	p.t.Helper()
	plan := timeline.RollbackPlan{
		Service: "web-app", Environment: "production", Workflow: "rollback.yml", From: timeline.Deploy{Number: 4, Service: "web-app", Environment: "production", Version: "v2"},
		To: timeline.Deploy{Number: 3, Service: "web-app", Environment: "production", Version: "v1", Finished: p.time("14:12:00").Add(-30 * 24 * time.Hour)},
	}
	for _, w := range with {
		w(&plan)
	}
	at := func(clock, who string, s timeline.RollbackStep) {
		s.Number = number
		p.step(clock, who, s)
	}
	at("14:10:00", "U0ANA", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: &plan})
	at("14:11:00", "U0ANA", timeline.RollbackStep{State: timeline.RollbackConfirmed, Confirmation: 1, ID: "b-1"})
	at("14:11:30", timeline.Backout, timeline.RollbackStep{State: timeline.RollbackDispatching})
	at("14:12:00", timeline.Backout, timeline.RollbackStep{State: timeline.RollbackQueued, Run: &timeline.WorkflowRun{ID: 9, Attempt: 1}})
	at("14:15:00", timeline.Backout, timeline.RollbackStep{State: timeline.RollbackSucceeded, Run: &timeline.WorkflowRun{ID: 9, Attempt: 1}})
}

// second has the rollback that counts come after another.
func second(of func(p *tape), first func(*timeline.RollbackPlan)) func(p *tape) {
	return func(p *tape) {
		p.declare("14:08:00")
		p.caused("14:09:00", "web-app")
		p.goneBack(1, first)
		of(p)
	}
}

func liveLuck() []outcomeCase {
	const rule = "still_live"
	const said = "v2 (T2) was still live in production when R1 took it back (T7), so nothing newer was taken back."
	frozen := func(clock string) func(p *tape) {
		return func(p *tape) {
			p.add(clock, "U0ANA", timeline.FreezeSet{Services: []string{"web-app"}, Frozen: true})
		}
	}
	with := func(more func(p *tape)) func(p *tape) {
		return func(p *tape) {
			takenBack(p)
			more(p)
		}
	}
	return []outcomeCase{
		{"nothing followed it", rule, func(p *tape) { takenBack(p) }, lessons.Lucky, said},
		{"a second rollback took it back", rule, second(func(p *tape) { p.goneBack(2) }, func(plan *timeline.RollbackPlan) { plan.From.Number = 5 }), lessons.Lucky,
			"v2 (T2) was still live in production when R2 took it back (T12), so nothing newer was taken back."},
		{"another was live", rule, func(p *tape) {
			takenBack(p, func(plan *timeline.RollbackPlan) { plan.From.Number = 5 })
		}, "", ""},
		{"another followed, as the record shows", rule, with(func(p *tape) { p.deploy("13:30:00", 5, "web-app", "v3", false) }), "", ""},
		{"another followed after the rollback", rule, with(func(p *tape) { p.deploy("15:30:00", 5, "web-app", "v3", true) }), lessons.Lucky, said},
		{"another service followed", rule, with(func(p *tape) { p.deploy("13:30:00", 5, "checkout", "v3", false) }), lessons.Lucky, said},
		{"a freeze kept others back", rule, with(frozen("14:08:01")), "", ""},
		{"a freeze came later", rule, with(frozen("14:30:00")), lessons.Lucky, said},
		{"nobody blames it", rule, with(func(p *tape) {
			p.add("15:00:00", "U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCleared})
		}), "", ""},
		{"the rollback failed", rule, with(func(p *tape) { p.states("14:20:00", "failed") }), "", ""},
	}
}

func pathLuck() []outcomeCase {
	const rule = "nothing_irreversible"
	const said = "The [change](https://github.example/compare) that R1 took back (T8) touches 30 files, and none of them is in the irreversible paths of web-app."
	undo := func(n int, with ...func(*timeline.RollbackPreview)) func(p *tape) {
		return func(p *tape) {
			p.opt.Catalogue.Services[0].Irreversible = []string{"migrations/**"}
			takenBack(p)
			facts := &timeline.ChangeFacts{Base: "aa", Head: "bb", Link: "https://github.example/compare"}
			for i := range n {
				facts.Files = append(facts.Files, timeline.ChangeFile{Path: "web/" + strconv.Itoa(i) + ".go", Status: "modified"})
			}
			preview := &timeline.RollbackPreview{Facts: facts}
			for _, w := range with {
				w(preview)
			}
			p.add("14:10:02", timeline.Backout, timeline.RollbackNoted{Number: 1, Preview: preview})
		}
	}
	file := func(path, status string) func(*timeline.RollbackPreview) {
		return func(p *timeline.RollbackPreview) { p.Facts.Files[7] = timeline.ChangeFile{Path: path, Status: status} }
	}
	lacks := func(sentence string) func(*timeline.RollbackPreview) {
		return func(p *timeline.RollbackPreview) { p.Facts.Missing = []string{sentence} }
	}
	return []outcomeCase{
		{"thirty files", rule, undo(30), lessons.Lucky, said},
		{"a second rollback", rule, func(p *tape) {
			undo(30)(p)
			p.goneBack(2)
			preview := *p.events[len(p.events)-6].Body.(timeline.RollbackNoted).Preview
			p.add("14:10:02", timeline.Backout, timeline.RollbackNoted{Number: 2, Preview: &preview})
			p.add("14:10:03", timeline.Backout, timeline.RollbackNoted{Number: 1, Preview: &timeline.RollbackPreview{Trouble: "GitHub did not answer in time"}})
		}, lessons.Lucky, "The [change](https://github.example/compare) that R2 took back (T14) touches 30 files, and none of them is in the irreversible paths of web-app."},
		{"fewer", rule, undo(29), "", ""},
		{"one was irreversible", rule, undo(30, file("migrations/7.sql", "added")), "", ""},
		{"one was renamed, from where is not known", rule, undo(30, file("old/7.sql", "renamed")), "", ""},
		{"not all are listed", rule, undo(30, func(p *timeline.RollbackPreview) { p.Facts.MoreFiles = true }), "", ""},
		{"the versions have diverged", rule, undo(30, lacks("the two versions have diverged: 3 commits that only the older one has are not listed")), "", ""},
		{"reviews are another matter", rule, undo(30, lacks("some reviews could not be read: GitHub did not answer in time")), lessons.Lucky, said},
		{"only the last commit is known", rule, undo(30, func(p *timeline.RollbackPreview) { p.Facts.Base = "" }), "", ""},
		{"the change is not known", rule, undo(30, func(p *timeline.RollbackPreview) { p.Facts = nil }), "", ""},
		{"the preview is incomplete", rule, undo(30, func(p *timeline.RollbackPreview) { p.Trouble = "GitHub did not answer in time" }), "", ""},
		{"a guard blocked", rule, undo(30, func(p *timeline.RollbackPreview) {
			p.Guards = []timeline.Guard{{Name: "irreversible paths", Verdict: timeline.Block}}
		}), "", ""},
		{"nobody said what is irreversible", rule, func(p *tape) {
			undo(30)(p)
			p.opt.Catalogue.Services[0].Irreversible = nil
		}, "", ""},
	}
}

func ageLuck() []outcomeCase {
	const rule = "target_nearly_too_old"
	limit := func(days int) func(p *tape) {
		return func(p *tape) {
			p.opt.Catalogue.TargetAge = time.Duration(days) * 24 * time.Hour
			takenBack(p)
		}
	}
	return []outcomeCase{
		{"on its last day", rule, limit(30), lessons.Lucky, "R1 went back to v1, which was 30 d old when that was dispatched (T7); the limit is 30 d."},
		{"in the last tenth", rule, limit(33), lessons.Lucky, "R1 went back to v1, which was 30 d old when that was dispatched (T7); the limit is 33 d."},
		{"where that begins", rule, func(p *tape) {
			p.opt.Catalogue.TargetAge = 800 * time.Hour
			takenBack(p)
		}, lessons.Lucky, "R1 went back to v1, which was 30 d old when that was dispatched (T7); the limit is 33 d 8 h."},
		{"before that", rule, limit(34), "", ""},
		{"a second rollback", rule, second(func(p *tape) {
			p.opt.Catalogue.TargetAge = 30 * day
			p.goneBack(2)
		}, func(plan *timeline.RollbackPlan) { plan.To.Finished = time.Time{} }), lessons.Lucky, "R2 went back to v1, which was 30 d old when that was dispatched (T12); the limit is 30 d."},
		{"too old, and set aside", rule, limit(29), "", ""},
		{"no limit", rule, limit(0), "", ""},
		{"nothing is configured", rule, func(p *tape) {
			takenBack(p)
			p.opt.Catalogue = nil
		}, "", ""},
		{"nobody knows how old", rule, func(p *tape) {
			p.opt.Catalogue.TargetAge = time.Hour
			takenBack(p, func(plan *timeline.RollbackPlan) { plan.To.Finished = time.Time{} })
		}, "", ""},
	}
}

func failureLuck() []outcomeCase {
	const rule = "mitigated_despite_failure"
	failed := func(at, until string) func(p *tape) {
		return func(p *tape) {
			p.started("14:16:00")
			p.states(at, "failed")
			p.moment(timeline.Began, "14:02:10")
			p.status(until, timeline.Monitoring)
		}
	}
	const said = "R1 failed (T6), and the incident was mitigated (T8) 57 min 50 s after it began (T7) all the same, within the target of 1 h."
	return []outcomeCase{
		{"within the target", rule, failed("14:20:00", "15:00:00"), lessons.Lucky, said},
		{"at the target", rule, failed("14:20:00", "15:02:10"), lessons.Lucky,
			"R1 failed (T6), and the incident was mitigated (T8) 1 h after it began (T7) all the same, within the target of 1 h."},
		{"over it", rule, failed("14:20:00", "15:02:11"), "", ""},
		{"the second of two", rule, func(p *tape) {
			takenBack(p)
			p.step("14:30:00", "U0ANA", timeline.RollbackStep{Number: 2, State: timeline.RollbackProposed, Plan: &timeline.RollbackPlan{Service: "web-app"}})
			p.step("14:31:00", timeline.Backout, timeline.RollbackStep{Number: 2, State: timeline.RollbackFailed, Run: &timeline.WorkflowRun{ID: 10}})
			p.moment(timeline.Began, "14:02:10")
			p.status("15:00:00", timeline.Monitoring)
		}, lessons.Lucky, "R2 failed (T10), and the incident was mitigated (T12) 57 min 50 s after it began (T11) all the same, within the target of 1 h."},
		{"it failed only then", rule, failed("15:00:00", "15:00:00"), "", ""},
		{"no target", rule, func(p *tape) {
			failed("14:20:00", "15:00:00")(p)
			p.opt.Targets.Mitigate = 0
		}, "", ""},
		{"it was none", rule, func(p *tape) {
			failed("14:20:00", "15:00:00")(p)
			p.judge("15:30:00", "rollback_failed", timeline.LessonDismissed)
		}, "", ""},
		{"nothing failed", rule, func(p *tape) {
			p.started("14:16:00")
			p.moment(timeline.Began, "14:02:10")
			p.states("14:20:00", "succeeded")
			p.status("14:30:00", timeline.Monitoring)
		}, "", ""},
	}
}
