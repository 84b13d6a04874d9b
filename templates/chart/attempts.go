package chart

import (
	"strings"
	"time"

	"backout/timeline"
)

// attempt is one run of a rollback, from somebody's yes to its end.
type attempt struct {
	plan timeline.RollbackPlan
	// confirmed is when somebody said yes, queued when it was dispatched, ran when the
	// run began, ended when it was over; what did not happen is zero.
	confirmed, queued, ran, ended time.Time

	state  timeline.RollbackState
	reason string
	// n is the row of the confirmation, end that of the end or 0.
	n, end int
}

// allAttempts gives the attempts of all rollbacks, in the order in which these were
// proposed. A rollback that nobody confirmed has none.
func allAttempts(in *timeline.Incident) []attempt {
	var out []attempt
	for _, r := range in.Rollbacks {
		var a *attempt
		for _, p := range r.Phases {
			if a == nil && (p.State == timeline.RollbackConfirmed || p.State.InFlight()) {
				a = &attempt{plan: r.Plan, confirmed: p.At, n: p.N}
			}
			if a == nil {
				continue
			}
			a.comes(in, p)
			if p.State.Finished() {
				out, a = append(out, *a), nil
			}
		}
		if a != nil {
			out = append(out, *a)
		}
	}
	return out
}

// comes moves the attempt to a state. A run that was never seen at work began when it
// was dispatched.
func (a *attempt) comes(in *timeline.Incident, p timeline.Phase) {
	a.state = p.State
	switch {
	case p.State == timeline.RollbackQueued && a.queued.IsZero():
		a.queued = p.At
	case p.State == timeline.RollbackRunning && a.ran.IsZero():
		a.ran = p.At
	case p.State.Finished():
		a.ended, a.end = later(a.confirmed, p.At), p.N // clocks disagree
		if a.ran.IsZero() {
			a.ran = a.queued
		}
		if e, ok := in.Entry(p.N); ok {
			s, _ := e.Body.(timeline.RollbackStep)
			a.reason = oneLine(strings.TrimPrefix(s.Reason, "the run ended as failure: "), 48)
		}
	}
}

func (a attempt) succeeded() bool { return a.state == timeline.RollbackSucceeded }

// version is what it goes back to.
func (a attempt) version() string { return versionOf(a.plan.To) }
