package lessons_test

import (
	"strconv"
	"time"

	"backout/timeline"
	"backout/timeline/lessons"
)

// stories are incidents of the kinds that happen, from the declaration to the end.
func stories() map[string]func(p *tape) {
	return map[string]func(p *tape){
		"login":           login,
		"no-deploy":       noDeploy,
		"alert-first":     alertFirst,
		"people-first":    peopleFirst,
		"fixed-forward":   fixedForward,
		"failed-rollback": failedRollback,
		"two-days":        twoDays,
		"decided":         decided,
		"cancelled":       cancelled,
		"merged":          mergedAway,
		"drill":           drill,
	}
}

// webApp is configured in full.
func (p *tape) webApp() {
	p.opt.Catalogue = &timeline.Catalogue{
		TargetAge: 30 * 24 * time.Hour,
		Services: []timeline.Service{
			{
				Name: "web-app", Repo: "acme/web-app", Environment: "production", Staging: "staging", PagerDuty: "PWEBAPP",
				Irreversible: []string{"db/migrations/**"}, Sensitive: []string{"auth/**"}, Rollback: timeline.RollbackPolicy{Workflow: "rollback.yml", Ref: "main", Approvals: 1},
			},
			{Name: "checkout", Environment: "production", Targets: timeline.ServiceTargets{Detect: 2 * time.Minute, Mitigate: 30 * time.Minute}},
		},
	}
}

// loginFacts is what v2.4.0 changed: three pull requests, 41 files.
func (p *tape) loginFacts() *timeline.ChangeFacts {
	f := &timeline.ChangeFacts{
		Repo: "acme/web-app", Base: "1b0d9aa", Head: "9f3c2e1", Link: shop + "/compare/v2.3.9...v2.4.0", TotalCommits: 3,
		Commits: []timeline.ChangeCommit{{SHA: "c1", Pull: 412}, {SHA: "c2", Pull: 415}, {SHA: "c3", Pull: 418}},
		Pulls:   []timeline.ChangePull{newPull(412, "auth/session.go", "auth/lookup.go"), newPull(415, "db/orders.go"), newPull(418, "web/0.tsx")},
		Checks:  []timeline.ChangeCheck{{Name: "build", Result: "success", Link: shop + "/runs/build"}, {Name: "load", Result: "skipped", Link: shop + "/runs/load"}, {Name: "test", Result: "success", Link: shop + "/runs/test"}},
		Staging: []timeline.StagingDeploy{{Environment: "staging", State: "success", At: p.time("13:20:05"), Link: shop + "/runs/5121"}},
	}
	f.Pulls[0].Reviews[0].Commit = "55bb"
	for _, path := range []string{"auth/session.go", "auth/lookup.go", "db/orders.go"} {
		f.Files = append(f.Files, timeline.ChangeFile{Path: path, Status: "modified"})
	}
	for i := range 38 {
		f.Files = append(f.Files, timeline.ChangeFile{Path: "web/" + strconv.Itoa(i) + ".tsx", Status: "modified"})
	}
	return f
}

