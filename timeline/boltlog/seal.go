package boltlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"go.etcd.io/bbolt"
)

// A stored value carries a sum of itself, its key and its bucket behind it, so
// that a bit that a disk turned is seen when the value is read. The tally of a
// bucket, how many values it has and what their sums come to, stands in meta: a
// value that went missing is seen by it.

const sealBytes = 4

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) } // made once by the library

// sumOf is the sum that a value carries.
func sumOf(bucket string, key, data []byte) uint32 {
	var head [32]byte
	b := append(head[:0], bucket...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(key)))
	sum := crc32.Update(0, castagnoli(), b)
	sum = crc32.Update(sum, castagnoli(), key)
	return crc32.Update(sum, castagnoli(), data)
}

func sealed(bucket string, key, data []byte) []byte {
	out := make([]byte, 0, len(data)+sealBytes)
	return binary.BigEndian.AppendUint32(append(out, data...), sumOf(bucket, key, data))
}

// carried is the sum that stands behind a value.
func carried(value []byte) (uint32, bool) {
	if len(value) < sealBytes {
		return 0, false
	}
	return binary.BigEndian.Uint32(value[len(value)-sealBytes:]), true
}

// opened takes the sum off a value and says whether it is right.
func opened(bucket string, key, value []byte) ([]byte, error) {
	sum, ok := carried(value)
	if !ok {
		return nil, fmt.Errorf("%q in its part %q makes no sense", key, bucket)
	}
	data := value[:len(value)-sealBytes]
	if sumOf(bucket, key, data) != sum {
		return nil, fmt.Errorf("%q in its part %q does not match its sum", key, bucket)
	}
	return data, nil
}

// opened is the function for a file that may be of an older version, without
// sums.
func (l *Log) opened(bucket string, key, value []byte) ([]byte, error) {
	if l.version < sealedSince {
		return value, nil
	}
	data, err := opened(bucket, key, value)
	if err != nil {
		return nil, damaged(l.path, err)
	}
	return data, nil
}

// tally is what there is in a bucket. Sums are added up and may wrap.
type tally struct{ count, sum uint64 }

func (t *tally) add(sum uint32)    { t.count, t.sum = t.count+1, t.sum+uint64(sum) }
func (t *tally) remove(sum uint32) { t.count, t.sum = t.count-1, t.sum-uint64(sum) }

// tallies are those of all buckets, in the order of talliedBuckets.
type tallies map[string]*tally

func talliedBuckets() []string {
	return []string{eventsBucket, keysBucket, effectsBucket, summariesBucket, deploysBucket, historyBucket}
}

func newTallies() tallies {
	t := tallies{}
	for _, name := range talliedBuckets() {
		t[name] = &tally{}
	}
	return t
}

// encode makes the row of meta. The other rows of meta go into its sum.
func (t tallies) encode(rest []byte) []byte {
	var b []byte
	for _, name := range talliedBuckets() {
		b = binary.BigEndian.AppendUint64(b, t[name].count)
		b = binary.BigEndian.AppendUint64(b, t[name].sum)
	}
	return binary.BigEndian.AppendUint32(b, sumOf(metaBucket, rest, b))
}

func decodeTallies(row, rest []byte) (tallies, error) {
	if len(row) != 16*len(talliedBuckets())+sealBytes {
		return nil, errors.New("its tally makes no sense")
	}
	t := newTallies()
	for i, name := range talliedBuckets() {
		t[name].count = binary.BigEndian.Uint64(row[16*i:])
		t[name].sum = binary.BigEndian.Uint64(row[16*i+8:])
	}
	if !slices.Equal(t.encode(rest), row) {
		return nil, errors.New("its tally does not match its sum")
	}
	return t, nil
}

// against says which bucket has more or less than it should.
func (t tallies) against(found tallies) error {
	for _, name := range talliedBuckets() {
		if *t[name] != *found[name] {
			return fmt.Errorf("its part %q has %d entries of %d, or others", name, found[name].count, t[name].count)
		}
	}
	return nil
}

// metaRest is what else stands in meta, in the order of its keys.
func metaRest(tx *bbolt.Tx) []byte {
	var b []byte
	_ = tx.Bucket([]byte(metaBucket)).ForEach(func(k, v []byte) error { // its only errors are those of this function
		b = appendMeta(b, k, v)
		return nil
	})
	return b
}

func appendMeta(b, key, value []byte) []byte {
	if string(key) == tallyKey {
		return b
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(key)))
	b = append(b, key...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
	return append(b, value...)
}

// writer changes buckets and keeps their tallies.
type writer struct {
	tx  *bbolt.Tx
	sum tallies
}

func newWriter(tx *bbolt.Tx) (*writer, error) {
	row := tx.Bucket([]byte(metaBucket)).Get([]byte(tallyKey))
	sum, err := decodeTallies(row, metaRest(tx))
	return &writer{tx: tx, sum: sum}, err
}

func (w *writer) has(bucket string, key []byte) bool {
	return w.tx.Bucket([]byte(bucket)).Get(key) != nil
}

// put stores a value, new or in place of another.
func (w *writer) put(bucket string, key, data []byte) error {
	b := w.tx.Bucket([]byte(bucket))
	if sum, ok := carried(b.Get(key)); ok {
		w.sum[bucket].remove(sum)
	}
	value := sealed(bucket, key, data)
	sum, _ := carried(value)
	w.sum[bucket].add(sum)
	return b.Put(key, value)
}

func (w *writer) remove(bucket string, key []byte) error {
	b := w.tx.Bucket([]byte(bucket))
	if sum, ok := carried(b.Get(key)); ok {
		w.sum[bucket].remove(sum)
	}
	return b.Delete(key)
}

// finish stores the tallies; it is the last step of every change.
func (w *writer) finish() error {
	return w.tx.Bucket([]byte(metaBucket)).Put([]byte(tallyKey), w.sum.encode(metaRest(w.tx)))
}
