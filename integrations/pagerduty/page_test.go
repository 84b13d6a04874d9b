package pagerduty

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"backout/integrations/pagerduty/pagerdutysim"
)

func TestPageAService(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	heard := s.listen()
	p := Page{Kind: KindService, Target: s.web.ID(), Title: "INC-7: logins\nfail", Body: "Please\nhelp", Key: "INC-7/page/31", Incident: "ignored"}
	if _, found, err := s.client.FindPaged(t.Context(), p); err != nil || found {
		t.Fatal(found, err)
	}
	got, err := s.client.Page(t.Context(), p)
	if err != nil || got.Already || got.Incident.Key != p.Key || got.Incident.ServiceID != s.web.ID() || got.Incident.Link == "" || got.Incident.Number == 0 || len(got.Incident.Assignees) != 1 || got.Incident.Assignees[0].ID != s.ana || got.Incident.Status != StateTriggered {
		t.Fatalf("%+v, %v", got, err)
	}
	if i := s.Incident(got.Incident.ID).Info(); i.Title != "INC-7: logins fail" || i.Body != "Please\nhelp" || i.Key != p.Key {
		t.Errorf("%+v", i)
	}
	again, err := s.client.Page(t.Context(), p)
	if err != nil || !again.Already || again.Incident.ID != got.Incident.ID || len(s.Incidents()) != 1 {
		t.Errorf("%+v, %v", again, err)
	}
	s.fine(s.Incident(got.Incident.ID).Resolve(s.ana))
	s.clock.add(100 * 24 * time.Hour)
	found, ok, err := s.client.FindPaged(t.Context(), p)
	if err != nil || !ok || !found.Already || found.Incident.ID != got.Incident.ID || found.Incident.Status != StateResolved {
		t.Errorf("%+v, %v, %v", found, ok, err)
	}
	if e := heard.of(Triggered); len(e) != 1 || !e[0].Own(s.bot) || e[0].Incident.Key != p.Key {
		t.Errorf("%+v", e)
	}
	p.Title = ""
	p.Key = "INC-7/page/32"
	untitled, err := s.client.Page(t.Context(), p)
	if err != nil || untitled.Incident.Title != "Somebody is needed" {
		t.Errorf("%+v, %v", untitled, err)
	}
}

func TestPageWithoutAnIncidentToJoin(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	other := s.EscalationPolicy("Databases", pagerdutysim.Level{s.ben})
	for _, p := range []Page{
		{Kind: KindUser, Target: s.ben, Title: "Down", Key: "INC-7/page/1", Service: s.web.ID()},
		{Kind: KindPolicy, Target: other, Title: "Down", Key: "INC-7/page/2", Service: s.web.ID()},
	} {
		got, err := s.client.Page(t.Context(), p)
		if err != nil || len(got.Incident.Assignees) != 1 || got.Incident.Assignees[0].ID != s.ben || got.Incident.ServiceID != s.web.ID() {
			t.Errorf("%s: %+v, %v", p.Kind, got, err)
		}
		if found, ok, err := s.client.FindPaged(t.Context(), p); err != nil || !ok || found.Incident.ID != got.Incident.ID {
			t.Errorf("%s: %+v, %v, %v", p.Kind, found, ok, err)
		}
	}
	for _, c := range []struct {
		p    Page
		says string
	}{
		{Page{Kind: KindUser, Target: s.ben, Key: "k"}, "PagerDuty pages people only within an incident of a service; page a service"},
		{Page{Kind: "team", Target: s.ben, Key: "k"}, "is no user, policy or service"},
		{Page{Kind: KindService, Target: "PNOSUCH", Key: "k"}, "Service was not found"},
		{Page{Kind: KindUser, Target: "PNOSUCH", Key: "k", Service: s.web.ID()}, "Assigned To User Not Found; choose somebody else"},
		{Page{Kind: KindPolicy, Target: "PNOSUCH", Key: "k", Service: s.web.ID()}, "Escalation Policy Not Found; choose somebody else"},
		{Page{Kind: KindPolicy, Target: s.none, Key: "k", Service: s.web.ID()}, "choose somebody else"},
	} {
		_, err := s.client.Page(t.Context(), c.p)
		wants(t, err, "never", 0, c.says)
	}
}

