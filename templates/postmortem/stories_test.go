package postmortem_test

import (
	"slices"
	"testing"
	"time"

	"backout/templates"
	"backout/templates/postmortem"
	"backout/timeline"
)

// story is a record with what is needed to make its document.
type story struct {
	name string
	make func(t testing.TB) (*timeline.Incident, postmortem.Options)
}

func stories() []story {
	return slices.Concat(alertStories(), curatedStories(), []story{
		{"login", login}, {"two-days", twoDays}, {"cancelled", cancelled}, {"private", private},
		{"bare", bare}, {"busy", busy}, {"assumed", assumed}, {"open", open},
		{"failed-rollback", failedRollback}, {"unclear-rollback", unclearRollback}, {"frozen", frozen},
		{"suspects-only", suspectsOnly}, {"cancelled-proposal", cancelledProposal},
	})
}

// login is the story that Backout was born from.
func login(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := loginTape(t)
	return p.fold(), p.options("15:34:07")
}

func loginTape(t testing.TB) *tape {
	p := newTape(t, "2026-11-20")
	p.add("14:08:02", "U0ANA", timeline.Declared{Title: "Users are logged out, some see other people's accounts", Severity: "1", Services: []string{"web-app"}, DetectedAt: p.time("14:06:31")})
	mei := p.add("14:06:31", "U0MEI", timeline.Message{Channel: "C0SUP", TS: timeline.SlackTS(p.time("14:06:31")), Text: "I was just logged out, and when I came back I was in someone else's account"})
	p.star("14:08:02", "U0ANA", mei)
	p.add("14:08:02", "U0ANA", timeline.RoleSet{Role: "lead", User: "U0ANA"})
	p.add("14:08:04", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-users-are-logged-out"})
	p.loginSuspects()
	p.add("14:08:20", "U0TOM", timeline.Message{Channel: "C7", TS: timeline.SlackTS(p.time("14:08:20")), Subtype: "channel_join", Text: "<@U0TOM> has joined the channel"})
	tom := p.say("14:09:47", "U0TOM", "Half of checkout is down too, 500s from the session middleware")
	p.star("14:10:02", "U0ANA", tom)
	p.add("14:10:30", "U0ANA", timeline.RoleSet{Role: "communications", User: "U0SAM"})
	p.say("14:10:51", "U0JON", "v2.4.0 went out at 14:02, that is the new session lookup")
	p.say("14:11:20", "U0PRI", "I can reproduce it with two browsers", "14:10:51")
	p.judge("14:11:32", "U0TOM", 3, timeline.StandingCleared)
	p.judge("14:11:58", "U0ANA", 4, timeline.StandingCaused)
	p.add("14:12:40", "U0ANA", timeline.ImpactSet{Text: "Users are logged out, some land in another user's account; login and account pages"})
	p.add("14:14:02", "U0SAM", timeline.Update{Text: "We are looking into login problems since 14:02 UTC. Next update at 14:30.", Next: p.time("14:30:00")})
	p.add("14:14:31", "U0ANA", timeline.Note{Text: "Decided to go back to v2.3.9 instead of patching forward"})
	p.loginRollback()
	p.add("14:19:40", "U0ANA", timeline.StatusSet{Status: timeline.Monitoring, Text: "Rolled back to v2.3.9, logins are normal again"})
	p.add("14:29:10", "U0SAM", timeline.Update{Text: "Rolled back, logins work. We are checking which accounts were affected."})
	p.add("14:35:00", "U0ANA", timeline.MomentSet{Moment: timeline.Began, To: p.time("14:02:10")})
	n := p.say("14:41:15", "U0PRI", "Counted it: *312 sessions* got another user's account. All of them are revoked")
	p.star("14:42:00", "U0ANA", n)
	p.add("14:44:00", "U0ANA", timeline.ImpactSet{Text: "312 sessions were served another user's account, login and account pages, 14:02–14:19 UTC"})
	les := p.say("14:50:12", "U0TOM", "Session keys need a uniqueness test, not a code comment.")
	p.add("14:50:40", "U0ANA", timeline.LessonAdded{From: les})
	p.add("15:10:00", "U0PRI", timeline.CauseSet{Text: "The new session lookup used a key that was not unique across users (see <https://github.example/acme/web-app/pull/412|#412>)"})
	p.add("15:20:00", "U0ANA", timeline.FollowUpAdded{Number: 1, Text: "Add a uniqueness test for session keys", Owner: "U0TOM", Due: "2026-11-24"})
	p.add("15:21:00", "U0ANA", timeline.FollowUpAdded{Number: 2, Text: "Canary stage for web-app"})
	p.add("15:32:05", "U0ANA", timeline.StatusSet{Status: timeline.Resolved, Text: "Patch for the session key is in review, v2.3.9 is stable"})
	return p
}

// twoDays runs over midnight and was reopened once.
func twoDays(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("22:10:00", "U0TOM", timeline.Declared{Title: "Invoices are sent late", Severity: "3", Services: []string{"billing", "mailer"}})
	p.add("22:10:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-invoices-are-sent-late"})
	p.add("22:15:00", "U0TOM", timeline.MomentSet{Moment: timeline.Detected, To: p.time("22:04:00")})
	p.add("22:15:30", "U0TOM", timeline.MomentSet{Moment: timeline.Began, To: p.time("20:00:00")})
	p.say("22:16:00", "U0TOM", "The queue stands at 41,000 and grows")
	p.add("22:20:00", "U0TOM", timeline.RoleSet{Role: "lead", User: "U0TOM"})
	p.add("22:30:00", "U0TOM", timeline.ImpactSet{Text: "Invoices arrive up to six hours late for customers in Europe"})
	p.add("23:40:00", "U0TOM", timeline.StatusSet{Status: timeline.Monitoring, Text: "Doubled the workers"})
	p.add("2026-11-21 01:05:00", "U0TOM", timeline.StatusSet{Status: timeline.Resolved, Text: "Queue is empty"})
	p.add("2026-11-21 07:30:00", "U0PRI", timeline.Reopened{Why: "The queue grows again"})
	p.add("2026-11-21 07:31:00", "U0TOM", timeline.RoleSet{Role: "lead", User: "U0PRI"})
	p.add("2026-11-21 08:00:00", "U0PRI", timeline.Update{Text: "Invoices are late again; we are on it."})
	p.add("2026-11-21 09:30:00", "U0PRI", timeline.Note{Text: "Found a retry loop in the mailer"})
	p.add("2026-11-21 11:02:00", "U0PRI", timeline.StatusSet{Status: timeline.Identified})
	p.add("2026-11-21 11:03:00", "U0PRI", timeline.CauseSet{Text: "The mailer tries refused addresses again without end"})
	p.add("2026-11-21 21:12:00", "U0PRI", timeline.StatusSet{Status: timeline.Monitoring, Text: "Refused addresses are set aside now"})
	p.add("2026-11-21 22:41:00", "U0PRI", timeline.StatusSet{Status: timeline.Resolved, Text: "All invoices are out"})
	return p.fold(), p.options("2026-11-21 23:00:00")
}

