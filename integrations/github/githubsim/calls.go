package githubsim

import (
	"net/url"
	"strings"
	"sync"
	"time"
)

// Call is one call of the API.
type Call struct {
	N          int // from 1, in order of arrival
	Method     string
	Path       string // without the API's prefix
	Query      url.Values
	Body       string
	Version    string    // X-GitHub-Api-Version as sent
	Start, End time.Time // End is zero while it runs
	Status     int       // what the caller was told, 0 when cut
	Effect     bool      // whether it was performed, whatever the caller was told
}

type callLog struct {
	mu   sync.Mutex
	base int // calls forgotten by reset
	list []Call
	// before is run ahead of each call.
	before func(Call)
}

func (l *callLog) begin(c Call) int {
	l.mu.Lock()
	c.N, c.Start = l.base+len(l.list)+1, time.Now()
	l.list = append(l.list, c)
	before := l.before
	l.mu.Unlock()
	if before != nil {
		before(c)
	}
	return c.N
}

// Before has f run ahead of each call, while its caller waits: what people do in
// that very moment. Nil ends it. Calls run at one time, so f must allow for that.
func (s *Server) Before(f func(Call)) {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	s.calls.before = f
}

func (l *callLog) end(n, status int, effect bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := n - l.base - 1; i >= 0 {
		c := &l.list[i]
		c.End, c.Status, c.Effect = time.Now(), status, effect
	}
}

// Calls are the calls since the last ResetCalls, in order of arrival.
func (s *Server) Calls() []Call {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	return append([]Call(nil), s.calls.list...)
}

// CallsTo are those of one method ("" for each) whose path matches, as in Fault.Path.
func (s *Server) CallsTo(method, path string) []Call {
	var out []Call
	for _, c := range s.Calls() {
		if (method == "" || strings.EqualFold(method, c.Method)) && globbed(c.Path, path) {
			out = append(out, c)
		}
	}
	return out
}

// CallCounts are the numbers of calls by "METHOD /path".
func (s *Server) CallCounts() map[string]int {
	out := map[string]int{}
	for _, c := range s.Calls() {
		out[c.Method+" "+c.Path]++
	}
	return out
}

// ResetCalls forgets them; numbers go on.
func (s *Server) ResetCalls() {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	s.calls.base += len(s.calls.list)
	s.calls.list = nil
}
