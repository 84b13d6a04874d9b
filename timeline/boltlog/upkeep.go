package boltlog

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"go.etcd.io/bbolt"
)

// leftover is what temporary files beside the data file are called, after its
// own name.
const leftover = ".tmp-"

// compactBytes bounds the memory of one step of a rewrite.
const compactBytes = 8 << 20

// removeLeftovers drops what a crash in the middle of a rewrite or backup left.
// Only who holds the lock may call it.
func removeLeftovers(path string, logger *slog.Logger) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), filepath.Base(path)+leftover) {
			continue
		}
		if err := os.Remove(filepath.Join(filepath.Dir(path), e.Name())); err != nil {
			logger.Warn("a temporary file could not be removed", "name", e.Name(), "err", err)
		}
	}
}

// rewrite replaces the file by one that holds live data only. The old file keeps
// its name until the new one is complete on disk, so a crash leaves one good
// file, whichever it is. The new one is locked before it gets the name.
func (l *Log) rewrite() error {
	tmp, err := tempName(l.path)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp) }() // fails when all went well: then it has the name
	db, file, err := l.copyLive(tmp)
	if err != nil {
		return err
	}
	err = os.Rename(tmp, l.path)
	if err == nil {
		err = syncFolder(filepath.Dir(l.path))
	}
	if err != nil && !sameFile(l.path, file) {
		_ = db.Close()
		return fmt.Errorf("replace %s: %w", l.path, err)
	}
	old := l.db
	l.db, l.file, l.version = db, file, format
	if cerr := old.Close(); err == nil {
		err = cerr
	}
	return err
}

// tempName makes an empty file beside path.
func tempName(path string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+leftover+"*")
	if err != nil {
		return "", fmt.Errorf("make a temporary file: %w", err)
	}
	return f.Name(), f.Close()
}

// copyLive writes what is live into the empty file tmp, with no erasures pending,
// and returns it open and synced. bbolt reads at one instant while it does so.
func (l *Log) copyLive(tmp string) (*bbolt.DB, *os.File, error) {
	opt := l.opt
	opt.ReadOnly, opt.MaxBytes = false, 0
	db, file, err := openOnce(tmp, opt, opt.Timeout)
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", tmp, err)
	}
	err = l.contain(func() error {
		if info, err := l.file.Stat(); err == nil {
			_ = file.Chmod(info.Mode().Perm())
		}
		// One sync at the end does, and no room to grow into needs to be copied.
		db.NoSync, db.NoGrowSync = true, true
		if err := bbolt.Compact(db, l.db, compactBytes); err != nil {
			return err
		}
		if l.version < format {
			if err := upgrade(db); err != nil {
				return err
			}
		}
		return db.Update(func(tx *bbolt.Tx) error {
			w, err := newWriter(tx)
			if err != nil {
				return err
			}
			if err := tx.Bucket([]byte(metaBucket)).Delete([]byte(erasuresKey)); err != nil {
				return err
			}
			return w.finish()
		})
	})
	if err == nil {
		db.MaxSize, db.NoSync, db.NoGrowSync = l.opt.MaxBytes, false, false
		err = finish(db, file)
	}
	if err != nil {
		_ = db.Close()
		return nil, nil, fmt.Errorf("copy %s: %w", l.path, err)
	}
	return db, file, nil
}

// finish makes a copy durable and as long as its pages say: trailing pages that
// are free may never have been written, and a short file counts as cut.
func finish(db *bbolt.DB, file *os.File) error {
	err := db.View(func(tx *bbolt.Tx) error {
		info, err := file.Stat()
		if err == nil && info.Size() < tx.Size() {
			err = file.Truncate(tx.Size())
		}
		return err
	})
	if err != nil {
		return err
	}
	return file.Sync()
}

// syncFolder makes a rename durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	return d.Sync()
}

// Backup writes a complete file of the record as it is at one instant, while
// commits go on. It holds live data only, so nothing that was erased, and opens
// like any other. A file that is damaged is refused, since a copy of it is of no
// use. The copy is made beside the data file first and needs that much space: a
// slow reader of the backup must not hold a transaction open.
func (l *Log) Backup(w io.Writer) error {
	if err := l.Check(context.Background()); err != nil {
		return err
	}
	tmp, err := tempName(l.path)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp) }()
	db, _, err := l.copyLive(tmp)
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return fmt.Errorf("close the copy: %w", err)
	}
	f, err := os.Open(tmp)
	if err != nil {
		return fmt.Errorf("read the copy: %w", err)
	}
	defer func() { _ = f.Close() }()
	if _, err := io.Copy(w, f); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return nil
}

// Sizes are what metrics show of the file.
type Sizes struct {
	// FileBytes is the size of the file, UsedBytes the part up to the last page in
	// use; free pages between are counted.
	FileBytes, UsedBytes int64
	// Events is how many events are stored. It is kept with them, not counted.
	Events int64
	// ErasuresPending is true while erased text may stand in free pages.
	ErasuresPending bool
}

// Sizes gives the file's sizes. It is cheap and may be called often.
func (l *Log) Sizes(ctx context.Context) (Sizes, error) {
	var s Sizes
	err := l.view(ctx, func(tx *bbolt.Tx) error {
		s.UsedBytes = tx.Size()
		s.Events = int64(tx.Bucket([]byte(eventsBucket)).Sequence())
		s.ErasuresPending = erasuresPending(tx)
		info, err := l.file.Stat()
		if err == nil {
			s.FileBytes = info.Size()
		}
		return err
	})
	return s, err
}
