package boltlog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// ErrLocked means that another process has the file open.
var ErrLocked = errors.New("the data file is locked")

// ErrDamaged means that the file cannot be read as a record.
var ErrDamaged = errors.New("the data file is damaged")

// errMoved means that the file was replaced while we waited for its lock.
var errMoved = errors.New("the data file was replaced meanwhile")

// sentence is an error for the operator: what is the case and what to do, with
// the causes behind it.
type sentence struct {
	text   string
	causes []error
}

func (s *sentence) Error() string { return s.text }

func (s *sentence) Unwrap() []error { return s.causes }

func damaged(path string, cause error) error {
	if errors.Is(cause, ErrDamaged) {
		return cause
	}
	return &sentence{
		text: fmt.Sprintf("The data file %s is damaged, or it is no record of Backout (%v). "+
			"Stop Backout, move the file aside and put the last backup in its place: backout restore FILE.", path, cause),
		causes: []error{ErrDamaged, cause},
	}
}

func locked(path string, waited time.Duration) error {
	how := "its lock was not free within " + waited.String()
	if waited == 0 {
		how = "it has the file locked"
	}
	return &sentence{
		text: fmt.Sprintf("Another Backout is running on %s: %s. "+
			"Stop that one first, or give this one a data file of its own.", path, how),
		causes: []error{ErrLocked},
	}
}

// realPath follows links, so that a rewrite replaces the file and not the link.
func realPath(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	return path
}

// openFile opens and locks what is at path. A process that waits for the lock
// while another rewrites the file would get the lock of the old one, which has
// no name any more; so it looks again at what the name stands for.
func openFile(path string, opt Options) (*bbolt.DB, *os.File, error) {
	deadline := time.Now().Add(opt.Timeout)
	for {
		db, file, err := openOnce(path, opt, max(time.Until(deadline), time.Millisecond))
		switch {
		case err == nil:
			return db, file, nil
		case errors.Is(err, errMoved) && time.Now().Before(deadline):
			continue
		case errors.Is(err, berrors.ErrTimeout), errors.Is(err, errMoved):
			return nil, nil, locked(path, opt.Timeout)
		case isSystem(err):
			return nil, nil, &sentence{
				text:   fmt.Sprintf("The data file %s cannot be opened (%v). Check that its folder exists and that Backout may write there.", path, err),
				causes: []error{err},
			}
		default:
			return nil, nil, damaged(path, err)
		}
	}
}

// lookFirst examines what is at path, before bbolt trusts it. It holds the lock
// for that, which it gives back.
func lookFirst(path string, opt Options, timeout time.Duration) error {
	file, err := os.Open(path)
	if err != nil {
		return nil // a new one, or bbolt says what the system says
	}
	defer func() { _ = file.Close() }()
	for deadline := time.Now().Add(timeout); !shared(file); time.Sleep(lockPause) {
		if time.Now().After(deadline) {
			return berrors.ErrTimeout
		}
	}
	return examined(file, opt.wholeUpTo)
}

// lockPause is how long to wait before a lock is asked for again.
const lockPause = 20 * time.Millisecond

func openOnce(path string, opt Options, timeout time.Duration) (db *bbolt.DB, file *os.File, err error) {
	started := time.Now()
	if err := lookFirst(path, opt, timeout); err != nil {
		return nil, nil, err
	}
	timeout = max(timeout-time.Since(started), time.Millisecond)
	err = guarded(func() error {
		var err error
		db, err = bbolt.Open(path, fileMode, &bbolt.Options{
			Timeout: timeout, ReadOnly: opt.ReadOnly, FreelistType: bbolt.FreelistMapType, NoStatistics: true,
			PreLoadFreelist: true, // else Check would load it beside readers
			InitialMmapSize: opt.mapBytes, PageSize: opt.pageBytes, MaxSize: opt.MaxBytes,
			OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
				var err error
				file, err = os.OpenFile(name, flag, mode)
				return file, err
			},
		})
		return err
	})
	if err != nil {
		if file != nil { // after a panic nobody else gives the lock back
			_ = abandon(file)
		}
		return nil, nil, err
	}
	db.AllocSize = opt.growBytes
	if !sameFile(path, file) {
		_ = db.Close()
		return nil, nil, errMoved
	}
	return db, file, nil
}

func sameFile(path string, file *os.File) bool {
	named, err := os.Stat(path)
	if err != nil {
		return false
	}
	open, err := file.Stat()
	return err == nil && os.SameFile(named, open)
}

// isSystem reports whether the operating system refused, rather than the file's
// content.
func isSystem(err error) bool {
	var errno syscall.Errno
	var path *os.PathError
	return errors.As(err, &errno) || errors.As(err, &path)
}

// panicked is what bbolt, or the memory map, said instead of returning an error.
type panicked struct{ value any }

func (p panicked) Error() string { return fmt.Sprint(p.value) }

// guarded turns a panic into an error. A page beyond the end of the file, or on
// a bad sector, faults in the memory map; that ends the process unless it is
// asked to be a panic, goroutine by goroutine.
func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = panicked{p}
		}
	}()
	return f()
}

// contain is guarded with a sentence about this file.
func (l *Log) contain(f func() error) error {
	err := guarded(f)
	if _, ok := errors.AsType[panicked](err); ok {
		return damaged(l.path, err)
	}
	return err
}
