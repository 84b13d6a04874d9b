package timeline

import "slices"

func (in *Incident) applyAlert(e Event) {
	switch b := e.Body.(type) {
	case AlertNoted:
		in.addEntry(e, "")
		in.alerted(e, b.Alert)
	case AlertSplit:
		for i := range in.Alerts {
			if in.Alerts[i].N == b.N {
				in.Alerts[i].Split = b.To
			}
		}
		in.change(b.N, func(en *Entry) { en.Hidden = true })
	case PageSet:
		in.addEntry(e, b.Text)
		in.paged(e, b)
	}
}

// alerted moves the alert that the event is about. What comes late does not take
// back what came before it.
func (in *Incident) alerted(e Event, a Alert) {
	i := slices.IndexFunc(in.Alerts, func(s AlertState) bool { return s.Source == a.Source && s.Key == a.Key })
	if i < 0 {
		in.Alerts = append(in.Alerts, AlertState{
			N: e.N, Source: a.Source, Key: a.Key, Group: a.Group, Title: a.Title, Number: a.Number, Place: a.Place, Link: a.Link, Policy: a.Policy,
			Status: AlertTriggered, Triggered: e.At, Priority: a.Priority,
		})
		i = len(in.Alerts) - 1
	}
	s := &in.Alerts[i]
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
		s.Status = AlertTriggered
	case AlertUnacknowledged:
		s.Status = AlertTriggered
	case AlertAcknowledged:
		s.Status, s.Acked, s.AckedBy = AlertAcknowledged, e.At, a.Who
	case AlertResolved:
		s.Status, s.ResolvedAt = AlertResolved, e.At
	}
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
	nudges := map[NudgeKind]NudgeState{}
	for k, v := range in.Nudges {
		nudges[k] = v
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
