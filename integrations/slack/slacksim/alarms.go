package slacksim

import (
	"container/heap"
	"sync"
	"time"
)

// alarms runs all deadlines of the server on one goroutine, so that Close can
// wait for it; time.AfterFunc would leave callbacks behind that nobody owns.
type alarms struct {
	mu   sync.Mutex
	q    alarmHeap
	n    uint64
	wake chan struct{}
	quit chan struct{}
}

type alarm struct {
	at time.Time
	n  uint64 // equal times ring in the order they were set
	fn func()
}

func newAlarms() *alarms {
	return &alarms{wake: make(chan struct{}, 1), quit: make(chan struct{})}
}

// after calls fn in d, on the alarms' goroutine: fn must not block.
func (a *alarms) after(d time.Duration, fn func()) {
	a.mu.Lock()
	a.n++
	heap.Push(&a.q, alarm{time.Now().Add(d), a.n, fn})
	first := a.q[0].n == a.n
	a.mu.Unlock()
	if first {
		select {
		case a.wake <- struct{}{}:
		default:
		}
	}
}

func (a *alarms) stop() { close(a.quit) }

func (a *alarms) run() {
	t := time.NewTimer(time.Hour)
	defer t.Stop()
	for {
		t.Reset(a.ring())
		select {
		case <-t.C:
		case <-a.wake:
		case <-a.quit:
			return
		}
	}
}

// ring calls what is due and returns the time until the next.
func (a *alarms) ring() time.Duration {
	for {
		a.mu.Lock()
		if len(a.q) == 0 {
			a.mu.Unlock()
			return time.Hour
		}
		if d := time.Until(a.q[0].at); d > 0 {
			a.mu.Unlock()
			return d
		}
		next := heap.Pop(&a.q).(alarm)
		a.mu.Unlock()
		next.fn()
	}
}

type alarmHeap []alarm

func (h alarmHeap) Len() int { return len(h) }
func (h alarmHeap) Less(i, j int) bool {
	return h[i].at.Before(h[j].at) || h[i].at.Equal(h[j].at) && h[i].n < h[j].n
}
func (h alarmHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *alarmHeap) Push(x any)   { *h = append(*h, x.(alarm)) }
func (h *alarmHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	old[len(old)-1] = alarm{}
	*h = old[:len(old)-1]
	return x
}
