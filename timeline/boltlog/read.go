package boltlog

import (
	"bytes"
	"context"
	"encoding/binary"
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
		var err error
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
	err := l.view(ctx, func(tx *bbolt.Tx) error {
		b.Summaries = rows(tx.Bucket([]byte(summariesBucket)))
		b.Effects = rows(tx.Bucket([]byte(effectsBucket)))
		b.LedgerEvent, b.LedgerDeploy = ledgerEnds(tx)
		return nil
	})
	if err != nil {
		return timeline.Boot{}, err
	}
	return b, nil
}

func rows(bucket *bbolt.Bucket) []timeline.Row {
	var out []timeline.Row
	c := bucket.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		out = append(out, timeline.Row{Key: string(k), Data: bytes.Clone(v)})
	}
	return out
}
