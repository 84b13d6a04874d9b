package github

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"backout/integrations/github/githubsim"
	"backout/timeline"
)

// story is a change as teams make them: two pull requests and a direct push
// between v1 and v2, checks on its head, and a try on staging.
type story struct {
	*scene
	base, head    string
	first, second int
}

func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

func tell(t *testing.T, so githubsim.Options) *story {
	t.Helper()
	so.Clock = func() time.Time { return noon() }
	s := &story{scene: play(t, so, func(o *Options) { o.Now = func() time.Time { return noon() } })}
	w := s.web
	s.base = w.Commit(githubsim.Commit{Message: "Release 1", Author: "ana", Files: []githubsim.File{{Name: "checkout/pay.go", Additions: 9}}})
	w.Tag("v1.0.0", s.base)
	one := w.Commit(githubsim.Commit{Message: "Faster checkout\n\nLong story", Author: "ana", Date: noon().Add(-50 * time.Minute),
		Files: []githubsim.File{{Name: "checkout/cache.go", Additions: 40}, {Name: "checkout/pay.go", Additions: 3, Deletions: 2}}})
	two := w.Commit(githubsim.Commit{Message: "Fix the cache", Author: "ana", Date: noon().Add(-45 * time.Minute), Files: []githubsim.File{{Name: "checkout/cache.go", Additions: 1}}})
	s.first = w.PullRequest(githubsim.PR{Title: "Faster checkout", Author: "ana", Commits: []string{one, two}, Merged: true, MergedBy: "ben",
		MergedAt: noon().Add(-44 * time.Minute), MergeSHA: two, Labels: []string{"perf"}})
	for _, r := range []githubsim.Review{
		{User: "ben", State: "CHANGES_REQUESTED", CommitSHA: one, At: noon().Add(-49 * time.Minute)},
		{User: "eve", State: "APPROVED", CommitSHA: one, At: noon().Add(-48 * time.Minute)},
		{User: "ben", State: "APPROVED", CommitSHA: two, At: noon().Add(-46 * time.Minute)},
		{User: "ben", State: "COMMENTED", CommitSHA: two, At: noon().Add(-45 * time.Minute)},
		{User: "joe", State: "COMMENTED", CommitSHA: two, At: noon().Add(-45 * time.Minute)},
	} {
		w.Review(s.first, r)
	}
	w.Commit(githubsim.Commit{Message: "Straight to main", Author: "eve", Date: noon().Add(-40 * time.Minute), Files: []githubsim.File{{Name: "README.md", Additions: 1}}})
	s.head = w.Commit(githubsim.Commit{Message: "Drop the column (#3)", Author: "joe", Date: noon().Add(-30 * time.Minute), Files: []githubsim.File{{Name: "migrations/0007.sql", Additions: 2}}})
	s.second = w.PullRequest(githubsim.PR{Title: "Drop the column", Author: "joe", Commits: []string{s.head}, Merged: true, MergedBy: "joe",
		MergedAt: noon().Add(-29 * time.Minute), MergeSHA: s.head})
	w.PullRequest(githubsim.PR{Title: "Everything, open", Author: "eve", Commits: []string{s.head}})
	w.CheckRun(s.head, githubsim.CheckRun{Name: "test", Conclusion: "failure", StartedAt: noon().Add(-29 * time.Minute), CompletedAt: noon().Add(-28 * time.Minute)})
	w.CheckRun(s.head, githubsim.CheckRun{Name: "test", Conclusion: "success", StartedAt: noon().Add(-27 * time.Minute), CompletedAt: noon().Add(-26 * time.Minute)})
	w.CheckRun(s.head, githubsim.CheckRun{Name: "e2e", Status: "in_progress", StartedAt: noon().Add(-27 * time.Minute)})
	w.Status(s.head, githubsim.Status{Context: "ci/old", State: "pending", At: noon().Add(-28 * time.Minute)})
	w.Status(s.head, githubsim.Status{Context: "ci/old", State: "success", At: noon().Add(-25 * time.Minute), TargetURL: "https://ci.example/1"})
	staged := w.Deploy(githubsim.Deployment{SHA: s.head, Environment: "staging", At: noon().Add(-24 * time.Minute)})
	w.DeployStatus(staged, "success", githubsim.LogURL("https://ci.example/2"), func(st *githubsim.DeploymentStatus) { st.At = noon().Add(-23 * time.Minute) })
	other := w.Deploy(githubsim.Deployment{SHA: s.base, Environment: "staging", At: noon().Add(-22 * time.Minute)})
	w.DeployStatus(other, "success")
	w.Tag("v2.0.0", s.head)
	return s
}

