package templates

import (
	"strings"

	"backout/timeline"
)

// EntryWords says in plain words what a row about a deploy, a suspect, a rollback,
// a freeze, an alert, a page or a merge records. What it names from outside is cleaned and cut, and must be
// escaped like any other text where it is shown. Who did it is not said, except who
// made a deploy or did something to an alert: that stands in the entry. Neither
// people in Slack nor other incidents are named: [EntryRich] can. The report is
// false for other kinds.
func EntryWords(in *timeline.Incident, e *timeline.Entry) (string, bool) {
	words, ok := EntryRich(in, e, nil)
	if !ok {
		return "", false
	}
	return words.Plain(nil), true
}

// workWords is EntryWords for deploys, suspects, rollbacks and freezes.
func workWords(in *timeline.Incident, e *timeline.Entry) (string, bool) {
	switch b := e.Body.(type) {
	case timeline.DeployNoted:
		return deployEntry(b.Deploy), true
	case timeline.SuspectSet:
		return suspectEntry(in, e, b), true
	case timeline.RollbackStep:
		return rollbackEntry(in, e, b), true
	case timeline.FreezeSet:
		return freezeEntry(e, b), true
	}
	return "", false
}

// signed adds to such words the person who did it.
func signed(words Rich, e *timeline.Entry) Rich {
	switch b := e.Body.(type) {
	case timeline.DeployNoted, timeline.AlertNoted:
		return words
	case timeline.PageSet:
		if b.State != timeline.PageAsked {
			return words
		}
	}
	if e.Who == timeline.Backout || e.Who == "" {
		return words
	}
	return append(words, T(", by "), actor(e))
}

// deployEntry is "Deployed v2.4.0 (9f3c2e1) of web-app to production by jonas".
func deployEntry(d timeline.Deploy) string {
	what := deployLabel(d)
	if sha := outside(timeline.ShortSHA(d.SHA), nameLength); sha != "" && sha != what {
		what += " (" + sha + ")"
	}
	what += " of " + serviceName(d.Service) + " to " + environmentName(d.Environment)
	tail := deployMaker(d) + deployStage(d)
	if !d.Undone.IsZero() {
		tail += "; rolled back since"
	}
	switch d.State {
	case timeline.DeployPending:
		return "About to deploy " + what + tail
	case timeline.DeployRunning:
		return "Deploying " + what + tail
	case timeline.DeploySucceeded:
		return "Deployed " + what + tail
	case timeline.DeployFailed:
		return "Deploy failed: " + what + tail
	case timeline.DeployCancelled:
		return "Deploy cancelled: " + what + tail
	}
	return "Deploy reported: " + what + tail
}

// suspectEntry gives the reasons as they stand now while it is what counts.
func suspectEntry(in *timeline.Incident, e *timeline.Entry, b timeline.SuspectSet) string {
	ref, reasons := timeline.DeployID(b.Deploy), b.Reasons
	if d, ok := in.Noted(b.Deploy); ok {
		ref = deployLabel(d.Deploy) + " of " + serviceName(d.Deploy.Service)
		if d.JudgedN == e.N && len(d.Reasons) > 0 {
			reasons = d.Reasons
		}
	}
	switch b.Standing {
	case timeline.StandingCaused:
		return "Marked " + ref + " as the cause"
	case timeline.StandingCleared:
		return "Cleared " + ref
	case timeline.StandingSuspect:
		if e.Who != timeline.Backout {
			return "Marked " + ref + " as a suspect"
		}
		if why := Reasons(reasons); why != "" {
			return "Suspect: " + ref + " — " + why
		}
		return "Suspect: " + ref
	}
	return "Took back what was said of " + ref
}

func freezeEntry(e *timeline.Entry, b timeline.FreezeSet) string {
	what := frozenWords(b.Services)
	switch auto := e.Who == timeline.Backout; {
	case b.Frozen && auto:
		return "Froze " + what + " because of the severity"
	case b.Frozen:
		return "Froze " + what
	case auto:
		return "Ended the freeze of " + what + ", as the incident is over"
	}
	return "Ended the freeze of " + what
}

// rollbackEntry says a phase of a rollback.
func rollbackEntry(in *timeline.Incident, e *timeline.Entry, b timeline.RollbackStep) string {
	id := "Rollback " + timeline.RollbackID(b.Number)
	plan, ok := b.Plan, b.Plan != nil
	if r, found := in.Rollback(b.Number); found {
		plan, ok = &r.Plan, true
	}
	switch b.State {
	case timeline.RollbackProposed:
		if !ok {
			return id + " proposed"
		}
		return id + " of " + serviceName(plan.Service) + " proposed: " + fromTo(*plan)
	case timeline.RollbackAwaiting:
		return id + awaitingEntry(in, e, b)
	case timeline.RollbackConfirmed:
		return id + confirmedEntry(in, e, b)
	case timeline.RollbackDispatching:
		return id + ": the workflow is being started"
	case timeline.RollbackUnclear:
		return id + ": not known whether it was started: " + clause(b.Reason)
	case timeline.RollbackQueued:
		return id + queuedEntry(in, e, b)
	case timeline.RollbackWaiting:
		return id + " waits for approval or protection rules at GitHub"
	case timeline.RollbackRunning:
		return id + " is running"
	case timeline.RollbackOverdue:
		return id + " is overdue: " + clause(b.Reason)
	case timeline.RollbackSucceeded:
		if !ok {
			return id + " succeeded"
		}
		return id + " succeeded: " + serviceName(plan.Service) + " is back on " + deployLabel(plan.To)
	case timeline.RollbackFailed:
		return id + " failed: " + clause(b.Reason)
	case timeline.RollbackCancelled:
		return id + " cancelled: " + clause(b.Reason)
	}
	return strings.TrimSpace(id + " " + outside(string(b.State), nameLength))
}
