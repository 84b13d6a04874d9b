package deploys_test

import (
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"backout/timeline"
	"backout/timeline/deploys"
)

// anyTime is near the incident, or unknown, or nonsense.
func anyTime(t *rapid.T) time.Time {
	switch rapid.IntRange(0, 9).Draw(t, "kind of time") {
	case 0:
		return time.Time{}
	case 1:
		return time.Unix(rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 1 << 40, -1 << 40}).Draw(t, "nonsense"), 0)
	}
	return at("14:08:02").Add(time.Duration(rapid.IntRange(-180, 30).Draw(t, "minutes")) * time.Minute)
}

// anyDeploy draws one, sensible or not, with the number.
func anyDeploy(t *rapid.T, number int, services, environments []string) timeline.Deploy {
	d := timeline.Deploy{
		Number:      number,
		Service:     rapid.SampledFrom(services).Draw(t, "service"),
		Environment: rapid.SampledFrom(environments).Draw(t, "environment"),
		Version:     rapid.SampledFrom([]string{"", "v1", "v2", "v3", "v4"}).Draw(t, "version"),
		SHA:         rapid.SampledFrom([]string{"", "aaaaaaa", "aaaaaaa1", "bbbbbbb"}).Draw(t, "sha"),
		State: rapid.SampledFrom([]timeline.DeployState{
			timeline.DeploySucceeded, timeline.DeploySucceeded, timeline.DeploySucceeded, timeline.DeployPending,
			timeline.DeployRunning, timeline.DeployFailed, timeline.DeployCancelled, "nonsense",
		}).Draw(t, "state"),
		Stage:    rapid.SampledFrom([]string{"", "", "canary", "full"}).Draw(t, "stage"),
		Started:  anyTime(t),
		Finished: anyTime(t),
	}
	if rapid.Bool().Draw(t, "staged") {
		d.Stages = []timeline.StageReached{{Stage: "canary", At: anyTime(t)}}
	}
	switch rapid.IntRange(0, 9).Draw(t, "fate") {
	case 0:
		byRollback(&d)
	case 1:
		undone(&d)
	case 2:
		causedOther(&d)
	}
	return d
}

func anyDeploys(t *rapid.T, services, environments []string) []timeline.Deploy {
	var out []timeline.Deploy
	for i := range rapid.IntRange(0, 15).Draw(t, "deploys") {
		out = append(out, anyDeploy(t, i+1, services, environments))
	}
	return out
}

func anyIncident(t *rapid.T, all []timeline.Deploy) *timeline.Incident {
	d := timeline.Declared{Title: rapid.StringN(0, 40, -1).Draw(t, "title"), DetectedAt: anyTime(t)}
	if rapid.Bool().Draw(t, "named") {
		d.Services = []string{rapid.SampledFrom([]string{"web-app", "WEB-APP", "search", "unheard-of", ""}).Draw(t, "affected")}
	}
	events := []timeline.Event{{N: 1, At: at("14:08:02"), Body: d}}
	for i, m := range []timeline.MomentName{timeline.Began, timeline.Mitigated} {
		if rapid.Bool().Draw(t, string(m)) {
			events = append(events, timeline.Event{N: i + 2, At: at("14:08:02"), Body: timeline.MomentSet{Moment: m, To: anyTime(t)}})
		}
	}
	in, err := timeline.Fold(7, events)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range all {
		n := timeline.NotedDeploy{N: 10 + i, Deploy: x}
		n.Standing = rapid.SampledFrom([]timeline.Standing{"", "", timeline.StandingSuspect, timeline.StandingCaused, timeline.StandingCleared}).Draw(t, "standing")
		if rapid.Bool().Draw(t, "known") {
			f := touching(d.Title+" session", "auth/session.go", rapid.String().Draw(t, "path"))
			n.Facts = &f
		}
		in.Deploys = append(in.Deploys, n)
	}
	return in
}

// TestRankProperties: the order of what is passed in changes nothing, nothing is
// written to, and no deploy is listed that cannot have caused it.
func TestRankProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := anyDeploys(t, []string{"web-app", "Web-App", "auth-db", "search", ""}, []string{"production", "staging"})
		c := catalogue()
		c.Window = time.Duration(rapid.SampledFrom([]int64{0, 1, int64(time.Hour), math.MaxInt64, math.MinInt64}).Draw(t, "window"))
		q := deploys.Question{Incident: anyIncident(t, all), Catalogue: c, Deploys: all}
		before := fmt.Sprintf("%#v", all)
		got := deploys.Rank(q)
		if fmt.Sprintf("%#v", all) != before {
			t.Fatal("the ranking wrote into what it was given")
		}
		q.Deploys = rapid.Permutation(all).Draw(t, "another order")
		if again := deploys.Rank(q); !reflect.DeepEqual(got, again) {
			t.Fatalf("in another order:\n%v\n%v", told(got), told(again))
		}
		m := q.Incident.Moments()
		for _, r := range got {
			d := r.Deploy
			switch {
			case len(got) > 10, len(r.Reasons) == 0, d.Environment != "production", !d.Rollback.IsZero(), d.State == timeline.DeployPending:
				t.Fatalf("must not be listed: %v", told(got))
			case !m.Began.Assumed && d.Started.After(m.Began.At.Add(time.Minute)) && d.Finished.After(m.Began.At.Add(time.Minute)):
				t.Fatalf("%s went out only after it had begun", d.ID())
			}
			for _, x := range r.Reasons {
				if x.For < 0 || len(x.Words) > 3 {
					t.Fatalf("a reason that cannot be told: %+v", x)
				}
			}
		}
	})
}

// TestTargetProperties: what is gone back to is good, older than everything that
// is blamed, and not what is live.
func TestTargetProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		history := anyDeploys(t, []string{"web-app"}, []string{"production"})
		in := anyIncident(t, history)
		now := anyTime(t)
		got, ok := deploys.Target(history, in, now)
		other := rapid.Permutation(history).Draw(t, "another order")
		if again, ok2 := deploys.Target(other, in, now); ok != ok2 || !reflect.DeepEqual(got, again) {
			t.Fatalf("in another order: %s %v, %s %v", got.ID(), ok, again.ID(), ok2)
		}
		if !ok {
			if !reflect.DeepEqual(got, timeline.Deploy{}) {
				t.Fatalf("no target, and yet %s", got.ID())
			}
			return
		}
		live, _ := deploys.Current(history)
		if !deploys.Good(got, history, now) || got.Number == live.Number || got.Same(live) {
			t.Fatalf("%s is not good, or live", got.ID())
		}
		for _, n := range in.Suspects() {
			if n.Suspected() && (!got.At().Before(n.Deploy.At()) && got.Number >= n.Deploy.Number || got.Same(n.Deploy)) {
				t.Fatalf("%s is no older than %s, or the same", got.ID(), n.Deploy.ID())
			}
		}
		if before, ok := deploys.Before(got, history); ok && before.At().After(got.At()) {
			t.Fatalf("%s was not before %s", before.ID(), got.ID())
		}
		for _, n := range deploys.Newer(got, history) {
			if n.At().Before(got.At()) || !n.Rollback.IsZero() {
				t.Fatalf("%s is not newer than %s", n.ID(), got.ID())
			}
		}
	})
}
