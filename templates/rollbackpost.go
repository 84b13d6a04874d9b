package templates

import (
	"backout/timeline"
)

// rollbackTeller tells one rollback.
type rollbackTeller struct {
	View
	rb    timeline.Rollback
	names Names
}

// RollbackPost is the living message about a rollback: from what to what, where it
// stands, what is undone by it, what the checks said, who had a hand in it, and
// what can be done next. It is edited in place. The report is false when there is
// no such rollback.
func RollbackPost(v View, number int, names Names) (Message, bool) {
	rb, ok := v.In.Rollback(number)
	if !ok {
		return Message{}, false
	}
	t := rollbackTeller{View: v, rb: rb, names: names}
	m := Message{Summary: t.title() + ": " + rollbackWord(rb), Parts: []Part{
		Heading(t.title()), Para(t.state()),
	}}
	for _, text := range []Rich{t.undone(), t.guards(), t.setAside(), t.cancelAsked()} {
		if len(text) > 0 {
			m.Parts = append(m.Parts, Para(text))
		}
	}
	if b := t.buttons(); len(b) > 0 {
		m.Parts = append(m.Parts, b)
	}
	m.Parts = append(m.Parts, Footer(t.people()))
	return m, true
}

// title is "Rollback R1: web-app v2.4.0 → v2.3.9".
func (t rollbackTeller) title() string {
	return "Rollback " + timeline.RollbackID(t.rb.Number) + ": " + serviceName(t.rb.Plan.Service) + " " + fromTo(t.rb.Plan)
}

func (t rollbackTeller) who(id string) Span { return nameSpan(t.names, id) }

// people says who had a hand in it, and where the run is.
func (t rollbackTeller) people() Rich {
	out := R(T("Proposed by "), t.who(t.rb.Requester))
	if t.rb.ConfirmedBy != "" {
		out = append(out, T(" · confirmed by "), t.who(t.rb.ConfirmedBy))
	}
	for i, a := range t.rb.Approvals {
		switch i {
		case shownServices:
			return append(out, T(" and others"), T(" · "), t.incident())
		case 0:
			out = append(out, T(" · approved by "), t.who(a.Who))
		default:
			out = append(out, T(", "), t.who(a.Who))
		}
	}
	if isWebLink(t.rb.Run.Link) {
		out = append(out, T(" · "), WebLink(t.rb.Run.Link, "Run at GitHub"))
	}
	return append(out, T(" · "), t.incident())
}

func (t rollbackTeller) incident() Span { return T(t.In.ID()) }

// setAside says which checks somebody overrode, and why.
func (t rollbackTeller) setAside() Rich {
	if len(t.rb.Overridden) == 0 {
		return nil
	}
	names := make([]string, 0, len(t.rb.Overridden))
	for _, g := range t.rb.Overridden {
		names = append(names, first(outside(g, nameLength), "a check"))
	}
	return R(B("Set aside:"), T(" "+listing(names, shownServices)+", by "), t.who(t.rb.ConfirmedBy),
		T(": “"+outside(FromSlack(t.rb.OverrideReason).Plain(t.names), reasonLength)+"”"))
}

// cancelAsked says who wants the run stopped.
func (t rollbackTeller) cancelAsked() Rich {
	switch {
	case t.rb.CancelBy == "":
		return nil
	case t.rb.State.Finished():
		return R(t.who(t.rb.CancelBy), T(" had asked GitHub to cancel the run."))
	}
	return R(t.who(t.rb.CancelBy), T(" asked to have the run cancelled. It has not ended yet."))
}

// since adds when the rollback last came to its state.
func (t rollbackTeller) since(r Rich) Rich {
	p, ok := t.rb.Last(t.rb.State)
	if !ok || p.At.IsZero() {
		return r
	}
	return append(r, T(" since "), At(p.At))
}

// by is who brought it to its state, when that was a person.
func (t rollbackTeller) by(r Rich) Rich {
	p, ok := t.rb.Last(t.rb.State)
	if !ok || p.Who == timeline.Backout || p.Who == "" {
		return r
	}
	return append(r, T(" by "), t.who(p.Who))
}
