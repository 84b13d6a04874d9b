package chart

import (
	"math"
	"strconv"
	"time"
)

// Px of the lane of messages.
const (
	messageBase  = 44
	messageMost  = 36
	messageLeast = 2
)

// mostBins is how many bars fit, and fewBins how many of a short incident are enough.
const mostBins, fewBins = 96, 48

// binOf is how long a bar of messages counts: the shortest that gives few enough.
func binOf(active time.Duration) time.Duration {
	if active < 10*time.Minute {
		if active <= fewBins*10*time.Second {
			return 10 * time.Second
		}
		return 30 * time.Second
	}
	for _, minutes := range []time.Duration{1, 2, 5, 10, 15, 30, 60} {
		if bin := minutes * time.Minute; active <= mostBins*bin {
			return bin
		}
	}
	for _, hours := range []time.Duration{2, 3, 6, 12, 24} {
		if bin := hours * time.Hour; active <= mostBins*bin {
			return bin
		}
	}
	bin := 7 * 24 * time.Hour
	for active > mostBins*bin {
		bin *= 2
	}
	return bin
}

// unit is "per minute", "per 10 s".
func unit(bin time.Duration) string {
	switch bin {
	case time.Minute:
		return "per minute"
	case time.Hour:
		return "per hour"
	case 24 * time.Hour:
		return "per day"
	}
	return "per " + span(bin)
}

// bin is how many messages there were from one instant to another, and the row of
// the first.
type bin struct {
	stretch
	count, n int
}

// messages shows how much people wrote.
func (d *draft) messages() []Lane {
	length := binOf(d.scale.active)
	l := Lane{Kind: LaneMessages, Name: "Messages", Sub: []string{unit(length)}, Height: 50}
	bins := d.bins(length)
	if len(bins) == 0 {
		l.Sub = nil
		return d.orNothing(l)
	}
	most := 0
	for _, b := range bins {
		most = max(most, b.count)
	}
	for _, b := range bins {
		h := max(messageLeast, math.Round(messageMost*float64(b.count)/float64(most)))
		l.Marks = append(l.Marks, Mark{
			Shape: Bar, Look: LookMessages, From: d.scale.x(b.from), To: d.scale.x(b.to), Y: messageBase - h, H: h,
			Title: count(b.count, "message") + ", " + d.clock(b.from) + " to " + d.clock(b.to), Row: b.n,
		})
	}
	l.Marks = append(l.Marks,
		Mark{Shape: Line, Look: LookBase, To: 1, Y: messageBase + .5},
		Mark{Shape: Label, Look: LookNote, From: 1, To: 1, Y: 16, DX: 8, Text: "most " + strconv.Itoa(most)})
	return []Lane{l}
}

// bins counts the messages on the plot. A bin does not reach into a fold.
func (d *draft) bins(length time.Duration) []bin {
	var out []bin
	for _, s := range d.said {
		if !d.scale.shows(s.at) {
			continue
		}
		from := s.at.UTC().Truncate(length)
		if last := len(out) - 1; last >= 0 && !from.After(out[last].from) {
			out[last].count++
			continue
		}
		out = append(out, bin{stretch: stretch{from, from.Add(length)}, count: 1, n: s.n})
	}
	for i := range out {
		out[i].stretch = d.scale.outsideFolds(out[i].stretch)
	}
	return out
}

// outsideFolds cuts off what reaches into a fold from one side.
func (s scale) outsideFolds(b stretch) stretch {
	for _, f := range s.folds {
		switch {
		case f.from.After(b.from) && f.from.Before(b.to) && !f.to.Before(b.to):
			b.to = f.from
		case f.to.Before(b.to) && f.to.After(b.from) && !f.from.After(b.from):
			b.from = f.to
		}
	}
	return b
}
