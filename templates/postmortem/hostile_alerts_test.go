package postmortem_test

import (
	"fmt"
	"strings"
	"testing"

	"backout/templates/postmortem"
	"backout/timeline"
)

// hostileAlerts puts words from next into every field that alerting systems bring
// in, for more alerts than the timeline tells of one by one.
func (p *tape) hostileAlerts(next func() string) {
	events := []timeline.AlertEvent{
		timeline.AlertTriggered, timeline.AlertAcknowledged, timeline.AlertUnacknowledged, timeline.AlertEscalated, timeline.AlertReassigned,
		timeline.AlertAnnotated, timeline.AlertPriority, timeline.AlertResponder, timeline.AlertUpdated, timeline.AlertResolved, timeline.AlertTriggered, timeline.AlertResolved,
	}
	alert := func(source, key string, what timeline.AlertEvent) int {
		a := timeline.Alert{
			Source: source, Key: key, Event: what, Title: next(), Number: 881, Service: next(), Place: next(), Severity: next(), Priority: next(),
			Link: next(), Who: next(), Text: next(), Policy: next(), At: p.time("09:05:10"),
		}
		return p.linked("09:05:10", a.Source, next(), timeline.AlertNoted{Alert: a})
	}
	first := 0
	for i := range 23 {
		source := timeline.PagerDuty
		if i%3 == 1 {
			source = next()
		}
		n := alert(source, fmt.Sprint("P", i), timeline.AlertTriggered)
		if i == 0 {
			first = n
			for _, what := range events[1:] {
				alert(source, "P0", what)
			}
			alert(source, "P0", timeline.AlertEvent(next()))
		}
	}
	p.add("09:05:11", "U0ANA", timeline.Reworded{N: first, Text: next()})
	for i, sort := range []string{"user", "service", next()} {
		ask := timeline.PageSet{Number: i + 1, State: timeline.PageAsked, Target: next(), Sort: sort, ID: next(), Text: next()}
		p.page("09:05:12", "U0ANA", ask)
		for _, state := range []timeline.PageState{timeline.PageSent, timeline.PageDeclined, timeline.PageFailed, timeline.PageAnswered, timeline.PageState(next())}[:3+i] {
			p.page("09:05:13", timeline.PagerDuty, timeline.PageSet{Number: i + 1, State: state, Key: next(), Link: next(), Reason: next(), By: next()})
		}
	}
	p.add("09:05:14", "U0ANA", timeline.MergedInto{From: 3})
}

// A name or a page at PagerDuty that is called like somebody's Slack id is not that
// person, and took no part.
func TestNamesAtPagerDutyAreNoPeople(t *testing.T) {
	p := newTape(t, "2026-11-20")
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Search is slow"})
	p.alert("09:01:00", rate(), timeline.AlertTriggered)
	p.alert("09:02:00", rate(), timeline.AlertAcknowledged, who("U0TOM"))
	p.page("09:03:00", "U0ANA", timeline.PageSet{State: timeline.PageAsked, Target: "U0MEI", Sort: "service"})
	p.page("09:04:00", timeline.PagerDuty, timeline.PageSet{State: timeline.PageAnswered, By: "U0PRI"})
	src := string(postmortem.Render(postmortem.Build(p.fold(), p.options("09:10:00"))))
	for _, name := range []string{"Tom Weber", "Priya", "Mei Tan"} {
		if strings.Contains(src, name) {
			t.Errorf("somebody is taken for %s:\n%s", name, src)
		}
	}
}
