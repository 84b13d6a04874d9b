package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"backout/integrations/slack/slacksim"
)

// effects compares what is owed with what Slack, GitHub and PagerDuty were told.
func (ta *tale) effects(recs []*incidentRecord) (wrong []error) {
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	ta.oneChannelEach(recs, bad)
	ta.deedsDone(recs, bad)
	ta.postsMade(recs, bad)
	ta.filesShared(recs, bad)
	ta.marksMade(recs, bad)
	ta.dispatched(recs, bad)
	ta.paged(bad)
	ta.alarmsKnown(recs, bad)
	ta.deploysKnown(bad)
	return wrong
}

type badFunc func(format string, args ...any)

// oneChannelEach: one incident, one channel, and no channel beside.
func (ta *tale) oneChannelEach(recs []*incidentRecord, bad badFunc) {
	of := map[string][]string{}
	for _, rec := range recs {
		of[rec.Channel.ID] = append(of[rec.Channel.ID], rec.ID)
	}
	rooms := ta.incidentRooms()
	for _, r := range rooms {
		if len(of[r.ID()]) != 1 {
			bad("#%s is the channel of %v", r.Name(), of[r.ID()])
		}
	}
	if len(rooms) != len(recs) {
		bad("%d incidents have %d channels: %v", len(recs), len(rooms), roomNames(ta.sim))
	}
	ta.counts["incidents"], ta.counts["channels"] = len(recs), len(rooms)
}

// deedsDone: what was acknowledged is in effect, once; what was not may be, and
// not more than once.
func (ta *tale) deedsDone(recs []*incidentRecord, bad badFunc) {
	mentions := 0
	defer func() { ta.counts["mentions in effect"] = mentions }()
	for _, d := range ta.deeds {
		n := 0
		for _, rec := range recs {
			for _, e := range rec.raw {
				if string(e.Kind) == d.kind && strings.Contains(string(e.Data), d.word) && e.Who != "backout" {
					n++
				}
			}
		}
		if n > 0 && d.kind == "note" && d.answer == nil {
			mentions++
		}
		switch {
		case d.acked && n == 0:
			said := ""
			if d.answer != nil {
				said = d.answer.Text()
			}
			bad("lost: %s %s was acknowledged (%q) and is not in effect", d.kind, d.word, said)
		case n > 1:
			bad("twice: %s %s is in effect %d times", d.kind, d.word, n)
		}
	}
}

// posting are the kinds of events that Backout tells the channel, each by a post
// of its own.
func posting(kind string) bool {
	switch kind {
	case "update", "impact", "cause", "title", "role", "severity", "status", "follow_up", "lesson":
		return true
	}
	return false
}

// postsMade: each post that is owed is there, and there once. Posts carry the key
// of what owes them.
func (ta *tale) postsMade(recs []*incidentRecord, bad badFunc) {
	posts := map[string]int{}
	where := slices.Clone(ta.sim.Rooms())
	for _, p := range ta.people {
		where = append(where, p.DM())
	}
	for _, r := range where {
		_, bot, err := ta.slackHas(r)
		if err != nil {
			bad("%w", err)
		}
		for _, m := range bot {
			if key := m.Metadata.Payload.Key; key != "" {
				posts[key]++
			}
		}
	}
	for key, n := range posts {
		if n > 1 {
			bad("twice: %s was posted %d times:%s", key, n, ta.callsWith(key))
		}
	}
	ta.counts["posts"] = len(posts)
	for _, rec := range recs {
		for _, key := range owedPosts(rec) {
			if room, ok := ta.roomOf(rec); ok && posts[key] == 0 && !ta.unreachable(room) {
				bad("lost: %s was never posted", key)
			}
		}
	}
}

// callsWith tells of the calls that carried a key, for the message of a failure.
func (ta *tale) callsWith(key string) string {
	var b strings.Builder
	for _, c := range ta.sim.CallsTo("chat.postMessage") {
		if strings.Contains(c.Args["metadata"], `"`+key+`"`) {
			fmt.Fprintf(&b, "\n  %s to %s: status %d, performed %v %s", c.Start.Format(time.StampMicro), c.End.Format(time.StampMicro), c.Status, c.Effect, c.Error)
		}
	}
	fmt.Fprintf(&b, "\n  kills %v", ta.killed)
	return b.String()
}

// unreachable reports a room in which the bot could not post for some time.
func (ta *tale) unreachable(r *slacksim.Room) bool { return ta.quiet != nil && ta.quiet.ID() == r.ID() }

func owedPosts(rec *incidentRecord) []string {
	out := []string{rec.ID + "/card", rec.ID + "/announce"}
	declared := rec.raw[0].RecordedAt // what comes with the declaration is on the card
	for _, e := range rec.entries {
		if e.RecordedAt.Equal(declared) {
			continue
		}
		var from struct {
			From int `json:"from"`
		}
		_ = json.Unmarshal(e.Data, &from)
		if posting(string(e.Kind)) && from.From == 0 && e.Who != "backout" {
			out = append(out, fmt.Sprintf("%s/news/%d", rec.ID, e.N))
		}
	}
	return out
}

