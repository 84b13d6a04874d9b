package slack

import (
	"testing"
	"time"

	"golang.org/x/time/rate"
)

// TestCallersThatAreSentAwayUseAllThatSlackAllows has fifty channels wanted at one
// moment, each asking again when it was told to.
func TestCallersThatAreSentAwayUseAllThatSlackAllows(t *testing.T) {
	const callers, burst, perMinute = 50, 8, 12
	now := time.Unix(1_700_000_000, 0)
	begun := now
	q := &queue{now: func() time.Time { return now }, limiter: rate.NewLimiter(rate.Limit(float64(perMinute)/60), burst)}
	due := make([]time.Time, callers)
	for i := range due {
		due[i] = now
	}
	asked := 0
	for through := 0; through < callers; {
		for i, at := range due {
			if at.IsZero() || at.After(now) {
				continue
			}
			asked++
			if d := q.try(); d > 0 {
				due[i] = now.Add(d)
				continue
			}
			due[i] = time.Time{}
			through++
		}
		now = now.Add(50 * time.Millisecond)
	}
	least := (callers - burst) * time.Minute / perMinute
	if took := now.Sub(begun); took > least+time.Second {
		t.Errorf("took %v, Slack allows it in %v", took, least)
	}
	if asked > 2*callers {
		t.Errorf("%d callers asked %d times", callers, asked)
	}
}

// TestCallersThatDoNotComeBackHoldUpNobody: times that were given away and not
// used count no longer once there is room.
func TestCallersThatDoNotComeBackHoldUpNobody(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	q := &queue{now: func() time.Time { return now }, limiter: rate.NewLimiter(1, 2)}
	for range 100 {
		q.try()
	}
	now = now.Add(3 * time.Second)
	for range 2 {
		if d := q.try(); d != 0 {
			t.Errorf("has to wait %v", d)
		}
	}
	if d := q.try(); d > 2*time.Second {
		t.Errorf("the next has to wait %v", d)
	}
}
