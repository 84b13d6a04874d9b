package templates

import (
	"strconv"
	"strings"

	"backout/timeline"
)

// What the card shows of suspects and rollbacks. What is more stands in the list
// that a command gives.
const (
	shownSuspects  = 3
	suspectButtons = 2
	shownRollbacks = 3
)

// suspects are the deploys that may have caused it, those that people blame first,
// each with what can be said of it.
func (v View) suspects() []Part {
	var open, cleared []timeline.NotedDeploy
	for _, d := range v.In.Suspects() {
		if d.Suspected() {
			open = append(open, d)
		} else {
			cleared = append(cleared, d)
		}
	}
	var parts []Part
	for i, d := range open[:min(len(open), shownSuspects)] {
		parts = append(parts, Para(v.suspect(d)))
		if b := v.deployButtons(d); i < suspectButtons && len(b) > 0 {
			parts = append(parts, b)
		}
	}
	var rest Rich
	if more := len(open) - shownSuspects; more > 0 {
		rest = append(rest, T(plural(more, "more suspect", "more suspects")+"; "), v.cmd("deploys"), T(" shows all. "))
	}
	if len(cleared) > 0 {
		names := make([]string, len(cleared))
		for i, d := range cleared {
			names[i] = deployRef(d.Deploy)
		}
		rest = append(rest, T("Cleared: "+listing(names, shownSuspects)+"."))
	}
	if len(rest) > 0 {
		parts = append(parts, Footer(rest))
	}
	return parts
}

// deployRef is "v2.4.0 of web-app (D4)".
func deployRef(d timeline.Deploy) string {
	return deployLabel(d) + " of " + serviceName(d.Service) + " (" + d.ID() + ")"
}

// suspect says in a paragraph what is known of a suspect.
func (v View) suspect(d timeline.NotedDeploy) Rich {
	word := "Suspect: "
	if d.Standing == timeline.StandingCaused {
		word = "Cause: "
	}
	where := ""
	if d.Deploy.Environment != v.Catalogue.Environment(d.Deploy.Service) {
		where = " in " + environmentName(d.Deploy.Environment)
	}
	out := R(B(word+deployLabel(d.Deploy)), T(" of "+serviceName(d.Deploy.Service)+where+" ("+d.Deploy.ID()+"), "))
	out = append(Join(out, deployWhen(d.Deploy)), T(deployMaker(d.Deploy)+deployStage(d.Deploy)))
	if !d.Deploy.Undone.IsZero() {
		out = append(out, T(", rolled back since"))
	}
	if why := Reasons(d.Reasons); why != "" {
		out = append(out, T(" — "+why))
	}
	return Join(out, R(T("\n")), whatChanged(d.Facts, d.Trouble))
}

// deployButtons let people judge a deploy, and take it back.
func (v View) deployButtons(d timeline.NotedDeploy) Buttons {
	if !v.In.Status.Open() {
		return nil
	}
	value := v.value() + "/" + d.Deploy.ID()
	var b Buttons
	if v.canRollBack(d.Deploy) && d.Standing != timeline.StandingCleared {
		b = append(b, Button{ID: "rollback_open_v1", Label: "Roll back…", Value: value, Look: Danger})
	}
	if d.Standing != timeline.StandingCaused {
		b = append(b, Button{ID: "caused_v1", Label: "It was this", Value: value})
	}
	if d.Standing != timeline.StandingCleared {
		b = append(b, Button{ID: "cleared_v1", Label: "It was not", Value: value})
	}
	return b
}

// canRollBack reports whether proposing to roll the deploy's service back would
// mean this deploy: the configuration says how, it went out where people are, and
// nothing is at work on it yet.
func (v View) canRollBack(d timeline.Deploy) bool {
	svc, ok := v.Catalogue.Service(d.Service)
	if !ok || svc.Rollback.Workflow == "" || d.Environment != v.Catalogue.Environment(d.Service) {
		return false
	}
	if d.State != timeline.DeploySucceeded || !d.Undone.IsZero() || !d.Rollback.IsZero() {
		return false
	}
	for _, r := range v.In.Rollbacks {
		if !r.State.Finished() && r.State != timeline.RollbackProposed && strings.EqualFold(r.Plan.Service, d.Service) {
			return false
		}
	}
	return true
}

// unfinished is a line for each rollback that is not finished.
func (v View) unfinished() []Part {
	var out Rich
	n := 0
	for _, r := range v.In.Rollbacks {
		if r.State.Finished() {
			continue
		}
		if n++; n > shownRollbacks {
			continue
		}
		if n > 1 {
			out = append(out, T("\n"))
		}
		out = Join(out, rollbackLine(r))
	}
	if more := n - shownRollbacks; more > 0 {
		out = append(out, T("\n"+strconv.Itoa(more)+" more rollbacks are not finished."))
	}
	if len(out) == 0 {
		return nil
	}
	return []Part{Para(out)}
}

func rollbackLine(r timeline.Rollback) Rich {
	out := R(B("Rollback "+timeline.RollbackID(r.Number)+" of "+serviceName(r.Plan.Service)+":"), T(" "+rollbackWord(r)+", "+fromTo(r.Plan)))
	if isWebLink(r.Run.Link) {
		out = append(out, T(" · "), WebLink(r.Run.Link, "Run"))
	}
	return out
}

// freezes says what is frozen, and since when.
func (v View) freezes() Rich {
	var out Rich
	for i, f := range v.In.Freezes {
		if i == shownServices {
			return append(out, T("\n"+strconv.Itoa(len(v.In.Freezes)-i)+" more"))
		}
		name := serviceName(f.Service)
		if f.Service == timeline.AllServices {
			name = "all services"
		}
		if i > 0 {
			out = append(out, T("\n"))
		}
		out = append(out, T(name+" since "), At(f.Since))
	}
	return out
}

// blamed is what people marked as the cause, while nobody has written how.
func blamed(in *timeline.Incident) Rich {
	for _, d := range in.Suspects() {
		if d.Standing == timeline.StandingCaused {
			return R(T("the deploy of " + deployRef(d.Deploy) + "; how is not known yet"))
		}
	}
	return nil
}
