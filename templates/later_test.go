package templates_test

import (
	"strings"
	"testing"
	"time"

	"backout/templates"
	"backout/timeline"
	"backout/timeline/insights"
	"backout/timeline/lessons"
)

func drawn(change ...func([]templates.DrawnLesson)) []templates.DrawnLesson {
	all := []templates.DrawnLesson{
		{
			Rule: "one-step", Family: "Gradual rollouts", Title: "Straight to everyone", Action: "Begin with a canary that lasts longer than the time to detect",
			Told:   templates.R(templates.T("Production got v2.4.0 in one step ("), templates.Href("https://github.example/acme/web-app/actions/runs/5127", "T2"), templates.T("); 4\u00a0min 21\u00a0s passed before anyone noticed.")),
			Before: "It happened before: INC-3 taught the same on 14 September 2026; one of its follow-ups is still open.",
		},
		{Rule: "people-first", Family: "Monitoring and alerts", Title: "People noticed before alerts", Told: templates.R(templates.T("T3 came 5\u00a0min 49\u00a0s before T7.")), Action: "Alert on logouts"},
		{Rule: "fast", Family: "Rollback strategy", Title: "The rollback met its target", Told: templates.R(templates.T("8\u00a0min 0\u00a0s from T4 to T9.")), Good: true},
	}
	for _, f := range change {
		f(all)
	}
	return all
}

func verdict(s timeline.LessonStanding, text string) func([]templates.DrawnLesson) {
	return func(all []templates.DrawnLesson) {
		all[0].Verdict = timeline.LessonVerdict{N: 30, Who: "U0ANA", At: at("16:02:00"), Standing: s, Title: all[0].Title, Text: text}
	}
}

func TestLessonsPost(t *testing.T) {
	v := view(t, resolved(), "16:00:00")
	hostile := "<!channel> *all* `code` <https://evil.example|T2> " + strings.Repeat("x", 3000)
	var many []templates.DrawnLesson
	for range 30 {
		many = append(many, drawn()...)
	}
	for name, all := range map[string][]templates.DrawnLesson{
		"lessons": drawn(), "lessons-none": nil, "lessons-many": many,
		"lessons-accepted":  drawn(verdict(timeline.LessonAccepted, "")),
		"lessons-dismissed": drawn(verdict(timeline.LessonDismissed, "")),
		"lessons-reworded":  drawn(verdict(timeline.LessonReworded, "We ship to everyone at once, and nobody looks for the first ten minutes.")),
	} {
		golden(t, name, templates.LessonsPost(v, all))
	}
	goldenForeign(t, "lessons-hostile", templates.LessonsPost(v, drawn(verdict(timeline.LessonReworded, hostile))))
	for _, l := range drawn(verdict(timeline.LessonReworded, hostile)) {
		if f := templates.LessonForm(v.In, l); len([]rune(f.Inputs[0].Value)) > 3000 || f.Inputs[0].Value == "" || len(f.Title) > 24 {
			t.Errorf("the dialog holds %d characters, its title is %q", len(f.Inputs[0].Value), f.Title)
		}
	}
}

func TestSecretNotice(t *testing.T) {
	p := resolved()
	n := p.did("15:40:00", "U0TOM", timeline.Message{Channel: "C0INC", TS: "1763653200.000100", Text: "the password is hunter2"})
	p.events[n-1].Secrets = []timeline.Secret{{From: 16, To: 23, Kind: "password"}}
	p.events[n-1].Source.Link = "https://acme.slack.example/archives/C0INC/p1763653200000100"
	note := p.did("15:41:00", "U0TOM", timeline.Note{Text: "hunter2 and a token"})
	p.events[note-1].Secrets = []timeline.Secret{{From: 0, To: 7, Kind: "password"}, {From: 12, To: 19, Kind: "GitHub token"}}
	v := view(t, p, "15:42:00")
	for name, n := range map[string]int{"secret-message": n, "secret-note": note} {
		m, ok := templates.SecretNotice(v, n)
		if !ok {
			t.Fatal(name)
		}
		golden(t, name, m)
		if strings.Contains(rendered(m), "hunter2") {
			t.Error("the notice repeats the secret")
		}
	}
	if _, ok := templates.SecretNotice(v, 1); ok {
		t.Error("there is no secret in T1")
	}
}

func TestReviewIsShownAndRemindedOf(t *testing.T) {
	for name, state := range map[string]timeline.ReviewState{"draft": "", "in-review": timeline.ReviewOpen, "done": timeline.ReviewDone} {
		p := resolved()
		if state != "" {
			n := p.did("16:00:00", "U0ANA", timeline.ReviewSet{State: state})
			m, ok := templates.News(view(t, p, "16:01:00"), n, cast)
			if !ok {
				t.Fatal(name)
			}
			golden(t, "news-review-"+name, m)
		}
		v := view(t, p, "16:00:30")
		golden(t, "card-review-"+name, templates.Card(v))
		v.Now = at("16:00:00").AddDate(0, 0, 6)
		m, ok := templates.NudgePost(v, timeline.NudgeReview)
		if ok != (state != timeline.ReviewDone) {
			t.Fatalf("%s: reminded %v", name, ok)
		}
		if ok {
			golden(t, "nudge-review-"+name, m)
		}
	}
}

