package githubsim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func many(n int) map[string]any {
	out := map[string]any{}
	for i := range n {
		out[fmt.Sprintf("i%02d", i)] = "x"
	}
	return out
}

func TestWhatADispatchMustNotBe(t *testing.T) {
	st := start(t, Options{})
	st.repo.Workflow(rollback())
	st.repo.Workflow(Workflow{File: "ci.yml", NoDispatch: true})
	st.repo.Workflow(Workflow{File: "off.yml", State: "disabled_manually"})
	st.repo.Workflow(Workflow{File: "typed.yml", Inputs: []Input{{Name: "count", Type: "number"}, {Name: "where", Type: "environment", Options: []string{"production"}}}})
	st.repo.Branch("feature", st.repo.Head("main"))
	st.repo.Workflow(Workflow{File: "new.yml", Branch: "feature"})
	st.repo.Commit(Commit{Message: "Start over", Branch: "bare", Orphan: true})
	sha := st.repo.Head("main")
	v1 := map[string]any{"version": "v1"}
	with := func(k string, v any) map[string]any { return map[string]any{"version": "v1", k: v} }
	for _, c := range []struct {
		name, file string
		body       any
		status     int
		says       string
	}{
		{"no ref", "rollback.yml", map[string]any{"inputs": v1}, 422, `\"ref\" wasn't supplied`},
		{"a SHA", "rollback.yml", map[string]any{"ref": sha, "inputs": v1}, 422, "No ref found for: " + sha},
		{"a short SHA", "rollback.yml", map[string]any{"ref": sha[:8], "inputs": v1}, 422, "No ref found for"},
		{"unknown branch", "rollback.yml", map[string]any{"ref": "nowhere", "inputs": v1}, 422, "No ref found for: nowhere"},
		{"empty ref", "rollback.yml", map[string]any{"ref": "", "inputs": v1}, 422, "No ref found for"},
		{"ref that is no string", "rollback.yml", map[string]any{"ref": 1}, 422, "is not a string"},
		{"unknown workflow", "other.yml", map[string]any{"ref": "main"}, 404, "Not Found"},
		{"unknown id", "12", map[string]any{"ref": "main"}, 404, "Not Found"},
		{"only on another branch", "new.yml", map[string]any{"ref": "feature"}, 404, "Not Found"},
		{"not on the ref", "rollback.yml", map[string]any{"ref": "bare", "inputs": v1}, 422, "does not have 'workflow_dispatch' trigger"},
		{"no trigger", "ci.yml", map[string]any{"ref": "main"}, 422, "does not have 'workflow_dispatch' trigger"},
		{"disabled", "off.yml", map[string]any{"ref": "main"}, 422, "on a disabled workflow"},
		{"unknown input", "rollback.yml", map[string]any{"ref": "main", "inputs": with("x", "1")}, 422, `Unexpected inputs provided: [\"x\"]`},
		{"missing input", "rollback.yml", map[string]any{"ref": "main"}, 422, "Required input 'version' not provided"},
		{"empty input", "rollback.yml", map[string]any{"ref": "main", "inputs": map[string]any{"version": ""}}, 422, "Required input 'version' not provided"},
		{"not a choice", "rollback.yml", map[string]any{"ref": "main", "inputs": with("mode", "slow")}, 422, "Provided value 'slow' for input 'mode' not in the list of allowed values"},
		{"not a boolean", "rollback.yml", map[string]any{"ref": "main", "inputs": with("dry", "yes")}, 422, "Provided value 'yes' for input 'dry'"},
		{"not a number", "typed.yml", map[string]any{"ref": "main", "inputs": map[string]any{"count": "few"}}, 422, "Provided value 'few' for input 'count'"},
		{"not an environment", "typed.yml", map[string]any{"ref": "main", "inputs": map[string]any{"where": "moon"}}, 422, "Provided value 'moon' for input 'where'"},
		{"a real boolean", "rollback.yml", map[string]any{"ref": "main", "inputs": with("dry", true)}, 422, "true is not a string"},
		{"a number", "rollback.yml", map[string]any{"ref": "main", "inputs": map[string]any{"version": 1}}, 422, "1 is not a string"},
		{"null", "rollback.yml", map[string]any{"ref": "main", "inputs": map[string]any{"version": nil}}, 422, "null is not a string"},
		{"a list of inputs", "rollback.yml", map[string]any{"ref": "main", "inputs": []string{}}, 422, "is not an object"},
		{"too many inputs", "rollback.yml", map[string]any{"ref": "main", "inputs": many(26)}, 422, "more than 25 properties"},
		{"25 inputs are only unknown", "rollback.yml", map[string]any{"ref": "main", "inputs": many(25)}, 422, "Unexpected inputs"},
		{"too much input", "rollback.yml", map[string]any{"ref": "main", "inputs": map[string]any{"version": strings.Repeat("v", 65_530)}}, 422, "too large"},
		{"unknown field", "rollback.yml", map[string]any{"ref": "main", "inputs": v1, "extra": 1}, 422, "not a permitted key"},
		{"details that are no boolean", "rollback.yml", map[string]any{"ref": "main", "inputs": v1, "return_run_details": "true"}, 422, "is not a boolean"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st.post(web("/actions/workflows/%s/dispatches", c.file), c.body).is(c.status).says(c.says)
		})
	}
	if d := st.Dispatches("acme/web-app"); len(d) != 0 {
		t.Errorf("refused and yet dispatched: %+v", d)
	}
	if r := st.Runs("acme/web-app"); len(r) != 0 {
		t.Errorf("refused and yet %d runs", len(r))
	}
}

