package templates

import (
	"slices"

	"backout/timeline"
)

// drill is the line before everything else that says that it is an exercise.
func (v View) drill() []Part {
	if !v.In.Drill {
		return nil
	}
	return []Part{Para(R(B("Drill: an exercise."), T(" It is announced nowhere and measured nowhere.")))}
}

// asksWhether says in triage what people are wanted for.
func (v View) asksWhether() []Part {
	if v.In.Status != timeline.Triage {
		return nil
	}
	return []Part{Para(R(B("An alert opened this. Is it an incident?"),
		T(" Accept it and people work on it; decline it if it is none; merge it if "+v.In.ID()+" is the same outage as another.")))}
}

func (v View) triageButtons() Buttons {
	return Buttons{
		{ID: "triage_accept_v1", Label: "Accept", Value: v.value(), Look: Go},
		v.declineButton(),
		{ID: "triage_merge_v1", Label: "Merge…", Value: v.value()},
	}
}

func (v View) declineButton() Button {
	return Button{ID: "triage_decline_v1", Label: "Decline", Value: v.value(), Confirm: &Confirm{
		Title: "Is " + v.In.ID() + " no incident?",
		Text:  "It is cancelled, which is final. The record stays, and nothing is changed where the alert comes from.",
		Yes:   "It is no incident", No: "Not sure yet",
	}}
}

// alerts are what alerting systems say, and who is called and has not answered.
func (v View) alerts() []Part {
	if v.In.MergedInto > 0 { // they go to the other one
		return nil
	}
	var parts []Part
	if line := alertLine(v.In); len(line) > 0 {
		parts = append(parts, Para(line))
	}
	if !v.In.Status.Open() {
		return parts
	}
	if lines := pageLines(v.In); len(lines) > 0 {
		parts = append(parts, Para(stacked(lines)))
	}
	return parts
}

// stacked sets texts as lines.
func stacked(lines []Rich) Rich {
	var out Rich
	for i, l := range lines {
		if i > 0 {
			out = append(out, T("\n"))
		}
		out = Join(out, l)
	}
	return out
}

// merged says which incidents are the same outage.
func (v View) merged() []Part {
	parts := v.mergedInto()
	if len(v.In.Merged) > 0 {
		parts = append(parts, Para(R(T("Merged here: "+v.otherIncidents(v.In.Merged)))))
	}
	return parts
}

func (v View) mergedInto() []Part {
	if v.In.MergedInto == 0 {
		return nil
	}
	out := R(B("Merged into " + v.otherIncident(v.In.MergedInto)))
	for _, e := range slices.Backward(v.In.Timeline()) {
		if b, ok := e.Body.(timeline.MergedInto); ok && b.Into > 0 {
			out = append(out, T(" "), At(e.At), T(" by "), doer(e.Who))
			break
		}
	}
	return []Part{Para(Join(out, R(T(". It is the same outage")), v.goesOn(v.In.MergedInto), R(T("."))))}
}

// goesOn says where work on another incident goes on, if that may be said.
func (v View) goesOn(incident int) Rich {
	if v.RoomOf == nil || v.private(incident) {
		return nil
	}
	if room := v.RoomOf(incident); isSlackID(room) {
		return R(T("; work goes on in "), Ch(room))
	}
	return nil
}

func (v View) private(incident int) bool { return v.PrivateOf != nil && v.PrivateOf(incident) }

// privateIncident is what a private incident is called elsewhere.
const privateIncident = "a private incident"

// otherIncident names another incident, unless that is private.
func (v View) otherIncident(incident int) string {
	if v.private(incident) {
		return privateIncident
	}
	return timeline.ID(incident)
}

// shownMerged is how many merged incidents are named.
const shownMerged = 5

func (v View) otherIncidents(incidents []int) string {
	var names []string
	hidden := 0
	for _, n := range incidents {
		if v.private(n) {
			hidden++
			continue
		}
		names = append(names, timeline.ID(n))
	}
	switch {
	case hidden == 1:
		names = append(names, privateIncident)
	case hidden > 1:
		names = append(names, plural(hidden, "private incident", "private incidents"))
	}
	return listing(names, shownMerged)
}
