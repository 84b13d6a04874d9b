package schedule_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"backout/bot/schedule"
	"backout/timeline"
	"backout/timeline/nudges"
)

func onlyNudges() schedule.Options { return schedule.Options{Nudges: usual().Nudges} }

func TestRemindersAreGivenOnceAndOwed(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("14:00:30"), onlyNudges())
	h.declares(1, timeline.Declaration{})
	h.passes(monday("14:20:00"))
	h.sched.Tick(context.Background(), h.now) // whoever ticks twice does no harm
	h.wants("14:06 no_lead INC-1")
	if got := h.owed(timeline.OweNudge); len(got) != 1 {
		t.Errorf("owed: %v", got)
	}
	if n := h.meter.of("backout_reminders_total no_lead"); n != 1 {
		t.Errorf("counted %d", n)
	}
	h.restarts()
	h.passes(monday("14:30:00"))
	h.wants("14:06 no_lead INC-1")
	if n := h.meter.of("backout_reminders_total no_lead"); n != 1 {
		t.Errorf("counted %d after a restart", n)
	}
}

func TestTroubleOfTheStoreIsMetAgain(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("14:00:30"), onlyNudges())
	h.declares(1, timeline.Declaration{})
	h.declares(2, timeline.Declaration{})
	h.passes(monday("14:05:30"))
	h.mem.FailCommits(2)
	h.passes(monday("14:10:00"))
	h.wants("14:08 no_lead INC-1", "14:08 no_lead INC-2") // one commit failed at each tick before
}

func TestOneThatWasStoppedInTheSameMomentIsNotForgotten(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("14:00:30"), onlyNudges())
	set := func(stopped bool) {
		h.does(timeline.SetNudge(h.key(), bob, 1, timeline.NudgeNoLead, time.Time{}, stopped))
	}
	h.wrap = func(r schedule.Record) schedule.Record {
		return late{r, func() {
			if h.now.Equal(monday("14:06:00")) {
				set(true)
			}
		}}
	}
	h.restarts()
	h.declares(1, timeline.Declaration{})
	h.passes(monday("14:10:30"))
	h.wants()
	set(false)
	h.passes(monday("14:12:00"))
	h.wants("14:11 no_lead INC-1")
}

func TestTicksFromSeveralSidesTakeTurns(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("08:59:30"), usual())
	h.declares(1, timeline.Declaration{})
	h.now = monday("09:05:00")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { h.sched.Tick(context.Background(), h.now) })
	}
	all.Wait()
	h.wants("09:05 digest", "09:05 follow_ups", "09:05 no_lead INC-1")
}

// record has a name that can be embedded.
type record = schedule.Record

// hindered is a record with some trouble.
type hindered struct {
	record
	unreadable int
}

func (h hindered) Incident(ctx context.Context, n int) (*timeline.Incident, error) {
	if n == h.unreadable {
		return nil, errors.Join(timeline.ErrStore, errors.New("a torn page"))
	}
	return h.record.Incident(ctx, n)
}

func TestAnIncidentThatCannotBeReadHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("14:00:30"), onlyNudges())
	h.wrap = func(r schedule.Record) schedule.Record { return hindered{record: r, unreadable: 2} }
	h.restarts()
	for n := range 3 {
		h.declares(n+1, timeline.Declaration{})
	}
	h.passes(monday("14:10:00"))
	h.wants("14:06 no_lead INC-1", "14:06 no_lead INC-3")
}

// late lets somebody act between the look at an incident and the record.
type late struct {
	record
	act func()
}

func (l late) Incident(ctx context.Context, n int) (*timeline.Incident, error) {
	in, err := l.record.Incident(ctx, n)
	l.act()
	return in, err
}

func TestWhatSomebodyMadeNeedlessInTheSameMomentIsNotGiven(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("14:00:30"), onlyNudges())
	h.wrap = func(r schedule.Record) schedule.Record {
		return late{r, func() {
			if h.now.Equal(monday("14:06:00")) {
				h.does(timeline.SetRole(h.key(), bob, 1, timeline.LeadRole, bob))
			}
		}}
	}
	h.restarts()
	h.declares(1, timeline.Declaration{})
	h.passes(monday("14:20:00"))
	h.wants()
	h.wrap = nil
	h.does(timeline.SetRole(h.key(), bob, 1, timeline.LeadRole, ""))
	h.passes(monday("14:25:00"))
	h.wants("14:25 no_lead INC-1")
}

func TestAReminderWaitsForTheChannel(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("14:00:30"), onlyNudges())
	h.does(timeline.Declare(h.key(), ana, timeline.Declaration{Title: "Trouble"}))
	h.passes(monday("14:10:30"))
	h.wants()
	h.does(timeline.ChannelIsOpen(timeline.Effect{Key: "INC-1/open_channel", Kind: timeline.OweChannel, Incident: 1}, timeline.Channel{ID: "C1", Name: "inc"}))
	h.passes(monday("14:12:00"))
	h.wants("14:11 no_lead INC-1")
}

func TestPostmortemsOfManyIncidentsThatAreNotLoaded(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("14:00:30"), schedule.Options{Nudges: nudges.Policy{Postmortem: 3 * time.Hour}})
	for n := 1; n <= 5; n++ {
		h.declares(n, timeline.Declaration{Drill: n == 5})
		h.does(timeline.Resolve(h.key(), ana, n, ""))
	}
	h.does(timeline.SetNudge(h.key(), ana, 2, timeline.NudgePostmortem, time.Time{}, true))
	h.does(timeline.SetNudge(h.key(), ana, 3, timeline.NudgePostmortem, day(24, "09:00:00"), false))
	h.passes(monday("18:00:30"))
	h.does(timeline.SetNudge(h.key(), ana, 4, timeline.NudgePostmortem, monday("18:30:30"), false))
	h.passes(monday("18:10:30"))
	h.restarts()
	h.passes(day(24, "12:00:00"))
	h.wants("17:01 postmortem INC-1", "17:01 postmortem INC-4", "18:31 postmortem INC-4", "09:00 postmortem INC-3")
}
