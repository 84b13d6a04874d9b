package lessons

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"backout/timeline"
)

// soakShort and soakLong are measured from a deploy to staging to production's.
const soakShort, soakLong = time.Hour, 24 * time.Hour

func testingRules() []rule {
	return []rule{
		{
			name: "checks_failed", family: Testing, say: perChange(checksFailed),
			brief:  "The faulty version was deployed although a check had not passed",
			speaks: "a check of the deployed commit ended badly, and not only after the deploy",
			silent: "all passed, or were not read",
		},
		{
			name: "checks_skipped", family: Testing, say: perChange(checksSkipped),
			brief:  "The faulty version was deployed although a check had been skipped",
			speaks: "a check of the deployed commit was skipped and none failed",
			silent: "none was skipped",
		},
		{
			name: "checks_missing", family: Testing, say: perChange(checksMissing),
			brief:  "No check had run on the faulty version",
			speaks: "the deployed commit has no check at all",
			silent: "checks could not be read",
		},
		{
			name: "green_and_broken", family: Testing, say: perChange(greenAndBroken),
			brief:  "No check showed the fault",
			speaks: "every check passed and it broke all the same",
			silent: "a check did not pass, or some were not read",
		},
		{
			name: "staging_skipped", family: Testing, say: perChange(stagingSkipped),
			brief:  "GitHub shows no deploy of the faulty version to staging before",
			speaks: "the commit was not in the configured staging before",
			silent: "there is no staging, or GitHub is not where deploys are known from",
		},
		{
			name: "staging_soak", family: Testing, say: perChange(stagingSoak),
			brief:  "The faulty version had been in staging for less than an hour",
			speaks: "it stood in staging for less than an hour",
			silent: "how long is not known, or is longer",
		},
		{
			name: "staging_soaked", family: Testing, good: true, say: perChange(stagingSoaked),
			brief:  "The faulty version had been in staging for a day or longer",
			speaks: "it stood in staging for a day or longer",
			silent: "how long is not known, or is shorter",
		},
		{
			name: "untested_change", family: Testing, say: perChange(untestedChange),
			brief:  "Code was changed and no test was",
			speaks: "code changed and no test did",
			silent: "not every file of the change is known",
		},
		{
			name: "tests_changed", family: Testing, good: true, say: perChange(testsChanged),
			brief:  "Tests were changed together with the code",
			speaks: "tests changed with the code",
			silent: "no test changed, or no code",
		},
	}
}

// perCause asks about each deploy that caused it; the first of which there is
// something to say is told.
func perCause(say func(*facts, timeline.NotedDeploy) (Lesson, bool)) func(*facts) (Lesson, bool) {
	return func(f *facts) (Lesson, bool) {
		for _, d := range f.causes {
			if l, speaks := say(f, d); speaks {
				return l, true
			}
		}
		return Lesson{}, false
	}
}

// perChange is perCause for the deploys of whose change something is known.
func perChange(say func(*facts, timeline.NotedDeploy) (Lesson, bool)) func(*facts) (Lesson, bool) {
	return perCause(func(f *facts, d timeline.NotedDeploy) (Lesson, bool) {
		if d.Facts == nil {
			return Lesson{}, false
		}
		return say(f, d)
	})
}

// nameOfCheck is never empty.
func nameOfCheck(c timeline.ChangeCheck) string {
	if c.Name == "" {
		return "a check without a name"
	}
	return c.Name
}

func checksWith(cs []timeline.ChangeCheck, is func(timeline.ChangeCheck) bool) []timeline.ChangeCheck {
	var out []timeline.ChangeCheck
	for _, c := range cs {
		if is(c) {
			out = append(out, c)
		}
	}
	return out
}

func ended(c timeline.ChangeCheck, results ...string) bool {
	return slices.Contains(results, strings.ToLower(c.Result))
}

func red(c timeline.ChangeCheck) bool {
	return ended(c, "failure", "timed_out", "cancelled", "action_required", "startup_failure", "error")
}

// failedBefore gives the red checks. One that ended after the deploy could not have
// stopped it, and is often the job that deployed.
func failedBefore(d timeline.NotedDeploy) []timeline.ChangeCheck {
	return checksWith(d.Facts.Checks, func(c timeline.ChangeCheck) bool {
		began := d.Deploy.Started
		if began.IsZero() {
			began = d.Deploy.At()
		}
		return red(c) && (c.At.IsZero() || began.IsZero() || !c.At.After(began))
	})
}

func checkLinks(cs []timeline.ChangeCheck) []Link {
	out := make([]Link, len(cs))
	for i, c := range cs {
		out[i] = Link{Name: nameOfCheck(c) + " (" + strings.ReplaceAll(strings.ToLower(c.Result), "_", " ") + ")", URL: c.Link}
	}
	return out
}

func checksFailed(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	bad := failedBefore(d)
	if len(bad) == 0 {
		return Lesson{}, false
	}
	told := wording{}.deploy(d).text(" was deployed although not every check of its commit passed: ").links(checkLinks(bad)).text(".")
	return Lesson{
		Title: "Deployed on a red check", Told: told,
		Action: "Let " + nameOfCheck(bad[0]) + " stop deploys of " + d.Deploy.Service + " until it has passed",
	}, true
}

