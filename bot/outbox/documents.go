package outbox

import (
	"context"
	"errors"
	"slices"

	"backout/templates"
	"backout/timeline"
)

// Documents renders what is left when an incident is over.
type Documents interface {
	// Draft renders the postmortem as a file.
	Draft(ctx context.Context, in *timeline.Incident) (File, error)
	// Public renders the version that holds nothing internal.
	Public(ctx context.Context, in *timeline.Incident) (File, error)
	// Chart draws the incident.
	Chart(ctx context.Context, in *timeline.Incident) (File, error)
	// Lessons gives what rules draw from the record.
	Lessons(ctx context.Context, in *timeline.Incident) []templates.DrawnLesson
	// Insights measures many incidents.
	Insights(ctx context.Context, ask timeline.InsightsAsked) (templates.Message, File, error)
}

// File is a document.
type File struct {
	Name, Title string
	Content     []byte
}

// upload shares a file in the incident's channel.
func (o *Outbox) upload(ctx context.Context, e *timeline.Effect, in *timeline.Incident, what, comment string, f File, err error) (timeline.Change, error) {
	if err != nil {
		return timeline.Change{}, &timeline.Trouble{Permanent: true, Sentence: "the " + what + " could not be made", Cause: err}
	}
	link, err := o.share(ctx, e, in.Channel.ID, comment, f)
	if err != nil {
		return timeline.Change{}, err
	}
	return timeline.Carried(*e, timeline.Exported{What: what, Link: link, File: e.Name}), nil
}

// shareLooks is how often a file that may have been shared is looked for before it
// is taken for one that Slack has forgotten: Slack shares a moment after it said so,
// and refuses to share what is shared.
const shareLooks = 3

// share shows a file in a channel, once: its id is in the record, as the effect's
// name, before anybody can see it.
func (o *Outbox) share(ctx context.Context, e *timeline.Effect, channel, comment string, f File) (link string, err error) {
	if e.Name != "" {
		link, done, err := o.shareStaged(ctx, e, channel, comment, f)
		if done || err != nil {
			return link, err
		}
	}
	id, err := o.Files.Stage(ctx, f.Name, f.Content)
	if err != nil {
		return "", err
	}
	if _, err := o.Record.Record(ctx, timeline.Agreed(*e, id)); err != nil {
		return "", err
	}
	e.Name = id
	return o.Files.Share(ctx, channel, id, f.Title, comment)
}

// shareStaged goes on with what an earlier attempt uploaded. Neither done nor an
// error: Slack knows it no longer.
func (o *Outbox) shareStaged(ctx context.Context, e *timeline.Effect, channel, comment string, f File) (link string, done bool, err error) {
	if e.Unsure {
		if link, found, err := o.Files.FindShared(ctx, channel, e.Name, e.Created); err != nil || found {
			return link, found, err
		}
	}
	link, err = o.Files.Share(ctx, channel, e.Name, f.Title, comment)
	t, ok := errors.AsType[*timeline.Trouble](err)
	switch {
	case !ok || !t.Permanent:
		return link, err == nil, err
	case e.Unsure && e.Attempts < shareLooks:
		again := *t
		again.Permanent, again.Unsure = false, true
		return "", false, &again
	}
	return "", false, nil
}

func (o *Outbox) postmortem(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	f, err := o.Documents.Draft(ctx, in)
	return o.upload(ctx, e, in, timeline.ExportDraft, templates.PostmortemComment(o.Views.View(in)).Summary, f, err)
}

func (o *Outbox) public(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	f, err := o.Documents.Public(ctx, in)
	return o.upload(ctx, e, in, timeline.ExportPublic, "", f, err)
}

func (o *Outbox) chart(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	f, err := o.Documents.Chart(ctx, in)
	return o.upload(ctx, e, in, "chart in Slack", "", f, err)
}

// lessons keeps the post in which people judge them current.
func (o *Outbox) lessons(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	m := templates.LessonsPost(o.Views.View(in), o.Documents.Lessons(ctx, in))
	record := func(e timeline.Effect, p timeline.Posted) timeline.Change {
		if in.Posts[timeline.PostLessons] == p {
			return timeline.Carried(e)
		}
		return timeline.Carried(e, p)
	}
	return o.living(ctx, e, in, timeline.PostLessons, in.Channel.ID, m, record)
}

// secretNotice tells an author about a secret. A person whom no message reaches,
// such as one who left, is told nothing.
func (o *Outbox) secretNotice(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	m, ok := templates.SecretNotice(o.Views.View(in), e.N)
	if !ok || len(e.Users) == 0 {
		return timeline.Carried(*e), nil
	}
	return timeline.Carried(*e), o.postOnce(ctx, e, e.Users[0], m)
}

// insights sends measures to who asked: a message, and the chart below it.
func (o *Outbox) insights(ctx context.Context, e *timeline.Effect) (timeline.Change, error) {
	done := timeline.Carried0(*e)
	if e.Ask == nil || len(e.Users) == 0 {
		return done, nil
	}
	m, f, err := o.Documents.Insights(ctx, *e.Ask)
	if err != nil {
		return done, err
	}
	p, err := o.findOrPost(ctx, e, e.Unsure, e.Users[0], m)
	if err != nil || len(f.Content) == 0 || p.Channel == "" {
		return done, err
	}
	_, err = o.share(ctx, e, p.Channel, "", f)
	e.Unsure = true // should the chart be tried again, the message stands
	return done, err
}

// exported reports whether an export with this address stands in the record.
func exported(in *timeline.Incident, what, link string) bool {
	return slices.ContainsFunc(in.Exports, func(x timeline.Exported) bool { return x.What == what && x.Link == link })
}
