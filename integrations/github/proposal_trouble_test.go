package github

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"backout/integrations/github/githubsim"
)

// TestProposalTroubles holds what can be wrong with a repository against what
// people are told to do about it.
func TestProposalTroubles(t *testing.T) {
	may := func(contents, pulls string) githubsim.Options {
		o := githubsim.Options{Permissions: map[string]string{}}
		if contents != "" {
			o.Permissions["contents"] = contents
		}
		if pulls != "" {
			o.Permissions["pull_requests"] = pulls
		}
		return o
	}
	fails := func(method, path string, status int, body string) *githubsim.Fault {
		return &githubsim.Fault{Method: method, Path: path, Status: status, Body: body, Times: -1}
	}
	hour := time.Now().Add(time.Hour)
	for _, c := range []struct {
		name  string
		sim   githubsim.Options
		opts  []githubsim.RepoOption
		scene func(s *shelf)
		fault *githubsim.Fault
		repo  string
		fate  string
		after time.Duration
		says  string
	}{
		{name: "unknown repository", repo: "acme/other", fate: "never", says: "GitHub shows no repository acme/other; check the name, and that the GitHub token has the permission Contents: write"},
		{name: "no token", fault: fails("", "", 401, `{"message":"Bad credentials"}`), fate: "never", says: "GitHub does not accept the GitHub token; it may have expired or been revoked: set a new one"},
		{name: "sees no pull requests", sim: may("write", ""), fate: "never", says: "GitHub shows no pull requests of acme/postmortems; check the name, and that the GitHub token has the permission Pull requests: write"},
		{name: "opens no pull requests", sim: may("write", "read"), fate: "never", says: "the GitHub token may not open pull requests of acme/postmortems; give it the permission Pull requests: write"},
		{name: "sees no branches", sim: may("", "write"), fate: "never", says: "GitHub shows no branch main of acme/postmortems; check that the GitHub token has the permission Contents: write"},
		{name: "writes no files", sim: may("read", "write"), fate: "never", says: "the GitHub token may not write files of acme/postmortems; give it the permission Contents: write"},
		{name: "no write access to the branch", fault: fails("POST", "git/refs", 404, `{"message":"Not Found"}`), fate: "never", says: "GitHub shows no branch backout/inc-7 of acme/postmortems; check the name, and that the GitHub token has the permission Contents: write"},
		{name: "archived", scene: func(s *shelf) { s.pm.Archive() }, fate: "never", says: "acme/postmortems is archived on GitHub, so Backout cannot write files there; take it out of the archive or name another repository"},
		{name: "empty", opts: []githubsim.RepoOption{githubsim.Empty()}, fate: "never", says: "acme/postmortems has no commit yet; add a README on GitHub, so that there is a branch to begin at"},
		{name: "branches must not be made", scene: func(s *shelf) { s.pm.Protect("backout/*") }, fate: "never", says: "GitHub protects the branch backout/inc-7 of acme/postmortems; let Backout write to the branches that begin with backout/ (GitHub says: Repository rule violations found"},
		{name: "the branch must not be written", scene: func(s *shelf) { s.pm.Branch(pmBranch, s.pm.Head("main")); s.pm.Protect("backout/*") }, fate: "never", says: "GitHub protects the branch backout/inc-7"},
		{name: "an old rule", fault: fails("POST", "git/refs", 422, `{"message":"Reference update failed"}`), fate: "never", says: "GitHub protects the branch backout/inc-7"},
		{name: "a protected branch answers 409", fault: fails("POST", "git/refs", 409, `{"message":"Changes must be made through a pull request."}`), fate: "never", says: "GitHub protects the branch backout/inc-7"},
		{name: "a folder is in the way", scene: func(s *shelf) { s.pm.Edit("main", pmText+"/x", "x", "ana") }, fate: "never", says: "2026/7-users.md of acme/postmortems is no file; write another path in backout.yaml"},
		{name: "an older server lists the folder", fault: fails("GET", "contents", 200, `[{"type":"file"}]`), fate: "never", says: "2026/7-users.md of acme/postmortems is no file"},
		{name: "moved", fault: fails("POST", "/pulls", 301, ""), fate: "never", says: "acme/postmortems has moved on GitHub; write its new name in backout.yaml"},
		{name: "another refusal", fault: fails("POST", "/pulls", 422, `{"message":"Validation Failed","errors":[{"resource":"PullRequest","field":"base","code":"invalid"}]}`), fate: "never", says: "GitHub does not let Backout open pull requests of acme/postmortems: Validation Failed; base: invalid"},
		{name: "always outrun", fault: fails("POST", "git/refs", 422, `{"message":"Reference already exists"}`), fate: "again", says: "others write to the branch backout/inc-7 of acme/postmortems at the same time; it is tried again"},
		{name: "a pull request that is never shown", fault: fails("POST", "/pulls", 422, `{"message":"Validation Failed","errors":[{"message":"A pull request already exists for acme:backout/inc-7."}]}`), fate: "again", says: "at the same time"},
		{name: "limited while reading", fault: &githubsim.Fault{Path: "contents", Status: 429, RetryAfter: 20 * time.Second}, fate: "later", after: 20 * time.Second, says: "GitHub asks for a pause"},
		{name: "limited while writing", fault: &githubsim.Fault{Method: "POST", Path: "git/trees", Status: 403, RetryAfter: 20 * time.Second}, fate: "later", after: 20 * time.Second, says: "GitHub asks for a pause"},
		{name: "limited while opening", fault: &githubsim.Fault{Method: "POST", Path: "/pulls", RateRemaining0: true, Reset: hour}, fate: "later", after: time.Hour, says: "used up"},
		{name: "too many new things", sim: githubsim.Options{ContentLimit: 3}, fate: "later", after: time.Minute, says: "GitHub asks for a pause"},
		{name: "an answer of nothing", fault: fails("POST", "/pulls", 201, `{}`), fate: "unsure", says: "GitHub's answer does not show the pull request; whether it was opened is checked before it is repeated"},
		{name: "a branch without a commit", fault: fails("GET", "git/ref/", 200, `{}`), fate: "again", says: "does not show the commit of backout/inc-7"},
		{name: "a repository without a name", fault: fails("GET", "", 200, `{}`), fate: "again", says: "does not name the repository acme/postmortems"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := shelve(t, c.sim, c.opts...)
			if c.scene != nil {
				c.scene(s)
			}
			if c.fault != nil {
				s.Fail(*c.fault)
			}
			p := postmortem("first\n")
			if c.repo != "" {
				p.Repo = c.repo
			}
			out, err := s.client.Propose(t.Context(), p)
			wants(t, err, c.fate, c.after, c.says)
			if out.Number != 0 || out.State != "" {
				t.Errorf("with an error: %+v", out)
			}
		})
	}
}

