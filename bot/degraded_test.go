package bot_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"backout/integrations/github/githubsim"
	"backout/integrations/pagerduty/pagerdutysim"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
	"backout/timeline/boltlog"
)

// What still works, works, and people are told what does not.

// brittle is the store on a disk that can fail.
type brittle struct {
	*boltlog.Log
	full atomic.Bool
}

func (b *brittle) Commit(ctx context.Context, batch *timeline.Batch) error {
	if b.full.Load() && !batch.Empty() {
		return &os.PathError{Op: "write", Path: "backout.db", Err: syscall.ENOSPC}
	}
	return b.Log.Commit(ctx, batch)
}

// TestAStoreThatCannotBeWritten declares while nothing can be recorded. There is
// one channel all the same, in which people talk; it becomes the incident's.
func TestAStoreThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	o := newOffice(t, slacksim.Options{NoLimits: true})
	disk := &brittle{}
	o.wrap = func(l *boltlog.Log) timeline.Log { disk.Log = l; return disk }
	o.opens()
	defer o.closes()
	ana, room := o.declares()
	o.settles()
	disk.full.Store(true)
	for range 2 { // refused, so it is typed again
		ana.Types(o.Room("general"), "/incident new Payments fail sev:1").Sees("Nothing was recorded: the store cannot be written")
	}
	shelter := o.WaitRoom("inc-x-")
	if !strings.HasSuffix(shelter.Name(), "-payments-fail") {
		t.Errorf("the channel is called %s", shelter.Name())
	}
	shelter.Sees("Nothing is recorded yet")
	o.until("ana to be in the channel", func() bool { return shelter.Has(ana.ID()) })
	ana.Says(shelter, "cards are refused since two")
	kept := ana.Says(room, "said while the disk was full")
	ana.Types(room, "/incident status").Sees("Logins fail")
	ana.Types(room, "/incident impact Everybody").Sees("Nothing was recorded")
	if code, body := o.get("/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "the store cannot be written") {
		t.Errorf("ready: %d %s", code, body)
	}
	if code, _ := o.get("/api/incidents/INC-1/postmortem.md"); code != http.StatusOK {
		t.Errorf("reading: %d", code)
	}
	if n := len(o.bot.Record().Summaries()); n != 1 {
		t.Fatalf("%d incidents while nothing can be recorded", n)
	}
	disk.full.Store(false)
	o.until("INC-2", func() bool { return len(o.bot.Record().Summaries()) == 2 })
	shelter.Sees("SEV 1")
	o.soon(2, "what was said in the shelter", func(in *timeline.Incident) bool {
		return in.Title == "Payments fail" && in.Severity == "1" && in.Lead() == ana.ID() && has(in, "cards are refused since two")
	})
	o.soon(1, "what Slack held back", func(in *timeline.Incident) bool {
		_, ok := in.MessageEntry(room.ID(), kept.TS())
		return ok
	})
	n := 0
	for _, r := range o.Rooms() {
		if strings.Contains(r.Name(), "payments-fail") {
			n++
		}
	}
	t.Logf("degraded: store not writable: %d channel opened of 2 declarations, adopted with what was said in it; %d deliveries lost", n, o.Lost())
	if n != 1 || o.Lost() != 0 {
		t.Errorf("%d channels, %d lost", n, o.Lost())
	}
}

// TestAShelterIsFoundAfterARestart has the process die while the store cannot be
// written: nothing but the channel's name and topic is left.
func TestAShelterIsFoundAfterARestart(t *testing.T) {
	t.Parallel()
	o := newOffice(t, slacksim.Options{NoLimits: true})
	disk := &brittle{}
	o.wrap = func(l *boltlog.Log) timeline.Log { disk.Log = l; return disk }
	o.opens()
	ana, general := o.Person("ana"), o.Room("general")
	ana.Joins(general)
	disk.full.Store(true)
	ana.Types(general, "/incident new Card payments <fail> private").Sees("Nothing was recorded")
	shelter := o.WaitRoom("inc-x-")
	o.until("ana to be in the channel", func() bool { return shelter.Has(ana.ID()) })
	ana.Says(shelter, "cards are refused since two")
	o.closes()
	disk.full.Store(false)
	o.opens()
	defer o.closes()
	o.until("INC-1", func() bool { return len(o.bot.Record().Summaries()) == 1 })
	o.soon(1, "what was said in the shelter", func(in *timeline.Incident) bool {
		return in.Title == "Card payments &lt;fail&gt;" && in.Private && has(in, "cards are refused since two")
	})
}

