package github

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"backout/integrations/github/githubsim"
	"backout/timeline"
)

func TestFindRunTellsRunsApart(t *testing.T) {
	s := play(t, githubsim.Options{NoLimits: true})
	s.web.Workflow(rollback())
	want := map[string]int64{}
	for i := 1; i <= 130; i++ {
		id := fmt.Sprintf("INC-7-R1-%d", i)
		run, err := s.client.Dispatch(t.Context(), rollbackTo(id))
		if err != nil {
			t.Fatal(err)
		}
		want[id] = run.ID
	}
	for _, id := range []string{"INC-7-R1-1", "INC-7-R1-13", "INC-7-R1-130"} {
		run, found, err := s.client.FindRun(t.Context(), "acme/web-app", "rollback.yml", id, time.Now().Add(-time.Minute))
		if err != nil || !found || run.ID != want[id] {
			t.Errorf("%s: %+v, %v, %v; want %d", id, run, found, err, want[id])
		}
	}
	if _, found, err := s.client.FindRun(t.Context(), "acme/web-app", "rollback.yml", "INC-7-R1", time.Now()); found || err != nil {
		t.Errorf("half an id finds a run: %v", err)
	}
	if _, found, err := s.client.FindRun(t.Context(), "acme/web-app", "rollback.yml", "INC-7-R1-1", time.Now().Add(2*time.Minute)); found || err != nil {
		t.Errorf("a run from before: %v", err)
	}
	_, _, err := s.client.FindRun(t.Context(), "acme/web-app", "none.yml", "INC-7-R1-1", time.Now())
	if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, "workflow none.yml of acme/web-app") {
		t.Errorf("%+v", tr)
	}
}

func TestCarries(t *testing.T) {
	for _, c := range []struct {
		title, id string
		want      bool
	}{
		{"Rollback [id: INC-7-R1-1]", "INC-7-R1-1", true},
		{"INC-7-R1-1", "INC-7-R1-1", true},
		{"rollback-INC-7-R1-1", "INC-7-R1-1", true},
		{"id:INC-7-R1-1.", "INC-7-R1-1", true},
		{"(INC-7-R1-1) – done", "INC-7-R1-1", true},
		{"INC-7-R1-1 - done", "INC-7-R1-1", true},
		{"INC-7-R1-11 INC-7-R1-1", "INC-7-R1-1", true},
		{"INC-7-R1-11", "INC-7-R1-1", false},
		{"INC-7-R1-1-2", "INC-7-R1-1", false},
		{"INC-7-R1-1.2", "INC-7-R1-1", false},
		{"xINC-7-R1-1", "INC-7-R1-1", false},
		{"Rollback [id: INC-7/R1/1]", "INC-7/R1/1", true},
		{"Rollback [id: INC-7/R1/11]", "INC-7/R1/1", false},
		{"Rollback [id: INC-7/R1/1]", "INC-7/R1", false},
		{"17-1", "7-1", false},
		{"é7-1", "7-1", false},
		{"\xff7-1", "7-1", true},
		{"", "7-1", false},
		{"anything", "", false},
		{"aaa", "a", false},
	} {
		if got := carries(c.title, c.id); got != c.want {
			t.Errorf("carries(%q, %q) = %v", c.title, c.id, got)
		}
	}
}

