package timeline

import (
	"fmt"
	"slices"
	"time"
)

// ReviewState is how far a postmortem is.
type ReviewState string

// The states of a postmortem. It is a draft from the moment of resolution.
const (
	ReviewDraft ReviewState = "draft"
	ReviewOpen  ReviewState = "in review"
	ReviewDone  ReviewState = "done"
)

// ReviewSet says how far the postmortem is.
type ReviewSet struct {
	State ReviewState `json:"state"`
}

// Kind names the kind of the body.
func (ReviewSet) Kind() Kind { return KindReview }

// SetReview moves the postmortem of a resolved incident to a state, in whatever
// direction.
func SetReview(key, who string, number int, state ReviewState) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		switch {
		case in.Status != Resolved:
			return Refuse(Conflict, fmt.Sprintf("%s is %s, so its postmortem is not reviewed yet.", in.ID(), in.Status), "/incident resolve ends it; /incident postmortem shows the draft at any time.")
		case in.Review == state:
			return Refuse(Conflict, fmt.Sprintf("The postmortem is %s already.", state), "")
		}
		n := tx.Add(number, who, time.Time{}, Source{}, ReviewSet{State: state})
		postNews(tx, in, n)
		refresh(tx, in)
		return nil
	})
}

// applyReview keeps the review in step with the incident: what is reopened has no
// finished postmortem.
func (in *Incident) applyReview(at time.Time, state ReviewState) {
	in.Review, in.ReviewSince = state, at
}

// What the postmortem is exported as: files in the channel, and a pull request.
const (
	ExportDraft    = "postmortem draft in Slack"
	ExportPublic   = "version for the public in Slack"
	ExportProposal = "pull request"
)

// renewAfter is how long a pull request waits for more changes before it is
// renewed.
const renewAfter = 2 * time.Minute

// proposed reports whether the postmortem stands as a pull request.
func (in *Incident) proposed() bool {
	return !in.Private && slices.ContainsFunc(in.Exports, func(e Exported) bool { return e.What == ExportProposal })
}

// renew owes the pull request anew, where there is one that people have not merged.
func renew(tx *Tx, in *Incident) {
	if in.proposed() && !in.filed && in.Status == Resolved {
		tx.Owe(Effect{Kind: OweProposal, Incident: in.Number, Due: tx.now.Add(renewAfter)})
	}
}

// Proposed records where the pull request stands and tells the channel.
func Proposed(e Effect, x Exported) Change {
	return owedStill(e, func(tx *Tx, now Effect, in *Incident) error {
		n := tx.Add(e.Incident, Backout, time.Time{}, Source{Link: x.Link}, x)
		tx.tellNote(in, n)
		postNews(tx, in, n)
		noteDone(tx, in, e)
		tx.SettleState(e, now)
		return nil
	})
}

// PaperReport is what a forge says about the pull request of an incident's
// postmortem.
type PaperReport struct {
	Incident int
	Merged   bool
	At       time.Time
}

// filePaper has the postmortem done when its pull request was merged: it was read
// there. It is not renewed by itself any more, nor is what was owed for that; what a
// person asked for stays owed.
func (tx *Tx) filePaper(r PaperReport) error {
	if _, known := tx.state.summaries[r.Incident]; !known || !r.Merged {
		return nil
	}
	in, err := tx.Incident(r.Incident)
	if err != nil {
		return err
	}
	if !in.proposed() || in.filed || in.Status != Resolved {
		return nil
	}
	at := r.At
	if at.IsZero() || at.After(tx.now) {
		at = tx.now
	}
	if e, owed := tx.Owed(EffectKey(in.Number, OweProposal, 0)); owed && len(e.Users) == 0 {
		tx.SettleNow(e.Key)
	}
	n := tx.Add(in.Number, GitHub, at, Source{}, ReviewSet{State: ReviewDone})
	postNews(tx, in, n)
	if in.Channel.ID != "" {
		tx.Owe(again(in, OweCard))
	}
	return nil
}
