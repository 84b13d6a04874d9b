package githubsim

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPeopleAndPullRequests(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	st.repo.Edit("pm", "a.md", "1", "ana")
	n := int(st.post(web("/pulls"), map[string]any{"title": "T", "head": "pm", "base": "main"}).is(201).id("number"))
	st.Hook("acme/web-app", e.URL, "", "pull_request", "push")
	st.repo.Edit("pm", "a.md", "2", "ana")
	st.repo.ClosePull(n, "ben")
	st.repo.ReopenPull(n, "cy")
	st.repo.DeleteBranch("pm", "ben")
	st.settle()
	want := []string{"ping <nil>", "push <nil>", "pull_request synchronize", "pull_request closed", "pull_request reopened", "push <nil>", "pull_request closed"}
	if diff := cmp.Diff(want, e.all()); diff != "" {
		t.Error(diff)
	}
	for i, who := range []string{"ana", "ben", "cy", "ben"} {
		answer{t: t, body: e.list("pull_request")[i].body}.wants(who, "sender", "login").wants("acme/web-app", "pull_request", "head", "repo", "full_name")
	}
	if got := st.repo.PullRequests(); len(got) != 1 || got[0].State != "closed" || got[0].Merged || got[0].Author != "backout-bot" {
		t.Errorf("%+v", got)
	}
	st.call("PATCH", web("/pulls/%d", n), map[string]any{"state": "open"}).is(422).says("The pm branch has been deleted.")
	st.repo.Edit("pm", "b.md", "3", "ana")
	st.post(web("/pulls"), map[string]any{"title": "T", "head": "pm", "base": "main"}).is(201)
	st.call("PATCH", web("/pulls/%d", n), map[string]any{"state": "open"}).is(422).says("already an open pull request")
}

func TestWhatAPullRequestMustNotBe(t *testing.T) {
	st := start(t, Options{})
	r := st.Repo("acme/small", NoDrafts())
	r.Edit("pm", "a.md", "1", "ana")
	ask := func(edit map[string]any) map[string]any {
		o := map[string]any{"title": "T", "head": "pm", "base": "main"}
		maps.Copy(o, edit)
		return o
	}
	r.Branch("same", r.Head("main"))
	for says, edit := range map[string]map[string]any{
		"Draft pull requests are not supported in this repository.": {"draft": true},
		"No commits between main and same":                          {"head": "same"},
		"body is too long":                                          {"body": strings.Repeat("é", greatestText+1)},
		"title is too long":                                         {"title": strings.Repeat("é", greatestTitle+1)},
	} {
		st.post("repos/acme/small/pulls", ask(edit)).is(422).says(says)
	}
	st.post("repos/acme/small/pulls", ask(map[string]any{"body": strings.Repeat("é", greatestText)})).is(201)
}

func TestPullRequestsOfForks(t *testing.T) {
	st := start(t, Options{})
	head := st.repo.Commit(Commit{Message: "x", Branch: "theirs"})
	st.repo.PullRequest(PR{Title: "Mine", Author: "mallory", Head: "pm", HeadSHA: head, Fork: "mallory/web-app"})
	st.repo.PullRequest(PR{Title: "Mine, too", Author: "mallory", Head: "pm", HeadSHA: head, Fork: "acme/fork"})
	st.get(web("/pulls?head=mallory:pm")).wants("mallory/web-app", 0, "head", "repo", "full_name").wants("mallory:pm", 0, "head", "label")
	if got := st.get(web("/pulls?head=acme:pm")).column("title"); !cmp.Equal(got, []string{"Mine, too"}) {
		t.Errorf("%v", got)
	}
	st.repo.Edit("pm", "a.md", "1", "ana")
	st.post(web("/pulls"), map[string]any{"title": "Ours", "head": "pm", "base": "main"}).is(201)
}

