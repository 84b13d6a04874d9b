package timeline_test

import (
	"slices"
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
	d.does(timeline.Lost("C1", d.now, "the bot was removed"))
	d.does(timeline.Lost("C1", d.now, "the bot was removed"))
	if in := d.incident(1); len(in.Gaps) != 1 || !in.CompleteTo.Equal(d.now) {
		t.Fatalf("got %+v, complete to %v", in.Gaps, in.CompleteTo)
	}
	later := d.now.Add(time.Minute)
	d.does(timeline.ReadTo("C1", d.now.Add(-time.Second), later, 3))
	if in := d.incident(1); len(in.Gaps) != 0 || !in.CompleteTo.Equal(later) {
		t.Fatalf("got %+v, complete to %v", in.Gaps, in.CompleteTo)
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
