package timeline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// AddNote writes a line into the timeline; a zero at means now.
func AddNote(key, who string, number int, text string, at time.Time) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		text, err := cleanText(text, "A note needs words.", "/incident timeline 14:05 Restarted the session cache")
		if err != nil {
			return err
		}
		if at.After(tx.Now().Add(time.Minute)) {
			return Refuse(Invalid, "That is in the future.", "A timeline holds what has happened.")
		}
		tx.Add(number, who, at, Source{}, Note{Text: text})
		refresh(tx, in)
		return nil
	})
}

// Reword replaces the words of entry n, which stays under its number.
func Reword(key, who string, number, n int, text string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		en, err := rowOf(in, n)
		if err != nil {
			return err
		}
		if en.Message != nil {
			return Refuse(Conflict, Ref(n)+" is a message of the channel.", "Edit the message itself; the record follows.")
		}
		if !slices.Contains([]Kind{KindNote, KindUpdate, KindLesson, KindFollowUp, KindImpact, KindCause, KindStatus, KindReopened, KindCancelled}, en.Kind) {
			return Refuse(Conflict, Ref(n)+" is a fact that the record keeps as it was.", "/incident timeline <text> adds a note.")
		}
		text, err := cleanText(text, "The new words are missing.", "/incident timeline edit "+strconv.Itoa(n)+" Restarted the session cache")
		if err != nil {
			return err
		}
		tx.Add(number, who, time.Time{}, Source{}, Reworded{N: n, Text: text})
		refresh(tx, in)
		return nil
	})
}

// Move corrects when entry n happened.
func Move(key, who string, number, n int, to time.Time) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		en, err := rowOf(in, n)
		if err != nil {
			return err
		}
		switch {
		case en.Message != nil:
			return Refuse(Conflict, Ref(n)+" is a message; it stands when it was written.", "/incident timeline 14:05 <text> adds a back-dated note.")
		case en.Kind == KindDeclared || en.Kind == KindMoment:
			return Refuse(Conflict, Ref(n)+" cannot be moved.", "/incident began 14:05 and /incident detected 14:05 correct the moments.")
		case to.After(tx.Now().Add(time.Minute)):
			return Refuse(Invalid, "That is in the future.", "A timeline holds what has happened.")
		}
		if err := momentsAllow(in, n, to); err != nil {
			return err
		}
		tx.checkTime(to)
		tx.Add(number, who, time.Time{}, Source{}, Moved{N: n, To: to.UTC()})
		refresh(tx, in)
		return nil
	})
}

// momentsAllow refuses a move that would put a moment out of order.
func momentsAllow(in *Incident, n int, to time.Time) error {
	m := in.moments
	for _, name := range []MomentName{Mitigated, ResolvedM} {
		if p := m.at(name); p.N == n {
			p.At = to
			return m.ordered(name)
		}
	}
	return nil
}

// Hide takes entry n out of the story, or puts it back. It stays in the record.
func Hide(key, who string, number, n int, hide bool) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		en, err := rowOf(in, n)
		if err != nil {
			return err
		}
		if en.Hidden == hide {
			return Refuse(Conflict, fmt.Sprintf("%s is %s already.", Ref(n), map[bool]string{true: "hidden", false: "shown"}[hide]), "")
		}
		tx.Add(number, who, time.Time{}, Source{}, Hidden{N: n, Hidden: hide})
		return nil
	})
}

// Star puts one person's star on entry n.
func Star(key, who string, number, n int) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		en, err := rowOf(in, n)
		if err != nil {
			return err
		}
		star(tx, in, en, who, true, time.Time{})
		return nil
	})
}

func rowOf(in *Incident, n int) (*Entry, error) {
	if en, ok := in.Entry(n); ok {
		return en, nil
	}
	return nil, Refuse(NotFound, fmt.Sprintf("%s has no entry %s.", in.ID(), Ref(n)), "/incident timeline shows the numbers.")
}

