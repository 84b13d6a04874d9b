package pagerdutysim

import (
	"slices"
	"sync"
	"time"
)

// desk is where webhooks are sent from. Its lock guards subscriptions, lanes and
// deliveries.
type desk struct {
	mu      sync.Mutex
	subs    []*subscription
	sent    []*delivery // in order of creation
	open    int         // deliveries and events that are under way
	changed chan struct{}
	nudge   chan struct{} // closed to end all pauses between attempts
}

// So many drops in a row disable a subscription for so long.
const (
	disabledFor = 24 * time.Hour
	fatalDrops  = 3
)

// Subscription describes a webhook subscription.
type Subscription struct {
	// URL is the receiver's; it may carry a name and a password.
	URL string
	// Secrets are the active ones; a delivery is signed with each. None makes one up.
	Secrets []string
	// Events are the wanted types; none is every type of the kind of its filter.
	Events []string
	// Service or Team is the id of what it covers; neither is the whole account.
	Service, Team string
	// Headers are the custom headers of each delivery.
	Headers map[string]string
	// Blanks puts a blank behind each comma between signatures.
	Blanks bool
	// Foreign are signatures of other versions that are sent before ours, "v0=…".
	Foreign []string
	// Inactive subscriptions get nothing.
	Inactive bool
}

type subscription struct {
	Subscription
	id          string
	description string
	disabled    time.Time // until when; zero is enabled
	drops       int       // in a row
	epoch       int       // grows when everything queued is lost
	lanes       map[string]*lane
}

// lane is the queue of one incident within a subscription.
type lane struct {
	queue []*delivery
	busy  bool
	held  *delivery // waits for the next one to overtake it
}

// Subscribe adds a subscription and returns its id.
func (s *Server) Subscribe(n Subscription) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n.URL == "" {
		misuse("a subscription needs a URL")
	}
	return s.subscribe(n, "").id
}

func (s *Server) subscribe(n Subscription, description string) *subscription {
	if len(n.Secrets) == 0 {
		n.Secrets = []string{s.w.letters(64, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/")}
	}
	sub := &subscription{Subscription: n, id: s.w.id(), description: description, lanes: map[string]*lane{}}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	s.desk.subs = append(s.desk.subs, sub)
	return sub
}

// with runs f on a subscription under the desk's lock and panics without one.
func (s *Server) with(id string, f func(*subscription)) {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	sub, ok := find(s.desk.subs, id)
	if !ok {
		misuse("no subscription has the id %q", id)
	}
	f(sub)
}

func (n *subscription) is(id string) bool { return n.id == id }

// Unsubscribe removes a subscription with all that it has queued.
func (s *Server) Unsubscribe(id string) {
	s.with(id, func(n *subscription) { s.remove(n) })
}

// remove takes a subscription off. The desk's lock is held.
func (s *Server) remove(n *subscription) {
	s.desk.subs = slices.DeleteFunc(s.desk.subs, func(o *subscription) bool { return o == n })
	s.lose(n)
}

// Rotate replaces the active secrets. What is queued is signed with the new ones.
func (s *Server) Rotate(id string, secrets ...string) {
	s.with(id, func(n *subscription) { n.Secrets = secrets })
}

// Secrets are the active secrets of a subscription.
func (s *Server) Secrets(id string) (secrets []string) {
	s.with(id, func(n *subscription) { secrets = slices.Clone(n.Secrets) })
	return secrets
}

// Enable ends a disablement before its day is over.
func (s *Server) Enable(id string) {
	s.with(id, (*subscription).enable)
}

func (n *subscription) enable() { n.disabled, n.drops = time.Time{}, 0 }

// Disable does what three drops in a row do.
func (s *Server) Disable(id string) {
	s.with(id, s.disable)
}

func (s *Server) disable(n *subscription) {
	n.disabled, n.drops = s.opt.Clock().Add(disabledFor), 0
	s.lose(n)
}

// Disabled says whether a subscription is disabled at this time.
func (s *Server) Disabled(id string) (disabled bool) {
	s.with(id, func(n *subscription) { disabled = n.isDisabled(s.opt.Clock()) })
	return disabled
}

func (n *subscription) isDisabled(now time.Time) bool { return now.Before(n.disabled) }

// lose drops what is queued. What is being attempted finds out before its next
// attempt, even if the subscription is enabled again by then. The desk's lock is held.
func (s *Server) lose(n *subscription) {
	n.epoch++
	for _, l := range n.lanes {
		if l.held != nil {
			l.queue = append(l.queue, l.held)
			l.held = nil
		}
		for _, d := range l.queue {
			s.settle(d, Lost)
		}
		l.queue = nil
	}
}

// Ping sends the test event of a subscription.
func (s *Server) Ping(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.with(id, s.ping)
}

// ping holds both locks.
func (s *Server) ping(n *subscription) {
	e := s.newEvent("pagey.ping", "pagey", s.nobody(), object{"message": "Hello from your friend Pagey!", "type": "ping"})
	s.enqueue(n, s.deliveryOf(e, "pagey"))
}
