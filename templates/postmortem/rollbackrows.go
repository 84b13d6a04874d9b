package postmortem

import (
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// phase is a step of a rollback with what stood before it.
type phase struct {
	timeline.Phase
	before timeline.RollbackState
	body   timeline.RollbackStep
}

// phases gives the steps of a rollback, oldest first.
func (b *builder) phases(r timeline.Rollback) []phase {
	out := make([]phase, len(r.Phases))
	before := timeline.RollbackState("")
	for i, p := range r.Phases {
		out[i] = phase{Phase: p, before: before}
		if e, ok := b.in.Entry(p.N); ok {
			out[i].body, _ = e.Body.(timeline.RollbackStep)
		}
		before = p.State
	}
	return out
}

// yes reports whether somebody said yes with this step.
func (p phase) yes() bool { return p.body.Confirmation > 0 || p.body.Approved }

// dispatched reports whether this step is a run that has started, and not one
// that goes on.
func (p phase) dispatched() bool {
	switch p.before {
	case timeline.RollbackQueued, timeline.RollbackWaiting, timeline.RollbackRunning:
		return false
	}
	return p.State == timeline.RollbackQueued
}

// told reports whether the step is part of the story: what people said, and what
// came of it. What lies in between is in the appendix.
func (p phase) told() bool {
	switch p.State {
	case timeline.RollbackAwaiting, timeline.RollbackConfirmed:
		return p.yes()
	case timeline.RollbackQueued:
		return p.dispatched()
	case timeline.RollbackDispatching, timeline.RollbackWaiting, timeline.RollbackRunning:
		return false
	}
	return true
}

// rollbackTold reports whether the entry, a step of a rollback, is told.
func (b *builder) rollbackTold(e *timeline.Entry) bool {
	s, _ := e.Body.(timeline.RollbackStep)
	r, _ := b.in.Rollback(s.Number)
	for _, p := range b.phases(r) {
		if p.N == e.N {
			return p.told()
		}
	}
	return false // it belongs to no plan that the record knows
}

// confirmedRow words somebody's yes with what the guards said, and with the words
// in which guards were set aside quoted as any other.
func (b *builder) confirmedRow(e *timeline.Entry, s timeline.RollbackStep) Line {
	bare, without := *e, s
	without.Overridden, without.OverrideReason = nil, ""
	bare.Body = without
	words, _ := templates.EntryWords(b.in, &bare)
	out := say(plainly(words) + guardCount(s.Guards))
	if aside := overrideOf(s); aside != nil {
		out = append(append(out, Text(", ")), aside...)
	}
	return out
}

// guardCount says what the guards said when somebody confirmed, and names those
// that warned.
func guardCount(guards []timeline.Guard) string {
	if len(guards) == 0 {
		return ""
	}
	texts := map[timeline.Verdict][]string{}
	for _, g := range guards {
		texts[g.Verdict] = append(texts[g.Verdict], guardText(g))
	}
	out := "; guards: " + itoa(len(texts[timeline.Pass])) + " pass"
	if warned := texts[timeline.Warn]; len(warned) > 0 {
		out += ", " + itoa(len(warned)) + " warn (" + strings.Join(warned, "; ") + ")"
	}
	if n := len(texts[timeline.Block]); n > 0 {
		out += ", " + itoa(n) + " block"
	}
	return out
}

// guardText is what a guard found.
func guardText(g timeline.Guard) string {
	switch s := reason(g.Text); {
	case s == "":
		return oneLine(g.Name)
	case strings.HasPrefix(s, "not known"):
		return oneLine(g.Name) + " is " + s
	default:
		return s
	}
}

// overrideOf names the guards that somebody set aside, and why.
func overrideOf(s timeline.RollbackStep) Line {
	if len(s.Overridden) == 0 {
		return nil
	}
	names := make([]string, len(s.Overridden))
	for i, name := range s.Overridden {
		names[i] = oneLine(name)
		if at := slices.IndexFunc(s.Guards, func(g timeline.Guard) bool { return g.Name == name }); at >= 0 {
			names[i] += " (" + guardText(s.Guards[at]) + ")"
		}
	}
	out := say("set aside: " + strings.Join(names, ", "))
	if s.OverrideReason != "" {
		out = append(out, Text(", because "), Quote(templates.FromSlack(s.OverrideReason)))
	}
	return out
}
