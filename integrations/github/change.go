package github

import (
	"context"
	"fmt"
	"net/url"

	gh "github.com/google/go-github/v60/github"

	"backout/timeline"
)

const (
	// maxCommits is how many commits of a change are listed.
	maxCommits = 250
	// maxFiles is where GitHub stops listing files.
	maxFiles = 300
	maxPulls = 30
)

// ChangeQuery says what is compared.
type ChangeQuery struct {
	Repo string
	// Base is the older version; empty when there is none: then the change is the
	// commit Head alone.
	Base, Head string
	// Staging is the environment in which the change may have been before, or
	// empty.
	Staging string
}

// changing is a change on its way to becoming facts.
type changing struct {
	c           *Client
	q           ChangeQuery
	owner, repo string
	facts       *timeline.ChangeFacts
	// head is the whole hash of the head commit, or Head when it could not be
	// learnt.
	head string
	// checkRuns and statuses become Checks.
	checkRuns, statuses []timeline.ChangeCheck
}

// Change reads what lies between two versions. Without the comparison there are no
// facts; of all else, what cannot be read is named in Missing.
func (c *Client) Change(ctx context.Context, q ChangeQuery) (*timeline.ChangeFacts, error) {
	owner, repo, err := split(q.Repo)
	if err != nil {
		return nil, err
	}
	ch := &changing{c: c, q: q, owner: owner, repo: repo, head: q.Head}
	ch.facts = &timeline.ChangeFacts{Repo: q.Repo, Base: q.Base, Head: q.Head, At: c.opt.Now().UTC()}
	if q.Base == "" {
		err = ch.readHead(ctx)
	} else {
		err = ch.compare(ctx)
	}
	if err != nil {
		return nil, err
	}
	pulls, first := ch.lookAround(ctx)
	second := ch.readPulls(ctx, pulls)
	if ctx.Err() != nil {
		// Everything is missing, and only because nobody waits any more.
		return nil, c.call(ctx, ch.job("compare", "", ""), nil)
	}
	ch.facts.Checks = ch.checks()
	for _, err := range distinct(append(first, second...)) {
		ch.facts.Missing = append(ch.facts.Missing, sentenceOf(err))
	}
	return ch.facts, nil
}

func (ch *changing) job(name, does, needs string) job {
	return job{name: name, repo: ch.q.Repo, does: does, what: "version " + text(ch.q.Head, 100), needs: needs}
}

func (ch *changing) miss(format string, args ...any) {
	ch.facts.Missing = append(ch.facts.Missing, fmt.Sprintf(format, args...))
}

// readHead reads a change that has nothing to be compared with.
func (ch *changing) readHead(ctx context.Context) error {
	commit, more, err := ch.commit(ctx)
	if err != nil {
		return err
	}
	ch.head = commit.GetSHA()
	ch.facts.Link = link(commit.GetHTMLURL())
	ch.facts.TotalCommits = 1
	ch.facts.Commits = []timeline.ChangeCommit{commitOf(commit)}
	ch.facts.Files = filesOf(commit.Files)
	ch.facts.MoreFiles = more || len(commit.Files) >= maxFiles
	return nil
}

func (ch *changing) commit(ctx context.Context) (commit *gh.RepositoryCommit, more bool, err error) {
	err = ch.c.call(ctx, ch.job("commit", "read commits", "Contents: read"), func(ctx context.Context) error {
		got, resp, err := ch.c.api.Repositories.GetCommit(ctx, ch.owner, ch.repo, url.PathEscape(ch.q.Head), nil)
		if err == nil {
			commit, more = got, resp.NextPage != 0
		}
		return err
	})
	return commit, more, err
}

// compare reads commits and files, in one call: without paging GitHub gives up to
// 250 commits, the newest last, and up to 300 files.
func (ch *changing) compare(ctx context.Context) error {
	j := ch.job("compare", "compare commits", "Contents: read")
	j.what = fmt.Sprintf("versions %s and %s", text(ch.q.Base, 100), text(ch.q.Head, 100))
	var got *gh.CommitsComparison
	err := ch.c.call(ctx, j, func(ctx context.Context) (err error) {
		got, _, err = ch.c.api.Repositories.CompareCommits(ctx, ch.owner, ch.repo, ch.q.Base, ch.q.Head, nil)
		return err
	})
	if err != nil {
		return err
	}
	f := ch.facts
	for _, one := range got.Commits[:min(len(got.Commits), maxCommits)] {
		f.Commits = append(f.Commits, commitOf(one))
	}
	f.TotalCommits, f.Link = got.GetTotalCommits(), link(got.GetHTMLURL())
	f.Files, f.MoreFiles = filesOf(got.Files), len(got.Files) >= maxFiles
	if n := len(f.Commits); n < f.TotalCommits {
		ch.miss("only %d of %d commits are listed", n, f.TotalCommits)
	}
	if got.GetStatus() == "diverged" {
		ch.miss("the two versions have diverged: %d commits that only the older one has are not listed", got.GetBehindBy())
	}
	return ch.findHead(ctx, got)
}

// findHead learns the whole hash of the head commit, by which deploys are looked
// up.
func (ch *changing) findHead(ctx context.Context, got *gh.CommitsComparison) error {
	f := ch.facts
	switch n := len(f.Commits); {
	case full(ch.q.Head):
	case n > 0 && n == f.TotalCommits:
		ch.head = f.Commits[n-1].SHA
	case got.GetStatus() == "identical":
		ch.head = got.BaseCommit.GetSHA()
	default:
		commit, _, err := ch.commit(ctx)
		if err != nil {
			return err
		}
		ch.head = commit.GetSHA()
	}
	return nil
}

func commitOf(c *gh.RepositoryCommit) timeline.ChangeCommit {
	git := c.GetCommit()
	author := name(c.GetAuthor().GetLogin())
	if author == "" {
		author = name(git.GetAuthor().GetName())
	}
	at := git.GetCommitter().GetDate()
	if at.IsZero() {
		at = git.GetAuthor().GetDate()
	}
	return timeline.ChangeCommit{
		SHA: hash(c.GetSHA()), Message: firstLine(git.GetMessage()), Author: author, At: at.UTC(), Link: link(c.GetHTMLURL()),
	}
}

func filesOf(files []*gh.CommitFile) []timeline.ChangeFile {
	var out []timeline.ChangeFile
	for _, f := range files {
		out = append(out, timeline.ChangeFile{
			Path: text(f.GetFilename(), maxPath), Status: name(f.GetStatus()), Added: f.GetAdditions(), Removed: f.GetDeletions(),
		})
	}
	return out
}
