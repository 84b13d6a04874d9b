package main

import (
	"sync"
	"time"
)

// storyClock is the one clock of bot and simulator in the demo: it runs as real
// time does, and jumps forward where the story does.
type storyClock struct {
	mu    sync.Mutex
	base  time.Time
	since time.Time // real
	moved func()    // told of each jump
}

func newStoryClock(base time.Time) *storyClock {
	return &storyClock{base: base, since: time.Now()}
}

// Now is the story's instant.
func (c *storyClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base.Add(time.Since(c.since))
}

// jump goes forward to t; it never goes back.
func (c *storyClock) jump(t time.Time) {
	c.mu.Lock()
	if t.After(c.base.Add(time.Since(c.since))) {
		c.base, c.since = t, time.Now()
	}
	moved := c.moved
	c.mu.Unlock()
	if moved != nil {
		moved()
	}
}

// onJump has f called after each jump: what waits for a time looks again.
func (c *storyClock) onJump(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = f
}
