package githubsim

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCompareCountsFromTheGraph(t *testing.T) {
	st := start(t, Options{})
	r := st.repo
	one := r.Commit(Commit{Message: "One", Author: "ana", Files: []File{{Name: "cart.go", Additions: 4}}})
	two := r.Commit(Commit{Message: "Two", Files: []File{{Name: "migrations/7.sql"}, {Name: "cart.go", Additions: 3, Deletions: 2}}})
	three := r.Commit(Commit{Message: "Three", Files: []File{{Name: "old.go", Status: "removed"}, {Name: "basket.go", PreviousName: "cart.go"}}})
	side := r.Commit(Commit{Message: "Aside", Branch: "hotfix/1", Parents: []string{one}, Files: []File{{Name: "fix.go"}}})
	lone := r.Commit(Commit{Message: "Elsewhere", Branch: "lone", Orphan: true})
	r.Tag("v1", one)
	for _, c := range []struct {
		basehead, status, base string
		ahead, behind          int
		files                  []string
	}{
		{"v1...main", "ahead", one, 2, 0, []string{"basket.go", "migrations/7.sql", "old.go"}},
		{"main...v1", "behind", one, 0, 2, []string{}},
		{"main...main", "identical", three, 0, 0, []string{}},
		{"main...hotfix/1", "diverged", one, 1, 2, []string{"fix.go"}},
		{"acme:v1...acme:main", "ahead", one, 2, 0, []string{"basket.go", "migrations/7.sql", "old.go"}},
		{one[:10] + "..." + two, "ahead", one, 1, 0, []string{"cart.go", "migrations/7.sql"}},
		{"hotfix%2F1...main", "diverged", one, 2, 1, []string{"basket.go", "migrations/7.sql", "old.go"}},
	} {
		t.Run(c.basehead, func(t *testing.T) {
			a := st.get(web("/compare/%s", c.basehead)).wants(c.status, "status").wants(c.ahead, "ahead_by").wants(c.behind, "behind_by")
			a.wants(c.ahead, "total_commits").wants(c.base, "merge_base_commit", "sha")
			if diff := cmp.Diff(c.files, a.column("filename", "files")); diff != "" {
				t.Error(diff)
			}
		})
	}
	a := st.get(web("/compare/v1...main"))
	if got := a.column("sha", "commits"); !cmp.Equal(got, []string{two, three}) {
		t.Errorf("commits must be oldest first: %v", got)
	}
	a.wants("renamed", "files", 0, "status").wants("cart.go", "files", 0, "previous_filename").wants("removed", "files", 2, "status")
	a = st.get(web("/compare/v1...%s", two)).wants("modified", "files", 0, "status").wants(3, "files", 0, "additions").wants("added", "files", 1, "status")
	a.wants("ana", "base_commit", "author", "login")
	st.call("GET", web("/compare/main...lone"), nil).is(404).says("No common ancestor")
	st.call("GET", web("/compare/somebody:main...main"), nil).is(404)
	st.get(web("/commits/%s", side)).wants("Aside", "commit", "message")
	st.get(web("/commits/hotfix/1")).wants(side, "sha")
	st.get(web("/commits/%s", lone)).wants("[]", "parents")
	st.call("GET", web("/commits/nowhere"), nil).is(422).wants("No commit found for SHA: nowhere", "message")
}

func TestALongComparisonIsCut(t *testing.T) {
	st := start(t, Options{})
	base := st.repo.Head("main")
	var last string
	for i := range 260 {
		files := []File{{Name: fmt.Sprintf("a%d", i)}, {Name: fmt.Sprintf("b%d", i)}}
		last = st.repo.Commit(Commit{Message: itoa(i), Files: files})
	}
	a := st.get(web("/compare/%s...main", base)).wants(260, "total_commits").wants(260, "ahead_by")
	commits := a.column("sha", "commits")
	if len(commits) != 250 || commits[249] != last {
		t.Errorf("%d commits, the last is the newest: %v", len(commits), commits[len(commits)-1] == last)
	}
	if n := len(a.column("filename", "files")); n != 300 {
		t.Errorf("%d files", n)
	}
	a = st.get(web("/compare/%s...main?per_page=100&page=3", base))
	if n, f := len(a.column("sha", "commits")), len(a.column("filename", "files")); n != 60 || f != 0 {
		t.Errorf("page 3 has %d commits and %d files", n, f)
	}
}

