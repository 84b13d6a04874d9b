package pagerduty

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"backout/integrations/pagerduty/pagerdutysim"
)

func TestOpenIncidents(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	old := s.Trigger(s.web, "Old", pagerdutysim.Trigger{Priority: s.p1, IncidentKey: "k1"})
	s.clock.add(200 * 24 * time.Hour)
	acked, gone := s.Trigger(s.db, "Acknowledged", pagerdutysim.Trigger{}), s.Trigger(s.web, "Resolved", pagerdutysim.Trigger{})
	s.fine(acked.Acknowledge(s.ben))
	s.fine(gone.Resolve(s.ana))
	s.Trigger(s.Service("other", pagerdutysim.ServiceOptions{}), "Of another service", pagerdutysim.Trigger{})

	list, err := s.client.Open(t.Context(), []string{s.db.ID(), s.web.ID()})
	if err != nil || len(list) != 2 || list[0].ID != old.ID() || list[1].ID != acked.ID() {
		t.Fatalf("%+v, %v", list, err)
	}
	if i := list[0]; i.Title != "Old" || i.Status != StateTriggered || i.Urgency != "high" || i.Priority != "P1" || i.Key != "k1" || i.Number == 0 || i.CreatedAt != time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC) ||
		i.ServiceID != s.web.ID() || i.ServiceName != "web-app" || i.PolicyID != s.policy || i.Link != "https://acme.pagerduty.com/incidents/"+i.ID || len(i.Assignees) != 1 || i.Assignees[0].Name != "Ana Lopez" {
		t.Errorf("%+v", i)
	}
	if one, err := s.client.Incident(t.Context(), acked.ID()); err != nil || fmt.Sprint(one) != fmt.Sprint(list[1]) || one.Status != StateAcknowledged || one.Assignees[0].ID != s.ben {
		t.Errorf("%+v, %v", one, err)
	}
	_, err = s.client.Incident(t.Context(), "QNOSUCH")
	wants(t, err, "never", 0, "PagerDuty shows no incident QNOSUCH; check the id")

	// Of no services there are none: without them the question would be for all.
	s.ResetCalls()
	if list, err := s.client.Open(t.Context(), nil); err != nil || len(list) != 0 || len(s.Calls()) != 0 {
		t.Errorf("%d, %v, %d calls", len(list), err, len(s.Calls()))
	}
	if !s.figures.has("incidents done") || !s.figures.has("incident done") || !s.figures.has("incident refused") {
		t.Error(s.figures.list)
	}
}

func TestOpenIncidentsOfManyPagesAndServices(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	var services []string
	for n := range maxInQuery + 1 {
		v := s.Service(fmt.Sprintf("s%d", n), pagerdutysim.ServiceOptions{Policy: s.policy})
		services = append(services, v.ID())
		s.Trigger(v, "Down", pagerdutysim.Trigger{})
	}
	for n := range 2*pageSize + 3 {
		s.Trigger(s.web, fmt.Sprint(n), pagerdutysim.Trigger{})
	}
	list, err := s.client.Open(t.Context(), append(services, s.web.ID()))
	if err != nil || len(list) != maxInQuery+1+2*pageSize+3 {
		t.Fatalf("%d, %v", len(list), err)
	}
	s.Fail(pagerdutysim.Fault{Path: "/incidents", Skip: 1, Status: 429, RetryAfter: 20 * time.Second})
	list, err = s.client.Open(t.Context(), []string{services[0], s.web.ID()})
	wants(t, err, "later", 20*time.Second, "asks for a pause")
	if list != nil {
		t.Error("a part is no list")
	}
}

func TestEndlessListsEnd(t *testing.T) {
	calls := 0
	cl, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		w.Header().Set("Content-Type", "application/json")
		list := []map[string]any{{"id": "Q" + r.FormValue("offset")}, {"id": "QSAME"}, {"id": "a/b"}, {}}
		_ = json.NewEncoder(w).Encode(map[string]any{"incidents": list, "users": list, "oncalls": list, "priorities": list, "more": true})
	})
	list, err := cl.Open(t.Context(), []string{"PWEB"})
	if err != nil || calls != 100 || len(list) != 101 {
		t.Errorf("%d incidents after %d calls, %v", len(list), calls, err)
	}
	calls = 0
	if _, found, err := cl.UserByEmail(t.Context(), "ana@acme.example"); found || err != nil || calls != 100 {
		t.Errorf("%v %v, %d calls", found, err, calls)
	}
}

