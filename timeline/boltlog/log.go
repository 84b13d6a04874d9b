package boltlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"backout/timeline"
)

// Options of [Open]. The zero value is what a running Backout uses.
type Options struct {
	// Timeout is how long to wait for another process to let go of the file; 0
	// means 3 s. Replacing a container takes about that long.
	Timeout time.Duration
	// ReadOnly opens an existing file for reading beside other readers. Commit is
	// refused, and pending erasures stay pending.
	ReadOnly bool
	// MaxBytes bounds the file's size; 0 means no bound. A commit that would need
	// more is refused and stores nothing.
	MaxBytes int
	// Logger is told what upkeep did or could not do; nil means nobody.
	Logger *slog.Logger

	// Tests make small files with these; 0 means the engine's own choice. For an
	// existing file the page size is that of the file.
	pageBytes, mapBytes, growBytes int
	// wholeUpTo is how large a file is examined before it is opened.
	wholeUpTo int64
}

const (
	defaultTimeout = 3 * time.Second
	// growBytes is by how much the file grows at a time; each growth costs a sync.
	growBytes = 1 << 20
	fileMode  = 0o600
)

// mapBytes is how much address space is reserved. Extending the map waits for
// all readers, a backup among them, so it should not happen in practice. It
// costs no memory.
func mapBytes() int {
	if strconv.IntSize < 64 {
		return 0
	}
	return 1 << 30
}

func (o Options) filled() Options {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.wholeUpTo == 0 {
		o.wholeUpTo = wholeUpTo
	}
	if o.mapBytes == 0 {
		o.mapBytes = mapBytes()
	}
	if o.growBytes == 0 {
		o.growBytes = growBytes
	}
	return o
}

// Log is a [timeline.Log] on one file. It is safe for concurrent use.
type Log struct {
	path string
	opt  Options
	db   *bbolt.DB
	file *os.File

	// turn is held by who writes. bbolt has a lock of its own, but waiting for that
	// one cannot be given up when a context ends.
	turn    chan struct{}
	broken  atomic.Pointer[error] // set once, when the log refuses everything
	version uint32                // of the file
	stop    context.CancelFunc    // of what runs beside
	beside  sync.WaitGroup
	closing sync.Once
	closed  atomic.Bool
	failure error // of Close
}

var _ timeline.Log = (*Log)(nil)

// ErrClosed is wrapped by the errors of calls after [Log.Close].
var ErrClosed = errors.New("the record is closed")

// ErrReadOnly is wrapped by Commit's error on a file opened for reading.
var ErrReadOnly = errors.New("the record is open for reading only")

// Open opens the file, creating it unless ReadOnly is set, and takes the
// writer's seat. Pending erasures are carried out first; when that is impossible,
// for want of space say, the log opens all the same, stays pending and says so to
// the Logger.
//
// The error wraps [ErrLocked], [ErrDamaged], timeline.ErrNewerVersion or the
// operating system's error, and is a sentence for the operator.
func Open(path string, opt Options) (*Log, error) {
	opt = opt.filled()
	path = realPath(path)
	db, file, err := openFile(path, opt)
	if err != nil {
		return nil, err
	}
	l := &Log{path: path, opt: opt, db: db, file: file, turn: make(chan struct{}, 1)}
	ctx, stop := context.WithCancel(context.Background())
	l.stop = stop
	if err := l.prepare(); err != nil {
		_ = l.Close()
		return nil, err
	}
	if info, err := l.file.Stat(); err == nil && info.Size() > opt.wholeUpTo && !opt.ReadOnly {
		l.beside.Go(func() { l.checkBeside(ctx) })
	}
	return l, nil
}

// prepare checks the format and does what upkeep is due.
func (l *Log) prepare() error {
	pending := false
	l.opt.pageBytes = l.db.Info().PageSize
	err := l.contain(func() error {
		var err error
		pending, err = l.format()
		return err
	})
	if err != nil || l.opt.ReadOnly {
		return err
	}
	removeLeftovers(l.path, l.opt.Logger)
	if !pending && l.version == format {
		return nil
	}
	switch err := l.rewrite(); {
	case err != nil && l.version < format:
		return &sentence{
			text:   fmt.Sprintf("The data file %s is of an older version and could not be brought up to date (%v). It is as it was; make room for a second copy of it beside it and start again.", l.path, err),
			causes: []error{err},
		}
	case err != nil:
		l.opt.Logger.Warn("erased text stays in the free pages of the data file until it can be rewritten at a later start", "path", l.path, "err", err)
	}
	return nil
}

// Close gives up the lock. It waits for calls under way; later ones get an error
// that wraps ErrClosed. A second call gives the first one's result.
func (l *Log) Close() error {
	l.closing.Do(func() {
		l.stop()
		l.beside.Wait()
		l.turn <- struct{}{}
		defer func() { <-l.turn }()
		l.closed.Store(true)
		if l.broken.Load() != nil {
			// bbolt may hold its own locks for ever after a panic. The seat is freed;
			// the map goes with the process.
			l.failure = abandon(l.file)
			return
		}
		if err := l.contain(l.db.Close); err != nil {
			l.failure = fmt.Errorf("close %s: %w", l.path, err)
		}
	})
	return l.failure
}

// usable says why nothing can be done, or nil.
func (l *Log) usable() error {
	if l.closed.Load() {
		return ErrClosed
	}
	if p := l.broken.Load(); p != nil {
		return *p
	}
	return nil
}
