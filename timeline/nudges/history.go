package nudges

import (
	"slices"
	"time"

	"backout/timeline"
)

// history is when what the rules wait for last happened; zero is never.
type history struct {
	// said is when a person last wrote into the channel, acted when one last did
	// something else.
	said, acted time.Time
	// severity is when it was last changed, opened when the channel was.
	severity, opened time.Time
	statuses         []reached // in the order of the record
}

type reached struct {
	status timeline.Status
	at     time.Time
}

// historyOf reads an incident once. A message counts when it was written, however
// late it was learned of; anything else when it was recorded, since people give
// their entries the instants that these are about.
func historyOf(in *timeline.Incident) *history {
	h := &history{}
	for n := 1; n < in.NextN(); n++ {
		e, ok := in.Entry(n)
		if !ok {
			continue
		}
		if e.Message != nil {
			h.message(e)
			continue
		}
		if person(e.Who) {
			h.acted = latest(h.acted, e.Recorded)
		}
		h.fact(e)
	}
	return h
}

func (h *history) fact(e *timeline.Entry) {
	switch b := e.Body.(type) {
	case timeline.Declared:
		s := timeline.Investigating
		if b.Triage {
			s = timeline.Triage
		}
		h.reaches(s, e.Recorded)
	case timeline.StatusSet:
		h.reaches(b.Status, e.Recorded)
	case timeline.Reopened:
		h.reaches(timeline.Investigating, e.Recorded)
	case timeline.ChannelOpened:
		h.opened = e.Recorded
	case timeline.SeveritySet:
		h.severity = e.Recorded
	case timeline.AlertNoted:
		if b.Alert.Who != "" && e.Who != timeline.Backout { // somebody acknowledged it there
			h.acted = latest(h.acted, b.Alert.At)
		}
	case timeline.PageSet:
		if b.By != "" { // somebody answered
			h.acted = latest(h.acted, e.Recorded)
		}
	}
}

func (h *history) reaches(s timeline.Status, at time.Time) {
	h.statuses = append(h.statuses, reached{s, at})
}

// message notes one that a person wrote. A deleted one was written all the same;
// the edits of one are something that was done. One from another channel is there
// because the incident was declared from it, which it then came before.
func (h *history) message(e *timeline.Entry) {
	m := e.Message
	if !person(e.Who) || m.BotName != "" || !written(m.Subtype) {
		return
	}
	h.said, h.acted = latest(h.said, e.At), latest(h.acted, m.EditedAt)
}

// entered gives when the incident came into the statuses that it is in now.
func (h *history) entered(within func(timeline.Status) bool) time.Time {
	var at time.Time
	for _, r := range slices.Backward(h.statuses) {
		if !within(r.status) {
			break
		}
		at = r.at
	}
	return at
}

// person reports whether the id is that of a person. Slackbot has one like it.
func person(id string) bool {
	return len(id) > 1 && (id[0] == 'U' || id[0] == 'W') && id != "USLACKBOT"
}

// written reports whether messages of the subtype are written by people: others
// say that somebody joined, or renamed the channel.
func written(subtype string) bool {
	switch subtype {
	case "", "file_share", "me_message", "thread_broadcast", "reply_broadcast":
		return true
	}
	return false
}
