package main

import (
	"encoding/json"
	"math/rand/v2"

	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// errand is a document that somebody asked for, and how it stands in the record.
type errand struct {
	room, what string
	acked      bool
}

// asksForDocuments has a person want the postmortem, or the version for the public,
// as a file in the channel.
func (ta *tale) asksForDocuments(p *slacksim.Person, rng *rand.Rand) bool {
	r, ok := ta.room(p, rng)
	if !ok || ta.isQuiet(r) {
		return false
	}
	e, line := &errand{room: r.ID(), what: timeline.ExportDraft}, "/incident postmortem"
	if rng.IntN(3) == 0 {
		e.what, line = timeline.ExportPublic, "/incident postmortem public"
	}
	ta.mu.Lock()
	ta.errands = append(ta.errands, e)
	ta.mu.Unlock()
	a := ta.insists(p, r, line)
	ta.mu.Lock()
	defer ta.mu.Unlock()
	e.acked = a.Err() == nil
	return true
}

// filesShared: each document that was asked for is in the channel once, and the
// record knows it.
func (ta *tale) filesShared(recs []*incidentRecord, bad badFunc) {
	files := 0
	for _, rec := range recs {
		room, ok := ta.roomOf(rec)
		if !ok || ta.unreachable(room) {
			continue
		}
		_, bot, err := ta.slackHas(room)
		if err != nil {
			bad("%w", err)
		}
		there, known, of := map[string]int{}, map[string]int{}, map[string]int{}
		for _, m := range bot {
			for _, f := range m.Files {
				there[f.ID]++
				files++
			}
		}
		for _, e := range rec.raw {
			var x timeline.Exported
			if e.Kind == timeline.KindExport && json.Unmarshal(e.Data, &x) == nil && x.File != "" {
				known[x.File]++
				of[x.What]++
			}
		}
		for id, n := range there {
			if n != 1 || known[id] != 1 {
				bad("twice: %s: the file %s was shared %d times and is in the record %d times: %v, %v", rec.ID, id, n, known[id], there, of)
			}
		}
		for id := range known {
			if there[id] == 0 {
				bad("lost: %s: the file %s was never shared", rec.ID, id)
			}
		}
		for _, what := range []string{timeline.ExportDraft, timeline.ExportPublic} {
			// Who asks again before it is there asks for the same.
			if acked, asked := ta.asked(room, what); of[what] < min(acked, 1) || of[what] > asked {
				bad("%s: %q is in the record %d times; it was promised %d times and asked for %d times", rec.ID, what, of[what], acked, asked)
			}
		}
	}
	ta.counts["files"] = files
}

// asked counts who was promised a document and who asked for it at all. Who judges
// holds mu.
func (ta *tale) asked(room *slacksim.Room, what string) (acked, all int) {
	for _, e := range ta.errands {
		if e.room == room.ID() && e.what == what {
			all++
			if e.acked {
				acked++
			}
		}
	}
	return acked, all
}
