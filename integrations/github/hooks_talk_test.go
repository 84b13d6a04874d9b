package github

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"backout/integrations/github/githubsim"
)

// TestWhatPeopleDoIsHeard: what people do on GitHub comes in as webhooks, and says
// the same as reading it afterwards.
func TestWhatPeopleDoIsHeard(t *testing.T) {
	at := time.Date(2026, 11, 24, 8, 12, 8, 0, time.UTC)
	s := shelve(t, githubsim.Options{Clock: func() time.Time { return at }})
	heard := make(chan Report, 100)
	ear := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !Verify("s3cret", body, r.Header.Get("X-Hub-Signature-256")) {
			t.Errorf("not signed: %v", err)
		}
		out, err := hooks().Parse(r.Header.Get("X-GitHub-Event"), body)
		if err != nil {
			t.Error(err)
		}
		heard <- out
	}))
	defer ear.Close()
	s.Hook(pmRepo, ear.URL, "s3cret", "issues", "pull_request")

	n := s.open(t, followUp("F2")).Number
	p := s.propose(t, postmortem("first\n"))
	s.propose(t, postmortem("second\n"))
	page := s.pm.URL() + "/issues/1"
	states := func(want ...any) {
		t.Helper()
		if err := s.Settle(3 * time.Second); err != nil {
			t.Fatal(err)
		}
		var got []any
		for len(heard) > 0 {
			r := <-heard
			for _, i := range r.Issues {
				got = append(got, i)
			}
			for _, p := range r.Pulls {
				got = append(got, p)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	alike := func(want IssueState) {
		t.Helper()
		want.By = map[bool]string{true: want.By}[want.Closed] // Who opened it again is not told afterwards.
		got, err := s.client.TicketStates(t.Context(), pmRepo, []int{n})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]IssueState{want}, got); d != "" {
			t.Errorf("a webhook said otherwise than reading it: %s", d)
		}
	}
	states() // Opening and writing say nothing.

	closed := IssueState{Repo: pmRepo, Number: n, URL: page, Closed: true, Reason: "completed", By: "backout-bot", At: at}
	if err := s.client.SetTicket(t.Context(), pmRepo, n, true); err != nil {
		t.Fatal(err)
	}
	states(closed)
	alike(closed)

	at = at.Add(time.Hour)
	s.pm.ReopenIssue(n, "ana")
	reopened := IssueState{Repo: pmRepo, Number: n, URL: page, By: "ana", At: at}
	states(reopened)
	alike(reopened)
	s.pm.CloseIssue(n, "ana", "not_planned")
	states(IssueState{Repo: pmRepo, Number: n, URL: page, Closed: true, Reason: "not_planned", By: "ana", At: at})
	s.pm.EditIssue(n, "Other words.", "ana")
	states()
	moved := s.pm.OpenIssue("x", "", "ana")
	states()
	s.web.OpenIssue("y", "", "ana")
	s.pm.TransferIssue(moved, s.web, "ben")
	s.pm.DeleteIssue(n, "ben")
	states(
		IssueState{Repo: pmRepo, Number: moved, URL: s.pm.URL() + "/issues/3", Gone: true, NewURL: s.web.URL() + "/issues/2", By: "ben"},
		IssueState{Repo: pmRepo, Number: n, URL: page, Closed: true, Reason: "not_planned", Gone: true, By: "ben"},
	)

	pull := PullState{Repo: pmRepo, Number: p.Number, Branch: pmBranch, URL: p.URL, Closed: true, By: "ana", At: at}
	s.pm.ClosePull(p.Number, "ana")
	states(pull)
	s.pm.ReopenPull(p.Number, "ben")
	pull.Closed, pull.By = false, "ben"
	states(pull)
	s.pm.Merge(p.Number, "cy")
	pull.Closed, pull.Merged, pull.By = true, true, "cy"
	states(pull)
	if got, found, err := s.client.ProposalState(t.Context(), pmRepo, pmBranch); err != nil || !found || got.State != ProposalMerged || got.Number != p.Number {
		t.Errorf("%+v, %v, %v", got, found, err)
	}
	next := s.propose(t, postmortem("third\n"))
	s.pm.DeleteBranch(pmBranch+"-2", "ana")
	states(PullState{Repo: pmRepo, Number: next.Number, Branch: pmBranch + "-2", URL: next.URL, Closed: true, By: "ana", At: at})

	// What is not ours says nothing: other branches, and forks with branches of our name.
	s.pm.Edit("main", "x", "x", "ana")
	head := s.pm.Commit(githubsim.Commit{Message: "x", Branch: "faster"})
	s.pm.PullRequest(githubsim.PR{Title: "Faster", Head: "faster", HeadSHA: head, Merged: true})
	s.pm.PullRequest(githubsim.PR{Title: "Mine", Head: pmBranch, HeadSHA: head, Fork: "mallory/postmortems", Closed: true})
	states()
}

// TestTheActionCounts: an issue as it is sent along may be older or newer than what
// it is sent for.
func TestTheActionCounts(t *testing.T) {
	for action, state := range map[string]string{"closed": "open", "reopened": "closed"} {
		body := `{"action":"` + action + `","repository":{"full_name":"acme/web-app"},"issue":{"number":4,"state":"` + state + `","state_reason":"completed"}}`
		r, err := hooks().Parse("issues", []byte(body))
		if err != nil || len(r.Issues) != 1 || r.Issues[0].Closed != (action == "closed") || (r.Issues[0].Reason != "") != (action == "closed") {
			t.Errorf("%s: %+v, %v", action, r, err)
		}
	}
}

func TestTheSpellingOfTheConfigurationCounts(t *testing.T) {
	body := strings.ReplaceAll(string(contents(t, "testdata/hooks/issues.closed.json")), "Acme/web-app", "ACME/Web-App")
	r, err := hooks().Parse("issues", []byte(body))
	if err != nil || len(r.Issues) != 1 || r.Issues[0].Repo != "acme/web-app" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestProposalStateOfNone(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	if out, found, err := s.client.ProposalState(t.Context(), pmRepo, pmBranch); err != nil || found || out != (Proposed{}) {
		t.Errorf("%+v, %v, %v", out, found, err)
	}
	_, _, err := s.client.ProposalState(t.Context(), pmRepo, "main")
	if tr := troubleOf(t, err); !tr.Permanent {
		t.Errorf("%+v", tr)
	}
}
