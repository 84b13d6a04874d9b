package githubsim

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestADispatchWhoseAnswerIsLostHasHappened(t *testing.T) {
	ask := map[string]any{"ref": "main", "inputs": map[string]any{"version": "v1"}}
	for _, c := range []struct {
		name   string
		fault  Fault
		status int // 0 is an error
		runs   int
	}{
		{"accepted, but answered 502", Fault{Method: "POST", Path: "dispatches", Status: 502, AfterEffect: true}, 502, 1},
		{"accepted, but cut", Fault{Method: "POST", Path: "/actions/workflows/*/dispatches", Cut: true, AfterEffect: true}, 0, 1},
		{"cut before", Fault{Cut: true}, 0, 0},
		{"502 before", Fault{Status: 502}, 502, 0},
		{"accepted, but the answer takes too long", Fault{Delay: time.Minute, AfterEffect: true}, 0, 1},
		{"late but fine", Fault{Delay: 20 * time.Millisecond}, 204, 1},
		{"of another method", Fault{Method: "GET", Status: 502}, 204, 1},
		{"of another path", Fault{Path: "runs*jobs", Status: 502}, 204, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, Options{})
			st.repo.Workflow(rollback())
			st.client.Timeout = 300 * time.Millisecond
			st.Fail(c.fault)
			resp, err := st.try("POST", web("/actions/workflows/rollback.yml/dispatches"), ask)
			status := 0
			if err == nil {
				status = resp.StatusCode
				resp.Body.Close()
			}
			if status != c.status {
				t.Errorf("status %d, want %d (%v)", status, c.status, err)
			}
			if n := len(st.Dispatches("acme/web-app")); n != c.runs || len(st.Runs("acme/web-app")) != c.runs {
				t.Errorf("%d dispatches, want %d", n, c.runs)
			}
			calls := st.CallsTo("POST", "/dispatches")
			if len(calls) != 1 || !calls[0].End.IsZero() && calls[0].Effect != (c.runs == 1) {
				t.Errorf("calls %+v", calls)
			}
		})
	}
}

func TestFaultsLookLikeGitHub(t *testing.T) {
	reset := time.Now().Add(10 * time.Minute)
	for _, c := range []struct {
		name   string
		fault  Fault
		status int
		says   string
		header map[string]string
	}{
		{"HTML", Fault{Status: 503}, 503, "<!DOCTYPE html>", map[string]string{"Content-Type": "text/html; charset=utf-8"}},
		{"secondary", Fault{Status: 403, RetryAfter: 1500 * time.Millisecond}, 403, "secondary rate limit", map[string]string{"Retry-After": "2"}},
		{"429", Fault{Status: 429, RetryAfter: time.Minute}, 429, "secondary rate limit", map[string]string{"Retry-After": "60"}},
		{"429 without a hint", Fault{Status: 429}, 429, "secondary rate limit", map[string]string{"Retry-After": ""}},
		{"primary", Fault{RateRemaining0: true, Reset: reset}, 403, "API rate limit exceeded", map[string]string{
			"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": strconv.FormatInt(reset.Unix(), 10)}},
		{"own body", Fault{Status: 451, Body: `{"message":"Repository access blocked","block":{"reason":"dmca"}}`}, 451, "dmca", nil},
		{"own page", Fault{Status: 200, Body: "<html>proxy</html>"}, 200, "proxy", map[string]string{"Content-Type": "text/html; charset=utf-8"}},
		{"plain", Fault{Status: 404}, 404, "Not Found", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, Options{})
			st.Fail(c.fault)
			a := st.call("GET", web(""), nil).is(c.status).says(c.says)
			for k, v := range c.header {
				if a.header.Get(k) != v {
					t.Errorf("%s: %q, want %q", k, a.header.Get(k), v)
				}
			}
			st.get(web(""))
		})
	}
}

func TestFaultsAreCountedUndoneAndHealed(t *testing.T) {
	st := start(t, Options{})
	st.Fail(Fault{Status: 500, Skip: 1, Times: 2})
	for i, want := range []int{200, 500, 500, 200} {
		if a := st.call("GET", web(""), nil); a.status != want {
			t.Errorf("call %d: %d, want %d", i+1, a.status, want)
		}
	}
	undo := st.Fail(Fault{Status: 500, Times: -1})
	st.call("GET", web(""), nil).is(500)
	undo()
	st.get(web(""))
	st.Fail(Fault{Status: 500, Times: -1})
	st.FailHook(HookFault{Drop: true, Times: -1})
	st.Heal()
	st.get(web(""))
}

