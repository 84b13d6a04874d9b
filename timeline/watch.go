package timeline

import "sync"

// watchers wakes subscribers; a wake-up that is not taken yet is not doubled.
type watchers struct {
	mu   sync.Mutex
	subs map[chan struct{}]bool
}

func (w *watchers) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.subs {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Watch gives a channel that receives after every commit that stored something;
// several commits may share one receipt. Call stop when done.
func (r *Recorder) Watch() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	r.watch.mu.Lock()
	defer r.watch.mu.Unlock()
	if r.watch.subs == nil {
		r.watch.subs = map[chan struct{}]bool{}
	}
	r.watch.subs[c] = true
	return c, func() {
		r.watch.mu.Lock()
		defer r.watch.mu.Unlock()
		delete(r.watch.subs, c)
	}
}
