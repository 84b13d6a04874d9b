package github

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	gh "github.com/google/go-github/v60/github"

	"backout/timeline"
)

const (
	maxCheckPages = 3
	// maxStaging is how many deploys of one commit to the environment before are
	// looked at.
	maxStaging = 5
)

// headTasks read what hangs on the head commit: check runs, statuses of the older
// kind, and deploys to the environment before. Each writes to its own place.
func (ch *changing) headTasks(ctx context.Context) []func() error {
	tasks := []func() error{
		part("check runs", func() error { return ch.readCheckRuns(ctx) }),
		part("commit statuses", func() error { return ch.readStatuses(ctx) }),
	}
	if ch.q.Staging != "" {
		tasks = append(tasks, part("deploys to "+name(ch.q.Staging), func() error { return ch.readStaging(ctx) }))
	}
	return tasks
}

// checks puts both kinds together, by name.
func (ch *changing) checks() []timeline.ChangeCheck {
	all := append(ch.checkRuns, ch.statuses...)
	slices.SortStableFunc(all, func(a, b timeline.ChangeCheck) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

func (ch *changing) readCheckRuns(ctx context.Context) error {
	j := ch.job("check_runs", "read checks", "Checks: read")
	_, err := ch.c.paged(ctx, j, maxCheckPages, func(ctx context.Context, o gh.ListOptions) (*gh.Response, error) {
		latest := "latest"
		got, resp, err := ch.c.api.Checks.ListCheckRunsForRef(ctx, ch.owner, ch.repo, url.PathEscape(ch.head),
			&gh.ListCheckRunsOptions{Filter: &latest, ListOptions: o})
		if err != nil {
			return resp, err
		}
		if got == nil {
			return resp, nil // The answer was null.
		}
		for _, r := range got.CheckRuns {
			ch.checkRuns = append(ch.checkRuns, checkOf(r))
		}
		return resp, nil
	})
	return err
}

func checkOf(r *gh.CheckRun) timeline.ChangeCheck {
	at := r.GetCompletedAt()
	if at.IsZero() {
		at = r.GetStartedAt()
	}
	return timeline.ChangeCheck{
		Name: name(r.GetName()), Result: name(cmp.Or(r.GetConclusion(), r.GetStatus())), At: at.UTC(), Link: link(r.GetHTMLURL()),
	}
}

// readStatuses reads the newest status of each context.
func (ch *changing) readStatuses(ctx context.Context) error {
	j := ch.job("statuses", "read commit statuses", "Commit statuses: read")
	_, err := ch.c.paged(ctx, j, maxCheckPages, func(ctx context.Context, o gh.ListOptions) (*gh.Response, error) {
		got, resp, err := ch.c.api.Repositories.GetCombinedStatus(ctx, ch.owner, ch.repo, url.PathEscape(ch.head), &o)
		if err != nil {
			return resp, err
		}
		for _, s := range got.Statuses {
			at := s.GetUpdatedAt()
			if at.IsZero() {
				at = s.GetCreatedAt()
			}
			ch.statuses = append(ch.statuses, timeline.ChangeCheck{
				Name: name(s.GetContext()), Result: name(s.GetState()), At: at.UTC(), Link: link(s.GetTargetURL()),
			})
		}
		return resp, nil
	})
	return err
}

// readStaging reads the deploys of the same commit to the environment before,
// newest first.
func (ch *changing) readStaging(ctx context.Context) error {
	list, err := ch.c.deployments(ctx, ch.q.Repo, deploymentsQuery{sha: ch.head, environment: ch.q.Staging, limit: maxStaging})
	if err != nil {
		return err
	}
	for _, d := range list {
		s, err := ch.c.newestStatus(ctx, ch.q.Repo, d.ID)
		if err != nil {
			return err
		}
		one := timeline.StagingDeploy{Environment: d.Environment, State: s.State, At: s.Created.Time, Link: s.page()}
		if s.State == "" {
			one.State, one.At = string(timeline.DeployPending), d.Created.Time
		}
		ch.facts.Staging = append(ch.facts.Staging, one)
	}
	return nil
}
