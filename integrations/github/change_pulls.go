package github

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	gh "github.com/google/go-github/v60/github"

	"backout/timeline"
)

const (
	pullsNeed = "Pull requests: read"
	// maxPullPages bounds the reviews and files of one pull request.
	maxPullPages = 3
)

// lookAround asks, at once, for everything that hangs on single commits: the pull
// requests that brought them, and the checks and earlier deploys of the head.
// Commits are asked about from the newest on, until there are enough pull requests.
func (ch *changing) lookAround(ctx context.Context) ([]*gh.PullRequest, []error) {
	var mu sync.Mutex
	found := map[int]bool{}
	n := len(ch.facts.Commits)
	brought := make([][]*gh.PullRequest, n)
	asked := make([]bool, n)
	tasks := ch.headTasks(ctx)
	for i, commit := range slices.Backward(ch.facts.Commits) {
		tasks = append(tasks, part("pull requests of some commits", func() error {
			mu.Lock()
			enough := len(found) >= maxPulls
			asked[i] = !enough
			mu.Unlock()
			if enough {
				return nil
			}
			pulls, err := ch.pullsOf(ctx, commit.SHA)
			mu.Lock()
			defer mu.Unlock()
			brought[i] = pulls
			for _, p := range pulls {
				found[p.GetNumber()] = true
			}
			return err
		}))
	}
	errs := gather(tasks)
	pulls := ch.credit(brought)
	if left := len(slices.DeleteFunc(asked, func(a bool) bool { return a })); left > 0 && len(found) >= maxPulls {
		ch.miss("only %d pull requests are listed; the oldest %d commits were not looked at for more", len(pulls), left)
	} else if len(found) > maxPulls {
		ch.miss("only %d of %d pull requests are listed", len(pulls), len(found))
	}
	return pulls, errs
}

