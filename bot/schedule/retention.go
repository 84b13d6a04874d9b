package schedule

import (
	"context"
	"time"

	"backout/timeline"
)

// atOnce bounds how many incidents expire in one tick, so that a first one, with
// years behind it, does not keep the record from what people do.
const atOnce = 20

// expire erases the words of messages that were kept long enough.
func (s *Schedule) expire(ctx context.Context, now time.Time) error {
	if s.opt.Retention <= 0 {
		return nil
	}
	before, left := now.Add(-s.opt.Retention), atOnce
	for _, sum := range s.record.Summaries() {
		if sum.Expired || sum.Ended.IsZero() || !sum.Ended.Before(before) {
			continue
		}
		if left--; left < 0 {
			return nil
		}
		if _, err := s.record.Record(ctx, timeline.Expire(sum.Number, before)); err != nil {
			return err
		}
		s.opt.Meter.Count("backout_expired_total")
		s.opt.Log.Info("the words of an incident's messages were kept long enough and are erased", "incident", sum.ID())
	}
	return nil
}
