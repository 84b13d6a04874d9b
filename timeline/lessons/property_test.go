package lessons_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"backout/timeline"
	"backout/timeline/lessons"
)

// chaos draws records that no sensible incident has: events of every kind that rules
// look at, in any order, with times and words that make no sense.
type chaos struct{ t *rapid.T }

func pick[V any](c chaos, what string, from ...V) V { return rapid.SampledFrom(from).Draw(c.t, what) }

func (c chaos) yes() bool    { return rapid.Bool().Draw(c.t, "yes") }
func (c chaos) rarely() bool { return c.small() == 0 && c.yes() }
func (c chaos) row() int     { return rapid.IntRange(0, 30).Draw(c.t, "row") }
func (c chaos) small() int   { return rapid.IntRange(0, 3).Draw(c.t, "number") }
func (c chaos) who() string {
	return pick(c, "who", "U0ANA", "U0TOM", "", timeline.Backout, timeline.PagerDuty)
}
func (c chaos) text() string {
	return pick(c, "text", "", "v1", "v2", "](http://evil.example)", "|\n# x", "a.")
}
func (c chaos) url() string {
	return pick(c, "url", "", "https://github.example/1", "javascript:alert(1)", "http://x")
}
func (c chaos) service() string {
	return pick(c, "service", "web-app", "Web-App", "checkout", "", "cdn")
}
func (c chaos) place() string { return pick(c, "environment", "production", "staging", "") }

// rule is one of the two tables, or none of ours.
func (c chaos) rule() string {
	all := []string{"gone", "", "mitigated_late"}
	for _, r := range lessons.Table() {
		all = append(all, r.Name)
	}
	return pick(c, "rule", all...)
}

// at is near a day in November, or unknown.
func (c chaos) at() time.Time {
	if rapid.IntRange(0, 15).Draw(c.t, "known") == 0 {
		return time.Time{}
	}
	return clock("14:00:00").Add(time.Duration(rapid.IntRange(-90, 90).Draw(c.t, "minutes")) * time.Minute)
}

func (c chaos) deploy() timeline.Deploy {
	d := timeline.Deploy{
		Number: c.small(), Service: c.service(), Environment: c.place(), Version: c.text(), SHA: c.text(), Started: c.at(), Finished: c.at(),
		State: pick(c, "state", timeline.DeploySucceeded, timeline.DeploySucceeded, timeline.DeployFailed, ""), Stage: pick(c, "stage", "", "canary", "full"),
	}
	for range c.small() {
		d.Stages = append(d.Stages, timeline.StageReached{Stage: pick(c, "stage", "canary", "25%", "full", ""), At: c.at()})
	}
	if c.yes() {
		d.Sources = []timeline.DeploySource{{Name: "github"}}
	}
	if c.rarely() {
		d.Undone = timeline.RollbackRef{Incident: 7, Number: 1}
	}
	return d
}

func (c chaos) facts() *timeline.ChangeFacts {
	f := &timeline.ChangeFacts{Repo: c.text(), Base: c.text(), Link: c.url(), TotalCommits: c.small(), MoreFiles: c.rarely()}
	paths := []string{"auth/a.go", "auth/a_test.go", "README.md", "db/migrations/1.sql", ""}
	for range c.small() {
		f.Files = append(f.Files, timeline.ChangeFile{Path: pick(c, "path", paths...), Status: pick(c, "status", "modified", "removed", "renamed")})
	}
	for i := range pick(c, "many files", 0, 0, 40) {
		f.Files = append(f.Files, timeline.ChangeFile{Path: paths[i%3]})
	}
	for range c.small() {
		f.Commits = append(f.Commits, timeline.ChangeCommit{SHA: c.text(), Pull: c.small(), Link: c.url()})
	}
	for range c.small() {
		p := timeline.ChangePull{Number: c.small(), Author: c.text(), MergedBy: c.text(), Head: c.text(), Link: c.url(), Files: []string{pick(c, "path", paths...)}}
		for range c.small() {
			p.Reviews = append(p.Reviews, timeline.ChangeReview{User: c.text(), State: pick(c, "review", "APPROVED", "CHANGES_REQUESTED"), Commit: c.text()})
		}
		f.Pulls = append(f.Pulls, p)
	}
	for range c.small() {
		f.Checks = append(f.Checks, timeline.ChangeCheck{Name: c.text(), Result: pick(c, "result", "success", "failure", "skipped", "neutral", ""), At: c.at(), Link: c.url()})
	}
	for range c.small() {
		f.Staging = append(f.Staging, timeline.StagingDeploy{Environment: "staging", State: pick(c, "state", "success", "failure", "inactive"), At: c.at().Add(-time.Duration(c.small()) * day), Link: c.url()})
	}
	if c.rarely() {
		f.Missing = []string{pick(c, "missing", "check runs could not be read: x", "some reviews could not be read: x", "x", "")}
	}
	return f
}

