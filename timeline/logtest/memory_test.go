package logtest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"backout/timeline"
	"backout/timeline/logtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMemory(t *testing.T) {
	t.Parallel()
	logs := &byDir{seen: map[string]*logtest.Mem{}}
	logtest.Run(t, logs.open)
}

func TestMemoryFaults(t *testing.T) {
	t.Parallel()
	m := logtest.Memory()
	batch := &timeline.Batch{Events: []timeline.Record{{Incident: 1, N: 1, Data: []byte("x")}}}
	m.FailCommits(2)
	m.FailLookups(1)
	m.FailReads(1)
	for range 2 {
		if err := m.Commit(t.Context(), batch); !errors.Is(err, logtest.ErrInjected) {
			t.Errorf("commit: %v", err)
		}
	}
	if _, _, err := m.Lookup(t.Context(), "k"); !errors.Is(err, logtest.ErrInjected) {
		t.Errorf("lookup: %v", err)
	}
	if _, err := m.Events(t.Context(), 1, 1, 1); !errors.Is(err, logtest.ErrInjected) {
		t.Errorf("events: %v", err)
	}
	if recs, err := m.Events(t.Context(), 1, 1, 1); err != nil || len(recs) != 0 {
		t.Errorf("a failed commit left %v, %v", recs, err)
	}
	if err := m.Commit(t.Context(), batch); err != nil || m.Commits() != 1 {
		t.Errorf("after the faults: %v, %d commits", err, m.Commits())
	}
}

func TestMemoryBlocks(t *testing.T) {
	t.Parallel()
	m := logtest.Memory()
	entered, release := m.BlockCommits()
	defer release()
	result := make(chan error, 1)
	commit := func(ctx context.Context, n int) {
		result <- m.Commit(ctx, &timeline.Batch{Events: []timeline.Record{{Incident: 1, N: n}}})
	}
	ctx, cancel := context.WithCancel(t.Context())
	go commit(ctx, 1)
	<-entered
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("a blocked commit whose context ends: %v", err)
	}
	go commit(t.Context(), 2)
	<-entered
	select {
	case err := <-result:
		t.Errorf("a blocked commit came back: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	release()
	release()
	if err := <-result; err != nil {
		t.Errorf("after release: %v", err)
	}
	if recs, err := m.Events(t.Context(), 1, 1, 10); err != nil || len(recs) != 1 || recs[0].N != 2 {
		t.Errorf("stored: %v, %v", recs, err)
	}
}
