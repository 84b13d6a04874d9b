package outbox_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"backout/timeline"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestADeclarationIsCarriedOut(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.declares()
		h.passes(10 * time.Second)
		for _, want := range []string{"open inc-1-logins-fail", "invite C1 U0ANA", "post INC-1/card", "pin", "topic C1", "post INC-1/announce", "sweep"} {
			if h.far.count(want) != 1 {
				t.Errorf("%s: %d times in %v", want, h.far.count(want), h.far.calls)
			}
		}
		if h.out.Busy() {
			t.Errorf("still owed: %+v", h.rec.Effects())
		}
		if len(h.far.calls) != 7 {
			t.Errorf("%d calls: %v", len(h.far.calls), h.far.calls)
		}
	})
}

func TestATakenNameGetsASuffixWithoutListing(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.far.rooms["inc-1-logins-fail"] = timeline.Channel{ID: "C0OLD"}
		h.declares()
		h.passes(10 * time.Second)
		if name := h.incident().Channel.Name; name != "inc-1-logins-fail-2" {
			t.Fatalf("the channel is %q", name)
		}
		if h.far.count("find") != 0 {
			t.Fatalf("it looked around: %v", h.far.calls)
		}
	})
}

func TestAChannelThatWasOpenedWithoutOurKnowingIsFound(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.far.fail("open", unsure(), true)
		h.declares()
		h.passes(time.Minute)
		if len(h.far.rooms) != 1 || h.incident().Channel.ID == "" {
			t.Fatalf("rooms %v, calls %v", h.far.rooms, h.far.calls)
		}
	})
}

func TestAPostThatArrivedWithoutOurKnowingIsNotRepeated(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.declares()
		h.passes(10 * time.Second)
		h.far.fail("post", unsure(), true)
		h.does(timeline.SetSeverity("slash:2", "U0TOM", 1, "2"))
		h.passes(time.Minute)
		if n := len(h.news()); n != 1 || h.out.Pending() != 0 {
			t.Fatalf("%d posts, %d owed: %v", n, h.out.Pending(), h.far.calls)
		}
	})
}

func TestRetryAfterIsObeyedAndHoldsUpNothingElse(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.far.fail("topic", &timeline.Trouble{After: 30 * time.Second, Sentence: "Slack asks to wait"}, false)
		h.declares()
		h.passes(20 * time.Second)
		if h.far.count("topic") != 1 || h.far.count("pin") != 1 {
			t.Fatalf("after 20 s: %v", h.far.calls)
		}
		h.passes(15 * time.Second)
		if h.far.count("topic") != 2 || h.out.Pending() != 0 {
			t.Fatalf("after 35 s: %v", h.far.calls)
		}
	})
}

func TestWhatCannotBeDoneIsShownAndCanBeTriedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.far.fail("topic", &timeline.Trouble{Permanent: true, Sentence: "the bot may not set topics"}, false)
		h.declares()
		h.passes(10 * time.Second)
		in := h.incident()
		if len(in.Failures) != 1 || in.Failures[0].Reason != "the bot may not set topics" {
			t.Fatalf("failures %+v", in.Failures)
		}
		h.does(timeline.RetryStep("ui:1", "U0ANA", 1, in.Failures[0].N))
		h.passes(10 * time.Second)
		if len(h.incident().Failures) != 0 || h.far.count("topic") != 2 || h.out.Pending() != 0 {
			t.Fatalf("failures %+v, calls %v", h.incident().Failures, h.far.calls)
		}
	})
}

func TestOneStuckIncidentDoesNotHoldUpAnother(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.far.fail("open", &timeline.Trouble{After: time.Hour, Sentence: "Slack asks to wait"}, false)
		h.declares()
		h.passes(time.Second)
		h.does(timeline.Declare("slash:9", "U0TOM", timeline.Declaration{Title: "Checkout is down"}))
		h.passes(10 * time.Second)
		in, err := h.rec.Incident(context.Background(), 2)
		if err != nil || in.Channel.ID == "" {
			t.Fatalf("INC-2 waits for INC-1: %v %v", err, h.far.calls)
		}
	})
}

func TestPostsKeepTheirOrder(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.declares()
		h.passes(10 * time.Second)
		h.far.fail("post", &timeline.Trouble{After: 5 * time.Second, Sentence: "Slack asks to wait"}, false)
		for _, text := range []string{"first", "second", "third"} {
			h.does(timeline.GiveUpdate("slash:u"+text, "U0SAM", 1, text, time.Time{}))
		}
		h.passes(time.Minute)
		if keys := h.news(); len(keys) != 3 || !slices.IsSorted(keys) {
			t.Fatalf("posted %v", keys)
		}
	})
}

func TestTheCardIsSetAtMostOncePerThreeSeconds(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.declares()
		h.passes(10 * time.Second)
		before := h.far.count("edit INC-1/card")
		for i := range 20 {
			h.does(timeline.SetImpact("slash:i"+string(rune('a'+i)), "U0TOM", 1, strings.Repeat("x", i+1)))
			time.Sleep(100 * time.Millisecond)
		}
		h.passes(time.Minute)
		if n := h.far.count("edit INC-1/card") - before; n < 1 || n > 2 {
			t.Fatalf("20 changes in 2 s set the card %d times", n)
		}
		if h.out.Pending() != 0 {
			t.Fatalf("%d owed", h.out.Pending())
		}
	})
}

