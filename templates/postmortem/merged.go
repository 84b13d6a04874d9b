package postmortem

import (
	"strings"

	"backout/templates"
	"backout/timeline"
)

// setAside reports whether the incident turned out to be none of its own, so that
// there is nothing to analyse here.
func (b *builder) setAside() bool {
	return b.in.Status == timeline.CancelledSt || b.in.Status == timeline.Merged
}

// other names another incident, unless that may be private.
func (b *builder) other(n int) Piece {
	switch {
	case b.opt.PrivateOf == nil || b.opt.PrivateOf(n):
		return Text("another incident")
	case b.opt.BaseURL == "":
		return Text(timeline.ID(n))
	}
	return Words(templates.R(templates.Href(strings.TrimSuffix(b.opt.BaseURL, "/")+"/incidents/"+timeline.ID(n), timeline.ID(n))))
}

// otherID is that in plain words.
func (b *builder) otherID(n int) string {
	if b.opt.PrivateOf == nil || b.opt.PrivateOf(n) {
		return "another incident"
	}
	return timeline.ID(n)
}

func (b *builder) mergedLine(e *timeline.Entry, m timeline.MergedInto) Line {
	if words, ok := reworded(e); ok {
		return words
	}
	if m.Into > 0 {
		return Line{bold("Merged"), Text(" into "), b.other(m.Into)}
	}
	return Line{Text("Merged "), b.other(m.From), Text(" into this one")}
}

// mergedInto gives the row in which the incident was merged into another.
func (b *builder) mergedInto() (*timeline.Entry, bool) {
	for _, e := range b.all {
		if m, ok := e.Body.(timeline.MergedInto); ok && m.Into > 0 {
			return e, true
		}
	}
	return nil, false
}

// mergedHere lists what was merged into this one, for the facts table.
func (b *builder) mergedHere() Line {
	var out Line
	for _, e := range b.all {
		m, ok := e.Body.(timeline.MergedInto)
		if !ok || m.From == 0 {
			continue
		}
		if out != nil {
			out = append(out, Text(", "))
		}
		out = append(out, b.other(m.From), Text(" ("), Ref(e.N), Text(")"))
	}
	return out
}

// mergedSummary points to the incident that goes on.
func (b *builder) mergedSummary() Line {
	e, ok := b.mergedInto()
	if !ok {
		return say("This was merged into another incident.")
	}
	return Line{
		b.who(e), Text(" merged this into "), b.other(b.in.MergedInto), Text(", as the same outage, " + span(e.At.Sub(b.moments.Declared.At)) + " after it was declared ("),
		Ref(e.N), Text("). What came of it stands there; this is the record of what was done here."),
	}
}
