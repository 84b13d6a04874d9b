package postmortem

import (
	"time"

	"backout/timeline"
)

// noticed is somebody or something that noticed the outage, as far as a row of the
// record shows it.
type noticed struct {
	row *timeline.Entry
	// room is where a person said so, when that is not the incident's channel.
	room string
	// alert is nil for a person.
	alert *alertStory
}

// firstAlert gives the alert that came first, if there is one.
func (b *builder) firstAlert() *noticed {
	if len(b.alerts) == 0 {
		return nil
	}
	return &noticed{row: b.alerts[0].first, alert: &b.alerts[0]}
}

// firstPerson gives what first shows that a person noticed: the message that the
// incident was declared from, else its declaration. It is nil when an alert
// declared it.
func (b *builder) firstPerson() *noticed {
	if e, ok := b.toldAt(b.in.DeclaredFrom()); ok && e.Message != nil {
		out := &noticed{row: e}
		if b.opt.Names != nil && !b.in.InChannel(e.Message.Channel) {
			out.room = cut(b.opt.Names.ChannelName(e.Message.Channel), alertWho)
		}
		return out
	}
	if e, ok := b.in.Entry(b.moments.Declared.N); ok && timeline.IsPerson(e.Who) {
		return &noticed{row: e}
	}
	return nil
}

// detection says who noticed first, alert or person, where there is an alert. That
// none fired is not said: whether one could have is not known.
func (b *builder) detection() []Block {
	m := b.moments
	alert, person := b.firstAlert(), b.firstPerson()
	var out Line
	e, ok := b.in.Entry(m.Detected.N)
	switch set := ok && !m.Detected.Assumed && e.Kind == timeline.KindMoment; {
	case set:
		out = Line{Text("Detected at " + b.when(m.Detected.At) + ", as set by "), b.who(e), Text(" ("), Ref(e.N), Text(")." + b.sinceBegan())}
		if alert != nil {
			out = append(append(out, Text(" ")), b.race(alert, person)...)
		}
	case alert != nil:
		out = append(b.race(alert, person), Text(b.counted(alert, person)))
	default:
		out = b.unalerted()
	}
	if d, known := m.Between(timeline.Detected, timeline.DeclaredM); known && d >= time.Second {
		if alert == nil {
			out = append(out, Text(" It was declared "+span(d)+" later."))
		} else { // several things have been told since
			out = append(out, Text(" It was declared "+span(d)+" after it was detected."))
		}
	}
	return []Block{Paragraph{out}}
}

// unalerted is for incidents without an alert.
func (b *builder) unalerted() Line {
	m := b.moments
	if m.Detected.Assumed {
		return say("Nobody set when it was detected. It is assumed to have been when it was declared, " + b.when(m.Declared.At) + ".")
	}
	if e, ok := b.detectedBy(); ok {
		return Line{Text("Noticed by "), b.who(e), Text(" ("), Ref(e.N), Text(") at " + b.when(m.Detected.At) + "." + b.sinceBegan())}
	}
	return say("Detected at " + b.when(m.Detected.At) + "." + b.sinceBegan())
}

// sinceBegan says how long it went unnoticed.
func (b *builder) sinceBegan() string {
	if d, known := b.moments.Between(timeline.Began, timeline.Detected); known {
		return " That was " + span(d) + " after it began" + against(d, b.targets.Detect) + "."
	}
	return " How long it went unnoticed is not known: nobody set when it began."
}

// race says which came first, and how much later the other did.
func (b *builder) race(alert, person *noticed) Line {
	if person == nil || !person.row.At.Before(alert.row.At) {
		out := Line{Text("An alert noticed first: " + alert.alert.called() + " at " + b.when(alert.row.At) + " ("), Ref(alert.row.N), Text(")")}
		if person != nil && person.row.Message != nil {
			out = append(out, Text("; a person"+person.place()+" did "+later(alert.row.At, person.row.At)+" ("), Ref(person.row.N), Text(")"))
		}
		return append(out, Text("."))
	}
	return Line{
		Text("A person" + person.place() + " noticed first, at " + b.when(person.row.At) + " ("), Ref(person.row.N),
		Text("); the alert on " + alert.alert.called() + " came " + later(person.row.At, alert.row.At) + " ("), Ref(alert.row.N), Text(")."),
	}
}

func (n *noticed) place() string {
	if n.room == "" {
		return ""
	}
	return " in #" + n.room
}

func later(from, to time.Time) string {
	if d := to.Sub(from); d >= time.Second/2 {
		return span(d) + " later"
	}
	return "at the same time"
}

// counted says from when the record counts, where that is not what the sentence
// before has just told, and how long it went unnoticed.
func (b *builder) counted(alert, person *noticed) string {
	m := b.moments.Detected
	first := alert.row.At
	if person != nil && person.row.At.Before(first) {
		first = person.row.At
	}
	switch {
	case m.Assumed && first.Equal(m.At) && person == nil: // the alert declared it in the same instant
		return " How long it went unnoticed is not known: nobody set when it began."
	case m.Assumed:
		return " Nobody set when it was detected; it is assumed to have been when it was declared, " + b.when(b.moments.Declared.At) + "."
	case !first.Equal(m.At):
		return " Detected counts from " + b.when(m.At) + "." + b.sinceBegan()
	}
	return b.sinceBegan()
}
