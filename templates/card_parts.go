package templates

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"backout/timeline"
)

// maxFields and maxButtons are Slack's, for one block.
const (
	maxFields  = 10
	maxButtons = 5
)

func (v View) cardFields() Fields {
	in := v.In
	f := Fields{
		{Label: "Severity", Value: R(T(v.severityValue()))},
		{Label: "Status", Value: v.statusValue()},
		{Label: "Lead", Value: v.leadValue()},
		{Label: "Services", Value: servicesValue(in.Services)},
		{Label: "Declared", Value: R(At(in.Moments().Declared.At), T(" by "), doer(in.DeclaredBy))},
	}
	if frozen := v.freezes(); len(frozen) > 0 {
		f = append(f, Field{Label: "Deploys frozen", Value: frozen})
	}
	f = append(f, v.reviewField()...)
	roles := otherRoles(in)
	for i, role := range roles {
		if len(f) == maxFields-1 && i < len(roles)-1 {
			return append(f, Field{Label: "Other roles", Value: R(T(strconv.Itoa(len(roles)-i) + " more"))})
		}
		f = append(f, Field{Label: capital(cutWords(role, 40)), Value: R(person(in.Holder(role)))})
	}
	return f
}

func (v View) severityValue() string {
	if v.In.Severity == "" {
		return "not known yet"
	}
	return strings.TrimPrefix(sev(v.Severities, v.In.Severity), "SEV ")
}

func (v View) statusValue() Rich {
	word := capital(statusWord(v.In.Status))
	if v.In.Status.Open() {
		word += " since"
	}
	return R(T(word+" "), At(statusSince(v.In)))
}

// statusSince is when the incident came to the status that it has.
func statusSince(in *timeline.Incident) time.Time {
	m := in.Moments()
	switch in.Status {
	case timeline.Monitoring:
		return m.Mitigated.At
	case timeline.Resolved:
		return m.Resolved.At
	}
	since := m.Declared.At
	for _, e := range in.Timeline() {
		switch e.Kind {
		case timeline.KindStatus, timeline.KindReopened, timeline.KindCancelled:
			since = e.At
		case timeline.KindMerged:
			if b, ok := e.Body.(timeline.MergedInto); ok && b.Into > 0 {
				since = e.At
			}
		}
	}
	return since
}

func (v View) leadValue() Rich {
	switch lead := v.In.Lead(); {
	case lead != "":
		return R(person(lead))
	case v.In.Status == timeline.Triage:
		return R(T("nobody yet"))
	case v.In.Status.Open():
		return R(T("Nobody has the lead — press "), B("Take the lead"))
	}
	return R(T("nobody"))
}

func servicesValue(services []string) Rich {
	if len(services) == 0 {
		return R(T("not known yet"))
	}
	return R(T(cutWords(strings.Join(services, ", "), cardFact)))
}

// otherRoles are the roles besides the lead that somebody holds, in the order in
// which they were first given.
func otherRoles(in *timeline.Incident) []string {
	var out []string
	seen := map[string]bool{timeline.LeadRole: true}
	for _, t := range in.Roles {
		if !seen[t.Role] && in.Holder(t.Role) != "" {
			out = append(out, t.Role)
		}
		seen[t.Role] = true
	}
	return out
}

func (v View) impactAndCause() Rich {
	return Join(R(B("Impact"), T(" ")), known(slackCut(v.In.Impact, cardFact)),
		R(T("\n"), B("Cause"), T(" ")), v.causeKnown(cardFact))
}

// causeKnown is the cause as people wrote it, else the deploy that they blame.
func (v View) causeKnown(limit int) Rich {
	if said := causeWords(v.In.Cause, limit); len(said) > 0 {
		return said
	}
	return known(blamed(v.In))
}

// causeWords is a cause that says something.
func causeWords(text string, limit int) Rich {
	if strings.EqualFold(strings.TrimSpace(text), "unknown") {
		text = ""
	}
	return slackCut(text, limit)
}

// shownTroubles bounds what the card says of each kind of trouble.
const shownTroubles = 5

// troubles are the steps that were given up, each with a button, and the gaps.
func (v View) troubles() []Part {
	var parts []Part
	for i, f := range v.In.Failures {
		if i == shownTroubles {
			parts = append(parts, Para(R(T(strconv.Itoa(len(v.In.Failures)-i)+" more steps failed; "), v.cmd("timeline"), T(" shows them."))))
			break
		}
		what, again := failureWords(f)
		parts = append(parts,
			Para(Join(R(B(what), T(" ")), slackCut(asSentence(f.Reason), cardFact))),
			Buttons{{ID: "retry_step_v1", Label: again, Value: v.value() + "/" + strconv.Itoa(f.N)}})
	}
	for i, g := range v.Completeness.Gaps {
		if i == shownTroubles {
			parts = append(parts, Para(R(T(strconv.Itoa(len(v.Completeness.Gaps)-i)+" more gaps; "), v.cmd("timeline"), T(" shows them."))))
			break
		}
		parts = append(parts, Para(v.gap(g)))
	}
	return parts
}

func (v View) gap(g timeline.Gap) Rich {
	out := R(B("The record has a gap"), T(" since "), At(g.From))
	if g.Channel != v.In.Channel.ID {
		out = append(out, T(" in "), Ch(g.Channel))
	}
	out = Join(out, R(T(". ")), slackCut(asSentence(g.Reason), cardFact))
	return append(out, T(" What was written meanwhile may be missing."))
}

// asSentence gives a reason from the outside a capital letter and an end.
func asSentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return "The reason is not known."
	}
	if r := lastOf(s); unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("`)>”\"'", r) {
		s += "."
	}
	return capital(s)
}

// cardButtons are what comes next in the incident's state; one of them stands
// out.
func (v View) cardButtons() Buttons {
	in := v.In
	switch {
	case in.Status == timeline.Resolved:
		return Buttons{v.postmortemButton(), v.followUpButton(), v.reopenButton()}
	case in.Status == timeline.Triage:
		return v.triageButtons()
	case !in.Status.Open():
		return nil
	}
	var b Buttons
	resolve := v.resolveButton(Go)
	if in.Lead() == "" {
		b = append(b, Button{ID: "take_lead_v1", Label: "Take the lead", Value: v.value(), Look: Go})
		resolve.Look = Quiet
	}
	b = append(b, Button{ID: "update_v1", Label: "Post an update…", Value: v.value()})
	if in.Status != timeline.Monitoring {
		b = append(b, Button{ID: "mitigate_v1", Label: "Mitigated", Value: v.value()})
	}
	b = append(b, resolve, v.followUpButton())
	return b[:min(len(b), maxButtons)]
}

func (v View) resolveButton(look Look) Button {
	return Button{ID: "resolve_v1", Label: "Resolve…", Value: v.value(), Look: look}
}

func (v View) followUpButton() Button {
	return Button{ID: "follow_up_v1", Label: "Add follow-up…", Value: v.value()}
}

func (v View) postmortemButton() Button {
	return Button{ID: "postmortem_v1", Label: "Write postmortem", Value: v.value(), Look: Go}
}

func (v View) reopenButton() Button {
	return Button{ID: "reopen_v1", Label: "Reopen", Value: v.value(), Confirm: &Confirm{
		Title: "Reopen " + v.In.ID() + "?",
		Text:  "It goes back to investigating. When it was mitigated and resolved no longer counts; the timeline keeps both.",
		Yes:   "Reopen " + v.In.ID(), No: "Keep it resolved",
	}}
}
