package deploys_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/deploys"
)

// began says when it began, as a person would.
func began(clock string) []timeline.Body {
	return []timeline.Body{timeline.MomentSet{Moment: timeline.Began, To: at(clock)}}
}

func TestRank(t *testing.T) {
	web := timeline.Declared{Title: storyTitle, Services: []string{"web-app"}, DetectedAt: at("14:06:31")}
	release := deploy(1, "v2.4.0", "14:02:10")
	for _, c := range []struct {
		situation string
		incident  *timeline.Incident
		deploys   []timeline.Deploy
		want      []string
	}{
		{
			"the release of the story, before anybody knows its change", incident(t),
			[]timeline.Deploy{release},
			[]string{"D1: same_service; before 4m21s"},
		},
		{
			"the same once its change is known", incident(t, knows(1, touching("Rework login sessions", "ui/button.tsx", "auth/session.go"))),
			[]timeline.Deploy{release},
			[]string{"D1: same_service; before 4m21s; touches auth/session.go; report logged"},
		},
		{
			"a service that has nothing to do with it", incident(t),
			[]timeline.Deploy{deploy(2, "v9", "14:05:00", of("search")), deploy(3, "v9", "14:05:00", of("billing"))},
			nil,
		},
		{
			"a dependency that was deployed later stands behind the service itself", incident(t),
			[]timeline.Deploy{deploy(2, "8.1.3", "14:05:00", of("auth-db")), release},
			[]string{"D1: same_service; before 4m21s", "D2: dependency web-app; before 1m31s"},
		},
		{
			"names are compared without case", incidentOf(t, timeline.Declared{Title: "x", Services: []string{"Web-App"}}, nil),
			[]timeline.Deploy{release},
			[]string{"D1: same_service; before 5m52s"},
		},
		{
			"staging concerns nobody", incident(t),
			[]timeline.Deploy{deploy(2, "v2.4.1", "14:05:00", to("staging"))},
			nil,
		},
		{
			"a rollback is the cure", incident(t),
			[]timeline.Deploy{deploy(2, "v2.3.9", "14:05:00", byRollback)},
			nil,
		},
		{
			"what waits or was cancelled changed nothing, unless it had come to a stage", incident(t),
			[]timeline.Deploy{
				deploy(2, "v2.4.1", "14:05:00", going(timeline.DeployPending)),
				deploy(3, "v2.4.2", "14:05:00", ended(timeline.DeployCancelled)),
				deploy(4, "v2.4.3", "14:05:00", ended(timeline.DeployCancelled), stage("canary", "14:04:00")),
			},
			[]string{"D4: same_service; before 1m31s"},
		},
		{
			"began is only assumed: what went out before the declaration counts, but less", incident(t),
			[]timeline.Deploy{deploy(2, "v2.4.1", "14:08:00", started("14:07:40")), deploy(3, "v2.4.2", "14:09:00", started("14:08:30")), release},
			[]string{"D1: same_service; before 4m21s", "D2: same_service; after 1m9s"},
		},
		{
			"began was set before the deploy, which therefore did not cause it", incidentOf(t, web, began("13:59:30")),
			[]timeline.Deploy{release},
			nil,
		},
		{
			"began was typed as the minute before", incidentOf(t, web, began("13:59:00")),
			[]timeline.Deploy{release, deploy(2, "v2.4.1", "14:02:00")},
			nil,
		},
		{
			"began was set while it was going out", incidentOf(t, web, began("14:01:30")),
			[]timeline.Deploy{release},
			[]string{"D1: same_service; before 1m20s; rolling"},
		},
		{
			"began was typed as the minute in which the deploy was started", incidentOf(t, web, began("14:00:00")),
			[]timeline.Deploy{release},
			[]string{"D1: same_service; noticed"},
		},
		{
			"began was set to its end", incidentOf(t, web, began("14:02:10")),
			[]timeline.Deploy{release},
			[]string{"D1: same_service; noticed"},
		},
		{
			"two in the window: the later one first; one before the window: not at all", incident(t),
			[]timeline.Deploy{deploy(4, "v2.3.9", "13:06:30"), deploy(2, "v2.4.0", "13:30:00"), deploy(3, "v2.4.1", "14:01:00")},
			[]string{"D3: same_service; before 5m31s", "D2: same_service; before 36m31s"},
		},
		{
			"touching what is sensitive outweighs some minutes", incident(t, knows(2, touching("", "auth/keys.go"))),
			[]timeline.Deploy{deploy(2, "v2.4.0", "13:50:00"), deploy(3, "v2.4.1", "14:01:00")},
			[]string{"D2: same_service; before 16m31s; touches auth/keys.go", "D3: same_service; before 5m31s"},
		},
		{
			"a canary that goes on", incident(t),
			[]timeline.Deploy{
				deploy(2, "v2.4.1", "14:05:00", started("13:40:00"), stage("canary", "13:41:00"), stage("25%", "14:00:31"), going(timeline.DeployRunning)),
				deploy(3, "v2.4.0", "14:00:31"),
			},
			[]string{"D2: same_service; before 6m0s; rolling", "D3: same_service; before 6m0s"},
		},
		{
			"a canary that succeeded has not reached everybody", incident(t),
			[]timeline.Deploy{deploy(2, "v2.4.1", "14:05:00", stage("canary", "14:05:00"))},
			[]string{"D2: same_service; before 1m31s; rolling"},
		},
		{
			"a slow one that was started before the window, and one that nobody ended", incident(t),
			[]timeline.Deploy{
				deploy(2, "v2.4.1", "14:00:00", started("12:30:00"), going(timeline.DeployRunning)),
				deploy(3, "v2.4.0", "14:00:00", started("11:30:00"), going(timeline.DeployRunning)),
			},
			[]string{"D2: same_service; before 1h36m31s; rolling"},
		},
		{
			"one that failed", incident(t),
			[]timeline.Deploy{deploy(2, "v2.4.1", "14:05:00", ended(timeline.DeployFailed))},
			[]string{"D2: same_service; before 1m31s; failed"},
		},
		{
			"one that failed stands before one that did not", incident(t),
			[]timeline.Deploy{deploy(2, "v2.4.1", "14:02:00", ended(timeline.DeployFailed)), deploy(3, "v2.4.0", "14:02:10")},
			[]string{"D2: same_service; before 4m31s; failed", "D3: same_service; before 4m21s"},
		},
		{
			"nobody named a service: any may be it", incidentOf(t, timeline.Declared{Title: "x", DetectedAt: at("14:06:31")}, nil),
			[]timeline.Deploy{release, deploy(2, "v9", "14:05:00", of("search")), deploy(3, "v1", "14:05:00", of("unheard-of"))},
			[]string{"D2: before 1m31s", "D1: before 4m21s"},
		},
		{
			"no time is known", incident(t),
			[]timeline.Deploy{{Number: 2, Service: "web-app", Environment: "production", State: timeline.DeploySucceeded}},
			nil,
		},
		{
			"only the end is known, or clocks disagree", incident(t),
			[]timeline.Deploy{
				deploy(2, "v2.4.0", "14:02:31", func(d *timeline.Deploy) { d.Started = time.Time{} }),
				deploy(3, "v2.4.1", "14:01:31", started("14:20:00")),
			},
			[]string{"D2: same_service; before 4m0s", "D3: same_service; before 5m0s"},
		},
		{
			"people's word is not the ranking's business",
			incident(t, thinks(timeline.StandingCleared, release)), []timeline.Deploy{release},
			[]string{"D1: same_service; before 4m21s"},
		},
		{
			"what ended an incident that was written down later did not cause it",
			incidentOf(t, timeline.Declared{Title: "x", Services: []string{"web-app"}}, []timeline.Body{timeline.MomentSet{Moment: timeline.Mitigated, To: at("14:03:00")}}),
			[]timeline.Deploy{release, deploy(2, "v2.4.1", "14:06:00")},
			[]string{"D1: same_service; before 50s"},
		},
	} {
		same(t, c.situation, told(deploys.Rank(deploys.Question{Incident: c.incident, Catalogue: catalogue(), Deploys: c.deploys})), c.want)
	}
}

