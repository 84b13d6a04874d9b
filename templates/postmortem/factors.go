package postmortem

import (
	"backout/templates"
	"backout/timeline"
)

// judged gives the deploys with a standing, those blamed first.
func (b *builder) judged(s timeline.Standing) []timeline.NotedDeploy {
	var out []timeline.NotedDeploy
	for _, d := range b.in.Suspects() {
		if d.Standing == s {
			out = append(out, d)
		}
	}
	return out
}

// blamed gives the deploys that set it off, as people said, or else those that are
// suspected.
func (b *builder) blamed() []timeline.NotedDeploy {
	if caused := b.judged(timeline.StandingCaused); len(caused) > 0 {
		return caused
	}
	return b.judged(timeline.StandingSuspect)
}

func (b *builder) factors() []Block {
	var out []Block
	caused := b.judged(timeline.StandingCaused)
	for _, d := range caused {
		out = append(out, Paragraph{b.trigger(d)})
		var more []Item
		if why := plainly(templates.Reasons(d.Reasons)); why != "" {
			more = append(more, Item{Text: say("What pointed to it: " + why + ".")})
		}
		if more = append(more, b.aspects(d)...); len(more) > 0 {
			out = append(out, List{more})
		}
	}
	if suspects := b.judged(timeline.StandingSuspect); len(caused) == 0 && len(suspects) > 0 {
		out = append(out, Paragraph{Line{bold("Suspected, not confirmed:")}}, List{b.suspected(suspects)})
	}
	if cleared := b.judged(timeline.StandingCleared); len(cleared) > 0 {
		out = append(out, Paragraph{b.cleared(cleared)})
	}
	if b.causeUnknown() {
		return append(out, Paragraph{join(Line{bold("Cause:"), Text(" ")}, b.unknownCause(), say("."))})
	}
	return append(out, Paragraph{join(Line{bold("Cause, as stated:"), Text(" ")}, b.cause())})
}

// trigger is a deploy that somebody said caused it.
func (b *builder) trigger(d timeline.NotedDeploy) Line {
	out := Line{bold("Trigger"), Text(" (caused, set by "), by(d), Text(", "), Ref(d.JudgedN), Text("): deploy of " + b.place(d.Deploy) + " ("), Ref(d.N), Text(")")}
	if d.Facts == nil {
		return append(out, Text("."))
	}
	return append(join(append(out, Text(" — ")), changeOf(d.Facts)), Text("."))
}

func by(d timeline.NotedDeploy) Piece { return Words(templates.R(person(d.By))) }

// suspected lists suspects with their reasons. None of this says what caused it.
func (b *builder) suspected(ds []timeline.NotedDeploy) []Item {
	var out []Item
	for _, d := range ds {
		l := Line{Text("Deploy of " + b.place(d.Deploy) + " ("), Ref(d.N), Text(")")}
		if d.By != timeline.Backout {
			l = append(l, Text(", suspected by "), by(d), Text(" ("), Ref(d.JudgedN), Text(")"))
		}
		if why := plainly(templates.Reasons(d.Reasons)); why != "" {
			l = append(l, Text(": "+why))
		}
		if d.Facts != nil {
			l = append(append(l, Text(" — ")), changeOf(d.Facts)...)
		}
		out = append(out, Item{Text: l, Sub: b.aspects(d)})
	}
	return out
}

// cleared names those that were suspected and are not any more.
func (b *builder) cleared(ds []timeline.NotedDeploy) Line {
	out := Line{bold("Cleared:")}
	for i, d := range ds {
		sep := " "
		if i > 0 {
			sep = "; "
		}
		out = append(out, Text(sep+"deploy of "+b.place(d.Deploy)+" ("), Ref(d.N), Text("), by "), by(d), Text(" ("), Ref(d.JudgedN), Text(")"))
	}
	return append(out, Text("."))
}
