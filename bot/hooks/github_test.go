package hooks_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"backout/bot/hooks"
	"backout/timeline"
)

// status is a deployment_status as the fake understands it.
const status = `{"source":{"name":"github","id":"acme/web-app/1"},"service":"web-app","environment":"production","sha":"4f2a9c81","version":"v2.4.0","state":"success","started":"2026-11-20T14:00:00Z","finished":"2026-11-20T14:02:10Z"}`

const guid = "72d3162e-cc78-11e3-81ab-4c9367dc0958"

func TestWhatGitHubDelivers(t *testing.T) {
	for _, c := range []struct {
		name, event, delivery, body string
		change                      map[string]string
		status                      int
		says, counted               string
		deploys                     int
	}{
		{name: "sets the webhook up", event: "ping", delivery: guid, body: `{"zen":"Keep it simple."}`, status: 200, says: "ping", counted: "ping"},
		{name: "reports a deploy", event: "deployment_status", delivery: guid, body: status, status: 200, says: "recorded", counted: "recorded", deploys: 1},
		{name: "reports it in a form", event: "deployment_status", delivery: guid, body: "payload=" + url.QueryEscape(status), change: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, status: 200, says: "recorded", counted: "recorded", deploys: 1},
		{name: "sends a form without the payload", event: "deployment_status", delivery: guid, body: "payload2=1", change: map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, status: 400, says: "no single payload", counted: "malformed"},
		{name: "sends neither JSON nor a form", event: "deployment_status", delivery: guid, body: status, change: map[string]string{"Content-Type": "text/plain"}, status: 415, says: "neither JSON nor a form", counted: "malformed"},
		{name: "sends a content type that is none", event: "deployment_status", delivery: guid, body: status, change: map[string]string{"Content-Type": "/;"}, status: 415, says: "neither JSON nor a form", counted: "malformed"},
		{name: "tells what nobody asked for", event: "star", delivery: guid, body: `{}`, status: 202, says: "ignored", counted: "ignored"},
		{name: "tells of an event that is new", event: "quantum_merge", delivery: guid, body: `{}`, status: 202, says: "ignored", counted: "ignored"},
		{name: "breaks a payload off", event: "deployment_status", delivery: guid, body: status[:40], status: 400, says: "cannot be read", counted: "malformed"},
		{name: "sends a body that makes our reading panic", event: "page_build", delivery: guid, body: "x", status: 500, says: "Backout has a fault here", counted: "failed"},
		{name: "reports a deploy that a rule refuses", event: "deployment_status", delivery: guid, body: strings.Replace(status, "2026-11-20T14:02:10Z", "2036-11-20T14:02:10Z", 1), status: 200, says: "cannot be right. Send an RFC 3339 time", counted: "refused"},
		{name: "drops the event's name", event: "", delivery: guid, body: `{}`, status: 400, says: "X-GitHub-Event", counted: "malformed"},
		{name: "drops the delivery's id", event: "deployment_status", delivery: "", body: status, status: 400, says: "X-GitHub-Delivery", counted: "malformed"},
		{name: "has an id with a blank", event: "deployment_status", delivery: "a b", body: status, status: 400, says: "X-GitHub-Delivery", counted: "malformed"},
		{name: "has an id that is too long", event: "deployment_status", delivery: strings.Repeat("a", 101), body: status, status: 400, says: "X-GitHub-Delivery", counted: "malformed"},
		{name: "has an id with a line break", event: "deployment_status", delivery: "a\nb", body: status, status: 400, says: "X-GitHub-Delivery", counted: "malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, nil)
			d.github(c.event, c.delivery, c.body, c.change).says(t, c.status, c.says)
			d.seen("github", c.counted, 1)
			if n := len(d.deploys()); n != c.deploys {
				t.Errorf("%d deploys are recorded, want %d", n, c.deploys)
			}
		})
	}
}

func TestSignatures(t *testing.T) {
	right := sign([]byte(status))
	for _, c := range []struct {
		name, signature string
		status          int
	}{
		{"the right one", right, 200},
		{"none", "", 401},
		{"that of another body", sign([]byte(status + " ")), 401},
		{"without its prefix", strings.TrimPrefix(right, "sha256="), 401},
		{"of the older kind", "sha1=" + right[len("sha256="):][:40], 401},
		{"a digit short", right[:len(right)-1], 401},
		{"no signature at all", "sha256=", 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, nil)
			a := d.github("deployment_status", guid, status, map[string]string{"X-Hub-Signature-256": c.signature})
			if a.Code != c.status || (c.status == 200) != (len(d.deploys()) == 1) {
				t.Fatalf("%d %s with %d deploys", a.Code, a.body, len(d.deploys()))
			}
			if c.status == 401 {
				d.seen("github", "unsigned", 1)
				if !strings.Contains(d.log.String(), "level=WARN") || strings.Contains(d.log.String(), "web-app") {
					t.Errorf("the log says %s", d.log)
				}
			}
		})
	}
}

func TestAnUnsignedBodyIsNotRead(t *testing.T) {
	d := newDesk(t, nil)
	d.send(http.MethodPost, "/webhooks/github", unreadable{t}, map[string]string{"X-GitHub-Event": "ping", "X-GitHub-Delivery": guid}).says(t, 401, "signature")
	d.send(http.MethodPost, "/webhooks/deploys", unreadable{t}, nil).says(t, 401, "token")
}

type unreadable struct{ t *testing.T }