func TestAcknowledgeAndResolve(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	heard := s.listen()
	i := s.Trigger(s.web, "Down", pagerdutysim.Trigger{})
	for range 2 {
		s.fine(s.client.Acknowledge(t.Context(), i.ID()))
	}
	if n := i.Info(); n.Status != StateAcknowledged || len(s.CallsTo("PUT", "/incidents")) != 1 || s.CallsTo("PUT", "/incidents")[0].From != botMail {
		t.Errorf("%+v", n)
	}
	for range 2 {
		s.fine(s.client.Resolve(t.Context(), i.ID()))
		s.fine(s.client.Acknowledge(t.Context(), i.ID()))
	}
	if n := i.Info(); n.Status != StateResolved || len(s.CallsTo("PUT", "/incidents")) != 2 {
		t.Errorf("%+v", n)
	}
	self, err := s.client.Self(t.Context())
	s.fine(err)
	for kind, own := range map[string]bool{Triggered: false, Acknowledged: true, Resolved: true} {
		e := heard.of(kind)
		if len(e) != 1 || e[0].Own(self.ID) != own || e[0].Incident.ID != i.ID() || e[0].Incident.Number != i.Info().Number || e[0].ID == "" || e[0].At.IsZero() {
			t.Errorf("%s: %+v", kind, e)
		}
	}
	wants(t, s.client.Acknowledge(t.Context(), "QNOSUCH"), "never", 0, "no incident QNOSUCH")
	wants(t, s.client.Resolve(t.Context(), "QNOSUCH"), "never", 0, "no incident QNOSUCH")
}

// TestSoAlready: between our look and our change somebody else was faster.
func TestSoAlready(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	for _, c := range []struct {
		code     int
		ack, res bool
	}{{1001, true, true}, {1002, true, false}, {1019, true, true}, {1003, false, false}} {
		body := fmt.Sprintf(`{"error":{"message":"Already","code":%d}}`, c.code)
		for name, try := range map[string]struct {
			do   func(id string) error
			fine bool
		}{
			"acknowledge": {func(id string) error { return s.client.Acknowledge(t.Context(), id) }, c.ack},
			"resolve":     {func(id string) error { return s.client.Resolve(t.Context(), id) }, c.res},
		} {
			s.Fail(pagerdutysim.Fault{Method: "PUT", Status: 400, Body: body})
			err := try.do(s.Trigger(s.web, "Down", pagerdutysim.Trigger{}).ID())
			if (err == nil) != try.fine {
				t.Errorf("%s with %d: %v", name, c.code, err)
			}
			if err != nil {
				wants(t, err, "never", 0, "PagerDuty does not let Backout "+name)
			}
		}
	}
	i := s.Trigger(s.web, "Down", pagerdutysim.Trigger{})
	s.fine(i.Resolve(s.ana))
	wants(t, s.client.SetPriority(t.Context(), i.ID(), "P1"), "never", 0, "already been resolved; reopen it there")
}

