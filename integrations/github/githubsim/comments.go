package githubsim

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// commentsOf are those of an issue or a pull request, oldest first.
func (r *Repo) commentsOf(number int) []*comment {
	return slices.DeleteFunc(slices.Clone(r.comments), func(c *comment) bool { return c.number != number })
}

func (r *Repo) commentShape(c *comment) object {
	id := itoa64(c.id)
	return object{
		"id": c.id, "node_id": nodeID("IC", c.id), "body": c.body, "user": r.s.user(c.author), "author_association": "MEMBER",
		"created_at": stamp(c.created), "updated_at": stamp(c.updated), "issue_url": r.url() + "/issues/" + itoa(c.number),
		"url": r.url() + "/issues/comments/" + id, "html_url": r.page() + "/issues/" + itoa(c.number) + "#issuecomment-" + id,
	}
}

// commentable says whether the number is an issue or a pull request.
func (r *Repo) commentable(number int64) bool {
	return r.issue(number) != nil || r.pull(number) != nil
}

func (s *Server) listComments(q *request) reply {
	n := q.number("number")
	if !q.repo.commentable(n) {
		return notFound()
	}
	return listing(s, q, q.repo.commentsOf(int(n)), q.repo.commentShape)
}

// commentBody reads the one field that a comment has.
func commentBody(q *request) (string, reply) {
	var ask struct{ Body string }
	if out, good := q.decode(&ask); !good {
		return "", out
	}
	if strings.TrimSpace(ask.Body) == "" {
		return "", invalid(flaw{Resource: "IssueComment", Field: "body", Code: "missing_field"})
	}
	if utf8.RuneCountInString(ask.Body) > greatestText {
		return "", invalid(flaw{Resource: "IssueComment", Field: "data", Code: "unprocessable", Message: "Body is too long (maximum is 65536 characters)"})
	}
	return ask.Body, reply{}
}

func (s *Server) createComment(q *request) reply {
	n := q.number("number")
	if !q.repo.commentable(n) {
		return notFound()
	}
	body, out := commentBody(q)
	if out.isError() {
		return out
	}
	now := s.now()
	c := &comment{id: s.w.id(), number: int(n), body: body, author: q.who.login, created: now, updated: now}
	q.repo.comments = append(q.repo.comments, c)
	if i := q.repo.issue(n); i != nil {
		i.updated = now
	}
	s.emitComment(q.repo, c, "created")
	return created(q.repo.commentShape(c))
}

func (s *Server) editComment(q *request) reply {
	i := slices.IndexFunc(q.repo.comments, func(c *comment) bool { return c.id == q.number("comment") })
	if i < 0 {
		return notFound()
	}
	body, out := commentBody(q)
	if out.isError() {
		return out
	}
	c := q.repo.comments[i]
	c.body, c.updated = body, s.now()
	s.emitComment(q.repo, c, "edited")
	return ok(q.repo.commentShape(c))
}
