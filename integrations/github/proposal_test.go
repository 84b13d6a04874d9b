package github

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"backout/integrations/github/githubsim"
)

const (
	pmRepo   = "acme/postmortems"
	pmBranch = "backout/inc-7"
	pmText   = "2026/7-users.md"
	pmImage  = "2026/7-users.png"
)

// image has bytes that are no text.
var image = []byte("\x89PNG\r\n\x1a\n\x00\xff\xfe") //nolint:gochecknoglobals // A constant, but for Go.

// shelf is a GitHub with a repository for postmortems.
type shelf struct {
	*scene
	pm *githubsim.Repo
	// since is before anything was written.
	since time.Time
}

func shelve(t *testing.T, so githubsim.Options, opts ...githubsim.RepoOption) *shelf {
	t.Helper()
	s := play(t, so)
	return &shelf{scene: s, pm: s.Repo(pmRepo, opts...), since: time.Now()}
}

// postmortem is INC-7's with this text.
func postmortem(text string) Proposal {
	return Proposal{
		Repo: pmRepo, Branch: pmBranch, Title: "Postmortem of INC-7", Body: "Written by Backout.", Message: "INC-7: " + text,
		Files: []ProposalFile{{Path: pmText, Content: []byte(text)}, {Path: pmImage, Content: image}},
	}
}

