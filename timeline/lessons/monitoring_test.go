package lessons_test

import (
	"slices"
	"strconv"
	"testing"

	"backout/timeline"
	"backout/timeline/lessons"
)

func TestMonitoring(t *testing.T) {
	names := []string{"people_first", "alert_first", "no_alert", "slow_detection", "fast_detection", "slow_acknowledgement", "prompt_acknowledgement", "noisy"}
	tapeTable(t, lessons.Monitoring, names, monitoringCases())
}

func monitoringCases() []tapeCase {
	return slices.Concat(noticedCases(), unalertedCases(), detectionCases(), pageCases(), stormCases())
}

// declaredFrom is a declaration from what happened at another time.
func (p *tape) declaredFrom(clock, who, from string) int {
	p.t.Helper()
	return p.add(clock, who, timeline.Declared{Title: "Users are logged out", Services: []string{"web-app"}, DetectedAt: p.time(from)})
}

func noticedCases() []tapeCase {
	const people, action = "People noticed before alerts", "Alert on what people noticed of web-app before they have to"
	const alert = "An alert noticed before people did"
	return []tapeCase{
		{"a message before the alert", "people_first", func(p *tape) {
			p.say("14:06:31", "U0JON", "I am logged out")
			p.declaredFrom("14:08:02", "U0TOM", "14:06:31")
			p.alert("14:12:20", timeline.AlertTriggered)
		}, people, "A person noticed (T1) 5 min 49 s before the first alert (T3).", action},
		{"a declaration before the alert", "people_first", func(p *tape) {
			p.declare("14:08:00")
			p.alert("14:12:00", timeline.AlertTriggered)
		}, people, "A person noticed (T1) 4 min before the first alert (T2).", action},
		{"a machine's message", "people_first", func(p *tape) {
			p.add("14:06:00", "U0BOT", timeline.Message{Channel: "C7", TS: timeline.SlackTS(p.time("14:06:00")), Text: "error rate", BotName: "grafana"})
			p.declaredFrom("14:08:02", "U0TOM", "14:06:00")
			p.alert("14:07:00", timeline.AlertTriggered)
		}, "", "", ""},
		{"the alert came earlier", "people_first", func(p *tape) {
			p.alert("14:07:00", timeline.AlertTriggered)
			p.declare("14:08:00")
		}, "", "", ""},
		{"only the acknowledgement was heard of", "people_first", func(p *tape) {
			p.declare("14:08:00")
			p.alert("14:12:00", timeline.AlertAcknowledged)
			p.alert("14:13:00", timeline.AlertTriggered, alertKey("P2"))
		}, "", "", ""},
		{"the later alert is another outage's", "people_first", func(p *tape) {
			p.declare("14:08:00")
			n := p.alert("14:12:00", timeline.AlertTriggered)
			p.add("14:13:00", "U0TOM", timeline.AlertSplit{N: n, To: 8})
		}, "", "", ""},
		{"before the declaration", "alert_first", func(p *tape) {
			p.alert("14:06:00", timeline.AlertTriggered)
			p.declare("14:08:00")
		}, alert, "An alert told of it (T1) 2 min before the first sign of a person (T2).", ""},
		{"the alert declared it", "alert_first", func(p *tape) {
			p.declaredFrom("14:06:02", timeline.PagerDuty, "14:06:00")
			p.alert("14:06:00", timeline.AlertTriggered)
		}, alert, "An alert was the first to tell of it (T2).", ""},
		{"the earlier of two that came in another order", "alert_first", func(p *tape) {
			p.alert("14:07:00", timeline.AlertTriggered)
			p.alert("14:06:00", timeline.AlertTriggered, alertKey("P2"))
			p.declare("14:08:00")
		}, alert, "An alert told of it (T2) 2 min before the first sign of a person (T3).", ""},
		{"somebody had written before", "alert_first", func(p *tape) {
			p.say("14:05:00", "U0JON", "is login slow?")
			p.alert("14:06:00", timeline.AlertTriggered)
			p.declare("14:08:00")
		}, "", "", ""},
		{"declared from words that are not in the record", "alert_first", func(p *tape) {
			p.alert("14:06:00", timeline.AlertTriggered)
			p.declaredFrom("14:08:00", "U0TOM", "14:05:00")
			p.moment(timeline.Detected, "14:07:00")
		}, "", "", ""},
		{"people set an earlier detection", "alert_first", func(p *tape) {
			p.alert("14:06:00", timeline.AlertTriggered)
			p.declare("14:08:00")
			p.moment(timeline.Detected, "14:00:00")
		}, "", "", ""},
		{"the alert is hidden", "alert_first", func(p *tape) {
			p.alert("14:06:00", timeline.AlertTriggered)
			p.declare("14:08:00")
			p.add("14:09:00", "U0TOM", timeline.Hidden{N: 1, Hidden: true})
		}, "", "", ""},
	}
}

