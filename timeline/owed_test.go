package timeline_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"backout/timeline"
)

func TestEachChangeOwesOnePostAndTheLivingMessages(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.carryAll()
	d.does(timeline.SetSeverity("slash:s", "U0TOM", 1, "2"))
	n := d.incident(1).NextN() - 1
	want := []string{"INC-1/announce", "INC-1/card", "INC-1/news/" + timeline.Ref(n)[1:], "INC-1/topic"}
	if got := d.owed(); !slices.Equal(got, want) {
		t.Fatalf("owed %v, want %v", got, want)
	}
	d.refused(timeline.SetSeverity("slash:t", "U0TOM", 1, "2"), "is SEV 2 already")
}

func TestAStateOwedAnewWhileItIsCarriedOutStaysOwed(t *testing.T) {
	d := newDesk(t)
	d.opened()
	card := d.effect(timeline.OweCard)
	d.does(timeline.SetImpact("slash:i", "U0TOM", 1, "everybody"))
	d.does(timeline.CardPosted(card, timeline.Posted{What: "card", Channel: "C1", TS: ts1}))
	if !slices.Contains(d.owed(), "INC-1/card") {
		t.Fatal("the newer state would never be shown")
	}
	if in := d.incident(1); in.Posts["card"].TS != ts1 {
		t.Fatalf("got %+v", in.Posts)
	}
}

func TestAGivenUpStepIsShownAndCanBeTriedAgain(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.does(timeline.GivenUp(d.effect(timeline.OweTopic), "the bot may not set topics"))
	in := d.incident(1)
	if len(in.Failures) != 1 || in.Failures[0].Step != timeline.StepTopic {
		t.Fatalf("got %+v", in.Failures)
	}
	d.does(timeline.RetryStep("ui:1", "U0ANA", 1, in.Failures[0].N))
	if !slices.Contains(d.owed(), "INC-1/topic") || len(d.incident(1).Failures) != 0 {
		t.Fatalf("owed %v, failures %v", d.owed(), d.incident(1).Failures)
	}
	d.refused(timeline.RetryStep("ui:2", "U0ANA", 1, in.Failures[0].N), "not failed any more")
}

func TestGapsAreNamedUntilTheyAreRead(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.does(timeline.ReadTo("C1", d.now, d.now, 0))
	d.does(timeline.Lost("C1", d.now, time.Time{}, "the bot was removed"))
	d.does(timeline.Lost("C1", d.now, time.Time{}, "the bot was removed"))
	if in := d.incident(1); len(in.Gaps) != 1 || !in.CompleteTo.Equal(d.now) {
		t.Fatalf("got %+v, complete to %v", in.Gaps, in.CompleteTo)
	}
	later := d.now.Add(time.Minute)
	d.does(timeline.ReadTo("C1", d.now.Add(-time.Second), later, 3))
	if in := d.incident(1); len(in.Gaps) != 0 || !in.CompleteTo.Equal(later) {
		t.Fatalf("got %+v, complete to %v", in.Gaps, in.CompleteTo)
	}
}

// TestWhatWasGivenUpIsLookedForFromTheStart: the post may stand since the first
// attempt, so whoever tries again, by the button or because the state changed, looks
// for it from then on.
func TestWhatWasGivenUpIsLookedForFromTheStart(t *testing.T) {
	for name, again := range map[string]func(d *desk, failure int) timeline.Change{
		"button": func(_ *desk, failure int) timeline.Change { return timeline.RetryStep("ui:1", "U0ANA", 1, failure) },
		"change": func(*desk, int) timeline.Change { return timeline.SetImpact("slash:9", "U0ANA", 1, "Logins") },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.opened()
			first := d.effect(timeline.OweCard)
			first.Unsure = true
			d.does(timeline.GivenUp(first, "the bot was removed"))
			d.now = d.now.Add(time.Hour)
			d.does(again(d, d.incident(1).Failures[0].N))
			if e := d.effect(timeline.OweCard); !e.Unsure || !e.Created.Equal(first.Created) {
				t.Fatalf("unsure %v, looked for since %v, first tried %v", e.Unsure, e.Created, first.Created)
			}
		})
	}
}

