package lessons_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"backout/timeline"
	"backout/timeline/lessons"
)

const (
	shop   = "https://github.example/acme/web-app"
	merged = "77aa"
)

// outage is one that a deploy caused, as its parts stand before they become events.
type outage struct {
	deploy timeline.Deploy
	facts  *timeline.ChangeFacts
	// also are other deploys of the record; blamed says which of them caused it too.
	also     []timeline.NotedDeploy
	standing timeline.Standing
	// began, detected and mitigated are clock times; empty ones are not set.
	began, detected, mitigated string
	// undone is when a rollback of the deploy succeeded.
	undone    string
	catalogue *timeline.Catalogue
}

func clock(s string) time.Time {
	at, err := time.Parse(time.DateTime, "2026-11-20 "+s)
	if err != nil {
		panic(err) // a mistake in a table
	}
	return at
}

func newDeploy(number int, version, finished string) timeline.Deploy {
	return timeline.Deploy{
		Number: number, Service: "web-app", Environment: "production", Version: version, State: timeline.DeploySucceeded,
		Started: clock(finished).Add(-30 * time.Second), Finished: clock(finished), Sources: []timeline.DeploySource{{Name: "github", ID: version}},
	}
}

func newPull(number int, files ...string) timeline.ChangePull {
	return timeline.ChangePull{
		Number: number, Title: "Sessions by device", Author: "jlind", MergedBy: "mtan", Head: merged, Link: fmt.Sprintf("%s/pull/%d", shop, number), Files: files,
		Reviews: []timeline.ChangeReview{{User: "mweber", State: "APPROVED", Commit: merged}},
	}
}

func newCheck(name, result string) timeline.ChangeCheck {
	return timeline.ChangeCheck{Name: name, Result: result, At: clock("13:00:00"), Link: shop + "/runs/" + name}
}

// newOutage is of v2.4.0, in row 2, which Ana blames in row 3. It began in row 4 and
// was detected in row 5.
func newOutage(with ...func(*outage)) *outage {
	o := &outage{
		deploy: newDeploy(4, "v2.4.0", "14:02:10"), standing: timeline.StandingCaused,
		began: "14:02:10", detected: "14:06:31", mitigated: "14:40:00",
		facts: &timeline.ChangeFacts{
			Repo: "acme/web-app", Base: "aa13", Head: "bb14", Link: shop + "/compare/aa13...bb14", TotalCommits: 1,
			Commits: []timeline.ChangeCommit{{SHA: "c1c1c1c1c1", Pull: 412, Link: shop + "/commit/c1c1c1c1c1"}},
			Files:   []timeline.ChangeFile{{Path: "auth/session.go", Status: "modified"}, {Path: "auth/by/device.go", Status: "added"}, {Path: "README.md"}},
			Pulls:   []timeline.ChangePull{newPull(412, "web/button.tsx")},
			Checks:  []timeline.ChangeCheck{newCheck("build", "success"), newCheck("test", "success")},
			Staging: []timeline.StagingDeploy{{Environment: "staging", State: "success", At: clock("11:00:00"), Link: shop + "/runs/staging"}},
		},
		catalogue: &timeline.Catalogue{Services: []timeline.Service{{
			Name: "web-app", Repo: "acme/web-app", Environment: "production", Staging: "staging", Sensitive: []string{"*.sql", "auth/**", "!auth/docs/**"},
		}}},
	}
	for _, w := range with {
		w(o)
	}
	return o
}

// events are rows 1 to 3 and 4 and 5 for the moments, and then the rest.
func (o *outage) events() []timeline.Event {
	var out []timeline.Event
	add := func(at time.Time, who string, b timeline.Body) {
		out = append(out, timeline.Event{Incident: 7, N: len(out) + 1, At: at, Recorded: at, Who: who, Body: b})
	}
	moment := func(m timeline.MomentName, to string) {
		if to == "" { // so that the rows after it keep their numbers
			add(clock("14:12:00"), "U0ANA", timeline.Note{Text: "We do not know when"})
			return
		}
		add(clock("14:12:00"), "U0ANA", timeline.MomentSet{Moment: m, To: clock(to)})
	}
	add(clock("14:07:00"), "U0ANA", timeline.Declared{Title: "Users are logged out", Severity: "1", Services: []string{"web-app"}})
	add(o.deploy.At(), "github", timeline.DeployNoted{Deploy: o.deploy})
	add(clock("14:10:00"), "U0ANA", timeline.SuspectSet{Deploy: o.deploy.Number, Standing: o.standing})
	moment(timeline.Began, o.began)
	moment(timeline.Detected, o.detected)
	for _, d := range o.also {
		add(d.Deploy.At(), "github", timeline.DeployNoted{Deploy: d.Deploy, During: d.During})
		if d.Standing != "" {
			add(clock("14:11:00"), "U0ANA", timeline.SuspectSet{Deploy: d.Deploy.Number, Standing: d.Standing})
		}
		add(clock("14:11:00"), timeline.Backout, timeline.ChangeFound{Deploy: d.Deploy.Number, Facts: d.Facts})
	}
	add(clock("14:11:00"), timeline.Backout, timeline.ChangeFound{Deploy: o.deploy.Number, Facts: o.facts})
	if o.undone != "" {
		plan := timeline.RollbackPlan{Service: "web-app", Environment: "production", From: o.deploy}
		add(clock("14:14:00"), "U0ANA", timeline.RollbackStep{Number: 1, State: timeline.RollbackProposed, Plan: &plan})
		add(clock(o.undone), timeline.Backout, timeline.RollbackStep{Number: 1, State: timeline.RollbackSucceeded})
	}
	if o.mitigated != "" {
		add(clock(o.mitigated), "U0ANA", timeline.StatusSet{Status: timeline.Monitoring})
	}
	add(clock("15:00:00"), "U0ANA", timeline.StatusSet{Status: timeline.Resolved})
	return out
}

