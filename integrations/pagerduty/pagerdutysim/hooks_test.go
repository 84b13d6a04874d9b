package pagerdutysim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
)

func TestADeliveryIsSignedWithEverySecret(t *testing.T) {
	st := start(t, quick())
	e := listen(t)
	id := st.Subscribe(Subscription{URL: strings.Replace(e.URL, "http://", "http://pd:pass@", 1), Secrets: []string{"old", "new"}, Headers: map[string]string{"X-Team": "web"}})
	st.Trigger(st.web, "Down", Trigger{})
	st.settle()
	h := e.list()[0]
	sign := func(secret string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(h.raw)
		return "v1=" + hex.EncodeToString(mac.Sum(nil))
	}
	for name, want := range map[string]string{
		"X-PagerDuty-Signature": sign("old") + "," + sign("new"), "X-Webhook-Subscription": id, "User-Agent": "PagerDuty-Webhook/V3.0",
		"Content-Type": "application/json", "X-Team": "web", "Authorization": "Basic cGQ6cGFzcw==", "X-Webhook-Id": st.Deliveries()[0].ID,
	} {
		if h.header.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, h.header.Get(name), want)
		}
	}
	if dig(h.body, "event", "id") != st.Deliveries()[0].EventID || len(h.body.(map[string]any)) != 1 {
		t.Errorf("%s", h.raw)
	}

	st.Rotate(id, "newest")
	st.Trigger(st.web, "Down", Trigger{})
	st.settle()
	h = e.list()[1]
	if got := h.header.Get("X-PagerDuty-Signature"); got != sign("newest") {
		t.Errorf("after the rotation: %s", got)
	}
	st.Unsubscribe(id)
	st.Subscribe(Subscription{URL: e.URL, Secrets: []string{"a", "b"}, Blanks: true, Foreign: []string{"v0=abc"}})
	st.Trigger(st.web, "Down", Trigger{})
	st.settle()
	h = e.list()[2]
	if got := h.header.Get("X-PagerDuty-Signature"); got != "v0=abc, "+sign("a")+", "+sign("b") {
		t.Errorf("with blanks: %s", got)
	}
}

func TestTheShapeOfAnEvent(t *testing.T) {
	st := start(t, quick())
	e := listen(t)
	st.Subscribe(Subscription{URL: e.URL})
	i := st.Trigger(st.web, "Down", Trigger{By: st.ana, Priority: st.p1, IncidentKey: "key-1"})
	st.settle()
	a := e.last(t, "incident.triggered")
	for _, c := range []struct {
		want any
		path []any
	}{
		{"incident", []any{"resource_type"}}, {"2026-11-20T10:00:00.169Z", []any{"occurred_at"}}, {"user_reference", []any{"agent", "type"}}, {"Ana Lopez", []any{"agent", "summary"}},
		{"PagerDuty", []any{"client", "name"}}, {i.ID(), []any{"data", "id"}}, {"incident", []any{"data", "type"}}, {st.APIURL() + "/incidents/" + i.ID(), []any{"data", "self"}},
		{st.URL() + "/incidents/" + i.ID(), []any{"data", "html_url"}}, {1, []any{"data", "number"}}, {"triggered", []any{"data", "status"}}, {"key-1", []any{"data", "incident_key"}},
		{"2026-11-20T10:00:00Z", []any{"data", "created_at"}}, {"Down", []any{"data", "title"}}, {"incident_default", []any{"data", "incident_type", "name"}},
		{"service_reference", []any{"data", "service", "type"}}, {st.ana, []any{"data", "assignees", 0, "id"}}, {"escalation_policy_reference", []any{"data", "escalation_policy", "type"}},
		{"team_reference", []any{"data", "teams", 0, "type"}}, {"P1", []any{"data", "priority", "summary"}}, {"priority_reference", []any{"data", "priority", "type"}},
		{"high", []any{"data", "urgency"}}, {"<nil>", []any{"data", "conference_bridge"}}, {"<nil>", []any{"data", "resolve_reason"}},
	} {
		a.wants(c.want, c.path...)
	}
	// The names of REST are not those of webhooks.
	for _, name := range []string{"incident_number", "assignments", "reopened_at", "alerts", "body"} {
		if _, there := a.at("data").(map[string]any)[name]; there {
			t.Errorf("the data has %s", name)
		}
	}
}

