package nudges

import (
	"fmt"
	"time"

	"backout/timeline"
)

// Policy is how long what may take before people are reminded; 0, or a severity
// that is not named, turns a reminder off.
type Policy struct {
	// Update is the longest silence towards stakeholders, by severity. A promise of
	// a next update is held against its giver at every severity, unless none is
	// named here at all.
	Update map[string]time.Duration
	// NoLead is how long an incident may be without a lead.
	NoLead time.Duration
	// Quiet is how long nobody may write into the channel.
	Quiet time.Duration
	// Postmortem is how long after the end the document may take.
	Postmortem time.Duration
	// Review is how long after the end the document may stay unfinished. Who is
	// reminded of it is reminded again each week, five times.
	Review time.Duration
	// Stale is how long an open incident may see nobody do anything.
	Stale time.Duration
}

// reach is how far back a reminder for a postmortem may lie. What is older was
// decided by not writing it, or ended before Backout could remind of it.
const reach = 14 * 24 * time.Hour

// An unfinished document is reminded of again after reviewEvery, until reviewReach
// after it was due: what nobody finished by then was decided.
const (
	reviewEvery = 7 * 24 * time.Hour
	reviewReach = 5 * reviewEvery
)

// Due is a reminder that is due.
type Due struct {
	Incident int
	About    timeline.NudgeKind
	// At is when it became due.
	At time.Time
	// Key names it for ever.
	Key string
}

// Of gives the reminders of an incident that are due at now. One without a
// channel has none: there is nowhere to say it.
func Of(in *timeline.Incident, p Policy, now time.Time) []Due {
	if in.Channel.ID == "" {
		return nil
	}
	var out []Due
	var h *history
	for _, r := range rules() {
		if !r.in(in.Status) {
			continue
		}
		if h == nil {
			h = historyOf(in)
		}
		w, ok := r.wait(in, h, p, h.entered(r.in))
		if !ok {
			continue
		}
		at, ok := w.next(in.Nudges[r.about])
		if !ok || at.After(now) || r.about == timeline.NudgePostmortem && now.Sub(at) > reach || r.about == timeline.NudgeReview && now.Sub(w.first) > reviewReach {
			continue
		}
		out = append(out, due(in.Number, r.about, at))
	}
	return out
}

// Afterwards reports whether a resolved incident may be due a reminder of its
// postmortem. A summary does not know whether it was given, put off or stopped: who
// wants to know loads the incident and asks [Of].
func Afterwards(s timeline.Summary, p Policy, now time.Time) bool {
	resolved := s.Moments.Resolved
	if s.Status != timeline.Resolved || s.Drill || s.Channel.ID == "" || !resolved.Set() {
		return false
	}
	within := func(after, reach time.Duration) bool {
		at := resolved.At.Add(after)
		return after > 0 && !at.After(now) && now.Sub(at) <= reach
	}
	return within(p.Postmortem, reach) || s.Review != timeline.ReviewDone && within(p.Review, reviewReach)
}

func due(number int, about timeline.NudgeKind, at time.Time) Due {
	return Due{Incident: number, About: about, At: at.UTC(), Key: fmt.Sprintf("nudge:%s:%s:%d", timeline.ID(number), about, at.Unix())}
}

// wait is how an occasion is waited for.
type wait struct {
	// since is when the occasion began, first when the reminder is due.
	since, first time.Time
	// every is after how long it is given again; 0 is once.
	every time.Duration
}

// next gives when the reminder is due, given how people want to be reminded, and
// false when it is not due any more.
func (w wait) next(s timeline.NudgeState) (time.Time, bool) {
	at := w.first
	if s.Last.After(w.since) {
		switch {
		case w.every > 0:
			at = s.Last.Add(w.every)
		case s.Until.After(s.Last): // put off after it was given: wanted again
			at = s.Until
		default:
			return time.Time{}, false
		}
	}
	if s.Until.After(at) {
		at = s.Until
	}
	return at, !s.Stopped
}

func latest(ts ...time.Time) time.Time {
	var out time.Time
	for _, t := range ts {
		if t.After(out) {
			out = t
		}
	}
	return out
}