func (o *outage) lessons(t testing.TB) (*timeline.Incident, []lessons.Lesson) {
	t.Helper()
	in, err := timeline.Fold(7, o.events())
	if err != nil {
		t.Fatal(err)
	}
	return in, lessons.Of(in, o.options())
}

func (o *outage) options() lessons.Options {
	return lessons.Options{Catalogue: o.catalogue, Now: clock("16:00:00")}
}

// told writes evidence as one line: rows as T2, links as [name](url).
func told(parts []lessons.Part) string {
	var b strings.Builder
	for _, p := range parts {
		switch {
		case p.Row != 0:
			b.WriteString(timeline.Ref(p.Row))
		case p.Link != lessons.Link{}:
			b.WriteString("[" + p.Link.Name + "](" + strings.TrimPrefix(p.Link.URL, shop) + ")")
		default:
			b.WriteString(p.Text + p.Who)
		}
	}
	return b.String()
}

// lessonCase is what one rule says of an outage; without a title it says nothing.
type lessonCase struct {
	name, rule          string
	with                func(*outage)
	good                bool
	title, told, action string
}

func check(t *testing.T, family lessons.Family, cases []lessonCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			o := newOutage(c.with)
			in, all := o.lessons(t)
			outcomesSound(t, in, o.options())
			i := slices.IndexFunc(all, func(l lessons.Lesson) bool { return l.Rule == c.rule })
			if i < 0 {
				if c.title != "" {
					t.Fatalf("it is silent")
				}
				return
			}
			l := all[i]
			if l.Title != c.title || told(l.Told) != c.told || l.Action != c.action || l.Good != c.good || l.Family != family {
				t.Errorf("%s, good %v\n title %s\n  want %s\n  told %s\n  want %s\naction %s\n  want %s", l.Family, l.Good, l.Title, c.title, told(l.Told), c.told, l.Action, c.action)
			}
		})
	}
	bothWays(t, cases)
}

// bothWays makes sure that each rule of a table is seen to speak and to be silent.
func bothWays(t *testing.T, cases []lessonCase) {
	t.Helper()
	spoke, silent := map[string]bool{}, map[string]bool{}
	for _, c := range cases {
		if c.title != "" {
			spoke[c.rule] = true
		} else {
			silent[c.rule] = true
		}
	}
	for _, c := range cases {
		if !spoke[c.rule] || !silent[c.rule] {
			t.Errorf("%s is not seen both ways", c.rule)
		}
	}
}

// sound reports what of a lesson breaks the package's promises.
func sound(in *timeline.Incident, l lessons.Lesson) string {
	switch {
	case l.Title == "" || strings.HasSuffix(l.Title, ".") || utf8.RuneCountInString(l.Title) > 60:
		return "its title is " + l.Title
	case strings.HasSuffix(l.Action, "."), l.Action == "" && !l.Good && !l.Kept:
		return "its action is " + l.Action
	}
	return evident(in, l.Told)
}

// evident reports what is wrong with evidence.
func evident(in *timeline.Incident, parts []lessons.Part) string {
	shown := false
	for _, p := range parts {
		set := 0
		for _, is := range []bool{p.Text != "", p.Row != 0, p.Link != lessons.Link{}, p.Who != ""} {
			if is {
				set++
			}
		}
		if set != 1 {
			return fmt.Sprintf("a part sets %d fields", set)
		}
		if _, there := in.Entry(p.Row); p.Row != 0 && !there {
			return "it names a row that is not there"
		}
		if p.Link.URL != "" && !strings.HasPrefix(p.Link.URL, "https://") && !strings.HasPrefix(p.Link.URL, "http://") {
			return "it links " + p.Link.URL
		}
		shown = shown || p.Row != 0 || p.Link.URL != ""
	}
	switch {
	case !shown:
		return "it shows nothing"
	case !strings.HasSuffix(told(parts), "."):
		return "its evidence has no end"
	}
	return ""
}
