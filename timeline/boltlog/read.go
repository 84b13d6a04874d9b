package boltlog

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"backout/timeline"
)

// view runs a short read transaction. What f keeps it must have copied: the
// bytes belong to the map and change after the transaction.
func (l *Log) view(ctx context.Context, f func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := l.usable(); err != nil {
		return err
	}
	err := l.contain(func() error { return l.db.View(f) })
	if err == nil {
		return nil
	}
	if l.closed.Load() {
		return fmt.Errorf("%w: %w", ErrClosed, err)
	}
	if errors.Is(err, ErrDamaged) { // which names the file
		return err
	}
	return fmt.Errorf("read %s: %w", l.path, err)
}

// Lookup finds what a delivery key led to.
func (l *Log) Lookup(ctx context.Context, key string) (at timeline.Position, found bool, err error) {
	err = l.view(ctx, func(tx *bbolt.Tx) error {
		v := tx.Bucket([]byte(keysBucket)).Get([]byte(key))
		if v == nil {
			return nil
		}
		found = true
		v, err := l.opened(keysBucket, []byte(key), v)
		if err != nil {
			return err
		}
		at, err = decodePosition(v)
		return err
	})
	return at, found && err == nil, err
}

// Events reads at most limit events with N ≥ from; a limit below 1 reads none.
func (l *Log) Events(ctx context.Context, incident, from, limit int) ([]timeline.Record, error) {
	first, err := address(incident, max(from, 1))
	if err != nil {
		return nil, err
	}
	var out []timeline.Record
	err = l.view(ctx, func(tx *bbolt.Tx) error {
		c := tx.Bucket([]byte(eventsBucket)).Cursor()
		for k, v := c.Seek(first); len(out) < limit && len(k) == 8 && bytes.Equal(k[:4], first[:4]); k, v = c.Next() {
			n := int(binary.BigEndian.Uint32(k[4:]))
			v, err := l.opened(eventsBucket, k, v)
			if err != nil {
				return err
			}
			out = append(out, timeline.Record{Incident: incident, N: n, Data: bytes.Clone(v)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Boot reads all summaries and effects, in the order of their keys.
func (l *Log) Boot(ctx context.Context) (timeline.Boot, error) {
	var b timeline.Boot
	err := l.view(ctx, func(tx *bbolt.Tx) (err error) {
		found := newTallies()
		if b.Summaries, err = l.rows(tx, summariesBucket, found); err != nil {
			return err
		}
		if b.Effects, err = l.rows(tx, effectsBucket, found); err != nil {
			return err
		}
		b.LedgerEvent, b.LedgerDeploy = ledgerEnds(tx)
		return l.complete(tx, found)
	})
	if err != nil {
		return timeline.Boot{}, err
	}
	return b, nil
}

// rows reads a whole bucket and notes what there was.
func (l *Log) rows(tx *bbolt.Tx, bucket string, found tallies) ([]timeline.Row, error) {
	var out []timeline.Row
	c := tx.Bucket([]byte(bucket)).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		data, err := l.opened(bucket, k, v)
		if err != nil {
			return nil, err
		}
		sum, _ := carried(v)
		found[bucket].add(sum)
		out = append(out, timeline.Row{Key: string(k), Data: bytes.Clone(data)})
	}
	return out, nil
}

// complete refuses what was read at the start when some of it is missing.
func (l *Log) complete(tx *bbolt.Tx, found tallies) error {
	if l.version < sealedSince {
		return nil
	}
	w, err := newWriter(tx)
	if err == nil {
		found[eventsBucket], found[keysBucket] = w.sum[eventsBucket], w.sum[keysBucket]
		found[deploysBucket], found[historyBucket] = w.sum[deploysBucket], w.sum[historyBucket]
		err = w.sum.against(found)
	}
	if err != nil {
		return damaged(l.path, err)
	}
	return nil
}
