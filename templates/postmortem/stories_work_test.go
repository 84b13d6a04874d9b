package postmortem_test

import (
	"strconv"
	"testing"
	"time"

	"backout/templates/postmortem"
	"backout/timeline"
)

func (p *tape) loginDeploys() (v239, v240 timeline.Deploy) {
	v239 = p.deploy(3, "v2.3.9", "1b0d9aa4c7de9f10aa2b7c3d4e5f60718293a4b5", "13:08:20", deployedBy("tweber"))
	v240 = p.deploy(4, "v2.4.0", "9f3c2e1d05b64a7788990011aabbccddeeff0123", "14:02:10", deployedBy("jlind"))
	return v239, v240
}

// loginSuspects finds two deploys, and what the newer one changed.
func (p *tape) loginSuspects() {
	v239, v240 := p.loginDeploys()
	p.suspect("14:08:05", v240, same(), before(4*time.Minute+21*time.Second))
	p.suspect("14:08:05", v239, same(), before(58*time.Minute+11*time.Second))
	p.add("14:08:05", timeline.Backout, timeline.SuspectsRanked{Ranked: []timeline.RankedDeploy{
		{Deploy: 4, Reasons: []timeline.Reason{same(), before(4*time.Minute + 21*time.Second)}}, {Deploy: 3, Reasons: []timeline.Reason{same()}},
	}})
	p.add("14:08:07", timeline.Backout, timeline.ChangeFound{Deploy: 4, Facts: p.loginFacts()})
	p.add("14:08:07", timeline.Backout, timeline.SuspectsRanked{Ranked: []timeline.RankedDeploy{
		{Deploy: 4, Reasons: []timeline.Reason{same(), before(4*time.Minute + 21*time.Second), touches("auth/session.go")}}, {Deploy: 3, Reasons: []timeline.Reason{same()}},
	}})
}

func (p *tape) loginFacts() *timeline.ChangeFacts {
	pull := func(number int, title, author string, files ...string) timeline.ChangePull {
		link := repo + "/pull/" + strconv.Itoa(number)
		return timeline.ChangePull{
			Number: number, Title: title, Author: author, MergedBy: author, MergedAt: p.time("11:40:00"), Head: "77aa", Link: link, Files: files,
			Reviews: []timeline.ChangeReview{{User: "mweber", State: "approved", Commit: "55bb", At: p.time("10:12:00"), Link: link + "#r1"}},
		}
	}
	check := func(name, result string) timeline.ChangeCheck {
		return timeline.ChangeCheck{Name: name, Result: result, At: p.time("11:52:00"), Link: runs + "5100/job/" + name}
	}
	return &timeline.ChangeFacts{
		Repo: "acme/web-app", Base: "1b0d9aa4c7de9f10aa2b7c3d4e5f60718293a4b5", Head: "9f3c2e1d05b64a7788990011aabbccddeeff0123", At: p.time("14:08:07"),
		Link: repo + "/compare/v2.3.9...v2.4.0", TotalCommits: 9,
		Commits: []timeline.ChangeCommit{{SHA: "c1", Message: "Look sessions up by device", Pull: 412}},
		Files: []timeline.ChangeFile{
			{Path: "auth/session.go", Status: "modified", Added: 1204, Removed: 398}, {Path: "auth/lookup.go", Status: "added", Added: 512},
			{Path: "db/orders.go", Status: "modified", Added: 88, Removed: 120}, {Path: "web/button.tsx", Status: "modified", Added: 100, Removed: 93},
		},
		Pulls: []timeline.ChangePull{
			pull(412, "Authentication logic", "jlind", "auth/session.go", "auth/lookup.go"),
			pull(415, "Query optimisation", "psingh", "db/orders.go"), pull(418, "UI components", "mtan", "web/button.tsx"),
		},
		Checks:  []timeline.ChangeCheck{check("build", "success"), check("lint", "success"), check("load-test", "skipped"), check("test", "success")},
		Staging: []timeline.StagingDeploy{{Environment: "staging", State: "success", At: p.time("13:20:05"), Link: runs + "5121"}},
		Missing: []string{"GITHUB_TOKEN may not read commit statuses of acme/web-app; give it the permission Commit statuses: read"},
	}
}

