package pagerdutysim

import (
	"strings"
	"testing"
	"time"
)

// alertOf is a valid trigger event.
func (st *stage) alertOf(key string, changes map[string]any) map[string]any {
	return with(map[string]any{
		"routing_key": st.web.RoutingKey(), "event_action": "trigger", "dedup_key": key, "client": "Grafana", "client_url": "https://grafana.example/1",
		"payload": map[string]any{"summary": "CPU is high", "source": "web-1", "severity": "critical", "component": "nginx", "custom_details": map[string]any{"load": 12}},
		"links":   []any{map[string]any{"href": "https://runbook.example", "text": "Runbook"}},
		"images":  []any{map[string]any{"src": "https://graph.example/1.png"}},
	}, changes)
}

func (st *stage) alertEvent(action, key string) map[string]any {
	return map[string]any{"routing_key": st.web.RoutingKey(), "event_action": action, "dedup_key": key}
}

func TestAnAlertLivesFromTriggerToResolve(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	st.Subscribe(Subscription{URL: e.URL})
	st.enqueue(st.alertOf("cpu", nil)).is(202).wants("success", "status").wants("Event processed", "message").wants("cpu", "dedup_key")
	st.enqueue(st.alertOf("cpu", map[string]any{"payload": map[string]any{"summary": "CPU is higher", "source": "web-1", "severity": "error"}})).is(202)
	st.enqueue(st.alertEvent("acknowledge", "cpu")).is(202)
	st.enqueue(st.alertEvent("acknowledge", "unknown")).is(202)
	st.enqueue(st.alertEvent("resolve", "unknown")).is(202)
	st.settle()
	if n := len(st.Incidents()); n != 1 {
		t.Fatalf("%d incidents", n)
	}
	i := st.Incidents()[0]
	path := "/incidents/" + i.ID
	a := st.get(path+"/alerts").wants("CPU is higher", "alerts", 0, "summary").wants("cpu", "alerts", 0, "alert_key").wants("error", "alerts", 0, "severity").
		wants("triggered", "alerts", 0, "status").wants(i.ID, "alerts", 0, "incident", "id").wants("web-1", "alerts", 0, "body", "cef_details", "source_origin")
	st.get(path+"/alerts/"+a.str("alerts", 0, "id")).wants("alert_body", "alert", "body", "type")
	st.call("GET", path+"/alerts/Q0", nil).refused(404, 2100, "")
	st.get(path+"/alerts?statuses[]=resolved").wants("[]", "alerts")
	// An incident of alerts has no key of its own, but is found by theirs.
	st.get("/incidents?incident_key=cpu").wants("<nil>", "incidents", 0, "incident_key").wants(i.ID, "incidents", 0, "id")

	st.enqueue(st.alertEvent("resolve", "cpu")).is(202)
	st.enqueue(st.alertOf("cpu", nil)).is(202)
	st.settle()
	if got := st.Incidents(); len(got) != 2 || got[0].Status != resolved || got[1].Status != triggered {
		t.Errorf("%+v", got)
	}
	if n := len(e.list()); n != 4 || len(e.list("incident.triggered")) != 2 {
		t.Errorf("heard %s", e.all())
	}
	first := e.list("incident.triggered")[0]
	answer{t: t, body: first.body}.wants("inbound_integration_reference", "event", "agent", "type").wants("Grafana", "event", "client", "name").
		wants("<nil>", "event", "data", "incident_key").wants("CPU is high", "event", "data", "title")
	e.last(t, "incident.resolved").wants("<nil>", "client").wants("Events API V2", "agent", "summary")
}

func TestEventsAreChecked(t *testing.T) {
	st := start(t, Options{})
	inPayload := func(changes map[string]any) map[string]any {
		return map[string]any{"payload": with(map[string]any{"summary": "S", "source": "s", "severity": "info"}, changes)}
	}
	for _, c := range []struct {
		name    string
		changes map[string]any
		says    string
	}{
		{"no key", map[string]any{"routing_key": nil}, "'routing_key' is missing"},
		{"short key", map[string]any{"routing_key": "abc"}, "32 characters"},
		{"unknown key", map[string]any{"routing_key": strings.Repeat("a", 32)}, "Invalid routing key"},
		{"no action", map[string]any{"event_action": nil}, "'event_action' is missing"},
		{"unknown action", map[string]any{"event_action": "close"}, "'event_action' is invalid"},
		{"long dedup key", map[string]any{"dedup_key": strings.Repeat("k", 256)}, "too long"},
		{"resolve without a dedup key", map[string]any{"event_action": "resolve", "dedup_key": nil}, "'dedup_key' is missing"},
		{"no payload", map[string]any{"payload": nil}, "'payload' is missing"},
		{"no summary", inPayload(map[string]any{"summary": nil}), "payload.summary"},
		{"long summary", inPayload(map[string]any{"summary": strings.Repeat("é", 1025)}), "too long"},
		{"no source", inPayload(map[string]any{"source": nil}), "payload.source"},
		{"no severity", inPayload(map[string]any{"severity": nil}), "payload.severity"},
		{"unknown severity", inPayload(map[string]any{"severity": "P1"}), "payload.severity"},
		{"no time", inPayload(map[string]any{"timestamp": "noon"}), "payload.timestamp"},
		{"image over http", map[string]any{"images": []any{map[string]any{"src": "http://x.example/1.png"}}}, "https"},
		{"link without href", map[string]any{"links": []any{map[string]any{"text": "x"}}}, "href"},
		{"wrong type", map[string]any{"payload": "S"}, "cannot unmarshal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st.t = t
			st.enqueue(st.alertOf("k", c.changes)).is(400).wants("invalid event", "status").says(c.says)
		})
	}
	st.t = t
	st.enqueue(`{"routing_key":`).is(400).says("JSON is malformed")
	st.enqueue(`{"a":"` + strings.Repeat("x", greatestEvent) + `"}`).is(413)
	st.call("GET", st.EventsURL()+"/v2/enqueue", nil).is(404)
	st.settle()
	if n := len(st.Incidents()); n != 0 {
		t.Errorf("%d incidents", n)
	}
	st.enqueue(st.alertOf("", inPayload(map[string]any{"summary": strings.Repeat("é", 1024), "timestamp": "2026-11-20T10:00:00.123Z"}))).is(202)
}

