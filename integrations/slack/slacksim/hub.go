package slacksim

import (
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// hub is Socket Mode: tickets, links, envelopes and their acknowledgements.
//
// Promises: each payload goes to exactly one link, in turn; events that are not
// acknowledged come again up to len(RedeliverAfter) times on any link, commands
// and interactions never.
type hub struct {
	s *Server

	mu       sync.Mutex
	off      bool // Socket Mode switched off
	closed   bool
	tickets  map[string]time.Time
	links    []*link
	made     int
	turn     int
	pending  map[string]*envelope // sent, not acknowledged
	waiting  int                  // events that wait for a retry or a delay
	acks     []Ack
	lost     int
	chaos    chaos
	handlers sync.WaitGroup
}

func newHub(s *Server) *hub {
	return &hub{s: s, tickets: map[string]time.Time{}, pending: map[string]*envelope{}}
}

// maxLinks: "up to 10 simultaneous WebSocket connections".
const maxLinks = 10

func appsConnectionsOpen(c *invocation) (reply, error) {
	h := c.s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.off {
		return nil, refuse("socket_mode_disabled")
	}
	ticket := c.s.w.id("") + "-" + c.s.w.id("")
	h.tickets[ticket] = time.Now().Add(c.s.opt.TicketLife)
	return reply{"url": "ws" + c.s.base[len("http"):] + "/link/?ticket=" + ticket + "&app_id=" + c.s.appID}, nil
}

// admit decides about a handshake; the status is 0 when it may go on.
func (h *hub) admit(ticket string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	until, known := h.tickets[ticket]
	delete(h.tickets, ticket) // single use, also when refused
	switch {
	case h.closed:
		return http.StatusServiceUnavailable
	case h.chaos.refuse > 0:
		h.chaos.refuse--
		return h.chaos.refuseStatus
	case !known || time.Now().After(until) || h.off:
		return http.StatusForbidden
	}
	h.handlers.Add(1)
	return 0
}

func (h *hub) serveLink(w http.ResponseWriter, r *http.Request) {
	if status := h.admit(r.URL.Query().Get("ticket")); status != 0 {
		http.Error(w, http.StatusText(status), status)
		return
	}
	defer h.handlers.Done()
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, WriteBufferSize: 64 << 10}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	l := &link{hub: h, conn: conn, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	if l.tap, _ = conn.NetConn().(*tap); l.tap != nil {
		l.tap.armed = true
	}
	var writing sync.WaitGroup
	writing.Go(l.write)
	h.greet(l)
	l.read()
	h.forget(l)
	writing.Wait()
}

// greet sends hello and, on demand, the disconnect right after it.
func (h *hub) greet(l *link) {
	h.mu.Lock()
	h.made++
	l.n = h.made
	h.links = append(h.links, l)
	l.send(mustJSON(map[string]any{
		"type": "hello", "num_connections": len(h.links), "connection_info": map[string]any{"app_id": h.s.appID},
		"debug_info": map[string]any{
			"host": "applink-slacksim", "started": time.Now().UTC().Format(time.DateTime) + ".000", "build_number": 1,
			"approximate_connection_time": int(h.s.opt.RefreshAfter / time.Second),
		},
	}))
	reason := ""
	if len(h.links) > maxLinks {
		reason = "too_many_websockets"
	}
	if h.chaos.loop > 0 {
		h.chaos.loop--
		reason = h.chaos.loopReason
	}
	if h.closed {
		defer l.cut()
	}
	l.ready = reason == "" || reason == "warning"
	h.mu.Unlock()
	if reason != "" {
		h.disconnect(l, reason)
	}
	h.notify()
}

// disconnect sends the frame; after "warning" the link lives on for a while.
func (h *hub) disconnect(l *link, reason string) {
	l.send(mustJSON(map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-slacksim"}}))
	if reason != "warning" {
		h.mu.Lock()
		l.ready = false
		h.mu.Unlock()
		l.finish()
	}
}

func (h *hub) forget(l *link) {
	h.mu.Lock()
	h.links = slices.DeleteFunc(h.links, func(o *link) bool { return o == l })
	h.mu.Unlock()
	h.notify()
}

// notify wakes those who wait for links.
func (h *hub) notify() {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	h.s.touch()
}

// next picks the link for a payload, in turn. Needs mu.
func (h *hub) next() *link {
	for range h.links {
		h.turn++
		if l := h.links[h.turn%len(h.links)]; l.ready {
			return l
		}
	}
	return nil
}

func (h *hub) open() []*link {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.links)
}

// shut ends all links; wait waits for their goroutines.
func (h *hub) shut() {
	h.mu.Lock()
	h.closed = true
	links := slices.Clone(h.links)
	h.mu.Unlock()
	for _, l := range links {
		l.cut()
	}
}

func (h *hub) wait() { h.handlers.Wait() }

// Links is the number of links that are open and not on their way out.
func (s *Server) Links() int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	n := 0
	for _, l := range s.hub.links {
		if l.ready {
			n++
		}
	}
	return n
}

// WaitLinks waits until at least n links are open.
func (s *Server) WaitLinks(n int) error {
	return s.wait("links", func() bool { return s.Links() >= n })
}

// SendRaw sends a text frame as it is on one link: a malformed envelope, a type
// that nobody knows.
func (s *Server) SendRaw(frame string) error {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	l := s.hub.next()
	if l == nil {
		return errors.New("no link is open")
	}
	l.send([]byte(frame))
	return nil
}
