package githubsim

import (
	"slices"
	"strings"
	"time"
)

// PR is a pull request, as somebody opened and perhaps merged it.
type PR struct {
	Title, Body string
	Author      string
	Head        string   // branch; "patch-N" when empty
	Base        string   // branch; the default branch when empty
	Commits     []string // its commits, the last one is the head
	HeadSHA     string   // the head when Commits do not say it
	Draft       bool
	Merged      bool
	MergedBy    string
	MergeSHA    string // the head when empty: a rebase
	MergedAt    time.Time
	CreatedAt   time.Time
	Labels      []string
	Files       []File // found out from the commits when nil
	Closed      bool   // closed without a merge
	Fork        string // full name of the repository of the head, when it is another one
}

type pull struct {
	PR
	id      int64
	number  int
	state   string
	updated time.Time
	reviews []*review
}

// PullRequest opens a pull request and merges or closes it when told so.
func (r *Repo) PullRequest(p PR) (number int) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	n := &pull{PR: p, state: "open"}
	if n.HeadSHA == "" && len(n.Commits) > 0 {
		n.HeadSHA = n.Commits[len(n.Commits)-1]
	}
	if n.HeadSHA == "" {
		n.HeadSHA = n.Head
	}
	n.HeadSHA = r.must(n.HeadSHA).sha
	if n.Commits == nil {
		n.Commits = []string{n.HeadSHA}
	}
	return r.opened(n)
}

// opened gives a pull request its number and tells about it, then merges or closes it.
func (r *Repo) opened(n *pull) int {
	s := r.s
	n.id, n.number = s.w.id(), r.number()
	if n.Base == "" {
		n.Base = r.trunk
	}
	if n.Head == "" {
		n.Head = "patch-" + itoa(n.number)
	}
	if n.Author == "" {
		n.Author = r.owner
	}
	if n.CreatedAt.IsZero() {
		n.CreatedAt = s.now()
	}
	n.updated = n.CreatedAt
	r.pulls = append(r.pulls, n)
	merged, closed := n.Merged, n.Closed
	n.Merged = false
	s.emitPull(r, n, "opened", n.Author)
	switch {
	case merged:
		r.merged(n)
	case closed:
		n.state, n.updated = "closed", s.now()
		s.emitPull(r, n, "closed", n.Author)
	}
	return n.number
}

func (r *Repo) merged(n *pull) {
	n.state, n.Merged = "closed", true
	if n.MergedBy == "" {
		n.MergedBy = n.Author
	}
	if n.MergeSHA == "" {
		n.MergeSHA = n.HeadSHA
	}
	if n.MergedAt.IsZero() {
		n.MergedAt = r.s.now()
	}
	n.updated = n.MergedAt
	r.s.emitPull(r, n, "closed", n.MergedBy)
}

// Merge merges an open pull request with a merge commit and returns its hash.
func (r *Repo) Merge(number int, by string) string {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	n := r.pull(int64(number))
	if n == nil || n.state != "open" {
		misuse("%s has no open pull request %d", r.full(), number)
	}
	base := r.refs["refs/heads/"+n.Base]
	n.HeadSHA, n.Commits = r.head(n), nil
	d := r.between(r.commits[base], r.commits[n.HeadSHA])
	for _, c := range d.ahead {
		n.Commits = append(n.Commits, c.sha)
	}
	c := r.commit(Commit{
		Message: "Merge pull request #" + itoa(number) + " from " + r.owner + "/" + n.Head + "\n\n" + n.Title,
		Author:  by, Branch: n.Base, Parents: []string{base, n.HeadSHA},
	})
	// The merge brings the branch's files; conflicts are not simulated.
	if d.base != nil {
		for _, f := range d.files() {
			if c.tree[f.Name] = f.Content; f.Status == "removed" {
				delete(c.tree, f.Name)
			}
			c.files = append(c.files, f)
		}
	}
	n.MergedBy, n.MergeSHA = by, c.sha
	r.merged(n)
	r.pushed("refs/heads/"+n.Base, base, append(slices.Clone(d.ahead), c), by)
	return c.sha
}

func (r *Repo) pull(number int64) *pull {
	for _, p := range r.pulls {
		if int64(p.number) == number {
			return p
		}
	}
	return nil
}

// head follows the branch while the pull request is open, if the branch exists.
func (r *Repo) head(p *pull) string {
	if sha := r.refs["refs/heads/"+p.Head]; sha != "" && p.state == "open" && p.Fork == "" {
		return sha
	}
	return p.HeadSHA
}

