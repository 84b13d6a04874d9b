package postmortem

import (
	"strings"
	"time"

	"backout/timeline"
	"backout/timeline/lessons"
)

// before says which incidents taught the same, and what of that is still undone.
// Those that are private are passed over; where it is not known which are, none is
// named and nothing of theirs is told. What an incident has left undone is told with
// the first lesson that it taught too, and remembered in told.
func (b *builder) before(l lessons.Lesson, told map[int]bool) Line {
	var out Line
	for _, e := range l.Before {
		if b.opt.PrivateOf != nil && b.opt.PrivateOf(e.Number) {
			continue
		}
		first := out == nil
		if first {
			out = append(out, Text(" It happened before: "))
		} else {
			out = append(out, Text(" So did "))
		}
		out = append(out, b.other(e.Number), Text(" ("+e.At.UTC().Format(time.DateOnly)+", "+b.shared(e)+")"))
		if first {
			out = append(out, Text(" taught the same"))
		}
		if b.opt.PrivateOf != nil && !told[e.Number] {
			out = append(out, b.undoneOf(e)...)
		}
		told[e.Number] = true
		out = append(out, Text("."))
	}
	if out != nil && l.BeforeMore > 0 {
		out = append(out, Text(" So did "+itoa(l.BeforeMore)+" more."))
	}
	return out
}

// shared says which services the two incidents have in common.
func (b *builder) shared(e lessons.Before) string {
	if len(e.Services) == 1 && len(b.in.Services) == 1 {
		return "same service"
	}
	names := make([]string, len(e.Services))
	for i, s := range e.Services {
		names[i] = oneLine(s)
	}
	return "also " + strings.Join(names, ", ")
}

// undoneOf names the follow-ups of an earlier incident that nobody has done yet.
func (b *builder) undoneOf(e lessons.Before) Line {
	switch len(e.Open) {
	case 0:
		return nil
	case 1:
		f := e.Open[0]
		out := Line{Text("; its follow-up F" + itoa(f.Number) + " is still open")}
		if late := b.late(f); late != "" {
			out = append(out, Text(", "+late))
		}
		if !f.Ticket.IsZero() {
			out = append(out, Text(" ("), ticketLink(f.Ticket), Text(")"))
		}
		return out
	}
	out := Line{Text("; " + itoa(len(e.Open)) + " of its follow-ups are still open: ")}
	for i, f := range e.Open[:min(len(e.Open), refsTold)] {
		if i > 0 {
			out = append(out, Text(", "))
		}
		out = append(out, Text("F"+itoa(f.Number)))
		late := b.late(f)
		switch {
		case late != "" && !f.Ticket.IsZero():
			out = append(out, Text(" ("+late+", "), ticketLink(f.Ticket), Text(")"))
		case late != "":
			out = append(out, Text(" ("+late+")"))
		case !f.Ticket.IsZero():
			out = append(out, Text(" ("), ticketLink(f.Ticket), Text(")"))
		}
	}
	if more := len(e.Open) - refsTold; more > 0 {
		out = append(out, Text(" and "+itoa(more)+" more"))
	}
	return out
}

func ticketLink(t timeline.Ticket) Piece { return linked(t.URL, "#"+itoa(t.Number)) }

// late says for how many days a follow-up has been overdue, or "".
func (b *builder) late(f timeline.FollowUp) string {
	due, err := time.Parse(time.DateOnly, f.Due)
	if err != nil || b.opt.Now.IsZero() {
		return ""
	}
	const day = 24 * time.Hour
	days := int(b.opt.Now.UTC().Truncate(day).Sub(due) / day)
	if days <= 0 {
		return ""
	}
	return count(days, "day") + " overdue"
}
