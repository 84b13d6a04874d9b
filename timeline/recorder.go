package timeline

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// maxGroup is how many deliveries may share one commit. A commit's cost is the
// sync to disk, so the bound only keeps one transaction's memory small.
const maxGroup = 512

// page is how many events are read from the log at once.
const page = 2000

// Options of a Recorder.
type Options struct {
	// Now gives the instant of recording; nil means the system clock.
	Now func() time.Time
	// KeepClosed is how many incidents that are not open stay loaded; 0 means 8.
	KeepClosed int
	// Catalogue is what the rules know of services.
	Catalogue Catalogue
	// Scan finds secrets in what is recorded; nil finds none.
	Scan Scan
}

// Recorder is the single writer of the record and the source of every reading of
// it. Record may be called from any number of goroutines; deliveries that arrive
// while a commit is under way share the next one.
type Recorder struct {
	log       Log
	now       func() time.Time
	catalogue Catalogue
	scan      Scan

	mu    sync.RWMutex // guards what follows
	state *state
	keep  int
	clock int          // counts loads, to know which incident was used last
	used  map[int]int  // loaded incident → clock
	stale map[int]bool // incidents whose memory must be read again first

	requests chan *request
	quit     chan struct{}
	quitting sync.Once
	finished chan struct{}
	watch    watchers
}

type request struct {
	change Change
	done   chan result
	tx     *Tx
	at     Position
	repeat bool
	// same is the request of the same group that has the same key.
	same *request
	// refused is the rule's error. It is told only after the commit, since it may
	// rest on what an earlier request of the same group wants.
	refused error
}

type result struct {
	out Outcome
	err error
}

// ErrStopped is returned for changes that come after Close.
var ErrStopped error = &Refusal{Kind: Unavailable, Sentence: "Backout is stopping.", Instead: "Try again in a minute."}

// Open reads what memory holds and starts the writer. The recorder does not
// close the log: who opened it closes it, after [Recorder.Close].
func Open(ctx context.Context, log Log, opt Options) (*Recorder, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.KeepClosed == 0 {
		opt.KeepClosed = 8
	}
	r := &Recorder{
		log: log, now: opt.Now, catalogue: opt.Catalogue, scan: opt.Scan, keep: opt.KeepClosed, state: newState(), stale: map[int]bool{}, used: map[int]int{},
		requests: make(chan *request), quit: make(chan struct{}), finished: make(chan struct{}),
	}
	if err := r.boot(ctx); err != nil {
		return nil, err
	}
	go r.run()
	return r, nil
}

