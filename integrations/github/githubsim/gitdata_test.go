package githubsim

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// committed makes a commit of one file through the Git data API, on top of parent.
func (st *stage) committed(parent, file, content string) string {
	st.t.Helper()
	tree := st.get(web("/git/commits/%s", parent)).at("tree", "sha")
	blob := st.post(web("/git/blobs"), map[string]any{"content": base64.StdEncoding.EncodeToString([]byte(content)), "encoding": "base64"}).is(201).at("sha")
	made := st.post(web("/git/trees"), map[string]any{"base_tree": tree, "tree": []any{map[string]any{"path": file, "mode": "100644", "type": "blob", "sha": blob}}}).is(201).at("sha")
	return st.post(web("/git/commits"), map[string]any{"message": "Write " + file, "tree": made, "parents": []string{parent}}).is(201).at("sha").(string)
}

func TestACommitIsMadeBeforeABranchHasIt(t *testing.T) {
	st := start(t, Options{})
	main := st.repo.Head("main")
	c := st.committed(main, "2026/7.md", "one\n")
	if st.repo.Head("main") != main || st.repo.Known("pm") != "" {
		t.Error("a commit moved a branch")
	}
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/pm", "sha": c}).is(201)
	if got, _ := st.repo.ReadFile("pm", "2026/7.md"); got != "one\n" {
		t.Errorf("the file is %q", got)
	}
	if got, _ := st.repo.ReadFile("pm", "README.md"); got == "" {
		t.Error("the files of the base are gone")
	}
	log := st.repo.Log("pm")
	if len(log) != 2 || log[0].SHA != c || log[0].Author != "backout-bot" || !slices.Equal(log[0].Files, []string{"2026/7.md"}) || log[1].SHA != main {
		t.Errorf("%+v", log)
	}
	st.get(web("/git/commits/%s", c)).wants("Write 2026/7.md", "message").wants(main, "parents", 0, "sha")
	st.get(web("/compare/main...pm")).wants("added", "files", 0, "status").wants("2026/7.md", "files", 0, "filename")
	st.get(web("/git/trees/pm?recursive=1")).wants("2026/7.md", "tree", 0, "path").wants(blobSHA("one\n"), "tree", 0, "sha")
	st.get(web("/git/trees/%s", st.get(web("/git/commits/%s", c)).at("tree", "sha"))).wants("2026", "tree", 0, "path").wants("tree", "tree", 0, "type")
	blob := st.get(web("/git/blobs/%s", blobSHA("one\n"))).wants("base64", "encoding").wants(4, "size")
	if b, err := base64.StdEncoding.DecodeString(blob.at("content").(string)); err != nil || string(b) != "one\n" {
		t.Errorf("%q, %v", b, err)
	}
	if raw := st.get(web("/git/blobs/%s", blobSHA("one\n")), header{"Accept", "application/vnd.github.raw+json"}).text; raw != "one\n" {
		t.Errorf("raw %q", raw)
	}
}

func TestABranchMovesOnlyForward(t *testing.T) {
	st := start(t, Options{})
	main := st.repo.Head("main")
	first, second := st.committed(main, "a", "1"), st.committed(main, "a", "2")
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/pm", "sha": first}).is(201)
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/pm", "sha": second}).is(422).wants("Reference already exists", "message")
	st.call("PATCH", web("/git/refs/heads/pm"), map[string]any{"sha": second, "force": false}).is(422).wants("Update is not a fast forward", "message")
	st.call("PATCH", web("/git/refs/heads/pm"), map[string]any{"sha": st.committed(first, "a", "2")}).is(200)
}

func TestTheSameFilesAreTheSameTree(t *testing.T) {
	st := start(t, Options{})
	c := st.get(web("/git/commits/%s", st.repo.Head("main")))
	readme, _ := st.repo.ReadFile("main", "README.md")
	entry := map[string]any{"path": "README.md", "mode": "100644", "type": "blob", "content": readme}
	st.post(web("/git/trees"), map[string]any{"base_tree": c.at("tree", "sha"), "tree": []any{entry}}).is(201).wants(c.at("tree", "sha"), "sha")
}