func TestPageAsResponder(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	heard := s.listen()
	i := s.Trigger(s.web, "Down", pagerdutysim.Trigger{})
	user := Page{Kind: KindUser, Target: s.ben, Title: "INC-7", Body: "please help " + strings.Repeat("x", 2000), Key: "INC-7/page/1", Incident: i.ID()}
	policy := Page{Kind: KindPolicy, Target: s.policy, Body: "please help", Key: "INC-7/page/2", Incident: i.ID()}
	for _, p := range []Page{user, policy} {
		if _, found, err := s.client.FindPaged(t.Context(), p); err != nil || found {
			t.Fatal(found, err)
		}
		if got, err := s.client.Page(t.Context(), p); err != nil || got.Incident.ID != i.ID() || got.Already {
			t.Fatalf("%+v, %v", got, err)
		}
		if got, found, err := s.client.FindPaged(t.Context(), p); err != nil || !found || got.Incident.ID != i.ID() || !got.Already {
			t.Fatalf("%+v, %v, %v", got, found, err)
		}
	}
	asked := s.ResponderRequests(i.ID())
	if len(asked) != 2 || asked[0].By != s.bot || asked[0].Users[0] != s.ben || len([]rune(asked[0].Message)) != maxAsk || !strings.HasSuffix(asked[0].Message, " [backout INC-7/page/1]") ||
		asked[1].Policies[0] != s.policy || asked[1].Users[0] != s.ana || asked[1].Message != "please help [backout INC-7/page/2]" {
		t.Errorf("%+v", asked)
	}
	s.fine(i.AddResponder(s.ana, s.ben, "come"))
	s.fine(i.Reply(s.ben, true))
	added, replied := heard.of(ResponderAdded), heard.of(ResponderReply)
	if len(added) != 3 || !added[0].Own(s.bot) || !added[1].Own(s.bot) || added[2].Own(s.bot) || added[1].Message != "please help" || added[1].Marker != "INC-7/page/2" || added[0].Responder.Name != "Ben Okri" || added[0].Answer != "pending" {
		t.Errorf("%+v", added)
	}
	if len(replied) != 1 || replied[0].Own(s.bot) || replied[0].Answer != "accepted" || replied[0].Responder.ID != s.ben {
		t.Errorf("%+v", replied)
	}
	// A page is told from an earlier one to the same person.
	user.Key = "INC-7/page/9"
	if _, found, err := s.client.FindPaged(t.Context(), user); err != nil || found {
		t.Error(found, err)
	}
	for _, c := range []struct {
		p    Page
		says string
	}{
		{Page{Kind: KindUser, Target: "PNOSUCH", Title: "x", Key: "k", Incident: i.ID()}, "Assigned To User Not Found; choose somebody else"},
		{Page{Kind: KindUser, Target: s.ben, Title: "x", Key: "k", Incident: "QNOSUCH"}, "PagerDuty shows no incident QNOSUCH"},
	} {
		_, err := s.client.Page(t.Context(), c.p)
		wants(t, err, "never", 0, c.says)
	}
	s.fine(i.Resolve(s.ana))
	_, err := s.client.Page(t.Context(), user)
	wants(t, err, "never", 0, "already been resolved; reopen it there")

	poor := play(t, pagerdutysim.Options{NoResponders: true})
	_, err = poor.client.Page(t.Context(), Page{Kind: KindUser, Target: poor.ben, Key: "k", Incident: poor.Trigger(poor.web, "Down", pagerdutysim.Trigger{}).ID()})
	wants(t, err, "never", 0, "the PagerDuty plan does not allow to page the user "+poor.ben+" as a responder; do without it")
}

func TestPagesWhoseAnswerShowsNothing(t *testing.T) {
	open, list := "", `{"incidents":[]}`
	status := 201
	cl, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodGet {
			_, _ = w.Write([]byte(list))
			return
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(open))
	})
	p := Page{Kind: KindService, Target: "PWEB", Title: "Down", Key: "k"}
	for _, open = range []string{`{}`, `{"incident":{}}`, `{"incident":{"id":"Q1","body":{"details":{"a":1}}}}`} {
		list = `{"incidents":[]}`
		_, err := cl.Page(t.Context(), p)
		wants(t, err, "unsure", 0, "whether it was opened is checked before it is repeated")
		list = `{"incidents":[{"id":"QOTHER","incident_key":"other"},{"id":"Q1","incident_key":"k"}]}`
		if got, err := cl.Page(t.Context(), p); err != nil || got.Incident.ID != "Q1" || got.Already {
			t.Errorf("%+v, %v", got, err)
		}
	}
	status, open, list = 400, `{"error":{"code":2001,"errors":["Open incident with matching dedup key already exists on this service"]}}`, `{"incidents":[]}`
	_, err := cl.Page(t.Context(), p)
	wants(t, err, "again", 0, "has the incident of this page open, but does not show it; it is tried again")

	// Responders without what they were told: pending counts.
	list = `{"incident":{"id":"Q1","incidents_responders":[{"state":"pending","user":{"id":"PBEN"}},{"state":"declined","user":{"id":"PANA"}}]}}`
	for who, want := range map[string]bool{"PBEN": true, "PANA": false, "PCY": false} {
		if _, found, err := cl.FindPaged(t.Context(), Page{Kind: KindUser, Target: who, Key: "k", Incident: "Q1"}); err != nil || found != want {
			t.Errorf("%s: %v, %v", who, found, err)
		}
	}
}
