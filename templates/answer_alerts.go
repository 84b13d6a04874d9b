package templates

import (
	"slices"

	"backout/timeline"
)

// speaking gives the events that an answer is about. A declaration speaks for all
// that went along with it; one that came of splitting an alert off does not, and of
// a merge the incident that ends speaks for both.
func speaking(events []timeline.Event) []timeline.Event {
	split := slices.IndexFunc(events, func(e timeline.Event) bool { return e.Kind() == timeline.KindAlertSplit })
	if split >= 0 {
		return events[split : split+1]
	}
	if len(events) > 0 && events[0].Kind() == timeline.KindDeclared {
		return events[:1]
	}
	return events
}

// changedAlerts says events about alerts, pages, reminders and merges. What an
// alerting system says goes along with others and says nothing.
func (w Words) changedAlerts(id string, e timeline.Event) Rich {
	switch b := e.Body.(type) {
	case timeline.AlertSplit:
		return R(T(timeline.Ref(b.N) + " of " + id + " moved to " + timeline.ID(b.To) + ", which is declared. Its channel opens now, and you lead it."))
	case timeline.PageSet:
		if b.State != timeline.PageAsked {
			return nil
		}
		return R(T(timeline.PageID(b.Number)+" of "+id+": calling "), called(b.Target), T("; its post in the channel shows who answers."))
	case timeline.NudgeSet:
		return R(T(w.nudgeSet(id, e, b)))
	case timeline.MergedInto:
		if b.Into == 0 {
			return nil
		}
		return R(T(id + " is merged into " + timeline.ID(b.Into) + ", which goes on. That is final; both records stay, and alerts of " + id + " go to " + timeline.ID(b.Into) + " from now on."))
	}
	return nil
}

func (w Words) nudgeSet(id string, e timeline.Event, b timeline.NudgeSet) string {
	about := nudgeWord(b.About)
	switch {
	case b.Stopped:
		return id + ": no more reminders " + about + "."
	case b.Until.After(e.Recorded):
		return id + ": no reminder " + about + " until " + Stamp(b.Until, e.Recorded, w.Zone()) + "."
	}
	return id + ": reminders " + about + " are on again."
}

// nudgeWord says what a reminder is about.
func nudgeWord(k timeline.NudgeKind) string {
	switch k {
	case timeline.NudgeUpdate:
		return "about updates"
	case timeline.NudgeNoLead:
		return "that nobody has the lead"
	case timeline.NudgeQuiet:
		return "that nobody writes"
	case timeline.NudgePostmortem:
		return "about the postmortem"
	case timeline.NudgeReview:
		return "about the unfinished postmortem"
	case timeline.NudgeStale:
		return "asking whether it is over"
	}
	return "about " + first(outside(string(k), nameLength), "something else")
}

// openAlerts asks whether it is an incident at all, and says which alerts fire and
// who is called and has not answered.
func (w Words) openAlerts(in *timeline.Incident) []Rich {
	var out []Rich
	if in.Status == timeline.Triage {
		out = append(out, R(T("Is it an incident? An alert opened it; the card asks.")))
	}
	if in.MergedInto == 0 && firing(hereAlerts(in)) > 0 {
		out = append(out, alertLine(in))
	}
	if in.Status.Open() {
		out = append(out, pageLines(in)...)
	}
	if into := in.MergedInto; into > 0 && w.PrivateOf != nil {
		out = append(out, R(T("It goes on as "+View{PrivateOf: w.PrivateOf}.otherIncident(into)+".")))
	}
	return out
}
