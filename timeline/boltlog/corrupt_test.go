package boltlog

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/timeline"
)

// aRealStore gives the bytes of a file as a working Backout leaves it: incidents
// open and resolved, messages, edits, effects, deploys, with pages that were
// freed and used again.
func aRealStore(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "real.db")
	l := openTest(t, path, Options{growBytes: 4096})
	now := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	rec, err := timeline.Open(t.Context(), l, timeline.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	do := func(c timeline.Change) {
		t.Helper()
		now = now.Add(time.Second)
		if _, err := rec.Record(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for i := 1; i <= 8; i++ {
		room := fmt.Sprintf("C%d", i)
		do(timeline.Adopt(fmt.Sprintf("slash:%d", i), "U0ANA", timeline.Adoption{Channel: room, Declaration: timeline.Declaration{Title: fmt.Sprintf("Outage %d", i)}}))
		for n := range 12 {
			ts := timeline.SlackTS(now)
			do(timeline.Hear(timeline.Said{Channel: room, TS: ts, Who: "U0TOM", Text: fmt.Sprintf("message %d of %d: %s", n, i, strings.Repeat("the rate of 5xx rises ", n))}))
			if n%5 == 0 {
				do(timeline.Hear(timeline.Said{Channel: room, TS: ts, Who: "U0TOM", Text: fmt.Sprintf("message %d, edited", n), Version: timeline.SlackTS(now.Add(time.Second))}))
			}
		}
		do(timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{{
			Source: timeline.DeploySource{Name: "api", ID: room}, Service: "web-app", Environment: "production", Version: "v1." + room,
			State: timeline.DeploySucceeded, Started: now.Add(-time.Hour), Finished: now.Add(-50 * time.Minute),
		}}}))
		if i%2 == 0 {
			do(timeline.Resolve(fmt.Sprintf("slash:r%d", i), "U0ANA", i, "Patched"))
		}
	}
	rec.Close()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// all is everything that can be read of a record, in one text.
func all(ctx context.Context, l *Log) (string, error) {
	var b strings.Builder
	boot, err := l.Boot(ctx)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "%+v\n", boot)
	for incident := range 9 {
		recs, err := l.Events(ctx, incident, 1, 10_000)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%v\n", recs)
		for n := range 40 {
			for _, key := range []string{fmt.Sprintf("slash:%d", n), fmt.Sprintf("slash:r%d", n)} {
				at, ok, err := l.Lookup(ctx, key)
				if err != nil {
					return "", err
				}
				fmt.Fprintln(&b, at, ok)
			}
		}
	}
	for _, q := range []timeline.DeployQuery{{Limit: 100}, {Service: "web-app", Environment: "production", Limit: 100}} {
		rows, err := l.Deploys(ctx, q)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%v\n", rows)
	}
	return b.String(), nil
}

