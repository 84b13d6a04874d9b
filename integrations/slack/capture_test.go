package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

func trouble(t *testing.T, err error) *timeline.Trouble {
	t.Helper()
	var tr *timeline.Trouble
	if !errors.As(err, &tr) {
		t.Fatalf("%v is no trouble", err)
	}
	return tr
}

func TestCapture(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, tom, room := h.incident()
	if err := h.Settle(); err != nil {
		t.Fatal(err)
	}
	h.ResetCalls()

	first := ana.Says(room, "Users are <logged> out & angry, ask @tom")
	reply := tom.Replies(first, "Looking")
	tom.Broadcasts(first, "It is session handling")
	ana.Uploads(room, "graph.png", []byte("png"), "the graph")
	tom.Edits(reply, "Looking, give me 5 min")
	gone := ana.Says(room, "my password is hunter2")
	ana.Deletes(gone)
	bot, err := h.Bot("alerts").Says(room, "error rate 40 %")
	if err != nil {
		t.Fatal(err)
	}
	h.wantTexts(
		"Users are &lt;logged&gt; out &amp; angry, ask <@"+tom.ID()+">", "Looking, give me 5 min", "It is session handling",
		"the graph", "(deleted)", "error rate 40 %",
	)
	tom.Reacts(first, "pushpin::skin-tone-3")
	ana.Reacts(bot, "bulb")
	ana.Reacts(reply, "ballot_box_with_check")
	ana.Reacts(reply, "eyes")
	h.eventually("marks", func() bool {
		in := h.state()
		en, _ := in.MessageEntry(room.ID(), first.TS())
		return en.Starred() && len(in.Lessons) == 1 && len(in.FollowUps) == 1
	})
	in := h.state()
	en, _ := in.MessageEntry(room.ID(), reply.TS())
	if m := en.Message; m.ThreadTS != first.TS() || len(m.Versions) != 1 || m.Versions[0].Text != "Looking" || m.EditedAt.IsZero() {
		t.Errorf("the reply is %+v", m)
	}
	if want := h.URL() + "archives/" + room.ID() + "/p" + strings.ReplaceAll(reply.TS(), ".", "") + "?thread_ts=" + first.TS() + "&cid=" + room.ID(); en.Source.Link != want {
		t.Errorf("its link is %s, want %s", en.Source.Link, want)
	}
	for _, c := range h.Calls() {
		if c.Method != "apps.connections.open" {
			t.Errorf("capturing called %s", c.Method)
		}
	}
	tom.Unreacts(first, "pushpin::skin-tone-3")
	h.eventually("the star to go", func() bool {
		en, _ := h.state().MessageEntry(room.ID(), first.TS())
		return !en.Starred()
	})
}

func TestOwnPostsAreNotRecorded(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, _, room := h.incident()
	ctx := context.Background()
	p, err := h.client.Post(ctx, room.ID(), "", "INC-1/card", *words("the card"))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.client.EditPost(ctx, p.Channel, p.TS, "INC-1/card", *words("the card, newer")); err != nil {
		t.Fatal(err)
	}
	ana.Replies(room.Message("the card"), "a person's reply")
	ana.Reacts(room.Message("the card"), "pushpin")
	h.wantTexts("a person's reply")
}

func TestAcknowledgedOnlyAfterTheCommit(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, _, room := h.incident()
	if err := h.Settle(); err != nil {
		t.Fatal(err)
	}
	before := len(h.Acks())
	h.mem.FailCommits(2)
	ana.Says(room, "said while the disk was full")
	h.wantTexts("said while the disk was full")
	var attempts []int
	for _, a := range h.Acks()[before:] {
		if a.Event == "message" {
			attempts = append(attempts, a.Attempt)
		}
	}
	if !slices.Equal(attempts, []int{2}) {
		t.Errorf("acknowledged at attempts %v, want only the third delivery", attempts)
	}
}

func TestDeliveriesTwiceAndOutOfOrder(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, tom, room := h.incident()
	if err := h.Settle(); err != nil {
		t.Fatal(err)
	}
	h.SwallowAcks(2)
	h.DuplicateEvents(1)
	ana.Says(room, "twice")
	h.wantTexts("twice")

	h.ReorderEvents(2) // the edit comes before the message
	m := ana.Says(room, "v2.3 is fine")
	ana.Edits(m, "v2.4 is fine")
	h.wantTexts("twice", "v2.4 is fine")
	en, _ := h.state().MessageEntry(room.ID(), m.TS())
	if len(en.Message.Versions) != 1 || en.Message.Versions[0].Text != "v2.3 is fine" {
		t.Errorf("versions %+v", en.Message.Versions)
	}

	h.ReorderEvents(2) // the deletion comes before the message
	m = ana.Says(room, "secret")
	ana.Deletes(m)
	h.wantTexts("twice", "v2.4 is fine", "(deleted)")

	h.DropEvents(1) // the reaction's message never came
	m = tom.Says(room, "unheard")
	ana.Reacts(m, "pushpin")
	h.wantTexts("twice", "v2.4 is fine", "(deleted)", "unheard")
	h.eventually("the star", func() bool {
		en, ok := h.state().MessageEntry(room.ID(), m.TS())
		return ok && en.Starred()
	})
}

