package timeline_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"backout/timeline"
	"backout/timeline/rollback"
)

func services() []string { return []string{"web-app", "auth-db"} }

func (w *world) service() string { return rapid.SampledFrom(services()).Draw(w.t, "service") }
func (w *world) deploy() int     { return rapid.IntRange(1, 4).Draw(w.t, "deploy") }

func (w *world) report() timeline.DeployReport {
	id := rapid.IntRange(1, 4).Draw(w.t, "id")
	r := timeline.DeployReport{
		Source:  timeline.DeploySource{Name: rapid.SampledFrom([]string{"api", "github"}).Draw(w.t, "source"), ID: fmt.Sprint(id)},
		Service: w.service(), Environment: "production", Version: fmt.Sprint("v", rapid.IntRange(1, 3).Draw(w.t, "version")),
		State: rapid.SampledFrom([]timeline.DeployState{timeline.DeployRunning, timeline.DeploySucceeded, timeline.DeployFailed}).Draw(w.t, "state"),
	}
	if w.yes() {
		r.Started = w.at()
	}
	return r
}

func (w *world) alert() timeline.Alert {
	return timeline.Alert{
		Source: timeline.PagerDuty, Key: fmt.Sprint("PD", rapid.IntRange(1, 3).Draw(w.t, "alert")), Title: w.text(), Service: w.service(), At: w.at(),
		Event: rapid.SampledFrom([]timeline.AlertEvent{timeline.AlertTriggered, timeline.AlertAcknowledged, timeline.AlertResolved, timeline.AlertAnnotated}).Draw(w.t, "event"),
	}
}

// ranked draws a ranking of deploys, some of which nobody has reported.
func (w *world) ranked() []timeline.Ranked {
	var out []timeline.Ranked
	seen := map[int]bool{}
	for range rapid.IntRange(0, 3).Draw(w.t, "suspects") {
		n := w.deploy()
		if !seen[n] {
			out = append(out, timeline.Ranked{Deploy: timeline.Deploy{Number: n, Service: "web-app", Environment: "production", Started: w.at()}})
		}
		seen[n] = true
	}
	return out
}

// working draws what is done about deploys, freezes and rollbacks.
func (w *world) working() timeline.Change {
	n := w.number()
	actor := rollback.Actor{User: w.who(), Allowed: w.yes(), MayOverride: w.yes()}
	return w.pick(
		func() timeline.Change {
			return timeline.TakeReports(w.key(), timeline.Reported{Deploys: []timeline.DeployReport{w.report(), w.report()}})
		},
		func() timeline.Change {
			return timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{w.report()}})
		},
		func() timeline.Change {
			s := rapid.SampledFrom([]timeline.Standing{timeline.StandingCaused, timeline.StandingCleared, timeline.StandingSuspect}).Draw(w.t, "standing")
			return timeline.Judge(w.key(), w.who(), n, w.deploy(), s)
		},
		func() timeline.Change { return timeline.TakeAlert(w.key(), w.alert()) },
		func() timeline.Change { return timeline.TakeAlert("", w.alert()) },
		func() timeline.Change { return timeline.SplitAlert(w.key(), w.who(), n, w.row()) },
		func() timeline.Change { return timeline.Merge(w.key(), w.who(), n, w.number()) },
		func() timeline.Change { return timeline.DeclareOffered(w.key(), w.who(), w.row(), nil) },
		func() timeline.Change { return timeline.AskPage(w.key(), w.who(), n, bob, "user", "", w.text()) },
		func() timeline.Change { return timeline.Nudge(w.key(), n, timeline.NudgeUpdate) },
		func() timeline.Change {
			return timeline.SetNudge(w.key(), w.who(), n, timeline.NudgeUpdate, w.at(), w.yes())
		},
		func() timeline.Change { return timeline.FreezeDeploys(w.key(), w.who(), n, nil) },
		func() timeline.Change { return timeline.UnfreezeDeploys(w.key(), w.who(), n, []string{w.service()}) },
		func() timeline.Change {
			return rollback.Propose(w.key(), w.who(), n, rollback.Ask{Service: w.service()})
		},
		func() timeline.Change { return rollback.Confirm(w.key(), actor, n, 1, w.key(), "") },
		func() timeline.Change { return rollback.Abandon(w.key(), actor, n, 1) },
		func() timeline.Change {
			run := timeline.RunReport{Repo: "acme/web-app", Title: w.text(), Run: timeline.WorkflowRun{ID: 7}}
			return timeline.TakeReports(w.key(), timeline.Reported{Runs: []timeline.RunReport{run}})
		})
}

// opening has alerts open incidents.
func opening() timeline.Catalogue {
	return timeline.Catalogue{Alerts: timeline.AlertPolicy{Do: timeline.AlertOpens, Attach: 10 * time.Minute}}
}
