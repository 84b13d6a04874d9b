package slack

import (
	"runtime/debug"
	"sync"

	strangers "backout/integrations/foreign"
)

// contain keeps a fault in the work on one delivery from ending the process. The
// delivery stays unacknowledged.
func (s *Sockets) contain(kind string) {
	if p := recover(); p != nil {
		s.fault(kind, p)
	}
}

func (s *Sockets) fault(kind string, p any) {
	s.opt.Meter.Count("backout_panics_total", "slack")
	s.opt.Log.Error("a delivery caused a fault", "type", kind, "panic", strangers.Fault(p), "stack", string(debug.Stack()))
}

// recent remembers the newest keys, so that an answer is not given twice when
// Slack delivers something again while we run.
type recent struct {
	mu   sync.Mutex
	max  int
	keys map[string]bool
	ring []string
}

func newRecent(n int) *recent { return &recent{max: n, keys: map[string]bool{}} }

// first reports whether the key was not seen before, and remembers it.
func (r *recent) first(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keys[key] {
		return false
	}
	r.keys[key] = true
	r.ring = append(r.ring, key)
	if len(r.ring) > r.max {
		delete(r.keys, r.ring[0])
		r.ring = r.ring[1:]
	}
	return true
}

// contained keeps a fault in work beside the deliveries from ending the process.
func (c *Client) contained(do func()) {
	defer func() {
		if p := recover(); p != nil {
			c.opt.Meter.Count("backout_panics_total", "slack")
			c.opt.Log.Error("a fault beside a delivery was contained", "panic", strangers.Fault(p), "stack", string(debug.Stack()))
		}
	}()
	do()
}