// body draws what an event says.
func (c chaos) body() timeline.Body {
	return pick(c, "kind", c.story, c.people, c.alerting, c.deploying, c.deploying, c.rolling, c.rolling, c.correcting)()
}

func (c chaos) story() timeline.Body {
	return pick(c, "story",
		func() timeline.Body {
			return timeline.Declared{Title: c.text(), Services: []string{c.service(), c.service()}, DetectedAt: c.at(), Triage: c.rarely(), Drill: c.rarely()}
		},
		func() timeline.Body {
			return timeline.StatusSet{Status: pick(c, "status", timeline.Investigating, timeline.Monitoring, timeline.Monitoring, timeline.Resolved, timeline.Triage)}
		},
		func() timeline.Body {
			return timeline.MomentSet{Moment: pick(c, "moment", timeline.MomentNames()...), To: c.at()}
		},
		func() timeline.Body {
			return timeline.MomentSet{Moment: pick(c, "moment", timeline.MomentNames()...), To: c.at()}
		},
		func() timeline.Body { return timeline.ServicesSet{Services: []string{c.service()}} },
		func() timeline.Body { return timeline.FreezeSet{Services: []string{c.service()}, Frozen: c.yes()} },
		func() timeline.Body {
			return pick[timeline.Body](c, "end", timeline.Reopened{}, timeline.Reopened{}, timeline.Cancelled{}, timeline.MergedInto{Into: 9})
		},
	)()
}

func (c chaos) people() timeline.Body {
	return pick(c, "people",
		func() timeline.Body {
			return timeline.Message{Channel: "C7", TS: timeline.SlackTS(c.at()), Text: c.text(), External: c.yes(), BotName: pick(c, "bot", "", "", "grafana")}
		},
		func() timeline.Body {
			return timeline.RoleSet{Role: pick(c, "role", timeline.LeadRole, timeline.CommsRole), User: c.who()}
		},
		func() timeline.Body { return timeline.FollowUpAdded{Number: c.small(), Text: c.text(), From: c.row()} },
		func() timeline.Body {
			return timeline.FollowUpSet{Number: c.small(), State: pick(c, "state", timeline.FollowUpOpen, timeline.FollowUpDone)}
		},
		c.judging, c.judging, c.judging,
	)()
}

func (c chaos) judging() timeline.Body {
	return timeline.LessonJudged{
		Rule: c.rule(), Title: c.text(), Text: c.text(), Family: pick(c, "family", string(lessons.Review), "", "other"),
		Standing: pick(c, "standing", timeline.LessonAccepted, timeline.LessonDismissed, timeline.LessonDismissed, timeline.LessonReworded, "", "odd"),
	}
}

func (c chaos) alerting() timeline.Body {
	return pick(c, "alerting",
		func() timeline.Body { return timeline.AlertNoted{Alert: c.alert()} },
		func() timeline.Body { return timeline.AlertNoted{Alert: c.alert()} },
		func() timeline.Body { return timeline.AlertSplit{N: c.row(), To: 8} },
		func() timeline.Body { return timeline.PageSet{Number: c.small(), State: timeline.PageAsked} },
	)()
}

func (c chaos) alert() timeline.Alert {
	return timeline.Alert{
		Source: pick(c, "source", timeline.PagerDuty, "alertmanager"), Key: pick(c, "key", "1", "2", "3"), Who: c.who(), At: c.at(),
		Event: pick(c, "event", timeline.AlertTriggered, timeline.AlertTriggered, timeline.AlertAcknowledged, timeline.AlertResolved),
	}
}

func (c chaos) deploying() timeline.Body {
	return pick(c, "deploying",
		func() timeline.Body { return timeline.DeployNoted{Deploy: c.deploy(), During: c.yes()} },
		func() timeline.Body { return timeline.DeployNoted{Deploy: c.deploy(), During: c.yes()} },
		func() timeline.Body { return timeline.DeployChanged{Deploy: c.deploy()} },
		func() timeline.Body {
			return timeline.SuspectSet{Deploy: c.small(), Standing: pick(c, "standing", timeline.StandingCaused, timeline.StandingCaused, timeline.StandingCleared, timeline.StandingSuspect)}
		},
		func() timeline.Body {
			return timeline.SuspectsRanked{Ranked: []timeline.RankedDeploy{{Deploy: c.small()}}}
		},
		func() timeline.Body { return timeline.ChangeFound{Deploy: c.small(), Facts: c.facts()} },
	)()
}

