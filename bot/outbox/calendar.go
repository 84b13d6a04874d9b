package outbox

import (
	"context"
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
		list := o.followUps(func(f timeline.FollowUp) bool {
			return len(e.Users) > 0 && f.Owner == e.Users[0] && f.Due != "" && f.Due <= o.today()
		}, true)
		if len(list) == 0 {
			return done, nil
		}
		return done, o.postOnce(ctx, e, e.Users[0], templates.FollowUpReminder(o.words(), e.Users[0], list))
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
	d.FollowUps = o.followUps(func(timeline.FollowUp) bool { return true }, false)
	return d
}

// followUps gives the open follow-ups that are wanted, those of private incidents
// only where their owner alone reads them.
func (o *Outbox) followUps(wanted func(timeline.FollowUp) bool, private bool) []templates.DigestFollowUp {
	var out []templates.DigestFollowUp
	for _, s := range o.Overview.Summaries() {
		if s.Drill || s.Private && !private {
			continue
		}
		for _, f := range s.FollowUps {
			if wanted(f) {
				out = append(out, templates.DigestFollowUp{Incident: s.Number, Title: s.Title, FollowUp: f, Overdue: f.Due != "" && f.Due < o.today()})
			}
		}
	}
	return out
}