func TestADispatchIsAnsweredInTheFormOfItsTime(t *testing.T) {
	body := func(more ...string) map[string]any {
		out := map[string]any{"ref": "main", "inputs": map[string]any{"version": "v1"}}
		for _, k := range more {
			out[k] = true
		}
		return out
	}
	for _, c := range []struct {
		name    string
		mode    RunDetailsMode
		version string
		body    any
		status  int
	}{
		{"old version", RunDetailsSupported, oldVersion, body(), 204},
		{"old version, details", RunDetailsSupported, oldVersion, body("return_run_details"), 200},
		{"new version", RunDetailsSupported, newVersion, body(), 200},
		{"new version, details", RunDetailsSupported, newVersion, body("return_run_details"), 422},
		{"old server ignores", RunDetailsIgnored, oldVersion, body("return_run_details"), 204},
		{"old server refuses", RunDetailsRefused, oldVersion, body("return_run_details"), 422},
		{"old server, plain", RunDetailsRefused, oldVersion, body(), 204},
		{"old server, new version", RunDetailsIgnored, newVersion, body(), 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, Options{RunDetails: c.mode})
			st.repo.Workflow(rollback())
			a := st.post(web("/actions/workflows/rollback.yml/dispatches"), c.body, header{"X-GitHub-Api-Version", c.version}).is(c.status)
			runs := st.Runs("acme/web-app")
			switch {
			case c.status >= 400:
				if len(runs) != 0 {
					t.Error("refused, and yet it runs")
				}
				return
			case c.status == 204 && a.text != "":
				t.Errorf("204 with a body: %s", a.text)
			case c.status == 200:
				a.wants(st.APIURL()+web("/actions/runs/%d", runs[0].ID()), "run_url").wants(runs[0].URL(), "html_url")
				if a.id("workflow_run_id") != runs[0].ID() {
					t.Errorf("run %d, answered %s", runs[0].ID(), a.text)
				}
			}
			d := st.Dispatches("acme/web-app")
			if len(d) != 1 || d[0].RunID != runs[0].ID() || d[0].Inputs["version"] != "v1" || d[0].Ref != "main" || d[0].Workflow != "rollback.yml" {
				t.Errorf("dispatches %+v", d)
			}
		})
	}
}

func TestTheRunCarriesTheIdInItsTitle(t *testing.T) {
	now := time.Date(2026, 11, 20, 14, 5, 0, 0, time.UTC)
	st := start(t, Options{Clock: func() time.Time { return now }})
	id := st.repo.Workflow(rollback())
	tagged := st.repo.Commit(Commit{Message: "Two"})
	st.repo.Tag("v2", tagged)
	st.repo.Commit(Commit{Message: "Three"})
	a := st.post(web("/actions/workflows/%d/dispatches", id), map[string]any{
		"ref": "refs/tags/v2", "inputs": map[string]any{"version": "v1.9", "backout_id": "b-17"}, "return_run_details": true}).is(200)
	run := st.get(web("/actions/runs/%d", a.id("workflow_run_id")))
	for path, want := range map[string]any{
		"display_title": "Rollback to v1.9 [id: b-17]", "name": "Rollback to v1.9 [id: b-17]", "event": "workflow_dispatch", "status": "queued",
		"conclusion": "<nil>", "head_branch": "v2", "head_sha": tagged, "path": ".github/workflows/rollback.yml", "run_number": 1, "run_attempt": 1,
		"created_at": "2026-11-20T14:05:00Z",
	} {
		run.wants(want, path)
	}
	run.wants("backout-bot", "actor", "login").wants("backout-bot", "triggering_actor", "login").wants("acme/web-app", "repository", "full_name")
	if in := st.Run(run.id("id")).Inputs(); in["mode"] != "safe" || in["dry"] != "false" {
		t.Errorf("defaults are missing: %v", in)
	}
}

func TestTheFileSaysWhatTheWorkflowDeclares(t *testing.T) {
	st := start(t, Options{})
	st.repo.Workflow(rollback())
	raw := st.get(web("/contents/.github/workflows/rollback.yml?ref=main"), header{"Accept", "application/vnd.github.raw+json"}).text
	for _, want := range []string{
		`name: "Rollback"`, `run-name: "Rollback to ${{ inputs.version }} [id: ${{ inputs.backout_id }}]"`, "  workflow_dispatch:\n    inputs:\n      version:\n        required: true",
		"      backout_id:\n", "type: choice\n        options:\n          - \"fast\"", "default: false", "    runs-on: ubuntu-latest\n    steps:\n      - name: \"Check out\"",
	} {
		if !strings.Contains(raw, want) {
			t.Errorf("no %q in\n%s", want, raw)
		}
	}
	st.get(web("/actions/workflows/rollback.yml")).wants("Rollback", "name").wants("active", "state").wants(".github/workflows/rollback.yml", "path")
	st.get(web("/actions/workflows")).wants(1, "total_count")

	st.repo.Workflow(Workflow{File: "rollback.yml", YAML: "on: workflow_dispatch\n"})
	if text, _ := st.repo.ReadFile("main", ".github/workflows/rollback.yml"); text != "on: workflow_dispatch\n" {
		t.Errorf("given YAML became %q", text)
	}
	st.get(web("/actions/workflows")).wants(1, "total_count")
}

func TestWorkflowsAreSwitchedOffAndOn(t *testing.T) {
	st := start(t, Options{})
	st.repo.Workflow(rollback())
	ask := map[string]any{"ref": "main", "inputs": map[string]any{"version": "v1"}}
	st.call("PUT", web("/actions/workflows/rollback.yml/disable"), nil).is(204)
	st.post(web("/actions/workflows/rollback.yml/dispatches"), ask).is(422)
	st.call("PUT", web("/actions/workflows/rollback.yml/enable"), nil).is(204)
	st.post(web("/actions/workflows/rollback.yml/dispatches"), ask).is(204)
}
