package templates_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"backout/templates"
	"backout/timeline"
)

// past builds an incident out of what happened, minute by minute.
type past struct {
	n      int
	events []timeline.Event
}

var noon = time.Date(2026, 11, 20, 14, 8, 2, 0, time.UTC)

func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", "2026-11-20 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// did adds an event; its number is given back.
func (p *past) did(clock, who string, b timeline.Body) int {
	p.n++
	p.events = append(p.events, timeline.Event{Incident: 7, N: p.n, At: at(clock), Recorded: at(clock), Who: who, Body: b})
	return p.n
}

func (p *past) incident(t testing.TB) *timeline.Incident {
	t.Helper()
	in, err := timeline.Fold(7, p.events)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func declared(b timeline.Declared) *past {
	p := &past{}
	b.Title = "Users are logged out, some see other people's accounts"
	b.Severity = "1"
	p.did("14:08:02", "U0ANA", b)
	p.did("14:08:03", "backout", timeline.ChannelOpened{Channel: "C0INC", Name: "inc-7-users-are-logged-out", Private: b.Private, From: at("14:08:02")})
	return p
}

func led() *past {
	p := declared(timeline.Declared{Services: []string{"web-app"}, DetectedAt: at("14:06:31")})
	p.did("14:08:10", "U0ANA", timeline.RoleSet{Role: timeline.LeadRole, User: "U0ANA"})
	return p
}

func worked() *past {
	p := led()
	p.did("14:10:30", "U0ANA", timeline.RoleSet{Role: timeline.CommsRole, User: "U0SAM"})
	p.did("14:11:10", "U0JON", timeline.MomentSet{Moment: timeline.Began, To: at("14:02:10")})
	p.did("14:11:32", "U0ANA", timeline.ImpactSet{Text: "Login and account pages: people are logged out, some are shown another person's account"})
	p.did("14:12:41", "U0ANA", timeline.StatusSet{Status: timeline.Identified})
	p.did("14:13:58", "U0SAM", timeline.Update{Text: "Some users are logged out or see another account after the *14:02 release*. We are rolling it back, <@U0TOM> watches.", Next: at("14:43:58")})
	return p
}

func mitigated() *past {
	p := worked()
	p.did("14:19:40", "U0ANA", timeline.StatusSet{Status: timeline.Monitoring, Text: "Rolled back to v2.3.9, logins work again"})
	return p
}

func resolved() *past {
	p := mitigated()
	p.did("15:05:00", "U0ANA", timeline.FollowUpAdded{Number: 1, Text: "Add a uniqueness test for session keys, with many users", Owner: "U0TOM", Due: "2026-11-24"})
	p.did("15:07:00", "U0SAM", timeline.FollowUpAdded{Number: 2, Text: "Alert on sessions whose user changes"})
	p.did("15:31:20", "U0ANA", timeline.CauseSet{Text: "The session lookup used a key that was not unique across users"})
	p.did("15:32:05", "U0ANA", timeline.StatusSet{Status: timeline.Resolved, Text: "v2.3.9 is stable, the patch for the session key is in review"})
	return p
}

func troubled() *past {
	p := led()
	p.did("14:09:00", "backout", timeline.StepFailed{Step: timeline.StepTopic, Effect: "INC-7/topic", Reason: "Slack does not let Backout set topics here; a workspace admin can allow it"})
	p.did("14:09:10", "backout", timeline.StepFailed{Step: timeline.StepInvite, Effect: "INC-7/invite/2", Reason: "No one could be invited: the channel has reached its limit of members."})
	p.did("14:31:02", "backout", timeline.GapOpened{Channel: "C0INC", From: at("14:31:02"), Reason: "Backout was removed from the channel; invite it again with `/invite @Backout`"})
	return p
}

func view(t testing.TB, p *past, now string) templates.View {
	t.Helper()
	in := p.incident(t)
	return templates.View{
		In: in, Command: "/incident", Now: at(now),
		Severities:   []templates.Severity{{Name: "1", Title: "Critical"}, {Name: "2", Title: "Major"}, {Name: "3", Title: "Minor"}},
		Completeness: templates.Completeness{To: at(now).Add(-time.Second), Gaps: in.Gaps},
	}
}

var cast = someNames{"U0ANA": "Ana Ruiz", "U0TOM": "Tom Weber", "U0SAM": "Sam Okafor", "U0JON": "Jonas Lind", "C0INC": "inc-7-users-are-logged-out", "C0NEW": "inc-7-private", "C0OLD": "inc-5-slow-reports"}

func TestCardAndAnnouncement(t *testing.T) {
	private := declared(timeline.Declared{Private: true})
	private.did("14:08:10", "U0ANA", timeline.RoleSet{Role: timeline.LeadRole, User: "U0ANA"})
	cancelled := led()
	cancelled.did("14:15:00", "U0ANA", timeline.Cancelled{Why: "False alarm, it was the load test"})
	reopened := resolved()
	reopened.did("16:02:00", "U0TOM", timeline.Reopened{Why: "Errors are back in eu-west"})
	quiet := mitigated()
	quiet.did("14:44:10", "U0SAM", timeline.Update{Text: "Logins work again since 14:19. 312 sessions were affected and have been revoked.", Next: at("15:44:10")})
	for name, c := range map[string]struct {
		p   *past
		now string
	}{
		"vacant":        {declared(timeline.Declared{}), "14:08:05"},
		"led":           {led(), "14:08:30"},
		"worked":        {worked(), "14:15:20"},
		"update-late":   {worked(), "14:50:00"},
		"update-later":  {quiet, "14:45:00"},
		"troubled":      {troubled(), "14:32:00"},
		"private":       {private, "14:08:30"},
		"mitigated":     {mitigated(), "14:20:00"},
		"resolved":      {resolved(), "15:34:00"},
		"reopened":      {reopened, "16:02:10"},
		"cancelled":     {cancelled, "14:15:10"},
		"being-opened":  {&past{n: 1, events: declared(timeline.Declared{}).events[:1]}, "14:08:03"},
		"pagerduty-own": {alerted(), "14:09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			v := view(t, c.p, c.now)
			golden(t, "card-"+name, templates.Card(v))
			golden(t, "announcement-"+name, templates.Announcement(v))
		})
	}
	v := view(t, resolved(), "15:34:00")
	v.URL, v.Command = "https://backout.example/", "/inc"
	golden(t, "card-with-page", templates.Card(v))
}

