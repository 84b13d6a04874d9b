package chart

import "time"

// Px of the lane of alerts.
const alertY, alertH = 11, 8

// alertLane shows each alert from when it fired to when it was cleared, solid until
// somebody took it. Alerts that overlap have rows of their own.
func (d *draft) alertLane() []Lane {
	var items []item
	for _, t := range d.alerts {
		items = append(items, item{
			from: t.firings[0].at, to: d.cleared(t.firings[len(t.firings)-1]),
			words: []string{t.title}, cut: true, n: t.n,
			marks: func(down float64) []Mark { return d.firingBars(t, alertY+down) },
		})
	}
	s := shelf{lane: Lane{Kind: LaneAlerts, Name: "Alerts", Height: 30}, pitch: 14, base: alertY + 8, gapLeft: 7, gapEnd: 8}
	return s.fill(d, items)
}

func (d *draft) cleared(f firing) time.Time {
	if f.cleared.IsZero() {
		return later(f.at, d.until())
	}
	return f.cleared
}

func (d *draft) firingBars(t track, y float64) []Mark {
	var out []Mark
	bar := func(look Look, from, to time.Time, title string) {
		if d.scale.overlaps(from, to) {
			out = append(out, Mark{Shape: Bar, Look: look, From: d.scale.x(from), To: d.scale.x(to), Y: y, H: alertH, Title: title, Row: t.n})
		}
	}
	for _, f := range t.firings {
		cleared, title := d.cleared(f), d.firingTitle(t, f)
		if f.acked.IsZero() || !f.acked.Before(cleared) {
			bar(LookHot, f.at, cleared, title)
			continue
		}
		bar(LookHot, f.at, f.acked, title)
		bar(LookAlert, f.acked, cleared, title)
	}
	return out
}

func (d *draft) firingTitle(t track, f firing) string {
	title := t.title + ": fired " + d.clock(f.at)
	if !f.acked.IsZero() {
		title += ", acknowledged " + d.clock(f.acked)
	}
	if f.cleared.IsZero() {
		return title + ", not cleared"
	}
	return title + ", cleared " + d.clock(f.cleared)
}
