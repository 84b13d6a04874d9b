package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"backout/bot/outbox"
	"backout/timeline"
	"backout/timeline/logtest"
)

// shelf is a forge reduced to what the outbox asks of it. It recognises what it has,
// as GitHub's adapter does, and may be scripted to fail like the outside.
type shelf struct {
	*outside
	pulls  map[string]outbox.Proposal // by branch
	drawn  int                        // times that a pull request was set
	issues []outbox.NewTicket
	closed map[int]bool
}

func (h *shelf) Current(_ context.Context, at outbox.PaperPlace) (content []byte, found bool, err error) {
	err = h.do("current "+at.Branch, func() {
		p, ok := h.pulls[at.Branch]
		if found = ok; ok {
			content = p.Files[0].Content
		}
	})
	return content, found, err
}

func (h *shelf) Propose(_ context.Context, p outbox.Proposal) (got outbox.Proposed, err error) {
	err = h.do("propose "+p.Branch, func() { h.pulls[p.Branch] = p; h.drawn++ })
	return outbox.Proposed{URL: "https://github.example/acme/postmortems/pull/1"}, err
}

func (h *shelf) OpenTicket(_ context.Context, n outbox.NewTicket) (t timeline.Ticket, closed bool, err error) {
	err = h.do("ticket "+n.Marker, func() {
		if !slices.ContainsFunc(h.issues, func(o outbox.NewTicket) bool { return o.Marker == n.Marker }) {
			h.issues = append(h.issues, n)
		}
		i := slices.IndexFunc(h.issues, func(o outbox.NewTicket) bool { return o.Marker == n.Marker })
		t = timeline.Ticket{Repo: n.Repo, Number: i + 1, URL: fmt.Sprintf("https://github.example/acme/web-app/issues/%d", i+1)}
		closed = h.closed[i+1]
	})
	return t, closed, err
}

func (h *shelf) SetTicket(_ context.Context, t timeline.Ticket, closed bool) error {
	return h.do(fmt.Sprintf("set %d %v", t.Number, closed), func() { h.closed[t.Number] = closed })
}

// renewed is how often a pull request was set.
func (h *shelf) renewed() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.drawn
}

// writer words as little as it can.
type writer struct{ nowhere bool }

func (w writer) Place(in *timeline.Incident) (outbox.PaperPlace, bool) {
	return outbox.PaperPlace{Repo: "acme/postmortems", Branch: "backout/inc-1", Path: "2026/1.md"}, !w.nowhere
}

func (w writer) Proposal(_ context.Context, in *timeline.Incident, at outbox.PaperPlace, old []byte) (outbox.Proposal, error) {
	return outbox.Proposal{PaperPlace: at, Title: in.Title, Files: []outbox.File{{Name: at.Path, Content: append(old, '.')}}}, nil
}

func (w writer) Ticket(_ context.Context, in *timeline.Incident, f timeline.FollowUp) (outbox.NewTicket, bool) {
	return outbox.NewTicket{Repo: "acme/web-app", Marker: timeline.TicketMarker(in.Number, f.Number), Title: f.Text}, !w.nowhere
}

// desk is a house with a shelf, on synctest's clock, with INC-1 resolved.
func atDesk(t *testing.T, w outbox.Writer, f func(t *testing.T, h *house, forge *shelf)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, mem: logtest.Memory(), far: &outside{fails: map[string][]failure{}, rooms: map[string]timeline.Channel{}}}
		forge := &shelf{outside: h.far, pulls: map[string]outbox.Proposal{}, closed: map[int]bool{}}
		rec, err := timeline.Open(context.Background(), h.mem, timeline.Options{})
		if err != nil {
			t.Fatal(err)
		}
		h.rec = rec
		h.out = outbox.New(outbox.Deps{
			Record: rec, Owed: rec, Ledger: rec, Overview: rec, Rooms: h.far, Posts: h.far, Files: h.far, History: h.far, Views: plain{}, Documents: plain{}, Writer: w,
			Forge: &outbox.Forge{Papers: forge}, Meter: silence{}, Log: slog.New(slog.DiscardHandler),
		}, outbox.Options{ChannelPattern: "inc-{{.Number}}-{{.Slug}}"})
		h.out.Start()
		h.declares()
		h.does(timeline.AddFollowUp("slash:f", "U0ANA", 1, timeline.FollowUpAdded{Text: "Test it"}))
		h.does(timeline.Resolve("slash:r", "U0ANA", 1, "Done"))
		h.passes(time.Minute)
		f(t, h, forge)
		h.stop()
	})
}

