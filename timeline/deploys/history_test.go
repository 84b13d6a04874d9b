package deploys_test

import (
	"slices"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/deploys"
)

func TestCurrent(t *testing.T) {
	if _, ok := deploys.Current([]timeline.Deploy{deploy(1, "v1", "14:00:00", ended(timeline.DeployFailed))}); ok {
		t.Error("nothing ever succeeded")
	}
	for _, c := range []struct {
		situation string
		more      []timeline.Deploy
		want      int
	}{
		{"the newest", nil, 2},
		{"not what failed, runs or waits", []timeline.Deploy{
			deploy(3, "v3", "14:00:00", ended(timeline.DeployFailed)), deploy(4, "v3", "14:10:00", going(timeline.DeployRunning)),
			deploy(5, "v3", "14:20:00", going(timeline.DeployPending))}, 2},
		{"what a rollback made", []timeline.Deploy{deploy(3, "v2.3.8", "14:00:00", byRollback)}, 3},
		{"a canary", []timeline.Deploy{deploy(3, "v3", "14:00:00", stage("canary", "14:00:00"))}, 3},
		{"at one instant the higher number", []timeline.Deploy{deploy(4, "v4", "14:00:00"), deploy(3, "v3", "14:00:00")}, 4},
	} {
		if got, ok := deploys.Current(earlier(c.more...)); !ok || got.Number != c.want {
			t.Errorf("%s: got %s, want D%d", c.situation, got.ID(), c.want)
		}
	}
}

func TestBefore(t *testing.T) {
	release := deploy(9, "v2.4.0", "14:02:10")
	for _, c := range []struct {
		situation string
		of        timeline.Deploy
		more      []timeline.Deploy
		want      int
	}{
		{"what was live", release, []timeline.Deploy{release, deploy(10, "v2.4.1", "15:00:00")}, 2},
		{"while it runs", deploy(9, "v2.4.0", "14:02:10", going(timeline.DeployRunning)), nil, 2},
		{"what a rollback made was live", release, []timeline.Deploy{deploy(3, "v2.3.8", "12:00:00", byRollback)}, 3},
		{"its own canary, or what failed, was not", release, []timeline.Deploy{
			deploy(3, "v2.4.0", "12:00:00", stage("canary", "12:00:00")), deploy(4, "v2.3.10", "12:00:00", ended(timeline.DeployFailed))}, 2},
		{"nor another service or staging", release, []timeline.Deploy{deploy(3, "v1", "12:00:00", of("search")), deploy(4, "v2", "12:00:00", to("staging"))}, 2},
		{"there was none", deploy(1, "v2.3.8", "08:00:00"), nil, 0},
	} {
		if got, ok := deploys.Before(c.of, earlier(c.more...)); got.Number != c.want || ok != (c.want != 0) {
			t.Errorf("%s: got %s, %v, want D%d", c.situation, got.ID(), ok, c.want)
		}
	}
}

func TestNewer(t *testing.T) {
	history := earlier(
		deploy(8, "v2.4.3", "13:00:00", going(timeline.DeployRunning)),
		deploy(7, "v2.4.2", "12:30:00", ended(timeline.DeployFailed)),
		deploy(3, "v2.4.0", "11:00:00"),
		deploy(4, "v2.3.9", "11:30:00", byRollback),
		deploy(5, "v2.4.1", "12:00:00", going(timeline.DeployPending)),
		deploy(6, "v2.4.1", "12:10:00", ended(timeline.DeployCancelled)),
		deploy(9, "v1", "13:00:00", of("search")),
	)
	if got, want := numbers(deploys.Newer(history[1], history)), []int{3, 7, 8}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := deploys.Newer(history[2], history); got != nil {
		t.Errorf("nothing is newer than the newest, got %v", numbers(got))
	}
}

func TestRunning(t *testing.T) {
	history := earlier(
		deploy(3, "v3", "14:00:00", going(timeline.DeployRunning)),
		deploy(4, "v3", "13:50:00", going(timeline.DeployPending)),
		deploy(5, "v3", "14:00:00", going(timeline.DeployRunning), byRollback),
		deploy(6, "v3", "11:00:00", going(timeline.DeployRunning)), // lost
		deploy(7, "v3", "19:00:00", going(timeline.DeployRunning)), // a clock is wrong
		deploy(8, "v3", "14:00:00", going(timeline.DeployRunning), func(d *timeline.Deploy) { d.Started = time.Time{} }),
		deploy(9, "v3", "14:32:01", going(timeline.DeployRunning)), // a clock is a second ahead
	)
	if got, want := numbers(deploys.Running(history, at("14:30:00"))), []int{4, 3, 9}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFind(t *testing.T) {
	history := earlier(
		deploy(3, "v2.4.0", "13:00:00", commit("9f3c2e1aa0")),
		deploy(4, "v2.3.9", "12:00:00", commit("bbbbbbb2")),
		deploy(5, "v2.4.1", "13:30:00", commit("9f3c2e1bb0"), ended(timeline.DeployFailed)),
		deploy(6, "D1", "13:40:00"), // CI may call a version anything
	)
	for typed, want := range map[string]int{
		"v2.3.9": 4, " V2.3.9 ": 4, "D2": 2, "d2": 2, "D1": 1, "9f3c2e1": 3, "9F3C2E1AA0": 3,
		"9f3c2e": 0, "9f3c2e1aa0f": 0, "v2.4.1": 0, "D5": 0, "D05": 0, "D99": 0, "2": 0, "": 0, " ": 0, "bbbbbbb": 4,
	} {
		if got, ok := deploys.Find(history, typed); got.Number != want || ok != (want != 0) {
			t.Errorf("to:%s: got %s, %v, want D%d", typed, got.ID(), ok, want)
		}
	}
}
