package templates_test

import (
	"testing"
	"time"

	"backout/templates"
	"backout/timeline"
)

// The deploys of the tests: what was good, what broke it, and one beside it.
func goodDeploy() timeline.Deploy {
	return timeline.Deploy{
		Number: 2, Service: "web-app", Environment: "production", Version: "v2.3.9", SHA: "77aa01be23", By: "priya",
		State: timeline.DeploySucceeded, Stage: "full", Started: at("09:01:00"), Finished: at("09:07:00"), URL: "https://github.example/acme/web-app/actions/runs/880",
	}
}

func badDeploy() timeline.Deploy {
	return timeline.Deploy{
		Number: 4, Service: "web-app", Environment: "production", Version: "v2.4.0", SHA: "9f3c2e1d4b", By: "jonas",
		State: timeline.DeploySucceeded, Stage: "full", Started: at("13:52:08"), Finished: at("13:58:32"), URL: "https://github.example/acme/web-app/actions/runs/901",
	}
}

func otherDeploy() timeline.Deploy {
	return timeline.Deploy{
		Number: 3, Service: "auth-db", Environment: "production", SHA: "8c01d2aa90", By: "sam",
		State: timeline.DeploySucceeded, Stage: "canary", Started: at("13:40:00"), Finished: at("13:44:10"),
	}
}

func facts() *timeline.ChangeFacts {
	return &timeline.ChangeFacts{
		Repo: "acme/web-app", Base: "v2.3.9", Head: "v2.4.0", Link: "https://github.example/acme/web-app/compare/v2.3.9...v2.4.0", TotalCommits: 14,
		Files: []timeline.ChangeFile{{Path: "auth/session.go", Added: 1800, Removed: 600}, {Path: "ui/list.ts", Added: 104, Removed: 11}},
		Pulls: []timeline.ChangePull{
			{Number: 412, Title: "Authentication logic", Link: "https://github.example/acme/web-app/pull/412"},
			{Number: 415, Title: "Query optimisations", Link: "https://github.example/acme/web-app/pull/415"},
			{Number: 420, Title: "UI components", Link: "https://github.example/acme/web-app/pull/420"},
		},
	}
}

func sameServiceReasons() []timeline.Reason {
	return []timeline.Reason{
		{Kind: timeline.ReasonSameService},
		{Kind: timeline.ReasonBefore, For: 4*time.Minute + 21*time.Second},
		{Kind: timeline.ReasonTouches, Words: []string{"auth/session.go"}},
		{Kind: timeline.ReasonReport, Words: []string{"session"}},
	}
}

func dependencyReasons() []timeline.Reason {
	return []timeline.Reason{
		{Kind: timeline.ReasonDependency, Words: []string{"web-app"}},
		{Kind: timeline.ReasonBefore, For: 18 * time.Minute},
	}
}

// suspected is an incident with two suspects. Only the first one's change is known.
func suspected() *past {
	p := led()
	p.did("13:58:32", "github", timeline.DeployNoted{Deploy: badDeploy()})
	p.did("14:08:03", "backout", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingSuspect, Reasons: sameServiceReasons()[:2]})
	p.did("13:44:10", "github", timeline.DeployNoted{Deploy: otherDeploy()})
	p.did("14:08:03", "backout", timeline.SuspectSet{Deploy: 3, Standing: timeline.StandingSuspect, Reasons: dependencyReasons()})
	p.did("14:08:03", "backout", timeline.SuspectsRanked{Ranked: []timeline.RankedDeploy{{Deploy: 4, Reasons: sameServiceReasons()[:2]}, {Deploy: 3, Reasons: dependencyReasons()}}})
	p.did("14:08:06", "backout", timeline.ChangeFound{Deploy: 4, Facts: facts()})
	p.did("14:08:06", "backout", timeline.ChangeFound{Deploy: 3, Trouble: "the configuration names no repository for auth-db"})
	p.did("14:08:07", "backout", timeline.SuspectsRanked{Ranked: []timeline.RankedDeploy{{Deploy: 4, Reasons: sameServiceReasons()}, {Deploy: 3, Reasons: dependencyReasons()}}})
	return p
}

