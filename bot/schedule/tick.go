package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/robfig/cron/v3"

	"backout/integrations/foreign"
	"backout/timeline"
)

// newCron makes what ticks: at each full minute, never twice at once. Recover
// stands inside SkipIfStillRunning, which would otherwise not notice that a run
// ended in a panic, and skip for ever.
func newCron(log *slog.Logger, tick func()) *cron.Cron {
	l := cronLog{log}
	c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(l), cron.WithChain(cron.SkipIfStillRunning(l), cron.Recover(l)))
	c.Schedule(everyMinute{}, cron.FuncJob(tick))
	return c
}

// everyMinute comes due at each full minute.
type everyMinute struct{}

// Next gives the full minute after t.
func (everyMinute) Next(t time.Time) time.Time { return t.Truncate(time.Minute).Add(time.Minute) }

// cronLog has cron's words in our log. What it calls information is said at every
// tick.
type cronLog struct{ log *slog.Logger }

// Info is told what cron does.
func (l cronLog) Info(msg string, keysAndValues ...any) {
	l.log.Debug("cron ticks", "doing", msg, "details", fmt.Sprint(keysAndValues...))
}

// Error is told what failed in cron.
func (l cronLog) Error(err error, msg string, keysAndValues ...any) {
	l.log.Error("a tick of cron failed", "doing", msg, "error", err, "details", fmt.Sprint(keysAndValues...))
}

// contained does one part of a tick. What fails there, panics included, ends that
// part and is met again at the next tick.
func (s *Schedule) contained(ctx context.Context, what string, do func() error) {
	if ctx.Err() != nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			s.opt.Log.Error("a part of the schedule panicked", "part", what, "panic", foreign.Fault(p), "stack", string(debug.Stack()))
			s.opt.Meter.Count("backout_panics_total", "schedule")
		}
	}()
	switch err := do(); {
	case err == nil:
	case ctx.Err() != nil, errors.Is(err, timeline.ErrStopped):
		s.opt.Log.Info("a part of the schedule waits for the next start", "part", what, "error", err)
	default:
		s.opt.Log.Error("a part of the schedule failed; it is tried again at the next tick", "part", what, "error", err)
	}
}

// hopeless reports whether nothing more can be recorded in this tick.
func hopeless(err error) bool {
	return errors.Is(err, timeline.ErrStore) || errors.Is(err, timeline.ErrStopped) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
