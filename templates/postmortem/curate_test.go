package postmortem_test

import (
	"strings"
	"testing"
	"time"

	"backout/templates/postmortem"
	"backout/timeline"
)

// table is the timeline's table, a row a line.
func (p *tape) table() []string {
	p.t.Helper()
	var out []string
	for line := range strings.SplitSeq(p.part("timeline"), "\n") {
		if strings.HasPrefix(line, "| <a ") {
			out = append(out, line)
		}
	}
	return out
}

// What says the same as the row before it is one row with it.
func TestSameRowsAreOne(t *testing.T) {
	note := func(text string) timeline.Body { return timeline.Note{Text: text} }
	deploy := func(number int, version string, state timeline.DeployState) timeline.Body {
		return timeline.DeployNoted{Deploy: timeline.Deploy{Number: number, Service: "web-app", Environment: "production", Version: version, State: state, Finished: time.Date(2026, 11, 20, 9, 10, 0, 0, time.UTC)}}
	}
	for name, c := range map[string]struct {
		bodies []timeline.Body
		rows   int
		want   string
	}{
		"notes":                {[]timeline.Body{note("Restarted it"), note("restarted  it."), note("Restarted it")}, 1, "“Restarted it” · 3 times until 09:12:00 |"},
		"notes apart":          {[]timeline.Body{note("Restarted it"), note("It is up"), note("Restarted it")}, 3, ""},
		"other words":          {[]timeline.Body{note("Restarted node 1"), note("Restarted node 2")}, 2, ""},
		"a status":             {[]timeline.Body{timeline.StatusSet{Status: timeline.Identified}, timeline.StatusSet{Status: timeline.Identified}}, 1, "Identified. · twice until 09:11:00 |"},
		"another status":       {[]timeline.Body{timeline.StatusSet{Status: timeline.Identified}, timeline.StatusSet{Status: timeline.Investigating}}, 2, ""},
		"a status with words":  {[]timeline.Body{timeline.StatusSet{Status: timeline.Identified}, timeline.StatusSet{Status: timeline.Identified, Text: "The disk"}}, 2, ""},
		"resolved twice":       {[]timeline.Body{timeline.StatusSet{Status: timeline.Resolved}, timeline.StatusSet{Status: timeline.Resolved}}, 2, "**Resolved.**"},
		"updates":              {[]timeline.Body{timeline.Update{Text: "No news"}, timeline.Update{Text: "No news"}}, 2, ""},
		"deploys":              {[]timeline.Body{deploy(1, "v1", timeline.DeploySucceeded), deploy(2, "v1", timeline.DeploySucceeded)}, 1, "in one step · twice until 09:11:00 |"},
		"a deploy that failed": {[]timeline.Body{deploy(1, "v1", timeline.DeployFailed), deploy(2, "v1", timeline.DeploySucceeded)}, 2, ""},
		"other versions":       {[]timeline.Body{deploy(1, "v1", timeline.DeploySucceeded), deploy(2, "v2", timeline.DeploySucceeded)}, 2, ""},
		"a role":               {[]timeline.Body{timeline.RoleSet{Role: "lead", User: "U0TOM"}, timeline.RoleSet{Role: "lead", User: "U0TOM"}}, 1, "Lead: Tom Weber · twice until 09:11:00 |"},
		"links":                {[]timeline.Body{timeline.Linked{URL: "https://a.example", Name: "a"}, timeline.Linked{URL: "https://b.example", Name: "a"}}, 2, ""},
	} {
		p := byPerson(t)
		for i, b := range c.bodies {
			p.add(p.time("09:10:00").Add(time.Duration(i)*time.Minute).Format(time.TimeOnly), "U0TOM", b)
		}
		rows := p.table()
		if len(rows) != c.rows+1 || !strings.Contains(strings.Join(rows, "\n"), c.want) {
			t.Errorf("%s: want %d rows and %q:\n%s", name, c.rows, c.want, strings.Join(rows, "\n"))
		}
		for i := range c.bodies { // each is there with its number, here or in the appendix
			if doc := p.document(); strings.Count(doc, `<a id="t`+string(rune('2'+i))+`"></a>`) != 1 {
				t.Errorf("%s: T%d has no place of its own", name, 2+i)
			}
		}
	}
}