func (c chaos) rolling() timeline.Body {
	return pick(c, "rolling",
		func() timeline.Body {
			return timeline.RollbackStep{Number: c.small(), State: timeline.RollbackProposed, Plan: &timeline.RollbackPlan{
				Service: c.service(), Environment: c.place(), Workflow: c.text(), From: c.deploy(), To: c.deploy(), Approvals: c.small(),
			}}
		},
		c.step, c.step, c.step,
		func() timeline.Body { return timeline.RollbackNoted{Number: c.small(), CancelAsked: c.yes()} },
		func() timeline.Body {
			p := &timeline.RollbackPreview{Guards: []timeline.Guard{{Name: c.text(), Verdict: pick(c, "verdict", timeline.Pass, timeline.Pass, timeline.Block)}}}
			if c.yes() {
				p.Facts = c.facts()
			}
			return timeline.RollbackNoted{Number: c.small(), Preview: p}
		},
	)()
}

func (c chaos) step() timeline.Body {
	s := timeline.RollbackStep{Number: c.small(), Confirmation: c.small(), ID: c.text(), Approved: c.yes(), State: pick(c, "state",
		timeline.RollbackAwaiting, timeline.RollbackConfirmed, timeline.RollbackDispatching, timeline.RollbackUnclear, timeline.RollbackQueued, timeline.RollbackQueued,
		timeline.RollbackOverdue, timeline.RollbackSucceeded, timeline.RollbackSucceeded, timeline.RollbackSucceeded, timeline.RollbackFailed, timeline.RollbackCancelled)}
	if c.yes() {
		s.Run = &timeline.WorkflowRun{ID: 9, Attempt: c.small()}
	}
	if c.rarely() {
		s.Overridden = []string{c.text()}
	}
	return s
}

func (c chaos) correcting() timeline.Body {
	return pick(c, "correcting",
		func() timeline.Body { return timeline.Hidden{N: c.row(), Hidden: c.yes()} },
		func() timeline.Body { return timeline.Moved{N: c.row(), To: c.at()} },
		func() timeline.Body { return timeline.MessageDeleted{Channel: "C7", TS: timeline.SlackTS(c.at())} },
	)()
}

// record draws an incident's events, and what it is read with: one of those that the
// tables and the stories tell, out of which events are lost, or none; then events
// that make no sense. Numbers may have gaps.
func (c chaos) record(known []func(t testing.TB) ([]timeline.Event, lessons.Options), t testing.TB) ([]timeline.Event, lessons.Options) {
	at := c.at()
	out := []timeline.Event{{Incident: 7, N: 1, At: at, Who: c.who(), Body: timeline.Declared{Title: "x", Services: []string{"web-app", c.service()}, DetectedAt: c.at()}}}
	opt := c.options()
	if i := rapid.IntRange(-1, len(known)-1).Draw(c.t, "which"); i >= 0 {
		events, own := known[i](t)
		out = slices.Clone(events)
		if c.yes() {
			own.Earlier = opt.Earlier
			opt = own
		}
		for range rapid.IntRange(0, 3).Draw(c.t, "lost") {
			if n := rapid.IntRange(0, len(out)-1).Draw(c.t, "which"); len(out) > 1 {
				out = slices.Delete(out, n, n+1)
			}
		}
	}
	for range rapid.IntRange(0, 12).Draw(c.t, "events") {
		at = c.at()
		out = append(out, timeline.Event{Incident: 7, N: out[len(out)-1].N + 1 + c.small()/3, At: at, Recorded: at, Who: c.who(), Body: c.body()})
	}
	return out, opt
}

// known are the incidents of all tables and stories.
func known() []func(t testing.TB) ([]timeline.Event, lessons.Options) {
	var out []func(t testing.TB) ([]timeline.Event, lessons.Options)
	onTape := func(write func(p *tape)) {
		out = append(out, func(t testing.TB) ([]timeline.Event, lessons.Options) {
			p := newTape(t)
			write(p)
			return p.events, p.opt
		})
	}
	for _, c := range slices.Concat(testingCases(), reviewCases(), rolloutCases()) {
		out = append(out, func(testing.TB) ([]timeline.Event, lessons.Options) {
			o := newOutage(c.with)
			return o.events(), o.options()
		})
	}
	for _, c := range tapeCases() {
		onTape(c.write)
	}
	for _, c := range luckCases() {
		onTape(c.write)
	}
	all := stories()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		onTape(all[name])
	}
	return out
}

