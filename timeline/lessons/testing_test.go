package lessons_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"backout/timeline"
	"backout/timeline/lessons"
)

func withChecks(cs ...timeline.ChangeCheck) func(*outage) {
	return func(o *outage) { o.facts.Checks = cs }
}

func withStaging(state, at string) func(*outage) {
	return func(o *outage) {
		o.facts.Staging = []timeline.StagingDeploy{{Environment: "staging", State: state, At: clock(at), Link: shop + "/runs/staging"}}
	}
}

func withFiles(paths ...string) func(*outage) {
	return func(o *outage) {
		o.facts.Files = nil
		for _, p := range paths {
			o.facts.Files = append(o.facts.Files, timeline.ChangeFile{Path: p, Status: "modified"})
		}
	}
}

func missing(sentence string) func(*outage) {
	return func(o *outage) { o.facts.Missing = append(o.facts.Missing, sentence) }
}

func both(a, b func(*outage)) func(*outage) {
	return func(o *outage) { a(o); b(o) }
}

func late(c timeline.ChangeCheck) timeline.ChangeCheck {
	c.At = clock("14:02:00")
	return c
}

func checkCases() []lessonCase {
	noStatuses := missing("the GitHub token may not read commit statuses of acme/web-app; give it the permission Commit statuses: read")
	return []lessonCase{
		{
			name: "two of them", rule: "checks_failed", with: withChecks(newCheck("lint", "success"), newCheck("load", "timed_out"), newCheck("test", "failure")),
			title: "Deployed on a red check", action: "Let load stop deploys of web-app until it has passed",
			told: "v2.4.0 (T2) was deployed although not every check of its commit passed: [load (timed out)](/runs/load) and [test (failure)](/runs/test).",
		},
		{name: "the job that deployed", rule: "checks_failed", with: withChecks(late(newCheck("deploy", "failure")))},
		{
			name: "nobody knows when", rule: "checks_failed", title: "Deployed on a red check", action: "Let test stop deploys of web-app until it has passed",
			with: func(o *outage) { o.facts.Checks = []timeline.ChangeCheck{{Name: "test", Result: "ERROR"}} },
			told: "v2.4.0 (T2) was deployed although not every check of its commit passed: test (error).",
		},
		{name: "the deploy began before it, as far as is known", rule: "checks_failed", with: both(withChecks(late(newCheck("deploy", "failure"))), func(o *outage) {
			o.deploy.Started, o.deploy.Finished = time.Time{}, clock("14:01:00")
		})},
		{name: "neutral", rule: "checks_failed", with: withChecks(newCheck("lint", "neutral"))},
		{
			name: "one", rule: "checks_skipped", with: withChecks(newCheck("load", "skipped"), newCheck("test", "success")),
			title: "A check was skipped", action: "Run load on every commit of web-app that is deployed",
			told: "v2.4.0 (T2) was deployed without every check of its commit having run: [load (skipped)](/runs/load).",
		},
		{name: "another failed", rule: "checks_skipped", with: withChecks(newCheck("load", "skipped"), newCheck("test", "failure"))},
		{
			name: "none", rule: "checks_missing", with: withChecks(),
			title: "No check ran on the deployed commit", action: "Run checks on each commit of web-app before it is deployed",
			told: "The commit of v2.4.0 (T2) has neither a check run nor a commit status.",
		},
		{name: "not read", rule: "checks_missing", with: both(withChecks(), noStatuses)},
		{name: "of something else", rule: "checks_missing", with: both(withChecks(), missing("the moon could not be read"))},
		{name: "a pause", rule: "checks_missing", with: both(withChecks(), missing("pull requests of some commits could not be read: GitHub asks for a pause"))},
		{
			name: "reviews are another matter", rule: "checks_missing", with: both(withChecks(), missing("some reviews could not be read: GitHub did not answer in time")),
			title: "No check ran on the deployed commit", action: "Run checks on each commit of web-app before it is deployed",
			told: "The commit of v2.4.0 (T2) has neither a check run nor a commit status.",
		},
		{
			name: "all", rule: "green_and_broken", with: func(*outage) {},
			title: "Checks passed and did not show it", action: "Add a check to web-app that fails on this fault",
			told: "All 2 checks of v2.4.0 (T2) passed; people found that it caused the incident (T3).",
		},
		{
			name: "a neutral one", rule: "green_and_broken", with: withChecks(newCheck("lint", "neutral"), newCheck("test", "success")),
			title: "Checks passed and did not show it", action: "Add a check to web-app that fails on this fault",
			told: "1 of 2 checks of v2.4.0 (T2) passed and none failed; people found that it caused the incident (T3).",
		},
		{
			name: "one", rule: "green_and_broken", with: withChecks(newCheck("test", "success")),
			title: "Checks passed and did not show it", action: "Add a check to web-app that fails on this fault",
			told: "The only check of v2.4.0 (T2) passed; people found that it caused the incident (T3).",
		},
		{name: "one is running", rule: "green_and_broken", with: withChecks(newCheck("lint", "success"), newCheck("test", "in_progress"))},
		{name: "some were not read", rule: "green_and_broken", with: noStatuses},
	}
}

