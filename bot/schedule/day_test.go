package schedule_test

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"backout/bot/schedule"
	"backout/timeline"
)

// inBubble runs a test in a bubble in which cron itself ticks, on a Monday.
func inBubble(t *testing.T, o schedule.Options, wrap func(schedule.Record) schedule.Record, test func(t *testing.T, h *office)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday("00:00:30")))
		h := newOffice(t, time.Now(), o)
		h.close() // it was opened on another clock
		h.opt.Now, h.wrap = time.Now, wrap
		h.reopen()
		defer h.close()
		h.sched.Start()
		test(t, h)
	})
}

// reopen begins a new process after close.
func (h *office) reopen() {
	h.Helper()
	mem, err := h.mem.Reopen()
	if err != nil {
		h.Fatal(err)
	}
	h.mem = mem
	h.open()
}

// until lets the time pass.
func until(at time.Time) {
	time.Sleep(time.Until(at))
	synctest.Wait()
}

// TestADay is every timer over a day, ticked by cron, with a restart in it.
func TestADay(t *testing.T) {
	t.Parallel()
	o := usual()
	o.Backup = backups(t.TempDir(), 2, writes("x")).Backup
	inBubble(t, o, nil, func(t *testing.T, h *office) {
		until(monday("08:00:30"))
		h.declares(1, timeline.Declaration{Severity: "1"})
		until(monday("08:10:30"))
		h.does(timeline.SetRole(h.key(), ana, 1, timeline.LeadRole, bob))
		h.does(timeline.AddFollowUp(h.key(), ana, 1, timeline.FollowUpAdded{Text: "Add an index", Owner: ana, Due: "2026-11-23"}))
		until(monday("09:05:30"))
		h.close()
		until(monday("09:20:30"))
		h.reopen()
		h.sched.Start()
		until(monday("09:40:30"))
		h.does(timeline.GiveUpdate(h.key(), bob, 1, "It is over.", time.Time{}))
		h.does(timeline.Hear(timeline.Said{Channel: channel(1), TS: timeline.SlackTS(time.Now()), Who: bob, Text: "It is over."}))
		until(monday("10:00:30"))
		h.does(timeline.Mitigate(h.key(), bob, 1, ""))
		until(monday("12:00:30"))
		h.does(timeline.Resolve(h.key(), bob, 1, ""))
		h.declares(2, timeline.Declaration{Severity: "4", Lead: ana})
		until(monday("23:59:30"))
		h.wants(
			"00:01 backup", "00:01 follow_ups", // Sunday's and Friday's, made up for
			"03:30 backup",
			"08:06 no_lead INC-1",
			"08:31 quiet INC-1", "08:31 update INC-1",
			"09:00 digest", "09:00 follow_ups",
			"09:01 update INC-1",
			"09:31 update INC-1",
			"12:31 quiet INC-2",
			"15:01 postmortem INC-1",
			"18:01 stale INC-2",
		)
	})
}

// TestTicksDoNotOverlap has one tick take more than five minutes.
func TestTicksDoNotOverlap(t *testing.T) {
	t.Parallel()
	o := usual()
	running, most := 0, 0
	o.Backup = backups(t.TempDir(), 2, func(io.Writer) error {
		running++
		most = max(most, running)
		time.Sleep(5*time.Minute + 30*time.Second) // ends between two ticks
		running--
		return nil
	}).Backup
	inBubble(t, o, nil, func(t *testing.T, h *office) {
		until(monday("03:25:30"))
		h.declares(1, timeline.Declaration{})
		until(monday("03:50:30"))
		h.wants("00:01 follow_ups", "00:06 backup", "03:35 backup", "03:36 no_lead INC-1")
		if most != 1 {
			t.Errorf("%d at once", most)
		}
	})
}

// faulty panics at its first uses.
type faulty struct {
	record
	left *int
}

func (f faulty) Summaries() []timeline.Summary {
	if *f.left > 0 {
		*f.left--
		panic("a fault")
	}
	return f.record.Summaries()
}

func TestAFaultEndsNoTicking(t *testing.T) {
	t.Parallel()
	left := 20
	inBubble(t, onlyNudges(), func(r schedule.Record) schedule.Record { return faulty{r, &left} }, func(t *testing.T, h *office) {
		h.declares(1, timeline.Declaration{})
		until(monday("00:40:30"))
		h.wants("00:21 no_lead INC-1", "00:31 quiet INC-1")
		if n := h.meter.of("backout_panics_total schedule"); n != 20 {
			t.Errorf("counted %d", n)
		}
	})
}

func TestStopWaitsForATickUnderWay(t *testing.T) {
	t.Parallel()
	o := usual()
	o.Backup = backups(t.TempDir(), 2, func(w io.Writer) error {
		for range 20 {
			time.Sleep(time.Minute)
			if _, err := w.Write([]byte("more")); err != nil {
				return err
			}
		}
		return nil
	}).Backup
	inBubble(t, o, nil, func(t *testing.T, h *office) {
		until(monday("03:31:30"))
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
		defer cancel()
		h.sched.Stop(ctx)
		if now := time.Now(); !now.Equal(monday("03:37:00")) { // the writer looks up once a minute
			t.Errorf("stopped at %s", now)
		}
		h.sched.Stop(ctx)
		h.sched.Start()
		until(monday("06:00:30"))
		h.wants("00:01 follow_ups", "00:21 backup")
	})
}

func TestStopBeforeStart(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("14:00:30"), usual())
	h.sched.Stop(context.Background())
	h.sched.Start()
	h.sched.Stop(context.Background())
}
