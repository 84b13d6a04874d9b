package postmortem_test

import (
	"backout/timeline"
)

const pager = "https://acme.pagerduty.example/incidents/"

// rate is PagerDuty's alert on web-app's logins.
func rate() timeline.Alert {
	return timeline.Alert{
		Source: timeline.PagerDuty, Key: "PINC881", Number: 881, Title: "Login error rate", Service: "web-app", Place: "Web app",
		Priority: "P1", Link: pager + "PINC881", Policy: "PPOL1",
	}
}

// alert records what an alert did.
func (p *tape) alert(clock string, a timeline.Alert, what timeline.AlertEvent, with ...func(*timeline.Alert)) int {
	p.t.Helper()
	a.Event, a.At = what, p.time(clock)
	for _, w := range with {
		w(&a)
	}
	return p.linked(clock, a.Source, a.Link, timeline.AlertNoted{Alert: a, Attached: p.has(timeline.KindAlert)})
}

func (p *tape) has(kind timeline.Kind) bool {
	for _, e := range p.events {
		if e.Kind() == kind {
			return true
		}
	}
	return false
}

func who(name string) func(*timeline.Alert) {
	return func(a *timeline.Alert) { a.Who = name }
}

func wrote(text string) func(*timeline.Alert) {
	return func(a *timeline.Alert) { a.Text = text }
}

// page records a phase of the page P1.
func (p *tape) page(clock, who string, s timeline.PageSet) int {
	p.t.Helper()
	s.Number = max(s.Number, 1)
	return p.linked(clock, who, s.Link, s)
}
