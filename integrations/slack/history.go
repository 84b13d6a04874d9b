package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	strangers "backout/integrations/foreign"
	"backout/timeline"
)

// HistoryOptions are what a History is made from.
type HistoryOptions struct {
	// Reactions say which emoji, without colons, means what.
	Reactions map[string]timeline.Meaning
	// May judges who may give a message such a meaning.
	May MayMark
	// Now is the clock of data; nil means the system's.
	Now   func() time.Time
	Meter Meter
	Log   *slog.Logger
}

// History reads what was said while nobody listened and brings the record up to
// it. It is safe for concurrent use and runs nothing in the background.
type History struct {
	client *Client
	record Record
	opt    HistoryOptions

	mu    sync.Mutex
	lanes map[string]*lane
	read  map[string]thread // threads read since the last break, by channel:ts
	epoch int
}

// lane lets one sweep of a channel run and at most one more wait: whoever comes
// then joins the one that waits, which will read everything up to its own start.
type lane struct {
	running sync.Mutex
	waiting *waiting
}

type waiting struct {
	done chan struct{}
	err  error
}

// NewHistory makes a reader of history.
func NewHistory(c *Client, r Record, opt HistoryOptions) *History {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Meter == nil {
		opt.Meter = noMeter{}
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	return &History{client: c, record: r, opt: opt, lanes: map[string]*lane{}, read: map[string]thread{}}
}

// Sweep reads the channel's whole history since it belongs to the record, with
// replies, edits, deletions and reactions, records what is missing, and then that
// the record is complete up to the instant before the first page was asked for. A
// history that cannot be read any more is recorded as lost and returned as
// permanent trouble. A channel that is no incident's is left alone.
func (h *History) Sweep(ctx context.Context, channel string) error {
	h.mu.Lock()
	l := h.lanes[channel]
	if l == nil {
		l = &lane{}
		h.lanes[channel] = l
	}
	if w := l.waiting; w != nil {
		h.mu.Unlock()
		select {
		case <-w.done:
			return w.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	w := &waiting{done: make(chan struct{})}
	l.waiting = w
	h.mu.Unlock()

	l.running.Lock()
	defer l.running.Unlock()
	h.mu.Lock()
	l.waiting = nil // who comes from now on wants a reading that begins after now
	h.mu.Unlock()
	defer close(w.done)
	w.err = h.sweep(ctx, channel)
	h.opt.Meter.Count("backout_sweeps_total", outcome(w.err))
	return w.err
}

// Sweeps that run at once, and how often one that fails is tried again.
const (
	parallelSweeps = 4
	sweepTries     = 12
)

// SweepAll sweeps the channels after events may have been missed, a few at a time.
// Trouble that can heal is waited out, up to 30 s between tries; what is left in
// the end is returned.
func (h *History) SweepAll(ctx context.Context, channels []string) error {
	h.mu.Lock()
	h.epoch++ // every thread may have changed
	clear(h.read)
	h.mu.Unlock()
	var g errgroup.Group
	g.SetLimit(parallelSweeps)
	var mu sync.Mutex
	var failed error
	for _, channel := range channels {
		g.Go(func() error {
			if err := h.contained(func() error { return h.patiently(ctx, channel) }); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = errors.Join(failed, fmt.Errorf("read the history of %s: %w", channel, err))
			}
			return nil // one channel's trouble is not another's
		})
	}
	_ = g.Wait()
	return failed
}

// contained turns a fault in reading one channel into that channel's trouble.
func (h *History) contained(read func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			h.opt.Meter.Count("backout_panics_total", "slack")
			h.opt.Log.Error("a fault while reading history was contained", "panic", strangers.Fault(p), "stack", string(debug.Stack()))
			err = errors.New("Backout has a fault in reading it") //nolint:staticcheck // A name begins it.
		}
	}()
	return read()
}

func (h *History) patiently(ctx context.Context, channel string) error {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval = time.Second, 20*time.Second
	for try := 1; ; try++ {
		err := h.Sweep(ctx, channel)
		var t *timeline.Trouble
		switch {
		case err == nil:
			return nil
		case errors.As(err, &t) && t.Permanent, try == sweepTries, ctx.Err() != nil:
			return err
		}
		wait := delays.NextBackOff()
		if t != nil {
			wait = max(wait, t.After)
		}
		h.opt.Log.Info("a channel's history is read again", "in", wait.String(), "error", err)
		if sleep(ctx, wait) != nil {
			return err
		}
	}
}

// cannotHeal reports trouble after which a history will never be read again by
// itself: a person has to invite Backout or to repair the app.
func cannotHeal(err error) bool {
	var t *timeline.Trouble
	return errors.As(err, &t) && t.Permanent && codeOf(err) != ""
}
