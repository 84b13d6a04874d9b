package templates

import (
	"strconv"
	"strings"
	"time"

	"backout/timeline"
	"backout/timeline/insights"
)

// How much of each insights show.
const (
	insightGroups  = 8
	insightLessons = 8
	insightOverdue = 12
	insightNames   = 6
)

// InsightsPost tells measures over many incidents to who asked: times as medians
// and ninetieth percentiles, never as means; what came again; what is overdue.
func InsightsPost(w Words, r insights.Report, narrowed string) Message {
	title := "Insights, " + day(r.From.UTC().Format(time.DateOnly)) + " to " + day(r.To.UTC().Format(time.DateOnly))
	m := Message{Parts: []Part{Heading(title)}}
	text := plural(r.Incidents, "incident", "incidents")
	if r.Incidents == 0 {
		text = "No incident"
	}
	if r.Open > 0 {
		text += ", " + strconv.Itoa(r.Open) + " of them open"
	}
	m.Summary = title + ": " + text
	m.Parts = append(m.Parts, Para(R(B(text+"."), T(narrowed+" Drills, private incidents and false alarms are not counted."))))
	if r.Incidents == 0 && len(r.Overdue) == 0 {
		return m
	}
	if r.Incidents > 0 {
		var f Fields
		for _, x := range r.Measures {
			f = append(f, Field{Label: capital(x.Name), Value: measured(x, r.Incidents)})
		}
		m.Parts = append(m.Parts, f)
		m.Parts = append(m.Parts, groupParts("By severity", r.Severities, func(name string) string {
			if name == "" {
				return "no severity"
			}
			return sev(w.Severities, name)
		})...)
		m.Parts = append(m.Parts, groupParts("By service", r.Services, serviceName)...)
	}
	m.Parts = append(m.Parts, section("Lessons that came again", len(r.Recurring), insightLessons, func(i int) Rich { return recurringLine(r.Recurring[i]) })...)
	m.Parts = append(m.Parts, section("Overdue follow-ups", len(r.Overdue), insightOverdue, func(i int) Rich { return w.overdueLine(r.Overdue[i]) })...)
	m.Parts = append(m.Parts, Footer(R(T("Medians and 90th percentiles from "), I("began"), T("; times between moments that nobody set are left out. "), w.cmd("began 13:52"), T(" sets one."))))
	return m
}

// measured is "median 6 min 2 s, 90 % within 20 min; 9 of 14 measured, 3 over target".
func measured(x insights.Measure, of int) Rich {
	if len(x.Points) == 0 {
		return R(T("not known of any"))
	}
	missed, held := 0, 0
	for _, p := range x.Points {
		if p.Target > 0 {
			held++
		}
		if p.Missed() {
			missed++
		}
	}
	text := ", 90\u00a0% within " + Duration(x.P90) + "\n" + strconv.Itoa(len(x.Points)) + " of " + strconv.Itoa(of) + " measured"
	if held > 0 {
		text += ", " + strconv.Itoa(missed) + " over target"
	}
	return R(T("median "), B(Duration(x.Median)), T(text))
}

func groupParts(title string, groups []insights.Group, name func(string) string) []Part {
	return section(title, len(groups), insightGroups, func(i int) Rich {
		g := groups[i]
		known := []string{}
		for _, one := range []struct {
			word string
			took time.Duration
		}{{"detected", g.Detect}, {"mitigated", g.Mitigate}, {"resolved", g.Resolve}} {
			if one.took > 0 {
				known = append(known, one.word+" "+Duration(one.took))
			}
		}
		line := R(T(name(g.Name)+": "), B(strconv.Itoa(g.Incidents)))
		if len(known) > 0 {
			line = append(line, T(" · medians: "+strings.Join(known, ", ")))
		}
		return line
	})
}

func recurringLine(r insights.Recurring) Rich {
	ids := make([]string, len(r.Incidents))
	for i, n := range r.Incidents {
		ids[i] = timeline.ID(n)
	}
	return R(B(r.Title), T(" · "+strconv.Itoa(len(r.Incidents))+" times: "+listing(ids, insightNames)))
}

func (w Words) overdueLine(o insights.Overdue) Rich {
	f := o.FollowUp
	words := first(outside(FromSlack(f.Text).Plain(w.Names), rowLength), "the message was deleted")
	line := R(T(followUpRef(f.Number)+" of "+timeline.ID(o.Incident)+" "+words+" · "), B(plural(o.Days, "day", "days")+" overdue"))
	if f.Owner == "" {
		line = append(line, T(" · nobody yet"))
	} else {
		line = append(line, T(" · "), nameSpan(w.Names, f.Owner))
	}
	if isWebLink(f.Ticket.URL) {
		line = append(line, T(" · "), WebLink(f.Ticket.URL, "#"+strconv.Itoa(f.Ticket.Number)))
	}
	return line
}
