package postmortem

import (
	"strings"

	"backout/templates"
	"backout/timeline/lessons"
)

// taught tells what rules drew from the record, by family. People's own lessons
// stand before it.
func (b *builder) taught() []Block {
	all := lessons.Of(b.in, lessons.Options{Targets: lessons.Targets(b.opt.Targets), Catalogue: b.opt.Catalogue, Now: b.opt.Now})
	var out []Block
	for _, family := range lessons.Families() {
		var items []Item
		for _, l := range all {
			if l.Family == family {
				items = append(items, Item{Text: lesson(l)})
			}
		}
		if len(items) > 0 {
			out = append(out, Heading{say(string(family))}, List{items})
		}
	}
	return out
}

// lesson is its title, what it rests on, and what it suggests.
func lesson(l lessons.Lesson) Line {
	out := Line{bold(l.Title + "."), Text(" ")}
	for _, p := range l.Told {
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
	if l.Action != "" {
		out = append(out, Text(" → "), Note(l.Action+"."))
	}
	return out
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
