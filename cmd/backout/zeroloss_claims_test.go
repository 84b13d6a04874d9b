package main

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// claimSlack is how far the record may be behind what is claimed, when it is asked
// in the middle: what was on its way when the link was last heard of is committed
// a moment later.
const claimSlack = 500 * time.Millisecond

// asks has somebody look, again and again, whether an incident's record holds what
// it claims to hold, in lives of the bot in which nothing loses events silently.
func (ta *tale) asks(rng *rand.Rand) {
	for !ta.ended() {
		ta.rests(time.Duration(100+rng.IntN(200)) * time.Millisecond)
		before, calm := ta.life()
		if !calm {
			continue
		}
		err := ta.claim(rng)
		if after, calm := ta.life(); !calm || after != before || err == nil {
			continue // the bot was killed meanwhile
		}
		ta.mu.Lock()
		if ta.caught == nil {
			ta.caught = err
		}
		ta.mu.Unlock()
	}
}

// life says which life of the bot this is.
func (ta *tale) life() (n int, calm bool) {
	ta.mu.Lock()
	defer ta.mu.Unlock()
	return ta.kills, ta.calm
}

// claim compares one incident. That the bot cannot be asked is no false claim.
func (ta *tale) claim(rng *rand.Rand) error {
	rooms := ta.incidentRooms()
	if len(rooms) == 0 {
		return nil
	}
	room := rooms[rng.IntN(len(rooms))]
	var list struct {
		Incidents []struct {
			ID      string
			Channel struct{ ID string }
		}
	}
	if ta.into("/api/incidents?status=all&limit=200", &list) != nil {
		return nil
	}
	for _, i := range list.Incidents {
		if i.Channel.ID != room.ID() {
			continue
		}
		rec, err := ta.record(i.ID)
		if err != nil || rec.CompleteTo == nil {
			return nil
		}
		claimed := *rec.CompleteTo
		have := map[string]bool{}
		for _, e := range rec.entries {
			if e.Channel == room.ID() {
				have[e.TS] = true
			}
		}
		people, _, err := ta.slackHas(room)
		if err != nil {
			return err
		}
		for _, m := range people {
			if m.at().Before(claimed.Add(-claimSlack)) && !have[m.TS] {
				return fmt.Errorf("%s was said to be complete to %s, and %q of %s was not in it", i.ID, claimed.Format(time.StampMicro), m.Text, m.at().Format(time.StampMicro))
			}
		}
		ta.count("claims checked")
	}
	return nil
}