// A deploy that somebody blames is never hidden behind another.
func TestABlamedDeployStandsAlone(t *testing.T) {
	p := byPerson(t)
	p.note(p.deploy(1, "v1", "a1", "09:10:00"), true)
	p.note(p.deploy(2, "v1", "a1", "09:11:00"), true)
	if n := len(p.table()); n != 2 {
		t.Errorf("there are %d rows", n)
	}
	p.judge("09:20:00", "U0TOM", 2, timeline.StandingCaused)
	if n := len(p.table()); n != 4 {
		t.Errorf("there are %d rows when one is blamed", n)
	}
}

// An alert that fires once and clears is told in two rows; one that comes and goes
// in one, until somebody does something.
func TestAlertsThatComeAndGo(t *testing.T) {
	p := byPerson(t)
	fire := func(key, clock string, what timeline.AlertEvent) {
		a := rate()
		a.Key = key
		p.alert(clock, a, what)
	}
	fire("A", "09:06:00", timeline.AlertTriggered)
	fire("A", "09:07:00", timeline.AlertResolved)
	if n := len(p.table()); n != 3 {
		t.Errorf("there are %d rows after one firing", n)
	}
	fire("B", "09:08:00", timeline.AlertTriggered)
	if rows := p.table(); len(rows) != 2 || !strings.Contains(rows[1], "fired · 2 times until 09:08:00 |") {
		t.Errorf("after two firings:\n%s", strings.Join(rows, "\n"))
	}
	fire("B", "09:09:00", timeline.AlertAcknowledged)
	fire("B", "09:10:00", timeline.AlertResolved)
	if n := len(p.table()); n != 4 {
		t.Errorf("there are %d rows after an acknowledgement", n)
	}
}

// Only what tells nobody anything is put together, and nothing of it is lost.
func TestNoiseIsFolded(t *testing.T) {
	for text, folded := range map[string]bool{
		"thanks":                       true,
		"Thank you so much, <@U0ANA>!": true,
		"+1":                           true,
		":+1::skin-tone-2: :tada:":     true,
		"🙏 👍":                          true,
		"thanks, it is up again":       false,
		"you all":                      false,
		"<@U0ANA>":                     false,
		"ok":                           false,
		"done":                         false,
		":fire:":                       false,
		"`thanks`":                     false,
		"thanks <https://a.example>":   false,
		"":                             false,
	} {
		p := byPerson(t)
		p.say("09:06:00", "U0TOM", "thx")
		p.say("09:07:00", "U0PRI", text)
		got := strings.Contains(p.part("appendix"), "T2 09:06:00 Tom Weber: “thx”; <a id=\"t3\"></a>T3 09:07:00 Priya N.: “")
		if got != folded {
			t.Errorf("%q: folded %v, want %v:\n%s", text, got, folded, p.part("appendix"))
		}
	}
}

func TestWhatPeopleTouchedIsNoNoise(t *testing.T) {
	for name, touch := range map[string]func(p *tape){
		"starred": func(p *tape) { p.star("09:10:00", "U0ANA", 3) },
		"hidden":  func(p *tape) { p.add("09:10:00", "U0ANA", timeline.Hidden{N: 3, Hidden: true}) },
		"edited": func(p *tape) {
			p.add("09:10:00", "U0PRI", timeline.MessageEdited{Channel: "C7", TS: timeline.SlackTS(p.time("09:07:00")), Text: "thanks!"})
		},
		"answered": func(p *tape) { p.say("09:10:00", "U0ANA", "for what?", "09:07:00") },
		"deleted": func(p *tape) {
			p.add("09:10:00", "U0PRI", timeline.MessageDeleted{Channel: "C7", TS: timeline.SlackTS(p.time("09:07:00"))})
		},
		"erased": func(p *tape) { p.add("09:10:00", "U0PRI", timeline.Erased{N: 3}) },
	} {
		p := byPerson(t)
		p.say("09:06:00", "U0TOM", "thx")
		p.say("09:07:00", "U0PRI", "thanks")
		touch(p)
		if strings.Contains(p.part("appendix"), "; <a id=\"t3\">") {
			t.Errorf("what was %s is folded:\n%s", name, p.part("appendix"))
		}
	}
}

