package templates

import (
	"strings"

	"backout/timeline"
)

// DeployPost is the living post about a deploy that goes out while people work on
// the incident. It says what is happening first, then whether that is allowed, and
// whether it may be to blame. The report is false when the incident's record does
// not speak of the deploy.
func DeployPost(v View, deploy int) (Message, bool) {
	d, ok := v.In.Noted(deploy)
	if !ok {
		return Message{}, false
	}
	title := deployTitle(d.Deploy)
	m := Message{Summary: title, Parts: []Part{Para(Join(R(B(title), T("\n")), v.deployDetails(d.Deploy)))}}
	for _, text := range []Rich{v.heldBack(d.Deploy), v.judged(d)} {
		if len(text) > 0 {
			m.Parts = append(m.Parts, Para(text))
		}
	}
	if b := v.deployButtons(d); len(b) > 0 && d.Deploy.Rollback.IsZero() {
		m.Parts = append(m.Parts, b)
	}
	return m, true
}

// deployDetails are number, time, maker, stage and link in one line.
func (v View) deployDetails(d timeline.Deploy) Rich {
	out := R(T(d.ID()))
	if sha := outside(timeline.ShortSHA(d.SHA), nameLength); sha != "" && sha != deployLabel(d) {
		out = append(out, T(" · "+sha))
	}
	if at := d.At(); !at.IsZero() {
		word := "finished "
		switch {
		case d.State == timeline.DeployPending:
			word = "reported "
		case d.Finished.IsZero():
			word = "started "
		}
		out = append(out, T(" · "+word), At(at))
	}
	if by := strings.TrimSpace(deployMaker(d)); by != "" {
		out = append(out, T(" · "+by))
	}
	if stage := outside(d.Stage, nameLength); stage != "" {
		out = append(out, T(" · stage "+stage))
	}
	if !d.Undone.IsZero() {
		out = append(out, T(" · rolled back since"))
	}
	if isWebLink(d.URL) {
		out = append(out, T(" · "), WebLink(d.URL, "Details"))
	}
	return out
}

// heldBack warns of a deploy of something that the incident freezes. One that was
// over before the freeze, or that a rollback makes, is none of its business.
func (v View) heldBack(d timeline.Deploy) Rich {
	if !d.Rollback.IsZero() {
		return nil
	}
	for _, f := range v.In.Freezes {
		if f.Service != timeline.AllServices && !strings.EqualFold(f.Service, d.Service) {
			continue
		}
		if d.State.Final() && !d.At().After(f.Since) {
			continue
		}
		what, end := capital(frozenWords([]string{f.Service})), "unfreeze"
		if f.Service == timeline.AllServices {
			what, end = "All deploys", "unfreeze all"
		} else if safeWord(f.Service) {
			end = "unfreeze " + f.Service
		}
		tail := ". This one was started all the same. "
		if !d.Started.After(f.Since) {
			tail = ". This one had begun before. "
		}
		return R(B(what+" are frozen"), T(" because of "+v.In.ID()+", since "), At(f.Since), T(tail), v.cmd(end), T(" ends the freeze."))
	}
	return nil
}

// judged says what is thought of the deploy, and what it changed.
func (v View) judged(d timeline.NotedDeploy) Rich {
	var out Rich
	switch d.Standing {
	case timeline.StandingCaused:
		out = R(B("Marked as the cause"), T(" by "), doer(d.By), T("."))
	case timeline.StandingCleared:
		return R(B("Cleared"), T(" by "), doer(d.By), T(": it was not this."))
	case timeline.StandingSuspect:
		out = R(B("Suspect"))
		if why := Reasons(d.Reasons); why != "" {
			out = append(out, T(": "+why))
		}
		out = append(out, T("."))
	}
	if d.Facts == nil && d.Standing == "" {
		return nil
	}
	if len(out) > 0 {
		out = append(out, T(" "))
	}
	return Join(out, whatChanged(d.Facts, d.Trouble))
}
