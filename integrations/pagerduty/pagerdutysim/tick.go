package pagerdutysim

import "time"

// opened is when the incident began to be open.
func (i *incident) opened() time.Time {
	if i.reopened.IsZero() {
		return i.created
	}
	return i.reopened
}

// Tick does what is due by the clock: snoozes end, acknowledgements time out, and
// incidents resolve themselves.
func (s *Server) Tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	due := func(from time.Time, d time.Duration) bool { return d > 0 && now.Sub(from) >= d }
	for _, i := range s.w.incidents {
		if !i.isOpen() {
			continue
		}
		a := s.nobody()
		a.channel = "timeout"
		if i.status == acknowledged {
			snoozed := !i.snoozed.IsZero()
			if snoozed && !now.Before(i.snoozed) || !snoozed && due(i.changed, i.service.opt.AckTimeout) {
				_ = s.retrigger(i, a)
			}
		}
		if due(i.opened(), i.service.opt.AutoResolve) {
			_ = s.resolve(i, a, "")
		}
	}
}
