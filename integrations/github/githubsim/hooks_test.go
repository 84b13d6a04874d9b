package githubsim

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestADeliveryIsSignedAndAddressed(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	id := st.Hook("acme/web-app", e.URL+"/hook", "s3cret", "push")
	st.settle()
	ping := e.list("ping")
	if len(ping) != 1 || dig(ping[0].body, "zen") == nil || dig(ping[0].body, "hook", "config", "url") != e.URL+"/hook" || strings.Contains(string(ping[0].raw), "s3cret") {
		t.Fatalf("ping: %v", ping)
	}
	st.repo.Push(Push{Commits: []Commit{{Message: "A", Author: "ana", Files: []File{{Name: "new.go"}, {Name: "README.md"}}}, {Message: "B", Author: "ana"}}})
	st.repo.Commit(Commit{Message: "unseen"})
	st.repo.Release(Release{Tag: "v1"})
	st.settle()
	got := e.list("push")
	if len(got) != 2 {
		t.Fatalf("pushes: %d", len(got))
	}
	h := got[0]
	mac, old := hmac.New(sha256.New, []byte("s3cret")), hmac.New(sha1.New, []byte("s3cret"))
	mac.Write(h.raw)
	old.Write(h.raw)
	for name, want := range map[string]string{
		"X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil)), "X-Hub-Signature": "sha1=" + hex.EncodeToString(old.Sum(nil)),
		"X-GitHub-Hook-ID": itoa64(id), "X-GitHub-Hook-Installation-Target-Type": "repository", "Content-Type": "application/json",
	} {
		if h.header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, h.header.Get(name), want)
		}
	}
	if len(h.header.Get("X-GitHub-Delivery")) != 36 || !strings.HasPrefix(h.header.Get("User-Agent"), "GitHub-Hookshot/") {
		t.Errorf("headers %v", h.header)
	}
	a := answer{t: t, body: h.body, text: string(h.raw)}
	a.wants("refs/heads/main", "ref").wants("A", "commits", 0, "message").wants("new.go", "commits", 0, "added", 0).wants("README.md", "commits", 0, "modified", 0)
	a.wants("B", "head_commit", "message").wants("ana", "pusher", "name").wants("false", "forced")
	answer{t: t, body: got[1].body}.wants("refs/tags/v1", "ref").wants("true", "created").wants(noCommit, "before")
}

func TestARunTellsItsHooks(t *testing.T) {
	st := start(t, Options{})
	w := rollback()
	w.Auto = &AutoRun{Environment: "production", VersionInput: "version"}
	st.repo.Workflow(w)
	e := listen(t)
	st.Hook("acme/web-app", e.URL, "s3cret", "workflow_run", "workflow_job", "deployment_status")
	run := st.dispatched(map[string]any{"version": "v1", "backout_id": "b-1"})
	eventually(t, "it succeeds", func() bool { return run.Conclusion() == "success" })
	st.settle()
	if diff := cmp.Diff([]string{"workflow_run requested", "workflow_run in_progress", "workflow_run completed"}, e.all("workflow_run")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"queued", "queued", "in_progress", "completed", "in_progress", "completed"},
		strings.Fields(strings.ReplaceAll(strings.Join(e.all("workflow_job"), " "), "workflow_job ", ""))); diff != "" {
		t.Error(diff)
	}
	for _, h := range e.list("workflow_run") {
		a := answer{t: t, body: h.body}
		a.wants("Rollback to v1 [id: b-1]", "workflow_run", "display_title").wants(".github/workflows/rollback.yml", "workflow", "path")
	}
	status := answer{t: t, body: e.list("deployment_status")[0].body}
	status.wants("Rollback to v1 [id: b-1]", "workflow_run", "display_title").wants("Rollback", "workflow", "name").wants("v1", "deployment", "payload", "version")
	if _, there := status.body.(map[string]any)["check_run"]; !there {
		t.Error("check_run is null, not absent")
	}
}

