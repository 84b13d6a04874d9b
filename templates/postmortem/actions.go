package postmortem

import (
	"slices"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

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
	tickets := slices.ContainsFunc(fs, func(f timeline.FollowUp) bool { return !f.Ticket.IsZero() })
	if tickets {
		t.Head = append(t.Head, say("Ticket"))
	}
	for _, f := range fs {
		row := Row{say("F" + itoa(f.Number)), b.todo(f), owner(f), b.due(f), say(string(f.State))}
		if tickets {
			row = append(row, b.ticket(f))
		}
		t.Rows = append(t.Rows, row)
	}
	return []Block{t}
}

// todo is what a follow-up asks for.
func (b *builder) todo(f timeline.FollowUp) Line {
	words := b.in.Words(f.Text, f.From)
	out := Line{Words(templates.FromSlack(words))}
	if words == "" {
		out = Line{Note(b.wordless(f.N, f.From))}
	}
	if f.From != 0 {
		out = append(out, Text(" ("), Ref(f.From), Text(")"))
	}
	return out
}

// wordless says why a follow-up has no words any more: those of the entry that it
// was made from went, or its own.
func (b *builder) wordless(n, from int) string {
	if b.erased(n) || b.erased(from) {
		return erasedWords
	}
	return "(its message was deleted)"
}

func (b *builder) erased(n int) bool {
	e, ok := b.in.Entry(n)
	return ok && e.Erased
}

// ticket links the issue that stands for a follow-up. Its repository is named where
// the issues are in several.
func (b *builder) ticket(f timeline.FollowUp) Line {
	t := f.Ticket
	if t.IsZero() {
		return nil
	}
	name := "#" + itoa(t.Number)
	for _, other := range b.wanted() {
		if !other.Ticket.IsZero() && !strings.EqualFold(other.Ticket.Repo, t.Repo) {
			name = oneLine(t.Repo) + name
			break
		}
	}
	return Line{linked(t.URL, name)}
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
	if orphans == 1 && len(open) == 1 {
		s += " (without an owner)"
	} else if orphans > 0 {
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