func TestCallsAreWrittenDown(t *testing.T) {
	st := start(t, Options{APIPrefix: "/api/v3"})
	st.get(web("/issues?state=all"))
	st.post(web("/issues"), `{"title":"T"}`).is(201)
	st.post(web("/issues"), `{}`).is(422)
	calls := st.Calls()
	if len(calls) != 3 || calls[0].Path != "/repos/acme/web-app/issues" || calls[0].Query.Get("state") != "all" || calls[1].Body != `{"title":"T"}` {
		t.Fatalf("calls %+v", calls)
	}
	if !calls[1].Effect || calls[2].Effect || calls[2].Status != 422 || calls[1].Version != oldVersion {
		t.Errorf("calls %+v", calls)
	}
	if n := st.CallCounts()["POST /repos/acme/web-app/issues"]; n != 2 {
		t.Errorf("%d posts", n)
	}
	st.ResetCalls()
	st.get(web(""))
	if calls := st.Calls(); len(calls) != 1 || calls[0].N != 4 {
		t.Errorf("after the reset %+v", calls)
	}
}

func TestPrimaryLimit(t *testing.T) {
	st := start(t, Options{PrimaryLimit: 2, LimitWindow: 300 * time.Millisecond})
	a := st.get(web(""))
	if a.header.Get("X-RateLimit-Remaining") != "1" || a.header.Get("X-RateLimit-Limit") != "2" || a.header.Get("X-RateLimit-Resource") != "core" {
		t.Errorf("headers %v", a.header)
	}
	st.get(web(""))
	b := st.call("GET", web(""), nil).is(403).says("API rate limit exceeded")
	if b.header.Get("X-RateLimit-Remaining") != "0" || b.header.Get("Retry-After") != "" {
		t.Errorf("headers %v", b.header)
	}
	st.get("rate_limit").wants(0, "resources", "core", "remaining").wants(2, "rate", "limit")
	c := st.call("GET", "rate_limit", nil, header{"X-GitHub-Api-Version", newVersion}).is(200)
	if c.at("rate") != nil {
		t.Errorf("rate is gone since %s", newVersion)
	}
	eventually(t, "the window is over", func() bool { return st.call("GET", web(""), nil).status == 200 })
}

func TestSecondaryLimits(t *testing.T) {
	secondary := func(a answer) {
		t.Helper()
		a.is(403).says("secondary rate limit")
		if a.header.Get("Retry-After") != "60" || !strings.HasSuffix(a.at("documentation_url").(string), "secondary-rate-limits") {
			t.Errorf("headers %v: %s", a.header, a.text)
		}
	}
	points := start(t, Options{SecondaryLimit: 7})
	points.post(web("/issues"), `{"title":"5 points"}`).is(201)
	points.get(web(""))
	points.get(web(""))
	secondary(points.call("GET", web(""), nil))

	content := start(t, Options{ContentLimit: 2})
	for range 2 {
		content.post(web("/issues"), `{"title":"T"}`).is(201)
	}
	secondary(content.post(web("/issues"), `{"title":"T"}`))
	content.get(web(""))

	day := start(t, Options{ContentLimit: 1000, SecondaryLimit: 10000})
	for range greatestHour {
		day.post(web("/issues"), `{"title":"T"}`).is(201)
	}
	secondary(day.post(web("/issues"), `{"title":"T"}`))

	crowd := start(t, Options{ConcurrentLimit: 2})
	crowd.Fail(Fault{Delay: 300 * time.Millisecond, Times: 2})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if resp, err := crowd.try("GET", web(""), nil); err == nil {
				resp.Body.Close()
			}
		})
	}
	eventually(t, "two are under way", func() bool { return len(crowd.Calls()) == 2 })
	secondary(crowd.call("GET", web(""), nil))
	wg.Wait()

	free := start(t, Options{NoLimits: true, PrimaryLimit: 1, SecondaryLimit: 1, ContentLimit: 1})
	for range 3 {
		free.post(web("/issues"), `{"title":"T"}`).is(201)
	}
}