// AddLesson records a lesson in people's own words.
func AddLesson(key, who string, number int, text string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		text, err := cleanText(text, "A lesson needs words.", "/incident lesson Session keys need a uniqueness test")
		if err != nil {
			return err
		}
		n := tx.Add(number, who, time.Time{}, Source{}, LessonAdded{Text: text})
		postNews(tx, in, n)
		renew(tx, in)
		return nil
	})
}

// AddFollowUp records later work. Owner and due date (2006-01-02) are wanted and
// not forced. A from > 0 takes the words of that entry when text is empty.
func AddFollowUp(key, who string, number int, f FollowUpAdded) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if f.From == 0 || strings.TrimSpace(f.Text) != "" {
			text, err := cleanText(f.Text, "A follow-up says what is to be done.", "/incident followup Add a uniqueness test for session keys owner:@tom due:friday")
			if err != nil {
				return err
			}
			f.Text = text
		}
		f.Number = len(in.FollowUps) + 1
		n := tx.Add(number, who, time.Time{}, Source{}, f)
		postNews(tx, in, n)
		renew(tx, in)
		return nil
	})
}

// SetFollowUp changes state, owner or due date of follow-up F<f.Number>.
func SetFollowUp(key, who string, number int, f FollowUpSet) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		old, ok := in.FollowUp(f.Number)
		if !ok {
			return Refuse(NotFound, fmt.Sprintf("%s has no follow-up F%d.", in.ID(), f.Number), "/incident followups shows them.")
		}
		if f.State != "" && f.State == old.State {
			return Refuse(Conflict, fmt.Sprintf("F%d is %s already.", f.Number, f.State), "")
		}
		tx.Add(number, who, time.Time{}, Source{}, f)
		if f.State != "" {
			tx.oweTicketState(in, old)
		}
		renew(tx, in)
		return nil
	})
}

func postNews(tx *Tx, in *Incident, n int) {
	if in.Channel.ID != "" {
		tx.Owe(Effect{Kind: OweNews, Incident: in.Number, N: n})
	}
}

// RequestPostmortem owes an upload of the draft to the channel.
func RequestPostmortem(key, who string, number int) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if in.Channel.ID == "" {
			return Refuse(Conflict, "There is no channel to put the draft into yet.", "/incident status shows what is missing.")
		}
		// The draft is named by the next number, so that each request is one upload.
		tx.Owe(Effect{Kind: OwePostmortem, Incident: number, Users: []string{who}, N: in.next})
		tx.Owe(Effect{Kind: OweChart, Incident: number, Users: []string{who}, N: in.next})
		if in.Status == Resolved {
			tx.Owe(Effect{Kind: OweLessons, Incident: number})
		}
		return nil
	})
}

// RequestProposal owes the postmortem as a pull request, or its renewal. A private
// incident has none: repositories are read by others.
func RequestProposal(key, who string, number int) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if in.Private {
			return Refuse(Conflict, in.ID()+" is private, and a pull request is read by others.", "/incident postmortem puts the draft into this channel.")
		}
		tx.Owe(Effect{Kind: OweProposal, Incident: number, Users: []string{who}})
		return nil
	})
}

// RequestPublic owes the version for the public, as a file in the channel.
func RequestPublic(key, who string, number int) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if in.Channel.ID == "" {
			return Refuse(Conflict, "There is no channel to put it into yet.", "/incident status shows what is missing.")
		}
		tx.Owe(Effect{Kind: OwePublic, Incident: number, Users: []string{who}, N: in.next})
		return nil
	})
}

// InsightsAsked is what insights look at: the last days, and of a severity or of
// services when those are named.
type InsightsAsked struct {
	Days     int      `json:"days"`
	Severity string   `json:"severity,omitempty"`
	Services []string `json:"services,omitempty"`
}

// RequestInsights owes measures over many incidents, to be sent to who asked alone.
func RequestInsights(key, who string, ask InsightsAsked) Change {
	return Change{Key: key, Decide: func(tx *Tx) error {
		tx.Owe(Effect{
			Key: EffectKey(Ledger, OweInsights, 0) + "/" + key, Kind: OweInsights, Incident: Ledger, Users: []string{who}, Ask: &ask,
		})
		return nil
	}}
}
