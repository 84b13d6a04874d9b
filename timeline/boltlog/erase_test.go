package boltlog_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"backout/timeline"
	"backout/timeline/boltlog"
)

const secret = "hunter2-is-my-password"

// withErasure gives the path of an open file that erasure left old bytes in.
func withErasure(t *testing.T) (path string, l *boltlog.Log) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "b.db")
	l = mustOpen(t, path, boltlog.Options{})
	for n := 1; n <= 50; n++ {
		commit(t, l, event(1, n, strings.Repeat("plain words ", 20)))
	}
	b := event(1, 51, "text: "+secret)
	b.Summaries = []timeline.Row{{Key: "INC-1", Data: []byte("quotes " + secret)}}
	b.Keys = []timeline.KeyRow{{Key: "msg:1", At: timeline.Position{Incident: 1, N: 51, Count: 1}}}
	commit(t, l, b)
	commit(t, l, timeline.Batch{
		Erased:    []timeline.Record{{Incident: 1, N: 51, Data: []byte("-")}},
		Summaries: []timeline.Row{{Key: "INC-1", Data: []byte("-")}},
	})
	return path, l
}

func holdsSecret(t *testing.T, path string) bool {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(raw, []byte(secret))
}

func TestErasedBytesLeaveTheFile(t *testing.T) {
	t.Parallel()
	path, l := withErasure(t)
	if s, err := l.Sizes(t.Context()); err != nil || !s.ErasuresPending {
		t.Fatalf("%+v, %v: no erasures are pending", s, err)
	}
	if !holdsSecret(t, path) {
		t.Fatal("the old bytes are gone by themselves: this test shows nothing")
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ro := mustOpen(t, path, boltlog.Options{ReadOnly: true})
	if s, err := ro.Sizes(t.Context()); err != nil || !s.ErasuresPending {
		t.Errorf("%+v, %v: reading only carried out erasures", s, err)
	}
	if err := ro.Close(); err != nil {
		t.Fatal(err)
	}
	l = mustOpen(t, path, boltlog.Options{})
	if holdsSecret(t, path) {
		t.Error("the erased text is still in the file after it was opened again")
	}
	s, err := l.Sizes(t.Context())
	if err != nil || s.ErasuresPending || s.Events != 51 {
		t.Errorf("%+v, %v", s, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	commit(t, l, event(1, 52, "and on"))
	if recs, err := l.Events(t.Context(), 1, 51, 10); err != nil || len(recs) != 2 || string(recs[0].Data) != "-" {
		t.Errorf("%v, %v", recs, err)
	}
	if err := l.Check(t.Context()); err != nil {
		t.Error(err)
	}
	_, err = boltlog.Open(path, boltlog.Options{Timeout: 1e6})
	wantSentence(t, err, boltlog.ErrLocked) // the new file is locked as the old one was
	onlyFile(t, path)
}

func TestRewriteKeepsLinks(t *testing.T) {
	t.Parallel()
	path, l := withErasure(t)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	mustOpen(t, link, boltlog.Options{})
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || holdsSecret(t, path) {
		t.Errorf("%v, %v", info, err)
	}
}

func TestCrashInRewrite(t *testing.T) {
	t.Parallel()
	path, l := withErasure(t)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".tmp-1", ".tmp-backup"} {
		if err := os.WriteFile(path+name, []byte("half a copy with "+secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l = mustOpen(t, path, boltlog.Options{})
	onlyFile(t, path)
	if recs, err := l.Events(t.Context(), 1, 1, 100); err != nil || len(recs) != 51 || holdsSecret(t, path) {
		t.Errorf("%d events, %v", len(recs), err)
	}
}

func TestBackup(t *testing.T) {
	t.Parallel()
	path, l := withErasure(t)
	copied := filepath.Join(t.TempDir(), "copy.db")
	f, err := os.Create(copied)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Backup(slow{f, func() { // commits go on while the copy is read
		commit(t, l, event(2, 1, "meanwhile"))
	}}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if holdsSecret(t, copied) {
		t.Error("the backup holds erased text")
	}
	onlyFile(t, path)
	b := mustOpen(t, copied, boltlog.Options{})
	s, err := b.Sizes(t.Context())
	if err != nil || s.Events != 51 || s.ErasuresPending {
		t.Errorf("%+v, %v", s, err)
	}
	if at, ok, err := b.Lookup(t.Context(), "msg:1"); err != nil || !ok || at.N != 51 {
		t.Errorf("%v, %v, %v", at, ok, err)
	}
	if err := b.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if s, err := l.Sizes(t.Context()); err != nil || !s.ErasuresPending {
		t.Errorf("%+v, %v: the file itself has not been rewritten", s, err)
	}
}

// slow does something once before the first byte arrives.
type slow struct {
	*os.File
	first func()
}

func (s slow) ReadFrom(r io.Reader) (int64, error) {
	s.first()
	return s.File.ReadFrom(r)
}

func onlyFile(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the data file: %v, %v", entries, err)
	}
}

// TestBackupBesideEverything takes backups while others commit, check and at
// last close: each backup is whole, or there is none.
func TestBackupBesideEverything(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b.db")
	l := mustOpen(t, path, boltlog.Options{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := 1; n <= 60; n++ {
			b := event(1, n, strings.Repeat("words ", 100))
			if err := l.Commit(t.Context(), &b); err != nil && !errors.Is(err, boltlog.ErrClosed) {
				t.Error(err)
			}
		}
	})
	backups := make([]bytes.Buffer, 6)
	for i := range backups {
		wg.Go(func() {
			if err := l.Backup(&backups[i]); err != nil && backups[i].Len() > 0 {
				t.Error(err)
			}
			if err := l.Check(t.Context()); err != nil && !errors.Is(err, boltlog.ErrClosed) {
				t.Error(err)
			}
			if i == len(backups)/2 {
				_ = l.Close()
			}
		})
	}
	wg.Wait()
	onlyFile(t, path)
	for i := range backups {
		if backups[i].Len() == 0 {
			continue
		}
		copied := filepath.Join(t.TempDir(), "copy.db")
		if err := os.WriteFile(copied, backups[i].Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := mustOpen(t, copied, boltlog.Options{}).Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
