package github

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"backout/integrations/github/githubsim"
)

func TestDispatchInServersOfEachAge(t *testing.T) {
	for _, c := range []struct {
		name    string
		mode    githubsim.RunDetailsMode
		prefix  string
		details bool
		calls   int
	}{
		{"github.com", githubsim.RunDetailsSupported, "", true, 1},
		{"Enterprise today", githubsim.RunDetailsSupported, "/api/v3", true, 1},
		{"Enterprise that ignores the field", githubsim.RunDetailsIgnored, "/api/v3", false, 1},
		{"Enterprise that refuses the field", githubsim.RunDetailsRefused, "/api/v3", false, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := play(t, githubsim.Options{RunDetails: c.mode, APIPrefix: c.prefix})
			s.web.Workflow(rollback())
			run, err := s.client.Dispatch(t.Context(), rollbackTo("INC-7-R1-1"))
			if err != nil {
				t.Fatal(err)
			}
			runs := s.Runs("acme/web-app")
			if len(runs) != 1 || len(s.CallsTo("POST", "dispatches")) != c.calls {
				t.Fatalf("%d runs after %d calls", len(runs), len(s.CallsTo("POST", "dispatches")))
			}
			if in := runs[0].Inputs(); in["version"] != "v2.3.9" || in[IDInput] != "INC-7-R1-1" || in["reason"] != "none" {
				t.Errorf("inputs %v", in)
			}
			if c.details && (run.ID != runs[0].ID() || run.Link != runs[0].URL()) || !c.details && run.ID != 0 {
				t.Errorf("run %+v, made %d", run, runs[0].ID())
			}
			found, ok, err := s.client.FindRun(t.Context(), "acme/web-app", "rollback.yml", "INC-7-R1-1", time.Now())
			if err != nil || !ok || found.ID != runs[0].ID() || found.Status != "queued" {
				t.Errorf("found %+v, %v, %v", found, ok, err)
			}
		})
	}
}

// TestTheFieldIsLeftOutOnlyAfterARefusalOfIt: a second request follows nothing that
// may have started something, and no other refusal.
func TestTheFieldIsLeftOutOnlyAfterARefusalOfIt(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		calls  int
	}{
		{422, `{"message":"Invalid request.\n\n\"return_run_details\" is not a permitted key."}`, 2},
		{400, `{"message":"Bad Request","errors":[{"field":"return_run_details","code":"invalid"}]}`, 2},
		{422, `{"message":"Unexpected inputs provided: [\"x\"]"}`, 1},
		{500, `{"message":"return_run_details"}`, 1},
		{403, `{"message":"return_run_details"}`, 1},
		{404, `{"message":"return_run_details"}`, 1},
		{204, "", 1},
		{202, "", 1},
		{200, "", 1},
	} {
		var asked []bool
		cl, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
			var body map[string]any
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				t.Error(err)
			}
			asked = append(asked, body["return_run_details"] == true)
			w.WriteHeader(c.status)
			if c.status >= 300 {
				_, _ = w.Write([]byte(c.body))
			}
		})
		_, err := cl.Dispatch(t.Context(), rollbackTo("x"))
		if len(asked) != c.calls || !asked[0] || len(asked) == 2 && asked[1] || (err == nil) != (c.status < 300) {
			t.Errorf("%d %s: asked %v, %v", c.status, c.body, asked, err)
		}
	}
}