func TestCommitsAreListedNewestFirst(t *testing.T) {
	st := start(t, Options{Clock: func() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) }})
	day := func(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }
	a := st.repo.Commit(Commit{Message: "A", Author: "ana", Date: day(1), Files: []File{{Name: "web/cart.go"}}})
	b := st.repo.Commit(Commit{Message: "B", Author: "ben", Date: day(3)})
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"?since=2026-11-01T00:00:00Z&until=2026-11-05T00:00:00Z", []string{b, a}}, {"?path=web", []string{a}}, {"?author=ben", []string{b}},
		{"?until=2026-11-02T00:00:00Z", []string{a}}, {"?sha=" + a + "&author=ana", []string{a}},
	} {
		if diff := cmp.Diff(c.want, st.get(web("/commits%s", c.query)).column("sha")); diff != "" {
			t.Errorf("%s: %s", c.query, diff)
		}
	}
	st.call("GET", web("/commits?since=yesterday"), nil).is(422)
	st.call("GET", web("/commits?sha=nowhere"), nil).is(404)
}

func TestThePullRequestThatBroughtACommit(t *testing.T) {
	st := start(t, Options{})
	r := st.repo
	direct := r.Commit(Commit{Message: "Straight to main"})
	work := r.Commit(Commit{Message: "Faster", Branch: "faster"})
	n := r.PullRequest(PR{Title: "Faster checkout", Author: "ana", Head: "faster", HeadSHA: work, Labels: []string{"perf"}})
	st.get(web("/commits/%s/pulls", work)).wants(n, 0, "number").wants("open", 0, "state")
	sha := r.Merge(n, "ben")
	for _, c := range []string{work, sha} {
		st.get(web("/commits/%s/pulls", c)).wants(n, 0, "number").wants("closed", 0, "state")
	}
	st.get(web("/commits/%s/pulls", direct)).wants("[]")
	a := st.get(web("/pulls/%d", n)).wants("true", "merged").wants("ben", "merged_by", "login").wants(sha, "merge_commit_sha").wants(work, "head", "sha")
	a.wants("main", "base", "ref").wants("perf", "labels", 0, "name").wants("Faster checkout", "title")
	b := st.get(web("/pulls/%d", n), header{"X-GitHub-Api-Version", newVersion})
	for _, gone := range []string{"merge_commit_sha", "assignee"} {
		if strings.Contains(b.text, `"`+gone+`"`) {
			t.Errorf("%s is gone since %s", gone, newVersion)
		}
	}
	st.get(web("/pulls?head=acme:faster&state=all")).wants(n, 0, "number")
	st.get(web("/pulls?head=acme:faster")).wants("[]")
	st.get(web("/pulls/%d/commits", n)).wants(work, 0, "sha")

	squashed := r.Commit(Commit{Message: "Squashed (#2)"})
	m := r.PullRequest(PR{Title: "Squash", Author: "ana", Commits: []string{work}, Merged: true, MergeSHA: squashed, Files: []File{{Name: "auth/login.go", Status: "modified"}}})
	st.get(web("/commits/%s/pulls", squashed)).wants(m, 0, "number")
	st.get(web("/pulls/%d/files", m)).wants("auth/login.go", 0, "filename")
}

func TestReviewsComeOldestFirst(t *testing.T) {
	st := start(t, Options{})
	n := st.repo.PullRequest(PR{Title: "T", HeadSHA: st.repo.Commit(Commit{Message: "x", Branch: "x"}), Head: "x"})
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	st.repo.Review(n, Review{User: "ben", State: "APPROVED", At: at.Add(time.Hour)})
	st.repo.Review(n, Review{User: "ana", State: "CHANGES_REQUESTED", At: at, CommitSHA: st.repo.Head("main")})
	st.repo.Review(n, Review{User: "cy", State: "PENDING"})
	a := st.get(web("/pulls/%d/reviews", n)).wants("CHANGES_REQUESTED", 0, "state").wants("ben", 1, "user", "login").wants(st.repo.Head("x"), 1, "commit_id")
	if len(a.column("id")) != 2 {
		t.Errorf("somebody's pending review is shown: %s", a.text)
	}
}

