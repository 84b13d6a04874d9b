package postmortem_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"backout/timeline"
)

// byAlert is an incident that the alert of 09:00:00 declared at the given time.
func byAlert(t testing.TB, declared string) *tape {
	p := newTape(t, "2026-11-20")
	p.add(declared, timeline.PagerDuty, timeline.Declared{Title: "Login error rate", Services: []string{"web-app"}, DetectedAt: p.time("09:00:00")})
	p.alert("09:00:00", rate(), timeline.AlertTriggered)
	return p
}

// byPerson is one that somebody declared at 09:05:00.
func byPerson(t testing.TB) *tape {
	p := newTape(t, "2026-11-20")
	p.add("09:05:00", "U0ANA", timeline.Declared{Title: "Pages are blank", Services: []string{"web-app"}})
	return p
}

func (p *tape) part(name string) string {
	p.t.Helper()
	_, rest, _ := strings.Cut(p.document(), "<!-- backout:begin "+name+" ")
	_, rest, _ = strings.Cut(rest, "\n")
	part, _, ok := strings.Cut(rest, "<!-- backout:end "+name)
	if !ok {
		p.t.Fatalf("there is no part %s", name)
	}
	return strings.TrimSpace(part)
}

func TestWhoNoticedFirst(t *testing.T) {
	const unknown = " How long it went unnoticed is not known: nobody set when it began."
	for _, c := range []struct {
		name string
		tape func() *tape
		want string
	}{
		{"an alert that declared it", func() *tape { return byAlert(t, "09:00:02") },
			"An alert noticed first: Login error rate (PagerDuty) at 09:00:00 UTC ([T2](#t2))." + unknown + " It was declared 2 s after it was detected."},
		{"an alert that declared it at once", func() *tape { return byAlert(t, "09:00:00") },
			"An alert noticed first: Login error rate (PagerDuty) at 09:00:00 UTC ([T2](#t2))." + unknown},
		{"a person, and then an alert", func() *tape {
			p := byPerson(t)
			p.alert("09:07:00", rate(), timeline.AlertTriggered)
			return p
		}, "A person noticed first, at 09:05:00 UTC ([T1](#t1)); the alert on Login error rate (PagerDuty) came 2 min later ([T2](#t2)). Nobody set when it was detected; it is assumed to have been when it was declared, 09:05:00 UTC."},
		{"an alert that was there before a person declared", func() *tape {
			p := byPerson(t)
			p.alert("09:03:00", rate(), timeline.AlertTriggered)
			return p
		}, "An alert noticed first: Login error rate (PagerDuty) at 09:03:00 UTC ([T2](#t2))." + unknown + " It was declared 2 min after it was detected."},
		{"an alert before the message that it was declared from", func() *tape {
			p := newTape(t, "2026-11-20")
			p.add("09:05:00", "U0ANA", timeline.Declared{Title: "Pages are blank", DetectedAt: p.time("09:04:00")})
			p.say("09:04:00", "U0MEI", "My page is blank")
			p.alert("09:03:00", rate(), timeline.AlertTriggered)
			return p
		}, "An alert noticed first: Login error rate (PagerDuty) at 09:03:00 UTC ([T3](#t3)); a person in #inc-7-users-are-logged-out did 1 min later ([T2](#t2))." + unknown + " It was declared 2 min after it was detected."},
		{"what somebody set stands first", func() *tape {
			p := byPerson(t)
			p.alert("09:07:00", rate(), timeline.AlertTriggered)
			p.add("09:10:00", "U0TOM", timeline.MomentSet{Moment: timeline.Detected, To: p.time("09:01:00")})
			return p
		}, "Detected at 09:01:00 UTC, as set by Tom Weber ([T3](#t3))." + unknown + " A person noticed first, at 09:05:00 UTC ([T1](#t1)); the alert on Login error rate (PagerDuty) came 2 min later ([T2](#t2)). It was declared 4 min after it was detected."},
		{"an alert that was another outage's", func() *tape {
			p := byPerson(t)
			n := p.alert("09:03:00", rate(), timeline.AlertTriggered)
			p.add("09:09:00", "U0ANA", timeline.AlertSplit{N: n, To: 9})
			return p
		}, "Nobody set when it was detected. It is assumed to have been when it was declared, 09:05:00 UTC."},
	} {
		if got := c.tape().part("detection"); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// Whether an alert could have fired is not known, so that none did is not said.
func TestWithoutAnAlertNothingIsSaid(t *testing.T) {
	hasNot(t, byPerson(t).document(), "alert", "acknowledge")
}

func TestDetectedByTheAlert(t *testing.T) {
	has(t, byAlert(t, "09:00:02").document(), "| 09:00:00 UTC, by the alert [T2](#t2) |", "**Detected.** Alert **Login error rate**", "by PagerDuty, [T1](#t1)")
	// One that the clocks put at the same instant as its declaration.
	doc := byAlert(t, "09:00:00").document()
	has(t, doc, "| 09:00:00 UTC, by the alert [T2](#t2) |")
	hasNot(t, doc, "assumed: nobody set it, taken from the declaration by PagerDuty")
}

func TestTimeToAcknowledge(t *testing.T) {
	p := byAlert(t, "09:00:02")
	has(t, p.document(), "| time to acknowledge | *not known: no alert was acknowledged* |")
	p.alert("09:01:40", rate(), timeline.AlertAcknowledged, who("Priya"))
	p.alert("09:20:00", rate(), timeline.AlertUnacknowledged)
	p.alert("09:21:00", rate(), timeline.AlertAcknowledged, who("Tom W."))
	doc := p.document()
	has(t, doc, "| time to acknowledge | 1 min 40 s |", "The alert was acknowledged by Priya after 1 min 40 s ([T3](#t3)).")
	hasNot(t, doc, "| 09:20:00 | Alert", "| 09:21:00 | Alert")

	p = byPerson(t) // the delivery of its firing was lost, or came later
	p.alert("09:07:00", rate(), timeline.AlertAcknowledged)
	has(t, p.document(), "| time to acknowledge | *not known: the record does not have when the alert fired* |")

	p = byPerson(t) // nobody can acknowledge what Alertmanager says
	p.alert("09:07:00", timeline.Alert{Source: "alertmanager", Key: "g", Title: "High"}, timeline.AlertTriggered)
	hasNot(t, p.document(), "acknowledge")
}

// Twenty alerts are told one by one, and every one that is not is in the appendix.
func TestAStormIsGrouped(t *testing.T) {
	for _, n := range []int{20, 21, 500} {
		p := byPerson(t)
		for i := range n {
			a := rate()
			a.Key, a.Title = fmt.Sprint("P", i), fmt.Sprintf("Pod %03d", i)
			at := p.time("09:06:00").Add(time.Duration(i) * time.Second).Format(time.TimeOnly)
			p.alert(at, a, timeline.AlertTriggered)
		}
		doc := p.document()
		table, appendix, _ := strings.Cut(doc, "## Appendix")
		if rows := strings.Count(table, "| Alert **Pod "); rows != 20 {
			t.Errorf("%d alerts: %d rows", n, rows)
		}
		if rows := strings.Count(appendix, "Alert **Pod "); rows != n {
			t.Errorf("%d alerts: %d in the appendix", n, rows)
		}
		more := fmt.Sprintf("… and %d more alert", n-20)
		if strings.Contains(table, more) != (n > 20) {
			t.Errorf("%d alerts: %q", n, more)
		}
	}
}

func TestPagesAndTheirAnswers(t *testing.T) {
	p := byPerson(t)
	p.page("09:06:00", "U0ANA", timeline.PageSet{State: timeline.PageAsked, Target: "U0TOM", Sort: "user"})
	has(t, p.document(), "- 09:06:00 Ana Ruiz paged Tom Weber ([T2](#t2)); no answer is recorded")
	p.page("09:06:02", timeline.Backout, timeline.PageSet{State: timeline.PageSent, Key: "P1", Link: pager + "P1"})
	has(t, p.document(), "([T2](#t2)); no answer is recorded")
	p.page("09:07:00", timeline.PagerDuty, timeline.PageSet{State: timeline.PageDeclined, By: "Tom W."})
	has(t, p.document(), "([T2](#t2)); declined by Tom W. after 1 min ([T4](#t4))", "Page P1 to Tom Weber declined by Tom W.")
	p.add("09:08:00", "U0ANA", timeline.Hidden{N: 2, Hidden: true})
	hasNot(t, p.document(), "Ana Ruiz paged")
}

// An incident that may be private is not named.
func TestMergedWithWhatMayBePrivate(t *testing.T) {
	for _, c := range []struct {
		private func(int) bool
		named   bool
	}{
		{nil, false},
		{func(n int) bool { return n == 9 }, false},
		{func(int) bool { return false }, true},
	} {
		for _, m := range []timeline.MergedInto{{Into: 9}, {From: 9}} {
			p := byPerson(t)
			p.add("09:10:00", "U0TOM", m)
			opt := p.options("10:00:00")
			opt.PrivateOf, opt.BaseURL = c.private, "https://backout.example"
			doc := rendered(t, p, opt)
			if strings.Contains(doc, "INC-9") != c.named || strings.Contains(doc, "another incident") == c.named {
				t.Errorf("%+v, named %v:\n%s", m, c.named, doc)
			}
		}
	}
}

func TestWhatAGroupSaysIsNoQuotation(t *testing.T) {
	p := byPerson(t)
	p.alert("09:07:00", timeline.Alert{Source: "alertmanager", Key: "g", Title: "High"}, timeline.AlertTriggered, wrote("3 alerts in the group"))
	has(t, p.document(), "Alert **High** fired: 3 alerts in the group |")
}

func TestRewordedRowsOfAlerts(t *testing.T) {
	p := byAlert(t, "09:00:02")
	p.add("09:10:00", "U0TOM", timeline.Reworded{N: 2, Text: "The *login* alert"})
	has(t, p.document(), "“The **login** alert” *(reworded)*")
}
