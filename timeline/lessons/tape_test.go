package lessons_test

import (
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"backout/timeline"
	"backout/timeline/lessons"
)

// tape writes the events of an incident as they come.
type tape struct {
	t      testing.TB
	events []timeline.Event
	opt    lessons.Options
}

func newTape(t testing.TB) *tape {
	p := &tape{t: t}
	p.opt = lessons.Options{
		Targets: lessons.Targets{Detect: 5 * time.Minute, Mitigate: time.Hour, Rollback: 15 * time.Minute},
		Catalogue: &timeline.Catalogue{Services: []timeline.Service{
			{Name: "web-app", Environment: "production", PagerDuty: "PSVC1", Rollback: timeline.RollbackPolicy{Workflow: "rollback.yml", Ref: "main"}},
			{Name: "checkout", Environment: "production"},
		}},
		Now: p.time("18:00:00"),
	}
	return p
}

func (p *tape) time(clock string) time.Time {
	p.t.Helper()
	if !strings.Contains(clock, " ") { // most are of one day
		clock = "2026-11-26 " + clock
	}
	at, err := time.Parse(time.DateTime, clock)
	if err != nil {
		p.t.Fatal(err)
	}
	return at
}

// add records an event and gives its number.
func (p *tape) add(clock, who string, b timeline.Body) int {
	p.t.Helper()
	at := p.time(clock)
	p.events = append(p.events, timeline.Event{Incident: 7, N: len(p.events) + 1, At: at, Recorded: at, Who: who, Body: b})
	return len(p.events)
}

// declare is how a person declares an outage of the services, web-app if none.
func (p *tape) declare(clock string, services ...string) int {
	p.t.Helper()
	if services == nil {
		services = []string{"web-app"}
	}
	return p.add(clock, "U0TOM", timeline.Declared{Title: "Users are logged out", Severity: "1", Services: services})
}

func (p *tape) say(clock, who, words string) int {
	p.t.Helper()
	return p.add(clock, who, timeline.Message{Channel: "C7", TS: timeline.SlackTS(p.time(clock)), Text: words})
}

func (p *tape) moment(name timeline.MomentName, to string) int {
	p.t.Helper()
	return p.add("17:00:00", "U0ANA", timeline.MomentSet{Moment: name, To: p.time(to)})
}

func (p *tape) status(clock string, s timeline.Status) int {
	p.t.Helper()
	return p.add(clock, "U0ANA", timeline.StatusSet{Status: s})
}

// alert records what PagerDuty's alert 1 did.
func (p *tape) alert(clock string, what timeline.AlertEvent, with ...func(*timeline.Alert)) int {
	p.t.Helper()
	a := timeline.Alert{Source: timeline.PagerDuty, Key: "P1", Title: "Login error rate", Service: "web-app", Event: what, At: p.time(clock)}
	for _, w := range with {
		w(&a)
	}
	return p.add(clock, a.Source, timeline.AlertNoted{Alert: a})
}

func alertKey(key string) func(*timeline.Alert) { return func(a *timeline.Alert) { a.Key = key } }
func alertWho(name string) func(*timeline.Alert) {
	return func(a *timeline.Alert) { a.Who = name }
}

func fromAlertmanager(a *timeline.Alert) { a.Source = "alertmanager" }

// caused notes a deploy of the service and has a person mark it as the cause.
func (p *tape) caused(clock, service string, with ...func(*timeline.Deploy)) {
	p.t.Helper()
	p.deploy("13:00:00", 4, service, "v2", false, with...)
	p.add(clock, "U0ANA", timeline.SuspectSet{Deploy: 4, Standing: timeline.StandingCaused})
}

func (p *tape) deploy(clock string, number int, service, version string, during bool, with ...func(*timeline.Deploy)) {
	p.t.Helper()
	d := timeline.Deploy{
		Number: number, Service: service, Environment: "production", Version: version, State: timeline.DeploySucceeded,
		Started: p.time(clock), Finished: p.time(clock),
	}
	for _, w := range with {
		w(&d)
	}
	p.add(clock, "github", timeline.DeployNoted{Deploy: d, During: during})
}

// propose asks for rollback R1 of web-app.
func (p *tape) propose(clock string, approvals int) int {
	p.t.Helper()
	return p.step(clock, "U0ANA", timeline.RollbackStep{State: timeline.RollbackProposed, Plan: &timeline.RollbackPlan{
		Service: "web-app", Environment: "production", Repo: "acme/web-app", Workflow: "rollback.yml", Ref: "main", Approvals: approvals,
	}})
}

// step records a step of R1, if it names no other.
func (p *tape) step(clock, who string, s timeline.RollbackStep) int {
	p.t.Helper()
	s.Number = max(s.Number, 1)
	return p.add(clock, who, s)
}

// states records steps of R1 that Backout made, each with its clock time before it.
func (p *tape) states(steps ...string) {
	p.t.Helper()
	for i := 0; i < len(steps); i += 2 {
		s := timeline.RollbackStep{State: timeline.RollbackState(steps[i+1])}
		switch s.State {
		case timeline.RollbackQueued, timeline.RollbackSucceeded, timeline.RollbackFailed:
			s.Run = &timeline.WorkflowRun{ID: 9, Attempt: 1}
		}
		p.step(steps[i], timeline.Backout, s)
	}
}

