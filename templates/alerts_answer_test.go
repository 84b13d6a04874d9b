package templates_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"backout/templates"
	"backout/timeline"
)

func TestChangedByAlerts(t *testing.T) {
	w := workWords()
	ev := func(who string, b timeline.Body) timeline.Event {
		return timeline.Event{Incident: 7, N: 20, At: at("14:20:00"), Recorded: at("14:20:00"), Who: who, Body: b}
	}
	opened := timeline.Event{Incident: 9, N: 1, At: at("14:20:00"), Recorded: at("14:20:00"), Who: "U0ANA", Body: timeline.Declared{Title: "Checkout latency"}}
	from := timeline.Event{Incident: 9, N: 30, Who: "U0ANA", Body: timeline.MergedInto{From: 7}}
	var b strings.Builder
	for _, c := range []struct {
		name   string
		events []timeline.Event
	}{
		{"split", []timeline.Event{opened, ev("pagerduty", checkout(timeline.AlertTriggered)), ev("U0ANA", timeline.AlertSplit{N: 12, To: 9})}},
		{"declared from an offer", []timeline.Event{opened, ev("pagerduty", checkout(timeline.AlertTriggered))}},
		{"an alert alone", []timeline.Event{ev("pagerduty", checkout(timeline.AlertTriggered))}},
		{"page a person", []timeline.Event{ev("U0ANA", called("U0TOM", "user"))}},
		{"page a service", []timeline.Event{ev("U0ANA", called("service web-app", "service"))}},
		{"a page that was sent", []timeline.Event{ev("backout", page(timeline.PageSent, sentPage))}},
		{"snooze", []timeline.Event{ev("U0ANA", timeline.NudgeSet{About: timeline.NudgeUpdate, Until: at("14:50:00")})}},
		{"stop", []timeline.Event{ev("U0ANA", timeline.NudgeSet{About: timeline.NudgePostmortem, Stopped: true})}},
		{"stop no lead", []timeline.Event{ev("U0ANA", timeline.NudgeSet{About: timeline.NudgeNoLead, Stopped: true})}},
		{"stop quiet", []timeline.Event{ev("U0ANA", timeline.NudgeSet{About: timeline.NudgeQuiet, Stopped: true})}},
		{"stop stale", []timeline.Event{ev("U0ANA", timeline.NudgeSet{About: timeline.NudgeStale, Stopped: true})}},
		{"go on", []timeline.Event{ev("U0ANA", timeline.NudgeSet{About: timeline.NudgeUpdate})}},
		{"merge", []timeline.Event{ev("U0ANA", timeline.MergedInto{Into: 9}), from}},
		{"triage", []timeline.Event{ev("pagerduty", timeline.Declared{Title: "Login error rate", Triage: true})}},
		{"drill", []timeline.Event{ev("U0ANA", timeline.Declared{Title: "Game day", Drill: true, Severity: "1"})}},
		{"accept", []timeline.Event{ev("U0ANA", timeline.StatusSet{Status: timeline.Investigating})}},
	} {
		fmt.Fprintf(&b, "%s: %s", c.name, changedBy(w, c.events...))
	}
	answerGolden(t, "changed-alerts", b.String())
}

