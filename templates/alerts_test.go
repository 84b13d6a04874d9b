package templates_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"backout/templates"
	"backout/timeline"
)

// said is what PagerDuty says of the first alert of the tests.
func said(event timeline.AlertEvent, change func(*timeline.Alert)) timeline.AlertNoted {
	a := timeline.Alert{
		Source: "pagerduty", Key: "PLOGIN", Event: event, Title: "Login error rate", Number: 881, Service: "web-app", Place: "Web application",
		Link: "https://acme.pagerduty.example/incidents/PLOGIN", Policy: "PPOL",
	}
	if change != nil {
		change(&a)
	}
	return timeline.AlertNoted{Alert: a}
}

func by(who string) func(*timeline.Alert) { return func(a *timeline.Alert) { a.Who = who } }

// checkout is another alert that came soon after the first one.
func checkout(event timeline.AlertEvent) timeline.AlertNoted {
	n := said(event, func(a *timeline.Alert) { a.Key, a.Title, a.Number, a.Link = "PCHECK", "Checkout latency", 882, "" })
	n.Attached = event == timeline.AlertTriggered
	return n
}

// paged is an incident that an alert opened, in triage or not.
func paged(triage bool) *past {
	p := &past{}
	p.did("14:12:05", "pagerduty", timeline.Declared{Title: "Login error rate", Severity: "1", Services: []string{"web-app"}, Triage: triage})
	p.did("14:12:03", "pagerduty", said(timeline.AlertTriggered, nil))
	p.did("14:12:06", "backout", timeline.ChannelOpened{Channel: "C0INC", Name: "inc-7-login-error-rate", From: at("14:12:05")})
	return p
}

func acked() *past {
	p := paged(false)
	p.did("14:14:20", "pagerduty", said(timeline.AlertAcknowledged, by("Priya Nair")))
	p.did("14:14:30", "U0ANA", timeline.RoleSet{Role: timeline.LeadRole, User: "U0ANA"})
	return p
}

// stormy has a number of alerts, a third of them over and a third acknowledged.
func stormy(n int) *past {
	p := acked()
	for i := range n - 1 {
		a := said(timeline.AlertTriggered, func(a *timeline.Alert) {
			a.Key, a.Title, a.Number = fmt.Sprint("P", i), fmt.Sprintf("Error rate of shard %d", i), 1000+i
		})
		a.Attached = true
		p.did("14:15:"+fmt.Sprintf("%02d", i%60), "pagerduty", a)
		switch i % 3 {
		case 1:
			a.Alert.Event, a.Attached = timeline.AlertResolved, false
			p.did("14:20:"+fmt.Sprintf("%02d", i%60), "pagerduty", a)
		case 2:
			a.Alert.Event, a.Alert.Who, a.Attached = timeline.AlertAcknowledged, "Priya Nair", false
			p.did("14:21:"+fmt.Sprintf("%02d", i%60), "pagerduty", a)
		}
	}
	return p
}

func page(state timeline.PageState, change func(*timeline.PageSet)) timeline.PageSet {
	s := timeline.PageSet{Number: 1, State: state}
	if change != nil {
		change(&s)
	}
	return s
}

func called(target, kind string) timeline.PageSet {
	return page(timeline.PageAsked, func(s *timeline.PageSet) {
		s.Target, s.Sort, s.ID, s.Text = target, kind, "PTOM", "Login DB is slow, we need you"
	})
}

func sentPage(s *timeline.PageSet) {
	s.Key, s.Link = "PPAGE", "https://acme.pagerduty.example/incidents/PPAGE"
}

// calling is an incident in which somebody is called, up to a state.
func calling(state timeline.PageState) *past {
	p := acked()
	p.did("14:19:50", "U0ANA", called("U0TOM", "user"))
	switch state {
	case timeline.PageSent, timeline.PageAnswered, timeline.PageDeclined:
		p.did("14:20:01", "backout", page(timeline.PageSent, sentPage))
	case timeline.PageFailed:
		p.did("14:20:01", "backout", page(state, func(s *timeline.PageSet) { s.Reason = "PagerDuty knows nobody with the address of that person" }))
	}
	if state == timeline.PageAnswered || state == timeline.PageDeclined {
		p.did("14:22:11", "pagerduty", page(state, func(s *timeline.PageSet) { s.By = "Tom W."; sentPage(s) }))
	}
	return p
}

// other answers for other incidents: 9 is private.
func others(v templates.View) templates.View {
	v.PrivateOf = func(n int) bool { return n == 9 }
	v.RoomOf = func(int) string { return "C0OLD" }
	return v
}

