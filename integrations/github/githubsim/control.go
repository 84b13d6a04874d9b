package githubsim

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// cancelRun accepts now and cancels a little later, as GitHub does.
func (s *Server) cancelRun(q *request) reply { return s.cancel(q, false) }

func (s *Server) forceCancelRun(q *request) reply { return s.cancel(q, true) }

func (s *Server) cancel(q *request, force bool) reply {
	n := q.run()
	switch {
	case n == nil:
		return notFound()
	case n.over():
		return fail(http.StatusConflict, "Cannot cancel a workflow run that is completed.")
	case force && !n.cancelling:
		return fail(http.StatusConflict, "Cannot force cancel a workflow run that was not asked to cancel.")
	}
	n.cancelling = true
	if force || !n.w.Stubborn {
		h := &Run{s: s, n: n, attempt: n.attempt}
		s.spawn(func() {
			if s.pause(s.opt.CancelLag) {
				h.Complete("cancelled")
			}
		})
	}
	return reply{status: http.StatusAccepted, body: object{}}
}

func (s *Server) rerunRun(q *request) reply { return s.rerun(q, false) }

func (s *Server) rerunFailedJobs(q *request) reply { return s.rerun(q, true) }

func (s *Server) rerun(q *request, failedOnly bool) reply {
	n := q.run()
	var ask struct {
		Debug *bool `json:"enable_debug_logging"`
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	switch {
	case n == nil:
		return notFound()
	case !n.over():
		return fail(http.StatusForbidden, "This workflow is already running")
	case s.now().Sub(n.created) > 30*24*time.Hour:
		return fail(http.StatusForbidden, "Unable to retry this workflow run because it was created over a month ago")
	case failedOnly && n.conclusion == "success":
		return fail(http.StatusForbidden, "This workflow run cannot be retried")
	}
	n.again(q.who.login, failedOnly)
	return created(object{})
}

// environmentID is the same for a name in every repository.
func environmentID(name string) int64 { return userID("environment/" + name) }

func (s *Server) environmentShape(r *Repo, name string) object {
	id := environmentID(name)
	return object{
		"id": id, "node_id": nodeID("EN", id), "name": name, "url": r.url() + "/environments/" + name,
		"html_url": r.page() + "/deployments/activity_log?environments_filter=" + name,
	}
}

func (n *run) approvable(login string) bool {
	return slices.ContainsFunc(n.reviewers, func(l string) bool { return strings.EqualFold(l, login) })
}

func (s *Server) listPending(q *request) reply {
	n := q.run()
	if n == nil {
		return notFound()
	}
	list := []object{}
	if n.status == "waiting" {
		list = append(list, object{
			"environment": s.environmentShape(q.repo, n.environment), "wait_timer": 0, "wait_timer_started_at": nil,
			"current_user_can_approve": n.approvable(q.who.login),
			"reviewers":                shapes(n.reviewers, func(l string) object { return object{"type": "User", "reviewer": s.user(l)} }),
		})
	}
	return ok(list)
}

// reviewPending approves or rejects. The caller must be one of the reviewers.
func (s *Server) reviewPending(q *request) reply {
	n := q.run()
	if n == nil {
		return notFound()
	}
	var ask struct {
		IDs     []int64 `json:"environment_ids"`
		State   string  `json:"state"`
		Comment *string `json:"comment"`
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	switch {
	case ask.IDs == nil || ask.Comment == nil || ask.State != "approved" && ask.State != "rejected":
		return unprocessable("Invalid request.\n\n\"environment_ids\", \"state\" and \"comment\" must be supplied.")
	case n.status != "waiting" || !slices.Contains(ask.IDs, environmentID(n.environment)):
		return unprocessable("No pending deployment requests to approve or reject.")
	case !n.approvable(q.who.login):
		return unprocessable("%s is not a required reviewer of the environment %s.", q.who.login, n.environment)
	}
	if ask.State == "approved" {
		n.approve(q.who.login)
	} else {
		s.emitDeploymentReview(n, "rejected", n.environment, q.who.login)
		n.complete("failure")
	}
	return ok([]object{})
}
