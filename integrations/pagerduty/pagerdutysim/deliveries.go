package pagerdutysim

import (
	"fmt"
	"slices"
	"time"
)

// State is what became of a delivery.
type State string

// The states. Three Dropped in a row disable the subscription.
const (
	Pending   State = "pending"
	Delivered State = "delivered"
	Dropped   State = "dropped" // refused, or attempted for too long
	Lost      State = "lost"    // not attempted any more: disabled, unsubscribed, or a fault
)

// Attempt is one request of a delivery.
type Attempt struct {
	Start, End time.Time
	Status     int    // 0 when there was no answer in time
	Error      string // why there was none
}

// Delivery is one event on its way to one subscription.
type Delivery struct {
	ID           string // X-Webhook-Id, the same on every attempt
	Subscription string
	EventID      string // the same for each subscription that gets the event
	Event        string // its type
	Resource     string // id of the incident or the service
	Payload      []byte
	At           time.Time // by the clock
	State        State
	Attempts     []Attempt
}

// Deliveries are all so far, in order of creation, narrowed to event types when
// some are named.
func (s *Server) Deliveries(events ...string) []Delivery {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	var out []Delivery
	for _, d := range s.desk.sent {
		if wanted(events, d.kind) {
			out = append(out, Delivery{d.id, d.sub.id, d.event, d.kind, d.resource, d.body, d.at, d.state, slices.Clone(d.attempts)})
		}
	}
	return out
}

// begin and end count what is under way. No lock is held, save perhaps the world's.
func (k *desk) begin() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.open++
}

func (k *desk) end() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.over()
}

// over wakes those who wait. The desk's lock is held.
func (k *desk) over() {
	k.open--
	close(k.changed)
	k.changed = make(chan struct{})
}

// settle writes down what became of a delivery. The desk's lock is held.
func (s *Server) settle(d *delivery, state State) {
	d.state = state
	s.desk.over()
}

// finish settles a delivery that was attempted, and counts drops.
func (s *Server) finish(d *delivery, state State) {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	switch state {
	case Delivered:
		d.sub.drops = 0
	case Dropped:
		if d.sub.drops++; d.sub.drops >= fatalDrops {
			s.disable(d.sub)
		}
	}
	s.settle(d, state)
}

// RetryNow ends the pauses between attempts: everything that failed is attempted at once.
func (s *Server) RetryNow() {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	close(s.desk.nudge)
	s.desk.nudge = make(chan struct{})
}

// Settle waits until nothing is under way, neither an event nor a delivery, at
// most this long. A delivery that waits for its next attempt is under way.
func (s *Server) Settle(atMost time.Duration) error {
	return s.WaitDelivered(atMost, func([]Delivery) bool { return true })
}

// WaitDelivered waits until nothing is under way and the condition holds for all
// deliveries so far, at most this long.
func (s *Server) WaitDelivered(atMost time.Duration, enough func([]Delivery) bool) error {
	t := time.NewTimer(atMost)
	defer t.Stop()
	for {
		s.desk.mu.Lock()
		open, changed := s.desk.open, s.desk.changed
		s.desk.mu.Unlock()
		if open == 0 && enough(s.Deliveries()) {
			return nil
		}
		select {
		case <-changed:
		case <-t.C:
			return fmt.Errorf("pagerdutysim: after %v, %d deliveries and events are under way, and what was waited for has not come", atMost, open)
		case <-s.ctx.Done():
			return fmt.Errorf("pagerdutysim: closed while waiting for deliveries")
		}
	}
}
