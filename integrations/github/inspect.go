package github

import (
	"context"
	"net/http"

	gh "github.com/google/go-github/v60/github"

	"backout/timeline"
)

// IDInput is the input that carries the id of a dispatch.
const IDInput = "backout_id"

// Workflow is what can be said of a workflow before it is started.
type Workflow struct {
	// Found: there is such a workflow, and its file at the ref; or the token sees
	// neither.
	Found bool
	// Active: nobody has switched it off.
	Active bool
	// Dispatchable: it declares workflow_dispatch.
	Dispatchable bool
	// Inputs are those it declares, Required those of them without which it cannot
	// be started.
	Inputs, Required []string
	// DeclaresID: backout_id is among the inputs. PrintsID: its run-name shows
	// backout_id so that FindRun recognises it.
	DeclaresID, PrintsID bool
}

// Inspect reads a workflow and its file at ref. That there is none is no error.
func (c *Client) Inspect(ctx context.Context, repo, workflow, ref string) (Workflow, error) {
	owner, repoName, err := split(repo)
	if err != nil {
		return Workflow{}, err
	}
	file, err := workflowFile(workflow)
	if err != nil {
		return Workflow{}, err
	}
	var known *gh.Workflow
	j := job{name: "workflow", repo: repo, does: "read workflows", what: "workflow " + file, needs: "Actions: read"}
	err = c.call(ctx, j, func(ctx context.Context) (err error) {
		known, _, err = c.api.Actions.GetWorkflowByFileName(ctx, owner, repoName, file)
		return err
	})
	if err != nil {
		return Workflow{}, unlessMissing(err)
	}
	out := Workflow{Active: known.GetState() == "active"}
	source, err := c.file(ctx, repo, ".github/workflows/"+file, ref)
	if err != nil {
		return out, unlessMissing(err)
	}
	out.Found = true
	out.read(source)
	return out, nil
}

// unlessMissing takes it as an answer that there is no such thing.
func unlessMissing(err error) error {
	if statusOf(err) == http.StatusNotFound {
		return nil
	}
	return err
}

// file reads one file at ref; "" is the default branch.
func (c *Client) file(ctx context.Context, repo, path, ref string) (string, error) {
	owner, repoName, err := split(repo)
	if err != nil {
		return "", err
	}
	j := job{name: "contents", repo: repo, does: "read files", what: "file " + path, needs: "Contents: read"}
	var f *gh.RepositoryContent
	err = c.call(ctx, j, func(ctx context.Context) (err error) {
		f, _, _, err = c.api.Repositories.GetContents(ctx, owner, repoName, path, &gh.RepositoryContentGetOptions{Ref: ref})
		return err
	})
	if err != nil {
		return "", err
	}
	unreadable := &timeline.Trouble{Permanent: true, Sentence: path + " of " + repo + " is no file that can be read, or too large"}
	if f == nil {
		return "", unreadable
	}
	content, err := f.GetContent()
	if err != nil {
		unreadable.Cause = err
		return "", unreadable
	}
	return content, nil
}
