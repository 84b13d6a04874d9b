package postmortem_test

import (
	"fmt"
	"testing"
	"time"

	"backout/templates/postmortem"
	"backout/timeline"
	"backout/timeline/lessons"
)

func curatedStories() []story {
	return []story{{"repeated", repeated}, {"chatter", chatter}, {"withdrawn", withdrawn}, {"no-deploy", noDeploy}, {"fixed-forward", fixedForward}, {"reviewed", reviewed}}
}

// repeated saw the same things over and over.
func repeated(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("09:05:00", "U0ANA", timeline.Declared{Title: "Uploads fail now and then", Severity: "2", Services: []string{"uploads"}})
	p.add("09:05:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-uploads-fail-now-and-then"})
	p.add("09:05:20", "U0ANA", timeline.RoleSet{Role: "lead", User: "U0ANA"})
	flap := func(i int, clock string, what timeline.AlertEvent) {
		a := rate()
		a.Key, a.Number, a.Title, a.Service, a.Link = fmt.Sprint("PINC", i), 900+i, "Upload errors above 5 %", "uploads", pager+fmt.Sprint("PINC", i)
		p.alert(clock, a, what)
	}
	for i, clock := range []string{"09:06:00", "09:10:00", "09:14:00", "09:18:00"} {
		flap(i, clock, timeline.AlertTriggered)
		flap(i, p.time(clock).Add(2*time.Minute).Format(time.TimeOnly), timeline.AlertResolved)
	}
	for _, m := range [][2]string{{"09:21:00", "U0TOM"}, {"09:21:30", "U0PRI"}, {"09:22:00", "U0TOM"}} {
		n := p.say(m[0], m[1], map[string]string{"U0TOM": "Uploads are down again", "U0PRI": "uploads are  down again!"}[m[1]])
		p.star(m[0], m[1], n)
	}
	for i, clock := range []string{"09:30:00", "09:34:00", "09:38:00"} {
		p.note(p.deploy(60+i, "v7.1", "ee71", clock, of("uploads")), true)
	}
	p.add("09:39:00", "U0ANA", timeline.StatusSet{Status: timeline.Identified})
	p.add("09:40:00", "U0TOM", timeline.StatusSet{Status: timeline.Identified})
	for i, clock := range []string{"09:41:00", "09:42:00", "09:43:00"} {
		p.add(clock, timeline.Backout, timeline.StepFailed{Step: "update to #status", Reason: "Slack did not answer in time", Owed: timeline.Effect{Key: fmt.Sprint("e", i)}})
	}
	p.add("09:50:00", "U0ANA", timeline.StatusSet{Status: timeline.Monitoring, Text: "v7.1 holds"})
	p.add("09:51:00", "U0TOM", timeline.StatusSet{Status: timeline.Monitoring, Text: "v7.1 holds"})
	p.add("10:00:00", "U0ANA", timeline.StatusSet{Status: timeline.Resolved, Text: "No error for ten minutes"})
	return p.fold(), p.options("10:05:00")
}

// chatter is mostly people who join and say thanks.
func chatter(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	joins := func(clock, who string) {
		p.add(clock, who, timeline.Message{Channel: "C7", TS: timeline.SlackTS(p.time(clock)), Subtype: "channel_join", Text: "<@" + who + "> has joined the channel"})
	}
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Search is slow", Severity: "3", Services: []string{"search"}})
	p.add("09:00:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-search-is-slow"})
	joins("09:00:05", "U0ANA")
	joins("09:00:06", "U0TOM")
	joins("09:00:09", "U0PRI")
	p.add("09:00:30", "U0TOM", timeline.Message{Channel: "C7", TS: timeline.SlackTS(p.time("09:00:30")), Subtype: "channel_topic", Text: "<@U0TOM> set the channel topic: Search | slow"})
	p.say("09:01:00", "U0TOM", "One node of three is full")
	p.say("09:01:20", "U0ANA", "thanks <@U0TOM>! :pray::skin-tone-3:", "09:01:00")
	p.say("09:01:25", "U0PRI", "+1", "09:01:00")
	p.say("09:02:00", "U0PRI", "Thank you all, but the second node is full too")
	p.say("09:03:00", "U0ANA", "Thank you so much, everyone!")
	starred := p.say("09:03:10", "U0PRI", "kudos")
	p.star("09:03:20", "U0ANA", starred)
	p.say("09:03:30", "U0JON", ":tada:")
	joins("09:04:00", "U0MEI")
	p.add("09:10:00", "U0TOM", timeline.StatusSet{Status: timeline.Resolved, Text: "Freed the disks"})
	return p.fold(), p.options("09:15:00")
}

