package pagerdutysim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stage is an account with a service, two levels of people and a client.
type stage struct {
	*Server
	t             testing.TB
	client        *http.Client
	clock         *clock
	ana, ben, bot string
	policy        string
	web           *Service
	p1, p2        string
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

// quick are short deadlines, so that no test waits for PagerDuty's own.
func quick() Options {
	return Options{HookDeadline: 100 * time.Millisecond, RetryFirst: 5 * time.Millisecond, RetryFor: 300 * time.Millisecond}
}

const botMail = "backout@acme.example"

func start(t testing.TB, o Options) *stage {
	t.Helper()
	c := &clock{at: time.Date(2026, 11, 20, 10, 0, 0, 169e6, time.UTC)}
	if o.Clock == nil {
		o.Clock = c.now
	}
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	st := &stage{Server: s, t: t, clock: c, client: &http.Client{Transport: &http.Transport{}, Timeout: 5 * time.Second}}
	t.Cleanup(s.Close)
	t.Cleanup(st.client.CloseIdleConnections)
	st.ana, st.ben, st.bot = s.User("Ana Lopez", "ana@acme.example"), s.User("Ben Okri", "ben@acme.example"), s.User("Backout", botMail)
	st.policy = s.EscalationPolicy("Web", Level{st.ana}, Level{st.ben})
	st.p1, st.p2 = s.Priority("P1"), s.Priority("P2")
	st.web = s.Service("web-app", ServiceOptions{Policy: st.policy, Team: s.Team("Web team")})
	return st
}

// answer is what the client got.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	text   string
	body   any
}

// header is a pair of name and value for a call; an empty value removes the header.
type header struct{ name, value string }

func (st *stage) try(method, path string, body any, headers ...header) (*http.Response, error) {
	st.t.Helper()
	var r io.Reader
	switch v := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(v)
	default:
		r = bytes.NewReader(encoded(v))
	}
	if !strings.HasPrefix(path, "http") {
		path = st.APIURL() + path
	}
	req, err := http.NewRequest(method, path, r)
	if err != nil {
		st.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Token token="+st.Token())
	req.Header.Set("Accept", "application/vnd.pagerduty+json;version=2")
	req.Header.Set("Content-Type", "application/json")
	if method != http.MethodGet {
		req.Header.Set("From", botMail)
	}
	for _, h := range headers {
		req.Header.Set(h.name, h.value)
		if h.value == "" {
			req.Header.Del(h.name)
		}
	}
	return st.client.Do(req)
}

func (st *stage) call(method, path string, body any, headers ...header) answer {
	st.t.Helper()
	resp, err := st.try(method, path, body, headers...)
	if err != nil {
		st.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		st.t.Fatal(err)
	}
	a := answer{t: st.t, status: resp.StatusCode, header: resp.Header, text: string(b)}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(b, &a.body); err != nil {
			st.t.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
	return a
}

func (st *stage) get(path string, headers ...header) answer {
	st.t.Helper()
	return st.call(http.MethodGet, path, nil, headers...).is(http.StatusOK)
}

func (st *stage) post(path string, body any, headers ...header) answer {
	st.t.Helper()
	return st.call(http.MethodPost, path, body, headers...)
}

func (st *stage) put(path string, body any, headers ...header) answer {
	st.t.Helper()
	return st.call(http.MethodPut, path, body, headers...)
}

// enqueue sends an event and needs no header of the REST API.
func (st *stage) enqueue(event any) answer {
	st.t.Helper()
	return st.post(st.EventsURL()+"/v2/enqueue", event, header{"Authorization", ""}, header{"Accept", ""}, header{"From", ""})
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %.600s", a.status, status, a.text)
	}
	return a
}

// refused is an error of the REST API.
func (a answer) refused(status, code int, says string) answer {
	a.t.Helper()
	a.is(status).says(says)
	if got := fmt.Sprint(a.at("error", "code")); got != fmt.Sprint(code) {
		a.t.Fatalf("code %s, want %d: %.600s", got, code, a.text)
	}
	return a
}