func unalertedCases() []tapeCase {
	const none = "No alert told of it"
	over := func(services ...string) func(p *tape) {
		return func(p *tape) {
			p.declare("14:08:00", services...)
			p.status("14:30:00", timeline.Monitoring)
		}
	}
	return []tapeCase{
		{"watched by PagerDuty", "no_alert", over("web-app", "checkout"), none,
			"A person declared it (T1). The record has no alert of it, though PagerDuty is connected for web-app.", "Add an alert on web-app that fires when this happens again"},
		{"all alerts were another outage's", "no_alert", func(p *tape) {
			over("checkout")(p)
			n := p.alert("14:12:00", timeline.AlertTriggered)
			p.add("14:13:00", "U0TOM", timeline.AlertSplit{N: n, To: 8})
		}, none, "A person declared it (T1). The alerts that came to it were found to be another outage's.", "Add an alert that fires when this happens again"},
		{"nobody watches the service", "no_alert", over("checkout"), "", "", ""},
		{"nothing is configured", "no_alert", func(p *tape) {
			over("web-app")(p)
			p.opt.Catalogue = nil
		}, "", "", ""},
		{"it goes on", "no_alert", func(p *tape) { p.declare("14:08:00") }, "", "", ""},
		{"an alert came", "no_alert", func(p *tape) {
			over("web-app")(p)
			p.alert("14:12:00", timeline.AlertTriggered)
		}, "", "", ""},
		{"a machine declared it", "no_alert", func(p *tape) {
			p.add("14:08:00", timeline.PagerDuty, timeline.Declared{Title: "x", Services: []string{"web-app"}})
			p.status("14:30:00", timeline.Monitoring)
		}, "", "", ""},
	}
}

func detectionCases() []tapeCase {
	began := func(at string) func(p *tape) {
		return func(p *tape) {
			p.declaredFrom("14:08:02", "U0TOM", "14:06:31")
			p.moment(timeline.Began, at)
		}
	}
	without := func(p *tape) {
		began("14:02:10")(p)
		p.opt.Targets.Detect = 0
	}
	assumed := func(p *tape) {
		p.declare("14:08:02")
		p.moment(timeline.Began, "14:02:10")
	}
	return []tapeCase{
		{"over the target", "slow_detection", began("14:01:30"), "Detected later than the target",
			"It was detected (T1) 5 min 1 s after it began (T2); the target is 5 min.", "Add an alert on web-app that shows such a failure within 5 min"},
		{"at the target", "slow_detection", began("14:01:31"), "", "", ""},
		{"assumed detection", "slow_detection", assumed, "", "", ""},
		{"at the target", "fast_detection", began("14:01:31"), "Detected within the target", "It was detected (T1) 5 min after it began (T2); the target is 5 min.", ""},
		{"over the target", "fast_detection", began("14:01:30"), "", "", ""},
		{"no target", "fast_detection", without, "", "", ""},
		{"nobody set when it began", "fast_detection", func(p *tape) { p.declaredFrom("14:08:02", "U0TOM", "14:06:31") }, "", "", ""},
	}
}

