package chart

import (
	"time"
)

// dateAxis is the lane of dates, and where its ticks are.
func dateAxis(from, to time.Time, x func(time.Time) float64) (Lane, []float64) {
	l := Lane{Kind: LaneAxis, Height: 26}
	var grid []float64
	for _, t := range dateTicks(from, to) {
		at := x(t.at)
		grid = append(grid, at)
		l.Marks = append(l.Marks, Mark{Shape: Label, Look: LookTick, From: at, To: at, Y: 15, Anchor: AtMiddle, Text: t.words})
	}
	return l, grid
}

// tick is a date with its words.
type tick struct {
	at    time.Time
	words string
}

// dateTicks are days, weeks from Monday on, or months: the shortest step that leaves
// enough room.
func dateTicks(from, to time.Time) []tick {
	from, to = from.UTC(), to.UTC()
	perDay := dotPlot / (to.Sub(from).Hours() / 24)
	for _, days := range []int{1, 2, 7} {
		if float64(days)*perDay >= stepLeast {
			return dayTicks(from, to, time.Duration(days)*day)
		}
	}
	months := 1
	for _, more := range []int{3, 6, 12} {
		if float64(months)*28*perDay < stepLeast {
			months = more
		}
	}
	for float64(months)*28*perDay < stepLeast {
		months *= 2
	}
	return monthTicks(from, to, months)
}

func dayTicks(from, to time.Time, step time.Duration) []tick {
	var out []tick
	for at := from.Truncate(step); !at.After(to); at = at.Add(step) {
		if !at.Before(from) {
			out = append(out, tick{at, at.Format("2 Jan")})
		}
	}
	return out
}

// monthTicks are the firsts of months. The first month of a year carries it.
func monthTicks(from, to time.Time, months int) []tick {
	var out []tick
	years := max(1, months/12)
	at := time.Date(from.Year()-from.Year()%years, 1, 1, 0, 0, 0, 0, time.UTC)
	for ; !at.After(to); at = at.AddDate(0, months, 0) {
		if at.Before(from) {
			continue
		}
		words := at.Format("Jan")
		if at.Month() == time.January {
			words = at.Format("2006")
		}
		out = append(out, tick{at, words})
	}
	return out
}

// key says what the dots mean. It has the signs beside their words.
func key() Lane {
	const y, gap = 14., 24.
	l := Lane{Kind: LaneKey, Height: 28}
	at := 0.
	word := func(words string) {
		l.Marks = append(l.Marks, Mark{Shape: Label, Look: LookNote, Y: y + 4, DX: at, Text: words})
		at += text(words) + gap
	}
	sign := func(look Look) {
		l.Marks = append(l.Marks, Mark{Shape: Glyph, Look: look, Y: y, DX: at + 5})
		at += 16
	}
	sign(LookMet)
	word("target met, or none set")
	sign(LookMissed)
	word("over target")
	l.Marks = append(l.Marks, Mark{Shape: Line, Look: LookTarget, From: round(at / dotPlot), To: round((at + 24) / dotPlot), Y: y})
	at += 30
	word("target")
	word("one dot per incident, logarithmic scale")
	return l
}