// loginRollback goes back to v2.3.9, with a second person's approval.
func (p *tape) loginRollback() {
	v239, v240 := p.loginDeploys()
	guards := []timeline.Guard{
		pass("workflow", "rollback.yml can be started and its run recognised"), pass("nothing else running", "no other deploy or rollback of web-app is running"),
		pass("newer deploys", "nothing was deployed after the suspect v2.4.0"), pass("irreversible paths", "the change touches none of db/migrations/**"),
		pass("target was good", "v2.3.9 was live and good"), warn("what is undone", "3 pull requests will be undone"),
	}
	p.step("14:14:31", "U0ANA", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: p.plan(v240, v239, 1)})
	p.add("14:14:33", timeline.Backout, timeline.RollbackNoted{Number: 1, Preview: &timeline.RollbackPreview{At: p.time("14:14:33"), Facts: p.loginFacts(), Guards: guards}})
	p.step("14:14:50", "U0ANA", timeline.RollbackStep{State: timeline.RollbackAwaiting, Confirmation: 1, ID: "b-1", Guards: guards})
	p.step("14:16:01", "U0TOM", timeline.RollbackStep{State: timeline.RollbackConfirmed, Approved: true})
	p.machine(
		"14:16:01", timeline.RollbackDispatching,
		"14:16:02", timeline.RollbackStep{State: timeline.RollbackQueued, Run: run("5130", "1", "")},
		"14:16:09", timeline.RollbackStep{State: timeline.RollbackRunning, Run: run("5130", "1", "")},
		"14:19:40", timeline.RollbackStep{State: timeline.RollbackSucceeded, Run: run("5130", "1", "success")},
	)
	v240.Undone = timeline.RollbackRef{Incident: 7, Number: 1}
	p.add("14:19:40", "github", timeline.DeployChanged{Deploy: v240})
}

// failedRollback needed an override and a second run.
func failedRollback(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	v13 := p.deploy(11, "v1.3", "aa13", "2026-11-19 16:20:00", of("checkout"))
	v14 := p.deploy(12, "v1.4", "bb14", "09:51:30", of("checkout"), deployedBy("acme-ci[bot]"), func(d *timeline.Deploy) {
		d.Stage = timeline.FullStage
		d.Stages = []timeline.StageReached{{Stage: "canary", At: p.time("09:31:00")}, {Stage: "25%", At: p.time("09:41:00")}, {Stage: "full", At: p.time("09:51:30")}}
		d.Started = p.time("09:30:00")
	})
	guards := []timeline.Guard{
		pass("workflow", "rollback.yml can be started and its run recognised"),
		block("irreversible paths", "the change touches db/migrations/0042_carts.sql, which cannot be taken back by deploying an older version"),
		pass("what is undone", "4 commits will be undone"),
	}
	p.add("10:00:00", "U0TOM", timeline.Declared{Title: "Carts are empty after login", Severity: "1", Services: []string{"checkout", "payments"}})
	p.add("10:00:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-carts-are-empty"})
	p.add("10:00:20", "U0TOM", timeline.RoleSet{Role: "lead", User: "U0ANA"})
	p.suspect("10:00:03", v14, same(), before(8*time.Minute+30*time.Second))
	p.judge("10:02:00", "U0ANA", 12, timeline.StandingCaused)
	p.add("10:02:10", timeline.Backout, timeline.ChangeFound{Deploy: 12, Facts: &timeline.ChangeFacts{
		Repo: "acme/checkout", Base: "aa13", Head: "bb14", Link: "https://github.example/acme/checkout/compare/aa13...bb14", TotalCommits: 4,
		Files: []timeline.ChangeFile{{Path: "db/migrations/0042_carts.sql", Added: 40}}, Missing: []string{"check runs could not be read: GitHub did not answer in time"},
	}})
	p.step("10:03:00", "U0ANA", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: p.plan(v14, v13, 0)})
	p.add("10:03:02", timeline.Backout, timeline.RollbackNoted{Number: 1, Preview: &timeline.RollbackPreview{At: p.time("10:03:02"), Guards: guards, Facts: &timeline.ChangeFacts{
		Link: "https://github.example/acme/checkout/compare/aa13...bb14", TotalCommits: 4,
	}}})
	p.step("10:04:30", "U0TOM", timeline.RollbackStep{
		State: timeline.RollbackConfirmed, Confirmation: 1, ID: "b-1", Guards: guards,
		Overridden: []string{"irreversible paths"}, OverrideReason: "0042 only adds a column &amp; v1.3 ignores it",
	})
	p.machine(
		"10:04:31", timeline.RollbackDispatching,
		"10:04:32", timeline.RollbackStep{State: timeline.RollbackConfirmed, Reason: "GitHub asks for a pause; it is tried again"},
		"10:05:02", timeline.RollbackDispatching,
		"10:05:03", timeline.RollbackStep{State: timeline.RollbackQueued, Run: run("77", "1", "")},
		"10:05:20", timeline.RollbackStep{State: timeline.RollbackRunning, Run: run("77", "1", "")},
		"10:07:45", timeline.RollbackStep{State: timeline.RollbackFailed, Run: run("77", "1", "failure"), Reason: "the run ended as failure: deploy (Wait for health)"},
	)
	p.step("10:08:30", "U0ANA", timeline.RollbackStep{State: timeline.RollbackQueued, Run: run("77", "12", ""), Reason: "the failed jobs are run again"})
	p.machine(
		"10:08:41", timeline.RollbackStep{State: timeline.RollbackRunning, Run: run("77", "12", "")},
		"10:12:00", timeline.RollbackStep{State: timeline.RollbackSucceeded, Run: run("77", "12", "success")},
	)
	p.add("10:13:00", "U0ANA", timeline.StatusSet{Status: timeline.Monitoring, Text: "Carts are back"})
	p.add("10:40:00", "U0ANA", timeline.CauseSet{Text: "The new cart column is read before it is filled"})
	p.add("11:00:00", "U0ANA", timeline.StatusSet{Status: timeline.Resolved})
	return p.fold(), p.options("11:05:00")
}

