package chart

import (
	"slices"
	"time"

	"backout/timeline"
)

// before is how long before the incident began a suspected deploy may have started
// and still stretch the window.
const before = time.Hour

// longest is how long an incident may be. What lies further back is a mistake.
const longest = 10 * 365 * day

// window finds the first and the last instant that the chart must show.
func (d *draft) window() {
	for _, m := range d.moments {
		d.reach(m.at)
		d.last = later(d.last, m.at)
	}
	for _, t := range d.alerts {
		d.reach(t.firings[0].at)
	}
	began := d.in.Moments().Began.At
	for _, s := range d.deploys {
		if at := s.started(); s.blamed() && !at.After(began) && began.Sub(at) <= before {
			d.reach(at)
		}
	}
	resolved := d.in.Moments().Resolved.At
	switch {
	case !resolved.IsZero():
		d.last = later(d.last, resolved)
	case !d.ended.at.IsZero() && !d.in.Status.Open():
		d.last = later(d.last, d.ended.at)
	default:
		d.live = true
		d.last = later(d.last, d.opt.Now)
		if d.opt.Now.IsZero() {
			d.last = later(d.last, d.newest)
		}
	}
	if d.first.IsZero() { // nothing in the record has a place
		d.first = d.last
	}
	d.last = later(d.last, d.first)
	d.first = later(d.first, d.last.Add(-longest))
}

// reach has the window begin no later than at.
func (d *draft) reach(at time.Time) {
	if d.first.IsZero() || at.Before(d.first) {
		d.first = at
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// events are the instants between which it may have been quiet.
func (d *draft) events() []time.Time {
	out := append([]time.Time(nil), d.told...)
	for _, s := range d.said {
		out = append(out, s.at)
	}
	for _, m := range d.moments {
		out = append(out, m.at)
	}
	for _, t := range d.alerts {
		for _, f := range t.firings {
			out = append(out, f.at, f.acked, f.cleared)
		}
	}
	for _, s := range d.deploys {
		out = append(out, s.deploy.Started, s.deploy.Finished)
	}
	for _, r := range d.in.Rollbacks {
		for _, p := range r.Phases {
			out = append(out, p.At)
		}
	}
	return out
}

// folds are the quiet stretches as they stand on the plot.
func (d *draft) folds() []Fold {
	var out []Fold
	for _, f := range d.scale.folds {
		out = append(out, Fold{
			From: d.scale.x(f.from), To: d.scale.x(f.to),
			Title: span(f.length()) + " without an event, " + d.clock(f.from) + " to " + d.clock(f.to),
		})
	}
	return out
}

// moment is a moment that is known, or how the incident ended otherwise.
type moment struct {
	look Look
	word string
	at   time.Time
	n    int
}

// known lists the moments that stand on more than an assumption, by time. Where two
// stand at the same instant the usual order holds.
func (d *draft) known() []moment {
	looks := map[timeline.MomentName]moment{
		timeline.Began:     {look: LookBegan, word: "Began"},
		timeline.Detected:  {look: LookDetected, word: "Detected"},
		timeline.DeclaredM: {look: LookDeclared, word: "Declared"},
		timeline.Mitigated: {look: LookMitigated, word: "Mitigated"},
		timeline.ResolvedM: {look: LookResolved, word: "Resolved"},
	}
	all := d.in.Moments()
	var out []moment
	for _, name := range timeline.MomentNames() {
		if m := all.Get(name); m.Set() && !m.Assumed {
			k := looks[name]
			k.at, k.n = m.At, m.N
			out = append(out, k)
		}
	}
	if !d.ended.at.IsZero() && !d.in.Status.Open() && !all.Resolved.Set() {
		out = append(out, d.ended)
	}
	slices.SortStableFunc(out, func(a, b moment) int { return a.at.Compare(b.at) })
	return out
}
