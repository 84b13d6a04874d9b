package pagerduty

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"backout/integrations/pagerduty/pagerdutysim"
	"backout/timeline"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// secret is the token of tests against servers that are no simulator; no error and
// no log may show it.
const secret = "y_VerySecretKey00000"

const botMail = "backout@acme.example"

// figures is a Meter that remembers.
type figures struct {
	mu   sync.Mutex
	list []string
}

func (f *figures) Count(name string, labels ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, strings.TrimPrefix(name+" "+strings.Join(labels, " "), "backout_pagerduty_calls_total "))
}

func (f *figures) has(line string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.list, line)
}

// clock is moved by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// scene is a simulated PagerDuty and a client of it.
type scene struct {
	*pagerdutysim.Server
	t                  *testing.T
	client             *Client
	figures            *figures
	clock              *clock
	ana, ben, bot      string
	policy, none       string
	web, db            *pagerdutysim.Service
	p1, p2             string
	subscriptionSecret string
}

func play(t *testing.T, so pagerdutysim.Options, edits ...func(*Options)) *scene {
	t.Helper()
	c := &clock{at: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}
	so.Clock = c.now
	so.Domain = "acme"
	sim, err := pagerdutysim.Start(so)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	s := &scene{Server: sim, t: t, figures: &figures{}, clock: c, subscriptionSecret: "hook secret"}
	s.ana, s.ben, s.bot = sim.User("Ana Lopez", "ana@acme.example"), sim.User("Ben Okri", "ben@acme.example"), sim.User("Backout", botMail)
	s.policy = sim.EscalationPolicy("Web", pagerdutysim.Level{s.ana}, pagerdutysim.Level{s.ben})
	s.none = sim.EscalationPolicy("Nobody")
	s.p1, s.p2 = sim.Priority("P1"), sim.Priority("P2")
	s.web = sim.Service("web-app", pagerdutysim.ServiceOptions{Policy: s.policy})
	s.db = sim.Service("auth-db", pagerdutysim.ServiceOptions{Policy: s.policy})
	o := Options{Token: sim.Token(), From: botMail, APIURL: sim.APIURL(), EventsURL: sim.EventsURL(), Meter: s.figures, Now: c.now}
	for _, e := range edits {
		e(&o)
	}
	s.client = client(t, o)
	return s
}

// listen receives webhooks from now on.
func (s *scene) listen() *received {
	r := &received{t: s.t, s: s}
	srv := httptest.NewServer(r)
	s.t.Cleanup(srv.Close)
	s.Subscribe(pagerdutysim.Subscription{URL: srv.URL, Secrets: []string{"old secret", s.subscriptionSecret}, Blanks: true, Foreign: []string{"v0=00"}})
	return r
}

// received are the events of webhooks, verified and parsed.
type received struct {
	t      *testing.T
	s      *scene
	mu     sync.Mutex
	events []Event
}

func (r *received) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	var b strings.Builder
	if err := q.Write(&b); err != nil {
		r.t.Error(err)
	}
	_, body, _ := strings.Cut(b.String(), "\r\n\r\n")
	if !Verify([]string{r.s.subscriptionSecret}, []byte(body), q.Header.Get("X-PagerDuty-Signature")) {
		r.t.Errorf("not valid: %s", b.String())
	}
	e, err := Parse([]byte(body))
	if err != nil {
		r.t.Errorf("%v: %s", err, body)
	}
	r.mu.Lock()
	r.events = append(r.events, e)
	r.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
}

// of are the events of a type, once all is delivered.
func (r *received) of(kind string) []Event {
	r.t.Helper()
	if err := r.s.Settle(5 * time.Second); err != nil {
		r.t.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Event
	for _, e := range r.events {
		if e.Type == kind {
			out = append(out, e)
		}
	}
	return out
}

func (s *scene) fine(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func client(t *testing.T, o Options) *Client {
	t.Helper()
	c, err := NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// answering is a client of a server that gives one kind of answer.
func answering(t *testing.T, h http.HandlerFunc) (*Client, *httptest.Server) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return client(t, Options{Token: secret, From: botMail, APIURL: srv.URL}), srv
}

// troubleOf is err as what every error of a call is.
func troubleOf(t *testing.T, err error) *timeline.Trouble {
	t.Helper()
	out, ok := err.(*timeline.Trouble) //nolint:errorlint // The type itself is what is promised.
	if !ok {
		t.Fatalf("%T %v is no trouble", err, err)
	}
	if strings.Contains(out.Error(), secret) || strings.Contains(out.Error(), pagerdutysim.DefaultToken) {
		t.Errorf("the error shows the token: %v", out)
	}
	if strings.Contains(out.Error(), "/users") {
		t.Errorf("the error shows whom was asked for: %v", out)
	}
	if out.Sentence == "" || strings.HasSuffix(out.Sentence, ".") || out.Permanent && (out.Unsure || out.After != 0) {
		t.Errorf("not as troubles are: %+v", out)
	}
	return out
}

// wants holds a trouble against what it is to mean: never, later, unsure, or again
// for what did not happen.
func wants(t *testing.T, err error, fate string, after time.Duration, says string) {
	t.Helper()
	tr := troubleOf(t, err)
	got := "again"
	switch {
	case tr.Permanent:
		got = "never"
	case tr.Unsure:
		got = "unsure"
	case after != 0:
		got = "later"
	}
	if got != fate || !strings.Contains(tr.Sentence, says) {
		t.Errorf("%s, want %s saying %q: %+v", got, fate, says, tr)
	}
	if (fate == "later" || fate == "again") && tr.After <= 0 {
		t.Errorf("it says neither never nor when: %+v", tr)
	}
	if after != 0 && (tr.After < after-2*time.Second || tr.After > after+2*time.Second) {
		t.Errorf("after %v, want %v", tr.After, after)
	}
}

func soon(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