func (s *shelf) propose(t *testing.T, p Proposal) Proposed {
	t.Helper()
	out, err := s.client.Propose(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// holds checks the files of a branch.
func (s *shelf) holds(t *testing.T, branch, text string) {
	t.Helper()
	if got, _ := s.pm.ReadFile(branch, pmText); got != text {
		t.Errorf("%s has the text %q, want %q", branch, got, text)
	}
	if got, _ := s.pm.ReadFile(branch, pmImage); got != string(image) {
		t.Errorf("%s has the image %q", branch, got)
	}
}

// effects are the writes that were performed.
func (s *shelf) effects() []string {
	var out []string
	for _, c := range s.Calls() {
		if c.Effect && c.Method != "GET" {
			out = append(out, c.Method+" "+strings.TrimPrefix(c.Path, "/repos/"+pmRepo))
		}
	}
	return out
}

func TestAPostmortemStandsAsOnePullRequest(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	base := s.pm.Head("main")
	out := s.propose(t, postmortem("first\n"))
	pulls := s.pm.PullRequests()
	want := []githubsim.Pulled{{
		Number: 1, Title: "Postmortem of INC-7", Body: "Written by Backout.", State: "open", Author: "backout-bot", Head: pmBranch, URL: s.pm.URL() + "/pull/1",
	}}
	if d := cmp.Diff(want, pulls); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(Proposed{URL: pulls[0].URL, Number: 1, State: ProposalOpen, Changed: true}, out); d != "" {
		t.Error(d)
	}
	s.holds(t, pmBranch, "first\n")
	if log := s.pm.Log(pmBranch); len(log) != 2 || log[1].SHA != base || !slices.Equal(log[0].Files, []string{pmText, pmImage}) || log[0].Message != "INC-7: first\n" {
		t.Errorf("one commit with both files: %+v", log)
	}
	if s.pm.Head("main") != base {
		t.Error("the default branch was written to")
	}

	s.ResetCalls()
	if out := s.propose(t, postmortem("first\n")); out.Changed || out.Number != 1 {
		t.Errorf("nothing differs: %+v", out)
	}
	if got := s.effects(); got != nil {
		t.Errorf("nothing differs, and yet %v", got)
	}

	s.ResetCalls()
	if out := s.propose(t, postmortem("second\n")); !out.Changed || out.Number != 1 {
		t.Errorf("%+v", out)
	}
	s.holds(t, pmBranch, "second\n")
	if d := cmp.Diff([]string{"POST /git/blobs", "POST /git/trees", "POST /git/commits", "PATCH /git/refs/heads/" + pmBranch}, s.effects()); d != "" {
		t.Errorf("only the text differs: %s", d)
	}
	for _, c := range s.CallsTo("PATCH", "refs") {
		if !strings.Contains(c.Body, `"force":false`) {
			t.Errorf("forced: %s", c.Body)
		}
	}
}

// TestWhatAnEarlierVersionLeft: a branch that people or another program made.
func TestWhatAnEarlierVersionLeft(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	s.pm.Branch(pmBranch, s.pm.Head("main"))
	if out := s.propose(t, postmortem("first\n")); out.Number != 1 || !out.Changed {
		t.Errorf("an empty branch: %+v", out)
	}
	s.holds(t, pmBranch, "first\n")

	done := shelve(t, githubsim.Options{})
	done.pm.Push(githubsim.Push{Commits: []githubsim.Commit{{Files: []githubsim.File{{Name: pmText, Content: "first\n"}, {Name: pmImage, Content: string(image)}}}}})
	for range 2 {
		out := done.propose(t, postmortem("first\n"))
		if out.State != ProposalMerged || out.Number != 0 || out.Changed || !strings.HasPrefix(out.URL, done.pm.URL()+"/blob/") || len(done.pm.PullRequests()) != 0 {
			t.Errorf("it is on the default branch already: %+v", out)
		}
		done.pm.Branch(pmBranch, done.pm.Head("main")) // Nothing lies between the two.
	}
}

func TestDraftsWhereThereAreNone(t *testing.T) {
	for _, c := range []struct {
		opts  []githubsim.RepoOption
		draft bool
	}{{nil, true}, {[]githubsim.RepoOption{githubsim.NoDrafts()}, false}} {
		s := shelve(t, githubsim.Options{}, c.opts...)
		p := postmortem("first\n")
		p.Draft = true
		s.propose(t, p)
		if got := s.pm.PullRequests(); len(got) != 1 || got[0].Draft != c.draft {
			t.Errorf("%+v", got)
		}
	}
}

func TestTheDefaultBranchIsNotAlwaysMain(t *testing.T) {
	s := shelve(t, githubsim.Options{}, githubsim.DefaultBranch("trunk"))
	s.propose(t, postmortem("first\n"))
	if got := s.CallsTo("POST", "/pulls"); len(got) != 1 || !strings.Contains(got[0].Body, `"base":"trunk"`) {
		t.Errorf("%+v", got)
	}
}

func TestFilesOfAnySize(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	for _, content := range [][]byte{{}, bytes.Repeat([]byte("a long line of text\n"), 60_000), image} {
		if _, found, err := s.client.ProposedFile(t.Context(), pmRepo, pmBranch, "2026/none.md"); found || err != nil {
			t.Errorf("%v, %v", found, err)
		}
		p := postmortem("x")
		p.Files = []ProposalFile{{Path: pmText, Content: content}}
		s.propose(t, p)
		got, found, err := s.client.ProposedFile(t.Context(), pmRepo, pmBranch, pmText)
		if err != nil || !found || !bytes.Equal(got, content) {
			t.Errorf("%d of %d bytes, %v, %v", len(got), len(content), found, err)
		}
		if out := s.propose(t, p); out.Changed {
			t.Error("the same was written again")
		}
	}
}

func TestACommitWithoutAMessageHasTheTitle(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	p := postmortem("first\n")
	p.Message = " \n"
	s.propose(t, p)
	if got := s.pm.Log(pmBranch)[0].Message; got != p.Title {
		t.Errorf("%q", got)
	}
}

func TestHostileWordsInAPullRequest(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	p := postmortem("first\n")
	p.Title, p.Body, p.Message = "a\nb\u202e\x00"+strings.Repeat("é", 400), "x\x00\xffy\n<!-- z -->", "m\x00\n"
	s.propose(t, p)
	got := s.pm.PullRequests()[0]
	if strings.ContainsAny(got.Title, "\n\x00\u202e") || len([]rune(got.Title)) != maxGitHubTitle || got.Body != "x\ufffdy\n<!-- z -->" || s.pm.Log(pmBranch)[0].Message != "m\n" {
		t.Errorf("%+v, %+v", got, s.pm.Log(pmBranch)[0])
	}
}

func TestProposalsThatCannotBe(t *testing.T) {
	cl, srv := answering(t, nil)
	srv.Close() // Nothing may be asked.
	change := func(f func(*Proposal)) Proposal {
		p := postmortem("x")
		f(&p)
		return p
	}
	file := func(path string) Proposal { return change(func(p *Proposal) { p.Files[0].Path = path }) }
	branch := func(name string) Proposal { return change(func(p *Proposal) { p.Branch = name }) }
	for name, c := range map[string]struct {
		p    Proposal
		says string
	}{
		"no repository":   {change(func(p *Proposal) { p.Repo = "acme" }), "write owner/name"},
		"no files":        {change(func(p *Proposal) { p.Files = nil }), "has no files"},
		"no title":        {change(func(p *Proposal) { p.Title = " \x00\n" }), "has no title"},
		"long body":       {change(func(p *Proposal) { p.Body = strings.Repeat("é", maxGitHubBody+1) }), "the text of the pull request has 65537 characters, and GitHub takes 65536; shorten it"},
		"main":            {branch("main"), `"main" is no branch of Backout's`},
		"bare prefix":     {branch("backout/"), "begins with backout/"},
		"two folders":     {branch("backout/a/b"), "no branch of Backout's"},
		"bad reference":   {branch("backout/a..b"), "no branch of Backout's"},
		"lock":            {branch("backout/a.lock"), "no branch of Backout's"},
		"empty path":      {file(""), "no path for a document"},
		"path above":      {file("a/../../b.md"), "no path for a document"},
		"path from root":  {file("/a.md"), "no path for a document"},
		"path with tabs":  {file("a\tb.md"), "no path for a document"},
		"path of Git":     {file(".git/config"), "no path for a document"},
		"path of a flow":  {file(".github/workflows/x.yml"), "no path for a document"},
		"folder":          {file("a/"), "no path for a document"},
		"backslash":       {file(`a\b.md`), "such as 2026/7-users.md in backout.yaml"},
		"very long paths": {file(strings.Repeat("a", 500)), "no path for a document"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := cl.Propose(t.Context(), c.p)
			if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, c.says) {
				t.Errorf("%+v", tr)
			}
		})
	}
	for _, bad := range [][2]string{{"main", pmText}, {pmBranch, "../x"}} {
		_, _, err := cl.ProposedFile(t.Context(), pmRepo, bad[0], bad[1])
		if tr := troubleOf(t, err); !tr.Permanent {
			t.Errorf("%v: %+v", bad, tr)
		}
	}
}

func TestRoundOf(t *testing.T) {
	for head, want := range map[string]bool{
		"backout/inc-7": true, "backout/inc-7-2": true, "backout/inc-7-13": true,
		"backout/inc-71": false, "backout/inc-7-": false, "backout/inc-7-1": false, "backout/inc-7-02": false, "backout/inc-7-x": false,
		"backout/inc-7-2-3": false, "backout/inc": false, "": false,
	} {
		if got := RoundOf(head, "backout/inc-7"); got != want {
			t.Errorf("%s: %v", head, got)
		}
	}
}
