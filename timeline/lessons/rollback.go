package lessons

import (
	"slices"
	"strconv"
	"time"

	"backout/timeline"
)

// promptApproval is how soon a second person's yes should come.
const promptApproval = 5 * time.Minute

func rollbackRules() []rule {
	return []rule{
		{
			name: "not_configured", family: Rollback, say: notConfigured,
			brief:  "No rollback was configured for the service of the faulty deploy",
			speaks: "a deploy that people blame is of a configured service without a rollback workflow",
			silent: "the service is not known, can be rolled back, or a rollback was asked for",
		},
		{
			name: "slow_rollback", family: Rollback, say: slowRollback,
			speaks: "a rollback that succeeded was dispatched later than the target after the declaration",
			silent: "none succeeded, or there is no target",
		},
		{
			name: "rollback_in_time", family: Rollback, good: true, say: rollbackInTime,
			speaks: "a rollback that succeeded was dispatched within the target after the declaration",
			silent: "none succeeded, or there is no target",
		},
		{
			name: "rollback_failed", family: Rollback, say: rollbackFailed,
			brief:  "A rollback did not run through",
			speaks: "a rollback failed, or its run was cancelled though nobody here asked for that, or never ended",
			silent: "people took it back, or how its run ended could not be read",
		},
		{
			name: "rollback_blocked", family: Rollback, say: rollbackBlocked,
			brief:  "A guard stood in the way of a rollback",
			speaks: "a guard was set aside, or a rollback ended unconfirmed while a guard blocked it",
			silent: "guards only warned, or people had confirmed it",
		},
		{
			name: "rollback_unclear", family: Rollback, say: rollbackUnclear,
			brief:  "For a while nobody knew whether a rollback had been started",
			speaks: "for a while nobody could tell whether a rollback had been started",
			silent: "it was never in doubt",
		},
		{
			name: "fixed_forward", family: Rollback, say: fixedForward,
			brief:  "It was mitigated without the rollback that was configured",
			speaks: "mitigating took longer than the target for a rollback, which the blamed service has and nobody started",
			silent: "a rollback was started or blocked, the deploy was undone by hand, or a moment is assumed",
		},
		{
			name: "approval_prompt", family: Rollback, good: true, say: approvalPrompt,
			brief:  "A second person approved the rollback within " + span(promptApproval),
			speaks: "every rollback that needed approval got it within 5 minutes of its confirmation",
			silent: "none needed approval, or one waited longer",
		},
	}
}

// stage is a phase of a rollback with what stood before it and what was recorded.
type stage struct {
	timeline.Phase
	before timeline.RollbackState
	body   timeline.RollbackStep
}

// stages gives the phases of a rollback that rows show, the oldest first.
func (f *facts) stages(r timeline.Rollback) []stage {
	var out []stage
	before := timeline.RollbackState("")
	for _, p := range r.Phases {
		if e, ok := f.in.Entry(p.N); ok {
			s := stage{Phase: p, before: before}
			s.body, _ = e.Body.(timeline.RollbackStep)
			out = append(out, s)
		}
		before = p.State
	}
	return out
}

// starts reports whether a run started with this phase, and does not only go on.
func (s stage) starts() bool {
	switch s.before {
	case timeline.RollbackQueued, timeline.RollbackWaiting, timeline.RollbackRunning:
		return false
	}
	return s.State == timeline.RollbackQueued
}

// judged gives the causes whose deploy and judgement rows show.
func (f *facts) judged() []timeline.NotedDeploy {
	return slices.DeleteFunc(slices.Clone(f.causes), func(d timeline.NotedDeploy) bool {
		_, row := f.in.Entry(d.N)
		_, said := f.in.Entry(d.JudgedN)
		return !row || !said
	})
}

func notConfigured(f *facts) (Lesson, bool) {
	if f.opt.Catalogue == nil || len(f.in.Rollbacks) > 0 {
		return Lesson{}, false
	}
	for _, d := range f.judged() {
		svc, known := f.opt.Catalogue.Service(d.Deploy.Service)
		if !known || svc.Rollback.Workflow != "" {
			continue
		}
		return Lesson{
			Title:  "No rollback is configured",
			Told:   relate("A deploy of "+svc.Name+" (", d.N, ") was marked as the cause (", d.JudgedN, "), and no rollback workflow is configured for it."),
			Action: "Configure a rollback workflow for " + svc.Name + " and rehearse it in a drill",
		}, true
	}
	return Lesson{}, false
}

