package pagerdutysim

import (
	"testing"
	"time"
)

func TestWhoIsOnCall(t *testing.T) {
	st := start(t, Options{})
	night := st.EscalationPolicy("Night")
	cal := st.Shift(Shift{Policy: night, Schedule: "Nights", User: st.ana, Start: st.clock.now().Add(-time.Hour), End: st.clock.now().Add(time.Hour)})
	st.Shift(Shift{Policy: night, Schedule: "Nights", User: st.ben, Start: st.clock.now().Add(time.Hour), End: st.clock.now().Add(2 * time.Hour)})
	st.Shift(Shift{Policy: night, Schedule: "Nights", User: st.ana, Start: st.clock.now().Add(2 * time.Hour), End: st.clock.now().Add(3 * time.Hour)})
	st.OnCall(st.policy, 1, st.bot)
	tomorrow := "&since=2026-11-20T10:00:00Z&until=2026-11-21T10:00:00Z"
	for _, c := range []struct{ query, users string }{
		{"", st.ana + " " + st.bot + " " + st.ben + " " + st.ana},
		{"escalation_policy_ids[]=" + st.policy, st.ana + " " + st.bot + " " + st.ben},
		{"escalation_policy_ids[]=" + st.policy + "&escalation_policy_ids[]=" + night, st.ana + " " + st.bot + " " + st.ben + " " + st.ana},
		{"escalation_policy_ids[]=" + night, st.ana},
		{"schedule_ids[]=" + cal, st.ana},
		{"user_ids[]=" + st.ben, st.ben},
		{"escalation_policy_ids[]=" + night + tomorrow, st.ana + " " + st.ben + " " + st.ana},
		{"escalation_policy_ids[]=" + night + tomorrow + "&earliest=true", st.ana + " " + st.ben},
		{"escalation_policy_ids[]=P0", ""},
	} {
		if got := st.get("/oncalls?"+c.query).column("oncalls", "user", "id"); got != c.users {
			t.Errorf("%q: %s, want %s", c.query, got, c.users)
		}
	}
	a := st.get("/oncalls?include[]=users")
	a.wants("<nil>", "oncalls", 0, "start").wants("<nil>", "oncalls", 0, "end").wants("<nil>", "oncalls", 0, "schedule").wants(1, "oncalls", 0, "escalation_level").
		wants(2, "oncalls", 2, "escalation_level").wants("2026-11-20T11:00:00Z", "oncalls", 3, "end").wants("Nights", "oncalls", 3, "schedule", "summary").
		wants("ana@acme.example", "oncalls", 0, "user", "email")
	if st.get("/oncalls").at("oncalls", 0, "user", "email") != nil {
		t.Error("an address without include[]=users")
	}
	st.get("/oncalls?include[]=schedules&include[]=escalation_policies").wants("Night", "oncalls", 3, "escalation_policy", "name").wants("Nights", "oncalls", 3, "schedule", "name")
	st.clock.add(90 * time.Minute)
	st.get("/oncalls?schedule_ids[]="+cal).wants(st.ben, "oncalls", 0, "user", "id")
	for query, code := range map[string]int{
		"since=x": 2004, "since=2026-11-21&until=2026-11-20": 2005, "until=2027-11-20": 2005, "earliest=x": 2001, "limit=x": 2001,
	} {
		st.call("GET", "/oncalls?"+query, nil).refused(400, code, "")
	}
}

func TestTheAccount(t *testing.T) {
	st := start(t, Options{})
	api := st.Service("api", ServiceOptions{})
	if api.Policy() == st.policy || len(api.RoutingKey()) != 32 {
		t.Errorf("%s, %s", api.Policy(), api.RoutingKey())
	}
	for path, want := range map[string]string{
		"/users?query=ANA": "Ana Lopez", "/users?query=ben@": "Ben Okri", "/users": "Ana Lopez Ben Okri Backout", "/users?query=zoe": "",
		"/services?query=web": "web-app", "/services?name=api": "api", "/services": "web-app api",
		"/escalation_policies?query=default": "Default", "/priorities": "P1 P2",
	} {
		list := path[1:]
		for n, c := range list {
			if c == '?' {
				list = list[:n]
				break
			}
		}
		if got := st.get(path).column(list, "name"); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	st.get("/users/"+st.ana).wants("ana@acme.example", "user", "email").wants("user", "user", "type")
	st.get("/escalation_policies/"+st.policy).wants(st.ben, "escalation_policy", "escalation_rules", 1, "targets", 0, "id").wants(st.web.ID(), "escalation_policy", "services", 0, "id")
	i := st.Trigger(st.web, "Down", Trigger{})
	st.get("/services/"+st.web.ID()).wants("critical", "service", "status").wants("inbound_integration_reference", "service", "integrations", 0, "type")
	st.fine(i.Acknowledge(st.ana))
	st.get("/services/"+st.web.ID()).wants("warning", "service", "status").wants("2026-11-20T10:00:00Z", "service", "last_incident_timestamp")
	p := st.get("/priorities")
	if p.at("priorities", 0, "order").(float64) <= p.at("priorities", 1, "order").(float64) {
		t.Error("the first priority is the highest")
	}
	poor := start(t, Options{NoPriorities: true})
	poor.call("GET", "/priorities", nil).refused(402, 2014, "Ability")
	poor.post("/incidents", poor.asked(map[string]any{"priority": ref(poor.p1, "priority")})).refused(400, 1020, "")
}

func TestMisuseIsSaid(t *testing.T) {
	st := start(t, Options{})
	for name, f := range map[string]func(){
		"address":      func() { st.User("X", "nowhere") },
		"same address": func() { st.User("X", "ANA@acme.example") },
		"user":         func() { st.OnCall(st.policy, 1, "P0") },
		"policy":       func() { st.OnCall("P0", 1, st.ana) },
		"level":        func() { st.OnCall(st.policy, 0, st.ana) },
		"priority":     func() { st.Trigger(st.web, "T", Trigger{Priority: "P9"}) },
		"team":         func() { st.Service("x", ServiceOptions{Team: "P0"}) },
		"incident":     func() { st.Notes("Q0") },
		"URL":          func() { st.Subscribe(Subscription{}) },
		"subscription": func() { st.Ping("P0") },
		"severity":     func() { st.web.Fire("k", "s", "bad") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	if st.Incident("Q0") != nil {
		t.Error("found")
	}
	// A panic leaves no lock behind.
	st.get("/users")
}
