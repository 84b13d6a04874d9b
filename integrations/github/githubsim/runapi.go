package githubsim

import (
	"slices"
	"strings"
	"time"
)

// greatestFiltered is how many runs a filtered list shows, over all pages.
const greatestFiltered = 1000

func (n *run) url() string  { return n.repo.url() + "/actions/runs/" + itoa64(n.id) }
func (n *run) page() string { return n.repo.page() + "/actions/runs/" + itoa64(n.id) }

func (r *Repo) runShape(n *run) object {
	u, c := n.url(), r.commits[n.sha]
	suite := n.id - 1
	author := signature(c.author, c.date)
	delete(author, "date")
	o := object{
		"id": n.id, "node_id": nodeID("WFR", n.id), "name": n.title, "display_title": n.title, "run_number": n.number, "run_attempt": n.attempt,
		"event": n.event, "status": n.status, "conclusion": orNull(n.conclusion), "workflow_id": n.flow.id, "path": n.flow.path,
		"head_branch": n.branch, "head_sha": n.sha, "check_suite_id": suite, "check_suite_node_id": nodeID("CS", suite), "pull_requests": []object{},
		"created_at": stamp(n.created), "updated_at": stamp(n.updated), "run_started_at": stamp(n.started),
		"actor": r.s.user(n.actor), "triggering_actor": r.s.user(n.by), "referenced_workflows": []object{},
		"url": u, "html_url": n.page(), "jobs_url": u + "/jobs", "logs_url": u + "/logs", "artifacts_url": u + "/artifacts",
		"cancel_url": u + "/cancel", "rerun_url": u + "/rerun", "previous_attempt_url": nil,
		"check_suite_url": r.url() + "/check-suites/" + itoa64(suite), "workflow_url": r.url() + "/actions/workflows/" + itoa64(n.flow.id),
		"head_commit": object{"id": c.sha, "tree_id": c.treeSHA, "message": c.message, "timestamp": stamp(c.date), "author": author, "committer": author},
		"repository":  r.brief(), "head_repository": r.brief(),
	}
	if n.attempt > 1 {
		o["previous_attempt_url"] = u + "/attempts/" + itoa(n.attempt-1)
	}
	return o
}

// run finds the one of the path.
func (q *request) run() *run {
	for _, n := range q.repo.runs {
		if n.id == q.number("run") {
			return n
		}
	}
	return nil
}

func (s *Server) getRun(q *request) reply {
	n := q.run()
	if n == nil {
		return notFound()
	}
	return ok(q.repo.runShape(n))
}

func (s *Server) getRunAttempt(q *request) reply {
	n, want := q.run(), q.number("attempt")
	if n == nil {
		return notFound()
	}
	if int64(n.attempt) == want {
		return ok(q.repo.runShape(n))
	}
	for i := range n.past {
		if int64(n.past[i].attempt) == want {
			return ok(q.repo.runShape(&n.past[i]))
		}
	}
	return notFound()
}

func (s *Server) listWorkflowRuns(q *request) reply {
	f := q.workflow()
	if f == nil {
		return notFound()
	}
	return s.showRuns(q, func(n *run) bool { return n.flow == f })
}

func (s *Server) listRuns(q *request) reply {
	return s.showRuns(q, func(*run) bool { return true })
}

// showRuns filters, newest first. A run that is too new is not in the list yet.
func (s *Server) showRuns(q *request, of func(*run) bool) reply {
	keep, out := runFilter(q)
	if out.isError() {
		return out
	}
	now := time.Now()
	var list []*run
	for _, n := range slices.Backward(q.repo.runs) {
		if of(n) && !n.visible.After(now) && keep(n) {
			list = append(list, n)
		}
	}
	total := len(list)
	for _, name := range []string{"actor", "branch", "check_suite_id", "created", "event", "head_sha", "status"} {
		if q.ask(name) != "" {
			list = list[:min(len(list), greatestFiltered)]
		}
	}
	r := counted(s, q, "workflow_runs", list, q.repo.runShape)
	r.body.(object)["total_count"] = total
	return r
}

// runStates are the values of status and conclusion, by which lists filter alike.
func runStates() []string {
	return []string{"requested", "queued", "pending", "waiting", "in_progress", "completed",
		"success", "failure", "cancelled", "skipped", "timed_out", "action_required", "neutral", "stale", "startup_failure"}
}

func runFilter(q *request) (func(*run) bool, reply) {
	status := q.ask("status")
	if status != "" && !slices.Contains(runStates(), status) {
		return nil, invalid(flaw{Resource: "WorkflowRun", Field: "status", Code: "invalid", Value: status})
	}
	within, good := dates(q.ask("created"))
	if !good {
		return nil, invalid(flaw{Resource: "WorkflowRun", Field: "created", Code: "invalid", Value: q.ask("created")})
	}
	same := func(name, value string) bool { return q.ask(name) == "" || strings.EqualFold(q.ask(name), value) }
	return func(n *run) bool {
		return same("actor", n.actor) && same("event", n.event) && same("head_sha", n.sha) &&
			(q.ask("branch") == "" || q.ask("branch") == n.branch) && same("check_suite_id", itoa64(n.id-1)) &&
			(status == "" || status == n.status || status == n.conclusion) && within(n.created)
	}, reply{}
}

// dates reads the syntax of searches: a day, a time, >=, >, <=, <, A..B with * for
// an open end.
func dates(text string) (func(time.Time) bool, bool) {
	if text == "" {
		return func(time.Time) bool { return true }, true
	}
	if a, b, is := strings.Cut(text, ".."); is {
		after, good1 := dates(open(">=", a))
		before, good2 := dates(open("<=", b))
		return func(t time.Time) bool { return after(t) && before(t) }, good1 && good2
	}
	op := text[:len(text)-len(strings.TrimLeft(text, "<>="))]
	from, to, good := span(text[len(op):])
	switch op {
	case "":
		return func(t time.Time) bool { return !t.Before(from) && !t.After(to) }, good
	case ">=":
		return func(t time.Time) bool { return !t.Before(from) }, good
	case ">":
		return func(t time.Time) bool { return t.After(to) }, good
	case "<=":
		return func(t time.Time) bool { return !t.After(to) }, good
	case "<":
		return func(t time.Time) bool { return t.Before(from) }, good
	}
	return nil, false
}

// open is one end of a range; * is none.
func open(op, end string) string {
	if end == "*" {
		return ""
	}
	return op + end
}

// span is a time as its first and its last moment: a day is long.
func span(text string) (from, to time.Time, good bool) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, t.Add(24*time.Hour - time.Second), true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, t, true
		}
	}
	return from, to, false
}
