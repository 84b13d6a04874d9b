package timeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"backout/timeline"
	"backout/timeline/logtest"
)

// world draws changes like those that a busy day brings, sensible or not.
type world struct {
	t     *rapid.T
	clock time.Time
	keys  int
}

func (w *world) number() int { return rapid.IntRange(1, 4).Draw(w.t, "incident") }
func (w *world) channel() string {
	return rapid.SampledFrom([]string{"", "A"}).Draw(w.t, "adopted") + channelOf(w.number())
}
func (w *world) message() int { return rapid.IntRange(1, 6).Draw(w.t, "message") }
func (w *world) row() int     { return rapid.IntRange(1, 15).Draw(w.t, "row") }
func (w *world) text() string { return rapid.StringN(0, 12, -1).Draw(w.t, "text") }
func (w *world) who() string  { return rapid.SampledFrom([]string{ana, bob, "B0BOT"}).Draw(w.t, "who") }
func (w *world) key() string  { w.keys++; return fmt.Sprint("ui:", w.keys) }
func (w *world) yes() bool    { return rapid.Bool().Draw(w.t, "yes") }
func (w *world) at() time.Time {
	return w.clock.Add(-time.Duration(rapid.IntRange(0, 7200).Draw(w.t, "ago")) * time.Second)
}

func (w *world) words() timeline.Said {
	s := words(w.channel(), w.message(), w.text())
	s.Who = w.who()
	if w.yes() {
		s.Version = timeline.SlackTS(w.at())
	}
	if w.yes() {
		s.Files = []timeline.File{{ID: "F1", Name: "log.txt"}}
	}
	return s
}

// sorted makes draws repeatable: effects come in no order.
func sorted(effects []timeline.Effect) []timeline.Effect {
	slices.SortFunc(effects, func(a, b timeline.Effect) int { return strings.Compare(a.Key, b.Key) })
	return effects
}

// change draws one change. The effects given are those owed now.
func (w *world) change(owed []timeline.Effect) timeline.Change {
	kinds := []func() timeline.Change{
		w.opening, w.hearing, w.hearing, w.correcting, w.deciding, w.learning, w.reading, w.working, w.working,
	}
	if len(owed) > 0 {
		kinds = append(kinds, func() timeline.Change { return w.carrying(rapid.SampledFrom(owed).Draw(w.t, "effect")) })
	}
	return rapid.SampledFrom(kinds).Draw(w.t, "kind")()
}

func (w *world) pick(cs ...func() timeline.Change) timeline.Change {
	return rapid.SampledFrom(cs).Draw(w.t, "change")()
}

func (w *world) opening() timeline.Change {
	d := timeline.Declaration{Title: w.text(), Private: w.yes(), Invite: []string{bob}}
	if w.yes() {
		s := w.words()
		d.From, d.Lead = &s, bob
	}
	return w.pick(
		func() timeline.Change { return timeline.Declare(w.key(), w.who(), d) },
		func() timeline.Change {
			return timeline.Adopt(w.key(), w.who(), timeline.Adoption{Channel: "A" + channelOf(w.number()), Name: "war-room", Private: d.Private, Declaration: d})
		})
}

func (w *world) hearing() timeline.Change {
	return w.pick(
		func() timeline.Change { return timeline.Hear(w.words()) },
		func() timeline.Change { return timeline.Gone(w.channel(), tsOf(w.message()), w.who(), w.at()) },
		func() timeline.Change {
			means := rapid.SampledFrom([]timeline.Meaning{timeline.MeansStar, timeline.MeansLesson, timeline.MeansFollowUp}).Draw(w.t, "means")
			return timeline.React(w.key(), w.who(), means, w.channel(), tsOf(w.message()), w.yes())
		})
}

func (w *world) correcting() timeline.Change {
	n := w.number()
	return w.pick(
		func() timeline.Change { return timeline.AddNote(w.key(), w.who(), n, w.text(), w.at()) },
		func() timeline.Change { return timeline.Reword(w.key(), w.who(), n, w.row(), w.text()) },
		func() timeline.Change { return timeline.Move(w.key(), w.who(), n, w.row(), w.at()) },
		func() timeline.Change { return timeline.Hide(w.key(), w.who(), n, w.row(), w.yes()) },
		func() timeline.Change { return timeline.Star(w.key(), w.who(), n, w.row()) })
}

