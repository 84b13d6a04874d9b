package boltlog

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"backout/timeline"
)

// Commit stores the batch in one bbolt transaction: the pages are synced, then
// the page that points at them. It waits for its turn as long as ctx allows; once
// the transaction has begun it is carried through, as the disk cannot be
// interrupted. An empty batch touches nothing.
func (l *Log) Commit(ctx context.Context, b *timeline.Batch) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	defer func() { <-l.turn }()
	if l.opt.ReadOnly {
		return fmt.Errorf("write %s: %w", l.path, ErrReadOnly)
	}
	if b.Empty() {
		return nil
	}
	var mark uint64
	err := l.contain(func() error {
		return l.db.Update(func(tx *bbolt.Tx) error {
			var err error
			if mark, err = tx.Bucket([]byte(metaBucket)).NextSequence(); err != nil {
				return err
			}
			return write(tx, b)
		})
	})
	if err == nil {
		return nil
	}
	return l.failed(err, mark)
}

// take waits for the writer's turn.
func (l *Log) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	err := ctx.Err()
	if err == nil {
		err = l.usable()
	}
	if err != nil {
		<-l.turn
	}
	return err
}

// failed makes sure that a failed commit is one that left nothing. When the last
// sync fails, bbolt reports an error although the new state is what everybody
// reads from then on, and nobody can say what the disk has. mark is the commit's
// own number; when it can be read, or nothing can, the log is done for.
func (l *Log) failed(err error, mark uint64) error {
	wrapped := fmt.Errorf("write %s: %w", l.path, err)
	var p panicked
	unclear := errors.As(err, &p)
	if !unclear && mark > 0 {
		readErr := l.contain(func() error {
			return l.db.View(func(tx *bbolt.Tx) error {
				unclear = tx.Bucket([]byte(metaBucket)).Sequence() >= mark
				return nil
			})
		})
		unclear = unclear || readErr != nil
	}
	if unclear {
		var broken error = &sentence{
			text:   fmt.Sprintf("The disk left open whether the last write to %s took place. Nothing more is read or written until Backout is started again; what was acknowledged before is safe.", l.path),
			causes: []error{wrapped},
		}
		l.broken.CompareAndSwap(nil, &broken)
		return broken
	}
	return wrapped
}

func write(tx *bbolt.Tx, b *timeline.Batch) error {
	w, err := newWriter(tx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	steps := []func() error{
		func() error { return w.appendEvents(b.Events) },
		func() error { return w.appendKeys(b.Keys) },
		func() error { return w.erase(b.Erased) },
		func() error { return w.putRows(effectsBucket, b.Effects) },
		func() error { return w.putRows(summariesBucket, b.Summaries) },
		func() error { return w.putDeploys(b.Deploys) },
		func() error { return w.removeRows(effectsBucket, b.Settled) },
		w.finish,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) appendEvents(recs []timeline.Record) error {
	for _, r := range recs {
		key, err := address(r.Incident, r.N)
		if err != nil {
			return err
		}
		if w.has(eventsBucket, key) {
			return fmt.Errorf("%s of %s: %w", timeline.Ref(r.N), timeline.ID(r.Incident), timeline.ErrTaken)
		}
		if err := w.put(eventsBucket, key, r.Data); err != nil {
			return fmt.Errorf("%s of %s: %w", timeline.Ref(r.N), timeline.ID(r.Incident), err)
		}
	}
	if len(recs) == 0 {
		return nil
	}
	bucket := w.tx.Bucket([]byte(eventsBucket))
	return bucket.SetSequence(bucket.Sequence() + uint64(len(recs)))
}

func (w *writer) appendKeys(rows []timeline.KeyRow) error {
	for _, row := range rows {
		key := []byte(row.Key)
		if w.has(keysBucket, key) {
			return fmt.Errorf("key %q: %w", row.Key, timeline.ErrTaken)
		}
		if err := w.put(keysBucket, key, encodePosition(row.At)); err != nil {
			return fmt.Errorf("key %q: %w", row.Key, err)
		}
	}
	return nil
}

// erase replaces stored events and notes that old bytes are left in free pages.
func (w *writer) erase(recs []timeline.Record) error {
	if len(recs) == 0 {
		return nil
	}
	for _, r := range recs {
		key, err := address(r.Incident, r.N)
		if err != nil {
			return err
		}
		if !w.has(eventsBucket, key) {
			return fmt.Errorf("erase %s of %s: it is not stored", timeline.Ref(r.N), timeline.ID(r.Incident))
		}
		if err := w.put(eventsBucket, key, r.Data); err != nil {
			return fmt.Errorf("erase %s of %s: %w", timeline.Ref(r.N), timeline.ID(r.Incident), err)
		}
	}
	return w.tx.Bucket([]byte(metaBucket)).Put([]byte(erasuresKey), []byte{1})
}

func (w *writer) putRows(bucket string, rows []timeline.Row) error {
	for _, row := range rows {
		if err := w.put(bucket, []byte(row.Key), row.Data); err != nil {
			return fmt.Errorf("put %q: %w", row.Key, err)
		}
	}
	return nil
}

func (w *writer) removeRows(bucket string, keys []string) error {
	for _, key := range keys {
		if err := w.remove(bucket, []byte(key)); err != nil {
			return fmt.Errorf("remove %q: %w", key, err)
		}
	}
	return nil
}
