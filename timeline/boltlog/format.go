package boltlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"backout/timeline"
)

// format is the version of the layout that this package writes. Version 1 had no
// deploys, version 2 no sums; both are brought up to date when they are opened
// for writing.
const (
	format      = 3
	sealedSince = 3
)

// Names in the file. They are functions' business only, so they are strings:
// a constant cannot be changed by accident.
const (
	metaBucket      = "meta"
	eventsBucket    = "events"
	keysBucket      = "keys"
	effectsBucket   = "effects"
	summariesBucket = "summaries"
	deploysBucket   = "deploys"    // number → service, environment, data
	historyBucket   = "deploys_by" // service, environment, number → nothing

	formatKey   = "format"
	erasuresKey = "erasures"
	tallyKey    = "tally"
)

func buckets(version uint32) []string {
	first := []string{metaBucket, eventsBucket, keysBucket, effectsBucket, summariesBucket}
	if version < 2 {
		return first
	}
	return append(first, deploysBucket, historyBucket)
}

// format checks what the file holds, makes a new one ready, and reports whether
// erasures are pending.
func (l *Log) format() (pending bool, err error) {
	empty := false
	err = l.db.View(func(tx *bbolt.Tx) error {
		name, _ := tx.Cursor().First()
		if empty = name == nil; empty {
			return nil
		}
		pending = erasuresPending(tx)
		if err := checkFormat(l.path, tx); err != nil {
			return err
		}
		l.version = version(tx)
		return nil
	})
	if err != nil || !empty {
		return pending, err
	}
	if l.opt.ReadOnly {
		return false, damaged(l.path, errors.New("it is empty"))
	}
	l.version = format
	return false, l.db.Update(func(tx *bbolt.Tx) error {
		if err := initialise(tx); err != nil {
			return err
		}
		return (&writer{tx: tx, sum: newTallies()}).finish()
	})
}

// sealBatch is how many values are given their sums in one step.
const sealBatch = 5000

// upgrade gives a copy that nobody uses yet what this version has.
func upgrade(db *bbolt.DB) error {
	if err := db.Update(initialise); err != nil {
		return err
	}
	sums := newTallies()
	for _, name := range talliedBuckets() {
		for from := []byte{}; from != nil; {
			err := db.Update(func(tx *bbolt.Tx) (err error) {
				from, err = sealSome(&writer{tx: tx, sum: sums}, name, from)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return db.Update(func(tx *bbolt.Tx) error { return (&writer{tx: tx, sum: sums}).finish() })
}

// sealSome gives some values of a bucket, with keys after from, their sums, and
// the key to go on behind; nil is the end.
func sealSome(w *writer, bucket string, from []byte) ([]byte, error) {
	var keys, values [][]byte
	c := w.tx.Bucket([]byte(bucket)).Cursor()
	k, v := c.Seek(from)
	if bytes.Equal(k, from) {
		k, v = c.Next()
	}
	for ; k != nil && len(keys) < sealBatch; k, v = c.Next() {
		keys, values = append(keys, bytes.Clone(k)), append(values, bytes.Clone(v))
	}
	for i, key := range keys {
		value := sealed(bucket, key, values[i])
		sum, _ := carried(value)
		w.sum[bucket].add(sum)
		if err := w.tx.Bucket([]byte(bucket)).Put(key, value); err != nil {
			return nil, err
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	return keys[len(keys)-1], nil
}

// initialise makes what a file of this version has, and leaves what is there.
func initialise(tx *bbolt.Tx) error {
	for _, name := range buckets(format) {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return tx.Bucket([]byte(metaBucket)).Put([]byte(formatKey), binary.BigEndian.AppendUint32(nil, format))
}

func checkFormat(path string, tx *bbolt.Tx) error {
	meta := tx.Bucket([]byte(metaBucket))
	if meta == nil {
		return damaged(path, errors.New("it has no format mark"))
	}
	mark := meta.Get([]byte(formatKey))
	if len(mark) != 4 {
		return damaged(path, errors.New("its format mark makes no sense"))
	}
	if v := binary.BigEndian.Uint32(mark); v > format {
		return &sentence{
			text: fmt.Sprintf("The data file %s was written by a newer version of Backout (format %d; this one reads up to %d). "+
				"Start that version, or a later one.", path, v, format),
			causes: []error{timeline.ErrNewerVersion},
		}
	}
	for _, name := range buckets(version(tx)) {
		if tx.Bucket([]byte(name)) == nil {
			return damaged(path, fmt.Errorf("its part %q is missing", name))
		}
	}
	return nil
}

// version is that of a file whose mark makes sense.
func version(tx *bbolt.Tx) uint32 {
	return binary.BigEndian.Uint32(tx.Bucket([]byte(metaBucket)).Get([]byte(formatKey)))
}

func erasuresPending(tx *bbolt.Tx) bool {
	meta := tx.Bucket([]byte(metaBucket))
	return meta != nil && meta.Get([]byte(erasuresKey)) != nil
}

// address is the key of an event.
func address(incident, n int) ([]byte, error) {
	const most = 1<<32 - 1
	if incident < timeline.Ledger || n < 1 || int64(incident) > most || int64(n) > most {
		return nil, fmt.Errorf("%s of %s is no possible place", timeline.Ref(n), timeline.ID(incident))
	}
	key := binary.BigEndian.AppendUint32(make([]byte, 0, 8), uint32(incident))
	return binary.BigEndian.AppendUint32(key, uint32(n)), nil
}

func encodePosition(p timeline.Position) []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 12), uint32(p.Incident))
	b = binary.BigEndian.AppendUint32(b, uint32(p.N))
	return binary.BigEndian.AppendUint32(b, uint32(p.Count))
}

func decodePosition(b []byte) (timeline.Position, error) {
	if len(b) != 12 {
		return timeline.Position{}, fmt.Errorf("a delivery key leads to %d bytes instead of 12", len(b))
	}
	return timeline.Position{
		Incident: int(binary.BigEndian.Uint32(b)),
		N:        int(binary.BigEndian.Uint32(b[4:])),
		Count:    int(binary.BigEndian.Uint32(b[8:])),
	}, nil
}
