package githubsim

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

func (s *Server) listPulls(q *request) reply {
	r := q.repo
	state := q.ask("state")
	if state == "" {
		state = "open"
	}
	if !slices.Contains([]string{"open", "closed", "all"}, state) {
		return invalid(flaw{Resource: "PullRequest", Field: "state", Code: "invalid", Value: state})
	}
	list := slices.Clone(r.pulls)
	slices.Reverse(list)
	list = slices.DeleteFunc(list, func(p *pull) bool {
		// A head without its owner is ignored, as GitHub does.
		owner, branch, named := strings.Cut(q.ask("head"), ":")
		return state != "all" && p.state != state ||
			named && (!strings.EqualFold(owner, p.from(r)) || branch != p.Head) ||
			q.ask("base") != "" && q.ask("base") != p.Base
	})
	return listing(s, q, sorted(q, list), func(p *pull) object { return r.pullShape(p, q.version) })
}

// from is the owner of the head.
func (p *pull) from(r *Repo) string {
	if owner, _, fork := strings.Cut(p.Fork, "/"); fork {
		return owner
	}
	return r.owner
}

// sorted applies sort and direction to a list that comes newest first. Another
// order than by creation begins with the oldest unless told otherwise.
func sorted(q *request, list []*pull) []*pull {
	by, direction := q.ask("sort"), q.ask("direction")
	if by == "updated" {
		slices.SortStableFunc(list, func(a, b *pull) int { return b.updated.Compare(a.updated) })
	}
	if direction == "asc" || direction != "desc" && by != "" && by != "created" {
		slices.Reverse(list)
	}
	return list
}

func (s *Server) getPull(q *request) reply {
	p := q.repo.pull(q.number("number"))
	if p == nil {
		return notFound()
	}
	return ok(q.repo.fullPull(p, q.version))
}

func (s *Server) listPullFiles(q *request) reply {
	p := q.repo.pull(q.number("number"))
	if p == nil {
		return notFound()
	}
	return listing(s, q, q.repo.pullFiles(p), func(f File) object { return q.repo.fileShape(f, q.repo.head(p)) })
}

func (s *Server) listPullCommits(q *request) reply {
	p := q.repo.pull(q.number("number"))
	if p == nil {
		return notFound()
	}
	return listing(s, q, q.repo.pullCommits(p), q.repo.commitShape)
}

// pullsOfCommit are the pull requests that brought a commit: merged ones when it
// is on the default branch, open and merged ones when it is not.
func (s *Server) pullsOfCommit(q *request, c *commit) reply {
	r := q.repo
	onTrunk := r.history(r.refs["refs/heads/"+r.trunk])[c.sha]
	var list []*pull
	for _, p := range slices.Backward(r.pulls) {
		has := p.Merged && p.MergeSHA == c.sha || slices.Contains(r.pullCommits(p), c)
		if has && (p.Merged || p.state == "open" && !onTrunk) {
			list = append(list, p)
		}
	}
	return listing(s, q, list, func(p *pull) object { return r.pullShape(p, q.version) })
}

func (s *Server) createPull(q *request) reply {
	var ask struct {
		Title, Head, Base, Body string
		Draft                   bool
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	r := q.repo
	for _, f := range [][2]string{{"title", ask.Title}, {"head", ask.Head}, {"base", ask.Base}} {
		if f[1] == "" {
			return invalid(flaw{Resource: "PullRequest", Field: f[0], Code: "missing_field"})
		}
	}
	head := r.local(ask.Head)
	from, to := r.commits[r.refs["refs/heads/"+ask.Base]], r.commits[r.refs["refs/heads/"+head]]
	switch {
	case from == nil:
		return invalid(flaw{Resource: "PullRequest", Field: "base", Code: "invalid"})
	case to == nil:
		return invalid(flaw{Resource: "PullRequest", Field: "head", Code: "invalid"})
	case utf8.RuneCountInString(ask.Title) > greatestTitle:
		return invalid(flaw{Resource: "PullRequest", Field: "title", Code: "custom", Message: "title is too long (maximum is 256 characters)"})
	case utf8.RuneCountInString(ask.Body) > greatestText:
		return invalid(flaw{Resource: "PullRequest", Field: "body", Code: "custom", Message: "body is too long (maximum is 65536 characters)"})
	case len(r.between(from, to).ahead) == 0:
		return custom("No commits between %s and %s", ask.Base, head)
	case ask.Draft && r.noDrafts:
		return unprocessable("Draft pull requests are not supported in this repository.")
	}
	for _, p := range r.pulls {
		if p.state == "open" && p.Head == head && p.Base == ask.Base && p.Fork == "" {
			return custom("A pull request already exists for %s:%s.", r.owner, head)
		}
	}
	p := &pull{PR: PR{Title: ask.Title, Body: ask.Body, Author: q.who.login, Head: head, Base: ask.Base, Draft: ask.Draft, HeadSHA: to.sha}, state: "open"}
	r.opened(p)
	out := created(r.fullPull(p, q.version))
	out.set("Location", r.url()+"/pulls/"+itoa(p.number))
	return out
}

// custom is "Validation Failed" with a sentence.
func custom(format string, args ...any) reply {
	return invalid(flaw{Resource: "PullRequest", Code: "custom", Message: fmt.Sprintf(format, args...)})
}

func (s *Server) editPull(q *request) reply {
	p := q.repo.pull(q.number("number"))
	if p == nil {
		return notFound()
	}
	var ask struct{ Title, Body, State *string }
	if out, good := q.decode(&ask); !good {
		return out
	}
	if ask.State != nil && (p.Merged || !slices.Contains([]string{"open", "closed"}, *ask.State)) {
		return invalid(flaw{Resource: "PullRequest", Field: "state", Code: "invalid"})
	}
	if ask.State != nil && *ask.State == "open" && p.state == "closed" {
		if out := q.repo.reopenable(p); out.isError() {
			return out
		}
	}
	was := p.state
	change(&p.Title, ask.Title)
	change(&p.Body, ask.Body)
	change(&p.state, ask.State)
	p.HeadSHA, p.updated = q.repo.head(p), s.now()
	action := "edited"
	if was != p.state {
		action = map[string]string{"open": "reopened", "closed": "closed"}[p.state]
	}
	s.emitPull(q.repo, p, action, q.who.login)
	return ok(q.repo.fullPull(p, q.version))
}

// reopenable says why a closed pull request stays closed.
func (r *Repo) reopenable(p *pull) reply {
	if r.refs["refs/heads/"+p.Head] == "" && p.Fork == "" {
		return custom("state cannot be changed. The %s branch has been deleted.", p.Head)
	}
	for _, o := range r.pulls {
		if o.state == "open" && o.Head == p.Head && o.Base == p.Base && o.Fork == p.Fork {
			return custom("state cannot be changed. There is already an open pull request from %s to %s.", p.Head, p.Base)
		}
	}
	return reply{}
}

// change sets what was asked for.
func change(to, from *string) {
	if from != nil {
		*to = *from
	}
}
