package github

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"backout/integrations/github/githubsim"
)

// TestWorkflowFiles reads the ways in which people write the same thing.
func TestWorkflowFiles(t *testing.T) {
	const inputs = "on:\n  workflow_dispatch:\n    inputs:\n      version: {required: true, type: string}\n      backout_id: {}\n"
	for _, c := range []struct {
		name, yaml string
		want       Workflow
	}{
		{"nothing", "", Workflow{}},
		{"no YAML", "on: [\n", Workflow{}},
		{"a list", "- a\n", Workflow{}},
		{"no trigger", "name: x\njobs: {}\n", Workflow{}},
		{"another trigger", "on: push\n", Workflow{}},
		{"a word", "on: workflow_dispatch\n", Workflow{Dispatchable: true}},
		{"a quoted key", "\"on\": workflow_dispatch\n", Workflow{Dispatchable: true}},
		{"a key that was rewritten", "true: workflow_dispatch\n", Workflow{Dispatchable: true}},
		{"a list of events", "on: [push, workflow_dispatch]\n", Workflow{Dispatchable: true}},
		{"another list", "on: [push]\n", Workflow{}},
		{"a map", "on: {push: {branches: [main]}, workflow_dispatch: }\n", Workflow{Dispatchable: true}},
		{"another map", "on: {push: }\n", Workflow{}},
		{"null inputs", "on: {workflow_dispatch: {inputs: }}\n", Workflow{Dispatchable: true}},
		{"inputs", inputs, Workflow{Dispatchable: true, Inputs: []string{"version", "backout_id"}, Required: []string{"version"}, DeclaresID: true}},
		{"defaults", "on:\n  workflow_dispatch:\n    inputs:\n      a: {required: true, default: x}\n      b: {required: 'true'}\n      c: {required: false}\n      d:\n",
			Workflow{Dispatchable: true, Inputs: []string{"a", "b", "c", "d"}, Required: []string{"b"}}},
		{"an alias", "x-in: &in {version: {required: true}}\non: {workflow_dispatch: {inputs: *in}}\n",
			Workflow{Dispatchable: true, Inputs: []string{"version"}, Required: []string{"version"}}},
		{"inputs of another event", "on: {workflow_call: {inputs: {backout_id: {}}}, workflow_dispatch: {}}\n", Workflow{Dispatchable: true}},
		{"prints it", "run-name: \"Rollback to ${{ inputs.version }} [id: ${{ inputs.backout_id }}]\"\n" + inputs,
			Workflow{Dispatchable: true, Inputs: []string{"version", "backout_id"}, Required: []string{"version"}, DeclaresID: true, PrintsID: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got Workflow
			got.read(c.yaml)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPrintsID(t *testing.T) {
	for name, want := range map[string]bool{
		"${{ inputs.backout_id }}":                              true,
		"${{inputs.backout_id}}":                                true,
		"${{ github.event.inputs.backout_id }}":                 true,
		"${{ INPUTS.Backout_ID }}":                              true,
		"${{ inputs['backout_id'] }}":                           true,
		"Rollback-${{ inputs.backout_id }}":                     true,
		"[id: ${{ inputs.backout_id }}] by @${{ github.actor}}": true,
		"${{ format('Rollback {0}', inputs.backout_id) }}":      true,
		"${{ inputs.backout_id || 'by hand' }}":                 true,
		"":                                                      false,
		"Rollback":                                              false,
		"inputs.backout_id":                                     false,
		"${{ inputs.backout_id_2 }}":                            false,
		"${{ inputs.version }}":                                 false,
		"${{ myinputs.backout_id }}":                            false,
		"${{ inputs.backout_id }}${{ inputs.version }}":         false,
		"${{ inputs.version }}${{ inputs.backout_id }}":         false,
		"${{ inputs.backout_id }}-${{ inputs.version }}":        false,
	} {
		if got := printsID(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestInspect(t *testing.T) {
	s := play(t, githubsim.Options{})
	w := rollback()
	w.RunName = ""
	s.web.Workflow(w)
	s.web.Branch("release/1", s.web.Head("main"))
	printing := rollback()
	printing.Branch = "release/1"
	s.web.Workflow(printing)
	s.web.Workflow(githubsim.Workflow{File: "off.yml", State: "disabled_manually"})
	s.web.Workflow(githubsim.Workflow{File: "ci.yml", NoDispatch: true})
	s.web.Commit(githubsim.Commit{Message: "Start over", Branch: "bare", Orphan: true})
	declared := Workflow{
		Found: true, Active: true, Dispatchable: true, Inputs: []string{"version", IDInput, "reason"}, Required: []string{"version"}, DeclaresID: true,
	}
	prints := declared
	prints.PrintsID = true
	for _, c := range []struct {
		repo, file, ref string
		want            Workflow
	}{
		{"acme/web-app", "rollback.yml", "main", declared},
		{"acme/web-app", "rollback.yml", "", declared},
		{"Acme/Web-App", ".github/workflows/rollback.yml", "main", declared},
		{"acme/web-app", "rollback.yml", "release/1", prints},
		{"acme/web-app", "rollback.yml", "bare", Workflow{Active: true}},
		{"acme/web-app", "off.yml", "main", Workflow{Found: true, Dispatchable: true}},
		{"acme/web-app", "ci.yml", "main", Workflow{Found: true, Active: true}},
		{"acme/web-app", "none.yml", "main", Workflow{}},
		{"acme/none", "rollback.yml", "main", Workflow{}},
	} {
		got, err := s.client.Inspect(t.Context(), c.repo, c.file, c.ref)
		if err != nil {
			t.Errorf("%+v: %v", c, err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s %s at %s: %s", c.repo, c.file, c.ref, d)
		}
	}
	for want, f := range map[string]githubsim.Fault{
		"the GitHub token may not read workflows of acme/web-app; give it the permission Actions: read": {Path: "workflows/rollback.yml", Status: 403, Body: `{"message":"Resource not accessible by personal access token"}`},
		"the GitHub token may not read files of acme/web-app; give it the permission Contents: read":    {Path: "contents", Status: 403, Body: `{"message":"Resource not accessible by personal access token"}`},
		".github/workflows/rollback.yml of acme/web-app is no file that can be read, or too large":      {Path: "contents", Status: 200, Body: `{"type":"file","encoding":"none","content":""}`},
		"GitHub did not answer properly (status 503); it is tried again":                                {Path: "contents", Status: 503},
	} {
		s.Fail(f)
		_, err := s.client.Inspect(t.Context(), "acme/web-app", "rollback.yml", "main")
		if tr := troubleOf(t, err); tr.Sentence != want || tr.Permanent == strings.Contains(want, "again") {
			t.Errorf("%+v", tr)
		}
	}
}