func TestRankOfNothing(t *testing.T) {
	for _, in := range []*timeline.Incident{nil, {}, {Services: []string{"web-app"}}} {
		q := deploys.Question{Incident: in, Catalogue: catalogue(), Deploys: []timeline.Deploy{deploy(1, "v1", "14:00:00")}}
		if got := deploys.Rank(q); got != nil {
			t.Errorf("an incident without any time: got %v", told(got))
		}
	}
}

func TestRankNamesTen(t *testing.T) {
	var all []timeline.Deploy
	for i := range 30 {
		all = append(all, deploy(i+1, fmt.Sprint("v", i), fmt.Sprintf("13:%02d:00", 10+i)))
	}
	got := deploys.Rank(deploys.Question{Incident: incident(t), Catalogue: catalogue(), Deploys: all})
	if len(got) != 10 || got[0].Deploy.Number != 30 || got[9].Deploy.Number != 21 {
		t.Errorf("want the ten latest, got %v", told(got))
	}
}

func TestRankWindowIsConfigured(t *testing.T) {
	c := catalogue()
	all := []timeline.Deploy{deploy(1, "v1", "12:10:00"), deploy(2, "v2", "14:00:00")}
	for window, want := range map[time.Duration][]int{0: {2}, -time.Hour: {2}, 5 * time.Minute: nil, 2 * time.Hour: {2, 1}, 1<<63 - 1: {2, 1}} {
		c.Window = window
		var got []int
		for _, r := range deploys.Rank(deploys.Question{Incident: incident(t), Catalogue: c, Deploys: all}) {
			got = append(got, r.Deploy.Number)
		}
		if !slices.Equal(got, want) {
			t.Errorf("window %v: got %v, want %v", window, got, want)
		}
	}
}

// BenchmarkRank: a month of a busy company, most of it long before the incident.
func BenchmarkRank(b *testing.B) {
	facts := touching("Rework login sessions", "auth/session.go")
	for i := range 300 {
		facts.Files = append(facts.Files, timeline.ChangeFile{Path: fmt.Sprintf("internal/part%d/handleSomeRequest.go", i)})
		facts.Commits = append(facts.Commits, timeline.ChangeCommit{Message: fmt.Sprintf("Part %d handles accounts faster", i)})
	}
	for name, between := range map[string]time.Duration{"a_month": 4 * time.Minute, "all_in_the_window": 300 * time.Millisecond} {
		b.Run(name, func(b *testing.B) {
			in := incident(b)
			q := deploys.Question{Incident: in, Catalogue: catalogue()}
			for i := range 10_000 {
				d := deploy(i+1, fmt.Sprint("v", i), "14:05:00", of([]string{"web-app", "auth-db", "search"}[i%3]))
				d.Started, d.Finished = d.Started.Add(-time.Duration(i)*between), d.Finished.Add(-time.Duration(i)*between)
				q.Deploys = append(q.Deploys, d)
				if i < 10 {
					knows(i+1, facts)(in)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				if len(deploys.Rank(q)) != 10 {
					b.Fatal("no ranking")
				}
			}
		})
	}
}
