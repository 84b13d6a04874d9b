package githubsim

import (
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Tag makes or moves a tag.
func (r *Repo) Tag(name, sha string) { r.setRef("refs/tags/"+name, sha) }

// Branch makes or moves a branch.
func (r *Repo) Branch(name, sha string) { r.setRef("refs/heads/"+name, sha) }

func (r *Repo) setRef(ref, sha string) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.refs[ref] = r.must(sha).sha
}

func (r *Repo) refShape(ref string) object {
	sha := r.refs[ref]
	return object{
		"ref": ref, "node_id": nodeID("REF", r.id), "url": r.url() + "/git/" + ref,
		"object": object{"type": "commit", "sha": sha, "url": r.url() + "/git/commits/" + sha},
	}
}

func (s *Server) getRef(q *request) reply {
	if out, empty := q.repo.isEmpty(); empty {
		return out
	}
	ref := "refs/" + q.PathValue("ref")
	if q.repo.refs[ref] == "" {
		return notFound()
	}
	return ok(q.repo.refShape(ref))
}

func (s *Server) listRefs(q *request) reply {
	var list []string
	for _, ref := range slices.Sorted(maps.Keys(q.repo.refs)) {
		if strings.HasPrefix(ref, "refs/"+q.PathValue("ref")) {
			list = append(list, ref)
		}
	}
	return listing(s, q, list, q.repo.refShape)
}

var (
	fullSHA = regexp.MustCompile(`^[0-9a-f]{40}$`)
	// badRef is what Git allows in no name of a reference.
	badRef = regexp.MustCompile(`[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/$|\.$|\.lock$|/\.`)
)

// Protect lets nobody write to the branches that the pattern matches, nor make or
// remove them; a * in it stands for anything but a slash.
func (r *Repo) Protect(pattern string) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.rules = append(r.rules, pattern)
}

// guarded says whether a branch is protected.
func (r *Repo) guarded(branch string) bool {
	return slices.ContainsFunc(r.rules, func(pattern string) bool {
		hit, err := path.Match(pattern, branch)
		return hit && err == nil
	})
}

// violates is the refusal of a rule about branches.
func violates(rule string) reply {
	return unprocessable("Repository rule violations found\n\n%s\n\n", rule)
}

func (s *Server) createRef(q *request) reply {
	if out, empty := q.repo.isEmpty(); empty {
		return out
	}
	var ask struct{ Ref, SHA string }
	if out, good := q.decode(&ask); !good {
		return out
	}
	switch {
	case ask.Ref == "":
		return unprocessable("Invalid request.\n\n\"ref\" wasn't supplied.")
	case ask.SHA == "":
		return unprocessable("Invalid request.\n\n\"sha\" wasn't supplied.")
	case !strings.HasPrefix(ask.Ref, "refs/") || strings.Count(ask.Ref, "/") < 2:
		return unprocessable("Reference name must start with 'refs/' and have at least two slashes.")
	case badRef.MatchString(ask.Ref):
		return unprocessable("Reference name is not valid: %s", ask.Ref)
	case q.repo.refs[ask.Ref] != "":
		return unprocessable("Reference already exists")
	case !fullSHA.MatchString(ask.SHA):
		return unprocessable("The sha parameter must be exactly 40 characters and contain only [0-9a-f].")
	case q.repo.commits[ask.SHA] == nil:
		return unprocessable("Object does not exist")
	case q.repo.guarded(strings.TrimPrefix(ask.Ref, "refs/heads/")):
		return violates("Cannot create ref due to creations being restricted.")
	}
	q.repo.move(ask.Ref, ask.SHA, q.who.login)
	out := created(q.repo.refShape(ask.Ref))
	out.set("Location", q.repo.url()+"/git/"+ask.Ref)
	return out
}

func (s *Server) updateRef(q *request) reply {
	var ask struct {
		SHA   string
		Force bool
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	ref := "refs/" + q.PathValue("ref")
	switch old := q.repo.refs[ref]; {
	case old == "":
		return unprocessable("Reference does not exist")
	case q.repo.commits[ask.SHA] == nil:
		return unprocessable("Object does not exist")
	case !ask.Force && !q.repo.history(ask.SHA)[old]:
		return unprocessable("Update is not a fast forward")
	case q.repo.guarded(strings.TrimPrefix(ref, "refs/heads/")):
		return violates("Changes must be made through a pull request.")
	}
	q.repo.move(ref, ask.SHA, q.who.login)
	return ok(q.repo.refShape(ref))
}

func (s *Server) deleteRef(q *request) reply {
	ref := "refs/" + q.PathValue("ref")
	switch {
	case q.repo.refs[ref] == "":
		return unprocessable("Reference does not exist")
	case q.repo.guarded(strings.TrimPrefix(ref, "refs/heads/")):
		return violates("Cannot delete this branch")
	}
	q.repo.move(ref, "", q.who.login)
	return reply{status: http.StatusNoContent}
}

func (r *Repo) branchShape(name string) object {
	sha := r.refs["refs/heads/"+name]
	return object{"name": name, "protected": false, "commit": object{"sha": sha, "url": r.url() + "/commits/" + sha}}
}

// names are the branches or tags, sorted.
func (r *Repo) names(kind string) []string {
	var out []string
	for _, ref := range slices.Sorted(maps.Keys(r.refs)) {
		if name, is := strings.CutPrefix(ref, kind); is {
			out = append(out, name)
		}
	}
	return out
}

func (s *Server) listBranches(q *request) reply {
	return listing(s, q, q.repo.names("refs/heads/"), q.repo.branchShape)
}

func (s *Server) getBranch(q *request) reply {
	name := q.PathValue("branch")
	c := q.repo.commits[q.repo.refs["refs/heads/"+name]]
	if c == nil {
		return fail(http.StatusNotFound, "Branch not found")
	}
	o := q.repo.branchShape(name)
	o["commit"] = q.repo.commitShape(c)
	return ok(o)
}

func (s *Server) listTags(q *request) reply {
	r := q.repo
	tags := r.names("refs/tags/")
	slices.Reverse(tags)
	return listing(s, q, tags, func(name string) object {
		sha := r.refs["refs/tags/"+name]
		return object{
			"name": name, "node_id": nodeID("REF", r.id), "commit": object{"sha": sha, "url": r.url() + "/commits/" + sha},
			"zipball_url": r.url() + "/zipball/refs/tags/" + name, "tarball_url": r.url() + "/tarball/refs/tags/" + name,
		}
	})
}

// Known is the hash that a branch, a tag or an abbreviated hash stands for, "" when
// it stands for none.
func (r *Repo) Known(ref string) string {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if c := r.resolve(ref); c != nil {
		return c.sha
	}
	return ""
}