// everyAlert is an incident to whose alert everything happens.
func everyAlert() *past {
	p := paged(false)
	who := func(who, text string) func(*timeline.Alert) {
		return func(a *timeline.Alert) { a.Who, a.Text, a.Title = who, text, "" }
	}
	p.did("14:13:00", "pagerduty", said(timeline.AlertAcknowledged, who("Priya Nair", "")))
	p.did("14:14:00", "pagerduty", said(timeline.AlertUnacknowledged, nil))
	p.did("14:15:00", "pagerduty", said(timeline.AlertEscalated, who("", "level 2")))
	p.did("14:15:30", "pagerduty", said(timeline.AlertReassigned, who("Priya Nair", "Tom W.")))
	p.did("14:16:00", "pagerduty", said(timeline.AlertAnnotated, who("Priya Nair", "Restarted the *cache*")))
	p.did("14:16:30", "pagerduty", said(timeline.AlertPriority, func(a *timeline.Alert) { a.Priority, a.Who = "P1", "Priya Nair" }))
	p.did("14:16:40", "pagerduty", said(timeline.AlertPriority, nil))
	for i, answer := range []string{"", "accepted", "declined", "later"} {
		p.did(fmt.Sprintf("14:17:%02d", i), "pagerduty", said(timeline.AlertResponder, who("Tom W.", answer)))
	}
	p.did("14:18:00", "pagerduty", said(timeline.AlertUpdated, nil))
	p.did("14:18:10", "pagerduty", said("new", nil))
	p.did("14:18:30", "pagerduty", checkout(timeline.AlertTriggered))
	p.did("14:19:00", "pagerduty", said(timeline.AlertResolved, nil))
	p.did("14:19:30", "pagerduty", said(timeline.AlertTriggered, nil))
	p.did("14:19:40", "pagerduty", said(timeline.AlertResolved, who("Priya Nair", "")))
	for _, s := range []timeline.PageSet{
		called("U0TOM", "user"), page(timeline.PageSent, sentPage), page(timeline.PageAnswered, func(s *timeline.PageSet) { s.By = "Tom W." }),
		page(timeline.PageDeclined, func(s *timeline.PageSet) { s.By = "U0TOM" }), page(timeline.PageFailed, func(s *timeline.PageSet) { s.Reason = "no address." }), page("new", nil),
		{Number: 2, State: timeline.PageAsked, Target: "policy Database"},
	} {
		p.did("14:20:00", "U0ANA", s)
	}
	p.did("14:21:00", "U0ANA", timeline.MergedInto{From: 3})
	p.did("14:21:10", "U0ANA", timeline.MergedInto{From: 9})
	p.did("14:22:00", "U0ANA", timeline.MergedInto{Into: 9})
	return p
}

func TestEntryWordsOfAlerts(t *testing.T) {
	in := everyAlert().incident(t)
	var b strings.Builder
	for _, e := range in.Timeline() {
		words, ok := templates.EntryWords(in, e)
		if !ok {
			continue
		}
		rich, _ := templates.EntryRich(in, e, func(n int) bool { return n == 9 })
		fmt.Fprintf(&b, "T%d %s\n", e.N, words)
		if named := rich.Plain(cast); named != words {
			fmt.Fprintf(&b, "    %s\n", named)
		}
		if strings.Contains(words+rich.Plain(nil), "INC-9") {
			t.Errorf("T%d names a private incident", e.N)
		}
		if strings.Contains(words, "U0") {
			t.Errorf("T%d shows an id: %s", e.N, words)
		}
	}
	answerGolden(t, "entries-alerts", b.String())
}

func TestStoryOfAlerts(t *testing.T) {
	w := workWords()
	w.PrivateOf = func(n int) bool { return n == 9 }
	show := func(name string, p *past) {
		in := p.incident(t)
		story, catchup := templates.StoryAnswer(w, in), templates.CatchupAnswer(w, in, at("14:30:00"))
		fits(t, story)
		fits(t, catchup)
		answerGolden(t, "story-"+name, plainMessage(story, w))
		answerGolden(t, "catchup-"+name, plainMessage(catchup, w))
	}
	show("alerts", everyAlert())
	show("triage", paged(true))
	show("paging", calling(timeline.PageSent))
	storm := stormy(500)
	storm.did("14:16:30", "U0TOM", timeline.Note{Text: "Restarted the session cache"})
	n := storm.did("14:22:00", "pagerduty", checkout(timeline.AlertTriggered))
	storm.did("14:23:00", "U0ANA", timeline.AlertSplit{N: n, To: 8})
	storm.did("14:23:30", "pagerduty", checkout(timeline.AlertResolved))
	show("storm", storm)
	minor := paged(false)
	for i := range 9 {
		minor.did(fmt.Sprintf("14:13:%02d", i), "pagerduty", said(timeline.AlertUpdated, nil))
	}
	starred := minor.did("14:14:00", "pagerduty", said(timeline.AlertAnnotated, by("Priya Nair")))
	minor.did("14:14:10", "U0ANA", timeline.Starred{N: starred})
	minor.did("14:15:00", "pagerduty", said(timeline.AlertResolved, nil))
	show("minor", minor)
	drill := declared(timeline.Declared{Drill: true})
	drills := templates.ListAnswer(w, "open", []timeline.Summary{drill.incident(t).Summary(), paged(true).incident(t).Summary()}, at("14:30:00"))
	answerGolden(t, "list-drill", plainMessage(drills, w))
	home := templates.Home([]timeline.Summary{drill.incident(t).Summary()}, nil, templates.HomeView{Now: at("14:30:00")})
	if !strings.Contains(rendered(home), "INC-7 · Drill · SEV 1") {
		t.Error(rendered(home))
	}
}

