package githubsim

import (
	"net/http"
	"strings"
	"testing"
)

func TestEveryCallMustIntroduceItself(t *testing.T) {
	st := start(t, Options{})
	for _, c := range []struct {
		name   string
		header header
		status int
		says   string
	}{
		{"no token", header{"Authorization", ""}, 401, "Requires authentication"},
		{"wrong token", header{"Authorization", "Bearer ghp_wrong"}, 401, "Bad credentials"},
		{"token as Basic", header{"Authorization", "Basic " + DefaultToken}, 401, "Requires authentication"},
		{"token of the old form", header{"Authorization", "token " + DefaultToken}, 200, "full_name"},
		{"no user agent", header{"User-Agent", ""}, 403, "User-Agent"},
		{"unknown version", header{"X-GitHub-Api-Version", "2024-01-01"}, 400, "not a supported API version"},
		{"new version", header{"X-GitHub-Api-Version", newVersion}, 200, "full_name"},
		{"no version", header{"X-GitHub-Api-Version", ""}, 200, "full_name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st.call("GET", web(""), nil, c.header).is(c.status).says(c.says)
		})
	}
}

func TestWhatIsUnknownIsNotFound(t *testing.T) {
	st := start(t, Options{})
	for _, c := range [][2]string{
		{"GET", "repos/acme/other"}, {"GET", "repos/acme/other/actions/runs"}, {"GET", web("/nonsense")}, {"GET", "nonsense"},
		{"DELETE", web("")}, {"PUT", web("/actions/runs")}, {"GET", web("/actions/runs/1")}, {"GET", web("/actions/runs/x")},
		{"GET", web("/deployments/1")}, {"GET", web("/pulls/1")}, {"GET", web("/issues/1")}, {"GET", web("/hooks/1/deliveries")},
		{"GET", web("/compare/main...nowhere")}, {"GET", web("/compare/main")}, {"GET", web("/git/ref/heads/nowhere")}, {"GET", web("/contents/nowhere")},
	} {
		a := st.call(c[0], c[1], nil).is(404)
		if doc, _ := a.at("documentation_url").(string); !strings.HasPrefix(doc, "https://docs.github.com/rest") {
			t.Errorf("%s %s: documentation_url %q", c[0], c[1], doc)
		}
		a.wants("404", "status")
	}
	st.call("GET", "repos/ACME/Web-App", nil).is(200).wants("acme/web-app", "full_name")
}

func TestAnEnterpriseServerLivesBelowItsPrefix(t *testing.T) {
	st := start(t, Options{APIPrefix: "/api/v3"})
	if !strings.HasSuffix(st.APIURL(), "/api/v3/") {
		t.Fatalf("APIURL %q", st.APIURL())
	}
	st.get(web("")).wants(st.APIURL()+"repos/acme/web-app", "url")
	st.call("GET", st.URL()+"/repos/acme/web-app", nil).is(404)
}

func TestPermissions(t *testing.T) {
	for _, c := range []struct {
		name, method, path string
		perms              map[string]string
		status             int
	}{
		{"reads what it may read", "GET", "/actions/runs", map[string]string{"actions": "read"}, 200},
		{"may not write what it may read", "POST", "/actions/workflows/rollback.yml/dispatches", map[string]string{"actions": "read"}, 403},
		{"does not see what it may not read", "GET", "/actions/runs", map[string]string{"contents": "read"}, 404},
		{"may not write what it does not see", "POST", "/issues", map[string]string{"contents": "read"}, 403},
		{"writing includes reading", "GET", "/deployments", map[string]string{"deployments": "write"}, 200},
		{"metadata is implied", "GET", "", map[string]string{}, 200},
		{"checks below commits", "GET", "/commits/main/check-runs", map[string]string{"contents": "read"}, 404},
		{"pull requests below commits", "GET", "/commits/main/pulls", map[string]string{"pull_requests": "read"}, 200},
		{"workflow files need their own", "PUT", "/contents/.github/workflows/x.yml", map[string]string{"contents": "write"}, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, Options{Permissions: c.perms})
			st.repo.Workflow(rollback())
			a := st.call(c.method, web("%s", c.path), map[string]any{"message": "m", "content": ""}).is(c.status)
			if c.status == 403 {
				a.wants("Resource not accessible by personal access token", "message")
			}
		})
	}
}

func TestPages(t *testing.T) {
	st := start(t, Options{})
	for range 250 {
		st.repo.Deploy(Deployment{Ref: "main"})
	}
	if n := len(st.get(web("/deployments")).column("id")); n != 30 {
		t.Errorf("a page without per_page has %d", n)
	}
	a := st.get(web("/deployments?per_page=500&page=2"))
	if n := len(a.column("id")); n != 100 {
		t.Errorf("a page of 500 has %d", n)
	}
	link := a.header.Get("Link")
	for _, rel := range []string{`rel="next"`, `rel="prev"`, `rel="first"`, `rel="last"`} {
		if !strings.Contains(link, rel) {
			t.Errorf("no %s in %s", rel, link)
		}
	}
	n, next := 0, st.APIURL()+web("/deployments?per_page=100")
	for next != "" {
		a := st.get(next)
		n += len(a.column("id"))
		next = ""
		for part := range strings.SplitSeq(a.header.Get("Link"), ", ") {
			if u, is := strings.CutSuffix(part, `>; rel="next"`); is {
				next = strings.TrimPrefix(u, "<")
			}
		}
	}
	if n != 250 {
		t.Errorf("all pages together have %d", n)
	}
	if a := st.get(web("/deployments?page=9&per_page=100")); a.text != "[]" {
		t.Errorf("a page behind the last: %s", a.text)
	}
}

func TestWhoHasTheAnswerAlreadyGetsNone(t *testing.T) {
	st := start(t, Options{})
	st.repo.Workflow(rollback())
	run := st.dispatched(map[string]any{"version": "v1"})
	path := web("/actions/runs/%d", run.ID())
	a := st.get(path)
	tag := header{"If-None-Match", a.header.Get("ETag")}
	used := a.header.Get("X-RateLimit-Used")
	b := st.call("GET", path, nil, tag).is(http.StatusNotModified)
	if b.text != "" || b.header.Get("ETag") != tag.value {
		t.Errorf("304 with %q and tag %q", b.text, b.header.Get("ETag"))
	}
	if c := st.call("GET", "rate_limit", nil); c.header.Get("X-RateLimit-Used") != used {
		t.Errorf("a 304 costs: %s, then %s", used, c.header.Get("X-RateLimit-Used"))
	}
	run.StartJob("deploy")
	st.get(path, tag).wants("in_progress", "status")
}

func TestBodiesMustBeJSONObjects(t *testing.T) {
	st := start(t, Options{})
	st.post(web("/issues"), `{"title":`).is(400).wants("Problems parsing JSON", "message")
	st.post(web("/issues"), `["title"]`).is(400).wants("Body should be a JSON object", "message")
	st.post(web("/issues"), `{"title": 7}`).is(422)
	st.post(web("/issues"), ``).is(422).wants("missing_field", "errors", 0, "code")
}

func TestTheSameSeedGivesTheSameIds(t *testing.T) {
	a, b := start(t, Options{Seed: 7}), start(t, Options{Seed: 7})
	c := start(t, Options{Seed: 8})
	commit := Commit{Message: "Faster"}
	first, second, other := a.repo.Commit(commit), b.repo.Commit(commit), c.repo.Commit(commit)
	if first != second || first == other {
		t.Errorf("%s, %s, %s", first, second, other)
	}
}
