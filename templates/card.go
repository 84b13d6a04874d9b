package templates

import (
	"strconv"
	"strings"
	"time"

	"backout/timeline"
)

// View is what messages about one incident are made from.
type View struct {
	In         *timeline.Incident
	Severities []Severity
	// Completeness says how complete the record of the channel is.
	Completeness Completeness
	// Command is the slash command as configured; empty means /incident.
	Command string
	// URL is the public base of the web pages, or empty.
	URL string
	// Catalogue is what the configuration says of services.
	Catalogue timeline.Catalogue
	// PrivateOf tells which other incidents are private; nil means none.
	PrivateOf func(incident int) bool
	// RoomOf gives the channel of another incident, or ""; nil knows none. It is
	// not asked for private ones.
	RoomOf func(incident int) string
	// UpdateEvery is how often this incident asks for an update, or 0.
	UpdateEvery time.Duration
	Now         time.Time
}

// Severity is one of those configured: 1, Critical.
type Severity struct{ Name, Title string }

// Completeness says up to when the record is proven complete, and the gaps in
// it. A zero To means that nothing has been read to its end yet.
type Completeness struct {
	To   time.Time
	Gaps []timeline.Gap
}

// Sentence is "complete to 14:32:07 UTC, 0 gaps"; the date is added when it is
// not that of now, since the sentence stays on messages for ever.
func (c Completeness) Sentence(now time.Time) string {
	gaps := strconv.Itoa(len(c.Gaps)) + " gaps"
	if len(c.Gaps) == 1 {
		gaps = "1 gap"
	}
	if c.To.IsZero() {
		if len(c.Gaps) == 0 {
			return "recording starts"
		}
		return "recording starts, " + gaps
	}
	layout := time.TimeOnly
	if c.To.UTC().Format(time.DateOnly) != now.UTC().Format(time.DateOnly) {
		layout = time.DateTime
	}
	return "complete to " + c.To.UTC().Format(layout) + " UTC, " + gaps
}

// Lengths of what the card and the announcement quote: enough to read on a
// phone. The whole stands in the channel.
const (
	cardUpdate = 700
	cardFact   = 300
)

// Card is the living status card of the incident channel. Its first lines say
// what it is and where it stands; the newest words come next, then the facts, the
// alerts and who is called, what is being rolled back and which deploys may be to blame, then what Backout could
// not do, with a button to try again. It quotes mentions
// as mentions, because it is edited in place and an edit notifies nobody.
func Card(v View) Message {
	in := v.In
	m := Message{Summary: v.headline() + ": " + v.title(), Parts: append(v.drill(), Heading(v.headline()), Para(R(B(v.title()))))}
	m.Parts = append(m.Parts, v.asksWhether()...)
	m.Parts = append(m.Parts, v.merged()...)
	if in.Private {
		m.Parts = append(m.Parts, Para(R(T("Private: only members of its channel see it."))))
	}
	if latest := v.latest(cardUpdate); len(latest) > 0 {
		m.Parts = append(m.Parts, Para(latest))
	}
	m.Parts = append(m.Parts, v.cardFields())
	m.Parts = append(m.Parts, v.alerts()...)
	if f := spent(in.Moments()); len(f) > 0 && in.Status == timeline.Resolved {
		m.Parts = append(m.Parts, f)
	}
	m.Parts = append(m.Parts, Para(v.impactAndCause()))
	m.Parts = append(m.Parts, v.unfinished()...)
	m.Parts = append(m.Parts, v.suspects()...)
	m.Parts = append(m.Parts, v.troubles()...)
	if b := v.cardButtons(); len(b) > 0 {
		m.Parts = append(m.Parts, b)
	}
	m.Parts = append(m.Parts, Footer(v.cardFooter()))
	return m
}

// headline is "INC-7 · SEV 1 Critical · Investigating", with Drill for an exercise.
func (v View) headline() string {
	parts := []string{v.In.ID()}
	if v.In.Drill {
		parts = append(parts, "Drill")
	}
	if v.In.Severity != "" {
		parts = append(parts, sev(v.Severities, v.In.Severity))
	}
	return strings.Join(append(parts, capital(statusWord(v.In.Status))), " · ")
}

// title is the title without mark-up; a mention in it notifies nobody.
func (v View) title() string { return FromSlack(v.In.Title).Plain(nil) }

// words is how commands are named in this workspace.
func (v View) words() Words {
	return Words{Command: v.Command, Severities: v.Severities, URL: v.URL}
}

// cmd is a command to type, as code.
func (v View) cmd(rest string) Span { return v.words().cmd(rest) }

// value is what the buttons about this incident carry.
func (v View) value() string { return strconv.Itoa(v.In.Number) }

// page is the address of the incident's page, or "".
func (v View) page() string {
	if v.URL == "" {
		return ""
	}
	return strings.TrimRight(v.URL, "/") + "/incidents/" + v.In.ID()
}

// sev names a severity: SEV 1 Critical.
func sev(known []Severity, name string) string {
	for _, s := range known {
		if s.Name == name && s.Title != "" {
			return "SEV " + name + " " + s.Title
		}
	}
	return "SEV " + name
}

func (v View) cardFooter() Rich {
	var out Rich
	if v.In.Channel.ID != "" {
		out = append(out, Ch(v.In.Channel.ID), T(" · "))
	}
	record := "Record " + v.Completeness.Sentence(v.Now)
	if v.Completeness.To.IsZero() {
		record = capital(v.Completeness.Sentence(v.Now))
	}
	out = append(out, T(record+" · "))
	if page := v.page(); page != "" {
		out = append(out, Href(page, "Incident page"), T(" · "))
	}
	return append(out, v.cmd("help"), T(" shows what to type"))
}
