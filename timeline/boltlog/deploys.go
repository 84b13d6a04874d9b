package boltlog

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"go.etcd.io/bbolt"

	"backout/timeline"
)

// A row of the deploys bucket is a JSON array of service and environment on one
// line, then the data: both are needed to find the row of the other bucket, and
// neither has a byte that could not stand in the other.

func deployKey(number int) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(number))
}

// historyPrefix begins the keys of one service and environment. Each word stands
// behind its length, so that no pair of words is the beginning of another.
func historyPrefix(service, environment string) []byte {
	var key []byte
	for _, word := range []string{service, environment} {
		key = binary.BigEndian.AppendUint32(key, uint32(len(word)))
		key = append(key, word...)
	}
	return key
}

func (w *writer) putDeploys(rows []timeline.DeployRow) error {
	for _, r := range rows {
		if r.Number < 1 {
			return fmt.Errorf("%s is no possible number of a deploy", timeline.DeployID(r.Number))
		}
		head, err := json.Marshal([2]string{r.Service, r.Environment})
		if err != nil {
			return err
		}
		key := deployKey(r.Number)
		if err := w.put(deploysBucket, key, append(append(head, '\n'), r.Data...)); err != nil {
			return fmt.Errorf("put %s: %w", timeline.DeployID(r.Number), err)
		}
		at := append(historyPrefix(r.Service, r.Environment), key...)
		if err := w.put(historyBucket, at, nil); err != nil {
			return fmt.Errorf("put %s: %w", timeline.DeployID(r.Number), err)
		}
	}
	return nil
}

// Deploys reads rows of deploys, newest number first. A file that was written
// before there were any, opened for reading, has none.
func (l *Log) Deploys(ctx context.Context, q timeline.DeployQuery) ([]timeline.DeployRow, error) {
	var out []timeline.DeployRow
	err := l.view(ctx, func(tx *bbolt.Tx) error {
		rows := tx.Bucket([]byte(deploysBucket))
		if rows == nil {
			return nil
		}
		return eachDeploy(tx, q, func(key []byte) error {
			value, err := l.opened(deploysBucket, key, rows.Get(key))
			if err != nil {
				return err
			}
			r, err := deployRow(key, value)
			out = append(out, r)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// eachDeploy visits the keys of the deploys that q asks for, backwards.
func eachDeploy(tx *bbolt.Tx, q timeline.DeployQuery, visit func(key []byte) error) error {
	bucket, prefix := deploysBucket, []byte(nil)
	if q.Service != "" || q.Environment != "" {
		bucket, prefix = historyBucket, historyPrefix(q.Service, q.Environment)
	}
	before := uint64(math.MaxUint64)
	if q.Before > 0 {
		before = uint64(q.Before)
	}
	c := tx.Bucket([]byte(bucket)).Cursor()
	k, _ := c.Seek(binary.BigEndian.AppendUint64(bytes.Clone(prefix), before))
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	for n := 0; n < q.Limit && len(k) == len(prefix)+8 && bytes.HasPrefix(k, prefix); n++ {
		if err := visit(k[len(prefix):]); err != nil {
			return err
		}
		k, _ = c.Prev()
	}
	return nil
}

func deployRow(key, value []byte) (timeline.DeployRow, error) {
	r := timeline.DeployRow{Number: int(binary.BigEndian.Uint64(key))}
	head, data, ok := bytes.Cut(value, []byte("\n"))
	var place [2]string
	if !ok || json.Unmarshal(head, &place) != nil {
		return r, errors.New(timeline.DeployID(r.Number) + " makes no sense")
	}
	r.Service, r.Environment, r.Data = place[0], place[1], bytes.Clone(data)
	return r, nil
}

// ledgerEnds gives the highest number of an event of the record of deploys, and
// of a deploy.
func ledgerEnds(tx *bbolt.Tx) (event, deploy int) {
	next, err := address(timeline.Ledger+1, 1)
	if err != nil {
		return 0, 0
	}
	c := tx.Bucket([]byte(eventsBucket)).Cursor()
	k, _ := c.Seek(next[:4])
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	if len(k) == 8 && binary.BigEndian.Uint32(k) == timeline.Ledger {
		event = int(binary.BigEndian.Uint32(k[4:]))
	}
	if rows := tx.Bucket([]byte(deploysBucket)); rows != nil {
		if k, _ := rows.Cursor().Last(); k != nil {
			deploy = int(binary.BigEndian.Uint64(k))
		}
	}
	return event, deploy
}
