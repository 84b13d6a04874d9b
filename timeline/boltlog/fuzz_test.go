package boltlog

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"
	"os"
	"path/filepath"
	"testing"
)

// FuzzFile writes anything over a place of a real data file. As [TestCorruption]
// has it, the file is refused with a sentence or is what it was. Where the place is
// in a header the sum is made right again: then what the header points at is read
// as it says, and only must not bring the process down.
func FuzzFile(f *testing.F) {
	good := aRealStore(f)
	path := filepath.Join(f.TempDir(), "b.db")
	if err := os.WriteFile(path, good, 0o600); err != nil {
		f.Fatal(err)
	}
	want := contentOf(f, path)
	page := os.Getpagesize()
	f.Add(uint32(0), []byte{})
	f.Add(uint32(16+16), []byte{255, 255, 255, 255})
	f.Add(uint32(page+16+16), []byte{1})
	for at := 2 * page; at < len(good); at += page {
		f.Add(uint32(at+8), []byte{2, 0, 255, 255})
		f.Add(uint32(at+16), []byte{0, 0, 0, 0, 255, 255, 255, 127})
	}
	f.Fuzz(func(t *testing.T, at uint32, patch []byte) {
		raw := bytes.Clone(good)
		place := int(at) % len(raw)
		n := copy(raw[place:], patch)
		path := filepath.Join(t.TempDir(), "b.db")
		if place < 2*page && n > 0 {
			sealHeaders(raw, page)
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			if l, err := Open(path, Options{growBytes: 4096}); err == nil {
				_, _ = all(t.Context(), l)
				_ = l.Close()
			}
			return
		}
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, upTo := range []int64{0, 1} {
			if fate := usedDamaged(t, path, upTo, want); fate == "wrong" || fate == "panic" {
				t.Errorf("%d bytes at %d: %s", n, place, fate)
			}
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// sealHeaders makes the sums of both headers right.
func sealHeaders(raw []byte, page int) {
	for _, at := range []int{0, page} {
		b := raw[at+headBytes : at+headBytes+metaBytes]
		sum := fnv.New64a()
		_, _ = sum.Write(b[:metaBytes-8])
		binary.NativeEndian.PutUint64(b[metaBytes-8:], sum.Sum64())
	}
}
