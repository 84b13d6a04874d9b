package githubsim

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheNewestSuccessIsLive(t *testing.T) {
	st := start(t, Options{})
	one := st.repo.Commit(Commit{Message: "One"})
	st.repo.Tag("v1", one)
	a := st.repo.Deploy(Deployment{Ref: "v1", Environment: "production", Payload: map[string]any{"version": "v1"}})
	st.repo.DeployStatus(a, "in_progress")
	st.repo.DeployStatus(a, "success")
	failed := st.repo.Deploy(Deployment{SHA: one, Environment: "production"})
	st.repo.DeployStatus(failed, "failure")
	transient := st.repo.Deploy(Deployment{SHA: one, Environment: "production", Transient: true})
	st.repo.DeployStatus(transient, "success", func(s *DeploymentStatus) { s.KeepOlder = true })
	b := st.repo.Deploy(Deployment{Ref: "main", Environment: "production"})
	elsewhere := st.repo.Deploy(Deployment{Ref: "v1", Environment: "staging"})
	st.repo.DeployStatus(elsewhere, "success")
	st.get(web("/deployments/%d/statuses", a)).wants("success", 0, "state").wants("in_progress", 1, "state")
	st.repo.DeployStatus(b, "success")
	for id, want := range map[int64]string{a: "inactive", failed: "failure", transient: "success", b: "success", elsewhere: "success"} {
		st.get(web("/deployments/%d/statuses", id)).wants(want, 0, "state")
	}
	for query, want := range map[string]int{
		"": 5, "?environment=staging": 1, "?ref=v1": 2, "?sha=" + one: 5, "?environment=production&ref=main": 1, "?task=deploy": 5, "?task=migrate": 0,
	} {
		if n := len(st.get(web("/deployments%s", query)).column("id")); n != want {
			t.Errorf("%q finds %d, want %d", query, n, want)
		}
	}
	st.get(web("/deployments")).wants(elsewhere, 0, "id").wants(a, 4, "id")
	st.get(web("/deployments/%d", a)).wants("v1", "payload", "version").wants("true", "production_environment").wants("deploy", "task")
}

func TestDeploymentsOverTheAPI(t *testing.T) {
	st := start(t, Options{})
	sha := st.repo.Commit(Commit{Message: "One"})
	st.post(web("/deployments"), map[string]any{}).is(422).wants("missing_field", "errors", 0, "code")
	st.post(web("/deployments"), map[string]any{"ref": "nowhere"}).is(422).says("No ref found for: nowhere")
	a := st.post(web("/deployments"), map[string]any{"ref": "main"}).is(201).wants("production", "environment").wants("true", "production_environment").wants(sha, "sha")
	id := a.id("id")
	for _, c := range []struct {
		body   map[string]any
		status int
	}{
		{map[string]any{"state": "done"}, 422}, {map[string]any{"state": "waiting"}, 422},
		{map[string]any{"state": "success", "description": strings.Repeat("x", 141)}, 422},
		{map[string]any{"state": "success", "description": strings.Repeat("x", 140), "log_url": "https://ci.example.com/1"}, 201},
	} {
		st.post(web("/deployments/%d/statuses", id), c.body).is(c.status)
	}
	st.get(web("/deployments/%d/statuses", id)).wants("https://ci.example.com/1", 0, "log_url").wants("backout-bot", 0, "creator", "login")

	st.repo.Status(sha, Status{Context: "ci", State: "failure"})
	st.post(web("/deployments"), map[string]any{"ref": "main"}).is(409).says("Commit status checks failed")
	st.post(web("/deployments"), map[string]any{"ref": "main", "required_contexts": []string{}}).is(201)
	st.post(web("/deployments"), map[string]any{"ref": "main", "required_contexts": []string{"deploy"}}).is(409)
}

func TestAutoMergeDeploysNothing(t *testing.T) {
	st := start(t, Options{})
	st.repo.Branch("feature", st.repo.Head("main"))
	work := st.repo.Commit(Commit{Message: "Work", Branch: "feature"})
	st.repo.Commit(Commit{Message: "Meanwhile"})
	st.post(web("/deployments"), map[string]any{"ref": "feature"}).is(202).says("Auto-merged main into feature")
	st.get(web("/deployments")).wants("[]")
	if st.repo.Head("feature") == work {
		t.Error("said to be merged, and the branch stands where it stood")
	}
	st.post(web("/deployments"), map[string]any{"ref": work, "auto_merge": false}).is(201)
	st.post(web("/deployments"), map[string]any{"ref": "feature"}).is(201)
}

func TestADeployTellsItsHooks(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	st.Hook("acme/web-app", e.URL, "s3cret", "deployment", "deployment_status")
	a := st.repo.Deploy(Deployment{Ref: "main"})
	st.repo.DeployStatus(a, "in_progress")
	st.repo.DeployStatus(a, "success")
	st.repo.DeployStatus(a, "inactive")
	b := st.repo.Deploy(Deployment{Ref: "main"})
	st.repo.DeployStatus(b, "success")
	st.settle()
	states := []string{}
	for _, h := range e.list("deployment_status") {
		states = append(states, dig(h.body, "deployment_status", "state").(string))
		if dig(h.body, "deployment", "id") == nil || dig(h.body, "repository", "full_name") != "acme/web-app" || dig(h.body, "sender", "login") != "acme" {
			t.Errorf("payload %s", h.raw)
		}
	}
	if diff := cmp.Diff([]string{"in_progress", "success", "success"}, states); diff != "" {
		t.Errorf("inactive makes no webhook: %s", diff)
	}
	if n := len(e.list("deployment")); n != 2 {
		t.Errorf("%d deployment events", n)
	}
}