func TestEventsAreLimitedByIntegration(t *testing.T) {
	st := start(t, Options{EventLimit: 2, LimitWindow: time.Minute})
	st.enqueue(st.alertOf("a", nil)).is(202)
	st.enqueue(st.alertOf("a", nil)).is(202)
	a := st.enqueue(st.alertOf("b", nil)).is(429).wants("throttle exceeded", "status")
	if a.header.Get("ratelimit-limit") != "" {
		t.Error("the Events API has no such headers")
	}
	other := st.Service("other", ServiceOptions{})
	st.enqueue(st.alertOf("b", map[string]any{"routing_key": other.RoutingKey()})).is(202)
	st.settle()
	if n := len(st.Incidents()); n != 2 {
		t.Errorf("%d incidents", n)
	}
}

func TestAcceptedIsNotDone(t *testing.T) {
	st := start(t, Options{EventLag: 30 * time.Millisecond})
	st.enqueue(st.alertOf("a", nil)).is(202)
	if len(st.Incidents()) != 0 {
		t.Error("done at once")
	}
	st.settle()
	if len(st.Incidents()) != 1 {
		t.Error("never done")
	}
}

func TestAServiceMayGroupAndRankItsAlerts(t *testing.T) {
	st := start(t, Options{})
	api := st.Service("api", ServiceOptions{Policy: st.policy, Group: true, Priorities: map[string]string{"critical": st.p1}})
	api.Fire("cpu", "CPU is high", "critical")
	api.Fire("mem", "Memory is full", "warning")
	api.Clear("cpu")
	st.settle()
	i := st.Incidents()[0]
	if len(st.Incidents()) != 1 || i.Priority != "P1" || i.Status != triggered || i.OpenAlerts != 1 {
		t.Errorf("%+v", st.Incidents())
	}
	st.get("/incidents/"+i.ID).wants(1, "incident", "alert_counts", "resolved").wants(2, "incident", "alert_counts", "all")
	api.Clear("mem")
	st.settle()
	if st.Incidents()[0].Status != resolved {
		t.Error("all alerts are clear, but the incident is open")
	}
}

func TestChangeEvents(t *testing.T) {
	st := start(t, Options{})
	send := func(changes map[string]any) answer {
		return st.post(st.EventsURL()+"/v2/change/enqueue", with(map[string]any{
			"routing_key": st.web.RoutingKey(), "payload": map[string]any{"summary": "v2.4.0 deployed", "source": "github", "custom_details": map[string]any{"sha": "abc"}},
			"links": []any{map[string]any{"href": "https://github.example/run/1", "text": "Run"}},
		}, changes), header{"Authorization", ""})
	}
	send(nil).is(202).wants("success", "status").wants("Change event processed", "message")
	send(map[string]any{"routing_key": nil}).is(400).says("routing_key")
	send(map[string]any{"routing_key": "R" + strings.Repeat("0", 31)}).is(400).says("ruleset")
	send(map[string]any{"routing_key": strings.Repeat("0", 32)}).is(400).says("Invalid routing key")
	send(map[string]any{"payload": map[string]any{}}).is(400).says("payload.summary")
	send(map[string]any{"payload": map[string]any{"summary": strings.Repeat("x", 1025)}}).is(400).says("too long")
	send(map[string]any{"payload": map[string]any{"summary": "S", "timestamp": "noon"}}).is(400).says("timestamp")
	send(map[string]any{"links": []any{map[string]any{}}}).is(400).says("href")
	st.settle()
	if c := st.Changes(); len(c) != 1 || c[0].Summary != "v2.4.0 deployed" || c[0].Details != `{"sha":"abc"}` {
		t.Errorf("%+v", c)
	}
	st.clock.add(time.Hour)
	i := st.Trigger(st.web, "Down", Trigger{})
	st.get("/incidents/"+i.ID()+"/related_change_events").wants("v2.4.0 deployed", "change_events", 0, "summary").wants("abc", "change_events", 0, "custom_details", "sha")
	st.clock.add(25 * time.Hour)
	late := st.Trigger(st.web, "Down", Trigger{})
	st.get("/incidents/"+late.ID()+"/related_change_events").wants("[]", "change_events")
}