// unclearRollback was given up: nobody could tell whether it was started.
func unclearRollback(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	v6 := p.deploy(21, "v6", "a6", "08:00:00")
	v7 := p.deploy(22, "v7", "a7", "11:58:00", func(d *timeline.Deploy) { d.Sources, d.URL = []timeline.DeploySource{{Name: "api", ID: "7"}}, "" })
	p.add("12:00:00", "U0SAM", timeline.Declared{Title: "Pages are blank", Severity: "2", Services: []string{"web-app"}})
	p.suspect("12:00:02", v7, same(), before(2*time.Minute))
	p.add("12:00:04", timeline.Backout, timeline.ChangeFound{Deploy: 22, Trouble: "GitHub shows no version a7 of acme/web-app; check the name, and that GITHUB_TOKEN has the permission Contents: read"})
	p.add("12:01:00", "U0SAM", timeline.RoleSet{Role: "lead", User: "U0SAM"})
	p.step("12:02:00", "U0SAM", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: p.plan(v7, v6, 0)})
	p.add("12:02:03", timeline.Backout, timeline.RollbackNoted{Number: 1, Preview: &timeline.RollbackPreview{At: p.time("12:02:03"), Trouble: "GitHub did not answer in time; it is tried again",
		Guards: []timeline.Guard{pass("workflow", "rollback.yml can be started and its run recognised"), warn("what is undone", "not known: GitHub did not answer in time")}}})
	p.step("12:02:30", "U0SAM", timeline.RollbackStep{State: timeline.RollbackConfirmed, Confirmation: 1, ID: "b-1"})
	p.machine(
		"12:02:31", timeline.RollbackDispatching,
		"12:04:05", timeline.RollbackStep{State: timeline.RollbackUnclear, Reason: "the connection to GitHub broke off; whether it was done is checked before it is repeated"},
	)
	p.step("12:06:00", "U0SAM", timeline.RollbackStep{State: timeline.RollbackCancelled, Reason: "given up: it is not known whether it was started"})
	p.add("12:09:00", "U0SAM", timeline.Note{Text: "Deployed v6 by hand from a laptop"})
	p.add("12:11:00", "U0SAM", timeline.StatusSet{Status: timeline.Monitoring, Text: "v6 is out, pages are back"})
	p.add("12:30:00", "U0SAM", timeline.StatusSet{Status: timeline.Resolved})
	return p.fold(), p.options("12:35:00")
}

