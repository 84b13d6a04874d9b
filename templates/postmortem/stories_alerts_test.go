package postmortem_test

import (
	"fmt"
	"testing"
	"time"

	"backout/templates/postmortem"
	"backout/timeline"
)

func alertStories() []story {
	return []story{
		{"alert-first", alertFirst}, {"people-first", peopleFirst}, {"storm", storm}, {"drill", drill}, {"merged", merged},
	}
}

// alertFirst was declared by an alert, called for help, and saw the alert clear
// twice.
func alertFirst(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.linked("14:12:22", timeline.PagerDuty, pager+"PINC881", timeline.Declared{Title: "Login error rate", Severity: "1", Services: []string{"web-app"}, DetectedAt: p.time("14:12:20")})
	p.alert("14:12:20", rate(), timeline.AlertTriggered)
	p.add("14:12:24", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-login-error-rate"})
	p.alert("14:14:00", rate(), timeline.AlertAcknowledged, who("Priya"))
	p.add("14:14:10", "U0PRI", timeline.RoleSet{Role: "lead", User: "U0PRI"})
	p.alert("14:15:00", rate(), timeline.AlertEscalated)
	p.alert("14:15:30", rate(), timeline.AlertAnnotated, who("Priya"), wrote("Looking at the *session* store"))
	p.say("14:16:00", "U0PRI", "The session store answers, but slowly")
	p.page("14:17:00", "U0PRI", timeline.PageSet{State: timeline.PageAsked, Target: "U0TOM", Sort: "user", ID: "PTOM01", Text: "The session store is slow, can you join <#C7>?"})
	p.page("14:17:02", timeline.Backout, timeline.PageSet{State: timeline.PageSent, Key: "PINC890", Link: pager + "PINC890"})
	p.page("14:19:02", timeline.PagerDuty, timeline.PageSet{State: timeline.PageAnswered, By: "Tom W.", Link: pager + "PINC890"})
	p.page("14:17:30", "U0PRI", timeline.PageSet{Number: 2, State: timeline.PageAsked, Target: "service auth-db", Sort: "service", ID: "PDB"})
	p.page("14:17:31", timeline.Backout, timeline.PageSet{Number: 2, State: timeline.PageFailed, Reason: "PagerDuty knows no such service"})
	p.add("14:20:00", "U0PRI", timeline.MomentSet{Moment: timeline.Began, To: p.time("14:10:00")})
	p.alert("14:25:00", rate(), timeline.AlertResolved)
	p.alert("14:27:00", rate(), timeline.AlertTriggered)
	p.add("14:30:00", "U0PRI", timeline.StatusSet{Status: timeline.Monitoring, Text: "Doubled the session store"})
	p.alert("14:31:00", rate(), timeline.AlertResolved)
	p.add("14:50:00", "U0PRI", timeline.StatusSet{Status: timeline.Resolved, Text: "Logins are normal"})
	return p.fold(), p.options("14:55:00")
}

// peopleFirst was declared from a message in support; the alert came later, and so
// did one of Alertmanager, which nobody can acknowledge.
func peopleFirst(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("14:08:02", "U0ANA", timeline.Declared{Title: "Users are logged out", Severity: "1", Services: []string{"web-app"}, DetectedAt: p.time("14:06:31")})
	mei := p.add("14:06:31", "U0MEI", timeline.Message{Channel: "C0SUP", TS: timeline.SlackTS(p.time("14:06:31")), Text: "I was just logged out"})
	p.star("14:08:02", "U0ANA", mei)
	p.add("14:08:02", "U0ANA", timeline.RoleSet{Role: "lead", User: "U0ANA"})
	p.add("14:08:04", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-users-are-logged-out"})
	p.alert("14:12:20", rate(), timeline.AlertTriggered)
	prom := timeline.Alert{Source: "alertmanager", Key: "{}:{alertname=\"High5xx\"}", Title: "5xx above 2 %", Link: "https://alertmanager.example/#/alerts"}
	p.alert("14:13:00", prom, timeline.AlertTriggered)
	acked := rate()
	acked.Event, acked.At = timeline.AlertAcknowledged, p.time("14:12:30")
	p.linked("14:12:30", timeline.Backout, acked.Link, timeline.AlertNoted{Alert: acked})
	p.add("14:19:40", "U0ANA", timeline.StatusSet{Status: timeline.Monitoring, Text: "Rolled back"})
	p.alert("14:20:30", prom, timeline.AlertResolved)
	p.alert("14:21:00", rate(), timeline.AlertResolved)
	p.add("14:32:05", "U0ANA", timeline.StatusSet{Status: timeline.Resolved, Text: "It is over"})
	opt := p.options("14:34:07")
	known := people()
	known["C0SUP"] = "support"
	opt.Names = known
	return p.fold(), opt
}

// storm is 24 alerts of one outage, into which another incident was merged too.
func storm(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	at := func(seconds int) string {
		return p.time("09:00:00").Add(time.Duration(seconds) * time.Second).Format(time.TimeOnly)
	}
	pod := func(i int) timeline.Alert {
		a := rate()
		a.Key, a.Number, a.Title, a.Link, a.Priority = fmt.Sprint("PINC", i), 900+i, fmt.Sprintf("Error rate of pod %02d", i), pager+fmt.Sprint("PINC", i), ""
		return a
	}
	p.linked("09:00:01", timeline.PagerDuty, pager+"PINC1", timeline.Declared{Title: "Error rate of pod 01", Severity: "2", Services: []string{"web-app"}, DetectedAt: p.time("09:00:00")})
	for i := range 24 {
		p.alert(at(i*5), pod(i+1), timeline.AlertTriggered)
	}
	p.add("09:00:03", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-error-rate-of-pod-01"})
	p.add("09:01:02", "U0TOM", timeline.Note{Text: "All pods of one node"})
	p.alert("09:02:30", pod(3), timeline.AlertAcknowledged, who("Tom W."))
	p.alert("09:02:40", pod(23), timeline.AlertAcknowledged, who("Tom W."))
	p.add("09:05:00", "U0TOM", timeline.MergedInto{From: 8})
	p.add("09:05:30", "U0TOM", timeline.MergedInto{From: 5})
	for i := range 24 {
		p.alert(at(600+i), pod(i+1), timeline.AlertResolved)
	}
	p.add("09:20:00", "U0TOM", timeline.StatusSet{Status: timeline.Resolved, Text: "The node is gone"})
	opt := p.options("09:30:00")
	opt.BaseURL = "https://backout.example"
	opt.PrivateOf = func(n int) bool { return n == 5 }
	return p.fold(), opt
}

func drill(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "What if the region is gone?", Severity: "1", Services: []string{"web-app"}, Drill: true})
	p.add("09:00:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "drill-7-what-if-the-region-is-gone"})
	p.add("09:01:00", "U0TOM", timeline.RoleSet{Role: "lead", User: "U0TOM"})
	p.add("09:10:00", "U0TOM", timeline.StatusSet{Status: timeline.Monitoring, Text: "Traffic would go to the other region now"})
	p.add("09:15:00", "U0TOM", timeline.StatusSet{Status: timeline.Resolved})
	return p.fold(), p.options("09:20:00")
}

// merged turned out to be a part of INC-9.
func merged(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.linked("14:12:22", timeline.PagerDuty, pager+"PINC881", timeline.Declared{Title: "Login error rate", Severity: "1", Services: []string{"web-app"}, DetectedAt: p.time("14:12:20")})
	p.alert("14:12:20", rate(), timeline.AlertTriggered)
	p.add("14:12:24", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc-7-login-error-rate"})
	p.say("14:14:00", "U0TOM", "Is this not the outage of the session store?")
	p.add("14:16:00", "U0TOM", timeline.FollowUpAdded{Number: 1, Text: "One alert for both"})
	p.add("14:18:00", "U0TOM", timeline.MergedInto{Into: 9})
	opt := p.options("14:20:00")
	opt.PrivateOf = func(int) bool { return false }
	return p.fold(), opt
}
