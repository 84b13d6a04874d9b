package rollback

import (
	"slices"
	"strings"
	"testing"
	"time"

	"backout/timeline"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func deployOf(n int, version string, ago time.Duration, edits ...func(*timeline.Deploy)) timeline.Deploy {
	at := noon.Add(-ago)
	d := timeline.Deploy{
		Number: n, Service: "web-app", Environment: "production", Version: version, SHA: version + "sha",
		State: timeline.DeploySucceeded, Started: at.Add(-time.Minute), Finished: at,
	}
	for _, e := range edits {
		e(&d)
	}
	return d
}

// usual is a rollback that nothing speaks against.
func usual() situation {
	to, from := deployOf(1, "v2.3.9", 9*24*time.Hour), deployOf(2, "v2.4.0", 10*time.Minute)
	return situation{
		plan:    timeline.RollbackPlan{Service: "web-app", Environment: "production", Repo: "acme/web-app", Workflow: "rollback.yml", Inputs: map[string]string{"version": "v2.3.9"}, From: from, To: to},
		service: timeline.Service{Name: "web-app", Irreversible: []string{"migrations/**"}},
		cat:     timeline.Catalogue{TargetAge: 30 * 24 * time.Hour},
		history: []timeline.Deploy{from, to},
		in:      &timeline.Incident{Deploys: []timeline.NotedDeploy{{Deploy: from, Standing: timeline.StandingSuspect}}},
		found: Found{
			Workflow: Workflow{Found: true, Active: true, Dispatchable: true, DeclaresID: true, PrintsID: true, Inputs: []string{"version", "backout_id"}, Required: []string{"version", "backout_id"}},
			Facts:    &timeline.ChangeFacts{TotalCommits: 2, Files: []timeline.ChangeFile{{Path: "auth/session.go"}}},
		},
		now: noon,
	}
}

// TestGuards changes one thing of a rollback that nothing speaks against, and
// names the guard that must speak.
func TestGuards(t *testing.T) {
	for _, c := range []struct {
		name, guard string
		verdict     timeline.Verdict
		final       bool
		says        string
		change      func(*situation)
	}{
		{"nothing speaks against it", "", "", false, "", func(*situation) {}},
		{"the workflow is not there", "workflow", timeline.Block, true, "is not in acme/web-app", func(s *situation) { s.found.Workflow = Workflow{} }},
		{"GitHub does not answer", "workflow", timeline.Block, true, "GitHub does not answer", func(s *situation) { s.found.Workflow, s.found.Trouble = Workflow{}, "GitHub does not answer" }},
		{"the workflow is disabled", "workflow", timeline.Block, true, "disabled", func(s *situation) { s.found.Workflow.Active = false }},
		{"nobody can start it", "workflow", timeline.Block, true, "workflow_dispatch", func(s *situation) { s.found.Workflow.Dispatchable = false }},
		{"it does not take the id", "workflow", timeline.Block, true, "backout_id", func(s *situation) { s.found.Workflow.DeclaresID = false }},
		{"it does not show the id", "workflow", timeline.Block, true, "run-name", func(s *situation) { s.found.Workflow.PrintsID = false }},
		{"it does not show the id, but GitHub says which run", "", "", false, "", func(s *situation) { s.found.Workflow.PrintsID, s.found.Workflow.GivesRunID = false, true }},
		{"an input that it does not take", "workflow", timeline.Block, true, "does not declare the input reason", func(s *situation) { s.plan.Inputs["reason"] = "INC-1" }},
		{"an input that nobody gives", "workflow", timeline.Block, true, "wants the input region", func(s *situation) { s.found.Workflow.Required = append(s.found.Workflow.Required, "region") }},
		{"a deploy is running", "nothing else running", timeline.Block, false, "v2.4.1", func(s *situation) {
			s.history = append(s.history, deployOf(3, "v2.4.1", time.Minute, func(d *timeline.Deploy) { d.State, d.Finished = timeline.DeployRunning, time.Time{} }))
		}},
		{"a deploy came since the plan", "nothing else running", timeline.Block, true, "propose the rollback anew", func(s *situation) { s.history = append(s.history, deployOf(3, "v2.4.1", time.Minute)) }},
		{"another deploy is newer than the suspect", "newer deploys", timeline.Warn, false, "v2.4.1", func(s *situation) {
			s.plan.From = deployOf(3, "v2.4.1", time.Minute)
			s.history = append(s.history, s.plan.From)
		}},
		{"it touches what cannot be taken back", "irreversible paths", timeline.Block, false, "migrations/7.sql", func(s *situation) {
			s.found.Facts.Files = append(s.found.Facts.Files, timeline.ChangeFile{Path: "migrations/7.sql"})
		}},
		{"not all files are known", "irreversible paths", timeline.Block, false, "only 1 of the changed files", func(s *situation) { s.found.Facts.MoreFiles = true }},
		{"no file is known", "irreversible paths", timeline.Block, false, "not known", func(s *situation) { s.found.Facts = nil }},
		{"the target is old", "age of the target", timeline.Block, false, "40 days old", func(s *situation) {
			s.plan.To = deployOf(1, "v2.3.9", 40*24*time.Hour)
			s.history[1] = s.plan.To
		}},
		{"the target caused something", "target was good", timeline.Warn, false, "cause of an incident", func(s *situation) { s.history[1].Standing = map[int]timeline.Standing{3: timeline.StandingCaused} }},
		{"the target was rolled back", "target was good", timeline.Warn, false, "rolled back once", func(s *situation) { s.history[1].Undone = timeline.RollbackRef{Incident: 3, Number: 1} }},
		{"several pull requests", "what is undone", timeline.Warn, false, "2 pull requests", func(s *situation) { s.found.Facts.Pulls = make([]timeline.ChangePull, 2) }},
		{"it is only a drill", "drill", timeline.Warn, false, "the rollback is real", func(s *situation) { s.in.Drill = true }},
		{"nothing lies between them", "what is undone", timeline.Warn, false, "nothing", func(s *situation) { s.found.Facts.TotalCommits = 0 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := usual()
			c.change(&s)
			for _, g := range s.guards() {
				switch {
				case g.Name == c.guard && (g.Verdict != c.verdict || g.Final != c.final || !strings.Contains(g.Text, c.says)):
					t.Errorf("%+v", g)
				case g.Name != c.guard && g.Verdict == timeline.Block:
					if c.guard != "irreversible paths" && c.guard != "workflow" {
						t.Errorf("another guard blocks: %+v", g)
					}
				case c.guard == "" && g.Verdict != timeline.Pass:
					t.Errorf("%+v", g)
				}
			}
		})
	}
}

// TestGuardsAreLookedAtAgain: what changed between the plan and the yes is seen,
// and what GitHub said stays.
func TestGuardsAreLookedAtAgain(t *testing.T) {
	s := usual()
	before := s.guards()
	s.found = Found{}
	s.history = append(s.history, deployOf(3, "v2.4.1", time.Minute))
	blocked := 0
	for _, g := range s.localGuards(before) {
		if g.Verdict == timeline.Block {
			blocked++
			if g.Name != "nothing else running" {
				t.Errorf("%+v", g)
			}
		}
	}
	if blocked != 1 || len(s.localGuards(before)) != len(before) {
		t.Errorf("%d block", blocked)
	}
}

func TestInputs(t *testing.T) {
	p := usual().plan
	got, err := Inputs(map[string]string{"version": "{{.To.Version}}", "why": "{{.Incident}}: {{.From.Label}} of {{.Service}}"}, p, "INC-7")
	if err != nil || got["version"] != "v2.3.9" || got["why"] != "INC-7: v2.4.0 of web-app" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := Inputs(map[string]string{"version": "{{.To.Nothing}}"}, p, "INC-7"); err == nil {
		t.Error("an input that cannot be filled in was")
	}
}

// TestEveryStateLeadsToAnEnd: no state is a dead end, and finished means finished.
func TestEveryStateLeadsToAnEnd(t *testing.T) {
	for _, s := range []timeline.RollbackState{
		timeline.RollbackProposed, timeline.RollbackAwaiting, timeline.RollbackConfirmed, timeline.RollbackDispatching, timeline.RollbackUnclear,
		timeline.RollbackQueued, timeline.RollbackWaiting, timeline.RollbackRunning, timeline.RollbackOverdue,
	} {
		seen := map[timeline.RollbackState]bool{}
		var ends func(timeline.RollbackState) bool
		ends = func(s timeline.RollbackState) bool {
			if s.Finished() {
				return true
			}
			if seen[s] {
				return false
			}
			seen[s] = true
			return slices.ContainsFunc(may(s), ends)
		}
		if !ends(s) {
			t.Errorf("%s never ends", s)
		}
	}
	for _, s := range []timeline.RollbackState{timeline.RollbackSucceeded, timeline.RollbackCancelled} {
		if len(may(s)) > 0 {
			t.Errorf("%s is followed by %v", s, may(s))
		}
	}
}
