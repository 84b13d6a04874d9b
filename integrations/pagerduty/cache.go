package pagerduty

import (
	"sync"
	"time"
)

// maxHeld bounds a cache; what it holds is small and few.
const maxHeld = 1000

// cache keeps what PagerDuty said for a while. Two who miss at once both ask.
type cache[T any] struct {
	mu   sync.Mutex
	held map[string]held[T]
}

type held[T any] struct {
	value T
	until time.Time
}

func (c *cache[T]) get(key string, now time.Time) (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.held[key]
	return h.value, ok && now.Before(h.until)
}

func (c *cache[T]) put(key string, value T, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil || len(c.held) >= maxHeld {
		c.held = map[string]held[T]{}
	}
	c.held[key] = held[T]{value, until}
}