func pageCases() []tapeCase {
	const slow, action = "The first alert waited for an answer", "Check who is called for such an alert and have it escalate within 15 min"
	const prompt = "The first alert was acknowledged at once"
	fired := func(more func(p *tape), with ...func(*timeline.Alert)) func(p *tape) {
		return func(p *tape) {
			p.alert("14:00:00", timeline.AlertTriggered, with...)
			p.declare("14:08:00")
			more(p)
		}
	}
	acked := func(clock, by string, with ...func(*timeline.Alert)) func(p *tape) {
		return fired(func(p *tape) { p.alert(clock, timeline.AlertAcknowledged, append(with, alertWho(by))...) }, with...)
	}
	return []tapeCase{
		{"late", "slow_acknowledgement", acked("14:15:01", "Mei"), slow, "The first alert (T1) was acknowledged (T3) after 15 min 1 s.", action},
		{"never, and it ended by itself", "slow_acknowledgement", fired(func(p *tape) { p.alert("14:40:00", timeline.AlertResolved) }), slow,
			"The first alert (T1) was not acknowledged before it was over (T3), 40 min later.", action},
		{"never, and the incident is resolved", "slow_acknowledgement", fired(func(p *tape) { p.status("15:00:00", timeline.Resolved) }), slow,
			"The first alert (T1) was not acknowledged before the incident was resolved (T3), 1 h later.", action},
		{"just in time", "slow_acknowledgement", acked("14:15:00", "Mei"), "", "", ""},
		{"over before it was slow", "slow_acknowledgement", fired(func(p *tape) { p.alert("14:15:00", timeline.AlertResolved) }), "", "", ""},
		{"both go on", "slow_acknowledgement", fired(func(*tape) {}), "", "", ""},
		{"acknowledged again later", "slow_acknowledgement", func(p *tape) {
			acked("14:02:00", "Mei")(p)
			p.alert("14:50:00", timeline.AlertAcknowledged, alertWho("Sam"))
		}, "", "", ""},
		{"a source without acknowledgements", "slow_acknowledgement", fired(func(p *tape) { p.status("15:00:00", timeline.Resolved) }, fromAlertmanager), "", "", ""},
		{"the acknowledgement is hidden", "slow_acknowledgement", fired(func(p *tape) {
			n := p.alert("14:02:00", timeline.AlertAcknowledged, alertWho("Mei"))
			p.alert("14:40:00", timeline.AlertResolved)
			p.add("14:41:00", "U0TOM", timeline.Hidden{N: n, Hidden: true})
		}), "", "", ""},
		{"an earlier page may have been answered", "slow_acknowledgement", fired(func(p *tape) {
			p.alert("14:01:00", timeline.AlertAcknowledged, alertKey("P2"), alertWho("Mei"))
			p.alert("14:40:00", timeline.AlertResolved)
		}), "", "", ""},
		{"in time", "prompt_acknowledgement", acked("14:05:00", "Mei"), prompt, "The first alert (T1) was acknowledged (T3) after 5 min.", ""},
		{"neither prompt nor slow", "prompt_acknowledgement", acked("14:05:01", "Mei"), "", "", ""},
		{"by a machine", "prompt_acknowledgement", acked("14:01:00", ""), "", "", ""},
	}
}

func stormCases() []tapeCase {
	many := func(n int) func(p *tape) {
		return func(p *tape) {
			p.declare("14:08:00")
			for i := range n {
				p.alert("14:09:"+strconv.Itoa(10+i), timeline.AlertTriggered, alertKey("P"+strconv.Itoa(i)))
			}
		}
	}
	return []tapeCase{
		{"twenty", "noisy", many(20), "20 alerts for one outage", "20 alerts came, the first (T2) and the last (T21) 19 s apart.", "Group the alerts of web-app so that one outage calls people once"},
		{"nineteen", "noisy", many(19), "", "", ""},
		{"one of twenty is another outage's", "noisy", func(p *tape) {
			many(20)(p)
			p.add("14:10:00", "U0TOM", timeline.AlertSplit{N: 5, To: 8})
		}, "", "", ""},
	}
}