func TestOnCallAnswer(t *testing.T) {
	w := workWords()
	rows := []templates.OnCallRow{
		{Policy: "Web", Level: 2, Name: "Priya Nair", Until: at("18:00:00"), Link: "https://acme.pagerduty.example/users/P1"},
		{Policy: "Web", Level: 1, Name: "Tom W.", Slack: "U0TOM", Until: at("18:00:00")},
		{Policy: "Database", Level: 1, Name: "Sam O.", Slack: "not an id"},
		{Level: 0},
	}
	var b strings.Builder
	for _, m := range []templates.Message{
		templates.OnCallAnswer(w, "web-app", rows, ""), templates.OnCallAnswer(w, "", rows[:1], "PagerDuty did not answer for one policy"),
		templates.OnCallAnswer(w, "web app", nil, ""), templates.OnCallAnswer(w, "web-app", nil, "PagerDuty is not connected"),
	} {
		fits(t, m)
		b.WriteString(plainMessage(m, w) + "\n")
	}
	answerGolden(t, "oncall", b.String())
}

func TestMergeForm(t *testing.T) {
	v := workView(t, paged(true), "14:30:00")
	open := []timeline.Summary{
		{Number: 3, Title: "Reports are &lt;slow&gt; <@U0TOM>\nsince yesterday", Severity: "3"}, {Number: 7, Title: "This one"}, {Number: 8, Title: "Game day", Drill: true},
		{Number: 2, Title: strings.Repeat("long ", 40)},
	}
	answerGolden(t, "form-merge", plainForm(templates.MergeForm(v, open))+plainForm(templates.MergeForm(v, open[1:2])))
	many := make([]timeline.Summary, 130)
	for i := range many {
		many[i] = timeline.Summary{Number: i + 1, Title: "x"}
	}
	if got := templates.MergeForm(v, many).Inputs[0].Options; len(got) != 100 || got[0].Value != "130" {
		t.Errorf("%d choices, the first is %s", len(got), got[0].Value)
	}
}

func due(incident, number int, owner, day string, overdue bool) templates.DigestFollowUp {
	return templates.DigestFollowUp{Incident: incident, Title: "Reports are slow", Overdue: overdue, FollowUp: timeline.FollowUp{
		Number: number, Text: "Test that <@U0SAM> keys are unique", Owner: owner, Due: day,
	}}
}

func TestDigest(t *testing.T) {
	w := workWords()
	now := at("18:00:00")
	golden(t, "digest-empty", templates.Digest(w, templates.DigestData{Now: now}))
	open := paged(true).incident(t).Summary()
	closed := resolved().incident(t).Summary()
	closed.Number = 5
	cancelled := closed
	cancelled.Number, cancelled.Status, cancelled.Moments.Resolved = 6, timeline.CancelledSt, timeline.Moment{}
	list := []templates.DigestFollowUp{
		due(5, 1, "U0TOM", "2026-11-24", false), due(5, 2, "", "", false), due(4, 1, "U0TOM", "2026-11-18", true), due(4, 2, "U0ANA", "2026-11-19", true), due(3, 9, "U0ANA", "", false), due(3, 8, "U0TOM", "", true),
	}
	list[1].Text = ""
	golden(t, "digest", templates.Digest(w, templates.DigestData{Now: now, Open: []timeline.Summary{open}, Closed: []timeline.Summary{closed, cancelled}, FollowUps: list}))
	golden(t, "digest-follow-ups", templates.Digest(w, templates.DigestData{Now: now, FollowUps: list[:1]}))
	many := templates.Digest(w, templates.DigestData{
		Now: now, Open: slices.Repeat([]timeline.Summary{open}, 40), Closed: slices.Repeat([]timeline.Summary{closed}, 2000), FollowUps: slices.Repeat(list, 300),
	})
	golden(t, "digest-many", many)
	golden(t, "reminder", templates.FollowUpReminder(w, "U0TOM", list))
	golden(t, "reminder-one", templates.FollowUpReminder(w, "U0ANA", list[3:4]))
	golden(t, "reminder-none", templates.FollowUpReminder(w, "U0JON", list))
	golden(t, "reminder-many", templates.FollowUpReminder(w, "U0TOM", slices.Repeat(list[:1], 12)))
}

