package github

import (
	"os"
	"strings"
	"testing"

	"backout/integrations/github/githubsim"
)

// TestTheWorkflowOfTheReadmeIsRecognised holds that what people are told to copy
// does what a rollback needs.
func TestTheWorkflowOfTheReadmeIsRecognised(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "<!-- rollback-workflow:begin -->\n   ```yaml\n")
	text, _, found := strings.Cut(rest, "   ```\n")
	if !found {
		t.Fatal("the README has no workflow between its marks")
	}
	s := play(t, githubsim.Options{})
	s.web.Workflow(githubsim.Workflow{File: "rollback.yml", YAML: strings.ReplaceAll("\n"+text, "\n   ", "\n")})
	w, err := s.client.Inspect(t.Context(), s.web.FullName(), "rollback.yml", "main")
	if err != nil || !w.Found || !w.Active || !w.Dispatchable || !w.DeclaresID || !w.PrintsID {
		t.Errorf("%+v, %v", w, err)
	}
}
