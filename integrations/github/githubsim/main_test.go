package githubsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
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

// stage is a server with the repository acme/web-app and a client.
type stage struct {
	*Server
	t      testing.TB
	client *http.Client
	repo   *Repo
}

func start(t testing.TB, o Options) *stage {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	st := &stage{Server: s, t: t, client: &http.Client{Transport: &http.Transport{}, Timeout: 5 * time.Second}}
	t.Cleanup(s.Close)
	t.Cleanup(st.client.CloseIdleConnections)
	st.repo = s.Repo("acme/web-app")
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
		b, err := json.Marshal(v)
		if err != nil {
			st.t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	if !strings.HasPrefix(path, "http") {
		path = st.APIURL() + strings.TrimPrefix(path, "/")
	}
	req, err := http.NewRequest(method, path, r)
	if err != nil {
		st.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+st.Token())
	req.Header.Set("X-GitHub-Api-Version", oldVersion)
	for _, h := range headers {
		req.Header.Set(h.name, h.value)
		if h.value == "" && h.name != "User-Agent" {
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
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber() // ids are past what a float shows
		if err := d.Decode(&a.body); err != nil {
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

// web is a path below the repository of the stage.
func web(format string, args ...any) string {
	return "repos/acme/web-app" + fmt.Sprintf(format, args...)
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %.600s", a.status, status, a.text)
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
		a.t.Fatalf("%v is %s, want %v: %.600s", path, got, want, a.text)
	}
	return a
}

// id is the number at a path.
func (a answer) id(path ...any) int64 {
	a.t.Helper()
	n, is := a.at(path...).(json.Number)
	id, err := n.Int64()
	if !is || err != nil {
		a.t.Fatalf("%v is no number: %.600s", path, a.text)
	}
	return id
}

// column is one field of each element of a list.
func (a answer) column(field string, path ...any) []string {
	l, _ := a.at(path...).([]any)
	out := []string{}
	for _, x := range l {
		out = append(out, fmt.Sprint(dig(x, field)))
	}
	return out
}

func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(3 * time.Second); !f(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// rollback is the workflow that most tests dispatch.
func rollback() Workflow {
	return Workflow{
		File: "rollback.yml", Name: "Rollback", RunName: "Rollback to ${{ inputs.version }} [id: ${{ inputs.backout_id }}]",
		Inputs: []Input{
			{Name: "version", Required: true}, {Name: "backout_id"},
			{Name: "mode", Type: "choice", Options: []string{"fast", "safe"}, Default: "safe"},
			{Name: "dry", Type: "boolean", Default: "false"},
		},
		Jobs: []Job{{Name: "deploy", Steps: []string{"Check out", "Deploy"}}, {Name: "verify", Steps: []string{"Smoke test"}}},
	}
}

// dispatched starts a rollback and returns its run.
func (st *stage) dispatched(inputs map[string]any) *Run {
	st.t.Helper()
	a := st.post(web("/actions/workflows/rollback.yml/dispatches"), map[string]any{"ref": "main", "inputs": inputs, "return_run_details": true}).is(200)
	return st.Run(a.id("workflow_run_id"))
}

// ear is a receiver of webhooks.
type ear struct {
	*httptest.Server
	mu     sync.Mutex
	heard  []heard
	status int
	delay  time.Duration
}

type heard struct {
	header http.Header
	raw    []byte
	body   any
}

func (h heard) event() string { return h.header.Get("X-GitHub-Event") }

func listen(t testing.TB) *ear {
	t.Helper()
	e := &ear{status: http.StatusNoContent}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		h := heard{header: r.Header, raw: b}
		_ = json.Unmarshal(b, &h.body)
		e.mu.Lock()
		e.heard = append(e.heard, h)
		status, delay := e.status, e.delay
		e.mu.Unlock()
		time.Sleep(delay)
		w.WriteHeader(status)
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *ear) answers(status int, delay time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status, e.delay = status, delay
}

// all are the events heard so far, as "event action".
func (e *ear) all(events ...string) []string {
	out := []string{}
	for _, h := range e.list(events...) {
		out = append(out, strings.TrimSpace(h.event()+" "+fmt.Sprint(dig(h.body, "action"))))
	}
	return out
}

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

func (st *stage) settle() {
	st.t.Helper()
	if err := st.Settle(3 * time.Second); err != nil {
		st.t.Fatal(err)
	}
}
