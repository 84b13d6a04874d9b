package postmortem

import (
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// quoted is somebody's statement with who made it and where it stands.
func (b *builder) quoted(words string, e *timeline.Entry) Line {
	return Line{Quote(templates.FromSlack(words)), Text(" — "), b.who(e), Text(", "), Ref(e.N)}
}

// summary answers the questions of somebody who was not there, each with the
// team's own words where there are any.
func (b *builder) summary() Section {
	s := Section{Part: "summary", Title: "Summary"}
	switch b.in.Status {
	case timeline.CancelledSt:
		s.Owned = []Block{Paragraph{b.cancelled()}}
		return s
	case timeline.Merged:
		s.Owned = []Block{Paragraph{b.mergedSummary()}}
		return s
	default:
	}
	point := func(name string, l Line) Item {
		return Item{Text: join(Line{bold(name + ":"), Text(" ")}, l)}
	}
	items := []Item{
		point("Impact", b.statement(timeline.KindImpact, "not known yet")),
		point("How long", say(b.howLong())),
		point("What ended it", b.ended()),
	}
	for _, d := range b.judged(timeline.StandingCaused) {
		items = append(items, point("Trigger", Line{Text("deploy of " + b.place(d.Deploy) + " ("), Ref(d.N), Text("), set by "), by(d), Text(", "), Ref(d.JudgedN)}))
	}
	items = append(items,
		point("Cause", b.cause()),
		point("What is being done", b.doing()),
	)
	s.Owned = []Block{List{items}}
	s.Ask = []string{"What broke, for whom, for how long, what ended it, and what is being done? Three sentences for somebody who was not there."}
	return s
}

func (b *builder) cancelled() Line {
	e, ok := b.last(timeline.KindCancelled)
	if !ok {
		return say("This was cancelled: it was no incident.")
	}
	out := Line{Text("This was cancelled " + span(e.At.Sub(b.moments.Declared.At)) + " after it was declared.")}
	if quotable(e) {
		out = append(out, Text(" "))
		out = append(out, b.quoted(e.Text, e)...)
	}
	return out
}

// quotable reports whether the entry has words for the story. What people hid is
// quoted nowhere but in the appendix.
func quotable(e *timeline.Entry) bool { return strings.TrimSpace(e.Text) != "" && !e.Hidden }

// stated gives what was last said about a fact and is not hidden.
func (b *builder) stated(kind timeline.Kind) (*timeline.Entry, bool) {
	var out *timeline.Entry
	for _, e := range b.all {
		if e.Kind == kind && !e.Hidden && (out == nil || e.N > out.N) {
			out = e
		}
	}
	return out, out != nil
}

// statement quotes what was last said about a fact.
func (b *builder) statement(kind timeline.Kind, unknown string) Line {
	switch e, ok := b.stated(kind); {
	case ok && e.Erased:
		return Line{Note(erasedWords), Text(", "), Ref(e.N)}
	case ok && quotable(e):
		return b.quoted(e.Text, e)
	}
	return say(unknown)
}

func (b *builder) howLong() string {
	m := b.moments
	if !m.Mitigated.Set() {
		return "not over yet"
	}
	from, since := timeline.Began, "it began"
	if m.Began.Assumed {
		from, since = timeline.DeclaredM, "it was declared; when it began is not known yet"
		if !m.Detected.Assumed {
			from, since = timeline.Detected, "it was detected; when it began is not known yet"
		}
	}
	var parts []string
	if d, known := m.Between(from, timeline.Mitigated); known && d >= 0 {
		parts = append(parts, span(d)+" until mitigated")
	}
	if d, known := m.Between(from, timeline.ResolvedM); known {
		parts = append(parts, span(d)+" until resolved")
	}
	if len(parts) == 0 {
		return "not known yet"
	}
	return strings.Join(parts, ", ") + ", counted from when " + since
}

// ended quotes what was said when it was mitigated, else when it was resolved.
func (b *builder) ended() Line {
	if e, ok := b.statusEntry(timeline.Monitoring); ok && quotable(e) {
		return b.quoted(e.Text, e)
	}
	if out := b.rolledBack(); out != nil {
		return out
	}
	if e, ok := b.statusEntry(timeline.Resolved); ok && quotable(e) {
		return b.quoted(e.Text, e)
	}
	if !b.moments.Mitigated.Set() {
		return say("not over yet")
	}
	return say("not said")
}

// rolledBack tells of the last rollback that was done before the incident was
// marked mitigated, and how long before. That it ended the outage is for people to say.
func (b *builder) rolledBack() Line {
	for _, r := range slices.Backward(b.in.Rollbacks) {
		for _, p := range r.Phases {
			before := b.moments.Mitigated.At.Sub(p.At)
			if p.State != timeline.RollbackSucceeded || before < 0 {
				continue
			}
			return Line{
				Text("rollback " + timeline.RollbackID(r.Number) + " to " + label(r.Plan.To) + b.ofService(r.Plan.Service) + ", done ("), Ref(p.N),
				Text(") " + span(before) + " before it was marked mitigated"),
			}
		}
	}
	return nil
}

// statusEntry gives the entry that led to the status and still holds.
func (b *builder) statusEntry(s timeline.Status) (*timeline.Entry, bool) {
	var out *timeline.Entry
	for _, e := range b.all {
		switch body := e.Body.(type) {
		case timeline.Reopened:
			out = nil
		case timeline.StatusSet:
			switch body.Status {
			case s:
				// It was mitigated when that was said first, and resolved when last. Who
				// said it without words leaves them to the next.
				if out == nil || s == timeline.Resolved || !quotable(out) {
					out = e
				}
			case timeline.Investigating, timeline.Identified:
				out = nil
			}
		}
	}
	return out, out != nil
}

func (b *builder) cause() Line {
	if b.causeUnknown() {
		return b.unknownCause()
	}
	return b.statement(timeline.KindCause, "not known yet")
}

// causeUnknown reports whether nobody stated a cause, or somebody that it is not
// known.
func (b *builder) causeUnknown() bool {
	e, ok := b.stated(timeline.KindCause)
	if !ok || e.Erased {
		return !ok
	}
	s := strings.ToLower(strings.Trim(strings.TrimSpace(e.Text), "."))
	return s == "" || s == "unknown" || s == "not known" || s == "not known yet"
}

func (b *builder) unknownCause() Line {
	if e, ok := b.stated(timeline.KindCause); ok {
		return Line{Text("not known yet, said "), b.who(e), Text(", "), Ref(e.N)}
	}
	return say("not known yet")
}

// impact shows the statement that holds, and those before it.
func (b *builder) impact() Section {
	if b.setAside() {
		return Section{}
	}
	s := Section{Part: "impact", Title: "Impact", Ask: []string{
		"How many were affected, how do we know, and what did it cost them?",
		"How many customers were told, by whom, and when?",
	}}
	var items []Item
	for _, e := range b.all {
		if e.Kind == timeline.KindImpact && quotable(e) {
			items = append(items, Item{Text: join(say(b.clock(e.At)+" "), b.quoted(e.Text, e))})
		}
	}
	if len(items) == 0 {
		s.Owned = []Block{Paragraph{say("Nobody has stated the impact yet.")}}
		return s
	}
	s.Owned = []Block{List{items}}
	return s
}
