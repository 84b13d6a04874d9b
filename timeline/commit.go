package timeline

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"
)

// commitTimeout bounds one transaction; a store that takes longer counts as not
// writable, and the deliveries stay with their senders.
const commitTimeout = 10 * time.Second

// group is one shared transaction in the making.
type group struct {
	batch   Batch
	byKey   map[string]*request
	touched map[int]Summary // summaries before the group, by incident
	effects map[string]*Effect
	before  map[string]*Effect
	// deploys are those that the group changes, ledger how far the record of deploys
	// went before it, names what deploys are known by to those who report them.
	deploys map[int]bool
	ledger  struct{ next, highest int }
	// ledgerUsed is set when the group adds events to the ledger.
	ledgerUsed bool
	names      map[string]int
	places     map[string]Position // other names of this group
}

// commit decides on each request, stores all of them in one transaction and only
// then lets anybody know. Readers wait for that long, so that nobody can read
// what is not stored.
func (r *Recorder) commit(reqs []*request) {
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	g := &group{byKey: map[string]*request{}, touched: map[int]Summary{}, effects: map[string]*Effect{}, before: map[string]*Effect{}, deploys: map[int]bool{}, names: map[string]int{}, places: map[string]Position{}}
	r.mu.Lock()
	g.ledger.next, g.ledger.highest = r.state.ledger.next, r.state.ledger.highest
	for _, req := range reqs {
		req.refused = r.decide(ctx, g, req)
	}
	err := r.store(ctx, g)
	if err != nil {
		r.undo(g)
	}
	r.evict()
	r.mu.Unlock()
	if err == nil && !g.batch.Empty() {
		r.watch.wake() // before the senders go on, so that a receipt is never late
	}
	for _, req := range reqs {
		switch {
		case err != nil: // a refusal, too, may rest on what was not stored
			req.done <- result{err: storeFailure(err)}
		case req.refused != nil:
			req.done <- result{err: req.refused}
		default:
			out, oerr := r.outcome(ctx, req)
			req.done <- result{out: out, err: oerr}
		}
	}
}

// decide runs one request against the state and adds what it wants to the group.
func (r *Recorder) decide(ctx context.Context, g *group, req *request) error {
	if key := req.change.Key; key != "" {
		if first, ok := g.byKey[key]; ok {
			req.same, req.repeat = first, true
			return nil
		}
		at, ok, err := r.log.Lookup(ctx, key)
		if err != nil {
			return storeFailure(err)
		}
		if ok {
			req.at, req.repeat = at, true
			return nil
		}
	}
	tx := &Tx{state: r.state, catalogue: r.catalogue, scan: r.scan, now: r.now().UTC().Round(0), key: req.change.Key}
	tx.load = func(n int) (*Incident, error) { return r.loaded(ctx, n) }
	tx.named = func(key string) (Position, bool, error) { return r.place(ctx, g, tx, key) }
	tx.offered = func(n int) (Alert, bool, error) { return r.offered(ctx, n) }
	tx.book = &book{
		deploy:  func(n int) (Deploy, bool, error) { return r.deploy(ctx, n) },
		history: func(at place) ([]Deploy, error) { return r.history(ctx, at) },
		named:   func(key string) (int, bool, error) { return r.named(ctx, g, key) },
		pending: map[int]Deploy{}, names: map[string]int{},
	}
	if err := safely(func() error { return req.change.Decide(tx) }); err != nil {
		return err
	}
	if tx.refused != nil {
		return tx.refused
	}
	req.tx = tx
	err := safely(func() error { return r.apply(ctx, g, req) })
	if err != nil {
		r.distrust(tx)
	}
	return err
}

// distrust has the incidents that a change touched read again before they are
// used: the change failed while memory was being changed.
func (r *Recorder) distrust(tx *Tx) {
	for _, e := range tx.events {
		if e.Incident == Ledger {
			r.state.ledger.drop()
			continue
		}
		if _, known := r.state.summaries[e.Incident]; known {
			r.stale[e.Incident] = true
		} else {
			r.forget(e.Incident)
		}
	}
}

