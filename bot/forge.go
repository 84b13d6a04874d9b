package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"backout/bot/config"
	"backout/bot/outbox"
	"backout/integrations/github"
	"backout/timeline"
	"backout/timeline/rollback"
)

// githubOptions are what client and webhooks are made from.
func (b *Bot) githubOptions() github.Options {
	cfg := b.opt.Config
	return github.Options{
		Token: cfg.GitHub.Token.Reveal(), AppID: cfg.GitHub.AppID, InstallationID: cfg.GitHub.InstallationID,
		PrivateKey: []byte(cfg.GitHub.PrivateKey.Reveal()), APIURL: cfg.GitHub.APIURL,
		Catalogue: catalogue(cfg), Workflows: cfg.Deploys.Workflows, Releases: cfg.Deploys.Releases, Pushes: cfg.Deploys.Pushes,
		Now: b.opt.Now, Meter: b.metrics, Log: b.opt.Logger,
	}
}

// connected reports whether the configuration says how to get into GitHub.
func connected(cfg config.Config) bool { return !cfg.GitHub.Token.IsZero() || cfg.GitHub.AppID != 0 }

// forge is GitHub as the outbox uses it: neither knows the other's types.
type forge struct{ client *github.Client }

func (f forge) Change(ctx context.Context, q outbox.ChangeQuery) (*timeline.ChangeFacts, error) {
	return f.client.Change(ctx, github.ChangeQuery{Repo: q.Repo, Base: q.Base, Head: q.Head, Staging: q.Staging})
}

func (f forge) Inspect(ctx context.Context, repo, workflow, ref string) (rollback.Workflow, error) {
	w, err := f.client.Inspect(ctx, repo, workflow, ref)
	return rollback.Workflow{
		Found: w.Found, Active: w.Active, Dispatchable: w.Dispatchable, Inputs: w.Inputs, Required: w.Required,
		DeclaresID: w.DeclaresID, PrintsID: w.PrintsID, GivesRunID: f.client.GivesRunIDs(),
	}, err
}

func (f forge) Dispatch(ctx context.Context, d outbox.Dispatch) (timeline.WorkflowRun, error) {
	return f.client.Dispatch(ctx, github.Dispatch{Repo: d.Repo, Workflow: d.Workflow, Ref: d.Ref, Inputs: d.Inputs})
}

func (f forge) FindRun(ctx context.Context, repo, workflow, id string, since time.Time) (timeline.WorkflowRun, bool, error) {
	return f.client.FindRun(ctx, repo, workflow, id, since)
}

func (f forge) Run(ctx context.Context, repo string, id int64) (timeline.WorkflowRun, error) {
	return f.client.Run(ctx, repo, id)
}

func (f forge) Cancel(ctx context.Context, repo string, id int64) error {
	return f.client.Cancel(ctx, repo, id)
}

func (f forge) Rerun(ctx context.Context, repo string, id int64) error {
	return f.client.Rerun(ctx, repo, id)
}

// githubHooks is what deliveries of GitHub say.
type githubHooks struct {
	hooks  *github.Hooks
	secret config.Secret
	// papers is the repository of postmortems, or empty.
	papers string
}

func (h githubHooks) Verify(body []byte, signature string) bool {
	return github.Verify(h.secret.Reveal(), body, signature)
}

func (h githubHooks) Parse(event string, body []byte) (timeline.Reported, bool, error) {
	r, err := h.hooks.Parse(event, body)
	out := timeline.Reported{Deploys: r.Deploys}
	for _, run := range r.Runs {
		out.Runs = append(out.Runs, timeline.RunReport{Repo: run.Repo, Title: run.Title, Run: run.Run})
	}
	for _, i := range r.Issues {
		if i.Gone { // work is not done because its issue was deleted or moved
			continue
		}
		out.Tickets = append(out.Tickets, ticketReport(i))
	}
	for _, p := range r.Pulls {
		if n, ok := paperOf(p.Branch); ok && strings.EqualFold(p.Repo, h.papers) {
			out.Papers = append(out.Papers, timeline.PaperReport{Incident: n, Merged: p.Merged, At: p.At})
		}
	}
	return out, r.Ignored || r.Ping, err
}

// newID is a text that was never given before. It is long enough that two
// processes, or two copies of a record, do not give the same.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

// Catching up: how far back a first start reads, how much is read twice, and how
// often.
const (
	catchUpFirst = 30 * 24 * time.Hour
	catchUpAgain = 24 * time.Hour
	catchUpEvery = 5 * time.Minute
)

// catchUp reads deploys that no delivery told us of: GitHub never delivers again
// by itself.
func (b *Bot) catchUp(ctx context.Context, since time.Time) (complete bool) {
	reports, err := b.github.Deploys(ctx, since)
	if err != nil && ctx.Err() == nil {
		b.opt.Logger.Warn("deploys could not all be read from GitHub; they are asked for again", "error", err)
	}
	complete = err == nil
	for _, r := range reports {
		complete = b.takeReport(ctx, r) && complete
	}
	return complete
}

// takeReport reports whether the deploy is recorded, or never can be.
func (b *Bot) takeReport(ctx context.Context, r timeline.DeployReport) bool {
	_, err := b.rec.Record(ctx, timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{r}}))
	if err != nil && ctx.Err() == nil {
		b.opt.Logger.Warn("a deploy was not recorded", "source", r.Source.Name, "id", r.Source.ID, "error", err)
	}
	_, refused := errors.AsType[*timeline.Refusal](err)
	return err == nil || refused
}

// keepUp reads deploys at the start and then every few minutes, each time from a
// day before the last reading that succeeded.
func (b *Bot) keepUp() {
	if b.github == nil {
		return
	}
	since := b.caughtUpTo()
	read := func() {
		now := b.opt.Now()
		b.contained("deploys", func() {
			if b.catchUp(b.ctx, since) && b.noteCaughtUp() {
				since = now.Add(-catchUpAgain)
			}
		})
		b.contained("issues", func() { b.catchUpTickets(b.ctx) })
		b.contained("pull requests", func() { b.catchUpPapers(b.ctx) })
	}
	read()
	b.every(catchUpEvery, read)
}

// caughtUpTo is from when deploys must be read at a start. Until a first reading
// has succeeded as a whole, the newest deploy that is known says nothing about
// those before it.
func (b *Bot) caughtUpTo() time.Time {
	since := b.opt.Now().Add(-catchUpFirst)
	if done, err := b.rec.Done(b.ctx, firstReading); err != nil || !done {
		return since
	}
	if known, err := b.rec.Deploys(b.ctx, timeline.DeployQuery{Limit: 1}); err == nil && len(known) > 0 {
		if last := known[0].At().Add(-catchUpAgain); last.After(since) {
			since = last
		}
	}
	return since
}

// firstReading names the first reading of deploys in the record.
const firstReading = "read:deploys:first"

func (b *Bot) noteCaughtUp() bool {
	_, err := b.rec.Record(b.ctx, timeline.Remind(firstReading, "the deploys of the last 30 days were read", b.opt.Now()))
	return err == nil
}

// readAnnounced reads again what CI wrote in its channels.
func (b *Bot) readAnnounced(from time.Time) {
	since := from.Add(-time.Minute)
	if from.IsZero() {
		since = b.opt.Now().Add(-catchUpAgain)
	}
	err := b.client.ReadAnnounced(b.ctx, b.announced, since, func(r timeline.DeployReport) error {
		b.takeReport(b.ctx, r)
		return nil
	})
	if err != nil && b.ctx.Err() == nil {
		b.opt.Logger.Warn("a channel in which CI announces deploys could not be read; invite the bot there", "error", err)
	}
}
