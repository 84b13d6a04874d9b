package github

import (
	"context"
	"fmt"
	"net/url"
	"time"

	gh "github.com/google/go-github/v60/github"

	"backout/timeline"
)

const (
	// pageSize is the most that GitHub gives at once.
	pageSize = 100
	// clockSkew is how far our clock may be ahead of GitHub's.
	clockSkew = time.Minute
	// maxRunPages holds a thousand runs, the most that a filtered list gives.
	maxRunPages = 10
)

// FindRun looks for the run of a dispatch: created at or after since, and with id
// in its title. Lists lag: that it is not found does not mean yet that it is not
// there.
func (c *Client) FindRun(ctx context.Context, repo, workflow, id string, since time.Time) (timeline.WorkflowRun, bool, error) {
	q := runsQuery{repo: repo, workflow: workflow, event: "workflow_dispatch"}
	if !since.IsZero() {
		q.since = since.Add(-clockSkew)
	}
	var out timeline.WorkflowRun
	found := false
	err := c.listRuns(ctx, q, func(r workflowRun) bool {
		if carries(r.Title, id) || carries(r.Name, id) {
			out, found = r.run(), true
		}
		return !found
	})
	return out, found, err
}

// runsQuery says which runs of a workflow are listed.
type runsQuery struct {
	repo, workflow, event string
	since                 time.Time
}

// listRuns gives runs to f, newest first, until f says no.
func (c *Client) listRuns(ctx context.Context, q runsQuery, f func(workflowRun) bool) error {
	j := job{name: "list_runs", repo: q.repo, does: "read workflow runs", what: "workflow " + name(q.workflow), needs: "Actions: read"}
	owner, repo, err := split(q.repo)
	if err != nil {
		return err
	}
	file, err := workflowFile(q.workflow)
	if err != nil {
		return err
	}
	values := url.Values{"exclude_pull_requests": {"true"}}
	if q.event != "" {
		values.Set("event", q.event)
	}
	if !q.since.IsZero() {
		values.Set("created", ">="+q.since.UTC().Format(time.RFC3339))
	}
	where := fmt.Sprintf("repos/%s/%s/actions/workflows/%s/runs", owner, repo, url.PathEscape(file))
	_, err = c.paged(ctx, j, maxRunPages, func(ctx context.Context, o gh.ListOptions) (*gh.Response, error) {
		var list struct {
			Runs []workflowRun `json:"workflow_runs"`
		}
		resp, err := c.get(ctx, where, values, o, &list)
		if err != nil {
			return resp, err
		}
		for _, r := range list.Runs {
			if !r.Created.Before(q.since) && !f(r) {
				resp.NextPage = 0
				break
			}
		}
		return resp, nil
	})
	return err
}

// paged calls f for page after page, at most limit of them; more says that there
// were more. f ends it by setting NextPage to 0.
func (c *Client) paged(ctx context.Context, j job, limit int, f func(context.Context, gh.ListOptions) (*gh.Response, error)) (more bool, err error) {
	o := gh.ListOptions{Page: 1, PerPage: pageSize}
	for range limit {
		next := 0
		err := c.call(ctx, j, func(ctx context.Context) error {
			resp, err := f(ctx, o)
			if err == nil && resp != nil {
				next = resp.NextPage
			}
			return err
		})
		if err != nil || next == 0 {
			return false, err
		}
		o.Page = next
	}
	return true, nil
}
