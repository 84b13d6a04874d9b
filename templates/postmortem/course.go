package postmortem

import (
	"time"

	"backout/templates"
	"backout/timeline"
)

func against(d, target time.Duration) string {
	if target == 0 || d < 0 {
		return ""
	}
	return " (target " + span(target) + ")"
}

func (b *builder) response() []Block {
	in := b.in
	out := Line{Text("Declared by "), Words(templates.R(person(in.DeclaredBy))), Text(" at " + b.when(b.moments.Declared.At))}
	out = append(out, b.firstLead()...)
	out = append(out, b.acknowledged()...)
	out = append(out, Text(" "+b.updates()))
	if n := len(b.participants()); n > 0 {
		out = append(out, Text(" "+itoa(n)+peopleWord(n)+" took part."))
	}
	out = append(out, b.freezing()...)
	blocks := []Block{Paragraph{out}}
	if h := append(b.handovers(), b.calls()...); len(h) > 0 {
		blocks = append(blocks, List{h})
	}
	return blocks
}

func peopleWord(n int) string {
	if n == 1 {
		return " person"
	}
	return " people"
}

func (b *builder) firstLead() Line {
	for _, r := range b.in.Roles {
		if r.Role != timeline.LeadRole || r.User == "" {
			continue
		}
		d := r.From.Sub(b.moments.Declared.At)
		if d < time.Second {
			return Line{Text("; led by "), Words(templates.R(person(r.User))), Text(" from the start.")}
		}
		return Line{Text("; led by "), Words(templates.R(person(r.User))), Text(" after " + span(d) + " ("), Ref(r.N), Text(").")}
	}
	return say("; nobody took the lead.")
}

// handovers lists the later holders of the lead.
func (b *builder) handovers() []Item {
	var out []Item
	seen := false
	for _, r := range b.in.Roles {
		if r.Role != timeline.LeadRole {
			continue
		}
		if seen && r.User != "" {
			out = append(out, Item{Text: Line{Text(b.clock(r.From) + " lead handed to "), Words(templates.R(person(r.User))), Text(" ("), Ref(r.N), Text(")")}})
		}
		seen = seen || r.User != ""
	}
	return out
}

// updates says how often others were told.
func (b *builder) updates() string {
	u := b.in.Updates
	if len(u) == 0 {
		return "No update was given."
	}
	first := span(u[0].At.Sub(b.moments.Declared.At))
	var out string
	switch all := u[len(u)-1].At.Sub(u[0].At); {
	case len(u) == 1:
		out = "1 update was given, after " + first
	case all < time.Duration(len(u)-1)*time.Minute:
		out = count(len(u), "update") + " within " + span(u[len(u)-1].At.Sub(b.moments.Declared.At))
	case len(u) == 2:
		out = "2 updates, the first after " + first + ", the second " + span(all) + " later"
	default:
		mean := all / time.Duration(len(u)-1)
		out = count(len(u), "update") + ", the first after " + first + ", then one every " + span(mean.Round(time.Minute)) + " on average"
	}
	switch promised, late := b.promises(); {
	case promised == 1 && late == 0:
		out += "; the promised time was kept"
	case promised > 0 && late == 0:
		out += "; each came by the time that the one before had promised"
	case promised == 1:
		out += "; the promised time passed without the next one"
	case promised > 0:
		out += "; " + itoa(late) + " of " + count(promised, "promised time") + " passed without the next one"
	}
	return out + "."
}

// promises counts the updates that said when the next would come, and those that
// nothing followed in time. An end in between keeps the promise.
func (b *builder) promises() (promised, late int) {
	for i, u := range b.in.Updates {
		if u.Next.IsZero() {
			continue
		}
		kept := b.moments.Resolved.At
		if i+1 < len(b.in.Updates) {
			kept = b.in.Updates[i+1].At
		}
		if kept.IsZero() && b.opt.Now.Before(u.Next) {
			continue // still to come
		}
		promised++
		if kept.IsZero() || kept.Sub(u.Next) > time.Minute {
			late++
		}
	}
	return promised, late
}

func (b *builder) mitigation() []Block {
	return append([]Block{Paragraph{b.mitigated()}}, b.rollbacks()...)
}

func (b *builder) mitigated() Line {
	m := b.moments
	if !m.Mitigated.Set() {
		return say("Not mitigated yet.")
	}
	if m.Mitigated.Assumed {
		return say("Nobody set when it was mitigated. It is assumed to have been when it was resolved, " + b.when(m.Resolved.At) + ".")
	}
	out := Line{Text("Mitigated at " + b.when(m.Mitigated.At))}
	if d, known := m.Between(timeline.Began, timeline.Mitigated); known {
		out = append(out, Text(", "+span(d)+" after it began"+against(d, b.targets.Mitigate)))
	}
	if d, known := m.Between(timeline.DeclaredM, timeline.Mitigated); known && d > 0 {
		out = append(out, Text(", "+span(d)+" after it was declared"))
	}
	out = append(out, Text("."))
	if e, ok := b.statusEntry(timeline.Monitoring); ok && quotable(e) {
		out = append(out, Text(" "))
		out = append(out, b.quoted(e.Text, e)...)
	}
	return out
}

func (b *builder) resolution() []Block {
	m := b.moments.Resolved
	if !m.Set() {
		return []Block{Paragraph{say("Not resolved yet.")}}
	}
	out := Line{Text("Resolved at " + b.when(m.At))}
	if d, known := b.moments.Between(timeline.Mitigated, timeline.ResolvedM); known {
		out = append(out, Text(", "+span(d)+" after it was mitigated"))
	}
	out = append(out, Text("."))
	if e, ok := b.statusEntry(timeline.Resolved); ok && quotable(e) {
		out = append(out, Text(" "))
		out = append(out, b.quoted(e.Text, e)...)
	}
	blocks := []Block{Paragraph{out}}
	var again []Item
	for _, e := range b.all {
		if e.Kind == timeline.KindReopened {
			why := Line{Text(" by "), b.who(e), Text(", "), Ref(e.N)}
			if quotable(e) {
				why = join(say(": "), b.quoted(e.Text, e))
			}
			again = append(again, Item{Text: join(say(b.clock(e.At)+" it was reopened"), why)})
		}
	}
	if len(again) > 0 {
		blocks = append(blocks, List{again})
	}
	return blocks
}
