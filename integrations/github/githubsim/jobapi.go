package githubsim

import (
	"strconv"
)

func (n *run) jobURL(j *job) string  { return n.repo.url() + "/actions/jobs/" + itoa64(j.id) }
func (n *run) jobPage(j *job) string { return n.page() + "/job/" + itoa64(j.id) }

func (n *run) jobShape(j *job) object {
	o := object{
		"id": j.id, "node_id": nodeID("CR", j.id), "run_id": n.id, "run_url": n.url(), "run_attempt": j.attempt, "workflow_name": n.flow.name,
		"head_branch": n.branch, "head_sha": n.sha, "name": j.name, "status": j.status, "conclusion": orNull(j.conclusion),
		"created_at": stamp(j.created), "started_at": stamp(j.started), "completed_at": stamp(j.completed),
		"url": n.jobURL(j), "html_url": n.jobPage(j), "check_run_url": n.repo.url() + "/check-runs/" + itoa64(j.id), "labels": []string{"ubuntu-latest"},
		"runner_id": nil, "runner_name": nil, "runner_group_id": nil, "runner_group_name": nil,
	}
	if j.status == "in_progress" || j.status == "completed" && j.steps != nil {
		o["runner_id"], o["runner_name"], o["runner_group_id"], o["runner_group_name"] = 1, "GitHub Actions 1", 0, "GitHub Actions"
	}
	steps := make([]object, 0, len(j.steps))
	for i, st := range j.steps {
		steps = append(steps, object{
			"name": st.name, "number": i + 1, "status": st.status, "conclusion": orNull(st.conclusion),
			"started_at": stamp(st.started), "completed_at": stamp(st.completed),
		})
	}
	o["steps"] = steps
	return o
}

func (s *Server) listJobs(q *request) reply {
	n, filter := q.run(), q.ask("filter")
	switch {
	case n == nil:
		return notFound()
	case filter == "all":
		return counted(s, q, "jobs", n.jobs, n.jobShape)
	case filter == "" || filter == "latest":
		return counted(s, q, "jobs", n.latest(), n.jobShape)
	}
	return invalid(flaw{Resource: "WorkflowJob", Field: "filter", Code: "invalid", Value: filter})
}

func (s *Server) listAttemptJobs(q *request) reply {
	n := q.run()
	attempt, err := strconv.Atoi(q.PathValue("attempt"))
	if n == nil || err != nil || attempt < 1 || attempt > n.attempt {
		return notFound()
	}
	return counted(s, q, "jobs", n.jobsOf(attempt), n.jobShape)
}

func (s *Server) getJob(q *request) reply {
	for _, n := range q.repo.runs {
		for _, j := range n.jobs {
			if j.id == q.number("job") {
				return ok(n.jobShape(j))
			}
		}
	}
	return notFound()
}
