package github

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	gh "github.com/google/go-github/v60/github"

	"backout/timeline"
)

// maxJobPages bounds the jobs of one run.
const maxJobPages = 5

// Run reads a run with the jobs of its newest attempt. While nothing changes that
// does not count against the limit. Jobs that the token may not see do not hide
// the run.
func (c *Client) Run(ctx context.Context, repo string, id int64) (timeline.WorkflowRun, error) {
	j := job{name: "run", repo: repo, does: "read workflow runs", what: fmt.Sprintf("run %d", id), needs: "Actions: read"}
	owner, name, err := split(repo)
	if err != nil {
		return timeline.WorkflowRun{}, err
	}
	where := fmt.Sprintf("repos/%s/%s/actions/runs/%d", owner, name, id)
	var r workflowRun
	if err := c.poll(ctx, j, where, &r); err != nil {
		return timeline.WorkflowRun{}, err
	}
	out := r.run()
	out.Jobs, err = c.jobs(ctx, j, where)
	if isPermanent(err) {
		c.opt.Log.Warn("the jobs of a run cannot be read", "repo", repo, "error", err)
		err = nil
	}
	return out, err
}

func (c *Client) jobs(ctx context.Context, j job, where string) ([]timeline.RunJob, error) {
	j.name = "jobs"
	var out []timeline.RunJob
	for page := 1; page <= maxJobPages; page++ {
		var list gh.Jobs
		if err := c.poll(ctx, j, fmt.Sprintf("%s/jobs?filter=latest&per_page=%d&page=%d", where, pageSize, page), &list); err != nil {
			return nil, err
		}
		for _, one := range list.Jobs {
			if one != nil {
				out = append(out, jobOf(one))
			}
		}
		if len(list.Jobs) < pageSize || len(out) >= list.GetTotalCount() {
			break
		}
	}
	return out, nil
}

// Cancel asks GitHub to end a run. One that has ended already is no trouble.
func (c *Client) Cancel(ctx context.Context, repo string, id int64) error {
	j := job{name: "cancel", repo: repo, does: "cancel workflow runs", what: fmt.Sprintf("run %d", id), needs: "Actions: write", write: true}
	owner, name, err := split(repo)
	if err != nil {
		return err
	}
	return c.call(ctx, j, func(ctx context.Context) error {
		_, err := c.api.Actions.CancelWorkflowRunByID(ctx, owner, name, id)
		if statusOf(err) == http.StatusConflict && !strings.Contains(saidOf(err), "not yet queued") {
			return nil
		}
		return err
	})
}

// Rerun runs the failed jobs of a run again; the run keeps its id.
func (c *Client) Rerun(ctx context.Context, repo string, id int64) error {
	j := job{name: "rerun", repo: repo, does: "re-run workflow runs", what: fmt.Sprintf("run %d", id), needs: "Actions: write", write: true}
	owner, name, err := split(repo)
	if err != nil {
		return err
	}
	return c.call(ctx, j, func(ctx context.Context) error {
		_, err := c.api.Actions.RerunFailedJobsByID(ctx, owner, name, id)
		return err
	})
}

func jobOf(j *gh.WorkflowJob) timeline.RunJob {
	return timeline.RunJob{
		Name: name(j.GetName()), Status: name(j.GetStatus()), Conclusion: name(j.GetConclusion()),
		Step: stepOf(j.Steps), Link: link(j.GetHTMLURL()),
	}
}

// stepOf is the step at work, else the first that failed.
func stepOf(steps []*gh.TaskStep) string {
	failed := ""
	for _, s := range steps {
		if s.GetStatus() == "in_progress" {
			return name(s.GetName())
		}
		switch s.GetConclusion() {
		case "", "success", "skipped", "neutral":
		default:
			if failed == "" {
				failed = name(s.GetName())
			}
		}
	}
	return failed
}
