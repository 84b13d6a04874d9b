package githubsim

import (
	"slices"
	"time"
)

// What people do to pull requests and branches on GitHub's pages. Hooks are told.

// Pulled is a pull request as it stands.
type Pulled struct {
	Number                           int
	Title, Body, State, Author, Head string // State is open or closed
	Draft, Merged                    bool
	URL                              string
}

// PullRequests are all pull requests, oldest first.
func (r *Repo) PullRequests() []Pulled {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	var out []Pulled
	for _, p := range r.pulls {
		out = append(out, Pulled{
			Number: p.number, Title: p.Title, Body: p.Body, State: p.state, Author: p.Author, Head: p.Head,
			Draft: p.Draft, Merged: p.Merged, URL: r.page() + "/pull/" + itoa(p.number),
		})
	}
	return out
}

// ClosePull closes an open pull request without a merge.
func (r *Repo) ClosePull(number int, by string) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	p := r.pull(int64(number))
	if p == nil || p.state != "open" {
		misuse("%s has no open pull request %d", r.full(), number)
	}
	r.shut(p, by)
}

func (r *Repo) shut(p *pull, by string) {
	p.HeadSHA = r.head(p)
	p.state, p.updated = "closed", r.s.now()
	r.s.emitPull(r, p, "closed", by)
}

// ReopenPull opens a closed pull request again; its branch must be there.
func (r *Repo) ReopenPull(number int, by string) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	p := r.pull(int64(number))
	if p == nil || p.state == "open" || p.Merged {
		misuse("%s has no closed pull request %d", r.full(), number)
	}
	if r.reopenable(p).isError() {
		misuse("pull request %d of %s cannot be opened again", number, r.full())
	}
	p.state, p.updated = "open", r.s.now()
	r.s.emitPull(r, p, "reopened", by)
}

// DeleteBranch removes a branch, which closes its open pull requests.
func (r *Repo) DeleteBranch(name, by string) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if r.refs["refs/heads/"+name] == "" {
		misuse("%s has no branch %q", r.full(), name)
	}
	r.move("refs/heads/"+name, "", by)
}

// orphaned closes the pull requests of a branch that is gone.
func (r *Repo) orphaned(branch, by string) {
	for _, p := range r.pulls {
		if p.state == "open" && p.Head == branch && p.Fork == "" {
			r.shut(p, by)
		}
	}
}

// Edit is a change of one file that somebody makes and pushes; it gives the commit.
func (r *Repo) Edit(branch, file, content, by string) string {
	return r.Push(Push{Branch: branch, By: by, Commits: []Commit{{
		Message: "Update " + file, Author: by, Files: []File{{Name: file, Content: content, exact: true}},
	}}})[0]
}

// Issue is an issue as it stands.
type Issue struct {
	Number                             int
	Title, Body, State, Reason, Author string // State is open or closed
	Labels, Assignees                  []string
	URL                                string
	UpdatedAt                          time.Time
}

// Issues are all issues that were neither deleted nor transferred, oldest first.
func (r *Repo) Issues() []Issue {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	var out []Issue
	for _, i := range r.issues {
		if i.gone() {
			continue
		}
		out = append(out, Issue{
			Number: i.number, Title: i.title, Body: i.body, State: i.state, Reason: i.reason, Author: i.author,
			Labels: slices.Clone(i.labels), Assignees: slices.Clone(i.assignees), URL: r.page() + "/issues/" + itoa(i.number), UpdatedAt: i.updated,
		})
	}
	return out
}

// OpenIssue is somebody's new issue; it gives the number.
func (r *Repo) OpenIssue(title, body, by string) int {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return r.openIssue(issueAsk{Title: &title, Body: &body}, by, true).number
}

// CloseIssue closes an issue for a reason: completed when empty, not_planned or
// duplicate.
func (r *Repo) CloseIssue(number int, by, reason string) {
	r.setIssue(number, by, "closed", reason)
}

// ReopenIssue opens a closed issue again.
func (r *Repo) ReopenIssue(number int, by string) { r.setIssue(number, by, "open", "") }

func (r *Repo) setIssue(number int, by, state, reason string) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	i := r.mustIssue(number)
	if i.state == state {
		misuse("issue %d of %s is %s already", number, r.full(), state)
	}
	r.editIssue(i, issueAsk{State: &state, Reason: &reason}, by, true)
}

// EditIssue replaces the text of an issue.
func (r *Repo) EditIssue(number int, body, by string) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.editIssue(r.mustIssue(number), issueAsk{Body: &body}, by, true)
}

// DeleteIssue deletes an issue: reading it answers 410 from then on.
func (r *Repo) DeleteIssue(number int, by string) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	i := r.mustIssue(number)
	i.deleted = true
	r.s.emit(r, "issues", "deleted", by, object{"issue": r.issueShape(i, oldVersion)})
}

// TransferIssue moves an issue to another repository and gives its number there:
// reading it here answers 301 from then on.
func (r *Repo) TransferIssue(number int, to *Repo, by string) int {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	i := r.mustIssue(number)
	n := *i
	n.id, n.number, n.updated = r.s.w.id(), to.number(), r.s.now()
	to.issues = append(to.issues, &n)
	i.moved = &place{to, n.number}
	r.s.emit(r, "issues", "transferred", by, object{
		"issue":   r.issueShape(i, oldVersion),
		"changes": object{"new_issue": to.issueShape(&n, oldVersion), "new_repository": to.shape()},
	})
	r.s.emit(to, "issues", "opened", by, object{"issue": to.issueShape(&n, oldVersion)})
	return n.number
}

func (r *Repo) mustIssue(number int) *issue {
	i := r.issue(int64(number))
	if i == nil || i.gone() {
		misuse("%s has no issue %d", r.full(), number)
	}
	return i
}
