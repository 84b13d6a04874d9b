package timeline

import (
	"fmt"
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