func TestChecksAndStatusesAreTwoThings(t *testing.T) {
	st := start(t, Options{})
	sha := st.repo.Commit(Commit{Message: "x"})
	st.get(web("/commits/%s/status", sha)).wants("pending", "state").wants(0, "total_count").wants("[]", "statuses")
	st.get(web("/commits/%s/check-runs", sha)).wants(0, "total_count")
	st.repo.CheckRun(sha, CheckRun{Name: "test", Conclusion: "failure"})
	st.repo.CheckRun(sha, CheckRun{Name: "test", Conclusion: "success"})
	st.repo.CheckRun(sha, CheckRun{Name: "lint", Status: "in_progress"})
	st.get(web("/commits/main/check-runs?filter=latest")).wants(2, "total_count").wants("in_progress", "check_runs", 0, "status").wants("success", "check_runs", 1, "conclusion")
	st.get(web("/commits/main/check-runs?filter=all")).wants(3, "total_count")
	st.get(web("/commits/%s/status", sha)).wants("pending", "state").wants(0, "total_count")

	st.repo.Status(sha, Status{Context: "ci", State: "failure"})
	st.get(web("/commits/%s/status", sha)).wants("failure", "state")
	st.repo.Status(sha, Status{Context: "ci", State: "success"})
	st.get(web("/commits/%s/status", sha)).wants("success", "state").wants(1, "total_count")
	st.post(web("/statuses/%s", sha), map[string]any{"state": "pending", "context": "deploy"}).is(201)
	st.get(web("/commits/%s/status", sha)).wants("pending", "state").wants(2, "total_count")
	st.get(web("/commits/%s/statuses", sha)).wants("deploy", 0, "context").wants("ci", 2, "context")
	st.post(web("/statuses/%s", sha), map[string]any{"state": "fine"}).is(422)
}

func TestFilesAreWrittenWithTheirHash(t *testing.T) {
	st := start(t, Options{})
	main := st.repo.Head("main")
	put := func(path string, body map[string]any) answer { return st.call("PUT", web("/contents/%s", path), body) }
	text := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

	st.get(web("/git/ref/heads/main")).wants(main, "object", "sha")
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/pm", "sha": main}).is(201).wants("refs/heads/pm", "ref")
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/pm", "sha": main}).is(422).wants("Reference already exists", "message")
	st.post(web("/git/refs"), map[string]any{"ref": "pm", "sha": main}).is(422).says("must start with 'refs/'")
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/a b", "sha": main}).is(422)
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/x", "sha": strings.Repeat("0", 40)}).is(422).wants("Object does not exist", "message")
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/x", "sha": "main"}).is(422)
	st.post(web("/pulls"), map[string]any{"title": "T", "head": "pm", "base": "main"}).is(422).says("No commits between main and pm")

	put("2026/7.md", map[string]any{"content": text("# One\n"), "branch": "pm"}).is(422).says(`\"message\" wasn't supplied`)
	put("2026/7.md", map[string]any{"message": "m", "branch": "pm"}).is(422).says(`\"content\" wasn't supplied`)
	put("2026/7.md", map[string]any{"message": "m", "content": "# One", "branch": "pm"}).is(422).says("not valid Base64")
	put("2026/7.md", map[string]any{"message": "m", "content": "", "branch": "nowhere"}).is(404).says("Branch nowhere not found")
	sha, _ := put("2026/7.md", map[string]any{"message": "m", "content": text("# One\n"), "branch": "pm"}).is(201).at("content", "sha").(string)
	put("2026/7.md", map[string]any{"message": "m", "content": text("# Two\n"), "branch": "pm"}).is(422).says(`\"sha\" wasn't supplied`)
	put("2026/7.md", map[string]any{"message": "m", "content": text("# Two\n"), "branch": "pm", "sha": main}).is(409).says("does not match")
	put("2026/7.md", map[string]any{"message": "m", "content": text("# Two\n"), "branch": "pm", "sha": sha}).is(200)
	put("2026/empty.md", map[string]any{"message": "m", "content": "", "branch": "pm"}).is(201).wants(0, "content", "size")

	content, _ := st.get(web("/contents/2026/7.md?ref=pm")).wants("base64", "encoding").at("content").(string)
	if b, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(content, "\n", "")); err != nil || string(b) != "# Two\n" {
		t.Errorf("read %q, %v", b, err)
	}
	st.call("GET", web("/contents/2026/7.md"), nil).is(404)
	if got := st.get(web("/contents?ref=pm")).column("type"); !cmp.Equal(got, []string{"dir", "file"}) {
		t.Errorf("the root has %v", got)
	}
	st.get(web("/contents/2026?ref=pm")).wants("2026/7.md", 0, "path")

	n := st.post(web("/pulls"), map[string]any{"title": "T", "head": "acme:pm", "base": "main", "body": "B", "draft": true}).is(201).wants("true", "draft").id("number")
	st.post(web("/pulls"), map[string]any{"title": "T", "head": "pm", "base": "main"}).is(422).says("A pull request already exists for acme:pm.")
	st.post(web("/pulls"), map[string]any{"title": "T", "head": "nowhere", "base": "main"}).is(422).wants("head", "errors", 0, "field")
	st.post(web("/pulls"), map[string]any{"head": "pm", "base": "main"}).is(422).wants("missing_field", "errors", 0, "code")
	st.get(web("/pulls?head=acme:pm&state=open")).wants(n, 0, "number")
	st.get(web("/pulls/%d/files", n)).wants("2026/7.md", 0, "filename")
	st.call("PATCH", web("/pulls/%d", n), map[string]any{"state": "closed"}).is(200).wants("closed", "state")

	st.call("PATCH", web("/git/refs/heads/pm"), map[string]any{"sha": main}).is(422).says("not a fast forward")
	st.call("PATCH", web("/git/refs/heads/pm"), map[string]any{"sha": main, "force": true}).is(200)
	st.call("DELETE", web("/git/refs/heads/pm"), nil).is(204)
	st.call("GET", web("/git/ref/heads/pm"), nil).is(404)
}

