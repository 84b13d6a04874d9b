package postmortem

import (
	"slices"
	"time"

	"backout/templates"
	"backout/timeline"
)

// participants lists the people who wrote or did something, by their first act.
func (b *builder) participants() []string {
	var out []string
	seen := map[string]bool{}
	add := func(id string) {
		if timeline.IsPerson(id) && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	for _, e := range b.all {
		if e.Message != nil && (e.Message.BotName != "" || noise(e.Message.Subtype)) {
			continue
		}
		// Deploys come from CI and alerts from elsewhere, under names of their own.
		if e.Kind != timeline.KindDeploy && e.Kind != timeline.KindAlert {
			add(e.Who)
		}
	}
	for _, r := range b.in.Rollbacks { // asking for a run to be cancelled makes no row
		add(r.CancelBy)
	}
	return out
}

func (b *builder) people() []Block {
	ids := b.participants()
	for _, r := range b.in.Roles {
		if r.User != "" && !slices.Contains(ids, r.User) {
			ids = append(ids, r.User)
		}
	}
	// Who had a role stands first, in the order of the roles.
	rank := func(id string) int {
		i := slices.IndexFunc(b.in.Roles, func(r timeline.RoleTerm) bool { return r.User == id })
		if i < 0 {
			return len(b.in.Roles)
		}
		return i
	}
	slices.SortStableFunc(ids, func(x, y string) int { return rank(x) - rank(y) })
	var out Line
	for i, id := range ids {
		if i > 0 {
			out = append(out, Text(", "))
		}
		out = append(out, Words(templates.R(person(id))))
		if terms := b.terms(id); terms != "" {
			out = append(out, Text(" ("+terms+")"))
		}
	}
	if len(out) == 0 {
		return []Block{Paragraph{say("Nobody wrote anything in the channel.")}}
	}
	return []Block{Paragraph{out}}
}

// terms says which roles a person had, from when.
func (b *builder) terms(id string) string {
	out := ""
	for _, r := range b.in.Roles {
		if r.User != id {
			continue
		}
		if out != "" {
			out += ", "
		}
		out += r.Role + " from " + b.clock(r.From)
	}
	return out
}

// measure is one duration between two moments.
type measure struct {
	name          string
	value, target time.Duration
	usual         time.Duration // 0 is not known
	known         bool
	why           string // what is missing
}

func (b *builder) measured() []measure {
	t, u := b.targets, b.opt.Usual
	out := []measure{b.measure("time to detect", timeline.Began, timeline.Detected, t.Detect, u.Detect)}
	if m, ok := b.toAck(); ok {
		out = append(out, m)
	}
	if m, ok := b.toDispatch(); ok {
		out = append(out, m)
	}
	return append(out,
		b.measure("declared to mitigated", timeline.DeclaredM, timeline.Mitigated, 0, 0),
		b.measure("time to mitigate", timeline.Began, timeline.Mitigated, t.Mitigate, u.Mitigate),
		b.measure("time to resolve", timeline.Began, timeline.ResolvedM, 0, u.Resolve),
	)
}

// toDispatch measures up to the first rollback that was dispatched, if one was.
func (b *builder) toDispatch() (measure, bool) {
	m := measure{name: "declared to rollback dispatched", target: b.targets.Rollback, usual: b.opt.Usual.Rollback, known: true}
	found := false
	for _, r := range b.in.Rollbacks {
		at, ok := dispatchedAt(r)
		if d := at.Sub(b.moments.Declared.At); ok && d >= 0 && (!found || d < m.value) {
			m.value, found = d, true
		}
	}
	return m, found
}

func (b *builder) measure(name string, from, to timeline.MomentName, target, usual time.Duration) measure {
	m := measure{name: name, target: target, usual: usual}
	m.value, m.known = b.moments.Between(from, to)
	for _, n := range []timeline.MomentName{from, to} {
		switch p := b.moments.Get(n); {
		case !p.Set():
			m.why = "not " + string(n) + " yet"
		case p.Assumed && m.why == "":
			m.why = string(n) + " is only assumed"
		}
	}
	if m.known && m.value < 0 {
		m.known, m.why = false, string(to)+" came before "+string(from)
	}
	return m
}

func (b *builder) measures() []Block {
	t := Table{Head: []Line{nil, say("this incident"), say("target")}}
	compared := b.opt.Usual != Usual{}
	if compared {
		t.Head = append(t.Head, say("last 90 days (median)"))
	}
	for _, m := range b.measured() {
		value := Line{Note("not known: " + m.why)}
		if m.known {
			value = say(span(m.value))
		}
		row := Row{say(m.name), value, some(m.target)}
		if compared {
			row = append(row, some(m.usual))
		}
		t.Rows = append(t.Rows, row)
	}
	if n := b.opt.Usual.Incidents; n > 0 {
		return []Block{t, Paragraph{say("The medians are of " + count(n, "incident") + ", as far as each was known there.")}}
	}
	return []Block{t}
}

// some writes a duration, or a dash where there is none.
func some(d time.Duration) Line {
	if d <= 0 {
		return say("–")
	}
	return say(span(d))
}
