package github

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"backout/integrations/github/githubsim"
)

func TestPeoplesWordsOnAPullRequestAreTheirs(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	s.propose(t, postmortem("first\n"))
	p := postmortem("second\n")
	p.Title, p.Body = "Another title", "Another body"
	s.propose(t, p)
	if got := s.pm.PullRequests(); len(got) != 1 || got[0].Title != "Postmortem of INC-7" || got[0].Body != "Written by Backout." {
		t.Errorf("%+v", got)
	}
}

func TestWhatPeopleWriteOnTheBranchStays(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	s.propose(t, postmortem("facts\n"))
	theirs := s.pm.Edit(pmBranch, pmText, "facts\nOur own lesson.\n", "ana")
	other := s.pm.Edit(pmBranch, "2026/notes.md", "By hand.\n", "ben")

	// Who made the new version without reading theirs is told so.
	p := postmortem("more facts\n")
	p.Files[0].From = []byte("facts\n")
	_, err := s.client.Propose(t.Context(), p)
	if tr := troubleOf(t, err); tr.Permanent || tr.Unsure || tr.After == 0 || !strings.Contains(tr.Sentence, pmText+" of "+pmRepo+" was changed on GitHub in the meantime") {
		t.Errorf("%+v", tr)
	}
	if s.pm.Head(pmBranch) != other {
		t.Error("it was written over")
	}

	was, found, err := s.client.ProposedFile(t.Context(), pmRepo, pmBranch, pmText)
	if err != nil || !found || string(was) != "facts\nOur own lesson.\n" {
		t.Fatalf("%q, %v, %v", was, found, err)
	}
	p = postmortem(strings.Replace(string(was), "facts", "more facts", 1))
	p.Files[0].From = was
	s.propose(t, p)
	s.holds(t, pmBranch, "more facts\nOur own lesson.\n")
	if got, _ := s.pm.ReadFile(pmBranch, "2026/notes.md"); got != "By hand.\n" {
		t.Errorf("their other file is %q", got)
	}
	log := s.pm.Log(pmBranch)
	if len(log) != 5 || log[1].SHA != other || log[2].SHA != theirs {
		t.Errorf("their commits are not all there: %+v", log)
	}
}

// TestADocumentThatWasNotThere: a version that was made from nothing replaces
// nothing.
func TestADocumentThatWasNotThere(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	p := postmortem("first\n")
	p.Files[0].From = []byte{}
	s.propose(t, p)
	s.holds(t, pmBranch, "first\n")
	if out := s.propose(t, p); out.Changed {
		t.Errorf("it is there as it should be: %+v", out)
	}
	p.Files[0].Content = []byte("second\n")
	_, err := s.client.Propose(t.Context(), p)
	if tr := troubleOf(t, err); !strings.Contains(tr.Sentence, "in the meantime") {
		t.Errorf("%+v", tr)
	}
	s.holds(t, pmBranch, "first\n")
}

// TestSomebodyPushesInBetween: what is written while a call is under way is not
// lost, whichever call that is.
func TestSomebodyPushesInBetween(t *testing.T) {
	for _, c := range []struct {
		name, file string
		from       []byte
		stale      bool
	}{
		{"to the same file", pmText, []byte("first\n"), true},
		{"to another file", "2026/notes.md", []byte("first\n"), false},
		{"to the same file, which does not matter", pmText, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := shelve(t, githubsim.Options{})
			s.propose(t, postmortem("first\n"))
			var theirs string
			hold(t, s, "POST", "git/commits", func() { theirs = s.pm.Edit(pmBranch, c.file, "By hand.\n", "ana") })
			p := postmortem("second\n")
			p.Files[0].From = c.from
			out, err := s.client.Propose(t.Context(), p)
			log := s.pm.Log(pmBranch)
			if c.stale {
				if tr := troubleOf(t, err); !strings.Contains(tr.Sentence, "in the meantime") || log[0].SHA != theirs {
					t.Errorf("%+v, %+v", tr, log)
				}
				return
			}
			if err != nil || !out.Changed || len(log) != 4 || log[1].SHA != theirs {
				t.Errorf("%+v, %v, %+v", out, err, log)
			}
			s.holds(t, pmBranch, "second\n")
		})
	}
}

// hold lets do happen while the first such call is on its way.
func hold(t *testing.T, s *shelf, method, path string, do func()) {
	t.Helper()
	var once sync.Once
	s.Before(func(c githubsim.Call) {
		if c.Method == method && strings.Contains(c.Path, path) {
			once.Do(do)
		}
	})
}

func TestABranchThatOthersNeverStopWriting(t *testing.T) {
	s := shelve(t, githubsim.Options{NoLimits: true})
	s.propose(t, postmortem("first\n"))
	n := 0
	s.Before(func(c githubsim.Call) {
		if c.Method == "PATCH" {
			n++
			s.pm.Edit(pmBranch, "2026/notes.md", fmt.Sprint(n), "ana")
		}
	})
	_, err := s.client.Propose(t.Context(), postmortem("second\n"))
	if tr := troubleOf(t, err); tr.Permanent || tr.Unsure || tr.After == 0 || !strings.Contains(tr.Sentence, "others write to the branch "+pmBranch) {
		t.Errorf("%+v", tr)
	}
	if n != maxTries {
		t.Errorf("%d tries", n)
	}
}

