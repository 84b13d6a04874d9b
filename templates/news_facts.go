package templates

import (
	"strconv"

	"backout/timeline"
)

// role tells who has a role from now on. The new holder is not mentioned here:
// the private instructions reach that person.
func (t teller) role(b timeline.RoleSet) Message {
	had := ""
	t.earlier(func(e *timeline.Entry) {
		if r, ok := e.Body.(timeline.RoleSet); ok && r.Role == b.Role {
			had = r.User
		}
	})
	what := "the role " + b.Role
	if b.Role == timeline.LeadRole {
		what = "the lead"
	}
	to := Named(t.names, b.User)
	if to.Text == b.User {
		to = person(b.User)
	} else {
		to = B(to.Text)
	}
	from := ""
	if had != "" && had != t.e.Who {
		from = " from " + Named(t.names, had).Text
	}
	switch {
	case b.User == "":
		return t.says(" left " + what + " open. Nobody has it now.")
	case b.User == t.e.Who:
		return t.says(" took " + what + from + ".")
	case had == t.e.Who:
		return t.says(" handed "+what+" to ", to, T("."))
	case from != "":
		return t.says(" gave "+what+" to ", to, T(". It was with "+Named(t.names, had).Text+" before."))
	}
	return t.says(" gave "+what+" to ", to, T("."))
}

func (t teller) status(b timeline.StatusSet) Message {
	id := t.In.ID()
	switch b.Status {
	case timeline.Monitoring:
		m := t.quotes(" marked " + id + " mitigated")
		return t.took(m, timeline.Mitigated)
	case timeline.Resolved:
		m := t.took(t.quotes(" resolved "+id), timeline.ResolvedM)
		if gaps := t.unknowns(); len(gaps) > 0 {
			m.Parts = append(m.Parts, Footer(gaps))
		}
		if t.In.Status == timeline.Resolved {
			m.Parts = append(m.Parts, Buttons{t.postmortemButton(), t.followUpButton()})
		}
		return m
	}
	if b.Status == timeline.Investigating && t.statusBefore() == timeline.Triage {
		return t.accepted()
	}
	return t.quotes(" set the status to " + statusWord(b.Status))
}

// took adds how long things took, unless the moment was taken back since.
func (t teller) took(m Message, reached timeline.MomentName) Message {
	moments := t.In.Moments()
	if !moments.Get(reached).Set() {
		return m
	}
	if reached == timeline.Mitigated {
		moments.Resolved = timeline.Moment{}
	}
	if f := spent(moments); len(f) > 0 {
		m.Parts = append(m.Parts, f)
	}
	return m
}

// unknowns asks for what a postmortem needs and nobody has written yet.
func (t teller) unknowns() Rich {
	switch noImpact, noCause := t.In.Impact == "", t.In.Cause == ""; {
	case noImpact && noCause:
		return R(T("Impact and cause are not known yet. "), t.cmd("impact <text>"), T(" and "), t.cmd("cause <text>"), T(" set them."))
	case noImpact:
		return R(T("The impact is not known yet. "), t.cmd("impact <text>"), T(" sets it."))
	case noCause:
		return R(T("The cause is not known yet. "), t.cmd("cause <text>"), T(" sets it; unknown is fine."))
	}
	return nil
}

func (t teller) followUp(b timeline.FollowUpAdded) (Message, bool) {
	f, ok := t.In.FollowUp(b.Number)
	if !ok || f.State == timeline.FollowUpDropped {
		return Message{}, false
	}
	ref := followUpRef(f.Number)
	words := t.In.Words(f.Text, f.From)
	var m Message
	if words == "" {
		m = t.says(" added follow-up " + ref + " from a message that was deleted since.")
	} else {
		m = t.quoting(" added follow-up "+ref, words)
	}
	owner := "no owner yet"
	if f.Owner != "" {
		owner = "owner " + Named(t.names, f.Owner).Text
	}
	due := "no date yet"
	if f.Due != "" {
		due = "due " + day(f.Due)
	}
	foot := R(T(capital(owner) + ", " + due + "."))
	if f.Owner == "" || f.Due == "" {
		foot = append(foot, T(" "), t.cmd("followup "+ref+" owner:@ana due:friday"), T(" sets them."))
	}
	m.Parts = append(m.Parts, Footer(foot))
	return m, true
}

func (t teller) lesson(b timeline.LessonAdded) (Message, bool) {
	words := t.In.Words(t.e.Text, b.From)
	if words == "" {
		return Message{}, false
	}
	did := " noted a lesson"
	if b.From != 0 {
		did = " marked a message as a lesson"
	}
	return t.quoting(did, words), true
}

// silence tells of a gap that was filled: how long a link was silent, and whether
// that cost anything.
func (t teller) silence(b timeline.GapOpened) (Message, bool) {
	if !b.Silent || b.Filled.IsZero() {
		return Message{}, false
	}
	missing := "Nothing was missing."
	switch {
	case b.Found == 1:
		missing = "One message or change was missing; it is in the record now."
	case b.Found > 1:
		missing = strconv.Itoa(b.Found) + " messages or changes were missing; they are in the record now."
	}
	text := R(T("A link to Slack was silent from "), At(b.From), T(" to "), At(b.Filled), T(". The channel was read again. "+missing))
	return Message{Summary: text.Plain(t.names), Parts: []Part{Para(text)}}, true
}
