package lessons

import (
	"slices"
	"strconv"
	"strings"

	"backout/timeline"
	"backout/timeline/deploys"
)

// manyPulls is from how many pull requests on a release is too large to take back
// only what is wrong.
const manyPulls = 3

func reviewRules() []rule {
	return []rule{
		{
			name: "unapproved", family: Review, say: perChange(unapproved),
			brief:  "A change was merged without an approval",
			speaks: "a pull request was merged without anybody else's approval",
			silent: "reviews could not be read",
		},
		{
			name: "self_merged", family: Review, say: perChange(selfMerged),
			brief:  "A change that nobody else had approved was merged by its author",
			speaks: "nobody else approved it and its author merged it",
			silent: "somebody else approved or merged it",
		},
		{
			name: "stale_approval", family: Review, say: perChange(staleApproval),
			brief:  "What was merged was not what had been approved",
			speaks: "every approval is of another commit than the merged one",
			silent: "an approval is of the merged commit, or which it is of is not known",
		},
		{
			name: "direct_push", family: Review, say: perChange(directPush),
			brief:  "Commits went out that no pull request had brought",
			speaks: "commits came without a pull request",
			silent: "what brought each commit is not known",
		},
		{
			name: "many_changes", family: Review, say: perChange(manyChanges),
			brief:  "Several pull requests went out in one release",
			speaks: "three or more pull requests went out in one release",
			silent: "fewer did",
		},
		{
			name: "sensitive_single_reviewer", family: Review, say: perChange(sensitiveSingle),
			brief:  "Only one person had approved a change of a sensitive path",
			speaks: "only one person approved a change of a sensitive path",
			silent: "nobody approved it, which unapproved tells, or two did",
		},
		{
			name: "well_reviewed", family: Review, good: true, say: perChange(wellReviewed),
			brief:  "Somebody else had approved every change as it was merged",
			speaks: "others approved every pull request as it was merged",
			silent: "one was not, or not all are known",
		},
	}
}

// approvals are those of others than the author, who cannot judge his own work.
func approvals(p timeline.ChangePull) []timeline.ChangeReview {
	var out []timeline.ChangeReview
	for _, r := range p.Reviews {
		again := slices.ContainsFunc(out, func(o timeline.ChangeReview) bool { return strings.EqualFold(o.User, r.User) })
		if strings.EqualFold(r.State, "approved") && !strings.EqualFold(r.User, p.Author) && !again {
			out = append(out, r)
		}
	}
	return out
}

// pullsWith gives the pull requests of a change of which something is true.
func pullsWith(f *timeline.ChangeFacts, is func(timeline.ChangePull) bool) []timeline.ChangePull {
	var out []timeline.ChangePull
	for _, p := range f.Pulls {
		if is(p) {
			out = append(out, p)
		}
	}
	return out
}

func byItsAuthor(p timeline.ChangePull) bool {
	return p.Author != "" && strings.EqualFold(p.MergedBy, p.Author)
}

func pullLinks(pulls []timeline.ChangePull) []Link {
	out := make([]Link, len(pulls))
	for i, p := range pulls {
		out[i] = Link{Name: "#" + strconv.Itoa(p.Number), URL: p.Link}
	}
	return out
}

// broughtBy begins a sentence about pull requests of a deploy; the verb follows.
func broughtBy(d timeline.NotedDeploy, pulls []timeline.ChangePull) wording {
	verb := " was"
	if len(pulls) > 1 {
		verb = " were"
	}
	return wording{}.links(pullLinks(pulls)).text(" in ").deploy(d).text(verb)
}

func unapproved(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	pulls := pullsWith(d.Facts, func(p timeline.ChangePull) bool { return len(approvals(p)) == 0 && !byItsAuthor(p) })
	if len(pulls) == 0 || unread(d.Facts, aboutPulls) {
		return Lesson{}, false
	}
	return Lesson{
		Title: "Merged without an approval", Told: broughtBy(d, pulls).text(" merged without an approval that still stood."),
		Action: "Require an approval in " + repoOf(d) + " before anything is merged",
	}, true
}

func selfMerged(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	pulls := pullsWith(d.Facts, func(p timeline.ChangePull) bool { return len(approvals(p)) == 0 && byItsAuthor(p) })
	if len(pulls) == 0 || unread(d.Facts, aboutPulls) {
		return Lesson{}, false
	}
	return Lesson{
		Title: "Merged without anybody else's approval", Told: broughtBy(d, pulls).text(" merged without an approval, by the account that opened it."),
		Action: "Require in " + repoOf(d) + " that somebody else approves before anything is merged",
	}, true
}

