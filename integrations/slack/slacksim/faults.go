package slacksim

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Fault is something that goes wrong with Web API calls.
type Fault struct {
	// Method is the method it concerns, "" for each.
	Method string
	// Match narrows it to calls with these arguments.
	Match map[string]string
	// Skip lets the first calls pass: Skip 2 hits the third.
	Skip int
	// Times is how often it happens: 0 is once, negative is until undone.
	Times int

	// Status is the HTTP status (429, 500…). 429 carries RetryAfter unless that
	// is negative: Slack's 429 may lack the header.
	Status int
	// RetryAfter is the header's value, rounded up to seconds, at least 1.
	RetryAfter time.Duration
	// Error is answered as ok:false with HTTP 200 ("ratelimited", "fatal_error").
	Error string
	// Cut closes the connection without an answer.
	Cut bool
	// AfterEffect performs the call first: it succeeded, but the answer is lost.
	AfterEffect bool
	// Delay holds the call back; alone it delays and nothing else.
	Delay time.Duration
}

// harmless faults only take time.
func (f *Fault) harmless() bool { return f.Status == 0 && f.Error == "" && !f.Cut }

// spoil replaces the answer.
func (f *Fault) spoil(o *outcome) {
	o.status, o.retryAfter = http.StatusOK, ""
	o.body = map[string]any{"ok": false, "error": f.Error}
	if f.Status == 0 {
		return
	}
	o.status = f.Status
	if f.Error == "" {
		o.body["error"] = strconv.Itoa(f.Status)
	}
	if f.Status == http.StatusTooManyRequests {
		o.body["error"] = "ratelimited"
		if f.RetryAfter >= 0 {
			o.retryAfter = seconds(f.RetryAfter)
		}
	}
}

type faults struct {
	mu   sync.Mutex
	list []*Fault
}

// match returns the fault that this call meets, the oldest first.
func (fs *faults) match(method string, a args) *Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, f := range fs.list {
		if f.Method != "" && f.Method != method || !f.matches(a) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		hit := *f
		if f.Times >= 0 {
			if f.Times--; f.Times <= 0 {
				fs.list = slices.Delete(fs.list, i, i+1)
			}
		}
		return &hit
	}
	return nil
}

func (f *Fault) matches(a args) bool {
	for k, v := range f.Match {
		if a.str(k) != v {
			return false
		}
	}
	return true
}

// Fail makes calls fail as described until that is used up or undone.
func (s *Server) Fail(f Fault) (undo func()) {
	p := &f
	s.faults.mu.Lock()
	s.faults.list = append(s.faults.list, p)
	s.faults.mu.Unlock()
	return func() {
		s.faults.mu.Lock()
		defer s.faults.mu.Unlock()
		s.faults.list = slices.DeleteFunc(s.faults.list, func(o *Fault) bool { return o == p })
	}
}

// Heal ends all faults, of the Web API and of the socket. Links that are half
// open stay so: only a new link heals those.
func (s *Server) Heal() {
	s.faults.mu.Lock()
	s.faults.list = nil
	s.faults.mu.Unlock()
	s.hub.heal()
	s.RevokeTokens(false)
}

// RevokeTokens makes every call say token_revoked, or undoes that.
func (s *Server) RevokeTokens(revoked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.w.revoked = revoked
}
