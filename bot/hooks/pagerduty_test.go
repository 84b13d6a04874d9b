package hooks_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"backout/bot/hooks"
	"backout/timeline"
)

func TestWhatPagerDutyDelivers(t *testing.T) {
	fired := event("E1", loginRate(timeline.AlertTriggered, 2*time.Minute))
	nameless := loginRate(timeline.AlertTriggered, time.Minute)
	nameless.Key = " "
	for _, c := range []struct {
		name, body    string
		status        int
		says, counted string
		incidents     int
	}{
		{"an alert that fires", fired, 202, "recorded", "recorded", 1},
		{"a ping", encoded(pdEvent{ID: "E1", Ignored: true}), 202, "ignored", "ignored", 0},
		{"nothing at all", encoded(pdEvent{ID: "E1"}), 202, "ignored", "ignored", 0},
		{"what is broken off, taken since refusals silence it", fired[:40], 202, "cannot be read", "malformed", 0},
		{"what no rule lets in", event("E1", nameless), 202, "without an identity", "refused", 0},
		{"what makes our reading panic", encoded(pdEvent{ID: "panic"}), 500, "Backout has a fault here", "failed", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, nil)
			d.pagerduty(c.body, nil).says(t, c.status, c.says)
			d.seen("pagerduty", c.counted, 1)
			if n := len(d.incidents()); n != c.incidents {
				t.Errorf("%d incidents, want %d", n, c.incidents)
			}
		})
	}
}

func TestPagerDutysSignatures(t *testing.T) {
	body := event("E1", loginRate(timeline.AlertTriggered, 2*time.Minute))
	right := signPD([]byte(body))
	for _, c := range []struct {
		name, signature string
		status          int
	}{
		{"the right one", right, 202},
		{"the right one behind that of an older secret", "v1=00, " + right, 202},
		{"none", "", 401},
		{"that of another body", signPD([]byte(body + " ")), 401},
		{"of another version", strings.Replace(right, "v1=", "v2=", 1), 401},
		{"without its version", strings.TrimPrefix(right, "v1="), 401},
		{"a digit short", right[:len(right)-1], 401},
		{"no signature at all", "v1=", 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, nil)
			d.pagerduty(body, map[string]string{"X-PagerDuty-Signature": c.signature}).says(t, c.status, "")
			if (c.status == 202) != (len(d.incidents()) == 1) {
				t.Fatalf("%d incidents", len(d.incidents()))
			}
			if c.status == 401 {
				d.seen("pagerduty", "unsigned", 1)
			}
		})
	}
}

func TestSignaturesInSeveralHeaders(t *testing.T) {
	d := newDesk(t, nil)
	body := event("E1", loginRate(timeline.AlertTriggered, time.Minute))
	req := newRequest("/webhooks/pagerduty", body)
	req.Header.Add("X-PagerDuty-Signature", "v1=00")
	req.Header.Add("X-PagerDuty-Signature", signPD([]byte(body)))
	if code := d.serve(req); code != http.StatusAccepted {
		t.Errorf("answered %d", code)
	}
}

// The warning comes at most once a minute, so that an attack does not fill the log,
// and the figure counts every one.
func TestWrongSignaturesAreLoggedSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, nil)
		for range 5 {
			d.pagerduty("{}", map[string]string{"X-PagerDuty-Signature": "v1=00"}).says(t, 401, "PAGERDUTY_WEBHOOK_SECRETS")
		}
		if n := strings.Count(d.log.String(), "level=WARN"); n != 1 {
			t.Errorf("%d warnings: %s", n, d.log)
		}
		time.Sleep(time.Minute)
		d.send(http.MethodPost, "/webhooks/pagerduty", unreadable{t}, nil).says(t, 401, "signature")
		if n := strings.Count(d.log.String(), "level=WARN"); n != 2 || !strings.Contains(d.log.String(), "unsaid_since=4") {
			t.Errorf("%d warnings: %s", n, d.log)
		}
		d.seen("pagerduty", "unsigned", 6)
	})
}

// What is delivered while the secret is not set yet is to come again.
func TestPagerDutyIsOffWithoutItsSecret(t *testing.T) {
	d := newDesk(t, func(deps *hooks.Deps) { deps.PagerDuty = nil })
	a := d.pagerduty(event("E1"), nil)
	a.says(t, 503, "PAGERDUTY_WEBHOOK_SECRETS")
	d.pagerduty(event("E1"), nil).says(t, 503, "PAGERDUTY_WEBHOOK_SECRETS")
	d.seen("pagerduty", "off", 2)
	if a.Header().Get("Retry-After") == "" || strings.Count(d.log.String(), "level=WARN") != 1 {
		t.Errorf("%v; the log says %s", a.Header(), d.log)
	}
}