func (a answer) says(text string) answer {
	a.t.Helper()
	if !strings.Contains(a.text, text) {
		a.t.Fatalf("no %q in %.600s", text, a.text)
	}
	return a
}

// at walks through objects by name and lists by number.
func (a answer) at(path ...any) any { return dig(a.body, path...) }

func dig(v any, path ...any) any {
	for _, p := range path {
		switch k := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[k]
		case int:
			l, _ := v.([]any)
			if k >= len(l) {
				return nil
			}
			v = l[k]
		}
	}
	return v
}

func (a answer) wants(want any, path ...any) answer {
	a.t.Helper()
	if got := fmt.Sprint(a.at(path...)); got != fmt.Sprint(want) {
		a.t.Fatalf("%v is %s, want %v: %.900s", path, got, want, a.text)
	}
	return a
}

func (a answer) str(path ...any) string { t, _ := a.at(path...).(string); return t }

// column is one field of each element of a list.
func (a answer) column(list string, field ...any) string {
	l, _ := a.at(list).([]any)
	out := []string{}
	for _, x := range l {
		out = append(out, fmt.Sprint(dig(x, field...)))
	}
	return strings.Join(out, " ")
}

// with copies a map and changes it; a nil value removes the key.
func with(m map[string]any, changes map[string]any) map[string]any {
	out := maps.Clone(m)
	for k, v := range changes {
		out[k] = v
		if v == nil {
			delete(out, k)
		}
	}
	return out
}

// ear is a receiver of webhooks.
type ear struct {
	*httptest.Server
	mu     sync.Mutex
	heard  []heard
	answer func(h heard) int
}

type heard struct {
	header http.Header
	raw    []byte
	body   any
}

func (h heard) event() string { e, _ := dig(h.body, "event", "event_type").(string); return e }

// id is the X-Webhook-Id.
func (h heard) id() string { return h.header.Get("X-Webhook-Id") }

func listen(t testing.TB) *ear {
	t.Helper()
	e := &ear{answer: func(heard) int { return http.StatusAccepted }}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		h := heard{header: r.Header, raw: b}
		_ = json.Unmarshal(b, &h.body)
		e.mu.Lock()
		e.heard = append(e.heard, h)
		answer := e.answer
		e.mu.Unlock()
		w.WriteHeader(answer(h))
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *ear) answers(f func(heard) int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = f
}

func (e *ear) says(status int) { e.answers(func(heard) int { return status }) }

func (e *ear) list(events ...string) []heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []heard
	for _, h := range e.heard {
		if len(events) == 0 || slices.Contains(events, h.event()) {
			out = append(out, h)
		}
	}
	return out
}

// all are the types heard so far, without "incident.".
func (e *ear) all() string {
	var out []string
	for _, h := range e.list() {
		out = append(out, strings.TrimPrefix(h.event(), "incident."))
	}
	return strings.Join(out, " ")
}

// last is the newest event of a type.
func (e *ear) last(t testing.TB, event string) answer {
	t.Helper()
	l := e.list(event)
	if len(l) == 0 {
		t.Fatalf("no %s among %s", event, e.all())
	}
	h := l[len(l)-1]
	return answer{t: t, body: dig(h.body, "event"), text: string(h.raw)}
}

func (st *stage) settle() {
	st.t.Helper()
	if err := st.Settle(3 * time.Second); err != nil {
		st.t.Fatal(err)
	}
}

func (st *stage) fine(err error) {
	st.t.Helper()
	if err != nil {
		st.t.Fatal(err)
	}
}

// states are what became of all deliveries.
func (st *stage) states() string {
	var out []string
	for _, d := range st.Deliveries() {
		out = append(out, string(d.State))
	}
	return strings.Join(out, " ")
}

func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(3 * time.Second); !f(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}
