package chart

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"backout/timeline"
)

// together is how near in px the ends of deploys must be to become one.
const together = 12

// deployMarks gives the bars of the deploys and rollbacks in a place, and the glyphs
// at their ends.
func (d *draft) deployMarks(p place) (bars, ends []Mark) {
	for _, s := range p.deploys {
		if s.hidden {
			continue
		}
		from, to := s.started(), d.endOfDeploy(s)
		if from.Before(to) && d.scale.overlaps(from, to) {
			bars = append(bars, Mark{
				Shape: Bar, Look: LookRunning, From: d.scale.x(from), To: d.scale.x(to), Y: stripY, H: stripH,
				Title: d.ranTitle(s), Row: s.n,
			})
		}
		if end := s.ended(); !end.IsZero() && d.scale.shows(end) {
			x := d.scale.x(end)
			ends = append(ends, Mark{Shape: Glyph, Look: endOf(s), From: x, To: x, Y: stripMiddle, Title: d.endTitle(s), Row: s.n})
		}
	}
	slices.SortStableFunc(ends, func(a, b Mark) int { return cmp.Compare(a.From, b.From) })
	ends = gather(ends)
	for _, a := range p.attempts {
		if a.succeeded() && d.scale.shows(a.ended) {
			x := d.scale.x(a.ended)
			ends = append(ends, Mark{
				Shape: Glyph, Look: LookBack, From: x, To: x, Y: stripMiddle,
				Title: "Rollback to " + a.version() + ", live " + d.clock(a.ended) + " UTC", Row: a.end,
			})
		}
	}
	return bars, ends
}

func endOf(s shownDeploy) Look {
	switch {
	case s.deploy.State == timeline.DeployFailed:
		return LookBroken
	case s.deploy.State == timeline.DeployCancelled:
		return LookCalledOff
	case s.standing == timeline.StandingCleared:
		return LookCleared
	}
	return LookDeploy
}

func (d *draft) ranTitle(s shownDeploy) string {
	out := "Deploy of " + s.version() + " "
	if s.ended().IsZero() {
		return out + "has been running since " + d.clock(s.started())
	}
	return out + "ran " + d.clock(s.started()) + " to " + d.clock(s.ended()) + " (" + span(s.ended().Sub(s.started())) + ")"
}

func (d *draft) endTitle(s shownDeploy) string {
	word := ", live "
	switch s.deploy.State {
	case timeline.DeployFailed:
		word = ", failed "
	case timeline.DeployCancelled:
		word = ", cancelled "
	}
	out := "Deploy of " + s.version() + word + d.clock(s.ended()) + " UTC"
	if s.standing != "" {
		out += ", " + string(s.standing)
	}
	return out
}

// gather makes one glyph of those that are too near to each other, with their number
// and all their titles. The glyphs are in order of time.
func gather(ends []Mark) []Mark {
	var out []Mark
	for i := 0; i < len(ends); {
		n := i + 1
		for n < len(ends) && (ends[n].From-ends[n-1].From)*plot < together {
			n++
		}
		out = append(out, one(ends[i:n]))
		i = n
	}
	return out
}

func one(near []Mark) Mark {
	m := near[0]
	if len(near) == 1 {
		return m
	}
	titles := make([]string, len(near))
	for i, n := range near {
		titles[i] = n.Title
	}
	m.Look, m.Text, m.Title = LookSeveral, strconv.Itoa(len(near)), strings.Join(titles, "; ")
	m.From = round((near[0].From + near[len(near)-1].From) / 2)
	m.To = m.From
	return m
}