func (r *Repo) labels(names []string) []object {
	return shapes(names, func(name string) object {
		id := userID("label/" + name)
		return object{"id": id, "node_id": nodeID("LA", id), "name": name, "color": "ededed", "default": false, "description": nil, "url": r.url() + "/labels/" + name}
	})
}

// pullShape is a pull request in a list; version decides about fields that went away.
func (r *Repo) pullShape(p *pull, version string) object {
	side := func(name, sha string) object {
		return object{"label": r.owner + ":" + name, "ref": name, "sha": sha, "user": r.s.user(r.owner), "repo": r.shape()}
	}
	head := side(p.Head, r.head(p))
	if owner, name, fork := strings.Cut(p.Fork, "/"); fork {
		// Only what tells it apart; the fork is not simulated.
		head["label"], head["user"] = owner+":"+p.Head, r.s.user(owner)
		head["repo"] = object{"id": userID(p.Fork), "name": name, "full_name": p.Fork, "fork": true, "owner": r.s.user(owner)}
	}
	u, page := r.url()+"/pulls/"+itoa(p.number), r.page()+"/pull/"+itoa(p.number)
	o := object{
		"id": p.id, "node_id": nodeID("PR", p.id), "number": p.number, "state": p.state, "locked": false, "title": p.Title, "body": orNull(p.Body),
		"user": r.s.user(p.Author), "draft": p.Draft, "labels": r.labels(p.Labels), "assignees": []object{}, "requested_reviewers": []object{}, "requested_teams": []object{},
		"milestone": nil, "created_at": stamp(p.CreatedAt), "updated_at": stamp(p.updated), "closed_at": nil, "merged_at": nil,
		"head": head, "base": side(p.Base, r.refs["refs/heads/"+p.Base]),
		"url": u, "html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch", "issue_url": r.url() + "/issues/" + itoa(p.number),
		"commits_url": u + "/commits", "review_comments_url": u + "/comments", "comments_url": r.url() + "/issues/" + itoa(p.number) + "/comments",
		"statuses_url": r.url() + "/statuses/" + r.head(p), "author_association": "MEMBER", "auto_merge": nil, "active_lock_reason": nil,
		"_links": object{"self": object{"href": u}, "html": object{"href": page}},
	}
	if version == oldVersion {
		o["assignee"], o["merge_commit_sha"] = nil, orNull(p.MergeSHA)
	}
	if p.state == "closed" {
		o["closed_at"] = stamp(p.updated)
	}
	if p.Merged {
		o["merged_at"], o["closed_at"] = stamp(p.MergedAt), stamp(p.MergedAt)
	}
	return o
}

// fullPull adds what only the answer for one pull request and webhooks have.
func (r *Repo) fullPull(p *pull, version string) object {
	o := r.pullShape(p, version)
	added, deleted := 0, 0
	files := r.pullFiles(p)
	for _, f := range files {
		added, deleted = added+f.Additions, deleted+f.Deletions
	}
	o["merged"], o["merged_by"] = p.Merged, any(nil)
	if p.Merged {
		o["merged_by"] = r.s.user(p.MergedBy)
	}
	o["mergeable"], o["mergeable_state"], o["rebaseable"] = !p.Merged, "clean", !p.Merged
	o["comments"], o["review_comments"], o["commits"] = 0, 0, len(r.pullCommits(p))
	o["additions"], o["deletions"], o["changed_files"], o["maintainer_can_modify"] = added, deleted, len(files), false
	return o
}

// pullCommits are its commits, oldest first: those named, or those that its branch adds.
func (r *Repo) pullCommits(p *pull) []*commit {
	if p.state == "open" && p.Fork == "" && r.refs["refs/heads/"+p.Head] != "" {
		return r.between(r.commits[r.refs["refs/heads/"+p.Base]], r.commits[r.head(p)]).ahead
	}
	var out []*commit
	for _, c := range r.order {
		if slices.Contains(p.Commits, c.sha) {
			out = append(out, c)
		}
	}
	return out
}

func (r *Repo) pullFiles(p *pull) []File {
	if p.Files != nil {
		return p.Files
	}
	var out []File
	at := map[string]int{}
	for _, c := range r.pullCommits(p) {
		for _, f := range c.files {
			if i, there := at[f.Name]; there {
				f.Additions, f.Deletions, f.Status = out[i].Additions+f.Additions, out[i].Deletions+f.Deletions, out[i].Status
				out[i] = f
				continue
			}
			at[f.Name] = len(out)
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out
}
