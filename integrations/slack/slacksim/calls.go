package slacksim

import (
	"maps"
	"sync"
	"time"
)

// Call is one Web API call.
type Call struct {
	N          int // from 1, in order of arrival
	Method     string
	Args       map[string]string // without the token
	Start, End time.Time         // End is zero while it runs
	Status     int               // HTTP status, 0 when cut
	OK         bool              // what the caller was told
	Error      string
	Effect     bool // whether it was performed, whatever the caller was told
}

type callLog struct {
	mu   sync.Mutex
	base int // calls forgotten by reset
	list []Call
}

func (l *callLog) begin(method string, a args, start time.Time) int {
	clean := maps.Clone(a.values)
	delete(clean, "token")
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.base + len(l.list) + 1
	l.list = append(l.list, Call{N: n, Method: method, Args: clean, Start: start})
	return n
}

func (l *callLog) end(n, status int, ok bool, code string, effect bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := n - l.base - 1; i >= 0 {
		c := &l.list[i]
		c.End, c.Status, c.OK, c.Error, c.Effect = time.Now(), status, ok, code, effect
	}
}

// Calls are the calls since the last ResetCalls, in order of arrival.
func (s *Server) Calls() []Call {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	return append([]Call(nil), s.calls.list...)
}

// CallsTo are those of one method.
func (s *Server) CallsTo(method string) []Call {
	var out []Call
	for _, c := range s.Calls() {
		if c.Method == method {
			out = append(out, c)
		}
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

// Depth is the number of sequential round trips up to and including call n:
// 1 + the greatest depth of the calls that had ended before it started. It is 0
// when there is no such call. Calls that overlap in time are in parallel.
func Depth(calls []Call, n int) int {
	depth := map[int]int{}
	for i, c := range calls {
		d := 0
		for _, before := range calls[:i] {
			if !before.End.IsZero() && !before.End.After(c.Start) {
				d = max(d, depth[before.N])
			}
		}
		depth[c.N] = d + 1
		if c.N == n {
			return d + 1
		}
	}
	return 0
}
