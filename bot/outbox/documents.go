package outbox

import (
	"context"
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
	var known []string
	for _, x := range in.Exports {
		known = append(known, x.File)
	}
	id, link, err := o.findOrUpload(ctx, e, in.Channel.ID, comment, f, known)
	if err != nil {
		return timeline.Change{}, err
	}
	return timeline.Carried(*e, timeline.Exported{What: what, Link: link, File: id}), nil
}

// findOrUpload shares a file, unless an earlier attempt may have done so and did.
// The files that are known came from other effects.
func (o *Outbox) findOrUpload(ctx context.Context, e *timeline.Effect, channel, comment string, f File, known []string) (id, link string, err error) {
	if e.Unsure {
		if id, link, found, err := o.Files.FindFile(ctx, channel, f.Name, e.Created, known); err != nil || found {
			return id, link, err
		}
	}
	return o.Files.Upload(ctx, channel, f.Name, f.Title, comment, f.Content)
}

func (o *Outbox) postmortem(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	f, err := o.Documents.Draft(ctx, in)
	return o.upload(ctx, e, in, timeline.ExportDraft, templates.PostmortemComment(o.Views.View(in)).Summary, f, err)
}

func (o *Outbox) public(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	f, err := o.Documents.Public(ctx, in)
	return o.upload(ctx, e, in, "version for the public in Slack", "", f, err)
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
	_, _, err = o.findOrUpload(ctx, e, p.Channel, "", f, nil)
	e.Unsure = true // should the chart be tried again, the message stands
	return done, err
}

// exported reports whether an export with this address stands in the record.
func exported(in *timeline.Incident, what, link string) bool {
	return slices.ContainsFunc(in.Exports, func(x timeline.Exported) bool { return x.What == what && x.Link == link })
}
