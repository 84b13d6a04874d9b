package rollback

import (
	"slices"
	"time"

	"backout/timeline"
)

// Times of the machine.
const (
	// Patience is how long a proposal waits for a yes, and a yes for approvals.
	Patience = 30 * time.Minute
	// LookFor is how long a dispatch whose outcome is not known is looked for before
	// a person is asked.
	LookFor = 90 * time.Second
	// Deadline is when a run that has not ended is called overdue.
	Deadline = 30 * time.Minute
)

// may lists what may follow a state.
func may(from timeline.RollbackState) []timeline.RollbackState {
	const (
		proposed    = timeline.RollbackProposed
		awaiting    = timeline.RollbackAwaiting
		confirmed   = timeline.RollbackConfirmed
		dispatching = timeline.RollbackDispatching
		unclear     = timeline.RollbackUnclear
		queued      = timeline.RollbackQueued
		waiting     = timeline.RollbackWaiting
		running     = timeline.RollbackRunning
		overdue     = timeline.RollbackOverdue
		succeeded   = timeline.RollbackSucceeded
		failed      = timeline.RollbackFailed
		cancelled   = timeline.RollbackCancelled
	)
	switch from {
	case "":
		return []timeline.RollbackState{proposed}
	case proposed:
		return []timeline.RollbackState{awaiting, confirmed, cancelled}
	case awaiting:
		return []timeline.RollbackState{awaiting, confirmed, cancelled}
	case confirmed: // a dispatch of an earlier confirmation may turn up
		return []timeline.RollbackState{dispatching, queued, cancelled}
	case dispatching: // confirmed again when GitHub proves that it did nothing
		return []timeline.RollbackState{confirmed, queued, unclear, failed}
	case unclear:
		return []timeline.RollbackState{awaiting, confirmed, queued, cancelled}
	case queued, waiting, running:
		return []timeline.RollbackState{queued, waiting, running, overdue, succeeded, failed, cancelled}
	case overdue:
		return []timeline.RollbackState{succeeded, failed, cancelled}
	case failed: // the failed jobs are run again
		return []timeline.RollbackState{queued}
	}
	return nil
}

// Legal reports whether a rollback may go from one state to another.
func Legal(from, to timeline.RollbackState) bool { return slices.Contains(may(from), to) }

// stateOf gives the state that a run's status and conclusion mean. Words that we
// do not know are no success.
func stateOf(run timeline.WorkflowRun) timeline.RollbackState {
	switch run.Status {
	case "completed":
		switch run.Conclusion {
		case "success":
			return timeline.RollbackSucceeded
		case "cancelled":
			return timeline.RollbackCancelled
		}
		return timeline.RollbackFailed
	case "waiting":
		return timeline.RollbackWaiting
	case "in_progress":
		return timeline.RollbackRunning
	}
	return timeline.RollbackQueued
}

// step records a phase, owes the living post and the card anew, and reports the
// number of the entry. A phase that may not follow is not recorded: the state
// went on meanwhile.
func step(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback, who string, s timeline.RollbackStep) bool {
	if !Legal(rb.State, s.State) {
		return false
	}
	src := timeline.Source{}
	switch {
	case s.Run != nil:
		src.Link = s.Run.Link
	case rb.Run.Link != "":
		src.Link = rb.Run.Link
	}
	tx.Add(in.Number, who, time.Time{}, src, s)
	show(tx, in, rb.Number)
	return true
}

// show owes the living post and the card anew.
func show(tx *timeline.Tx, in *timeline.Incident, number int) {
	tx.Owe(timeline.Effect{Kind: timeline.OweRollbackPost, Incident: in.Number, N: number})
	tx.Refresh(in)
}

// lapse owes the end of the patience with a proposal, counted from now.
func lapse(tx *timeline.Tx, in *timeline.Incident, number int) {
	e := timeline.Effect{Kind: timeline.OweLapse, Incident: in.Number, N: number, Due: tx.Now().Add(Patience)}
	tx.Owe(e)
}

// on makes a change about a rollback of an incident.
func on(key string, incident, number int, rule func(*timeline.Tx, *timeline.Incident, timeline.Rollback) error) timeline.Change {
	return timeline.Change{Key: key, Decide: func(tx *timeline.Tx) error {
		in, err := tx.Incident(incident)
		if err != nil {
			return err
		}
		rb, ok := in.Rollback(number)
		if !ok {
			return timeline.Refuse(timeline.NotFound, "There is no rollback "+timeline.RollbackID(number)+" of "+in.ID()+".", "/incident rollback proposes one.")
		}
		return rule(tx, in, rb)
	}}
}
