package pagerdutysim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// asked is a valid new incident.
func (st *stage) asked(changes map[string]any) map[string]any {
	return map[string]any{"incident": with(map[string]any{
		"type": "incident", "title": "Checkout is down", "service": ref(st.web.ID(), "service"), "incident_key": "INC-1",
	}, changes)}
}

func ref(id, kind string) map[string]any {
	return map[string]any{"id": id, "type": kind + "_reference"}
}

func TestAnIncidentIsCreated(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	st.Subscribe(Subscription{URL: e.URL})
	a := st.post("/incidents", st.asked(map[string]any{
		"priority": ref(st.p1, "priority"), "urgency": "low", "body": map[string]any{"type": "incident_body", "details": "since ten"},
		"incident_type": map[string]any{"name": "major_incident"}, "conference_bridge": map[string]any{"conference_url": "https://meet.example/1"},
	})).is(201)
	for _, c := range []struct {
		want any
		path []any
	}{
		{"incident", []any{"type"}}, {"Checkout is down", []any{"title"}}, {"[#1] Checkout is down", []any{"summary"}}, {1, []any{"incident_number"}},
		{"INC-1", []any{"incident_key"}}, {"triggered", []any{"status"}}, {"low", []any{"urgency"}}, {"P1", []any{"priority", "name"}},
		{"priority", []any{"priority", "type"}}, {"2026-11-20T10:00:00Z", []any{"created_at"}}, {st.ana, []any{"assignments", 0, "assignee", "id"}},
		{"user_reference", []any{"assignments", 0, "assignee", "type"}}, {st.policy, []any{"escalation_policy", "id"}}, {"service_reference", []any{"service", "type"}},
		{"since ten", []any{"body", "details"}}, {"https://meet.example/1", []any{"conference_bridge", "conference_url"}}, {"major_incident", []any{"incident_type", "name"}},
		{"trigger_log_entry_reference", []any{"first_trigger_log_entry", "type"}}, {"Web team", []any{"teams", 0, "summary"}},
		{"<nil>", []any{"resolve_reason"}}, {"[]", []any{"acknowledgements"}},
	} {
		a.wants(c.want, append([]any{"incident"}, c.path...)...)
	}
	st.settle()
	e.last(t, "incident.triggered").wants(st.bot, "agent", "id").wants("<nil>", "client").wants("INC-1", "data", "incident_key")

	b := st.get("/incidents/" + a.str("incident", "id"))
	if _, there := b.at("incident").(map[string]any)["body"]; there {
		t.Error("the body comes only with include[]=body")
	}
	st.get("/incidents/"+a.str("incident", "id")+"?include[]=body&include[]=assignees&include[]=services").wants("since ten", "incident", "body", "details").
		wants("ana@acme.example", "incident", "assignments", 0, "assignee", "email").wants("web-app", "incident", "service", "name")
}