// TestLostAnswers: whatever was done or not, the outbox can tell from the error and
// by looking.
func TestLostAnswers(t *testing.T) {
	lost := map[string]pagerdutysim.Fault{
		"502 afterwards":     {Status: 502, AfterEffect: true},
		"cut afterwards":     {Cut: true, AfterEffect: true},
		"no answer in time":  {Delay: time.Minute, AfterEffect: true},
		"502 before":         {Status: 502},
		"cut before":         {Cut: true},
		"page of some proxy": {Status: 200, Body: "<html>Please log in</html>"},
	}
	for what, f := range lost {
		t.Run(what, func(t *testing.T) {
			s := play(t, pagerdutysim.Options{})
			i := s.Trigger(s.web, "Down", pagerdutysim.Trigger{})
			do := map[string]func() error{
				"PUT /incidents ack":      func() error { return s.client.Acknowledge(soon(t, 300*time.Millisecond), i.ID()) },
				"PUT /incidents priority": func() error { return s.client.SetPriority(soon(t, 300*time.Millisecond), i.ID(), "P2") },
				"POST /notes":             func() error { return s.client.AddNote(soon(t, 300*time.Millisecond), i.ID(), "n", "INC-7/news/1") },
				"POST /responder_requests": func() error {
					return second(s.client.Page(soon(t, 300*time.Millisecond), Page{Kind: KindUser, Target: s.ben, Title: "Down", Key: "INC-7/page/2", Incident: i.ID()}))
				},
				"POST /incidents": func() error {
					return second(s.client.Page(soon(t, 300*time.Millisecond), Page{Kind: KindService, Target: s.db.ID(), Title: "Down", Key: "INC-7/page/3"}))
				},
				"PUT /incidents resolve": func() error { return s.client.Resolve(soon(t, 300*time.Millisecond), i.ID()) },
			}
			for _, call := range []string{"PUT /incidents ack", "PUT /incidents priority", "POST /notes", "POST /responder_requests", "POST /incidents", "PUT /incidents resolve"} {
				parts := strings.Fields(call)
				f.Method, f.Path = parts[0], parts[1]
				s.Fail(f)
				wants(t, do[call](), "unsure", 0, "whether it was done is checked before it is repeated")
			}
			s.Heal()
			done := f.AfterEffect
			note, err := s.client.FindNote(t.Context(), i.ID(), "INC-7/news/1")
			if err != nil || note != done {
				t.Errorf("note %v, %v", note, err)
			}
			_, asked, err := s.client.FindPaged(t.Context(), Page{Kind: KindUser, Target: s.ben, Key: "INC-7/page/2", Incident: i.ID()})
			if err != nil || asked != done {
				t.Errorf("asked %v, %v", asked, err)
			}
			p, opened, err := s.client.FindPaged(t.Context(), Page{Kind: KindService, Target: s.db.ID(), Key: "INC-7/page/3"})
			if err != nil || opened != done || opened != (p.Incident.ID != "") || opened != p.Already {
				t.Errorf("opened %v %+v, %v", opened, p, err)
			}
			state, err := s.client.Incident(t.Context(), i.ID())
			if err != nil || (state.Status == StateResolved) != done || (state.Priority == "P2") != done {
				t.Errorf("%+v, %v", state, err)
			}
			// Owed again: what was done is not done twice.
			s.fine(s.client.Resolve(t.Context(), i.ID()))
			s.fine(second(s.client.Page(t.Context(), Page{Kind: KindService, Target: s.db.ID(), Title: "Down", Key: "INC-7/page/3"})))
			if len(s.Incidents()) != 2 {
				t.Errorf("%d incidents", len(s.Incidents()))
			}
		})
	}
}

func TestLimits(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	i := s.Trigger(s.web, "Down", pagerdutysim.Trigger{})
	s.Fail(pagerdutysim.Fault{Method: "PUT", Status: 429, RetryAfter: 20 * time.Second})
	wants(t, s.client.Acknowledge(t.Context(), i.ID()), "later", 20*time.Second, "PagerDuty asks for a pause")
	s.Fail(pagerdutysim.Fault{Method: "PUT", Status: 429, Bare: true})
	wants(t, s.client.Acknowledge(t.Context(), i.ID()), "later", 45*time.Second, "PagerDuty asks for a pause")
	if i.Info().Status != StateTriggered || !s.figures.has("acknowledge limited") {
		t.Error(i.Info())
	}
	s.fine(s.client.Acknowledge(t.Context(), i.ID()))

	tight := play(t, pagerdutysim.Options{Limit: 1})
	_, err := tight.client.Service(t.Context(), tight.web.ID())
	tight.fine(err)
	_, err = tight.client.Incident(t.Context(), "Q1")
	if tr := troubleOf(t, err); tr.Permanent || tr.Unsure || tr.After <= 0 || tr.After > time.Minute {
		t.Errorf("%+v", tr)
	}
}

func TestTokensAndSenders(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*Options)
		says string
	}{
		{"another token", func(o *Options) { o.Token = secret }, "check PAGERDUTY_TOKEN"},
		{"no From", func(o *Options) { o.From = "" }, "set PAGERDUTY_FROM to the e-mail address of one of its users"},
		{"somebody else's From", func(o *Options) { o.From = "cy@acme.example" }, "PagerDuty knows no user cy@acme.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := play(t, pagerdutysim.Options{}, c.edit)
			i := s.Trigger(s.web, "Down", pagerdutysim.Trigger{})
			wants(t, s.client.AddNote(t.Context(), i.ID(), "n", "m"), "never", 0, c.says)
			wants(t, second(s.client.Page(t.Context(), Page{Kind: KindService, Target: s.web.ID(), Key: "k"})), "never", 0, c.says)
			_, err := s.client.Page(t.Context(), Page{Kind: KindUser, Target: s.ben, Key: "k", Incident: i.ID()})
			wants(t, err, "never", 0, "PAGERDUTY_")
			if len(s.Notes(i.ID())) != 0 || len(s.ResponderRequests(i.ID())) != 0 {
				t.Error("done")
			}
		})
	}
	s := play(t, pagerdutysim.Options{})
	i := s.Trigger(s.web, "Down", pagerdutysim.Trigger{})
	weak := client(t, Options{Token: s.ReadOnlyToken(), From: botMail, APIURL: s.APIURL()})
	wants(t, weak.Acknowledge(t.Context(), i.ID()), "never", 0, "the PagerDuty token may not acknowledge the incident "+i.ID()+"; use one with full access")
	app := "pdus+_0XBPWQQ_secret"
	s2 := play(t, pagerdutysim.Options{Bearer: app}, func(o *Options) { o.Token = app })
	i2 := s2.Trigger(s2.web, "Down", pagerdutysim.Trigger{})
	s2.fine(s2.client.Acknowledge(t.Context(), i2.ID()))
}