func TestEverythingThatIsTold(t *testing.T) {
	st := start(t, quick())
	e := listen(t)
	sub := st.Subscribe(Subscription{URL: e.URL})
	i := st.Trigger(st.web, "Down", Trigger{})
	other := st.EscalationPolicy("Other", Level{st.ana})
	long := strings.Repeat("ä", 2001)
	for _, f := range []func() error{
		func() error { return i.Acknowledge(st.ana) }, func() error { return i.Unacknowledge("") }, func() error { return i.Escalate(st.ana) },
		func() error { return i.Delegate(st.ana, other) }, func() error { return i.Reassign(st.ana, st.ben) }, func() error { return i.Annotate(st.ben, long) },
		func() error { return i.SetPriority(st.ana, st.p1) }, func() error { return i.SetPriority(st.ana, "") }, func() error { return i.AddResponder(st.ana, st.ben, "help") },
		func() error { return i.Reply(st.ben, true) }, func() error { return i.PublishUpdate(st.ana, "On it") }, func() error { return i.SetBridge(st.ana, "+1", "https://meet.example") },
		func() error { return i.SetType(st.ana, "major_incident") }, func() error { return i.SetField(st.ana, "region", "eu") }, func() error { return i.AssignRole(st.ana, "Commander", st.ben) },
		func() error { return i.CompleteTask(st.ana, i.AddTask(st.ana, "Tell sales"), "Tell sales") }, func() error { return i.RunWorkflow(st.ana, "Big one") },
		func() error { i.Emit("", "incident.teleported", map[string]any{"to": "Mars"}); return nil },
		func() error { return i.Resolve(st.ben) }, func() error { return i.Reopen(st.ben) },
	} {
		st.fine(f())
	}
	st.settle()
	want := "triggered acknowledged unacknowledged escalated delegated reassigned annotated priority_updated priority_updated responder.added responder.replied " +
		"status_update_published conference_bridge.updated incident_type.changed custom_field_values.updated role.assigned task.created task.completed " +
		"workflow.started workflow.completed teleported resolved reopened"
	if e.all() != want {
		t.Errorf("heard\n%s, want\n%s", e.all(), want)
	}
	for event, kind := range map[string]string{
		"acknowledged": "incident", "annotated": "incident_note", "responder.added": "incident_responder", "status_update_published": "incident_status_update",
		"conference_bridge.updated": "incident_conference_bridge", "custom_field_values.updated": "incident_field_values", "role.assigned": "incident_role_assignment",
		"task.created": "incident_task", "workflow.started": "incident_workflow_instance",
	} {
		e.last(t, "incident."+event).wants(kind, "data", "type")
	}
	note := e.last(t, "incident.annotated").wants(true, "data", "trimmed").wants(i.ID(), "data", "incident", "id").wants(st.ben, "agent", "id")
	if len([]rune(note.str("data", "content"))) != 2000 {
		t.Error("not trimmed")
	}
	e.last(t, "incident.status_update_published").wants("On it", "data", "message").wants(false, "data", "trimmed")
	e.last(t, "incident.conference_bridge.updated").wants("+1", "data", "conference_numbers", 0, "number")
	e.last(t, "incident.role.assigned").wants(st.ben, "data", "incident_role_assignments", 0, "assignee", "id").wants("<nil>", "data", "incident_role_assignments", 0, "old_assignee")
	e.last(t, "incident.custom_field_values.updated").wants("eu", "data", "changed_custom_fields", 0, "value")
	e.last(t, "incident.teleported").wants("Mars", "data", "to").wants("incident_reference", "data", "incident", "type").wants("<nil>", "agent")
	e.last(t, "incident.unacknowledged").wants("<nil>", "agent")

	st.web.Describe(st.ana, "new words")
	st.Ping(sub)
	st.settle()
	e.last(t, "service.updated").wants("service", "data", "type").wants("service", "resource_type").wants("create_alerts_and_incidents", "data", "alert_creation")
	e.last(t, "pagey.ping").wants("pagey", "resource_type").wants("ping", "data", "type")
	st.web.Delete(st.ana)
	st.settle()
	e.last(t, "service.deleted").wants(st.web.ID(), "data", "id")
}

