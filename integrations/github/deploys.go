package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	gh "github.com/google/go-github/v60/github"

	"backout/timeline"
)

// maxDeployments is how many deployments of one environment are caught up with.
const maxDeployments = 500

// Deploys catches up with what webhooks may have missed: the deployments of every
// service's environments and the runs of deploy workflows, made since, oldest
// first. With an error it still gives what could be read.
func (c *Client) Deploys(ctx context.Context, since time.Time) ([]timeline.DeployReport, error) {
	var mu sync.Mutex
	var out []timeline.DeployReport
	var statuses []func() error
	add := func(more []timeline.DeployReport) {
		mu.Lock()
		defer mu.Unlock()
		out = append(out, more...)
	}
	var lists []func() error
	for _, s := range c.places.watched() {
		lists = append(lists, func() error {
			list, err := c.deployments(ctx, s.service.Repo, deploymentsQuery{environment: s.environment, since: since, limit: maxDeployments})
			mu.Lock()
			defer mu.Unlock()
			for _, d := range list {
				statuses = append(statuses, func() error {
					status, err := c.newestStatus(ctx, s.service.Repo, d.ID)
					if err == nil {
						add(c.places.deploysOf(s.service.Repo, d, status, nil))
					}
					return err
				})
			}
			return err
		})
	}
	for _, w := range c.places.runs() {
		lists = append(lists, func() error {
			return c.listRuns(ctx, runsQuery{repo: w.repo, workflow: w.file, since: since}, func(r workflowRun) bool {
				add(c.places.runsOf(w.repo, r))
				return true
			})
		})
	}
	errs := gather(lists)
	if !slices.ContainsFunc(errs, isPause) {
		errs = distinct(append(errs, gather(statuses)...))
	}
	slices.SortFunc(out, func(a, b timeline.DeployReport) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.Source.ID, b.Source.ID))
	})
	return out, errors.Join(errs...)
}

// deploymentsQuery says which deployments are listed.
type deploymentsQuery struct {
	environment, sha string
	since            time.Time
	limit            int
}

// deployments lists deployments made since, newest first. What it has read it
// gives with an error too.
func (c *Client) deployments(ctx context.Context, repo string, q deploymentsQuery) ([]deployment, error) {
	j := job{name: "deployments", repo: repo, does: "read deployments", what: "deployments", needs: "Deployments: read"}
	owner, repoName, err := split(repo)
	if err != nil {
		return nil, err
	}
	values := url.Values{"environment": {q.environment}}
	if q.sha != "" {
		values.Set("sha", q.sha)
	}
	var out []deployment
	more, err := c.paged(ctx, j, max(1, q.limit/pageSize), func(ctx context.Context, o gh.ListOptions) (*gh.Response, error) {
		var list []deployment
		resp, err := c.get(ctx, fmt.Sprintf("repos/%s/%s/deployments", owner, repoName), values, o, &list)
		if err != nil {
			return resp, err
		}
		for _, d := range list {
			if d.Created.Before(q.since) {
				resp.NextPage = 0
				break
			}
			out = append(out, d)
		}
		return resp, nil
	})
	if more {
		c.opt.Log.Warn("there are more deployments than are read", "repo", repo, "environment", q.environment, "read", len(out))
	}
	return out[:min(len(out), q.limit)], err
}

// newestStatus is the newest status that says something of this deployment: that
// it is inactive says something of a later one. Without any it is the zero value.
func (c *Client) newestStatus(ctx context.Context, repo string, id int64) (deploymentStatus, error) {
	j := job{name: "deployment_statuses", repo: repo, does: "read deployments", what: fmt.Sprintf("deployment %d", id), needs: "Deployments: read"}
	owner, repoName, err := split(repo)
	if err != nil {
		return deploymentStatus{}, err
	}
	var list []deploymentStatus
	err = c.poll(ctx, j, fmt.Sprintf("repos/%s/%s/deployments/%d/statuses?per_page=%d", owner, repoName, id, pageSize), &list)
	for _, s := range list {
		if _, ok := timeline.DeployStateOf(s.State); ok {
			return s, err
		}
	}
	return deploymentStatus{}, err
}

// get reads a page in our own types, where go-github's lack something.
func (c *Client) get(ctx context.Context, path string, values url.Values, o gh.ListOptions, into any) (*gh.Response, error) {
	values.Set("per_page", strconv.Itoa(o.PerPage))
	values.Set("page", strconv.Itoa(o.Page))
	req, err := c.api.NewRequest("GET", path+"?"+values.Encode(), nil)
	if err != nil {
		return nil, err
	}
	return c.api.Do(ctx, req, into)
}
