package postmortem_test

import (
	"testing"
	"time"

	"backout/templates"
	"backout/templates/postmortem"
	"backout/timeline"
)

// tape writes the events of an incident as they come.
type tape struct {
	t      testing.TB
	day    string
	events []timeline.Event
}

func newTape(t testing.TB, day string) *tape { return &tape{t: t, day: day} }

func (p *tape) time(clock string) time.Time {
	p.t.Helper()
	s := clock
	if len(clock) == len(time.TimeOnly) {
		s = p.day + " " + clock
	}
	at, err := time.Parse(time.DateTime, s)
	if err != nil {
		p.t.Fatal(err)
	}
	return at
}

// add records an event and gives its number.
func (p *tape) add(clock, who string, b timeline.Body) int {
	p.t.Helper()
	n := len(p.events) + 1
	at := p.time(clock)
	e := timeline.Event{Incident: 7, N: n, At: at, Recorded: at, Who: who, Body: b}
	if m, ok := b.(timeline.Message); ok {
		e.Source.Link = "https://acme.slack.example/archives/" + m.Channel + "/p" + m.TS
	}
	p.events = append(p.events, e)
	return n
}

// linked records an event that came from somewhere.
func (p *tape) linked(clock, who, link string, b timeline.Body) int {
	p.t.Helper()
	n := p.add(clock, who, b)
	p.events[n-1].Source.Link = link
	return n
}

// say records a message; under is the clock time of the message it replies to.
func (p *tape) say(clock, who, words string, under ...string) int {
	p.t.Helper()
	m := timeline.Message{Channel: "C7", TS: timeline.SlackTS(p.time(clock)), Text: words}
	if len(under) > 0 {
		m.ThreadTS = timeline.SlackTS(p.time(under[0]))
	}
	return p.add(clock, who, m)
}

func (p *tape) star(clock, who string, n int) { p.add(clock, who, timeline.Starred{N: n}) }

func (p *tape) fold() *timeline.Incident {
	p.t.Helper()
	in, err := timeline.Fold(7, p.events)
	if err != nil {
		p.t.Fatal(err)
	}
	return in
}

type names map[string]string

func (n names) PersonName(id string) string  { return n[id] }
func (n names) ChannelName(id string) string { return n[id] }

func people() names {
	return names{
		"U0ANA": "Ana Ruiz", "U0TOM": "Tom Weber", "U0PRI": "Priya N.", "U0MEI": "Mei Tan", "U0SAM": "Sam Okafor", "U0JON": "Jon Lind",
		"C7": "inc-7-users-are-logged-out",
	}
}

func (p *tape) options(now string) postmortem.Options {
	p.t.Helper()
	return postmortem.Options{
		Names:        people(),
		Completeness: templates.Completeness{To: p.time(now)},
		Severities:   []templates.Severity{{Name: "1", Title: "Critical"}, {Name: "2", Title: "Major"}, {Name: "3", Title: "Minor"}},
		Targets:      postmortem.Targets{Detect: 5 * time.Minute, Mitigate: time.Hour, Rollback: 15 * time.Minute},
		Now:          p.time(now),
	}
}
