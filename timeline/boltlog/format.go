package boltlog

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"backout/timeline"
)

// format is the version of the layout that this package writes. Version 1 had no
// deploys; it is brought up to date when it is opened for writing.
const format = 2

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
)

func buckets(version uint32) []string {
	first := []string{metaBucket, eventsBucket, keysBucket, effectsBucket, summariesBucket}
	if version < 2 {
		return first
	}
	return append(first, deploysBucket, historyBucket)
}

// wholeFile refuses a file that was cut: reading what is missing would fault.
func (l *Log) wholeFile() error {
	info, err := l.file.Stat()
	if err != nil {
		return fmt.Errorf("look at %s: %w", l.path, err)
	}
	return l.db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return damaged(l.path, fmt.Errorf("it was cut: %d bytes of %d are there", info.Size(), tx.Size()))
		}
		return nil
	})
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
		return checkFormat(l.path, tx)
	})
	if err == nil && !empty && !l.opt.ReadOnly {
		err = l.upgrade()
	}
	if err != nil || !empty {
		return pending, err
	}
	if l.opt.ReadOnly {
		return false, damaged(l.path, errors.New("it is empty"))
	}
	return false, l.db.Update(initialise)
}

// upgrade brings a file of an older version up to date.
func (l *Log) upgrade() error {
	old := false
	err := l.db.View(func(tx *bbolt.Tx) error {
		old = version(tx) < format
		return nil
	})
	if err != nil || !old {
		return err
	}
	return l.db.Update(initialise)
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
