package pagerdutysim

import (
	"strings"
	"testing"
	"time"
)

func status(s string) map[string]any { return map[string]any{"status": s} }

// change puts one change to an incident.
func (st *stage) change(i *Incident, c map[string]any) answer {
	st.t.Helper()
	return st.put("/incidents/"+i.ID(), map[string]any{"incident": with(map[string]any{"type": "incident_reference"}, c)})
}

func TestTheLifeOfAnIncident(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	st.Subscribe(Subscription{URL: e.URL})
	i := st.Trigger(st.web, "Down", Trigger{})
	st.change(i, status("acknowledged")).is(200).wants("acknowledged", "incident", "status").
		wants(st.bot, "incident", "acknowledgements", 0, "acknowledger", "id").wants(st.bot, "incident", "assignments", 0, "assignee", "id")
	st.change(i, status("acknowledged")).refused(400, 1002, "Incident Already Acknowledged")
	st.change(i, status("triggered")).is(200).wants("triggered", "incident", "status").wants("[]", "incident", "acknowledgements")
	st.change(i, status("triggered")).refused(400, 1003, "")
	st.change(i, status("closed")).refused(400, 1003, "Invalid Status Provided")
	st.clock.add(time.Minute)
	st.change(i, map[string]any{"status": "resolved", "resolution": "rolled back"}).is(200).wants("resolved", "incident", "status").
		wants("2026-11-20T10:01:00Z", "incident", "resolved_at").wants(st.bot, "incident", "last_status_change_by", "id").wants("[]", "incident", "assignments")

	// Nothing about a resolved incident changes, unless it is reopened.
	for _, c := range []map[string]any{
		status("resolved"), status("acknowledged"), {"title": "New"}, {"priority": ref(st.p1, "priority")}, {"urgency": "low"},
		{"escalation_level": 2}, {"assignments": []any{map[string]any{"assignee": ref(st.ben, "user")}}},
		{"escalation_policy": ref(st.policy, "escalation_policy")}, {"conference_bridge": map[string]any{"conference_url": "https://x.example"}},
	} {
		st.change(i, c).refused(400, 1001, "Incident Already Resolved")
	}
	if got := i.Info(); got.Resolution != "rolled back" || got.Title != "Down" || got.Priority != "" {
		t.Errorf("%+v", got)
	}
	st.change(i, map[string]any{"status": "triggered", "priority": ref(st.p1, "priority")}).is(200).wants("triggered", "incident", "status").wants(st.ana, "incident", "assignments", 0, "assignee", "id")
	st.settle()
	if want := "triggered acknowledged unacknowledged resolved reopened priority_updated"; e.all() != want {
		t.Errorf("heard %s, want %s", e.all(), want)
	}
	e.last(t, "incident.reopened").wants("2026-11-20T10:01:00Z", "data", "reopened_at")
	if _, there := e.last(t, "incident.resolved").at("data").(map[string]any)["reopened_at"]; there {
		t.Error("reopened_at is only there after a reopen")
	}
}

