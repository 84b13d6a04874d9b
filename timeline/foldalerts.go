package timeline

import (
	"maps"
	"slices"
)

func (in *Incident) applyAlert(e Event) {
	switch b := e.Body.(type) {
	case AlertNoted:
		in.addEntry(e, "")
		in.alerted(e, b.Alert)
		in.noticed()
	case AlertSplit:
		in.split(b)
		in.noticed()
	case PageSet:
		in.addEntry(e, b.Text)
		in.paged(e, b)
	}
}

// split takes an alert, and all that was said of it, out of the story.
func (in *Incident) split(b AlertSplit) {
	for i := range in.Alerts {
		a := &in.Alerts[i]
		if a.N != b.N {
			continue
		}
		a.Split = b.To
		for _, e := range in.entries {
			if n, ok := e.Body.(AlertNoted); ok && n.Alert.Source == a.Source && n.Alert.Key == a.Key {
				in.change(e.N, func(en *Entry) { en.Hidden = true })
			}
		}
	}
}

// alerted moves the alert that the event is about. What comes late does not take
// back what came before it.
func (in *Incident) alerted(e Event, a Alert) {
	i := slices.IndexFunc(in.Alerts, func(s AlertState) bool { return s.Source == a.Source && s.Key == a.Key })
	if i < 0 {
		in.Alerts = append(in.Alerts, AlertState{
			N: e.N, Source: a.Source, Key: a.Key, Group: a.Group, Title: a.Title, Number: a.Number, Service: a.Service, Place: a.Place, Link: a.Link, Policy: a.Policy,
			Status: AlertTriggered, Triggered: e.At, Fired: e.At, Priority: a.Priority,
		})
		i = len(in.Alerts) - 1
	}
	s := &in.Alerts[i]
	if a.Event == AlertTriggered && e.At.Before(s.Triggered) { // what came of it was told first
		s.Triggered = e.At
	}
	if a.Priority != "" {
		s.Priority = a.Priority
	}
	last := s.Triggered
	for _, at := range []Event{{At: s.Acked}, {At: s.ResolvedAt}} {
		if at.At.After(last) {
			last = at.At
		}
	}
	if e.At.Before(last) {
		return
	}
	switch a.Event {
	case AlertTriggered:
		s.Status, s.Fired = AlertTriggered, e.At
	case AlertUnacknowledged:
		s.Status = AlertTriggered
	case AlertAcknowledged:
		s.Status, s.Acked, s.AckedBy = AlertAcknowledged, e.At, a.Who
	case AlertResolved:
		s.Status, s.ResolvedAt = AlertResolved, e.At
	}
}

// noticed moves the moment of detection to the earliest alert, as long as nobody
// set it: an alert that joins later may be older than the declaration.
func (in *Incident) noticed() {
	if in.detectedSet || in.moments.Began.Set() {
		return
	}
	first := in.declaredFrom
	for _, s := range in.Alerts {
		at := Moment{At: s.Triggered, N: s.N}
		if s.Split == 0 && !at.At.After(in.moments.Declared.At) && (!first.Set() || at.At.Before(first.At)) {
			first = at
		}
	}
	in.moments.Detected = first
}

func (in *Incident) paged(e Event, b PageSet) {
	i := slices.IndexFunc(in.Pages, func(p Page) bool { return p.Number == b.Number })
	if i < 0 {
		in.Pages = append(in.Pages, Page{Number: b.Number, N: e.N, Target: b.Target, Kind: b.Sort, ID: b.ID, Text: b.Text, Who: e.Who, At: e.At})
		i = len(in.Pages) - 1
	}
	p := &in.Pages[i]
	p.State, p.Reason, p.By, p.Since = b.State, b.Reason, b.By, e.At
	if b.Key != "" {
		p.Key, p.Link = b.Key, b.Link
	}
}

func (in *Incident) applyNudge(e Event) {
	nudges := maps.Clone(in.Nudges)
	if nudges == nil {
		nudges = map[NudgeKind]NudgeState{}
	}
	switch b := e.Body.(type) {
	case Nudged:
		s := nudges[b.About]
		s.Last = e.At
		nudges[b.About] = s
	case NudgeSet:
		s := nudges[b.About]
		s.Until, s.Stopped = b.Until, b.Stopped
		nudges[b.About] = s
	}
	in.Nudges = nudges
}