func (r *Recorder) boot(ctx context.Context) error {
	b, err := r.log.Boot(ctx)
	if err != nil {
		return fmt.Errorf("read the store: %w", err)
	}
	for _, row := range b.Summaries {
		s, err := DecodeSummary(row.Data)
		if err != nil {
			return fmt.Errorf("read the summary of %s: %w", row.Key, err)
		}
		r.state.setSummary(s.Number, s)
	}
	r.state.index()
	r.state.ledger.next, r.state.ledger.highest = b.LedgerEvent+1, b.LedgerDeploy
	for _, row := range b.Effects {
		e, err := DecodeEffect(row.Data)
		if err != nil {
			return fmt.Errorf("read the effect %s: %w", row.Key, err)
		}
		r.state.effects[e.Key] = e
	}
	for _, s := range r.state.summaries {
		if s.Status.Open() {
			if _, err := r.loaded(ctx, s.Number); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close waits for the changes under way and stops the writer. Later changes get
// ErrStopped. It may be called more than once.
func (r *Recorder) Close() {
	r.quitting.Do(func() { close(r.quit) })
	<-r.finished
}

// Record carries one change into the record and returns when it is durable. A
// refusal by the change's rule is returned as it is; trouble of the store wraps
// ErrStore, and then nothing was recorded. When ctx ends first the change may
// still be recorded.
func (r *Recorder) Record(ctx context.Context, c Change) (Outcome, error) {
	req := &request{change: c, done: make(chan result, 1)}
	select {
	case r.requests <- req:
	case <-r.quit:
		return Outcome{}, ErrStopped
	case <-ctx.Done():
		return Outcome{}, ctx.Err()
	}
	select {
	case res := <-req.done:
		return res.out, res.err
	case <-ctx.Done():
		return Outcome{}, ctx.Err()
	}
}

func (r *Recorder) run() {
	defer close(r.finished)
	for {
		select {
		case req := <-r.requests:
			r.commit(r.gather(req))
		case <-r.quit:
			return
		}
	}
}

// gather takes what else is waiting, without waiting itself.
func (r *Recorder) gather(first *request) []*request {
	group := []*request{first}
	for len(group) < maxGroup {
		select {
		case req := <-r.requests:
			group = append(group, req)
		default:
			return group
		}
	}
	return group
}

// loaded gives the incident's state, reading it from the log if need be.
// Callers hold mu for writing, or are the only ones.
func (r *Recorder) loaded(ctx context.Context, number int) (*Incident, error) {
	r.clock++
	r.used[number] = r.clock
	if in, ok := r.state.open[number]; ok && !r.stale[number] {
		return in, nil
	}
	in, err := r.read(ctx, number)
	if err != nil {
		return nil, readFailure(number, err)
	}
	delete(r.stale, number)
	r.state.open[number] = in
	return in, nil
}

// read folds an incident from the log.
func (r *Recorder) read(ctx context.Context, number int) (*Incident, error) {
	in := newIncident(number)
	err := r.each(ctx, number, in.apply)
	return in, err
}

func (r *Recorder) each(ctx context.Context, number int, f func(Event) error) error {
	var failed error
	err := r.records(ctx, number, func(rec Record) {
		if failed != nil {
			return
		}
		e, err := DecodeEvent(rec.Incident, rec.N, rec.Data)
		if err == nil {
			err = f(e)
		}
		failed = err
	})
	if failed != nil {
		return failed
	}
	return err
}

// evict forgets the least recently used incidents that are not open, beyond the
// bound. It runs between groups only: inside one, memory holds what the store
// does not have yet.
func (r *Recorder) evict() {
	if len(r.state.ledger.deploys) > keepLedger {
		r.state.ledger.drop()
	}
	var closed []int
	for n, in := range r.state.open {
		if !in.Status.Open() {
			closed = append(closed, n)
		}
	}
	if len(closed) <= r.keep {
		return
	}
	slices.SortFunc(closed, func(a, b int) int { return r.used[a] - r.used[b] })
	for _, n := range closed[:len(closed)-r.keep] {
		delete(r.state.open, n)
		delete(r.stale, n)
		delete(r.used, n)
	}
}

// Incident gives a snapshot of an incident's state.
func (r *Recorder) Incident(ctx context.Context, number int) (*Incident, error) {
	if in, err := r.held(number); in != nil || err != nil {
		return in, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	in, err := r.loaded(ctx, number)
	if err != nil {
		return nil, err
	}
	defer r.evict()
	return in.snapshot(), nil
}

// held gives a snapshot of an incident that memory holds, nil of one that has to be
// read, and refuses a number that was never given.
func (r *Recorder) held(number int) (*Incident, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if in, ok := r.state.open[number]; ok && !r.stale[number] {
		return in.snapshot(), nil
	}
	if _, known := r.state.summaries[number]; !known {
		return nil, NoIncident(number)
	}
	return nil, nil
}

// Peek gives an incident as [Recorder.Incident] does, for looking at many: one
// that memory does not hold is read beside the writer and not kept.
func (r *Recorder) Peek(ctx context.Context, number int) (*Incident, error) {
	if in, err := r.held(number); in != nil || err != nil {
		return in, err
	}
	in, err := r.read(ctx, number)
	if err != nil {
		return nil, readFailure(number, err)
	}
	return in.snapshot(), nil
}

// InChannel gives the number of the incident that is, or was, worked on in the
// channel.
func (r *Recorder) InChannel(channel string) (int, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	n, ok := r.state.channels[channel]
	return n, ok
}

// Summaries gives all incidents, newest first. The slice is shared and must not be
// written to.
func (r *Recorder) Summaries() []Summary {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.state.list()
}

// Effects gives what is owed now.
func (r *Recorder) Effects() []Effect {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Collect(maps.Values(r.state.effects))
}

// Owed gives an effect as it stands, if it is still owed.
func (r *Recorder) Owed(key string) (Effect, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	e, ok := r.state.effects[key]
	return e, ok
}

// Raw reads the stored events of an incident, in order of N, without the secrets
// that stand in them.
func (r *Recorder) Raw(ctx context.Context, number int) ([]Event, error) {
	var out []Event
	err := r.each(ctx, number, func(e Event) error { out = append(out, e.Masked()); return nil })
	if err != nil {
		return nil, readFailure(number, err)
	}
	return out, nil
}

// Done reports whether a change with this key was ever recorded.
func (r *Recorder) Done(ctx context.Context, key string) (bool, error) {
	_, ok, err := r.log.Lookup(ctx, key)
	if err != nil {
		return false, storeFailure(err)
	}
	return ok, nil
}

// Probe commits something that changes nothing, to see that the store can be
// written.
func (r *Recorder) Probe(ctx context.Context) error {
	if err := r.log.Commit(ctx, &Batch{Settled: []string{"probe"}}); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	return nil
}
