package slacksim

import (
	"encoding/json"
	"slices"
	"time"
)

// chaos is what goes wrong on the socket, on demand. Guarded by hub.mu.
type chaos struct {
	drop, delay, double, reorder, swallow int
	delayBy                               time.Duration
	held                                  []*envelope // for reorder
	refuse, refuseStatus                  int
	loop                                  int
	loopReason                            string
	dropped                               []json.RawMessage // payloads, kept by heal
}

type delivery struct {
	e     *envelope
	after time.Duration
}

// take turns an event into what is delivered of it, and when.
func (c *chaos) take(e *envelope) []delivery {
	switch {
	case c.drop > 0:
		c.drop--
		c.dropped = append(c.dropped, e.payload)
		return nil
	case c.reorder > 0:
		c.reorder--
		c.held = append(c.held, e)
		if c.reorder > 0 {
			return nil
		}
		slices.Reverse(c.held)
		out := make([]delivery, len(c.held))
		for i, h := range c.held {
			out[i].e = h
		}
		c.held = nil
		return out
	case c.delay > 0:
		c.delay--
		return []delivery{{e, c.delayBy}}
	case c.double > 0:
		c.double--
		twin := *e
		return []delivery{{e: e}, {e: &twin}}
	}
	return []delivery{{e: e}}
}

func (h *hub) heal() {
	h.mu.Lock()
	defer h.mu.Unlock()
	held := h.chaos.held
	h.chaos = chaos{dropped: h.chaos.dropped}
	for _, e := range held {
		h.deliver(e)
	}
}

func (s *Server) upset(f func(*chaos)) {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	f(&s.hub.chaos)
}

// DropEvents loses the next n events for good: best effort is what Slack promises.
func (s *Server) DropEvents(n int) { s.upset(func(c *chaos) { c.drop = n }) }

// Dropped are the inner events that DropEvents lost.
func (s *Server) Dropped() []json.RawMessage {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	var out []json.RawMessage
	for _, p := range s.hub.chaos.dropped {
		var outer struct {
			Event json.RawMessage `json:"event"`
		}
		if json.Unmarshal(p, &outer) == nil {
			out = append(out, outer.Event)
		}
	}
	return out
}

// DelayEvents holds each of the next n events back.
func (s *Server) DelayEvents(n int, d time.Duration) {
	s.upset(func(c *chaos) { c.delay, c.delayBy = n, d })
}

// DuplicateEvents delivers each of the next n events twice: one event_id, two envelopes.
func (s *Server) DuplicateEvents(n int) { s.upset(func(c *chaos) { c.double = n }) }

// ReorderEvents collects the next n events and delivers them in reverse.
func (s *Server) ReorderEvents(n int) { s.upset(func(c *chaos) { c.reorder = n }) }

// SwallowAcks ignores the next n acknowledgements of events, so that they come again.
func (s *Server) SwallowAcks(n int) { s.upset(func(c *chaos) { c.swallow = n }) }

// RefuseHandshake answers the next n WebSocket handshakes with the status (409).
func (s *Server) RefuseHandshake(status, n int) {
	s.upset(func(c *chaos) { c.refuse, c.refuseStatus = n, status })
}

// DisconnectAfterHello sends a disconnect frame right after hello to the next n links.
func (s *Server) DisconnectAfterHello(reason string, n int) {
	s.upset(func(c *chaos) { c.loop, c.loopReason = n, reason })
}

// CutLinks closes the TCP connections of all links without a word.
func (s *Server) CutLinks() {
	for _, l := range s.hub.open() {
		l.cut()
	}
}

// CutLink closes one of them, counted from the oldest, 0.
func (s *Server) CutLink(i int) {
	if ls := s.hub.open(); i >= 0 && i < len(ls) {
		ls[i].cut()
	}
}

// HalfOpen silences all links: no pings, no pongs, no payloads, while TCP stays
// open and Slack believes that it delivers. Links made later are fine.
func (s *Server) HalfOpen() {
	for _, l := range s.hub.open() {
		l.hush()
	}
}

// Disconnect sends a disconnect frame to all links. After every reason but
// "warning" the link gets no more payloads and is closed.
func (s *Server) Disconnect(reason string) {
	for _, l := range s.hub.open() {
		s.hub.disconnect(l, reason)
	}
	s.hub.notify()
}

// DisconnectLink does so on one link, counted from the oldest, 0.
func (s *Server) DisconnectLink(i int, reason string) {
	if ls := s.hub.open(); i >= 0 && i < len(ls) {
		s.hub.disconnect(ls[i], reason)
	}
	s.hub.notify()
}

// SetSocketMode switches Socket Mode off (all links get link_disabled) or on.
func (s *Server) SetSocketMode(on bool) {
	s.hub.mu.Lock()
	s.hub.off = !on
	s.hub.mu.Unlock()
	if !on {
		s.Disconnect("link_disabled")
	}
}

// SendEvent delivers an event of any shape, subscribed or not.
func (s *Server) SendEvent(event map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, _ := event["type"].(string)
	s.hub.event(name, s.outer(event))
}

// RateLimitEvents sends app_rate_limited for the clock's minute. It has no inner event.
func (s *Server) RateLimitEvents() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hub.event("app_rate_limited", map[string]any{
		"type": "app_rate_limited", "token": "deprecated", "team_id": s.teamID, "api_app_id": s.appID,
		"minute_rate_limited": s.opt.Clock().Truncate(time.Minute).Unix(),
	})
}
