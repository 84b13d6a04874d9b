package chart

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Dots shows how long incidents took: one dot for each, by its date, on a logarithmic
// scale. No line leads through the dots: incidents have nothing to do with each other.
type Dots struct {
	Title, Subtitle string
	Rows            []DotRow
	// What lies before From or after To is left out, and so is what lies ten years
	// before To.
	From, To time.Time
}

// DotRow is one thing that is measured, such as the time to detect. A Target, Median
// or P90 of zero is none.
type DotRow struct {
	Name        string
	Target      time.Duration
	Dots        []Dot
	Median, P90 time.Duration
}

// Dot is one incident. Missed says that it took longer than its target; the caller
// decides that, since targets change.
type Dot struct {
	At     time.Time
	Took   time.Duration
	Label  string // INC-7
	Missed bool
}

// Px of a chart of dots: at the sides of the plot, the height of a row, and where the
// shortest and the longest time stand in it.
const (
	dotNames  = 236
	dotFree   = 100
	dotHeight = 164
	dotLow    = 148
	dotHigh   = 16
	dotPlot   = imageWidth - 2*padding - dotNames - dotFree
)

// What takes less or longer than these stands at the edge.
const (
	dotShortest = 12 * time.Second
	dotLongest  = 120000 * time.Second
)

// dotLabels is how many of the longest are named.
const dotLabels = 3

// Chart turns the dots into lanes. It is pure.
func (d Dots) Chart() Chart {
	from, to := d.bounds()
	span := to.Sub(from)
	x := func(t time.Time) float64 { return round(min(max(float64(t.Sub(from))/float64(span), 0), 1)) }
	c := Chart{
		Title: cutTo(oneLine(d.Title, 200), imageWidth-2*padding, func(s string) float64 { return width(s, sizeTitle) }),
		Facts: cutTo(oneLine(d.Subtitle, 300), imageWidth-2*padding, label),
		Foot:  "Dates are UTC.", Names: dotNames, Free: dotFree,
	}
	c.Caption = c.Title + ". " + c.Facts
	for _, r := range d.Rows {
		r.Dots = slices.DeleteFunc(slices.Clone(r.Dots), func(dot Dot) bool { return dot.At.Before(from) || dot.At.After(to) })
		c.Lanes = append(c.Lanes, r.lane(x))
		c.Caption += " " + r.caption()
	}
	axis, grid := dateAxis(from, to, x)
	c.Grid = grid
	c.Lanes = append(c.Lanes, axis, key())
	return c
}

// bounds are the dates at the edges. Where none are given, or they make no sense,
// those of the dots are taken.
func (d Dots) bounds() (from, to time.Time) {
	if d.To.After(d.From) {
		return later(d.From, d.To.Add(-longest)), d.To
	}
	for _, r := range d.Rows {
		for _, dot := range r.Dots {
			if from.IsZero() || dot.At.Before(from) {
				from = dot.At
			}
			to = later(to, dot.At)
		}
	}
	return later(from, to.Add(-longest)).Add(-day), to.Add(day)
}

// rise is where a duration stands in a row, in px.
func rise(d time.Duration) float64 {
	d = min(max(d, dotShortest), dotLongest)
	share := math.Log(d.Seconds()/dotShortest.Seconds()) / math.Log(dotLongest.Seconds()/dotShortest.Seconds())
	return math.Round((dotLow-(dotLow-dotHigh)*share)*10) / 10
}

func (r DotRow) lane(x func(time.Time) float64) Lane {
	l := Lane{Kind: LaneDots, Name: oneLine(r.Name, nameLength), Sub: r.words(), Height: dotHeight}
	for _, s := range []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 8 * time.Hour} {
		y := rise(s)
		l.Marks = append(l.Marks,
			Mark{Shape: Line, Look: LookGrid, To: 1, Y: y},
			Mark{Shape: Label, Look: LookTick, Y: y + 4, DX: -8, Anchor: AtEnd, Text: span(s)})
	}
	if r.Target > 0 {
		y := rise(r.Target)
		l.Marks = append(l.Marks,
			Mark{Shape: Line, Look: LookTarget, To: 1, Y: y},
			Mark{Shape: Label, Look: LookTarget, From: 1, To: 1, Y: y + 4, DX: 8, Text: "target " + span(r.Target)})
	}
	dots := r.dots(x)
	l.Marks = append(l.Marks, namesOf(r.Dots, dots)...)
	l.Marks = append(l.Marks, dots...)
	return l
}

func (r DotRow) dots(x func(time.Time) float64) []Mark {
	out := make([]Mark, 0, len(r.Dots))
	for _, dot := range r.Dots {
		m := Mark{Shape: Glyph, Look: LookMet, From: x(dot.At), Y: rise(dot.Took), Title: oneLine(dot.Label, nameLength) + ": " + span(dot.Took)}
		if dot.Missed {
			m.Look = LookMissed
			m.Title += ", over target"
		}
		m.To = m.From
		out = append(out, m)
	}
	return out
}

// words are the numbers of a row.
func (r DotRow) words() []string {
	if len(r.Dots) == 0 {
		return []string{"none yet"}
	}
	var out []string
	if r.Median > 0 {
		out = append(out, span(r.Median)+" median")
	}
	if r.P90 > 0 {
		out = append(out, "90"+noBreak+"% within "+span(r.P90))
	}
	if r.Target > 0 {
		met := 0
		for _, d := range r.Dots {
			if !d.Missed {
				met++
			}
		}
		out = append(out, "target met by "+strconv.Itoa(met)+" of "+strconv.Itoa(len(r.Dots)))
	}
	return out
}

// caption tells the numbers of a row in a sentence.
func (r DotRow) caption() string {
	return oneLine(r.Name, nameLength) + ": " + strings.Join(r.words(), ", ") + "."
}
