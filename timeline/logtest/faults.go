package logtest

import (
	"context"
	"errors"
	"sync"
)

// ErrInjected is the error of a call that was ordered to fail.
var ErrInjected = errors.New("the record in memory was told to fail here")

// faults are what a Mem was ordered to do. The zero value does no harm.
type faults struct {
	mu                      sync.Mutex
	commits, lookups, reads int
	gate                    *gate
}

// gate holds commits up.
type gate struct {
	entered chan struct{} // receives once per commit that waits
	open    chan struct{}
	once    sync.Once
}

func (g *gate) release() { g.once.Do(func() { close(g.open) }) }

// FailCommits makes the next n commits fail with ErrInjected; they store nothing.
func (m *Mem) FailCommits(n int) { m.faults.set(func(f *faults) { f.commits = n }) }

// FailLookups makes the next n look-ups fail with ErrInjected.
func (m *Mem) FailLookups(n int) { m.faults.set(func(f *faults) { f.lookups = n }) }

// FailReads makes the next n calls of Events or Boot fail with ErrInjected.
func (m *Mem) FailReads(n int) { m.faults.set(func(f *faults) { f.reads = n }) }

// BlockCommits holds up all commits from now on until release is called, their
// context ends, or the log is closed. From entered one value can be received per
// commit that waits. Release may be called more than once.
func (m *Mem) BlockCommits() (entered <-chan struct{}, release func()) {
	g := &gate{entered: make(chan struct{}, 1024), open: make(chan struct{})}
	m.faults.set(func(f *faults) {
		if f.gate != nil {
			f.gate.release()
		}
		f.gate = g
	})
	return g.entered, g.release
}

func (f *faults) set(change func(*faults)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *faults) close() {
	f.set(func(f *faults) {
		if f.gate != nil {
			f.gate.release()
		}
	})
}

// commit waits at the gate, then fails if that was ordered.
func (f *faults) commit(ctx context.Context) error {
	f.mu.Lock()
	g := f.gate
	f.mu.Unlock()
	if g != nil {
		select {
		case g.entered <- struct{}{}:
		default: // nobody counts that many
		}
		select {
		case <-g.open:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return f.spend(ctx, func(f *faults) *int { return &f.commits })
}

func (f *faults) lookup(ctx context.Context) error {
	return f.spend(ctx, func(f *faults) *int { return &f.lookups })
}

func (f *faults) read(ctx context.Context) error {
	return f.spend(ctx, func(f *faults) *int { return &f.reads })
}

// spend takes one of the failures ordered of a kind, if any is left.
func (f *faults) spend(ctx context.Context, kind func(*faults) *int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	left := kind(f)
	if *left == 0 {
		return nil
	}
	*left--
	return ErrInjected
}
