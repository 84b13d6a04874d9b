package slack

import (
	"sync"
	"time"
)

// Link is the state of one link, for people who watch.
type Link struct {
	Up bool
	// Since is when it came up or went down; zero when it was never up.
	Since time.Time
	// LastFrame is when something was last heard on it, pings included.
	LastFrame time.Time
}

// watch knows which links are up and since when that is unbroken. Times are those
// of the injected clock, because the record's completeness is told in them.
type watch struct {
	opt SocketOptions

	mu       sync.Mutex
	links    [linkCount]Link
	opened   [linkCount]time.Time // when each came up, by the system's clock
	unbroken time.Time            // zero while no link is up
	broken   time.Time            // from when events may be missing
	// doubted is from when events may be missing since one link died in silence while
	// the other, not heard of for some time either, may be about to.
	doubted time.Time
	everUp  bool
	changed chan struct{}
}

func newWatch(opt SocketOptions) *watch { return &watch{opt: opt, changed: make(chan struct{})} }

// Links gives the state of each link.
func (s *Sockets) Links() []Link {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return append([]Link(nil), s.state.links[:]...)
}

// UnbrokenSince is since when at least one link has been up without a break and
// without a sign that events were lost.
func (s *Sockets) UnbrokenSince() (time.Time, bool) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.state.unbroken, !s.state.unbroken.IsZero()
}

// LastFrame is the latest instant at which every link that is up had been heard
// of: a link that may be dead holds it back. With no link up it is when the last
// one was heard of.
func (s *Sockets) LastFrame() time.Time {
	w := s.state
	w.mu.Lock()
	defer w.mu.Unlock()
	var least, most time.Time
	for _, l := range w.links {
		if l.Up && (least.IsZero() || l.LastFrame.Before(least)) {
			least = l.LastFrame
		}
		if l.LastFrame.After(most) {
			most = l.LastFrame
		}
	}
	if least.IsZero() {
		return most
	}
	return least
}

// heard notes bytes from Slack.
func (w *watch) heard(n int) {
	w.mu.Lock()
	var from time.Time
	if w.links[n].Up {
		w.links[n].LastFrame = w.opt.Now()
		from, w.doubted = w.doubted, time.Time{}
	}
	w.mu.Unlock()
	if !from.IsZero() {
		w.opt.Reconnected(from)
	}
}

// up notes a hello: only then the link counts.
func (w *watch) up(n int) {
	w.mu.Lock()
	if w.links[n].Up {
		w.mu.Unlock()
		return
	}
	now := w.opt.Now()
	first := !w.anyUp()
	w.links[n] = Link{Up: true, Since: now, LastFrame: now}
	w.opened[n] = time.Now()
	from := w.broken
	if first {
		w.unbroken, w.broken, w.everUp = now, time.Time{}, true
	}
	w.wake()
	w.mu.Unlock()
	if first {
		w.opt.Reconnected(from)
	}
}

// down notes the end of a link. One that went silent may have swallowed events
// for as long as it was: Slack believed that it delivered them.
func (w *watch) down(n int, silent bool) {
	w.mu.Lock()
	if !w.links[n].Up {
		w.mu.Unlock()
		return
	}
	last := w.links[n].LastFrame
	w.links[n].Up, w.links[n].Since = false, w.opt.Now()
	if silent {
		w.opt.Meter.Count("backout_slack_links_total", "silent")
	} else {
		w.opt.Meter.Count("backout_slack_links_total", "down")
	}
	tell := false
	switch {
	case !w.anyUp():
		w.unbroken = time.Time{}
		if w.broken.IsZero() || last.Before(w.broken) {
			w.broken = last
		}
		if !w.doubted.IsZero() && w.doubted.Before(w.broken) {
			w.broken = w.doubted
		}
		w.doubted = time.Time{}
	case silent && w.stale():
		w.unbroken, w.doubted = w.opt.Now(), last // told when the other is heard of, or replaced
	case silent:
		w.unbroken, tell = w.opt.Now(), true
	}
	w.wake()
	w.mu.Unlock()
	if tell {
		w.opt.Reconnected(last)
	}
}

// missed notes that events were lost although links were up.
func (w *watch) missed(from time.Time) {
	w.mu.Lock()
	if !w.unbroken.IsZero() {
		w.unbroken = w.opt.Now()
	}
	w.mu.Unlock()
	w.opt.Reconnected(from)
}

// stale reports that no link that is up was heard of for half of what makes it
// dead: several pings. Needs mu.
func (w *watch) stale() bool {
	for _, l := range w.links {
		if l.Up && w.opt.Now().Sub(l.LastFrame) < w.opt.DeadAfter/2 {
			return false
		}
	}
	return true
}

// anyUp and wake need mu.
func (w *watch) anyUp() bool {
	for _, l := range w.links {
		if l.Up {
			return true
		}
	}
	return false
}

func (w *watch) wake() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// hold says how long link n has to wait before it may be opened: the other came up
// just now, or is about to be the first. The channel tells of changes.
func (w *watch) hold(n int, waited time.Duration) (time.Duration, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n > 0 && !w.everUp {
		return w.opt.Apart - waited, w.changed // the first link goes first, if it can
	}
	var d time.Duration
	for i, l := range w.links {
		if i != n && l.Up {
			d = max(d, w.opt.Apart-time.Since(w.opened[i]))
		}
	}
	return d, w.changed
}
