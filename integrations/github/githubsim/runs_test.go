package githubsim

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestListsLagBehindTheDispatch(t *testing.T) {
	st := start(t, Options{ListLag: 80 * time.Millisecond})
	st.repo.Workflow(rollback())
	run := st.dispatched(map[string]any{"version": "v1"})
	st.get(web("/actions/workflows/rollback.yml/runs")).wants(0, "total_count")
	st.get(web("/actions/runs/%d", run.ID()))
	eventually(t, "the run shows up", func() bool {
		return st.get(web("/actions/workflows/rollback.yml/runs")).id("total_count") == 1
	})
}

func TestRunsAreFiltered(t *testing.T) {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	st := start(t, Options{Clock: func() time.Time { return now }, Login: "ana"})
	st.repo.Workflow(rollback())
	st.repo.Workflow(Workflow{File: "ci.yml", NoDispatch: true})
	st.repo.Trigger("ci.yml", "push", "main", "ben").Complete("failure")
	now = now.Add(time.Hour)
	st.dispatched(map[string]any{"version": "v1"})
	now = now.Add(24 * time.Hour)
	st.dispatched(map[string]any{"version": "v2"}).Complete("success")
	sha := st.repo.Head("main")
	for _, c := range []struct {
		query string
		runs  string // versions, newest first
	}{
		{"", "v2 v1 ci"}, {"actor=ana", "v2 v1"}, {"actor=nobody", ""}, {"event=push", "ci"}, {"event=workflow_dispatch", "v2 v1"},
		{"branch=main", "v2 v1 ci"}, {"branch=other", ""}, {"status=completed", "v2 ci"}, {"status=queued", "v1"}, {"status=success", "v2"},
		{"status=failure&event=push", "ci"}, {"head_sha=" + sha, "v2 v1 ci"}, {"head_sha=" + strings.Repeat("0", 40), ""},
		{"created=2026-11-20", "v1 ci"}, {"created=>=2026-11-20T11:00:00Z", "v2 v1"}, {"created=>2026-11-20T11:00:00Z", "v2"},
		{"created=<=2026-11-20T10:00:00Z", "ci"}, {"created=<2026-11-21", "v1 ci"}, {"created=2026-11-20T10:30:00Z..2026-11-20T12:00:00Z", "v1"},
		{"created=2026-11-20T10:30:00Z..*", "v2 v1"}, {"created=*..2026-11-20T10:30:00Z", "ci"},
	} {
		t.Run(c.query, func(t *testing.T) {
			got := st.get(web("/actions/runs?%s", strings.ReplaceAll(c.query, ">", "%3E"))).column("display_title", "workflow_runs")
			for i, title := range got {
				got[i], _, _ = strings.Cut(strings.TrimPrefix(title, "Rollback to "), " [")
				if strings.HasPrefix(title, "Initial") {
					got[i] = "ci"
				}
			}
			if s := strings.Join(got, " "); s != c.runs {
				t.Errorf("%q, want %q", s, c.runs)
			}
		})
	}
	st.call("GET", web("/actions/runs?status=sleeping"), nil).is(422)
	st.call("GET", web("/actions/runs?created=yesterday"), nil).is(422)
	st.get(web("/actions/workflows/rollback.yml/runs")).wants(2, "total_count")
}

func TestAFilteredListEndsAtAThousand(t *testing.T) {
	st := start(t, Options{NoLimits: true})
	st.repo.Workflow(Workflow{File: "ci.yml", NoDispatch: true})
	for range 1005 {
		st.repo.Trigger("ci.yml", "push", "main", "ben")
	}
	last := web("/actions/runs?per_page=100&page=11")
	if n := len(st.get(last).column("id", "workflow_runs")); n != 5 {
		t.Errorf("unfiltered, page 11 has %d", n)
	}
	if n := len(st.get(last+"&event=push").wants(1005, "total_count").column("id", "workflow_runs")); n != 0 {
		t.Errorf("filtered, page 11 has %d", n)
	}
}

