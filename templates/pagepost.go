package templates

import (
	"slices"
	"time"

	"backout/timeline"
)

// PagePost is the living message about a page: who is called and by whom, with
// which words, and whether anybody answers. It is edited in place. The report is
// false when there is no such page.
func PagePost(v View, number int, names Names) (Message, bool) {
	p, ok := v.In.Page(number)
	if !ok {
		return Message{}, false
	}
	t := pager{View: v, p: p, names: names}
	text := t.state()
	if said := pageText(p.Text, names); said != "" {
		text = append(text, T("\n"+said))
	}
	if p.State == timeline.PageDeclined {
		text = append(text, T("\nTo call somebody else, type "), v.cmd("page @person <text>"))
	}
	m := Message{Summary: timeline.PageID(number) + ": " + t.state().Plain(names), Parts: []Part{Para(text)}}
	if p.State == timeline.PageFailed && v.In.Status.Open() {
		m.Parts = append(m.Parts, Buttons{{ID: "page_again_v1", Label: "Page again", Value: v.value() + "/" + timeline.PageID(number)}})
	}
	m.Parts = append(m.Parts, Footer(t.asked()))
	return m, true
}

// pager tells one page.
type pager struct {
	View
	p     timeline.Page
	names Names
}

// target is who is called, by name: the call is made elsewhere.
func (t pager) target() Span { return t.byName(called(t.p.Target)) }

// byName is the span with a name in the place of a mention, where one is known.
func (t pager) byName(s Span) Span {
	if s.Style == Person {
		return nameSpan(t.names, s.Text)
	}
	return B(s.Text)
}

func (t pager) state() Rich {
	p := t.p
	switch p.State {
	case timeline.PageAsked:
		if p.Reason != "" {
			return R(B("Not through yet."), T(" The call to "), t.target(), T(" is tried again: "+clause(p.Reason)+". Call by telephone if it cannot wait."))
		}
		return R(T("Calling "), t.target(), T("…"))
	case timeline.PageSent:
		return R(T("Calling "), t.target(), T(": sent at "), At(p.Since), T(", no answer yet."))
	case timeline.PageAnswered:
		out := R(t.byName(answerer(p.By)), T(" answered the call at "), At(p.Since))
		if sent, ok := t.sent(); ok && p.Since.After(sent) {
			out = append(out, T(", "+roughly(p.Since.Sub(sent))+" after it was sent"))
		}
		return t.unlessTarget(out)
	case timeline.PageDeclined:
		return t.unlessTarget(R(t.byName(answerer(p.By)), T(" declined at "), At(p.Since)))
	case timeline.PageFailed:
		return R(t.target(), T(" was not called: "+clause(p.Reason)+"."))
	}
	return R(T("The call to "), t.target(), T(" is "+first(outside(string(p.State), nameLength), "in an unknown state")+"."))
}

// unlessTarget ends the sentence with who was called, unless that is who answered.
func (t pager) unlessTarget(out Rich) Rich {
	if t.byName(answerer(t.p.By)) == t.target() {
		return append(out, T("."))
	}
	return append(out, T(" ("), t.target(), T(" was called)."))
}

// sent is when the call went out.
func (t pager) sent() (at time.Time, ok bool) {
	for _, e := range slices.Backward(t.In.Timeline()) {
		if b, is := e.Body.(timeline.PageSet); is && b.Number == t.p.Number && b.State == timeline.PageSent {
			return e.At, true
		}
	}
	return at, false
}

// asked says who wanted the call, and where it is.
func (t pager) asked() Rich {
	out := R(T(timeline.PageID(t.p.Number)+" · asked for by "), nameSpan(t.names, first(t.p.Who, timeline.Backout)), T(" "), At(t.p.At))
	if isWebLink(t.p.Link) {
		out = append(out, T(" · "), WebLink(t.p.Link, "The call at PagerDuty"))
	}
	return append(out, T(" · "+t.In.ID()))
}