func TestChangesOfAnIncident(t *testing.T) {
	for _, c := range []struct {
		name  string
		ask   func(st *stage) map[string]any
		heard string
		want  func(st *stage, n IncidentInfo) bool
	}{
		{"title and urgency", func(*stage) map[string]any { return map[string]any{"title": "New", "urgency": "low"} }, "",
			func(_ *stage, n IncidentInfo) bool { return n.Title == "New" && n.Urgency == "low" }},
		{"priority", func(st *stage) map[string]any { return map[string]any{"priority": ref(st.p2, "priority")} }, "priority_updated",
			func(_ *stage, n IncidentInfo) bool { return n.Priority == "P2" }},
		{"the same priority", func(st *stage) map[string]any { return map[string]any{"priority": ref(st.p1, "priority")} }, "",
			func(_ *stage, n IncidentInfo) bool { return n.Priority == "P1" }},
		{"level", func(*stage) map[string]any { return map[string]any{"escalation_level": 2} }, "escalated",
			func(st *stage, n IncidentInfo) bool { return n.Assignees[0] == st.ben && n.Level == 2 }},
		{"policy", func(st *stage) map[string]any {
			return map[string]any{"escalation_policy": ref(st.EscalationPolicy("Other", Level{st.ben}), "escalation_policy")}
		}, "delegated", func(st *stage, n IncidentInfo) bool { return n.Assignees[0] == st.ben && n.Policy != st.policy }},
		{"assignee", func(st *stage) map[string]any {
			return map[string]any{"assignments": []any{map[string]any{"assignee": ref(st.ben, "user")}}}
		}, "reassigned", func(st *stage, n IncidentInfo) bool { return n.Assignees[0] == st.ben }},
		{"bridge", func(*stage) map[string]any {
			return map[string]any{"conference_bridge": map[string]any{"conference_number": "+1", "conference_url": "https://x.example"}}
		}, "conference_bridge.updated", func(_ *stage, n IncidentInfo) bool { return n.BridgeURL == "https://x.example" }},
		{"service", func(st *stage) map[string]any {
			return map[string]any{"service": ref(st.Service("api", ServiceOptions{Policy: st.policy}).ID(), "service")}
		}, "service.created service_updated", func(st *stage, n IncidentInfo) bool { return n.Service != st.web.ID() }},
		{"type", func(*stage) map[string]any {
			return map[string]any{"incident_type": map[string]any{"name": "major_incident"}}
		}, "incident_type.changed",
			func(_ *stage, n IncidentInfo) bool { return n.Type == "major_incident" }},
		{"priority and status", func(st *stage) map[string]any {
			return map[string]any{"priority": ref(st.p2, "priority"), "status": "acknowledged"}
		}, "priority_updated acknowledged",
			func(st *stage, n IncidentInfo) bool { return n.Assignees[0] == st.bot }},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, Options{})
			i := st.Trigger(st.web, "Down", Trigger{Priority: st.p1})
			e := listen(t)
			st.Subscribe(Subscription{URL: e.URL})
			st.change(i, c.ask(st)).is(200)
			st.settle()
			if !c.want(st, i.Info()) {
				t.Errorf("%+v", i.Info())
			}
			// Lanes of different resources have no order among each other.
			if !sameWords(e.all(), c.heard) {
				t.Errorf("heard %q, want %q", e.all(), c.heard)
			}
		})
	}
}