func TestNewIncidentsAreChecked(t *testing.T) {
	st := start(t, Options{})
	empty := st.EscalationPolicy("Nobody", Level{})
	for _, c := range []struct {
		name    string
		changes map[string]any
		code    int
		says    string
	}{
		{"no type", map[string]any{"type": nil}, 2001, "type"},
		{"another type", map[string]any{"type": "incident_reference"}, 2001, "type"},
		{"no title", map[string]any{"title": ""}, 2001, "Title"},
		{"long title", map[string]any{"title": strings.Repeat("é", 1025)}, 2001, "Title is too long"},
		{"no service", map[string]any{"service": nil}, 2001, "Service"},
		{"service without a type", map[string]any{"service": map[string]any{"id": st.web.ID()}}, 2001, "Service"},
		{"unknown service", map[string]any{"service": ref("P0", "service")}, 2001, "Service was not found"},
		{"urgency", map[string]any{"urgency": "medium"}, 2001, "Urgency"},
		{"unknown priority", map[string]any{"priority": ref("P0", "priority")}, 1020, "Invalid Priority"},
		{"priority of the wrong type", map[string]any{"priority": ref(st.p1, "service")}, 1020, ""},
		{"body without a type", map[string]any{"body": map[string]any{"details": "x"}}, 2001, "Body"},
		{"body with an object", map[string]any{"body": map[string]any{"type": "incident_body", "details": map[string]any{}}}, 2001, "wrong type"},
		{"unknown incident type", map[string]any{"incident_type": map[string]any{"name": "flood"}}, 2001, "Incident type"},
		{"long key", map[string]any{"incident_key": strings.Repeat("k", 256)}, 2001, "too long"},
		{"assignee and policy", map[string]any{"assignments": []any{map[string]any{"assignee": ref(st.ben, "user")}}, "escalation_policy": ref(st.policy, "escalation_policy")}, 2001, "both"},
		{"two assignees", map[string]any{"assignments": []any{map[string]any{"assignee": ref(st.ana, "user")}, map[string]any{"assignee": ref(st.ben, "user")}}}, 2001, "Only one"},
		{"unknown assignee", map[string]any{"assignments": []any{map[string]any{"assignee": ref("P0", "user")}}}, 1007, ""},
		{"assignee of the wrong type", map[string]any{"assignments": []any{map[string]any{"assignee": ref(st.ana, "team")}}}, 2001, "user_reference"},
		{"unknown policy", map[string]any{"escalation_policy": ref("P0", "escalation_policy")}, 1014, ""},
		{"policy without people", map[string]any{"escalation_policy": ref(empty, "escalation_policy")}, 1015, "No User On Call"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st.t = t
			st.post("/incidents", st.asked(c.changes)).refused(400, c.code, c.says)
		})
	}
	if n := len(st.Incidents()); n != 0 {
		t.Errorf("%d incidents were made", n)
	}
}

func TestAKeyNamesOneOpenIncidentOfAService(t *testing.T) {
	st := start(t, Options{})
	st.post("/incidents", st.asked(nil)).is(201)
	st.post("/incidents", st.asked(nil)).refused(400, 2001, "Open incident with matching dedup key already exists on this service")
	other := st.Service("other", ServiceOptions{})
	st.post("/incidents", st.asked(map[string]any{"service": ref(other.ID(), "service")})).is(201)
	a := st.post("/incidents", st.asked(map[string]any{"incident_key": nil})).is(201)
	if len(a.str("incident", "incident_key")) != 32 {
		t.Error("an incident without a key gets one")
	}
	// A null priority is none: some clients send it.
	first := st.Incident(st.Incidents()[0].ID)
	st.fine(first.Resolve(st.ana))
	st.post("/incidents", `{"incident":{"type":"incident","title":"T","service":{"id":"`+st.web.ID()+`","type":"service_reference"},"priority":null,"incident_key":"INC-1"}}`).is(201)
	if err := first.Reopen(st.ana); err == nil {
		t.Error("reopened beside an open one of the same key")
	}
	st.get("/incidents?incident_key=INC-1").wants(1, "incidents", 0, "incident_number").wants(2, "incidents", 1, "incident_number").wants(4, "incidents", 2, "incident_number")
}

func TestWhoIsPaged(t *testing.T) {
	st := start(t, Options{})
	night := st.EscalationPolicy("Night", Level{st.ben})
	a := st.post("/incidents", st.asked(map[string]any{"escalation_policy": ref(night, "escalation_policy")})).is(201)
	a.wants(st.ben, "incident", "assignments", 0, "assignee", "id").wants("escalation_policy", "incident", "assigned_via")
	b := st.post("/incidents", st.asked(map[string]any{"incident_key": "2", "assignments": []any{map[string]any{"assignee": ref(st.ben, "user")}}})).is(201)
	b.wants("triggered", "incident", "status").wants("direct_assignment", "incident", "assigned_via")
	// Nobody is paged by their own incident.
	c := st.post("/incidents", st.asked(map[string]any{"incident_key": "3", "assignments": []any{map[string]any{"assignee": ref(st.bot, "user")}}})).is(201)
	c.wants("acknowledged", "incident", "status")
	st.OffCall(st.policy, 1, st.ana)
	st.post("/incidents", st.asked(map[string]any{"incident_key": "4"})).refused(400, 1015, "")
	st.OnCall(st.policy, 1, st.ben)
	st.post("/incidents", st.asked(map[string]any{"incident_key": "4"})).is(201).wants(st.ben, "incident", "assignments", 0, "assignee", "id")
}