// withdrawn has words that were edited, hidden, deleted, erased, and that held a
// secret.
func withdrawn(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	ts := func(c string) string { return timeline.SlackTS(p.time(c)) }
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Payments are refused", Severity: "1", Services: []string{"payments"}})
	p.add("09:00:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-payments-are-refused"})
	edited := p.say("09:01:00", "U0TOM", "The bank refuses al of them")
	p.add("09:01:10", "U0TOM", timeline.MessageEdited{Channel: "C7", TS: ts("09:01:00"), Text: "The bank refuses all of them"})
	p.star("09:01:30", "U0ANA", edited)
	secret := p.say("09:02:00", "U0PRI", "It answers 401 with key sk_live_0123456789abcdef")
	p.events[secret-1].Secrets = []timeline.Secret{{From: len("It answers 401 with key "), To: len("It answers 401 with key sk_live_0123456789abcdef"), Kind: "Stripe key"}}
	p.star("09:02:10", "U0ANA", secret)
	mine := p.say("09:03:00", "U0JON", "My card number is on the test account, please do not look")
	p.star("09:03:05", "U0TOM", mine)
	p.add("09:03:30", "U0JON", timeline.FollowUpAdded{Number: 1, From: mine})
	p.add("09:04:00", "U0JON", timeline.Erased{N: mine})
	note := p.add("09:05:00", "U0PRI", timeline.Note{Text: "Called Jonas at home"})
	p.add("09:05:30", "U0PRI", timeline.Erased{N: note})
	p.say("09:06:00", "U0MEI", "wrong channel")
	p.add("09:06:20", "U0MEI", timeline.MessageDeleted{Channel: "C7", TS: ts("09:06:00")})
	guess := p.add("09:07:00", "U0TOM", timeline.CauseSet{Text: "The bank is down, as always"})
	p.add("09:07:30", "U0ANA", timeline.Hidden{N: guess, Hidden: true})
	wrong := p.add("09:08:00", "U0TOM", timeline.ImpactSet{Text: "Everybody, everywhere"})
	impact := p.add("09:09:00", "U0ANA", timeline.ImpactSet{Text: "Card payments, about 1 in 3"})
	p.add("09:09:10", "U0ANA", timeline.Hidden{N: wrong, Hidden: true})
	p.add("09:09:30", "U0ANA", timeline.Reworded{N: impact, Text: "Card payments, about 1 in 3 since 08:50 UTC"})
	lesson := p.add("09:10:00", "U0PRI", timeline.LessonAdded{Text: "Jonas should not deploy alone"})
	p.add("09:11:00", "U0PRI", timeline.Erased{N: lesson})
	p.add("09:20:00", "U0ANA", timeline.StatusSet{Status: timeline.Resolved, Text: "The new key works"})
	return p.fold(), p.options("09:25:00")
}