func TestWhatGitDoesNotTake(t *testing.T) {
	st := start(t, Options{})
	main := st.repo.Head("main")
	tree := st.get(web("/git/commits/%s", main)).at("tree", "sha")
	entry := func(edit map[string]any) map[string]any {
		e := map[string]any{"path": "a", "mode": "100644", "type": "blob", "content": "x"}
		for k, v := range edit {
			if e[k] = v; v == nil {
				delete(e, k)
			}
		}
		return map[string]any{"base_tree": tree, "tree": []any{e}}
	}
	for _, c := range []struct {
		name, path string
		ask        any
		says       string
	}{
		{"no content", "/git/blobs", map[string]any{}, "content"},
		{"bad base64", "/git/blobs", map[string]any{"content": "%", "encoding": "base64"}, "not valid Base64"},
		{"bad encoding", "/git/blobs", map[string]any{"content": "x", "encoding": "latin-1"}, "latin-1"},
		{"empty tree", "/git/trees", map[string]any{"base_tree": tree}, "Invalid tree info"},
		{"a commit as the base", "/git/trees", map[string]any{"base_tree": main, "tree": entry(nil)["tree"]}, "base_tree is not a valid tree oid"},
		{"no path", "/git/trees", entry(map[string]any{"path": nil}), "malformed path component"},
		{"path above", "/git/trees", entry(map[string]any{"path": "a/../b"}), "malformed path component"},
		{"path from the root", "/git/trees", entry(map[string]any{"path": "/a"}), "malformed path component"},
		{"path of Git", "/git/trees", entry(map[string]any{"path": ".GIT/config"}), "malformed path component"},
		{"mode", "/git/trees", entry(map[string]any{"mode": "644"}), "tree.mode"},
		{"type", "/git/trees", entry(map[string]any{"type": "file"}), "tree.type"},
		{"nothing", "/git/trees", entry(map[string]any{"content": nil}), "either tree.sha or tree.content"},
		{"both", "/git/trees", entry(map[string]any{"sha": blobSHA("x")}), "not both"},
		{"unknown blob", "/git/trees", entry(map[string]any{"content": nil, "sha": noCommit}), "is not a valid blob"},
		{"no message", "/git/commits", map[string]any{"tree": tree}, "message"},
		{"no tree", "/git/commits", map[string]any{"message": "m"}, "tree"},
		{"unknown tree", "/git/commits", map[string]any{"message": "m", "tree": noCommit}, "Tree SHA does not exist"},
		{"unknown parent", "/git/commits", map[string]any{"message": "m", "tree": tree, "parents": []string{noCommit}}, "Parent SHA does not exist"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := st.post(web("%s", c.path), c.ask)
			a.t = t
			a.is(422).says(c.says)
		})
	}
	for _, path := range []string{"/git/blobs/" + noCommit, "/git/trees/" + noCommit, "/git/commits/" + noCommit} {
		st.call("GET", web("%s", path), nil).is(404)
	}
}

func TestAnEmptyRepositoryHasNoGit(t *testing.T) {
	st := start(t, Options{})
	st.Repo("acme/new", Empty())
	st.call("GET", "repos/acme/new", nil).is(200)
	for _, c := range [][2]string{
		{"GET", "/git/ref/heads/main"}, {"GET", "/git/trees/main"}, {"GET", "/git/commits/" + noCommit}, {"GET", "/commits"},
		{"POST", "/git/blobs"}, {"POST", "/git/trees"}, {"POST", "/git/commits"}, {"POST", "/git/refs"}, {"PUT", "/contents/a.md"},
	} {
		st.call(c[0], "repos/acme/new"+c[1], nil).is(409).wants("Git Repository is empty.", "message")
	}
	st.call("GET", "repos/acme/new/contents/a.md", nil).is(404).wants("This repository is empty.", "message")
	if got := st.get("repos/acme/new/pulls?state=all").text; got != "[]" {
		t.Errorf("pull requests %s", got)
	}
}

func TestAnArchivedRepositoryIsReadOnly(t *testing.T) {
	st := start(t, Options{})
	n := st.repo.OpenIssue("T", "", "ana")
	st.repo.Archive()
	st.get(web("")).wants("true", "archived")
	st.get(web("/issues/%d", n))
	for _, c := range [][2]string{{"POST", "/issues"}, {"PATCH", "/issues/1"}, {"POST", "/git/blobs"}, {"POST", "/git/refs"}, {"POST", "/pulls"}, {"PUT", "/contents/a.md"}} {
		st.call(c[0], web("%s", c[1]), `{}`).is(403).says("archived so is read-only")
	}
}