// dispatch is how soon the first rollback that succeeded was started.
type dispatch struct {
	r     timeline.Rollback
	at    stage
	after time.Duration
	// once says that it took one run and nothing had to be done twice.
	once bool
}

// dispatched finds the first rollback that succeeded, if there is a target for it.
func (f *facts) dispatched() (dispatch, bool) {
	var first dispatch
	declared := f.moments.Declared
	if _, ok := f.in.Entry(declared.N); !ok || f.targets.Rollback <= 0 {
		return first, false
	}
	for _, r := range f.in.Rollbacks {
		all := f.stages(r)
		i := slices.IndexFunc(all, stage.starts)
		if r.State != timeline.RollbackSucceeded || i < 0 || all[i].At.Before(declared.At) {
			continue
		}
		if first.r.Number == 0 || all[i].At.Before(first.at.At) {
			first = dispatch{r: r, at: all[i], after: all[i].At.Sub(declared.At), once: len(f.in.Rollbacks) == 1 && onlyOnce(r, all)}
		}
	}
	return first, first.r.Number > 0
}

// onlyOnce reports whether one yes and one run were enough.
func onlyOnce(r timeline.Rollback, all []stage) bool {
	begun := 0
	for _, s := range all {
		if s.State == timeline.RollbackDispatching || s.State == timeline.RollbackUnclear {
			begun++ // an attempt, or a doubt about one
		}
	}
	runs := len(slices.DeleteFunc(slices.Clone(all), func(s stage) bool { return !s.starts() }))
	return begun <= 1 && runs == 1 && r.Confirmation <= 1 && r.Run.Attempt <= 1
}

// pace tells how soon it was started.
func (f *facts) pace(d dispatch) []Part {
	end := "."
	if d.once {
		end = ". One run was enough, with no repeat."
	}
	return relate(timeline.RollbackID(d.r.Number)+" was dispatched (", d.at.N, ") "+span(d.after)+" after the declaration (", f.moments.Declared.N,
		"); the target is "+span(f.targets.Rollback)+end)
}

// inTime puts that into one short sentence.
func (f *facts) inTime(d dispatch) string {
	return against("The rollback was dispatched "+span(d.after)+" after the declaration", d.after, f.targets.Rollback)
}

func slowRollback(f *facts) (Lesson, bool) {
	d, ok := f.dispatched()
	if !ok || d.after <= f.targets.Rollback {
		return Lesson{}, false
	}
	return Lesson{
		Title: "The rollback was started later than the target", Told: f.pace(d),
		Action: "Rehearse the rollback of " + d.r.Plan.Service + " until it is started within " + span(f.targets.Rollback),
		brief:  f.inTime(d),
	}, true
}

func rollbackInTime(f *facts) (Lesson, bool) {
	d, ok := f.dispatched()
	if !ok || d.after > f.targets.Rollback {
		return Lesson{}, false
	}
	title := "The rollback was started in time"
	if d.once {
		title = "The rollback worked in time"
	}
	return Lesson{
		Title: title, Told: f.pace(d), Action: "Keep the rollback of " + d.r.Plan.Service + " exercised with regular drills",
		brief: f.inTime(d),
	}, true
}

// eachRollback asks of every rollback what it has to tell, and joins the answers.
func (f *facts) eachRollback(tell func(timeline.Rollback, []stage) []Part) (told []Part, first timeline.Rollback) {
	for _, r := range f.in.Rollbacks {
		parts := tell(r, f.stages(r))
		switch {
		case len(parts) == 0:
			continue
		case len(told) == 0:
			first = r
		default:
			told = append(told, Part{Text: " "})
		}
		told = append(told, parts...)
	}
	return told, first
}

func rollbackFailed(f *facts) (Lesson, bool) {
	told, first := f.eachRollback(failedOf)
	return Lesson{
		Title: "A rollback did not run through", Told: told,
		Action: "Rehearse the rollback of " + first.Plan.Service + " in a drill until it runs through",
	}, len(told) > 0
}

// failedOf tells of the first failure of a rollback, and of the success after it.
func failedOf(r timeline.Rollback, all []stage) []Part {
	i := slices.IndexFunc(all, func(s stage) bool { return failure(r, s) != "" })
	if i < 0 {
		return nil
	}
	out := relate(timeline.RollbackID(r.Number)+" "+failure(r, all[i])+" (", all[i].N, ")")
	if last := all[len(all)-1]; last.State == timeline.RollbackSucceeded {
		return append(out, relate("; it was done only after another run (", last.N, ").")...)
	}
	return append(out, Part{Text: "."})
}

