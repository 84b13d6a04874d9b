package outbox

import (
	"context"

	"backout/timeline"
)

// Papers keeps postmortems and tickets where code is reviewed. Errors are
// *timeline.Trouble.
type Papers interface {
	// Current gives the document as it stands there, on its branch or merged.
	Current(ctx context.Context, at PaperPlace) (content []byte, found bool, err error)
	// Propose makes the branch hold the files and one pull request of it, whatever
	// an earlier attempt left.
	Propose(ctx context.Context, p Proposal) (Proposed, error)
	// OpenTicket finds the issue that carries the marker, or opens it.
	OpenTicket(ctx context.Context, t NewTicket) (ticket timeline.Ticket, closed bool, err error)
	// SetTicket closes an issue or opens it again; already so is success.
	SetTicket(ctx context.Context, t timeline.Ticket, closed bool) error
}

// PaperPlace is where a document stands.
type PaperPlace struct{ Repo, Branch, Path string }

// Proposal is a document as a pull request.
type Proposal struct {
	PaperPlace
	// Files are all files of the commit, the document first.
	Files []File
	// Base is the copy of the document that it was made from, empty for none: whoever
	// changed it since must not be overwritten.
	Base                 []byte
	Title, Body, Message string
}

// Proposed is what became of a proposal.
type Proposed struct{ URL string }

// NewTicket is an issue for a follow-up.
type NewTicket struct {
	Repo, Marker, Title, Body string
	Effect                    timeline.Effect
}

// Writer words what goes there.
type Writer interface {
	// Place says where the postmortem of an incident stands; ok is false when the
	// configuration names no repository.
	Place(in *timeline.Incident) (at PaperPlace, ok bool)
	// Proposal renders it over the copy that stands there, which may be empty.
	Proposal(ctx context.Context, in *timeline.Incident, at PaperPlace, old []byte) (Proposal, error)
	// Ticket words the issue of a follow-up; ok is false when no repository takes it.
	Ticket(ctx context.Context, in *timeline.Incident, f timeline.FollowUp) (t NewTicket, ok bool)
}

func (o *Outbox) papers() (Papers, error) {
	if o.Forge == nil || o.Forge.Papers == nil {
		return nil, &timeline.Trouble{Permanent: true, Sentence: noForge}
	}
	return o.Forge.Papers, nil
}

// propose keeps the pull request current. The copy that people wrote in is the base,
// so that what they wrote stays.
func (o *Outbox) propose(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	papers, err := o.papers()
	if err != nil {
		return timeline.Change{}, err
	}
	at, ok := o.Writer.Place(in)
	if !ok || in.Private {
		return timeline.Change{}, &timeline.Trouble{Permanent: true, Sentence: "the configuration names no repository for postmortems; the platform team sets `postmortem.repo`"}
	}
	old, _, err := papers.Current(ctx, at)
	if err != nil {
		return timeline.Change{}, err
	}
	p, err := o.Writer.Proposal(ctx, in, at, old)
	if err != nil {
		return timeline.Change{}, &timeline.Trouble{Permanent: true, Sentence: "the postmortem could not be rendered", Cause: err}
	}
	p.Base = old
	got, err := papers.Propose(ctx, p)
	if err != nil {
		return timeline.Change{}, err
	}
	if exported(in, timeline.ExportProposal, got.URL) {
		return timeline.Carried(*e), nil
	}
	return timeline.Proposed(*e, timeline.Exported{What: timeline.ExportProposal, Link: got.URL, File: at.Path}), nil
}

// ticket opens the issue of follow-up N.
func (o *Outbox) ticket(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	papers, err := o.papers()
	if err != nil {
		return timeline.Change{}, err
	}
	f, ok := in.FollowUp(e.N)
	if !ok || !f.Ticket.IsZero() || f.State == timeline.FollowUpDropped || in.Private {
		return timeline.Carried(*e), nil
	}
	t, ok := o.Writer.Ticket(ctx, in, f)
	if !ok {
		return timeline.Change{}, &timeline.Trouble{Permanent: true, Sentence: "no affected service has a repository, so there is nowhere to open an issue; the platform team sets `services[].repo` or `postmortem.repo`"}
	}
	t.Effect = *e
	opened, closed, err := papers.OpenTicket(ctx, t)
	if err != nil {
		return timeline.Change{}, err
	}
	return timeline.TicketOpened(*e, opened, closed), nil
}

// ticketState closes the issue of a follow-up that is done, and opens that of one
// that is open again.
func (o *Outbox) ticketState(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	papers, err := o.papers()
	if err != nil {
		return timeline.Change{}, err
	}
	f, ok := in.FollowUp(e.N)
	if !ok || f.Ticket.IsZero() {
		return timeline.Carried(*e), nil
	}
	return timeline.Carried(*e), papers.SetTicket(ctx, f.Ticket, f.State != timeline.FollowUpOpen)
}
