package main

import (
	"fmt"
	"time"

	"backout/integrations/github/githubsim"
)

// The simulated GitHub of the story: acme/web-app, its two releases, and the
// workflow that rolls back.

const (
	webApp      = "acme/web-app"
	hookSecret  = "demo-webhook-secret"
	goodVersion = "v2.3.9"
	badVersion  = "v2.4.0"
)

// code is the repository as the story finds it.
type code struct {
	hub  *githubsim.Server
	repo *githubsim.Repo
	shas map[string]string // by version
	run  map[string]*githubsim.Run
	// deployments by environment and version, while they go on.
	deployments map[string]int64
}

// newCode makes the repository: v2.3.9, then three pull requests that became
// v2.4.0. Everything looked perfect: checks green, each change approved.
func newCode(now func() time.Time) (*code, error) {
	hub, err := githubsim.Start(githubsim.Options{Clock: now, Seed: 1, NoLimits: true})
	if err != nil {
		return nil, err
	}
	c := &code{hub: hub, repo: hub.Repo(webApp), shas: map[string]string{}, run: map[string]*githubsim.Run{}, deployments: map[string]int64{}}
	c.repo.Workflow(githubsim.Workflow{File: "deploy.yml", Name: "Deploy", Jobs: []githubsim.Job{{Name: "deploy", Steps: []string{"Build", "Roll out"}}}})
	c.repo.Workflow(githubsim.Workflow{
		File: "rollback.yml", Name: "Roll back", RunName: "Roll back to ${{ inputs.version }} [${{ inputs.backout_id }}]",
		Inputs: []githubsim.Input{{Name: "version", Required: true}, {Name: "reason"}, {Name: "backout_id", Required: true}},
		Jobs:   []githubsim.Job{{Name: "roll back", Steps: []string{"Check the image", "Roll out", "Smoke test"}}},
	})
	old := c.repo.Commit(githubsim.Commit{Message: "Release v2.3.9", Author: "jonas", Date: onDay(11, "08:40:00"), Files: []githubsim.File{{Name: "VERSION", Additions: 1, Deletions: 1}}})
	c.repo.Tag(goodVersion, old)
	c.shas[goodVersion] = old
	c.merge("New authentication logic", "priya", "tom", 17, files("auth", 118, 40,
		"session.go", "login.go", "token.go", "cookie.go", "middleware.go", "keys.go", "remember.go", "logout.go", "config.go"))
	c.merge("Query optimisations", "jonas", "priya", 18, files("db", 41, 12,
		"query.go", "index.sql", "orders.go", "users.go", "cache.go", "pool.go", "scan.go", "plan.go", "query_test.go"))
	head := c.merge("UI components", "mei", "jonas", 18, files("ui", 14, 5,
		"account.tsx", "button.tsx", "menu.tsx", "avatar.tsx", "toast.tsx", "form.tsx", "table.tsx", "modal.tsx", "account.test.tsx", "theme.css", "badge.tsx"))
	c.repo.Tag(badVersion, head)
	c.shas[badVersion] = head
	for _, name := range []string{"unit tests", "lint", "end-to-end (one user)"} {
		c.repo.CheckRun(head, githubsim.CheckRun{Name: name, Status: "completed", Conclusion: "success", StartedAt: onDay(20, "12:51:00"), CompletedAt: onDay(20, "12:58:00")})
	}
	return c, nil
}

// onDay is a time of November 2026.
func onDay(day int, clock string) time.Time {
	t, err := time.Parse(time.TimeOnly, clock)
	if err != nil {
		panic(err) // written in this package
	}
	return time.Date(2026, time.November, day, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// files are changed files of a folder; the first is the one that changed most.
func files(dir string, added, removed int, names ...string) []githubsim.File {
	var out []githubsim.File
	for i, name := range names {
		f := githubsim.File{Name: dir + "/" + name, Additions: added, Deletions: removed}
		if i > 0 {
			f.Additions, f.Deletions = added/2, removed/2
		}
		out = append(out, f)
	}
	return out
}

// merge brings a pull request of one commit, approved by one person, and gives the
// commit.
func (c *code) merge(title, author, reviewer string, day int, changed []githubsim.File) string {
	at := onDay(day, "10:00:00")
	sha := c.repo.Commit(githubsim.Commit{Message: title, Author: author, Date: at, Files: changed})
	n := c.repo.PullRequest(githubsim.PR{
		Title: title, Author: author, Commits: []string{sha}, Merged: true, MergedBy: author, MergeSHA: sha,
		MergedAt: at.Add(4 * time.Hour), CreatedAt: at,
	})
	c.repo.Review(n, githubsim.Review{User: reviewer, State: "APPROVED", CommitSHA: sha, At: at.Add(time.Hour)})
	return sha
}

// deploys begins the deploy of a version, by a run of deploy.yml.
func deploys(version, environment string) func(*play) error {
	return func(p *play) error {
		c, key := p.code, environment+" "+version
		run := c.repo.Trigger("deploy.yml", "push", version, "jonas")
		run.StartJob("deploy")
		c.run[key] = run
		c.deployments[key] = c.repo.Deploy(githubsim.Deployment{Ref: version, Environment: environment, Payload: map[string]any{"version": version}, Creator: "jonas", Run: run})
		c.repo.DeployStatus(c.deployments[key], "in_progress")
		return p.hears()
	}
}

// deployed ends it.
func deployed(version, environment string) func(*play) error {
	return func(p *play) error {
		c, key := p.code, environment+" "+version
		c.repo.DeployStatus(c.deployments[key], "success")
		c.run[key].FinishJob("deploy", "success")
		c.run[key].Complete("success")
		return p.hears()
	}
}

// hears waits until the bot has taken every delivery of GitHub.
func (p *play) hears() error { return p.code.hub.Settle(demoPatience) }

// rollbackRun is the run that the bot started.
func (p *play) rollbackRun() (*githubsim.Run, error) {
	patience := time.After(demoPatience)
	for {
		if all := p.code.hub.Dispatches(webApp); len(all) > 0 {
			return p.code.hub.Run(all[0].RunID), nil
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-patience:
			return nil, fmt.Errorf("no rollback was dispatched")
		}
	}
}

// runs moves the rollback's run.
func runs(move func(*githubsim.Run)) func(*play) error {
	return func(p *play) error {
		run, err := p.rollbackRun()
		if err != nil {
			return err
		}
		move(run)
		return p.hears()
	}
}