// failure says how a phase shows that a rollback did not work, or is empty. A run
// that could not be read any more is called failed too, but how it ended is not
// known.
func failure(r timeline.Rollback, s stage) string {
	switch {
	case s.State == timeline.RollbackFailed && s.body.Run != nil:
		return "failed"
	case s.State == timeline.RollbackFailed && s.before == timeline.RollbackDispatching:
		return "could not be started"
	case s.State != timeline.RollbackCancelled:
		return ""
	case s.before == timeline.RollbackOverdue && s.body.Run == nil:
		return "was given up because its run did not end"
	case s.body.Run != nil && r.CancelBy == "":
		return "was cancelled at GitHub, which nobody had asked for here"
	}
	return ""
}

func rollbackBlocked(f *facts) (Lesson, bool) {
	told, first := f.eachRollback(blockedOf)
	return Lesson{
		Title: "A guard stood in the way of the rollback", Told: told,
		Action: "Settle beforehand how " + first.Plan.Service + " is rolled back when a guard blocks it",
	}, len(told) > 0
}

// blockedOf tells of the guards that were set aside, or of those that blocked a
// rollback when it ended unconfirmed.
func blockedOf(r timeline.Rollback, all []stage) []Part {
	var out []Part
	for _, s := range all {
		if len(s.body.Overridden) == 0 {
			continue
		}
		if out != nil {
			out = append(out, Part{Text: " "})
		}
		out = append(out, relate(timeline.RollbackID(r.Number)+" was blocked by "+guardNames(s.body.Overridden)+"; that was set aside (", s.N, ").")...)
	}
	if out != nil || r.Confirmation > 0 || r.State != timeline.RollbackCancelled || len(all) == 0 {
		return out
	}
	var names []string
	for _, g := range r.Preview.Blocked() {
		names = append(names, g.Name)
	}
	if len(names) == 0 {
		return nil
	}
	return relate(timeline.RollbackID(r.Number)+" was blocked by "+guardNames(names)+" and ended without a confirmation (", all[len(all)-1].N, ").")
}

func guardNames(names []string) string {
	if len(names) == 1 {
		return "the guard “" + names[0] + "”"
	}
	return strconv.Itoa(len(names)) + " guards, among them “" + names[0] + "”"
}

func rollbackUnclear(f *facts) (Lesson, bool) {
	told, first := f.eachRollback(unclearOf)
	return Lesson{
		Title: "It was unclear whether the rollback had been started", Told: told,
		Action: "Check in a drill that a run of " + first.Plan.Workflow + " is recognised once it is started",
	}, len(told) > 0
}

func unclearOf(r timeline.Rollback, all []stage) []Part {
	i := slices.IndexFunc(all, func(s stage) bool { return s.State == timeline.RollbackUnclear })
	if i < 0 {
		return nil
	}
	out := relate("Whether "+timeline.RollbackID(r.Number)+" had been started was not known (", all[i].N, ")")
	if i+1 < len(all) && all[i+1].State == timeline.RollbackQueued {
		return append(out, relate("; its run was found "+span(max(0, all[i+1].At.Sub(all[i].At)))+" later (", all[i+1].N, ").")...)
	}
	return append(out, Part{Text: "."})
}

func approvalPrompt(f *facts) (Lesson, bool) {
	slow := false
	told, _ := f.eachRollback(func(r timeline.Rollback, all []stage) []Part {
		parts, prompt := approvedOf(r, all)
		slow = slow || !prompt
		return parts
	})
	return Lesson{Title: "A second person approved it at once", Told: told}, len(told) > 0 && !slow
}

// approvedOf tells how soon the approvals came that a rollback needed. prompt is
// false when they came late or not at all.
func approvedOf(r timeline.Rollback, all []stage) (told []Part, prompt bool) {
	need := r.Plan.Approvals
	if need <= 0 || r.Confirmation == 0 {
		return nil, true // nothing was asked of a second person
	}
	i := slices.IndexFunc(all, func(s stage) bool { return s.body.Confirmation == r.Confirmation })
	if i < 0 || len(r.Approvals) < need || r.Approvals[need-1].Who == r.ConfirmedBy {
		return nil, false
	}
	last := r.Approvals[need-1]
	waited := last.At.Sub(all[i].At)
	shown := slices.ContainsFunc(all, func(s stage) bool { return s.N == last.N })
	if !shown || waited < 0 || waited > promptApproval {
		return nil, false
	}
	return relate(timeline.RollbackID(r.Number)+" was confirmed (", all[i].N, ") and approved by a second person (", last.N, ") within "+span(waited)+"."), true
}
