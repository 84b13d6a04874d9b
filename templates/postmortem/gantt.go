package postmortem

import (
	"slices"
	"time"

	"backout/timeline"
)

// stop is an end of a bar.
type stop struct {
	name string
	at   time.Time
}

// gantt draws deploys and rollbacks, and the stretches between the moments that
// are known. Assumed ones bound nothing.
func (b *builder) gantt() (Gantt, bool) {
	var stops []stop
	for _, name := range timeline.MomentNames() {
		if m := b.moments.Get(name); m.Set() && !m.Assumed {
			stops = append(stops, stop{string(name), m.At})
		}
	}
	if end, ok := b.ending(); ok {
		stops = append(stops, end)
	}
	slices.SortStableFunc(stops, func(a, b stop) int { return a.at.Compare(b.at) })
	var bars []Bar
	for i := 1; i < len(stops); i++ {
		from, to := stops[i-1], stops[i]
		if d := to.at.Sub(from.at); d >= time.Second {
			name, look := stretch(from.name, to.name)
			bars = append(bars, Bar{Name: name, Look: look, From: from.at, For: d})
		}
	}
	var lanes []Lane
	var ends []time.Time
	for _, l := range []Lane{{Name: "Deploys", Bars: b.deployBars()}, {Name: "Incident", Bars: bars}} {
		if len(l.Bars) == 0 {
			continue
		}
		lanes = append(lanes, l)
		for _, bar := range l.Bars {
			ends = append(ends, bar.From, bar.From.Add(bar.For))
		}
	}
	return Gantt{Title: b.in.ID(), Dated: b.dated || severalDays(ends), Lanes: lanes}, len(lanes) > 0
}

// ending is where the last bar ends when the incident is not resolved: where it
// was cancelled or merged, or now while it is open.
func (b *builder) ending() (stop, bool) {
	if b.in.Status.Open() && !b.opt.Now.IsZero() {
		return stop{"now", b.opt.Now}, true
	}
	for _, e := range slices.Backward(b.all) {
		if e.Kind == timeline.KindCancelled {
			return stop{"cancelled", e.At}, true
		}
		if m, ok := e.Body.(timeline.MergedInto); ok && m.Into > 0 {
			return stop{"merged", e.At}, true
		}
	}
	return stop{}, false
}

// stretch names what lies between two moments.
func stretch(from, to string) (name, look string) {
	switch {
	case from == string(timeline.Began) && to == string(timeline.Detected):
		return "undetected", "crit"
	case from == string(timeline.Mitigated) && to == string(timeline.ResolvedM):
		return "cleaning up", ""
	case to == "now":
		return from + ", still open", "active"
	}
	return from + " to " + to, "active"
}
