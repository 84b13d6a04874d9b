package schedule

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"backout/timeline"
	"backout/timeline/nudges"
)

// Record is what the schedule needs of the record.
type Record interface {
	Record(ctx context.Context, c timeline.Change) (timeline.Outcome, error)
	Incident(ctx context.Context, number int) (*timeline.Incident, error)
	Summaries() []timeline.Summary
}

// Meter counts what happens.
type Meter interface {
	Count(name string, labels ...string)
}

// Options say what is due when. Meter and Log are required, and Parse where there
// is a cron line.
type Options struct {
	Nudges nudges.Policy
	// FollowUps and Digest are cron lines; empty is off.
	FollowUps, Digest string
	Backup            Backup
	// Announce: there is a channel for the digest.
	Announce bool
	// Retention is how long after the end the words of messages are kept; 0 keeps
	// them for ever.
	Retention time.Duration
	// Parse reads a cron line; only lines that are not empty are given to it.
	Parse func(line string) (cron.Schedule, error)
	// Now is the clock of the ticks of cron; nil means the system's.
	Now   func() time.Time
	Meter Meter
	Log   *slog.Logger
}

// Backup says where copies of the store go. Without a folder, a line or a way to
// write one there are none.
type Backup struct {
	Dir string
	// Keep is how many stay; 0 keeps all.
	Keep int
	Cron string
	// Write writes a hot copy of the store. It ends when w refuses to go on.
	Write func(w io.Writer) error
}

// Schedule does what is due.
type Schedule struct {
	record Record
	opt    Options
	lines  []*line

	ctx    context.Context // of the ticks of cron
	cancel context.CancelFunc
	cron   *cron.Cron

	mu              sync.Mutex
	begun, finished bool

	ticking sync.Mutex // held by the one tick, guards what follows and lines
	asked   map[string]bool
	rests   map[int]time.Time // resolved incidents → when they are looked at again
}

// New makes a schedule that does not tick by itself yet.
func New(r Record, o Options) (*Schedule, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Schedule{record: r, opt: o, asked: map[string]bool{}, rests: map[int]time.Time{}}
	for _, l := range []struct {
		key, cron string
		on        bool
		line
	}{
		{"nudges.digest", o.Digest, true, line{what: whatDigest, do: s.digest}},
		{"nudges.follow_ups", o.FollowUps, true, line{what: whatFollowUps, do: s.followUps}},
		{"backup.cron", o.Backup.Cron, o.Backup.Dir != "" && o.Backup.Write != nil, line{what: whatBackup, do: s.backup}},
	} {
		if l.cron == "" || !l.on {
			continue
		}
		var err error
		if l.due, err = o.Parse(l.cron); err != nil {
			return nil, fmt.Errorf("%s: %w", l.key, err)
		}
		s.lines = append(s.lines, &l.line)
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.cron = newCron(o.Log, func() { s.Tick(s.ctx, s.opt.Now()) })
	return s, nil
}

// Start has cron tick. After Stop it does nothing.
func (s *Schedule) Start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.begun && !s.finished {
		s.begun = true
		s.cron.Start()
	}
}

// Stop ends the ticking, gives a tick under way until ctx ends and waits for it.
// It may be called before Start and more than once.
func (s *Schedule) Stop(ctx context.Context) {
	s.mu.Lock()
	s.finished = true
	s.mu.Unlock()
	ended := s.cron.Stop().Done()
	select {
	case <-ended:
	case <-ctx.Done():
	}
	s.cancel()
	<-ended
}

// Tick does what is due at now. Cron calls it once a minute; whoever has a clock
// of his own may call it as well.
func (s *Schedule) Tick(ctx context.Context, now time.Time) {
	s.ticking.Lock()
	defer s.ticking.Unlock()
	now = now.UTC()
	s.contained(ctx, "reminders", func() error { return s.remind(ctx, now) })
	s.contained(ctx, "retention", func() error { return s.expire(ctx, now) })
	for _, l := range s.lines {
		s.contained(ctx, l.what, func() error { return s.run(ctx, l, now) })
	}
}
