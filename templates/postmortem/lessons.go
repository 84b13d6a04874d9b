package postmortem

import (
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
	"backout/timeline/lessons"
)

func (b *builder) lessonOptions() lessons.Options {
	return lessons.Options{Targets: lessons.Targets(b.opt.Targets), Catalogue: b.opt.Catalogue, Now: b.opt.Now, Earlier: b.opt.Earlier}
}

// taught tells what rules drew from the record, by family. People's own lessons
// stand before it; what people dismissed is counted and no more.
func (b *builder) taught() []Block {
	all := lessons.Of(b.in, b.lessonOptions())
	standing := lessons.Standing(all)
	var out []Block
	told := map[int]bool{}
	for len(standing) > 0 {
		family := familyOf(standing[0])
		n := slices.IndexFunc(standing, func(l lessons.Lesson) bool { return familyOf(l) != family })
		if n < 0 {
			n = len(standing)
		}
		items := make([]Item, n)
		for i, l := range standing[:n] {
			items[i].Text = b.lesson(l, told)
		}
		out = append(out, Heading{say(family)}, List{items})
		standing = standing[n:]
	}
	if l := b.dismissed(all); l != nil {
		out = append(out, Paragraph{l})
	}
	return out
}

// familyOf is the heading of a lesson. One that people kept of a rule that is no
// more may name a family that is no more either.
func familyOf(l lessons.Lesson) string {
	if slices.Contains(lessons.Families(), l.Family) {
		return string(l.Family)
	}
	return "Other lessons"
}

// lesson is its title, what it rests on, whether it was taught before, and what it
// suggests. Who put it into other words has them stand in place of ours.
func (b *builder) lesson(l lessons.Lesson, told map[int]bool) Line {
	v := l.Verdict
	if v.Standing == timeline.LessonReworded && strings.TrimSpace(v.Text) != "" && !b.erased(v.N) {
		out := Line{Quote(templates.FromSlack(v.Text)), Text(" — "), decider(v), Text(", "), Ref(v.N), Text(", in place of “" + oneLine(l.Title) + "”")}
		if l.Kept { // its evidence would say only this once more
			return append(out, Text(". The record as it stands now does not show it any more."))
		}
		return join(append(out, Text(": ")), evidence(l.Told), b.before(l, told))
	}
	out := join(Line{bold(oneLine(l.Title) + "."), Text(" ")}, evidence(l.Told), b.before(l, told))
	if l.Action != "" {
		out = append(out, Text(" → "), Note(oneLine(l.Action)+"."))
	}
	switch {
	case v.Standing == timeline.LessonReworded && b.erased(v.N):
		out = append(out, Text(" Put into other words by "), decider(v), Text(" "), Note(erasedWords), Text(", "), Ref(v.N), Text("."))
	case v.Standing == timeline.LessonAccepted && !l.Kept:
		out = append(out, Text(" Accepted by "), decider(v), Text(", "), Ref(v.N), Text("."))
	}
	return out
}

func decider(v timeline.LessonVerdict) Piece { return Words(templates.R(person(v.Who))) }

// evidence sets the parts of what a lesson or an outcome rests on.
func evidence(told []lessons.Part) Line {
	var out Line
	for _, p := range told {
		switch {
		case p.Row > 0:
			out = append(out, Ref(p.Row))
		case p.Link != (lessons.Link{}):
			out = append(out, linked(p.Link.URL, p.Link.Name))
		case p.Who != "":
			out = append(out, Words(templates.R(person(p.Who))))
		default:
			out = append(out, Text(within(p.Text)))
		}
	}
	return out
}

// dismissed counts the lessons that people did not want, with who decided and where.
func (b *builder) dismissed(all []lessons.Lesson) Line {
	var out Line
	n := 0
	for _, l := range all {
		if l.Verdict.Standing != timeline.LessonDismissed {
			continue
		}
		if n++; n > 1 {
			out = append(out, Text(", "))
		}
		out = append(out, Text("by "), decider(l.Verdict), Text(" ("), Ref(l.Verdict.N), Text(")"))
	}
	switch n {
	case 0:
		return nil
	case 1:
		return append(join(say("1 lesson was dismissed, "), out), Text("."))
	}
	return append(join(say(itoa(n)+" lessons were dismissed: "), out), Text("."))
}

// within is oneLine for a piece of a sentence: the blanks at its ends stay.
func within(s string) string {
	out := oneLine(s)
	if strings.HasPrefix(s, " ") {
		out = " " + out
	}
	if strings.HasSuffix(s, " ") && out != " " {
		out += " "
	}
	return out
}

// side gives one of the three lists that sum the incident up.
func side(all []lessons.Outcome, side lessons.Side) []Item {
	var out []Item
	for _, o := range all {
		if o.Side == side {
			out = append(out, Item{Text: evidence(o.Told)})
		}
	}
	return out
}