func (p *tape) confirm(clock string) int {
	p.t.Helper()
	return p.step(clock, "U0ANA", timeline.RollbackStep{State: timeline.RollbackConfirmed, Confirmation: 1, ID: "b-1"})
}

func (p *tape) fold() *timeline.Incident {
	p.t.Helper()
	in, err := timeline.Fold(7, p.events)
	if err != nil {
		p.t.Fatal(err)
	}
	return in
}

// tapeCase is an incident and what one rule says of it: an empty title is silence.
type tapeCase struct {
	name, rule          string
	write               func(p *tape)
	title, told, action string
}

// tapeCases are all that are written on tape.
func tapeCases() []tapeCase { return append(monitoringCases(), rollbackCases()...) }

// tapeTable runs a family's table, and checks that every rule of the family both
// speaks and stays silent in it.
func tapeTable(t *testing.T, family lessons.Family, names []string, cases []tapeCase) {
	t.Helper()
	spoke, silent := map[string]bool{}, map[string]bool{}
	for _, c := range cases {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			p := newTape(t)
			c.write(p)
			in := p.fold()
			all := lessons.Of(in, p.opt)
			tapeSound(t, in, all)
			outcomesSound(t, in, p.opt)
			if again := lessons.Of(p.fold(), p.opt); !reflect.DeepEqual(all, again) {
				t.Errorf("the same record gives\n%+v\nand then\n%+v", all, again)
			}
			l := tapeFind(all, c.rule)
			if l.Title != c.title || tapeTold(l.Told) != c.told || l.Action != c.action {
				t.Errorf("%s says\n%q\n%q\n%q\nwant\n%q\n%q\n%q", c.rule, l.Title, tapeTold(l.Told), l.Action, c.title, c.told, c.action)
			}
			if l.Rule != "" && l.Family != family {
				t.Errorf("%s is of %q", c.rule, l.Family)
			}
			tapeMuted(t, p)
		})
		spoke[c.rule] = spoke[c.rule] || c.title != ""
		silent[c.rule] = silent[c.rule] || c.title == ""
	}
	for _, name := range names {
		if !spoke[name] || !silent[name] {
			t.Errorf("%s: speaks in a case %t, is silent in one %t", name, spoke[name], silent[name])
		}
	}
	if len(spoke) != len(names) {
		t.Errorf("the table has %d rules, the list %d", len(spoke), len(names))
	}
}

// tapeMuted checks that nothing is learned from what was no outage of its own.
func tapeMuted(t *testing.T, p *tape) {
	t.Helper()
	for name, change := range map[string]func(in *timeline.Incident){
		"drill":     func(in *timeline.Incident) { in.Drill = true },
		"triage":    func(in *timeline.Incident) { in.Status = timeline.Triage },
		"cancelled": func(in *timeline.Incident) { in.Status = timeline.CancelledSt },
		"merged":    func(in *timeline.Incident) { in.Status = timeline.Merged },
	} {
		in := p.fold()
		change(in)
		if got := lessons.Of(in, p.opt); len(got) > 0 {
			t.Errorf("%s teaches %q", name, got[0].Title)
		}
		if got := lessons.Outcomes(in, p.opt); len(got) > 0 {
			t.Errorf("%s has the outcome %q", name, told(got[0].Told))
		}
		if e, ok := lessons.Taught(in, p.opt); ok {
			t.Errorf("%s taught %v", name, e.Rules)
		}
	}
}

func tapeFind(all []lessons.Lesson, rule string) lessons.Lesson {
	for _, l := range all {
		if l.Rule == rule {
			return l
		}
	}
	return lessons.Lesson{}
}

func tapeTold(parts []lessons.Part) string {
	var out strings.Builder
	for _, p := range parts {
		switch {
		case p.Row > 0:
			out.WriteString("T" + strconv.Itoa(p.Row))
		case p.Link.URL != "":
			out.WriteString("<" + p.Link.URL + ">")
		default:
			out.WriteString(p.Text + p.Who)
		}
	}
	return out.String()
}

// tapeSound checks what the package promises of every lesson.
func tapeSound(t *testing.T, in *timeline.Incident, all []lessons.Lesson) {
	t.Helper()
	for _, l := range all {
		shown := 0
		for _, p := range l.Told {
			if p.Row != 0 {
				if _, ok := in.Entry(p.Row); !ok {
					t.Errorf("%s cites row %d, which is not there", l.Rule, p.Row)
				}
				shown++
			}
			if u, err := url.Parse(p.Link.URL); p.Link.URL != "" {
				if err != nil || u.Scheme != "https" && u.Scheme != "http" {
					t.Errorf("%s links to %q", l.Rule, p.Link.URL)
				}
				shown++
			}
		}
		if shown == 0 {
			t.Errorf("%s comes without evidence", l.Rule)
		}
		told := tapeTold(l.Told)
		if !strings.HasSuffix(told, ".") {
			t.Errorf("%s: %q is no sentence", l.Rule, told)
		}
		if n := utf8.RuneCountInString(l.Title); n == 0 || n > 60 || strings.HasSuffix(l.Title, ".") || strings.HasSuffix(l.Action, ".") {
			t.Errorf("%s: title %q, action %q", l.Rule, l.Title, l.Action)
		}
		if !l.Good && l.Action == "" {
			t.Errorf("%s speaks ill and suggests nothing", l.Rule)
		}
	}
}
