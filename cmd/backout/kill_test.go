package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"backout/bot/pages"
	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// TestNothingIsLostWhenTheBotIsKilled has people talk, reply, edit, delete and
// react while the bot is killed with SIGKILL at random and started again. In the
// end the record must be what Slack has, each message once, and there must be one
// channel.
func TestNothingIsLostWhenTheBotIsKilled(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 1))
	sim, err := slacksim.Start(slacksim.Options{
		NoLimits: true, Scopes: slack.Scopes(), BotEvents: slack.BotEvents(), Patience: 20 * time.Second,
		RedeliverAfter: []time.Duration{50 * time.Millisecond, 300 * time.Millisecond, time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	v := newVictim(t, sim)
	v.start()
	defer func() {
		v.kill()
		if t.Failed() {
			t.Logf("seed %d\n%s", seed, tail(v.log.String(), 6000))
		}
	}()
	st := slacksim.Test(t, sim)
	st.WaitLinks(1)
	ana, tom, general := st.Person("ana"), st.Person("tom"), st.Room("general")
	ana.Joins(general)
	ana.Types(general, "/incident new Logins fail")
	room := st.WaitRoom("inc-1")
	room.Sees("Logins fail")
	if err := eventually(func() error {
		if !room.Has(ana.ID()) {
			return errors.New("ana was not brought in")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	tom.Joins(room)
	kills := 0
	said := []slacksim.Message{ana.Says(room, "first")}
	for i := range 60 {
		if v.cmd != nil && rng.IntN(7) == 0 {
			v.kill()
			kills++
		}
		m := said[rng.IntN(len(said))]
		switch who := []*slacksim.Actor{ana, tom}[rng.IntN(2)]; rng.IntN(6) {
		case 0:
			said = append(said, who.Replies(m, fmt.Sprintf("reply %d", i)))
		case 1:
			if !m.Deleted() && m.Author() == who.ID() {
				who.Edits(m, fmt.Sprintf("edited %d", i))
			}
		case 2:
			if !m.Deleted() && m.Author() == who.ID() && len(m.Replies()) == 0 && rng.IntN(2) == 0 {
				who.Deletes(m)
			}
		case 3:
			if !m.Deleted() {
				_ = who.Person.Reacts(m, "pushpin")
			}
		default:
			said = append(said, who.Says(room, fmt.Sprintf("message %d", i)))
		}
		if v.cmd == nil && rng.IntN(2) == 0 {
			v.start()
			if rng.IntN(3) > 0 { // else it may be killed before it has a link
				st.WaitLinks(1)
			}
		}
		time.Sleep(time.Duration(rng.IntN(12)) * time.Millisecond)
	}
	v.kill()
	v.start()
	st.WaitLinks(1)
	t.Logf("%d kills, %d messages, seed %d", kills, len(said), seed)
	err = eventually(func() error { return v.recordIs(said, room.ID()) })
	if err != nil {
		t.Fatal(err)
	}
	// A card that was owed when the bot was killed is looked for before it is
	// posted again, so it may come after the messages; a second one would, too.
	if err := eventually(func() error {
		if cardsIn(room) == 0 {
			return errors.New("there is no card")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	time.Sleep(time.Second)
	if n := cardsIn(room); n != 1 {
		t.Errorf("%d cards:\n%s", n, room.Transcript())
	}
	if n := strings.Count(fmt.Sprint(roomNames(sim)), "inc-1"); n != 1 {
		t.Errorf("%d channels: %v", n, roomNames(sim))
	}
}

// TestSIGTERM is what container platforms send: the bot stops in order.
func TestSIGTERM(t *testing.T) {
	sim, err := slacksim.Start(slacksim.Options{NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	v := newVictim(t, sim)
	v.start()
	defer v.kill()
	if err := sim.WaitLinks(1); err != nil {
		t.Fatal(err)
	}
	if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", v.cmd.Process.Pid)); err == nil {
		_, rss, _ := strings.Cut(string(status), "VmRSS:")
		rss, _, _ = strings.Cut(rss, "\n")
		t.Logf("an idle bot holds %s", strings.TrimSpace(rss))
	}
	if err := v.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err = v.cmd.Wait()
	v.cmd = nil
	if err != nil || !strings.Contains(v.log.String(), `"msg":"stopped"`) {
		t.Fatalf("%v\n%s", err, v.log.String())
	}
}

// TestAWrongTokenEndsWithASentence: what cannot heal ends the process, and says
// what to do.
func TestAWrongTokenEndsWithASentence(t *testing.T) {
	sim, err := slacksim.Start(slacksim.Options{NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	v := newVictim(t, sim, "SLACK_APP_TOKEN=xapp-1-wrong")
	v.start()
	defer v.kill()
	err = v.cmd.Wait()
	v.cmd = nil
	if err == nil || !strings.Contains(v.log.String(), "SLACK_APP_TOKEN") || strings.Contains(v.log.String(), "xapp-1-wrong") {
		t.Fatalf("%v\n%s", err, v.log.String())
	}
}

func roomNames(sim *slacksim.Server) []string {
	var out []string
	for _, r := range sim.Rooms() {
		out = append(out, r.Name())
	}
	return out
}

// cardsIn is how many cards of an incident stand in its channel.
func cardsIn(room *slacksim.Scene) int {
	n := 0
	for _, m := range room.Messages() {
		if strings.Contains(m.Text(), "shows what to type") {
			n++
		}
	}
	return n
}

// recordIs compares the exported record with what Slack has.
func (v *victim) recordIs(said []slacksim.Message, channel string) error {
	out, err := v.run("export", "INC-1", "--format", "json").Output()
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	got := map[string]pages.Entry{}
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var e pages.Entry
		if err := dec.Decode(&e); err != nil {
			return err
		}
		if e.Kind != timeline.KindMessage || e.Channel != channel {
			continue
		}
		if _, twice := got[e.TS]; twice {
			return fmt.Errorf("%s is in the record twice", e.TS)
		}
		got[e.TS] = e
	}
	for _, m := range said {
		e, ok := got[m.TS()]
		switch {
		case m.Deleted() && ok && (e.Text != "" || e.DeletedAt == nil):
			return fmt.Errorf("%s was deleted and stands as %q", m.TS(), e.Text)
		case m.Deleted():
		case !ok:
			return fmt.Errorf("%q is not in the record", m.RawText())
		case e.Text != m.RawText():
			return fmt.Errorf("%q stands as %q", m.RawText(), e.Text)
		case e.Starred != (len(m.Reactions()["pushpin"]) > 0):
			return fmt.Errorf("%q: starred %v, reactions %v", e.Text, e.Starred, m.Reactions())
		}
	}
	return nil
}