func TestCardOfAlerts(t *testing.T) {
	over := acked()
	over.did("14:19:02", "pagerduty", said(timeline.AlertResolved, nil))
	again := acked()
	again.did("14:19:02", "pagerduty", said(timeline.AlertResolved, nil))
	again.did("14:25:00", "pagerduty", said(timeline.AlertTriggered, nil))
	split := acked()
	n := split.did("14:16:00", "pagerduty", checkout(timeline.AlertTriggered))
	split.did("14:17:00", "U0ANA", timeline.AlertSplit{N: n, To: 9})
	pages := calling(timeline.PageDeclined)
	for i, target := range []string{"service web-app", "U0SAM", "policy Database"} {
		pages.did("14:23:00", "U0ANA", page(timeline.PageAsked, func(s *timeline.PageSet) { s.Number, s.Target, s.ID = 2+i, target, target }))
	}
	pages.did("14:23:20", "backout", page(timeline.PageSent, func(s *timeline.PageSet) { s.Number = 2 }))
	pages.did("14:23:30", "backout", page(timeline.PageFailed, func(s *timeline.PageSet) { s.Number, s.Reason = 3, "no address" }))
	drill := declared(timeline.Declared{Drill: true})
	into, private, here := acked(), acked(), acked()
	into.did("14:30:00", "U0ANA", timeline.MergedInto{Into: 3})
	private.did("14:30:00", "U0ANA", timeline.MergedInto{Into: 9})
	for _, n := range []int{2, 3, 9} {
		here.did("14:30:00", "U0ANA", timeline.MergedInto{From: n})
	}
	for name, p := range map[string]*past{
		"triage": paged(true), "alerted": paged(false), "acknowledged": acked(), "over": over, "fires-again": again, "split": split,
		"storm": stormy(500), "three-alerts": stormy(3), "paging": calling(timeline.PageSent), "pages": pages, "page-answered": calling(timeline.PageAnswered),
		"drill": drill, "merged": into, "merged-private": private, "merged-here": here,
	} {
		t.Run(name, func(t *testing.T) {
			v := others(workView(t, p, "14:31:00"))
			golden(t, "card-"+name, templates.Card(v))
			switch name {
			case "triage", "drill", "merged", "merged-private":
				golden(t, "announcement-"+name, templates.Announcement(v))
			}
		})
	}
}

