package templates_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"backout/templates"
	"backout/timeline"
)

// hostileText wants to notify people, to be read backwards, to break out of
// whatever it stands in, and to leave no room for anything else.
func hostileText() string {
	return "<!channel> \u202egnp.exe\u202c <@U0TOM> <!subteam^S0WEB> *b* `a` | @here\n```x``` <https://evil.example|x> &lt;!here&gt;\x00\u200b " + strings.Repeat("many words ", 950)
}

func hostileDeploy(number int) timeline.Deploy {
	bad := hostileText()
	return timeline.Deploy{
		Number: number, Service: bad, Environment: bad, Version: bad, SHA: bad, Ref: bad, By: bad, Stage: bad, State: timeline.DeploySucceeded,
		Started: at("13:52:08"), Finished: at("13:58:32"), URL: "https://evil.example/" + strings.Repeat("a", 1970),
	}
}

func hostileFacts() *timeline.ChangeFacts {
	bad := hostileText()
	f := &timeline.ChangeFacts{Repo: bad, Base: bad, Head: bad, Link: "javascript:alert(1)", TotalCommits: 90000, Missing: []string{bad}}
	for n := range 300 {
		f.Files = append(f.Files, timeline.ChangeFile{Path: bad, Added: 1 << 20, Removed: 1 << 20})
		f.Pulls = append(f.Pulls, timeline.ChangePull{Number: n, Title: bad, Link: "https://evil.example/|<!here>"})
		f.Commits = append(f.Commits, timeline.ChangeCommit{SHA: bad, Message: bad, Link: "mailto:a@b.example"})
	}
	return f
}

func hostileRollback(approvals int) *timeline.RollbackPlan {
	p := &timeline.RollbackPlan{Service: hostileText(), Environment: hostileText(), Workflow: hostileText(), Ref: hostileText(), From: hostileDeploy(4), To: hostileDeploy(2), Approvals: approvals}
	p.To.Version, p.To.SHA = "\u202e", "" // nothing is left of it
	return p
}

// attacked is an incident all of whose outside texts are hostile.
func attacked() *past {
	bad := hostileText()
	reasons := []timeline.Reason{
		{Kind: timeline.ReasonDependency, Words: []string{bad}}, {Kind: timeline.ReasonBefore, For: -1 << 63},
		{Kind: timeline.ReasonTouches, Words: slices.Repeat([]string{bad}, 50)}, {Kind: timeline.ReasonReport, Words: slices.Repeat([]string{bad}, 50)},
	}
	p := led()
	for n := 4; n < 12; n++ {
		d := hostileDeploy(n)
		if n%2 == 0 {
			d.URL = "https://evil.example/" + strings.Repeat("a", 370)
		}
		p.did("13:58:32", bad, timeline.DeployNoted{Deploy: d, During: true})
		p.did("14:08:03", "backout", timeline.SuspectSet{Deploy: n, Standing: timeline.StandingSuspect, Reasons: reasons})
		if n%2 == 0 {
			p.did("14:08:06", "backout", timeline.ChangeFound{Deploy: n, Facts: hostileFacts()})
		} else {
			p.did("14:08:06", "backout", timeline.ChangeFound{Deploy: n, Trouble: bad})
		}
	}
	p.did("14:09:00", "U0ANA", timeline.SuspectSet{Deploy: 5, Standing: timeline.StandingCaused})
	p.did("14:09:00", "U0ANA", timeline.SuspectSet{Deploy: 6, Standing: timeline.StandingCleared})
	p.did("14:09:30", "U0ANA", timeline.FreezeSet{Services: slices.Repeat([]string{bad}, 20), Frozen: true})
	p.did("14:09:31", "backout", timeline.FreezeSet{Services: []string{bad + "2", bad + "3", bad + "4", bad + "5", bad + "6", bad + "7"}, Frozen: true})
	return p
}

