package postmortem

import (
	"time"

	"backout/timeline"
)

// Public makes the version of a document that strangers may read: when it was, how
// long, and what people marked as fit for the public. Updates are, from the
// beginning. There are no names, links, channels, messages or row numbers in it,
// whatever the words hold.
//
// Title and affected services are internal words: the title is there only when its
// row was marked, and the services with it, since who publishes a title speaks of
// what broke anyway. Severity is a word for how to respond, and stays inside.
//
// Its ID differs from that of the full document, so that [Merge] never puts one
// into a copy of the other.
func Public(in *timeline.Incident, opt Options) Document {
	p := publicist{builder: newBuilder(in, opt), clean: cleaner(in, opt)}
	d := Document{ID: in.ID() + "-public", Title: p.title(), Fields: p.publicFields()}
	d.Sections = []Section{{Part: "header", Owned: p.facts()}}
	add := func(part, title string, items []Item) {
		if len(items) > 0 {
			d.Sections = append(d.Sections, Section{Part: part, Title: title, Owned: []Block{List{items}}})
		}
	}
	add("impact", "Impact", p.marked(timeline.KindImpact))
	add("updates", "What happened", p.course())
	add("factors", "Cause", p.marked(timeline.KindCause))
	add("lessons", "What we learned", p.learned())
	add("actions", "What we do about it", p.work())
	return d
}

type publicist struct {
	*builder
	clean cleaning
}

// shown reports whether people may read the entry's words outside. Messages never
// come this far: only the kinds that can be marked are looked at.
func shown(e *timeline.Entry) bool {
	return (e.Public || e.Kind == timeline.KindUpdate) && !e.Hidden && !e.Erased
}

// titled reports whether the title that holds was marked.
func (p publicist) titled() bool {
	e, ok := p.last(timeline.KindTitle)
	if !ok {
		e, ok = p.last(timeline.KindDeclared)
	}
	return ok && shown(e)
}

func (p publicist) title() Line {
	if words := p.clean.words(p.in.Title); p.titled() && words != "" {
		return say(words)
	}
	return say("Incident on " + p.moments.Declared.At.UTC().Format("2 January 2006"))
}

func (p publicist) publicFields() Fields {
	f := Fields{Status: p.publicStatus(), Date: p.day()}
	if p.titled() {
		f.Title, f.Services = p.clean.words(p.in.Title), p.publicServices()
	}
	return f
}

func (p publicist) publicServices() string {
	out := ""
	for _, s := range p.in.Services {
		if name := p.clean.words(s); name != "" && out != "" {
			out += ", " + name
		} else if name != "" {
			out = name
		}
	}
	return out
}

func (p publicist) publicStatus() string {
	out := map[timeline.Status]string{
		timeline.Monitoring: "mitigated, being watched", timeline.Resolved: "resolved",
		timeline.CancelledSt: "called off: it was no incident", timeline.Merged: "part of another incident",
	}[p.in.Status]
	if out == "" {
		out = "being worked on"
	}
	if p.in.Drill {
		out = "exercise, " + out
	}
	return out
}

// facts are the five moments, and how long it took.
func (p publicist) facts() []Block {
	t := Table{Head: []Line{nil, nil}}
	add := func(name, value string) {
		if value != "" {
			t.Rows = append(t.Rows, Row{Line{bold(name)}, say(value)})
		}
	}
	add("Status", p.publicStatus())
	if p.titled() {
		add("Service", p.publicServices())
	}
	for _, name := range timeline.MomentNames() {
		add(capital(string(name)), p.instant(name))
	}
	if !p.setAside() {
		add("How long", capital(p.howLong()))
	}
	return []Block{t}
}

// instant writes a moment with how long after the beginning it was. What nobody set
// is told as such.
func (p publicist) instant(name timeline.MomentName) string {
	m := p.moments.Get(name)
	switch {
	case !m.Set(), p.setAside() && m.Assumed:
		return ""
	case m.Assumed:
		return m.At.UTC().Format(time.DateTime) + " UTC (assumed)"
	}
	return m.At.UTC().Format(time.DateTime) + " UTC" + p.elapsed(name)
}

// marked lists what people marked of a kind.
func (p publicist) marked(kind timeline.Kind) []Item {
	var out []Item
	for _, e := range p.all {
		if e.Kind != kind || !shown(e) {
			continue
		}
		if words := p.clean.words(e.Text); words != "" {
			out = append(out, Item{Text: say(words)})
		}
	}
	return out
}

// course tells the updates, and notes and words of a change of status that were
// marked, in their order.
func (p publicist) course() []Item {
	var told []*timeline.Entry
	var times []time.Time
	for _, e := range p.all {
		if (e.Kind == timeline.KindUpdate || e.Kind == timeline.KindNote || e.Kind == timeline.KindStatus) && shown(e) {
			told, times = append(told, e), append(times, e.At)
		}
	}
	dated := severalDays(append(times, p.moments.Declared.At))
	var out []Item
	for _, e := range told {
		if words := p.clean.words(e.Text); words != "" {
			out = append(out, Item{Text: say(clock(e.At, dated) + " UTC: " + words)})
		}
	}
	return out
}

// learned are the lessons that people wrote themselves and marked. One that is a
// message's words is not among them: messages are never public.
func (p publicist) learned() []Item {
	var out []Item
	for _, l := range p.in.Lessons {
		if e, ok := p.in.Entry(l.N); ok && shown(e) {
			if words := p.clean.words(l.Text); words != "" {
				out = append(out, Item{Text: say(words)})
			}
		}
	}
	return out
}

// work lists the follow-ups that were marked, with how they stand.
func (p publicist) work() []Item {
	var out []Item
	for _, f := range p.wanted() {
		if e, ok := p.in.Entry(f.N); ok && shown(e) {
			if words := p.clean.words(f.Text); words != "" {
				out = append(out, Item{Text: say(words + " (" + string(f.State) + ")")})
			}
		}
	}
	return out
}