func alerted() *past {
	p := declared(timeline.Declared{Services: []string{"web-app", "checkout"}})
	p.events[0].Who = "pagerduty"
	return p
}

func TestNews(t *testing.T) {
	p := resolved()
	n := map[string]int{}
	for _, e := range p.incident(t).Timeline() {
		n[string(e.Kind)] = e.N // the last of each kind
	}
	first := func(p *past, kind timeline.Kind) int {
		for _, e := range p.events {
			if e.Kind() == kind {
				return e.N
			}
		}
		t.Fatal("no ", kind)
		return 0
	}
	tell := func(name string, p *past, n int) {
		t.Helper()
		m, ok := templates.News(view(t, p, "15:34:00"), n, cast)
		if !ok {
			t.Errorf("%s: nothing told", name)
			return
		}
		golden(t, "news-"+name, m)
	}
	tell("update", p, n["update"])
	tell("impact", p, n["impact"])
	tell("cause", p, n["cause"])
	tell("comms", p, n["role"])
	tell("lead-taken", p, first(p, timeline.KindRole))
	tell("identified", p, first(p, timeline.KindStatus))
	tell("mitigated", mitigated(), mitigated().n)
	tell("resolved", p, n["status"])
	tell("follow-up", p, first(p, timeline.KindFollowUp))
	tell("follow-up-bare", p, n["follow_up"])
	for name, b := range map[string]timeline.Body{
		"severity":      timeline.SeveritySet{Severity: "2"},
		"title":         timeline.TitleSet{Title: "Sessions are shared &lt;between&gt; users :fire:"},
		"services":      timeline.ServicesSet{Services: []string{"web-app", "auth"}},
		"cause-unknown": timeline.CauseSet{Text: "unknown"},
		"lesson":        timeline.LessonAdded{Text: "One reviewer is too few for a change under `auth/`, <!channel> and <!subteam^S0WEB|@web-team> agree"},
		"handoff":       timeline.RoleSet{Role: timeline.LeadRole, User: "U0TOM"},
		"role-vacant":   timeline.RoleSet{Role: timeline.CommsRole},
		"resolved-bare": timeline.StatusSet{Status: timeline.Resolved},
		"cancelled":     timeline.Cancelled{Why: "False alarm"},
	} {
		p := led()
		tell(name, p, p.did("14:20:00", "U0ANA", b))
	}
	silent := led()
	gap := silent.did("14:20:00", timeline.Backout, timeline.GapOpened{Channel: "C0INC", From: at("14:19:20"), Reason: "a link to Slack was silent", Silent: true})
	silent.did("14:20:02", timeline.Backout, timeline.GapClosed{N: gap, Found: 3})
	tell("silence", silent, gap)
	p = resolved()
	tell("reopened", p, p.did("16:02:00", "U0TOM", timeline.Reopened{Why: "Errors are back in eu-west"}))
	taken := led()
	tell("lead-from", taken, taken.did("14:20:00", "U0SAM", timeline.RoleSet{Role: timeline.LeadRole, User: "U0TOM"}))
	marked := led()
	m := marked.did("14:20:00", "U0TOM", timeline.Message{Channel: "C0INC", TS: "1795184700.000100", Text: "Alert on logouts"})
	tell("lesson-marked", marked, marked.did("14:21:00", "U0ANA", timeline.LessonAdded{From: m}))
}