// TestACrashBetweenDoingAndRecording is the crash that makes naive bots post
// twice: Slack has the post, the store never learned of it.
func TestACrashBetweenDoingAndRecording(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.declares()
		h.passes(10 * time.Second)
		h.far.slow = time.Second
		h.does(timeline.SetImpact("slash:2", "U0TOM", 1, "everybody"))
		h.mem.FailCommits(1000)
		h.passes(10 * time.Second) // Slack has the post, and the store fails again and again
		if h.out.Pending() == 0 {
			t.Fatal("the store did not fail")
		}
		h.stop()
		h.mem.FailCommits(0)
		h.start()
		h.passes(time.Minute)
		if n := len(h.news()); n != 1 || h.out.Pending() != 0 {
			t.Fatalf("%d posts, %d owed: %v", n, h.out.Pending(), h.far.calls)
		}
	})
}

func TestACardInASuccessorChannelIsNotRepeatedEither(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.declares()
		h.passes(10 * time.Second)
		h.far.fail("post", unsure(), true) // the card and the notice both
		h.far.fail("post", unsure(), true)
		h.does(timeline.MakePrivate("slash:p", "U0ANA", 1, []string{"U0TOM"}))
		h.passes(time.Minute)
		n := 0
		for _, p := range h.far.posts {
			if p.channel == "C2" && p.key == "INC-1/card" {
				n++
			}
		}
		if n != 1 || h.out.Pending() != 0 {
			t.Fatalf("%d cards, %d owed: %v", n, h.out.Pending(), h.far.calls)
		}
	})
}

func TestAPanicEndsOneEffectOnly(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.far.panic = true
		h.declares()
		h.passes(10 * time.Second)
		in := h.incident()
		if len(in.Failures) == 0 || h.far.count("topic") != 1 {
			t.Fatalf("failures %+v, calls %v", in.Failures, h.far.calls)
		}
	})
}

func TestThePostmortemIsUploadedOncePerRequest(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.declares()
		h.passes(10 * time.Second)
		h.does(timeline.RequestPostmortem("slash:p", "U0ANA", 1))
		h.does(timeline.RequestPostmortem("slash:p", "U0ANA", 1))
		h.passes(10 * time.Second)
		if n := h.far.count("share"); n != 2 || len(h.incident().Exports) != 2 { // the draft and its chart
			t.Fatalf("%d shared, exports %v", n, h.incident().Exports)
		}
	})
}

// A file that Slack has shared, though its answer did not come, is not shared again,
// even if it takes a moment to be seen, and its incident has another title by then.
// One that was not shared is, without being uploaded again.
func TestAFileThatArrivedWithoutOurKnowingIsNotRepeated(t *testing.T) {
	for _, arrived := range []bool{true, false} {
		inBubble(t, func(t *testing.T, h *house) {
			h.declares()
			h.passes(10 * time.Second)
			h.far.shy = 2
			h.far.fail("share", unsure(), arrived)
			h.far.fail("share", unsure(), arrived)
			h.does(timeline.RequestPostmortem("slash:p", "U0ANA", 1))
			h.passes(100 * time.Millisecond)
			h.does(timeline.SetTitle("slash:t", "U0TOM", 1, "Sessions are mixed up"))
			h.passes(time.Minute)
			if n := h.far.shared(); len(n) != 2 || h.far.count("stage") != 2 || len(h.incident().Exports) != 2 || h.out.Pending() != 0 {
				t.Fatalf("arrived %v: %v, %v in the record, %d owed: %v", arrived, n, h.incident().Exports, h.out.Pending(), h.far.calls)
			}
		})
	}
}

// What Slack forgot before it was shared is uploaded once more.
func TestAFileThatSlackForgotIsUploadedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.declares()
		h.passes(10 * time.Second)
		h.far.fail("share", unsure(), false)
		h.far.fail("share", unsure(), false)
		h.does(timeline.RequestPostmortem("slash:p", "U0ANA", 1))
		h.passes(100 * time.Millisecond)
		h.far.forgets()
		h.passes(10 * time.Minute)
		if n := h.far.shared(); len(n) != 2 || len(h.incident().Exports) != 2 || h.out.Pending() != 0 {
			t.Fatalf("%v, %v in the record, %d owed: %v", n, h.incident().Exports, h.out.Pending(), h.far.calls)
		}
	})
}

// Who asks again after a crash, for what was shared before it and not recorded, gets
// no second file.
func TestAFileThatIsAskedForAgainAfterACrashIsNotRepeated(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.declares()
		h.passes(10 * time.Second)
		h.far.slow = time.Second
		h.does(timeline.RequestPostmortem("slash:p", "U0ANA", 1))
		h.passes(500 * time.Millisecond) // uploaded, and not shared yet
		h.mem.FailCommits(1000)
		h.passes(10 * time.Second)
		h.stop()
		h.mem.FailCommits(0)
		h.start()
		h.does(timeline.RequestPostmortem("slash:q", "U0ANA", 1))
		h.passes(time.Minute)
		if n := h.far.shared(); len(n) != 2 || h.out.Pending() != 0 { // the draft and its chart
			t.Errorf("%v, %d owed: %v", n, h.out.Pending(), h.far.calls)
		}
	})
}

func TestStopLeavesWhatIsOwedForTheNextStart(t *testing.T) {
	inBubble(t, func(t *testing.T, h *house) {
		h.far.fail("open", &timeline.Trouble{After: time.Hour, Sentence: "Slack asks to wait"}, false)
		h.declares()
		h.passes(time.Second)
		h.stop()
		h.start()
		h.passes(2 * time.Hour)
		if len(h.far.rooms) != 1 || h.out.Pending() != 0 {
			t.Fatalf("rooms %v, %d owed", h.far.rooms, h.out.Pending())
		}
	})
}
