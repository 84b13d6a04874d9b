package githubsim

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// Repo is a repository, as the test or the demo handles it: its methods are what
// people and their tools do there, without the API.
type Repo struct {
	s           *Server
	id          int64
	owner, name string
	private     bool
	noIssues    bool
	noDrafts    bool
	archived    bool
	empty       bool     // made without a commit
	rules       []string // patterns of protected branches
	trunk       string   // the default branch
	made        time.Time
	people      map[string]bool // who can be assigned; nil is anybody

	commits map[string]*commit
	order   []*commit
	refs    map[string]string // refs/heads/main to a sha
	blobs   map[string]string // content that was uploaded on its own
	trees   map[string]map[string]string

	numbers     int // issues and pull requests share them
	pulls       []*pull
	issues      []*issue
	comments    []*comment
	releases    []*release
	checks      []*check
	statuses    []*status
	flows       []*flow
	definitions map[string]Workflow // by the hash of the file that stands for them
	runs        []*run
	dispatches  []Dispatch
	deployments []*deployment
}

// RepoOption says more about a new repository.
type RepoOption func(*Repo)

// Private makes the repository private.
func Private() RepoOption { return func(r *Repo) { r.private = true } }

// DefaultBranch names the default branch; it is main otherwise.
func DefaultBranch(name string) RepoOption { return func(r *Repo) { r.trunk = name } }

// NoIssues turns issues off: creating one answers 410.
func NoIssues() RepoOption { return func(r *Repo) { r.noIssues = true } }

// NoDrafts makes pull requests that are drafts unknown, as in private repositories
// of the smaller plans.
func NoDrafts() RepoOption { return func(r *Repo) { r.noDrafts = true } }

// Empty leaves the repository without a commit, as a new one is.
func Empty() RepoOption { return func(r *Repo) { r.empty = true } }

// Archive makes the repository read-only: each call that would change it answers 403.
func (r *Repo) Archive() {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.archived = true
}

// Assignable narrows who can be assigned to an issue; without it anybody can.
func Assignable(logins ...string) RepoOption {
	return func(r *Repo) {
		r.people = map[string]bool{}
		for _, l := range logins {
			r.people[strings.ToLower(l)] = true
		}
	}
}

// Repo returns the repository with this full name ("acme/web-app"). The first call
// makes it, with one commit on its default branch; options count only then.
func (s *Server) Repo(fullName string, opts ...RepoOption) *Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.w.repos[strings.ToLower(fullName)]; r != nil {
		return r
	}
	owner, name, found := strings.Cut(fullName, "/")
	if !found || owner == "" || name == "" {
		misuse("a repository is called owner/name, not %q", fullName)
	}
	r := &Repo{
		s: s, id: s.w.id(), owner: owner, name: name, trunk: "main", made: s.now(),
		commits: map[string]*commit{}, refs: map[string]string{}, definitions: map[string]Workflow{},
		blobs: map[string]string{}, trees: map[string]map[string]string{},
	}
	for _, o := range opts {
		o(r)
	}
	s.w.repos[strings.ToLower(fullName)] = r
	s.w.order = append(s.w.order, r)
	if r.empty {
		return r
	}
	r.commit(Commit{Message: "Initial commit", Author: owner, Files: []File{{Name: "README.md", Content: "# " + name + "\n"}}})
	return r
}

// known is the repository or a panic: a test that names an unknown one is wrong.
func (s *Server) known(fullName string) *Repo {
	r := s.w.repos[strings.ToLower(fullName)]
	if r == nil {
		misuse("there is no repository %q", fullName)
	}
	return r
}

// FullName is "owner/name".
func (r *Repo) FullName() string { return r.full() }

// URL is the repository's page.
func (r *Repo) URL() string { return r.page() }

func (r *Repo) full() string { return r.owner + "/" + r.name }
func (r *Repo) page() string { return r.s.base + "/" + r.full() }
func (r *Repo) url() string  { return r.s.api() + "/repos/" + r.full() }

// number is the next one of an issue or a pull request.
func (r *Repo) number() int {
	r.numbers++
	return r.numbers
}

// brief is the repository as it stands inside of runs.
func (r *Repo) brief() object {
	u := r.url()
	return object{
		"id": r.id, "node_id": nodeID("R", r.id), "name": r.name, "full_name": r.full(), "private": r.private,
		"owner": r.s.user(r.owner), "html_url": r.page(), "description": nil, "fork": false, "url": u,
		"archive_url": u + "/{archive_format}{/ref}", "branches_url": u + "/branches{/branch}", "commits_url": u + "/commits{/sha}",
		"compare_url": u + "/compare/{base}...{head}", "contents_url": u + "/contents/{+path}", "contributors_url": u + "/contributors",
		"deployments_url": u + "/deployments", "events_url": u + "/events", "git_refs_url": u + "/git/refs{/sha}",
		"git_tags_url": u + "/git/tags{/sha}", "hooks_url": u + "/hooks", "issues_url": u + "/issues{/number}",
		"issue_comment_url": u + "/issues/comments{/number}", "labels_url": u + "/labels{/name}", "merges_url": u + "/merges",
		"pulls_url": u + "/pulls{/number}", "releases_url": u + "/releases{/id}", "statuses_url": u + "/statuses/{sha}",
		"tags_url": u + "/tags", "teams_url": u + "/teams", "trees_url": u + "/git/trees{/sha}",
	}
}

// shape is the repository as it stands in webhooks and in its own answer.
func (r *Repo) shape() object {
	o := r.brief()
	visibility := "public"
	if r.private {
		visibility = "private"
	}
	pushed := r.made
	if c := r.commits[r.refs["refs/heads/"+r.trunk]]; c != nil {
		pushed = c.date
	}
	maps.Copy(o, object{
		"default_branch": r.trunk, "visibility": visibility, "archived": r.archived, "disabled": false, "is_template": false,
		"has_issues": !r.noIssues, "has_projects": true, "has_downloads": true, "has_wiki": true, "has_pages": false, "has_discussions": false,
		"created_at": stamp(r.made), "updated_at": stamp(r.made), "pushed_at": stamp(pushed),
		"clone_url": r.page() + ".git", "git_url": "git://github.com/" + r.full() + ".git", "ssh_url": "git@github.com:" + r.full() + ".git",
		"homepage": nil, "size": len(r.commits), "stargazers_count": 0, "watchers_count": 0, "watchers": 0, "language": "Go",
		"forks_count": 0, "forks": 0, "open_issues_count": r.open(), "open_issues": r.open(), "license": nil, "topics": []string{},
		"allow_forking": true, "web_commit_signoff_required": false,
	})
	return o
}

// open counts open issues and pull requests, as GitHub does.
func (r *Repo) open() int {
	n := 0
	for _, p := range r.pulls {
		if p.state == "open" {
			n++
		}
	}
	for _, i := range r.issues {
		if i.state == "open" {
			n++
		}
	}
	return n
}

func (s *Server) getRepo(q *request) reply {
	o := q.repo.shape()
	push := q.who.perms == nil || level(q.who.perms["contents"]) >= level("write")
	o["permissions"] = object{"admin": false, "maintain": false, "push": push && !s.opt.NoPush, "triage": push, "pull": true}
	if q.repo.owner != q.who.login {
		o["organization"] = s.user(q.repo.owner)
	}
	return ok(o)
}

// short is the abbreviation of a hash that people see.
func short(sha string) string { return fmt.Sprintf("%.7s", sha) }