func TestChange(t *testing.T) {
	s := tell(t, githubsim.Options{})
	for _, q := range []ChangeQuery{
		{Repo: "acme/web-app", Base: s.base, Head: s.head, Staging: "staging"},
		{Repo: "acme/web-app", Base: "v1.0.0", Head: "v2.0.0", Staging: "staging"},
		{Repo: "acme/web-app", Base: s.base[:9], Head: "main", Staging: "staging"},
	} {
		f, err := s.client.Change(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if f.Repo != q.Repo || f.Base != q.Base || f.Head != q.Head || !f.At.Equal(noon()) || f.Link == "" || f.TotalCommits != 4 || f.MoreFiles || f.Missing != nil {
			t.Errorf("facts %+v", f)
		}
		if a, r := f.Size(); a != 47 || r != 2 || len(f.Files) != 4 {
			t.Errorf("+%d -%d in %+v", a, r, f.Files)
		}
		var commits []string
		for _, c := range f.Commits {
			commits = append(commits, fmt.Sprintf("%s %s #%d %s", c.Author, c.Message, c.Pull, c.At.Format("15:04")))
		}
		if d := cmp.Diff([]string{"ana Faster checkout #1 11:10", "ana Fix the cache #1 11:15", "eve Straight to main #0 11:20", "joe Drop the column (#3) #2 11:30"}, commits); d != "" {
			t.Error(d)
		}
		checkPulls(t, s, f)
		want := []timeline.ChangeCheck{
			{Name: "ci/old", Result: "success", At: noon().Add(-25 * time.Minute), Link: "https://ci.example/1"},
			{Name: "e2e", Result: "in_progress", At: noon().Add(-27 * time.Minute)},
			{Name: "test", Result: "success", At: noon().Add(-26 * time.Minute)},
		}
		for i := range f.Checks {
			if i > 0 {
				f.Checks[i].Link = ""
			}
		}
		if d := cmp.Diff(want, f.Checks); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]timeline.StagingDeploy{{Environment: "staging", State: "success", At: noon().Add(-23 * time.Minute), Link: "https://ci.example/2"}}, f.Staging); d != "" {
			t.Error(d)
		}
	}
}

func checkPulls(t *testing.T, s *story, f *timeline.ChangeFacts) {
	t.Helper()
	if len(f.Pulls) != 2 || f.Pulls[0].Number != s.first || f.Pulls[1].Number != s.second {
		t.Fatalf("pulls %+v", f.Pulls)
	}
	p := f.Pulls[0]
	if p.Title != "Faster checkout" || p.Author != "ana" || p.MergedBy != "ben" || p.MergedAt.IsZero() || p.Head == "" || p.Link == "" ||
		!slices.Equal(p.Labels, []string{"perf"}) || !slices.Equal(p.Files, []string{"checkout/cache.go", "checkout/pay.go"}) {
		t.Errorf("%+v", p)
	}
	var reviews []string
	for _, r := range p.Reviews {
		reviews = append(reviews, fmt.Sprintf("%s %s at head: %v", r.User, r.State, r.Commit == p.Head))
	}
	if d := cmp.Diff([]string{"eve APPROVED at head: false", "ben APPROVED at head: true"}, reviews); d != "" {
		t.Error(d)
	}
	if p := f.Pulls[1]; p.MergedBy != "joe" || p.Reviews != nil {
		t.Errorf("%+v", p)
	}
}

