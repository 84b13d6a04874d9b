package timeline

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Ticket is an issue of a code forge that stands for a follow-up.
type Ticket struct {
	Repo   string `json:"repo"`
	Number int    `json:"number"`
	URL    string `json:"url,omitempty"`
}

// IsZero reports whether there is none.
func (t Ticket) IsZero() bool { return t == Ticket{} }

// name is what the ticket is found by when the forge tells of it.
func (t Ticket) name() string {
	return "ticket:" + strings.ToLower(t.Repo) + "#" + strconv.Itoa(t.Number)
}

// Ticketed says that an issue stands for a follow-up from now on.
type Ticketed struct {
	FollowUp int    `json:"follow_up"`
	Ticket   Ticket `json:"ticket"`
}

// Kind names the kind of the body.
func (Ticketed) Kind() Kind { return KindTicketed }

// TicketMarker is what the issue of a follow-up carries, unseen, so that it is
// found again.
func TicketMarker(incident, followUp int) string {
	return fmt.Sprintf("<!-- backout: %s/F%d -->", ID(incident), followUp)
}

// RequestTickets owes an issue for the follow-up, or, with 0, for each open one
// that has none. A private incident has no issues: they are read by others.
func RequestTickets(key, who string, number, followUp int) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if in.Private {
			return Refuse(Conflict, in.ID()+" is private, and issues are read by others.", "/incident followups shows the follow-ups here.")
		}
		wanted := in.FollowUps
		if followUp > 0 {
			f, ok := in.FollowUp(followUp)
			switch {
			case !ok:
				return Refuse(NotFound, fmt.Sprintf("%s has no follow-up F%d.", in.ID(), followUp), "/incident followups shows them.")
			case !f.Ticket.IsZero():
				return Refuse(Conflict, fmt.Sprintf("F%d has an issue already: %s", followUp, f.Ticket.URL), "")
			case f.State != FollowUpOpen:
				return Refuse(Conflict, fmt.Sprintf("F%d is %s.", followUp, f.State), "Only an open follow-up gets an issue.")
			}
			wanted = []FollowUp{f}
		}
		owed := 0
		for _, f := range wanted {
			if f.Ticket.IsZero() && f.State == FollowUpOpen {
				tx.Owe(Effect{Kind: OweTicket, Incident: number, N: f.Number, Users: []string{who}})
				owed++
			}
		}
		if owed == 0 {
			return Refuse(Conflict, "No open follow-up is without an issue.", "/incident followup <text> adds one.")
		}
		return nil
	})
}

// TicketOpened records the issue of a follow-up, however it stands there.
func TicketOpened(e Effect, t Ticket, closed bool) Change {
	return owedStill(e, func(tx *Tx, now Effect, in *Incident) error {
		tx.Add(in.Number, Backout, time.Time{}, Source{Link: t.URL}, Ticketed{FollowUp: e.N, Ticket: t})
		tx.nameIt(t.name(), Position{Incident: in.Number, N: e.N, Count: 1})
		f, _ := in.FollowUp(e.N)
		if done := f.State != FollowUpOpen; done != closed {
			f.Ticket = t
			tx.oweTicketState(in, f)
		}
		noteDone(tx, in, e)
		tx.SettleState(e, now)
		return nil
	})
}

// TicketReport is what a forge says about an issue.
type TicketReport struct {
	Ticket Ticket
	Closed bool
	// At is when it happened there.
	At time.Time
}

// GitHub is the actor of what was done there.
const GitHub = "github"

// moveTicket carries what happened to an issue into the follow-up that it stands
// for: closed there is done here, opened again there is open here. Issues of nobody
// change nothing, nor does what is older than what is known: deliveries come in any
// order.
func (tx *Tx) moveTicket(r TicketReport) error {
	pos, ok, err := tx.named(r.Ticket.name())
	if err != nil || !ok {
		return err
	}
	in, err := tx.Incident(pos.Incident)
	if err != nil {
		return err
	}
	at := r.At
	if at.IsZero() || at.After(tx.now) {
		at = tx.now
	}
	f, ok := in.FollowUp(pos.N)
	if !ok || (f.State != FollowUpOpen) == r.Closed || f.State == FollowUpDropped || at.Before(f.TicketAt) {
		return nil
	}
	state := FollowUpOpen
	if r.Closed {
		state = FollowUpDone
	}
	tx.Add(in.Number, GitHub, at, Source{Link: f.Ticket.URL}, FollowUpSet{Number: f.Number, State: state})
	refresh(tx, in)
	return nil
}

// oweTicketState has the issue closed, or opened again, as the follow-up stands.
func (tx *Tx) oweTicketState(in *Incident, f FollowUp) {
	if !f.Ticket.IsZero() {
		tx.Owe(Effect{Kind: OweTicketState, Incident: in.Number, N: f.Number})
	}
}
