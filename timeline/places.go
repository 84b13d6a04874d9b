package timeline

import "context"

// place gives what a name leads to: in this change, in this group, or stored.
func (r *Recorder) place(ctx context.Context, g *group, tx *Tx, key string) (Position, bool, error) {
	for _, row := range tx.names {
		if row.Key == key {
			return row.At, true, nil
		}
	}
	if at, ok := g.places[key]; ok {
		return at, true, nil
	}
	at, ok, err := r.log.Lookup(ctx, key)
	if err != nil {
		return at, false, storeFailure(err)
	}
	return at, ok, nil
}

// offered reads the alert that event n of the ledger offered.
func (r *Recorder) offered(ctx context.Context, n int) (Alert, bool, error) {
	if n < 1 {
		return Alert{}, false, nil
	}
	recs, err := r.log.Events(ctx, Ledger, n, 1)
	if err != nil || len(recs) == 0 || recs[0].N != n {
		return Alert{}, false, err
	}
	e, err := DecodeEvent(Ledger, n, recs[0].Data)
	if err != nil {
		return Alert{}, false, err
	}
	b, ok := e.Body.(AlertOffered)
	return b.Alert, ok, nil
}

// Offered gives the alert that was offered under the number.
func (r *Recorder) Offered(ctx context.Context, n int) (Alert, bool, error) { return r.offered(ctx, n) }

// named gives the number of the deploy that is known by key to those who report
// it.
func (r *Recorder) named(ctx context.Context, g *group, key string) (int, bool, error) {
	if n, ok := g.names[key]; ok {
		return n, true, nil
	}
	at, ok, err := r.log.Lookup(ctx, key)
	if err != nil || !ok {
		return 0, false, err
	}
	recs, err := r.log.Events(ctx, Ledger, at.N, 1)
	if err != nil || len(recs) == 0 {
		return 0, false, err
	}
	e, err := DecodeEvent(Ledger, recs[0].N, recs[0].Data)
	if err != nil {
		return 0, false, err
	}
	return ledgerNumber(e.Body), true, nil
}
