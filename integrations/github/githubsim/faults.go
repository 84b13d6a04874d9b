package githubsim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is something that goes wrong with API calls. Some that happen:
//
//	Fault{Method: "POST", Path: "dispatches", Status: 502, AfterEffect: true} // accepted, but answered 502
//	Fault{Method: "POST", Path: "dispatches", Cut: true, AfterEffect: true}   // accepted, but the line went dead
//	Fault{Method: "POST", Path: "dispatches", Delay: time.Minute}             // the caller times out first
//	Fault{Status: 403, RetryAfter: time.Minute}                               // secondary limit
//	Fault{RateRemaining0: true, Reset: time.Now().Add(time.Hour)}             // primary limit
type Fault struct {
	// Method is the HTTP method it concerns, "" for each.
	Method string
	// Path is a part of the path without the API's prefix, "" for each; a * in it
	// stands for anything.
	Path string
	// Skip lets the first calls pass: Skip 2 hits the third.
	Skip int
	// Times is how often it happens: 0 is once, negative is until undone.
	Times int

	// Status is the HTTP status. Without a Body, 5xx are HTML pages, and 429 and
	// a 403 with RetryAfter are the secondary limit.
	Status int
	// Body replaces the body; it is JSON when it begins with a brace, else HTML.
	Body string
	// RetryAfter is the header's value, rounded up to seconds; none when 0.
	RetryAfter time.Duration
	// RateRemaining0 is the primary limit: 403 (or Status) with
	// x-ratelimit-remaining: 0 and x-ratelimit-reset.
	RateRemaining0 bool
	// Reset is when that ends, in an hour when zero.
	Reset time.Time
	// Cut closes the connection without an answer.
	Cut bool
	// AfterEffect performs the call first: it succeeded, but the answer is lost.
	AfterEffect bool
	// Delay holds the call back, or its answer with AfterEffect. Alone it delays
	// and nothing else: the call is performed even if nobody waits any more.
	Delay time.Duration
}

// harmless faults only take time.
func (f *Fault) harmless() bool { return f.Status == 0 && !f.Cut && !f.RateRemaining0 }

const (
	limitDoc     = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
	secondaryDoc = limitDoc + "#about-secondary-rate-limits"
	unicorn      = "<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head>" +
		"<body><p><strong>We had issues producing the response to your request.</strong></p></body></html>\n"
)

// reply is what the caller is told instead.
func (f *Fault) reply() reply {
	r := reply{status: f.Status}
	switch {
	case f.RateRemaining0:
		if r.status == 0 {
			r.status = http.StatusForbidden
		}
		r.body = object{"message": "API rate limit exceeded for user ID 1.", "documentation_url": limitDoc, "status": strconv.Itoa(r.status)}
		reset := f.Reset
		if reset.IsZero() {
			reset = time.Now().Add(time.Hour)
		}
		r.set("X-RateLimit-Remaining", "0")
		r.set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	case f.Status >= 500:
		r.raw, r.kind = []byte(unicorn), "text/html; charset=utf-8"
	case f.Status == http.StatusTooManyRequests || f.RetryAfter > 0:
		r.body = object{"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
			"documentation_url": secondaryDoc, "status": strconv.Itoa(r.status)}
	default:
		r.body = object{"message": http.StatusText(f.Status), "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(r.status)}
	}
	if f.Body != "" {
		r.raw, r.kind = []byte(f.Body), "text/html; charset=utf-8"
		if strings.HasPrefix(f.Body, "{") {
			r.kind = "application/json; charset=utf-8"
		}
	}
	if f.RetryAfter > 0 {
		r.set("Retry-After", seconds(f.RetryAfter))
	}
	return r
}

// seconds rounds up to a whole number, at least 1.
func seconds(d time.Duration) string {
	return strconv.Itoa(max(1, int((d+time.Second-1)/time.Second)))
}

type faults struct {
	mu    sync.Mutex
	calls []*Fault
	hooks []*HookFault
}

// match returns the fault that this call meets, the oldest first.
func (fs *faults) match(method, path string) *Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, f := range fs.calls {
		if f.Method != "" && !strings.EqualFold(f.Method, method) || !globbed(path, f.Path) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		hit := *f
		if used(&f.Times) {
			fs.calls = slices.Delete(fs.calls, i, i+1)
		}
		return &hit
	}
	return nil
}

// used counts down and says whether the fault is spent.
func used(times *int) bool {
	if *times < 0 {
		return false
	}
	*times--
	return *times <= 0
}

// globbed says whether the parts of the pattern occur in this order.
func globbed(path, pattern string) bool {
	for part := range strings.SplitSeq(pattern, "*") {
		_, rest, found := strings.Cut(path, part)
		if !found {
			return false
		}
		path = rest
	}
	return true
}

// Fail makes calls fail as described until that is used up or undone.
func (s *Server) Fail(f Fault) (undo func()) {
	p := &f
	s.faults.mu.Lock()
	s.faults.calls = append(s.faults.calls, p)
	s.faults.mu.Unlock()
	return func() {
		s.faults.mu.Lock()
		defer s.faults.mu.Unlock()
		s.faults.calls = slices.DeleteFunc(s.faults.calls, func(o *Fault) bool { return o == p })
	}
}

// Heal ends all faults, of calls and of webhooks.
func (s *Server) Heal() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.calls, s.faults.hooks = nil, nil
}