func (w *world) deciding() timeline.Change {
	n := w.number()
	status := rapid.SampledFrom([]timeline.Status{timeline.Investigating, timeline.Identified, timeline.Monitoring, timeline.Resolved})
	return w.pick(
		func() timeline.Change {
			return timeline.SetStatus(w.key(), w.who(), n, status.Draw(w.t, "status"), w.text())
		},
		func() timeline.Change { return timeline.Reopen(w.key(), w.who(), n, w.text()) },
		func() timeline.Change { return timeline.Cancel(w.key(), w.who(), n, w.text()) },
		func() timeline.Change { return timeline.SetSeverity(w.key(), w.who(), n, "2") },
		func() timeline.Change { return timeline.SetTitle(w.key(), w.who(), n, w.text()) },
		func() timeline.Change { return timeline.SetImpact(w.key(), w.who(), n, w.text()) },
		func() timeline.Change { return timeline.SetServices(w.key(), w.who(), n, []string{w.service()}) },
		func() timeline.Change { return timeline.SetRole(w.key(), w.who(), n, timeline.LeadRole, w.who()) },
		func() timeline.Change { return timeline.GiveUpdate(w.key(), w.who(), n, w.text(), w.at()) },
		func() timeline.Change { return timeline.MakePrivate(w.key(), w.who(), n, []string{bob}) },
		func() timeline.Change {
			return timeline.SetMoment(w.key(), w.who(), n, rapid.SampledFrom(timeline.MomentNames()).Draw(w.t, "moment"), w.at())
		})
}

func (w *world) learning() timeline.Change {
	n := w.number()
	return w.pick(
		func() timeline.Change { return timeline.AddLesson(w.key(), w.who(), n, w.text()) },
		func() timeline.Change {
			return timeline.AddFollowUp(w.key(), w.who(), n, timeline.FollowUpAdded{Text: w.text(), From: w.row()})
		},
		func() timeline.Change {
			return timeline.SetFollowUp(w.key(), w.who(), n, timeline.FollowUpSet{Number: 1, State: timeline.FollowUpDone})
		},
		func() timeline.Change {
			return timeline.KeepLink(w.key(), w.who(), n, "https://example.com/"+w.text(), "")
		},
		func() timeline.Change { return timeline.RequestPostmortem(w.key(), w.who(), n) },
		func() timeline.Change { return timeline.RequestProposal(w.key(), w.who(), n) },
		func() timeline.Change {
			standing := rapid.SampledFrom([]timeline.LessonStanding{"", timeline.LessonAccepted, timeline.LessonDismissed, timeline.LessonReworded}).Draw(w.t, "standing")
			return timeline.JudgeLesson(w.key(), w.who(), n, timeline.LessonJudged{Rule: rapid.SampledFrom([]string{"a", "b"}).Draw(w.t, "rule"), Standing: standing, Text: w.text()})
		},
		func() timeline.Change {
			return timeline.SetReview(w.key(), w.who(), n, rapid.SampledFrom([]timeline.ReviewState{timeline.ReviewDraft, timeline.ReviewOpen, timeline.ReviewDone}).Draw(w.t, "review"))
		},
		func() timeline.Change { return timeline.Expire(n, w.at()) },
		func() timeline.Change { return timeline.Publish(w.key(), w.who(), n, w.row(), w.yes()) },
		func() timeline.Change { return timeline.Erase(w.key(), w.who(), n, w.row()) },
		func() timeline.Change {
			return timeline.RequestTickets(w.key(), w.who(), n, rapid.IntRange(0, 2).Draw(w.t, "follow-up"))
		},
		func() timeline.Change {
			return timeline.TakeReports(w.key(), timeline.Reported{Tickets: []timeline.TicketReport{{Ticket: timeline.Ticket{Repo: "acme/web-app", Number: w.message()}, Closed: w.yes(), At: w.at()}}})
		})
}