func TestARunIsFollowedToItsEnd(t *testing.T) {
	s := play(t, githubsim.Options{})
	s.web.Workflow(rollback())
	started, err := s.client.Dispatch(t.Context(), rollbackTo("x"))
	if err != nil {
		t.Fatal(err)
	}
	look := func() timeline.WorkflowRun {
		t.Helper()
		run, err := s.client.Run(t.Context(), "acme/web-app", started.ID)
		if err != nil {
			t.Fatal(err)
		}
		if run.ID != started.ID || run.Link != started.Link || run.Created.IsZero() || run.Updated.IsZero() {
			t.Errorf("run %+v", run)
		}
		return run
	}
	jobs := func(r timeline.WorkflowRun) string {
		out := fmt.Sprintf("%s/%s %d:", r.Status, r.Conclusion, r.Attempt)
		for _, j := range r.Jobs {
			if j.Link == "" {
				t.Errorf("no link: %+v", j)
			}
			out += fmt.Sprintf(" %s=%s/%s at %q", j.Name, j.Status, j.Conclusion, j.Step)
		}
		return out
	}
	h := s.Run(started.ID)
	if got := jobs(look()); got != `queued/ 1: deploy=queued/ at "" report=queued/ at ""` {
		t.Error(got)
	}
	h.Wait("production")
	if got := look(); got.Status != "waiting" {
		t.Error(jobs(got))
	}
	h.Approve()
	h.StartJob("deploy")
	h.Step("deploy", "Check out", "success")
	h.Step("deploy", "Switch", "")
	if got := jobs(look()); got != `in_progress/ 1: deploy=in_progress/ at "Switch" report=queued/ at ""` {
		t.Error(got)
	}
	h.Step("deploy", "Switch", "failure")
	h.FinishJob("deploy", "failure")
	h.FinishJob("report", "skipped")
	h.Complete("failure")
	got := look()
	if got := jobs(got); got != `completed/failure 1: deploy=completed/failure at "Switch" report=completed/skipped at ""` {
		t.Error(got)
	}
	if f := got.FailedJobs(); len(f) != 1 || f[0].Name != "deploy" {
		t.Errorf("failed %+v", f)
	}

	if err := s.client.Rerun(t.Context(), "acme/web-app", started.ID); err != nil {
		t.Fatal(err)
	}
	if got := look(); got.Attempt != 2 || got.Status != "queued" || got.Conclusion != "" {
		t.Error(jobs(got))
	}
	h.Complete("success")
	if got := look(); got.Attempt != 2 || got.Conclusion != "success" || len(got.FailedJobs()) != 0 {
		t.Error(jobs(got))
	}
}