func checksSkipped(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	skipped := checksWith(d.Facts.Checks, func(c timeline.ChangeCheck) bool { return ended(c, "skipped") })
	if len(skipped) == 0 || slices.ContainsFunc(d.Facts.Checks, red) {
		return Lesson{}, false
	}
	told := wording{}.deploy(d).text(" was deployed without every check of its commit having run: ").links(checkLinks(skipped)).text(".")
	return Lesson{
		Title: "A check was skipped", Told: told,
		Action: "Run " + nameOfCheck(skipped[0]) + " on every commit of " + d.Deploy.Service + " that is deployed",
	}, true
}

func checksMissing(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	if len(d.Facts.Checks) > 0 || unread(d.Facts, aboutChecks) {
		return Lesson{}, false
	}
	told := wording{}.text("The commit of ").deploy(d).text(" has neither a check run nor a commit status.")
	return Lesson{Title: "No check ran on the deployed commit", Told: told, Action: "Run checks on each commit of " + d.Deploy.Service + " before it is deployed"}, true
}

func greenAndBroken(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	all := d.Facts.Checks
	passed := len(checksWith(all, func(c timeline.ChangeCheck) bool { return ended(c, "success") }))
	neutral := len(checksWith(all, func(c timeline.ChangeCheck) bool { return ended(c, "neutral") }))
	if passed == 0 || passed+neutral < len(all) || unread(d.Facts, aboutChecks) {
		return Lesson{}, false
	}
	w := wording{}.text(strconv.Itoa(passed) + " of " + some(len(all), "check") + " of ").deploy(d)
	if neutral == 0 {
		w = wording{}.text("All " + some(len(all), "check") + " of ").deploy(d)
	}
	if len(all) == 1 {
		w = wording{}.text("The only check of ").deploy(d)
	}
	w = w.text(" passed")
	if neutral > 0 {
		w = w.text(" and none failed")
	}
	w = w.text("; people found that it caused the incident").row(d.JudgedN).text(".")
	return Lesson{Title: "Checks passed and did not show it", Told: w, Action: "Add a check to " + d.Deploy.Service + " that fails on this fault"}, true
}

// staged finds the first time at which the commit stood in staging. GitHub calls a
// deploy inactive once a later one took its place, and then keeps no more than the
// time of that: it was there, nobody knows since when.
func staged(d timeline.NotedDeploy) (first timeline.StagingDeploy, undated bool) {
	for _, s := range d.Facts.Staging {
		state, _ := timeline.DeployStateOf(s.State)
		switch {
		case strings.EqualFold(s.State, "inactive"), state == timeline.DeploySucceeded && s.At.IsZero():
			undated = true
		case state == timeline.DeploySucceeded && (first.At.IsZero() || s.At.Before(first.At)):
			first = s
		}
	}
	return first, undated
}

// production gives when the deploy reached people, if it went to where the service
// has a staging before it.
func production(f *facts, d timeline.NotedDeploy) (svc timeline.Service, at time.Time, ok bool) {
	svc, at = f.service(d.Deploy.Service), d.Deploy.At()
	return svc, at, svc.Staging != "" && svc.Staging != d.Deploy.Environment && !at.IsZero()
}

// knownToGitHub matters because deploys to staging are read there: who reports
// deploys otherwise may well have been in staging.
func knownToGitHub(d timeline.Deploy) bool {
	return slices.ContainsFunc(d.Sources, func(s timeline.DeploySource) bool { return s.Name == "github" })
}

func stagingSkipped(f *facts, d timeline.NotedDeploy) (Lesson, bool) {
	svc, live, ok := production(f, d)
	first, undated := staged(d)
	before := !first.At.IsZero() && first.At.Before(live)
	if !ok || before || undated || !knownToGitHub(d.Deploy) || unread(d.Facts, aboutStaging) {
		return Lesson{}, false
	}
	told := wording{}.deploy(d).text(" reached " + d.Deploy.Environment + " and GitHub shows no successful deploy of its commit to " + svc.Staging + " before that.")
	return Lesson{Title: "Staging was skipped", Told: told, Action: "Deploy each version of " + d.Deploy.Service + " to " + svc.Staging + " first"}, true
}

// soaked gives how long a deploy had stood in staging before it went on.
func soaked(f *facts, d timeline.NotedDeploy) (svc timeline.Service, first timeline.StagingDeploy, soak time.Duration, known bool) {
	svc, live, ok := production(f, d)
	first, undated := staged(d)
	if began := d.Deploy.Started; !began.IsZero() {
		live = began
	}
	soak = live.Sub(first.At)
	return svc, first, soak, ok && !undated && !first.At.IsZero() && soak > 0
}

// stood says how long that was.
func stood(d timeline.NotedDeploy, svc timeline.Service, first timeline.StagingDeploy, soak time.Duration) wording {
	return wording{}.deploy(d).text(" stood in ").link(svc.Staging, first.Link).text(" for " + span(soak) + " before it went to " + d.Deploy.Environment + ".")
}

func stagingSoak(f *facts, d timeline.NotedDeploy) (Lesson, bool) {
	svc, first, soak, known := soaked(f, d)
	if !known || soak >= soakShort {
		return Lesson{}, false
	}
	return Lesson{
		Title: "Staging was too short or could not show it", Told: stood(d, svc, first, soak),
		Action: "Keep versions of " + d.Deploy.Service + " in " + svc.Staging + " longer, under load like that of " + d.Deploy.Environment,
	}, true
}

func stagingSoaked(f *facts, d timeline.NotedDeploy) (Lesson, bool) {
	svc, first, soak, known := soaked(f, d)
	if !known || soak < soakLong {
		return Lesson{}, false
	}
	return Lesson{Title: "It stood in staging for a day or longer", Told: stood(d, svc, first, soak)}, true
}
