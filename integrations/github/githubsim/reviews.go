package githubsim

import (
	"slices"
	"time"
)

// Review is somebody's word on a pull request.
type Review struct {
	User      string
	State     string // APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED or PENDING
	CommitSHA string // what was looked at; the head when empty
	Body      string
	At        time.Time
}

type review struct {
	Review
	id int64
}

// Review adds a review to a pull request and returns its id.
func (r *Repo) Review(pr int, v Review) int64 {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	p := r.pull(int64(pr))
	if p == nil {
		misuse("%s has no pull request %d", r.full(), pr)
	}
	if !slices.Contains([]string{"APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"}, v.State) {
		misuse("a review cannot be %q", v.State)
	}
	if v.CommitSHA == "" {
		v.CommitSHA = r.head(p)
	}
	if v.At.IsZero() {
		v.At = r.s.now()
	}
	n := &review{v, r.s.w.id()}
	p.reviews = append(p.reviews, n)
	if v.State != "PENDING" {
		r.s.emitReview(r, p, n)
	}
	return n.id
}

func (r *Repo) reviewShape(p *pull, v *review) object {
	page := r.page() + "/pull/" + itoa(p.number)
	o := object{
		"id": v.id, "node_id": nodeID("PRR", v.id), "user": r.s.user(v.User), "body": v.Body, "state": v.State, "commit_id": v.CommitSHA,
		"submitted_at": stamp(v.At), "author_association": "MEMBER", "html_url": page + "#pullrequestreview-" + itoa64(v.id),
		"pull_request_url": r.url() + "/pulls/" + itoa(p.number),
		"_links":           object{"html": object{"href": page}, "pull_request": object{"href": r.url() + "/pulls/" + itoa(p.number)}},
	}
	if v.State == "PENDING" {
		delete(o, "submitted_at")
	}
	return o
}

// listReviews answers oldest first. A pending review is its author's alone.
func (s *Server) listReviews(q *request) reply {
	p := q.repo.pull(q.number("number"))
	if p == nil {
		return notFound()
	}
	list := slices.DeleteFunc(slices.Clone(p.reviews), func(v *review) bool { return v.State == "PENDING" && v.User != q.who.login })
	slices.SortStableFunc(list, func(a, b *review) int { return a.At.Compare(b.At) })
	return listing(s, q, list, func(v *review) object { return q.repo.reviewShape(p, v) })
}
