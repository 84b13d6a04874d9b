package githubsim

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Delivery is an attempt to send a webhook, as the demo and tests see it.
type Delivery struct {
	ID            int64
	HookID        int64
	GUID          string
	Event, Action string
	Repo          string // full name
	URL           string
	Payload       []byte
	Redelivery    bool
	At            time.Time // by the clock
	Done          bool      // false while it is under way
	Status        string    // "OK" or what went wrong
	StatusCode    int
	Response      string
}

func (d *delivery) public() Delivery {
	return Delivery{
		ID: d.id, HookID: d.hook.id, GUID: d.guid, Event: d.event, Action: d.action, Repo: d.repo, URL: d.hook.url, Payload: d.body,
		Redelivery: d.redelivery, At: d.at, Done: d.done, Status: d.status, StatusCode: d.code, Response: d.response,
	}
}

// Deliveries are all attempts so far, in order of creation, narrowed to events when
// some are named.
func (s *Server) Deliveries(events ...string) []Delivery {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	var out []Delivery
	for _, d := range s.desk.sent {
		if len(events) == 0 || slices.Contains(events, d.event) {
			out = append(out, d.public())
		}
	}
	return out
}

// Redeliver sends what was delivered under this GUID once more to each hook that
// got it. GitHub never does so by itself.
func (s *Server) Redeliver(guid string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var last []*delivery
	s.desk.mu.Lock()
	seen := map[*hook]bool{}
	for _, d := range s.desk.sent {
		if d.guid == guid && !seen[d.hook] {
			seen[d.hook] = true
			last = append(last, d)
		}
	}
	s.desk.mu.Unlock()
	if last == nil {
		return fmt.Errorf("githubsim: nothing was delivered as %s", guid)
	}
	for _, d := range last {
		s.again(d)
	}
	return nil
}

// again makes a new attempt out of an old one.
func (s *Server) again(d *delivery) {
	s.enqueue(d.hook, &delivery{guid: d.guid, event: d.event, action: d.action, repo: d.repo, repoID: d.repoID, body: d.body, redelivery: true})
}

// Settle waits until no delivery is under way, at most this long.
func (s *Server) Settle(atMost time.Duration) error {
	return s.WaitDelivered(atMost, func([]Delivery) bool { return true })
}

// WaitDelivered waits until no delivery is under way and the condition holds for
// all attempts so far, at most this long.
func (s *Server) WaitDelivered(atMost time.Duration, enough func([]Delivery) bool) error {
	t := time.NewTimer(atMost)
	defer t.Stop()
	for {
		s.desk.mu.Lock()
		open, changed := s.desk.open, s.desk.changed
		s.desk.mu.Unlock()
		if open == 0 && enough(s.Deliveries()) {
			return nil
		}
		select {
		case <-changed:
		case <-t.C:
			return fmt.Errorf("githubsim: after %v, %d deliveries are under way, and what was waited for has not come", atMost, open)
		case <-s.ctx.Done():
			return errors.New("githubsim: closed while waiting for deliveries")
		}
	}
}
