package templates

import (
	"strconv"

	"backout/timeline"
)

// fromTo is "v2.4.0 → v2.3.9".
func fromTo(p timeline.RollbackPlan) string { return deployLabel(p.From) + " → " + deployLabel(p.To) }

// approvals is "1 of 2".
func approvals(r timeline.Rollback) string {
	return strconv.Itoa(len(r.Approvals)) + " of " + strconv.Itoa(r.Plan.Approvals)
}

// rollbackWord says where a rollback stands, as the end of a sentence.
func rollbackWord(r timeline.Rollback) string {
	switch r.State {
	case timeline.RollbackProposed:
		switch {
		case r.Preview == nil:
			return "proposed, Backout looks at what it would undo"
		case len(r.Preview.Blocked()) > 0:
			return "proposed, but a check blocks it"
		}
		return "proposed, waits for a yes"
	case timeline.RollbackAwaiting:
		return "waits for approval, " + approvals(r)
	case timeline.RollbackConfirmed:
		return "confirmed, starts next"
	case timeline.RollbackDispatching:
		return "the workflow is being started"
	case timeline.RollbackUnclear:
		return "it is not known whether it was started"
	case timeline.RollbackQueued:
		return "queued at GitHub"
	case timeline.RollbackWaiting:
		return "waits for approval or protection rules at GitHub"
	case timeline.RollbackRunning:
		return "running"
	case timeline.RollbackOverdue:
		return "overdue"
	case timeline.RollbackSucceeded:
		return "done"
	case timeline.RollbackFailed:
		return "failed"
	case timeline.RollbackCancelled:
		return "cancelled"
	}
	return first(outside(string(r.State), nameLength), "not known")
}

// notStarted reports whether nothing has been asked of GitHub yet.
func notStarted(s timeline.RollbackState) bool {
	return s == timeline.RollbackProposed || s == timeline.RollbackAwaiting || s == timeline.RollbackConfirmed
}

// atWork lists the jobs that are under way, each with its step.
func atWork(run timeline.WorkflowRun) Rich {
	var out Rich
	n := 0
	for _, j := range run.Jobs {
		if j.Status != "in_progress" && j.Status != "waiting" || j.Conclusion != "" {
			continue
		}
		if n++; n > shownWords {
			continue
		}
		if n > 1 {
			out = append(out, T(", "))
		}
		out = append(out, WebLink(j.Link, jobWords(j)))
	}
	if more := n - shownWords; more > 0 {
		out = append(out, T(" and "+strconv.Itoa(more)+"\u00a0more"))
	}
	return out
}

// jobWords is "job deploy, step “Rollout”".
func jobWords(j timeline.RunJob) string {
	s := "job " + first(outside(j.Name, titleLength), "without a name")
	if step := outside(j.Step, titleLength); step != "" {
		s += ", step “" + step + "”"
	}
	return s
}
