package boltlog

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// wholeUpTo is how large a file may be to be examined from end to end before it
// is opened: that takes about a tenth of a second. Of a larger one only what leads
// to the leaves is; the rest is examined beside the work, and each value is held
// against its sum when it is read.
const wholeUpTo = 64 << 20

// examined refuses a file that is damaged, before bbolt sees it. The caller
// holds a lock that keeps writers out.
func examined(file *os.File, wholeUpTo int64) error {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 { // a new one
		return err
	}
	r, err := readRoot(file, info.Size())
	if err != nil {
		return err
	}
	f := &pageFile{r: file, size: info.Size(), root: r}
	if f.size <= wholeUpTo {
		return f.audit()
	}
	return f.skeleton()
}

// audit walks through everything, with sums and tallies where the file has them.
func (f *pageFile) audit() error {
	var rest, row, mark []byte
	found, sequences := newTallies(), map[string]uint64{}
	var unsealed error // of the first value whose sum is wrong
	f.sequence = func(bucket string, n uint64) { sequences[bucket] = n }
	f.item = func(bucket string, key, value []byte) error {
		if bucket == metaBucket {
			rest = appendMeta(rest, key, value)
			switch string(key) {
			case tallyKey:
				row = append([]byte(nil), value...)
			case formatKey:
				mark = append([]byte(nil), value...)
			}
			return nil
		}
		t := found[bucket]
		if t == nil {
			return fmt.Errorf("it has a part %q that is none of Backout's", bucket)
		}
		sum, _ := carried(value)
		t.add(sum)
		if _, err := opened(bucket, key, value); err != nil && unsealed == nil {
			unsealed = err
		}
		return nil
	}
	if err := f.walk(); err != nil {
		return err
	}
	if v, ok := versionOf(mark); !ok || v > format || v < sealedSince && row == nil {
		return nil // empty, newer or older: the format is looked at next
	}
	if unsealed != nil {
		return unsealed
	}
	want, err := decodeTallies(row, rest)
	if err != nil {
		return err
	}
	if n := sequences[eventsBucket]; n != want[eventsBucket].count {
		return fmt.Errorf("it counts %d events and has %d", n, want[eventsBucket].count)
	}
	return want.against(found)
}

// Check reads every page and every value and says what is wrong with the file;
// the error wraps ErrDamaged. Commits go on meanwhile. It reads about half a
// gigabyte in a second, and gives up when ctx ends.
func (l *Log) Check(ctx context.Context) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	// A transaction keeps the pages of this instant from being used again.
	tx, info, r, err := l.instant()
	<-l.turn
	if err == nil {
		f := &pageFile{r: untilDone{ctx, l.file}, size: info.Size(), root: r}
		err = f.audit()
		if rerr := tx.Rollback(); err == nil {
			err = rerr
		}
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, ErrDamaged), isSystem(err):
		return err
	}
	return damaged(l.path, err)
}

func (l *Log) instant() (tx *bbolt.Tx, info os.FileInfo, r root, err error) {
	err = l.contain(func() (err error) {
		if info, err = l.file.Stat(); err != nil {
			return err
		}
		if r, err = readRoot(l.file, info.Size()); err != nil {
			return err
		}
		tx, err = l.db.Begin(false)
		return err
	})
	return tx, info, r, err
}

// untilDone reads as long as the context has not ended.
type untilDone struct {
	ctx context.Context
	r   io.ReaderAt
}

func (u untilDone) ReadAt(p []byte, at int64) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.ReadAt(p, at)
}

// checkBeside examines a large file while it is in use. Damage ends its use:
// what is built on it would be wrong.
func (l *Log) checkBeside(ctx context.Context) {
	err := l.Check(ctx)
	if err == nil || !errors.Is(err, ErrDamaged) {
		return
	}
	l.opt.Logger.Error("the data file is damaged; nothing more is read or written", "path", l.path, "error", err)
	l.broken.CompareAndSwap(nil, &err)
}

func versionOf(mark []byte) (uint32, bool) {
	if len(mark) != 4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(mark), true
}