func TestAFailedDeliveryIsNeverRepeatedButCanBe(t *testing.T) {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	st := start(t, Options{Clock: func() time.Time { return now }, HookDeadline: 50 * time.Millisecond})
	e := listen(t)
	id := st.Hook("acme/web-app", e.URL, "s3cret", "release")
	st.settle()
	e.answers(http.StatusInternalServerError, 0)
	st.repo.Release(Release{Tag: "v1", Draft: true})
	st.settle()
	e.answers(http.StatusOK, 200*time.Millisecond)
	st.repo.Release(Release{Tag: "v2", Draft: true})
	st.settle()
	e.answers(http.StatusOK, 0)
	time.Sleep(100 * time.Millisecond)
	if n := len(e.list("release")); n != 2 {
		t.Fatalf("%d attempts for two releases", n)
	}

	deliveries := web("/hooks/%d/deliveries", id)
	a := st.get(deliveries+"?status=failure").wants(504, 0, "status_code").wants("timed out", 0, "status").wants(500, 1, "status_code").wants("Invalid HTTP Response: 500", 1, "status")
	st.get(deliveries+"?status=success").wants("ping", 0, "event").wants("OK", 0, "status").wants("<nil>", 0, "action")
	a.wants("release", 0, "event").wants("created", 0, "action").wants("false", 0, "redelivery").wants("<nil>", 0, "throttled_at")
	st.call("GET", deliveries+"?status=lost", nil).is(422)
	st.call("GET", deliveries+"?cursor=x", nil).is(422)

	one := st.get(deliveries+"/"+itoa64(a.id(1, "id"))).wants("v1", "request", "payload", "release", "tag_name")
	guid, _ := one.wants("release", "request", "headers", "X-Github-Event").at("guid").(string)
	st.post(deliveries+"/"+itoa64(a.id(1, "id"))+"/attempts", nil).is(202)
	st.settle()
	b := st.get(deliveries).wants(guid, 0, "guid").wants("true", 0, "redelivery").wants(200, 0, "status_code")
	if b.id(0, "id") == a.id(1, "id") {
		t.Error("a redelivery has an id of its own")
	}
	got := e.list("release")
	if string(got[2].raw) != string(got[0].raw) || got[2].header.Get("X-GitHub-Delivery") != guid {
		t.Error("a redelivery is the same under the same GUID")
	}
	if err := st.Redeliver(guid); err != nil {
		t.Fatal(err)
	}
	st.settle()
	if err := st.Redeliver("nonsense"); err == nil {
		t.Error("nonsense was redelivered")
	}
	now = now.Add(73 * time.Hour)
	st.get(deliveries).wants("[]")
	st.post(deliveries+"/"+itoa64(a.id(1, "id"))+"/attempts", nil).is(404)
}

func TestDeliveriesArePagedByCursor(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	id := st.Hook("acme/web-app", e.URL, "", "deployment")
	for range 5 {
		st.repo.Deploy(Deployment{Ref: "main"})
	}
	st.settle()
	if e.list("deployment")[0].header.Get("X-Hub-Signature-256") != "" {
		t.Error("signed without a secret")
	}
	seen, next := 0, st.APIURL()+web("/hooks/%d/deliveries?per_page=2", id)
	for next != "" {
		a := st.get(next)
		seen += len(a.column("id"))
		u, _, _ := strings.Cut(a.header.Get("Link"), ">")
		next = strings.TrimPrefix(u, "<")
	}
	if seen != 6 {
		t.Errorf("the pages have %d deliveries", seen)
	}
	st.post(web("/hooks/%d/pings", id), nil).is(204)
	st.settle()
	if n := len(e.list("ping")); n != 2 {
		t.Errorf("%d pings", n)
	}
	st.Hook("acme/web-app", e.URL, "s3cret")
	st.get(web("/hooks")).wants(id, 0, "id").wants("<nil>", 0, "config", "secret").wants("********", 1, "config", "secret").wants("push", 1, "events", 0)
}

