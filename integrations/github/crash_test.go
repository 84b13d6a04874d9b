package github

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"backout/integrations/github/githubsim"
)

// errand is something to be done on GitHub, where any call may go wrong.
type errand struct {
	name string
	// scene is GitHub as it is found.
	scene func(t *testing.T) *shelf
	do    func(ctx context.Context, s *shelf) error
	// done checks that it was done, and done once.
	done func(t reporter, s *shelf)
}

// reporter is a test, or one try of many.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

func (s *shelf) stands(t reporter, branch, text string, pulls, commits int) {
	t.Helper()
	if got := s.pm.PullRequests(); len(got) != pulls || got[pulls-1].Head != branch || got[pulls-1].State != "open" {
		t.Errorf("pull requests: %+v", got)
	}
	if got, _ := s.pm.ReadFile(branch, pmText); got != text {
		t.Errorf("%s has the text %q, want %q", branch, got, text)
	}
	if log := s.pm.Log(branch); len(log) != commits {
		t.Errorf("%d commits, want %d: %+v", len(log), commits, log)
	}
}

func errands() []errand {
	found := func(first bool, then func(s *shelf), opts ...githubsim.RepoOption) func(t *testing.T) *shelf {
		return func(t *testing.T) *shelf {
			s := shelve(t, githubsim.Options{NoLimits: true}, opts...)
			if first {
				if _, err := s.client.Propose(context.Background(), postmortem("first\n")); err != nil {
					t.Fatal(err)
				}
			}
			if then != nil {
				then(s)
			}
			return s
		}
	}
	propose := func(p Proposal) func(context.Context, *shelf) error {
		return func(ctx context.Context, s *shelf) error {
			_, err := s.client.Propose(ctx, p)
			return err
		}
	}
	fromTheirs, draft := postmortem("second\n"), postmortem("second\n")
	fromTheirs.Files[0].From, draft.Draft = []byte("first\n"), true
	return []errand{
		{"a first version", found(false, nil), propose(postmortem("second\n")),
			func(t reporter, s *shelf) { s.stands(t, pmBranch, "second\n", 1, 2) }},
		{"a new version after a person's commit", found(true, func(s *shelf) { s.pm.Edit(pmBranch, "2026/notes.md", "x\n", "ana") }), propose(fromTheirs),
			func(t reporter, s *shelf) { s.stands(t, pmBranch, "second\n", 1, 4) }},
		{"a new version after the merge", found(true, func(s *shelf) { s.pm.Merge(1, "ana") }), propose(fromTheirs),
			func(t reporter, s *shelf) { s.stands(t, pmBranch+"-2", "second\n", 2, 4) }},
		{"a draft where there are none", found(false, nil, githubsim.NoDrafts()), propose(draft),
			func(t reporter, s *shelf) { s.stands(t, pmBranch, "second\n", 1, 2) }},
		{"an issue", found(false, nil), openTicket, oneTicket("ana")},
		{"an issue for somebody unknown", found(false, nil, githubsim.Assignable("ben")), openTicket, oneTicket("")},
	}
}

func openTicket(ctx context.Context, s *shelf) error {
	_, err := s.client.OpenTicket(ctx, followUp("F2"), s.since)
	return err
}

func oneTicket(assignee string) func(t reporter, s *shelf) {
	return func(t reporter, s *shelf) {
		t.Helper()
		got := s.pm.Issues()
		if len(got) != 1 || markerOf(got[0].Body) != followUp("F2").Marker || strings.Join(got[0].Assignees, "") != assignee {
			t.Errorf("%+v", got)
		}
	}
}

// accidents are the ways in which one call goes wrong.
func accidents() map[string]githubsim.Fault {
	return map[string]githubsim.Fault{
		"refused with 502":        {Status: 502},
		"done, but answered 502":  {Status: 502, AfterEffect: true},
		"cut":                     {Cut: true},
		"done, but cut":           {Cut: true, AfterEffect: true},
		"done, but answered late": {Delay: time.Minute, AfterEffect: true},
		"done, but unreadable":    {Status: 200, Body: "<html>", AfterEffect: true},
		"limited":                 {Status: 403, RetryAfter: time.Second},
	}
}

// TestACrashAtEachCall breaks each call of each errand once, in each way, and tries
// again: it comes out as if nothing had happened.
func TestACrashAtEachCall(t *testing.T) {
	tries := 0
	for _, st := range errands() {
		t.Run(st.name, func(t *testing.T) {
			clean := st.scene(t)
			clean.ResetCalls()
			if err := st.do(t.Context(), clean); err != nil {
				t.Fatal(err)
			}
			st.done(t, clean)
			for k, call := range clean.Calls() {
				for how, fault := range accidents() {
					if call.Method == "GET" && (fault.Status == 0 || fault.AfterEffect && fault.Status != 200 || fault.RetryAfter > 0) {
						continue // Nothing depends on whether it was read.
					}
					tries++
					t.Run(fmt.Sprintf("%d %s %s %s", k, call.Method, call.Path, how), func(t *testing.T) {
						t.Parallel()
						s := st.scene(t)
						fault.Skip = k
						s.Fail(fault)
						st.crash(t, s, call, fault)
					})
				}
			}
		})
	}
	t.Logf("%d crashes survived", tries)
}

func (st errand) crash(t *testing.T, s *shelf, call githubsim.Call, f githubsim.Fault) {
	t.Helper()
	ctx := t.Context()
	if f.Delay > 0 {
		ctx = soon(t, 100*time.Millisecond)
	}
	// Only what is not the same when it is done twice is ever unsure.
	makes := call.Method == "POST" && (strings.HasSuffix(call.Path, "/pulls") || strings.HasSuffix(call.Path, "/issues"))
	switch err := st.do(ctx, s); {
	case err == nil && f.Status == 200: // Nobody needs what the answer says.
	case f.Delay > 0:
		if tr := troubleOf(t, err); tr.Permanent {
			t.Errorf("the first try: %+v", tr)
		}
	default:
		if tr := troubleOf(t, err); tr.Permanent || tr.Unsure != (makes && f.RetryAfter == 0) {
			t.Errorf("the first try: %+v", tr)
		}
	}
	s.Heal()
	if err := st.do(t.Context(), s); err != nil {
		t.Fatalf("the second try: %v", err)
	}
	st.done(t, s)
	s.ResetCalls()
	if err := st.do(t.Context(), s); err != nil {
		t.Fatalf("the third try: %v", err)
	}
	if got := s.effects(); got != nil {
		t.Errorf("it was all there, and yet %v", got)
	}
}

// TestCrashesInARow: however often it goes wrong in a row, wherever.
func TestCrashesInARow(t *testing.T) {
	all := errands()
	var ways []githubsim.Fault
	for _, f := range accidents() {
		if f.Delay == 0 {
			ways = append(ways, f)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		st := rapid.SampledFrom(all).Draw(rt, "errand")
		s := st.scene(t)
		defer s.Close()
		for range rapid.IntRange(1, 6).Draw(rt, "crashes") {
			f := rapid.SampledFrom(ways).Draw(rt, "way")
			f.Skip = rapid.IntRange(0, 12).Draw(rt, "call")
			s.Fail(f)
			if err := st.do(t.Context(), s); err != nil {
				if tr := troubleOf(t, err); tr.Permanent {
					rt.Fatalf("%+v", tr)
				}
			}
			s.Heal()
		}
		if err := st.do(t.Context(), s); err != nil {
			rt.Fatal(err)
		}
		st.done(rt, s)
	})
}