// attackedRollback brings a hostile rollback to a state.
func attackedRollback(state timeline.RollbackState) *past {
	bad := hostileText()
	guards := slices.Repeat([]timeline.Guard{{Name: bad, Verdict: timeline.Block, Text: bad}, {Name: bad, Verdict: timeline.Warn, Text: bad}, {Name: bad, Verdict: "new", Text: bad}}, 20)
	run := &timeline.WorkflowRun{ID: 1, Link: "https://evil.example/run", Status: bad, Conclusion: bad}
	for range 40 {
		run.Jobs = append(run.Jobs, timeline.RunJob{Name: bad, Step: bad, Status: "in_progress", Link: "ftp://evil.example"},
			timeline.RunJob{Name: bad, Step: bad, Conclusion: bad, Link: "https://evil.example/job"})
	}
	p := attacked()
	s := phase(timeline.RollbackProposed)
	s.Plan = hostileRollback(3)
	p.did("14:14:58", "U0ANA", s)
	p.did("14:15:00", "backout", timeline.RollbackNoted{Number: 1, Preview: &timeline.RollbackPreview{Facts: hostileFacts(), Guards: guards, Trouble: bad}, CancelAsked: true})
	if state == timeline.RollbackProposed {
		return p
	}
	for _, who := range []string{"U0ANA", "U0TOM", "U0SAM", "U0JON", "U0ANA", "U0TOM", "U0SAM"} {
		s = phase(timeline.RollbackAwaiting)
		s.Approved = p.events[p.n-1].Kind() == timeline.KindRollback
		if !s.Approved {
			s.Confirmation, s.Guards, s.Overridden, s.OverrideReason = 1, guards, slices.Repeat([]string{bad}, 30), bad
		}
		p.did("14:15:20", who, s)
	}
	return and(p, "14:16:00", "backout", state, func(s *timeline.RollbackStep) { s.Reason, s.Run = bad, run })
}

// contained checks that a message can do no harm and fits Slack.
func contained(t *testing.T, m templates.Message) {
	t.Helper()
	fits(t, m)
	total := 0
	look := func(r templates.Rich) {
		total += utf8.RuneCountInString(r.Plain(nil))
		for _, s := range r {
			switch s.Style {
			case templates.Plain, templates.Bold, templates.Code, templates.Instant:
			case templates.Person:
				if s.Text != "U0ANA" {
					t.Errorf("mentions %q", s.Text)
				}
			case templates.Room:
				if s.Text != "C0INC" {
					t.Errorf("links to the channel %q", s.Text)
				}
			case templates.Anchor:
				if !strings.HasPrefix(s.Text, "https://") || strings.ContainsAny(s.Text, "|<> ") || len(s.Text) > 500 || s.Label == "" {
					t.Errorf("links to %q", s.Text)
				}
				total += len(s.Text)
			default:
				t.Errorf("a span of style %d: %q", s.Style, s.Text)
			}
		}
	}
	for _, p := range m.Parts {
		switch p := p.(type) {
		case templates.Heading:
			total += utf8.RuneCountInString(string(p))
		case templates.Para:
			look(templates.Rich(p))
		case templates.Footer:
			look(templates.Rich(p))
		case templates.Fields:
			for _, f := range p {
				look(f.Value)
			}
		case templates.Buttons:
			for _, b := range p {
				total += utf8.RuneCountInString(b.Label)
				if b.Confirm != nil {
					total += 400
				}
			}
		}
	}
	if total > 11000 || utf8.RuneCountInString(m.Summary) > 2000 {
		t.Errorf("%d characters, %d in the summary", total, utf8.RuneCountInString(m.Summary))
	}
	if got := rendered(m); strings.ContainsAny(got, "\u202e\u202c\u200b\x00") {
		t.Errorf("acts instead of being seen: %q", got)
	}
}

func TestHostileWork(t *testing.T) {
	v := workView(t, attacked(), "14:30:00")
	v.Catalogue.Services = append(v.Catalogue.Services, timeline.Service{Name: hostileText(), Environment: hostileText(), Rollback: timeline.RollbackPolicy{Workflow: "x.yml"}})
	card := templates.Card(v)
	contained(t, card)
	goldenForeign(t, "card-hostile", card)
	post, ok := templates.DeployPost(v, 4)
	if !ok {
		t.Fatal("no post")
	}
	contained(t, post)
	goldenForeign(t, "deploy-hostile", post)
	for n := range v.In.NextN() {
		if m, ok := templates.News(v, n, cast); ok && n > 3 {
			contained(t, m)
		}
	}
	var rows []templates.DeployRow
	for i, d := range v.In.Deploys {
		rows = append(rows, templates.DeployRow{Deploy: d.Deploy, Standing: d.Standing, Reasons: d.Reasons, Facts: d.Facts, Trouble: d.Trouble, Good: i%2 == 0})
	}
	list := templates.DeployList(workWords(), hostileText(), slices.Repeat(rows, 3))
	contained(t, list)
	goldenForeign(t, "deploys-hostile", list)
	contained(t, templates.StoryAnswer(workWords(), v.In))
	contained(t, templates.CatchupAnswer(workWords(), v.In, at("14:30:00")))
	m := templates.Changed(workWords(), attacked().events[3:])
	contained(t, templates.Message{Summary: cutTo(m.Summary, 2000), Parts: m.Parts[len(m.Parts)-4:]})
}