func (u unreadable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func TestADeliveryThatComesAgainIsOneDeploy(t *testing.T) {
	d := newDesk(t, nil)
	d.github("deployment_status", guid, status, nil).says(t, 200, "recorded")
	d.github("deployment_status", guid, status, nil).says(t, 200, "repeated")
	d.github("deployment_status", "another-guid", status, nil).says(t, 200, "unchanged")
	if got := d.deploys(); len(got) != 1 || got[0].Version != "v2.4.0" {
		t.Fatalf("got %+v", got)
	}
	d.seen("github", "repeated", 1)
}

func TestGitHubIsOffWithoutItsSecret(t *testing.T) {
	d := newDesk(t, func(deps *hooks.Deps) { deps.GitHub = nil })
	d.github("ping", guid, `{}`, nil).says(t, 404, "GITHUB_WEBHOOK_SECRET")
	d.seen("github", "off", 1)
}

func TestBodiesBeyondTheirBound(t *testing.T) {
	for _, c := range []struct {
		name, path string
		most       int
		honest     bool
	}{
		{"of GitHub's, announced", "/webhooks/github", 25 << 20, true},
		{"of GitHub's, in chunks", "/webhooks/github", 25 << 20, false},
		{"of a CI system's, announced", "/webhooks/deploys", 1 << 20, true},
		{"of a CI system's, in chunks", "/webhooks/deploys", 1 << 20, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, nil)
			var body io.Reader = bytes.NewReader(make([]byte, c.most+1))
			if !c.honest {
				body = io.MultiReader(body) // whose length nobody knows
			}
			d.send(http.MethodPost, c.path, body, map[string]string{"X-Hub-Signature-256": "sha256=00", "Authorization": "Bearer " + string(apiToken)}).says(t, 413, "MiB")
			d.seen(strings.TrimPrefix(c.path, "/webhooks/"), "too_large", 1)
		})
	}
}

func TestABodyThatBreaksOff(t *testing.T) {
	d := newDesk(t, nil)
	body := io.MultiReader(strings.NewReader(status[:20]), broken{})
	d.send(http.MethodPost, "/webhooks/github", body, map[string]string{"X-Hub-Signature-256": "sha256=00"}).says(t, 400, "did not arrive whole")
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestASlowStoreIsAnsweredWithinASecond(t *testing.T) {
	for name, send := range map[string]func(*desk) got{
		"GitHub": func(d *desk) got { return d.github("deployment_status", guid, status, nil) },
		"CI":     func(d *desk) got { return d.post(deploy) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, nil)
				_, release := d.mem.BlockCommits()
				defer release()
				begun := time.Now()
				a := send(d)
				a.says(t, 503, "Send it again")
				if took := time.Since(begun); took >= time.Second || a.Header().Get("Retry-After") == "" {
					t.Errorf("answered after %s with %v", took, a.Header())
				}
				release()
				synctest.Wait()
				if again := send(d); again.Code != 200 || len(d.deploys()) != 1 {
					t.Errorf("sent again: %d %s, with %d deploys", again.Code, again.body, len(d.deploys()))
				}
			})
		})
	}
}

func TestAStoreInTrouble(t *testing.T) {
	d := newDesk(t, nil)
	d.mem.FailCommits(2)
	d.github("deployment_status", guid, status, nil).says(t, 503, "Send it again")
	d.post(deploy).says(t, 503, "Send it again")
	d.github("deployment_status", guid, status, nil).says(t, 200, "recorded")
	d.seen("github", "again", 1)
	d.seen("deploys", "again", 1)
	d.rec.Close()
	d.github("deployment_status", "later", status, nil).says(t, 503, "Send it again")
}

// faulty is a record with a fault of its own.
type faulty struct{}

func (faulty) Record(context.Context, timeline.Change) (timeline.Outcome, error) {
	return timeline.Outcome{}, errors.New("a rule failed: index out of range")
}

func TestAFaultOfARule(t *testing.T) {
	d := newDesk(t, func(deps *hooks.Deps) { deps.Record = faulty{} })
	d.github("deployment_status", guid, status, nil).says(t, 500, "The log has the details")
	d.post(deploy).says(t, 500, "The log has the details")
	if !strings.Contains(d.log.String(), "index out of range") {
		t.Errorf("the log says %s", d.log)
	}
}

func TestAPanicIsCountedAndItsWordsAreNotLogged(t *testing.T) {
	d := newDesk(t, nil)
	d.github("page_build", guid, "x", nil).says(t, 500, "fault")
	if d.meter.get("backout_panics_total webhook") != 1 || !strings.Contains(d.log.String(), "github_test.go") && !strings.Contains(d.log.String(), "harness_test.go") {
		t.Errorf("%v; the log says %s", d.meter.counts, d.log)
	}
	d.github("ping", guid, `{}`, nil).says(t, 200, "ping")
}

func TestOtherAddressesAndMethods(t *testing.T) {
	d := newDesk(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
		says         string
	}{
		{"POST", "/webhooks/", 404, "/webhooks/github, /webhooks/pagerduty, /webhooks/alertmanager and /webhooks/deploys"},
		{"POST", "/webhooks/github/", 404, "There is nothing at"},
		{"GET", "/webhooks/gitlab", 404, "There is nothing at"},
		{"GET", "/webhooks/github", 405, "sent with POST"},
		{"PUT", "/webhooks/deploys", 405, "sent with POST"},
		{"GET", "/webhooks/pagerduty", 405, "sent with POST"},
		{"GET", "/webhooks/alertmanager", 405, "sent with POST"},
		{"OPTIONS", "/webhooks/deploys", 405, "sent with POST"},
	} {
		a := d.send(c.method, c.path, nil, nil)
		a.says(t, c.status, c.says)
		if allow := a.Header().Get("Allow"); (c.status == 405) != (allow == "POST") {
			t.Errorf("%s %s: Allow is %q", c.method, c.path, allow)
		}
	}
}
