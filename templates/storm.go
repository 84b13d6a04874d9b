package templates

import (
	"strings"

	"backout/timeline"
)

// storyRow is a line of the story: an entry, or several about alerts in one.
type storyRow struct {
	e *timeline.Entry
	// more are the entries that the line counts instead; e is nil then.
	more []*timeline.Entry
}

func (r storyRow) size() int { return max(1, len(r.more)) }

// counted is how many entries the lines stand for.
func counted(rows []storyRow) int {
	n := 0
	for _, r := range rows {
		n += r.size()
	}
	return n
}

// A run of rows about alerts alone is shown whole up to calmRun rows. Of a longer
// one stand the first, and a count of the rest.
const (
	calmRun   = 5
	stormHead = 3
)

// storied makes lines of entries, so that a storm of alerts leaves room for what
// people did. What was split off stands in the story of its own incident.
func storied(in *timeline.Incident, entries []*timeline.Entry) []storyRow {
	var out []storyRow
	var run []*timeline.Entry
	flush := func() {
		out = append(out, calmed(in, run)...)
		run = nil
	}
	for _, e := range entries {
		b, ok := e.Body.(timeline.AlertNoted)
		if !ok {
			flush()
			out = append(out, storyRow{e: e})
			continue
		}
		if a, known := in.AlertOf(b.Alert.Source, b.Alert.Key); known && a.Split > 0 {
			continue
		}
		if e.Starred() || spoken(b.Alert) {
			flush()
			out = append(out, storyRow{e: e})
			continue
		}
		run = append(run, e)
	}
	flush()
	return out
}

// calmed gives the lines of a run of rows about alerts.
func calmed(in *timeline.Incident, run []*timeline.Entry) []storyRow {
	if len(run) <= calmRun {
		return single(run)
	}
	var rest []*timeline.Entry
	for _, e := range run {
		if !telling(in, e) {
			rest = append(rest, e)
		}
	}
	if told := len(run) - len(rest); len(rest) < 2 || told == 0 || told > calmRun {
		return append(single(run[:stormHead]), storyRow{more: run[stormHead:]})
	}
	var out []storyRow
	for _, e := range run {
		switch {
		case telling(in, e):
			out = append(out, storyRow{e: e})
		case e == rest[0]:
			out = append(out, storyRow{more: rest})
		}
	}
	return out
}

func single(entries []*timeline.Entry) []storyRow {
	out := make([]storyRow, len(entries))
	for i, e := range entries {
		out[i] = storyRow{e: e}
	}
	return out
}

// spoken reports whether a person said something there: a note, or an answer to a
// call for help. That is no part of a storm.
func spoken(a timeline.Alert) bool {
	return a.Who != "" && (a.Event == timeline.AlertAnnotated || a.Event == timeline.AlertResponder)
}

// telling reports whether an entry of an alert is its first, its end, an
// acknowledgement or an answer of a person.
func telling(in *timeline.Incident, e *timeline.Entry) bool {
	b, ok := e.Body.(timeline.AlertNoted)
	if !ok {
		return true
	}
	switch b.Alert.Event {
	case timeline.AlertTriggered, timeline.AlertAcknowledged, timeline.AlertResolved:
		return true
	}
	if spoken(b.Alert) {
		return true
	}
	a, known := in.AlertOf(b.Alert.Source, b.Alert.Key)
	return known && a.N == e.N
}

// storyLine is a line of the story.
func (w Words) storyLine(in *timeline.Incident, r storyRow) Rich {
	if r.e != nil {
		return w.row(in, r.e)
	}
	count := map[string]int{}
	for _, e := range r.more {
		b, _ := e.Body.(timeline.AlertNoted)
		switch b.Alert.Event {
		case timeline.AlertTriggered:
			count["triggered"]++
		case timeline.AlertAcknowledged:
			count["acknowledged"]++
		case timeline.AlertResolved:
			count["over"]++
		default:
			count["other"]++
		}
	}
	var parts []string
	for _, word := range []string{"triggered", "acknowledged", "over", "other"} {
		if n := count[word]; n > 0 {
			parts = append(parts, amount(n)+"\u00a0"+word)
		}
	}
	first, last := r.more[0], r.more[len(r.more)-1]
	return R(At(first.At), T(" "), C(timeline.Ref(first.N)), T(" to "), At(last.At), T(" "), C(timeline.Ref(last.N)),
		T(": "+many(len(r.more), "more row", "more rows")+" about alerts: "+strings.Join(parts, ", ")))
}
