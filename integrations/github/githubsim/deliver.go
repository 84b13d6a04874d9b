package githubsim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// greatestPayload is above what GitHub sends at all.
const greatestPayload = 25 << 20

// keptDeliveries is how long deliveries can be listed, by the clock.
const keptDeliveries = 3 * 24 * time.Hour

// delivery is one attempt to send one event to one hook. After it is made, only
// done and what follows changes, under the desk's lock.
type delivery struct {
	id            int64
	hook          *hook
	guid          string
	event, action string
	repo          string
	repoID        int64
	body          []byte
	redelivery    bool
	at            time.Time

	done     bool
	took     time.Duration
	status   string // "OK" or what went wrong
	code     int
	sent     http.Header
	answered http.Header
	response string
}

// enqueue gives the delivery an id and to its hook. Deliveries of one hook go out
// one after another, so that tests see an order unless a fault changes it.
func (s *Server) enqueue(h *hook, d *delivery) {
	if len(d.body) > greatestPayload {
		return
	}
	d.id, d.hook, d.at = s.w.id(), h, s.opt.Clock().UTC()
	f := s.faults.hook(d)
	if f.Vanish {
		return
	}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	s.desk.sent = append(s.desk.sent, d)
	if f.Reorder && h.held == nil {
		h.held = d
		s.begin()
		s.spawn(func() {
			// Nothing comes to overtake it: it goes out late, but it goes.
			s.pause(reorderPatience)
			s.release(h, d)
		})
		return
	}
	list := []*delivery{d}
	for range f.Duplicate {
		twin := *d
		list = append(list, &twin)
	}
	for _, one := range list {
		s.begin()
		if f.Delay > 0 || f.Drop {
			s.spawn(func() { s.attempt(one, f) })
			continue
		}
		h.queue = append(h.queue, one)
	}
	s.drain(h)
}

// release sends a held delivery, once.
func (s *Server) release(h *hook, d *delivery) {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	if h.held == d {
		h.held = nil
		h.queue = append(h.queue, d)
		s.drain(h)
	}
}

// begin and end count deliveries under way. The desk's lock is held.
func (s *Server) begin() { s.desk.open++ }

func (s *Server) end() {
	s.desk.open--
	close(s.desk.changed)
	s.desk.changed = make(chan struct{})
}

// drain lets one goroutine empty the hook's queue. The desk's lock is held.
func (s *Server) drain(h *hook) {
	if h.busy || len(h.queue) == 0 {
		return
	}
	h.busy = true
	s.spawn(func() {
		for {
			s.desk.mu.Lock()
			if len(h.queue) == 0 {
				h.busy = false
				s.desk.mu.Unlock()
				return
			}
			d := h.queue[0]
			h.queue = h.queue[1:]
			s.desk.mu.Unlock()
			s.attempt(d, HookFault{})
			s.overtaken(h, d)
		}
	})
}

// overtaken releases the held delivery after another one has gone out.
func (s *Server) overtaken(h *hook, by *delivery) {
	s.desk.mu.Lock()
	held := h.held
	s.desk.mu.Unlock()
	if held != nil && held.id < by.id {
		s.release(h, held)
	}
}

// attempt sends the delivery and writes down what came of it.
func (s *Server) attempt(d *delivery, f HookFault) {
	s.pause(f.Delay)
	began := time.Now()
	out := result{status: "failed to connect to host", code: http.StatusBadGateway}
	if !f.Drop {
		out = s.post(d)
	}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	d.done, d.took = true, time.Since(began)
	d.status, d.code, d.response, d.answered, d.sent = out.status, out.code, out.body, out.header, out.sent
	s.end()
}

type result struct {
	status, body string
	code         int
	sent, header http.Header
}

// post is the request itself. Anything but 2xx in time has failed.
func (s *Server) post(d *delivery) result {
	ctx, cancel := context.WithTimeout(s.ctx, s.opt.HookDeadline)
	defer cancel()
	out := result{status: "failed to connect to host", code: http.StatusBadGateway}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.hook.url, bytes.NewReader(d.body))
	if err != nil {
		return out
	}
	req.Header = s.headers(d)
	out.sent = req.Header
	resp, err := s.client.Do(req)
	if err == nil {
		defer func() { _ = resp.Body.Close() }()
		var body []byte
		body, err = io.ReadAll(io.LimitReader(resp.Body, 1<<16))
		out.body, out.header = string(body), resp.Header
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		out.status, out.code = "timed out", http.StatusGatewayTimeout
	case err != nil:
	case resp.StatusCode/100 == 2:
		out.status, out.code = "OK", resp.StatusCode
	default:
		out.status, out.code = fmt.Sprintf("Invalid HTTP Response: %d", resp.StatusCode), resp.StatusCode
	}
	return out
}

// headers are those of GitHub's deliveries.
func (s *Server) headers(d *delivery) http.Header {
	kind, id := d.hook.target()
	h := http.Header{}
	h.Set("Accept", "*/*")
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "GitHub-Hookshot/githubsi")
	h.Set("X-GitHub-Event", d.event)
	h.Set("X-GitHub-Delivery", d.guid)
	h.Set("X-GitHub-Hook-ID", itoa64(d.hook.id))
	h.Set("X-GitHub-Hook-Installation-Target-Type", kind)
	h.Set("X-GitHub-Hook-Installation-Target-ID", itoa64(id))
	if s.opt.APIPrefix != "" {
		h.Set("X-GitHub-Enterprise-Version", "3.14.0")
	}
	if d.hook.secret != "" {
		mac := hmac.New(sha256.New, []byte(d.hook.secret))
		mac.Write(d.body)
		h.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
		old := hmac.New(sha1.New, []byte(d.hook.secret))
		old.Write(d.body)
		h.Set("X-Hub-Signature", "sha1="+hex.EncodeToString(old.Sum(nil)))
	}
	return h
}

// kept are the hook's deliveries that are over and not too old, newest first. The
// desk's lock is held.
func (s *Server) kept(h *hook) []*delivery {
	since := s.opt.Clock().Add(-keptDeliveries)
	var out []*delivery
	for _, d := range slices.Backward(s.desk.sent) {
		if d.hook == h && d.done && !d.at.Before(since) {
			out = append(out, d)
		}
	}
	return out
}
