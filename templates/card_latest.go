package templates

import (
	"time"

	"backout/timeline"
)

// latest is the newest that people said of the incident as a whole, with who said
// it: the last update, or the words that went with a later change of status.
// After a reopening nothing that was said before it counts. It is empty while
// nothing was said.
func (v View) latest(limit int) Rich {
	turn := v.lastTurn()
	u, given := v.In.LastUpdate()
	if given && turn != nil && !u.At.After(turn.At) && turn.Kind == timeline.KindReopened {
		given = false
	}
	var out Rich
	switch {
	case turn != nil && (!given || turn.At.After(u.At)):
		out = R(B(turnWord(turn)), T(" "), At(turn.At), T(" by "), doer(turn.Who))
		if turn.Text != "" {
			out = Join(out, R(T("\n")), slackCut(turn.Text, limit))
		}
	case given:
		out = Join(R(B("Update"), T(" "), At(u.At), T(" by "), doer(u.Who), T("\n")), slackCut(u.Text, limit))
	}
	if !given || u.Next.IsZero() || !v.In.Status.Open() {
		return out
	}
	return Join(out, R(T("\n")), v.due(u.Next))
}

func (v View) due(next time.Time) Rich {
	if next.Before(v.Now) {
		return R(B("The next update was due at"), T(" "), At(next))
	}
	return R(T("Next update due at "), At(next))
}

// lastTurn is the newest change of status that went with words which nobody
// has hidden, or the newest reopening. It is nil when there was none.
func (v View) lastTurn() *timeline.Entry {
	var last *timeline.Entry
	for _, e := range v.In.Timeline() {
		switch e.Kind {
		case timeline.KindStatus, timeline.KindCancelled:
			if e.Text != "" && !e.Hidden {
				last = e
			}
		case timeline.KindReopened:
			last = e
		}
	}
	return last
}

// turnWord says what an entry did to the status.
func turnWord(e *timeline.Entry) string {
	switch b := e.Body.(type) {
	case timeline.Reopened:
		return "Reopened"
	case timeline.Cancelled:
		return "Cancelled"
	case timeline.StatusSet:
		if b.Status == timeline.Monitoring {
			return "Mitigated"
		}
		return capital(string(b.Status))
	}
	return ""
}

// doer mentions a person, and names anything else that acts.
func doer(id string) Span {
	if s := Named(nil, id); s.Text != id {
		return s
	}
	return person(id)
}
