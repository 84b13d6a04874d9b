package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

const (
	issuesNeed = "Issues: write"
	// maxIssuePages bounds the issues that are looked through for one of ours.
	maxIssuePages = 50
	// markerBegin and markerEnd enclose what a marker says.
	markerBegin, markerEnd = "<!-- backout:", "-->"
)

// Ticket is a GitHub issue that stands for a follow-up.
type Ticket struct {
	Repo string
	// Marker is by what the issue is found again: an HTML comment such as
	// "<!-- backout: INC-7/F2 -->". It is put after the body.
	Marker      string
	Title, Body string
	// Labels are left out by GitHub, without a word, when the token may not push.
	Labels []string
	// Assignees are logins; all are left out when GitHub does not take one of them.
	Assignees []string
}

// Opened is the issue of a ticket.
type Opened struct {
	URL    string
	Number int
	Closed bool
}

// OpenTicket gives the issue of a ticket, and opens it when there is none. An
// issue is ours when its body carries the marker, last of all markers in it, and
// the owner of the token wrote it, at or after since. The issues are listed, not
// searched for: GitHub's search learns late of new ones. Calling it again is how an
// unsure trouble is cleared up.
func (c *Client) OpenTicket(ctx context.Context, t Ticket, since time.Time) (Opened, error) {
	t, err := t.checked()
	if err != nil {
		return Opened{}, err
	}
	found, err := c.findTicket(ctx, t, since)
	if err != nil {
		return Opened{}, err
	}
	if found != nil {
		return found.opened(), nil
	}
	return c.postTicket(ctx, t)
}

func (i issue) opened() Opened {
	return Opened{URL: link(i.Page), Number: i.Number, Closed: i.State == "closed"}
}

func (t Ticket) checked() (Ticket, error) {
	inside, begins := strings.CutPrefix(t.Marker, markerBegin)
	inside, ends := strings.CutSuffix(inside, markerEnd)
	if !begins || !ends || strings.TrimSpace(inside) == "" || strings.Contains(inside, markerEnd) || strings.ContainsAny(inside, "\r\n") {
		return t, refuse("%q is no marker; it looks like %s INC-7/F2 %s", text(t.Marker, 100), markerBegin, markerEnd)
	}
	t.Title = text(t.Title, maxGitHubTitle)
	if t.Title == "" {
		return t, refuse("the issue for %s has no title; give it one", t.Repo)
	}
	t.Body = strings.TrimSpace(strings.TrimSpace(sendable(t.Body)) + "\n\n" + t.Marker)
	return t, checkBody(t.Body, "issue")
}

// findTicket looks for the issue; nil when there is none. Should there be several,
// the oldest counts.
func (c *Client) findTicket(ctx context.Context, t Ticket, since time.Time) (*issue, error) {
	owner, repo, err := split(t.Repo)
	if err != nil {
		return nil, err
	}
	me, err := c.self(ctx)
	if err != nil {
		return nil, err
	}
	values := url.Values{"state": {"all"}, "sort": {"created"}, "direction": {"desc"}}
	if me != "" && !(account{Login: me}).bot() {
		values.Set("creator", me) // For bots it is undocumented; they are told apart below.
	}
	if !since.IsZero() {
		since = since.Add(-clockSkew)
		values.Set("since", since.UTC().Format(time.RFC3339)) // By the last change, so that the order decides below.
	}
	j := job{name: "list_issues", repo: t.Repo, does: "read issues", what: "issues", needs: issuesNeed}
	var out *issue
	more, err := c.paged(ctx, j, maxIssuePages, func(ctx context.Context, o gh.ListOptions) (*gh.Response, error) {
		var list []issue
		resp, err := c.get(ctx, fmt.Sprintf("repos/%s/%s/issues", owner, repo), values, o, &list)
		if err != nil {
			return resp, err
		}
		for _, i := range list {
			if i.Created.Before(since.Truncate(time.Second)) {
				resp.NextPage = 0
				break
			}
			if i.PullRequest == nil && (me == "" || strings.EqualFold(i.User.Login, me)) && markerOf(i.Body) == t.Marker {
				out = &i
			}
		}
		return resp, nil
	})
	if more && out == nil {
		err = refuse("%s has more than %d issues since %s, too many to look for one of ours; open it by hand",
			t.Repo, maxIssuePages*pageSize, since.UTC().Format(time.DateOnly))
	}
	return out, err
}

// markerOf is the last marker of a body. Ours is put at the end; what somebody
// wrote into the text before it, or left there from another issue, is not it.
func markerOf(body string) string {
	i := strings.LastIndex(body, markerBegin)
	if i < 0 {
		return ""
	}
	inside, _, closed := strings.Cut(body[i+len(markerBegin):], markerEnd)
	if !closed {
		return ""
	}
	return markerBegin + inside + markerEnd
}

// newIssue is what is sent for a new issue.
type newIssue struct {
	Title     string   `json:"title"`
	Body      string   `json:"body"`
	Labels    []string `json:"labels,omitempty"`
	Assignees []string `json:"assignees,omitempty"`
}

func (c *Client) postTicket(ctx context.Context, t Ticket) (Opened, error) {
	owner, repo, err := split(t.Repo)
	if err != nil {
		return Opened{}, err
	}
	j := job{name: "open_issue", repo: t.Repo, does: "open issues", what: "issues", needs: issuesNeed, write: true}
	where := fmt.Sprintf("repos/%s/%s/issues", owner, repo)
	ask := newIssue{Title: t.Title, Body: t.Body, Labels: t.Labels, Assignees: t.Assignees}
	var made issue
	err = c.send(ctx, j, http.MethodPost, where, ask, &made)
	if len(ask.Assignees) > 0 && refusesAssignees(err) {
		// The server refused the call as a whole: nothing was opened.
		c.opt.Log.Info("GitHub does not take the assignees of an issue; it is opened without", "repo", t.Repo)
		ask.Assignees = nil
		err = c.send(ctx, j, http.MethodPost, where, ask, &made)
	}
	if err == nil && made.Number == 0 {
		err = unsureAnswer("issue")
	}
	if err != nil {
		return Opened{}, err
	}
	return made.opened(), nil
}

// refusesAssignees reports whether GitHub named the assignees as what is wrong.
func refusesAssignees(err error) bool {
	if statusOf(err) != http.StatusUnprocessableEntity {
		return false
	}
	return slices.ContainsFunc(flawsOf(err), func(field string) bool { return field == "assignees" || field == "assignee" })
}

// flawsOf are the fields that GitHub names in a refusal.
func flawsOf(err error) []string {
	var out []string
	for _, raw := range refusedOf(err).Errors {
		var one struct{ Field string }
		if json.Unmarshal(raw, &one) == nil {
			out = append(out, one.Field)
		}
	}
	return out
}
