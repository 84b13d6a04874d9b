package outbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"backout/integrations/foreign"
	"backout/timeline"
	"backout/timeline/rollback"
)

// Delays of repeated attempts when the outside names none: doubling from first
// to most, with up to half of it taken off at random so that effects that failed
// together do not come back together.
const (
	first       = time.Second
	most        = 5 * time.Minute
	maxAttempts = 60
)

// attempt performs one effect once and records how that ended. The record's
// trouble leaves the effect owed: it is found, and looked for, again.
func (o *Outbox) attempt(e timeline.Effect) {
	defer o.wasSet(e)
	ctx, cancel := context.WithTimeout(o.ctx, o.opt.Timeout)
	defer cancel()
	if o.maybeDone(e) {
		e.Unsure = true
	}
	change, err := o.contained(ctx, &e)
	if err != nil {
		change = o.judge(e, err)
	}
	o.Meter.Count("backout_effects_total", string(e.Kind), verdict(err))
	// The result is recorded even when the attempt used up its time.
	rctx, rcancel := context.WithTimeout(context.WithoutCancel(ctx), o.opt.Timeout)
	defer rcancel()
	if _, err := o.Record.Record(rctx, change); err != nil {
		o.Log.Error("the result of an effect was not recorded; it will be looked for again", "effect", e.Key, "error", err)
		o.pause(rctx)
		return
	}
	o.mu.Lock()
	delete(o.unrecorded, e.Key)
	o.mu.Unlock()
}

// maybeDone reports whether an attempt may have been made whose result was not
// recorded: by a process before us, or by us while the store failed. It notes
// the attempt that begins now.
func (o *Outbox) maybeDone(e timeline.Effect) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := o.unrecorded[e.Key]
	o.unrecorded[e.Key] = true
	return before || e.Created.Before(o.started)
}

// pause keeps a store that cannot be written from being asked in a tight loop.
func (o *Outbox) pause(ctx context.Context) {
	select {
	case <-time.After(first):
	case <-o.quit:
	case <-ctx.Done():
	}
}

// contained carries the effect out; a panic ends this effect and nothing else.
func (o *Outbox) contained(ctx context.Context, e *timeline.Effect) (c timeline.Change, err error) {
	defer func() {
		if p := recover(); p != nil {
			o.Log.Error("an effect panicked", "effect", e.Key, "panic", foreign.Fault(p), "stack", string(debug.Stack()))
			o.Meter.Count("backout_panics_total", "effect")
			err = &timeline.Trouble{Permanent: true, Sentence: "Backout has a fault in this step; the log has the details"}
		}
	}()
	return o.carryOut(ctx, e)
}

// guarded does work around attempts; a fault there leaves what is owed owed.
func (o *Outbox) guarded(do func()) {
	defer func() {
		if p := recover(); p != nil {
			o.Log.Error("a fault of the outbox was contained", "panic", foreign.Fault(p), "stack", string(debug.Stack()))
			o.Meter.Count("backout_panics_total", "outbox")
		}
	}()
	do()
}

// judge turns an error into what is recorded: again, or never.
func (o *Outbox) judge(e timeline.Effect, err error) timeline.Change {
	var t *timeline.Trouble
	if !errors.As(err, &t) {
		t = &timeline.Trouble{Unsure: true, Sentence: "it did not work", Cause: err}
	}
	switch {
	case e.Kind == timeline.OweDispatch:
		// Whatever failed here, the workflow may run: it is looked for, and a person
		// is asked; nobody may give that up silently.
		o.Log.Error("a dispatch ended in a way that nobody foresaw; its run is looked for", "effect", e.Key, "error", err)
		return rollback.LookAgain(e, o.opt.Now().Add(backoff(e.Attempts)), t.Sentence)
	case t.Permanent, e.Attempts+1 >= maxAttempts:
		o.Log.Warn("a step was given up", "effect", e.Key, "error", err)
		return timeline.GivenUp(e, t.Sentence)
	default:
		delay := t.After
		if delay == 0 {
			delay = backoff(e.Attempts)
		} else if !t.Unsure {
			e.Attempts-- // being asked to wait is no failure, however often
		}
		o.Log.Info("a step is tried again", "effect", e.Key, "in", delay.String(), "unsure", t.Unsure, "error", err)
		if e.Kind == timeline.OwePage {
			return timeline.PageDelayed(e, o.opt.Now().Add(delay), e.Unsure || t.Unsure, t.Sentence)
		}
		return timeline.Postponed(e, o.opt.Now().Add(delay), e.Unsure || t.Unsure)
	}
}

func backoff(attempts int) time.Duration {
	d := first << min(attempts, 12)
	d = min(d, most)
	return d - time.Duration(rand.Int64N(int64(d)/2+1))
}

func verdict(err error) string {
	var t *timeline.Trouble
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &t) && t.Permanent:
		return "never"
	}
	return "again"
}