// login is the outage that Backout was born from. It had happened before.
func login(p *tape) {
	p.webApp()
	p.opt.Earlier = []lessons.Earlier{{
		Number: 3, Title: "Logins are slow", At: p.time("2026-09-18 09:00:00"), Services: []string{"web-app"}, Rules: []string{"all_at_once", "people_first"},
		FollowUps: []timeline.FollowUp{{Number: 2, Text: "Canary stage for web-app", Owner: "U0TOM", Due: "2026-10-03", State: timeline.FollowUpOpen}},
	}}
	p.add("14:06:31", "U0MEI", timeline.Message{Channel: "C1", TS: timeline.SlackTS(p.time("14:06:31")), Text: "I was just logged out"})
	p.declaredFrom("14:08:02", "U0ANA", "14:06:31")
	p.deploy("14:02:10", 4, "web-app", "v2.4.0", false, byGitHub)
	p.add("14:08:07", timeline.Backout, timeline.ChangeFound{Deploy: 4, Facts: p.loginFacts()})
	p.moment(timeline.Began, "14:02:10")
	p.alert("14:12:20", timeline.AlertTriggered)
	p.add("14:13:00", "U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCaused})
	p.alert("14:14:00", timeline.AlertAcknowledged, alertWho("Ana Ruiz"))
	p.goBack("14:14:31", p.loginFacts())
	p.states("14:16:01", "dispatching", "14:16:02", "queued", "14:19:40", "succeeded")
	p.status("14:19:40", timeline.Monitoring)
	p.alert("14:21:00", timeline.AlertResolved)
	p.status("15:32:05", timeline.Resolved)
}

func byGitHub(d *timeline.Deploy) {
	d.Sources = []timeline.DeploySource{{Name: "github", ID: d.Version}}
}

// goBack proposes R1 from D4, with Tom's approval a minute and a half later.
func (p *tape) goBack(clock string, facts *timeline.ChangeFacts) {
	plan := timeline.RollbackPlan{
		Service: "web-app", Environment: "production", Repo: "acme/web-app", Workflow: "rollback.yml", Ref: "main", Approvals: 1,
		From: timeline.Deploy{Number: 4, Service: "web-app", Environment: "production", Version: "v2.4.0"},
		To:   timeline.Deploy{Number: 3, Service: "web-app", Environment: "production", Version: "v2.3.9", Finished: p.time("2026-10-28 09:00:00")},
	}
	at := p.time(clock)
	next := func(after time.Duration) string { return at.Add(after).Format(time.DateTime) }
	p.step(clock, "U0ANA", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: &plan})
	p.add(next(2*time.Second), timeline.Backout, timeline.RollbackNoted{Number: 1, Preview: &timeline.RollbackPreview{Facts: facts}})
	p.step(next(20*time.Second), "U0ANA", timeline.RollbackStep{State: timeline.RollbackAwaiting, Confirmation: 1, ID: "b-1"})
	p.step(next(90*time.Second), "U0TOM", timeline.RollbackStep{State: timeline.RollbackConfirmed, Approved: true})
}

// noDeploy is an outage elsewhere, which a customer told of.
func noDeploy(p *tape) {
	p.webApp()
	p.add("09:00:00", "U0EVE", timeline.Message{Channel: "C1", TS: timeline.SlackTS(p.time("09:00:00")), Text: "Nothing loads for us", External: true})
	p.declaredFrom("09:03:00", "U0ANA", "09:00:00")
	p.add("09:05:00", "U0TOM", timeline.RoleSet{Role: timeline.LeadRole, User: "U0TOM"})
	p.moment(timeline.Began, "08:57:00")
	p.add("09:40:00", "U0TOM", timeline.CauseSet{Text: "The certificate of the CDN had expired"})
	p.status("09:50:00", timeline.Monitoring)
	p.status("10:30:00", timeline.Resolved)
}

// alertFirst was found and ended as it should be.
func alertFirst(p *tape) {
	p.webApp()
	p.declaredFrom("03:10:05", timeline.PagerDuty, "03:10:00")
	p.alert("03:10:00", timeline.AlertTriggered)
	p.alert("03:12:00", timeline.AlertAcknowledged, alertWho("Tom Weber"))
	p.deploy("03:08:00", 4, "web-app", "v2.4.0", false, byGitHub, func(d *timeline.Deploy) {
		d.Stage, d.Stages = "canary", []timeline.StageReached{{Stage: "canary", At: p.time("03:08:00")}}
	})
	p.add("03:15:00", "U0TOM", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCaused})
	facts := p.loginFacts()
	facts.Pulls, facts.Commits, facts.TotalCommits = facts.Pulls[1:2], facts.Commits[1:2], 1
	facts.Files = []timeline.ChangeFile{{Path: "db/orders.go", Status: "modified"}, {Path: "db/orders_test.go", Status: "modified"}}
	facts.Pulls[0].Files = []string{"db/orders.go", "db/orders_test.go"}
	facts.Checks = facts.Checks[:1]
	facts.Staging[0].At = p.time("2026-11-24 09:00:00")
	p.add("03:15:10", timeline.Backout, timeline.ChangeFound{Deploy: 4, Facts: facts})
	p.moment(timeline.Began, "03:08:00")
	p.goBack("03:16:00", facts)
	p.states("03:17:40", "dispatching", "03:17:41", "queued", "03:20:00", "succeeded")
	p.status("03:21:00", timeline.Monitoring)
	p.status("03:50:00", timeline.Resolved)
}

// peopleFirst was over before the alert came.
func peopleFirst(p *tape) {
	p.webApp()
	p.declaredFrom("11:02:00", "U0ANA", "11:00:00")
	p.moment(timeline.Began, "10:40:00")
	p.status("11:30:00", timeline.Monitoring)
	for i := range 24 {
		p.alert("11:35:"+strconv.Itoa(10+i), timeline.AlertTriggered, alertKey("P"+strconv.Itoa(i)))
	}
	p.status("12:30:00", timeline.Resolved)
}

