package deploys_test

import (
	"slices"
	"testing"

	"backout/timeline"
	"backout/timeline/deploys"
)

// earlier is the history that most situations begin with: two versions that ran
// for hours, and then the release of the story.
func earlier(more ...timeline.Deploy) []timeline.Deploy {
	return append([]timeline.Deploy{
		deploy(1, "v2.3.8", "08:00:00", commit("aaaaaaa1")),
		deploy(2, "v2.3.9", "10:00:00", commit("bbbbbbb2")),
	}, more...)
}

func TestTarget(t *testing.T) {
	release := deploy(3, "v2.4.0", "14:02:10", commit("ccccccc3"))
	suspect := thinks(timeline.StandingSuspect, release)
	for _, c := range []struct {
		situation string
		history   []timeline.Deploy
		incident  *timeline.Incident
		want      int // 0: none
	}{
		{"the story: back to what was live before the suspect", earlier(release), incident(t, suspect), 2},
		{"before what caused it", earlier(release), incident(t, thinks(timeline.StandingCaused, release)), 2},
		{"nobody is suspected: before the current one", earlier(release), incident(t), 2},
		{"the only suspect was cleared: the same", earlier(release), incident(t, thinks(timeline.StandingCleared, release)), 2},
		{
			"the one before was suspected and cleared", earlier(release),
			incident(t, suspect, thinks(timeline.StandingCleared, deploy(2, "v2.3.9", "10:00:00"))), 2,
		},
		{"no incident at all", earlier(release), nil, 2},
		{
			"two suspects: before the older one",
			earlier(release, deploy(4, "v2.4.1", "14:04:00")),
			incident(t, thinks(timeline.StandingSuspect, deploy(4, "v2.4.1", "14:04:00")), suspect), 2,
		},
		{
			"the older of two was cleared, but was not live long enough",
			earlier(release, deploy(4, "v2.4.1", "14:04:00")),
			incident(t, thinks(timeline.StandingSuspect, deploy(4, "v2.4.1", "14:04:00")), thinks(timeline.StandingCleared, release)), 2,
		},
		{
			"a newer one that nobody suspects is undone too",
			earlier(release, deploy(4, "v2.4.1", "14:05:00")), incident(t, suspect), 2,
		},
		{
			"a suspect of another service says nothing",
			earlier(release),
			incident(t, suspect, thinks(timeline.StandingSuspect, deploy(9, "8.1.3", "09:00:00", of("auth-db")))), 2,
		},
		{
			"the last good one had caused another incident",
			append(earlier(release), deploy(5, "v2.3.10", "12:00:00", causedOther)), incident(t, suspect), 2,
		},
		{
			"the last one was undone by a rollback, whose deploy is good",
			earlier(deploy(4, "v2.3.10", "11:00:00", undone), deploy(5, "v2.3.9", "11:30:00", commit("bbbbbbb2"), byRollback), release), incident(t, suspect), 5,
		},
		{
			"failed, cancelled and canary deploys are not gone back to",
			earlier(
				deploy(4, "v2.3.10", "11:00:00", ended(timeline.DeployFailed)), deploy(5, "v2.3.11", "11:30:00", ended(timeline.DeployCancelled)),
				deploy(6, "v2.3.12", "12:00:00", stage("canary", "12:00:00")), release),
			incident(t, suspect), 2,
		},
		{
			"the suspect's own version, deployed before under another number",
			earlier(deploy(4, "v2.4.0", "13:00:00", commit("ccccccc3")), release), incident(t, suspect), 2,
		},
		{
			"the suspect was going out as a canary, which some people use",
			earlier(deploy(3, "v2.4.0", "14:02:10", stage("canary", "14:02:10"))),
			incident(t, thinks(timeline.StandingSuspect, release)), 2,
		},
		{
			"it was rolled back already: nothing to go back from",
			earlier(deploy(3, "v2.4.0", "14:02:10", undone), deploy(4, "v2.3.9", "14:19:40", commit("bbbbbbb2"), byRollback)), incident(t, suspect), 0,
		},
		{
			"the suspect failed, so that the good one is still live",
			earlier(deploy(3, "v2.4.0", "14:02:10", ended(timeline.DeployFailed))),
			incident(t, suspect), 0,
		},
		{
			"nobody is suspected, and what is live was deployed twice",
			earlier(deploy(3, "v2.4.0", "13:00:00", commit("ccccccc3")), deploy(4, "v2.4.0", "13:30:00", commit("ccccccc3f0"))), incident(t), 2,
		},
		{"it is the first version ever", []timeline.Deploy{release}, incident(t, suspect), 0},
		{"the suspect is older than the history", earlier(), incident(t, thinks(timeline.StandingSuspect, deploy(99, "v1", "07:00:00"))), 0},
		{"nobody knows when the suspect went out", earlier(release), incident(t, thinks(timeline.StandingSuspect, timeline.Deploy{Number: 98, Service: "web-app", Environment: "production"})), 0},
		{"nothing was ever deployed", nil, incident(t, suspect), 0},
	} {
		for _, history := range [][]timeline.Deploy{c.history, reversed(c.history)} {
			got, ok := deploys.Target(history, c.incident, at("14:30:00"))
			if got.Number != c.want || ok != (c.want != 0) {
				t.Errorf("%s: got %s, %v, want D%d", c.situation, got.ID(), ok, c.want)
			}
		}
	}
}

