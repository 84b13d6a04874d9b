package slacksim

import (
	"sync"
	"time"
)

// Calls per minute of each tier ("Rate limits"). The documentation says "20+";
// a strict Slack stops at the number. Special methods stand at several hundred.
const (
	tier2   = 20
	tier3   = 50
	tier4   = 100
	special = 600
)

// postBurst is how many messages a channel takes at once before one per second
// holds: Slack tolerates bursts without saying how long.
const postBurst = 10

// limits counts calls in a sliding window per method; posting is counted per
// channel as well. Only the method that is over its limit is blocked.
type limits struct {
	mu   sync.Mutex
	seen map[string][]time.Time
}

// take records a call and returns 0, or returns how long to wait.
func (l *limits) take(s *Server, method string, perMinute int, a args) time.Duration {
	if s.opt.NoLimits {
		return 0
	}
	if n, ok := s.opt.MethodLimits[method]; ok {
		perMinute = n
	}
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait := l.room(method, perMinute, s.opt.LimitWindow, now); wait > 0 {
		return wait
	}
	if method == "chat.postMessage" {
		window := s.opt.LimitWindow / 60 * postBurst
		key := method + " " + a.str("channel")
		if wait := l.room(key, postBurst, window, now); wait > 0 {
			return wait
		}
		l.seen[key] = append(l.seen[key], now)
	}
	l.seen[method] = append(l.seen[method], now)
	return 0
}

// room forgets what left the window and says how long until there is room.
func (l *limits) room(key string, n int, window time.Duration, now time.Time) time.Duration {
	old := l.seen[key]
	for len(old) > 0 && now.Sub(old[0]) >= window {
		old = old[1:]
	}
	l.seen[key] = old
	if n <= 0 || len(old) < n {
		return 0
	}
	return window - now.Sub(old[len(old)-n])
}
