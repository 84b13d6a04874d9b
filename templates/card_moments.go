package templates

import (
	"time"

	"backout/timeline"
)

// spent says how long the parts of an incident took, from moments that people
// set or a fact shows. What stands on an assumption, or runs backwards because
// the incident was written down afterwards, is left out.
func spent(m timeline.Moments) Fields {
	noticed, word := m.Detected, "Detected"
	if !noticed.Set() || noticed.Assumed {
		noticed, word = m.Declared, "Declared"
	}
	var f Fields
	add := func(label string, from, to timeline.Moment) {
		if !from.Set() || !to.Set() || from.Assumed || to.Assumed || to.At.Before(from.At) {
			return
		}
		f = append(f, Field{Label: label, Value: R(T(roughly(to.At.Sub(from.At))))})
	}
	add("Began to detected", m.Began, m.Detected)
	add(word+" to mitigated", noticed, m.Mitigated)
	add("Mitigated to resolved", m.Mitigated, m.Resolved)
	if m.Began.Set() && !m.Began.Assumed {
		add("Began to resolved", m.Began, m.Resolved)
	} else {
		add(word+" to resolved", noticed, m.Resolved)
	}
	return f
}

// roughly is a duration of two units at most: from an hour on seconds say
// nothing.
func roughly(d time.Duration) string {
	if d >= time.Hour {
		d = d.Round(time.Minute)
	}
	return Duration(d)
}
