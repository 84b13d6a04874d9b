package bot_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"backout/integrations/pagerduty/pagerdutysim"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// watch is an office whose services are watched by PagerDuty.
type watch struct {
	*office
	pd       *pagerdutysim.Server
	service  *pagerdutysim.Service
	policy   string
	ana, tom *slacksim.Actor
	anaPD    string
	lobby    *slacksim.Scene
	sub      string
}

func newWatch(t *testing.T, policy string) *watch {
	t.Helper()
	pd, err := pagerdutysim.Start(pagerdutysim.Options{NoLimits: true, RetryFirst: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pd.Close)
	w := &watch{office: newOffice(t, slacksim.Options{NoLimits: true}), pd: pd}
	w.settle = 100 * time.Millisecond
	w.ana, w.tom, w.lobby = w.Person("ana"), w.Person("tom"), w.Room("incidents")
	w.ana.Joins(w.lobby)
	w.tom.Joins(w.lobby)
	pd.User("Backout", "backout@acme.example")
	w.anaPD = pd.User("Ana Ruiz", "ana@acme.example")
	ghost := pd.User("Gil Ghost", "gil@elsewhere.example")
	w.policy = pd.EscalationPolicy("Web team", pagerdutysim.Level{w.anaPD, ghost})
	pd.OnCall(w.policy, 1, w.anaPD)
	pd.OnCall(w.policy, 1, ghost)
	pd.Priority("P1")
	pd.Priority("P2")
	w.service = pd.Service("web-app at PagerDuty", pagerdutysim.ServiceOptions{Policy: w.policy})
	w.env["PAGERDUTY_TOKEN"], w.env["PAGERDUTY_FROM"], w.env["PAGERDUTY_API_URL"] = pd.Token(), "backout@acme.example", pd.APIURL()
	w.env["PAGERDUTY_WEBHOOK_SECRETS"], w.env["BACKOUT_ANNOUNCE"] = "old-secret,secret", w.lobby.ID()
	w.yaml = fmt.Sprintf("services:\n  - {name: web-app, pagerduty: %s}\nalerts: {policy: %s}\n", w.service.ID(), policy)
	return w
}

// subscribed has PagerDuty tell the bot, which must be open.
func (w *watch) subscribed() {
	w.tb.Helper()
	w.sub = w.pd.Subscribe(pagerdutysim.Subscription{URL: "http://" + w.bot.Addr() + "/webhooks/pagerduty", Secrets: []string{"secret"}})
}

func (w *watch) heard() {
	w.tb.Helper()
	if err := w.pd.Settle(15 * time.Second); err != nil {
		w.tb.Fatal(err)
	}
}

func (w *watch) triggers(title string) *pagerdutysim.Incident {
	w.tb.Helper()
	i := w.pd.Trigger(w.service, title, pagerdutysim.Trigger{Urgency: "high"})
	w.heard()
	return i
}

func (w *watch) incidents() int { return len(w.bot.Record().Summaries()) }

func (w *watch) state(n int) *timeline.Incident {
	w.tb.Helper()
	in, err := w.bot.Record().Incident(context.Background(), n)
	if err != nil {
		w.tb.Fatal(err)
	}
	return in
}

func TestAnAlertOpensOneIncidentAndBothSidesAgree(t *testing.T) {
	t.Parallel()
	w := newWatch(t, "open")
	w.opens()
	defer w.closes()
	w.subscribed()
	undo := w.pd.FailHook(pagerdutysim.HookFault{Event: "incident.triggered", Duplicate: 2})
	alert := w.triggers("Login error rate above 5 %")
	undo()
	room := w.WaitRoom("inc-1")
	room.Sees("Login error rate")
	w.settles()
	if !room.Has(w.ana.ID()) {
		t.Error("who is on call was not invited")
	}
	room.Sees("Gil Ghost") // on call, and named as missing
	if w.incidents() != 1 {
		t.Fatalf("%d incidents", w.incidents())
	}
	w.ana.Clicks(room.Sees("Take the lead"), "Take the lead").Sees("You lead INC-1")
	w.eventually("the acknowledgement", func() bool { return alert.Info().Status == "acknowledged" })
	w.ana.Types(room, "/incident update Rolling back, five minutes").Sees("INC-1")
	w.eventually("the note", func() bool {
		n := w.pd.Notes(alert.ID())
		return len(n) == 1 && strings.Contains(n[0].Content, "Rolling back")
	})
	if err := alert.Annotate(w.anaPD, "Seen it, looking"); err != nil {
		t.Fatal(err)
	}
	w.heard()
	if err := alert.Resolve(""); err != nil {
		t.Fatal(err)
	}
	w.heard()
	question := room.Sees("is over")
	w.ana.Clicks(question, "Keep open").Sees("INC-1")
	if s := w.state(1); !s.Status.Open() || len(s.Alerts) != 1 || s.Alerts[0].Status != timeline.AlertResolved {
		t.Errorf("%s, %+v", s.Status, s.Alerts)
	}
	notes := 0
	for _, e := range w.state(1).Timeline() {
		if b, ok := e.Body.(timeline.AlertNoted); ok && b.Alert.Event == timeline.AlertAnnotated {
			notes++
		}
	}
	if notes != 1 {
		t.Errorf("%d notes in the timeline: our own echo is not one", notes)
	}
}

func TestTheIncidentsEndEndsTheAlertThere(t *testing.T) {
	t.Parallel()
	w := newWatch(t, "open")
	w.opens()
	defer w.closes()
	w.subscribed()
	alert := w.triggers("Checkout is slow")
	room := w.WaitRoom("inc-1")
	w.eventually("ana", func() bool { return room.Has(w.ana.ID()) })
	w.ana.Types(room, "/incident severity 1").Sees("Severity")
	w.eventually("the priority", func() bool { return alert.Info().Priority == "P1" })
	w.ana.Types(room, "/incident resolve Restarted it").Sees("INC-1 is resolved")
	w.eventually("the end there", func() bool { return alert.Info().Status == "resolved" })
	w.heard()
	w.settles()
	if _, asked := room.Find("is over"); asked {
		t.Error("people were asked about what they did themselves")
	}
}

func TestTriageIsDecidedByPeople(t *testing.T) {
	t.Parallel()
	w := newWatch(t, "triage")
	w.opens()
	defer w.closes()
	w.subscribed()
	w.triggers("Disk is 90 % full")
	room := w.WaitRoom("inc-1")
	card := room.Sees("Accept")
	if s := w.state(1); s.Status != timeline.Triage {
		t.Fatal(s.Status)
	}
	w.eventually("ana", func() bool { return room.Has(w.ana.ID()) })
	w.ana.Clicks(card, "Accept").Sees("You lead INC-1")
	if s := w.state(1); s.Status != timeline.Investigating || s.Lead() != w.ana.ID() {
		t.Errorf("%s, lead %s", s.Status, s.Lead())
	}
}

func TestAnOfferedAlertIsDeclaredOnce(t *testing.T) {
	t.Parallel()
	w := newWatch(t, "offer")
	w.opens()
	defer w.closes()
	w.subscribed()
	alert := w.triggers("Cache misses")
	offer := w.lobby.Sees("Declare incident")
	if w.incidents() != 0 {
		t.Fatal("an offer opened an incident")
	}
	w.ana.Clicks(offer, "Declare incident").Sees("INC-1 is declared")
	w.tom.Clicks(offer, "Declare incident").Sees("INC-1")
	w.WaitRoom("inc-1")
	w.settles()
	if w.incidents() != 1 {
		t.Errorf("%d incidents", w.incidents())
	}
	w.eventually("the acknowledgement", func() bool { return alert.Info().Status == "acknowledged" })
}

// TestAnAlertStormEndsInOneIncident: 500 alerts at once, one incident, few posts.
func TestAnAlertStormEndsInOneIncident(t *testing.T) {
	w := newWatch(t, "open")
	w.opens()
	defer w.closes()
	const storm = 500
	var work sync.WaitGroup
	for i := range storm {
		work.Go(func() {
			body := fmt.Sprintf(`{"version":"4","groupKey":"{}:{alertname=\"%d\"}","status":"firing","receiver":"backout","alerts":[{"status":"firing",
				"labels":{"alertname":"HighErrorRate%d","service":"web-app"},"annotations":{"summary":"Errors on node %d"},"startsAt":"%s","fingerprint":"f%d"}]}`,
				i, i, i, time.Now().UTC().Format(time.RFC3339), i)
			for { // as Alertmanager does: until it is taken
				req, _ := http.NewRequest(http.MethodPost, "http://"+w.bot.Addr()+"/webhooks/alertmanager", strings.NewReader(body))
				req.Header.Set("Authorization", "Bearer api-token")
				resp, err := http.DefaultClient.Do(req)
				if err == nil {
					resp.Body.Close()
					if resp.StatusCode < 300 {
						return
					}
					if resp.StatusCode < 500 {
						t.Errorf("%d", resp.StatusCode)
						return
					}
				}
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
	work.Wait()
	room := w.WaitRoom("inc-1")
	w.settles()
	posts := 0
	for _, m := range room.Messages() {
		if m.Author() == "backout" {
			posts++
		}
	}
	in := w.state(1)
	t.Logf("%d alerts: %d incidents, %d alerts in it, %d messages of Backout in its channel", storm, w.incidents(), len(in.Alerts), posts)
	if w.incidents() != 1 || len(in.Alerts) != storm || posts > 12 {
		t.Error("a storm must end in one incident and few posts")
	}
}

func TestWhatWasMissedIsFoundByComparing(t *testing.T) {
	t.Parallel()
	w := newWatch(t, "open")
	alert := w.pd.Trigger(w.service, "Queue is growing", pagerdutysim.Trigger{})
	w.opens()
	w.WaitRoom("inc-1").Sees("Queue is growing")
	w.settles()
	w.closes()
	if err := alert.Resolve(w.anaPD); err != nil {
		t.Fatal(err)
	}
	w.opens()
	defer w.closes()
	w.WaitRoom("inc-1").Sees("is over")
	if w.incidents() != 1 {
		t.Errorf("%d incidents", w.incidents())
	}
}

func TestPagingShowsWhoAnswered(t *testing.T) {
	t.Parallel()
	w := newWatch(t, "open")
	w.opens()
	defer w.closes()
	w.subscribed()
	w.ana.Types(w.lobby, "/incident new Checkout fails service:web-app").Sees("INC-1")
	room := w.WaitRoom("inc-1")
	w.eventually("ana", func() bool { return room.Has(w.ana.ID()) })
	w.ana.Types(room, "/incident oncall").Sees("@ana")
	w.ana.Types(room, "/incident page web-app Please join").Sees("P1")
	room.Sees("P1")
	w.eventually("the page", func() bool { return len(w.pd.Incidents()) == 1 })
	there := w.pd.Incident(w.pd.Incidents()[0].ID)
	w.heard()
	if w.incidents() != 1 {
		t.Fatalf("our own page opened an incident: %d", w.incidents())
	}
	if err := there.Acknowledge(w.anaPD); err != nil {
		t.Fatal(err)
	}
	w.heard()
	w.eventually("the answer", func() bool { p, _ := w.state(1).Page(1); return p.State == timeline.PageAnswered && p.By == "Ana Ruiz" })
}

func TestMergingAndDrills(t *testing.T) {
	t.Parallel()
	w := newWatch(t, "open")
	w.opens()
	defer w.closes()
	w.subscribed()
	w.ana.Types(w.lobby, "/incident new Login fails service:web-app").Sees("INC-1")
	first := w.WaitRoom("inc-1")
	w.ana.Types(w.lobby, "/incident new Sessions expire").Sees("INC-2")
	second := w.WaitRoom("inc-2")
	w.eventually("ana in both", func() bool { return first.Has(w.ana.ID()) && second.Has(w.ana.ID()) })
	w.ana.Types(second, "/incident merge INC-1").Sees("INC-1")
	second.Sees("INC-1")
	if s := w.state(2); s.Status != timeline.Merged || s.MergedInto != 1 {
		t.Errorf("%s into %d", s.Status, s.MergedInto)
	}
	w.ana.Types(w.lobby, "/incident drill Practice a rollback").Sees("INC-3")
	room := w.WaitRoom("inc-3")
	room.Sees("Drill")
	w.settles()
	if _, said := w.lobby.Find("Practice a rollback"); said {
		t.Error("a drill was announced")
	}
}