func TestIncidentsAreFoundAndSorted(t *testing.T) {
	st := start(t, Options{})
	st.clock.add(-40 * 24 * time.Hour)
	st.Trigger(st.web, "old", Trigger{Urgency: "low"})
	st.clock.add(40 * 24 * time.Hour)
	b := st.Trigger(st.web, "b", Trigger{Urgency: "low"})
	st.clock.add(time.Minute)
	c := st.Trigger(st.Service("api", ServiceOptions{Policy: st.policy}), "c", Trigger{})
	st.clock.add(time.Minute)
	st.fine(b.Acknowledge(st.ben))
	st.fine(c.Resolve(st.ana))
	team := st.get("/services").str("services", 0, "teams", 0, "id")
	for query, want := range map[string]string{
		"":                           "b c",
		"date_range=all":             "old b c",
		"since=2026-10-01":           "old b c",
		"until=2026-11-20T10:00:30Z": "b",
		"statuses[]=acknowledged":    "b",
		"statuses[]=triggered":       "",
		"statuses[]=acknowledged&statuses[]=resolved": "b c",
		"urgencies[]=high":                            "c",
		"service_ids[]=" + st.web.ID():                "b",
		"team_ids[]=" + team:                          "b",
		"user_ids[]=" + st.ben:                        "b",
		"sort_by=created_at:desc":                     "c b",
		"sort_by=urgency:desc,created_at":             "c b",
		"sort_by=urgency,incident_number":             "b c",
		"date_range=all&sort_by=incident_number:desc": "c b old",
		"sort_by=resolved_at":                         "b c",
	} {
		if got := st.get("/incidents?"+query).column("incidents", "title"); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
	for query, code := range map[string]int{
		"statuses[]=open": 2001, "urgencies[]=P1": 2001, "sort_by=title": 2001, "sort_by=created_at:up": 2001, "sort_by=urgency,created_at,resolved_at": 2001,
		"since=yesterday": 2004, "until=x": 2004, "since=2026-01-01": 2005, "since=2026-11-30T00:00:00Z": 2005, "date_range=year": 2001,
	} {
		if a := st.call("GET", "/incidents?"+query, nil); a.status != 400 || fmt.Sprint(a.at("error", "code")) != fmt.Sprint(code) {
			t.Errorf("%q: %s, want %d", query, a.text, code)
		}
	}
}

func TestNotesAndUpdates(t *testing.T) {
	st := start(t, Options{})
	i := st.Trigger(st.web, "Down", Trigger{})
	path := "/incidents/" + i.ID()
	note := func(text string) map[string]any { return map[string]any{"note": map[string]any{"content": text}} }
	st.post(path+"/notes", note("mitigated")).is(200).wants("mitigated", "note", "content").wants(st.bot, "note", "user", "id").wants("2026-11-20T10:00:00Z", "note", "created_at")
	st.post(path+"/notes", note("")).refused(400, 2001, "blank")
	st.post(path+"/notes", map[string]any{"content": "x"}).refused(400, 2003, "note is missing")
	st.post("/incidents/Q0/notes", note("x")).refused(404, 2100, "")
	st.fine(i.Resolve(st.ana))
	st.post(path+"/notes", note("afterwards")).is(200)
	st.get(path+"/notes").wants("afterwards", "notes", 1, "content")
	for n := len(st.Notes(i.ID())); n < mostNotes; n++ {
		st.fine(i.Annotate("", "x"))
	}
	st.post(path+"/notes", note("one too many")).refused(400, 2001, "2000")

	st.post(path+"/status_updates", map[string]any{"message": "We are on it", "subject": "S", "html_message": "<p>We</p>"}).is(200).
		wants("We are on it", "status_update", "message").wants(st.bot, "status_update", "sender", "id").wants("S", "status_update", "subject")
	st.post(path+"/status_updates", map[string]any{"message": ""}).refused(400, 2003, "message")
	st.post(path+"/status_updates", map[string]any{"message": "m", "html_message": "<p>"}).refused(400, 2001, "subject")
	if u := st.StatusUpdates(i.ID()); len(u) != 1 || u[0].By != st.bot || u[0].HTML != "<p>We</p>" {
		t.Errorf("%+v", u)
	}
}

func TestResponders(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	st.Subscribe(Subscription{URL: e.URL, Events: []string{"incident.responder.added", "incident.responder.replied"}})
	i := st.Trigger(st.web, "Down", Trigger{})
	path := "/incidents/" + i.ID() + "/responder_requests"
	target := func(id, kind string) any { return map[string]any{"responder_request_target": ref(id, kind)} }
	ask := map[string]any{"requester_id": st.bot, "message": "Please help", "responder_request_targets": []any{target(st.ben, "user"), target(st.policy, "escalation_policy")}}
	a := st.post(path, ask).is(200)
	a.wants("Please help", "responder_request", "message").wants(st.bot, "responder_request", "requester", "id").
		wants("pending", "responder_request", "responder_request_targets", 0, "responder_request_target", "incident_responders", 0, "state").
		wants(st.ana, "responder_request", "responder_request_targets", 1, "responder_request_target", "incident_responders", 0, "user", "id")
	st.fine(i.Reply(st.ben, true))
	st.fine(i.Reply(st.ana, false))
	if i.Reply(st.ben, true) == nil {
		t.Error("nothing is pending")
	}
	st.get("/incidents/"+i.ID()).wants("accepted", "incident", "incidents_responders", 0, "state").wants("declined", "incident", "incidents_responders", 1, "state")
	st.settle()
	if e.all() != "responder.added responder.added responder.replied responder.replied" {
		t.Error(e.all())
	}
	answer{t: t, body: e.list()[0].body}.wants("<nil>", "event", "data", "escalation_policy").wants("pending", "event", "data", "state").wants("incident_reference", "event", "data", "incident", "type")
	answer{t: t, body: e.list()[1].body}.wants(st.policy, "event", "data", "escalation_policy", "id").wants("Please help", "event", "data", "message")
	e.last(t, "incident.responder.replied").wants("declined", "data", "state").wants(st.ana, "agent", "id").wants("incident_responder", "data", "type")

	for _, c := range []struct {
		changes map[string]any
		code    int
	}{
		{map[string]any{"requester_id": nil}, 2011},
		{map[string]any{"requester_id": "P0"}, 1008},
		{map[string]any{"message": nil}, 2003},
		{map[string]any{"responder_request_targets": nil}, 2003},
		{map[string]any{"responder_request_targets": []any{target("P0", "user")}}, 1007},
		{map[string]any{"responder_request_targets": []any{target("P0", "escalation_policy")}}, 1014},
		{map[string]any{"responder_request_targets": []any{target(st.web.ID(), "service")}}, 2001},
		{map[string]any{"responder_request_targets": []any{ref(st.ben, "user")}}, 2001},
	} {
		st.post(path, with(ask, c.changes)).refused(400, c.code, "")
	}
	// A repeated request pages again: that is the caller's to avoid.
	st.post(path, ask).is(200)
	if r := st.ResponderRequests(i.ID()); len(r) != 2 || len(r[1].Users) != 2 || r[0].States[st.ben] != "accepted" {
		t.Errorf("%+v", r)
	}
	st.fine(i.Resolve(st.ana))
	st.post(path, ask).refused(400, 1001, "")
	poor := start(t, Options{NoResponders: true})
	poor.post("/incidents/Q0/responder_requests", ask).refused(402, 2014, "")
}
