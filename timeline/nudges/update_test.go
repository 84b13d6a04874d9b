package nudges_test

import (
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/nudges"
)

func TestUpdatesAreRemindedOf(t *testing.T) {
	t.Parallel()
	p := nudges.Policy{Update: map[string]time.Duration{"1": 30 * time.Minute, "2": time.Hour}}
	for name, steps := range map[string][]step{
		"half an hour after the declaration": {
			{"14:00", declared("1")}, {"14:29", due()}, {"14:30", due("update 14:30")}, {"14:45", due("update 14:30")},
		},
		"half an hour after the last update": {
			{"14:00", declared("1")}, {"14:20", updates("")}, {"14:49", due()}, {"14:50", gives("update 14:50")},
		},
		"again while none comes, and not after one": {
			{"14:00", declared("1")}, {"14:30", gives("update 14:30")}, {"14:59", due()}, {"15:00", gives("update 15:00")},
			{"15:10", updates("")}, {"15:39", due()}, {"15:40", gives("update 15:40")},
		},
		"when one was promised, however soon or late": {
			{"14:00", declared("1")}, {"14:10", updates("16:00")}, {"15:59", due()}, {"16:00", gives("update 16:00")},
			{"16:30", gives("update 16:30")}, {"16:31", updates("16:36")}, {"16:36", gives("update 16:36")},
		},
		"not by a promise that was of the past": {
			{"14:00", declared("1")}, {"14:10", updates("14:05")}, {"14:39", due()}, {"14:40", due("update 14:40")},
		},
		"by a promise at a severity without a pace, once": {
			{"14:00", declared("4")}, {"18:00", due()}, {"18:01", updates("18:30")}, {"18:30", gives("update 18:30")}, {"2 18:30", due()},
		},
		"from when the severity was raised": {
			{"14:00", declared("4")}, {"15:10", severity("1")}, {"15:39", due()}, {"15:40", gives("update 15:40")},
		},
		"at the pace of the severity that it has now": {
			{"14:00", declared("1")}, {"14:10", severity("2")}, {"15:09", due()}, {"15:10", gives("update 15:10")}, {"16:09", due()}, {"16:10", due("update 16:10")},
		},
		"not in triage": {
			{"14:00", declares(timeline.Declaration{Severity: "1", Triage: true})}, {"18:00", due()},
			{"18:01", status(timeline.Investigating)}, {"18:30", due()}, {"18:31", due("update 18:31")},
		},
		"not while it is only watched, and later from when it was not over": {
			{"14:00", declared("1")}, {"14:10", status(timeline.Monitoring)}, {"16:00", due()},
			{"16:01", status(timeline.Identified)}, {"16:30", due()}, {"16:31", due("update 16:31")},
		},
		"not after the end, and not at once when it is opened again": {
			{"14:00", declared("1")}, {"14:10", updates("14:40")}, {"14:20", resolves()}, {"15:00", due()},
			{"3 10:00", reopens()}, {"3 10:29", due()}, {"3 10:30", due("update 10:30")},
		},
		"not from when somebody identified it: others learned nothing": {
			{"14:00", declared("1")}, {"14:20", status(timeline.Identified)}, {"14:30", due("update 14:30")},
		},
		"not before the instant that it was put off to": {
			{"14:00", declared("1")}, {"14:10", snoozes(timeline.NudgeUpdate, "15:00")}, {"14:59", due()}, {"15:00", gives("update 15:00")}, {"15:30", gives("update 15:30")},
			{"15:31", snoozes(timeline.NudgeUpdate, "17:00")}, {"16:59", due()}, {"17:00", gives("update 17:00")},
		},
		"never when it was stopped": {
			{"14:00", declared("1")}, {"14:10", stops(timeline.NudgeUpdate)}, {"20:00", due()}, {"20:01", updates("20:05")}, {"23:00", due()},
		},
		"once after a standstill": {
			{"14:00", declared("1")}, {"14:30", gives("update 14:30")}, {"19:17", gives("update 15:00")}, {"19:46", due()}, {"19:47", gives("update 19:47")},
		},
		"in a drill as well": {
			{"14:00", declares(timeline.Declaration{Severity: "1", Drill: true})}, {"14:30", due("update 14:30")},
		},
		"not when that is off": {
			{"14:00", policy(nudges.Policy{})}, {"14:01", declared("1")}, {"14:02", updates("14:10")}, {"20:00", due()},
		},
		"not before there is a channel to say it in": {
			{"14:00", does(func(k string) timeline.Change {
				return timeline.Declare(k, ana, timeline.Declaration{Title: "Logins fail", Severity: "1"})
			})},
			{"15:00", due()}, {"15:01", opened("C1")}, {"15:02", due("update 14:30")},
		},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); tell(t, p, steps) })
	}
}
