package postmortem

import (
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

// rollbacks tells each rollback in a paragraph. Where none was asked for, that is
// said only where a deploy is blamed or suspected, and without a judgement.
func (b *builder) rollbacks() []Block {
	var out []Block
	for _, r := range b.in.Rollbacks {
		out = append(out, Paragraph{b.rollback(r)})
	}
	if len(out) == 0 && len(b.blamed()) > 0 {
		out = append(out, Paragraph{say("No rollback was asked for in this incident.")})
	}
	return out
}

func (b *builder) rollback(r timeline.Rollback) Line {
	out := Line{
		bold("Rollback " + timeline.RollbackID(r.Number) + ":"),
		Text(" " + label(r.Plan.From) + " → " + label(r.Plan.To) + b.ofService(r.Plan.Service) + " in " + oneLine(r.Plan.Environment) + " by "),
		code(oneLine(r.Plan.Workflow)),
	}
	sep := ": "
	ps := b.phases(r)
	for i, p := range ps {
		words := stepWords(p, r, i == len(ps)-1)
		if words == nil {
			continue
		}
		out = append(join(append(out, Text(sep)), words), Text(" ("), Ref(p.N), Text(")"))
		sep = "; "
	}
	out = append(out, Text("."))
	out = append(out, b.guarded(r, ps)...)
	out = append(out, Text(b.pace(r, ps)))
	return append(out, b.undone(r)...)
}

// stepWords says a step as part of a sentence, or nil where it is not worth it.
func stepWords(p phase, r timeline.Rollback, last bool) Line {
	who := Words(templates.R(person(p.Who)))
	why := ""
	if p.body.Reason != "" {
		why = ": " + reason(p.body.Reason)
	}
	switch p.State {
	case timeline.RollbackProposed:
		return Line{Text("requested by "), who}
	case timeline.RollbackAwaiting, timeline.RollbackConfirmed:
		switch {
		case p.body.Approved:
			return Line{Text("approved by "), who}
		case p.body.Confirmation > 1:
			return Line{Text("confirmed once more by "), who}
		case p.body.Confirmation == 1:
			return Line{Text("confirmed by "), who}
		}
		return say("put off" + why)
	case timeline.RollbackDispatching:
		if last {
			return say("being dispatched")
		}
	case timeline.RollbackUnclear:
		return say("not known whether it was started" + why)
	case timeline.RollbackQueued:
		switch {
		case p.before == timeline.RollbackFailed:
			return Line{Text("run again by "), who}
		case p.before == timeline.RollbackUnclear:
			return say("found to have been dispatched")
		case p.dispatched():
			return say("dispatched")
		}
	case timeline.RollbackOverdue:
		return say("overdue" + why)
	case timeline.RollbackSucceeded:
		return say("done")
	case timeline.RollbackFailed:
		return say("failed" + why)
	case timeline.RollbackCancelled:
		return cancelWords(p, r, why)
	}
	return nil
}

// cancelWords says how a rollback ended without success: given up or taken back by
// a person, cancelled at GitHub, or by itself.
func cancelWords(p phase, r timeline.Rollback, why string) Line {
	who := Words(templates.R(person(p.Who)))
	switch rest, ok := strings.CutPrefix(why, ": given up"); {
	case timeline.IsPerson(p.Who) && ok:
		return Line{Text("given up by "), who, Text(rest)}
	case timeline.IsPerson(p.Who):
		return Line{Text("cancelled by "), who, Text(why)}
	case r.CancelBy != "":
		return Line{Text("cancelled, as "), Words(templates.R(person(r.CancelBy))), Text(" asked" + why)}
	}
	return say("cancelled" + why)
}

// guarded names the guards that warned, block, or were set aside.
func (b *builder) guarded(r timeline.Rollback, ps []phase) Line {
	var said []timeline.Guard
	if r.Preview != nil {
		said = r.Preview.Guards
	}
	var overridden Line
	aside := map[string]bool{}
	for _, p := range ps {
		if len(p.body.Guards) > 0 {
			said = p.body.Guards
		}
		if len(p.body.Overridden) == 0 {
			continue
		}
		for _, name := range p.body.Overridden {
			aside[name] = true
		}
		overridden = append(overridden, Text(" "), Words(templates.R(person(p.Who))), Text(" "))
		overridden = append(append(overridden, overrideOf(p.body)...), Text(" ("), Ref(p.N), Text(")."))
	}
	texts := map[timeline.Verdict][]string{}
	for _, g := range said {
		if !aside[g.Name] {
			texts[g.Verdict] = append(texts[g.Verdict], guardText(g))
		}
	}
	var out Line
	if warned := texts[timeline.Warn]; len(warned) > 0 {
		out = append(out, Text(" The guards warned: "+strings.Join(warned, "; ")+"."))
	}
	if blocked := texts[timeline.Block]; len(blocked) > 0 {
		out = append(out, Text(" The guards did not allow it: "+strings.Join(blocked, "; ")+"."))
	}
	return append(out, overridden...)
}

// dispatchedAt gives when a rollback's run was started, as far as is known.
func dispatchedAt(r timeline.Rollback) (time.Time, bool) {
	if p, ok := r.When(timeline.RollbackQueued); ok {
		return p.At, true
	}
	if p, ok := r.When(timeline.RollbackDispatching); ok && r.State == timeline.RollbackDispatching {
		return p.At, true
	}
	return time.Time{}, false
}

// pace says how long the rollback took.
func (b *builder) pace(r timeline.Rollback, ps []phase) string {
	at, ok := dispatchedAt(r)
	if !ok {
		return ""
	}
	var parts []string
	starts := 0
	for _, p := range ps {
		if p.dispatched() {
			starts++
		}
	}
	first := "dispatched"
	if starts > 1 {
		first = "first dispatched"
	}
	if d := at.Sub(b.moments.Declared.At); d >= 0 {
		parts = append(parts, "from declared to "+first+" "+span(d)+against(d, b.targets.Rollback))
	}
	if end := ps[len(ps)-1]; end.State.Finished() {
		word := string(end.State)
		if end.State == timeline.RollbackSucceeded {
			word = "done"
		}
		parts = append(parts, "from "+first+" to "+word+" "+span(end.At.Sub(at)))
	}
	if len(parts) == 0 {
		return ""
	}
	return " " + capital(strings.Join(parts, ", ")) + "."
}

// undone names what a rollback that succeeded took back.
func (b *builder) undone(r timeline.Rollback) Line {
	if r.State != timeline.RollbackSucceeded {
		return nil
	}
	f := factsOf(r)
	switch {
	case f == nil:
		return say(" Which changes it undid is not known" + previewTrouble(r) + ".")
	case len(f.Pulls) > 0:
		return append(join(Line{Text(" Undone: ")}, pullsOf(f.Pulls, false)), Text("."))
	case f.TotalCommits > 0:
		return Line{Text(" Undone: "), linked(f.Link, count(f.TotalCommits, "commit")), Text(".")}
	}
	return nil
}

func factsOf(r timeline.Rollback) *timeline.ChangeFacts {
	if r.Preview == nil {
		return nil
	}
	return r.Preview.Facts
}

func previewTrouble(r timeline.Rollback) string {
	if r.Preview == nil || r.Preview.Trouble == "" {
		return ""
	}
	return ": " + reason(r.Preview.Trouble)
}
