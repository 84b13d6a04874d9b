package templates

import (
	"strconv"

	"backout/timeline"
)

// awaitingEntry says a yes that needs others, or one of theirs.
func awaitingEntry(in *timeline.Incident, e *timeline.Entry, b timeline.RollbackStep) string {
	given, wanted := approvalsAt(in, e, b)
	if b.Approved {
		return " approved, " + strconv.Itoa(given) + " of " + strconv.Itoa(wanted)
	}
	return confirmedWords(b) + ", waits for " + plural(max(wanted, 1), "approval", "approvals") + asideEntry(b)
}

// confirmedEntry says a yes that starts it: the first one, the last approval, or
// that GitHub put it off.
func confirmedEntry(in *timeline.Incident, e *timeline.Entry, b timeline.RollbackStep) string {
	switch {
	case b.Approved:
		given, wanted := approvalsAt(in, e, b)
		return " approved, " + strconv.Itoa(given) + " of " + strconv.Itoa(wanted)
	case b.Confirmation == 0:
		return " put off: " + clause(b.Reason)
	}
	return confirmedWords(b) + asideEntry(b)
}

func confirmedWords(b timeline.RollbackStep) string {
	if b.Confirmation > 1 {
		return " confirmed once more"
	}
	return " confirmed"
}

// asideEntry names the checks that were set aside, and why.
func asideEntry(b timeline.RollbackStep) string {
	if len(b.Overridden) == 0 {
		return ""
	}
	names := make([]string, 0, len(b.Overridden))
	for _, g := range b.Overridden {
		names = append(names, first(outside(g, nameLength), "a check"))
	}
	return "; set aside: " + listing(names, shownServices) + ", because “" + outside(FromSlack(b.OverrideReason).Plain(nil), reasonLength) + "”"
}

// queuedEntry tells the first news of a run from a later one.
func queuedEntry(in *timeline.Incident, e *timeline.Entry, b timeline.RollbackStep) string {
	switch phaseBefore(in, e, b.Number) {
	case timeline.RollbackFailed:
		return ": the failed jobs run again"
	case timeline.RollbackDispatching, timeline.RollbackUnclear, timeline.RollbackConfirmed:
		return " dispatched, queued at GitHub"
	}
	return " is queued at GitHub"
}

// phaseBefore is the state that the rollback had before the entry.
func phaseBefore(in *timeline.Incident, e *timeline.Entry, number int) timeline.RollbackState {
	var before timeline.RollbackState
	r, _ := in.Rollback(number)
	for _, p := range r.Phases {
		if p.N >= e.N {
			break
		}
		before = p.State
	}
	return before
}

// approvalsAt counts the approvals of one yes up to the entry.
func approvalsAt(in *timeline.Incident, e *timeline.Entry, b timeline.RollbackStep) (given, wanted int) {
	r, ok := in.Rollback(b.Number)
	if !ok {
		return 1, 1
	}
	for _, p := range r.Phases {
		if p.N > e.N {
			break
		}
		en, ok := in.Entry(p.N)
		if !ok {
			continue
		}
		s, ok := en.Body.(timeline.RollbackStep)
		switch {
		case !ok:
		case s.Confirmation > 0:
			given = 0
		case s.Approved:
			given++
		}
	}
	return given, r.Plan.Approvals
}