func TestWhatASubscriptionCovers(t *testing.T) {
	st := start(t, quick())
	api := st.Service("api", ServiceOptions{Policy: st.policy})
	team := st.get("/services").str("services", 0, "teams", 0, "id")
	for _, c := range []struct {
		sub  Subscription
		want string
	}{
		{Subscription{}, "triggered triggered resolved resolved"},
		{Subscription{Service: st.web.ID()}, "triggered resolved"},
		{Subscription{Team: team}, "triggered resolved"},
		{Subscription{Team: "P0"}, ""},
		{Subscription{Events: []string{"incident.resolved"}}, "resolved resolved"},
		{Subscription{Inactive: true}, ""},
	} {
		e := listen(t)
		c.sub.URL = e.URL
		id := st.Subscribe(c.sub)
		for _, v := range []*Service{st.web, api} {
			i := st.Trigger(v, "Down", Trigger{})
			st.fine(i.Resolve(st.ana))
		}
		st.settle()
		if !sameWords(e.all(), c.want) {
			t.Errorf("%+v heard %q", c.sub, e.all())
		}
		st.Unsubscribe(id)
	}
	a, b := listen(t), listen(t)
	st.Subscribe(Subscription{URL: a.URL, Service: st.web.ID()})
	st.Subscribe(Subscription{URL: b.URL, Team: team})
	st.Trigger(st.web, "Down", Trigger{})
	st.settle()
	x, y := a.list()[0], b.list()[0]
	if dig(x.body, "event", "id") != dig(y.body, "event", "id") || x.id() == y.id() {
		t.Errorf("event %v and %v, webhook %s and %s", dig(x.body, "event", "id"), dig(y.body, "event", "id"), x.id(), y.id())
	}
}

func TestSubscriptionsOverREST(t *testing.T) {
	st := start(t, quick())
	e := listen(t)
	method := map[string]any{"type": "http_delivery_method", "url": e.URL, "custom_headers": []any{map[string]any{"name": "X-Team", "value": "web"}}}
	sub := map[string]any{
		"type": "webhook_subscription", "description": "Backout", "events": []any{"incident.triggered"}, "filter": ref(st.web.ID(), "service"), "delivery_method": method,
	}
	ask := func(changes map[string]any) answer {
		return st.post("/webhook_subscriptions", map[string]any{"webhook_subscription": with(sub, changes)}, header{"From", ""})
	}
	a := ask(nil).is(http.StatusCreated).wants(true, "webhook_subscription", "active")
	id, secret := a.str("webhook_subscription", "id"), a.str("webhook_subscription", "delivery_method", "secret")
	if len(secret) < 32 || st.Secrets(id)[0] != secret {
		t.Errorf("secret %q", secret)
	}
	path := "/webhook_subscriptions/" + id
	b := st.get(path).wants("<nil>", "webhook_subscription", "delivery_method", "secret").wants("service_reference", "webhook_subscription", "filter", "type")
	if strings.Contains(b.text, `"web"`) || strings.Contains(st.get("/webhook_subscriptions").text, secret) {
		t.Error("a secret is shown again")
	}
	st.post(path+"/ping", nil, header{"From", ""}).is(202)
	st.Trigger(st.web, "Down", Trigger{})
	st.settle()
	if h := e.list("incident.triggered")[0]; h.header.Get("X-PagerDuty-Signature") != Sign(secret, h.raw) || h.header.Get("X-Team") != "web" || len(e.list("pagey.ping")) != 1 {
		t.Errorf("%v", h.header)
	}
	for name, c := range map[string]map[string]any{
		"type": {"type": nil}, "no events": {"events": []any{}}, "unknown event": {"events": []any{"incident.exploded"}}, "no filter": {"filter": nil},
		"unknown service": {"filter": ref("P0", "service")}, "unknown team": {"filter": ref("P0", "team")}, "filter": {"filter": ref(st.ana, "user")},
		"method": {"delivery_method": map[string]any{"type": "smoke", "url": e.URL}}, "url": {"delivery_method": with(method, map[string]any{"url": "/here"})},
		"twice the same header": {"delivery_method": with(method, map[string]any{"custom_headers": []any{map[string]any{"name": "A", "value": "1"}, map[string]any{"name": "A", "value": "2"}}})},
	} {
		if r := ask(c); r.status != 400 {
			t.Errorf("%s: %d", name, r.status)
		}
	}
	for range 9 {
		ask(nil).is(201)
	}
	ask(nil).refused(400, 2001, "Only 10")
	ask(map[string]any{"filter": map[string]any{"type": "account_reference"}, "active": false}).is(201).wants(false, "webhook_subscription", "active")
	st.call("DELETE", path, nil).is(204)
	st.call("GET", path, nil).refused(404, 2100, "")
	st.call("DELETE", path, nil).refused(404, 2100, "")
}
