package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"backout/integrations/github/githubsim"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// echo stands before a server and, while it is angry, answers with what it was sent:
// headers and body, as careless proxies do. It may also break connections off.
type echo struct {
	mode  atomic.Int64 // an HTTP status, -1 to break off, 0 to let through
	calls atomic.Int64
}

func (e *echo) before(t *testing.T, origin string) string {
	t.Helper()
	through := detour(t, origin, &thief{Server: &httptest.Server{URL: "http://127.0.0.1:1"}}, func(string) int { return 0 })
	base := through[strings.Index(through[8:], "/")+8:]
	if !strings.Contains(through[8:], "/") {
		base = ""
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch mode := e.mode.Load(); {
		case mode == 0:
			out, err := http.NewRequestWithContext(r.Context(), r.Method, strings.TrimSuffix(through, base)+r.URL.RequestURI(), bytes.NewReader(body))
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			out.Header = r.Header.Clone()
			resp, err := http.DefaultTransport.RoundTrip(out)
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			defer resp.Body.Close()
			maps.Copy(w.Header(), resp.Header)
			w.WriteHeader(resp.StatusCode)
			_, _ = io.Copy(w, resp.Body)
		case mode < 0:
			e.calls.Add(1)
			panic(http.ErrAbortHandler)
		default:
			e.calls.Add(1)
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Echo", r.Header.Get("Authorization"))
			w.WriteHeader(int(mode))
			said := fmt.Sprintf("%s %s %v %s", r.Method, r.URL, r.Header, body)
			_ = json.NewEncoder(w).Encode(map[string]any{
				"ok": false, "error": "invalid_auth " + said, "message": said, "errors": []string{said},
				"response_metadata": map[string]any{"messages": []string{said}},
			})
		}
	}))
	front.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	t.Cleanup(front.Close)
	return front.URL + base
}

// TestOurSecretsAreWrittenNowhere plays a story at debug level in which Slack, GitHub
// and PagerDuty refuse, fail, break off and echo what they were sent, and our own
// code has faults; then it looks for each secret in everything that was written.
func TestOurSecretsAreWrittenNowhere(t *testing.T) {
	stderr := captured(t)
	w := newWatch(t, "open")
	hub := newWorks(t, githubsim.Options{}, nil, 0)
	angry := &echo{}
	sab, log := &saboteur{}, &lines{}
	w.now, w.logger = sab.Now, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))
	w.env["BACKOUT_API_TOKEN"], w.env["BACKOUT_DEPLOY_TOKEN"] = "api-token", "deploy-token-5f3e"
	w.env["GITHUB_TOKEN"], w.env["GITHUB_WEBHOOK_SECRET"] = hub.hub.Token(), "gh-whsec-91ab"
	w.env["PAGERDUTY_WEBHOOK_SECRETS"] = "old-secret-77,pd-whsec-22cd"
	w.env["GITHUB_API_URL"] = angry.before(t, hub.hub.APIURL())
	w.env["SLACK_API_URL"] = angry.before(t, w.env["SLACK_API_URL"])
	w.env["PAGERDUTY_API_URL"] = angry.before(t, w.env["PAGERDUTY_API_URL"])
	w.yaml = strings.Replace(w.yaml, "{name: web-app,", "{name: web-app, repo: acme/web-app, owners: ["+w.ana.ID()+"], rollback: {workflow: rollback.yml},", 1)
	secrets := map[string]string{
		"Slack's bot token": w.env["SLACK_BOT_TOKEN"], "Slack's app token": w.env["SLACK_APP_TOKEN"], "GitHub's token": w.env["GITHUB_TOKEN"], "GitHub's webhook secret": "gh-whsec-91ab",
		"PagerDuty's token": w.env["PAGERDUTY_TOKEN"], "PagerDuty's webhook secret": "pd-whsec-22cd", "PagerDuty's old webhook secret": "old-secret-77", "the API's token": "api-token", "the deploys' token": "deploy-token-5f3e",
	}
	hub.ships("v2.3.9", 9*24*time.Hour)
	hub.ships("v2.4.0", 5*time.Minute)
	w.opens()
	w.subscribed()
	w.storyOf(angry, sab)
	places := w.written()
	places["standard error"] = stderr()
	w.closes()
	store, err := os.ReadFile(w.file)
	if err != nil {
		t.Fatal(err)
	}
	places["the store"], places["the log"] = string(store), log.String()
	bytes, found := 0, 0
	for where, text := range places {
		bytes += len(text)
		for what, secret := range secrets {
			if len(secret) < 8 {
				t.Fatalf("%s is too short to be looked for", what)
			}
			if i := strings.Index(text, secret); i >= 0 {
				found++
				t.Errorf("%s holds %s: …%q…", where, what, text[max(0, i-200):min(len(text), i+100)])
			}
		}
	}
	t.Logf("our secrets: %d secrets, %d calls refused, echoed or broken off, %d faults injected, searched for in %d places (%d bytes, %d lines of log): %d found",
		len(secrets), angry.calls.Load(), sab.hits, len(places), bytes, strings.Count(log.String(), "\n"), found)
	if angry.calls.Load() < 20 || sab.hits < 2 {
		t.Error("the story was too quiet to show anything")
	}
}

