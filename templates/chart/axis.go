package chart

import (
	"strconv"
	"time"
)

const (
	// stepLeast is how many px lie between ticks at least.
	stepLeast = 76
	// nearFold is how near a fold, as a share of a step, no tick stands.
	nearFold = .15
	// datedFrom is how long the incident must be for days to stand below the ticks.
	datedFrom = 18 * time.Hour

	day = 24 * time.Hour
)

// step is the time between ticks: the shortest that leaves enough room.
func (s scale) step() time.Duration {
	least := time.Duration(stepLeast / (s.unit * plot) * float64(time.Second))
	for _, step := range []time.Duration{
		10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day,
	} {
		if step >= least {
			return step
		}
	}
	step := 14 * day
	for step < least {
		step *= 2
	}
	return step
}

// axis is the lane of times, and where its ticks are.
func (d *draft) axis() (Lane, []float64) {
	l := Lane{Kind: LaneAxis, Name: "UTC", Height: 22}
	step := d.scale.step()
	layout := "15:04"
	switch {
	case step < time.Minute:
		layout = time.TimeOnly
	case step >= day:
		layout = "2 Jan"
	}
	days := d.last.Sub(d.first) > datedFrom && step < day
	if days || len(d.scale.folds) > 0 {
		l.Height = 34
	}
	var grid []float64
	lastDay := ""
	for _, at := range d.scale.ticks(step) {
		x := d.scale.x(at)
		grid = append(grid, x)
		words := at.Format(layout)
		l.Marks = append(l.Marks, Mark{Shape: Label, Look: LookTick, From: x, To: x, Y: 15, Anchor: AtMiddle, Text: words})
		if date := at.Format("2 Jan"); days && date != lastDay {
			lastDay = date
			l.Marks = append(l.Marks, Mark{Shape: Label, Look: LookDay, From: x, To: x, Y: 28, Anchor: AtMiddle, Text: date})
		}
	}
	for _, f := range d.scale.folds {
		middle := round((d.scale.x(f.from) + d.scale.x(f.to)) / 2)
		l.Marks = append(l.Marks,
			Mark{Shape: Label, Look: LookQuiet, From: middle, To: middle, Y: 15, Anchor: AtMiddle, Text: about(f.length())},
			Mark{Shape: Label, Look: LookQuiet, From: middle, To: middle, Y: 28, Anchor: AtMiddle, Text: "quiet"})
	}
	return l, grid
}

// ticks are the instants on the plot that have one: none in a fold, and none so near
// that its words would touch those of the fold.
func (s scale) ticks(step time.Duration) []time.Time {
	near := share(step, nearFold)
	var out []time.Time
next:
	for at := s.start.UTC().Truncate(step); !at.After(s.end); at = at.Add(step) {
		for _, f := range s.folds {
			if at.After(f.from.Add(-near)) && at.Before(f.to.Add(near)) {
				if skip := f.to.UTC().Truncate(step); skip.After(at) { // a fold may be long
					at = skip
				}
				continue next
			}
		}
		if s.shows(at) {
			out = append(out, at)
		}
	}
	return out
}

// about is a duration in one unit, so that it fits below a fold.
func about(d time.Duration) string {
	switch {
	case d < 100*time.Minute:
		return strconv.Itoa(int(d.Round(time.Minute).Minutes())) + noBreak + "min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Round(time.Hour).Hours())) + noBreak + "h"
	}
	return strconv.Itoa(int((d+day/2)/day)) + noBreak + "d"
}
