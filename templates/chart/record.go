package chart

import (
	"time"

	"backout/timeline"
)

// record is what the chart needs of the entries, read once.
type record struct {
	// said are the messages that people wrote, by time.
	said []said
	// told are the instants of what else people said and did.
	told   []time.Time
	alerts []track
	// ended is how the incident ended without being resolved.
	ended moment
	// newest is the instant of the latest entry.
	newest time.Time
}

type said struct {
	at time.Time
	n  int
}

// track is an alert: each time it fired, by time.
type track struct {
	title   string
	n       int
	firings []firing
}

// firing is one time that an alert fired; what did not happen yet is zero.
type firing struct {
	at, acked, cleared time.Time
}

func read(in *timeline.Incident) record {
	var r record
	tracks := map[[2]string]int{}
	for _, e := range in.Timeline() {
		r.newest = e.At
		switch b := e.Body.(type) {
		case timeline.Message:
			if e.Message != nil && writtenByPerson(e) {
				r.said = append(r.said, said{e.At, e.N})
			}
		case timeline.AlertNoted:
			if !e.Hidden {
				r.alerted(tracks, e, b.Alert)
			}
		case timeline.Note, timeline.Update, timeline.StatusSet, timeline.Reopened:
			r.told = append(r.told, e.At)
		case timeline.Cancelled:
			r.ended = moment{look: LookCancelled, word: "Cancelled", at: e.At, n: e.N}
		case timeline.MergedInto:
			if b.Into > 0 {
				r.ended = moment{look: LookMerged, word: "Merged", at: e.At, n: e.N}
			}
		}
	}
	return r
}

// writtenByPerson reports whether a message is somebody's words: not a machine's, and
// not Slack's about who joined.
func writtenByPerson(e *timeline.Entry) bool {
	if !timeline.IsPerson(e.Who) || e.Message.BotName != "" {
		return false
	}
	switch e.Message.Subtype {
	case "", "file_share", "me_message", "thread_broadcast", "reply_broadcast":
		return true
	}
	return false
}

// alerted adds what an alert did. One that was told of only after it had fired counts
// from where it was told of first.
func (r *record) alerted(tracks map[[2]string]int, e *timeline.Entry, a timeline.Alert) {
	key := [2]string{a.Source, a.Key}
	i, known := tracks[key]
	if !known {
		i = len(r.alerts)
		tracks[key] = i
		r.alerts = append(r.alerts, track{title: oneLine(a.Title, 60), n: e.N})
	}
	t := &r.alerts[i]
	last := len(t.firings) - 1
	if last < 0 || a.Event == timeline.AlertTriggered && !t.firings[last].cleared.IsZero() {
		t.firings = append(t.firings, firing{at: e.At})
		last++
	}
	f := &t.firings[last]
	switch a.Event {
	case timeline.AlertAcknowledged:
		if f.acked.IsZero() && f.cleared.IsZero() {
			f.acked = e.At
		}
	case timeline.AlertResolved:
		if f.cleared.IsZero() {
			f.cleared = e.At
		}
	}
}