func lost() error { return &timeline.Trouble{Unsure: true, Sentence: "GitHub's answer was lost"} }

func TestAPullRequestIsKeptCurrent(t *testing.T) {
	atDesk(t, writer{}, func(t *testing.T, h *house, forge *shelf) {
		forge.fail("propose", lost(), true)
		h.does(timeline.RequestProposal("slash:p", "U0ANA", 1))
		h.passes(5 * time.Minute)
		in := h.incident()
		if len(forge.pulls) != 1 || len(in.Exports) != 1 || in.Exports[0].What != timeline.ExportProposal || in.Exports[0].File != "2026/1.md" {
			t.Fatalf("pulls %v, exports %+v", forge.pulls, in.Exports)
		}
		said := len(h.far.posts)
		before := forge.renewed()
		h.does(timeline.AddLesson("slash:l1", "U0ANA", 1, "Ship in steps"))
		h.does(timeline.SetImpact("slash:l2", "U0ANA", 1, "Logins"))
		h.passes(time.Minute)
		if forge.renewed() != before {
			t.Error("it was renewed before more could come")
		}
		h.passes(10 * time.Minute)
		if forge.renewed() != before+1 || len(h.incident().Exports) != 1 {
			t.Errorf("renewed %d times for two changes; exports %+v", forge.renewed()-before, h.incident().Exports)
		}
		if told := len(h.far.posts) - said; told != 2 { // the lesson and the impact
			t.Errorf("%d posts", told)
		}
		if got := string(forge.pulls["backout/inc-1"].Files[0].Content); len(got) < 2 {
			t.Errorf("what stood there was not the base: %q", got)
		}
	})
}

func TestAPullRequestThatCannotBeIsOnTheCard(t *testing.T) {
	atDesk(t, writer{}, func(t *testing.T, h *house, forge *shelf) {
		forge.fail("propose", &timeline.Trouble{Permanent: true, Sentence: "the token may not write to acme/postmortems"}, false)
		h.does(timeline.RequestProposal("slash:p", "U0ANA", 1))
		h.passes(time.Minute)
		f := h.incident().Failures
		if len(f) != 1 || f[0].Step != timeline.StepProposal {
			t.Fatalf("%+v", f)
		}
		h.does(timeline.RetryStep("ui:1", "U0ANA", 1, f[0].N))
		h.passes(time.Minute)
		if in := h.incident(); len(in.Failures) != 0 || len(in.Exports) != 1 {
			t.Errorf("%+v %+v", in.Failures, in.Exports)
		}
	})
	atDesk(t, writer{nowhere: true}, func(t *testing.T, h *house, _ *shelf) {
		h.does(timeline.RequestProposal("slash:p", "U0ANA", 1))
		h.does(timeline.RequestTickets("slash:t", "U0ANA", 1, 0))
		h.passes(time.Minute)
		if f := h.incident().Failures; len(f) != 2 {
			t.Errorf("%+v", f)
		}
	})
}

func TestAnIssueStandsForAFollowUp(t *testing.T) {
	for name, trouble := range map[string]func(*shelf){
		"at once":         func(*shelf) {},
		"not at first":    func(f *shelf) { f.fail("ticket", errors.New("connection refused"), false) },
		"the answer lost": func(f *shelf) { f.fail("ticket", lost(), true) },
		"lost and lost":   func(f *shelf) { f.fail("ticket", lost(), true); f.fail("ticket", lost(), true) },
		"closing is lost": func(f *shelf) { f.fail("set", lost(), true) },
		"closing fails": func(f *shelf) {
			f.fail("set", &timeline.Trouble{After: time.Minute, Sentence: "GitHub asks to wait"}, false)
		},
		"opened and closed": func(f *shelf) { f.closed[1] = true },
	} {
		t.Run(name, func(t *testing.T) {
			atDesk(t, writer{}, func(t *testing.T, h *house, forge *shelf) {
				trouble(forge)
				h.does(timeline.RequestTickets("slash:t", "U0ANA", 1, 1))
				h.passes(10 * time.Minute)
				f, _ := h.incident().FollowUp(1)
				if len(forge.issues) != 1 || f.Ticket.Number != 1 || f.Ticket.URL == "" {
					t.Fatalf("%d issues, %+v", len(forge.issues), f)
				}
				h.does(timeline.SetFollowUp("slash:d", "U0ANA", 1, timeline.FollowUpSet{Number: 1, State: timeline.FollowUpDone}))
				h.passes(10 * time.Minute)
				if !forge.closed[1] {
					t.Error("done here, and open there")
				}
				h.does(timeline.SetFollowUp("slash:o", "U0ANA", 1, timeline.FollowUpSet{Number: 1, State: timeline.FollowUpOpen}))
				h.passes(10 * time.Minute)
				if forge.closed[1] {
					t.Error("open again here, and closed there")
				}
			})
		})
	}
}

