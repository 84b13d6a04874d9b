package lessons

import (
	"cmp"
	"slices"

	"backout/timeline"
)

// Side is one of the three lists that a postmortem sums itself up in.
type Side string

// The sides, in the order in which they are told.
const (
	Well  Side = "went well"
	Badly Side = "went badly"
	Lucky Side = "got lucky"
)

// The verdicts on the time to mitigate, which is measured and teaches nothing by
// itself.
const (
	mitigatedInTime = "mitigated_in_time"
	mitigatedLate   = "mitigated_late"
)

// Outcome is a point for one of the three lists.
type Outcome struct {
	Side Side
	// Told is one sentence, full stop included. It names at least one Row.
	Told []Part
	// Rule names the rule of the lesson that it is short for, or a rule of its own.
	Rule string
}

// Outcomes gives what went well, what went badly and where people got lucky, in this
// order. Well and badly are how the time to mitigate stands against its target, and
// then the lessons in short, with the rows that show them; those that met a target or
// missed it say so. What the record does not show any more is left out, and so is all
// that people dismissed. Incidents without lessons have no outcomes either.
func Outcomes(in *timeline.Incident, opt Options) []Outcome {
	if !teaches(in) {
		return nil
	}
	f := gather(in, opt)
	out := f.mitigation()
	briefs := map[string]string{}
	for _, r := range rules() {
		briefs[r.name] = r.brief
	}
	for _, l := range f.lessons() {
		if l.Kept {
			continue
		}
		side := Badly
		if l.Good {
			side = Well
		}
		out = append(out, Outcome{Side: side, Told: brief(cmp.Or(l.brief, briefs[l.Rule]), l.Told), Rule: l.Rule})
	}
	for _, r := range luckRules() {
		if told := r.say(f); len(told) > 0 && (r.rests == "" || !f.dismissed(r.rests)) {
			out = append(out, Outcome{Side: Lucky, Told: told, Rule: r.name})
		}
	}
	out = slices.DeleteFunc(out, func(o Outcome) bool { return f.dismissed(o.Rule) })
	slices.SortStableFunc(out, func(a, b Outcome) int { return cmp.Compare(a.Side.place(), b.Side.place()) })
	return out
}

func (s Side) place() int { return slices.Index([]Side{Well, Badly, Lucky}, s) }

// brief is a sentence followed by the rows of longer evidence, each once.
func brief(sentence string, evidence []Part) []Part {
	out, next := relate(sentence), " ("
	for _, p := range evidence {
		if p.Row != 0 && !slices.Contains(out, p) {
			out = append(out, Part{Text: next}, p)
			next = ", "
		}
	}
	return append(out, Part{Text: ")."})
}

// mitigation says how soon it was mitigated, if there is a target for that.
func (f *facts) mitigation() []Outcome {
	took, ok := f.toMitigate()
	if !ok {
		return nil
	}
	out := Outcome{Side: Well, Rule: mitigatedInTime}
	if took > f.targets.Mitigate {
		out = Outcome{Side: Badly, Rule: mitigatedLate}
	}
	sentence := against("Time to mitigate was "+span(took), took, f.targets.Mitigate)
	out.Told = brief(sentence, relate(f.moments.Began.N, f.moments.Mitigated.N))
	return []Outcome{out}
}