// TestAGapBeginsWhereTheRecordWasComplete: what was missed before the bot was removed
// cannot be read any more either, unless its links prove that nothing was.
func TestAGapBeginsWhereTheRecordWasComplete(t *testing.T) {
	for name, c := range map[string]struct {
		unbroken time.Duration // since when the links were, after the last reading
		want     time.Duration
	}{"unbroken": {-time.Second, 5 * time.Minute}, "broken meanwhile": {time.Minute, 0}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.opened()
			read := d.now
			d.does(timeline.ReadTo("C1", read, read, 0))
			d.does(timeline.Lost("C1", read.Add(5*time.Minute), read.Add(c.unbroken), "the bot was removed"))
			if gaps := d.incident(1).Gaps; len(gaps) != 1 || !gaps[0].From.Equal(read.Add(c.want)) {
				t.Fatalf("the record was complete to %v, gaps %+v", read, gaps)
			}
		})
	}
}

// TestALateLossIsNoGap: Slack tells again, minutes later, that the bot was removed; it
// is back by then, and the channel was read.
func TestALateLossIsNoGap(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.does(timeline.ReadTo("C1", d.now, d.now, 0))
	d.does(timeline.Lost("C1", d.now.Add(-time.Minute), time.Time{}, "the bot was removed"))
	if gaps := d.incident(1).Gaps; len(gaps) != 0 {
		t.Fatalf("gaps %+v", gaps)
	}
}

// TestASilenceIsToldOnce: the channel is told when it was read again.
func TestASilenceIsToldOnce(t *testing.T) {
	d := newDesk(t)
	d.opened()
	start := d.now
	d.does(timeline.ReadTo("C1", start, start, 0))
	d.now = start.Add(40 * time.Second)
	d.does(timeline.Silence("C1", start, 30*time.Second))
	d.does(timeline.Silence("C1", start, 30*time.Second))
	if in := d.incident(1); len(in.Gaps) != 1 || slices.ContainsFunc(d.owed(), func(key string) bool { return strings.Contains(key, "/news/") }) {
		t.Fatalf("gaps %+v, owed %v", in.Gaps, d.owed())
	}
	n := d.incident(1).Gaps[0].N
	d.does(timeline.ReadTo("C1", start, d.now, 3))
	d.does(timeline.Silence("C1", start, 30*time.Second)) // the other link, of the same silence
	en, _ := d.incident(1).Entry(n)
	gap, _ := en.Body.(timeline.GapOpened)
	if in := d.incident(1); len(in.Gaps) != 0 || gap.Found != 3 || gap.Filled.IsZero() || !slices.Contains(d.owed(), timeline.EffectKey(1, timeline.OweNews, n)) {
		t.Fatalf("gaps %+v, entry %+v, owed %v", in.Gaps, gap, d.owed())
	}
}

// TestASilenceFromBeforeTheChannelIsFilled: an incident was declared while a link was
// silent already. Reading its channel from its beginning fills the gap.
func TestASilenceFromBeforeTheChannelIsFilled(t *testing.T) {
	d := newDesk(t)
	d.opened()
	from := d.incident(1).Channel.From
	d.now = from.Add(40 * time.Second)
	d.does(timeline.Silence("C1", from.Add(-time.Hour), 30*time.Second))
	if gaps := d.incident(1).Gaps; len(gaps) != 1 || gaps[0].From.Before(from) {
		t.Fatalf("the channel is the incident's since %v, gaps %+v", from, gaps)
	}
	d.does(timeline.ReadTo("C1", from, d.now, 0))
	if gaps := d.incident(1).Gaps; len(gaps) != 0 {
		t.Fatalf("gaps %+v", gaps)
	}
}

func TestTheFirstCardIsSetAgainWhenRecordingHasBegun(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.does(timeline.CardPosted(d.effect(timeline.OweCard), timeline.Posted{What: "card", Channel: "C1", TS: ts1}))
	if e := d.effect(timeline.OweCard); !e.Due.Equal(d.now.Add(20 * time.Second)) {
		t.Fatalf("due %v", e.Due)
	}
	d.does(timeline.SetImpact("slash:i", "U0TOM", 1, "everybody"))
	if e := d.effect(timeline.OweCard); !e.Due.IsZero() {
		t.Fatalf("a change waits for the quiet refresh until %v", e.Due)
	}
}
