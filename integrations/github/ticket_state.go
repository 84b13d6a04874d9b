package github

import (
	"context"
	"fmt"
	"net/http"
)

// issueJob describes a call about one issue.
func issueJob(call, does, repo string, number int) job {
	return job{name: call, repo: repo, does: does, what: fmt.Sprintf("issue %d", number), needs: issuesNeed}
}

// SetTicket closes an issue as completed, or opens it again. One that is so
// already is left alone, with the reason that people gave for closing it.
func (c *Client) SetTicket(ctx context.Context, repo string, number int, closed bool) error {
	owner, repoName, err := split(repo)
	if err != nil {
		return err
	}
	i, err := c.issue(ctx, repo, number)
	if err != nil {
		return err
	}
	if i.Number != number {
		return refuse("issue %d of %s was moved to %s; change it there", number, repo, link(i.Page))
	}
	if (i.State == "closed") == closed {
		return nil
	}
	set := struct {
		State  string `json:"state"`
		Reason string `json:"state_reason"`
	}{"open", "reopened"}
	if closed {
		set.State, set.Reason = "closed", "completed"
	}
	// Twice is the same as once, so that no answer is worth asking about.
	j := issueJob("set_issue", "close and open issues", repo, number)
	return c.send(ctx, j, http.MethodPatch, fmt.Sprintf("repos/%s/%s/issues/%d", owner, repoName, number), set, nil)
}

// issue reads an issue. One that was moved to another repository answers from
// there, with another number.
func (c *Client) issue(ctx context.Context, repo string, number int) (issue, error) {
	owner, repoName, err := split(repo)
	if err != nil {
		return issue{}, err
	}
	var out issue
	err = c.poll(ctx, issueJob("issue", "read issues", repo, number), fmt.Sprintf("repos/%s/%s/issues/%d", owner, repoName, number), &out)
	if err == nil && out.Number == 0 {
		err = unclear(nil, fmt.Sprintf("GitHub's answer does not show issue %d of %s; it is tried again", number, repo))
	}
	return out, err
}

// TicketStates reads issues, for what webhooks may have missed; while nothing
// changes that costs nothing of the limit. They come in the order of the numbers.
// With an error it still gives what could be read.
func (c *Client) TicketStates(ctx context.Context, repo string, numbers []int) ([]IssueState, error) {
	states := make([]IssueState, len(numbers))
	var tasks []func() error
	for k, n := range numbers {
		tasks = append(tasks, func() error {
			i, err := c.issue(ctx, repo, n)
			switch {
			case statusOf(err) == http.StatusGone && !saysIssuesOff(saidOf(err)):
				states[k] = IssueState{Repo: repo, Number: n, Gone: true}
				return nil
			case err != nil:
				return err
			case i.Number != n:
				states[k] = IssueState{Repo: repo, Number: n, Gone: true, NewURL: link(i.Page)}
				return nil
			}
			states[k] = issueState(repo, i)
			return nil
		})
	}
	errs := gather(tasks)
	var out []IssueState
	for _, s := range states {
		if s.Number != 0 {
			out = append(out, s)
		}
	}
	if len(errs) > 0 {
		return out, errs[0]
	}
	return out, nil
}