// noDeploy was a certificate that nobody renewed; nothing was deployed.
func noDeploy(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("06:04:00", "U0JON", timeline.Declared{Title: "No partner can reach the API", Severity: "2", Services: []string{"partner-api"}, DetectedAt: p.time("06:01:10")})
	seen := p.add("06:01:10", "U0SAM", timeline.Message{Channel: "C0SUP", TS: timeline.SlackTS(p.time("06:01:10")), Text: "Two partners write that our certificate is expired"})
	p.star("06:04:00", "U0JON", seen)
	p.add("06:04:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-no-partner-can-reach-the-api"})
	p.add("06:04:30", "U0JON", timeline.RoleSet{Role: "lead", User: "U0JON"})
	p.add("06:05:00", "U0JON", timeline.MomentSet{Moment: timeline.Began, To: p.time("06:00:00")})
	p.add("06:08:00", "U0JON", timeline.ImpactSet{Text: "All 14 partners; nothing reaches us from them"})
	p.add("06:10:00", "U0SAM", timeline.Update{Text: "Partners cannot reach our API since 06:00 UTC. Next update at 06:30.", Next: p.time("06:30:00")})
	p.say("06:12:00", "U0PRI", "The renewal job has failed since the 6th, its mails went to a list that nobody reads")
	p.add("06:26:00", "U0PRI", timeline.StatusSet{Status: timeline.Monitoring, Text: "New certificate is in place"})
	p.add("06:28:00", "U0SAM", timeline.Update{Text: "The API can be reached again."})
	p.add("06:40:00", "U0PRI", timeline.CauseSet{Text: "The certificate ran out at 06:00 UTC; its renewal had failed for two weeks"})
	p.add("06:45:00", "U0PRI", timeline.LessonAdded{Text: "A mail that nobody reads is no alert"})
	p.add("06:50:00", "U0JON", timeline.FollowUpAdded{Number: 1, Text: "Alert on certificates that run out within 14 days", Owner: "U0PRI", Due: "2026-12-04"})
	p.add("07:00:00", "U0JON", timeline.StatusSet{Status: timeline.Resolved, Text: "All partners are back"})
	return p.fold(), p.options("07:05:00")
}

// fixedForward was mended by another deploy, although the version before was good.
func fixedForward(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	v30 := p.deploy(71, "v3.0", "c0de30", "2026-11-18 10:00:00", of("billing"))
	v31 := p.deploy(72, "v3.1", "c0de31", "10:40:00", of("billing"), deployedBy("psingh"))
	v32 := p.deploy(73, "v3.2", "c0de32", "11:52:00", of("billing"), deployedBy("psingh"))
	p.add("10:55:00", "U0PRI", timeline.Declared{Title: "Invoices show the wrong tax", Severity: "2", Services: []string{"billing"}})
	p.add("10:55:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-invoices-show-the-wrong-tax"})
	p.suspect("10:55:03", v31, same(), before(15*time.Minute))
	p.add("10:55:05", timeline.Backout, timeline.ChangeFound{Deploy: 72, Facts: &timeline.ChangeFacts{
		Repo: "acme/billing", Base: "c0de30", Head: "c0de31", Link: "https://github.example/acme/billing/compare/v3.0...v3.1", TotalCommits: 2,
		Commits: []timeline.ChangeCommit{{SHA: "d1", Message: "Round tax per line", Pull: 88}, {SHA: "d2", Message: "Test rounding", Pull: 88}},
		Files:   []timeline.ChangeFile{{Path: "tax/round.go", Added: 31, Removed: 12}, {Path: "tax/round_test.go", Added: 40}},
		Pulls: []timeline.ChangePull{{Number: 88, Title: "Round tax per line", Author: "psingh", MergedBy: "rkim", Head: "d2", Link: "https://github.example/acme/billing/pull/88", Files: []string{"tax/round.go", "tax/round_test.go"},
			Reviews: []timeline.ChangeReview{{User: "rkim", State: "approved", Commit: "d2"}}}},
		Checks: []timeline.ChangeCheck{{Name: "test", Result: "success", Link: "https://github.example/acme/billing/actions/runs/1"}},
	}})
	p.add("10:56:00", "U0PRI", timeline.RoleSet{Role: "lead", User: "U0PRI"})
	p.add("10:58:00", "U0PRI", timeline.MomentSet{Moment: timeline.Began, To: v31.Finished})
	p.judge("11:00:00", "U0PRI", 72, timeline.StandingCaused)
	p.add("11:02:00", "U0PRI", timeline.ImpactSet{Text: "Invoices of more than one line, a cent too much per line"})
	p.step("11:03:00", "U0PRI", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: p.plan(v31, v30, 0)})
	p.step("11:06:00", "U0TOM", timeline.RollbackStep{State: timeline.RollbackCancelled, Reason: "v3.0 cannot read the new table"})
	p.add("11:06:30", "U0TOM", timeline.Note{Text: "We fix forward: v3.0 cannot read the invoices that v3.1 wrote"})
	p.note(v32, true)
	p.add("11:58:00", "U0PRI", timeline.StatusSet{Status: timeline.Monitoring, Text: "v3.2 rounds as before"})
	p.add("12:30:00", "U0PRI", timeline.CauseSet{Text: "Tax was rounded per line and not per invoice"})
	p.add("12:40:00", "U0PRI", timeline.StatusSet{Status: timeline.Resolved, Text: "214 invoices are corrected"})
	opt := p.options("12:45:00")
	opt.Catalogue = &timeline.Catalogue{Services: []timeline.Service{{
		Name: "billing", Repo: "acme/billing", Environment: "production",
		Rollback: timeline.RollbackPolicy{Workflow: "rollback.yml"}, Targets: timeline.ServiceTargets{Mitigate: 30 * time.Minute},
	}}}
	return p.fold(), opt
}