// odd finds a secret in every longer text, so that masks are everywhere.
func odd(text string) []timeline.Secret {
	from := -1
	for i := range text {
		switch {
		case from < 0 && i > 0:
			from = i
		case from > 0:
			return []timeline.Secret{{From: from, To: i, Kind: "odd"}}
		}
	}
	return nil
}

func (w *world) reading() timeline.Change {
	return w.pick(
		func() timeline.Change { return timeline.ReadTo(w.channel(), w.at(), w.clock, 1) },
		func() timeline.Change { return timeline.Lost(w.channel(), w.at(), w.at(), "we were out") },
		func() timeline.Change { return timeline.RetryStep(w.key(), w.who(), w.number(), w.row()) })
}

func (w *world) carrying(e timeline.Effect) timeline.Change {
	if e.Kind == timeline.OweChannel {
		return timeline.ChannelIsOpen(e, timeline.Channel{ID: channelOf(e.Incident) + rapid.SampledFrom([]string{"", "x"}).Draw(w.t, "again"), Name: "inc"})
	}
	switch e.Kind {
	case timeline.OweSuspects:
		return timeline.RankSuspects(e, w.ranked())
	case timeline.OweTicket:
		return timeline.TicketOpened(e, timeline.Ticket{Repo: "acme/web-app", Number: w.message()}, w.yes())
	case timeline.OweProposal:
		return timeline.Proposed(e, timeline.Exported{What: timeline.ExportProposal, Link: "https://example.com/1"})
	case timeline.OweFacts:
		return w.pick(
			func() timeline.Change { return timeline.FoundChange(e, &timeline.ChangeFacts{Head: w.text()}) },
			func() timeline.Change { return timeline.ChangeNotFound(e, "GitHub is down", w.clock.Add(time.Minute)) },
			func() timeline.Change { return timeline.ChangeNotFound(e, "no repository", time.Time{}) })
	}
	return w.pick(
		func() timeline.Change { return timeline.Carried(e) },
		func() timeline.Change { return timeline.CardPosted(e, timeline.Posted{What: "card", TS: tsOf(1)}) },
		func() timeline.Change { return timeline.Postponed(e, w.clock.Add(time.Minute), w.yes()) },
		func() timeline.Change { return timeline.GivenUp(e, "no") })
}

// TestFoldEqualsMemory: whatever happens, and whatever fails meanwhile, what
// memory says is what the stored events fold to.
func TestFoldEqualsMemory(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(testing.TB) timeline.Log) {
		rapid.Check(t, func(rt *rapid.T) {
			w := &world{t: rt, clock: start().Add(time.Hour)}
			log := open(t)
			defer log.Close()
			mem, failing := log.(*logtest.Mem)
			now := func() time.Time { return w.clock }
			r, err := timeline.Open(context.Background(), log, timeline.Options{Now: now, KeepClosed: 1, Catalogue: opening(), Scan: odd})
			if err != nil {
				rt.Fatal(err)
			}
			defer r.Close()
			for range rapid.IntRange(1, 40).Draw(rt, "changes") {
				c := w.change(sorted(r.Effects()))
				fails := rapid.IntRange(0, 4).Draw(rt, "fails") == 0
				if fails && failing {
					mem.FailCommits(1)
				}
				_, err := r.Record(context.Background(), c)
				w.allowed(err)
				if failing {
					mem.FailCommits(0)
				}
				if rapid.IntRange(0, 7).Draw(rt, "look") == 0 {
					same(rt, r, log, now)
				}
				w.clock = w.clock.Add(90 * time.Second)
			}
			same(rt, r, log, now)
		})
	})
}

// allowed refuses errors that no person should ever see, such as a panic's.
func (w *world) allowed(err error) {
	var refusal *timeline.Refusal
	if err != nil && !errors.As(err, &refusal) && !errors.Is(err, timeline.ErrUnknownMessage) {
		w.t.Fatalf("neither done nor refused: %v", err)
	}
}
