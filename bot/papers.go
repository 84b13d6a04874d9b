package bot

import (
	"context"
	"strconv"
	"strings"
	"time"

	"backout/bot/outbox"
	"backout/integrations/github"
	"backout/timeline"
)

// Current implements outbox.Papers.
func (f forge) Current(ctx context.Context, at outbox.PaperPlace) ([]byte, bool, error) {
	return f.client.ProposedFile(ctx, at.Repo, at.Branch, at.Path)
}

// Propose implements outbox.Papers.
func (f forge) Propose(ctx context.Context, p outbox.Proposal) (outbox.Proposed, error) {
	q := github.Proposal{Repo: p.Repo, Branch: p.Branch, Title: p.Title, Body: p.Body, Message: p.Message}
	for i, file := range p.Files {
		f := github.ProposalFile{Path: file.Name, Content: file.Content}
		if i == 0 { // the document, in which people write
			f.From = append([]byte{}, p.Base...)
		}
		q.Files = append(q.Files, f)
	}
	got, err := f.client.Propose(ctx, q)
	return outbox.Proposed{URL: got.URL}, err
}

// OpenTicket implements outbox.Papers.
func (f forge) OpenTicket(ctx context.Context, t outbox.NewTicket) (timeline.Ticket, bool, error) {
	got, err := f.client.OpenTicket(ctx, github.Ticket{Repo: t.Repo, Marker: t.Marker, Title: t.Title, Body: t.Body}, t.Effect.Created)
	return timeline.Ticket{Repo: t.Repo, Number: got.Number, URL: got.URL}, got.Closed, err
}

// SetTicket implements outbox.Papers.
func (f forge) SetTicket(ctx context.Context, t timeline.Ticket, closed bool) error {
	return f.client.SetTicket(ctx, t.Repo, t.Number, closed)
}

// papersFor is for how long after an incident its pull request is asked after.
const papersFor = 90 * 24 * time.Hour

// catchUpPapers asks after the pull requests of postmortems: a delivery that said
// that one was merged may have been missed.
func (b *Bot) catchUpPapers(ctx context.Context) {
	repo := b.opt.Config.Postmortem.Repo
	if b.github == nil || repo == "" {
		return
	}
	for _, s := range b.rec.Summaries() {
		if !s.Proposed || s.Status != timeline.Resolved || b.opt.Now().Sub(endOf(s)) > papersFor {
			continue
		}
		p, found, err := b.github.ProposalState(ctx, repo, branchOf(s.Number))
		if err != nil {
			if ctx.Err() == nil {
				b.opt.Logger.Warn("a pull request could not be read from GitHub; it is asked for again", "incident", s.ID(), "error", err)
			}
			continue
		}
		if !found || p.State != github.ProposalMerged {
			continue
		}
		merged := timeline.PaperReport{Incident: s.Number, Merged: true, At: p.MergedAt}
		if _, err := b.rec.Record(ctx, timeline.TakeReports("", timeline.Reported{Papers: []timeline.PaperReport{merged}})); err != nil && ctx.Err() == nil {
			b.opt.Logger.Warn("a merged postmortem was not recorded", "incident", s.ID(), "error", err)
		}
	}
}

// branchOf names the branch of an incident's postmortem for ever.
func branchOf(incident int) string {
	return github.OwnBranches + strings.ToLower(timeline.ID(incident))
}

// paperOf gives the incident whose postmortem a branch holds, in whatever round.
func paperOf(branch string) (incident int, ok bool) {
	digits, ours := strings.CutPrefix(branch, github.OwnBranches+"inc-")
	digits, _, _ = strings.Cut(digits, "-")
	n, err := strconv.Atoi(digits)
	return n, ours && err == nil && n > 0 && github.RoundOf(branch, branchOf(n))
}
