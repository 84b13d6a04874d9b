package pagerdutysim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// greatestHook is what PagerDuty sends at most; greater webhooks are dropped.
const greatestHook = 256 << 10

// delivery is one event on its way to one subscription, over all its attempts.
// After it is made, only state and attempts change, under the desk's lock.
type delivery struct {
	id       string // X-Webhook-Id
	sub      *subscription
	event    string
	kind     string
	resource string // what its lane is about
	body     []byte
	at       time.Time
	epoch    int // of the subscription when it was made
	fault    HookFault

	state    State
	attempts []Attempt
}

// enqueue gives a delivery to its lane. The desk's lock is held.
func (s *Server) enqueue(n *subscription, d *delivery) {
	d.sub, d.epoch, d.at, d.state = n, n.epoch, s.opt.Clock().UTC(), Pending
	d.fault = s.faults.hook(d)
	s.desk.sent = append(s.desk.sent, d)
	s.desk.open++
	if len(d.body) > greatestHook {
		s.settle(d, Dropped)
		return
	}
	if n.isDisabled(s.opt.Clock()) || d.fault.Drop {
		s.settle(d, Lost)
		return
	}
	l := n.lanes[d.resource]
	if l == nil {
		l = &lane{}
		n.lanes[d.resource] = l
	}
	switch {
	case d.fault.Delay > 0:
		s.spawn(func() {
			s.pause(d.fault.Delay)
			s.carry(d)
		})
	case d.fault.Reorder && l.held == nil:
		l.held = d
		s.spawn(func() {
			// Nothing comes to overtake it: it goes out late, but it goes.
			s.pause(reorderPatience)
			s.release(l, d)
		})
	default:
		l.queue = append(l.queue, d)
		if l.held != nil {
			l.queue = append(l.queue, l.held)
			l.held = nil
		}
		s.drain(l)
	}
}

// release queues a held delivery that nothing has overtaken.
func (s *Server) release(l *lane, d *delivery) {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	if l.held == d {
		l.held = nil
		l.queue = append(l.queue, d)
		s.drain(l)
	}
}

// drain lets one goroutine empty a lane. A delivery that fails holds back those
// behind it. The desk's lock is held.
func (s *Server) drain(l *lane) {
	if l.busy || len(l.queue) == 0 {
		return
	}
	l.busy = true
	s.spawn(func() {
		for {
			s.desk.mu.Lock()
			if len(l.queue) == 0 {
				l.busy = false
				s.desk.mu.Unlock()
				return
			}
			d := l.queue[0]
			l.queue = l.queue[1:]
			s.desk.mu.Unlock()
			s.carry(d)
		}
	})
}

// carry attempts a delivery until it is accepted, refused, too old or lost.
func (s *Server) carry(d *delivery) {
	began, wait := time.Now(), s.opt.RetryFirst
	for n := 0; ; n++ {
		s.desk.mu.Lock()
		nudge := s.desk.nudge
		lost := d.epoch != d.sub.epoch || s.ctx.Err() != nil
		s.desk.mu.Unlock()
		if lost {
			s.finish(d, Lost)
			return
		}
		switch verdict := s.attempt(d, n); {
		case verdict != Pending:
			s.finish(d, verdict)
			return
		case time.Since(began)+wait > s.opt.RetryFor:
			s.finish(d, Dropped)
			return
		}
		s.rest(wait, nudge)
		wait = min(2*wait, 256*s.opt.RetryFirst)
	}
}

// rest is the pause between attempts; RetryNow and Close end it.
func (s *Server) rest(d time.Duration, nudge <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-nudge:
	case <-s.ctx.Done():
	}
}

// attempt sends the delivery once and says what became of it; Pending is to be
// tried again.
func (s *Server) attempt(d *delivery, n int) State {
	a := Attempt{Start: time.Now()}
	if n < d.fault.Unreachable {
		a.Error = "connection refused"
	} else {
		a.Status, a.Error = s.post(d)
		if n < d.fault.Unreachable+d.fault.Unheard {
			a.Status, a.Error = 0, "timeout"
		}
	}
	for range d.fault.Duplicate {
		if a.Status/100 == 2 {
			_, _ = s.post(d)
		}
	}
	a.End = time.Now()
	s.desk.mu.Lock()
	d.attempts = append(d.attempts, a)
	s.desk.mu.Unlock()
	switch {
	case a.Status/100 == 2:
		return Delivered
	case a.Error != "" || a.Status >= 500 || a.Status == http.StatusTooManyRequests:
		return Pending
	}
	return Dropped
}

// post is the request itself. The answer counts when it comes in time.
func (s *Server) post(d *delivery) (status int, failure string) {
	ctx, cancel := context.WithTimeout(s.ctx, s.opt.HookDeadline)
	defer cancel()
	s.desk.mu.Lock()
	url, header := d.sub.URL, d.header()
	s.desk.mu.Unlock()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(d.body))
	if err != nil {
		return 0, err.Error()
	}
	req.Header = header
	resp, err := s.client.Do(req)
	if err == nil {
		_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
		_ = resp.Body.Close()
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return 0, "timeout"
	case err != nil:
		return 0, fmt.Sprintf("connection failed: %v", err)
	}
	return resp.StatusCode, ""
}

// header are the headers of a delivery. The desk's lock is held.
func (d *delivery) header() http.Header {
	h := http.Header{}
	for k, v := range d.sub.Headers {
		h.Set(k, v)
	}
	h.Set("Accept", "application/json")
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "PagerDuty-Webhook/V3.0")
	h.Set("X-Webhook-Id", d.id)
	h.Set("X-Webhook-Subscription", d.sub.id)
	secrets := d.sub.Secrets
	if d.fault.Forged {
		secrets = []string{"nobody has this secret"}
	}
	signatures := append([]string{}, d.sub.Foreign...)
	for _, secret := range secrets {
		signatures = append(signatures, Sign(secret, d.body))
	}
	comma := ","
	if d.sub.Blanks {
		comma = ", "
	}
	h.Set("X-PagerDuty-Signature", strings.Join(signatures, comma))
	return h
}

// Sign is the signature of a body with one secret, "v1=…".
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}
