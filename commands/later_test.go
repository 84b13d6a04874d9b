package commands

import (
	"testing"
	"time"

	"backout/templates"
	"backout/timeline"
)

// resolvedIncident is INC-1, over.
func resolvedIncident(t *testing.T) (w *world, n int, ch string) {
	w = newWorld(t)
	n, ch = w.declared("Users are logged out", false)
	w.must(timeline.Resolve("", ana, n, "Rolled back"))
	return w, n, ch
}

func TestALessonIsJudged(t *testing.T) {
	w, n, ch := resolvedIncident(t)
	wants(t, w.presses(ana, ch, "lesson_accept_v1", "1/one-step"), "is accepted")
	wants(t, w.presses(tom, ch, "lesson_accept_v1", "1/one-step"), "accepted already")
	v := w.incident(n).Judged["one-step"]
	if v.Standing != timeline.LessonAccepted || v.Who != ana || v.Title != "Straight to everyone" || v.Family != "Gradual rollouts" {
		t.Errorf("%+v", v)
	}
	wants(t, w.types(ch, "lessons"), "Accepted by", "lesson_undo_v1")
	form := w.presses(tom, ch, "lesson_reword_v1", "1/one-step")
	if form.Form == nil {
		t.Fatal(show(form))
	}
	a := w.handle(Request{Via: Submission, Form: templates.LessonFormID, State: form.Form.State, User: tom, Channel: ch, Values: map[string]string{"text": "We ship to <everyone> at once"}})
	wants(t, a, "now reads", "We ship to <everyone> at once")
	if v = w.incident(n).Judged["one-step"]; v.Standing != timeline.LessonReworded || v.Text != "We ship to &lt;everyone&gt; at once" {
		t.Errorf("%+v", v)
	}
	wants(t, w.presses(tom, ch, "lesson_undo_v1", "1/one-step"), "undecided again")
	wants(t, w.presses(tom, ch, "lesson_dismiss_v1", "1/one-step"), "is dismissed")
	wants(t, w.presses(tom, ch, "lesson_undo_v1", "1/one-step"), "undecided again")
	if len(w.incident(n).Judged) != 0 {
		t.Errorf("%+v", w.incident(n).Judged)
	}
}

func TestALessonRewordedWithNothingStaysOpen(t *testing.T) {
	w, _, ch := resolvedIncident(t)
	form := w.presses(tom, ch, "lesson_reword_v1", "1/one-step")
	a := w.handle(Request{Via: Submission, Form: templates.LessonFormID, State: form.Form.State, User: tom, Channel: ch, Values: map[string]string{"text": "  "}})
	if a.Errors["text"] == "" {
		t.Error(show(a))
	}
}

func TestASuggestionBecomesAFollowUpOnce(t *testing.T) {
	w, n, ch := resolvedIncident(t)
	wants(t, w.presses(ana, ch, "lesson_follow_up_v1", "1/one-step"), "F1 is kept")
	wants(t, w.presses(tom, ch, "lesson_follow_up_v1", "1/one-step"), "is a follow-up already")
	if f := w.incident(n).FollowUps; len(f) != 1 || f[0].Text != "Begin with a canary" {
		t.Errorf("%+v", f)
	}
}

func TestAPostmortemIsReviewed(t *testing.T) {
	w, n, ch := resolvedIncident(t)
	if w.incident(n).Review != timeline.ReviewDraft {
		t.Errorf("after the end it is %q", w.incident(n).Review)
	}
	wants(t, w.types(ch, "postmortem review"), "in review", "/incident postmortem done")
	wants(t, w.types(ch, "postmortem review"), "in review already")
	wants(t, w.types(ch, "postmortem done"), "is done")
	wants(t, w.types(ch, "status"), "Postmortem", "done since")
	wants(t, w.types(ch, "postmortem draft"), "a draft again")
	wants(t, w.types(ch, "reopen It is back"), "open again")
	if r := w.incident(n).Review; r != "" {
		t.Errorf("what is open again has the review %q", r)
	}
}

