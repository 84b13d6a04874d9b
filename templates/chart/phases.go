package chart

import (
	"slices"
	"time"
)

// Px of the bars of phases.
const (
	phaseY, phaseH = 6, 20
	inside         = 7 // from the edge of a bar to the words in it
)

// phase is a stretch between two moments: short is how long it took, long also what
// it was for.
type phase struct {
	look        Look
	from, to    time.Time
	long, short string
	title       string
	n           int
}

// phases shows where time went. Declared bounds nothing when the incident was over
// by then: it was written down later.
func (d *draft) phases() []Lane {
	l := Lane{Kind: LanePhases, Name: "Where time went", Height: 32}
	for _, p := range d.stretches() {
		from, to := d.scale.x(p.from), d.scale.x(p.to)
		l.Marks = append(l.Marks, Mark{Shape: Bar, Look: p.look, From: from, To: to, Y: phaseY, H: phaseH, Title: p.title, Row: p.n})
		room := (to-from)*plot - 2*inside
		for _, words := range []string{p.long, p.short} {
			if text(words) <= room {
				l.Marks = append(l.Marks, Mark{Shape: Label, Look: p.look, From: from, To: from, Y: phaseY + 14, DX: inside, Text: words})
				break
			}
		}
	}
	return d.orNothing(l)
}

// stretches are the phases, by time.
func (d *draft) stretches() []phase {
	bounds := slices.Clone(d.moments)
	if i := slices.IndexFunc(bounds, func(m moment) bool { return m.look == LookMitigated }); i >= 0 {
		over := bounds[i].at
		bounds = slices.DeleteFunc(bounds, func(m moment) bool { return m.look == LookDeclared && over.Before(m.at) })
	}
	if d.live {
		bounds = append(bounds, moment{look: LookNow, at: d.last})
	}
	var out []phase
	for i := 1; i < len(bounds); i++ {
		from, to := bounds[i-1], bounds[i]
		if took := to.at.Sub(from.at); took >= time.Second {
			p := phaseOf(from.look, to.look)
			p.from, p.to, p.n, p.short = from.at, to.at, to.n, span(took)
			p.long = p.short + p.long
			p.title = p.long
			out = append(out, p)
		}
	}
	return out
}

// phaseOf says what the time between two moments was spent on.
func phaseOf(from, to Look) phase {
	switch to {
	case LookDetected:
		return phase{look: LookDetect, long: " to detect"}
	case LookDeclared:
		return phase{look: LookDeclare, long: " to declare"}
	case LookMitigated:
		return phase{look: LookMitigate, long: " to mitigate"}
	}
	if to == LookNow {
		return phase{look: running(from), long: " so far"}
	}
	if from == LookMitigated && to == LookResolved {
		return phase{look: LookWatch, long: " watched until resolved"}
	}
	// When it was mitigated is not known, or it never was.
	return phase{look: LookSpent, long: " until " + string(to)}
}

// running is what the time since a moment is spent on.
func running(from Look) Look {
	switch from {
	case LookBegan:
		return LookDetect
	case LookDetected:
		return LookDeclare
	case LookMitigated:
		return LookWatch
	}
	return LookMitigate
}
