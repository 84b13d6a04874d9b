package templates

import (
	"time"

	"backout/timeline"
)

// changedIn says one event; what it says of a deploy may stand in the others.
func (w Words) changedIn(e timeline.Event, all []timeline.Event) Rich {
	if b, ok := e.Body.(timeline.SuspectSet); ok {
		return w.suspectSet(timeline.ID(e.Incident), e, b, all)
	}
	return w.changed(e)
}

// changedWork says events about rollbacks and freezes. Deploys that are noted and
// the record of deploys go along with others and say nothing.
func (w Words) changedWork(id string, e timeline.Event) Rich {
	switch b := e.Body.(type) {
	case timeline.FreezeSet:
		what := frozenWords(b.Services)
		if !b.Frozen {
			return R(T(id + " no longer freezes " + what + "."))
		}
		return R(T(id+" freezes "+what+" from now on. "), w.cmd(unfreezes(b.Services)), T(" ends that."))
	case timeline.RollbackStep:
		return w.rollbackStep(id, e, b)
	case timeline.RollbackNoted:
		if b.CancelAsked {
			return R(T("GitHub is asked to cancel the run of " + timeline.RollbackID(b.Number) + " of " + id + ". " + watchPost))
		}
	}
	return w.changedAlerts(id, e)
}

// watchPost says where a rollback goes on.
const watchPost = "Its post in the channel shows how it goes on."

func (w Words) rollbackStep(id string, e timeline.Event, b timeline.RollbackStep) Rich {
	ref := timeline.RollbackID(b.Number) + " of " + id
	if b.State == timeline.RollbackCancelled {
		return R(T(ref + " is cancelled: " + clause(b.Reason) + "."))
	}
	if e.Who == timeline.Backout {
		return nil
	}
	switch b.State {
	case timeline.RollbackProposed:
		what := ""
		if b.Plan != nil {
			what = ": " + serviceName(b.Plan.Service) + " " + fromTo(*b.Plan)
		}
		return R(T(ref + " is proposed" + what + ". Nothing has been changed yet. Its post in the channel shows what would be undone and asks for a yes."))
	case timeline.RollbackAwaiting:
		if b.Approved {
			return R(T("Your approval of " + ref + " is recorded; it waits for more. " + watchPost))
		}
		return R(T(ref + " is confirmed and waits for approval. Its post in the channel asks for it."))
	case timeline.RollbackConfirmed:
		if b.Approved {
			return R(T(ref + " is approved and starts next. " + watchPost))
		}
		return R(T(ref + " is confirmed and starts next. " + watchPost))
	case timeline.RollbackQueued:
		return R(T("The failed jobs of " + ref + " run again. " + watchPost))
	}
	return nil
}

// suspectSet says what a person said of a deploy. An incident that a deploy caused
// often began with it, and only a person can say so.
func (w Words) suspectSet(id string, e timeline.Event, b timeline.SuspectSet, all []timeline.Event) Rich {
	ref := timeline.DeployID(b.Deploy)
	d, noted := notedBy(all, e.Incident, b.Deploy)
	if noted {
		ref = deployRef(d)
	}
	switch {
	case e.Who == timeline.Backout:
		return nil
	case b.Standing == timeline.StandingCleared:
		return R(T(ref + " is cleared in " + id + ": it was not this."))
	case b.Standing == timeline.StandingSuspect:
		return R(T(ref + " is a suspect in " + id + "."))
	case b.Standing != timeline.StandingCaused:
		return R(T("What was said of " + ref + " in " + id + " is taken back."))
	}
	when := "<when it was deployed>"
	if at := d.At(); noted && !at.IsZero() {
		when = at.UTC().Format(time.RFC3339)
	}
	return R(T(ref+" is marked as the cause of "+id+". If "+id+" began with it, "), w.cmd("began "+when), T(" or the button says so."))
}

// notedBy finds a deploy that the same change put into the incident's record.
func notedBy(all []timeline.Event, incident, deploy int) (timeline.Deploy, bool) {
	for _, e := range all {
		if b, ok := e.Body.(timeline.DeployNoted); ok && e.Incident == incident && b.Deploy.Number == deploy {
			return b.Deploy, true
		}
	}
	return timeline.Deploy{}, false
}

// beganButton offers to say that an incident began when the deploy that a person
// blames was done.
func beganButton(events []timeline.Event) Buttons {
	for _, e := range events {
		b, ok := e.Body.(timeline.SuspectSet)
		if ok && b.Standing == timeline.StandingCaused && e.Who != timeline.Backout {
			v := View{In: &timeline.Incident{Number: e.Incident}}
			return Buttons{{ID: "began_v1", Label: "Set began to the deploy", Value: v.value() + "/" + timeline.DeployID(b.Deploy)}}
		}
	}
	return nil
}

// passing reports whether an entry is only on the way to a later one: the phases of
// a rollback between the yes and the end, deploys that a suspect's row names, pages
// that went on, and what happened to an alert between its begin and its end.
func passing(in *timeline.Incident, e *timeline.Entry) bool {
	switch b := e.Body.(type) {
	case timeline.DeployNoted:
		d, ok := in.Noted(b.Deploy.Number)
		return ok && d.Standing != ""
	case timeline.RollbackStep:
		r, ok := in.Rollback(b.Number)
		if !ok || len(r.Phases) == 0 || r.Phases[len(r.Phases)-1].N == e.N {
			return false
		}
		return b.State != timeline.RollbackConfirmed && b.State != timeline.RollbackFailed
	case timeline.AlertNoted:
		return !telling(in, e)
	case timeline.PageSet:
		p, ok := in.Page(b.Number)
		return ok && p.State != b.State
	}
	return false
}

// openWork asks what caused it, and says what is suspected, frozen and under way.
func (w Words) openWork(in *timeline.Incident) []Rich {
	out := w.openAlerts(in)
	if len(causeWords(in.Cause, echo)) == 0 {
		out = append(out, w.causeAsked(in))
	}
	rolling := 0
	for _, r := range in.Rollbacks { // one at a time of each service
		if !r.State.Finished() && rolling < shownRollbacks {
			out = append(out, rollbackLine(r))
			rolling++
		}
	}
	if in.Status.Open() && len(in.Freezes) > 0 {
		services := make([]string, len(in.Freezes))
		for i, f := range in.Freezes {
			services[i] = f.Service
		}
		out = append(out, R(T("Frozen: "+frozenWords(services)+".")))
	}
	return out
}

func (w Words) causeAsked(in *timeline.Incident) Rich {
	for _, d := range in.Suspects() {
		switch d.Standing {
		case timeline.StandingCaused:
			return R(T("How did " + deployRef(d.Deploy) + " cause it? Not known yet."))
		case timeline.StandingSuspect:
			text := "What caused it? Not known yet; suspected first: " + deployRef(d.Deploy)
			if why := Reasons(d.Reasons); why != "" {
				text += " — " + why
			}
			return R(T(text+". "), w.cmd("deploys"), T(" shows all."))
		}
	}
	return R(T("What caused it? Not known yet."))
}
