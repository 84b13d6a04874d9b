package hooks_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"backout/bot/hooks"
	"backout/timeline"
)

const pagerSecret = "pdsec-81be"

// pagerduty signs like PagerDuty, and has a language of its own: an id, and what
// alerts say.
type pagerduty struct{}

type pdEvent struct {
	ID      string           `json:"id"`
	Ignored bool             `json:"ignored,omitempty"`
	Alerts  []timeline.Alert `json:"alerts,omitempty"`
}

func (pagerduty) Verify(body []byte, signature string) bool {
	for part := range strings.SplitSeq(signature, ",") {
		if hmac.Equal([]byte(strings.TrimSpace(part)), []byte(signPD(body))) {
			return true
		}
	}
	return false
}

func (pagerduty) Parse(body []byte) (string, []timeline.Alert, bool, error) {
	var e pdEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return "", nil, false, errors.New("it is not JSON")
	}
	if e.ID == "panic" {
		panic("the secret words of " + string(body))
	}
	return "pd:" + e.ID, e.Alerts, e.Ignored, nil
}

func signPD(body []byte) string {
	mac := hmac.New(sha256.New, []byte(pagerSecret))
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

// alertmanager takes keyed alerts as they are.
type alertmanager struct{}

func (alertmanager) Parse(body []byte) ([]hooks.KeyedAlert, error) {
	var out []hooks.KeyedAlert
	if err := json.Unmarshal(body, &out); err != nil {
		return nil, errors.New("it is not JSON")
	}
	return out, nil
}

// loginRate is what PagerDuty's incident 881 says so long before now.
func loginRate(what timeline.AlertEvent, ago time.Duration) timeline.Alert {
	return timeline.Alert{
		Source: timeline.PagerDuty, Key: "PINC881", Number: 881, Event: what, Title: "Login error rate", Service: "web-app",
		Priority: "P1", Link: "https://acme.pagerduty.example/incidents/PINC881", At: now().Add(-ago),
	}
}

// event is PagerDuty's body.
func event(id string, alerts ...timeline.Alert) string {
	return encoded(pdEvent{ID: id, Alerts: alerts})
}

func encoded(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// pagerduty delivers as PagerDuty does; change replaces headers, or drops them by "".
func (d *desk) pagerduty(body string, change map[string]string) got {
	d.t.Helper()
	h := map[string]string{"Content-Type": "application/json", "X-PagerDuty-Signature": signPD([]byte(body))}
	maps.Copy(h, change)
	return d.send(http.MethodPost, "/webhooks/pagerduty", strings.NewReader(body), h)
}

// alertmanager sends as Alertmanager does, with the token as password.
func (d *desk) alertmanager(body string) got {
	d.t.Helper()
	req := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/webhooks/alertmanager", strings.NewReader(body))
	req.SetBasicAuth("alertmanager", string(deployToken))
	w := httptest.NewRecorder()
	d.hooks.ServeHTTP(w, req)
	d.leaksNothing()
	return got{w, w.Body.String()}
}

// incidents gives the incidents of the record, the oldest first.
func (d *desk) incidents() []*timeline.Incident {
	d.t.Helper()
	var out []*timeline.Incident
	for _, s := range d.rec.Summaries() {
		in, err := d.rec.Incident(context.Background(), s.Number)
		if err != nil {
			d.t.Fatal(err)
		}
		out = append(out, in)
	}
	slices.SortFunc(out, func(a, b *timeline.Incident) int { return a.Number - b.Number })
	return out
}

// only gives the one incident that there is to be.
func (d *desk) only() *timeline.Incident {
	d.t.Helper()
	all := d.incidents()
	if len(all) != 1 {
		d.t.Fatalf("%d incidents, want one", len(all))
	}
	return all[0]
}

// said gives what the alerts of the incident said, in the order of the rows.
func said(in *timeline.Incident) []timeline.AlertEvent {
	var out []timeline.AlertEvent
	for _, e := range in.Timeline() {
		if b, ok := e.Body.(timeline.AlertNoted); ok {
			out = append(out, b.Alert.Event)
		}
	}
	return out
}
