package github

import (
	"strconv"
	"strings"

	"backout/timeline"
)

// readDeployment reads deployment and deployment_status: the one is made before
// anything of the other kind and is pending.
func (p places) readDeployment(in payload) (Report, error) {
	if in.Deployment == nil || in.Deployment.ID == 0 {
		return Report{}, errIncomplete
	}
	var status deploymentStatus
	if in.Status != nil {
		status = *in.Status
		if _, ok := timeline.DeployStateOf(status.State); !ok {
			return Report{}, nil // "inactive", or a word of the future.
		}
	}
	return Report{Deploys: p.deploysOf(in.Repository.FullName, *in.Deployment, status, in.WorkflowRun)}, nil
}

// readRun reads workflow_run. A rollback's run is told of like any other; whether
// it is a deploy too, the configuration says.
func (p places) readRun(in payload) (Report, error) {
	r := in.WorkflowRun
	if r == nil || r.ID == 0 {
		return Report{}, errIncomplete
	}
	repo := in.Repository.FullName
	title := r.Title
	if title == "" {
		title = r.Name
	}
	out := Report{Runs: []Run{{Repo: p.spelt(name(repo)), Title: text(title, maxTitle), Run: r.run()}}}
	file := r.Path
	if in.Workflow != nil && in.Workflow.Path != "" {
		file = in.Workflow.Path
	}
	if p.deploysBy(repo, file) {
		out.Deploys = p.runsOf(repo, *r)
	}
	return out, nil
}

// readRelease reads release. A published one comes twice, as published and as
// released or prereleased; only the first counts.
func (p places) readRelease(in payload) (Report, error) {
	r := in.Release
	if r == nil || r.ID == 0 {
		return Report{}, errIncomplete
	}
	repo := in.Repository.FullName
	if in.Action != "published" || r.Draft || !p.deploysOnRelease(repo) {
		return Report{}, nil
	}
	by := name(r.Author.Login)
	if r.Author.bot() && in.Sender.Login != "" {
		by = name(in.Sender.Login)
	}
	d := timeline.DeployReport{
		Version: name(r.Tag), Ref: name(r.Tag), By: by, State: timeline.DeploySucceeded,
		Started: r.Published.Time, Finished: r.Published.Time, URL: link(r.Page),
	}
	if full(r.Target) {
		d.SHA = hash(r.Target)
	}
	return Report{Deploys: reports(p.in(repo), "release/"+strconv.FormatInt(r.ID, 10), d)}, nil
}

// readPush reads push. The commit's time is when it was written, so the
// repository's is preferred: when it was pushed.
func (p places) readPush(in payload) (Report, error) {
	branch, ok := strings.CutPrefix(in.Ref, "refs/heads/")
	if in.Ref == "" {
		return Report{}, errIncomplete
	}
	repo := in.Repository.FullName
	if !ok || in.Deleted || !full(in.After) || strings.Trim(in.After, "0") == "" || !p.deploysOnPush(repo, branch) {
		return Report{}, nil
	}
	at := in.Repository.PushedAt.Time
	if at.IsZero() && in.HeadCommit != nil {
		at = in.HeadCommit.Timestamp.Time
	}
	d := timeline.DeployReport{
		SHA: hash(in.After), Ref: name(branch), By: name(in.Sender.Login), State: timeline.DeploySucceeded,
		Started: at, Finished: at, URL: link(in.Compare),
	}
	return Report{Deploys: reports(p.in(repo), "push/"+hash(in.After), d)}, nil
}
