package templates

import (
	"strconv"

	"backout/timeline"
)

// state says where it stands and what comes next.
func (t rollbackTeller) state() Rich {
	r, plan := t.rb, t.rb.Plan
	service := serviceName(plan.Service)
	switch r.State {
	case timeline.RollbackProposed:
		return t.proposed()
	case timeline.RollbackAwaiting:
		return R(B("Waits for approval: "+approvals(r)+"."), T(" "), t.who(r.ConfirmedBy),
			T(" said yes. Somebody else who may roll "+service+" back must press Approve. It lapses half an hour after the yes. Nothing has been changed yet."))
	case timeline.RollbackConfirmed:
		if r.Reason != "" {
			return R(B("Confirmed, waits for GitHub."), T(" "+sentence(r.Reason)+" It is tried again by itself. Nothing has been changed yet."))
		}
		return R(B("Confirmed."), T(" The workflow is started next."))
	case timeline.RollbackDispatching:
		return R(B("Starting the workflow…"))
	case timeline.RollbackUnclear:
		return R(B("GitHub did not say whether it was started."), T(" "+sentence(r.Reason)+
			" Backout keeps looking for the run for half an hour. Look at the runs of "+workflowName(plan)+" yourself before you dispatch again."))
	case timeline.RollbackQueued:
		if r.Reason != "" {
			return append(t.since(R(B("Queued at GitHub"))), T(": the failed jobs run again, attempt "+strconv.Itoa(max(r.Run.Attempt, 1))+"."))
		}
		return append(t.since(R(B("Queued at GitHub"))), T("."))
	case timeline.RollbackWaiting:
		out := append(t.since(R(B("Waits for approval or protection rules at GitHub"))), T("."))
		return t.working(append(out, T(" Somebody must let it go on there.")))
	case timeline.RollbackRunning:
		return t.working(append(t.since(R(B("Running"))), T(".")))
	case timeline.RollbackOverdue:
		return t.overdue()
	case timeline.RollbackSucceeded:
		return t.succeeded()
	case timeline.RollbackFailed:
		return t.failed()
	case timeline.RollbackCancelled:
		out := append(t.by(R(B("Cancelled"))), T(": "+clause(r.Reason)+"."))
		return append(out, T(t.leftBehind()))
	}
	return R(B(capital(rollbackWord(r)) + "."))
}

func workflowName(p timeline.RollbackPlan) string {
	return first(outside(p.Workflow, titleLength), "its workflow")
}

func (t rollbackTeller) proposed() Rich {
	p := t.rb.Preview
	if p == nil {
		return R(B("Looking at what would be undone…"), T(" Nothing has been changed yet."))
	}
	blocked := p.Blocked()
	switch {
	case len(blocked) == 0 && t.rb.Plan.Approvals > 0:
		n := t.rb.Plan.Approvals
		return R(B("Waits for a yes."), T(" After that "+plural(n, "other person", "other people")+" must approve. Nothing has been changed yet."))
	case len(blocked) == 0:
		return R(B("Waits for a yes."), T(" Nothing has been changed yet."))
	case hasFinal(blocked):
		return R(B("Blocked."), T(" Nobody can set that aside. Once it is mended, press Check again. Nothing has been changed yet."))
	}
	return R(B("Blocked."), T(" Once that is settled, press Check again. Somebody who may set it aside can press Override… and say why. Nothing has been changed yet."))
}

func hasFinal(guards []timeline.Guard) bool {
	for _, g := range guards {
		if g.Final {
			return true
		}
	}
	return false
}

// working adds the jobs that are under way.
func (t rollbackTeller) working(out Rich) Rich {
	jobs := atWork(t.rb.Run)
	if len(jobs) == 0 {
		return out
	}
	return append(Join(out, R(T(" Now: ")), jobs), T("."))
}

func (t rollbackTeller) overdue() Rich {
	out := R(B("Overdue."), T(" The run has not ended"))
	if p, ok := t.rb.Last(timeline.RollbackQueued); ok {
		out = append(out, T("; it was queued "), At(p.At))
	}
	return t.working(append(out, T(". Look at it at GitHub; Backout goes on watching it.")))
}

func (t rollbackTeller) succeeded() Rich {
	out := R(B("Rolled back:"), T(" "+deployLabel(t.rb.Plan.To)+" of "+serviceName(t.rb.Plan.Service)+" went live in "+environmentName(t.rb.Plan.Environment)))
	done, ok := t.rb.Last(timeline.RollbackSucceeded)
	if !ok {
		return append(out, T("."))
	}
	out = append(out, T(" "), At(done.At))
	if begun, ok := t.rb.Last(timeline.RollbackConfirmed); ok && !done.At.Before(begun.At) {
		out = append(out, T(", "+roughly(done.At.Sub(begun.At))+" after it was confirmed"))
	}
	return append(out, T("."))
}

func (t rollbackTeller) failed() Rich {
	out := R(B("Failed:"), T(" "+clause(t.rb.Reason)+"."+t.leftBehind()))
	var links Rich
	for i, j := range t.rb.Run.FailedJobs() {
		if i == shownWords {
			break
		}
		if !isWebLink(j.Link) {
			continue
		}
		if len(links) > 0 {
			links = append(links, T(", "))
		}
		links = append(links, WebLink(j.Link, jobWords(j)))
	}
	if len(links) == 0 {
		return out
	}
	return append(Join(out, R(T(" See ")), links), T("."))
}

// leftBehind says what a rollback that did not reach its end has done.
func (t rollbackTeller) leftBehind() string {
	if n := len(t.rb.Phases); n > 1 && t.rb.Phases[n-2].State == timeline.RollbackOverdue && t.rb.Run.Conclusion == "" {
		return " The run may go on at GitHub."
	}
	if t.rb.Run.ID != 0 {
		return " What the run did until then stays done."
	}
	if _, tried := t.rb.Last(timeline.RollbackUnclear); tried {
		return ""
	}
	return " Nothing was changed."
}