func TestTheLifeOfAnIssue(t *testing.T) {
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	st := start(t, Options{Clock: func() time.Time { return at }})
	e := listen(t)
	st.Hook("acme/web-app", e.URL, "", "issues")
	n := int(st.post(web("/issues"), map[string]any{"title": "T", "body": "B"}).is(201).wants("<nil>", "state_reason").id("number"))
	set := func(ask map[string]any) answer {
		t.Helper()
		return st.call("PATCH", web("/issues/%d", n), ask).is(200)
	}
	set(map[string]any{"state": "open"}) // So already: nobody is told.
	at = at.Add(time.Hour)
	set(map[string]any{"state": "closed"}).wants("completed", "state_reason").wants("backout-bot", "closed_by", "login").wants("2026-11-20T11:00:00Z", "closed_at")
	set(map[string]any{"state": "closed", "state_reason": "not_planned"}).wants("not_planned", "state_reason")
	set(map[string]any{"state": "closed"}).wants("not_planned", "state_reason")
	set(map[string]any{"state": "open"}).wants("reopened", "state_reason").wants("<nil>", "closed_at").wants("<nil>", "closed_by")
	st.call("PATCH", web("/issues/%d", n), map[string]any{"state": "closed", "state_reason": "bored"}).is(422).wants("state_reason", "errors", 0, "field")
	st.repo.CloseIssue(n, "ana", "")
	st.repo.ReopenIssue(n, "ana")
	st.repo.EditIssue(n, "More", "ben")
	st.settle()
	want := []string{"issues opened", "issues closed", "issues reopened", "issues closed", "issues reopened", "issues edited"}
	if diff := cmp.Diff(want, e.all("issues")); diff != "" {
		t.Error(diff)
	}
	answer{t: t, body: e.list("issues")[3].body}.wants("ana", "sender", "login").wants("completed", "issue", "state_reason").wants("B", "issue", "body")
	if got := st.repo.Issues(); len(got) != 1 || got[0].Body != "More" || got[0].State != "open" || !got[0].UpdatedAt.Equal(at) {
		t.Errorf("%+v", got)
	}
}

func TestIssuesThatAreNotThereAnyMore(t *testing.T) {
	st := start(t, Options{})
	e := listen(t)
	ops := st.Repo("acme/ops")
	ops.OpenIssue("first", "", "ana")
	for i := range 3 {
		st.repo.OpenIssue(fmt.Sprint(i), "", "ana")
	}
	st.Hook("acme/web-app", e.URL, "", "issues")
	st.repo.DeleteIssue(1, "ana")
	if n := st.repo.TransferIssue(2, ops, "ana"); n != 2 {
		t.Errorf("it became %d", n)
	}
	st.settle()
	if diff := cmp.Diff([]string{"issues deleted", "issues transferred"}, e.all("issues")); diff != "" {
		t.Error(diff)
	}
	answer{t: t, body: e.list("issues")[1].body}.wants(2, "changes", "new_issue", "number").wants("acme/ops", "changes", "new_repository", "full_name")
	st.call("GET", web("/issues/1"), nil).is(410).wants("This issue was deleted", "message")
	st.call("PATCH", web("/issues/1"), `{"state":"closed"}`).is(410)
	st.get(web("/issues/2")).wants(st.APIURL()+"repos/acme/ops/issues/2", "url") // It answers 301, and the client follows.
	if got := st.get(web("/issues?state=all")).column("number"); !cmp.Equal(got, []string{"3"}) {
		t.Errorf("listed are %v", got)
	}
	docs := st.Repo("acme/docs", NoIssues())
	docs.OpenIssue("from before", "", "ana")
	st.call("GET", "repos/acme/docs/issues/1", nil).is(410).wants("Issues are disabled for this repo", "message")
	st.call("PATCH", "repos/acme/docs/issues/1", `{"state":"closed"}`).is(410)
}

func TestListsOfIssues(t *testing.T) {
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	st := start(t, Options{Clock: func() time.Time { return at }, NoLimits: true})
	for i := range 4 {
		st.repo.OpenIssue(fmt.Sprint(i+1), "", []string{"ana", "backout[bot]"}[i%2])
		at = at.Add(time.Hour)
	}
	st.repo.CloseIssue(1, "ana", "")
	for query, want := range map[string][]string{
		"":                                           {"4", "3", "2"},
		"?state=all":                                 {"4", "3", "2", "1"},
		"?state=closed":                              {"1"},
		"?state=all&creator=ana":                     {"3", "1"},
		"?state=all&creator=ANA":                     {"3", "1"},
		"?state=all&creator=backout[bot]":            {"4", "2"},
		"?state=all&since=2026-11-20T12:00:00Z":      {"4", "3", "1"},
		"?state=all&sort=updated":                    {"1", "4", "3", "2"},
		"?state=all&sort=updated&direction=asc":      {"2", "3", "4", "1"},
		"?state=all&direction=asc&per_page=2&page=2": {"3", "4"},
	} {
		if diff := cmp.Diff(want, st.get(web("/issues%s", query)).column("number")); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	st.call("GET", web("/issues?sort=name"), nil).is(422)
	st.call("GET", web("/issues?since=yesterday"), nil).is(422)
	st.post(web("/issues"), map[string]any{"title": "T", "assignees": strings.Split("a b c d e f g h i j k", " ")}).is(422).wants("assignees", "errors", 0, "field")
}
