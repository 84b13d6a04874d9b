package pagerdutysim

import (
	"slices"
	"time"
)

// reorderPatience is how long a delivery waits for another to overtake it.
const reorderPatience = 200 * time.Millisecond

// HookFault is something that goes wrong with webhooks.
type HookFault struct {
	// Event is the type it concerns and Subscription the id, "" for each. Pings count.
	Event, Subscription string
	// Skip lets the first pass; Times is how often it happens: 0 is once, negative
	// is until undone.
	Skip, Times int

	// Drop loses it: it is never sent, as while a subscription is disabled.
	Drop bool
	// Unreachable is the number of attempts that do not reach the receiver.
	Unreachable int
	// Unheard is the number of attempts that reach the receiver, but whose answer
	// is lost, so that they are repeated under the same X-Webhook-Id.
	Unheard int
	// Delay sends it later, while others go on.
	Delay time.Duration
	// Duplicate sends it this many times more after it was accepted.
	Duplicate int
	// Reorder lets the next delivery of the same incident go first.
	Reorder bool
	// Forged signs it with a secret that nobody has.
	Forged bool
}

// hook returns the fault that this delivery meets, the oldest first.
func (fs *faults) hook(d *delivery) HookFault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, f := range fs.hooks {
		if f.Event != "" && f.Event != d.kind || f.Subscription != "" && f.Subscription != d.sub.id {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		hit := *f
		if used(&f.Times) {
			fs.hooks = slices.Delete(fs.hooks, i, i+1)
		}
		return hit
	}
	return HookFault{}
}

// FailHook makes webhooks fail as described until that is used up or undone.
func (s *Server) FailHook(f HookFault) (undo func()) {
	p := &f
	s.faults.mu.Lock()
	s.faults.hooks = append(s.faults.hooks, p)
	s.faults.mu.Unlock()
	return func() {
		s.faults.mu.Lock()
		defer s.faults.mu.Unlock()
		s.faults.hooks = slices.DeleteFunc(s.faults.hooks, func(o *HookFault) bool { return o == p })
	}
}
