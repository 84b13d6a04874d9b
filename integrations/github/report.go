package github

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"backout/timeline"
)

// What is deployed, in one place for webhooks and for the reading afterwards: both
// must say the same of the same deploy.

// deploysOf words a deployment with its status, which may be the zero value, and
// the run that made it, which may be nil.
func (p places) deploysOf(repo string, d deployment, s deploymentStatus, run *workflowRun) []timeline.DeployReport {
	extra := extrasOf(d.Payload)
	spots := p.at(repo, d.Environment, extra.service)
	r := timeline.DeployReport{
		Version: versionOf(extra, d.Ref), SHA: hash(d.SHA), Ref: shortRef(d.Ref), By: deployerOf(d, extra, run),
		State: timeline.DeployPending, Started: d.Created.Time,
	}
	if state, ok := timeline.DeployStateOf(s.State); ok {
		r.State = state
		if state.Final() {
			r.Finished = s.Created.Time
		}
	}
	r.URL, r.Run.ID = runPage(s.page(), repo)
	if run != nil && run.ID != 0 {
		r.Run.ID = run.ID
		if page := link(run.Page); page != "" {
			r.URL = page
		}
	}
	return reports(spots, fmt.Sprintf("deployment/%d", d.ID), r)
}

// deployerOf is a person, where one is known behind a bot.
func deployerOf(d deployment, extra extras, run *workflowRun) string {
	if d.Creator.Login != "" && !d.Creator.bot() {
		return name(d.Creator.Login)
	}
	if extra.by != "" {
		return extra.by
	}
	if run != nil && run.by() != "" {
		return run.by()
	}
	return name(d.Creator.Login)
}

// versionOf prefers what the payload says, then a ref that is a tag. It is empty
// for the rest, whose label is the commit.
func versionOf(extra extras, ref string) string {
	if extra.version != "" {
		return extra.version
	}
	return tagOf(ref)
}

// tagOf is the ref's name if it is a tag by its form: GitHub does not say which
// of them a bare name is.
func tagOf(ref string) string {
	if tag, ok := strings.CutPrefix(ref, "refs/tags/"); ok {
		return name(tag)
	}
	if regexp.MustCompile(`^v?\d+(\.\d+)+([-+.\w]*)$`).MatchString(ref) {
		return name(ref)
	}
	return ""
}

// shortRef is a branch or tag without its folder.
func shortRef(ref string) string {
	for _, folder := range []string{"refs/heads/", "refs/tags/"} {
		ref = strings.TrimPrefix(ref, folder)
	}
	return name(ref)
}

// runPage recognises the page of a run in a link that may lead to one of its jobs.
// Any other link comes back as it is, with no id.
func runPage(page, repo string) (string, int64) {
	u, err := url.Parse(page)
	if err != nil || page == "" {
		return page, 0
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	for i := 0; i+4 < len(parts); i++ {
		if !strings.EqualFold(parts[i]+"/"+parts[i+1], repo) || parts[i+2] != "actions" || parts[i+3] != "runs" {
			continue
		}
		id, err := strconv.ParseInt(parts[i+4], 10, 64)
		if err != nil || id <= 0 {
			return page, 0
		}
		u.Path, u.RawPath, u.RawQuery, u.Fragment = "/"+strings.Join(parts[:i+5], "/"), "", "", ""
		return u.String(), id
	}
	return page, 0
}

// runsOf words a run of a workflow whose runs are deploys. Running it again is a
// deploy of its own: it happens later and may replace what came between.
func (p places) runsOf(repo string, run workflowRun) []timeline.DeployReport {
	r := timeline.DeployReport{
		Version: tagOf(run.Branch), SHA: hash(run.SHA), Ref: shortRef(run.Branch), By: run.by(),
		State: stateOf(run), Started: run.Started.Time, URL: link(run.Page), Run: timeline.RunRef{ID: run.ID},
	}
	if r.Started.IsZero() {
		r.Started = run.Created.Time
	}
	if r.State.Final() {
		r.Finished = run.Updated.Time
	}
	tail := fmt.Sprintf("run/%d", run.ID)
	if run.Attempt > 1 {
		tail += fmt.Sprintf("/attempt/%d", run.Attempt)
	}
	return reports(p.in(repo), tail, r)
}

// stateOf reads a run's status and conclusion. A conclusion that is not known is
// no success.
func stateOf(run workflowRun) timeline.DeployState {
	if run.Status == "completed" {
		if state, ok := timeline.DeployStateOf(run.Conclusion); ok && state.Final() {
			return state
		}
		return timeline.DeployFailed
	}
	if state, ok := timeline.DeployStateOf(run.Status); ok && !state.Final() {
		return state
	}
	return timeline.DeployPending
}

func (r workflowRun) run() timeline.WorkflowRun {
	return timeline.WorkflowRun{
		ID: r.ID, Link: link(r.Page), Attempt: r.Attempt, Status: name(r.Status), Conclusion: name(r.Conclusion),
		Created: r.Created.Time, Updated: r.Updated.Time,
	}
}