// hostileAlert is an alert of which everything is hostile.
func hostileAlert(key string, event timeline.AlertEvent) timeline.AlertNoted {
	bad := hostileText()
	return timeline.AlertNoted{Attached: event == timeline.AlertTriggered, Alert: timeline.Alert{
		Source: bad, Key: key, Event: event, Title: bad, Number: 1 << 60, Service: bad, Place: bad, Severity: bad, Priority: bad, Who: bad, Text: bad, Policy: bad,
		Link: "https://evil.example/" + strings.Repeat("a", 370), At: at("14:12:00"),
	}}
}

func TestHostileAlerts(t *testing.T) {
	bad := hostileText()
	p := led()
	for i := range 300 {
		p.did("14:12:00", bad, hostileAlert(fmt.Sprint(i), timeline.AlertTriggered))
	}
	for _, event := range []timeline.AlertEvent{
		timeline.AlertAcknowledged, timeline.AlertEscalated, timeline.AlertReassigned, timeline.AlertAnnotated, timeline.AlertPriority, timeline.AlertResponder,
		timeline.AlertUpdated, timeline.AlertEvent(bad), timeline.AlertUnacknowledged, timeline.AlertResolved,
	} {
		p.did("14:13:00", bad, hostileAlert("0", event))
	}
	for i := range 8 {
		for _, s := range []timeline.PageState{timeline.PageAsked, timeline.PageSent, timeline.PageAnswered, timeline.PageState(bad), timeline.PageDeclined, timeline.PageFailed}[:1+i%6] {
			p.did("14:14:00", "U0ANA", timeline.PageSet{Number: i + 1, State: s, Target: bad + fmt.Sprint(i), Sort: bad, ID: fmt.Sprint(i), Text: bad, Key: bad, Link: "javascript:alert(1)", Reason: bad, By: bad})
		}
	}
	v := workView(t, p, "14:30:00")
	card := templates.Card(v)
	contained(t, card)
	goldenForeign(t, "card-alerts-hostile", card)
	contained(t, templates.Announcement(v))
	asked := 0
	for n := range v.In.NextN() {
		if m, ok := templates.AlertQuestion(v, n, cast); ok {
			asked++
			contained(t, m)
		}
		if e, ok := v.In.Entry(n); ok && n > 3 {
			words, ok := templates.EntryWords(v.In, e)
			if !ok || len([]rune(words)) > 1200 || strings.ContainsAny(words, "\n\u202e\u202c\u200b\x00") {
				t.Errorf("T%d: %t, %d characters", n, ok, len([]rune(words)))
			}
		}
	}
	if asked != 301 {
		t.Errorf("%d questions", asked)
	}
	question, _ := templates.AlertQuestion(v, 4, cast)
	goldenForeign(t, "question-hostile", question)
	for number := 1; number <= 8; number++ {
		m, ok := templates.PagePost(v, number, cast)
		if !ok {
			t.Fatal("no post")
		}
		contained(t, m)
	}
	failed, _ := templates.PagePost(v, 6, cast)
	goldenForeign(t, "page-hostile", failed)
	contained(t, templates.AlertOffer(bad[:20], hostileAlert("0", timeline.AlertResolved).Alert, 3))
	goldenForeign(t, "offer-hostile", templates.AlertOffer("", hostileAlert("0", timeline.AlertTriggered).Alert, 3))
	w := workWords()
	contained(t, templates.StoryAnswer(w, v.In))
	contained(t, templates.CatchupAnswer(w, v.In, v.Now))
	contained(t, templates.Changed(w, p.events[len(p.events)-1:]))
	contained(t, templates.Changed(w, []timeline.Event{{Incident: 7, Body: timeline.NudgeSet{About: timeline.NudgeKind(bad), Stopped: true}}}))
	row := templates.OnCallRow{Policy: bad, Level: 1 << 40, Name: bad, Slack: "U<!channel>", Link: "https://evil.example/" + strings.Repeat("a", 100)}
	contained(t, templates.OnCallAnswer(w, bad, slices.Repeat([]templates.OnCallRow{row}, 200), bad))
	f := due(5, 1, "U0ANA", bad, true)
	f.Text, f.Title = bad, bad
	s := timeline.Summary{Number: 5, Title: bad, Severity: bad, Status: timeline.Investigating}
	contained(t, templates.Digest(w, templates.DigestData{Now: v.Now, Open: slices.Repeat([]timeline.Summary{s}, 50), Closed: slices.Repeat([]timeline.Summary{s}, 50), FollowUps: slices.Repeat([]templates.DigestFollowUp{f}, 50)}))
	contained(t, templates.FollowUpReminder(w, "U0ANA", slices.Repeat([]templates.DigestFollowUp{f}, 50)))
	for _, o := range templates.MergeForm(v, []timeline.Summary{s}).Inputs[0].Options {
		if len([]rune(o.Label)) > 75 || strings.ContainsAny(o.Label, "\n\u202e") {
			t.Errorf("a choice %q", o.Label)
		}
	}
}

