package schedule

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"backout/timeline"
)

const (
	backupName = "backout-20060102-1504.db"
	// partName is the one that is being written. There is one at most, so that what
	// a crash left is overwritten and does not pile up.
	partName = ".backout-backup.part"
)

var backupShape = regexp.MustCompile(`^backout-[0-9]{8}-[0-9]{4}\.db$`)

// backup makes the copy of the due time, unless it is there, and removes those
// that are too many. It owes nothing to the outside.
func (s *Schedule) backup(ctx context.Context, due, _ time.Time) ([]timeline.Effect, error) {
	name := due.Format(backupName)
	made, err := s.copyStore(ctx, name)
	switch {
	case err != nil && ctx.Err() == nil:
		s.opt.Meter.Count("backout_backups_total", "failed")
		return nil, fmt.Errorf("make the backup %s: %w", name, err)
	case err != nil:
		return nil, err
	case made:
		s.opt.Meter.Count("backout_backups_total", "done")
		s.opt.Log.Info("a backup was made", "file", filepath.Join(s.opt.Backup.Dir, name))
	}
	if err := s.prune(name); err != nil { // the copy is made, which matters more
		s.opt.Log.Warn("old backups were not removed", "error", err)
	}
	return nil, nil
}

// copyStore writes a copy beside its place, and puts it there when it is complete
// and on the disk. A name that is taken is a copy that was made.
func (s *Schedule) copyStore(ctx context.Context, name string) (made bool, err error) {
	dir := s.opt.Backup.Dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, err
	}
	if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	part := filepath.Join(dir, partName)
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return false, err
	}
	defer func() {
		if !made {
			_, _ = f.Close(), os.Remove(part) // the next one removes it first
		}
	}()
	if err := s.opt.Backup.Write(while{ctx, f}); err != nil {
		return false, err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return false, err
	}
	if err := os.Rename(part, filepath.Join(dir, name)); err != nil {
		return false, err
	}
	return true, syncDir(dir)
}

// syncDir puts the names in a folder on the disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// prune removes the oldest backups that are too many, but never the one just made.
func (s *Schedule) prune(made string) error {
	if s.opt.Backup.Keep < 1 {
		return nil
	}
	entries, err := os.ReadDir(s.opt.Backup.Dir) // in the order of names, which is that of time
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool {
		return !e.Type().IsRegular() || !backupShape.MatchString(e.Name())
	})
	var errs []error
	for _, e := range entries[:max(0, len(entries)-s.opt.Backup.Keep)] {
		if e.Name() != made {
			errs = append(errs, os.Remove(filepath.Join(s.opt.Backup.Dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// while writes as long as the context has not ended.
type while struct {
	ctx context.Context
	w   io.Writer
}

func (w while) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.w.Write(p)
}