func TestARunLivesAsItIsTold(t *testing.T) {
	st := start(t, Options{})
	st.repo.Workflow(rollback())
	run := st.dispatched(map[string]any{"version": "v1"})
	jobs := web("/actions/runs/%d/jobs", run.ID())
	st.get(jobs).wants(2, "total_count").wants("queued", "jobs", 0, "status").wants("[]", "jobs", 0, "steps")

	run.StartJob("deploy")
	run.Step("deploy", "Check out", "success")
	run.Step("deploy", "Deploy", "")
	a := st.get(jobs).wants("in_progress", "jobs", 0, "status").wants("queued", "jobs", 1, "status")
	if got := strings.Join(a.column("status", "jobs", 0, "steps"), " "); got != "completed completed in_progress queued" {
		t.Errorf("steps are %s", got)
	}
	run.FinishJob("deploy", "failure")
	a = st.get(jobs).wants("failure", "jobs", 0, "conclusion")
	if got := strings.Join(a.column("conclusion", "jobs", 0, "steps"), " "); got != "success success failure success" {
		t.Errorf("steps ended as %s", got)
	}
	run.Complete("failure")
	st.get(jobs).wants("failure", "jobs", 1, "conclusion")
	st.get(web("/actions/runs/%d", run.ID())).wants("completed", "status").wants("failure", "conclusion")
	run.StartJob("verify")
	if run.Status() != "completed" {
		t.Error("a finished run went on")
	}
	st.get(web("/actions/jobs/%d", st.get(jobs).id("jobs", 0, "id"))).wants("deploy", "name")
	st.call("GET", jobs+"?filter=some", nil).is(422)
}

func TestStartupFailureHasNoJobs(t *testing.T) {
	st := start(t, Options{})
	st.repo.Workflow(rollback())
	run := st.dispatched(map[string]any{"version": "v1"})
	run.Complete("startup_failure")
	st.get(web("/actions/runs/%d/jobs", run.ID())).wants(0, "total_count")
}

func TestCancel(t *testing.T) {
	st := start(t, Options{})
	w := rollback()
	w.Auto = &AutoRun{Step: time.Hour}
	st.repo.Workflow(w)
	w.File, w.Stubborn = "stubborn.yml", true
	st.repo.Workflow(w)
	run := st.dispatched(map[string]any{"version": "v1"})
	path := web("/actions/runs/%d", run.ID())
	st.post(path+"/force-cancel", nil).is(409)
	st.post(path+"/cancel", nil).is(202)
	eventually(t, "it is cancelled", func() bool { return run.Conclusion() == "cancelled" })
	st.post(path+"/cancel", nil).is(409).wants("Cannot cancel a workflow run that is completed.", "message")
	st.post(path+"/force-cancel", nil).is(409)

	id := st.post(web("/actions/workflows/stubborn.yml/dispatches"), map[string]any{"ref": "main", "inputs": map[string]any{"version": "v1"}, "return_run_details": true}).id("workflow_run_id")
	st.post(web("/actions/runs/%d/cancel", id), nil).is(202)
	time.Sleep(50 * time.Millisecond)
	if st.Run(id).Over() {
		t.Error("a stubborn run took the cancellation")
	}
	st.post(web("/actions/runs/%d/force-cancel", id), nil).is(202)
	eventually(t, "it is cancelled by force", func() bool { return st.Run(id).Conclusion() == "cancelled" })
}

func TestRerunKeepsTheIdAndRaisesTheAttempt(t *testing.T) {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	st := start(t, Options{Clock: func() time.Time { return now }})
	st.repo.Workflow(rollback())
	run := st.dispatched(map[string]any{"version": "v1"})
	path := web("/actions/runs/%d", run.ID())
	st.post(path+"/rerun", nil).is(403).says("already running")
	run.FinishJob("deploy", "success")
	run.FinishJob("verify", "failure")
	run.Complete("failure")
	st.post(path+"/rerun-failed-jobs", nil).is(201)
	st.get(path).wants(2, "run_attempt").wants("queued", "status").wants("<nil>", "conclusion").wants(run.ID(), "id")
	st.get(path+"/attempts/1").wants("failure", "conclusion").wants(1, "run_attempt")
	st.get(path+"/attempts/2").wants("queued", "status")
	st.call("GET", path+"/attempts/3", nil).is(404)
	latest := st.get(path + "/jobs")
	if got := strings.Join(latest.column("status", "jobs"), " "); got != "completed queued" {
		t.Errorf("jobs of the second attempt are %s", got)
	}
	st.get(path+"/jobs?filter=all").wants(4, "total_count")
	st.get(path+"/attempts/1/jobs").wants(2, "total_count").wants("failure", "jobs", 1, "conclusion")
	run.Complete("success")
	st.post(path+"/rerun-failed-jobs", nil).is(403).says("cannot be retried")
	st.post(path+"/rerun", map[string]any{"enable_debug_logging": true}).is(201)
	run.Complete("success")
	if run.Attempt() != 3 {
		t.Errorf("attempt %d", run.Attempt())
	}
	now = now.Add(31 * 24 * time.Hour)
	st.post(path+"/rerun", nil).is(403).says("over a month ago")
}

