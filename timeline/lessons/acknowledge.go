package lessons

import (
	"slices"
	"time"

	"backout/timeline"
)

// firstPage gives the first alert that people can acknowledge, if it is known when
// each of those fired. Alertmanager knows no acknowledgement.
func (f *facts) firstPage() (heard, bool) {
	i := slices.IndexFunc(f.heard, func(a heard) bool { return a.Source == timeline.PagerDuty })
	if i < 0 || !f.heardAll {
		return heard{}, false
	}
	return f.heard[i], true
}

// acknowledged gives the first acknowledgement of an alert. The alert's state has
// the last one only.
func (f *facts) acknowledged(a heard) (*timeline.Entry, bool) {
	acks, hidden := f.noted(a.AlertState, timeline.AlertAcknowledged)
	if len(acks) == 0 {
		return nil, hidden
	}
	return acks[0], true
}

func slowAcknowledgement(f *facts) (Lesson, bool) {
	page, ok := f.firstPage()
	if !ok {
		return Lesson{}, false
	}
	out := Lesson{
		Title:  "The first alert waited for an answer",
		Action: "Check who is called for such an alert and have it escalate within " + span(slowAck),
	}
	ack, acked := f.acknowledged(page)
	switch {
	case acked && ack == nil: // people took it out of the story
		return Lesson{}, false
	case acked:
		waited := ack.At.Sub(page.row.At)
		out.Told = relate("The first alert (", page.row.N, ") was acknowledged (", ack.N, ") after "+span(waited)+".")
		return out, waited > slowAck
	}
	end, told := f.overWithout(page)
	out.Told = told
	return out, told != nil && end.Sub(page.row.At) > slowAck
}

// overWithout tells of the end of an alert that nobody acknowledged: its own, or
// that of the incident. It tells nothing while both go on.
func (f *facts) overWithout(page heard) (time.Time, []Part) {
	if ends, _ := f.noted(page.AlertState, timeline.AlertResolved); len(ends) > 0 {
		e := ends[0]
		return e.At, relate("The first alert (", page.row.N, ") was not acknowledged before it was over (", e.N, "), "+span(max(0, e.At.Sub(page.row.At)))+" later.")
	}
	m := f.moments.Resolved
	if e, ok := f.in.Entry(m.N); ok && m.Set() && !m.Assumed {
		return m.At, relate("The first alert (", page.row.N, ") was not acknowledged before the incident was resolved (", e.N, "), "+span(max(0, m.At.Sub(page.row.At)))+" later.")
	}
	return time.Time{}, nil
}

func promptAcknowledgement(f *facts) (Lesson, bool) {
	page, ok := f.firstPage()
	if !ok {
		return Lesson{}, false
	}
	ack, _ := f.acknowledged(page)
	if ack == nil {
		return Lesson{}, false
	}
	waited := ack.At.Sub(page.row.At)
	if b, ok := ack.Body.(timeline.AlertNoted); !ok || b.Alert.Who == "" || waited < 0 || waited > promptAck {
		return Lesson{}, false
	}
	return Lesson{
		Title: "The first alert was acknowledged at once",
		Told:  relate("The first alert (", page.row.N, ") was acknowledged (", ack.N, ") after "+span(waited)+"."),
	}, true
}