// blamed is suspected after people found out.
func blamed() *past {
	p := suspected()
	p.did("14:12:41", "U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCaused})
	p.did("14:12:50", "U0TOM", timeline.SuspectSet{Deploy: 3, Standing: timeline.StandingCleared})
	p.did("14:13:00", "U0ANA", timeline.FreezeSet{Services: []string{"web-app"}, Frozen: true})
	return p
}

func catalogue() timeline.Catalogue {
	return timeline.Catalogue{Services: []timeline.Service{
		{Name: "web-app", Repo: "acme/web-app", Environment: "production", DependsOn: []string{"auth-db"}, Owners: []string{"U0ANA"}, Rollback: timeline.RollbackPolicy{Workflow: "rollback.yml", Ref: "main"}},
		{Name: "auth-db", Environment: "production"},
	}}
}

func workView(t testing.TB, p *past, now string) templates.View {
	t.Helper()
	v := view(t, p, now)
	v.Catalogue = catalogue()
	return v
}

func TestReasons(t *testing.T) {
	for want, rs := range map[string][]timeline.Reason{
		"": nil,
		"same service, 4\u00a0min 21\u00a0s before the first known sign, touches auth/session.go, “session” of the report stands in its change": sameServiceReasons(),
		"web-app depends on it, 18\u00a0min before the first known sign":                                                                        dependencyReasons(),
		"right at the first known sign":                           {{Kind: timeline.ReasonBefore}},
		"started 40\u00a0s after the first known sign, it failed": {{Kind: timeline.ReasonAfter, For: 40 * time.Second}, {Kind: timeline.ReasonFailed}},
		"touches a, b, c and 2\u00a0more, it was still going out": {{Kind: timeline.ReasonTouches, Words: []string{"a", "b", "c", "d", "e"}}, {Kind: timeline.ReasonRolling}},
		"“login” and “session” of the report stand in its change": {{Kind: timeline.ReasonReport, Words: []string{"login", "session"}}},
		"an affected service depends on it":                       {{Kind: timeline.ReasonDependency}, {Kind: timeline.ReasonTouches}, {Kind: "new"}},
		"touches x .go":                                           {{Kind: timeline.ReasonTouches, Words: []string{"x\u202e\n.go"}}},
	} {
		if got := templates.Reasons(rs); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestCardOfWork(t *testing.T) {
	unknown := led()
	unknown.did("13:58:32", "github", timeline.DeployNoted{Deploy: badDeploy()})
	unknown.did("14:08:03", "backout", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingSuspect})
	over := blamed()
	over.did("15:32:05", "U0ANA", timeline.StatusSet{Status: timeline.Resolved, Text: "v2.3.9 is stable"})
	over.did("15:32:05", "backout", timeline.FreezeSet{Services: []string{"web-app"}})
	many := blamed()
	for n := 10; n < 15; n++ {
		d := badDeploy()
		d.Number, d.Version, d.State, d.Environment = n, "v2.4."+string(rune('0'+n-10)), timeline.DeployFailed, "staging"
		many.did("14:13:30", "github", timeline.DeployNoted{Deploy: d})
		many.did("14:13:31", "U0TOM", timeline.SuspectSet{Deploy: n, Standing: timeline.StandingSuspect})
	}
	many.did("14:13:40", "U0ANA", timeline.FreezeSet{Services: []string{timeline.AllServices}, Frozen: true})
	failed := rolling("14:16:04")
	for _, k := range []timeline.EffectKind{timeline.OweSuspects, timeline.OweFacts, timeline.OweDispatch, timeline.OweCancelRun, timeline.OweRerun} {
		e := timeline.Effect{Kind: k, N: 1}
		failed.did("14:17:00", "backout", timeline.StepFailed{Step: e.Step(), Effect: string(k), Reason: "GitHub does not answer", Owed: e})
	}
	for name, c := range map[string]struct {
		p   *past
		now string
	}{
		"suspects":         {suspected(), "14:08:30"},
		"suspect-unknown":  {unknown, "14:08:30"},
		"blamed":           {blamed(), "14:13:20"},
		"blamed-resolved":  {over, "15:33:00"},
		"suspects-many":    {many, "14:14:00"},
		"rolling-back":     {rolling("14:16:04"), "14:16:30"},
		"rollback-trouble": {failed, "14:17:30"},
	} {
		t.Run(name, func(t *testing.T) { golden(t, "card-"+name, templates.Card(workView(t, c.p, c.now))) })
	}
	v := view(t, suspected(), "14:08:30") // nothing is configured
	golden(t, "card-suspects-no-catalogue", templates.Card(v))
}

func TestDeployPost(t *testing.T) {
	next := func(state timeline.DeployState, change func(*past, *timeline.Deploy)) *past {
		p := blamed()
		d := badDeploy()
		d.Number, d.Version, d.SHA, d.Stage, d.State, d.Started, d.Finished = 7, "v2.4.1", "c0ffee1234", "canary", state, at("14:20:00"), time.Time{}
		if state.Final() {
			d.Finished = at("14:26:00")
		}
		if change != nil {
			change(p, &d)
		}
		p.did("14:20:00", "github", timeline.DeployNoted{Deploy: d, During: true})
		return p
	}
	thawed := func(p *past, _ *timeline.Deploy) {
		p.did("14:19:00", "U0ANA", timeline.FreezeSet{Services: []string{"web-app"}})
	}
	judged := func(who string, s timeline.Standing) *past {
		p := next(timeline.DeploySucceeded, thawed)
		p.did("14:27:00", who, timeline.SuspectSet{Deploy: 7, Standing: s, Reasons: sameServiceReasons()})
		return p
	}
	for name, p := range map[string]*past{
		"pending":        next(timeline.DeployPending, thawed),
		"running-frozen": next(timeline.DeployRunning, nil),
		"begun-before": next(timeline.DeployRunning, func(_ *past, d *timeline.Deploy) {
			d.Started = at("14:12:00")
		}),
		"all-frozen": next(timeline.DeploySucceeded, func(p *past, d *timeline.Deploy) {
			thawed(p, d)
			p.did("14:19:30", "U0ANA", timeline.FreezeSet{Services: []string{timeline.AllServices}, Frozen: true})
		}),
		"succeeded": next(timeline.DeploySucceeded, thawed),
		"failed":    next(timeline.DeployFailed, thawed),
		"cancelled": next(timeline.DeployCancelled, thawed),
		"suspect":   judged("backout", timeline.StandingSuspect),
		"caused":    judged("U0ANA", timeline.StandingCaused),
		"cleared":   judged("U0ANA", timeline.StandingCleared),
		"undone": next(timeline.DeploySucceeded, func(p *past, d *timeline.Deploy) {
			thawed(p, d)
			d.Undone = timeline.RollbackRef{Incident: 7, Number: 1}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			m, ok := templates.DeployPost(workView(t, p, "14:28:00"), 7)
			if !ok {
				t.Fatal("nothing")
			}
			golden(t, "deploy-"+name, m)
		})
	}
	if m, ok := templates.DeployPost(workView(t, blamed(), "14:28:00"), 99); ok {
		t.Errorf("a deploy that nobody noted: %s", m.Summary)
	}
}
