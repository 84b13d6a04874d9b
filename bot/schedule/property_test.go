package schedule_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"backout/bot/schedule"
	"backout/timeline"
)

// deed is something that somebody does in the course of the day; refusals are
// part of it.
type deed struct {
	at     time.Time
	change func(h *office) timeline.Change
}

const (
	incidents = 3
	// minutes are those of a working day. It is played twice, a hundred times.
	minutes = 8 * 60
)

// hasty is a policy whose every reminder comes about within such a day.
func hasty() schedule.Options {
	o := usual()
	o.Nudges.Stale, o.Nudges.Postmortem = 2*time.Hour, time.Hour
	o.Digest, o.FollowUps = "30 */3 * * *", "15 * * * *"
	return o
}

// drawDay draws a day of deeds, in order.
func drawDay(t *rapid.T) []deed {
	var out []deed
	for i := range rapid.IntRange(1, 40).Draw(t, "deeds") {
		at := monday("00:00:00").Add(time.Duration(rapid.IntRange(1, minutes*60-1).Draw(t, "second")) * time.Second)
		out = append(out, deed{at, drawDeed(t, fmt.Sprintf("ui:d%d", i))})
	}
	slices.SortStableFunc(out, func(a, b deed) int { return a.at.Compare(b.at) })
	return out
}

func drawDeed(t *rapid.T, key string) func(*office) timeline.Change {
	n := rapid.IntRange(1, incidents).Draw(t, "incident")
	who := rapid.SampledFrom([]string{ana, bob, ana, "B0BOT"}).Draw(t, "who")
	shift := rapid.IntRange(-40, 180).Draw(t, "minutes")
	word := rapid.IntRange(0, 5).Draw(t, "word")
	about := rapid.SampledFrom([]timeline.NudgeKind{timeline.NudgeUpdate, timeline.NudgeNoLead, timeline.NudgeQuiet, timeline.NudgeStale, timeline.NudgePostmortem}).Draw(t, "about")
	around := func(h *office) time.Time { return h.now.Add(time.Duration(shift) * time.Minute) }
	return rapid.SampledFrom([]func(*office) timeline.Change{
		func(h *office) timeline.Change {
			return timeline.GiveUpdate(key, ana, n, "We look into it.", around(h))
		},
		func(*office) timeline.Change {
			return timeline.GiveUpdate(key, ana, n, "We look into it.", time.Time{})
		},
		func(h *office) timeline.Change {
			at := h.now.Add(-time.Duration(max(0, shift-120)) * time.Minute) // some are learned of late
			return timeline.Hear(timeline.Said{Channel: channel(n), TS: timeline.SlackTS(at), Who: who, Text: key})
		},
		func(*office) timeline.Change {
			return timeline.SetRole(key, ana, n, timeline.LeadRole, []string{"", ana, bob}[word%3])
		},
		func(*office) timeline.Change {
			return timeline.SetSeverity(key, ana, n, []string{"1", "2", "3"}[word%3])
		},
		func(*office) timeline.Change {
			return timeline.SetStatus(key, ana, n, []timeline.Status{timeline.Investigating, timeline.Identified, timeline.Monitoring, timeline.Resolved}[word%4], "")
		},
		func(*office) timeline.Change { return timeline.Reopen(key, ana, n, "It is back.") },
		func(*office) timeline.Change { return timeline.AddNote(key, ana, n, "Somebody called.", time.Time{}) },
		func(h *office) timeline.Change { // people snooze for half an hour or longer
			return timeline.SetNudge(key, ana, n, about, h.now.Add(time.Duration(30+max(0, shift))*time.Minute), false)
		},
		func(*office) timeline.Change { return timeline.SetNudge(key, ana, n, about, time.Time{}, true) },
		func(*office) timeline.Change {
			return timeline.AddFollowUp(key, ana, n, timeline.FollowUpAdded{Text: "Add an index", Owner: who, Due: "2026-11-23"})
		},
	}).Draw(t, "deed")
}

