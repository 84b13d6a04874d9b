package templates

import "backout/timeline"

// announcedUpdate is how much of an update the announcement quotes.
const announcedUpdate = 1500

// Announcement is the message in the announcement channel that is kept current.
// Who reads it does not work on the incident: it says what people notice, whether
// it is over and where to ask. An incident that became private keeps its number
// there and nothing else.
func Announcement(v View) Message {
	in := v.In
	if in.Private {
		text := R(T(in.ID() + " is private now. It goes on elsewhere, and nothing more is announced here."))
		return Message{Summary: text.Plain(nil), Parts: []Part{Para(text)}}
	}
	m := Message{Summary: v.headline() + ": " + v.title(), Parts: append(v.drill(), Heading(v.headline()), Para(R(B(v.title()))))}
	if in.Status == timeline.Triage {
		m.Parts = append(m.Parts, Para(R(T("An alert opened this. People are looking whether it is an incident."))))
	}
	m.Parts = append(m.Parts, v.mergedInto()...)
	if latest := v.latest(announcedUpdate); len(latest) > 0 {
		m.Parts = append(m.Parts, Para(latest))
	}
	m.Parts = append(m.Parts, v.announcedFields())
	if f := spent(in.Moments()); len(f) > 0 && in.Status == timeline.Resolved {
		m.Parts = append(m.Parts, f)
	}
	m.Parts = append(m.Parts, Footer(v.announceFooter()))
	return m
}

func (v View) announcedFields() Fields {
	in := v.In
	lead := R(T("nobody yet"))
	if in.Lead() != "" {
		lead = R(person(in.Lead()))
	}
	where := R(T("is being opened"))
	if in.Channel.ID != "" {
		where = R(Ch(in.Channel.ID))
	}
	f := Fields{
		{Label: "Channel", Value: where},
		{Label: "Lead", Value: lead},
		{Label: "Status", Value: v.statusValue()},
		{Label: "Services", Value: servicesValue(in.Services)},
		{Label: "Impact", Value: known(slackCut(in.Impact, cardFact))},
	}
	if comms := in.Holder(timeline.CommsRole); comms != "" {
		f = append(f, Field{Label: "Communications", Value: R(person(comms))})
	}
	return f
}

func (v View) announceFooter() Rich {
	out := R(T("Declared "), At(v.In.Moments().Declared.At), T(" by "), doer(v.In.DeclaredBy))
	if page := v.page(); page != "" {
		out = append(out, T(" · "), Href(page, "Incident page"))
	}
	if v.In.Status.Open() {
		return append(out, T(" · This message is kept current"))
	}
	return out
}