// TestAProposalOnceTheTroubleIsOver: what was done before a refusal is not done
// again after it.
func TestAProposalOnceTheTroubleIsOver(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	undo := s.Fail(githubsim.Fault{Method: "POST", Path: "/pulls", Status: 403, Times: -1, Body: `{"message":"Resource not accessible by personal access token"}`})
	for range 3 {
		if _, err := s.client.Propose(t.Context(), postmortem("first\n")); !troubleOf(t, err).Permanent {
			t.Error(err)
		}
	}
	undo()
	s.propose(t, postmortem("first\n"))
	s.stands(t, pmBranch, "first\n", 1, 2)
}

// TestACommitIsToldOfOnceItStands, though somebody else opened the pull request in
// the moment after it.
func TestACommitIsToldOfOnceItStands(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	hold(t, s, "POST", "/pulls", func() {
		s.pm.PullRequest(githubsim.PR{Title: "By hand", Author: "ana", Head: pmBranch})
	})
	if out := s.propose(t, postmortem("first\n")); !out.Changed || out.Number != 1 {
		t.Errorf("%+v", out)
	}
	s.stands(t, pmBranch, "first\n", 1, 2)
}

// TestAConflictIsLookedAtAgain: an answer of 409 says as little as a lost race does.
func TestAConflictIsLookedAtAgain(t *testing.T) {
	for _, status := range []int{http.StatusConflict, http.StatusUnprocessableEntity} {
		s := shelve(t, githubsim.Options{})
		s.propose(t, postmortem("first\n"))
		s.Fail(githubsim.Fault{Method: "PATCH", Path: "git/refs", Status: status, Body: `{"message":"Reference does not exist"}`})
		if out := s.propose(t, postmortem("second\n")); !out.Changed {
			t.Errorf("%d: %+v", status, out)
		}
		s.stands(t, pmBranch, "second\n", 1, 3)
	}
}

// TestARepositoryThatWasRenamed: GitHub answers under the old name, and filters by
// the new owner.
func TestARepositoryThatWasRenamed(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	s.propose(t, postmortem("first\n"))
	cl, srv := answering(t, nil)
	srv.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, old := strings.CutPrefix(r.URL.Path, "/repos/old/reports"); old {
			to := "/repos/" + pmRepo + rest
			if r.URL.RawQuery != "" {
				to += "?" + r.URL.RawQuery
			}
			w.Header().Set("Location", srv.URL+to)
			w.WriteHeader(map[bool]int{true: http.StatusMovedPermanently, false: http.StatusTemporaryRedirect}[r.Method == http.MethodGet])
			return
		}
		pass(t, w, r, s)
	})
	p := postmortem("second\n")
	p.Repo = "old/reports"
	out, err := cl.Propose(t.Context(), p)
	if err != nil || out.Number != 1 || !out.Changed {
		t.Errorf("%+v, %v", out, err)
	}
	s.stands(t, pmBranch, "second\n", 1, 3)
}

// pass hands a call on to the simulated GitHub.
func pass(t *testing.T, w http.ResponseWriter, r *http.Request, s *shelf) {
	t.Helper()
	req, err := http.NewRequestWithContext(r.Context(), r.Method, strings.TrimSuffix(s.APIURL(), "/")+r.URL.RequestURI(), r.Body)
	if err != nil {
		t.Error(err)
		return
	}
	req.Header = r.Header.Clone()
	req.Header.Set("Authorization", "Bearer "+s.Token())
	way := &http.Transport{DisableKeepAlives: true}
	resp, err := way.RoundTrip(req)
	if err != nil {
		t.Error(err)
		return
	}
	defer resp.Body.Close()
	w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}
