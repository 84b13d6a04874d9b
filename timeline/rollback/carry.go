package rollback

import (
	"fmt"
	"strings"
	"time"

	"backout/timeline"
)

// owed makes a change about an effect of a rollback that is still owed.
func owed(e timeline.Effect, rule func(tx *timeline.Tx, now timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error) timeline.Change {
	return timeline.Change{Decide: func(tx *timeline.Tx) error {
		now, ok := tx.Owed(e.Key)
		if !ok {
			return nil
		}
		in, err := tx.Incident(e.Incident)
		if err != nil {
			return err
		}
		rb, ok := in.Rollback(e.N)
		if !ok {
			tx.SettleNow(e.Key)
			return nil
		}
		return rule(tx, now, in, rb)
	}}
}

// current reports whether a dispatch effect belongs to the confirmation that
// holds.
func current(e timeline.Effect, rb timeline.Rollback) bool {
	return e.Key == dispatchKey(e.Incident, e.N, rb.Confirmation)
}

// BeginDispatch records the intention to dispatch, before the call. The change
// makes no event when the dispatch must not take place: when it was begun
// already, was taken back, or belongs to an earlier confirmation.
func BeginDispatch(e timeline.Effect) timeline.Change {
	return owed(e, func(tx *timeline.Tx, _ timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error {
		if rb.State == timeline.RollbackConfirmed && current(e, rb) {
			step(tx, in, rb, timeline.Backout, timeline.RollbackStep{Number: rb.Number, State: timeline.RollbackDispatching})
		}
		return nil
	})
}

// Started records the run that a dispatch led to and owes to follow it.
func Started(e timeline.Effect, run timeline.WorkflowRun) timeline.Change {
	return owed(e, func(tx *timeline.Tx, _ timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error {
		tx.SettleNow(e.Key)
		if !current(e, rb) {
			return nil
		}
		run.Attempt = max(run.Attempt, 1)
		if step(tx, in, rb, timeline.Backout, timeline.RollbackStep{Number: rb.Number, State: timeline.RollbackQueued, Run: &run}) {
			follow(tx, in, rb.Number, tx.Now())
		}
		return nil
	})
}

func follow(tx *timeline.Tx, in *timeline.Incident, number int, due time.Time) {
	tx.Owe(timeline.Effect{Kind: timeline.OweFollow, Incident: in.Number, N: number, Due: due})
}

// NotStarted records that GitHub refused the dispatch, which was not performed.
func NotStarted(e timeline.Effect, reason string) timeline.Change {
	return owed(e, func(tx *timeline.Tx, _ timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error {
		tx.SettleNow(e.Key)
		if current(e, rb) {
			step(tx, in, rb, timeline.Backout, timeline.RollbackStep{Number: rb.Number, State: timeline.RollbackFailed, Reason: reason})
		}
		return nil
	})
}

// PutBack records that GitHub asked to wait and did nothing: the same
// confirmation is dispatched then.
func PutBack(e timeline.Effect, due time.Time, reason string) timeline.Change {
	return owed(e, func(tx *timeline.Tx, now timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error {
		if !current(e, rb) {
			tx.SettleNow(e.Key)
			return nil
		}
		if rb.State == timeline.RollbackDispatching {
			step(tx, in, rb, timeline.Backout, timeline.RollbackStep{Number: rb.Number, State: timeline.RollbackConfirmed, Reason: reason})
		}
		now.Due, now.Attempts, now.Unsure = due.UTC(), 0, false
		tx.Put(now)
		return nil
	})
}

// LookAgain has the run of a dispatch looked for later. Once that has gone on for
// LookFor a person is asked; it is looked for all the same until Deadline.
func LookAgain(e timeline.Effect, due time.Time, reason string) timeline.Change {
	return owed(e, func(tx *timeline.Tx, now timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error {
		if rb.State == timeline.RollbackConfirmed && current(e, rb) { // it was not begun
			now.Due, now.Attempts = due.UTC(), e.Attempts+1
			tx.Put(now)
			return nil
		}
		begun, ok := rb.Last(timeline.RollbackDispatching)
		waited := tx.Now().Sub(begun.At)
		if !current(e, rb) || !ok || waited > Deadline {
			tx.SettleNow(e.Key)
			return nil
		}
		if rb.State == timeline.RollbackDispatching && waited >= LookFor {
			step(tx, in, rb, timeline.Backout, timeline.RollbackStep{Number: rb.Number, State: timeline.RollbackUnclear, Reason: reason})
		}
		now.Due, now.Attempts = due.UTC(), e.Attempts+1
		tx.Put(now)
		return nil
	})
}

// Followed records how a run stands. While it has not ended it is looked at again
// at due. A run of an earlier attempt says nothing about the one asked for.
func Followed(e timeline.Effect, run timeline.WorkflowRun, due time.Time) timeline.Change {
	return owed(e, func(tx *timeline.Tx, now timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error {
		if rb.State.Finished() {
			tx.SettleNow(e.Key)
			return nil
		}
		next := stateOf(run)
		if run.Attempt >= rb.Run.Attempt {
			if err := progress(tx, in, rb, run, next); err != nil {
				return err
			}
		} else {
			next = rb.State
		}
		if next.Finished() {
			settle(tx, in, rb)
			return nil
		}
		now.Due, now.Attempts, now.Unsure = due.UTC(), e.Attempts+1, false
		tx.Put(now)
		return nil
	})
}

// progress records what is new of a run.
func progress(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback, run timeline.WorkflowRun, next timeline.RollbackState) error {
	s := timeline.RollbackStep{Number: rb.Number, State: next, Run: &run}
	late := false
	if begun, ok := rb.Last(timeline.RollbackQueued); ok {
		late = tx.Now().Sub(begun.At) >= Deadline
	}
	switch {
	case next == timeline.RollbackSucceeded:
		step(tx, in, rb, timeline.Backout, s)
		return succeeded(tx, in, rb, run)
	case next.Finished():
		s.Reason = failure(run)
		step(tx, in, rb, timeline.Backout, s)
	case late && rb.State != timeline.RollbackOverdue:
		s.State, s.Reason = timeline.RollbackOverdue, fmt.Sprintf("the run has not ended after %d min", int(Deadline.Minutes()))
		step(tx, in, rb, timeline.Backout, s)
	case next != rb.State && rb.State != timeline.RollbackOverdue:
		step(tx, in, rb, timeline.Backout, s)
	case !run.Same(rb.Run):
		tx.Add(in.Number, timeline.Backout, time.Time{}, timeline.Source{Link: run.Link}, timeline.RollbackNoted{Number: rb.Number, Run: &run})
		show(tx, in, rb.Number)
	}
	return nil
}

// failure names the jobs that failed.
func failure(run timeline.WorkflowRun) string {
	var names []string
	for _, j := range run.FailedJobs() {
		name := j.Name
		if j.Step != "" {
			name += " (" + j.Step + ")"
		}
		names = append(names, name)
	}
	how := strings.ReplaceAll(run.Conclusion, "_", " ")
	switch {
	case len(names) == 0 && how == "":
		return "the run ended without a result"
	case len(names) == 0:
		return "the run ended as " + how
	}
	return "the run ended as " + how + ": " + list(names)
}

// succeeded records the deploy of the old version, and that those after it are
// undone.
func succeeded(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback, run timeline.WorkflowRun) error {
	ref := timeline.RollbackRef{Incident: in.Number, Number: rb.Number}
	started, finished := run.Created, run.Updated
	if started.IsZero() || finished.IsZero() || finished.Before(started) {
		started, finished = tx.Now(), tx.Now()
	}
	report := timeline.DeployReport{
		Source:  timeline.DeploySource{Name: "rollback", ID: fmt.Sprintf("%s/%s/%d", in.ID(), timeline.RollbackID(rb.Number), rb.Confirmation), URL: run.Link},
		Service: rb.Plan.Service, Environment: rb.Plan.Environment, Version: rb.Plan.To.Version, SHA: rb.Plan.To.SHA, Ref: rb.Plan.To.Ref,
		By: rb.ConfirmedBy, State: timeline.DeploySucceeded, Stage: timeline.FullStage,
		Started: started, Finished: finished, URL: run.Link, Run: timeline.RunRef{Repo: rb.Plan.Repo, ID: run.ID},
	}
	history, err := tx.DeploysOf(rb.Plan.Service, rb.Plan.Environment)
	if err != nil {
		return err
	}
	for _, d := range history {
		if d.Rollback.IsZero() && d.Undone.IsZero() && d.State == timeline.DeploySucceeded &&
			d.At().After(rb.Plan.To.At()) && !d.At().After(rb.Plan.From.At()) && d.Number != rb.Plan.To.Number {
			if err := tx.MarkUndone(d.Number, ref); err != nil {
				return err
			}
		}
	}
	_, err = tx.Report(report, ref)
	return err
}

// Settled takes back an effect that is of no use any more.
func Settled(e timeline.Effect) timeline.Change {
	return owed(e, func(tx *timeline.Tx, _ timeline.Effect, _ *timeline.Incident, _ timeline.Rollback) error {
		tx.SettleNow(e.Key)
		return nil
	})
}

// LostRun records that the run cannot be read any more.
func LostRun(e timeline.Effect, reason string) timeline.Change {
	return owed(e, func(tx *timeline.Tx, _ timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error {
		settle(tx, in, rb)
		step(tx, in, rb, timeline.Backout, timeline.RollbackStep{Number: rb.Number, State: timeline.RollbackFailed, Reason: reason})
		return nil
	})
}

// Rerunning records that the failed jobs run again, and owes to follow them.
func Rerunning(e timeline.Effect) timeline.Change {
	return owed(e, func(tx *timeline.Tx, _ timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error {
		tx.SettleNow(e.Key)
		if !rb.State.Finished() {
			follow(tx, in, rb.Number, tx.Now())
		}
		return nil
	})
}

// Lapsed ends a proposal that nobody confirmed, or a yes that nobody approved.
func Lapsed(e timeline.Effect) timeline.Change {
	return owed(e, func(tx *timeline.Tx, _ timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error {
		tx.SettleNow(e.Key)
		reason := ""
		switch rb.State {
		case timeline.RollbackProposed:
			reason = fmt.Sprintf("nobody confirmed it within %d min", int(Patience.Minutes()))
		case timeline.RollbackAwaiting:
			reason = fmt.Sprintf("nobody approved it within %d min", int(Patience.Minutes()))
		default:
			return nil
		}
		if step(tx, in, rb, timeline.Backout, timeline.RollbackStep{Number: rb.Number, State: timeline.RollbackCancelled, Reason: reason}) {
			settle(tx, in, rb)
		}
		return nil
	})
}
