package postmortem

import (
	"cmp"
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// reworded gives the words that a person put in place of ours, if one did.
func reworded(e *timeline.Entry) (Line, bool) {
	if !e.Reworded || strings.TrimSpace(e.Text) == "" {
		return nil, false
	}
	return Line{Quote(templates.FromSlack(e.Text))}, true
}

// alertLine words what an alert did.
func (b *builder) alertLine(e *timeline.Entry, body timeline.AlertNoted) Line {
	if words, ok := reworded(e); ok {
		return words
	}
	a := body.Alert
	title := bold(alertTitle(a.Title))
	if s, ok := b.in.AlertOf(a.Source, a.Key); ok && strings.TrimSpace(a.Title) == "" {
		title = bold(alertTitle(s.Title))
	}
	plain := func(after string) Line {
		out := Line{Text("Alert "), title}
		if after != "" {
			out = append(out, Text(after))
		}
		return append(out, wordsOf(a)...)
	}
	switch a.Event {
	case timeline.AlertTriggered:
		if s, ok := b.in.AlertOf(a.Source, a.Key); ok && s.N != e.N {
			return plain(" fired again")
		}
		return plain(b.details(body) + " fired")
	case timeline.AlertAcknowledged:
		return plain(" acknowledged")
	case timeline.AlertUnacknowledged:
		return plain(" not acknowledged any more")
	case timeline.AlertResolved:
		return plain(" cleared" + b.again(e))
	case timeline.AlertEscalated:
		return plain(" escalated")
	case timeline.AlertReassigned:
		return plain(" given to somebody else")
	case timeline.AlertPriority:
		return plain(": priority set to " + cmp.Or(cut(a.Priority, nameLength), "none"))
	case timeline.AlertResponder:
		return plain(": help asked for")
	case timeline.AlertAnnotated:
		return plain(": note")
	case timeline.AlertUpdated:
		return plain(": update")
	}
	return plain(": " + cmp.Or(cut(string(a.Event), nameLength), "changed"))
}

// details are what an alert is called there: its number and priority.
func (b *builder) details(body timeline.AlertNoted) string {
	var parts []string
	if body.Alert.Number > 0 {
		parts = append(parts, system(body.Alert.Source)+" "+itoa(body.Alert.Number))
	}
	if p := cut(body.Alert.Priority, nameLength); p != "" {
		parts = append(parts, "priority "+p)
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// again says how often an alert had fired that is over.
func (b *builder) again(e *timeline.Entry) string {
	i := slices.IndexFunc(b.alerts, func(a alertStory) bool { return a.ended == e })
	if i < 0 || b.alerts[i].fired < 2 {
		return ""
	}
	if b.alerts[i].fired == 2 {
		return ", after it had fired twice"
	}
	return ", after it had fired " + count(b.alerts[i].fired, "time")
}

// wordsOf are what somebody wrote there, or what the alerting system adds.
func wordsOf(a timeline.Alert) Line {
	text := oneLine(a.Text)
	switch {
	case text == "":
		return nil
	case a.Who == "" && (a.Event == timeline.AlertTriggered || a.Event == timeline.AlertResolved):
		return Line{Text(": " + text)}
	}
	return Line{Text(": "), Quote(templates.R(templates.T(text)))}
}

// alertLink gives where a row about an alert or a page leads.
func alertLink(source string, links ...string) (link, label string) {
	for _, l := range links {
		if _, ok := templates.LinkTarget(l); !ok {
			continue
		}
		if source == timeline.PagerDuty {
			return l, "PagerDuty"
		}
		return l, "alert"
	}
	return "", ""
}
