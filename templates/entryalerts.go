package templates

import (
	"backout/timeline"
)

// EntryRich is [EntryWords] where people can be named: somebody who is called
// stands as a mention. Private tells which other incidents are; nil means that it
// is not known, and then none is named.
func EntryRich(in *timeline.Incident, e *timeline.Entry, private func(incident int) bool) (Rich, bool) {
	switch b := e.Body.(type) {
	case timeline.AlertNoted:
		return R(T(alertEntry(in, e, b))), true
	case timeline.PageSet:
		return pageEntry(in, b), true
	case timeline.MergedInto:
		return R(T(mergedEntry(b, private))), true
	}
	words, ok := workWords(in, e)
	return R(T(words)), ok
}

// alertEntry says what happened to an alert, who did it there and what they wrote.
func alertEntry(in *timeline.Incident, e *timeline.Entry, b timeline.AlertNoted) string {
	a := b.Alert
	title := a.Title
	known, ok := in.AlertOf(a.Source, a.Key)
	if ok && outside(title, titleLength) == "" {
		title = known.Title
	}
	what := alertTitle(title) + " (" + sourceRef(a.Source, a.Number) + ")"
	if a.Number == 0 && ok {
		what = alertTitle(title) + " (" + sourceRef(a.Source, known.Number) + ")"
	}
	who := outside(a.Who, nameLength)
	by := ""
	if who != "" {
		by = " by " + who
	}
	said := ""
	if text := outside(a.Text, reasonLength); text != "" {
		said = ": “" + text + "”"
	}
	switch a.Event {
	case timeline.AlertTriggered:
		word := "Alert triggered: "
		if ok && known.N != e.N {
			word = "Alert fires again: "
		}
		tail := ""
		if b.Attached {
			tail = ", joined this incident"
		}
		return word + what + tail + said
	case timeline.AlertAcknowledged:
		return "Alert acknowledged" + by + ": " + what + said
	case timeline.AlertUnacknowledged:
		return "Alert not acknowledged any more: " + what + said
	case timeline.AlertResolved:
		if who != "" {
			return "Alert resolved" + by + ": " + what + said
		}
		return "Alert over: " + what + said
	case timeline.AlertEscalated:
		return "Alert escalated" + by + ": " + what + said
	case timeline.AlertReassigned:
		return "Alert reassigned" + by + ": " + what + said
	case timeline.AlertAnnotated:
		return "Note" + by + " on " + what + said
	case timeline.AlertPriority:
		if priority := outside(a.Priority, nameLength); priority != "" {
			return "Alert priority set to " + priority + by + ": " + what + said
		}
		return "Alert priority taken back" + by + ": " + what + said
	case timeline.AlertResponder:
		return responderEntry(who, outside(a.Text, reasonLength)) + ": " + what
	}
	return "Alert changed" + by + ": " + what + said
}

// responderEntry says how somebody who was asked to help answered.
func responderEntry(who, answer string) string {
	who = first(who, "Somebody")
	switch answer {
	case "accepted":
		return who + " comes to help"
	case "declined":
		return who + " declined to help"
	case "", "pending":
		return who + " was asked to help"
	}
	return who + " was asked to help (“" + answer + "”)"
}

// pageEntry says a phase of a page.
func pageEntry(in *timeline.Incident, b timeline.PageSet) Rich {
	target, id := b.Target, timeline.PageID(b.Number)
	p, ok := in.Page(b.Number)
	if ok && target == "" {
		target = p.Target
	}
	out := R(T("Page "+id+" to "), called(target))
	switch b.State {
	case timeline.PageAsked:
		if b.Reason != "" {
			return append(out, T(" did not go out yet: "+clause(b.Reason)))
		}
		if said := pageText(b.Text, nil); said != "" {
			return append(out, T(" asked for: "+said))
		}
		return append(out, T(" asked for"))
	case timeline.PageSent:
		return append(out, T(" was sent"))
	case timeline.PageAnswered:
		return append(out, T(": answered by "), answerer(b.By))
	case timeline.PageDeclined:
		return append(out, T(": declined by "), answerer(b.By))
	case timeline.PageFailed:
		return append(out, T(" was not sent: "+clause(b.Reason)))
	}
	return append(out, T(": "+first(outside(string(b.State), nameLength), "state not known")))
}

// mergedEntry says which incidents became one.
func mergedEntry(b timeline.MergedInto, private func(int) bool) string {
	name := func(n int, unknown string) string {
		switch {
		case private == nil:
			return unknown
		case private(n):
			return privateIncident
		}
		return timeline.ID(n)
	}
	if b.Into > 0 {
		return "Merged into " + name(b.Into, "another incident")
	}
	return capital(name(b.From, "another incident")) + " was merged into this one"
}
