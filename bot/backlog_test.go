package bot_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// TestABacklogIsCaughtUpWithinSlacksLimits: much was said in twenty channels while the
// bot was away. It is read within Slack's limits, threads included, and what people
// write meanwhile is recorded as it comes, not after it. BACKOUT_SOAK asks for 5,000
// missed messages; else there are fewer.
func TestABacklogIsCaughtUpWithinSlacksLimits(t *testing.T) {
	const channels, threads = 20, 3
	missed := 1000
	if os.Getenv("BACKOUT_SOAK") != "" {
		missed = 5000
	}
	o := newOffice(t, slacksim.Options{LimitWindow: time.Minute / hurry, PingEvery: 5 * time.Second / hurry, NoSpurious: true})
	o.hurry = hurry
	o.settle = 3 * time.Second / hurry
	o.opens()
	ana, lobby := o.Person("ana"), o.Room("lobby")
	ana.Joins(lobby)
	var rooms []*slacksim.Scene
	for i := range channels {
		ana.Types(lobby, fmt.Sprintf("/incident new Outage %d", i+1)).Sees(timeline.ID(i + 1))
		rooms = append(rooms, o.WaitRoom(fmt.Sprintf("inc-%d-", i+1)))
	}
	b := backlog{office: o, rooms: rooms}
	o.eventually("the first readings", func() bool { return b.complete(time.Time{}.Add(1)) })
	o.closes()

	for i := range missed {
		room := rooms[i%channels]
		if i < channels*threads*2 && i >= channels*threads {
			ana.Replies(room.Message(fmt.Sprintf("missed %d.", i-channels*threads)), fmt.Sprintf("missed %d.", i))
			continue
		}
		ana.Says(room, fmt.Sprintf("missed %d.", i))
	}
	o.ResetCalls()
	begun := time.Now()
	o.opens()
	defer o.closes()
	o.WaitLinks(1)
	said, early := 0, 0
	for !b.complete(begun) {
		if time.Since(begun) > time.Minute {
			t.Fatalf("%d of %d messages after a minute", b.recorded(), missed+said)
		}
		text := fmt.Sprintf("new %d.", said)
		m := ana.Says(rooms[said%channels], text)
		said++
		o.eventually(text, func() bool { return b.has(m) })
		if b.recorded() < missed {
			early++
		}
		time.Sleep(5 * time.Millisecond)
	}
	took := time.Since(begun)
	refused := 0
	for _, c := range o.Calls() {
		if c.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	if n := b.recorded(); n != missed+said || refused > 0 || early == 0 {
		t.Errorf("%d of %d messages, %d calls refused, %d new messages recorded before the old ones", n, missed+said, refused, early)
	}
	t.Logf("backlog: %d messages missed in %d channels with %d threads, caught up in %s with Slack's minutes %d times as short, by %d calls of history, none of all calls refused; %d new ones meanwhile, %d recorded before the last old one",
		missed, channels, channels*threads, took.Round(100*time.Millisecond), hurry, len(o.CallsTo("conversations.history"))+len(o.CallsTo("conversations.replies")), said, early)
}

// backlog is what the record has of it.
type backlog struct {
	*office
	rooms []*slacksim.Scene
}

func (b backlog) has(m slacksim.Message) bool {
	n, ok := b.bot.Record().InChannel(m.Room().ID())
	if !ok {
		return false
	}
	_, ok = b.incident(n).MessageEntry(m.Room().ID(), m.TS())
	return ok
}

// recorded counts Ana's messages.
func (b backlog) recorded() int {
	n := 0
	for i := range b.rooms {
		for _, e := range b.incident(i + 1).Timeline() {
			if e.Message != nil && e.Message.Subtype == "" {
				n++
			}
		}
	}
	return n
}

// complete reports whether every channel was read since.
func (b backlog) complete(since time.Time) bool {
	return !slices.ContainsFunc(b.rooms, func(r *slacksim.Scene) bool {
		n, ok := b.bot.Record().InChannel(r.ID())
		return !ok || b.incident(n).CompleteTo.Before(since)
	})
}
