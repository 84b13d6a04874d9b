package pages_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"backout/bot/pages"
	"backout/templates"
	"backout/timeline"
	"backout/timeline/logtest"
)

type token string

func (t token) Equal(s string) bool { return t != "" && string(t) == s }
func (t token) IsZero() bool        { return t == "" }

// views makes the least of documents.
type views struct{}

func (views) Draft(_ context.Context, in *timeline.Incident, picture string) (string, []byte, error) {
	return in.ID() + ".md", []byte("# " + in.ID() + "\n" + picture), nil
}

func (views) Public(_ context.Context, in *timeline.Incident) (string, []byte, error) {
	return in.ID() + "-public.md", []byte("# An incident\n"), nil
}

func (views) Chart(_ context.Context, in *timeline.Incident) (string, []byte, error) {
	return in.ID() + ".png", []byte("\x89PNG"), nil
}

func (views) Completeness(in *timeline.Incident) templates.Completeness {
	return templates.Completeness{To: in.CompleteTo, Gaps: in.Gaps}
}
func (views) Warm(context.Context, []string) {}
func (views) PersonName(id string) string {
	return map[string]string{"U0ANA": "Ana Ruiz", "U0TOM": "Tom Weber"}[id]
}
func (views) ChannelName(string) string { return "" }

// desk is a record behind pages.
type desk struct {
	t     *testing.T
	mem   *logtest.Mem
	rec   *timeline.Recorder
	deps  pages.Deps
	url   string
	ready error
}

func newDesk(t *testing.T, tok token) *desk {
	t.Helper()
	now := time.Date(2026, 11, 20, 14, 8, 2, 0, time.UTC)
	mem := logtest.Memory()
	rec, err := timeline.Open(context.Background(), mem, timeline.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Close)
	d := &desk{t: t, mem: mem, rec: rec}
	d.deps = pages.Deps{
		Record: rec, Ledger: rec, Views: views{}, Token: tok, Metrics: pages.NewMetrics().Handler(), BaseURL: "https://backout.example",
		Ready: func(context.Context) error { return d.ready },
	}
	d.serve(pages.Handler(d.deps))
	return d
}

// serve has the desk ask this handler from now on.
func (d *desk) serve(h http.Handler) {
	srv := httptest.NewServer(h)
	d.t.Cleanup(srv.Close)
	d.url = srv.URL
}

func (d *desk) does(c timeline.Change) {
	d.t.Helper()
	if _, err := d.rec.Record(context.Background(), c); err != nil {
		d.t.Fatal(err)
	}
}

// incidents makes a public one with a channel and a private one.
func (d *desk) incidents() {
	d.does(timeline.Adopt("slash:1", "U0ANA", timeline.Adoption{Channel: "C1", Name: "logins", Declaration: timeline.Declaration{Title: "Logins fail", Severity: "1", Services: []string{"web-app"}, Lead: "U0ANA"}}))
	d.does(timeline.Adopt("slash:2", "U0ANA", timeline.Adoption{Channel: "C2", Name: "leak", Private: true, Declaration: timeline.Declaration{Title: "A leak"}}))
	d.does(timeline.Hear(timeline.Said{Channel: "C1", TS: "1795184700.000100", Who: "U0TOM", Text: "see &lt;b&gt; <@U0ANA>", Link: "https://acme.slack.com/archives/C1/p1795184700000100"}))
	d.does(timeline.Hear(timeline.Said{Channel: "C1", TS: "1795184700.000100", Who: "U0TOM", Text: "see <@U0ANA>", Version: "1795184710.000000"}))
}

func (d *desk) get(path, bearer string) (*http.Response, string) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, d.url+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp, string(body)
}

func TestWhoMayReadTheAPI(t *testing.T) {
	for _, c := range []struct {
		name   string
		token  token
		given  string
		status int
		says   string
	}{
		{"the right token", "s3cret", "s3cret", 200, `"incidents"`},
		{"a wrong token", "s3cret", "guess", 401, "wants the bearer token"},
		{"no token", "s3cret", "", 401, "wants the bearer token"},
		{"the API is off", "", "", 403, "The API is off"},
		{"the API is off, whatever is sent", "", "x", 403, "The API is off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp, body := newDesk(t, c.token).get("/api/incidents", c.given)
			if resp.StatusCode != c.status || !strings.Contains(body, c.says) {
				t.Fatalf("%d %s", resp.StatusCode, body)
			}
			if c.status >= 400 && resp.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("content type %s", resp.Header.Get("Content-Type"))
			}
		})
	}
}

func TestPrivateIncidentsAreNotThere(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.incidents()
	for _, path := range []string{"/api/incidents/INC-2", "/api/incidents/INC-2/events", "/api/incidents/INC-2/events?raw=1", "/api/incidents/INC-2/postmortem.md"} {
		secret, body := d.get(path, "s3cret")
		missing, want := d.get(strings.Replace(path, "INC-2", "INC-9", 1), "s3cret")
		if secret.StatusCode != 404 || missing.StatusCode != 404 || strings.ReplaceAll(body, "INC-2", "INC-9") == body && body != want {
			t.Errorf("%s: %d %s, and for one that does not exist %s", path, secret.StatusCode, body, want)
		}
	}
	if _, body := d.get("/api/incidents?status=all", "s3cret"); strings.Contains(body, "leak") || !strings.Contains(body, "INC-1") {
		t.Errorf("the list says %s", body)
	}
}

