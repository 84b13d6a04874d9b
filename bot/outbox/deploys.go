package outbox

import (
	"context"
	"errors"
	"time"

	"backout/templates"
	"backout/timeline"
	"backout/timeline/deploys"
)

// suspects ranks the deploys that may have caused the incident. It asks nobody
// outside, so the card has them at once.
func (o *Outbox) suspects(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	cat := o.Ledger.Catalogue()
	services := in.Services
	if len(services) == 0 {
		for _, s := range cat.Services {
			services = append(services, s.Name)
		}
	}
	q := deploys.Question{Incident: in, Catalogue: cat}
	for _, c := range cat.Concerned(services) {
		history, err := o.Ledger.DeploysOf(ctx, c.Service, c.Environment)
		if err != nil {
			return timeline.Change{}, err
		}
		q.Deploys = append(q.Deploys, history...)
	}
	return timeline.RankSuspects(*e, deploys.Rank(q)), nil
}

// facts asks what the change of a suspect was. While nobody answers the incident
// goes on, and its card says what is missing.
func (o *Outbox) facts(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	noted, ok := in.Noted(e.N)
	if !ok {
		return timeline.Carried(*e), nil
	}
	svc, ok := o.Ledger.Catalogue().Service(noted.Deploy.Service)
	head := compared(noted.Deploy)
	switch {
	case o.Forge == nil:
		return timeline.ChangeNotFound(*e, noForge, time.Time{}), nil
	case !ok || svc.Repo == "":
		return timeline.ChangeNotFound(*e, "the configuration names no repository for "+noted.Deploy.Service, time.Time{}), nil
	case head == "":
		return timeline.ChangeNotFound(*e, "nobody said which commit was deployed", time.Time{}), nil
	}
	history, err := o.Ledger.DeploysOf(ctx, noted.Deploy.Service, noted.Deploy.Environment)
	if err != nil {
		return timeline.Change{}, err
	}
	q := ChangeQuery{Repo: svc.Repo, Head: head, Staging: svc.Staging}
	if base, ok := deploys.Before(noted.Deploy, history); ok {
		q.Base = compared(base)
	}
	found, err := o.Forge.Changes.Change(ctx, q)
	if err != nil {
		return o.later(e, err)
	}
	return timeline.FoundChange(*e, found), nil
}

// compared is what a deploy is called where its code lives: the commit, else the
// version, which is often a tag.
func compared(d timeline.Deploy) string {
	if d.SHA != "" {
		return d.SHA
	}
	return d.Version
}

// later notes why something is not known and has it asked for again, unless that
// is of no use.
func (o *Outbox) later(e *timeline.Effect, err error) (timeline.Change, error) {
	var t *timeline.Trouble
	if !errors.As(err, &t) || e.Attempts+1 >= maxAttempts {
		return timeline.Change{}, err
	}
	if t.Permanent {
		return timeline.ChangeNotFound(*e, t.Sentence, time.Time{}), nil
	}
	o.Log.Info("a change is asked for again", "effect", e.Key, "error", err)
	return timeline.ChangeNotFound(*e, t.Sentence, o.again(e, t)), nil
}

// again is when something is tried next.
func (o *Outbox) again(e *timeline.Effect, t *timeline.Trouble) time.Time {
	wait := backoff(e.Attempts)
	if t != nil && t.After > 0 {
		wait = t.After
	}
	return o.opt.Now().Add(wait)
}

// deployPost keeps the post about a deploy current.
func (o *Outbox) deployPost(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	m, ok := templates.DeployPost(o.Views.View(in), e.N)
	if !ok {
		return timeline.Carried(*e), nil
	}
	return o.kept(ctx, e, in, "deploy/"+timeline.DeployID(e.N), m)
}

// kept sets a message of the incident's channel that is kept current.
func (o *Outbox) kept(ctx context.Context, e *timeline.Effect, in *timeline.Incident, what string, m templates.Message) (timeline.Change, error) {
	if in.Channel.ID == "" {
		return timeline.Carried(*e), nil
	}
	record := func(e timeline.Effect, p timeline.Posted) timeline.Change { return timeline.Carried(e, p) }
	return o.living(ctx, e, in, what, in.Channel.ID, m, record)
}
