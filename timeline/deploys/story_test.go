package deploys_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/timeline"
)

// at is a time of the day of the story.
func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", "2026-11-20 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// deploy is one of web-app to production that took two minutes and went well, and
// then what with says.
func deploy(number int, version, finished string, with ...func(*timeline.Deploy)) timeline.Deploy {
	d := timeline.Deploy{
		Number: number, Service: "web-app", Environment: "production", Version: version, State: timeline.DeploySucceeded,
		Started: at(finished).Add(-2 * time.Minute), Finished: at(finished),
	}
	for _, w := range with {
		w(&d)
	}
	return d
}

func of(service string) func(*timeline.Deploy) {
	return func(d *timeline.Deploy) { d.Service = service }
}

func to(environment string) func(*timeline.Deploy) {
	return func(d *timeline.Deploy) { d.Environment = environment }
}

func started(clock string) func(*timeline.Deploy) {
	return func(d *timeline.Deploy) { d.Started = at(clock) }
}

func stage(name, clock string) func(*timeline.Deploy) {
	return func(d *timeline.Deploy) {
		d.Stage = name
		d.Stages = append(d.Stages, timeline.StageReached{Stage: name, At: at(clock)})
	}
}

// going is not finished: it is in the state since it was started.
func going(s timeline.DeployState) func(*timeline.Deploy) {
	return func(d *timeline.Deploy) { d.State, d.Finished = s, time.Time{} }
}

func ended(s timeline.DeployState) func(*timeline.Deploy) {
	return func(d *timeline.Deploy) { d.State = s }
}

func byRollback(d *timeline.Deploy) { d.Rollback = timeline.RollbackRef{Incident: 7, Number: 1} }

func undone(d *timeline.Deploy) { d.Undone = timeline.RollbackRef{Incident: 7, Number: 1} }

func causedOther(d *timeline.Deploy) {
	d.Standing = map[int]timeline.Standing{3: timeline.StandingCaused}
}

func commit(sha string) func(*timeline.Deploy) {
	return func(d *timeline.Deploy) { d.SHA = sha }
}

// storyTitle and the instants below are those of the story: v2.4.0 went out,
// somebody in support heard of it at 14:06:31, and Ana declared at 14:08:02.
const storyTitle = "Users are logged out, some see other people's accounts"

// incident declares one at 14:08:02 from a message of 14:06:31, as web-app's.
func incident(t testing.TB, with ...func(*timeline.Incident)) *timeline.Incident {
	return incidentOf(t, timeline.Declared{Title: storyTitle, Services: []string{"web-app"}, DetectedAt: at("14:06:31")}, nil, with...)
}

// incidentOf folds a declaration at 14:08:02 and what follows it.
func incidentOf(t testing.TB, declared timeline.Declared, more []timeline.Body, with ...func(*timeline.Incident)) *timeline.Incident {
	t.Helper()
	var events []timeline.Event
	for i, b := range append([]timeline.Body{declared}, more...) {
		events = append(events, timeline.Event{Incident: 7, N: i + 1, At: at("14:08:02"), Recorded: at("14:08:02"), Who: "U0ANA", Body: b})
	}
	in, err := timeline.Fold(7, events)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range with {
		w(in)
	}
	return in
}

// thinks notes a deploy with a standing.
func thinks(s timeline.Standing, d timeline.Deploy) func(*timeline.Incident) {
	return func(in *timeline.Incident) {
		in.Deploys = append(in.Deploys, timeline.NotedDeploy{N: 50 + len(in.Deploys), Deploy: d, Standing: s})
	}
}

// knows notes what the change of a deploy was.
func knows(number int, facts timeline.ChangeFacts) func(*timeline.Incident) {
	return func(in *timeline.Incident) {
		in.Deploys = append(in.Deploys, timeline.NotedDeploy{Deploy: timeline.Deploy{Number: number}, Facts: &facts})
	}
}

// touching are the facts of a change to these files, with one commit.
func touching(message string, paths ...string) timeline.ChangeFacts {
	f := timeline.ChangeFacts{Commits: []timeline.ChangeCommit{{SHA: "9f3c2e1", Message: message}}}
	for _, p := range paths {
		f.Files = append(f.Files, timeline.ChangeFile{Path: p})
	}
	return f
}

func catalogue() timeline.Catalogue {
	return timeline.Catalogue{Services: []timeline.Service{
		{Name: "web-app", Environment: "production", Staging: "staging", DependsOn: []string{"auth-db"}, Sensitive: []string{"auth/**"}},
		{Name: "auth-db", Environment: "production"},
		{Name: "search", Environment: "production"},
	}}
}

// told writes a ranking a line each, as a test can read it.
func told(ranked []timeline.Ranked) []string {
	var out []string
	for _, r := range ranked {
		var reasons []string
		for _, x := range r.Reasons {
			s := string(x.Kind)
			if x.Kind == timeline.ReasonBefore || x.Kind == timeline.ReasonAfter {
				s += " " + x.For.String()
			}
			if len(x.Words) > 0 {
				s += " " + strings.Join(x.Words, " + ")
			}
			reasons = append(reasons, s)
		}
		out = append(out, fmt.Sprintf("%s: %s", r.Deploy.ID(), strings.Join(reasons, "; ")))
	}
	return out
}

func numbers(ds []timeline.Deploy) []int {
	out := []int{}
	for _, d := range ds {
		out = append(out, d.Number)
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s\n got %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}