func TestUnknownEnvelopesAreAcknowledged(t *testing.T) {
	o := quick()
	h := newHouse(t, o).connect()
	_, _, room := h.incident()
	h.SendEvent(map[string]any{"type": "quantum_entangled", "x": 1})
	// A block that no SDK knows, and a field of the wrong type.
	h.SendEvent(map[string]any{
		"type": "message", "channel": room.ID(), "channel_type": "channel", "user": h.Person("ana").ID(), "text": "odd blocks",
		"ts": "1795184700.000100", "event_ts": "1795184700.000100", "blocks": []any{map[string]any{"type": "section", "text": 17, "fields": "x"}}, "files": "none",
	})
	for _, raw := range []string{`{"type":"telepathy","envelope_id":"e-1","payload":{}}`, `{"type":"events_api","envelope_id":"e-2","payload":"?"}`, `{"type":"odd"}`, `[1]`} {
		if err := h.SendRaw(raw); err != nil {
			t.Fatal(err)
		}
	}
	h.wantTexts("odd blocks")
	h.eventually("the odd ones", func() bool {
		return h.meter.of("backout_slack_envelopes_total other unknown") == 1 && h.meter.of("backout_slack_envelopes_total other unreadable") == 2
	})
	if n := h.Lost(); n > 0 {
		t.Errorf("%d events were lost", n)
	}
}

func TestChannelsThatCannotBeReadAnyMore(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, _, room := h.incident()
	ana.Kicks(room, h.BotUserID())
	h.eventually("a gap", func() bool { return len(h.state().Gaps) == 1 })
	if g := h.state().Gaps[0]; !strings.Contains(g.Reason, "removed") {
		t.Errorf("the gap says %q", g.Reason)
	}
	ana.Says(room, "said while Backout was out")
	ana.Invites(room, h.BotUserID())
	h.eventually("a call to sweep", func() bool { return h.cameInto(room.ID()) })
	if err := h.history.Sweep(context.Background(), room.ID()); err != nil {
		t.Fatal(err)
	}
	h.wantTexts("said while Backout was out")
	if gaps := h.state().Gaps; len(gaps) != 0 {
		t.Errorf("the gap is still there: %v", gaps)
	}
	ana.Archives(room)
	h.eventually("another gap", func() bool {
		return slices.ContainsFunc(h.state().Gaps, func(g timeline.Gap) bool { return strings.Contains(g.Reason, "archived") })
	})
}

func TestSlackWithheldEvents(t *testing.T) {
	h := newHouse(t, quick()).connect()
	h.eventually("the first call", func() bool { return len(h.broken()) == 1 })
	since, _ := h.sockets.UnbrokenSince()
	h.RateLimitEvents()
	h.eventually("a call to sweep", func() bool { return len(h.broken()) == 2 })
	if now, ok := h.sockets.UnbrokenSince(); !ok || !now.After(since) {
		t.Errorf("unbroken since %v, as before", now)
	}
}

func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, _, room := h.incident()
	if err := h.Settle(); err != nil {
		t.Fatal(err)
	}
	entered, release := h.mem.BlockCommits()
	before := len(h.Acks())
	ana.Says(room, "in the last moment")
	<-entered
	stopped := make(chan struct{})
	go func() { defer close(stopped); h.stop() }()
	time.Sleep(50 * time.Millisecond)
	release()
	<-stopped
	if err := <-h.ended; err != nil {
		t.Errorf("Run says %v", err)
	}
	h.wantTexts("in the last moment")
	if n := len(h.Acks()) - before; n != 1 {
		t.Errorf("%d acknowledgements after Stop, want 1", n)
	}
}

func TestStrangers(t *testing.T) {
	h := newHouse(t, quick()).connect()
	h.incident()
	eve := h.Person("eve", slacksim.Guest())
	room := h.Room("inc-1-logins-fail")
	eve.Joins(room)
	h.desk.answers(func(_ context.Context, r Request) Reply {
		return Reply{Message: words(fmt.Sprint("external: ", r.External))}
	})
	eve.Types(room, "/incident help").Sees("external: true")
	eve.Says(room, "a guest's words") // known by now
	h.wantTexts("a guest's words")
	for _, e := range h.state().Timeline() {
		if e.Text == "a guest's words" && !e.Message.External {
			t.Error("the guest is not marked")
		}
	}
}