// fixedForward is of a service that could have been rolled back.
func fixedForward(p *tape) {
	p.webApp()
	p.declare("14:08:00", "web-app")
	p.deploy("13:40:00", 4, "web-app", "v2.4.0", false)
	p.add("14:20:00", "U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCaused})
	facts := p.loginFacts()
	facts.Missing = []string{"check runs could not be read: GitHub asks for a pause"}
	p.add("14:20:10", timeline.Backout, timeline.ChangeFound{Deploy: 4, Facts: facts})
	p.moment(timeline.Began, "13:40:00")
	p.deploy("14:30:00", 5, "web-app", "v2.4.1", true)
	p.deploy("15:20:00", 6, "web-app", "v2.4.2", true)
	p.status("15:24:00", timeline.Monitoring)
	p.status("16:00:00", timeline.Resolved)
}

// failedRollback needed a guard set aside and a second run, and was over in time.
func failedRollback(p *tape) {
	p.webApp()
	p.declare("10:00:00")
	p.deploy("09:51:30", 4, "web-app", "v2.4.0", false, func(d *timeline.Deploy) {
		d.Stage = timeline.FullStage
		d.Stages = []timeline.StageReached{{Stage: "canary", At: p.time("09:49:00")}, {Stage: "full", At: p.time("09:51:30")}}
	})
	p.add("10:02:00", "U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCaused})
	p.moment(timeline.Began, "09:51:30")
	p.moment(timeline.Detected, "09:59:00")
	p.propose("10:03:00", 0)
	p.preview("10:03:02", timeline.Block)
	p.step("10:04:30", "U0TOM", timeline.RollbackStep{
		State: timeline.RollbackConfirmed, Confirmation: 1, ID: "b-1", Overridden: []string{"irreversible paths"}, OverrideReason: "it only adds a column",
	})
	p.states("10:04:31", "dispatching", "10:06:01", "unclear", "10:06:40", "queued", "10:09:00", "failed", "10:10:00", "queued", "10:14:00", "succeeded")
	p.status("10:15:00", timeline.Monitoring)
	p.status("11:00:00", timeline.Resolved)
}

// twoDays is of a service with targets of its own and without a rollback.
func twoDays(p *tape) {
	p.webApp()
	p.declaredFrom("22:10:00", "U0ANA", "22:00:00")
	p.add("22:11:00", "U0ANA", timeline.ServicesSet{Services: []string{"checkout", "web-app"}})
	p.deploy("21:56:00", 4, "checkout", "v9", false)
	p.moment(timeline.Began, "21:56:00")
	p.alert("2026-11-27 00:30:00", timeline.AlertTriggered)
	p.alert("2026-11-27 01:15:00", timeline.AlertAcknowledged, alertWho("Sam Okafor"))
	p.add("2026-11-27 09:00:00", "U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCaused})
	p.status("2026-11-28 00:00:00", timeline.Monitoring)
	p.status("2026-11-28 09:00:00", timeline.Resolved)
}

// decided is the login outage after its review, in which its cause was cleared.
func decided(p *tape) {
	login(p)
	word := func(clock, rule, title, family string, s timeline.LessonStanding, words string) {
		p.add(clock, "U0TOM", timeline.LessonJudged{Rule: rule, Standing: s, Title: title, Family: family, Text: words})
	}
	word("16:00:00", "many_changes", "3 pull requests in one release", "Code review", timeline.LessonAccepted, "")
	word("16:01:00", "all_at_once", "Straight to everyone", "Gradual rollouts", timeline.LessonReworded, "We had no canary, and nobody had asked for one")
	word("16:02:00", "untested_change", "Code changed and no test did", "Testing at scale", timeline.LessonDismissed, "")
	word("16:03:00", "people_first", "People noticed before alerts", "Monitoring and alerts", timeline.LessonReworded, "Support is quicker than our graphs")
	word("16:04:00", "approval_prompt", "A second person approved it at once", "Rollback strategy", timeline.LessonDismissed, "")
	p.add("16:30:00", "U0TOM", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCleared})
}

func cancelled(p *tape) {
	peopleFirst(p)
	p.add("12:40:00", "U0ANA", timeline.Cancelled{Why: "a test of the load balancer"})
}

func mergedAway(p *tape) {
	peopleFirst(p)
	p.add("12:40:00", "U0ANA", timeline.MergedInto{Into: 9})
}

func drill(p *tape) {
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Exercise", Services: []string{"web-app"}, Drill: true})
	peopleFirst(p)
	p.events[1].Body = timeline.Note{Text: "declared once"}
}
