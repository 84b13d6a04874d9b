package postmortem

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

// header is the facts table. Its head is empty: it is a list of names and values.
func (b *builder) header() []Block {
	t := Table{Head: []Line{nil, nil}}
	add := func(name string, value Line) { t.Rows = append(t.Rows, Row{Line{bold(name)}, value}) }
	sev := "not set"
	if b.in.Severity != "" {
		sev = b.severity(b.in.Severity)
	}
	add("Severity", say(sev))
	add("Status", say(b.status()))
	if b.in.Drill {
		add("Exercise", Line{Text("declared as a drill, "), Ref(b.moments.Declared.N)})
	}
	add("Service", say(orUnknown(b.services())))
	if b.in.Private {
		add("Visibility", say("private: for members of the incident's channel only"))
	}
	for _, name := range timeline.MomentNames() {
		if l := b.momentLine(name); l != nil {
			add(capital(string(name)), l)
		}
	}
	if e, ok := b.last(timeline.KindCancelled); ok && b.in.Status == timeline.CancelledSt {
		add("Cancelled", Line{Text(b.when(e.At) + ", by "), b.who(e), Text(" ("), Ref(e.N), Text(")")})
	}
	if e, ok := b.mergedInto(); ok && b.in.Status == timeline.Merged {
		add("Merged", Line{Text(b.when(e.At) + ", into "), b.other(b.in.MergedInto), Text(", by "), b.who(e), Text(" ("), Ref(e.N), Text(")")})
	}
	if l := b.mergedHere(); l != nil {
		add("Merged here", l)
	}
	add("Lead", b.leads())
	add("Record", say(b.record()))
	if b.opt.BaseURL != "" {
		add("Page", Line{Words(templates.R(templates.Href(b.page(), "live timeline")))})
	}
	return []Block{t}
}

func (b *builder) status() string {
	s := string(b.in.Status)
	if b.in.Drill {
		s = "drill, " + s
	}
	switch {
	case b.in.Status == timeline.CancelledSt:
		return s
	case b.in.Status == timeline.Merged:
		return s + " into " + b.otherID(b.in.MergedInto)
	case b.in.Status == timeline.Monitoring:
		s = strings.TrimSuffix(s, string(b.in.Status)) + "mitigated, not yet resolved"
	case b.in.Status.Open():
		s += ", still open"
	}
	switch n := b.reopened(); {
	case n == 1:
		s += ", reopened once"
	case n > 1:
		s += ", reopened " + count(n, "time")
	}
	// Before it is resolved, and so has a review, what people see is a draft too.
	return s + " · postmortem " + cmp.Or(string(b.in.Review), string(timeline.ReviewDraft))
}

// fields are the facts that a team's template can name.
func (b *builder) fields() Fields {
	f := Fields{
		ID: b.in.ID(), Title: templates.FromSlack(b.in.Title).Plain(b.opt.Names), Severity: "not set",
		Status: string(b.in.Status), Date: b.day(), Services: orUnknown(b.services()),
	}
	if b.in.Severity != "" {
		f.Severity = b.severity(b.in.Severity)
	}
	return f
}

func (b *builder) reopened() int {
	n := 0
	for _, e := range b.all {
		if e.Kind == timeline.KindReopened {
			n++
		}
	}
	return n
}

// when gives the date too where it is not the day of the declaration.
func (b *builder) when(t time.Time) string {
	return clock(t, b.dated || t.UTC().Format(time.DateOnly) != b.day()) + " UTC"
}

func (b *builder) momentLine(name timeline.MomentName) Line {
	m := b.moments.Get(name)
	if b.setAside() && name != timeline.DeclaredM && (m.Assumed || !m.Set()) {
		return nil
	}
	if !m.Set() {
		switch name {
		case timeline.Mitigated, timeline.ResolvedM:
			return say("not yet")
		}
		return say("not known yet")
	}
	first := m.At.UTC().Format(time.DateTime) + " UTC"
	if name != timeline.Began && !b.setAside() {
		first = b.when(m.At)
	}
	out := Line{Text(first)}
	if m.Assumed {
		return append(out, Text(", "), Note("assumed: "+b.assumption(name)))
	}
	if b.shownByDeploy(name) {
		out = append(out, Text(", with the deploy of "+label(b.began.Deploy)+b.ofService(b.began.Deploy.Service)+" ("), Ref(b.began.N), Text(")"))
	}
	if e, ok := b.in.Entry(m.N); ok {
		switch {
		case name == timeline.Detected && e.Kind == timeline.KindDeclared:
			by := ", "
			if from, ok := b.detectedBy(); ok {
				e = from
				if isAlert(e) {
					by = ", by the alert "
				} else {
					out = append(out, Text(", by "), b.who(e))
				}
			}
			out = append(out, Text(by), Ref(e.N))
		case e.Kind == timeline.KindMoment:
			out = append(out, Text(", set by "), b.who(e), Text(", "), Ref(e.N))
		default:
			out = append(out, Text(", by "), b.who(e), Text(", "), Ref(e.N))
		}
	}
	return append(out, Text(b.elapsed(name)))
}