func stagingCases() []lessonCase {
	skipped := "v2.4.0 (T2) reached production and GitHub shows no successful deploy of its commit to staging before that."
	first := "Deploy each version of web-app to staging first"
	return []lessonCase{
		{name: "never", rule: "staging_skipped", with: func(o *outage) { o.facts.Staging = nil }, title: "Staging was skipped", told: skipped, action: first},
		{name: "failed", rule: "staging_skipped", with: withStaging("failure", "11:00:00"), title: "Staging was skipped", told: skipped, action: first},
		{name: "only after", rule: "staging_skipped", with: withStaging("success", "14:02:11"), title: "Staging was skipped", told: skipped, action: first},
		{name: "in time", rule: "staging_skipped", with: withStaging("success", "14:02:09")},
		{name: "without a time", rule: "staging_skipped", with: func(o *outage) { o.facts.Staging = []timeline.StagingDeploy{{State: "success"}} }},
		{name: "replaced since", rule: "staging_skipped", with: withStaging("inactive", "15:00:00")},
		{name: "there is none", rule: "staging_skipped", with: func(o *outage) { o.facts.Staging, o.catalogue.Services[0].Staging = nil, "" }},
		{name: "reported otherwise", rule: "staging_skipped", with: func(o *outage) { o.facts.Staging, o.deploy.Sources[0].Name = nil, "api" }},
		{name: "not read", rule: "staging_skipped", with: both(func(o *outage) { o.facts.Staging = nil }, missing("deploys to staging could not be read: GitHub did not answer in time"))},
		{
			name: "short", rule: "staging_soak", with: withStaging("success", "13:19:40"),
			title: "Staging was too short or could not show it", action: "Keep versions of web-app in staging longer, under load like that of production",
			told: "v2.4.0 (T2) stood in [staging](/runs/staging) for 42 min before it went to production.",
		},
		{name: "an hour", rule: "staging_soak", with: withStaging("success", "13:01:40")},
		{name: "unknown since when", rule: "staging_soak", with: withStaging("inactive", "13:19:40")},
		{name: "just then", rule: "staging_soak", with: withStaging("success", "14:01:40")},
		{name: "twice, and once unknown since when", rule: "staging_soak", with: func(o *outage) {
			withStaging("success", "13:19:40")(o)
			o.facts.Staging = append(o.facts.Staging, timeline.StagingDeploy{State: "inactive", At: clock("13:30:00")})
		}},
		{name: "without a time", rule: "staging_soak", with: func(o *outage) { o.facts.Staging = []timeline.StagingDeploy{{State: "success"}} }},
		{name: "there is none", rule: "staging_soak", with: both(withStaging("success", "13:19:40"), func(o *outage) { o.catalogue.Services[0].Staging = "" })},
		{name: "after production", rule: "staging_soak", with: withStaging("success", "14:02:00")},
		{
			name: "a day", rule: "staging_soaked", good: true,
			with: func(o *outage) {
				o.facts.Staging = append(o.facts.Staging, timeline.StagingDeploy{State: "success", At: o.deploy.Started.Add(-24 * time.Hour)})
			},
			title: "It stood in staging for a day or longer", told: "v2.4.0 (T2) stood in staging for 1 d before it went to production.",
		},
		{name: "a second less than a day", rule: "staging_soaked", with: func(o *outage) {
			o.facts.Staging = append(o.facts.Staging, timeline.StagingDeploy{State: "success", At: o.deploy.Started.Add(time.Second - 24*time.Hour)})
		}},
		{name: "a day", rule: "staging_soak", with: func(o *outage) {
			o.facts.Staging = append(o.facts.Staging, timeline.StagingDeploy{State: "success", At: o.deploy.Started.Add(-24 * time.Hour)})
		}},
		{name: "unknown since when", rule: "staging_soaked", with: func(o *outage) {
			o.facts.Staging = append(o.facts.Staging, timeline.StagingDeploy{State: "success", At: o.deploy.Started.Add(-24 * time.Hour)}, timeline.StagingDeploy{State: "inactive", At: clock("13:30:00")})
		}},
	}
}

