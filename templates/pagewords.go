package templates

import (
	"strings"

	"backout/timeline"
)

// isPersonID reports whether the word is the id of somebody in Slack.
func isPersonID(s string) bool {
	return timeline.IsPerson(s) && isSlackID(s)
}

// called is whom a page calls: a person by mention, anything else by its words.
func called(target string) Span {
	if isPersonID(target) {
		return Span{Style: Person, Text: target, Label: "somebody"}
	}
	return T(first(outside(target, nameLength), "somebody"))
}

// answerer is who answered a page: a person in Slack, or a name at PagerDuty.
func answerer(by string) Span {
	if isPersonID(by) {
		return Span{Style: Person, Text: by, Label: "somebody"}
	}
	return T(first(outside(by, nameLength), "somebody"))
}

// unanswered are the pages that nobody has answered, the newest last. One that was
// sent anew to the same is counted once.
func unanswered(in *timeline.Incident) []timeline.Page {
	var out []timeline.Page
	for i, p := range in.Pages {
		if p.State == timeline.PageAnswered || calledAgain(in.Pages[i+1:], p) {
			continue
		}
		out = append(out, p)
	}
	return out
}

func calledAgain(later []timeline.Page, p timeline.Page) bool {
	for _, l := range later {
		if l.Target == p.Target && l.Kind == p.Kind && l.ID == p.ID {
			return true
		}
	}
	return false
}

// shownPages is how many pages the card names.
const shownPages = 3

// pageLines is a line for each page that is not answered.
func pageLines(in *timeline.Incident) []Rich {
	pages := unanswered(in)
	more := len(pages) - shownPages
	pages = pages[max(0, more):]
	out := make([]Rich, 0, len(pages)+1)
	for _, p := range pages {
		line := R(B(timeline.PageID(p.Number)), T(" to "), called(p.Target), T(": "))
		switch p.State {
		case timeline.PageAsked:
			line = append(line, T("calling since "), At(p.Since))
		case timeline.PageSent:
			line = append(line, T("sent "), At(p.Since), T(", no answer yet"))
		case timeline.PageDeclined:
			line = append(line, T("declined by "), answerer(p.By), T(" at "), At(p.Since))
		case timeline.PageFailed:
			line = append(line, T("not sent: "+clause(p.Reason)))
		default:
			line = append(line, T(first(outside(string(p.State), nameLength), "not known")))
		}
		out = append(out, line)
	}
	if more > 0 {
		out = append(out, R(T(plural(more, "earlier page is", "earlier pages are")+" not answered.")))
	}
	return out
}

// pageText is what the called person is told, in quotation marks, or "".
func pageText(text string, names Names) string {
	words := outside(strings.TrimSpace(FromSlack(text).Plain(names)), reasonLength)
	if words == "" {
		return ""
	}
	return "“" + words + "”"
}