func TestChangeWithoutABase(t *testing.T) {
	s := tell(t, githubsim.Options{})
	f, err := s.client.Change(t.Context(), ChangeQuery{Repo: "acme/web-app", Head: "v2.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	if f.Base != "" || f.TotalCommits != 1 || len(f.Commits) != 1 || f.Commits[0].SHA != s.head || len(f.Files) != 1 || len(f.Checks) != 3 || len(f.Pulls) != 1 || f.Staging != nil || f.Missing != nil {
		t.Errorf("%+v", f)
	}
}

func TestChangeOfUnusualRanges(t *testing.T) {
	s := tell(t, githubsim.Options{})
	s.web.Commit(githubsim.Commit{Message: "Another way", Branch: "other", Parents: []string{s.base}})
	s.web.Commit(githubsim.Commit{Message: "Start over", Branch: "bare", Orphan: true})
	for _, c := range []struct {
		base, head string
		commits    int
		missing    string
	}{
		{s.head, s.head, 0, ""},
		{"v2.0.0", "v2.0.0", 0, ""},
		{s.head, s.base, 0, ""},
		{"v2.0.0", "v1.0.0", 0, ""},
		{s.head, "other", 1, "the two versions have diverged: 4 commits that only the older one has are not listed"},
	} {
		f, err := s.client.Change(t.Context(), ChangeQuery{Repo: "acme/web-app", Base: c.base, Head: c.head})
		if err != nil {
			t.Errorf("%s...%s: %v", c.base, c.head, err)
			continue
		}
		if len(f.Commits) != c.commits || strings.Join(f.Missing, "|") != c.missing {
			t.Errorf("%s...%s: %+v", c.base, c.head, f)
		}
	}
	for _, q := range []ChangeQuery{
		{Repo: "acme/web-app", Base: "nowhere", Head: s.head},
		{Repo: "acme/web-app", Base: s.base, Head: "bare"},
		{Repo: "acme/web-app", Head: "nowhere"},
		{Repo: "acme/none", Base: s.base, Head: s.head},
	} {
		_, err := s.client.Change(t.Context(), q)
		if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, q.Repo) || !strings.Contains(tr.Sentence, "Contents: read") && !strings.Contains(tr.Sentence, "No commit found") {
			t.Errorf("%+v", tr)
		}
	}
}

func TestChangeNamesWhatIsMissing(t *testing.T) {
	full := map[string]string{"contents": "read", "pull_requests": "read", "checks": "read", "statuses": "read", "deployments": "read"}
	for _, c := range []struct {
		lacks string
		says  string
	}{
		{"pull_requests", "Pull requests: read"},
		{"checks", "Checks: read"},
		{"statuses", "Commit statuses: read"},
		{"deployments", "Deployments: read"},
	} {
		perm := map[string]string{}
		for k, v := range full {
			if k != c.lacks {
				perm[k] = v
			}
		}
		s := tell(t, githubsim.Options{Permissions: perm})
		f, err := s.client.Change(t.Context(), ChangeQuery{Repo: "acme/web-app", Base: s.base, Head: s.head, Staging: "staging"})
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Missing) != 1 || !strings.Contains(f.Missing[0], c.says) || !strings.Contains(f.Missing[0], "acme/web-app") || len(f.Commits) != 4 {
			t.Errorf("without %s: %q", c.lacks, f.Missing)
		}
	}
	s := tell(t, githubsim.Options{})
	for _, x := range []struct {
		path, says string
	}{
		{"reviews", "some reviews could not be read: GitHub did not answer properly (status 502)"},
		{"files", "the files of some pull requests could not be read"},
		{"pulls/1", "some pull requests could not be read"},
		{"check-runs", "check runs could not be read"},
		{"status", "commit statuses could not be read"},
		{"statuses", "deploys to staging could not be read"},
	} {
		undo := s.Fail(githubsim.Fault{Path: x.path, Status: 502, Times: -1})
		f, err := s.client.Change(t.Context(), ChangeQuery{Repo: "acme/web-app", Base: s.base, Head: s.head, Staging: "staging"})
		undo()
		if err != nil || !slices.ContainsFunc(f.Missing, func(m string) bool { return strings.HasPrefix(m, x.says) }) {
			t.Errorf("%s: %v, %+v", x.path, err, f)
		}
	}
}

// TestACommitIsCreditedToWhatMergedIt: a pull request that merely contains the
// commit does not come before the one whose merge it is.
func TestACommitIsCreditedToWhatMergedIt(t *testing.T) {
	s := play(t, githubsim.Options{})
	base := s.web.Head("main")
	one := s.web.Commit(githubsim.Commit{Message: "One"})
	two := s.web.Commit(githubsim.Commit{Message: "Two"})
	whole := s.web.PullRequest(githubsim.PR{Title: "Both", Commits: []string{one, two}, Merged: true, MergeSHA: two, MergedAt: noon()})
	part := s.web.PullRequest(githubsim.PR{Title: "The first", Commits: []string{one}, Merged: true, MergeSHA: one, MergedAt: noon()})
	f, err := s.client.Change(t.Context(), ChangeQuery{Repo: "acme/web-app", Base: base, Head: two})
	if err != nil || len(f.Pulls) != 2 || f.Commits[0].Pull != part || f.Commits[1].Pull != whole {
		t.Errorf("%v, %+v", err, f)
	}
}

