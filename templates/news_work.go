package templates

import (
	"slices"

	"backout/timeline"
)

// suspect tells what a person said of a deploy. What the ranking says stands on
// the card.
func (t teller) suspect(b timeline.SuspectSet) (Message, bool) {
	if t.e.Who == timeline.Backout {
		return Message{}, false
	}
	d, ok := t.In.Noted(b.Deploy)
	ref := timeline.DeployID(b.Deploy)
	if ok {
		ref = deployRef(d.Deploy)
	}
	switch b.Standing {
	case timeline.StandingCaused:
		m := t.says(" marked " + ref + " as the cause.")
		if service := d.Deploy.Service; t.In.Status.Open() && t.canRollBack(d.Deploy) && safeWord(service) {
			m.Parts = append(m.Parts, Footer(R(t.cmd("rollback "+service), T(" shows what going back would undo."))))
		}
		return m, true
	case timeline.StandingCleared:
		return t.says(" cleared " + ref + ". It was not this."), true
	case timeline.StandingSuspect:
		return t.says(" marked " + ref + " as a suspect."), true
	}
	return t.says(" took back what was said of " + ref + "."), true
}

// freeze tells of deploys that are frozen, or no longer. Other incidents may
// freeze the same, so that an end says nothing of those.
func (t teller) freeze(b timeline.FreezeSet) Message {
	what, id := frozenWords(b.Services), t.In.ID()
	auto := t.e.Who == timeline.Backout
	switch {
	case b.Frozen && auto:
		because := ""
		if was := t.earlierSeverity(); was != "" {
			because = ", because it is " + sev(t.Severities, was)
		}
		m := t.plainly(id + " freezes " + what + " from now on" + because + ".")
		m.Parts = append(m.Parts, Footer(R(t.cmd(unfreezes(b.Services)), T(" ends that."))))
		return m
	case b.Frozen:
		m := t.says(" froze " + what + " while " + id + " is open.")
		m.Parts = append(m.Parts, Footer(R(t.cmd(unfreezes(b.Services)), T(" ends that."))))
		return m
	case auto:
		return t.plainly(id + " is over and no longer freezes " + what + ".")
	}
	return t.says(" ended the freeze: " + id + " no longer freezes " + what + ".")
}

// plainly is a message of one paragraph about what happened by itself.
func (t teller) plainly(text string) Message {
	return Message{Summary: text, Parts: []Part{Para(R(T(text)))}}
}

// unfreezes is what to type to end a freeze.
func unfreezes(services []string) string {
	switch {
	case slices.Contains(services, timeline.AllServices):
		return "unfreeze all"
	case len(services) == 1 && safeWord(services[0]):
		return "unfreeze " + services[0]
	}
	return "unfreeze"
}
