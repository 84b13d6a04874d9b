package chart

import (
	"cmp"
	"strings"
	"time"

	"backout/timeline"
)

// Px of the lane of rollbacks.
const rollbackY, rollbackH = 10, 12

// glyphRadius is the px that a glyph at the end of a bar takes beyond it.
const glyphRadius = 7

// rollbackLane shows each attempt: waiting, running, and how it ended.
func (d *draft) rollbackLane() []Lane {
	var items []item
	for _, a := range d.attempts {
		items = append(items, item{
			from: a.confirmed, to: d.endOf(a),
			words: d.outcome(a), n: cmp.Or(a.end, a.n),
			marks: func(down float64) []Mark { return d.attemptMarks(a, rollbackY+down) },
		})
	}
	s := shelf{lane: Lane{Kind: LaneRollback, Name: "Rollback", Height: 32}, pitch: 20, base: rollbackY + 10, end: glyphRadius, gapLeft: 7, gapEnd: 11}
	return s.fill(d, items)
}

func (d *draft) endOf(a attempt) time.Time {
	if a.ended.IsZero() {
		return later(a.confirmed, d.until())
	}
	return a.ended
}

// outcome says how it went: all of it, and in short.
func (d *draft) outcome(a attempt) []string {
	name := a.version()
	if d.severalRolledBack() {
		name = oneLine(a.plan.Service, nameLength) + " " + name
	}
	switch {
	case a.state == timeline.RollbackSucceeded:
		return []string{name + " in " + span(a.ended.Sub(a.confirmed)), name}
	case a.state == timeline.RollbackFailed && a.reason != "":
		return []string{name + " failed: " + a.reason, name + " failed"}
	case a.state == timeline.RollbackFailed:
		return []string{name + " failed"}
	case a.state == timeline.RollbackCancelled:
		return []string{name + " cancelled"}
	case !d.live:
		return []string{name + ", end not known", name}
	}
	return []string{"to " + name + ", " + span(d.endOf(a).Sub(a.confirmed)) + " so far", "to " + name}
}

// severalRolledBack reports whether more than one service was rolled back.
func (d *draft) severalRolledBack() bool {
	for _, a := range d.attempts {
		if !strings.EqualFold(a.plan.Service, d.attempts[0].plan.Service) {
			return true
		}
	}
	return false
}

// attemptMarks draws an attempt whose bars begin at px y.
func (d *draft) attemptMarks(a attempt, y float64) []Mark {
	var out []Mark
	end, began := d.endOf(a), later(a.confirmed, a.ran)
	if a.ran.IsZero() || began.After(end) {
		began = end
	}
	bar := func(look Look, from, to time.Time, title string) {
		if from.Before(to) && d.scale.overlaps(from, to) {
			out = append(out, Mark{Shape: Bar, Look: look, From: d.scale.x(from), To: d.scale.x(to), Y: y, H: rollbackH, Title: title, Row: a.n})
		}
	}
	bar(LookWaiting, a.confirmed, began, "Confirmed "+d.clock(a.confirmed)+", waited until "+d.clock(began))
	look, ended, word := LookRolling, LookDone, "succeeded"
	switch a.state {
	case timeline.RollbackFailed:
		look, ended, word = LookFailing, LookFailed, "failed"
	case timeline.RollbackCancelled:
		ended, word = LookCalledOff, "was cancelled"
	}
	name := "Rollback of " + oneLine(a.plan.Service, nameLength) + " to " + a.version()
	if a.ended.IsZero() {
		bar(look, began, end, name+" is running")
		return out
	}
	bar(look, began, end, name+" "+word+" after "+span(end.Sub(a.confirmed)))
	if d.scale.shows(end) {
		x := d.scale.x(end)
		out = append(out, Mark{Shape: Glyph, Look: ended, From: x, To: x, Y: y + rollbackH/2, Title: name + " " + word + " " + d.clock(end) + " UTC", Row: a.end})
	}
	return out
}