func TestThePullRequestIsTold(t *testing.T) {
	p := resolved()
	n := p.did("16:00:00", "backout", timeline.Exported{What: timeline.ExportProposal, Link: "https://github.example/acme/postmortems/pull/7"})
	m, ok := templates.News(view(t, p, "16:01:00"), n, cast)
	if !ok {
		t.Fatal("nothing is said")
	}
	golden(t, "news-pull-request", m)
}

func report() insights.Report {
	return insights.Report{
		From: at("00:00:00").AddDate(0, 0, -90), To: at("16:00:00"), Incidents: 14, Open: 2,
		Measures: []insights.Measure{
			{Name: insights.Detect, Points: []insights.Point{{Incident: 7, Took: 4 * time.Minute, Target: 5 * time.Minute}, {Incident: 6, Took: 20 * time.Minute, Target: 5 * time.Minute}}, Median: 12 * time.Minute, P90: 20 * time.Minute},
			{Name: insights.Mitigate, Points: []insights.Point{{Incident: 7, Took: 17*time.Minute + 30*time.Second}}, Median: 17*time.Minute + 30*time.Second, P90: 17*time.Minute + 30*time.Second},
			{Name: insights.Resolve},
		},
		Severities: []insights.Group{{Name: "", Incidents: 1}, {Name: "1", Incidents: 4, Detect: 4 * time.Minute, Mitigate: 17 * time.Minute}, {Name: "2", Incidents: 9, Resolve: 26 * time.Hour}},
		Services:   []insights.Group{{Name: "web-app", Incidents: 11, Detect: 5 * time.Minute}},
		Recurring:  []insights.Recurring{{Rule: "one-step", Title: "Straight to everyone", Family: lessons.Rollouts, Incidents: []int{7, 6, 3}}},
		Overdue: []insights.Overdue{
			{Incident: 3, Days: 48, FollowUp: timeline.FollowUp{Number: 2, Text: "Canary stage for web-app", Owner: "U0TOM", Ticket: timeline.Ticket{Repo: "acme/web-app", Number: 377, URL: "https://github.example/acme/web-app/issues/377"}}},
			{Incident: 5, Days: 1, FollowUp: timeline.FollowUp{Number: 1}},
		},
	}
}

func TestInsightsPost(t *testing.T) {
	w := templates.Words{Command: "/incident", Names: cast, Severities: []templates.Severity{{Name: "1", Title: "Critical"}}}
	golden(t, "insights", templates.InsightsPost(w, report(), ""))
	golden(t, "insights-none", templates.InsightsPost(w, insights.Report{From: at("00:00:00").AddDate(0, 0, -30), To: at("16:00:00")}, " Only incidents of web-app."))
	r := report()
	for i := range 40 {
		r.Services = append(r.Services, insights.Group{Name: strings.Repeat("s", 300), Incidents: i + 1})
		r.Recurring = append(r.Recurring, insights.Recurring{Title: "Again", Incidents: make([]int, 50)})
		r.Overdue = append(r.Overdue, insights.Overdue{Incident: i, Days: i, FollowUp: timeline.FollowUp{Number: 1, Text: "<!channel> " + strings.Repeat("y", 400), Owner: "U9NOBODY"}})
	}
	goldenForeign(t, "insights-many", templates.InsightsPost(w, r, ""))
}

func TestProposalAndTicketNotifyNobody(t *testing.T) {
	p := resolved()
	p.did("15:50:00", "U0ANA", timeline.TitleSet{Title: "Logouts, ask <@U0TOM> or @tom, see #12 and acme/web-app#3"})
	p.did("15:51:00", "U0ANA", timeline.FollowUpAdded{Number: 3, Text: "Ask <@U0TOM> about <!channel> and @sam, GH-12\n# no heading", Owner: "U0SAM", Due: "2026-11-30"})
	v := view(t, p, "16:00:00")
	v.URL = "https://backout.example"
	pr := templates.ProposalOf(v, cast, []string{"line 12: the part \"lessons\" begins here @tom"})
	f, _ := v.In.FollowUp(3)
	ticket := templates.TicketOf(v, cast, f)
	text := pr.Title + "\n\n" + pr.Message + "\n\n" + pr.Body + "\n----\n" + ticket.Title + "\n\n" + ticket.Body
	goldenText(t, "proposal", text)
	for _, bad := range []string{"@tom", "@sam", "@Tom", " #12", "GH-12", "web-app#3"} {
		if body := pr.Body + ticket.Body; strings.Contains(body, bad) {
			t.Errorf("%q stands in\n%s", bad, body)
		}
	}
}