func sameWords(a, b string) bool {
	count := map[string]int{}
	for w := range strings.FieldsSeq(a) {
		count[w]++
	}
	for w := range strings.FieldsSeq(b) {
		count[w]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestRefusedChanges(t *testing.T) {
	st := start(t, Options{})
	i := st.Trigger(st.web, "Down", Trigger{})
	empty := st.EscalationPolicy("Nobody", Level{})
	person := []any{map[string]any{"assignee": ref(st.ben, "user")}}
	for _, c := range []struct {
		name string
		ask  map[string]any
		code int
	}{
		{"no type", map[string]any{"type": nil, "status": "resolved"}, 2001},
		{"resolution without resolving", map[string]any{"resolution": "done"}, 2001},
		{"resolution of an acknowledgement", map[string]any{"status": "acknowledged", "resolution": "done"}, 2001},
		{"empty title", map[string]any{"title": ""}, 2001},
		{"urgency", map[string]any{"urgency": "P1"}, 2001},
		{"priority", map[string]any{"priority": ref("P0", "priority")}, 1020},
		{"level", map[string]any{"escalation_level": 3}, 1006},
		{"level and assignee", map[string]any{"escalation_level": 2, "assignments": person}, 2001},
		{"policy and assignee", map[string]any{"escalation_policy": ref(st.policy, "escalation_policy"), "assignments": person}, 2001},
		{"unknown assignee", map[string]any{"assignments": []any{map[string]any{"assignee": ref("P0", "user")}}}, 1007},
		{"unknown policy", map[string]any{"escalation_policy": ref("P0", "escalation_policy")}, 1014},
		{"policy without people", map[string]any{"escalation_policy": ref(empty, "escalation_policy")}, 1015},
		{"unknown service", map[string]any{"service": ref("P0", "service")}, 2001},
		{"unknown type", map[string]any{"incident_type": map[string]any{"name": "flood"}}, 2001},
	} {
		t.Run(c.name, func(t *testing.T) {
			st.t = t
			before := i.Info()
			st.change(i, with(c.ask, nil)).refused(400, c.code, "")
			if after := i.Info(); after.Status != before.Status || after.Title != before.Title || after.Level != before.Level {
				t.Errorf("%+v", after)
			}
		})
	}
}

func TestAListOfChangesIsAppliedAsAWhole(t *testing.T) {
	st := start(t, Options{})
	a, b, done := st.Trigger(st.web, "a", Trigger{}), st.Trigger(st.web, "b", Trigger{}), st.Trigger(st.web, "c", Trigger{})
	st.fine(done.Resolve(st.ana))
	one := func(i *Incident, c map[string]any) any {
		return with(map[string]any{"id": i.ID(), "type": "incident"}, c)
	}
	list := func(l ...any) map[string]any { return map[string]any{"incidents": l} }
	st.put("/incidents", list(one(a, status("acknowledged")), one(done, status("resolved")))).refused(400, 1001, "")
	if a.Info().Status != triggered {
		t.Error("half a list was applied")
	}
	st.put("/incidents", list(one(a, status("acknowledged")), one(b, status("resolved")))).is(200).wants("acknowledged", "incidents", 0, "status").wants("resolved", "incidents", 1, "status")
	st.put("/incidents", list()).refused(400, 2003, "")
	st.put("/incidents", list(map[string]any{"type": "incident"})).refused(400, 2003, "id is missing")
	st.put("/incidents", list(map[string]any{"id": "Q0", "type": "incident"})).refused(404, 5001, "Incident Not Found")
	st.put("/incidents", list(one(a, nil), one(a, nil))).refused(400, 2001, "twice")
	st.put("/incidents", list(one(a, map[string]any{"service": ref(st.web.ID(), "service")}))).refused(400, 2001, "one incident at a time")
	many := make([]any, 251)
	for n := range many {
		many[n] = one(a, nil)
	}
	st.put("/incidents", list(many...)).refused(413, 2001, "250")
}

func TestSnoozingNeedsAnAcknowledgementAndEnds(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	i := st.Trigger(st.web, "Down", Trigger{})
	path := "/incidents/" + i.ID() + "/snooze"
	st.post(path, map[string]any{"duration": 3600}).refused(400, 1012, "not Acknowledged")
	st.fine(i.Acknowledge(st.ana))
	st.Subscribe(Subscription{URL: e.URL})
	for _, n := range []any{0, -1, 604801, 1 << 40} {
		st.post(path, map[string]any{"duration": n}).refused(400, 1013, "")
	}
	st.post(path, map[string]any{}).refused(400, 2003, "duration")
	st.post(path, map[string]any{"duration": 3600}, header{"From", ""}).refused(400, 2016, "")
	st.post(path, map[string]any{"duration": 3600}).is(201).wants("2026-11-20T11:00:00Z", "incident", "pending_actions", 0, "at")
	st.clock.add(59 * time.Minute)
	st.Tick()
	if i.Info().Status != acknowledged {
		t.Fatal("woken too early")
	}
	st.clock.add(time.Minute)
	st.Tick()
	st.settle()
	if i.Info().Status != triggered || e.all() != "unacknowledged" {
		t.Errorf("%s, %s", i.Info().Status, e.all())
	}
	e.last(t, "incident.unacknowledged").wants("<nil>", "agent").wants("<nil>", "client")
}

func TestTimeoutsOfAService(t *testing.T) {
	st := start(t, Options{})
	slow := st.Service("slow", ServiceOptions{Policy: st.policy, AckTimeout: 30 * time.Minute, AutoResolve: 4 * time.Hour})
	i := st.Trigger(slow, "Down", Trigger{})
	st.fine(i.Acknowledge(st.ana))
	st.Tick()
	st.clock.add(30 * time.Minute)
	st.Tick()
	if i.Info().Status != triggered {
		t.Error("the acknowledgement stays")
	}
	// A snooze outlasts the service's timeout.
	st.fine(i.Acknowledge(st.ana))
	st.post("/incidents/"+i.ID()+"/snooze", map[string]any{"duration": 7200}).is(201)
	st.clock.add(time.Hour)
	st.Tick()
	if i.Info().Status != acknowledged {
		t.Error("the snooze ended early")
	}
	st.clock.add(4 * time.Hour)
	st.Tick()
	if i.Info().Status != resolved {
		t.Error("it is not resolved")
	}
	never := st.Trigger(st.web, "Down", Trigger{})
	st.clock.add(100 * time.Hour)
	st.Tick()
	if never.Info().Status != triggered {
		t.Error("a service without a timeout resolved itself")
	}
}

func TestMerging(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	st.Subscribe(Subscription{URL: e.URL, Events: []string{"incident.resolved"}})
	target := st.Trigger(st.web, "target", Trigger{})
	st.web.Fire("cpu", "CPU is high", "critical")
	st.settle()
	source := st.Incident(st.Incidents()[1].ID)
	done := st.Trigger(st.web, "done", Trigger{})
	st.fine(done.Resolve(""))
	st.settle()
	merge := func(into *Incident, ids ...string) answer {
		l := []any{}
		for _, id := range ids {
			l = append(l, ref(id, "incident"))
		}
		return st.put("/incidents/"+into.ID()+"/merge", map[string]any{"source_incidents": l})
	}
	merge(target).refused(400, 2003, "")
	merge(target, "Q0").refused(404, 5001, "")
	merge(target, target.ID()).refused(400, 2001, "itself")
	merge(target, done.ID()).refused(400, 1001, "")
	merge(done, source.ID()).refused(400, 1001, "")
	merge(target, source.ID()).is(200).wants(target.ID(), "incident", "id").wants(1, "incident", "alert_counts", "triggered")
	merge(target, source.ID()).refused(400, 1019, "Merged")
	st.change(source, status("triggered")).refused(400, 1019, "")
	st.settle()
	e.last(t, "incident.resolved").wants("merge_resolve_reason", "data", "resolve_reason", "type").wants(target.ID(), "data", "resolve_reason", "incident", "id")
	if source.Info().MergedInto != target.ID() {
		t.Errorf("%+v", source.Info())
	}
}

func TestTheLogOfAnIncident(t *testing.T) {
	st := start(t, Options{})
	i := st.Trigger(st.web, "Down", Trigger{})
	for _, f := range []func() error{
		func() error { return i.Acknowledge(st.ana) }, func() error { return i.Annotate(st.ben, "looking") },
		func() error { return i.SetPriority(st.ana, st.p1) }, func() error { return i.Escalate(st.ana) }, func() error { return i.Resolve(st.ben) },
	} {
		st.clock.add(time.Minute)
		st.fine(f())
	}
	path := "/incidents/" + i.ID() + "/log_entries"
	a := st.get(path)
	want := "resolve_log_entry escalate_log_entry priority_change_log_entry annotate_log_entry acknowledge_log_entry trigger_log_entry"
	if got := a.column("log_entries", "type"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	a.wants(st.ben, "log_entries", 0, "agent", "id").wants("website", "log_entries", 0, "channel", "type").wants(i.ID(), "log_entries", 0, "incident", "id").
		wants(st.ben, "log_entries", 1, "assignees", 0, "id").wants("looking", "log_entries", 3, "note")
	if got := st.get(path+"?is_overview=true").column("log_entries", "type"); got != "resolve_log_entry escalate_log_entry acknowledge_log_entry trigger_log_entry" {
		t.Error(got)
	}
	if got := st.get(path+"?since=2026-11-20T10:03:30Z&until=2026-11-20T10:04:30Z").column("log_entries", "type"); got != "escalate_log_entry" {
		t.Error(got)
	}
	st.get(path+"?include[]=channels").wants("looking", "log_entries", 3, "channel", "note")
	st.get("/log_entries?limit=1").wants("resolve_log_entry", "log_entries", 0, "type").wants(true, "more")
	st.call("GET", path+"?since=x", nil).refused(400, 2004, "")
	st.call("GET", path+"?is_overview=x", nil).refused(400, 2001, "")
}

func TestPeopleAreToldWhatTheyCannotDo(t *testing.T) {
	st := start(t, Options{})
	i := st.Trigger(st.web, "Down", Trigger{})
	if i.Unacknowledge("") == nil || i.Reopen("") == nil || i.Delegate("", st.EscalationPolicy("E", Level{})) == nil {
		t.Error("done")
	}
	st.fine(i.Escalate(st.ana))
	if err := i.Escalate(st.ana); err == nil || !strings.Contains(err.Error(), "Cannot Escalate (1006)") {
		t.Errorf("%v", err)
	}
	st.fine(i.Reassign(st.ana, st.ben))
	st.fine(i.MergeInto(st.ana, st.Trigger(st.web, "Other", Trigger{})))
	for name, f := range map[string]func() error{
		"acknowledge": func() error { return i.Acknowledge(st.ana) }, "resolve": func() error { return i.Resolve("") },
		"reassign": func() error { return i.Reassign("", st.ana) }, "priority": func() error { return i.SetPriority("", st.p1) },
		"bridge": func() error { return i.SetBridge("", "", "") }, "move": func() error { return i.MoveTo("", st.web) },
		"type": func() error { return i.SetType("", "x") }, "respond": func() error { return i.AddResponder("", st.ana, "") },
		"reopen": func() error { return i.Reopen("") }, "escalate": func() error { return i.Escalate("") },
	} {
		if f() == nil {
			t.Errorf("%s of a merged incident", name)
		}
	}
}
