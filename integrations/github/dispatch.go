package github

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	gh "github.com/google/go-github/v60/github"

	"backout/timeline"
)

// Dispatch is one start of a workflow.
type Dispatch struct {
	Repo     string
	Workflow string // file name
	Ref      string // branch or tag; GitHub takes no commit here
	Inputs   map[string]string
}

// runDetails is the field that asks for the run's id. Older servers ignore it or
// refuse the whole call for it.
const runDetails = "return_run_details"

// dispatchBody is what is sent.
type dispatchBody struct {
	Ref     string            `json:"ref"`
	Inputs  map[string]string `json:"inputs,omitempty"`
	Details bool              `json:"return_run_details,omitempty"`
}

// Dispatch starts a workflow exactly once, or says what became of the try. The run
// has id 0 when it was started by a server that does not tell ids. A trouble that
// is Permanent means that nothing was started and nothing will be; After without
// Unsure that nothing was started yet; Unsure that a run may exist.
func (c *Client) Dispatch(ctx context.Context, d Dispatch) (timeline.WorkflowRun, error) {
	j := job{
		name: "dispatch", repo: d.Repo, does: "start workflows", what: "workflow " + name(d.Workflow),
		needs: "Actions: write", write: true,
	}
	owner, repo, err := split(d.Repo)
	if err != nil {
		return timeline.WorkflowRun{}, err
	}
	file, err := workflowFile(d.Workflow)
	if err != nil {
		return timeline.WorkflowRun{}, err
	}
	where := "repos/" + owner + "/" + repo + "/actions/workflows/" + url.PathEscape(file) + "/dispatches"
	run, err := c.dispatch(ctx, j, where, dispatchBody{Ref: d.Ref, Inputs: d.Inputs, Details: true})
	if refusesDetails(err) {
		// The server refused the call as a whole: nothing was started.
		run, err = c.dispatch(ctx, j, where, dispatchBody{Ref: d.Ref, Inputs: d.Inputs})
	}
	return run, err
}

func (c *Client) dispatch(ctx context.Context, j job, where string, body dispatchBody) (run timeline.WorkflowRun, err error) {
	err = c.call(ctx, j, func(ctx context.Context) error {
		req, err := c.api.NewRequest(http.MethodPost, where, body)
		if err != nil {
			return err
		}
		resp, err := c.api.BareDo(ctx, req)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		run = c.startedRun(resp)
		return nil
	})
	return run, err
}

// startedRun reads which run was started. It was started whether or not that can
// be read.
func (c *Client) startedRun(resp *gh.Response) timeline.WorkflowRun {
	var said struct {
		ID   int64  `json:"workflow_run_id"`
		Page string `json:"html_url"`
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
	if err == nil && len(body) > 0 {
		err = json.Unmarshal(body, &said)
	}
	if err != nil || said.ID <= 0 {
		c.opt.Log.Info("GitHub started a run without saying which", "status", resp.StatusCode, "error", err)
		return timeline.WorkflowRun{}
	}
	return timeline.WorkflowRun{ID: said.ID, Link: link(said.Page)}
}

// refusesDetails reports whether the server refused a call for asking for the
// run's id.
func refusesDetails(err error) bool {
	switch statusOf(err) {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return strings.Contains(saidOf(err), runDetails)
	}
	return false
}

// workflowFile is the file's name without the folder that all of them are in.
func workflowFile(workflow string) (string, error) {
	file := path.Base(strings.TrimSpace(workflow))
	if file == "." || file == "/" || file == ".." || strings.ContainsAny(file, "%?#\\") || file != name(file) {
		return "", &timeline.Trouble{Permanent: true, Sentence: "no workflow is named; write the file name, such as rollback.yml"}
	}
	return file, nil
}
