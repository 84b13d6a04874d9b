package timeline_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/logtest"
)

func TestPanicInARule(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	n := d.declared("Checkout fails")
	bad := timeline.Change{Key: "bad:1", Decide: func(tx *timeline.Tx) error {
		tx.Add(n, ana, time.Time{}, timeline.Source{}, timeline.Note{Text: "half done"})
		panic("the rule has a mistake")
	}}
	got := d.group(nil, timeline.Hear(words(channelOf(n), 1, "before")), bad, timeline.Hear(words(channelOf(n), 2, "after")))
	if got[0].err != nil || got[2].err != nil {
		t.Errorf("the others suffer: %v, %v", got[0].err, got[2].err)
	}
	if got[1].err == nil || !strings.Contains(got[1].err.Error(), "the rule has a mistake") {
		t.Errorf("the bad one: %v", got[1].err)
	}
	if entries := len(d.incident(n).Timeline()); entries != 4 {
		t.Errorf("%d entries", entries)
	}
	same(t, d.Recorder, d.mem, d.now)
}

func TestRefusalLeavesNoTrace(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	n := d.declared("Checkout fails")
	before, commits := d.incident(n).NextN(), d.mem.Commits()
	refused := timeline.Change{Key: "no:1", Decide: func(tx *timeline.Tx) error {
		tx.Add(n, ana, time.Time{}, timeline.Source{}, timeline.Note{Text: "x"})
		tx.Owe(timeline.Effect{Kind: timeline.OweTopic, Incident: n})
		return timeline.Refuse(timeline.Conflict, "No.", "")
	}}
	if _, err := d.Record(t.Context(), refused); err == nil || errors.Is(err, timeline.ErrStore) {
		t.Errorf("%v", err)
	}
	if d.incident(n).NextN() != before || d.mem.Commits() != commits {
		t.Error("a refused change left something")
	}
}

