package chart

import (
	"cmp"
	"math"
	"slices"
)

// Px around a dot, and those of a name beside it.
const (
	dotRadius  = 6
	dotBeside  = 9
	nameHeight = 12
)

// namesOf names the longest of those that missed their target, where there is room.
// The marks are those of the dots.
func namesOf(dots []Dot, marks []Mark) []Mark {
	var late []int
	for i, d := range dots {
		if d.Missed && d.Label != "" {
			late = append(late, i)
		}
	}
	slices.SortStableFunc(late, func(a, b int) int { return cmp.Compare(dots[b].Took, dots[a].Took) })
	var out []Mark
	for _, i := range late[:min(len(late), dotLabels)] {
		m := Mark{Shape: Label, Look: LookMissed, From: marks[i].From, To: marks[i].From, Y: marks[i].Y + 4, Text: oneLine(dots[i].Label, nameLength)}
		others := slices.Concat(out, marks)
		for _, beside := range []float64{dotBeside, -dotBeside} {
			if m.DX = beside; beside < 0 {
				m.Anchor = AtEnd
			}
			if left, right := m.reach(); left >= 0 && right <= dotPlot && m.clear(others) {
				out = append(out, m)
				break
			}
		}
	}
	return out
}

// reach is from where to where a dot or its name takes room, in px.
func (m Mark) reach() (left, right float64) {
	at := m.From*dotPlot + m.DX
	switch {
	case m.Shape != Label:
		return at - dotRadius, at + dotRadius
	case m.Anchor == AtEnd:
		return at - text(m.Text), at
	}
	return at, at + text(m.Text)
}

// clear reports whether a name touches none of the others.
func (m Mark) clear(others []Mark) bool {
	left, right := m.reach()
	for _, o := range others {
		from, to := o.reach()
		high := o.Y
		if o.Shape == Label {
			high -= 4
		}
		if left < to && right > from && math.Abs(high-(m.Y-4)) < nameHeight {
			return false
		}
	}
	return true
}
