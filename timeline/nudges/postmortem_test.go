package nudges_test

import (
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/nudges"
)

// summed looks at what the summary alone says.
func summed(want bool) func(*story) {
	return func(s *story) {
		s.t.Helper()
		ok := nudges.Afterwards(s.rec.Summaries()[0], s.p, s.now)
		if ok != want {
			s.t.Errorf("at %s the summary says %v, want %v", s.now.Format("2 15:04"), ok, want)
		}
		if due := s.due(); len(due) > 0 && !ok {
			s.t.Errorf("the summary says that nothing is due, the incident %+v", due)
		}
	}
}

func TestAPostmortemIsRemindedOf(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"three days after the end, once": {
			{"14:00", declared("1")}, {"15:00", summed(false)}, {"15:00", resolves()}, {"4 14:59", due()}, {"4 14:59", summed(false)},
			{"4 15:00", summed(true)}, {"4 15:00", gives("postmortem 15:00")}, {"8 15:00", due()},
		},
		"not of what ended long ago": {
			{"14:00", declared("1")}, {"15:00", resolves()}, {"18 14:59", due("postmortem 15:00")}, {"18 14:59", summed(true)},
			{"18 15:01", due()}, {"18 15:01", summed(false)},
		},
		"not of a drill": {
			{"14:00", declares(timeline.Declaration{Drill: true})}, {"15:00", resolves()}, {"4 15:00", due()}, {"4 15:00", summed(false)},
		},
		"not of what was cancelled": {
			{"14:00", declared("1")}, {"15:00", does(func(k string) timeline.Change { return timeline.Cancel(k, ana, 1, "False alarm.") })}, {"4 15:00", due()}, {"4 15:00", summed(false)},
		},
		"from the end as it was corrected, and not twice for that": {
			{"14:00", declared("1")}, {"2 15:00", resolves()},
			{"2 15:01", does(func(k string) timeline.Change { return timeline.SetMoment(k, ana, 1, timeline.ResolvedM, at("15:00")) })},
			{"4 15:00", summed(true)}, {"4 15:00", gives("postmortem 15:00")},
			{"5 15:00", does(func(k string) timeline.Change {
				return timeline.SetMoment(k, ana, 1, timeline.ResolvedM, at("2 15:00"))
			})}, {"6 15:00", due()},
		},
		"again after another end": {
			{"14:00", declared("1")}, {"15:00", resolves()}, {"4 15:00", gives("postmortem 15:00")}, {"5 10:00", reopens()}, {"5 11:00", resolves()},
			{"8 10:59", due()}, {"8 11:00", gives("postmortem 11:00")},
		},
		"again when it was put off": {
			{"14:00", declared("1")}, {"15:00", resolves()}, {"4 15:00", gives("postmortem 15:00")}, {"4 16:00", snoozes(timeline.NudgePostmortem, "5 16:00")},
			{"5 15:59", due()}, {"5 16:00", gives("postmortem 16:00")}, {"9 16:00", due()},
		},
		"never when it was stopped": {
			{"14:00", declared("1")}, {"15:00", resolves()}, {"15:01", stops(timeline.NudgePostmortem)}, {"4 15:00", due()},
		},
		"not when that is off": {{"14:00", policy(nudges.Policy{})}, {"14:01", declared("1")}, {"15:00", resolves()}, {"4 15:00", due()}, {"4 15:00", summed(false)}},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); tell(t, nudges.Policy{Postmortem: 72 * time.Hour}, steps) })
	}
}

func TestAnUnfinishedPostmortemIsRemindedOf(t *testing.T) {
	t.Parallel()
	reviewed := func(state timeline.ReviewState) func(*story) {
		return does(func(k string) timeline.Change { return timeline.SetReview(k, ana, 1, state) })
	}
	for name, steps := range map[string][]step{
		"five days after the end, and each week": {
			{"14:00", declared("1")}, {"15:00", resolves()}, {"6 14:59", due()}, {"6 14:59", summed(false)},
			{"6 15:00", summed(true)}, {"6 15:00", gives("review 15:00")}, {"13 14:59", due()}, {"13 15:00", gives("review 15:00")},
		},
		"in review as well": {
			{"14:00", declared("1")}, {"15:00", resolves()}, {"2 10:00", reviewed(timeline.ReviewOpen)}, {"6 15:00", gives("review 15:00")},
		},
		"not when it is done": {
			{"14:00", declared("1")}, {"15:00", resolves()}, {"2 10:00", reviewed(timeline.ReviewDone)}, {"6 15:00", due()}, {"6 15:00", summed(false)},
		},
		"again when it was taken back": {
			{"14:00", declared("1")}, {"15:00", resolves()}, {"2 10:00", reviewed(timeline.ReviewDone)}, {"7 10:00", reviewed(timeline.ReviewDraft)}, {"7 10:01", summed(true)}, {"7 10:01", gives("review 15:00")},
		},
		"not when it was stopped": {
			{"14:00", declared("1")}, {"15:00", resolves()}, {"15:01", stops(timeline.NudgeReview)}, {"6 15:00", due()},
		},
		"not while it is open again": {
			{"14:00", declared("1")}, {"15:00", resolves()}, {"2 10:00", reopens()}, {"6 15:00", due()},
		},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); tell(t, nudges.Policy{Review: 5 * 24 * time.Hour}, steps) })
	}
}

func TestWhatWasMergedIsRemindedOfNothing(t *testing.T) {
	t.Parallel()
	p := nudges.Policy{Update: map[string]time.Duration{"1": time.Minute}, NoLead: time.Minute, Quiet: time.Minute, Postmortem: time.Minute, Stale: time.Minute}
	tell(t, p, []step{
		{"14:00", declared("1")},
		{"14:10", does(func(k string) timeline.Change {
			return timeline.Declare(k, ana, timeline.Declaration{Title: "Checkout fails"})
		})},
		{"14:20", due("update 14:01", "no_lead 14:01", "quiet 14:01", "stale 14:01")},
		{"14:30", does(func(k string) timeline.Change { return timeline.Merge(k, ana, 1, 2) })},
		{"16:00", due()},
		{"16:00", func(s *story) {
			for _, sum := range s.rec.Summaries() {
				if nudges.Afterwards(sum, s.p, s.now) {
					s.t.Errorf("%s is looked at", sum.ID())
				}
			}
		}},
	})
}