// stored searches every event, summary and effect for a text.
func (d *clerk) stored(text string) bool {
	d.t.Helper()
	ctx := context.Background()
	found := false
	for _, s := range d.Summaries() {
		recs, err := d.mem.Events(ctx, s.Number, 1, 100000)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, r := range recs {
			found = found || bytes.Contains(r.Data, []byte(text))
		}
	}
	b, err := d.mem.Boot(ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, r := range append(b.Summaries, b.Effects...) {
		found = found || bytes.Contains(r.Data, []byte(text))
	}
	return found
}

func edit(channel string, i int, text string) timeline.Change {
	s := words(channel, i, text)
	s.Version = timeline.SlackTS(start().Add(10 * time.Minute))
	return timeline.Hear(s)
}

func TestErasureLater(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	n := d.declared("Checkout fails")
	c := channelOf(n)
	d.must(timeline.Hear(words(c, 1, "the secret is hunter2")))
	d.must(timeline.React("ui:1", ana, timeline.MeansFollowUp, c, tsOf(1), true))
	d.must(edit(c, 1, "the secret is hunter2!"))
	if !d.stored("hunter2") {
		t.Fatal("the text was never stored")
	}
	d.must(gone(c, 1))
	if d.stored("hunter2") {
		t.Error("the deleted text is still stored")
	}
	same(t, d.Recorder, d.mem, d.now)
	if out := d.must(timeline.Hear(words(c, 1, "the secret is hunter2"))); !out.Repeated {
		t.Errorf("a message after its deletion: %+v", out)
	}
	if d.stored("hunter2") {
		t.Error("the deleted text came back")
	}
}

func TestErasureInTheSameCommit(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	n := d.declared("Checkout fails")
	c := channelOf(n)
	d.must(timeline.Hear(words(c, 1, "the secret is hunter2")))
	got := d.group(nil,
		edit(c, 1, "hunter2, as I said"), timeline.Hear(words(c, 2, "hunter2 again")), gone(c, 1), gone(c, 2),
		timeline.Hear(words(c, 3, "harmless")))
	for i, a := range got {
		if a.err != nil {
			t.Errorf("%d: %v", i, a.err)
		}
	}
	if d.stored("hunter2") {
		t.Error("the deleted text is stored")
	}
	if d.stored("harmless") == false {
		t.Error("another text is gone")
	}
	same(t, d.Recorder, d.mem, d.now)
}

func TestFailedErasureIsRepeated(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	n := d.declared("Checkout fails")
	c := channelOf(n)
	d.must(timeline.Hear(words(c, 1, "hunter2")))
	d.mem.FailCommits(1)
	if _, err := d.Record(t.Context(), gone(c, 1)); !errors.Is(err, timeline.ErrStore) {
		t.Fatal(err)
	}
	d.mem.FailReads(1)
	if _, err := d.Record(t.Context(), gone(c, 1)); !errors.Is(err, timeline.ErrStore) {
		t.Fatal(err)
	}
	same(t, d.Recorder, d.mem, d.now)
	d.must(gone(c, 1))
	if d.stored("hunter2") {
		t.Error("the deleted text is still stored")
	}
	same(t, d.Recorder, d.mem, d.now)
}

// TestEvictedIncidents closes more incidents than memory keeps and goes on in the
// ones it forgot: their numbers must continue where the store has them.
func TestEvictedIncidents(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	const incidents = 8
	for i := range incidents {
		n := d.declared(fmt.Sprint("Outage ", i))
		for m := range 5 {
			d.must(timeline.Hear(words(channelOf(n), m, "words")))
		}
		d.must(timeline.Resolve(fmt.Sprint("slash:r", i), ana, n, "over"))
	}
	for n := 1; n <= incidents; n++ {
		want := d.incident(n).NextN()
		out := d.must(timeline.Hear(words(channelOf(n), 100, "late words")))
		if len(out.Events) != 1 || out.Events[0].N != want {
			t.Errorf("%s: %+v, want number %d", timeline.ID(n), out.Events, want)
		}
	}
	same(t, d.Recorder, d.mem, d.now)
	d.mem.FailReads(1) // the newest were read first, so they are forgotten
	if _, err := d.Record(t.Context(), timeline.Hear(words(channelOf(8), 101, "x"))); !errors.Is(err, timeline.ErrStore) {
		t.Errorf("an incident that cannot be read: %v", err)
	}
	d.mem.FailReads(1)
	if _, err := d.Record(t.Context(), timeline.AddNote("slash:n", ana, 7, "x", time.Time{})); !errors.Is(err, timeline.ErrStore) {
		t.Errorf("an incident that cannot be read: %v", err)
	}
	d.must(timeline.Hear(words(channelOf(8), 101, "x")))
	same(t, d.Recorder, d.mem, d.now)
}

func TestEvictedAfterFailedCommit(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	for i := range 5 {
		n := d.declared(fmt.Sprint("Outage ", i))
		d.mem.FailCommits(1)
		if _, err := d.Record(t.Context(), timeline.Resolve(fmt.Sprint("slash:r", i), ana, n, "")); !errors.Is(err, timeline.ErrStore) {
			t.Fatal(err)
		}
		d.must(timeline.Hear(words(channelOf(n), 1, "words")))
		d.must(timeline.Resolve(fmt.Sprint("slash:r", i), ana, n, ""))
		same(t, d.Recorder, d.mem, d.now)
	}
}

func TestCloseWhileRecording(t *testing.T) {
	t.Parallel()
	mem := logtest.Memory()
	r := openRecorder(t, mem, start)
	d := &clerk{Recorder: r, t: t, mem: mem, now: start}
	n := d.declared("Checkout fails")
	var mu sync.Mutex
	acknowledged := 0
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 1000000 {
				_, err := r.Record(context.Background(), timeline.Hear(words(channelOf(n), w*1000000+i, "x")))
				if errors.Is(err, timeline.ErrStopped) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acknowledged++
				mu.Unlock()
			}
		})
	}
	time.Sleep(20 * time.Millisecond)
	for range 3 {
		wg.Go(r.Close)
	}
	wg.Wait()
	recs, err := mem.Events(t.Context(), n, 1, 10000000)
	if err != nil || len(recs) != acknowledged+2 {
		t.Errorf("%d events for %d acknowledged messages, %v", len(recs), acknowledged, err)
	}
}

func TestContextOfASender(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	n := d.declared("Checkout fails")
	entered, release := d.mem.BlockCommits()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-entered
		cancel()
	}()
	if _, err := d.Record(ctx, timeline.Hear(words(channelOf(n), 1, "x"))); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	release()
	if out := d.must(timeline.Hear(words(channelOf(n), 1, "x"))); !out.Repeated || len(out.Events) != 1 {
		t.Errorf("the change went on without its sender: %+v", out)
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	d := newClerk(t)
	changed, stop := d.Watch()
	n := d.declared("Checkout fails")
	<-changed
	select {
	case <-changed: // the second commit may have its own receipt
	default:
	}
	d.mem.FailCommits(1)
	if _, err := d.Record(t.Context(), timeline.Hear(words(channelOf(n), 1, "x"))); err == nil {
		t.Fatal("no error")
	}
	select {
	case <-changed:
		t.Error("a failed commit woke a subscriber")
	default:
	}
	stop()
	stop()
	d.must(timeline.Hear(words(channelOf(n), 1, "x")))
	select {
	case <-changed:
		t.Error("woken after stop")
	default:
	}
}
