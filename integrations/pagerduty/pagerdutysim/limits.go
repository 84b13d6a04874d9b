package pagerdutysim

import (
	"strconv"
	"sync"
	"time"
)

// limits count on real time. They have their own lock.
type limits struct {
	mu      sync.Mutex
	windows map[string]*window
	events  map[string][]time.Time
}

// window is one minute of one limit.
type window struct {
	used  int
	reset time.Time
}

// budget is what is left of the limit that is closest to being reached.
type budget struct {
	over             bool
	limit, remaining int
	reset            time.Duration
}

// stamp sets the ratelimit headers.
func (b budget) stamp(r *reply) {
	if b.limit == 0 {
		return
	}
	r.set("ratelimit-limit", strconv.Itoa(b.limit))
	r.set("ratelimit-remaining", strconv.Itoa(b.remaining))
	r.set("ratelimit-reset", seconds(b.reset))
}

// spend takes a REST call from the limit of its key and from that of its
// operation, or from none when one of them is reached.
func (l *limits) spend(key string, rt *route, o Options) budget {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := []struct {
		name  string
		limit int
	}{{key, o.Limit}}
	if rt != nil && rt.limit != "" {
		// Limits of operations belong to the account, whatever the key.
		n := o.IncidentLimit
		if rt.limit == onCalls {
			n = o.OnCallLimit
		}
		list = append(list, struct {
			name  string
			limit int
		}{rt.limit, n})
	}
	now := time.Now()
	var least budget
	for _, one := range list {
		w := l.of(one.name, now, o)
		b := budget{over: w.used >= one.limit, limit: one.limit, remaining: max(0, one.limit-w.used-1), reset: w.reset.Sub(now)}
		if least.limit == 0 || b.over && !least.over || b.over == least.over && b.remaining < least.remaining {
			least = b
		}
	}
	if !least.over {
		for _, one := range list {
			l.of(one.name, now, o).used++
		}
	}
	return least
}

func (l *limits) of(name string, now time.Time, o Options) *window {
	if l.windows == nil {
		l.windows = map[string]*window{}
	}
	w := l.windows[name]
	if w == nil || !now.Before(w.reset) {
		w = &window{reset: now.Add(o.LimitWindow)}
		l.windows[name] = w
	}
	return w
}

// event takes an event from the limit of its integration. Unlike the others it
// looks back from now.
func (l *limits) event(key string, o Options) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.events == nil {
		l.events = map[string][]time.Time{}
	}
	now := time.Now()
	recent := l.events[key]
	for len(recent) > 0 && now.Sub(recent[0]) >= o.LimitWindow {
		recent = recent[1:]
	}
	fits := len(recent) < o.EventLimit
	if fits {
		recent = append(recent, now)
	}
	l.events[key] = recent
	return fits
}
