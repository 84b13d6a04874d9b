package chart_test

import (
	"testing"
	"time"

	"backout/templates"
	"backout/templates/chart"
	"backout/timeline"
)

// tape writes the events of an incident as they come.
type tape struct {
	t      testing.TB
	number int
	day    string
	events []timeline.Event
}

func newTape(t testing.TB, number int, day string) *tape {
	return &tape{t: t, number: number, day: day}
}

// time reads a clock time of the tape's day, or a date with a time.
func (p *tape) time(clock string) time.Time {
	p.t.Helper()
	if len(clock) == len(time.TimeOnly) {
		clock = p.day + " " + clock
	}
	at, err := time.Parse(time.DateTime, clock)
	if err != nil {
		p.t.Fatal(err)
	}
	return at
}

// at records an event and gives its number.
func (p *tape) at(at time.Time, who string, b timeline.Body) int {
	n := len(p.events) + 1
	p.events = append(p.events, timeline.Event{Incident: p.number, N: n, At: at, Recorded: at, Who: who, Body: b})
	return n
}

func (p *tape) add(clock, who string, b timeline.Body) int {
	p.t.Helper()
	return p.at(p.time(clock), who, b)
}

func (p *tape) declare(clock, title, severity string, services ...string) {
	p.t.Helper()
	p.add(clock, "U0ANA", timeline.Declared{Title: title, Severity: severity, Services: services})
	p.add(clock, timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: "inc"})
}

func (p *tape) moment(name timeline.MomentName, clock string) {
	p.t.Helper()
	p.add(clock, "U0ANA", timeline.MomentSet{Moment: name, To: p.time(clock)})
}

func (p *tape) status(clock string, s timeline.Status) {
	p.t.Helper()
	p.add(clock, "U0ANA", timeline.StatusSet{Status: s})
}

// say records messages of a person.
func (p *tape) say(clocks ...string) {
	p.t.Helper()
	for _, c := range clocks {
		p.sayAt(p.time(c))
	}
}

func (p *tape) sayAt(at time.Time) {
	p.at(at, "U0PRI", timeline.Message{Channel: "C7", TS: timeline.SlackTS(at.Add(time.Duration(len(p.events)) * time.Microsecond)), Text: "words"})
}

// talk records messages: how many in each step from a clock time on.
func (p *tape) talk(clock string, step time.Duration, counts string) {
	p.t.Helper()
	for i, c := range counts {
		for j := range int(c - '0') {
			p.sayAt(p.time(clock).Add(time.Duration(i)*step + time.Duration(j)*step/10))
		}
	}
}

// deploy is one that succeeded.
func (p *tape) deploy(number int, service, version, started, finished string) timeline.Deploy {
	p.t.Helper()
	return timeline.Deploy{
		Number: number, Service: service, Environment: "production", Version: version, State: timeline.DeploySucceeded,
		Started: p.time(started), Finished: p.time(finished),
	}
}

// note records a deploy, with what is thought of it.
func (p *tape) note(d timeline.Deploy, s timeline.Standing) {
	p.t.Helper()
	p.at(d.At(), "github", timeline.DeployNoted{Deploy: d})
	if s != "" {
		p.at(d.At(), timeline.Backout, timeline.SuspectSet{Deploy: d.Number, Standing: s})
	}
}

func (p *tape) alert(clock, key, title string, what timeline.AlertEvent) {
	p.t.Helper()
	p.add(clock, timeline.PagerDuty, timeline.AlertNoted{Alert: timeline.Alert{Source: timeline.PagerDuty, Key: key, Title: title, Event: what, At: p.time(clock)}})
}

// roll records a rollback: its steps are a clock time and a state each.
func (p *tape) roll(number int, from, to timeline.Deploy, steps ...any) {
	p.t.Helper()
	plan := &timeline.RollbackPlan{Service: from.Service, Environment: from.Environment, Workflow: "rollback.yml", From: from, To: to}
	for i := 0; i < len(steps); i += 2 {
		s := timeline.RollbackStep{Number: number, Plan: plan}
		switch what := steps[i+1].(type) {
		case timeline.RollbackState:
			s.State = what
		case timeline.RollbackStep:
			s.State, s.Reason = what.State, what.Reason
		}
		p.add(steps[i].(string), timeline.Backout, s)
		plan = nil
	}
}

func (p *tape) fold() *timeline.Incident {
	p.t.Helper()
	in, err := timeline.Fold(p.number, p.events)
	if err != nil {
		p.t.Fatal(err)
	}
	return in
}

func (p *tape) options(now string) chart.Options {
	p.t.Helper()
	return chart.Options{
		Now:          p.time(now),
		Catalogue:    timeline.Catalogue{Services: []timeline.Service{{Name: "web-app", Environment: "production", DependsOn: []string{"auth-db"}}}},
		Completeness: templates.Completeness{To: p.time(now)},
		Severities:   []templates.Severity{{Name: "1", Title: "Critical"}, {Name: "2", Title: "Major"}, {Name: "3", Title: "Minor"}, {Name: "4", Title: "4"}},
	}
}
