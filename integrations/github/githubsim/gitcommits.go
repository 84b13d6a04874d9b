package githubsim

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// gitCommitShape is a commit as the Git data API has it: without files.
func (r *Repo) gitCommitShape(c *commit) object {
	o := r.commitShape(c)["commit"].(object)
	u := r.url() + "/git/commits/" + c.sha
	parents := shapes(c.parents, func(p string) object {
		return object{"sha": p, "url": r.url() + "/git/commits/" + p, "html_url": r.page() + "/commit/" + p}
	})
	return object{
		"sha": c.sha, "node_id": nodeID("C", int64(c.n)), "url": u, "html_url": r.page() + "/commit/" + c.sha,
		"author": o["author"], "committer": o["committer"], "message": o["message"], "tree": o["tree"], "parents": parents, "verification": o["verification"],
	}
}

func (s *Server) getGitCommit(q *request) reply {
	if out, empty := q.repo.isEmpty(); empty {
		return out
	}
	c := q.repo.commits[q.PathValue("sha")]
	if c == nil {
		return notFound()
	}
	return ok(q.repo.gitCommitShape(c))
}

// createGitCommit makes a commit that no branch has yet.
func (s *Server) createGitCommit(q *request) reply {
	if out, empty := q.repo.isEmpty(); empty {
		return out
	}
	var ask struct {
		Message, Tree string
		Parents       []string
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	files, there := q.repo.tree(ask.Tree)
	switch {
	case strings.TrimSpace(ask.Message) == "":
		return unprocessable("Invalid request.\n\n\"message\" wasn't supplied.")
	case ask.Tree == "":
		return unprocessable("Invalid request.\n\n\"tree\" wasn't supplied.")
	case !there:
		return unprocessable("Tree SHA does not exist")
	case slices.ContainsFunc(ask.Parents, func(p string) bool { return q.repo.commits[p] == nil }):
		return unprocessable("Parent SHA does not exist or is not a commit object")
	}
	c := &commit{
		n: len(q.repo.order), message: ask.Message, author: q.who.login, date: s.now(), parents: ask.Parents, tree: maps.Clone(files), treeSHA: ask.Tree, sha: s.w.sha(ask.Message),
	}
	c.files = q.repo.brought(c)
	q.repo.commits[c.sha] = c
	q.repo.order = append(q.repo.order, c)
	return created(q.repo.gitCommitShape(c))
}

// brought are the files by which a commit differs from its first parent.
func (r *Repo) brought(c *commit) []File {
	base := &commit{tree: map[string]string{}}
	if len(c.parents) > 0 {
		base = r.commits[c.parents[0]]
	}
	files := diff{base: base, head: c}.files()
	for i, f := range files {
		files[i].Additions = max(1, strings.Count(f.Content, "\n"))
		if f.Status == "removed" {
			files[i].Additions, files[i].Deletions = 0, files[i].Additions
		}
	}
	return files
}

// Logged is a commit of a branch's history.
type Logged struct {
	SHA, Message, Author string
	Date                 time.Time
	Files                []string // that it changed, sorted
}

// Log is the history of a branch, a tag or a commit, newest first.
func (r *Repo) Log(ref string) []Logged {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	var out []Logged
	for _, c := range slices.Backward(r.only(r.history(r.must(ref).sha), nil)) {
		l := Logged{SHA: c.sha, Message: c.message, Author: c.author, Date: c.date}
		for _, f := range c.files {
			l.Files = append(l.Files, f.Name)
		}
		slices.Sort(l.Files)
		out = append(out, l)
	}
	return out
}
