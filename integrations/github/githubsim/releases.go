package githubsim

import (
	"slices"
	"time"
)

// Release is a published release, or a draft of one.
type Release struct {
	Tag               string // made at Target when unknown
	Target            string // branch or hash; the default branch when empty
	Name, Body        string
	Author            string
	Draft, Prerelease bool
	At                time.Time
}

type release struct {
	Release
	id int64
}

// Release publishes a release: it makes the tag and sends created, published and
// released (or prereleased), as GitHub does for one that was not a draft before.
func (r *Repo) Release(v Release) int64 {
	s := r.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.Target == "" {
		v.Target = r.trunk
	}
	if v.Author == "" {
		v.Author = r.owner
	}
	if v.At.IsZero() {
		v.At = s.now()
	}
	if ref := "refs/tags/" + v.Tag; r.refs[ref] == "" && !v.Draft {
		r.move(ref, r.must(v.Target).sha, v.Author)
	}
	n := &release{v, s.w.id()}
	r.releases = append(r.releases, n)
	actions := []string{"created", "published", "released"}
	switch {
	case v.Draft:
		actions = []string{"created"}
	case v.Prerelease:
		actions[2] = "prereleased"
	}
	for _, a := range actions {
		s.emit(r, "release", a, v.Author, object{"release": r.releaseShape(n)})
	}
	return n.id
}

func (r *Repo) releaseShape(v *release) object {
	u := r.url() + "/releases/" + itoa64(v.id)
	o := object{
		"id": v.id, "node_id": nodeID("RE", v.id), "tag_name": v.Tag, "target_commitish": v.Target, "name": orNull(v.Name), "body": v.Body,
		"draft": v.Draft, "prerelease": v.Prerelease, "immutable": false, "created_at": stamp(v.At), "updated_at": stamp(v.At), "published_at": stamp(v.At),
		"author": r.s.user(v.Author), "url": u, "assets_url": u + "/assets", "upload_url": u + "/assets{?name,label}", "assets": []object{},
		"html_url":    r.page() + "/releases/tag/" + v.Tag,
		"tarball_url": r.url() + "/tarball/" + v.Tag, "zipball_url": r.url() + "/zipball/" + v.Tag,
	}
	if v.Draft {
		o["published_at"] = nil
	}
	return o
}

// published are newest first; drafts are for those who may push.
func (r *Repo) published(drafts bool) []*release {
	list := slices.Clone(r.releases)
	slices.Reverse(list)
	return slices.DeleteFunc(list, func(v *release) bool { return v.Draft && !drafts })
}

func (s *Server) listReleases(q *request) reply {
	return listing(s, q, q.repo.published(s.pushes(q)), q.repo.releaseShape)
}

func (s *Server) latestRelease(q *request) reply {
	for _, v := range q.repo.published(false) {
		if !v.Prerelease {
			return ok(q.repo.releaseShape(v))
		}
	}
	return notFound()
}