func TestRulesAboutBranches(t *testing.T) {
	st := start(t, Options{})
	main := st.repo.Head("main")
	st.repo.Branch("release/1", main)
	st.repo.Protect("release/*")
	next := st.committed(main, "a", "1")
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/release/2", "sha": main}).is(422).says("Repository rule violations found")
	st.call("PATCH", web("/git/refs/heads/release/1"), map[string]any{"sha": next}).is(422).says("Changes must be made through a pull request.")
	st.call("DELETE", web("/git/refs/heads/release/1"), nil).is(422).says("Repository rule violations found")
	st.call("PUT", web("/contents/a.md"), map[string]any{"message": "m", "content": "", "branch": "release/1"}).is(409).says("through a pull request")
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/other", "sha": next}).is(201)
	st.post(web("/git/refs"), map[string]any{"ref": "refs/heads/release/1/x", "sha": next}).is(201)
}

func TestLargeFilesComeWithoutTheirContent(t *testing.T) {
	st := start(t, Options{})
	large := strings.Repeat("x", greatestContent+1)
	st.repo.File("docs/large.md", large)
	object := header{"Accept", "application/vnd.github.object+json"}
	st.call("GET", web("/contents/docs/large.md"), nil).is(403).wants("too_large", "errors", 0, "code")
	st.get(web("/contents/docs/large.md"), object).wants("none", "encoding").wants("", "content").wants(blobSHA(large), "sha")
	if got := st.get(web("/contents/docs/large.md"), header{"Accept", "application/vnd.github.raw+json"}).text; got != large {
		t.Errorf("raw has %d bytes", len(got))
	}
	st.get(web("/contents/README.md"), object).wants("base64", "encoding").wants("file", "type")
	st.get(web("/contents/docs"), object).wants("dir", "type").wants("large.md", "entries", 0, "name")
	st.get(web("/contents/docs")).wants("large.md", 0, "name")
}

func TestPermissionsOfTheGitDataAPI(t *testing.T) {
	st := start(t, Options{Permissions: map[string]string{"contents": "read"}})
	for _, path := range []string{"/git/blobs", "/git/trees", "/git/commits", "/git/refs"} {
		st.post(web("%s", path), `{}`).is(403).says("Resource not accessible")
	}
	st.get(web("/git/commits/%s", st.repo.Head("main")))
	none := start(t, Options{Permissions: map[string]string{"issues": "write"}})
	none.call("GET", web("/git/ref/heads/main"), nil).is(404)
	flows := start(t, Options{Permissions: map[string]string{"contents": "write"}})
	entry := map[string]any{"path": ".github/workflows/x.yml", "mode": "100644", "type": "blob", "content": "x"}
	flows.post(web("/git/trees"), map[string]any{"tree": []any{entry}}).is(403)
	content := start(t, Options{ContentLimit: 1})
	content.post(web("/git/blobs"), `{"content":"x"}`).is(201)
	content.post(web("/git/blobs"), `{"content":"x"}`).is(403).says("secondary rate limit")
}

func TestSomebodyPushesWhileACallIsOnItsWay(t *testing.T) {
	st := start(t, Options{})
	main := st.repo.Head("main")
	next := st.committed(main, "a", "1")
	st.Before(func(c Call) {
		if c.Method == "PATCH" {
			st.repo.Edit("main", "b", "2", "ana")
		}
	})
	st.call("PATCH", web("/git/refs/heads/main"), map[string]any{"sha": next}).is(422).says("not a fast forward")
	st.Before(nil)
	st.call("PATCH", web("/git/refs/heads/main"), map[string]any{"sha": st.committed(st.repo.Head("main"), "a", "1")}).is(200)
	if diff := cmp.Diff([]string{"Write a", "Update b", "Initial commit"}, messages(st.repo.Log("main"))); diff != "" {
		t.Error(diff)
	}
}

func messages(log []Logged) []string {
	var out []string
	for _, l := range log {
		out = append(out, l.Message)
	}
	return out
}
