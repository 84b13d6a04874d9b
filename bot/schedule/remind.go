package schedule

import (
	"context"
	"slices"
	"time"

	"backout/timeline"
	"backout/timeline/nudges"
)

const (
	// maxAsked bounds the keys that are remembered. They only spare the record
	// questions: what it was asked twice it did once.
	maxAsked = 4096
	// rest is how long a resolved incident is not looked at again. Its summary does
	// not say whether people put its reminder off or stopped it, and reading the
	// incident every minute would push others out of memory.
	rest = 10 * time.Minute
)

// remind gives the reminders of incidents.
func (s *Schedule) remind(ctx context.Context, now time.Time) error {
	for _, sum := range s.record.Summaries() {
		if !s.wantsLook(sum, now) {
			continue
		}
		in, err := s.record.Incident(ctx, sum.Number)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			s.opt.Log.Error("the reminders of an incident are not known; it is tried again at the next tick", "incident", sum.ID(), "error", err)
			continue
		}
		for _, d := range nudges.Of(in, s.opt.Nudges, now) {
			err := s.give(ctx, d, now)
			if hopeless(err) {
				return err
			}
			if err != nil {
				s.opt.Log.Error("a reminder was refused", "key", d.Key, "error", err)
			}
		}
		if !sum.Status.Open() {
			s.rests[sum.Number] = restOf(in, now)
		}
	}
	return nil
}

// restOf is when a resolved incident is looked at again: soon, and not later than
// the instant that its reminder was put off to.
func restOf(in *timeline.Incident, now time.Time) time.Time {
	next := now.Add(rest)
	for _, about := range []timeline.NudgeKind{timeline.NudgePostmortem, timeline.NudgeReview} {
		if until := in.Nudges[about].Until; until.After(now) && until.Before(next) {
			next = until
		}
	}
	return next
}

// wantsLook reports whether an incident is to be loaded: each open one, and those
// that are resolved when their postmortem may be due.
func (s *Schedule) wantsLook(sum timeline.Summary, now time.Time) bool {
	if !sum.Status.Open() {
		if nudges.Afterwards(sum, s.opt.Nudges, now) {
			return !now.Before(s.rests[sum.Number])
		}
	}
	delete(s.rests, sum.Number)
	return sum.Status.Open()
}

// give records a reminder, unless it is not due any more when the record comes to
// it.
func (s *Schedule) give(ctx context.Context, d nudges.Due, now time.Time) error {
	if s.asked[d.Key] {
		return nil
	}
	c := timeline.Nudge(d.Key, d.Incident, d.About)
	nudge := c.Decide
	c.Decide = func(tx *timeline.Tx) error {
		in, err := tx.Incident(d.Incident)
		if err != nil {
			return err
		}
		still := func(o nudges.Due) bool { return o.Key == d.Key }
		if !slices.ContainsFunc(nudges.Of(in, s.opt.Nudges, now), still) {
			return nil
		}
		return nudge(tx)
	}
	out, err := s.record.Record(ctx, c)
	if err != nil || len(out.Events) == 0 && !out.Repeated {
		return err
	}
	if len(s.asked) >= maxAsked {
		clear(s.asked)
	}
	s.asked[d.Key] = true
	if !out.Repeated {
		s.opt.Meter.Count("backout_reminders_total", string(d.About))
	}
	return nil
}
