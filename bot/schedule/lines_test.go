package schedule_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/bot/config"
	"backout/bot/schedule"
	"backout/timeline"
)

func TestALineThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	o := schedule.Options{Digest: "0 9 * *", Parse: config.ParseSchedule, Meter: &meter{}, Log: slog.New(slog.DiscardHandler)}
	if _, err := schedule.New(nil, o); err == nil || !strings.Contains(err.Error(), "nudges.digest") {
		t.Errorf("got %v", err)
	}
}

func onlyLines() schedule.Options {
	o := usual()
	o.Nudges = schedule.Options{}.Nudges
	return o
}

func TestTheDigestIsOwedWhenThereIsSomethingToSay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		acts func(*office)
		want int
	}{
		"an incident is open":   {func(h *office) { h.declares(1, timeline.Declaration{}) }, 1},
		"nothing is open":       {func(*office) {}, 0},
		"only a private one is": {func(h *office) { h.declares(1, timeline.Declaration{Private: true}) }, 0},
		"only a drill is":       {func(h *office) { h.declares(1, timeline.Declaration{Drill: true}) }, 0},
		"it was resolved": {func(h *office) {
			h.declares(1, timeline.Declaration{})
			h.does(timeline.Resolve(h.key(), ana, 1, ""))
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openOffice(t, monday("08:59:30"), onlyLines())
			c.acts(h)
			h.passes(monday("09:00:30"))
			h.declares(len(h.rec.Summaries())+1, timeline.Declaration{}) // too late for this one
			h.passes(monday("10:00:00"))
			h.restarts()
			h.passes(monday("23:00:00"))
			h.wants("09:00 digest", "09:00 follow_ups")
			if got := len(h.owed(timeline.OweDigest)); got != c.want || h.meter.of("backout_reminders_total digest") != c.want {
				t.Errorf("%d are owed and %v counted, want %d", got, h.meter.counts, c.want)
			}
		})
	}
}

func TestThereIsNoDigestWithoutAPlaceForIt(t *testing.T) {
	t.Parallel()
	o := onlyLines()
	o.Announce = false
	h := openOffice(t, monday("08:59:30"), o)
	h.declares(1, timeline.Declaration{})
	h.passes(monday("09:01:00"))
	if got := h.owed(timeline.OweDigest); len(got) != 0 {
		t.Errorf("owed: %q", got)
	}
}

func TestFollowUpsAreOwedToTheirOwners(t *testing.T) {
	t.Parallel()
	h := openOffice(t, day(20, "12:00:00"), onlyLines())
	add := func(n int, owner, due string) {
		h.does(timeline.AddFollowUp(h.key(), ana, n, timeline.FollowUpAdded{Text: "Add an index", Owner: owner, Due: due}))
	}
	h.declares(1, timeline.Declaration{})
	h.declares(2, timeline.Declaration{Private: true})
	h.declares(3, timeline.Declaration{Drill: true})
	add(1, ana, "2026-11-23") // today
	add(1, ana, "2026-11-21")
	add(1, "U0TOM", "2026-11-24") // tomorrow
	add(1, "", "2026-11-20")
	add(1, "U0EVE", "")
	add(2, bob, "2026-11-20")
	add(3, "U0TIM", "2026-11-20")
	add(1, "U0DONE", "2026-11-20")
	h.does(timeline.SetFollowUp(h.key(), ana, 1, timeline.FollowUpSet{Number: 6, State: timeline.FollowUpDone}))
	h.does(timeline.Resolve(h.key(), ana, 1, "")) // its follow-ups stay
	h.now = monday("08:59:30")
	h.passes(monday("09:00:00"))
	if got := h.owed(timeline.OweFollowUps); !slices.Equal(got, []string{ana, bob}) {
		t.Errorf("owed to %q", got)
	}
	if n := h.meter.of("backout_reminders_total follow_ups"); n != 2 {
		t.Errorf("counted %d", n)
	}
}

func TestAfterAStandstillTheNewestDueTimeCounts(t *testing.T) {
	t.Parallel()
	o := onlyLines()
	o.FollowUps = "0 * * * *"
	h := openOffice(t, day(26, "08:59:30"), o) // a Thursday: three days after the digest was due
	h.passes(day(26, "09:00:00"))
	h.wants("09:00 digest", "09:00 follow_ups")
	h.now = day(26, "14:17:30")
	h.passes(day(26, "15:00:00"))
	h.wants("09:00 digest", "09:00 follow_ups", "14:18 follow_ups", "15:00 follow_ups")
	if by := h.given()[2].By; by != "cron:follow_ups:1795701600" || time.Unix(1795701600, 0).UTC() != day(26, "14:00:00") {
		t.Errorf("recorded as %s", by)
	}
}

func TestWhatWasDueLongAgoIsNotMadeUpFor(t *testing.T) {
	t.Parallel()
	h := openOffice(t, day(26, "09:00:30"), onlyLines())
	h.passes(day(26, "09:05:00"))
	h.wants("09:01 follow_ups")
}

func TestTroubleOfTheStoreDelaysALine(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("08:59:30"), onlyLines())
	h.declares(1, timeline.Declaration{})
	h.mem.FailCommits(3)
	h.passes(monday("09:10:00"))
	h.wants("09:01 follow_ups", "09:02 digest")
	if got := h.owed(timeline.OweDigest); len(got) != 1 {
		t.Errorf("owed: %q", got)
	}
}

func TestAClockThatIsSetBackDoublesNothing(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("08:59:30"), onlyLines())
	h.passes(monday("09:05:00"))
	h.now = monday("08:30:00")
	h.passes(monday("09:30:00"))
	h.wants("09:00 digest", "09:00 follow_ups")
}
