package hooks_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"backout/bot/hooks"
	"backout/timeline"
	"backout/timeline/logtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Secrets of the tests, which must never be seen in a log.
const (
	hookSecret  = "whsec-4f1c"
	apiToken    = token("api-9d2e")
	deployToken = token("dep-77aa")
)

type token string

func (t token) Equal(s string) bool { return t != "" && string(t) == s }
func (t token) IsZero() bool        { return t == "" }

// meter keeps the figures.
type meter struct {
	mu     sync.Mutex
	counts map[string]int
}

func (m *meter) Count(name string, labels ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts[strings.Join(append([]string{name}, labels...), " ")]++
}

func (m *meter) get(name string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.counts[name]
}

// github signs like GitHub and understands one event. Its payload is the report of
// a deploy.
type github struct{}

func (github) Verify(body []byte, signature string) bool {
	return hmac.Equal([]byte(signature), []byte(sign(body)))
}

func (github) Parse(event string, body []byte) (timeline.Reported, bool, error) {
	switch event {
	case "deployment_status":
	case "page_build":
		panic("the secret words of " + string(body))
	default:
		return timeline.Reported{}, true, nil
	}
	var d timeline.DeployReport
	if err := json.Unmarshal(body, &d); err != nil {
		return timeline.Reported{}, false, errors.New("it is not JSON")
	}
	return timeline.Reported{Deploys: []timeline.DeployReport{d}}, false, nil
}

func sign(body []byte) string {
	mac := hmac.New(sha256.New, []byte(hookSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// desk is a record behind hooks.
type desk struct {
	t     testing.TB
	mem   *logtest.Mem
	rec   *timeline.Recorder
	meter *meter
	log   *bytes.Buffer
	hooks http.Handler
}

func now() time.Time { return time.Date(2026, 11, 20, 14, 8, 2, 0, time.UTC) }

// catalogue has alerts open incidents, but for those of billing, which are offered.
func catalogue() timeline.Catalogue {
	open := timeline.AlertPolicy{Do: timeline.AlertOpens, Attach: 30 * time.Minute, Priorities: map[string]string{"P1": "1"}}
	return timeline.Catalogue{Alerts: open, Services: []timeline.Service{
		{Name: "web-app", Alerts: open},
		{Name: "billing", Alerts: timeline.AlertPolicy{Do: timeline.AlertOffers}},
	}}
}

// newDesk makes one with everything on; change may turn something off.
func newDesk(t testing.TB, change func(*hooks.Deps)) *desk {
	t.Helper()
	d := &desk{t: t, mem: logtest.Memory(), meter: &meter{counts: map[string]int{}}, log: &bytes.Buffer{}}
	rec, err := timeline.Open(context.Background(), d.mem, timeline.Options{Now: now, Catalogue: catalogue()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Close)
	d.rec = rec
	deps := hooks.Deps{
		Record: rec, GitHub: github{}, PagerDuty: pagerduty{}, Alertmanager: alertmanager{}, Tokens: []hooks.Token{apiToken, deployToken, token("")},
		Meter: d.meter, Log: slog.New(slog.NewTextHandler(d.log, nil)),
	}
	if change != nil {
		change(&deps)
	}
	d.hooks = hooks.Handler(deps)
	return d
}

// got is an answer as a sender sees it.
type got struct {
	*httptest.ResponseRecorder
	body string
}

func (d *desk) send(method, path string, body io.Reader, headers map[string]string) got {
	d.t.Helper()
	req := httptest.NewRequestWithContext(context.Background(), method, path, body)
	for name, value := range headers {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	d.hooks.ServeHTTP(w, req)
	d.leaksNothing()
	return got{w, w.Body.String()}
}

// github delivers as GitHub does; change replaces headers, or drops them by "".
func (d *desk) github(event, delivery, body string, change map[string]string) got {
	d.t.Helper()
	h := map[string]string{
		"Content-Type": "application/json", "X-GitHub-Event": event, "X-GitHub-Delivery": delivery,
		"X-Hub-Signature-256": sign([]byte(body)),
	}
	maps.Copy(h, change)
	return d.send(http.MethodPost, "/webhooks/github", strings.NewReader(body), h)
}

// post posts a deploy as a CI system does.
func (d *desk) post(body string) got {
	d.t.Helper()
	return d.send(http.MethodPost, "/webhooks/deploys", strings.NewReader(body), map[string]string{
		"Authorization": "Bearer " + string(deployToken), "Content-Type": "application/json",
	})
}

// leaksNothing looks for secrets in the log.
func (d *desk) leaksNothing() {
	d.t.Helper()
	for _, secret := range []string{hookSecret, pagerSecret, string(apiToken), string(deployToken), "secret words", "sha256=", "v1="} {
		if strings.Contains(d.log.String(), secret) {
			d.t.Errorf("the log has %q in it: %s", secret, d.log)
		}
	}
}

// says fails unless the answer has the status and the words, and has the form that
// goes with the status.
func (g got) says(t testing.TB, status int, words string) {
	t.Helper()
	if g.Code != status || !strings.Contains(g.body, words) {
		t.Fatalf("got %d %s, want %d with %q", g.Code, g.body, status, words)
	}
	want := "application/json"
	if status >= 400 {
		want = "application/problem+json"
	}
	if kind := g.Header().Get("Content-Type"); kind != want || !json.Valid([]byte(g.body)) {
		t.Errorf("%s: %s", kind, g.body)
	}
}

// deploys gives what the record holds, newest first.
func (d *desk) deploys() []timeline.Deploy {
	d.t.Helper()
	out, err := d.rec.Deploys(context.Background(), timeline.DeployQuery{Limit: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// seen fails unless the figure stands at n.
func (d *desk) seen(source, result string, n int) {
	d.t.Helper()
	if have := d.meter.get("backout_webhooks_total " + source + " " + result); have != n {
		d.t.Errorf("%s %s was counted %d times, want %d; all: %v", source, result, have, n, d.meter.counts)
	}
}

// quietly posts without looking at the log, which senders at once share.
func (d *desk) quietly(body string) *httptest.ResponseRecorder {
	req := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/webhooks/deploys", strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+string(deployToken))
	w := httptest.NewRecorder()
	d.hooks.ServeHTTP(w, req)
	return w
}