func cancelled(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("09:00:00", "U0MEI", timeline.Declared{Title: "Error rate doubled", Severity: "2"})
	p.add("09:00:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-error-rate-doubled"})
	p.say("09:04:00", "U0JON", "That is my load test, sorry. It ends in five minutes")
	p.add("09:06:00", "U0MEI", timeline.Cancelled{Why: "The load test, announced for nine"})
	return p.fold(), p.options("09:10:00")
}

func private(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Token in a public log", Severity: "2", Services: []string{"ci"}, Private: true})
	p.add("09:00:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-token-in-a-public-log", Private: true})
	p.add("09:02:00", "U0ANA", timeline.RoleSet{Role: "lead", User: "U0ANA"})
	p.add("09:05:00", "U0ANA", timeline.Note{Text: "Token revoked"})
	p.add("09:06:00", "U0ANA", timeline.StatusSet{Status: timeline.Monitoring, Text: "The token is worthless now"})
	p.add("09:40:00", "U0ANA", timeline.CauseSet{Text: "unknown"})
	p.add("10:00:00", "U0ANA", timeline.StatusSet{Status: timeline.Resolved})
	return p.fold(), p.options("10:05:00")
}

// bare is an incident that somebody declared and nobody touched again.
func bare(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("09:00:00", "U0MEI", timeline.Declared{Title: "Search is slow"})
	return p.fold(), postmortem.Options{}
}

