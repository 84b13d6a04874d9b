package logtest_test

import (
	"sync"
	"testing"

	"backout/timeline"
	"backout/timeline/logtest"
)

// byDir gives a memory the life of a file: closed and opened under a name.
type byDir struct {
	mu   sync.Mutex
	seen map[string]*logtest.Mem
}

func (b *byDir) open(t testing.TB, dir string) timeline.Log {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen[dir] == nil {
		b.seen[dir] = logtest.Memory()
		return b.seen[dir]
	}
	m, err := b.seen[dir].Reopen()
	if err != nil {
		t.Fatal(err)
	}
	b.seen[dir] = m
	return m
}