func TestPriorities(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	heard := s.listen()
	i := s.Trigger(s.web, "Down", pagerdutysim.Trigger{})
	s.fine(s.client.SetPriority(t.Context(), i.ID(), " p2 "))
	s.fine(s.client.SetPriority(t.Context(), i.ID(), "P2"))
	s.fine(s.client.SetPriority(t.Context(), i.ID(), "P1"))
	if i.Info().Priority != "P1" || len(s.CallsTo("PUT", "/incidents")) != 2 || len(s.CallsTo("GET", "/priorities")) != 1 {
		t.Errorf("%+v", s.CallCounts())
	}
	if e := heard.of(Prioritised); len(e) != 2 || e[1].Incident.Priority != "P1" || !e[1].Own(s.bot) {
		t.Errorf("%+v", e)
	}
	wants(t, s.client.SetPriority(t.Context(), i.ID(), "P9"), "never", 0, `PagerDuty has no priority "P9"; it has P1, P2`)
	wants(t, s.client.SetPriority(t.Context(), i.ID(), ""), "never", 0, `no priority ""`)

	// A new one is found though the list is fresh.
	s.Priority("P3")
	s.fine(s.client.SetPriority(t.Context(), i.ID(), "P3"))

	// An old one that is gone: the list is read again the next time.
	s.Fail(pagerdutysim.Fault{Method: "PUT", Status: 400, Body: `{"error":{"message":"Invalid Priority","code":1020}}`, Times: 2})
	wants(t, s.client.SetPriority(t.Context(), i.ID(), "P1"), "again", 0, "the priorities at PagerDuty have changed; it is tried again with the new ones")
	wants(t, s.client.SetPriority(t.Context(), i.ID(), "P1"), "never", 0, "Invalid Priority; choose another priority")
	s.clock.add(prioritiesFor + time.Second)
	s.fine(s.client.SetPriority(t.Context(), i.ID(), "P1"))

	off := play(t, pagerdutysim.Options{NoPriorities: true})
	wants(t, off.client.SetPriority(t.Context(), off.Trigger(off.web, "Down", pagerdutysim.Trigger{}).ID(), "P1"), "never", 0, "the PagerDuty plan does not allow to use priorities")
}

func TestNotes(t *testing.T) {
	s := play(t, pagerdutysim.Options{})
	heard := s.listen()
	i := s.Trigger(s.web, "Down", pagerdutysim.Trigger{})
	s.fine(s.client.AddNote(t.Context(), i.ID(), "Rolled back\nto v2.3.9 "+strings.Repeat("ü", 3000), "INC-7/news/12"))
	s.fine(i.Annotate(s.ana, "I look at it"))
	s.fine(i.Annotate(s.bot, "by hand"))
	note := s.Notes(i.ID())[0]
	if n := []rune(note.Content); len(n) != maxNote || !strings.HasPrefix(note.Content, "Rolled back\nto") || !strings.HasSuffix(note.Content, "…\n\n[backout INC-7/news/12]") || note.By != s.bot {
		t.Errorf("%+v", note)
	}
	for marker, want := range map[string]bool{"INC-7/news/12": true, "INC-7/news/1": false, "news/12": false} {
		if got, err := s.client.FindNote(t.Context(), i.ID(), marker); err != nil || got != want {
			t.Errorf("%s: %v, %v", marker, got, err)
		}
	}
	e := heard.of(Annotated)
	if len(e) != 3 || !e[0].Own(s.bot) || e[1].Own(s.bot) || e[2].Own(s.bot) || e[0].Marker != "INC-7/news/12" || strings.Contains(e[0].Note, "[backout") {
		t.Errorf("%+v", e)
	}
	if e[1].Note != "I look at it" || e[1].Who.Name != "Ana Lopez" || e[1].Incident.Title != "Down" || e[1].Client != "PagerDuty" {
		t.Errorf("%+v", e[1])
	}
	wants(t, s.client.AddNote(t.Context(), "QNOSUCH", "n", "m"), "never", 0, "no incident QNOSUCH")
	_, err := s.client.FindNote(t.Context(), "QNOSUCH", "m")
	wants(t, err, "never", 0, "no incident QNOSUCH")
}