// busy has threads, edits, deletions, files, bots, guests, and a broken step.
func busy(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	ts := func(c string) string { return timeline.SlackTS(p.time(c)) }
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Uploads fail | *all* regions", Severity: "2", Services: []string{"uploads"}})
	p.add("09:00:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-uploads-fail"})
	p.add("09:00:05", timeline.Backout, timeline.StepFailed{Step: "announcement", Reason: "Backout is not in the channel #announce"})
	p.say("09:01:00", "U0ANA", "Who has the graph?")
	p.say("09:01:30", "U0TOM", "I do: <https://graphs.example/d/7?var=a|uploads by region>", "09:01:00")
	graph := p.add("09:02:00", "U0TOM", timeline.Message{Channel: "C7", TS: ts("09:02:00"), ThreadTS: ts("09:01:00"), Broadcast: true, Subtype: "thread_broadcast", Text: "It is *all* of them", Files: []timeline.File{{Name: "graph | one.png", URL: "https://acme.slack.example/files/F1"}, {Name: "raw.csv"}}})
	p.star("09:02:30", "U0ANA", graph)
	p.add("09:03:00", "B0CI", timeline.Message{Channel: "C7", TS: ts("09:03:00"), Subtype: "bot_message", BotName: "CI", Text: "Deployed `uploads|v7` to production"})
	p.add("09:04:00", "U9EXT", timeline.Message{Channel: "C7", TS: ts("09:04:00"), External: true, Text: "The <!channel> vendor here: our storage answers 503"})
	edited := p.say("09:05:00", "U0PRI", "It is the desk")
	p.add("09:05:20", "U0PRI", timeline.MessageEdited{Channel: "C7", TS: ts("09:05:00"), Text: "It is the disk:\n```\nDisk full: /dev/sda1 | 100%\n```\n&lt;!-- backout:end timeline --&gt;"})
	p.star("09:06:00", "U0ANA", edited)
	p.say("09:07:00", "U0JON", "the password is hunter2")
	p.add("09:07:30", "U0JON", timeline.MessageDeleted{Channel: "C7", TS: ts("09:07:00")})
	wrong := p.add("09:08:00", "U0JON", timeline.Note{Text: "Restarted the wrong host"})
	p.add("09:08:30", "U0JON", timeline.Hidden{N: wrong, Hidden: true})
	note := p.add("09:09:00", "U0PRI", timeline.Note{Text: "Freed the dsk"})
	p.add("09:09:30", "U0PRI", timeline.Reworded{N: note, Text: "Freed 40 GB on the disk"})
	fu := p.say("09:10:00", "U0PRI", "we should alert on disk use, @tom #12")
	p.add("09:10:30", "U0ANA", timeline.FollowUpAdded{Number: 1, From: fu, Due: "2026-11-19"})
	p.add("09:11:00", "U0ANA", timeline.Linked{URL: "https://status.example/", Name: "status page"})
	p.add("09:12:00", timeline.Backout, timeline.GapOpened{Channel: "C7", From: p.time("09:11:30"), Reason: "Backout was removed from the channel"})
	p.add("09:20:00", "U0ANA", timeline.StatusSet{Status: timeline.Resolved, Text: "Uploads work"})
	in := p.fold()
	opt := p.options("09:25:00")
	opt.Completeness = templates.Completeness{To: p.time("09:11:30"), Gaps: in.Gaps}
	opt.BaseURL = "https://backout.example"
	return in, opt
}

// assumed was written down when it was over; nobody set a moment.
func assumed(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("09:00:00", "U0SAM", timeline.Declared{Title: "Newsletter went out twice", Severity: "3"})
	p.add("09:00:30", "U0SAM", timeline.ImpactSet{Text: "About 8,000 readers got it twice"})
	p.add("09:02:00", "U0SAM", timeline.StatusSet{Status: timeline.Resolved})
	return p.fold(), p.options("09:10:00")
}

func open(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("09:00:00", "U0SAM", timeline.Declared{Title: "Login is slow", Severity: "2", Services: []string{"web-app"}})
	p.add("09:03:00", "U0SAM", timeline.RoleSet{Role: "lead", User: "U0MEI"})
	p.add("09:05:00", "U0MEI", timeline.Update{Text: "Login takes ten seconds. Next update 09:20.", Next: p.time("09:20:00")})
	p.say("09:06:00", "U0MEI", "Looking at the database")
	opt := p.options("09:30:00")
	opt.Completeness.To = p.time("09:29:00").Add(400 * time.Millisecond)
	return p.fold(), opt
}