func TestAMergedPostmortemGoesOnInANewBranch(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	s.propose(t, postmortem("first\n"))
	s.pm.Merge(1, "ana")
	out := s.propose(t, postmortem("first\n"))
	if want := (Proposed{URL: s.pm.URL() + "/pull/1", Number: 1, State: ProposalMerged, MergedAt: out.MergedAt}); out != want || out.MergedAt.IsZero() {
		t.Errorf("nothing is new: %+v", out)
	}
	// People go on writing on the default branch; the old branch still exists.
	s.pm.Edit("main", pmText, "first\nReviewed.\n", "ana")
	was, found, err := s.client.ProposedFile(t.Context(), pmRepo, pmBranch, pmText)
	if err != nil || !found || string(was) != "first\nReviewed.\n" {
		t.Fatalf("after the merge the default branch counts: %q, %v, %v", was, found, err)
	}
	out = s.propose(t, postmortem("second\nReviewed.\n"))
	if out.State != ProposalOpen || out.Number != 2 || !out.Changed {
		t.Errorf("%+v", out)
	}
	s.holds(t, pmBranch, "first\n")
	s.holds(t, pmBranch+"-2", "second\nReviewed.\n")
	if out := s.propose(t, postmortem("third\n")); out.Number != 2 {
		t.Errorf("the second round is reused: %+v", out)
	}
	s.pm.Merge(2, "ana")
	s.pm.DeleteBranch(pmBranch, "ana")
	if out := s.propose(t, postmortem("fourth\n")); out.Number != 3 {
		t.Errorf("%+v", out)
	}
	s.holds(t, pmBranch+"-3", "fourth\n")
	if got, found, err := s.client.ProposalState(t.Context(), pmRepo, pmBranch); err != nil || !found || got.Number != 3 || got.State != ProposalOpen {
		t.Errorf("%+v, %v, %v", got, found, err)
	}
}

func TestAClosedPostmortemStaysClosed(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	s.propose(t, postmortem("first\n"))
	s.pm.ClosePull(1, "ana")
	head := s.pm.Head(pmBranch)
	for range 2 {
		out, err := s.client.Propose(t.Context(), postmortem("second\n"))
		tr := troubleOf(t, err)
		if !tr.Permanent || tr.Sentence != "pull request 1 of acme/postmortems was closed without being merged, so Backout leaves it as it is; open it again on GitHub to go on with it" {
			t.Errorf("%+v", tr)
		}
		if want := (Proposed{URL: s.pm.URL() + "/pull/1", Number: 1, State: ProposalClosed}); out != want {
			t.Errorf("%+v", out)
		}
	}
	if s.pm.Head(pmBranch) != head || len(s.pm.PullRequests()) != 1 {
		t.Error("something was written")
	}
	s.pm.ReopenPull(1, "ana")
	if out := s.propose(t, postmortem("second\n")); out.Number != 1 || out.State != ProposalOpen {
		t.Errorf("%+v", out)
	}
	s.holds(t, pmBranch, "second\n")
	// The one that is open counts, even if a newer one was closed.
	s.pm.ClosePull(1, "ana")
	other := s.pm.PullRequest(githubsim.PR{Title: "Instead", Author: "ana", Head: pmBranch})
	s.pm.ClosePull(other, "ana")
	s.pm.ReopenPull(1, "ana")
	if out := s.propose(t, postmortem("third\n")); out.Number != 1 || out.State != ProposalOpen {
		t.Errorf("%+v", out)
	}
	s.pm.DeleteBranch(pmBranch, "ana") // Closes it, too.
	if out, err := s.client.Propose(t.Context(), postmortem("third\n")); err == nil || out.State != ProposalClosed {
		t.Errorf("%+v, %v", out, err)
	}
}

// TestForksAreNotOurs: anybody may name the branch of a fork as ours is named.
func TestForksAreNotOurs(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	head := s.pm.Commit(githubsim.Commit{Message: "x", Branch: "theirs"})
	for _, fork := range []string{"mallory/postmortems", "acme/postmortems-fork"} {
		s.pm.PullRequest(githubsim.PR{Title: "Mine", Author: "mallory", Head: pmBranch, HeadSHA: head, Fork: fork})
		s.pm.PullRequest(githubsim.PR{Title: "Mine", Author: "mallory", Head: pmBranch, HeadSHA: head, Fork: fork, Closed: true})
	}
	out := s.propose(t, postmortem("first\n"))
	if out.Number != 5 || out.State != ProposalOpen {
		t.Errorf("%+v", out)
	}
}

// TestManyAtOnce: however many write the same document at the same time, there is
// one branch and one pull request, and nobody's version is lost from its history.
func TestManyAtOnce(t *testing.T) {
	const writers = 8
	s := shelve(t, githubsim.Options{NoLimits: true})
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for range 50 {
				_, err := s.client.Propose(t.Context(), postmortem(fmt.Sprintf("version %d\n", i)))
				if err == nil {
					return
				}
				if tr := troubleOf(t, err); tr.Permanent || tr.Unsure {
					t.Errorf("%+v", tr)
				}
			}
			t.Error("it never came through")
		})
	}
	wg.Wait()
	if got := s.pm.PullRequests(); len(got) != 1 {
		t.Errorf("%d pull requests", len(got))
	}
	log := s.pm.Log(pmBranch)
	seen := map[string]bool{}
	for _, c := range log {
		seen[c.Message] = true
	}
	for i := range writers {
		if !seen[fmt.Sprintf("INC-7: version %d\n", i)] {
			t.Errorf("version %d is missing", i)
		}
	}
	if got, _ := s.pm.ReadFile(pmBranch, pmText); log[0].Message != "INC-7: "+got {
		t.Errorf("the text is %q, the newest commit %q", got, log[0].Message)
	}
}