func has(in *timeline.Incident, text string) bool {
	for _, e := range in.Timeline() {
		if e.Text == text {
			return true
		}
	}
	return false
}

// until waits until something holds.
func (o *office) until(what string, holds func() bool) {
	o.tb.Helper()
	for deadline := time.Now().Add(15 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			o.tb.Fatalf("waited for: %s", what)
		}
	}
}

// door is an address at which nobody listens until it is opened.
type door struct {
	tb   testing.TB
	addr string
	to   *url.URL
}

func newDoor(tb testing.TB, to string) *door {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	u, err := url.Parse(to)
	if err != nil {
		tb.Fatal(err)
	}
	return &door{tb, l.Addr().String(), u}
}

// url is the outside address that leads to the inside one.
func (d *door) url() string { return "http://" + d.addr + d.to.Path }

func (d *door) opens() {
	d.tb.Helper()
	l, err := net.Listen("tcp", d.addr)
	if err != nil {
		d.tb.Fatal(err)
	}
	s := &http.Server{Handler: httputil.NewSingleHostReverseProxy(&url.URL{Scheme: d.to.Scheme, Host: d.to.Host}), ReadHeaderTimeout: time.Second}
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			d.tb.Error(err)
		}
	}()
	d.tb.Cleanup(func() { _ = s.Close() })
}

// TestSlackCannotBeReachedAtTheStart serves what is recorded, takes alerts, and
// does what it owes when Slack is there.
func TestSlackCannotBeReachedAtTheStart(t *testing.T) {
	t.Parallel()
	o := newOffice(t, slacksim.Options{NoLimits: true})
	out := newDoor(t, o.env["SLACK_API_URL"])
	o.env["SLACK_API_URL"], o.yaml = out.url(), "services: [{name: web-app}]\n"
	o.starts()
	defer o.closes()
	if code, _ := o.get("/healthz"); code != http.StatusOK {
		t.Errorf("alive: %d", code)
	}
	if code, body := o.get("/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "no link to Slack") {
		t.Errorf("ready: %d %s", code, body)
	}
	o.delivers("/webhooks/deploys", `{"id":"build-1","service":"web-app","environment":"production","version":"v2.4.0","state":"success","finished_at":"`+time.Now().UTC().Format(time.RFC3339)+`"}`)
	o.delivers("/webhooks/alertmanager", `{"version":"4","groupKey":"g","status":"firing","receiver":"backout","groupLabels":{"alertname":"Errors"},"commonLabels":{"alertname":"Errors","service":"web-app"},"commonAnnotations":{"summary":"Errors rise"},"alerts":[{"status":"firing","labels":{"alertname":"Errors","service":"web-app"},"annotations":{"summary":"Errors rise"},"startsAt":"`+time.Now().UTC().Format(time.RFC3339)+`","fingerprint":"f1"}]}`)
	if _, body := o.get("/api/incidents/INC-1"); !strings.Contains(body, "Errors rise") {
		t.Fatalf("the alert opened nothing: %s", body)
	}
	if _, body := o.get("/api/deploys"); !strings.Contains(body, "v2.4.0") {
		t.Errorf("the deploy is not recorded: %s", body)
	}
	owed := len(o.bot.Record().Effects())
	if n := len(o.Rooms()); n != 0 {
		t.Fatalf("%d rooms without Slack", n)
	}
	out.opens()
	o.WaitRoom("inc-1").Sees("Errors rise")
	o.settles()
	if code, _ := o.get("/readyz"); code != http.StatusOK {
		t.Errorf("ready: %d", code)
	}
	t.Logf("degraded: Slack not there at the start: a deploy and an alert recorded, %d effects owed, carried out when it came, %d channel", owed, len(o.Rooms()))
}