// contentOf is everything in a file.
func contentOf(t testing.TB, path string) string {
	t.Helper()
	l := openTest(t, path, Options{})
	content, err := all(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return content
}

// harm damages a file the way disks and people do.
func harm(rng *rand.Rand, raw []byte, page int) ([]byte, string) {
	at := rng.IntN(len(raw))
	switch rng.IntN(8) {
	case 0:
		raw[at] ^= 1 << rng.IntN(8)
		return raw, "a bit"
	case 1:
		for i := range min(1+rng.IntN(64), len(raw)-at) {
			raw[at+i] = byte(rng.Uint32())
		}
		return raw, "some bytes"
	case 2:
		clear(raw[at:min(at+512, len(raw))])
		return raw, "a sector of zeros"
	case 3:
		from, to := rng.IntN(len(raw)/page)*page, rng.IntN(len(raw)/page)*page
		copy(raw[to:to+page], bytes.Clone(raw[from:from+page]))
		return raw, "a page that was written to the wrong place"
	case 4:
		return raw[:at], "a cut"
	case 5: // what stands in heads of pages: kinds, counts, lengths
		head := at / page * page
		raw[head+rng.IntN(48)] ^= byte(1 + rng.IntN(255))
		return raw, "a head of a page"
	case 6:
		raw[at] = byte(rng.Uint32())
		raw[rng.IntN(len(raw))] = byte(rng.Uint32())
		return raw, "two bytes"
	default:
		binarySwap := raw[at/page*page : at/page*page+page]
		for i := range binarySwap {
			binarySwap[i] = byte(rng.Uint32())
		}
		return raw, "a page of noise"
	}
}

// TestCorruption damages a real file in many ways. It is refused with a sentence,
// or it is what it was; it is never something else, and nothing panics. Once
// each file is examined before it is opened, as small ones are, and once only
// while it is in use, as large ones are.
func TestCorruption(t *testing.T) {
	t.Parallel()
	good, page := aRealStore(t), os.Getpagesize()
	seed := uint64(time.Now().UnixNano())
	rounds := 200
	if os.Getenv("BACKOUT_SOAK") != "" {
		rounds = 20_000
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "b.db")
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	want := contentOf(t, path)
	for name, upTo := range map[string]int64{"examined first": 0, "examined in use": 1} {
		rng := rand.New(rand.NewPCG(seed, 7))
		figures := map[string]int{}
		for range rounds {
			raw, how := harm(rng, bytes.Clone(good), page)
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			got := usedDamaged(t, path, upTo, want)
			figures[got]++
			if got == "wrong" || got == "panic" {
				t.Errorf("seed %d, %s, %s: %s", seed, name, how, got)
			}
		}
		t.Logf("corruption: %d files damaged (%s), %d refused with a sentence, %d found and refused while in use, %d unharmed, %d panics, %d wrong",
			rounds, name, figures["refused"], figures["found"], figures["unharmed"], figures["panic"], figures["wrong"])
		if figures["refused"] == 0 || figures["unharmed"] == 0 {
			t.Error("the damage was all of one kind: this test shows little")
		}
	}
}

// TestAKeyThatLeadsDown: bbolt finds everything below a branch whose first key lost
// its length, and panics when something is written there.
func TestAKeyThatLeadsDown(t *testing.T) {
	t.Parallel()
	branchesDamaged(t, func(_ uint64, branch []byte, _ int) { binary.NativeEndian.PutUint32(branch[headBytes+4:], 0) }, "refused", "found")
}

// TestACircle: a page that leads to itself, or to one above it, would have bbolt go
// round until the stack is full, which nothing can contain.
func TestACircle(t *testing.T) {
	t.Parallel()
	branchesDamaged(t, func(id uint64, branch []byte, entry int) {
		binary.NativeEndian.PutUint64(branch[headBytes+entry*elemBytes+8:], id)
	}, "refused")
}

// branchesDamaged does harm to the first and to the last entry of each branch of a
// real file, one at a time. Each must come to one of the fates.
func branchesDamaged(t *testing.T, harm func(id uint64, branch []byte, entry int), fates ...string) {
	t.Helper()
	good, page := aRealStore(t), os.Getpagesize()
	path := filepath.Join(t.TempDir(), "b.db")
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	want, met := contentOf(t, path), 0
	for at := 2 * page; at < len(good); at += page {
		if binary.NativeEndian.Uint16(good[at+8:]) != branchPage {
			continue
		}
		for _, entry := range []int{0, int(binary.NativeEndian.Uint16(good[at+10:])) - 1} {
			for _, upTo := range []int64{0, 1} {
				raw := bytes.Clone(good)
				harm(uint64(at/page), raw[at:at+page], entry)
				if err := os.WriteFile(path, raw, 0o600); err != nil {
					t.Fatal(err)
				}
				switch fate := usedDamaged(t, path, upTo, want); {
				case slices.Contains(fates, fate):
					met++
				case fate != "unharmed": // the page may be a free one
					t.Errorf("entry %d of page %d: %s", entry, at/page, fate)
				}
			}
		}
	}
	if met == 0 {
		t.Error("no page leads down: this test shows nothing")
	}
}

// usedDamaged opens a file, reads everything, writes, and reads again.
func usedDamaged(t *testing.T, path string, upTo int64, want string) (fate string) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Log(p)
			fate = "panic"
		}
	}()
	sentenced := func(err error) string {
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, timeline.ErrNewerVersion) {
			t.Errorf("no sentence: %v", err)
			return "wrong"
		}
		if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "backout restore") && !errors.Is(err, timeline.ErrNewerVersion) {
			t.Errorf("the sentence helps nobody: %v", err)
		}
		return "refused"
	}
	l, err := Open(path, Options{Timeout: time.Second, growBytes: 4096, wholeUpTo: upTo})
	if err != nil {
		return sentenced(err)
	}
	defer l.Close()
	got, err := all(t.Context(), l)
	l.beside.Wait()
	if checked := l.Check(t.Context()); checked != nil {
		if sentenced(checked) == "refused" && l.usable() != nil {
			return "found"
		}
		return "wrong"
	}
	if err != nil || got != want {
		t.Logf("%v", err)
		return "wrong"
	}
	b := testBatch(10_000, "one more")
	if err := l.Commit(t.Context(), b); err != nil {
		t.Log(err)
		return "wrong"
	}
	if got, err = all(t.Context(), l); err != nil || len(got) <= len(want) {
		return "wrong"
	}
	if err := l.Check(t.Context()); err != nil {
		t.Log(err)
		return "wrong"
	}
	return "unharmed"
}
