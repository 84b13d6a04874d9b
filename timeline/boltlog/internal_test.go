package boltlog

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	berrors "go.etcd.io/bbolt/errors"

	"backout/timeline"
)

func testBatch(n int, text string) *timeline.Batch {
	return &timeline.Batch{Events: []timeline.Record{{Incident: 1, N: n, Data: []byte(text)}}}
}

func openTest(t testing.TB, path string, opt Options) *Log {
	t.Helper()
	l, err := Open(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	l := openTest(t, filepath.Join(t.TempDir(), "b.db"), Options{MaxBytes: 64 << 10, growBytes: 4096})
	big := strings.Repeat("x", 1<<20)
	for range 3 {
		if err := l.Commit(t.Context(), testBatch(1, big)); !errors.Is(err, berrors.ErrMaxSizeReached) {
			t.Fatalf("%v, want that the file is full", err)
		}
		if recs, err := l.Events(t.Context(), 1, 1, 1); err != nil || len(recs) != 0 {
			t.Errorf("a failed commit left %v, %v", recs, err)
		}
	}
	if err := l.Commit(t.Context(), testBatch(1, "small")); err != nil {
		t.Errorf("what fits: %v", err)
	}
	l.turn <- struct{}{}
	l.db.MaxSize = 0 // somebody made room
	<-l.turn
	if err := l.Commit(t.Context(), testBatch(2, big)); err != nil {
		t.Errorf("after there is room: %v", err)
	}
	if err := l.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestUnclearCommit plays a failure of the last sync: bbolt reports an error,
// and yet the new state is what is read.
func TestUnclearCommit(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b.db")
	l := openTest(t, path, Options{})
	if err := l.Commit(t.Context(), testBatch(1, "x")); err != nil {
		t.Fatal(err)
	}
	eio := errors.New("input/output error")
	if err := l.failed(eio, 2); !errors.Is(err, eio) || l.usable() != nil {
		t.Fatalf("a commit that left nothing: %v, then %v", err, l.usable())
	}
	if err := l.failed(eio, 1); !strings.Contains(err.Error(), "until Backout is started again") {
		t.Fatalf("a commit that may be stored: %v", err)
	}
	if err := l.Commit(t.Context(), testBatch(2, "x")); !errors.Is(err, eio) {
		t.Errorf("the next commit: %v", err)
	}
	if _, err := l.Events(t.Context(), 1, 1, 1); !errors.Is(err, eio) {
		t.Errorf("the next reading: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	l = openTest(t, path, Options{Timeout: time.Second})
	if err := l.Commit(t.Context(), testBatch(2, "x")); err != nil {
		t.Errorf("after opening again: %v", err)
	}
}

func TestCommitWaitsNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	l := openTest(t, filepath.Join(t.TempDir(), "b.db"), Options{})
	l.turn <- struct{}{} // somebody writes
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := l.Commit(ctx, testBatch(1, "x")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	<-l.turn
	if err := l.Commit(t.Context(), testBatch(1, "x")); err != nil {
		t.Error(err)
	}
}

// TestWaiterFollowsTheName locks a file that loses its name before the lock is
// had, as when the other process rewrites it.
func TestWaiterFollowsTheName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "b.db")
	first := openTest(t, path, Options{})
	opened := make(chan *Log)
	go func() {
		l, err := Open(path, Options{Timeout: 5 * time.Second})
		if err != nil {
			t.Error(err)
		}
		opened <- l
	}()
	time.Sleep(100 * time.Millisecond)
	if err := first.Commit(t.Context(), testBatch(1, "x")); err != nil {
		t.Fatal(err)
	}
	if err := first.rewrite(); err != nil {
		t.Fatal(err)
	}
	if err := first.Commit(t.Context(), testBatch(2, "in the new file")); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := <-opened
	defer second.Close()
	if recs, err := second.Events(t.Context(), 1, 1, 10); err != nil || len(recs) != 2 {
		t.Errorf("the second reads %d events, %v: it has the file without a name", len(recs), err)
	}
}

// TestRewriteFails goes on with the old file when a new one cannot be made.
func TestRewriteFails(t *testing.T) {
	t.Parallel()
	l := openTest(t, filepath.Join(t.TempDir(), "b.db"), Options{})
	if err := l.Commit(t.Context(), testBatch(1, "x")); err != nil {
		t.Fatal(err)
	}
	l.path = filepath.Join(t.TempDir(), "elsewhere", "b.db")
	if err := l.rewrite(); err == nil {
		t.Error("a rewrite into a folder that is not there succeeded")
	}
	if err := l.Commit(t.Context(), testBatch(2, "x")); err != nil {
		t.Errorf("after a rewrite that failed: %v", err)
	}
}

// The flag is set by who changes the format, together with a new fixture.
var update = flag.Bool("update", false, "write the newest fixture in testdata anew")

// fixtureBatches are what the fixture of a format holds. What the first format
// knew is in all of them.
func fixtureBatches(version int) []timeline.Batch {
	out := []timeline.Batch{
		{
			Events:    []timeline.Record{{Incident: 1, N: 1, Data: []byte("\x01declared")}, {Incident: 1, N: 2, Data: []byte("\x01message")}},
			Keys:      []timeline.KeyRow{{Key: "slash:1", At: timeline.Position{Incident: 1, N: 1, Count: 2}}},
			Effects:   []timeline.Row{{Key: "INC-1/card", Data: []byte("\x01card")}, {Key: "INC-1/topic", Data: []byte("\x01topic")}},
			Summaries: []timeline.Row{{Key: "INC-1", Data: []byte("\x01summary")}},
		},
		{Events: []timeline.Record{{Incident: 256, N: 65536, Data: []byte("\x01far")}}, Settled: []string{"INC-1/topic"}},
		{Erased: []timeline.Record{{Incident: 1, N: 2, Data: []byte("\x01erased")}}},
	}
	if version >= 2 {
		out = append(out, timeline.Batch{
			Events:  []timeline.Record{{Incident: timeline.Ledger, N: 1, Data: []byte("\x01seen")}},
			Keys:    []timeline.KeyRow{{Key: "deploy:api:1", At: timeline.Position{Incident: timeline.Ledger, N: 1, Count: 1}}},
			Deploys: []timeline.DeployRow{{Number: 1, Service: "web-app", Environment: "production", Data: []byte("\x01deploy")}},
		})
	}
	return out
}

// TestFormats reads files as every release wrote them.
func TestFormats(t *testing.T) {
	if *update {
		writeFixture(t, filepath.Join("testdata", fmt.Sprintf("v%d.db", format)))
	}
	for version := 1; version <= format; version++ {
		t.Run(fmt.Sprintf("v%d", version), func(t *testing.T) { testFormat(t, version) })
	}
}

func testFormat(t *testing.T, version int) {
	name := fmt.Sprintf("v%d.db", version)
	fixture := filepath.Join("testdata", name)
	raw, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	readOnly := openTest(t, path, Options{ReadOnly: true})
	if rows, err := readOnly.Deploys(t.Context(), timeline.DeployQuery{Limit: 9}); err != nil || len(rows) != min(version-1, 1) {
		t.Errorf("opened for reading: deploys %v, %v", rows, err)
	}
	if err := readOnly.Close(); err != nil {
		t.Fatal(err)
	}
	l := openTest(t, path, Options{})
	if rows, err := l.Deploys(t.Context(), timeline.DeployQuery{Limit: 9}); err != nil || len(rows) != min(version-1, 1) {
		t.Errorf("deploys %v, %v", rows, err)
	}
	recs, err := l.Events(t.Context(), 1, 1, 10)
	if err != nil || len(recs) != 2 || string(recs[0].Data) != "\x01declared" || string(recs[1].Data) != "\x01erased" {
		t.Errorf("%v, %v", recs, err)
	}
	recs, err = l.Events(t.Context(), 256, 1, 10)
	if err != nil || len(recs) != 1 || recs[0].N != 65536 {
		t.Errorf("%v, %v", recs, err)
	}
	if at, ok, err := l.Lookup(t.Context(), "slash:1"); err != nil || !ok || at != (timeline.Position{Incident: 1, N: 1, Count: 2}) {
		t.Errorf("%v, %v, %v", at, ok, err)
	}
	boot, err := l.Boot(t.Context())
	if err != nil || len(boot.Summaries) != 1 || len(boot.Effects) != 1 || boot.Effects[0].Key != "INC-1/card" {
		t.Errorf("%v, %v", boot, err)
	}
	if s, err := l.Sizes(t.Context()); err != nil || s.Events != int64(2+min(version, 2)) || s.ErasuresPending {
		t.Errorf("%+v, %v", s, err)
	}
	next := testBatch(3, "\x01next")
	next.Deploys = []timeline.DeployRow{{Number: 2, Service: "web-app", Environment: "production", Data: []byte("\x01next")}}
	if err := l.Commit(t.Context(), next); err != nil {
		t.Error(err)
	}
	if now, err := os.ReadFile(path); err != nil || bytes.Contains(now, []byte("\x01message")) {
		t.Errorf("the erased event is still in the file, %v", err)
	}
}

func writeFixture(t *testing.T, path string) {
	t.Helper()
	_ = os.Remove(path)
	l, err := Open(path, Options{pageBytes: 1024, mapBytes: 1, growBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range fixtureBatches(format) {
		if err := l.Commit(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