func TestNewsHasNothingToTell(t *testing.T) {
	p := led()
	m := p.did("14:20:00", "U0TOM", timeline.Message{Channel: "C0INC", TS: "1795184700.000100", Text: "Alert on logouts"})
	lesson := p.did("14:21:00", "U0ANA", timeline.LessonAdded{From: m})
	work := p.did("14:21:30", "U0ANA", timeline.FollowUpAdded{Number: 1, From: m})
	p.did("14:22:00", "U0ANA", timeline.LessonDropped{N: lesson})
	set := p.did("14:22:30", "U0ANA", timeline.FollowUpSet{Number: 1, State: timeline.FollowUpDropped})
	for name, n := range map[string]int{"a message": m, "a dropped lesson": lesson, "a dropped follow-up": work, "what has no entry": set, "the declaration": 1, "the future": 99} {
		if got, ok := templates.News(view(t, p, "15:00:00"), n, cast); ok {
			t.Errorf("%s is told: %s", name, got.Summary)
		}
	}
}

func TestPrivateMessages(t *testing.T) {
	v := view(t, worked(), "14:15:20")
	golden(t, "briefing-lead", templates.Briefing(v, timeline.LeadRole, "U0ANA"))
	golden(t, "briefing-communications", templates.Briefing(v, timeline.CommsRole, "U0SAM"))
	golden(t, "briefing-scribe", templates.Briefing(view(t, declared(timeline.Declared{}), "14:09:00"), "scribe", "U0TOM"))
	golden(t, "briefing-other", templates.Briefing(v, "database", "U0TOM"))
	golden(t, "opened-lead", templates.Opened(view(t, led(), "14:08:30")))
	golden(t, "opened-vacant", templates.Opened(view(t, declared(timeline.Declared{Private: true}), "14:08:30")))
	golden(t, "postmortem-comment", templates.PostmortemComment(view(t, resolved(), "15:34:00")))

	moved := led()
	moved.did("14:30:00", "U0ANA", timeline.PrivacySet{})
	n := moved.did("14:30:02", "backout", timeline.ChannelOpened{Channel: "C0NEW", Name: "inc-7-secret", Private: true, Successor: true})
	v = view(t, moved, "14:30:05")
	golden(t, "notice-private", templates.Notice(v, n))
	golden(t, "announcement-made-private", templates.Announcement(v))
	for _, m := range []templates.Message{templates.Notice(v, n), templates.Announcement(v)} {
		if text := rendered(m); strings.Contains(text, "logged out, some") || strings.Contains(text, "secret") {
			t.Errorf("a private incident is told in public:\n%s", text)
		}
	}
	lost := led()
	n = lost.did("14:30:02", "backout", timeline.ChannelOpened{Channel: "C0NEW", Name: "inc-7-2", Successor: true})
	golden(t, "notice-successor", templates.Notice(view(t, lost, "14:30:05"), n))

	again := declared(timeline.Declared{Private: true})
	n = again.did("14:30:02", "backout", timeline.ChannelOpened{Channel: "C0NEW", Name: "inc-7-2", Private: true, Successor: true})
	if m := templates.Notice(view(t, again, "14:30:05"), n); strings.Contains(rendered(m), "public") {
		t.Errorf("a private channel is told that it was public:\n%s", rendered(m))
	}
}

func TestHome(t *testing.T) {
	v := templates.HomeView{Now: at("14:15:00"), URL: "https://backout.example", Severities: view(t, led(), "14:15:00").Severities}
	golden(t, "home-empty", templates.Home(nil, nil, v))
	slow := timeline.Summary{Number: 5, Title: "Reports are slow", Status: timeline.Monitoring, Severity: "3", Channel: timeline.Channel{ID: "C0OLD"}, Moments: timeline.Moments{Declared: timeline.Moment{At: at("09:12:00")}}}
	mine := []templates.OwnedFollowUp{
		{Incident: slow, F: timeline.FollowUp{Number: 2, Text: "Canary stage for web-app"}},
		{Incident: slow, F: timeline.FollowUp{Number: 1, Text: "Add a uniqueness test", Due: "2026-11-24"}},
		{Incident: slow, F: timeline.FollowUp{Number: 4, Text: "Write the runbook", Due: "2026-11-20"}},
		{Incident: slow, F: timeline.FollowUp{Number: 3, Due: "2026-11-18"}},
	}
	golden(t, "home", templates.Home([]timeline.Summary{slow, led().incident(t).Summary()}, mine, v))
	many := make([]timeline.Summary, 60)
	owned := make([]templates.OwnedFollowUp, 60)
	if n := len(templates.Home(many, owned, v).Parts); n > 100 {
		t.Errorf("Home has %d blocks, Slack takes 100", n)
	}
}