// pullsOf lists the merged pull requests that brought a commit.
func (ch *changing) pullsOf(ctx context.Context, sha string) ([]*gh.PullRequest, error) {
	var out []*gh.PullRequest
	err := ch.c.call(ctx, ch.job("commit_pulls", "read pull requests", pullsNeed), func(ctx context.Context) error {
		list, _, err := ch.c.api.PullRequests.ListPullRequestsWithCommit(ctx, ch.owner, ch.repo, sha, &gh.ListOptions{PerPage: pageSize})
		out = slices.DeleteFunc(list, func(p *gh.PullRequest) bool { return p.GetMergedAt().IsZero() || p.GetNumber() == 0 })
		// The one that is this very commit comes first: others merely contain it.
		slices.SortStableFunc(out, func(a, b *gh.PullRequest) int {
			return cmp.Compare(rank(a.GetMergeCommitSHA() == sha), rank(b.GetMergeCommitSHA() == sha))
		})
		return err
	})
	return out, err
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// credit notes at each commit what brought it, and gives each pull request once,
// those of the newest commits first.
func (ch *changing) credit(brought [][]*gh.PullRequest) []*gh.PullRequest {
	var out []*gh.PullRequest
	known := map[int]bool{}
	for i, pulls := range slices.Backward(brought) {
		if len(pulls) > 0 {
			ch.facts.Commits[i].Pull = pulls[0].GetNumber()
		}
		for _, p := range pulls {
			if !known[p.GetNumber()] && len(out) < maxPulls {
				known[p.GetNumber()] = true
				out = append(out, p)
			}
		}
	}
	return out
}

// readPulls fills in the pull requests, oldest first.
func (ch *changing) readPulls(ctx context.Context, pulls []*gh.PullRequest) []error {
	slices.SortFunc(pulls, func(a, b *gh.PullRequest) int {
		return cmp.Or(a.GetMergedAt().Compare(b.GetMergedAt().Time), cmp.Compare(a.GetNumber(), b.GetNumber()))
	})
	out := make([]timeline.ChangePull, len(pulls))
	var tasks []func() error
	for i, p := range pulls {
		out[i] = pullOf(p)
		one := &out[i]
		tasks = append(tasks,
			part("some pull requests", func() (err error) { one.MergedBy, err = ch.mergedBy(ctx, one.Number); return err }),
			part("some reviews", func() (err error) { one.Reviews, err = ch.reviews(ctx, one.Number); return err }),
			part("the files of some pull requests", func() (err error) { one.Files, err = ch.pullFiles(ctx, one.Number); return err }))
	}
	errs := gather(tasks)
	if len(out) > 0 {
		ch.facts.Pulls = out
	}
	return errs
}

func pullOf(p *gh.PullRequest) timeline.ChangePull {
	out := timeline.ChangePull{
		Number: p.GetNumber(), Title: text(p.GetTitle(), maxTitle), Author: name(p.GetUser().GetLogin()),
		MergedBy: name(p.GetMergedBy().GetLogin()), MergedAt: p.GetMergedAt().UTC(),
		Head: hash(p.GetHead().GetSHA()), Link: link(p.GetHTMLURL()),
	}
	for _, l := range p.Labels {
		out.Labels = append(out.Labels, name(l.GetName()))
	}
	return out
}

// mergedBy is told only when one pull request is asked for.
func (ch *changing) mergedBy(ctx context.Context, number int) (string, error) {
	var p *gh.PullRequest
	err := ch.c.call(ctx, ch.pullJob("pull", "read pull requests", number), func(ctx context.Context) (err error) {
		p, _, err = ch.c.api.PullRequests.Get(ctx, ch.owner, ch.repo, number)
		return err
	})
	return name(p.GetMergedBy().GetLogin()), err
}

func (ch *changing) pullJob(name, does string, number int) job {
	j := ch.job(name, does, pullsNeed)
	j.what = fmt.Sprintf("pull request %d", number)
	return j
}

// reviews gives the last word of each reviewer. Comments take nothing back.
func (ch *changing) reviews(ctx context.Context, number int) ([]timeline.ChangeReview, error) {
	var out []timeline.ChangeReview
	_, err := ch.c.paged(ctx, ch.pullJob("reviews", "read reviews", number), maxPullPages, func(ctx context.Context, o gh.ListOptions) (*gh.Response, error) {
		list, resp, err := ch.c.api.PullRequests.ListReviews(ctx, ch.owner, ch.repo, number, &o)
		for _, r := range list {
			out = append(out, reviewOf(r))
		}
		return resp, err
	})
	return lastWords(out), err
}

func reviewOf(r *gh.PullRequestReview) timeline.ChangeReview {
	user := name(r.GetUser().GetLogin())
	if user == "" {
		user = "ghost" // GitHub's own name for an account that is gone.
	}
	return timeline.ChangeReview{
		User: user, State: strings.ToUpper(name(r.GetState())), Commit: hash(r.GetCommitID()),
		At: r.GetSubmittedAt().UTC(), Link: link(r.GetHTMLURL()),
	}
}

// lastWords keeps the last review of each person that is more than a comment.
func lastWords(reviews []timeline.ChangeReview) []timeline.ChangeReview {
	var out []timeline.ChangeReview
	for _, r := range reviews {
		if r.State == "COMMENTED" || r.State == "PENDING" || r.State == "" {
			continue
		}
		out = slices.DeleteFunc(out, func(o timeline.ChangeReview) bool { return o.User == r.User })
		out = append(out, r)
	}
	return out
}

func (ch *changing) pullFiles(ctx context.Context, number int) ([]string, error) {
	var out []string
	_, err := ch.c.paged(ctx, ch.pullJob("pull_files", "read pull requests", number), maxPullPages, func(ctx context.Context, o gh.ListOptions) (*gh.Response, error) {
		list, resp, err := ch.c.api.PullRequests.ListFiles(ctx, ch.owner, ch.repo, number, &o)
		for _, f := range list {
			out = append(out, text(f.GetFilename(), maxPath))
		}
		return resp, err
	})
	return out, err
}