func TestNothingPrivateLeaves(t *testing.T) {
	atDesk(t, writer{}, func(t *testing.T, h *house, forge *shelf) {
		h.far.fail("propose", lost(), false)
		h.does(timeline.RequestProposal("slash:p", "U0ANA", 1))
		h.does(timeline.MakePrivate("slash:x", "U0ANA", 1, nil))
		h.passes(20 * time.Minute)
		if n := h.far.count("propose"); len(forge.pulls) != 0 || n > 1 {
			t.Errorf("it was proposed %d times, there are %v", n, forge.pulls)
		}
	})
}

func insightsTo(h *house, who string) (messages int) {
	for _, p := range h.far.posts {
		if p.channel == who && p.summary == "Insights" {
			messages++
		}
	}
	return messages
}

func TestInsightsGoToWhoAsked(t *testing.T) {
	atDesk(t, writer{}, func(t *testing.T, h *house, _ *shelf) {
		h.does(timeline.RequestInsights("slash:i", "U0TOM", timeline.InsightsAsked{Days: 90}))
		h.does(timeline.RequestInsights("slash:i", "U0TOM", timeline.InsightsAsked{Days: 90}))
		h.passes(time.Minute)
		if n := insightsTo(h, "U0TOM"); n != 1 || h.far.count("share") != 1 {
			t.Errorf("%d messages, %d charts", n, h.far.count("share"))
		}
	})
}

// What is repeated because the chart did not get through is the chart alone.
func TestInsightsAreNotRepeatedForTheirChart(t *testing.T) {
	for name, trouble := range map[string]error{
		"held": &timeline.Trouble{Sentence: "Slack's limits make it wait", After: 5 * time.Second}, "unsure": unsure(),
	} {
		t.Run(name, func(t *testing.T) {
			atDesk(t, writer{}, func(t *testing.T, h *house, _ *shelf) {
				h.far.fail("share", trouble, name == "unsure")
				h.does(timeline.RequestInsights("slash:i", "U0TOM", timeline.InsightsAsked{Days: 90}))
				h.passes(time.Minute)
				if messages := insightsTo(h, "U0TOM"); messages != 1 || len(h.far.shared()) != 1 || h.out.Pending() != 0 {
					t.Errorf("%d messages, %d charts, %d owed: %v", messages, len(h.far.shared()), h.out.Pending(), h.far.calls)
				}
			})
		})
	}
}

func TestLessonsAreKeptCurrentInOnePost(t *testing.T) {
	atDesk(t, writer{}, func(t *testing.T, h *house, _ *shelf) {
		h.does(timeline.RequestPostmortem("slash:p", "U0ANA", 1))
		h.passes(time.Minute)
		if _, ok := h.incident().Posts[timeline.PostLessons]; !ok {
			t.Fatalf("no post of lessons: %v", h.far.calls)
		}
		posts, edits := len(h.far.posts), h.far.count("edit INC-1/lessons")
		h.does(timeline.JudgeLesson("ui:1", "U0ANA", 1, timeline.LessonJudged{Rule: "one-step", Standing: timeline.LessonAccepted, Title: "Straight to everyone"}))
		h.passes(time.Minute)
		if len(h.far.posts) != posts || h.far.count("edit INC-1/lessons") != edits+1 {
			t.Errorf("%d more posts, %d edits", len(h.far.posts)-posts, h.far.count("edit INC-1/lessons")-edits)
		}
	})
}