// A star is seen in the appendix too, when its message is one row with another.
func TestAStarIsNotFoldedAway(t *testing.T) {
	p := byPerson(t)
	p.star("09:10:00", "U0ANA", p.say("09:06:00", "U0TOM", "thanks"))
	p.star("09:11:00", "U0ANA", p.say("09:07:00", "U0PRI", "thanks"))
	p.say("09:08:00", "U0JON", "thx")
	has(t, p.part("timeline"), "★ “thanks” · twice until 09:07:00, also by Priya N. |")
	if n := strings.Count(p.part("appendix"), "★"); n != 2 {
		t.Errorf("there are %d stars:\n%s", n, p.part("appendix"))
	}
}

// Services are measured by their own targets, several by the strictest.
func TestTargetsOfServices(t *testing.T) {
	catalogue := &timeline.Catalogue{Services: []timeline.Service{
		{Name: "web-app", Targets: timeline.ServiceTargets{Detect: 2 * time.Minute, Mitigate: 3 * time.Hour}}, {Name: "billing", Targets: timeline.ServiceTargets{Mitigate: 2 * time.Hour}},
	}}
	for _, c := range []struct {
		services         []string
		detect, mitigate string
	}{
		{nil, "5 min", "1 h"},
		{[]string{"web-app"}, "2 min", "3 h"},
		{[]string{"WEB-APP", "billing"}, "2 min", "2 h"},
		{[]string{"billing"}, "5 min", "2 h"},
		{[]string{"web-app", "unknown"}, "2 min", "1 h"},
	} {
		p := newTape(t, "2026-11-20")
		p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Pages are blank", Services: c.services})
		opt := p.options("10:00:00")
		opt.Catalogue = catalogue
		doc := string(postmortem.Render(postmortem.Build(p.fold(), opt)))
		has(t, doc, "| time to detect | *not known: began is only assumed* | "+c.detect+" |", "| time to mitigate | *not known: not mitigated yet* | "+c.mitigate+" |")
	}
}

func TestReviewInTheHeader(t *testing.T) {
	p := byPerson(t)
	has(t, p.document(), "investigating, still open · postmortem draft")
	p.add("09:30:00", "U0ANA", timeline.StatusSet{Status: timeline.Resolved})
	has(t, p.document(), "resolved · postmortem draft")
	for _, s := range []timeline.ReviewState{timeline.ReviewOpen, timeline.ReviewDone} {
		p.add("09:40:00", "U0ANA", timeline.ReviewSet{State: s})
		has(t, p.document(), "resolved · postmortem "+string(s)+" |", "Ana Ruiz: Postmortem: "+string(s))
	}
	p.add("09:50:00", "U0ANA", timeline.Reopened{})
	has(t, p.document(), "investigating, still open, reopened once · postmortem draft")
}

func TestTickets(t *testing.T) {
	p := byPerson(t)
	p.add("09:10:00", "U0ANA", timeline.FollowUpAdded{Number: 1, Text: "Alert on it"})
	p.add("09:11:00", "U0ANA", timeline.FollowUpAdded{Number: 2, Text: "Test it"})
	hasNot(t, p.document(), "Ticket")
	p.add("09:12:00", timeline.Backout, timeline.Ticketed{FollowUp: 1, Ticket: timeline.Ticket{Repo: "acme/web-app", Number: 422, URL: repo + "/issues/422"}})
	has(t, p.document(), "| F1 | Alert on it | *none yet* | *none yet* | open | [#\u200b422]("+repo+"/issues/422) |", "| F2 | Test it | *none yet* | *none yet* | open | |")
	p.add("09:13:00", timeline.Backout, timeline.Ticketed{FollowUp: 2, Ticket: timeline.Ticket{Repo: "acme/api", Number: 7}})
	has(t, p.document(), "[acme/web-app#\u200b422](", "| open | acme/api#\u200b7 |")
}
