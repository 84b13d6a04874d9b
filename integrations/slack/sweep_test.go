package slack

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

func TestSweepAfterDowntime(t *testing.T) {
	o := quick()
	o.MaxPage = 7
	h := newHouse(t, o).connect()
	ctx := context.Background()
	ana, tom, room := h.incident()
	parent := ana.Says(room, "parent")
	reply := tom.Replies(parent, "reply")
	edited := ana.Says(room, "v1")
	deleted := ana.Says(room, "to be deleted")
	tombed := ana.Says(room, "parent to be deleted")
	tom.Replies(tombed, "its reply")
	starred := ana.Says(room, "starred")
	tom.Reacts(starred, "pushpin")
	delReply := tom.Replies(parent, "reply to be deleted")
	h.wantTexts("parent", "reply", "v1", "to be deleted", "parent to be deleted", "its reply", "starred", "reply to be deleted")
	h.eventually("the star", func() bool { en, _ := h.state().MessageEntry(room.ID(), starred.TS()); return en.Starred() })
	h.stop()

	// Nobody listens, and what happens is lost for good.
	h.DropEvents(1000)
	tom.Says(room, "while down")
	tom.Replies(parent, "reply to an old parent")
	ana.Edits(edited, "v2")
	tom.Edits(reply, "reply, edited")
	ana.Deletes(deleted)
	ana.Deletes(tombed)
	tom.Deletes(delReply)
	tom.Unreacts(starred, "pushpin")
	ana.Reacts(parent, "pushpin")
	ana.Reacts(reply, "bulb")
	ana.Reacts(edited, "ballot_box_with_check")
	for range 10 {
		tom.Says(room, "more")
	}
	ana.Uploads(room, "log.txt", []byte("x"), "the log")
	if _, err := h.client.Post(ctx, room.ID(), "", "k", *words("our own")); err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	if err := h.history.SweepAll(ctx, []string{room.ID()}); err != nil {
		t.Fatal(err)
	}
	want := []string{"parent", "reply, edited", "v2", "(deleted)", "(deleted)", "its reply", "starred", "(deleted)", "while down", "reply to an old parent"}
	want = append(want, slices.Repeat([]string{"more"}, 10)...)
	want = append(want, "the log")
	if got := h.texts(); !slices.Equal(got, want) {
		t.Errorf("the record has\n%q, want\n%q", got, want)
	}
	in := h.state()
	if en, _ := in.MessageEntry(room.ID(), starred.TS()); en.Starred() {
		t.Error("the star that was taken back is still there")
	}
	if en, _ := in.MessageEntry(room.ID(), parent.TS()); !slices.Equal(en.StarredBy, []string{ana.ID()}) {
		t.Errorf("the parent is starred by %v", en.StarredBy)
	}
	if len(in.Lessons) != 1 || len(in.FollowUps) != 1 || len(in.Gaps) != 0 || in.CompleteTo.Before(before.Add(-time.Second)) || in.CompleteTo.After(time.Now()) {
		t.Errorf("lessons %v, follow-ups %v, complete to %v", in.Lessons, in.FollowUps, in.CompleteTo)
	}
	// A second reading finds nothing new, and does not read unchanged threads again.
	commits, calls := in.NextN(), len(h.CallsTo("conversations.replies"))
	if err := h.history.Sweep(ctx, room.ID()); err != nil {
		t.Fatal(err)
	}
	if n := h.state().NextN(); n != commits+1 {
		t.Errorf("the second reading made %d events, want only that it was read", n-commits)
	}
	if n := len(h.CallsTo("conversations.replies")); n != calls {
		t.Errorf("unchanged threads were read again: %d calls", n-calls)
	}
}

// TestSweepReadsThreadsWeBegan: people answer under our own card, which is not in
// the record itself.
func TestSweepReadsThreadsWeBegan(t *testing.T) {
	h := newHouse(t, quick())
	ctx := context.Background()
	ana, _, room := h.incident()
	if _, err := h.client.Post(ctx, room.ID(), "", "k", *words("our card")); err != nil {
		t.Fatal(err)
	}
	kept := ana.Replies(room.Message("our card"), "under the card")
	gone := ana.Replies(room.Message("our card"), "and gone again")
	h.Fail(slacksim.Fault{Method: "conversations.replies", Status: 500, Skip: 1})
	if err := h.history.Sweep(ctx, room.ID()); err != nil {
		t.Fatal(err)
	}
	ana.Deletes(gone)
	ana.Reacts(kept, "pushpin")
	if err := h.history.SweepAll(ctx, []string{room.ID()}); err != nil {
		t.Fatal(err)
	}
	h.wantTexts("under the card", "(deleted)")
	if en, _ := h.state().MessageEntry(room.ID(), kept.TS()); !en.Starred() {
		t.Error("the reply is not starred")
	}
}

