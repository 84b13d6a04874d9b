package chart

import (
	"time"

	"backout/templates"
	"backout/timeline"
)

// Options are what a chart needs beside the record.
type Options struct {
	// Names resolves people and channels that the title names; nil resolves none.
	Names templates.Names
	// Now ends what is not over yet.
	Now time.Time
	// Catalogue says where services are used and what they depend on.
	Catalogue timeline.Catalogue
	// Deploys are those of the services concerned that the record does not speak of.
	// Without them a lane knows only the versions that the record names.
	Deploys      []timeline.Deploy
	Completeness templates.Completeness
	Severities   []templates.Severity
}

// Px at the sides of the plot, and the plot at which text is decided: that of the
// picture, which is the narrowest that shows every label.
const (
	sideNames = 132
	sideFree  = 112
	plot      = imageWidth - 2*padding - sideNames - sideFree
	// reach is how far a label may go beyond the plot.
	reach = 108
)

// Of turns the record into lanes. It is pure, and total over any record.
func Of(in *timeline.Incident, opt Options) Chart {
	d := newDraft(in, opt)
	c := Chart{
		Title: d.title(), Facts: d.facts(), Caption: d.caption(), Foot: d.foot(),
		Names: sideNames, Free: sideFree,
	}
	axis, grid := d.axis()
	c.Grid, c.Stems, c.Folds = grid, d.stems(), d.folds()
	c.Lanes = append(c.Lanes, d.momentLane())
	for _, lanes := range [][]Lane{d.phases(), d.alertLane(), d.services(), d.rollbackLane(), d.messages()} {
		c.Lanes = append(c.Lanes, lanes...)
	}
	c.Lanes = append(c.Lanes, axis)
	return c
}

// draft is what the lanes are made from.
type draft struct {
	in  *timeline.Incident
	opt Options
	record
	// moments are those that are known, by time; the last may be how it ended.
	moments []moment
	// live is set while nobody has resolved it; last is where it ends, or now.
	live     bool
	first    time.Time
	last     time.Time
	deploys  []shownDeploy
	attempts []attempt
	scale    scale
	// dated is set when instants stand on several days.
	dated bool
}

func newDraft(in *timeline.Incident, opt Options) *draft {
	d := &draft{in: in, opt: opt, record: read(in)}
	d.moments = d.known()
	d.deploys = d.allDeploys()
	d.attempts = allAttempts(in)
	d.window()
	d.dated = d.first.UTC().Format(time.DateOnly) != d.last.UTC().Format(time.DateOnly)
	d.scale = newScale(d.first, d.last, !d.live, quiet(d.first, d.last, d.events()))
	return d
}

// until is where a thing that has no end yet ends: now, or the end of the plot once
// the incident is over.
func (d *draft) until() time.Time {
	if d.live {
		return d.last
	}
	return d.scale.end
}