func (c chaos) options() lessons.Options {
	opt := lessons.Options{Now: clock("18:00:00")}
	target := func() time.Duration { return time.Duration(pick(c, "target", 0, 5, 60)) * time.Minute }
	opt.Targets = lessons.Targets{Detect: target(), Mitigate: target(), Rollback: target()}
	if c.yes() {
		opt.Catalogue = &timeline.Catalogue{TargetAge: target(), Services: []timeline.Service{{
			Name: "web-app", Environment: "production", Staging: "staging", PagerDuty: c.text(), Sensitive: []string{"auth/**"}, Irreversible: []string{"db/**"},
			Rollback: timeline.RollbackPolicy{Workflow: c.text()}, Targets: timeline.ServiceTargets{Detect: target()},
		}}}
	}
	for i := range rapid.IntRange(0, 6).Draw(c.t, "earlier") {
		opt.Earlier = append(opt.Earlier, lessons.Earlier{
			Number: i + 1, At: c.at().Add(-time.Duration(rapid.IntRange(0, 100).Draw(c.t, "days")) * day), Services: []string{c.service()}, Rules: []string{c.rule(), c.rule(), "all_at_once", "no_alert"},
			FollowUps: []timeline.FollowUp{{Number: 1, State: pick(c, "state", timeline.FollowUpOpen, timeline.FollowUpDone)}},
		})
	}
	return opt
}

func TestWhateverTheRecord(t *testing.T) {
	incidents, heard := known(), map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		c := chaos{rt}
		events, opt := c.record(incidents, t)
		fold := func() *timeline.Incident {
			in, err := timeline.Fold(7, events)
			if err != nil {
				rt.Fatal(err)
			}
			return in
		}
		in := fold()
		all, outcomes := lessons.Of(in, opt), lessons.Outcomes(in, opt)
		earlier, taught := lessons.Taught(in, opt)
		if !reflect.DeepEqual(in, fold()) {
			rt.Fatal("reading the record changed it")
		}
		if !reflect.DeepEqual(all, lessons.Of(fold(), opt)) || !reflect.DeepEqual(outcomes, lessons.Outcomes(fold(), opt)) {
			rt.Fatal("the same record says two things")
		}
		for _, l := range all {
			if why := evident(in, l.Told); why != "" {
				rt.Fatalf("%s: %s: %s", l.Rule, why, told(l.Told))
			}
		}
		for _, o := range outcomes {
			heard[o.Rule] = true
		}
		if why := outcomesWrong(in, opt); why != "" {
			rt.Fatal(why)
		}
		if why := decisionsWrong(in, all); why != "" {
			rt.Fatal(why)
		}
		if why := pastWrong(in, opt, all); why != "" {
			rt.Fatal(why)
		}
		if taught != (len(earlier.Rules) > 0) || slices.ContainsFunc(earlier.Rules, func(r string) bool { return in.Judged[r].Standing == timeline.LessonDismissed }) {
			rt.Fatalf("taught %t %q", taught, earlier.Rules)
		}
		if in.Drill || in.Status == timeline.Triage || in.Status.Final() {
			if len(all)+len(outcomes) > 0 || taught {
				rt.Fatalf("an incident that is %s, drill %t, teaches", in.Status, in.Drill)
			}
		}
	})
	t.Logf("%d rules spoke", len(heard))
}

// decisionsWrong checks that what people decided holds.
func decisionsWrong(in *timeline.Incident, all []lessons.Lesson) string {
	if in.Drill || in.Status == timeline.Triage || in.Status.Final() {
		return ""
	}
	seen := map[string]bool{}
	for _, l := range all {
		if seen[l.Rule] {
			return l.Rule + " comes twice"
		}
		seen[l.Rule] = true
		if l.Verdict != in.Judged[l.Rule] {
			return l.Rule + " carries another decision than was made"
		}
	}
	for _, l := range lessons.Standing(all) {
		if in.Judged[l.Rule].Standing == timeline.LessonDismissed {
			return l.Rule + " was dismissed and stands"
		}
	}
	for rule, v := range in.Judged {
		if kept := v.Standing == timeline.LessonAccepted || v.Standing == timeline.LessonReworded; kept && !seen[rule] {
			return rule + " was kept and has vanished"
		}
	}
	return ""
}

// pastWrong checks that only what may be repeated is called a repetition.
func pastWrong(in *timeline.Incident, opt lessons.Options, all []lessons.Lesson) string {
	declared := in.Moments().Declared.At
	for _, l := range all {
		if len(l.Before) > 3 || l.BeforeMore > 0 && len(l.Before) < 3 || l.Good && len(l.Before) > 0 {
			return l.Rule + " names too much of the past"
		}
		for i, b := range l.Before {
			j := slices.IndexFunc(opt.Earlier, func(e lessons.Earlier) bool { return e.Number == b.Number })
			ago := declared.Sub(b.At)
			switch {
			case j < 0, !slices.Contains(opt.Earlier[j].Rules, l.Rule), len(b.Services) == 0:
				return l.Rule + " was not taught there"
			case ago < 0 || ago > 90*day, i > 0 && b.At.After(l.Before[i-1].At):
				return l.Rule + " names the past in the wrong order, or what is forgotten"
			case slices.ContainsFunc(b.Open, func(f timeline.FollowUp) bool { return f.State != timeline.FollowUpOpen }):
				return l.Rule + " calls open what is not"
			}
		}
	}
	return ""
}
