package deploys

import (
	"time"

	"backout/timeline"
)

const (
	// usualWindow is how long before the first symptom a deploy is suspected when
	// the configuration does not say.
	usualWindow = time.Hour
	// little is how wrong an instant may be without anybody noticing: clocks differ,
	// and people type 14:02 for anything before 14:03.
	little = time.Minute
)

// window is the time in which a deploy must have gone out to be a suspect.
type window struct {
	// symptom is when it began, as far as is known.
	symptom time.Time
	// last is the latest start of a deploy that may have caused it.
	last time.Time
	// length is how far the window reaches back.
	length time.Duration
	// assumed is set when nobody said when it began.
	assumed bool
	// noticed is when somebody noticed.
	noticed time.Time
}

// windowOf gives the window of an incident, and false when it has no time at all.
func windowOf(m timeline.Moments, length time.Duration) (window, bool) {
	if !m.Began.Set() {
		return window{}, false
	}
	if length <= 0 {
		length = usualWindow
	}
	w := window{symptom: m.Began.At, last: m.Began.At, length: length, assumed: m.Began.Assumed, noticed: m.Detected.At}
	if !w.assumed {
		// Somebody said when it began, so that what started later did not cause it.
		// A whole minute was typed and stands for all of its seconds.
		if w.symptom.Equal(w.symptom.Truncate(time.Minute)) {
			w.last = w.symptom.Add(little - 1)
		}
		return w, true
	}
	// An assumed beginning is when somebody noticed, which says little of when it
	// really began: whatever went out before people knew enough to declare counts.
	w.last = w.last.Add(little)
	if m.Declared.At.After(w.last) {
		w.last = m.Declared.At
	}
	// Some incidents are written down when they are over. What ended one did not
	// cause it.
	if m.Mitigated.Set() && m.Mitigated.At.Before(w.last) {
		w.last = m.Mitigated.At
	}
	return w, true
}

// place is where a deploy lies in the window.
type place struct {
	// distance from the first symptom, after says on which side.
	distance time.Duration
	after    bool
	// rolling is set when it was still going out when the symptom showed, or has
	// not come to an end.
	rolling bool
}

// place finds a deploy's place, and false when it lies outside or when it is not
// known when it went out.
func (w window) place(d timeline.Deploy) (place, bool) {
	begun := start(d)
	if begun.IsZero() || begun.After(w.last) {
		return place{}, false
	}
	partly := d.State == timeline.DeploySucceeded && !d.Full()
	p := place{rolling: !d.State.Final() || partly}
	if begun.After(w.symptom) {
		if p.after = w.assumed; p.after {
			p.distance = begun.Sub(w.symptom)
		}
		return p, true // else within the minute that somebody typed
	}
	if d.At().After(w.symptom) {
		p.rolling = true
	}
	p.distance = w.symptom.Sub(w.step(d, begun))
	if p.distance <= w.length {
		return p, true
	}
	// A slow one that reported nothing on its way may be just now doing damage.
	return p, !d.State.Final() && p.distance <= max(lost, w.length) || d.At().After(w.symptom)
}

// step is when the deploy last changed something before the first symptom: it
// ended, came to a stage, or began.
func (w window) step(d timeline.Deploy, begun time.Time) time.Time {
	last := begun
	see := func(t time.Time) {
		if t.After(last) && !t.After(w.symptom) {
			last = t
		}
	}
	see(d.At())
	for _, s := range d.Stages {
		see(s.At)
	}
	return last
}

// start is when a deploy began to change something, as far as is known: clocks of
// those who report differ, so that the end may seem to come first.
func start(d timeline.Deploy) time.Time {
	if d.Started.IsZero() || !d.Finished.IsZero() && d.Finished.Before(d.Started) {
		return d.Finished
	}
	return d.Started
}
