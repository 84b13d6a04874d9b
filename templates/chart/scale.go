package chart

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// How much of the time before and after is shown, as a share of the active time.
const (
	lead  = .09
	trail = .015
)

// A fold takes this share of the plot, whatever its length.
const foldShare = .06

const (
	// foldFrom is how long an incident must be for anything to be folded.
	foldFrom = 3 * time.Hour
	// foldLeast is how long a stretch must be quiet; of a long incident, a tenth.
	foldLeast = 45 * time.Minute
	// foldKeep stays in true scale at both sides of a fold.
	foldKeep = 10 * time.Minute
	foldMost = 4
)

// shortest is the least active time that a plot is given: an incident of no length
// has a place all the same.
const shortest = time.Minute

// stretch is some time.
type stretch struct{ from, to time.Time }

func (s stretch) length() time.Duration { return s.to.Sub(s.from) }

// scale leads from instants to fractions of the plot. It is linear but for the folds.
type scale struct {
	start, end time.Time
	// active is the time between the first and the last event, less the folds.
	active time.Duration
	folds  []stretch
	// unit is the share of the plot that a second takes.
	unit float64
}

// newScale makes the scale of what happened from a to b; over leaves some room after
// b.
func newScale(a, b time.Time, over bool, folds []stretch) scale {
	active := b.Sub(a)
	for _, f := range folds {
		active -= f.length()
	}
	b = b.Add(max(0, shortest-active))
	s := scale{active: max(active, shortest), folds: folds}
	s.start, s.end = a.Add(-share(s.active, lead)), b
	if over {
		s.end = b.Add(share(s.active, trail))
	}
	length := s.end.Sub(s.start)
	for _, f := range folds {
		length -= f.length()
	}
	s.unit = (1 - foldShare*float64(len(folds))) / length.Seconds()
	return s
}

func share(d time.Duration, of float64) time.Duration {
	return time.Duration(math.Round(float64(d) * of))
}

// x is where an instant stands, from 0 to 1.
func (s scale) x(t time.Time) float64 {
	linear, x := t.Sub(s.start), 0.0
	for _, f := range s.folds {
		switch {
		case !t.After(f.from):
		case t.Before(f.to):
			linear -= t.Sub(f.from)
			x += foldShare * float64(t.Sub(f.from)) / float64(f.length())
		default:
			linear -= f.length()
			x += foldShare
		}
	}
	x += linear.Seconds() * s.unit
	return round(min(max(x, 0), 1))
}

// round keeps five decimals, so that what is written down of a chart does not depend
// on the machine.
func round(x float64) float64 { return math.Round(x*1e5) / 1e5 }

// shows reports whether the instant lies on the plot.
func (s scale) shows(t time.Time) bool { return !t.Before(s.start) && !t.After(s.end) }

// overlaps reports whether any of the time from one instant to another is on the plot.
func (s scale) overlaps(from, to time.Time) bool {
	return !to.Before(s.start) && !from.After(s.end)
}

// quiet finds what to fold between a and b: the longest stretches without any event.
// The events need not be in order.
func quiet(a, b time.Time, events []time.Time) []stretch {
	span := b.Sub(a)
	if span <= foldFrom {
		return nil
	}
	least := max(foldLeast, span/10)
	at := []time.Time{a, b}
	for _, e := range events {
		if e.After(a) && e.Before(b) {
			at = append(at, e)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	var out []stretch
	for i := 1; i < len(at); i++ {
		if s := (stretch{at[i-1], at[i]}); s.length() > least {
			out = append(out, stretch{s.from.Add(foldKeep), s.to.Add(-foldKeep)})
		}
	}
	slices.SortStableFunc(out, func(x, y stretch) int { return cmp.Compare(y.length(), x.length()) })
	out = out[:min(len(out), foldMost)]
	slices.SortFunc(out, func(x, y stretch) int { return x.from.Compare(y.from) })
	return out
}