// lives plays the day, with restarts half a minute after the full minutes named.
func lives(t failer, deeds []deed, restarts []int) *office {
	h := newOffice(t, monday("00:00:00"), hasty())
	for n := 1; n <= incidents; n++ {
		h.declares(n, timeline.Declaration{Severity: fmt.Sprint(n), Drill: n == 3})
	}
	for minute := range minutes {
		h.passes(monday("00:00:00").Add(time.Duration(minute) * time.Minute))
		for len(deeds) > 0 && deeds[0].at.Before(h.now.Add(time.Minute)) {
			h.now = deeds[0].at
			_, _ = h.rec.Record(context.Background(), deeds[0].change(h))
			deeds = deeds[1:]
		}
		if slices.Contains(restarts, minute) {
			h.restarts()
		}
	}
	return h
}

// TestARestartChangesNothing plays a random day without and with restarts: the
// same reminders are given at the same instants, each once, and owed alike.
func TestARestartChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		deeds := drawDay(t)
		restarts := rapid.SliceOfN(rapid.IntRange(0, minutes-1), 1, 4).Draw(t, "restarts")
		through := lives(t, deeds, nil)
		defer through.close()
		cut := lives(t, deeds, restarts)
		defer cut.close()
		want, got := through.given(), cut.given()
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("without (-) and with restarts at %v (+):\n%s", restarts, d)
		}
		for _, kind := range []timeline.EffectKind{timeline.OweNudge, timeline.OweDigest, timeline.OweFollowUps} {
			if d := cmp.Diff(through.owed(kind), cut.owed(kind)); d != "" {
				t.Fatalf("%s owed without (-) and with restarts (+):\n%s", kind, d)
			}
		}
		for n := 1; n <= incidents; n++ {
			sensible(t, through, n)
		}
	})
}

// sensible holds the reminders of an incident against its record, by other means
// than the rules do: it walks through what was recorded.
func sensible(t *rapid.T, h *office, n int) {
	events, err := h.rec.Raw(context.Background(), n)
	if err != nil {
		t.Fatal(err)
	}
	p := hasty().Nudges
	var said, updated time.Time // last, as far as was known then
	lead, silence, vacancy := "", true, true
	status := timeline.Investigating
	off := map[timeline.NudgeKind]timeline.NudgeSet{}
	for _, e := range events {
		switch b := e.Body.(type) {
		case timeline.Message:
			if e.Who != "B0BOT" {
				silence = true
				if e.At.After(said) {
					said = e.At
				}
			}
		case timeline.Update:
			updated = e.At
		case timeline.RoleSet:
			lead, vacancy = b.User, true
		case timeline.StatusSet:
			status, silence, vacancy = b.Status, true, true
		case timeline.Reopened:
			status, silence, vacancy = timeline.Investigating, true, true
		case timeline.NudgeSet:
			off[b.About] = b
			silence, vacancy = silence || b.About == timeline.NudgeQuiet, vacancy || b.About == timeline.NudgeNoLead
		case timeline.Nudged:
			bad := off[b.About].Stopped || off[b.About].Until.After(e.At) || status.Open() == (b.About == timeline.NudgePostmortem)
			switch b.About {
			case timeline.NudgeNoLead:
				bad, vacancy = bad || lead != "" || !vacancy, false
			case timeline.NudgeQuiet:
				bad, silence = bad || !silence || e.At.Sub(said) < p.Quiet || status == timeline.Monitoring, false
			case timeline.NudgeStale:
				bad = bad || e.At.Sub(said) < p.Stale || e.At.Sub(updated) < p.Stale
			case timeline.NudgeUpdate:
				bad = bad || status == timeline.Monitoring || !e.At.After(updated)
			case timeline.NudgePostmortem:
				bad = bad || n == 3
			}
			if bad {
				t.Fatalf("%s of %s at %s makes no sense", b.About, timeline.ID(n), e.At)
			}
		}
	}
}

var _ schedule.Record = (*timeline.Recorder)(nil)