// repoOf is where the change was made, or the service when that is not known.
func repoOf(d timeline.NotedDeploy) string {
	if d.Facts.Repo != "" {
		return d.Facts.Repo
	}
	return d.Deploy.Service
}

func staleApproval(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	pulls := pullsWith(d.Facts, func(p timeline.ChangePull) bool {
		as := approvals(p)
		fresh := func(r timeline.ChangeReview) bool { return r.Commit == "" || r.Commit == p.Head }
		return p.Head != "" && len(as) > 0 && !slices.ContainsFunc(as, fresh)
	})
	if len(pulls) == 0 || unread(d.Facts, aboutPulls) {
		return Lesson{}, false
	}
	return Lesson{
		Title: "Approved before the last push", Told: broughtBy(d, pulls).text(" approved on another commit than the one that was merged."),
		Action: "Dismiss approvals in " + repoOf(d) + " when something is pushed after them",
	}, true
}

// everyCommit reports whether it is known of every commit what brought it.
func everyCommit(f *timeline.ChangeFacts) bool {
	return f.Base != "" && f.TotalCommits <= len(f.Commits) && !unread(f, aboutPulls) && !unread(f, aboutCommits)
}

func pushed(f *timeline.ChangeFacts) []timeline.ChangeCommit {
	return slices.DeleteFunc(slices.Clone(f.Commits), func(c timeline.ChangeCommit) bool { return c.Pull != 0 })
}

func directPush(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	commits := pushed(d.Facts)
	if len(commits) == 0 || !everyCommit(d.Facts) {
		return Lesson{}, false
	}
	links := make([]Link, len(commits))
	for i, c := range commits {
		links[i] = Link{Name: timeline.ShortSHA(c.SHA), URL: c.Link}
	}
	told := wording{}.text(strconv.Itoa(len(commits)) + " of " + some(len(d.Facts.Commits), "commit") + " in ").deploy(d)
	told = told.text(" came without a pull request: ").links(links).text(".")
	return Lesson{Title: "Pushed without a pull request", Told: told, Action: "Protect the branch that " + d.Deploy.Service + " is deployed from against direct pushes"}, true
}

func manyChanges(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	n := len(d.Facts.Pulls)
	if n < manyPulls {
		return Lesson{}, false
	}
	many := strconv.Itoa(n)
	if unread(d.Facts, aboutPulls) || unread(d.Facts, aboutCommits) {
		many = "at least " + many
	}
	after := ". Taking it back takes all of them back."
	if !d.Deploy.Undone.IsZero() {
		after = ". The rollback took all of them back."
	}
	told := wording{}.deploy(d).text(" carried " + many + " pull requests: ").links(pullLinks(d.Facts.Pulls)).text(after)
	return Lesson{Title: strings.ToUpper(many[:1]) + many[1:] + " pull requests in one release", Told: told, Action: "Release changes of " + d.Deploy.Service + " apart"}, true
}

// sensitiveIn finds a sensitive file and the pattern that makes it so.
func sensitiveIn(p timeline.ChangePull, patterns []string) (file, pattern string, ok bool) {
	for _, file := range p.Files {
		if !deploys.Match(patterns, file) {
			continue
		}
		for _, pattern := range patterns {
			if !strings.HasPrefix(pattern, "!") && deploys.Match([]string{pattern}, file) {
				return file, pattern, true
			}
		}
	}
	return "", "", false
}

func sensitiveSingle(f *facts, d timeline.NotedDeploy) (Lesson, bool) {
	if unread(d.Facts, aboutPulls) {
		return Lesson{}, false
	}
	for _, p := range d.Facts.Pulls {
		file, pattern, ok := sensitiveIn(p, f.service(d.Deploy.Service).Sensitive)
		if !ok || len(approvals(p)) != 1 {
			continue
		}
		told := wording{}.links(pullLinks([]timeline.ChangePull{p})).text(" in ").deploy(d)
		told = told.text(" touches " + file + ", which is sensitive by " + pattern + ", and was approved by one person.")
		return Lesson{Title: "One reviewer for a sensitive path", Told: told, Action: "Require two reviewers for " + pattern + " in " + repoOf(d)}, true
	}
	return Lesson{}, false
}

func wellReviewed(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	good := pullsWith(d.Facts, func(p timeline.ChangePull) bool {
		return p.Head != "" && p.Author != "" && slices.ContainsFunc(approvals(p), func(r timeline.ChangeReview) bool { return r.Commit == p.Head })
	})
	if len(good) == 0 || len(good) < len(d.Facts.Pulls) || len(pushed(d.Facts)) > 0 || !everyCommit(d.Facts) {
		return Lesson{}, false
	}
	return Lesson{Title: "Somebody else approved what was merged", Told: broughtBy(d, good).text(" approved by somebody else on the merged commit.")}, true
}