// Every event comes three times, the acknowledgement before what it acknowledges.
func TestAlertsThatComeAgainAndOutOfOrder(t *testing.T) {
	d := newDesk(t, nil)
	bodies := []string{
		event("E2", loginRate(timeline.AlertAcknowledged, 4*time.Minute)),
		event("E1", loginRate(timeline.AlertTriggered, 6*time.Minute)),
		event("E3", loginRate(timeline.AlertResolved, time.Minute)),
	}
	answers := map[string]string{}
	for range 3 {
		for _, body := range bodies {
			a := d.pagerduty(body, nil)
			if first, ok := answers[body]; ok && first != a.body || a.Code != http.StatusAccepted {
				t.Errorf("answered %d %s, before %s", a.Code, a.body, first)
			}
			answers[body] = a.body
		}
	}
	in := d.only()
	if s := in.Alerts[0].Status; len(in.Alerts) != 1 || s != timeline.AlertResolved || !in.Status.Open() || in.Severity != "1" {
		t.Errorf("%+v of %s, SEV %s", in.Alerts, in.Status, in.Severity)
	}
	rows := said(in)
	if len(rows) > 3 {
		t.Errorf("the record says %v", rows)
	}
	d.seen("pagerduty", "repeated", 6)
}

func TestSeveralAlertsOfOneDelivery(t *testing.T) {
	d := newDesk(t, nil)
	body := event("E1", loginRate(timeline.AlertTriggered, 3*time.Minute), loginRate(timeline.AlertEscalated, 2*time.Minute), loginRate(timeline.AlertAcknowledged, time.Minute))
	d.pagerduty(body, nil).says(t, 202, "recorded")
	d.pagerduty(body, nil).says(t, 202, "recorded")
	if got := said(d.only()); !slices.Equal(got, []timeline.AlertEvent{timeline.AlertTriggered, timeline.AlertEscalated, timeline.AlertAcknowledged}) {
		t.Errorf("the record says %v", got)
	}
	d.seen("pagerduty", "recorded", 1)
	d.seen("pagerduty", "repeated", 1)
}

func TestAnAlertThatIsOffered(t *testing.T) {
	d := newDesk(t, nil)
	a := loginRate(timeline.AlertTriggered, time.Minute)
	a.Service = "billing"
	for range 3 {
		d.pagerduty(event("E1", a), nil).says(t, 202, "recorded")
	}
	if len(d.incidents()) != 0 {
		t.Errorf("%d incidents", len(d.incidents()))
	}
}

func TestAlertsAndASlowStore(t *testing.T) {
	fired := loginRate(timeline.AlertTriggered, time.Minute)
	for name, send := range map[string]func(*desk) got{
		"PagerDuty":    func(d *desk) got { return d.pagerduty(event("E1", fired), nil) },
		"Alertmanager": func(d *desk) got { return d.alertmanager(message(fired)) },
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
				if again := send(d); again.Code != http.StatusAccepted || len(said(d.only())) != 1 {
					t.Errorf("sent again: %d %s, with %v", again.Code, again.body, said(d.only()))
				}
			})
		})
	}
}

func TestAlertsAndAStoreInTrouble(t *testing.T) {
	d := newDesk(t, nil)
	fired := loginRate(timeline.AlertTriggered, time.Minute)
	d.mem.FailCommits(2)
	d.pagerduty(event("E1", fired), nil).says(t, 503, "Send it again")
	d.alertmanager(message(fired)).says(t, 503, "Send it again")
	d.pagerduty(event("E1", fired), nil).says(t, 202, "recorded")
	d.seen("pagerduty", "again", 1)
	d.seen("alertmanager", "again", 1)
	d.rec.Close()
	d.pagerduty(event("E2", fired), nil).says(t, 503, "Send it again")
}

func TestABodyOfAlertsThatCannotBeHad(t *testing.T) {
	for _, path := range []string{"/webhooks/pagerduty", "/webhooks/alertmanager"} {
		d := newDesk(t, nil)
		h := map[string]string{"X-PagerDuty-Signature": "v1=00", "Authorization": "Bearer " + string(apiToken)}
		d.send(http.MethodPost, path, bytes.NewReader(make([]byte, 1<<20+1)), h).says(t, 413, "1 MiB")
		d.send(http.MethodPost, path, io.MultiReader(bytes.NewReader(make([]byte, 1<<20+1))), h).says(t, 413, "1 MiB")
		d.send(http.MethodPost, path, io.MultiReader(strings.NewReader("{"), broken{}), h).says(t, 503, "did not arrive whole")
	}
}
