package postmortem

import (
	"slices"
	"time"

	"backout/templates"
	"backout/timeline"
)

// acknowledged says how soon somebody took note of the alerts.
func (b *builder) acknowledged() Line {
	first, d, ok := b.toAcknowledge()
	if !ok || d < 0 {
		return nil
	}
	by := Line{Text(" after " + span(d) + " ("), Ref(first.acked.N), Text(").")}
	if noted, ok := first.acked.Body.(timeline.AlertNoted); ok && (first.acked.Who == timeline.Backout || noted.Alert.Who != "") {
		by = append(Line{Text(" by "), acknowledger(first.acked, noted.Alert)}, by...)
	}
	if len(b.alerts) == 1 {
		return append(Line{Text(" The alert was acknowledged")}, by...)
	}
	n := 0
	for _, a := range b.alerts {
		if a.acked != nil {
			n++
		}
	}
	if n == 1 {
		return append(Line{Text(" Of " + itoa(len(b.alerts)) + " alerts one was acknowledged,")}, by...)
	}
	return append(Line{Text(" Of " + itoa(len(b.alerts)) + " alerts " + itoa(n) + " were acknowledged, the first")}, by...)
}

// acknowledger is who acknowledged an alert, by the name that they have there.
func acknowledger(e *timeline.Entry, a timeline.Alert) Piece {
	if e.Who == timeline.Backout {
		return Words(templates.R(person(e.Who)))
	}
	return Text(cut(a.Who, alertWho))
}

// toAcknowledge gives the alert that was acknowledged first, and how long that was
// after the first alert. It is not known when the record does not have its firing.
func (b *builder) toAcknowledge() (first alertStory, d time.Duration, ok bool) {
	for _, a := range b.alerts {
		if a.acked != nil && (!ok || a.acked.At.Before(first.acked.At)) {
			first, ok = a, true
		}
	}
	if !ok || b.alerts[0].fired == 0 {
		return first, 0, false
	}
	return first, first.acked.At.Sub(b.alerts[0].first.At), true
}

// toAck measures up to the first acknowledgement, where something fired that can
// be acknowledged.
func (b *builder) toAck() (measure, bool) {
	m := measure{name: "time to acknowledge", why: "no alert was acknowledged"}
	if len(b.alerts) > 0 && b.alerts[0].fired == 0 {
		m.why = "the record does not have when the alert fired"
	}
	_, m.value, m.known = b.toAcknowledge()
	if m.known && m.value < 0 {
		m.known, m.why = false, "the acknowledgement came before the alert"
	}
	pages := slices.ContainsFunc(b.alerts, func(a alertStory) bool { return a.Source == timeline.PagerDuty })
	return m, m.known || pages
}