func TestSweepOfANewChannelIsOneCall(t *testing.T) {
	h := newHouse(t, quick())
	_, _, room := h.incident()
	h.ResetCalls()
	if err := h.history.Sweep(context.Background(), room.ID()); err != nil {
		t.Fatal(err)
	}
	if calls := h.Calls(); len(calls) != 1 || calls[0].Method != "conversations.history" {
		t.Errorf("calls %+v", calls)
	}
	if h.state().CompleteTo.IsZero() {
		t.Error("the record does not say that it is complete")
	}
}

func TestSweepKeepsStarsOfShortcuts(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, _, room := h.incident()
	m := ana.Says(room, "important")
	h.wantTexts("important")
	h.must(reactByShortcut(ana.ID(), room.ID(), m.TS()))
	if err := h.history.SweepAll(context.Background(), []string{room.ID()}); err != nil {
		t.Fatal(err)
	}
	if en, _ := h.state().MessageEntry(room.ID(), m.TS()); !en.Starred() {
		t.Error("a star without a reaction was taken back")
	}
}

// TestSweepTakesBackWhatReactionsMade: lessons and follow-ups go with their reaction
// and come again with it, whoever listened.
func TestSweepTakesBackWhatReactionsMade(t *testing.T) {
	h := newHouse(t, quick())
	ctx := context.Background()
	ana, _, room := h.incident()
	m := ana.Says(room, "test with many users")
	for _, step := range []struct {
		does func(slacksim.Message, string)
		want int
	}{{ana.Reacts, 1}, {ana.Unreacts, 0}, {ana.Reacts, 1}} {
		step.does(m, "bulb")
		step.does(m, "ballot_box_with_check")
		if err := h.history.SweepAll(ctx, []string{room.ID()}); err != nil {
			t.Fatal(err)
		}
		followUps := 0
		for _, f := range h.state().FollowUps {
			if f.State == timeline.FollowUpOpen {
				followUps++
			}
		}
		if n := len(h.state().Lessons); n != step.want || followUps != step.want {
			t.Fatalf("%d lessons and %d follow-ups, want %d of each", n, followUps, step.want)
		}
	}
}

func TestSweepThatCannotHeal(t *testing.T) {
	h := newHouse(t, quick())
	ana, _, room := h.incident()
	ana.Kicks(room, h.BotUserID())
	err := h.history.SweepAll(context.Background(), []string{room.ID()})
	if err == nil || !strings.Contains(err.Error(), "/invite") {
		t.Errorf("it says %v", err)
	}
	if gaps := h.state().Gaps; len(gaps) != 1 || !strings.Contains(gaps[0].Reason, "/invite") {
		t.Errorf("gaps %+v", gaps)
	}
	if err := h.history.Sweep(context.Background(), "C0ELSEWHERE"); err != nil {
		t.Errorf("a channel of no incident: %v", err)
	}
}

func TestSweepWaitsTroubleOut(t *testing.T) {
	h := newHouse(t, quick())
	ana, _, room := h.incident()
	ana.Says(room, "said")
	h.Fail(slacksim.Fault{Method: "conversations.history", Status: 500})
	h.Fail(slacksim.Fault{Method: "conversations.history", Status: 429, RetryAfter: time.Second})
	if err := h.history.SweepAll(context.Background(), []string{room.ID()}); err != nil {
		t.Fatal(err)
	}
	h.wantTexts("said")
}

// TestSweepsAreShared: many who want the same channel read cost two readings.
func TestSweepsAreShared(t *testing.T) {
	o := quick()
	o.Latency = 50 * time.Millisecond
	h := newHouse(t, o)
	_, _, room := h.incident()
	h.ResetCalls()
	done := make(chan error, 10)
	for range 10 {
		go func() { done <- h.history.Sweep(context.Background(), room.ID()) }()
	}
	for range 10 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := len(h.CallsTo("conversations.history")); n > 3 {
		t.Errorf("%d readings", n)
	}
}

func reactByShortcut(who, channel, ts string) timeline.Change {
	return timeline.React("ui:1", who, timeline.MeansStar, channel, ts, true)
}
