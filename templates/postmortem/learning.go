package postmortem

import (
	"backout/templates"
	"backout/timeline"
)

// lessons begins with what people said themselves; then comes what the record
// shows.
func (b *builder) lessons() []Block {
	var items []Item
	for _, l := range b.in.Lessons {
		words := b.in.Words(l.Text, l.From)
		who, n := l.Who, l.N
		switch {
		case words != "":
		case b.erased(l.N) || b.erased(l.From):
			items = append(items, Item{Text: Line{Note(erasedWords), Text(", "), Ref(n)}})
			continue
		default:
			continue
		}
		if e, ok := b.in.Entry(l.From); ok && l.Text == "" {
			who, n = e.Who, e.N
		}
		items = append(items, Item{Text: Line{Quote(templates.FromSlack(words)), Text(" — "), Words(templates.R(person(who))), Text(", "), Ref(n)}})
	}
	if len(items) == 0 {
		return append([]Block{Paragraph{say("Nobody noted a lesson in the channel.")}}, b.taught()...)
	}
	return append([]Block{Heading{say("From the team")}, List{items}}, b.taught()...)
}

// failures lists what Backout could not do, each step once.
func (b *builder) failures() []Item {
	type step struct{ name, reason string }
	var order []step
	rows := map[step][]int{}
	for _, f := range b.in.Failures {
		s := step{f.Step, f.Reason}
		if len(rows[s]) == 0 {
			order = append(order, s)
		}
		rows[s] = append(rows[s], f.N)
	}
	var out []Item
	for _, s := range order {
		times := ""
		if n := len(rows[s]); n > 1 {
			times = " " + itoa(n) + " times"
		}
		l := say("Backout could not do a step" + times + ": " + s.name + " (" + s.reason + ")")
		for _, n := range rows[s][:min(len(rows[s]), refsTold)] {
			l = append(l, Text(", "), Ref(n))
		}
		out = append(out, Item{Text: append(l, Text("."))})
	}
	return out
}

// refsTold is how many rows a sentence points at.
const refsTold = 5

// open lists what the record itself leaves open.
func (b *builder) open() []Block {
	var items []Item
	if b.causeUnknown() {
		items = append(items, Item{Text: say("The cause is not known yet.")})
	}
	if b.moments.Began.Assumed {
		items = append(items, Item{Text: say("Nobody set when it began.")})
	}
	if _, ok := b.stated(timeline.KindImpact); !ok {
		items = append(items, Item{Text: say("Nobody stated the impact.")})
	}
	items = append(items, b.unread()...)
	items = append(items, b.unsettled()...)
	for _, g := range b.in.Gaps {
		items = append(items, Item{Text: Line{Text("The record may have a gap from " + b.when(g.From) + " on: " + g.Reason + ", "), Ref(g.N), Text(".")}})
	}
	return listOf(items)
}

func listOf(items []Item) []Block {
	if len(items) == 0 {
		return nil
	}
	return []Block{List{items}}
}
