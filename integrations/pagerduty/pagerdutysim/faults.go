package pagerdutysim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is something that goes wrong with calls of either API. Some that happen:
//
//	Fault{Method: "POST", Path: "/incidents", Status: 502, AfterEffect: true} // created, but answered 502
//	Fault{Method: "POST", Path: "/notes", Cut: true, AfterEffect: true}       // written, but the line went dead
//	Fault{Path: "/v2/enqueue", Delay: time.Minute}                            // the caller times out first
//	Fault{Status: 429, RetryAfter: 20 * time.Second}                          // limited, with ratelimit-reset: 20
//	Fault{Status: 429, Bare: true}                                            // limited, without a word
type Fault struct {
	// Method is the HTTP method it concerns, "" for each.
	Method string
	// Path is a part of the path within its API, "" for each; a * in it stands for
	// anything.
	Path string
	// Skip lets the first calls pass: Skip 2 hits the third.
	Skip int
	// Times is how often it happens: 0 is once, negative is until undone.
	Times int

	// Status is the HTTP status. Without a Body it has the body that PagerDuty
	// gives with this status.
	Status int
	// Body replaces the body; it is JSON when it begins with a brace, else HTML.
	Body string
	// Bare leaves body and headers out, as PagerDuty's 429 sometimes does.
	Bare bool
	// RetryAfter, rounded up to seconds, is ratelimit-reset of a REST 429 and
	// Retry-After of anything else; none when 0.
	RetryAfter time.Duration
	// Cut closes the connection without an answer.
	Cut bool
	// AfterEffect performs the call first: it succeeded, but the answer is lost.
	AfterEffect bool
	// Delay holds the call back, or its answer with AfterEffect. Alone it delays
	// and nothing else: the call is performed even if nobody waits any more.
	Delay time.Duration
}

// harmless faults only take time.
func (f *Fault) harmless() bool { return f.Status == 0 && !f.Cut }

// reply is what the caller is told instead.
func (f *Fault) reply(events bool) reply {
	r := reply{status: f.Status}
	switch {
	case f.Bare:
		return r
	case f.Body != "":
		r.raw, r.kind = []byte(f.Body), "text/html; charset=utf-8"
		if strings.HasPrefix(f.Body, "{") {
			r.kind = "application/json; charset=utf-8"
		}
	case events && f.Status == http.StatusTooManyRequests:
		r.body = throttled().body
	case events:
		r.body = object{"status": "error", "message": http.StatusText(f.Status)}
	case f.Status == http.StatusRequestTimeout:
		r.body = errorReply(f.Status, 2016, "The request took too long to process").body
	case f.Status == http.StatusTooManyRequests:
		r.body = errorReply(f.Status, 2020, "Rate Limit Exceeded").body
	case f.Status == http.StatusInternalServerError:
		r.body = errorReply(f.Status, 2000, "An internal error has occurred. PagerDuty team has been notified.").body
	case f.Status > http.StatusInternalServerError:
		// Whoever stands in front of the API speaks HTML.
		r.raw, r.kind = []byte("<html><body><h1>"+strconv.Itoa(f.Status)+" "+http.StatusText(f.Status)+"</h1></body></html>\n"), "text/html"
	default:
		r.body = errorReply(f.Status, 2001, http.StatusText(f.Status)).body
	}
	if f.RetryAfter > 0 {
		if f.Status == http.StatusTooManyRequests && !events {
			r.set("ratelimit-limit", "960")
			r.set("ratelimit-remaining", "0")
			r.set("ratelimit-reset", seconds(f.RetryAfter))
		} else {
			r.set("Retry-After", seconds(f.RetryAfter))
		}
	}
	return r
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
