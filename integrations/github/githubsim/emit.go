package githubsim

import (
	"maps"
	"slices"
	"strings"
)

// emit sends an event to all hooks that want it, under one GUID. The payload gets
// what all payloads have. It is encoded now: later changes are not in it.
func (s *Server) emit(r *Repo, event, action, sender string, payload object) {
	o := maps.Clone(payload)
	if action != "" {
		o["action"] = action
	}
	o["repository"], o["sender"] = r.shape(), s.user(sender)
	if r.owner != sender {
		o["organization"] = object{
			"login": r.owner, "id": userID(r.owner), "node_id": nodeID("O", userID(r.owner)), "url": s.api() + "/orgs/" + r.owner,
			"avatar_url": s.base + "/avatars/o/1", "description": nil,
		}
	}
	guid := s.w.guid()
	for _, h := range s.desk.wanting(r, event) {
		p := o
		if h.app != nil {
			p = maps.Clone(o)
			p["installation"] = object{"id": h.app.installation, "node_id": nodeID("I", h.app.installation)}
		}
		s.enqueue(h, &delivery{guid: guid, event: event, action: action, repo: r.full(), repoID: r.id, body: encoded(p)})
	}
}

func (s *Server) emitRun(n *run, action string) {
	s.emit(n.repo, "workflow_run", action, n.by, object{"workflow_run": n.repo.runShape(n), "workflow": n.repo.flowShape(n.flow)})
}

func (s *Server) emitJob(n *run, j *job, action string) {
	s.emit(n.repo, "workflow_job", action, n.by, object{"workflow_job": n.jobShape(j)})
}

// emitDeploymentReview tells what becomes of a run that waits for an environment.
func (s *Server) emitDeploymentReview(n *run, action, environment, by string) {
	o := object{"workflow_run": n.repo.runShape(n), "environment": environment, "since": stamp(s.now())}
	if action == "requested" {
		o["requestor"] = s.user(n.by)
	} else {
		o["approver"] = s.user(by)
	}
	s.emit(n.repo, "deployment_review", action, by, o)
}

func (s *Server) emitPull(r *Repo, p *pull, action, by string) {
	s.emit(r, "pull_request", action, by, object{"number": p.number, "pull_request": r.fullPull(p, oldVersion)})
}

func (s *Server) emitReview(r *Repo, p *pull, v *review) {
	o := r.reviewShape(p, v)
	o["state"] = strings.ToLower(v.State)
	s.emit(r, "pull_request_review", "submitted", v.User, object{"review": o, "pull_request": r.pullShape(p, oldVersion)})
}

func (s *Server) emitComment(r *Repo, c *comment, action string) {
	o := object{"comment": r.commentShape(c)}
	if i := r.issue(int64(c.number)); i != nil {
		o["issue"] = r.issueShape(i, oldVersion)
	} else {
		o["issue"] = r.pullAsIssue(r.pull(int64(c.number)), oldVersion)
	}
	s.emit(r, "issue_comment", action, c.author, o)
}

// Push is new commits on a branch, as somebody pushes them.
type Push struct {
	Branch  string // the default branch when empty
	By      string // the author of the last commit when empty
	Commits []Commit
}

// Push adds the commits, sends one push event and returns the hashes.
func (r *Repo) Push(p Push) []string {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if len(p.Commits) == 0 {
		misuse("a push has commits")
	}
	if p.Branch == "" {
		p.Branch = r.trunk
	}
	before := r.refs["refs/heads/"+p.Branch]
	var made []*commit
	var hashes []string
	for _, c := range p.Commits {
		c.Branch = p.Branch
		made = append(made, r.commit(c))
		hashes = append(hashes, made[len(made)-1].sha)
	}
	if p.By == "" {
		p.By = made[len(made)-1].author
	}
	r.pushed("refs/heads/"+p.Branch, before, made, p.By)
	return hashes
}

const noCommit = "0000000000000000000000000000000000000000"

// move sets a reference, removes it when sha is "", and tells about the push.
func (r *Repo) move(ref, sha, by string) {
	before := r.refs[ref]
	if sha == "" {
		delete(r.refs, ref)
		r.pushed(ref, before, nil, by)
		r.orphaned(strings.TrimPrefix(ref, "refs/heads/"), by)
		return
	}
	r.refs[ref] = sha
	r.adopt(r.commits[sha])
	var added []*commit
	if before != "" {
		added = r.between(r.commits[before], r.commits[sha]).ahead
	}
	r.pushed(ref, before, added, by)
}

// pushed sends the push event of a reference that is where it should be now.
func (r *Repo) pushed(ref, before string, added []*commit, by string) {
	after := r.refs[ref]
	o := object{
		"ref": ref, "before": before, "after": after, "created": before == "", "deleted": after == "", "base_ref": nil,
		"forced": before != "" && after != "" && !r.history(after)[before],
		"pusher": object{"name": by, "email": signature(by, r.made)["email"]}, "commits": shapes(added, r.pushedCommit), "head_commit": nil,
		"compare": r.page() + "/compare/" + short(before) + "..." + short(after),
	}
	if before == "" {
		o["before"] = noCommit
	}
	if after == "" {
		o["after"] = noCommit
	} else {
		o["head_commit"] = r.pushedCommit(r.commits[after])
	}
	r.s.emit(r, "push", "", by, o)
	if before != "" && after != "" {
		r.synchronized(strings.TrimPrefix(ref, "refs/heads/"), before, by)
	}
}

// synchronized tells that the open pull requests of a branch have new commits.
func (r *Repo) synchronized(branch, before, by string) {
	for _, p := range r.pulls {
		if p.state == "open" && p.Head == branch && p.Fork == "" {
			p.HeadSHA, p.updated = r.head(p), r.s.now()
			r.s.emit(r, "pull_request", "synchronize", by, object{
				"number": p.number, "pull_request": r.fullPull(p, oldVersion), "before": before, "after": p.HeadSHA,
			})
		}
	}
}

// pushedCommit is a commit as push events have it, which is like nowhere else.
func (r *Repo) pushedCommit(c *commit) object {
	who := signature(c.author, c.date)
	who["username"] = c.author
	delete(who, "date")
	by := map[string][]string{}
	for _, f := range c.files {
		switch f.Status {
		case "renamed":
			by["removed"], by["added"] = append(by["removed"], f.PreviousName), append(by["added"], f.Name)
		default:
			by[f.Status] = append(by[f.Status], f.Name)
		}
	}
	o := object{
		"id": c.sha, "tree_id": c.treeSHA, "distinct": true, "message": c.message, "timestamp": stamp(c.date),
		"url": r.page() + "/commit/" + c.sha, "author": who, "committer": who,
	}
	for _, k := range []string{"added", "removed", "modified"} {
		o[k] = append([]string{}, slices.Sorted(slices.Values(by[k]))...)
	}
	return o
}