func TestAWaitingRunIsApprovedByItsReviewers(t *testing.T) {
	st := start(t, Options{})
	w := rollback()
	w.Auto = &AutoRun{Wait: true, Reviewers: []string{"ana"}, Environment: "production"}
	st.repo.Workflow(w)
	e := listen(t)
	st.Hook("acme/web-app", e.URL, "s", "deployment_review")
	run := st.dispatched(map[string]any{"version": "v1"})
	eventually(t, "it waits", func() bool { return run.Status() == "waiting" })
	path := web("/actions/runs/%d/pending_deployments", run.ID())
	a := st.get(path).wants("production", 0, "environment", "name").wants("false", 0, "current_user_can_approve").wants("ana", 0, "reviewers", 0, "reviewer", "login")
	ask := map[string]any{"environment_ids": []int64{a.id(0, "environment", "id")}, "state": "approved", "comment": "go"}
	st.post(path, ask).is(422).says("not a required reviewer")
	st.post(path, map[string]any{"state": "approved"}).is(422)
	run.Approve()
	eventually(t, "it goes on", func() bool { return run.Conclusion() == "success" })
	st.get(path).wants("[]")
	st.post(path, ask).is(422).says("No pending deployment")
	st.settle()
	if got := strings.Join(e.all("deployment_review"), ", "); got != "deployment_review requested, deployment_review approved" {
		t.Errorf("heard %s", got)
	}
}

func TestAReviewerMayReject(t *testing.T) {
	st := start(t, Options{Login: "ana"})
	st.repo.Workflow(rollback())
	run := st.dispatched(map[string]any{"version": "v1"})
	run.Wait("production", "ana")
	path := web("/actions/runs/%d/pending_deployments", run.ID())
	id := st.get(path).id(0, "environment", "id")
	st.post(path, map[string]any{"environment_ids": []int64{id}, "state": "rejected", "comment": ""}).is(200)
	if run.Conclusion() != "failure" {
		t.Errorf("rejected, and it is %q", run.Conclusion())
	}
}

func TestAnAutomaticRunDeploys(t *testing.T) {
	for _, c := range []struct {
		name, version, input string
		ref, payload         string
	}{
		{"with its own deployment", "v1", "version", "v1", "map[version:v1]"},
		{"as a job with environment does", "v1", "", "main", "map[]"},
		{"a version that nobody knows", "v0", "version", "main", "map[version:v0]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, Options{})
			st.repo.Tag("v1", st.repo.Commit(Commit{Message: "One"}))
			st.repo.Commit(Commit{Message: "Two"})
			w := rollback()
			w.Auto = &AutoRun{Environment: "production", VersionInput: c.input}
			st.repo.Workflow(w)
			run := st.dispatched(map[string]any{"version": c.version})
			eventually(t, "it succeeds", func() bool { return run.Conclusion() == "success" })
			a := st.get(web("/deployments?environment=production")).wants(c.ref, 0, "ref").wants(c.payload, 0, "payload")
			a.wants(st.repo.Head(c.ref), 0, "sha").wants("github-actions[bot]", 0, "creator", "login")
			st.get(web("/deployments/%d/statuses", a.id(0, "id"))).wants("success", 0, "state").wants("in_progress", 1, "state").wants(run.URL(), 0, "log_url")
		})
	}
}

func TestAnAutomaticRunFailsWhereItIsTold(t *testing.T) {
	for _, c := range []struct{ at, deploy, verify string }{
		{"Check out", "failure", "skipped"}, {"", "success", "failure"},
	} {
		st := start(t, Options{})
		w := rollback()
		w.Auto = &AutoRun{Conclusion: "failure", FailStep: c.at, Environment: "production"}
		st.repo.Workflow(w)
		run := st.dispatched(map[string]any{"version": "v1"})
		eventually(t, "it fails", func() bool { return run.Conclusion() == "failure" })
		a := st.get(web("/actions/runs/%d/jobs", run.ID()))
		if got := a.column("conclusion", "jobs"); !slices.Equal(got, []string{c.deploy, c.verify}) {
			t.Errorf("at %q: jobs %v in %s", c.at, got, a.text)
		}
		id := st.get(web("/deployments")).id(0, "id")
		st.get(web("/deployments/%d/statuses", id)).wants("failure", 0, "state")
	}
}

func TestAScriptDrivesEachAttempt(t *testing.T) {
	st := start(t, Options{})
	w := rollback()
	w.Script = func(r *Run) {
		if r.Attempt() == 1 {
			r.Pend()
			r.Pause(10 * time.Millisecond)
			r.Queue()
			r.Complete("timed_out")
			return
		}
		r.Complete("success")
	}
	st.repo.Workflow(w)
	run := st.dispatched(map[string]any{"version": "v1"})
	eventually(t, "it times out", func() bool { return run.Conclusion() == "timed_out" })
	st.post(web("/actions/runs/%d/rerun", run.ID()), nil).is(201)
	eventually(t, "it succeeds", func() bool { return run.Conclusion() == "success" })
}