// storyOf plays it: all is well at first, then everything fails in every way.
func (w *watch) storyOf(angry *echo, sab *saboteur) {
	w.ana.Types(w.lobby, "/incident new Logins fail service:web-app").Sees("INC-1")
	room := w.WaitRoom("inc-1")
	w.soon(1, "the pinned card", func(*timeline.Incident) bool { return len(room.Pins()) == 1 })
	for _, mode := range []int64{401, 500, 403, 404, 200, 302, 502, -1} {
		angry.mode.Store(mode)
		for _, line := range []string{"impact All", "update Worse", "page @tom Come", "oncall web-app", "rollback web-app", "severity 1", "postmortem", "followup Later owner:@tom", "adopt"} {
			_ = w.ana.Person.Types(room, "/incident "+line)
		}
		_, _ = w.ana.Person.Says(room, "It fails")
		w.triggers(fmt.Sprintf("Errors %d", mode))
		w.posts("/webhooks/alertmanager", "{")
		_ = w.ana.Person.OpensHome()
		for _, token := range []string{"Bearer wrong", "Basic d3Jvbmc6d3Jvbmc="} {
			req, _ := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+w.bot.Addr()+"/webhooks/deploys?token="+w.env["BACKOUT_API_TOKEN"][:3], strings.NewReader("{}"))
			req.Header.Set("Authorization", token)
			if resp, err := http.DefaultClient.Do(req); err == nil {
				_ = resp.Body.Close()
			}
		}
		w.bot.ClockMoved()
		time.Sleep(50 * time.Millisecond)
	}
	angry.mode.Store(0)
	for _, place := range []string{"commands.(*Commands).Handle", "outbox.(*Outbox).carryOut"} {
		before := sab.hits
		sab.arm(place)
		_ = w.ana.Person.Types(room, "/incident impact Everybody "+place)
		w.strikes(sab, before+1)
	}
	w.recovers(room)
}

// recovers waits until the bot is well again.
func (w *watch) recovers(room slacksim.Place) {
	w.eventually("the bot well again", func() bool {
		return strings.Contains(w.ana.Person.Types(room, "/incident status").Text(), "INC-1")
	})
}

// written is everything that can be read of the bot: what Slack shows, the API, the
// pages and figures.
func (w *watch) written() map[string]string {
	out := map[string]string{}
	for _, r := range w.Rooms() {
		for _, m := range r.Messages() {
			out["#"+r.Name()] += string(m.JSON())
		}
		for _, p := range w.People() {
			for _, m := range r.EphemeralsFor(p) {
				out["#"+r.Name()] += string(m.JSON())
			}
		}
	}
	for _, path := range []string{"/metrics", "/readyz", "/healthz", "/api/incidents?status=all", "/api/deploys", "/api/incidents/INC-1", "/api/incidents/INC-1/events", "/api/incidents/INC-1/events?raw=1", "/api/incidents/INC-1/postmortem.md", "/api/incidents/INC-77", "/nowhere"} {
		_, out[path] = w.get(path)
	}
	for _, e := range w.bot.Record().Effects() {
		out["what is owed"] += fmt.Sprintf("%+v\n", e)
	}
	return out
}

// captured takes what the process writes to standard error from now on.
func captured(t *testing.T) func() string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "stderr")
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = file
	t.Cleanup(func() { os.Stderr = old; _ = file.Close() })
	return func() string {
		data, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
}