// Nothing that is empty, unknown or of another version makes a message fail.
func TestAlertsOfNothing(t *testing.T) {
	p := led()
	p.did("14:09:00", "", timeline.AlertNoted{})
	p.did("14:09:00", "", timeline.AlertNoted{Attached: true, Alert: timeline.Alert{Event: timeline.AlertTriggered, Key: "k"}})
	p.did("14:09:00", "", timeline.PageSet{})
	p.did("14:09:00", "", timeline.MergedInto{})
	p.did("14:09:00", "", timeline.NudgeSet{})
	p.did("14:09:00", "", timeline.AlertSplit{N: 99, To: 3})
	v := workView(t, p, "14:30:00")
	contained(t, templates.Card(v))
	contained(t, templates.StoryAnswer(workWords(), v.In))
	contained(t, templates.CatchupAnswer(workWords(), v.In, v.Now))
	if m, ok := templates.PagePost(v, 0, nil); ok {
		contained(t, m)
	}
	if m, ok := templates.AlertQuestion(v, 5, nil); ok {
		contained(t, m)
	}
	contained(t, templates.AlertOffer("", timeline.Alert{}, 0))
	contained(t, templates.OnCallAnswer(templates.Words{}, "", []templates.OnCallRow{{}}, ""))
	contained(t, templates.Digest(templates.Words{}, templates.DigestData{Open: make([]timeline.Summary, 1), Closed: make([]timeline.Summary, 1), FollowUps: make([]templates.DigestFollowUp, 1)}))
	contained(t, templates.FollowUpReminder(templates.Words{}, "", make([]templates.DigestFollowUp, 1)))
	for _, e := range v.In.Timeline() {
		if words, ok := templates.EntryWords(v.In, e); ok && strings.TrimSpace(words) == "" {
			t.Errorf("T%d says nothing", e.N)
		}
	}
}

func TestStepsOfAlerts(t *testing.T) {
	p := led()
	for _, k := range []timeline.EffectKind{timeline.OweOnCall, timeline.OweAlertAck, timeline.OweAlertResolve, timeline.OweAlertLevel, timeline.OweAlertNote} {
		e := timeline.Effect{Kind: k, N: 4}
		p.did("14:17:00", "backout", timeline.StepFailed{Step: e.Step(), Effect: string(k), Reason: "PagerDuty does not answer", Owed: e})
	}
	golden(t, "card-alert-trouble", templates.Card(workView(t, p, "14:17:30")))
	p = led()
	for _, k := range []timeline.EffectKind{timeline.OweQuestion, timeline.OwePage, timeline.OwePagePost, timeline.OweNudge} {
		e := timeline.Effect{Kind: k, N: 1}
		p.did("14:17:00", "backout", timeline.StepFailed{Step: e.Step(), Effect: string(k), Reason: "Slack does not answer", Owed: e})
	}
	golden(t, "card-page-trouble", templates.Card(workView(t, p, "14:17:30")))
	p = led()
	for _, step := range []string{timeline.StepAlert, timeline.StepQuestion, timeline.StepPage} {
		p.did("14:17:00", "backout", timeline.StepFailed{Step: step, Effect: step, Reason: "Slack does not answer"})
	}
	golden(t, "card-step-trouble", templates.Card(workView(t, p, "14:17:30")))
}
