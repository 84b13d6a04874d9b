package logtest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"backout/timeline"
)

// ErrClosed is returned by a Mem after Close.
var ErrClosed = errors.New("the record in memory is closed")

// ErrSeated is returned by Reopen while another Mem holds the writer's seat.
var ErrSeated = errors.New("the record in memory has a writer already")

// Mem is a log in memory. It is safe for concurrent use.
type Mem struct {
	store  *store
	faults faults
	closed bool // guarded by store.mu
}

// store is what outlives closing.
type store struct {
	mu        sync.Mutex
	seated    bool
	events    map[place][]byte
	keys      map[string]timeline.Position
	effects   map[string][]byte
	summaries map[string][]byte
	deploys   map[int]timeline.DeployRow
	commits   int
}

type place struct{ incident, n int }

var _ timeline.Log = (*Mem)(nil)

// Memory gives an empty log in memory, open for writing.
func Memory() *Mem {
	return &Mem{store: &store{
		seated: true, events: map[place][]byte{}, keys: map[string]timeline.Position{},
		effects: map[string][]byte{}, summaries: map[string][]byte{}, deploys: map[int]timeline.DeployRow{},
	}}
}

// Reopen opens the same record again after Close, without faults.
func (m *Mem) Reopen() (*Mem, error) {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	if m.store.seated {
		return nil, ErrSeated
	}
	m.store.seated = true
	return &Mem{store: m.store}, nil
}

// Close gives up the seat. It waits for nobody: commits that are blocked fail.
func (m *Mem) Close() error {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	if !m.closed {
		m.closed, m.store.seated = true, false
		m.faults.close()
	}
	return nil
}

// Commits is how many batches were stored so far, empty ones not counted.
func (m *Mem) Commits() int {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	return m.store.commits
}

// Commit stores the batch, unless a fault was ordered for it.
func (m *Mem) Commit(ctx context.Context, b *timeline.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := m.faults.commit(ctx); err != nil {
		return err
	}
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	if b.Empty() {
		return nil
	}
	if err := m.store.allows(b); err != nil {
		return err
	}
	m.store.write(b)
	return nil
}

func (s *store) allows(b *timeline.Batch) error {
	places := map[place]bool{}
	for _, r := range b.Events {
		p := place{r.Incident, r.N}
		if _, taken := s.events[p]; taken || places[p] {
			return fmt.Errorf("%s of %s: %w", timeline.Ref(r.N), timeline.ID(r.Incident), timeline.ErrTaken)
		}
		places[p] = true
	}
	keys := map[string]bool{}
	for _, k := range b.Keys {
		if _, taken := s.keys[k.Key]; taken || keys[k.Key] {
			return fmt.Errorf("key %q: %w", k.Key, timeline.ErrTaken)
		}
		keys[k.Key] = true
	}
	for _, r := range b.Erased {
		if _, ok := s.events[place{r.Incident, r.N}]; !ok {
			return fmt.Errorf("erase %s of %s: it is not stored", timeline.Ref(r.N), timeline.ID(r.Incident))
		}
	}
	return nil
}

func (s *store) write(b *timeline.Batch) {
	s.commits++
	for _, r := range slices.Concat(b.Events, b.Erased) {
		s.events[place{r.Incident, r.N}] = bytes.Clone(r.Data)
	}
	for _, k := range b.Keys {
		s.keys[k.Key] = k.At
	}
	for _, r := range b.Effects {
		s.effects[r.Key] = bytes.Clone(r.Data)
	}
	for _, r := range b.Summaries {
		s.summaries[r.Key] = bytes.Clone(r.Data)
	}
	for _, r := range b.Deploys {
		r.Data = bytes.Clone(r.Data)
		s.deploys[r.Number] = r
	}
	for _, key := range b.Settled {
		delete(s.effects, key)
	}
}

// Lookup finds what a delivery key led to.
func (m *Mem) Lookup(ctx context.Context, key string) (timeline.Position, bool, error) {
	if err := m.faults.lookup(ctx); err != nil {
		return timeline.Position{}, false, err
	}
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	if m.closed {
		return timeline.Position{}, false, ErrClosed
	}
	at, ok := m.store.keys[key]
	return at, ok, nil
}

// Events reads at most limit events with N ≥ from. It looks at every event of
// the record: it is made for tests.
func (m *Mem) Events(ctx context.Context, incident, from, limit int) ([]timeline.Record, error) {
	if err := m.faults.read(ctx); err != nil {
		return nil, err
	}
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	if m.closed {
		return nil, ErrClosed
	}
	var out []timeline.Record
	for p, data := range m.store.events {
		if p.incident == incident && p.n >= from {
			out = append(out, timeline.Record{Incident: incident, N: p.n, Data: bytes.Clone(data)})
		}
	}
	slices.SortFunc(out, func(a, b timeline.Record) int { return cmp.Compare(a.N, b.N) })
	return out[:min(len(out), max(limit, 0))], nil
}

// Boot reads all summaries and effects, in the order of their keys.
func (m *Mem) Boot(ctx context.Context) (timeline.Boot, error) {
	if err := m.faults.read(ctx); err != nil {
		return timeline.Boot{}, err
	}
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	if m.closed {
		return timeline.Boot{}, ErrClosed
	}
	b := timeline.Boot{Summaries: rows(m.store.summaries), Effects: rows(m.store.effects)}
	for p := range m.store.events {
		if p.incident == timeline.Ledger {
			b.LedgerEvent = max(b.LedgerEvent, p.n)
		}
	}
	for n := range m.store.deploys {
		b.LedgerDeploy = max(b.LedgerDeploy, n)
	}
	return b, nil
}

// Deploys reads rows of deploys, newest number first.
func (m *Mem) Deploys(ctx context.Context, q timeline.DeployQuery) ([]timeline.DeployRow, error) {
	if err := m.faults.read(ctx); err != nil {
		return nil, err
	}
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	if m.closed {
		return nil, ErrClosed
	}
	var out []timeline.DeployRow
	for n, r := range m.store.deploys {
		if (q.Before == 0 || n < q.Before) && (q.Service+q.Environment == "" || r.Service == q.Service && r.Environment == q.Environment) {
			r.Data = bytes.Clone(r.Data)
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b timeline.DeployRow) int { return cmp.Compare(b.Number, a.Number) })
	return out[:min(len(out), max(q.Limit, 0))], nil
}

func rows(m map[string][]byte) []timeline.Row {
	var out []timeline.Row
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, timeline.Row{Key: key, Data: bytes.Clone(m[key])})
	}
	return out
}
