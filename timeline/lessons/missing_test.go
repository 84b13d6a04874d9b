package lessons_test

import (
	"slices"
	"testing"
)

// What GitHub's adapter says when it could not read something, and which rules must
// be silent then. What is in doubt silences all.
func TestWhatCouldNotBeReadTeachesNothing(t *testing.T) {
	const reason = ": GitHub did not answer in time"
	all := []string{"checks_missing", "direct_push", "staging_skipped", "unapproved"}
	checks, pulls, staging, commits := all[:1], []string{"direct_push", "unapproved"}, all[2:3], all[1:2]
	for _, c := range []struct {
		sentence string
		silent   []string
	}{
		{"", nil},
		{"check runs could not be read" + reason, checks},
		{"commit statuses could not be read" + reason, checks},
		{"GITHUB_TOKEN may not read checks of acme/web-app; give it the permission Checks: read", checks},
		{"the GitHub App may not read commit statuses of acme/web-app; give it the permission Commit statuses: read", checks},
		{"GitHub does not let Backout read checks of acme/web-app: Repository access blocked", checks},
		{"some reviews could not be read" + reason, pulls},
		{"some pull requests could not be read" + reason, pulls},
		{"pull requests of some commits could not be read" + reason, pulls},
		{"the files of some pull requests could not be read" + reason, pulls},
		{"GITHUB_TOKEN may not read pull requests of acme/web-app; give it the permission Pull requests: read", pulls},
		{"GITHUB_TOKEN may not read reviews of acme/web-app; give it the permission Pull requests: read", pulls},
		{"GitHub shows no pull request 12 of acme/web-app; check the name, and that GITHUB_TOKEN has the permission Pull requests: read", pulls},
		{"only 30 of 44 pull requests are listed", pulls},
		{"only 30 pull requests are listed; the oldest 9 commits were not looked at for more", pulls},
		{"deploys to staging could not be read" + reason, staging},
		{"GITHUB_TOKEN may not read deployments of acme/web-app; give it the permission Deployments: read", staging},
		{"GitHub shows no deployments of acme/web-app; check the name, and that GITHUB_TOKEN has the permission Deployments: read", staging},
		{"only 250 of 900 commits are listed", commits},
		{"the two versions have diverged: 3 commits that only the older one has are not listed", commits},

		{"check runs could not be read: GitHub asks for a pause", all},
		{"some reviews could not be read: the calls that GitHub allows in an hour are used up", all},
		{"GitHub shows no version v2.4.0 of acme/web-app; check the name, and that GITHUB_TOKEN has the permission Checks: read", all},
		{"GitHub does not accept GITHUB_TOKEN; it may have expired or been revoked: set a new one (GitHub says: some reviews could not be read)", all},
		{"acme/reviews has moved on GitHub; write its new name in backout.yaml", all},
		{"GitHub does not let Backout do it: the bot may not read reviews of acme/web-app", all},
		{"something that nobody has thought of", all},
	} {
		o := newOutage(withChecks(), reviewed(), pushed(0), func(o *outage) { o.facts.Staging = nil })
		if c.sentence != "" {
			o.facts.Missing = []string{c.sentence}
		}
		in, got := o.lessons(t)
		var silent []string
		for _, rule := range all {
			if !slices.Contains(names(got), rule) {
				silent = append(silent, rule)
			}
		}
		if !slices.Equal(silent, c.silent) {
			t.Errorf("%q silences %q, want %q", c.sentence, silent, c.silent)
		}
		for _, l := range got {
			if why := sound(in, l); why != "" {
				t.Errorf("%q: %s %s", c.sentence, l.Rule, why)
			}
		}
	}
}

// Two sentences together silence what each of them does.
func TestAllThatIsMissingCounts(t *testing.T) {
	o := newOutage(withChecks(), reviewed())
	o.facts.Missing = []string{"check runs could not be read: GitHub did not answer in time", "some reviews could not be read: GitHub did not answer in time"}
	_, got := o.lessons(t)
	for _, rule := range []string{"checks_missing", "unapproved"} {
		if slices.Contains(names(got), rule) {
			t.Errorf("%s speaks", rule)
		}
	}
}
