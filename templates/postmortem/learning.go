package postmortem

import (
	"slices"
	"time"

	"backout/templates"
	"backout/timeline"
)

// lessons begins with what people said themselves; then comes what the record
// shows.
func (b *builder) lessons() []Block {
	var items []Item
	for _, l := range b.in.Lessons {
		words := b.in.Words(l.Text, l.From)
		if words == "" {
			continue
		}
		who, n := l.Who, l.N
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

// verdict is a measure that met its target, or missed it.
func (b *builder) verdicts(met bool) []Item {
	var out []Item
	for _, m := range b.measured() {
		if m.target == 0 || !m.known || (m.value <= m.target) != met {
			continue
		}
		word := "within"
		if !met {
			word = "over"
		}
		out = append(out, Item{Text: say(capital(m.name) + " " + span(m.value) + ", " + word + " the target of " + span(m.target) + ".")})
	}
	return out
}

func (b *builder) well() []Block {
	return listOf(b.verdicts(true))
}

func (b *builder) badly() []Block {
	items := b.verdicts(false)
	for _, f := range b.in.Failures {
		items = append(items, Item{Text: Line{Text("Backout could not do a step: " + f.Step + " (" + f.Reason + "), "), Ref(f.N), Text(".")}})
	}
	return listOf(items)
}

// open lists what the record itself leaves open.
func (b *builder) open() []Block {
	var items []Item
	if unknownCause(b.in.Cause) {
		items = append(items, Item{Text: say("The cause is not known yet.")})
	}
	if b.moments.Began.Assumed {
		items = append(items, Item{Text: say("Nobody set when it began.")})
	}
	if b.in.Impact == "" {
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

// wanted gives the follow-ups that were not taken back.
func (b *builder) wanted() []timeline.FollowUp {
	return slices.DeleteFunc(slices.Clone(b.in.FollowUps), func(f timeline.FollowUp) bool { return f.State == timeline.FollowUpDropped })
}

func (b *builder) actions() []Block {
	fs := b.wanted()
	if len(fs) == 0 {
		return []Block{Paragraph{say("No follow-up was recorded.")}}
	}
	t := Table{Head: []Line{say("#"), say("What"), say("Owner"), say("Due"), say("State")}}
	for _, f := range fs {
		what := Line{Note("(its message was deleted)")}
		if words := b.in.Words(f.Text, f.From); words != "" {
			what = Line{Words(templates.FromSlack(words))}
		}
		if f.From != 0 {
			what = append(what, Text(" ("), Ref(f.From), Text(")"))
		}
		t.Rows = append(t.Rows, Row{say("F" + itoa(f.Number)), what, owner(f), b.due(f), say(string(f.State))})
	}
	return []Block{t}
}

func owner(f timeline.FollowUp) Line {
	if f.Owner == "" {
		return Line{Note("none yet")}
	}
	return Line{Words(templates.R(person(f.Owner)))}
}

func (b *builder) due(f timeline.FollowUp) Line {
	if f.Due == "" {
		return Line{Note("none yet")}
	}
	if f.State == timeline.FollowUpOpen && !b.opt.Now.IsZero() && f.Due < b.opt.Now.UTC().Format(time.DateOnly) {
		return Line{Text(f.Due + " "), Note("(overdue)")}
	}
	return say(f.Due)
}

func (b *builder) askActions() []string {
	if b.setAside() {
		return nil
	}
	return []string{"What else must change, who does it, and until when?"}
}

// doing sums up the action items in one line.
func (b *builder) doing() Line {
	var open []string
	done, orphans := 0, 0
	for _, f := range b.wanted() {
		if f.State == timeline.FollowUpDone {
			done++
			continue
		}
		open = append(open, "F"+itoa(f.Number))
		if f.Owner == "" {
			orphans++
		}
	}
	if len(open)+done == 0 {
		return say("no follow-up was recorded")
	}
	s := count(len(open), "follow-up") + " open"
	if orphans > 0 {
		s += " (" + itoa(orphans) + " without an owner)"
	}
	if done > 0 {
		s += ", " + itoa(done) + " done"
	}
	out := say(s)
	sep := ": "
	for _, f := range b.wanted() {
		words := b.in.Words(f.Text, f.From)
		if f.State == timeline.FollowUpDone || words == "" {
			continue
		}
		out = append(out, Text(sep), Words(templates.FromSlack(words)))
		sep = "; "
	}
	return out
}
