// Package logtest holds the one suite that every storage engine must pass, and
// an engine in memory for the tests of other packages.
//
// It promises that an engine which passes [Run] keeps each sentence of
// [timeline.Log]: what the recorder relies on is tested here and nowhere else.
// The suite needs nothing of an engine but the port and a way to open it; what
// is particular to one engine, such as its file, is tested beside that engine.
//
// [Memory] gives an engine without a disk whose commits, look-ups and reads can
// be made to fail, or to wait, on demand.
package logtest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"backout/timeline"
)

// patience bounds waits that end at once unless an engine is stuck.
const patience = 10 * time.Second

// Run tests the engine that open opens. Each call of open with the same dir opens
// the same record; dir is an empty folder of its own at first, which engines
// without files may use as a name. Open fails t when the engine cannot be opened.
// It must not close the log: the suite does.
func Run(t *testing.T, open func(t testing.TB, dir string) timeline.Log) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *subject)
	}{
		{"CommitStoresTheWholeBatch", commitStoresAll},
		{"CommitStoresOnlySomeParts", commitParts},
		{"EmptyBatch", emptyBatch},
		{"RefusedBatchLeavesNothing", refusedLeavesNothing},
		{"RefusalKeepsTheFirst", refusalKeepsFirst},
		{"BatchWithTheSameTwice", sameTwiceInBatch},
		{"BatchIsNotKept", batchIsNotKept},
		{"EffectsPutAndSettle", effectsPutAndSettle},
		{"SummariesPut", summariesPut},
		{"EventsInOrder", eventsInOrder},
		{"EventsArePaged", eventsPaged},
		{"EventsOfOneIncident", eventsOfOne},
		{"ResultsAreTheCallers", resultsAreCallers},
		{"KeysForEver", keysForEver},
		{"OddKeys", oddKeys},
		{"LargeValues", largeValues},
		{"ErasureReplaces", erasureReplaces},
		{"ErasureWithEvents", erasureWithEvents},
		{"BootHasNoEvents", bootHasNoEvents},
		{"DeploysNewestFirst", deploysNewestFirst},
		{"OddPlaces", oddPlaces},
		{"LedgerEnds", ledgerEnds},
		{"CancelledContexts", cancelledContexts},
		{"ReadersBesideAWriter", readersBesideWriter},
		{"CommittersDoNotMix", committersDoNotMix},
		{"SurvivesReopening", survivesReopening},
		{"OneWriter", oneWriter},
		{"CloseTwice", closeTwice},
		{"CloseBesideCommits", closeBesideCommits},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &subject{T: t, dir: t.TempDir(), open: open}
			s.Log = open(t, s.dir)
			defer func() { s.must(s.Close()) }()
			c.test(t, s)
		})
	}
}

// subject is the log under test with short forms for what tests say often.
type subject struct {
	*testing.T
	timeline.Log
	dir  string
	open func(testing.TB, string) timeline.Log
}

func (s *subject) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *subject) commit(b timeline.Batch) {
	s.Helper()
	s.must(s.Commit(s.Context(), &b))
}

// reopen closes the log and opens the same record again.
func (s *subject) reopen() {
	s.Helper()
	s.must(s.Close())
	s.Log = s.open(s.T, s.dir)
}

// events reads all events of an incident in small pages.
func (s *subject) events(incident int) []timeline.Record {
	s.Helper()
	var all []timeline.Record
	for from := 1; ; {
		recs, err := s.Events(s.Context(), incident, from, 3)
		s.must(err)
		if len(recs) == 0 {
			return all
		}
		all = append(all, recs...)
		from = recs[len(recs)-1].N + 1
	}
}

func (s *subject) lookup(key string) (timeline.Position, bool) {
	s.Helper()
	at, ok, err := s.Lookup(s.Context(), key)
	s.must(err)
	return at, ok
}

func (s *subject) boot() (summaries, effects map[string]string) {
	s.Helper()
	b, err := s.Boot(s.Context())
	s.must(err)
	return s.asMap(b.Summaries), s.asMap(b.Effects)
}

// asMap makes rows comparable; that no key comes twice is part of the contract.
func (s *subject) asMap(rows []timeline.Row) map[string]string {
	s.Helper()
	m := map[string]string{}
	for _, r := range rows {
		if _, twice := m[r.Key]; twice {
			s.Fatalf("row %q comes twice", r.Key)
		}
		m[r.Key] = string(r.Data)
	}
	return m
}

func record(incident, n int, data string) timeline.Record {
	return timeline.Record{Incident: incident, N: n, Data: []byte(data)}
}

func row(key, data string) timeline.Row { return timeline.Row{Key: key, Data: []byte(data)} }

func keyRow(key string, incident, n, count int) timeline.KeyRow {
	return timeline.KeyRow{Key: key, At: timeline.Position{Incident: incident, N: n, Count: count}}
}

// texts shows records the way failures are read best.
func texts(recs []timeline.Record) string {
	var out strings.Builder
	for _, r := range recs {
		fmt.Fprintf(&out, "%d/%d=%s ", r.Incident, r.N, r.Data)
	}
	return out.String()
}

func cancelled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
