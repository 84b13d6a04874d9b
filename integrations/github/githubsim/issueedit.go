package githubsim

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// issueAsk is what can be said about an issue, when it is made and later.
type issueAsk struct {
	Title, Body, State *string
	Reason             *string `json:"state_reason"`
	Labels, Assignees  *[]string
}

// check says what is wrong with it; push says whether labels and assignees count.
func (a issueAsk) check(r *Repo, push bool) reply {
	switch {
	case a.Title != nil && strings.TrimSpace(*a.Title) == "":
		return invalid(flaw{Resource: "Issue", Field: "title", Code: "missing_field"})
	case a.Title != nil && utf8.RuneCountInString(*a.Title) > greatestTitle:
		return invalid(flaw{Resource: "Issue", Field: "title", Code: "custom", Message: "title is too long (maximum is 256 characters)"})
	case a.Body != nil && utf8.RuneCountInString(*a.Body) > greatestText:
		return invalid(flaw{Resource: "Issue", Field: "body", Code: "custom", Message: "body is too long (maximum is 65536 characters)"})
	case a.State != nil && *a.State != "open" && *a.State != "closed":
		return invalid(flaw{Resource: "Issue", Field: "state", Code: "invalid", Value: *a.State})
	case a.Reason != nil && !slices.Contains([]string{"", "completed", "not_planned", "duplicate", "reopened"}, *a.Reason):
		return invalid(flaw{Resource: "Issue", Field: "state_reason", Code: "invalid", Value: *a.Reason})
	case a.Assignees != nil && push && len(*a.Assignees) > greatestAssigned:
		return invalid(flaw{Resource: "Issue", Field: "assignees", Code: "invalid"})
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
func (a issueAsk) apply(i *issue, by string, push bool, now time.Time) {
	change(&i.title, a.Title)
	change(&i.body, a.Body)
	a.applyState(i, by, now)
	if a.Labels != nil && push {
		i.labels = slices.Clone(*a.Labels)
	}
	if a.Assignees != nil && push {
		i.assignees = slices.Clone(*a.Assignees)
	}
	i.updated = now
}

// applyState closes or opens. The reason of a closed issue can change alone.
func (a issueAsk) applyState(i *issue, by string, now time.Time) {
	if a.State == nil {
		return
	}
	reason := ""
	change(&reason, a.Reason)
	switch {
	case *a.State == "closed":
		if i.state != "closed" {
			i.closed, i.closedBy = now, by
		}
		if i.state != "closed" || reason != "" {
			i.reason = cmp.Or(reason, "completed")
		}
	case i.state == "closed":
		i.closed, i.closedBy, i.reason = time.Time{}, "", "reopened"
	}
	i.state = *a.State
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
	i := r.openIssue(ask, q.who.login, push)
	out := created(r.issueShape(i, q.version))
	out.set("Location", r.url()+"/issues/"+itoa(i.number))
	return out
}

// openIssue makes an issue and tells the hooks.
func (r *Repo) openIssue(ask issueAsk, by string, push bool) *issue {
	ask.State, ask.Reason = nil, nil
	i := &issue{id: r.s.w.id(), number: r.number(), state: "open", author: by, created: r.s.now()}
	ask.apply(i, by, push, i.created)
	r.issues = append(r.issues, i)
	r.s.emit(r, "issues", "opened", by, object{"issue": r.issueShape(i, oldVersion)})
	return i
}

func (s *Server) editIssue(q *request) reply {
	i := q.repo.issue(q.number("number"))
	if i == nil {
		return notFound()
	}
	if out, gone := q.repo.missing(i); gone {
		return out
	}
	var ask issueAsk
	if out, good := q.decode(&ask); !good {
		return out
	}
	push := s.pushes(q)
	if out := ask.check(q.repo, push); out.isError() {
		return out
	}
	q.repo.editIssue(i, ask, q.who.login, push)
	return ok(q.repo.issueShape(i, q.version))
}

// editIssue changes an issue and tells the hooks what changed; they hear nothing
// when nothing did.
func (r *Repo) editIssue(i *issue, ask issueAsk, by string, push bool) {
	was := *i
	ask.apply(i, by, push, r.s.now())
	tell := func(action string) { r.s.emit(r, "issues", action, by, object{"issue": r.issueShape(i, oldVersion)}) }
	if was.title != i.title || was.body != i.body {
		tell("edited")
	}
	if was.state != i.state {
		tell(map[string]string{"open": "reopened", "closed": "closed"}[i.state])
	}
}
