package logtest

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"backout/timeline"
)

// readersBesideWriter lets readers look at batches while they are written: each
// batch is seen whole or not at all.
func readersBesideWriter(t *testing.T, s *subject) {
	const batches, size = 60, 5
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					s.readWhole(t, size)
					runtime.Gosched()
				}
			}
		})
	}
	for i := range batches {
		b := timeline.Batch{
			Keys:      []timeline.KeyRow{keyRow(fmt.Sprint("k", i), 1, i*size+1, size)},
			Effects:   []timeline.Row{row("a", fmt.Sprint(i)), row("b", fmt.Sprint(i))},
			Summaries: []timeline.Row{row("INC-1", fmt.Sprint(i))},
		}
		for n := range size {
			b.Events = append(b.Events, record(1, i*size+n+1, "x"))
		}
		if err := s.Commit(t.Context(), &b); err != nil {
			t.Error(err)
			break
		}
	}
	close(stop)
	readers.Wait()
}

func (s *subject) readWhole(t *testing.T, size int) {
	recs, err := s.Events(t.Context(), 1, 1, 1000)
	if err != nil || len(recs)%size != 0 {
		t.Errorf("%d events are seen, batches have %d: %v", len(recs), size, err)
	}
	b, err := s.Boot(t.Context())
	if err != nil {
		t.Error(err)
	}
	seen := map[string]bool{}
	for _, r := range append(b.Effects, b.Summaries...) {
		seen[string(r.Data)] = true
	}
	if len(seen) > 1 {
		t.Errorf("boot mixes batches: %v", seen)
	}
	if len(recs) == 0 {
		return
	}
	// Keys come with their events: what can be read can be looked up.
	last := fmt.Sprint("k", len(recs)/size-1)
	if at, ok, err := s.Lookup(t.Context(), last); err != nil || !ok || at.Count != size {
		t.Errorf("%s leads to %v, %v, %v", last, at, ok, err)
	}
}

// committersDoNotMix has several goroutines fight for the same places: each place
// goes to exactly one of them, with everything else of its batch.
func committersDoNotMix(t *testing.T, s *subject) {
	const writers, places = 6, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := 1; n <= places; n++ {
				who := fmt.Sprint("w", w)
				err := s.Commit(t.Context(), &timeline.Batch{
					Events:  []timeline.Record{record(1, n, who), record(2+w, n, who)},
					Effects: []timeline.Row{row(fmt.Sprintf("%d/%s", n, who), who)},
				})
				if err != nil && !errors.Is(err, timeline.ErrTaken) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	_, effs := s.boot()
	all := 0
	for w := range writers {
		all += len(s.events(2 + w))
	}
	if got := len(s.events(1)); got != places || all != places || len(effs) != places {
		t.Errorf("%d places, %d batches and %d effects are stored, want %d of each", got, all, len(effs), places)
	}
	for _, r := range s.events(1) {
		if effs[fmt.Sprintf("%d/%s", r.N, r.Data)] != string(r.Data) {
			t.Errorf("place %d went to %s without its effect", r.N, r.Data)
		}
	}
}

func survivesReopening(t *testing.T, s *subject) {
	for i := range 5 {
		s.commit(timeline.Batch{
			Events: []timeline.Record{record(1, i+1, fmt.Sprint(i))}, Keys: []timeline.KeyRow{keyRow(fmt.Sprint("k", i), 1, i+1, 1)},
			Effects: []timeline.Row{row(fmt.Sprint("e", i), "x")}, Summaries: []timeline.Row{row("INC-1", fmt.Sprint(i))},
		})
		s.reopen()
		sums, effs := s.boot()
		if len(s.events(1)) != i+1 || len(effs) != i+1 || sums["INC-1"] != fmt.Sprint(i) {
			t.Fatalf("after reopening %d times: %s, %v, %v", i+1, texts(s.events(1)), sums, effs)
		}
		if _, ok := s.lookup(fmt.Sprint("k", i)); !ok {
			t.Fatalf("after reopening %d times the key is gone", i+1)
		}
	}
}

// probe stands in for a test that may fail: that is what a second opening should do.
type probe struct{ testing.TB }

func (probe) Helper()               {}
func (probe) Error(...any)          { runtime.Goexit() }
func (probe) Errorf(string, ...any) { runtime.Goexit() }
func (probe) Fatal(...any)          { runtime.Goexit() }
func (probe) Fatalf(string, ...any) { runtime.Goexit() }
func (probe) FailNow()              { runtime.Goexit() }

// oneWriter opens the record a second time. The second may be refused, wait, or
// stand by; commit it must not while the first is open.
func oneWriter(t *testing.T, s *subject) {
	s.commit(timeline.Batch{Events: []timeline.Record{record(1, 1, "first")}})
	var second timeline.Log
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		second = s.open(probe{t}, s.dir)
		err = second.Commit(t.Context(), &timeline.Batch{Events: []timeline.Record{record(1, 2, "intruder")}})
	}()
	select {
	case <-done:
		if second != nil && err == nil {
			t.Error("a second writer has committed")
		}
		s.commit(timeline.Batch{Events: []timeline.Record{record(1, 3, "first")}})
		s.must(s.Close())
	case <-time.After(patience / 2): // it waits for the seat: let it have it
		s.commit(timeline.Batch{Events: []timeline.Record{record(1, 3, "first")}})
		s.must(s.Close())
		<-done
	}
	if second != nil {
		s.must(second.Close())
	}
	s.Log = s.open(t, s.dir)
	if got := len(s.events(1)); got < 2 {
		t.Errorf("%d events are left of the first writer's two", got)
	}
}

func closeTwice(t *testing.T, s *subject) {
	s.commit(timeline.Batch{Events: []timeline.Record{record(1, 1, "x")}})
	for range 3 {
		s.must(s.Close())
	}
	if err := s.Commit(t.Context(), &timeline.Batch{Events: []timeline.Record{record(1, 2, "x")}}); err == nil {
		t.Error("a closed log commits")
	}
	if _, err := s.Events(t.Context(), 1, 1, 1); err == nil {
		t.Error("a closed log reads")
	}
	s.Log = s.open(t, s.dir)
	if got := len(s.events(1)); got != 1 {
		t.Errorf("%d events after closing twice", got)
	}
}

// closeBesideCommits closes while others write: what was acknowledged is there,
// the rest got an error, and nothing hangs.
func closeBesideCommits(t *testing.T, s *subject) {
	log := s.Log
	var mu sync.Mutex
	stored := map[int]bool{}
	var wg sync.WaitGroup
	started := make(chan struct{}, 4)
	for w := range 4 {
		wg.Go(func() {
			started <- struct{}{}
			for n := 1; n < 100000; n++ {
				err := log.Commit(t.Context(), &timeline.Batch{Events: []timeline.Record{record(w+1, n, "x")}})
				if err != nil {
					return
				}
				mu.Lock()
				stored[(w+1)<<20+n] = true
				mu.Unlock()
			}
			t.Error("commits go on after Close")
		})
	}
	for range 4 {
		<-started
	}
	for range 2 {
		wg.Go(func() {
			if err := log.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s.Log = s.open(t, s.dir)
	for w := range 4 {
		for _, r := range s.events(w + 1) {
			delete(stored, (w+1)<<20+r.N)
		}
	}
	if len(stored) > 0 {
		t.Errorf("%d acknowledged commits are gone", len(stored))
	}
}
