package lessons_test

import (
	"slices"
	"testing"

	"backout/timeline"
	"backout/timeline/lessons"
)

func onPull(change func(*timeline.ChangePull)) func(*outage) {
	return func(o *outage) {
		for i := range o.facts.Pulls[:min(1, len(o.facts.Pulls))] {
			change(&o.facts.Pulls[i])
		}
	}
}

func reviewed(rs ...timeline.ChangeReview) func(*outage) {
	return onPull(func(p *timeline.ChangePull) { p.Reviews = rs })
}

// approvedOn moves the reviews to another commit.
func approvedOn(commit string) func(*outage) {
	return onPull(func(p *timeline.ChangePull) {
		for i := range p.Reviews {
			p.Reviews[i].Commit = commit
		}
	})
}

func approvedBy(user string) timeline.ChangeReview {
	return timeline.ChangeReview{User: user, State: "APPROVED", Commit: merged}
}

func morePulls(numbers ...int) func(*outage) {
	return func(o *outage) {
		for _, n := range numbers {
			o.facts.Pulls = append(o.facts.Pulls, newPull(n))
		}
	}
}

func ownMerge(p *timeline.ChangePull) { p.MergedBy, p.Reviews = "JLind", nil }

func noReviews() func(*outage) {
	return missing("some reviews could not be read: GitHub did not answer in time")
}

func approverCases() []lessonCase {
	const unapproved, own, require = "Merged without an approval", "Merged without anybody else's approval", "Require an approval in acme/web-app before anything is merged"
	stale := approvedOn("55bb")
	return []lessonCase{
		{
			name: "nobody", rule: "unapproved", with: reviewed(), title: unapproved, action: require,
			told: "[#412](/pull/412) in v2.4.0 (T2) was merged without an approval that still stood.",
		},
		{
			name: "two of three", rule: "unapproved", title: unapproved, action: require,
			with: func(o *outage) {
				morePulls(415, 418)(o)
				last := len(o.facts.Pulls) - 1
				o.facts.Pulls[0].Reviews, o.facts.Pulls[last].Reviews = []timeline.ChangeReview{approvedBy("jlind")}, []timeline.ChangeReview{{User: "mweber", State: "DISMISSED"}}
			},
			told: "[#412](/pull/412) and [#418](/pull/418) in v2.4.0 (T2) were merged without an approval that still stood.",
		},
		{
			name: "where is not known", rule: "unapproved", with: both(reviewed(), func(o *outage) { o.facts.Repo = "" }), title: unapproved,
			told:   "[#412](/pull/412) in v2.4.0 (T2) was merged without an approval that still stood.",
			action: "Require an approval in web-app before anything is merged",
		},
		{name: "approved", rule: "unapproved", with: func(*outage) {}},
		{name: "not read", rule: "unapproved", with: both(reviewed(), noReviews())},
		{name: "self_merged tells it", rule: "unapproved", with: onPull(ownMerge)},
		{
			name: "by its author", rule: "self_merged", with: onPull(ownMerge), title: own,
			told:   "[#412](/pull/412) in v2.4.0 (T2) was merged without an approval, by the account that opened it.",
			action: "Require in acme/web-app that somebody else approves before anything is merged",
		},
		{name: "approved", rule: "self_merged", with: onPull(func(p *timeline.ChangePull) { p.MergedBy = p.Author })},
		{name: "unapproved tells it", rule: "self_merged", with: reviewed()},
		{name: "by whom is not known", rule: "self_merged", with: onPull(func(p *timeline.ChangePull) { p.Author, p.MergedBy, p.Reviews = "", "", nil })},
		{
			name: "pushed since", rule: "stale_approval", with: stale, title: "Approved before the last push",
			told:   "[#412](/pull/412) in v2.4.0 (T2) was approved on another commit than the one that was merged.",
			action: "Dismiss approvals in acme/web-app when something is pushed after them",
		},
		{name: "unapproved tells it", rule: "stale_approval", with: reviewed()},
		{name: "one is fresh", rule: "stale_approval", with: both(stale, onPull(func(p *timeline.ChangePull) { p.Reviews = append(p.Reviews, approvedBy("mtan")) }))},
		{name: "of which is not known", rule: "stale_approval", with: approvedOn("")},
		{name: "not all read", rule: "stale_approval", with: both(stale, noReviews())},
		{
			name: "as merged", rule: "well_reviewed", with: func(*outage) {}, good: true, title: "Somebody else approved what was merged",
			told: "[#412](/pull/412) in v2.4.0 (T2) was approved by somebody else on the merged commit.",
		},
		{name: "one stale", rule: "well_reviewed", with: both(morePulls(415), stale)},
		{name: "by its author alone", rule: "well_reviewed", with: reviewed(approvedBy("jlind"))},
		{name: "one pushed directly", rule: "well_reviewed", with: pushed(0)},
		{name: "no pull request", rule: "well_reviewed", with: func(o *outage) { o.facts.Pulls = nil }},
		{name: "the last commit alone", rule: "well_reviewed", with: func(o *outage) { o.facts.Base = "" }},
	}
}

