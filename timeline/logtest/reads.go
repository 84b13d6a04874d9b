package logtest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"backout/timeline"
)

func eventsInOrder(t *testing.T, s *subject) {
	// Written out of order, over byte and word bounds, with gaps.
	ns := []int{300, 2, 256, 1, 65536, 255, 70000, 65535, 10, 9}
	for _, n := range ns {
		s.commit(timeline.Batch{Events: []timeline.Record{record(1, n, "x")}})
	}
	last := 0
	for _, r := range s.events(1) {
		if r.N <= last {
			t.Errorf("%d comes after %d", r.N, last)
		}
		last = r.N
	}
	if got := len(s.events(1)); got != len(ns) {
		t.Errorf("%d events, want %d", got, len(ns))
	}
}

func eventsPaged(t *testing.T, s *subject) {
	var b timeline.Batch
	for n := 1; n <= 10; n++ {
		if n != 5 { // numbers need not be gapless
			b.Events = append(b.Events, record(3, n, fmt.Sprint(n)))
		}
	}
	s.commit(b)
	for _, c := range []struct {
		from, limit int
		first, num  int
	}{
		{1, 100, 1, 9}, {1, 9, 1, 9}, {1, 4, 1, 4}, {4, 2, 4, 2}, {5, 2, 6, 2},
		{10, 5, 10, 1}, {11, 5, 0, 0}, {1, 1, 1, 1}, {0, 2, 1, 2}, {-3, 2, 1, 2}, {1, 0, 0, 0}, {1, -1, 0, 0},
	} {
		recs, err := s.Events(s.Context(), 3, c.from, c.limit)
		s.must(err)
		if len(recs) != c.num || (c.num > 0 && recs[0].N != c.first) {
			t.Errorf("from %d, limit %d: %s", c.from, c.limit, texts(recs))
		}
	}
}

func eventsOfOne(t *testing.T, s *subject) {
	for incident := range 300 {
		s.commit(timeline.Batch{Events: []timeline.Record{record(incident+1, 1, "a"), record(incident+1, 2, "b")}})
	}
	for _, incident := range []int{1, 255, 256, 257, 300} {
		recs, err := s.Events(s.Context(), incident, 1, 100)
		s.must(err)
		if want := fmt.Sprintf("%d/1=a %d/2=b ", incident, incident); texts(recs) != want {
			t.Errorf("events of %d: %s", incident, texts(recs))
		}
	}
	recs, err := s.Events(s.Context(), 301, 1, 100)
	s.must(err)
	if len(recs) != 0 {
		t.Errorf("an unknown incident has events: %s", texts(recs))
	}
}

func resultsAreCallers(t *testing.T, s *subject) {
	s.commit(timeline.Batch{
		Events: []timeline.Record{record(1, 1, "event")}, Effects: []timeline.Row{row("e", "effect")},
		Summaries: []timeline.Row{row("INC-1", "summary")},
	})
	recs, err := s.Events(s.Context(), 1, 1, 10)
	s.must(err)
	b, err := s.Boot(s.Context())
	s.must(err)
	for _, data := range [][]byte{recs[0].Data, b.Effects[0].Data, b.Summaries[0].Data} {
		data[0] = 'X'
	}
	sums, effs := s.boot()
	if texts(s.events(1)) != "1/1=event " || sums["INC-1"] != "summary" || effs["e"] != "effect" {
		t.Error("the store changed with what it had handed out")
	}
}

func keysForEver(t *testing.T, s *subject) {
	const many = 2000
	var b timeline.Batch
	for i := range many {
		b.Keys = append(b.Keys, keyRow(fmt.Sprintf("msg:C1:%d.000000", i), 1, i+1, 1))
		b.Events = append(b.Events, record(1, i+1, "x"))
	}
	s.commit(b)
	s.commit(timeline.Batch{Erased: []timeline.Record{record(1, 1, "")}, Summaries: []timeline.Row{row("INC-1", "closed")}})
	s.reopen()
	for _, i := range []int{0, 1, many / 2, many - 1} {
		if at, ok := s.lookup(fmt.Sprintf("msg:C1:%d.000000", i)); !ok || at != (timeline.Position{Incident: 1, N: i + 1, Count: 1}) {
			t.Errorf("key %d leads to %v, %v", i, at, ok)
		}
	}
}

func oddKeys(t *testing.T, s *subject) {
	keys := []string{"a", "a:", "A", "ä", "a b", "a\nb", "'; drop table keys --", "%", "_", "日本"}
	for i, k := range keys {
		s.commit(timeline.Batch{Keys: []timeline.KeyRow{keyRow(k, 1, i+1, 1)}, Effects: []timeline.Row{row(k, k)}})
	}
	_, effs := s.boot()
	for i, k := range keys {
		if at, ok := s.lookup(k); !ok || at.N != i+1 || effs[k] != k {
			t.Errorf("%q leads to %v, %v, effect %q", k, at, ok, effs[k])
		}
	}
	if _, ok := s.lookup(""); ok {
		t.Error("the empty key is found")
	}
}

// bootHasNoEvents tests the structure and not the clock: what Boot returns does
// not grow with the events, nor with what was owed once.
func bootHasNoEvents(t *testing.T, s *subject) {
	size := func() int {
		b, err := s.Boot(s.Context())
		s.must(err)
		n := 0
		for _, r := range append(b.Summaries, b.Effects...) {
			n += len(r.Key) + len(r.Data)
		}
		return n
	}
	s.commit(timeline.Batch{Summaries: []timeline.Row{row("INC-1", "s")}, Effects: []timeline.Row{row("e", "e")}})
	before := size()
	for i := range 50 {
		b := timeline.Batch{Keys: []timeline.KeyRow{keyRow(fmt.Sprint("k", i), 1, 1, 1)}, Effects: []timeline.Row{row(fmt.Sprint("x", i), "x")}}
		for n := range 100 {
			b.Events = append(b.Events, record(1, i*100+n+1, "text"))
		}
		s.commit(b)
		s.commit(timeline.Batch{Settled: []string{fmt.Sprint("x", i)}, Summaries: []timeline.Row{row("INC-1", "s")}})
	}
	if after := size(); after != before {
		t.Errorf("boot grew from %d to %d bytes with 5000 events", before, after)
	}
}

func cancelledContexts(t *testing.T, s *subject) {
	ctx := cancelled()
	b := timeline.Batch{Events: []timeline.Record{record(1, 1, "x")}, Keys: []timeline.KeyRow{keyRow("k", 1, 1, 1)}}
	if err := s.Commit(ctx, &b); !errors.Is(err, context.Canceled) {
		t.Errorf("commit: %v", err)
	}
	if _, _, err := s.Lookup(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("lookup: %v", err)
	}
	if _, err := s.Events(ctx, 1, 1, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("events: %v", err)
	}
	if _, err := s.Boot(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("boot: %v", err)
	}
	if _, ok := s.lookup("k"); ok || len(s.events(1)) != 0 {
		t.Error("a cancelled commit stored something")
	}
	s.commit(b)
}
