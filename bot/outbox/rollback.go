package outbox

import (
	"context"
	"errors"
	"maps"
	"time"

	"backout/templates"
	"backout/timeline"
	"backout/timeline/rollback"
)

// rollbackPost keeps the post about a rollback current.
func (o *Outbox) rollbackPost(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	o.meetRollback(ctx, in, e.N)
	m, ok := templates.RollbackPost(o.Views.View(in), e.N, o.Views)
	if !ok {
		return timeline.Carried(*e), nil
	}
	return o.kept(ctx, e, in, "rollback/"+timeline.RollbackID(e.N), m)
}

// meetRollback learns the names of those who had a hand in it.
func (o *Outbox) meetRollback(ctx context.Context, in *timeline.Incident, number int) {
	rb, ok := in.Rollback(number)
	if !ok {
		return
	}
	ids := []string{rb.Requester}
	for _, p := range rb.Phases {
		if p.Who != timeline.Backout {
			ids = append(ids, p.Who)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, nameWait)
	defer cancel()
	o.Views.Warm(ctx, ids)
}

// preview finds out what a rollback would undo and whether its workflow can do it.
func (o *Outbox) preview(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	rb, ok := in.Rollback(e.N)
	if !ok || rb.State != timeline.RollbackProposed {
		return timeline.Carried(*e), nil
	}
	if o.Forge == nil {
		return rollback.Previewed(*e, rollback.Found{Trouble: noForge}, time.Time{}), nil
	}
	var found rollback.Found
	var due time.Time
	note := func(err error) {
		t := troubleOf(err)
		found.Trouble = t.Sentence
		if !t.Permanent && due.IsZero() {
			due = o.again(e, t)
		}
	}
	var err error
	if found.Workflow, err = o.Forge.Workflows.Inspect(ctx, rb.Plan.Repo, rb.Plan.Workflow, rb.Plan.Ref); err != nil {
		note(err)
	}
	base, head := compared(rb.Plan.To), compared(rb.Plan.From)
	if base != "" && head != "" {
		if found.Facts, err = o.Forge.Changes.Change(ctx, ChangeQuery{Repo: rb.Plan.Repo, Base: base, Head: head}); err != nil {
			note(err)
		}
	}
	return rollback.Previewed(*e, found, due), nil
}

func troubleOf(err error) *timeline.Trouble {
	var t *timeline.Trouble
	if !errors.As(err, &t) {
		t = &timeline.Trouble{Unsure: true, Sentence: "it did not work", Cause: err}
	}
	return t
}

// startRun starts the workflow of a confirmed rollback, once. The intention is in
// the record before the call; a process that finds it there, without knowing what
// became of it, only looks.
func (o *Outbox) startRun(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	rb, ok := in.Rollback(e.N)
	if !ok || o.Forge == nil {
		return rollback.NotStarted(*e, noForge), nil
	}
	if rb.State != timeline.RollbackConfirmed {
		return o.lookFor(ctx, e, rb)
	}
	if run, found, err := o.earlier(ctx, rb); err != nil {
		return rollback.PutBack(*e, o.again(e, troubleOf(err)), troubleOf(err).Sentence), nil
	} else if found {
		return rollback.Started(*e, run), nil
	}
	begun, err := o.Record.Record(ctx, rollback.BeginDispatch(*e))
	if err != nil {
		return timeline.Change{}, err
	}
	if len(begun.Events) == 0 { // taken back meanwhile
		return rollback.Settled(*e), nil
	}
	inputs := map[string]string{rollback.IDInput: rb.ID}
	maps.Copy(inputs, rb.Plan.Inputs)
	run, err := o.Forge.Runs.Dispatch(ctx, Dispatch{Repo: rb.Plan.Repo, Workflow: rb.Plan.Workflow, Ref: rb.Plan.Ref, Inputs: inputs})
	t := troubleOf(err)
	switch {
	case err == nil && run.ID != 0:
		return rollback.Started(*e, run), nil
	case err == nil:
		return rollback.LookAgain(*e, o.opt.Now().Add(first), "GitHub accepted the start, and its run does not show up"), nil
	case t.Unsure:
		o.Log.Warn("it is not known whether a rollback was started; its run is looked for", "effect", e.Key, "error", err)
		return rollback.LookAgain(*e, o.opt.Now().Add(first), t.Sentence), nil
	case t.Permanent:
		return rollback.NotStarted(*e, t.Sentence), nil
	}
	return rollback.PutBack(*e, o.again(e, t), t.Sentence), nil
}

// earlier looks for the runs of confirmations before, of which nobody could tell.
func (o *Outbox) earlier(ctx context.Context, rb timeline.Rollback) (timeline.WorkflowRun, bool, error) {
	begun, _ := rb.When(timeline.RollbackProposed)
	for _, id := range rb.EarlierIDs {
		run, found, err := o.Forge.Runs.FindRun(ctx, rb.Plan.Repo, rb.Plan.Workflow, id, begun.At)
		if err != nil || found {
			return run, found, err
		}
	}
	return timeline.WorkflowRun{}, false, nil
}

// lookMost bounds the growing pauses between two looks.
const lookMost = 15 * time.Second

// lookFor looks for the run of a dispatch that was begun.
func (o *Outbox) lookFor(ctx context.Context, e *timeline.Effect, rb timeline.Rollback) (timeline.Change, error) {
	if rb.State != timeline.RollbackDispatching && rb.State != timeline.RollbackUnclear {
		return rollback.Settled(*e), nil
	}
	begun, _ := rb.Last(timeline.RollbackDispatching)
	run, found, err := o.Forge.Runs.FindRun(ctx, rb.Plan.Repo, rb.Plan.Workflow, rb.ID, begun.At)
	if found && err == nil {
		return rollback.Started(*e, run), nil
	}
	due := o.opt.Now().Add(min(first<<min(e.Attempts, 10), lookMost))
	if err != nil {
		t := troubleOf(err)
		return rollback.LookAgain(*e, o.again(e, t), t.Sentence), nil
	}
	return rollback.LookAgain(*e, due, "GitHub lists no run of it"), nil
}

// Pauses between two looks at a run: short while people watch, longer later.
const (
	followFirst = 2 * time.Second
	followMost  = 15 * time.Second
)

// follow looks at a run and has it looked at again until it has ended.
func (o *Outbox) follow(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	rb, ok := in.Rollback(e.N)
	if !ok || o.Forge == nil {
		return timeline.Carried(*e), nil
	}
	run, err := o.Forge.Runs.Run(ctx, rb.Plan.Repo, rb.Run.ID)
	if err != nil {
		t := troubleOf(err)
		if t.Permanent {
			return rollback.LostRun(*e, t.Sentence), nil
		}
		return timeline.Postponed(*e, o.again(e, t), false), nil
	}
	pause := min(followFirst+time.Duration(e.Attempts)*250*time.Millisecond, followMost)
	return rollback.Followed(*e, run, o.opt.Now().Add(pause)), nil
}

// rerun has the failed jobs run again, unless they do already.
func (o *Outbox) rerun(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	rb, ok := in.Rollback(e.N)
	if !ok || o.Forge == nil || rb.State.Finished() {
		return rollback.Settled(*e), nil
	}
	if e.Unsure {
		run, err := o.Forge.Runs.Run(ctx, rb.Plan.Repo, rb.Run.ID)
		if err != nil || run.Attempt >= rb.Run.Attempt {
			return rollback.Rerunning(*e), err
		}
	}
	err := o.Forge.Runs.Rerun(ctx, rb.Plan.Repo, rb.Run.ID)
	if t := troubleOf(err); err != nil && t.Permanent {
		return rollback.LostRun(*e, t.Sentence), nil
	}
	return rollback.Rerunning(*e), err
}

func (o *Outbox) cancelRun(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	rb, ok := in.Rollback(e.N)
	if !ok || o.Forge == nil || rb.State.Finished() {
		return rollback.Settled(*e), nil
	}
	return timeline.Carried(*e), o.Forge.Runs.Cancel(ctx, rb.Plan.Repo, rb.Run.ID)
}
