package githubsim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// greatestText is the limit of a body, in characters.
const greatestText = 65536

func itoa(n int) string     { return strconv.Itoa(n) }
func itoa64(n int64) string { return strconv.FormatInt(n, 10) }

type issue struct {
	id                         int64
	number                     int
	title, body, state, author string
	labels, assignees          []string
	created, updated, closed   time.Time
}

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
		"id": i.id, "node_id": nodeID("I", i.id), "number": i.number, "title": i.title, "body": orNull(i.body), "state": i.state, "state_reason": nil,
		"user": r.s.user(i.author), "labels": r.labels(i.labels), "assignees": shapes(i.assignees, func(l string) object { return r.s.user(l).(object) }),
		"milestone": nil, "locked": false, "comments": len(r.commentsOf(i.number)), "author_association": "MEMBER",
		"created_at": stamp(i.created), "updated_at": stamp(i.updated), "closed_at": stamp(i.closed),
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
	var list []object
	for n := r.numbers; n > 0; n-- {
		var o object
		var labels []string
		var updated time.Time
		if i := r.issue(int64(n)); i != nil {
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
		return ok(q.repo.issueShape(i, q.version))
	}
	if p := q.repo.pull(q.number("number")); p != nil {
		return ok(q.repo.pullAsIssue(p, q.version))
	}
	return notFound()
}

// issueAsk is what can be said about an issue, when it is made and later.
type issueAsk struct {
	Title, Body, State *string
	Labels, Assignees  *[]string
}

// check says what is wrong with it; push says whether labels and assignees count.
func (a issueAsk) check(r *Repo, push bool) reply {
	switch {
	case a.Title != nil && strings.TrimSpace(*a.Title) == "":
		return invalid(flaw{Resource: "Issue", Field: "title", Code: "missing_field"})
	case a.Title != nil && utf8.RuneCountInString(*a.Title) > 256:
		return invalid(flaw{Resource: "Issue", Field: "title", Code: "custom", Message: "title is too long (maximum is 256 characters)"})
	case a.Body != nil && utf8.RuneCountInString(*a.Body) > greatestText:
		return invalid(flaw{Resource: "Issue", Field: "body", Code: "custom", Message: "body is too long (maximum is 65536 characters)"})
	case a.State != nil && *a.State != "open" && *a.State != "closed":
		return invalid(flaw{Resource: "Issue", Field: "state", Code: "invalid", Value: *a.State})
	}
	if a.Assignees != nil && push && r.people != nil {
		for _, l := range *a.Assignees {
			if !r.people[strings.ToLower(l)] {
				return invalid(flaw{Resource: "Issue", Field: "assignees", Code: "invalid", Value: l})
			}
		}
	}
	return reply{}
}

// apply changes the issue.
func (a issueAsk) apply(i *issue, push bool, now time.Time) {
	change(&i.title, a.Title)
	change(&i.body, a.Body)
	if a.State != nil && *a.State != i.state {
		i.state, i.closed = *a.State, time.Time{}
		if i.state == "closed" {
			i.closed = now
		}
	}
	if a.Labels != nil && push {
		i.labels = slices.Clone(*a.Labels)
	}
	if a.Assignees != nil && push {
		i.assignees = slices.Clone(*a.Assignees)
	}
	i.updated = now
}

// pushes says whether the caller may push, without which labels and assignees are
// dropped and nobody is told.
func (s *Server) pushes(q *request) bool {
	_, can := q.who.may("contents:write")
	return can && !s.opt.NoPush
}

func (s *Server) createIssue(q *request) reply {
	r := q.repo
	if r.noIssues {
		return fail(http.StatusGone, "Issues are disabled for this repo")
	}
	var ask issueAsk
	if out, good := q.decode(&ask); !good {
		return out
	}
	if ask.Title == nil {
		return invalid(flaw{Resource: "Issue", Field: "title", Code: "missing_field"})
	}
	push := s.pushes(q)
	if out := ask.check(r, push); out.isError() {
		return out
	}
	ask.State = nil
	i := &issue{id: s.w.id(), number: r.number(), state: "open", author: q.who.login, created: s.now()}
	ask.apply(i, push, i.created)
	r.issues = append(r.issues, i)
	s.emit(r, "issues", "opened", q.who.login, object{"issue": r.issueShape(i, oldVersion)})
	out := created(r.issueShape(i, q.version))
	out.set("Location", r.url()+"/issues/"+itoa(i.number))
	return out
}

func (s *Server) editIssue(q *request) reply {
	i := q.repo.issue(q.number("number"))
	if i == nil {
		return notFound()
	}
	var ask issueAsk
	if out, good := q.decode(&ask); !good {
		return out
	}
	push := s.pushes(q)
	if out := ask.check(q.repo, push); out.isError() {
		return out
	}
	was := i.state
	ask.apply(i, push, s.now())
	action := "edited"
	if was != i.state {
		action = map[string]string{"open": "reopened", "closed": "closed"}[i.state]
	}
	s.emit(q.repo, "issues", action, q.who.login, object{"issue": q.repo.issueShape(i, oldVersion)})
	return ok(q.repo.issueShape(i, q.version))
}
