package schedule

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/robfig/cron/v3"

	"backout/timeline"
)

// reach is how old a due time may be and still be made up for.
const reach = 3 * 24 * time.Hour

// What cron lines are for; part of the record's keys.
const (
	whatDigest    = "digest"
	whatFollowUps = "follow_ups"
	whatBackup    = "backup"
)

// line is a cron line and what it is for.
type line struct {
	what string
	due  cron.Schedule
	// do gives what is owed for the due time.
	do func(ctx context.Context, due, now time.Time) ([]timeline.Effect, error)
	// done is the newest due time that is known to be recorded.
	done time.Time
}

// newest gives the newest due time that is not known to be recorded.
func (l *line) newest(now time.Time) (due time.Time, ok bool) {
	from := now.Add(-reach - time.Nanosecond) // Next gives what comes after it
	if l.done.After(from) {
		from = l.done
	}
	for t := l.due.Next(from); !t.IsZero() && !t.After(now); t = l.due.Next(t) {
		due, ok = t, true
	}
	return due, ok
}

// run does what the line is for, if that is due, and records it. Having nothing
// to say is recorded as well, or it would be said when there is something.
func (s *Schedule) run(ctx context.Context, l *line, now time.Time) error {
	due, ok := l.newest(now)
	if !ok {
		return nil
	}
	effects, err := l.do(ctx, due, now)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("cron:%s:%d", l.what, due.Unix())
	out, err := s.record.Record(ctx, timeline.Remind(key, l.what, due, effects...))
	if err != nil {
		return err
	}
	l.done = due
	if !out.Repeated {
		for range effects {
			s.opt.Meter.Count("backout_reminders_total", l.what)
		}
	}
	return nil
}

// digest is owed when there is something to say in public, and a place for it.
func (s *Schedule) digest(context.Context, time.Time, time.Time) ([]timeline.Effect, error) {
	public := func(sum timeline.Summary) bool { return sum.Status.Open() && !sum.Private && !sum.Drill }
	if !s.opt.Announce || !slices.ContainsFunc(s.record.Summaries(), public) {
		return nil, nil
	}
	return []timeline.Effect{{Kind: timeline.OweDigest}}, nil
}

// followUps are owed to each owner of one that is due today or was before, on
// whatever incident: only the owner reads it.
func (s *Schedule) followUps(_ context.Context, _, now time.Time) ([]timeline.Effect, error) {
	today := now.Format(time.DateOnly)
	owners := map[string]bool{}
	for _, sum := range s.record.Summaries() {
		if sum.Drill {
			continue
		}
		for _, f := range sum.FollowUps {
			if f.State == timeline.FollowUpOpen && f.Owner != "" && f.Due != "" && f.Due <= today {
				owners[f.Owner] = true
			}
		}
	}
	var out []timeline.Effect
	for _, owner := range slices.Sorted(maps.Keys(owners)) {
		out = append(out, timeline.Effect{Kind: timeline.OweFollowUps, Users: []string{owner}})
	}
	return out, nil
}
