package outbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"backout/templates"
	"backout/timeline"
)

// carryCommon carries out what belongs to no incident.
func (o *Outbox) carryCommon(ctx context.Context, e *timeline.Effect) (timeline.Change, error) {
	done := timeline.Carried0(*e)
	switch e.Kind {
	case timeline.OweOffer:
		a, ok, err := o.Overview.Offered(ctx, e.N)
		if err != nil || !ok || o.opt.Announce == "" {
			return done, err
		}
		return done, o.postOnce(ctx, e, o.opt.Announce, templates.AlertOffer(o.opt.Command, a, e.N))
	case timeline.OweDigest:
		if o.opt.Announce == "" {
			return done, nil
		}
		return done, o.postOnce(ctx, e, o.opt.Announce, templates.Digest(o.words(), o.digest()))
	case timeline.OweInsights:
		return o.insights(ctx, e)
	case timeline.OweFollowUps:
		if len(e.Users) == 0 {
			return done, nil
		}
		owner := e.Users[0]
		mine := func(f timeline.FollowUp) bool { return f.Owner == owner && f.Due != "" && f.Due <= o.today() }
		list, err := o.followUps(mine, func(s timeline.Summary) (bool, error) { return o.isMember(ctx, s, owner) })
		if err != nil {
			return timeline.Change{}, err
		}
		if len(list) == 0 {
			return done, nil
		}
		return done, o.postOnce(ctx, e, owner, templates.FollowUpReminder(o.words(), owner, list))
	}
	return done, &timeline.Trouble{Permanent: true, Sentence: "this version of Backout does not know the step " + string(e.Kind)}
}

func (o *Outbox) today() string { return o.opt.Now().UTC().Format(time.DateOnly) }

func (o *Outbox) words() templates.Words {
	return templates.Words{Command: o.opt.Command, Names: o.Views, Zone: func() *time.Location { return time.UTC }}
}

// week is what a digest looks back on.
const week = 7 * 24 * time.Hour

// digest gathers what the announcement channel may know: nothing private, no
// exercise.
func (o *Outbox) digest() templates.DigestData {
	d := templates.DigestData{Now: o.opt.Now()}
	for _, s := range o.Overview.Summaries() {
		switch {
		case s.Private || s.Drill:
		case s.Status.Open():
			d.Open = append(d.Open, s)
		case s.Status == timeline.Resolved && d.Now.Sub(s.Moments.Resolved.At) < week:
			d.Closed = append(d.Closed, s)
		}
	}
	d.FollowUps, _ = o.followUps(func(timeline.FollowUp) bool { return true }, nil) // nothing private is asked for, so nothing fails
	return d
}

// followUps gives the open follow-ups that are wanted, those of a private incident
// only where sees says so; nil never does.
func (o *Outbox) followUps(wanted func(timeline.FollowUp) bool, sees func(timeline.Summary) (bool, error)) ([]templates.DigestFollowUp, error) {
	var out []templates.DigestFollowUp
	for _, s := range o.Overview.Summaries() {
		if s.Drill || s.Private && sees == nil || !slices.ContainsFunc(s.FollowUps, wanted) {
			continue
		}
		if s.Private {
			if ok, err := sees(s); err != nil {
				return nil, err
			} else if !ok {
				continue
			}
		}
		for _, f := range s.FollowUps {
			if wanted(f) {
				out = append(out, templates.DigestFollowUp{Incident: s.Number, Title: s.Title, FollowUp: f, Overdue: f.Due != "" && f.Due < o.today()})
			}
		}
	}
	return out, nil
}

// isMember reports whether the person is in the incident's channel now. Who owns
// later work and has left, or never was in it, reads nothing of a private one.
func (o *Outbox) isMember(ctx context.Context, s timeline.Summary, user string) (bool, error) {
	if s.Channel.ID == "" {
		return false, nil
	}
	members, err := o.Rooms.Members(ctx, s.Channel.ID)
	if t, ok := errors.AsType[*timeline.Trouble](err); ok && t.Permanent {
		return false, nil // the channel is gone; the person's other reminders are not
	}
	return slices.Contains(members, user), err
}
