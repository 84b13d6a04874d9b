package slacksim

import (
	"encoding/json"
	"fmt"
	"time"
)

// envelope is a payload on its way to the app.
type envelope struct {
	id, kind, event string
	payload         json.RawMessage
	attempt         int
	link            *link
	sent            time.Time
	// settled gets the acknowledgement's payload, or an error; only for
	// commands and interactions. It must not block and runs without locks.
	settled func(json.RawMessage, error)
}

// errNoAck is what Slack tells a person when the app did not answer in time.
type slackError string

func (e slackError) Error() string { return string(e) }

// What a person sees when the app does not answer.
const (
	errTimeout  = slackError("operation_timeout: the app did not respond in time")
	errNoLink   = slackError("dispatch_failed: the app is not connected")
	errTyped    = slackError("not a valid command")
	errInThread = slackError("slash commands are not supported in threads")
)

func (h *hub) newID() string {
	h.made++
	return fmt.Sprintf("%08x-0000-4000-8000-%012x", h.s.opt.Seed&0xffffffff, h.made)
}

// event sends an Events API payload, through the faults on demand.
func (h *hub) event(name string, outer map[string]any) {
	e := &envelope{kind: "events_api", event: name, payload: mustJSON(outer)}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, d := range h.chaos.take(e) {
		if d.after > 0 {
			h.later(d.e, d.after)
		} else {
			h.deliver(d.e)
		}
	}
}

func (h *hub) later(e *envelope, d time.Duration) {
	h.waiting++
	h.s.alarms.after(d, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.waiting--
		h.deliver(e)
	})
}

// deliver makes one attempt. Needs mu. An attempt without a link has failed.
func (h *hub) deliver(e *envelope) {
	l := h.next()
	if l == nil || h.closed {
		h.again(e)
		return
	}
	e.id, e.link, e.sent = h.newID(), l, time.Now()
	h.pending[e.id] = e
	l.send(e.frame())
	id := e.id
	h.s.alarms.after(h.s.opt.AckDeadline, func() { h.expire(id) })
}

func (e *envelope) frame() []byte {
	f := map[string]any{
		"type": e.kind, "envelope_id": e.id, "payload": e.payload,
		"accepts_response_payload": e.kind != "events_api",
	}
	if e.kind == "events_api" {
		f["retry_attempt"], f["retry_reason"] = e.attempt, ""
		if e.attempt > 0 {
			f["retry_reason"] = "timeout"
		}
	}
	return mustJSON(f)
}

// again plans the next attempt of an event, or gives it up. Needs mu.
func (h *hub) again(e *envelope) {
	if e.attempt >= len(h.s.opt.RedeliverAfter) || h.closed {
		h.lost++
		h.s.alarms.after(0, h.notify) // not here: the caller may hold mu
		h.s.opt.Logger.Warn("slacksim: event lost", "event", e.event, "attempts", e.attempt+1)
		return
	}
	next := *e
	next.attempt++
	h.later(&next, h.s.opt.RedeliverAfter[e.attempt])
}

// expire ends the wait for an acknowledgement.
func (h *hub) expire(id string) {
	h.mu.Lock()
	e := h.pending[id]
	delete(h.pending, id)
	if e != nil && e.settled == nil {
		h.again(e)
	}
	h.mu.Unlock()
	if e != nil && e.settled != nil {
		e.settled(nil, errTimeout)
	}
}

// ack takes an acknowledgement. On another link than the envelope's it does not
// count: Slack does not say that it does.
func (h *hub) ack(l *link, id string, payload json.RawMessage) {
	h.mu.Lock()
	e := h.pending[id]
	switch {
	case e == nil, e.link != l:
		h.mu.Unlock()
		h.s.opt.Logger.Warn("slacksim: acknowledgement ignored: late, unknown or on another link", "envelope", id)
		return
	case e.settled == nil && h.chaos.swallow > 0:
		h.chaos.swallow--
		h.mu.Unlock()
		return
	}
	delete(h.pending, id)
	h.acks = append(h.acks, Ack{id, e.kind, e.event, e.attempt, time.Since(e.sent)})
	quiet := len(h.pending) == 0 && h.waiting == 0
	h.mu.Unlock()
	if e.settled != nil {
		e.settled(payload, nil)
	}
	if quiet {
		h.notify()
	}
}

// ask sends a command or an interaction and waits for its answer: at most the
// deadline, at once when no link is open, never again.
func (h *hub) ask(kind, name string, payload map[string]any) (json.RawMessage, error) {
	type answer struct {
		payload json.RawMessage
		err     error
	}
	got := make(chan answer, 1)
	e := &envelope{kind: kind, event: name, payload: mustJSON(payload)}
	e.settled = func(p json.RawMessage, err error) { got <- answer{p, err} }
	h.mu.Lock()
	if h.next() == nil {
		h.mu.Unlock()
		return nil, errNoLink
	}
	h.turn-- // next turned already
	h.deliver(e)
	h.mu.Unlock()
	select {
	case a := <-got:
		return a.payload, a.err
	case <-h.s.done:
		return nil, errNoLink
	}
}

// Ack is one acknowledged envelope.
type Ack struct {
	EnvelopeID string
	Type       string // events_api, slash_commands, interactive
	Event      string // the inner event's or interaction's type, or the command
	Attempt    int    // 0 is the first delivery
	Latency    time.Duration
}

// Acks are the acknowledgements so far.
func (s *Server) Acks() []Ack {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return append([]Ack(nil), s.hub.acks...)
}

// Unacked is the number of envelopes that wait for delivery or acknowledgement.
func (s *Server) Unacked() int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return len(s.hub.pending) + s.hub.waiting
}

// Lost is the number of events that were given up.
func (s *Server) Lost() int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return s.hub.lost
}

// Settle waits until no envelope waits for delivery or acknowledgement.
func (s *Server) Settle() error {
	return s.wait("acknowledgements", func() bool { return s.Unacked() == 0 })
}
