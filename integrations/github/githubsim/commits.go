package githubsim

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Commit is a change, as somebody makes it.
type Commit struct {
	Message string
	Author  string    // login
	Date    time.Time // the clock's when zero
	Files   []File
	Branch  string   // the default branch when empty; made at the parent when new
	Parents []string // the head of the branch when nil
	Orphan  bool     // no parent: a history of its own
}

// File is a file of a commit.
type File struct {
	Name                 string
	Status               string // added, modified, removed or renamed; found out when empty
	PreviousName         string // of a renamed file
	Additions, Deletions int
	Content              string // something unique when empty
	Patch                string
	exact                bool // Content counts even when it is empty
}

// commit is one in the graph, with all files of its tree.
type commit struct {
	n       int // in order of creation, so parents have smaller ones
	sha     string
	treeSHA string
	message string
	author  string
	date    time.Time
	parents []string
	files   []File
	tree    map[string]string
}

// Commit adds a commit and returns its hash. Nobody is told; see Push.
func (r *Repo) Commit(c Commit) string {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return r.commit(c).sha
}

func (r *Repo) commit(c Commit) *commit {
	if c.Branch == "" {
		c.Branch = r.trunk
	}
	if c.Author == "" {
		c.Author = r.owner
	}
	if c.Date.IsZero() {
		c.Date = r.s.now()
	}
	ref := "refs/heads/" + c.Branch
	parents := r.parentsOf(c, ref)
	n := &commit{
		n: len(r.order), message: c.Message, author: c.Author, date: c.Date.UTC().Truncate(time.Second),
		parents: parents, tree: map[string]string{},
	}
	if len(parents) > 0 {
		n.tree = maps.Clone(r.commits[parents[0]].tree)
	}
	for _, f := range c.Files {
		n.files = append(n.files, r.apply(n, f))
	}
	n.sha, n.treeSHA = r.s.w.sha(c.Message), r.s.w.sha("tree")
	r.commits[n.sha] = n
	r.order = append(r.order, n)
	r.refs[ref] = n.sha
	r.adopt(n)
	return n
}

func (r *Repo) parentsOf(c Commit, ref string) []string {
	switch {
	case c.Orphan || len(r.order) == 0:
		return nil
	case c.Parents != nil:
		for _, p := range c.Parents {
			if r.commits[p] == nil {
				misuse("there is no commit %q to be a parent", p)
			}
		}
		return slices.Clone(c.Parents)
	case r.refs[ref] != "":
		return []string{r.refs[ref]}
	default:
		return []string{r.refs["refs/heads/"+r.trunk]}
	}
}

// apply puts a file into the commit's tree and completes its description. A file
// that is said to be there already but is not has always been there: a test may
// change files that it never added.
func (r *Repo) apply(n *commit, f File) File {
	from := f.Name
	if f.PreviousName != "" {
		from, f.Status = f.PreviousName, "renamed"
	}
	before, there := n.tree[from]
	if !there && slices.Contains([]string{"modified", "removed", "renamed"}, f.Status) {
		before = "as it was: " + from + "\n"
		r.plant(from, before)
		n.tree[from] = before
		there = true
	}
	if f.Content == "" && !f.exact {
		f.Content = r.s.w.sha(f.Name) + "\n"
		if f.Status == "renamed" {
			f.Content = before
		}
	}
	switch {
	case f.Status == "removed":
		delete(n.tree, f.Name)
		return f
	case f.Status == "renamed":
		delete(n.tree, from)
	case there:
		f.Status = "modified"
	default:
		f.Status = "added"
	}
	if f.Additions == 0 && f.Deletions == 0 && f.Status != "renamed" {
		f.Additions = max(1, strings.Count(f.Content, "\n"))
	}
	n.tree[f.Name] = f.Content
	return f
}

// plant puts a file into all commits so far.
func (r *Repo) plant(path, content string) {
	for _, c := range r.order {
		if _, there := c.tree[path]; !there {
			c.tree[path] = content
		}
	}
}

// Head is the commit that a branch, a tag or an abbreviated hash stands for.
func (r *Repo) Head(ref string) string {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return r.must(ref).sha
}

func (r *Repo) must(ref string) *commit {
	c := r.resolve(ref)
	if c == nil {
		misuse("%s has no commit, branch or tag %q", r.full(), ref)
	}
	return c
}

// resolve finds a commit by hash, short hash, branch or tag.
func (r *Repo) resolve(ref string) *commit {
	for _, name := range []string{ref, "refs/" + ref, "refs/heads/" + ref, "refs/tags/" + ref} {
		if sha := r.refs[name]; sha != "" {
			return r.commits[sha]
		}
	}
	if c := r.commits[ref]; c != nil {
		return c
	}
	if len(ref) < 7 {
		return nil
	}
	var found *commit
	for _, c := range r.order {
		if strings.HasPrefix(c.sha, ref) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// history is the commit and all before it.
func (r *Repo) history(sha string) map[string]bool {
	seen := map[string]bool{}
	todo := []string{sha}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if c := r.commits[at]; c != nil && !seen[at] {
			seen[at] = true
			todo = append(todo, c.parents...)
		}
	}
	return seen
}

// only are the commits of one history that another lacks, oldest first.
func (r *Repo) only(has, lacks map[string]bool) []*commit {
	var out []*commit
	for _, c := range r.order {
		if has[c.sha] && !lacks[c.sha] {
			out = append(out, c)
		}
	}
	return out
}

// mergeBase is the newest commit of both histories. Its descendants came later, so
// none of them is common, too.
func (r *Repo) mergeBase(a, b map[string]bool) *commit {
	for _, c := range slices.Backward(r.order) {
		if a[c.sha] && b[c.sha] {
			return c
		}
	}
	return nil
}