func TestWebhookFaults(t *testing.T) {
	titles := func(e *ear) string {
		var out []string
		for _, h := range e.list("deployment") {
			out = append(out, dig(h.body, "deployment", "description").(string))
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		name  string
		fault HookFault
		heard string
		known int // deployment deliveries in the list
	}{
		{"none", HookFault{Event: "push"}, "1 2 3", 3},
		{"drop", HookFault{Event: "deployment", Drop: true}, "2 3", 3},
		{"drop the second", HookFault{Event: "deployment", Skip: 1, Drop: true}, "1 3", 3},
		{"drop all", HookFault{Event: "deployment", Action: "created", Times: -1, Drop: true}, "", 3},
		{"vanish", HookFault{Event: "deployment", Vanish: true}, "2 3", 2},
		{"duplicate", HookFault{Event: "deployment", Duplicate: 1}, "1 1 2 3", 3},
		{"reorder", HookFault{Event: "deployment", Reorder: true}, "2 1 3", 3},
		{"reorder the last", HookFault{Event: "deployment", Skip: 2, Reorder: true}, "1 2 3", 3},
		{"delay", HookFault{Event: "deployment", Delay: 50 * time.Millisecond}, "2 3 1", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, Options{})
			e := listen(t)
			id := st.Hook("acme/web-app", e.URL, "s3cret", "deployment")
			st.FailHook(c.fault)
			for _, d := range []string{"1", "2", "3"} {
				st.repo.Deploy(Deployment{Ref: "main", Description: d})
			}
			st.settle()
			got := titles(e)
			// What overtakes and what is overtaken may meet: only the first is sure.
			if c.fault.Reorder && c.fault.Skip == 0 && got == "2 3 1" {
				got = "2 1 3"
			}
			if got != c.heard {
				t.Errorf("heard %q, want %q", got, c.heard)
			}
			if n := len(st.Deliveries("deployment")); n != c.known {
				t.Errorf("%d deliveries, want %d", n, c.known)
			}
			if n := len(st.get(web("/hooks/%d/deliveries", id)).column("id")); n != c.known+1 {
				t.Errorf("%d deliveries in the list", n)
			}
		})
	}
}

func TestHooksOfOneEventShareTheGUID(t *testing.T) {
	st := start(t, Options{})
	a, b := listen(t), listen(t)
	st.Hook("acme/web-app", a.URL, "s", "*")
	second := st.Hook("acme/web-app", b.URL, "s", "deployment")
	st.repo.Deploy(Deployment{Ref: "main"})
	st.settle()
	if x, y := a.list("deployment")[0].header, b.list("deployment")[0].header; x.Get("X-GitHub-Delivery") != y.Get("X-GitHub-Delivery") || x.Get("X-GitHub-Hook-ID") == y.Get("X-GitHub-Hook-ID") {
		t.Errorf("%v and %v", x, y)
	}
	st.Unhook(second)
	st.repo.Deploy(Deployment{Ref: "main"})
	st.settle()
	if n := len(b.list("deployment")); n != 1 {
		t.Errorf("a removed hook heard %d", n)
	}
}

func TestEverythingElseThatIsTold(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	st.Hook("acme/web-app", e.URL, "s", "*")
	n := st.repo.PullRequest(PR{Title: "T", Author: "ana", Head: "x", HeadSHA: st.repo.Commit(Commit{Message: "x", Branch: "x"})})
	st.repo.Review(n, Review{User: "ben", State: "APPROVED"})
	st.repo.Merge(n, "ben")
	st.repo.CheckRun("main", CheckRun{Name: "test", Conclusion: "success"})
	st.repo.Status("main", Status{State: "success"})
	st.post(web("/issues"), map[string]any{"title": "T"}).is(201)
	st.post(web("/issues/2/comments"), map[string]any{"body": "B"}).is(201)
	st.repo.Release(Release{Tag: "v1"})
	st.settle()
	want := []string{
		"ping <nil>", "pull_request opened", "pull_request_review submitted", "pull_request closed", "push <nil>", "check_run completed", "status <nil>",
		"issues opened", "issue_comment created", "push <nil>", "release created", "release published", "release released",
	}
	if diff := cmp.Diff(want, e.all()); diff != "" {
		t.Error(diff)
	}
	closed := answer{t: t, body: e.list("pull_request")[1].body}
	closed.wants("true", "pull_request", "merged").wants(st.repo.Head("main"), "pull_request", "merge_commit_sha").wants("ben", "pull_request", "merged_by", "login")
	answer{t: t, body: e.list("pull_request_review")[0].body}.wants("approved", "review", "state")
}
