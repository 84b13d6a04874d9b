package githubsim

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// greatestText is the limit of a body, greatestTitle that of a title, in characters.
	greatestText  = 65536
	greatestTitle = 256
	// greatestAssigned is how many people an issue can have.
	greatestAssigned = 10
)

func itoa(n int) string     { return strconv.Itoa(n) }
func itoa64(n int64) string { return strconv.FormatInt(n, 10) }

type issue struct {
	id                         int64
	number                     int
	title, body, state, author string
	reason, closedBy           string
	labels, assignees          []string
	created, updated, closed   time.Time
	deleted                    bool
	moved                      *place // where it was transferred to
}

// place is an issue of a repository.
type place struct {
	repo   *Repo
	number int
}

// gone says whether the issue is not here any more.
func (i *issue) gone() bool { return i.deleted || i.moved != nil }

type comment struct {
	id      int64
	number  int
	body    string
	author  string
	created time.Time
	updated time.Time
}

func (r *Repo) issueShape(i *issue, version string) object {
	u := r.url() + "/issues/" + itoa(i.number)
	o := object{
		"id": i.id, "node_id": nodeID("I", i.id), "number": i.number, "title": i.title, "body": orNull(i.body), "state": i.state, "state_reason": orNull(i.reason),
		"user": r.s.user(i.author), "labels": r.labels(i.labels), "assignees": shapes(i.assignees, func(l string) object { return r.s.user(l).(object) }),
		"milestone": nil, "locked": false, "comments": len(r.commentsOf(i.number)), "author_association": "MEMBER",
		"created_at": stamp(i.created), "updated_at": stamp(i.updated), "closed_at": stamp(i.closed), "closed_by": r.s.user(i.closedBy),
		"url": u, "html_url": r.page() + "/issues/" + itoa(i.number), "repository_url": r.url(),
		"comments_url": u + "/comments", "labels_url": u + "/labels{/name}", "events_url": u + "/events",
	}
	if version == oldVersion {
		o["assignee"] = any(nil)
		if len(i.assignees) > 0 {
			o["assignee"] = r.s.user(i.assignees[0])
		}
	}
	return o
}

// pullAsIssue is a pull request in a list of issues, where GitHub has them, too.
func (r *Repo) pullAsIssue(p *pull, version string) object {
	i := &issue{id: p.id, number: p.number, title: p.Title, body: p.Body, state: p.state, author: p.Author, labels: p.Labels, created: p.CreatedAt, updated: p.updated}
	if p.state == "closed" {
		i.closed = p.updated
	}
	o := r.issueShape(i, version)
	page := r.page() + "/pull/" + itoa(p.number)
	o["html_url"] = page
	o["pull_request"] = object{"url": r.url() + "/pulls/" + itoa(p.number), "html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch", "merged_at": stamp(p.MergedAt)}
	return o
}

func (r *Repo) issue(number int64) *issue {
	for _, i := range r.issues {
		if int64(i.number) == number {
			return i
		}
	}
	return nil
}

func (s *Server) listIssues(q *request) reply {
	r := q.repo
	state := q.ask("state")
	if state == "" {
		state = "open"
	}
	since, bad := moment(q.ask("since"))
	if bad || !slices.Contains([]string{"open", "closed", "all"}, state) {
		return invalid(flaw{Resource: "Issue", Field: "state", Code: "invalid"})
	}
	by := cmp.Or(q.ask("sort"), "created")
	if !slices.Contains([]string{"created", "updated", "comments"}, by) {
		return invalid(flaw{Resource: "Issue", Field: "sort", Code: "invalid"})
	}
	var list []object
	for n := r.numbers; n > 0; n-- {
		var o object
		var labels []string
		var updated time.Time
		if i := r.issue(int64(n)); i != nil {
			if i.gone() || r.noIssues {
				continue
			}
			o, labels, updated = r.issueShape(i, q.version), i.labels, i.updated
		} else if p := r.pull(int64(n)); p != nil {
			o, labels, updated = r.pullAsIssue(p, q.version), p.Labels, p.updated
		}
		creator := q.ask("creator")
		if o == nil || state != "all" && o["state"] != state || updated.Before(since) ||
			creator != "" && !strings.EqualFold(o["user"].(object)["login"].(string), creator) || !hasAll(labels, q.ask("labels")) {
			continue
		}
		list = append(list, o)
	}
	if by == "updated" {
		slices.SortStableFunc(list, func(a, b object) int { return strings.Compare(b["updated_at"].(string), a["updated_at"].(string)) })
	}
	if q.ask("direction") == "asc" {
		slices.Reverse(list)
	}
	return listing(s, q, list, func(o object) object { return o })
}

func hasAll(have []string, wanted string) bool {
	for w := range strings.SplitSeq(wanted, ",") {
		if w != "" && !slices.Contains(have, w) {
			return false
		}
	}
	return true
}

func (s *Server) getIssue(q *request) reply {
	if i := q.repo.issue(q.number("number")); i != nil {
		if out, gone := q.repo.missing(i); gone {
			return out
		}
		return ok(q.repo.issueShape(i, q.version))
	}
	if p := q.repo.pull(q.number("number")); p != nil {
		return ok(q.repo.pullAsIssue(p, q.version))
	}
	return notFound()
}

// missing is the answer for an issue that cannot be had: none are, or it was
// deleted or transferred.
func (r *Repo) missing(i *issue) (reply, bool) {
	switch {
	case r.noIssues:
		return fail(http.StatusGone, "Issues are disabled for this repo"), true
	case i.deleted:
		return fail(http.StatusGone, "This issue was deleted"), true
	case i.moved != nil:
		to := i.moved.repo.url() + "/issues/" + itoa(i.moved.number)
		out := fail(http.StatusMovedPermanently, "Moved Permanently")
		out.body.(object)["url"] = to
		out.set("Location", to)
		return out, true
	}
	return reply{}, false
}
