package outbox

import (
	"cmp"
	"slices"
	"time"

	"backout/timeline"
)

// idle is how long the loop sleeps when nothing is due; commits wake it earlier.
const idle = time.Minute

// dispatch starts every effect that is due and whose lane is free, and says how
// long until the next one is due.
func (o *Outbox) dispatch() time.Duration {
	effects := o.Owed.Effects()
	slices.SortFunc(effects, func(a, b timeline.Effect) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(a.Incident, b.Incident), cmp.Compare(a.N, b.N), cmp.Compare(a.Key, b.Key))
	})
	wait := idle
	blocked := map[string]bool{}
	for _, e := range effects {
		lane := laneOf(e)
		if blocked[lane] {
			continue
		}
		if d := o.due(e); d > 0 {
			wait = min(wait, d)
			blocked[lane] = true // order within a lane: what comes later waits too
			continue
		}
		if !o.occupy(lane) {
			blocked[lane] = true
			continue
		}
		blocked[lane] = true
		o.work.Go(func() {
			defer o.release(lane)
			// The list was read before the lane was taken: who held it may have
			// carried this very effect out meanwhile.
			o.guarded(func() {
				if now, ok := o.Owed.Owed(e.Key); ok && o.due(now) == 0 {
					o.attempt(now)
				}
			})
		})
	}
	return wait
}

// laneOf names the queue of an effect. Posts to a channel keep their order, what
// else is owed stands alone.
func laneOf(e timeline.Effect) string {
	if e.Kind == timeline.OweNews {
		return timeline.ID(e.Incident) + "/news"
	}
	return e.Key
}

// due is how long the effect has to wait, 0 for not at all.
func (o *Outbox) due(e timeline.Effect) time.Duration {
	now := o.opt.Now()
	d := e.Due.Sub(now)
	if e.Created.Before(o.started) && !reads(e.Kind) {
		d = max(d, o.started.Add(o.opt.InFlight).Sub(now))
	}
	if e.Kind.State() {
		o.mu.Lock()
		last := o.last[e.Key]
		o.mu.Unlock()
		if !last.IsZero() {
			d = max(d, last.Add(o.opt.Settle).Sub(now))
		}
	}
	return max(d, 0)
}

// reads reports kinds that change nothing outside, so that twice is no harm.
func reads(k timeline.EffectKind) bool {
	switch k {
	case timeline.OweSweep, timeline.OweSuspects, timeline.OweFacts, timeline.OwePreview, timeline.OweFollow, timeline.OweLapse:
		return true
	}
	return false
}

// occupy takes the lane if it is free and there is room for one more attempt.
func (o *Outbox) occupy(lane string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.running[lane] || len(o.running) >= o.opt.Parallel {
		return false
	}
	o.running[lane] = true
	return true
}

func (o *Outbox) release(lane string) {
	o.mu.Lock()
	delete(o.running, lane)
	o.mu.Unlock()
	o.wake()
}

// wasSet notes when a state was set last.
func (o *Outbox) wasSet(e timeline.Effect) {
	if !e.Kind.State() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last[e.Key] = o.opt.Now()
}