func reversed(ds []timeline.Deploy) []timeline.Deploy {
	ds = slices.Clone(ds)
	slices.Reverse(ds)
	return ds
}

func TestGood(t *testing.T) {
	next := deploy(9, "v3", "14:30:00")
	for _, c := range []struct {
		situation string
		deploy    timeline.Deploy
		now       string
		others    []timeline.Deploy
		want      bool
	}{
		{"live since ten minutes", deploy(1, "v1", "14:00:00"), "14:10:00", nil, true},
		{"not yet", deploy(1, "v1", "14:00:00"), "14:09:59", nil, false},
		{"replaced after ten minutes", deploy(1, "v1", "14:20:00"), "18:00:00", []timeline.Deploy{next}, true},
		{"replaced sooner", deploy(1, "v1", "14:20:01"), "18:00:00", []timeline.Deploy{next}, false},
		{"replaced at the same instant", deploy(1, "v1", "14:30:00"), "18:00:00", []timeline.Deploy{next}, false},
		{"replaced sooner by a rollback", deploy(1, "v1", "14:20:01"), "18:00:00", []timeline.Deploy{deploy(9, "v0", "14:30:00", byRollback)}, false},
		{"replaced sooner, and again later", deploy(1, "v1", "14:20:01"), "18:00:00", []timeline.Deploy{next, deploy(10, "v4", "15:00:00")}, false},
		{"the next ones failed or reached few", deploy(1, "v1", "14:20:01"), "18:00:00",
			[]timeline.Deploy{deploy(7, "v3", "14:25:00", ended(timeline.DeployFailed)), deploy(8, "v4", "14:25:00", stage("25%", "14:25:00"))}, true},
		{"the next one was staging's or another service's", deploy(1, "v1", "14:20:01"), "18:00:00",
			[]timeline.Deploy{deploy(7, "v3", "14:25:00", to("staging")), deploy(8, "v3", "14:25:00", of("search"))}, true},
		{"itself in its history", deploy(1, "v1", "14:00:00"), "18:00:00", []timeline.Deploy{deploy(1, "v1", "14:00:00")}, true},
		{"made by a rollback", deploy(1, "v1", "14:00:00", byRollback), "18:00:00", nil, true},
		{"full by name", deploy(1, "v1", "14:00:00", stage("Full", "14:00:00")), "18:00:00", nil, true},
		{"undone", deploy(1, "v1", "14:00:00", undone), "18:00:00", nil, false},
		{"caused an incident", deploy(1, "v1", "14:00:00", causedOther), "18:00:00", nil, false},
		{"a canary", deploy(1, "v1", "14:00:00", stage("canary", "14:00:00")), "18:00:00", nil, false},
		{"still running", deploy(1, "v1", "14:00:00", going(timeline.DeployRunning)), "18:00:00", nil, false},
		{"from the future", deploy(1, "v1", "19:00:00"), "18:00:00", nil, false},
		{"nobody knows when", timeline.Deploy{Number: 1, State: timeline.DeploySucceeded}, "18:00:00", nil, false},
	} {
		if got := deploys.Good(c.deploy, c.others, at(c.now)); got != c.want {
			t.Errorf("%s: got %v", c.situation, got)
		}
	}
}
