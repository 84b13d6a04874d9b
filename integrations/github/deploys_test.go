package github

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"backout/integrations/github/githubsim"
	"backout/timeline"
)

func deployFlow() githubsim.Workflow {
	return githubsim.Workflow{File: "deploy.yml", Name: "Deploy"}
}

func deployOptions(o *Options) {
	o.Workflows = map[string][]string{"Acme/Web-App": {".github/workflows/deploy.yml"}, "acme/unknown": {"x.yml"}}
}

func line(d timeline.DeployReport) string {
	return fmt.Sprintf("%s %s %s %s %q by %s %s–%s", d.Source.ID[strings.Index(d.Source.ID, "app/")+4:], d.Service, d.Environment, d.State, d.Version, d.By,
		d.Started.Format("15:04"), d.Finished.Format("15:04"))
}

func TestDeploys(t *testing.T) {
	at := noon()
	s := play(t, githubsim.Options{Clock: func() time.Time { return at }}, deployOptions)
	s.web.Workflow(deployFlow())
	s.web.Tag("v1.0.0", s.web.Head("main"))
	s.web.Deploy(githubsim.Deployment{Ref: "main", Creator: "old"})
	at = noon().Add(time.Hour)
	first := s.web.Deploy(githubsim.Deployment{Ref: "v1.0.0", Creator: "ana", Payload: map[string]any{"service": "web-app"}})
	at = at.Add(time.Minute)
	s.web.DeployStatus(first, "in_progress")
	s.web.DeployStatus(first, "success")
	at = at.Add(time.Minute)
	second := s.web.Deploy(githubsim.Deployment{Ref: "main", Creator: "ben", Payload: `{"version":"v1.1","service":"worker"}`})
	s.web.DeployStatus(second, "success") // Makes the first one inactive.
	at = at.Add(time.Minute)
	third := s.web.Deploy(githubsim.Deployment{Ref: "main", Environment: "staging", Creator: "github-actions[bot]", Payload: map[string]any{"by": "eve"}})
	s.web.Deploy(githubsim.Deployment{Ref: "main", Environment: "preview-7"})
	at = at.Add(time.Minute)
	run := s.web.Trigger("deploy.yml", "push", "main", "joe")
	at = at.Add(time.Minute)
	run.Complete("failure")

	got, err := s.client.Deploys(t.Context(), noon().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, d := range got {
		lines = append(lines, line(d))
		if d.Source.Name != "github" || d.SHA == "" {
			t.Errorf("%+v", d)
		}
	}
	want := []string{
		fmt.Sprintf(`deployment/%d web-app production success "v1.0.0" by ana 13:00–13:01`, first),
		fmt.Sprintf(`deployment/%d worker production success "v1.1" by ben 13:02–13:02`, second),
		fmt.Sprintf(`deployment/%d web-app staging pending "" by eve 13:03–00:00`, third),
		fmt.Sprintf(`run/%d/web-app web-app production failure "" by joe 13:04–13:05`, run.ID()),
		fmt.Sprintf(`run/%d/worker worker production failure "" by joe 13:04–13:05`, run.ID()),
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Error(d)
	}
	if d := got[3]; d.Run != (timeline.RunRef{Repo: "acme/web-app", ID: run.ID()}) || d.URL != run.URL() {
		t.Errorf("%+v", d)
	}
}

// TestWebhooksAndCatchingUpAgree: the same deploy gets the same id, state, times
// and link both ways.
func TestWebhooksAndCatchingUpAgree(t *testing.T) {
	s := play(t, githubsim.Options{Clock: func() time.Time { return noon() }}, deployOptions)
	s.web.Workflow(deployFlow())
	s.web.Tag("v1.0.0", s.web.Head("main"))
	s.Hook("acme/web-app", "http://127.0.0.1:1/nobody", "x", "deployment", "deployment_status", "workflow_run")
	run := s.web.Trigger("deploy.yml", "push", "main", "joe")
	page := githubsim.LogURL(run.URL() + "/job/12")
	for i, state := range []string{"success", "failure", "in_progress", ""} {
		id := s.web.Deploy(githubsim.Deployment{Ref: "v1.0.0", Creator: "ana", Run: run, Payload: map[string]any{"service": "web-app", "version": fmt.Sprint("v", i)}})
		if state != "" {
			s.web.DeployStatus(id, state, page)
		}
	}
	run.Complete("success")
	if err := s.Settle(10 * time.Second); err != nil {
		t.Fatal(err)
	}
	told := map[string]timeline.DeployReport{}
	h := NewHooks(Options{Catalogue: shop(), Workflows: map[string][]string{"acme/web-app": {"deploy.yml"}}})
	for _, d := range s.Deliveries("deployment", "deployment_status", "workflow_run") {
		r, err := h.Parse(d.Event, d.Payload)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range r.Deploys {
			told[one.Source.ID] = one
		}
	}
	got, err := s.client.Deploys(t.Context(), noon().Add(-time.Hour))
	if err != nil || len(got) != 6 {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, one := range got {
		if one.State == timeline.DeployPending && one.Run.IsZero() {
			// Only the webhook of the deployment itself names its run.
			one.Run, one.URL, one.Source.URL = told[one.Source.ID].Run, told[one.Source.ID].URL, told[one.Source.ID].URL
		}
		if d := cmp.Diff(told[one.Source.ID], one); d != "" {
			t.Errorf("%s: %s", one.Source.ID, d)
		}
	}
}

func TestDeploysGiveWhatTheyGot(t *testing.T) {
	s := play(t, githubsim.Options{Permissions: map[string]string{"actions": "read"}}, deployOptions)
	s.web.Workflow(deployFlow())
	s.web.Trigger("deploy.yml", "push", "main", "joe")
	got, err := s.client.Deploys(t.Context(), time.Now().Add(-time.Hour))
	if len(got) != 2 || err == nil {
		t.Fatalf("%+v, %v", got, err)
	}
	tr, _ := errors.AsType[*timeline.Trouble](err)
	if !tr.Permanent || !strings.Contains(err.Error(), "of acme/web-app") || !strings.Contains(err.Error(), "of acme/auth-db") || !strings.Contains(err.Error(), "Deployments: read") {
		t.Errorf("%v", err)
	}
	s = play(t, githubsim.Options{}, deployOptions)
	s.web.Workflow(deployFlow())
	for range 20 {
		s.web.DeployStatus(s.web.Deploy(githubsim.Deployment{Ref: "main"}), "success")
	}
	s.Fail(githubsim.Fault{Path: "/statuses", Status: 429, RetryAfter: time.Minute, Times: -1})
	s.ResetCalls()
	got, err = s.client.Deploys(t.Context(), time.Now().Add(-time.Hour))
	if tr, _ := errors.AsType[*timeline.Trouble](err); len(got) != 0 || tr == nil || tr.After != time.Minute {
		t.Errorf("%+v, %v", got, err)
	}
	if n := len(s.CallsTo("GET", "/statuses")); n > 2*concurrent {
		t.Errorf("%d calls against a limit", n)
	}
}

func TestManyDeploys(t *testing.T) {
	s := play(t, githubsim.Options{NoLimits: true})
	for range 230 {
		s.web.Deploy(githubsim.Deployment{Ref: "main", Payload: map[string]any{"service": "worker"}})
	}
	got, err := s.client.Deploys(t.Context(), time.Now().Add(-time.Hour))
	if err != nil || len(got) != 230 {
		t.Errorf("%d, %v", len(got), err)
	}
	// Catching up again costs next to nothing: statuses that did not change are free.
	s.ResetCalls()
	if got, err = s.client.Deploys(t.Context(), time.Now().Add(-time.Hour)); err != nil || len(got) != 230 {
		t.Errorf("%d, %v", len(got), err)
	}
	for _, c := range s.CallsTo("GET", "/statuses") {
		if c.Status != 304 {
			t.Errorf("%s %d", c.Path, c.Status)
		}
	}
}
