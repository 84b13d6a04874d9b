package timeline_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"backout/timeline"
)

// answer is what Record returned.
type answer struct {
	out timeline.Outcome
	err error
}

// group records changes so that they share one commit: it holds up a commit of
// its own, lets the changes queue in the order given, and lets go.
func (d *clerk) group(before func(), changes ...timeline.Change) []answer {
	d.t.Helper()
	entered, release := d.mem.BlockCommits()
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = d.Record(context.Background(), filler()) })
	<-entered
	commits := d.mem.Commits()
	answers := make([]answer, len(changes))
	for i, c := range changes {
		wg.Go(func() {
			out, err := d.Record(context.Background(), c)
			answers[i] = answer{out, err}
		})
		time.Sleep(5 * time.Millisecond) // senders queue in the order they come
	}
	// The gate stays closed for the next commit, which is the group's own.
	next, releaseNext := d.mem.BlockCommits()
	release()
	<-next
	if before != nil {
		before()
	}
	releaseNext()
	wg.Wait()
	if got := d.mem.Commits() - commits; got > 2 {
		d.t.Fatalf("the group took %d commits", got-1)
	}
	return answers
}

// filler is a change that stores something and concerns nobody.
func filler() timeline.Change {
	return timeline.Change{Decide: func(tx *timeline.Tx) error {
		tx.Put(timeline.Effect{Key: "filler", Kind: timeline.OweNews})
		return nil
	}}
}

func TestSameKeyTwice(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	n := d.declared("Checkout fails")
	first := d.must(timeline.Hear(words(channelOf(n), 1, "hello")))
	commits := d.mem.Commits()
	for range 3 {
		again := d.must(timeline.Hear(words(channelOf(n), 1, "hello, but changed on the way")))
		if !again.Repeated || first.Repeated {
			t.Errorf("repeated: %v, then %v", first.Repeated, again.Repeated)
		}
		if diff := cmp.Diff(first.Events, again.Events); diff != "" {
			t.Errorf("the first answer (-) and the second (+):\n%s", diff)
		}
	}
	if d.mem.Commits() != commits {
		t.Error("a repeated delivery was stored")
	}
	again := d.must(timeline.Declare("slash:Checkout fails", ana, timeline.Declaration{Title: "Checkout fails"}))
	if !again.Repeated || again.Incident() != n || len(again.Events) != 1 {
		t.Errorf("the repeated declaration: %+v", again)
	}
	same(t, d.Recorder, d.mem, d.now)
}

func TestSameKeyTwiceInOneCommit(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	n := d.declared("Checkout fails")
	c := timeline.Hear(words(channelOf(n), 1, "hello"))
	got := d.group(nil, c, timeline.Hear(words(channelOf(n), 2, "else")), c)
	for i, a := range got {
		if a.err != nil || len(a.out.Events) != 1 {
			t.Fatalf("%d: %+v", i, a)
		}
	}
	if got[0].out.Repeated || !got[2].out.Repeated {
		t.Errorf("repeated: %v and %v", got[0].out.Repeated, got[2].out.Repeated)
	}
	if diff := cmp.Diff(got[0].out.Events, got[2].out.Events); diff != "" {
		t.Errorf("the first answer (-) and the second (+):\n%s", diff)
	}
	same(t, d.Recorder, d.mem, d.now)
}

func TestConcurrentDeliveriesShareCommits(t *testing.T) {
	t.Parallel()
	const deliveries = 100
	d := newClerk(t)
	n := d.declared("Checkout fails")
	before := d.mem.Commits()
	entered, release := d.mem.BlockCommits()
	var wg sync.WaitGroup
	for i := range deliveries {
		wg.Go(func() {
			out, err := d.Record(context.Background(), timeline.Hear(words(channelOf(n), i, fmt.Sprint("message ", i))))
			if err != nil || len(out.Events) != 1 {
				t.Errorf("%d: %+v, %v", i, out, err)
			}
		})
	}
	<-entered
	time.Sleep(50 * time.Millisecond) // all others come meanwhile
	release()
	wg.Wait()
	if got := d.mem.Commits() - before; got > 10 {
		t.Errorf("%d deliveries took %d commits", deliveries, got)
	}
	if got := len(d.incident(n).Timeline()); got != deliveries+2 {
		t.Errorf("%d entries", got)
	}
	same(t, d.Recorder, d.mem, d.now)
}

func TestFailedCommitLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	n := d.declared("Checkout fails")
	d.must(timeline.Hear(words(channelOf(n), 1, "one")))
	changes := map[string]timeline.Change{
		"message":     timeline.Hear(words(channelOf(n), 2, "two")),
		"declaration": timeline.Declare("slash:2", ana, timeline.Declaration{Title: "Search is slow"}),
		"adoption":    timeline.Adopt("slash:3", ana, timeline.Adoption{Channel: "CADOPT", Name: "outage-of-mail"}),
		"resolution":  timeline.Resolve("slash:4", ana, n, "over"),
		"title":       timeline.SetTitle("slash:5", ana, n, "Checkout fails for everyone"),
		"settling":    timeline.Carried(timeline.Effect{Key: timeline.ID(n) + "/card", Kind: timeline.OweCard, Incident: n}, timeline.Posted{What: "card"}),
		"deletion":    gone(channelOf(n), 1),
	}
	for name, c := range changes {
		d.mem.FailCommits(1)
		_, err := d.Record(context.Background(), c)
		var refusal *timeline.Refusal
		if !errors.Is(err, timeline.ErrStore) || !errors.As(err, &refusal) || refusal.Kind != timeline.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
		same(t, d.Recorder, d.mem, d.now)
	}
	if _, ok := d.InChannel("CADOPT"); ok || len(d.Summaries()) != 1 {
		t.Error("an incident that was never stored is known")
	}
	for _, name := range []string{"message", "declaration", "adoption", "title", "settling", "deletion", "resolution"} {
		if out := d.must(changes[name]); out.Repeated {
			t.Errorf("%s counts as repeated although it was never stored", name)
		}
		same(t, d.Recorder, d.mem, d.now)
	}
	if got := len(d.Summaries()); got != 3 {
		t.Errorf("%d incidents", got)
	}
}

// TestRefusalAfterFailedCommit: a refusal that rests on an earlier change of the
// same group must not be told when that change was not stored.
func TestRefusalAfterFailedCommit(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	twice := func(key string) timeline.Change {
		return timeline.Declare(key, ana, timeline.Declaration{Title: "Checkout fails"})
	}
	got := d.group(func() { d.mem.FailCommits(1) }, twice("slash:1"), twice("slash:2"))
	for i, a := range got {
		if !errors.Is(a.err, timeline.ErrStore) {
			t.Errorf("%d: %v, want that nothing was stored", i, a.err)
		}
	}
	same(t, d.Recorder, d.mem, d.now)
	got = d.group(nil, twice("slash:1"), twice("slash:2"))
	var refusal *timeline.Refusal
	if got[0].err != nil || !errors.As(got[1].err, &refusal) || refusal.Kind != timeline.Conflict {
		t.Errorf("%v and %v", got[0].err, got[1].err)
	}
}

func TestDeclareAndUseInOneCommit(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	got := d.group(nil,
		timeline.Declare("slash:1", ana, timeline.Declaration{Title: "One"}), channelOpened(1, "C1"),
		timeline.Hear(words("C1", 1, "first words")), timeline.Declare("slash:2", ana, timeline.Declaration{Title: "Two"}),
		timeline.Resolve("slash:3", ana, 1, ""), timeline.Reopen("slash:4", ana, 1, "not yet"))
	for i, a := range got {
		if a.err != nil {
			t.Errorf("%d: %v", i, a.err)
		}
	}
	same(t, d.Recorder, d.mem, d.now)
}

func TestFailedLookup(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	n := d.declared("Checkout fails")
	d.mem.FailLookups(1)
	c := timeline.Hear(words(channelOf(n), 1, "hello"))
	if _, err := d.Record(t.Context(), c); !errors.Is(err, timeline.ErrStore) {
		t.Errorf("%v", err)
	}
	if out := d.must(c); out.Repeated {
		t.Error("the delivery counts as repeated although it was never stored")
	}
	same(t, d.Recorder, d.mem, d.now)
}