// safely turns a panic of a rule into an error of that one change.
func safely(f func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error:
			err = fmt.Errorf("a rule failed: %w\n%s", p, debug.Stack())
		default:
			err = fmt.Errorf("a rule failed: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// apply folds what the request wants into memory and adds it to the batch.
func (r *Recorder) apply(ctx context.Context, g *group, req *request) error {
	tx := req.tx
	recs := make([]Record, len(tx.events))
	for i, e := range tx.events {
		data, err := EncodeEvent(e)
		if err != nil {
			return err
		}
		recs[i] = Record{Incident: e.Incident, N: e.N, Data: data}
	}
	for _, p := range tx.erase {
		if err := r.eraseStored(ctx, g, p); err != nil {
			return storeFailure(err)
		}
	}
	for _, e := range tx.events {
		if e.Incident == Ledger {
			if n := ledgerNumber(e.Body); n > 0 {
				g.deploys[n] = true
			}
			g.ledgerUsed = true
		} else if _, ok := g.touched[e.Incident]; !ok {
			g.touched[e.Incident] = r.state.summaries[e.Incident]
		}
		if err := r.state.apply(e); err != nil {
			return err
		}
	}
	g.batch.Events = append(g.batch.Events, recs...)
	for _, e := range tx.effects {
		g.setEffect(r.state, e.Key, &e)
	}
	for _, key := range tx.settled {
		g.setEffect(r.state, key, nil)
	}
	r.refreshSummaries(tx)
	if len(tx.events) > 0 {
		req.at = Position{Incident: tx.events[0].Incident, N: tx.events[0].N}
		for _, e := range tx.events {
			if e.Incident == req.at.Incident {
				req.at.Count++
			}
		}
	}
	if key := req.change.Key; key != "" && len(tx.events)+len(tx.effects)+len(tx.settled) > 0 {
		g.byKey[key] = req
		g.batch.Keys = append(g.batch.Keys, KeyRow{Key: key, At: req.at})
	}
	for _, row := range tx.names {
		g.places[row.Key] = row.At
	}
	g.batch.Keys = append(g.batch.Keys, tx.names...)
	for key, number := range tx.book.names {
		g.names[key] = number
		g.batch.Keys = append(g.batch.Keys, KeyRow{Key: key, At: Position{Incident: Ledger, N: tx.seenAt(number), Count: 1}})
	}
	return nil
}

func (g *group) setEffect(s *state, key string, e *Effect) {
	if _, ok := g.before[key]; !ok {
		g.before[key] = nil
		if old, ok := s.effects[key]; ok {
			g.before[key] = &old
		}
	}
	g.effects[key] = e
	if e == nil {
		delete(s.effects, key)
		return
	}
	s.effects[key] = *e
}

// refreshSummaries keeps the summaries in step inside the group, so that a later
// request of the same group sees an incident that an earlier one declared.
func (r *Recorder) refreshSummaries(tx *Tx) {
	for n := range tx.added {
		if in, ok := r.state.open[n]; ok {
			r.state.putSummary(in.Summary())
		}
	}
}

// eraseStored blanks an event that is in the store, or in the group before us.
func (r *Recorder) eraseStored(ctx context.Context, g *group, p Position) error {
	i := slices.IndexFunc(g.batch.Events, func(rec Record) bool { return rec.Incident == p.Incident && rec.N == p.N })
	var rec Record
	if i >= 0 {
		rec = g.batch.Events[i]
	} else {
		recs, err := r.log.Events(ctx, p.Incident, p.N, 1)
		if err != nil {
			return err
		}
		if len(recs) == 0 || recs[0].N != p.N {
			return nil
		}
		rec = recs[0]
	}
	e, err := DecodeEvent(rec.Incident, rec.N, rec.Data)
	if err != nil {
		return err
	}
	b, ok := erased(e.Body)
	if !ok {
		return nil
	}
	e.Body, e.Secrets = b, nil
	if rec.Data, err = EncodeEvent(e); err != nil {
		return err
	}
	if i >= 0 {
		g.batch.Events[i] = rec
		return nil
	}
	g.batch.Erased = append(g.batch.Erased, rec)
	return nil
}

// store completes the batch with summaries and effects and commits it.
func (r *Recorder) store(ctx context.Context, g *group) error {
	for n, old := range g.touched {
		s := r.state.summaries[n]
		if s.equal(old) {
			continue
		}
		data, err := EncodeSummary(s)
		if err != nil {
			return err
		}
		g.batch.Summaries = append(g.batch.Summaries, Row{Key: s.ID(), Data: data})
	}
	for n := range g.deploys {
		d := r.state.ledger.deploys[n]
		data, err := EncodeDeploy(d)
		if err != nil {
			return err
		}
		at := placeOf(d.Service, d.Environment)
		g.batch.Deploys = append(g.batch.Deploys, DeployRow{Number: n, Service: at.service, Environment: at.environment, Data: data})
	}
	for key, e := range g.effects {
		if e == nil {
			if g.before[key] != nil {
				g.batch.Settled = append(g.batch.Settled, key)
			}
			continue
		}
		data, err := EncodeEffect(*e)
		if err != nil {
			return err
		}
		g.batch.Effects = append(g.batch.Effects, Row{Key: key, Data: data})
	}
	if g.batch.Empty() {
		return nil
	}
	return r.log.Commit(ctx, &g.batch)
}

// undo takes memory back to what is stored: touched incidents are read again
// before anybody sees them, effects and summaries get their old values.
func (r *Recorder) undo(g *group) {
	found := true // by what the look-ups say
	for n, old := range g.touched {
		found = found && old.foundAs(r.state.summaries[n])
		if old.Number == 0 {
			r.forget(n)
			continue
		}
		r.state.setSummary(n, old)
		r.stale[n] = true
	}
	for key, old := range g.before {
		if old == nil {
			delete(r.state.effects, key)
			continue
		}
		r.state.effects[key] = *old
	}
	if g.ledgerUsed {
		r.state.ledger.drop()
		r.state.ledger.next, r.state.ledger.highest = g.ledger.next, g.ledger.highest
	}
	if !found { // which takes long when there are many incidents
		r.state.index()
	}
}

// forget drops an incident that was never stored.
func (r *Recorder) forget(n int) {
	delete(r.state.open, n)
	r.state.dropSummary(n)
	delete(r.used, n)
}

// outcome gives what the request led to; for a repeated delivery it is read back.
func (r *Recorder) outcome(ctx context.Context, req *request) (Outcome, error) {
	if req.same != nil {
		return Outcome{Events: maskAll(req.same.tx.events), Repeated: true}, nil
	}
	if !req.repeat {
		return Outcome{Events: maskAll(req.tx.events)}, nil
	}
	out := Outcome{Repeated: true}
	if req.at.Count == 0 {
		return out, nil
	}
	recs, err := r.log.Events(ctx, req.at.Incident, req.at.N, req.at.Count)
	if err != nil {
		return out, storeFailure(err)
	}
	for _, rec := range recs {
		e, err := DecodeEvent(rec.Incident, rec.N, rec.Data)
		if err != nil {
			return out, err
		}
		out.Events = append(out.Events, e.Masked())
	}
	return out, nil
}