func TestADispatchThatWasAcceptedAndLost(t *testing.T) {
	for _, f := range []githubsim.Fault{
		{Method: "POST", Path: "dispatches", Status: 502, AfterEffect: true},
		{Method: "POST", Path: "dispatches", Cut: true, AfterEffect: true},
		{Method: "POST", Path: "dispatches", Delay: 400 * time.Millisecond, AfterEffect: true},
	} {
		s := play(t, githubsim.Options{ListLag: 150 * time.Millisecond})
		s.web.Workflow(rollback())
		s.Fail(f)
		since := time.Now()
		run, err := s.client.Dispatch(soon(t, 300*time.Millisecond), rollbackTo("INC-7-R1-1"))
		if tr := troubleOf(t, err); !tr.Unsure || tr.Permanent || run.ID != 0 || !strings.Contains(tr.Sentence, "whether it was done is checked") {
			t.Fatalf("%+v: %+v, %+v", f, run, tr)
		}
		if !s.figures.has("backout_github_calls_total dispatch unsure") {
			t.Errorf("figures %v", s.figures.list)
		}
		eventually(t, "the run is found", func() bool {
			run, found, err := s.client.FindRun(t.Context(), "acme/web-app", "rollback.yml", "INC-7-R1-1", since)
			if err != nil {
				t.Fatal(err)
			}
			return found && run.ID == s.Runs("acme/web-app")[0].ID()
		})
		if n := len(s.Dispatches("acme/web-app")); n != 1 {
			t.Errorf("%d dispatches", n)
		}
	}
}

func TestADispatchThatWasNotPerformed(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault githubsim.Fault
		after time.Duration
	}{
		{"secondary limit", githubsim.Fault{Status: 403, RetryAfter: 30 * time.Second}, 30 * time.Second},
		{"secondary limit as 429", githubsim.Fault{Status: 429, RetryAfter: 30 * time.Second}, 30 * time.Second},
		{"primary limit", githubsim.Fault{RateRemaining0: true, Reset: time.Now().Add(10 * time.Minute)}, 10 * time.Minute},
		{"primary limit as 429", githubsim.Fault{RateRemaining0: true, Status: 429, Reset: time.Now().Add(10 * time.Minute)}, 10 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := play(t, githubsim.Options{})
			s.web.Workflow(rollback())
			s.Fail(c.fault)
			_, err := s.client.Dispatch(t.Context(), rollbackTo("x"))
			tr := troubleOf(t, err)
			if tr.Permanent || tr.Unsure || tr.After < c.after-3*time.Second || tr.After > c.after+3*time.Second {
				t.Errorf("%+v", tr)
			}
			if !s.figures.has("backout_github_calls_total dispatch limited") {
				t.Errorf("figures %v", s.figures.list)
			}
			// The outbox decides when; the client does not stand in the way.
			if _, err := s.client.Dispatch(t.Context(), rollbackTo("x")); err != nil {
				t.Error(err)
			}
			if n := len(s.Dispatches("acme/web-app")); n != 1 {
				t.Errorf("%d dispatches", n)
			}
		})
	}
}

func TestADispatchThatIsRefused(t *testing.T) {
	change := func(f func(*Dispatch)) Dispatch {
		d := rollbackTo("x")
		f(&d)
		return d
	}
	for _, c := range []struct {
		name string
		perm map[string]string
		d    Dispatch
		says string
	}{
		{"unknown workflow", nil, change(func(d *Dispatch) { d.Workflow = "other.yml" }), "GitHub shows no workflow other.yml of acme/web-app; check the name, and that the GitHub token has the permission Actions: write"},
		{"unknown repository", nil, change(func(d *Dispatch) { d.Repo = "acme/other" }), "of acme/other"},
		{"unknown ref", nil, change(func(d *Dispatch) { d.Ref = "nowhere" }), "GitHub does not let Backout start workflows of acme/web-app: No ref found for: nowhere"},
		{"unexpected input", nil, change(func(d *Dispatch) { d.Inputs["speed"] = "high" }), `Unexpected inputs provided: ["speed"]`},
		{"missing input", nil, change(func(d *Dispatch) { delete(d.Inputs, "version") }), "Required input 'version' not provided"},
		{"read only", map[string]string{"actions": "read"}, rollbackTo("x"), "the GitHub token may not start workflows of acme/web-app; give it the permission Actions: write"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := play(t, githubsim.Options{Permissions: c.perm})
			s.web.Workflow(rollback())
			_, err := s.client.Dispatch(t.Context(), c.d)
			if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, c.says) {
				t.Errorf("%+v", tr)
			}
			if len(s.Runs("acme/web-app")) != 0 || !s.figures.has("backout_github_calls_total dispatch refused") {
				t.Errorf("runs %v, figures %v", s.Runs("acme/web-app"), s.figures.list)
			}
		})
	}
}
