package githubsim

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	st := start(t, Options{})
	w := rollback()
	w.Auto = &AutoRun{Step: time.Hour}
	st.repo.Workflow(w)
	e := listen(t)
	st.Hook("acme/web-app", e.URL, "s", "*")
	st.FailHook(HookFault{Event: "workflow_run", Delay: time.Hour})
	st.dispatched(map[string]any{"version": "v1"})
	st.Fail(Fault{Delay: time.Hour})
	done := make(chan struct{})
	go func() {
		defer close(done)
		if resp, err := st.try("POST", web("/issues"), `{"title":"late"}`); err == nil {
			resp.Body.Close()
		}
	}()
	eventually(t, "the call is held back", func() bool { return len(st.CallsTo("POST", "issues")) == 1 })
	began := time.Now()
	st.Close()
	st.Close()
	<-done
	if took := time.Since(began); took > time.Second {
		t.Errorf("closing took %v", took)
	}
	if len(st.repo.issues) != 0 {
		t.Error("what was held back happened when the server closed")
	}
	never := func([]Delivery) bool { return false }
	if err := st.WaitDelivered(time.Second, never); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("waited after the end: %v", err)
	}
}

func TestSettleSaysWhenItDoesNot(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	e.answers(200, 200*time.Millisecond)
	st.Hook("acme/web-app", e.URL, "s")
	if err := st.Settle(10 * time.Millisecond); err == nil {
		t.Error("settled while a ping was under way")
	}
	if err := st.WaitDelivered(2*time.Second, func(d []Delivery) bool { return len(d) == 1 && d[0].Done }); err != nil {
		t.Error(err)
	}
}

func TestATakenPortIsAnError(t *testing.T) {
	st := start(t, Options{})
	if s, err := Start(Options{Addr: strings.TrimPrefix(st.URL(), "http://")}); err == nil {
		s.Close()
		t.Error("two servers on one port")
	}
}

func TestWhatCannotBePanicsWithASentence(t *testing.T) {
	st := start(t, Options{})
	st.repo.Workflow(rollback())
	run := st.dispatched(map[string]any{"version": "v1"})
	for name, f := range map[string]func(){
		"repository":  func() { st.Repo("web-app") },
		"tag":         func() { st.repo.Tag("v1", "nowhere") },
		"review":      func() { st.repo.Review(9, Review{State: "APPROVED"}) },
		"deployment":  func() { st.repo.DeployStatus(9, "success") },
		"state":       func() { st.repo.DeployStatus(st.repo.Deploy(Deployment{Ref: "main"}), "fine") },
		"job":         func() { run.StartJob("nowhere") },
		"step":        func() { run.Step("deploy", "nowhere", "") },
		"run":         func() { st.Run(1) },
		"hook":        func() { st.Hook("acme/other", "http://127.0.0.1/", "s") },
		"app":         func() { st.AppHook(1, "http://127.0.0.1/", "s") },
		"check":       func() { st.repo.CheckRun("main", CheckRun{Name: "x", Status: "queued", Conclusion: "success"}) },
		"status":      func() { st.repo.Status("main", Status{State: "fine"}) },
		"workflow":    func() { st.repo.Workflow(Workflow{File: ".github/workflows/x.yml"}) },
		"merge":       func() { st.repo.Merge(1, "ana") },
		"empty push":  func() { st.repo.Push(Push{}) },
		"parent":      func() { st.repo.Commit(Commit{Parents: []string{"nowhere"}}) },
		"trigger":     func() { st.repo.Trigger("nowhere.yml", "push", "main", "ana") },
		"review word": func() { st.repo.Review(1, Review{State: "FINE"}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "githubsim: ") {
					t.Errorf("it said %q", text)
				}
			}()
			f()
		})
	}
	// The lock is free again.
	st.get(web(""))
}

func TestTheSmallReads(t *testing.T) {
	st := start(t, Options{Login: "ana"})
	r := st.Repo("acme/docs", Private(), DefaultBranch("trunk"))
	sha := r.File("guide.md", "# Guide\n")
	r.File("guide.md", "# Draft\n", "draft")
	r.Tag("v1", sha)
	if text, _ := r.ReadFile("v1", "guide.md"); text != "# Guide\n" {
		t.Errorf("read %q", text)
	}
	st.get("repos/acme/docs").wants("trunk", "default_branch").wants("true", "private").wants("private", "visibility").wants("true", "permissions", "push")
	if got := st.get("repos/acme/docs/branches").column("name"); !cmp.Equal(got, []string{"draft", "trunk"}) {
		t.Errorf("branches %v", got)
	}
	st.get("repos/acme/docs/git/matching-refs/heads/d").wants("refs/heads/draft", 0, "ref")
	st.get("user").wants("ana", "login")
	a := st.repo.PullRequest(PR{Title: "A", HeadSHA: "main", CreatedAt: time.Unix(1000, 0)})
	b := st.repo.PullRequest(PR{Title: "B", HeadSHA: "main", CreatedAt: time.Unix(2000, 0)})
	for query, first := range map[string]int{"": b, "?direction=asc": a, "?sort=updated": a, "?sort=updated&direction=desc": b} {
		st.get(web("/pulls%s", query)).wants(first, 0, "number")
	}
	st.call("GET", web("/pulls?state=merged"), nil).is(422)
	d := st.repo.Deploy(Deployment{Ref: "main"})
	id := st.repo.DeployStatus(d, "success", LogURL("https://ci.example.com/1"))
	st.get(web("/deployments/%d/statuses/%d", d, id)).wants("https://ci.example.com/1", "log_url")
}