func testCases() []lessonCase {
	const title = "Code changed and no test did"
	return []lessonCase{
		{
			name: "one folder", rule: "untested_change", with: func(*outage) {}, title: title,
			told:   "The [change](/compare/aa13...bb14) that came with v2.4.0 (T2) touches 2 files of code under auth/ and no test.",
			action: "Ask for a test with every change of auth/ in web-app before it is merged",
		},
		{
			name: "all over", rule: "untested_change", with: withFiles("auth/session.go", "authz/main.go"), title: title,
			told:   "The [change](/compare/aa13...bb14) that came with v2.4.0 (T2) touches 2 files of code and no test.",
			action: "Ask for a test with every change of the code of web-app before it is merged",
		},
		{name: "a test", rule: "untested_change", with: withFiles("auth/session.go", "auth/session_test.go")},
		{name: "a test was removed", rule: "untested_change", with: func(o *outage) {
			o.facts.Files = append(o.facts.Files, timeline.ChangeFile{Path: "web/__tests__/a.js", Status: "removed"})
		}},
		{name: "code was removed", rule: "untested_change", with: func(o *outage) {
			o.facts.Files = []timeline.ChangeFile{{Path: "auth/session.go", Status: "removed"}}
		}},
		{name: "no code", rule: "untested_change", with: withFiles("README.md", "deploy/web.yaml")},
		{name: "more files", rule: "untested_change", with: func(o *outage) { o.facts.MoreFiles = true }},
		{name: "the last commit alone", rule: "untested_change", with: func(o *outage) { o.facts.Base = "" }},
		{
			name: "both", rule: "tests_changed", with: withFiles("auth/session.go", "web/button.spec.tsx", "spec/auth.rb"), good: true,
			title: "Tests changed with the code",
			told:  "The [change](/compare/aa13...bb14) that came with v2.4.0 (T2) touches 2 files of tests beside 1 file of code.",
		},
		{
			name: "one pull request of two", rule: "untested_change", with: func(o *outage) {
				withFiles("auth/session.go", "auth/keys.go", "web/button.tsx", "web/button.test.tsx")(o)
				o.facts.Pulls = []timeline.ChangePull{newPull(411, "web/button.tsx", "web/button.test.tsx"), newPull(412, "auth/session.go", "auth/keys.go", "auth/old.go")}
			}, title: title,
			told:   "[#412](/pull/412) in v2.4.0 (T2) touches 2 files of code under auth/ and no test.",
			action: "Ask for a test with every change of auth/ in web-app before it is merged",
		},
		{name: "that is not praised", rule: "tests_changed", with: func(o *outage) {
			withFiles("auth/session.go", "web/button.test.tsx")(o)
			o.facts.Pulls = []timeline.ChangePull{newPull(412, "auth/session.go")}
		}},
		{name: "tests alone", rule: "tests_changed", with: withFiles("auth/session_test.go")},
		{name: "code alone", rule: "tests_changed", with: withFiles("auth/contest.go")},
	}
}

func testingCases() []lessonCase { return slices.Concat(checkCases(), stagingCases(), testCases()) }

func TestTesting(t *testing.T) { check(t, lessons.Testing, testingCases()) }

// ofChange are the families that teach of what caused it.
func ofChange(l lessons.Lesson) bool {
	return slices.Contains([]lessons.Family{lessons.Testing, lessons.Review, lessons.Rollouts}, l.Family)
}

func TestOnlyWhatPeopleBlameTeaches(t *testing.T) {
	for _, s := range []timeline.Standing{timeline.StandingSuspect, timeline.StandingCleared, ""} {
		_, all := newOutage(func(o *outage) { o.standing = s }).lessons(t)
		if i := slices.IndexFunc(all, ofChange); i >= 0 {
			t.Errorf("standing %q teaches %s", s, all[i].Title)
		}
	}
	_, all := newOutage(func(o *outage) { o.facts = nil }).lessons(t)
	for _, l := range all {
		if l.Family == lessons.Testing || l.Family == lessons.Review {
			t.Errorf("an unknown change teaches %s", l.Title)
		}
	}
}

// Of two that caused it the first has nothing to be said about its checks.
func TestAnotherCauseSpeaks(t *testing.T) {
	other := newOutage(withChecks(newCheck("test", "failure")))
	_, all := newOutage(func(o *outage) {
		o.also = []timeline.NotedDeploy{{Deploy: newDeploy(5, "v2.4.1", "14:03:00"), Standing: timeline.StandingCaused, Facts: other.facts}}
	}).lessons(t)
	i := slices.IndexFunc(all, func(l lessons.Lesson) bool { return l.Rule == "checks_failed" })
	if i < 0 || told(all[i].Told) != "v2.4.1 (T6) was deployed although not every check of its commit passed: [test (failure)](/runs/test)." {
		t.Errorf("%+v", all)
	}
}

// TestLessonsAreSound mixes what the tables do to an outage.
func TestLessonsAreSound(t *testing.T) {
	changes := []func(*outage){
		func(o *outage) { o.facts.Link = "javascript:alert(1)" },
		onPull(func(p *timeline.ChangePull) { p.Link = "" }),
		withChecks(timeline.ChangeCheck{Result: "FAILURE", Link: "ftp://x"}),
		func(o *outage) { o.deploy.Version = "v2.4.0." },
		func(o *outage) { o.deploy.Service = "else." },
	}
	for _, c := range slices.Concat(testingCases(), reviewCases(), rolloutCases()) {
		changes = append(changes, c.with)
	}
	rapid.Check(t, func(rt *rapid.T) {
		o := newOutage()
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(changes)-1), 0, 5).Draw(rt, "what happened") {
			changes[i](o)
		}
		if rapid.Bool().Draw(rt, "nothing is configured") {
			o.catalogue = nil
		}
		in, first := o.lessons(t)
		for _, l := range first {
			if why := sound(in, l); why != "" {
				rt.Fatalf("%s: %s: %s", l.Rule, why, told(l.Told))
			}
		}
		if _, again := o.lessons(t); !reflect.DeepEqual(first, again) {
			rt.Fatalf("%+v\n%+v", first, again)
		}
	})
}
