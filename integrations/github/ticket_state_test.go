package github

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"backout/integrations/github/githubsim"
)

func TestClosingAndOpeningAnIssue(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	n := s.open(t, followUp("F2")).Number
	set := func(closed bool) {
		t.Helper()
		if err := s.client.SetTicket(t.Context(), pmRepo, n, closed); err != nil {
			t.Fatal(err)
		}
	}
	is := func(state, reason string) {
		t.Helper()
		if got := s.pm.Issues()[0]; got.State != state || got.Reason != reason {
			t.Errorf("%+v, want %s %s", got, state, reason)
		}
	}
	set(false)
	is("open", "")
	set(true)
	is("closed", "completed")
	set(false)
	is("open", "reopened")
	s.pm.CloseIssue(n, "ana", "not_planned")
	s.ResetCalls()
	set(true)
	is("closed", "not_planned")
	if got := s.effects(); got != nil {
		t.Errorf("it was closed already, and yet %v", got)
	}
}

func TestIssuesThatCannotBeSet(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(s *shelf, n int)
		opt  githubsim.Options
		says string
	}{
		{"deleted", func(s *shelf, n int) { s.pm.DeleteIssue(n, "ana") }, githubsim.Options{}, "issue 1 of acme/postmortems was deleted on GitHub, so there is nothing left to change"},
		{"moved", func(s *shelf, n int) { s.web.OpenIssue("x", "", "ana"); s.pm.TransferIssue(n, s.web, "ana") }, githubsim.Options{}, "/acme/web-app/issues/2; change it there"},
		{"unknown", nil, githubsim.Options{}, "GitHub shows no issue 7 of acme/postmortems; check the name, and that the GitHub token has the permission Issues: write"},
		{"read only", func(*shelf, int) {}, githubsim.Options{Permissions: map[string]string{"issues": "read"}}, "the GitHub token may not close and open issues of acme/postmortems; give it the permission Issues: write"},
		{"archived", func(s *shelf, _ int) { s.pm.Archive() }, githubsim.Options{}, "acme/postmortems is archived on GitHub, so Backout cannot close and open issues there; take it out of the archive or name another repository"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := shelve(t, c.opt)
			n := 7
			if c.make != nil {
				n = s.pm.OpenIssue("T", "", "ana")
				c.make(s, n)
			}
			err := s.client.SetTicket(t.Context(), pmRepo, n, true)
			if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, c.says) {
				t.Errorf("%+v", tr)
			}
		})
	}
}

func TestTicketStates(t *testing.T) {
	at := time.Date(2026, 11, 24, 8, 12, 8, 0, time.UTC)
	s := shelve(t, githubsim.Options{Clock: func() time.Time { return at }})
	for i := range 6 {
		s.pm.OpenIssue(fmt.Sprint(i), "", "ana")
	}
	s.pm.CloseIssue(2, "ana", "")
	s.pm.CloseIssue(3, "ben", "not_planned")
	s.pm.ReopenIssue(3, "cy")
	s.pm.CloseIssue(4, "ben", "not_planned")
	s.pm.DeleteIssue(5, "ana")
	s.pm.TransferIssue(6, s.web, "ana")
	page := func(n int) string { return fmt.Sprintf("%s/issues/%d", s.pm.URL(), n) }
	want := []IssueState{
		{Repo: pmRepo, Number: 4, URL: page(4), Closed: true, Reason: "not_planned", By: "ben", At: at},
		{Repo: pmRepo, Number: 1, URL: page(1), At: at},
		{Repo: pmRepo, Number: 2, URL: page(2), Closed: true, Reason: "completed", By: "ana", At: at},
		{Repo: pmRepo, Number: 3, URL: page(3), At: at},
		{Repo: pmRepo, Number: 5, Gone: true},
		{Repo: pmRepo, Number: 6, Gone: true, NewURL: s.web.URL() + "/issues/1"},
	}
	got, err := s.client.TicketStates(t.Context(), pmRepo, []int{4, 1, 2, 3, 5, 6})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// What has not changed is free.
	s.ResetCalls()
	if got, err = s.client.TicketStates(t.Context(), pmRepo, []int{4, 1, 2, 3}); err != nil || len(got) != 4 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, c := range s.Calls() {
		if c.Status != http.StatusNotModified {
			t.Errorf("%+v", c)
		}
	}
	// What cannot be read does not hide the rest.
	got, err = s.client.TicketStates(t.Context(), pmRepo, []int{1, 99, 2})
	if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, "issue 99") || len(got) != 2 || got[1].Number != 2 {
		t.Errorf("%+v, %+v", tr, got)
	}
	if got, err := s.client.TicketStates(t.Context(), pmRepo, nil); got != nil || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestIssuesAreSwitchedOff(t *testing.T) {
	s := shelve(t, githubsim.Options{}, githubsim.NoIssues())
	_, err := s.client.OpenTicket(t.Context(), followUp("F2"), s.since)
	const says = "issues are switched off in acme/postmortems; switch them on in its settings or name another repository"
	if tr := troubleOf(t, err); !tr.Permanent || tr.Sentence != says {
		t.Errorf("%+v", tr)
	}
	// That none can be read does not mean that this one was deleted.
	s.pm.OpenIssue("T", "", "ana")
	got, err := s.client.TicketStates(t.Context(), pmRepo, []int{1})
	if tr := troubleOf(t, err); tr.Sentence != says || got != nil {
		t.Errorf("%+v, %+v", tr, got)
	}
}
