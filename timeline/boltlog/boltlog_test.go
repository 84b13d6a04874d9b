package boltlog_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"go.uber.org/goleak"

	"backout/timeline"
	"backout/timeline/boltlog"
	"backout/timeline/logtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSuite(t *testing.T) {
	t.Parallel()
	logtest.Run(t, func(t testing.TB, dir string) timeline.Log {
		return mustOpen(t, filepath.Join(dir, "backout.db"), boltlog.Options{Timeout: 200 * time.Millisecond})
	})
}

func mustOpen(t testing.TB, path string, opt boltlog.Options) *boltlog.Log {
	t.Helper()
	l, err := boltlog.Open(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func commit(t testing.TB, l timeline.Log, b timeline.Batch) {
	t.Helper()
	if err := l.Commit(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
}

func event(incident, n int, text string) timeline.Batch {
	return timeline.Batch{Events: []timeline.Record{{Incident: incident, N: n, Data: []byte(text)}}}
}

func wantSentence(t *testing.T, err, is error, words ...string) {
	t.Helper()
	if !errors.Is(err, is) {
		t.Fatalf("%v is not %v", err, is)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func TestSecondBackout(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b.db")
	first := mustOpen(t, path, boltlog.Options{})
	for _, readOnly := range []bool{false, true} {
		_, err := boltlog.Open(path, boltlog.Options{Timeout: 60 * time.Millisecond, ReadOnly: readOnly})
		wantSentence(t, err, boltlog.ErrLocked, "Another Backout is running", path, "Stop that one")
	}
	go func() {
		time.Sleep(100 * time.Millisecond)
		_ = first.Close()
	}()
	mustOpen(t, path, boltlog.Options{Timeout: 5 * time.Second})
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b.db")
	_, err := boltlog.Open(path, boltlog.Options{ReadOnly: true})
	wantSentence(t, err, os.ErrNotExist, path, "cannot be opened")
	l := mustOpen(t, path, boltlog.Options{})
	commit(t, l, event(1, 1, "x"))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	one, two := mustOpen(t, path, boltlog.Options{ReadOnly: true}), mustOpen(t, path, boltlog.Options{ReadOnly: true})
	for _, l := range []*boltlog.Log{one, two} {
		if recs, err := l.Events(t.Context(), 1, 1, 10); err != nil || len(recs) != 1 {
			t.Errorf("%v, %v", recs, err)
		}
		if err := l.Check(t.Context()); err != nil {
			t.Error(err)
		}
		b := event(1, 2, "y")
		wantSentence(t, l.Commit(t.Context(), &b), boltlog.ErrReadOnly)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	l := mustOpen(t, filepath.Join(t.TempDir(), "b.db"), boltlog.Options{})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err := l.Lookup(t.Context(), "k")
	wantSentence(t, err, boltlog.ErrClosed)
	_, err = l.Sizes(t.Context())
	wantSentence(t, err, boltlog.ErrClosed)
	wantSentence(t, l.Backup(&bytes.Buffer{}), boltlog.ErrClosed)
	wantSentence(t, l.Check(t.Context()), boltlog.ErrClosed)
	b := event(1, 1, "x")
	wantSentence(t, l.Commit(t.Context(), &b), boltlog.ErrClosed)
}

func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	good := filled(t, 400)
	page := os.Getpagesize()
	for name, damage := range map[string]func([]byte) []byte{
		"text":       func([]byte) []byte { return []byte(strings.Repeat("this is a diary\n", 1000)) },
		"short text": func([]byte) []byte { return []byte("hello") },
		"metas":      func(b []byte) []byte { clear(b[:2*page]); return b },
		"cut":        func(b []byte) []byte { return b[:3*page] },
		"cut short":  func(b []byte) []byte { return b[:page/2] },
		"zeros":      func(b []byte) []byte { return make([]byte, len(b)) },
		"rest":       func(b []byte) []byte { clear(b[2*page:]); return b },
		"noise":      func(b []byte) []byte { noise(b[2*page:]); return b },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "b.db")
			if err := os.WriteFile(path, damage(bytes.Clone(good)), 0o600); err != nil {
				t.Fatal(err)
			}
			for range 2 { // a second try must not find the file locked by the first
				_, err := boltlog.Open(path, boltlog.Options{Timeout: time.Second})
				wantSentence(t, err, boltlog.ErrDamaged, path, "backout restore")
			}
		})
	}
}

func noise(b []byte) {
	x := uint32(2463534242)
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
}

// TestDamagedPages damages one page after the other of a file. Whatever is done
// with it ends in an answer or an error, never in a panic.
func TestDamagedPages(t *testing.T) {
	t.Parallel()
	good := filled(t, 400)
	dir, page := t.TempDir(), os.Getpagesize()
	found := 0
	for at := 2 * page; at < len(good); at += page {
		raw := bytes.Clone(good)
		noise(raw[at : at+page])
		path := filepath.Join(dir, "b.db")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := boltlog.Open(path, boltlog.Options{Timeout: time.Second})
		if err != nil {
			wantSentence(t, err, boltlog.ErrDamaged, "backout restore")
			found++
			continue
		}
		_, _ = l.Events(t.Context(), 1, 1, 10000)
		_, _ = l.Boot(t.Context())
		_, _, _ = l.Lookup(t.Context(), "key 3")
		b := event(1, 100000, "x")
		_ = l.Commit(t.Context(), &b)
		if err := l.Backup(&bytes.Buffer{}); err != nil {
			found++
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	if found == 0 {
		t.Error("no damage was ever found")
	}
}

// filled gives the bytes of a compact file with events on many pages.
func filled(t *testing.T, events int) []byte {
	t.Helper()
	l := mustOpen(t, filepath.Join(t.TempDir(), "b.db"), boltlog.Options{})
	var b timeline.Batch
	for n := range events {
		b.Events = append(b.Events, timeline.Record{Incident: 1, N: n + 1, Data: []byte(strings.Repeat("words ", 40))})
		b.Keys = append(b.Keys, timeline.KeyRow{Key: "key " + timeline.Ref(n+1), At: timeline.Position{Incident: 1, N: n + 1, Count: 1}})
	}
	commit(t, l, b)
	var buf bytes.Buffer
	if err := l.Backup(&buf); err != nil {
		t.Fatal(err)
	}
	s, err := l.Sizes(t.Context())
	if err != nil || s.Events != int64(events) {
		t.Fatalf("%+v, %v", s, err)
	}
	return buf.Bytes()
}

func TestForeignBoltFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b.db")
	raw(t, path, func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("someone else's"))
		return err
	})
	_, err := boltlog.Open(path, boltlog.Options{})
	wantSentence(t, err, boltlog.ErrDamaged, "no record of Backout")
}

func TestNewerFormat(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b.db")
	if err := mustOpen(t, path, boltlog.Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte{0, 0, 0, 4})
	})
	_, err := boltlog.Open(path, boltlog.Options{})
	wantSentence(t, err, timeline.ErrNewerVersion, "newer version of Backout", "format 4", "Start that version")
}

func raw(t *testing.T, path string, f func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(f); err != nil {
		t.Fatal(err)
	}
}

func TestNoFolder(t *testing.T) {
	t.Parallel()
	_, err := boltlog.Open(filepath.Join(t.TempDir(), "no", "b.db"), boltlog.Options{})
	wantSentence(t, err, os.ErrNotExist, "folder exists")
}