// marksMade: the card is pinned, the topic shows the title, whoever declared is in
// the channel, and no step was given up.
func (ta *tale) marksMade(recs []*incidentRecord, bad badFunc) {
	for _, rec := range recs {
		room, ok := ta.roomOf(rec)
		if !ok || ta.unreachable(room) {
			continue
		}
		if pins := room.Pins(); len(pins) != 1 {
			bad("%s: %d messages are pinned", rec.ID, len(pins))
		}
		if !strings.Contains(room.Topic(), rec.Title) {
			bad("%s: the topic is %q, the title %q", rec.ID, room.Topic(), rec.Title)
		}
		for _, e := range rec.entries {
			if e.Kind == "step_failed" {
				bad("%s: a step was given up: %s %s", rec.ID, e.Text, e.Data)
			}
			if e.Kind == "declared" && strings.HasPrefix(e.Who, "U") && !room.Has(e.Who) {
				bad("%s: who declared it was not brought in", rec.ID)
			}
		}
		ta.madeFromReactions(rec, room, bad)
	}
}

// madeFromReactions: a lesson or a follow-up that a reaction made stands as long as
// the reaction does, and there is one of it.
func (ta *tale) madeFromReactions(rec *incidentRecord, room *slacksim.Room, bad badFunc) {
	made := rec.madeFrom()
	people, _, err := ta.slackHas(room)
	if err != nil {
		bad("%w", err)
	}
	rows := map[string]int{}
	for _, e := range rec.entries {
		if e.Channel == room.ID() {
			rows[e.TS] = e.N
		}
	}
	for _, m := range people {
		for kind, emoji := range map[string]string{"lesson": lessonEmoji, "follow_up": followUpEmoji} {
			want := 0
			if m.has(emoji) {
				want = 1
			}
			if n := made[kind][rows[m.TS]]; n != want {
				bad("%s: %q made %d %s entries; its reactions are %v", rec.ID, m.Text, n, kind, m.Reactions)
			}
		}
	}
}

// dispatched: each rollback that was confirmed was dispatched once.
func (ta *tale) dispatched(recs []*incidentRecord, bad badFunc) {
	ids := map[string]int{}
	for _, d := range ta.hub.Dispatches("acme/web-app") {
		ids[d.Inputs["backout_id"]]++
	}
	for id, n := range ids {
		if n > 1 {
			bad("twice: the rollback %s was dispatched %d times", id, n)
		}
	}
	confirmed := 0
	for _, rec := range recs {
		for _, rb := range rec.Rollbacks {
			if rb.ConfirmedBy == "" {
				continue
			}
			confirmed++
			// Killed between the intention and the call, nobody can tell that GitHub was
			// not asked: it is looked for, and then a person is asked.
			if asked := len(ids) == 0 && (rb.State == "dispatching" || rb.State == "unclear"); rb.State != "succeeded" && !asked {
				bad("%s: %s is %s: %s", rec.ID, rb.ID, rb.State, rb.Reason)
			}
		}
	}
	if confirmed < len(ids) || confirmed == 0 && ta.counts["rollbacks confirmed"] > 0 {
		bad("%d rollbacks were confirmed, %d dispatched", confirmed, len(ids))
	}
	ta.counts["dispatches"] = len(ids)
}

// paged: each call for help arrived once.
func (ta *tale) paged(bad badFunc) {
	all := ta.pd.Incidents()
	n := 0
	for _, d := range ta.deeds {
		if d.kind != "page" {
			continue
		}
		got := 0
		for _, i := range all {
			if strings.Contains(i.Title+i.Body, d.word) {
				got++
			}
			for _, r := range ta.pd.ResponderRequests(i.ID) {
				if strings.Contains(r.Message, d.word) {
					got++
				}
			}
		}
		n += got
		if got > 1 || d.acked && got == 0 {
			bad("the page %s arrived %d times", d.word, got)
		}
	}
	ta.counts["calls for help"] = n
	for _, i := range all {
		notes := map[string]int{}
		for _, note := range ta.pd.Notes(i.ID) {
			if notes[note.Content]++; notes[note.Content] > 1 {
				bad("twice: %q was noted at %s", note.Content, i.Title)
			}
		}
	}
}

// alarmsKnown: each alert is in one incident, once, and what ended there has ended
// here.
func (ta *tale) alarmsKnown(recs []*incidentRecord, bad badFunc) {
	in, status := map[string][]string{}, map[string]string{}
	for _, rec := range recs {
		for _, a := range rec.Alerts {
			title, _, _ := strings.Cut(a.Title, " ") // a word that occurs once
			in[title] = append(in[title], rec.ID)
			status[title] = string(a.Status)
		}
	}
	over := map[string]bool{}
	for _, i := range ta.pd.Incidents() {
		title, _, _ := strings.Cut(i.Title, " ")
		over[title] = i.Status == "resolved"
		if over[title] != (status[title] == "resolved") && len(in[title]) > 0 {
			bad("the alert %s is %s there and %s here", i.Title, i.Status, status[title])
		}
	}
	for _, a := range ta.alarms {
		// One that began and ended while its deliveries were lost left no trace.
		if n := len(in[a.title]); n > 1 || a.taken && n == 0 && !over[a.title] {
			bad("the alert %s is in %v", a.title, in[a.title])
		}
	}
}

// deploysKnown: each deploy is known once.
func (ta *tale) deploysKnown(bad badFunc) {
	known := map[string]int{}
	for path := "/api/deploys?limit=200"; path != ""; {
		var page struct {
			Deploys []struct{ Version, Rollback string }
			Next    string
		}
		if err := ta.into(path, &page); err != nil {
			bad("%w", err)
			return
		}
		for _, d := range page.Deploys {
			if d.Rollback == "" {
				known[d.Version]++
			}
		}
		if path = ""; page.Next != "" {
			path = "/api/deploys?limit=200&cursor=" + page.Next
		}
	}
	for _, s := range ta.shipped {
		if n := known[s.version]; n > 1 || s.taken && n == 0 {
			bad("the deploy of %s is known %d times", s.version, n)
		}
	}
}
