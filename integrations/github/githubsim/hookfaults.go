package githubsim

import (
	"slices"
	"time"
)

// reorderPatience is how long a delivery waits for another to overtake it.
const reorderPatience = 200 * time.Millisecond

// HookFault is something that goes wrong with webhooks.
type HookFault struct {
	// Event and Action narrow it, "" is each. Pings count.
	Event, Action string
	// Hook narrows it to one webhook, 0 is each.
	Hook int64
	// Skip lets the first pass; Times is how often it happens: 0 is once, negative
	// is until undone.
	Skip, Times int

	// Drop does not reach the receiver. The delivery has failed and can be redelivered.
	Drop bool
	// Vanish loses it without a trace: no list has it.
	Vanish bool
	// Delay sends it later, while others go on.
	Delay time.Duration
	// Duplicate sends it this many times more, under the same GUID.
	Duplicate int
	// Reorder lets the next delivery of the hook go first.
	Reorder bool
}

// hook returns the fault that this delivery meets, the oldest first.
func (fs *faults) hook(d *delivery) HookFault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, f := range fs.hooks {
		if f.Event != "" && f.Event != d.event || f.Action != "" && f.Action != d.action || f.Hook != 0 && f.Hook != d.hook.id {
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