func cutTo(s string, n int) string { return string([]rune(s)[:min(n, utf8.RuneCountInString(s))]) }

func TestHostileRollbacks(t *testing.T) {
	for _, s := range []timeline.RollbackState{
		timeline.RollbackProposed, timeline.RollbackAwaiting, timeline.RollbackConfirmed, timeline.RollbackDispatching, timeline.RollbackUnclear, timeline.RollbackQueued,
		timeline.RollbackWaiting, timeline.RollbackRunning, timeline.RollbackOverdue, timeline.RollbackSucceeded, timeline.RollbackFailed, timeline.RollbackCancelled,
		timeline.RollbackState(hostileText()),
	} {
		name := cutTo(string(s), 9)
		p := attackedRollback(s)
		v := workView(t, p, "14:30:00")
		m, ok := templates.RollbackPost(v, 1, cast)
		if !ok {
			t.Fatal("no post")
		}
		contained(t, m)
		switch s {
		case timeline.RollbackProposed, timeline.RollbackRunning, timeline.RollbackFailed, timeline.RollbackConfirmed:
			goldenForeign(t, "rollback-hostile-"+name, m)
		}
		contained(t, templates.Card(v))
		f := templates.OverrideForm(v, 1)
		contained(t, templates.Message{Summary: f.Title, Parts: []templates.Part{templates.Para(f.Intro)}})
		if n := utf8.RuneCountInString(f.Intro.Plain(nil)); n > 8000 {
			t.Errorf("an introduction of %d characters", n)
		}
		for _, e := range v.In.Timeline() {
			if words, ok := templates.EntryWords(v.In, e); ok && (utf8.RuneCountInString(words) > 1200 || strings.ContainsAny(words, "\n\u202e\u202c\u200b\x00")) {
				t.Errorf("T%d has %d characters", e.N, utf8.RuneCountInString(words))
			}
		}
	}
}

// Nothing that is empty, unknown or of another version makes a message fail.
func TestWorkOfNothing(t *testing.T) {
	p := led()
	p.did("14:09:00", "", timeline.DeployNoted{})
	p.did("14:09:00", "", timeline.SuspectSet{Standing: "new"})
	p.did("14:09:00", "backout", timeline.SuspectSet{Standing: timeline.StandingSuspect})
	p.did("14:09:00", "backout", timeline.ChangeFound{Facts: &timeline.ChangeFacts{}})
	p.did("14:09:00", "", timeline.FreezeSet{Frozen: true})
	p.did("14:09:00", "", timeline.FreezeSet{Services: []string{""}, Frozen: true})
	s := phase("new")
	s.Plan = &timeline.RollbackPlan{}
	p.did("14:09:00", "", s)
	v := workView(t, p, "14:30:00")
	contained(t, templates.Card(v))
	for _, f := range []func() (templates.Message, bool){
		func() (templates.Message, bool) { return templates.DeployPost(v, 0) },
		func() (templates.Message, bool) { return templates.RollbackPost(v, 1, nil) },
	} {
		m, ok := f()
		if !ok {
			t.Error("nothing")
		}
		contained(t, m)
	}
	contained(t, templates.StoryAnswer(workWords(), v.In))
	contained(t, templates.CatchupAnswer(workWords(), v.In, at("14:30:00")))
	contained(t, templates.DeployList(workWords(), "", []templates.DeployRow{{}, {Standing: "new", Good: true}}))
	for _, e := range v.In.Timeline() {
		if words, ok := templates.EntryWords(v.In, e); ok && strings.TrimSpace(words) == "" {
			t.Errorf("T%d says nothing", e.N)
		}
	}
}
