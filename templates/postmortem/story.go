package postmortem

import (
	"cmp"
	"slices"
	"time"

	"backout/timeline"
)

// inStory decides what the timeline shows: what people starred or wrote into it,
// and what changed the incident. Everything else stands in the appendix only.
func (b *builder) inStory(e *timeline.Entry) bool {
	if e.Hidden {
		return false
	}
	if e.Starred() {
		return true
	}
	switch e.Kind {
	case timeline.KindDeclared, timeline.KindNote, timeline.KindUpdate, timeline.KindStatus, timeline.KindSeverity,
		timeline.KindTitle, timeline.KindService, timeline.KindImpact, timeline.KindCause, timeline.KindLink,
		timeline.KindReopened, timeline.KindCancelled, timeline.KindPrivacy, timeline.KindDeploy, timeline.KindSuspect, timeline.KindFreeze,
		timeline.KindMerged:
		return true
	case timeline.KindAlert:
		return b.alertRow[e.N]
	case timeline.KindPage:
		return b.pageTold(e)
	case timeline.KindRollback:
		return b.rollbackTold(e)
	case timeline.KindMoment:
		// A moment that was corrected once more is no part of the story.
		name := b.sets(e)
		return name != "" && !b.shownByDeploy(name)
	case timeline.KindRole:
		// Who took which role with the declaration is said under People.
		return e.At.Sub(b.moments.Declared.At) > time.Second
	case timeline.KindChannelOpened:
		c, _ := e.Body.(timeline.ChannelOpened)
		return c.Successor
	case timeline.KindStepFailed:
		return slices.ContainsFunc(b.in.Failures, func(f timeline.Failure) bool { return f.N == e.N })
	case timeline.KindGap:
		return slices.ContainsFunc(b.in.Gaps, func(g timeline.Gap) bool { return g.N == e.N })
	case timeline.KindMessage, timeline.KindFollowUp, timeline.KindLesson, timeline.KindExport:
		return false // the last three have sections of their own
	case timeline.KindReview, timeline.KindLessonJudged:
		return false // they are about this document
	}
	return false
}

// sets gives the moment that the entry sets as things stand, or "".
func (b *builder) sets(e *timeline.Entry) timeline.MomentName {
	for _, name := range timeline.MomentNames() {
		m := b.moments.Get(name)
		if m.N != e.N || m.Assumed || (name == timeline.Detected && e.Kind == timeline.KindDeclared) {
			continue
		}
		return name
	}
	return ""
}

// shownByDeploy reports whether the moment stands in the row of a deploy.
func (b *builder) shownByDeploy(name timeline.MomentName) bool {
	return name == timeline.Began && b.began != nil
}

// at is when the entry's row happened: a moment that was set stands where it was
// set to, not where somebody typed it.
func (b *builder) at(e *timeline.Entry) time.Time {
	if m, ok := e.Body.(timeline.MomentSet); ok && b.sets(e) != "" {
		return m.To
	}
	return e.At
}

// detectedBy gives the alert that declared the incident, or the message that it was
// declared from, if it was.
func (b *builder) detectedBy() (*timeline.Entry, bool) {
	m := b.moments.Detected
	if e, ok := b.in.Entry(m.N); ok && !m.Assumed && isAlert(e) {
		return e, true
	}
	if m.Assumed || m.N != b.moments.Declared.N {
		return nil, false
	}
	return b.toldAt(m.At)
}

// toldAt gives the alert or the message of that instant.
func (b *builder) toldAt(at time.Time) (*timeline.Entry, bool) {
	var found *timeline.Entry
	for _, e := range b.all {
		switch {
		case !e.At.Equal(at):
		case isAlert(e):
			return e, true
		case e.Message != nil && found == nil:
			found = e
		}
	}
	return found, found != nil
}

func isAlert(e *timeline.Entry) bool {
	_, ok := e.Body.(timeline.AlertNoted)
	return ok
}

func (b *builder) timeline() []Block {
	intro := "All times UTC, " + b.day() + "."
	if b.dated {
		intro = "All times UTC."
	}
	if slices.ContainsFunc(b.story, (*timeline.Entry).Starred) {
		intro += " ★ starred by a person."
	}
	intro += " The numbers are permanent and do not follow the clock."
	out := []Block{Paragraph{say(intro)}}
	if g, ok := b.gantt(); ok {
		out = append(out, g)
	}
	if b.opt.Chart != "" {
		out = append(out, Picture{File: b.opt.Chart, Alt: "Timeline of " + b.in.ID()})
	}
	t := Table{Head: []Line{say("#"), say("Time"), say("What happened"), say("Who"), say("Source")}}
	from, found := b.detectedBy()
	more, place := b.moreAlerts()
	for _, e := range b.rows {
		if place != nil && b.order(e.Entry, place) > 0 {
			t.Rows, place = append(t.Rows, more), nil
		}
		what := append(b.what(e.Entry), b.repeated(e)...)
		if found && e.Entry == from {
			what = join(Line{bold("Detected."), Text(" ")}, what)
		}
		if b.began != nil && e.N == b.began.N {
			what = join(Line{bold("Began."), Text(" ")}, what)
		}
		if e.Starred() {
			what = join(say("★ "), what)
		}
		t.Rows = append(t.Rows, Row{Line{Mark(e.N)}, say(b.clock(b.at(e.Entry))), what, Line{b.who(e.Entry)}, b.source(e.Entry)})
	}
	if place != nil {
		t.Rows = append(t.Rows, more)
	}
	return append(out, t)
}

// order is the order of rows.
func (b *builder) order(x, y *timeline.Entry) int {
	return cmp.Or(b.at(x).Compare(b.at(y)), cmp.Compare(x.N, y.N))
}