// frozen had a deploy while people worked on it, and a freeze after that.
func frozen(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	v8 := p.deploy(31, "v8", "c8", "15:10:00", of("search"), func(d *timeline.Deploy) {
		d.Stage = "canary"
		d.Stages = []timeline.StageReached{{Stage: "canary", At: p.time("15:10:00")}}
	})
	p.add("15:00:00", "U0PRI", timeline.Declared{Title: "Search finds nothing", Severity: "2", Services: []string{"search"}})
	p.add("15:00:30", "U0PRI", timeline.RoleSet{Role: "lead", User: "U0PRI"})
	going := v8
	going.State, going.Finished, going.Stage, going.Stages = timeline.DeployRunning, time.Time{}, "", nil
	p.note(going, true)
	p.add("15:10:02", "github", timeline.DeployChanged{Deploy: v8})
	p.add("15:11:00", "U0PRI", timeline.FreezeSet{Services: []string{"search", "indexer"}, Frozen: true})
	p.add("15:20:00", "U0PRI", timeline.FreezeSet{Services: []string{"indexer"}})
	p.add("15:30:00", "U0PRI", timeline.StatusSet{Status: timeline.Monitoring, Text: "Index rebuilt"})
	p.add("15:50:00", "U0PRI", timeline.StatusSet{Status: timeline.Resolved, Text: "Search is complete again"})
	p.add("15:50:00", timeline.Backout, timeline.FreezeSet{Services: []string{"search"}})
	return p.fold(), p.options("16:00:00")
}

// suspectsOnly had suspects of which GitHub told nothing.
func suspectsOnly(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	const dark = "GitHub cannot be reached at github.example; check the network and GITHUB_API_URL"
	v5 := p.deploy(41, "v5", "", "12:40:00", of("api"), deployedBy("rkim"))
	db := p.deploy(42, "2026.11.2", "", "12:31:00", of("auth-db"), func(d *timeline.Deploy) { d.State = timeline.DeployFailed; d.URL = "https://ci.example/builds/9" })
	old := p.deploy(43, "v4", "", "12:05:00", of("api"))
	p.add("13:00:00", "U0MEI", timeline.Declared{Title: "API answers 500", Severity: "2", Services: []string{"api"}})
	p.suspect("13:00:02", v5, same(), before(20*time.Minute))
	p.suspect("13:00:02", db, timeline.Reason{Kind: timeline.ReasonDependency, Words: []string{"api"}}, before(29*time.Minute), timeline.Reason{Kind: timeline.ReasonFailed})
	p.suspect("13:00:02", old, same(), before(55*time.Minute))
	for _, d := range []int{41, 42, 43} {
		p.add("13:00:04", timeline.Backout, timeline.ChangeFound{Deploy: d, Trouble: dark})
	}
	p.add("13:00:05", timeline.Backout, timeline.SuspectsRanked{Ranked: []timeline.RankedDeploy{
		{Deploy: 41, Reasons: []timeline.Reason{same(), before(20 * time.Minute)}},
		{Deploy: 42, Reasons: []timeline.Reason{{Kind: timeline.ReasonDependency, Words: []string{"api"}}, before(29 * time.Minute), {Kind: timeline.ReasonFailed}}},
	}})
	p.judge("13:05:00", "U0MEI", 42, timeline.StandingSuspect)
	p.add("13:20:00", "U0MEI", timeline.StatusSet{Status: timeline.Monitoring, Text: "Restarted everything"})
	p.add("13:40:00", "U0MEI", timeline.CauseSet{Text: "unknown"})
	p.add("13:41:00", "U0MEI", timeline.StatusSet{Status: timeline.Resolved})
	return p.fold(), p.options("13:45:00")
}

// cancelledProposal was no incident; a rollback was proposed and nobody confirmed.
func cancelledProposal(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	v1, v2 := p.deploy(51, "v1", "d1", "07:00:00"), p.deploy(52, "v2", "d2", "08:55:00")
	p.add("09:00:00", "U0MEI", timeline.Declared{Title: "Error rate doubled", Severity: "2", Services: []string{"web-app"}})
	p.suspect("09:00:02", v2, same(), before(5*time.Minute))
	p.step("09:01:00", "U0MEI", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: p.plan(v2, v1, 0)})
	p.machine("09:31:00", timeline.RollbackStep{State: timeline.RollbackCancelled, Reason: "nobody confirmed it within 30 min"})
	p.add("09:36:00", "U0MEI", timeline.Cancelled{Why: "The load test, announced for nine"})
	return p.fold(), p.options("09:40:00")
}