func TestIssues(t *testing.T) {
	st := start(t, Options{})
	a := st.post(web("/issues"), map[string]any{"title": "Add an alert", "body": "INC-7", "labels": []string{"incident"}, "assignees": []string{"ana"}}).is(201)
	a.wants("incident", "labels", 0, "name").wants("ana", "assignees", 0, "login").wants("open", "state")
	n := a.id("number")
	st.post(web("/issues"), map[string]any{"body": "x"}).is(422).wants("missing_field", "errors", 0, "code")
	st.post(web("/issues"), map[string]any{"title": "T", "body": strings.Repeat("x", 65537)}).is(422).says("too long")
	st.post(web("/issues"), map[string]any{"title": "T", "body": strings.Repeat("ä", 65536)}).is(201)
	c := st.post(web("/issues/%d/comments", n), map[string]any{"body": "Done in #3"}).is(201).id("id")
	st.post(web("/issues/%d/comments", n), map[string]any{"body": " "}).is(422)
	st.post(web("/issues/99/comments"), map[string]any{"body": "x"}).is(404)
	st.call("PATCH", web("/issues/comments/%d", c), map[string]any{"body": "Done in #4"}).is(200)
	st.get(web("/issues/%d/comments", n)).wants("Done in #4", 0, "body")
	st.call("PATCH", web("/issues/%d", n), map[string]any{"state": "closed"}).is(200).wants("closed", "state")
	st.call("PATCH", web("/issues/%d", n), map[string]any{"state": "done"}).is(422)
	st.get(web("/issues/%d", n)).wants(1, "comments")
	st.repo.PullRequest(PR{Title: "Not an issue", HeadSHA: st.repo.Head("main")})
	list := st.get(web("/issues?state=all"))
	if got := list.column("title"); !cmp.Equal(got, []string{"Not an issue", "T", "Add an alert"}) {
		t.Errorf("issues are %v", got)
	}
	if list.at(0, "pull_request") == nil || list.at(1, "pull_request") != nil {
		t.Error("a pull request in the list is marked as such, and nothing else is")
	}
	st.get(web("/issues?state=all&labels=incident")).wants(n, 0, "number")
}

func TestWhoMayNotPushIsNotToldThatLabelsAreDropped(t *testing.T) {
	ask := map[string]any{"title": "T", "labels": []string{"incident"}, "assignees": []string{"nobody"}}
	for name, o := range map[string]Options{"no push": {NoPush: true}, "issues only": {Permissions: map[string]string{"issues": "write"}}} {
		t.Run(name, func(t *testing.T) {
			start(t, o).post(web("/issues"), ask).is(201).wants("[]", "labels").wants("[]", "assignees")
		})
	}
	st := start(t, Options{})
	st.Repo("acme/docs", NoIssues())
	st.Repo("acme/ops", Assignable("ana"))
	st.post("repos/acme/docs/issues", ask).is(410)
	st.post("repos/acme/ops/issues", ask).is(422).wants("assignees", "errors", 0, "field")
}

func TestReleases(t *testing.T) {
	st := start(t, Options{})
	st.repo.Release(Release{Tag: "v1"})
	st.repo.Release(Release{Tag: "v2", Prerelease: true})
	st.repo.Release(Release{Tag: "v3", Draft: true})
	if got := st.get(web("/releases")).column("tag_name"); !cmp.Equal(got, []string{"v3", "v2", "v1"}) {
		t.Errorf("releases are %v", got)
	}
	st.get(web("/releases/latest")).wants("v1", "tag_name")
	st.get(web("/tags")).wants("v2", 0, "name")
	st.get(web("/branches/main")).wants(st.repo.Head("main"), "commit", "sha")
}