// pushed adds a commit that no pull request brought; more are not listed.
func pushed(more int) func(*outage) {
	return func(o *outage) {
		o.facts.Commits = append(o.facts.Commits, timeline.ChangeCommit{SHA: "d2d2d2d2d2", Link: shop + "/commit/d2"})
		o.facts.TotalCommits += 1 + more
	}
}

func sizeCases() []lessonCase {
	const apart = "Release changes of web-app apart"
	return []lessonCase{
		{
			name: "one", rule: "direct_push", with: pushed(0), title: "Pushed without a pull request",
			told:   "1 of 2 commits in v2.4.0 (T2) came without a pull request: [d2d2d2d](/commit/d2).",
			action: "Protect the branch that web-app is deployed from against direct pushes",
		},
		{name: "none", rule: "direct_push", with: func(*outage) {}},
		{name: "some not listed", rule: "direct_push", with: pushed(1)},
		{name: "not read", rule: "direct_push", with: both(pushed(0), missing("pull requests of some commits could not be read: GitHub did not answer in time"))},
		{
			name: "three", rule: "many_changes", with: morePulls(415, 418), title: "3 pull requests in one release", action: apart,
			told: "v2.4.0 (T2) carried 3 pull requests: [#412](/pull/412), [#415](/pull/415) and [#418](/pull/418). Taking it back takes all of them back.",
		},
		{
			name: "seven, and taken back", rule: "many_changes", title: "At least 7 pull requests in one release", action: apart,
			with: func(o *outage) {
				morePulls(1, 2, 3, 4, 5, 6)(o)
				o.deploy.Undone = timeline.RollbackRef{Incident: 7, Number: 1}
				missing("only 30 pull requests are listed; the oldest 9 commits were not looked at for more")(o)
			},
			told: "v2.4.0 (T2) carried at least 7 pull requests: [#412](/pull/412), [#1](/pull/1), [#2](/pull/2), [#3](/pull/3), [#4](/pull/4) and 2 more. The rollback took all of them back.",
		},
		{name: "two", rule: "many_changes", with: morePulls(415)},
		{
			name: "one person", rule: "sensitive_single_reviewer", with: onPull(func(p *timeline.ChangePull) { p.Files = []string{"README.md", "auth/session.go"} }),
			title: "One reviewer for a sensitive path", action: "Require two reviewers for auth/** in acme/web-app",
			told: "[#412](/pull/412) in v2.4.0 (T2) touches auth/session.go, which is sensitive by auth/**, and was approved by one person.",
		},
		{name: "two people", rule: "sensitive_single_reviewer", with: onPull(func(p *timeline.ChangePull) {
			p.Files, p.Reviews = []string{"auth/session.go"}, append(p.Reviews, approvedBy("mtan"))
		})},
		{name: "nobody", rule: "sensitive_single_reviewer", with: onPull(func(p *timeline.ChangePull) { p.Files, p.Reviews = []string{"auth/session.go"}, nil })},
		{name: "excepted", rule: "sensitive_single_reviewer", with: onPull(func(p *timeline.ChangePull) { p.Files = []string{"auth/docs/a.md"} })},
		{name: "not read", rule: "sensitive_single_reviewer", with: both(noReviews(), onPull(func(p *timeline.ChangePull) { p.Files = []string{"auth/session.go"} }))},
	}
}

func reviewCases() []lessonCase { return slices.Concat(approverCases(), sizeCases()) }

func TestReview(t *testing.T) { check(t, lessons.Review, reviewCases()) }
