package bot

import (
	"context"

	"backout/integrations/github"
	"backout/timeline"
)

// ticketReport is what GitHub says about an issue, in the record's words.
func ticketReport(i github.IssueState) timeline.TicketReport {
	return timeline.TicketReport{Ticket: timeline.Ticket{Repo: i.Repo, Number: i.Number}, Closed: i.Closed, At: i.At}
}

// catchUpTickets asks after the issues of open follow-ups: a delivery may have been
// missed, and GitHub sends none again.
func (b *Bot) catchUpTickets(ctx context.Context) {
	if b.github == nil {
		return
	}
	asked := map[string][]int{}
	for _, s := range b.rec.Summaries() {
		for _, f := range s.FollowUps {
			if !f.Ticket.IsZero() {
				asked[f.Ticket.Repo] = append(asked[f.Ticket.Repo], f.Ticket.Number)
			}
		}
	}
	for repo, numbers := range asked {
		states, err := b.github.TicketStates(ctx, repo, numbers)
		if err != nil && ctx.Err() == nil {
			b.opt.Logger.Warn("the issues of follow-ups could not all be read from GitHub; they are asked for again", "repo", repo, "error", err)
		}
		var said timeline.Reported
		for _, i := range states {
			if i.Closed && !i.Gone { // work is not done because its issue was deleted or moved
				said.Tickets = append(said.Tickets, ticketReport(i))
			}
		}
		if _, err := b.rec.Record(ctx, timeline.TakeReports("", said)); err != nil && ctx.Err() == nil {
			b.opt.Logger.Warn("closed issues were not recorded", "repo", repo, "error", err)
		}
	}
}
