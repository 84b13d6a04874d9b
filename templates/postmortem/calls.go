package postmortem

import (
	"cmp"
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// pageTold reports whether a phase of a page is part of the story: that somebody
// was called, and what came of it.
func (b *builder) pageTold(e *timeline.Entry) bool {
	s, _ := e.Body.(timeline.PageSet)
	p, ok := b.in.Page(s.Number)
	return ok && (p.N == e.N || answered(s.State))
}

func answered(s timeline.PageState) bool {
	return s == timeline.PageAnswered || s == timeline.PageDeclined || s == timeline.PageFailed
}

// target is who was called: a person, or words such as "service web-app".
func target(p timeline.Page) Piece {
	if p.Kind == "user" && timeline.IsPerson(p.Target) {
		return Words(templates.R(person(p.Target)))
	}
	return Text(cmp.Or(cut(p.Target, alertWho), "somebody"))
}

// pageLine words a phase of a page.
func (b *builder) pageLine(e *timeline.Entry, s timeline.PageSet) Line {
	if words, ok := reworded(e); ok {
		return words
	}
	p, _ := b.in.Page(s.Number)
	out := Line{Text("Page " + timeline.PageID(s.Number) + " to "), target(p)}
	if s.State != timeline.PageAsked {
		return append(out, Text(outcome(s.State, s.By, s.Reason)))
	}
	if text := strings.TrimSpace(s.Text); text != "" {
		return append(out, Text(": "), Quote(templates.FromSlack(text)))
	}
	return out
}

// outcome says how a page stands.
func outcome(s timeline.PageState, by, why string) string {
	out := " " + cmp.Or(cut(string(s), nameLength), "not known")
	switch s {
	case timeline.PageAsked:
		return " not sent yet"
	case timeline.PageFailed:
		out = " not sent"
		if r := reason(why); r != "" {
			out += ": " + r
		}
		return out
	case timeline.PageSent:
		return out
	}
	if who := cut(by, alertWho); who != "" {
		out += " by " + who
	}
	return out
}

// calls lists the pages and what came of each.
func (b *builder) calls() []Item {
	var out []Item
	for _, p := range b.in.Pages {
		if b.hidden(p.N) {
			continue
		}
		l := Line{Text(b.clock(p.At) + " "), Words(templates.R(person(p.Who))), Text(" paged "), target(p), Text(" ("), Ref(p.N), Text(")")}
		switch {
		case !answered(p.State):
			l = append(l, Text("; no answer is recorded"))
		default:
			l = append(l, Text(";"+outcome(p.State, p.By, p.Reason)))
			if d := p.Since.Sub(p.At); p.State != timeline.PageFailed && d >= 0 {
				l = append(l, Text(" after "+span(d)))
			}
			if n := b.answeredIn(p); n > 0 {
				l = append(l, Text(" ("), Ref(n), Text(")"))
			}
		}
		out = append(out, Item{Text: l})
	}
	return out
}

// answeredIn gives the row in which a page came to stand as it does.
func (b *builder) answeredIn(p timeline.Page) int {
	for _, e := range slices.Backward(b.all) {
		if s, ok := e.Body.(timeline.PageSet); ok && s.Number == p.Number && s.State == p.State && e.At.Equal(p.Since) {
			return e.N
		}
	}
	return 0
}