func TestChangeIsBounded(t *testing.T) {
	s := play(t, githubsim.Options{NoLimits: true})
	base := s.web.Head("main")
	var last string
	for i := 1; i <= 270; i++ {
		last = s.web.Commit(githubsim.Commit{Message: fmt.Sprintf("Commit %d", i), Author: "ana"})
		if i%5 == 0 {
			s.web.PullRequest(githubsim.PR{Title: fmt.Sprintf("Pull %d", i), Author: "ana", Commits: []string{last}, Merged: true, MergedBy: "ben", MergeSHA: last,
				MergedAt: noon().Add(time.Duration(i) * time.Minute)})
		}
	}
	s.ResetCalls()
	f, err := s.client.Change(t.Context(), ChangeQuery{Repo: "acme/web-app", Base: base, Head: last})
	if err != nil {
		t.Fatal(err)
	}
	if f.TotalCommits != 270 || len(f.Commits) != maxCommits || len(f.Pulls) != maxPulls || f.Commits[maxCommits-1].SHA != last {
		t.Errorf("%d commits, %d listed, %d pulls", f.TotalCommits, len(f.Commits), len(f.Pulls))
	}
	if f.Pulls[maxPulls-1].Title != "Pull 270" || f.Pulls[0].Title != "Pull 125" {
		t.Errorf("from %s to %s", f.Pulls[0].Title, f.Pulls[maxPulls-1].Title)
	}
	if len(f.Missing) != 2 || f.Missing[0] != "only 250 of 270 commits are listed" || !strings.HasPrefix(f.Missing[1], "only 30 pull requests are listed") {
		t.Errorf("%q", f.Missing)
	}
	if n := len(s.Calls()); n > 300 {
		t.Errorf("%d calls", n)
	}
	if n := atOnce(s.Calls()); n > concurrent {
		t.Errorf("%d calls at once", n)
	}
}

// atOnce is the greatest number of calls that ran at one time.
func atOnce(calls []githubsim.Call) int {
	most := 0
	for _, c := range calls {
		n := 0
		for _, o := range calls {
			if !o.Start.After(c.Start) && o.End.After(c.Start) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func TestALimitEndsTheAsking(t *testing.T) {
	s := play(t, githubsim.Options{NoLimits: true})
	base, last := s.web.Head("main"), ""
	for i := range 200 {
		last = s.web.Commit(githubsim.Commit{Message: fmt.Sprintf("Commit %d", i)})
	}
	s.Fail(githubsim.Fault{Path: "/pulls", Status: 403, RetryAfter: time.Minute, Times: -1})
	s.ResetCalls()
	f, err := s.client.Change(t.Context(), ChangeQuery{Repo: "acme/web-app", Base: base, Head: last})
	if err != nil || len(f.Missing) != 1 || f.Missing[0] != "pull requests of some commits could not be read: GitHub asks for a pause" {
		t.Errorf("%v, %+v", err, f.Missing)
	}
	if n := len(s.CallsTo("GET", "/pulls")); n > 2*concurrent {
		t.Errorf("%d calls against a limit", n)
	}
}

func TestAChangeThatNobodyWaitsFor(t *testing.T) {
	s := tell(t, githubsim.Options{})
	s.Fail(githubsim.Fault{Path: "check-runs", Delay: 300 * time.Millisecond})
	_, err := s.client.Change(soon(t, 150*time.Millisecond), ChangeQuery{Repo: "acme/web-app", Base: s.base, Head: s.head})
	if tr := troubleOf(t, err); tr.Permanent || tr.Unsure {
		t.Errorf("%+v", tr)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.client.Change(ended, ChangeQuery{Repo: "acme/web-app", Base: s.base, Head: s.head})
	troubleOf(t, err)
}

// TestChangeIsHostile: what people write on GitHub arrives cleaned.
func TestChangeIsHostile(t *testing.T) {
	cl, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "/compare/"):
			_, _ = w.Write([]byte(`{"total_commits":1,"html_url":"javascript:x","files":[{"filename":"` + strings.Repeat("f", 500) + `"}, null],
				"commits":[{"sha":"0123456789012345678901234567890123456789","commit":{"message":"a\u0000\u202eb\nc","author":null}}, null]}`))
		default:
			_, _ = w.Write([]byte(`null`))
		}
	})
	f, err := cl.Change(t.Context(), ChangeQuery{Repo: "acme/web-app", Base: "a", Head: "0123456789012345678901234567890123456789", Staging: "staging"})
	if err != nil {
		t.Fatal(err)
	}
	if f.Commits[0].Message != "ab" || f.Link != "" || len([]rune(f.Files[0].Path)) != maxPath {
		t.Errorf("%+v", f)
	}
}