func TestTopicOfAlerts(t *testing.T) {
	merged, private := acked(), acked()
	merged.did("14:30:00", "U0ANA", timeline.MergedInto{Into: 3})
	private.did("14:30:00", "U0ANA", timeline.MergedInto{Into: 9})
	for want, p := range map[string]*past{
		"INC-7: SEV 1 Critical, triage, nobody has the lead. Login error rate":                                                      paged(true),
		"INC-7: SEV 1 Critical, merged into INC-3, lead Ana Ruiz. Login error rate":                                                 merged,
		"INC-7: SEV 1 Critical, merged into a private incident, lead Ana Ruiz. Login error rate":                                    private,
		"INC-7 (drill): SEV 1 Critical, investigating, nobody has the lead. Users are logged out, some see other people's accounts": declared(timeline.Declared{Drill: true}),
	} {
		if got := templates.Topic(others(view(t, p, "14:31:00")), cast); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestAlertQuestion(t *testing.T) {
	ask := func(name string, p *past, n int) {
		t.Helper()
		m, ok := templates.AlertQuestion(workView(t, p, "14:31:00"), n, cast)
		if !ok {
			t.Errorf("%s: nothing is asked", name)
			return
		}
		golden(t, "question-"+name, m)
	}
	silent := func(name string, p *past, n int) {
		t.Helper()
		if m, ok := templates.AlertQuestion(workView(t, p, "14:31:00"), n, cast); ok {
			t.Errorf("%s: asks %s", name, m.Summary)
		}
	}
	p := acked()
	over := p.did("14:19:12", "pagerduty", said(timeline.AlertResolved, nil))
	ask("over", p, over)
	silent("a first row", p, 2)
	silent("an acknowledgement", p, 4)
	silent("what is no alert", p, 1)
	silent("nothing", p, 99)
	p.did("14:19:40", "U0ANA", timeline.StatusSet{Status: timeline.Monitoring})
	ask("over-monitoring", p, over)
	resolved := p.did("14:20:40", "U0ANA", timeline.StatusSet{Status: timeline.Resolved})
	silent("over, and so are we", p, over)
	fires := p.did("14:28:40", "pagerduty", said(timeline.AlertTriggered, nil))
	ask("again", p, fires)
	silent("an end that was none", p, over)
	p.did("14:29:40", "U0ANA", timeline.Reopened{})
	silent("reopened already", p, fires)
	_ = resolved

	p = acked()
	over = p.did("14:19:12", "pagerduty", said(timeline.AlertResolved, by("Priya Nair")))
	ask("over-by-person", p, over)
	p.did("14:20:00", "U0ANA", timeline.Cancelled{Why: "no"})
	silent("it is final", p, over)

	p = paged(true)
	ask("over-triage", p, p.did("14:19:12", "pagerduty", said(timeline.AlertResolved, nil)))

	p = acked()
	joined := p.did("14:16:05", "pagerduty", checkout(timeline.AlertTriggered))
	ask("joined", p, joined)
	over = p.did("14:19:12", "pagerduty", said(timeline.AlertResolved, nil))
	ask("over-one-other", p, over)
	third := said(timeline.AlertTriggered, func(a *timeline.Alert) {
		a.Source, a.Key, a.Title, a.Number, a.Service = "alertmanager", "k", "Disk full", 0, ""
	})
	third.Attached = true
	last := p.did("14:19:30", "alertmanager", third)
	ask("over-others", p, over)
	ask("joined-no-service", p, last)
	ask("joined-more-since", p, joined)
	p.did("14:21:00", "U0ANA", timeline.AlertSplit{N: joined, To: 9})
	silent("split off", p, joined)
	ask("over-one-other-after-split", p, over)
	silent("split off, and over there", p, p.did("14:22:00", "pagerduty", checkout(timeline.AlertResolved)))

	p = acked()
	early := checkout(timeline.AlertTriggered)
	ask("joined-before", p, p.did("14:12:00", "pagerduty", early))
}

func TestPagePost(t *testing.T) {
	service := acked()
	service.did("14:19:50", "U0ANA", called("service web-app", "service"))
	someone := acked()
	someone.did("14:19:50", "U0ANA", called("service web-app", "service"))
	someone.did("14:20:01", "backout", page(timeline.PageSent, sentPage))
	someone.did("14:20:40", "pagerduty", page(timeline.PageAnswered, func(s *timeline.PageSet) { s.By = "U0TOM" }))
	closed := calling(timeline.PageFailed)
	closed.did("14:25:00", "U0ANA", timeline.StatusSet{Status: timeline.Resolved})
	for name, p := range map[string]*past{
		"asked": calling(timeline.PageAsked), "sent": calling(timeline.PageSent), "answered": calling(timeline.PageAnswered), "declined": calling(timeline.PageDeclined),
		"failed": calling(timeline.PageFailed), "failed-closed": closed, "service": service, "service-answered": someone,
	} {
		m, ok := templates.PagePost(workView(t, p, "14:31:00"), 1, cast)
		if !ok {
			t.Fatal("no post")
		}
		golden(t, "page-"+name, m)
	}
	if m, ok := templates.PagePost(workView(t, acked(), "14:31:00"), 1, cast); ok {
		t.Errorf("nobody is called: %s", m.Summary)
	}
}

func TestNudgePost(t *testing.T) {
	snoozed, stopped, given := acked(), acked(), acked()
	snoozed.did("14:40:00", "U0ANA", timeline.NudgeSet{About: timeline.NudgeUpdate, Until: at("15:10:00")})
	stopped.did("14:40:00", "U0ANA", timeline.NudgeSet{About: timeline.NudgeUpdate, Stopped: true})
	given.did("14:46:00", "backout", timeline.Nudged{About: timeline.NudgeUpdate})
	given.did("14:46:10", "U0ANA", timeline.Update{Text: "Rolling back"})
	promised := worked()
	written := resolved()
	written.did("15:40:00", "backout", timeline.Exported{What: "Slack"})
	vacant := declared(timeline.Declared{})
	vacant.did("14:09:00", "U0ANA", timeline.RoleSet{Role: timeline.LeadRole, User: "U0ANA"})
	vacant.did("14:10:00", "U0ANA", timeline.RoleSet{Role: timeline.LeadRole})
	heard := acked()
	heard.did("14:46:00", "backout", timeline.Nudged{About: timeline.NudgeQuiet})
	heard.did("14:46:10", "U0TOM", timeline.Message{Channel: "C0INC", TS: "1795184700.000100", Text: "Trying"})
	reopened := resolved()
	reopened.did("16:02:00", "U0TOM", timeline.Reopened{})
	for _, c := range []struct {
		name  string
		p     *past
		now   string
		about timeline.NudgeKind
		told  bool
	}{
		{"update", acked(), "14:46:31", timeline.NudgeUpdate, true},
		{"update-promised", promised, "14:44:10", timeline.NudgeUpdate, true},
		{"update-reopened", reopened, "16:40:00", timeline.NudgeUpdate, true},
		{"promised for later", promised, "14:40:10", timeline.NudgeUpdate, false},
		{"not yet", acked(), "14:30:31", timeline.NudgeUpdate, false},
		{"snoozed", snoozed, "14:46:31", timeline.NudgeUpdate, false},
		{"update-snoozed-over", snoozed, "15:10:31", timeline.NudgeUpdate, true},
		{"stopped", stopped, "14:46:31", timeline.NudgeUpdate, false},
		{"given meanwhile", given, "14:46:31", timeline.NudgeUpdate, false},
		{"resolved", resolved(), "16:46:31", timeline.NudgeUpdate, false},
		{"no-lead", declared(timeline.Declared{}), "14:14:00", timeline.NudgeNoLead, true},
		{"no-lead-any-more", vacant, "14:16:00", timeline.NudgeNoLead, true},
		{"no-lead-triage", paged(true), "14:20:00", timeline.NudgeNoLead, true},
		{"led", led(), "14:14:00", timeline.NudgeNoLead, false},
		{"quiet", acked(), "14:46:31", timeline.NudgeQuiet, true},
		{"heard", heard, "14:46:31", timeline.NudgeQuiet, false},
		{"stale", acked(), "23:46:31", timeline.NudgeStale, true},
		{"over", resolved(), "23:46:31", timeline.NudgeStale, false},
		{"postmortem", resolved(), "23:46:31", timeline.NudgePostmortem, true},
		{"written", written, "23:46:31", timeline.NudgePostmortem, false},
		{"open", acked(), "23:46:31", timeline.NudgePostmortem, false},
		{"unknown", acked(), "23:46:31", "new", false},
	} {
		v := view(t, c.p, c.now)
		v.UpdateEvery = 30 * time.Minute
		m, ok := templates.NudgePost(v, c.about)
		switch {
		case ok != c.told:
			t.Errorf("%s: told %t: %s", c.name, ok, m.Summary)
		case ok:
			golden(t, "nudge-"+c.name, m)
		}
	}
	v := view(t, acked(), "14:46:31")
	v.In.Severity = ""
	m, _ := templates.NudgePost(v, timeline.NudgeUpdate)
	if !strings.HasPrefix(m.Summary, "No update for 34\u00a0min. ") {
		t.Error(m.Summary)
	}
}

func TestAlertOffer(t *testing.T) {
	a := said(timeline.AlertTriggered, func(a *timeline.Alert) { a.Priority, a.At = "P3", at("14:12:03") }).Alert
	golden(t, "offer", templates.AlertOffer("/inc", a, 40))
	a.Event, a.Service, a.Severity, a.Source, a.Number, a.Link = timeline.AlertResolved, "", "2", "alertmanager", 0, ""
	golden(t, "offer-over", templates.AlertOffer("", a, 41))
}

func TestNewsOfAlerts(t *testing.T) {
	tell := func(name string, p *past, n int) {
		t.Helper()
		m, ok := templates.News(others(workView(t, p, "14:31:00")), n, cast)
		if !ok {
			t.Errorf("%s: nothing told", name)
			return
		}
		golden(t, "news-"+name, m)
	}
	for name, b := range map[string]timeline.Body{
		"accepted": timeline.StatusSet{Status: timeline.Investigating, Text: "Half of the logins fail"}, "declined": timeline.Cancelled{Why: "The load test"}, "declined-bare": timeline.Cancelled{Why: templates.DeclinedWhy},
		"triage-identified": timeline.StatusSet{Status: timeline.Identified}, "triage-mitigated": timeline.StatusSet{Status: timeline.Monitoring},
		"merged": timeline.MergedInto{Into: 3}, "merged-private": timeline.MergedInto{Into: 9},
		"merged-from": timeline.MergedInto{From: 3}, "merged-from-private": timeline.MergedInto{From: 9},
	} {
		p := paged(true)
		tell(name, p, p.did("14:20:00", "U0ANA", b))
	}
	p := paged(true)
	p.did("14:20:00", "U0ANA", timeline.StatusSet{Status: timeline.Investigating})
	p.did("14:21:00", "U0ANA", timeline.StatusSet{Status: timeline.Identified})
	tell("investigating-again", p, p.did("14:22:00", "U0ANA", timeline.StatusSet{Status: timeline.Investigating}))
	for name, n := range map[string]int{"an alert": 2, "a page": calling(timeline.PageAsked).n} {
		if m, ok := templates.News(workView(t, calling(timeline.PageAsked), "14:31:00"), n, cast); ok {
			t.Errorf("%s is told: %s", name, m.Summary)
		}
	}
}