func TestPollingIsFree(t *testing.T) {
	s := play(t, githubsim.Options{PrimaryLimit: 20})
	s.web.Workflow(rollback())
	started, err := s.client.Dispatch(t.Context(), rollbackTo("x"))
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.client.Run(t.Context(), "acme/web-app", started.ID)
	if err != nil {
		t.Fatal(err)
	}
	for range 40 {
		again, err := s.client.Run(t.Context(), "acme/web-app", started.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(first, again); d != "" {
			t.Fatal(d)
		}
	}
	if n := len(s.CallsTo("GET", "runs")); n != 82 {
		t.Errorf("%d calls", n)
	}
	for _, c := range s.CallsTo("GET", "runs")[2:] {
		if c.Status != http.StatusNotModified {
			t.Errorf("%s %d", c.Path, c.Status)
		}
	}
	s.Run(started.ID).Complete("success")
	if again, err := s.client.Run(t.Context(), "acme/web-app", started.ID); err != nil || again.Conclusion != "success" {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestJobsThatMayNotBeSeenDoNotHideTheRun(t *testing.T) {
	s := play(t, githubsim.Options{})
	s.web.Workflow(rollback())
	started, err := s.client.Dispatch(t.Context(), rollbackTo("x"))
	if err != nil {
		t.Fatal(err)
	}
	s.Fail(githubsim.Fault{Path: "jobs", Status: 404})
	if run, err := s.client.Run(t.Context(), "acme/web-app", started.ID); err != nil || run.Status != "queued" || run.Jobs != nil {
		t.Errorf("%+v, %v", run, err)
	}
	s.Fail(githubsim.Fault{Path: "jobs", Status: 503})
	_, err = s.client.Run(t.Context(), "acme/web-app", started.ID)
	if tr := troubleOf(t, err); tr.Permanent || tr.Unsure || tr.After == 0 {
		t.Errorf("%+v", tr)
	}
	_, err = s.client.Run(t.Context(), "acme/web-app", 12)
	if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, "GitHub shows no run 12 of acme/web-app") {
		t.Errorf("%+v", tr)
	}
}

func TestManyJobs(t *testing.T) {
	s := play(t, githubsim.Options{})
	w := rollback()
	for i := range 230 {
		w.Jobs = append(w.Jobs, githubsim.Job{Name: fmt.Sprintf("more %d", i), Steps: []string{"x"}})
	}
	s.web.Workflow(w)
	started, err := s.client.Dispatch(t.Context(), rollbackTo("x"))
	if err != nil {
		t.Fatal(err)
	}
	if run, err := s.client.Run(t.Context(), "acme/web-app", started.ID); err != nil || len(run.Jobs) != 232 {
		t.Errorf("%d jobs, %v", len(run.Jobs), err)
	}
}

func TestCancelAndRerun(t *testing.T) {
	s := play(t, githubsim.Options{})
	s.web.Workflow(rollback())
	started, err := s.client.Dispatch(t.Context(), rollbackTo("x"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.client.Cancel(t.Context(), "acme/web-app", started.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the run is cancelled", func() bool {
		run, err := s.client.Run(t.Context(), "acme/web-app", started.ID)
		return err == nil && run.Conclusion == "cancelled"
	})
	if err := s.client.Cancel(t.Context(), "acme/web-app", started.ID); err != nil {
		t.Errorf("cancelling what is over: %v", err)
	}
	tr := troubleOf(t, s.client.Cancel(t.Context(), "acme/web-app", 12))
	if !tr.Permanent || !strings.Contains(tr.Sentence, "run 12") {
		t.Errorf("%+v", tr)
	}
	s.Fail(githubsim.Fault{Method: "POST", Path: "rerun-failed-jobs", Cut: true, AfterEffect: true})
	if tr := troubleOf(t, s.client.Rerun(t.Context(), "acme/web-app", started.ID)); !tr.Unsure {
		t.Errorf("%+v", tr)
	}
	if run, err := s.client.Run(t.Context(), "acme/web-app", started.ID); err != nil || run.Attempt != 2 {
		t.Errorf("%+v, %v", run, err)
	}
	s.Fail(githubsim.Fault{Method: "POST", Path: "cancel", Status: 409, Body: `{"message":"Cannot cancel a workflow re-run that has not yet queued."}`})
	if tr := troubleOf(t, s.client.Cancel(t.Context(), "acme/web-app", started.ID)); tr.Unsure || !strings.Contains(tr.Sentence, "not yet queued") {
		t.Errorf("%+v", tr)
	}
}

func TestPermissionsForRunsAreNamed(t *testing.T) {
	s := play(t, githubsim.Options{Permissions: map[string]string{"actions": "read"}})
	s.web.Workflow(rollback())
	run := s.web.Trigger("rollback.yml", "schedule", "main", "ana")
	for want, err := range map[string]error{
		"the GitHub token may not cancel workflow runs of acme/web-app; give it the permission Actions: write": s.client.Cancel(t.Context(), "acme/web-app", run.ID()),
		"the GitHub token may not re-run workflow runs of acme/web-app; give it the permission Actions: write": s.client.Rerun(t.Context(), "acme/web-app", run.ID()),
	} {
		if tr := troubleOf(t, err); !tr.Permanent || tr.Sentence != want {
			t.Errorf("%+v", tr)
		}
	}
}

func TestSeenIsBounded(t *testing.T) {
	var s seen
	for i := range 100 {
		s.put(fmt.Sprint(i), answer{etag: "x", body: make([]byte, maxSeenBody/2)})
		s.put(fmt.Sprint(i), answer{etag: "z", body: make([]byte, maxSeenBody)})
	}
	s.put("large", answer{etag: "x", body: make([]byte, maxSeenBody+1)})
	s.put("unmarked", answer{})
	if n := maxSeen / maxSeenBody; s.size != maxSeen || len(s.list) != n || len(s.order) != n {
		t.Errorf("%d bytes, %d and %d", s.size, len(s.list), len(s.order))
	}
	if a, ok := s.get("99"); !ok || a.etag != "z" {
		t.Errorf("%+v", a)
	}
}
