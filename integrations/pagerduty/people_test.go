package pagerduty

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"backout/integrations/pagerduty/pagerdutysim"
)

func duties(list []OnCall) string {
	var out []string
	for _, o := range list {
		until := ""
		if !o.Until.IsZero() {
			until = o.Until.Format(" 15:04")
		}
		out = append(out, fmt.Sprintf("%s %d %s%s", o.Policy, o.Level, o.Person.Email, until))
	}
	return strings.Join(out, ", ")
}

func TestOnCall(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	now := s.clock.now()
	night := s.EscalationPolicy("Night", pagerdutysim.Level{}, pagerdutysim.Level{s.ana, s.bot})
	for _, h := range []pagerdutysim.Shift{
		{Schedule: "a", User: s.ben, Start: now.Add(-time.Hour), End: now.Add(2 * time.Hour)},
		{Schedule: "b", User: s.ben, Start: now.Add(-time.Hour), End: now.Add(8 * time.Hour)},
		{Schedule: "b", User: s.bot, Start: now.Add(8 * time.Hour), End: now.Add(16 * time.Hour)},
		{Schedule: "c", Level: 2, User: s.ben, Start: now.Add(-time.Hour), End: now.Add(20 * time.Hour)},
		{Schedule: "d", Level: 3, User: s.ana, Start: now.Add(-time.Hour), End: now.Add(time.Hour)},
	} {
		h.Policy = night
		s.Shift(h)
	}
	list, err := s.client.OnCall(t.Context(), []string{night, s.none, s.policy})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("N", night, "W", s.policy).Replace("N 1 ben@acme.example 18:00, N 2 ana@acme.example, N 2 backout@acme.example, W 1 ana@acme.example, W 2 ben@acme.example")
	if got := duties(list); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if p := list[0].Person; p.ID != s.ben || p.Name != "Ben Okri" || p.Kind != KindUser || p.Link != "https://acme.pagerduty.com/users/"+s.ben {
		t.Errorf("%+v", p)
	}
	s.ResetCalls()
	if list, err := s.client.OnCall(t.Context(), nil); err != nil || len(list) != 0 || len(s.Calls()) != 0 {
		t.Error(list, err)
	}
	s.Fail(pagerdutysim.Fault{Path: "/oncalls", Status: 500})
	_, err = s.client.OnCall(t.Context(), []string{night})
	wants(t, err, "again", 0, "status 500")
}

func TestOnCallOfManyPages(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	var many pagerdutysim.Level
	for n := range pageSize + 1 {
		many = append(many, s.User(fmt.Sprintf("User %03d", n), fmt.Sprintf("u%d@acme.example", n)))
	}
	list, err := s.client.OnCall(t.Context(), []string{s.EscalationPolicy("All", many)})
	if err != nil || len(list) != pageSize+1 || list[pageSize].Person.Name != "User 100" {
		t.Errorf("%d, %v", len(list), err)
	}
}

func TestService(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	want := Service{ID: s.web.ID(), Name: "web-app", PolicyID: s.policy, Link: "https://acme.pagerduty.com/services/" + s.web.ID()}
	for range 3 {
		if got, err := s.client.Service(t.Context(), s.web.ID()); err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if n := len(s.CallsTo("GET", "/services/*")); n != 1 {
		t.Errorf("%d calls", n)
	}
	s.web.Delete(s.ana)
	s.clock.add(serviceFor)
	_, err := s.client.Service(t.Context(), s.web.ID())
	wants(t, err, "never", 0, "PagerDuty shows no service "+s.web.ID()+"; check the id")
}

func TestUserByEmail(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	s.User("ana@acme.example and her cat", "cat.ana@acme.example")
	for address, want := range map[string]string{
		"ana@acme.example": s.ana, " ANA@Acme.example ": s.ana, "na@acme.example": "", "cy@acme.example": "", "": "", "Ana": "", "a@b c": "",
	} {
		p, found, err := s.client.UserByEmail(t.Context(), address)
		if err != nil || found != (want != "") || p.ID != want {
			t.Errorf("%q: %+v, %v, %v", address, p, found, err)
		}
	}
	s.Fail(pagerdutysim.Fault{Path: "/users", Cut: true, Times: -1})
	_, _, err := s.client.UserByEmail(t.Context(), "ana@acme.example")
	wants(t, err, "again", 0, "the connection to PagerDuty broke off; it is tried again")
}

func TestSelf(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	for range 2 {
		if p, err := s.client.Self(t.Context()); err != nil || p.ID != s.bot || p.Email != botMail {
			t.Errorf("%+v, %v", p, err)
		}
	}
	if n := len(s.CallsTo("GET", "/users")); n > 2 {
		t.Errorf("%d calls", n)
	}
	// A user's key brings its own identity, whatever From says.
	i := s.Trigger(s.web, "Down", pagerdutysim.Trigger{})
	own := client(t, Options{Token: s.UserToken(s.ben), From: botMail, APIURL: s.APIURL()})
	if p, err := own.Self(t.Context()); err != nil || p.ID != s.ben {
		t.Errorf("%+v, %v", p, err)
	}
	s.fine(own.AddNote(t.Context(), i.ID(), "n", "m"))
	s.fine(second(own.Page(t.Context(), Page{Kind: KindUser, Target: s.ana, Key: "k", Incident: i.ID()})))
	if s.Notes(i.ID())[0].By != s.ben || s.ResponderRequests(i.ID())[0].By != s.ben {
		t.Error("not as Ben")
	}

	s.Fail(pagerdutysim.Fault{Path: "/users/me", Status: 502})
	_, err := client(t, Options{Token: s.Token(), From: botMail, APIURL: s.APIURL()}).Self(t.Context())
	wants(t, err, "again", 0, "status 502")
	_, err = client(t, Options{Token: s.Token(), APIURL: s.APIURL()}).Self(t.Context())
	wants(t, err, "never", 0, "the PagerDuty token belongs to no user; set PAGERDUTY_FROM")
	_, err = client(t, Options{Token: s.Token(), From: "cy@acme.example", APIURL: s.APIURL()}).Self(t.Context())
	wants(t, err, "never", 0, "PagerDuty knows no user cy@acme.example")
	_, err = client(t, Options{Token: secret, From: botMail, APIURL: s.APIURL()}).Self(t.Context())
	wants(t, err, "never", 0, "check PAGERDUTY_TOKEN")
}

func TestHostilePeople(t *testing.T) {
	cl, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/users/me":
			_, _ = w.Write([]byte(`{"user":{"id":"../x"}}`))
		case "/services/PWEB":
			_, _ = w.Write([]byte(`{"service":{"id":"","name":"x"}}`))
		default:
			_, _ = w.Write([]byte(`{"oncalls":[
				{"user":{"id":"PANA","summary":"Ana\u202e\u0000","email":"ana@acme.example\r\nx","html_url":"javascript:1"},"escalation_policy":{"id":"P1"},"escalation_level":4000000000},
				{"user":{"id":"PCY","email":"cy@acme.example"},"escalation_policy":{"id":"P1"},"escalation_level":1,"start":"2999-01-01T00:00:00Z"},
				{"user":null,"escalation_policy":null}]}`))
		}
	})
	list, err := cl.OnCall(t.Context(), []string{"P1"})
	if err != nil || len(list) != 1 || list[0].Person != (Person{ID: "PANA", Name: "Ana"}) || list[0].Level != 1000 {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = cl.Self(t.Context())
	wants(t, err, "again", 0, "PagerDuty's answer could not be read")
	_, err = cl.Service(t.Context(), "PWEB")
	wants(t, err, "again", 0, "PagerDuty's answer could not be read")
}
