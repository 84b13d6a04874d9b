package timeline

import (
	"fmt"
	"time"
)

// SplitAlert says that an alert is another outage's, and declares that one.
func SplitAlert(key, who string, number, alert int) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		s, ok := in.Alert(alert)
		if !ok || s.Split > 0 {
			return Refuse(Conflict, "That alert is not here any more.", "/incident list shows where it may be.")
		}
		a := s.alert(AlertTriggered, s.Triggered)
		n := tx.NextNumber()
		d := tx.declarationOf(a)
		d.Services, d.Lead = in.Services, who
		declare(tx, n, who, d.Title, d, "")
		row := tx.carryAlert(n, s)
		tx.Owe(Effect{Kind: OweChannel, Incident: n})
		if triggered(s) {
			tx.oweAck(n, row, a)
		}
		tx.Add(number, who, time.Time{}, Source{}, AlertSplit{N: alert, To: n})
		refresh(tx, in)
		return nil
	})
}

// DeclareOffered declares the incident of an alert that was offered. may judges
// the person by the services that the alert is about, which nobody else knows
// before; nil lets everybody.
func DeclareOffered(key, who string, offer int, may func(services []string) error) Change {
	return Change{Key: key, Decide: func(tx *Tx) error {
		a, ok, err := tx.offered(offer)
		if err != nil {
			return err
		}
		if !ok {
			return Refuse(NotFound, "That offer is not known.", "/incident new declares an incident.")
		}
		at := Position{Incident: Ledger, N: offer, Count: 1}
		if n, taken, err := tx.named(movedName(at)); err != nil {
			return err
		} else if taken && n.Incident == Ledger {
			return Refuse(Conflict, "The alert fired again since, and was offered again.", "Press the button of the newer offer.")
		} else if taken {
			return alreadyDeclared(tx, n.Incident)
		}
		n := tx.NextNumber()
		d := tx.declarationOf(a)
		if may != nil {
			if err := may(d.Services); err != nil {
				return err
			}
		}
		d.Lead = who
		declare(tx, n, who, d.Title, d, "")
		row := tx.Add(n, a.Source, a.At, Source{Link: a.Link}, AlertNoted{Alert: a})
		tx.nameIt(movedName(at), Position{Incident: n, N: row, Count: 1})
		tx.oweAck(n, row, a)
		tx.Owe(Effect{Kind: OweChannel, Incident: n})
		return nil
	}}
}

// alreadyDeclared names the incident of an offer that was taken, unless it became
// private since.
func alreadyDeclared(tx *Tx, number int) error {
	in, err := tx.Incident(number)
	if err != nil {
		return err
	}
	if in.Private {
		return Refuse(Conflict, "An incident was declared from it already.", "/incident list shows those that are open.")
	}
	return Refuse(Conflict, fmt.Sprintf("%s was declared from it already.", in.ID()), "/incident list shows it.")
}

// alert gives an event about the alert as it is known.
func (s AlertState) alert(event AlertEvent, at time.Time) Alert {
	return Alert{
		Source: s.Source, Key: s.Key, Group: s.Group, Event: event, Title: s.Title, Number: s.Number, Service: s.Service, Place: s.Place,
		Priority: s.Priority, Link: s.Link, Policy: s.Policy, At: at,
	}
}

// carryAlert brings an alert as it stands into another incident, and gives its
// first row there.
func (tx *Tx) carryAlert(incident int, s AlertState) int {
	row := tx.Add(incident, s.Source, s.Triggered, Source{Link: s.Link}, AlertNoted{Alert: s.alert(AlertTriggered, s.Triggered), Attached: true})
	switch s.Status {
	case AlertAcknowledged:
		a := s.alert(AlertAcknowledged, s.Acked)
		a.Who = s.AckedBy
		tx.Add(incident, s.Source, s.Acked, Source{Link: s.Link}, AlertNoted{Alert: a})
	case AlertResolved:
		tx.Add(incident, s.Source, s.ResolvedAt, Source{Link: s.Link}, AlertNoted{Alert: s.alert(AlertResolved, s.ResolvedAt)})
	}
	return row
}

// oweAck acknowledges the alert of an incident that begins with a lead.
func (tx *Tx) oweAck(incident, row int, a Alert) {
	if a.Source == PagerDuty && a.Event == AlertTriggered {
		tx.Owe(Effect{Kind: OweAlertAck, Incident: incident, N: row})
	}
}

// answerPages moves the pages that a responder's answer is about.
func answerPages(tx *Tx, in *Incident, a Alert) {
	for _, p := range in.Pages {
		if p.State != PageSent || p.Key != a.Key {
			continue
		}
		s := PageSet{Number: p.Number, State: PageAnswered, By: a.Who, Key: p.Key, Link: p.Link}
		if a.Text == "declined" {
			s.State = PageDeclined
		}
		tx.Add(in.Number, a.Source, a.At, Source{Link: a.Link}, s)
		tx.Owe(Effect{Kind: OwePagePost, Incident: in.Number, N: p.Number})
		return
	}
}
