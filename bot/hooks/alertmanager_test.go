package hooks_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"backout/bot/hooks"
	"backout/timeline"
)

func newRequest(path, body string) *http.Request {
	return httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(body))
}

// serve hands a request to the hooks without looking at the log, which senders at
// once share.
func (d *desk) serve(req *http.Request) int {
	w := httptest.NewRecorder()
	d.hooks.ServeHTTP(w, req)
	return w.Code
}

// message is Alertmanager's body, with the key of what each alert says.
func message(alerts ...timeline.Alert) string {
	out := make([]hooks.KeyedAlert, len(alerts))
	for i, a := range alerts {
		out[i] = hooks.KeyedAlert{Key: fmt.Sprintf("am:%s:%d:%s", a.Key, a.At.Unix(), a.Event), Alert: a}
	}
	return encoded(out)
}

// prom is an alert of Alertmanager.
func prom(key, service string, what timeline.AlertEvent) timeline.Alert {
	return timeline.Alert{Source: "alertmanager", Key: key, Event: what, Title: "High error rate of " + key, Service: service, Place: service, At: now().Add(-time.Minute)}
}

func TestWhatAlertmanagerSends(t *testing.T) {
	fired := message(prom("{alertname=High}", "web-app", timeline.AlertTriggered))
	for _, c := range []struct {
		name, body    string
		status        int
		says, counted string
	}{
		{"an alert that fires", fired, 202, "recorded", "recorded"},
		{"a group without alerts", "[]", 200, "ignored", "ignored"},
		{"what is broken off", fired[:30], 400, "cannot be read", "malformed"},
		{"what no rule lets in", message(prom("", "web-app", timeline.AlertTriggered)), 202, "without an identity", "refused"},
		{"the end of what nobody knew", message(prom("x", "web-app", timeline.AlertResolved)), 202, "recorded", "recorded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, nil)
			d.alertmanager(c.body).says(t, c.status, c.says)
			d.seen("alertmanager", c.counted, 1)
		})
	}
}

func TestAlertmanagerWantsAToken(t *testing.T) {
	fired := message(prom("x", "web-app", timeline.AlertTriggered))
	for _, c := range []struct {
		name, header string
		status       int
	}{
		{"the API's", "Bearer " + string(apiToken), 202},
		{"that for deliveries", "Bearer " + string(deployToken), 202},
		{"none", "", 401},
		{"another", "Bearer nonsense", 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, nil)
			d.send(http.MethodPost, "/webhooks/alertmanager", strings.NewReader(fired), map[string]string{"Authorization": c.header}).says(t, c.status, "")
			if (c.status == 202) != (len(d.incidents()) == 1) {
				t.Errorf("%d incidents", len(d.incidents()))
			}
		})
	}
	d := newDesk(t, func(deps *hooks.Deps) { deps.Tokens = nil })
	d.send(http.MethodPost, "/webhooks/alertmanager", strings.NewReader(fired), nil).says(t, 404, "BACKOUT_DEPLOY_TOKEN")
	d = newDesk(t, func(deps *hooks.Deps) { deps.Alertmanager = nil })
	d.alertmanager(fired).says(t, 404, "not taken here")
}

// One message about two services opens an incident for each, titled after its
// first alert, however the others follow.
func TestAMessageAboutTwoServices(t *testing.T) {
	d := newDesk(t, nil)
	var alerts []timeline.Alert
	for i := range 100 {
		service := "web-app"
		if i%2 == 1 {
			service = "auth-db"
		}
		alerts = append(alerts, prom(fmt.Sprint("a", i), service, timeline.AlertTriggered))
	}
	alerts = append(alerts, prom("a0", "web-app", timeline.AlertResolved))
	for range 2 {
		d.alertmanager(message(alerts...)).says(t, 202, "recorded")
	}
	all := d.incidents()
	if len(all) != 2 || all[0].Title != "High error rate of a0" || all[1].Title != "High error rate of a1" {
		t.Fatalf("%d incidents: %v", len(all), all)
	}
	if a, b := len(all[0].Alerts), len(all[1].Alerts); a != 50 || b != 50 {
		t.Errorf("%d and %d alerts", a, b)
	}
	if s, _ := all[0].AlertOf("alertmanager", "a0"); s.Status != timeline.AlertResolved {
		t.Errorf("the first alert is %s", s.Status)
	}
	d.seen("alertmanager", "repeated", 1)
}

// Alerts that share a key are two all the same.
func TestAKeyThatStandsTwice(t *testing.T) {
	d := newDesk(t, nil)
	body := encoded([]hooks.KeyedAlert{
		{Key: "am:g:1:firing", Alert: prom("a", "web-app", timeline.AlertTriggered)},
		{Key: "am:g:1:firing", Alert: prom("b", "web-app", timeline.AlertTriggered)},
	})
	d.alertmanager(body).says(t, 202, "recorded")
	if n := len(d.only().Alerts); n != 2 {
		t.Errorf("%d alerts", n)
	}
}