// reviewed is a document that was worked on: lessons were judged, follow-ups have
// issues, and it is compared with what is usual.
func reviewed(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := loginTape(t)
	judge := func(clock, who string, j timeline.LessonJudged) { p.add(clock, who, j) }
	judge("15:40:00", "U0TOM", timeline.LessonJudged{Rule: "many_changes", Standing: timeline.LessonDismissed, Title: "3 pull requests in one release", Family: "Code review"})
	judge("15:41:00", "U0ANA", timeline.LessonJudged{Rule: "all_at_once", Standing: timeline.LessonReworded, Title: "Straight to everyone", Family: "Gradual rollouts", Text: "Sessions need a canary of *one hour*: this takes that long to show"})
	judge("15:42:00", "U0ANA", timeline.LessonJudged{Rule: "stale_approval", Standing: timeline.LessonAccepted, Title: "Approved before the last push", Family: "Code review"})
	p.add("15:43:00", timeline.Backout, timeline.Ticketed{FollowUp: 1, Ticket: timeline.Ticket{Repo: "acme/web-app", Number: 422, URL: repo + "/issues/422"}})
	p.add("15:45:00", "U0ANA", timeline.ReviewSet{State: timeline.ReviewOpen})
	opt := p.options("16:00:00")
	opt.Usual = postmortem.Usual{Detect: 6*time.Minute + 2*time.Second, Mitigate: 41 * time.Minute, Resolve: 130 * time.Minute, Incidents: 12}
	follow := func(number int, due string, ticket int) timeline.FollowUp {
		f := timeline.FollowUp{Number: number, Text: "Canary stage", State: timeline.FollowUpOpen, Due: due}
		if ticket > 0 {
			f.Ticket = timeline.Ticket{Repo: "acme/web-app", Number: ticket, URL: fmt.Sprint(repo, "/issues/", ticket)}
		}
		return f
	}
	opt.Earlier = []lessons.Earlier{
		{Number: 3, Title: "Carts are empty", At: p.time("2026-09-14 10:00:00"), Services: []string{"web-app"}, Rules: []string{"all_at_once", "many_changes"}, FollowUps: []timeline.FollowUp{follow(2, "2026-10-03", 377)}},
		{Number: 4, Title: "Secret", At: p.time("2026-09-20 10:00:00"), Services: []string{"web-app"}, Rules: []string{"all_at_once"}},
		{Number: 5, Title: "Search is slow", At: p.time("2026-10-20 10:00:00"), Services: []string{"web-app", "search"}, Rules: []string{"stale_approval", "checks_skipped"}, FollowUps: []timeline.FollowUp{follow(1, "2026-12-01", 0), follow(3, "2026-11-01", 401), follow(4, "", 0)}},
		{Number: 6, Title: "Pages are blank", At: p.time("2026-11-02 10:00:00"), Services: []string{"web-app"}, Rules: []string{"checks_skipped"}},
	}
	opt.PrivateOf = func(n int) bool { return n == 4 }
	opt.BaseURL = "https://backout.example"
	opt.Chart = "INC-7-timeline.png"
	opt.CodeNames = true
	return p.fold(), opt
}