func TestIssuesAreMadeOfFollowUps(t *testing.T) {
	w, n, ch := resolvedIncident(t)
	w.must(timeline.AddFollowUp("", ana, n, timeline.FollowUpAdded{Text: "Test it"}))
	w.must(timeline.AddFollowUp("", ana, n, timeline.FollowUpAdded{Text: "Alert on it"}))
	wants(t, w.types(ch, "followup F1 issue"), "F1 of INC-1 gets a GitHub issue")
	var owed []timeline.Effect
	for _, e := range w.rec.Effects() {
		if e.Kind == timeline.OweTicket {
			owed = append(owed, e)
		}
	}
	if len(owed) != 1 || owed[0].N != 1 {
		t.Fatalf("owed: %+v", owed)
	}
	w.must(timeline.TicketOpened(owed[0], timeline.Ticket{Repo: "acme/web-app", Number: 42, URL: "https://github.example/acme/web-app/issues/42"}, false))
	wants(t, w.types(ch, "followup F1 issue"), "has an issue already")
	wants(t, w.types(ch, "followups"), "#42", "/incident followups issues")
	wants(t, w.types(ch, "done F1"), "F1 of INC-1 is done")
	if !w.owes(timeline.OweTicketState) {
		t.Error("the issue is not closed")
	}
	w.now = w.now.Add(time.Minute)
	closed := timeline.TicketReport{Ticket: timeline.Ticket{Repo: "Acme/web-app", Number: 42}, At: w.now}
	w.must(timeline.TakeReports("gh:1", timeline.Reported{Tickets: []timeline.TicketReport{closed}}))
	if f, _ := w.incident(n).FollowUp(1); f.State != timeline.FollowUpOpen {
		t.Errorf("opened again there, and here it is %s", f.State)
	}
	late := timeline.TicketReport{Ticket: closed.Ticket, Closed: true, At: w.now.Add(-30 * time.Second)}
	w.must(timeline.TakeReports("gh:2", timeline.Reported{Tickets: []timeline.TicketReport{late}}))
	if f, _ := w.incident(n).FollowUp(1); f.State != timeline.FollowUpOpen {
		t.Errorf("an older delivery that came late made it %s", f.State)
	}
}

func TestAPrivateIncidentGoesNowhere(t *testing.T) {
	w := newWorld(t)
	n, ch := w.declared("Customer list leaked", true)
	w.rooms.members[ch] = []string{ana}
	w.must(timeline.AddFollowUp("", ana, n, timeline.FollowUpAdded{Text: "Test it"}))
	wants(t, w.types(ch, "postmortem pr"), "INC-1 is private", "/incident postmortem")
	wants(t, w.types(ch, "followups issues"), "INC-1 is private")
}

func TestWithoutARepositoryThereIsNoPullRequest(t *testing.T) {
	w, _, ch := resolvedIncident(t)
	w.c.set.PostmortemRepo, w.c.set.GitHub = "", false
	wants(t, w.types(ch, "postmortem pr"), "No repository for postmortems is connected", "backout export INC-1", "postmortem.repo")
	wants(t, w.types(ch, "followups issues"), "GitHub is not connected", "GITHUB_TOKEN")
}

func TestWhatIsPublicIsMarked(t *testing.T) {
	w, n, ch := resolvedIncident(t)
	out := w.must(timeline.AddNote("", ana, n, "Logins failed for a third of users", time.Time{}))
	at := out.Events[0].N
	ref := timeline.Ref(at)
	wants(t, w.types(ch, "timeline public "+ref), ref+" of INC-1 may be told to the public", "/incident postmortem public")
	wants(t, w.types(ch, "timeline public "+ref), "public already")
	wants(t, w.types(ch, "timeline internal "+ref), "internal again")
	wants(t, w.types(ch, "timeline public T2"), "no words that could be published")
}

func TestInsightsAreSentToWhoAsks(t *testing.T) {
	w, _, ch := resolvedIncident(t)
	w.types(ch, "insights 30d sev:2 service:web-app")
	for _, e := range w.rec.Effects() {
		if e.Kind == timeline.OweInsights {
			if e.Ask == nil || e.Ask.Days != 30 || e.Ask.Severity != "2" || len(e.Ask.Services) != 1 || len(e.Users) != 1 || e.Users[0] != ana {
				t.Errorf("%+v %+v", e, e.Ask)
			}
			return
		}
	}
	t.Error("nothing is owed")
}