// delivers posts a body that must be taken.
func (o *office) delivers(path, body string) {
	o.tb.Helper()
	if code := o.posts(path, body); code/100 != 2 {
		o.tb.Fatalf("%s: %d", path, code)
	}
}

// TestGitHubAndPagerDutyAreDown does a whole incident without them, once with
// each answering 503 to everything, and once with nobody at their addresses.
func TestGitHubAndPagerDutyAreDown(t *testing.T) {
	t.Parallel()
	for _, gone := range []bool{false, true} {
		t.Run(map[bool]string{false: "they answer 503", true: "nobody answers"}[gone], func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, githubsim.Options{}, nil, 0)
			pd := newWatch(t, "open")
			for _, name := range []string{"PAGERDUTY_TOKEN", "PAGERDUTY_FROM", "PAGERDUTY_API_URL", "PAGERDUTY_WEBHOOK_SECRETS"} {
				w.env[name] = pd.env[name]
			}
			w.yaml = strings.Replace(w.yaml, "repo: acme/web-app", "repo: acme/web-app\n    pagerduty: "+pd.service.ID(), 1)
			if gone {
				w.env["GITHUB_API_URL"], w.env["PAGERDUTY_API_URL"] = "http://127.0.0.1:1/", "http://127.0.0.1:1"
			} else {
				w.hub.Fail(githubsim.Fault{Status: 503, Times: -1})
				pd.pd.Fail(pagerdutysim.Fault{Status: 503, Times: -1})
			}
			w.opens()
			defer w.closes()
			w.report("v2.3.9", 9*24*time.Hour)
			w.report("v2.4.0", 5*time.Minute)
			w.aWholeIncident(t)
		})
	}
}

// report tells of a deploy over HTTP.
func (w *works) report(version string, ago time.Duration) {
	w.tb.Helper()
	w.delivers("/webhooks/deploys", fmt.Sprintf(`{"id":%q,"service":"web-app","environment":"production","version":%q,"state":"success","finished_at":%q}`,
		version, version, time.Now().Add(-ago).UTC().Format(time.RFC3339)))
}

func (w *works) aWholeIncident(t *testing.T) {
	t.Helper()
	w.declares0()
	w.until("ana to be in", func() bool { return w.room.Has(w.ana.ID()) })
	w.ana.Says(w.room, "500s from the session middleware")
	w.room.Sees("v2.4.0")
	for _, line := range []struct{ typed, sees string }{
		{"timeline Restarted the cache", "Restarted"}, {"impact Everybody", "Everybody"}, {"update We are on it", "pdate"},
		{"severity 2", "2 – Major"}, {"followup Test the keys", "F1"}, {"deploys", "v2.4.0"}, {"caused D2", "D2"},
		{"oncall web-app", "not known. PagerDuty"}, {"page web-app Please join", "P1"}, {"rollback", "R1"},
		{"mitigate Switched off", "itigated"}, {"resolve Patched", "esolved"}, {"postmortem", "draft"},
	} {
		w.ana.Types(w.room, "/incident "+line.typed).Sees(line.sees)
	}
	w.room.Sees("Postmortem draft of INC-1")
	w.room.Sees("Nobody can set that aside") // the rollback needs GitHub
	w.room.Sees("Not through yet")           // the page needs PagerDuty
	w.soon(1, "the end of it", func(in *timeline.Incident) bool {
		return in.Status == timeline.Resolved && has(in, "500s from the session middleware")
	})
	posts := map[string]int{}
	for line := range strings.Lines(w.room.Transcript()) {
		for _, outside := range []string{"GitHub", "PagerDuty"} {
			if strings.Contains(line, outside+" did not answer") || strings.Contains(line, outside+" cannot be reached") {
				posts[outside]++
			}
		}
	}
	t.Logf("degraded: GitHub and PagerDuty down: 13 commands of 13 recorded; what does not work is said in %d posts about GitHub (card, rollback) and %d about PagerDuty (the page)", posts["GitHub"], posts["PagerDuty"])
	if posts["GitHub"] != 2 || posts["PagerDuty"] != 1 {
		t.Errorf("said in %v posts:\n%s", posts, w.room.Transcript())
	}
}