// elapsed says how long a moment came after the beginning, or after declaring
// where the beginning is not known.
func (b *builder) elapsed(name timeline.MomentName) string {
	if name == timeline.Began {
		return ""
	}
	if d, known := b.moments.Between(timeline.Began, name); known {
		return " (" + span(d) + " after it began)"
	}
	if name == timeline.Mitigated || name == timeline.ResolvedM {
		if d, known := b.moments.Between(timeline.DeclaredM, name); known && d >= 0 {
			return " (" + span(d) + " after declaring)"
		}
	}
	return ""
}

// assumption says what an assumed moment was taken from.
func (b *builder) assumption(name timeline.MomentName) string {
	switch name {
	case timeline.Began:
		if b.moments.Detected.Assumed {
			return "nobody set it, taken from the declaration"
		}
		return "nobody set it, taken from when it was detected"
	case timeline.Detected:
		if e, ok := b.in.Entry(b.moments.Declared.N); ok && !timeline.IsPerson(e.Who) {
			return "nobody set it, taken from the declaration by " + system(e.Who)
		}
		return "nobody set it, taken from the declaration"
	}
	return "nobody set it, taken from when it was resolved"
}

func (b *builder) leads() Line {
	var out Line
	if lead := b.in.Lead(); lead != "" {
		out = append(out, Words(templates.R(person(lead))))
	} else {
		out = say("nobody")
	}
	if c := b.in.Holder(timeline.CommsRole); c != "" {
		out = append(out, Text(" · "), bold("Communications"), Text(" "), Words(templates.R(person(c))))
	}
	return out
}

// record counts what there is and says how far it is complete.
func (b *builder) record() string {
	messages, deploys, threads := 0, 0, map[string]bool{}
	for _, e := range b.all {
		if e.Kind == timeline.KindDeploy {
			deploys++
		}
		if e.Message == nil || noise(e.Message.Subtype) {
			continue
		}
		messages++
		if e.Message.Reply() {
			threads[e.Message.Channel+":"+e.Message.ThreadTS] = true
		}
	}
	out := count(messages, "message")
	if len(threads) > 0 {
		out += " in " + count(len(threads), "thread")
	}
	if deploys > 0 {
		out += ", " + count(deploys, "deploy event")
	}
	if n := len(b.alerts); n > 0 {
		out += ", " + count(n, "alert")
	}
	return out + "; " + b.complete()
}

// complete says how far the record reaches, and names every gap.
func (b *builder) complete() string {
	c := b.opt.Completeness
	day := b.moments.Declared.At
	if b.dated {
		day = time.Time{} // no day, so that the date is written
	}
	out := "not yet shown to be complete"
	if !c.To.IsZero() {
		out = c.Sentence(day)
	} else if n := len(c.Gaps); n > 0 {
		out += ", " + count(n, "gap")
	}
	for _, g := range c.Gaps {
		out += "; from " + b.when(g.From) + ": " + g.Reason
	}
	return out
}

// last gives the newest entry of a kind.
func (b *builder) last(kind timeline.Kind) (*timeline.Entry, bool) {
	var out *timeline.Entry
	for _, e := range b.all {
		if e.Kind == kind && (out == nil || e.N > out.N) {
			out = e
		}
	}
	return out, out != nil
}

// count says "1 thread", "9 threads".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return itoa(n) + " " + noun
}

func itoa(n int) string { return strconv.Itoa(n) }

func orUnknown(s string) string {
	if s == "" {
		return "not known yet"
	}
	return s
}
