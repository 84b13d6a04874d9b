package pagerdutysim

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is the simulated PagerDuty. All its methods are safe for concurrent use.
//
// Locks: mu guards the world; the desk of webhooks, the faults, the log and the
// limits have their own and may be taken while mu is held, never the other way
// round. Exported methods take mu, unexported ones find it held unless they say so.
type Server struct {
	opt  Options
	base string // http://127.0.0.1:port
	site string // where html_url leads

	mu sync.Mutex
	w  world

	desk   desk
	inbox  inbox
	faults faults
	limits limits
	calls  callLog

	http   *http.Server
	client *http.Client // sends webhooks
	ctx    context.Context
	stop   context.CancelFunc

	life    sync.Mutex // guards closed, so that no worker starts once Close waits
	closed  bool
	workers sync.WaitGroup
}

// Start listens and serves until Close. Listening comes first, so that a taken
// port is an error here and the address is known when Start returns.
func Start(o Options) (*Server, error) {
	o = o.withDefaults()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("pagerdutysim: %w", err)
	}
	s := &Server{opt: o, base: "http://" + l.Addr().String(), w: newWorld(o)}
	s.site = s.base
	if o.Domain != "" {
		s.site = "https://" + o.Domain + ".pagerduty.com"
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.desk = desk{changed: make(chan struct{}), nudge: make(chan struct{})}
	s.client = &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 4, Proxy: nil},
		// A redirect is an answer, and not one of the accepted ones.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	s.workers.Go(func() { _ = s.http.Serve(l) })
	return s, nil
}

// Close stops everything and waits for it. It may be called more than once.
func (s *Server) Close() {
	s.life.Lock()
	first := !s.closed
	s.closed = true
	s.life.Unlock()
	if first {
		s.stop()
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if s.http.Shutdown(ctx) != nil {
			_ = s.http.Close()
		}
	}
	s.workers.Wait()
	s.client.CloseIdleConnections()
}

// spawn runs f in a goroutine that Close waits for. After Close it does nothing.
func (s *Server) spawn(f func()) {
	s.life.Lock()
	defer s.life.Unlock()
	if !s.closed {
		s.workers.Go(f)
	}
}

// The two APIs live below these paths.
const (
	apiPrefix    = "/api"
	eventsPrefix = "/events"
)

// APIURL is the base of the REST API, without a slash at its end.
func (s *Server) APIURL() string { return s.base + apiPrefix }

// EventsURL is the base of the Events API, without a slash and without /v2/enqueue.
func (s *Server) EventsURL() string { return s.base + eventsPrefix }

// URL is the account's website, the base of html_url.
func (s *Server) URL() string { return s.site }

// Token is the accepted key of the account.
func (s *Server) Token() string { return s.opt.Token }

// now is the clock in UTC with milliseconds, as webhooks print it.
func (s *Server) now() time.Time { return s.opt.Clock().UTC().Truncate(time.Millisecond) }

// pause waits and says whether the server still lives.
func (s *Server) pause(d time.Duration) bool {
	if d <= 0 {
		return s.ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}