func TestTopic(t *testing.T) {
	for name, c := range map[string]struct {
		p    *past
		want string
	}{
		"led":      {led(), "INC-7: SEV 1 Critical, investigating, lead Ana Ruiz. Users are logged out, some see other people's accounts"},
		"vacant":   {declared(timeline.Declared{}), "INC-7: SEV 1 Critical, investigating, nobody has the lead. Users are logged out, some see other people's accounts"},
		"resolved": {resolved(), "INC-7: SEV 1 Critical, resolved, lead Ana Ruiz. Users are logged out, some see other people's accounts"},
	} {
		if got := templates.Topic(view(t, c.p, "15:34:00"), cast); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
	for _, title := range []string{strings.Repeat("ß", 200), strings.Repeat("<>&", 60), strings.Repeat("long words ", 18), "<!channel> @everyone <!here|@here>"} {
		p := led()
		p.did("14:20:00", "U0ANA", timeline.TitleSet{Title: title})
		got := templates.Topic(view(t, p, "15:34:00"), someNames{"U0ANA": "Ana <b> & @here Ruiz"})
		sent := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(got)
		if n := utf8.RuneCountInString(sent); n > 250 || n < 40 {
			t.Errorf("%d characters: %q", n, got)
		}
		if strings.Contains(got, "@") {
			t.Errorf("can alarm: %q", got)
		}
	}
}

func TestCompleteness(t *testing.T) {
	now := at("14:33:00")
	for want, c := range map[string]templates.Completeness{
		"recording starts":                            {},
		"complete to 14:32:07 UTC, 0 gaps":            {To: at("14:32:07")},
		"complete to 14:32:07 UTC, 1 gap":             {To: at("14:32:07").In(time.FixedZone("", 3600)), Gaps: make([]timeline.Gap, 1)},
		"complete to 2026-11-19 14:32:07 UTC, 2 gaps": {To: at("14:32:07").AddDate(0, 0, -1), Gaps: make([]timeline.Gap, 2)},
		"recording starts, 1 gap":                     {Gaps: make([]timeline.Gap, 1)},
	} {
		if got := c.Sentence(now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A message of the bot must fit Slack and must not be able to notify anybody by
// what somebody wrote, whatever that was.
func TestHostileWordsInEveryMessage(t *testing.T) {
	bad := "<!channel> <!subteam^S0WEB> *bold* `a` <https://a.example|x> &lt;!here&gt; " + strings.Repeat("many words ", 1000)
	p := declared(timeline.Declared{Services: []string{bad}})
	var ns []int
	for _, b := range []timeline.Body{
		timeline.TitleSet{Title: bad[:200]}, timeline.ImpactSet{Text: bad}, timeline.CauseSet{Text: bad}, timeline.Update{Text: bad},
		timeline.LessonAdded{Text: bad}, timeline.FollowUpAdded{Number: 1, Text: bad},
		timeline.StepFailed{Step: timeline.StepPin, Reason: bad}, timeline.GapOpened{Channel: "C0INC", From: noon, Reason: bad},
		timeline.StatusSet{Status: timeline.Resolved, Text: bad},
	} {
		ns = append(ns, p.did("14:20:00", "U0ANA", b))
	}
	for i := range 14 {
		ns = append(ns, p.did("14:21:00", "U0ANA", timeline.RoleSet{Role: fmt.Sprint("role ", i), User: "U0TOM"}))
	}
	v := view(t, p, "15:00:00")
	fits(t, templates.Card(v))
	fits(t, templates.Announcement(v))
	fits(t, templates.Opened(v))
	for _, n := range ns {
		m, ok := templates.News(v, n, cast)
		if !ok {
			continue
		}
		fits(t, m)
		for _, part := range m.Parts {
			if text, ok := part.(templates.Para); ok {
				for _, s := range text {
					if s.Style == templates.Person || s.Style == templates.Group {
						t.Errorf("mentions %s", s.Text)
					}
				}
			}
		}
	}
}