func TestTheControlSocketSeesPrivateOnes(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.incidents()
	d.serve(pages.Control(d.deps))
	if resp, body := d.get("/api/incidents/INC-2/postmortem.md", ""); resp.StatusCode != 200 || body != "# INC-2\n" || !strings.Contains(resp.Header.Get("Content-Disposition"), "INC-2.md") {
		t.Fatalf("%d %s %v", resp.StatusCode, body, resp.Header)
	}
}

func TestEventsAreTheTimelineAsItStands(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.incidents()
	_, body := d.get("/api/incidents/INC-1/events", "s3cret")
	var found pages.Entry
	last := time.Time{}
	for s := bufio.NewScanner(strings.NewReader(body)); s.Scan(); {
		var e pages.Entry
		if err := json.Unmarshal(s.Bytes(), &e); err != nil {
			t.Fatalf("%v in %s", err, s.Text())
		}
		if e.At.Before(last) {
			t.Errorf("%d stands after a later one", e.N)
		}
		last = e.At
		if e.Kind == timeline.KindMessage {
			found = e
		}
	}
	if found.Text != "see Ana Ruiz" || found.WhoName != "Tom Weber" || len(found.Versions) != 1 || found.Versions[0].Text != "see <b> Ana Ruiz" || found.EditedAt == nil || found.TS != "1795184700.000100" {
		t.Fatalf("got %+v", found)
	}
	_, raw := d.get("/api/incidents/INC-1/events?raw=1", "s3cret")
	if !strings.Contains(raw, `"kind":"message_edited"`) || !strings.Contains(raw, `"key":"edit:C1:1795184700.000100:1795184710.000000"`) {
		t.Errorf("raw: %s", raw)
	}
}

func TestOneIncident(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.incidents()
	_, body := d.get("/api/incidents/INC-1", "s3cret")
	var got map[string]any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"id", "number", "title", "status", "severity", "services", "lead", "channel", "private", "moments", "complete_to", "gaps", "impact", "cause", "follow_ups", "suspects", "rollbacks", "freezes", "url"} {
		if _, ok := got[key]; !ok {
			t.Errorf("no %s in %s", key, body)
		}
	}
}

func TestBadRequestsSayWhatToSend(t *testing.T) {
	d := newDesk(t, "s3cret")
	for path, says := range map[string]string{
		"/api/incidents?limit=0":         "limit wants a number",
		"/api/incidents?status=closed":   "status wants open or all",
		"/api/incidents?since=yesterday": "since wants an instant",
		"/api/incidents?cursor=x":        "cursor wants",
		"/api/deploys?limit=201":         "limit wants a number",
		"/api/deploys?cursor=-1":         "cursor wants",
		"/api/freeze":                    "names no service",
		"/api/freeze?service=%20":        "names no service",
		"/api/incidents/seven":           "named INC-1",
		"/nothing":                       "There is nothing at",
	} {
		if resp, body := d.get(path, "s3cret"); resp.StatusCode < 400 || !strings.Contains(body, says) {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
}

func TestPagingReachesEveryIncident(t *testing.T) {
	d := newDesk(t, "s3cret")
	for i := range 7 {
		d.does(timeline.Declare("slash:"+string(rune('a'+i)), "U0ANA", timeline.Declaration{Title: "Outage " + string(rune('a'+i))}))
	}
	seen, cursor := 0, ""
	for {
		_, body := d.get("/api/incidents?limit=3&cursor="+cursor, "s3cret")
		var page struct {
			Incidents []pages.Incident
			Next      string
		}
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		seen += len(page.Incidents)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if seen != 7 {
		t.Fatalf("saw %d of 7", seen)
	}
}

func TestHealthAndReadiness(t *testing.T) {
	d := newDesk(t, "")
	if resp, _ := d.get("/healthz", ""); resp.StatusCode != 200 {
		t.Error("not alive")
	}
	if resp, _ := d.get("/readyz", ""); resp.StatusCode != 200 {
		t.Error("not ready")
	}
	d.ready = errors.New("no link to Slack was heard of in the last 60 s")
	if resp, body := d.get("/readyz", ""); resp.StatusCode != 503 || !strings.Contains(body, "no link to Slack") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if resp, body := d.get("/metrics", ""); resp.StatusCode != 200 || !strings.Contains(body, "backout_stray_metrics_total 0") {
		t.Errorf("metrics: %d %.200s", resp.StatusCode, body)
	}
}

func TestFiguresUnderUnknownNamesAreCountedAsStray(t *testing.T) {
	m := pages.NewMetrics()
	m.Count("backout_effects_total", "card", "done")
	m.Count("backout_webhooks_total", "github", "recorded")
	m.Count("backout_typo_total")
	m.Observe("backout_slack_ack_seconds", 0.01)
	srv := httptest.NewServer(m.Handler())
	defer srv.Close()
	d := &desk{t: t, url: srv.URL}
	_, body := d.get("/", "")
	if !strings.Contains(body, `backout_effects_total{kind="card",result="done"} 1`) || !strings.Contains(body, "backout_stray_metrics_total 2") {
		t.Fatalf("%.2000s", body)
	}
}
