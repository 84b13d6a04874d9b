package githubsim

import (
	"slices"
	"time"
)

// CheckRun is what a check says about a commit.
type CheckRun struct {
	Name                   string
	Status                 string // completed when empty and there is a Conclusion, else queued
	Conclusion             string
	StartedAt, CompletedAt time.Time
	URL                    string
}

type check struct {
	CheckRun
	id  int64
	sha string
}

// CheckRun adds a check run to a commit; a later one of the same name replaces it
// where only the latest are asked for.
func (r *Repo) CheckRun(sha string, c CheckRun) int64 {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	sha = r.must(sha).sha
	if c.Status == "" {
		c.Status = "queued"
		if c.Conclusion != "" {
			c.Status = "completed"
		}
	}
	if c.Status != "completed" && c.Conclusion != "" {
		misuse("a check run that is %s has no conclusion yet", c.Status)
	}
	if c.StartedAt.IsZero() {
		c.StartedAt = r.s.now()
	}
	if c.CompletedAt.IsZero() && c.Status == "completed" {
		c.CompletedAt = r.s.now()
	}
	n := &check{c, r.s.w.id(), sha}
	r.checks = append(r.checks, n)
	action := "created"
	if c.Status == "completed" {
		action = "completed"
	}
	r.s.emit(r, "check_run", action, "github-actions[bot]", object{"check_run": r.checkShape(n)})
	return n.id
}

func (r *Repo) checkShape(c *check) object {
	page := c.URL
	if page == "" {
		page = r.page() + "/runs/" + itoa64(c.id)
	}
	return object{
		"id": c.id, "node_id": nodeID("CR", c.id), "name": c.Name, "head_sha": c.sha, "external_id": "", "status": c.Status, "conclusion": orNull(c.Conclusion),
		"started_at": stamp(c.StartedAt), "completed_at": stamp(c.CompletedAt), "html_url": page, "details_url": page, "url": r.url() + "/check-runs/" + itoa64(c.id),
		"app":           object{"id": 15368, "slug": "github-actions", "name": "GitHub Actions", "owner": r.s.user("github")},
		"check_suite":   object{"id": c.id - 1},
		"output":        object{"title": nil, "summary": nil, "text": nil, "annotations_count": 0, "annotations_url": r.url() + "/check-runs/" + itoa64(c.id) + "/annotations"},
		"pull_requests": []object{},
	}
}

func (s *Server) listChecks(q *request, c *commit) reply {
	filter := q.ask("filter")
	if filter != "" && filter != "latest" && filter != "all" {
		return invalid(flaw{Resource: "CheckRun", Field: "filter", Code: "invalid", Value: filter})
	}
	var list []*check
	seen := map[string]bool{}
	for _, k := range slices.Backward(q.repo.checks) {
		if k.sha != c.sha || filter != "all" && seen[k.Name] {
			continue
		}
		seen[k.Name] = true
		if (q.ask("check_name") == "" || q.ask("check_name") == k.Name) && (q.ask("status") == "" || q.ask("status") == k.Status) {
			list = append(list, k)
		}
	}
	return counted(s, q, "check_runs", list, q.repo.checkShape)
}

// Status is a commit status of the older kind.
type Status struct {
	Context     string // "default" when empty
	State       string // error, failure, pending or success
	Description string
	TargetURL   string
	Creator     string
	At          time.Time
}

type status struct {
	Status
	id  int64
	sha string
}

// Status adds a status to a commit.
func (r *Repo) Status(sha string, st Status) int64 {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if !slices.Contains(statusStates(), st.State) {
		misuse("a commit status cannot be %q", st.State)
	}
	return r.addStatus(r.must(sha), st).id
}

func statusStates() []string { return []string{"error", "failure", "pending", "success"} }

func (r *Repo) addStatus(c *commit, st Status) *status {
	if st.Context == "" {
		st.Context = "default"
	}
	if st.At.IsZero() {
		st.At = r.s.now()
	}
	if st.Creator == "" {
		st.Creator = r.owner
	}
	n := &status{st, r.s.w.id(), c.sha}
	r.statuses = append(r.statuses, n)
	o := r.statusShape(n)
	r.s.emit(r, "status", "", st.Creator, object{
		"id": n.id, "sha": c.sha, "name": r.full(), "state": st.State, "context": st.Context, "description": o["description"],
		"target_url": o["target_url"], "created_at": stamp(st.At), "updated_at": stamp(st.At), "commit": r.commitShape(c), "branches": []object{},
	})
	return n
}

func (r *Repo) statusShape(st *status) object {
	return object{
		"id": st.id, "node_id": nodeID("SC", st.id), "url": r.url() + "/statuses/" + st.sha, "state": st.State, "context": st.Context,
		"description": orNull(st.Description), "target_url": orNull(st.TargetURL), "creator": r.s.user(st.Creator),
		"created_at": stamp(st.At), "updated_at": stamp(st.At), "avatar_url": r.s.base + "/avatars/oa/1",
	}
}

// statusesOf are a commit's, newest first.
func (r *Repo) statusesOf(c *commit) []*status {
	var out []*status
	for _, st := range slices.Backward(r.statuses) {
		if st.sha == c.sha {
			out = append(out, st)
		}
	}
	return out
}

func (s *Server) listStatuses(q *request, c *commit) reply {
	return listing(s, q, q.repo.statusesOf(c), q.repo.statusShape)
}

// combinedStatus sums up the latest status of each context. None at all is pending.
func (s *Server) combinedStatus(q *request, c *commit) reply {
	latest, state := q.repo.latestStatuses(c)
	part, link := paged(q, s.api(), latest)
	u := q.repo.url() + "/commits/" + c.sha
	return linked(ok(object{
		"state": state, "sha": c.sha, "total_count": len(latest), "statuses": shapes(part, q.repo.statusShape),
		"repository": q.repo.brief(), "commit_url": u, "url": u + "/status",
	}), link)
}

func (r *Repo) latestStatuses(c *commit) (latest []*status, state string) {
	seen := map[string]bool{}
	failed, pending := false, false
	for _, st := range r.statusesOf(c) {
		if seen[st.Context] {
			continue
		}
		seen[st.Context] = true
		latest = append(latest, st)
		failed = failed || st.State == "failure" || st.State == "error"
		pending = pending || st.State == "pending"
	}
	switch {
	case failed:
		return latest, "failure"
	case pending || len(latest) == 0:
		return latest, "pending"
	}
	return latest, "success"
}

func (s *Server) createStatus(q *request) reply {
	var ask struct {
		State, Context, Description string
		TargetURL                   string `json:"target_url"`
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	c := q.repo.commits[q.PathValue("sha")]
	switch {
	case c == nil:
		return unprocessable("No commit found for SHA: %s", q.PathValue("sha"))
	case !slices.Contains(statusStates(), ask.State):
		return invalid(flaw{Resource: "Status", Field: "state", Code: "custom", Message: "state is not included in the list"})
	case len(ask.Description) > greatestDescription:
		return invalid(flaw{Resource: "Status", Field: "description", Code: "custom", Message: "description is too long (maximum is 140 characters)"})
	}
	st := q.repo.addStatus(c, Status{Context: ask.Context, State: ask.State, Description: ask.Description, TargetURL: ask.TargetURL, Creator: q.who.login})
	return created(q.repo.statusShape(st))
}
