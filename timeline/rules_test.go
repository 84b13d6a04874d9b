package timeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/logtest"
)

// desk is a recorder with a clock that people's actions move.
type desk struct {
	t   *testing.T
	rec *timeline.Recorder
	now time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 11, 20, 14, 8, 2, 0, time.UTC)}
	rec, err := timeline.Open(context.Background(), logtest.Memory(), timeline.Options{Now: func() time.Time { return d.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Close)
	d.rec = rec
	return d
}

// does records a change that must succeed.
func (d *desk) does(c timeline.Change) timeline.Outcome {
	d.t.Helper()
	out, err := d.rec.Record(context.Background(), c)
	if err != nil {
		d.t.Fatalf("refused: %v", err)
	}
	return out
}

// refused records a change that must be refused with the sentence.
func (d *desk) refused(c timeline.Change, sentence string) {
	d.t.Helper()
	_, err := d.rec.Record(context.Background(), c)
	var r *timeline.Refusal
	if !errors.As(err, &r) || !strings.Contains(r.Sentence, sentence) {
		d.t.Fatalf("got %v, want a refusal that says %q", err, sentence)
	}
}

func (d *desk) incident(n int) *timeline.Incident {
	d.t.Helper()
	in, err := d.rec.Incident(context.Background(), n)
	if err != nil {
		d.t.Fatal(err)
	}
	return in
}

// effect gives what is owed of a kind.
func (d *desk) effect(kind timeline.EffectKind) timeline.Effect {
	d.t.Helper()
	all := d.rec.Effects()
	i := slices.IndexFunc(all, func(e timeline.Effect) bool { return e.Kind == kind })
	if i < 0 {
		d.t.Fatalf("nothing of %s is owed, only %v", kind, d.owed())
	}
	return all[i]
}

func (d *desk) owed() []string {
	var keys []string
	for _, e := range d.rec.Effects() {
		keys = append(keys, e.Key)
	}
	slices.Sort(keys)
	return keys
}

// opened declares INC-1 and opens its channel, as the outbox would.
func (d *desk) opened() {
	d.t.Helper()
	d.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "Logins fail", Severity: "1", Lead: "U0ANA"}))
	d.does(timeline.ChannelIsOpen(d.effect(timeline.OweChannel), timeline.Channel{ID: "C1", Name: "inc-1-logins-fail", From: d.now}))
}

func (d *desk) carryAll() {
	for _, e := range d.rec.Effects() {
		d.does(timeline.Carried(e))
	}
}

const (
	ts1 = "1795184700.000100"
	ts2 = "1795184760.000200"
)

func said(ts, text string) timeline.Said {
	return timeline.Said{Channel: "C1", TS: ts, Who: "U0TOM", Text: text, Link: "https://acme.slack.com/archives/C1/p1"}
}

func TestDeclaringOwesTheChannelAndThenWhatFollows(t *testing.T) {
	d := newDesk(t)
	d.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "  Logins\nfail ", Severity: "1", Lead: "U0ANA"}))
	in := d.incident(1)
	if in.Title != "Logins fail" || in.Status != timeline.Investigating || in.Lead() != "U0ANA" {
		t.Fatalf("got %q, %s, lead %q", in.Title, in.Status, in.Lead())
	}
	if got := d.owed(); !slices.Equal(got, []string{"INC-1/open_channel"}) {
		t.Fatalf("owed %v", got)
	}
	d.does(timeline.ChannelIsOpen(d.rec.Effects()[0], timeline.Channel{ID: "C1", Name: "inc-1"}))
	want := []string{"INC-1/announce", "INC-1/card", "INC-1/invite/3", "INC-1/sweep", "INC-1/topic"}
	if got := d.owed(); !slices.Equal(got, want) {
		t.Fatalf("owed %v, want %v", got, want)
	}
}

func TestDeclaringTheSameTwiceInAMinuteIsRefused(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.now = d.now.Add(40 * time.Second)
	d.refused(timeline.Declare("slash:2", "U0TOM", timeline.Declaration{Title: "logins fail"}), "INC-1 was declared 40 s ago with this title in <#C1>")
	d.now = d.now.Add(2 * time.Minute)
	d.does(timeline.Declare("slash:3", "U0TOM", timeline.Declaration{Title: "logins fail"}))
}

func TestPrivateIncidentsAreNotAnnounced(t *testing.T) {
	d := newDesk(t)
	d.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "Leak", Private: true}))
	d.does(timeline.ChannelIsOpen(d.rec.Effects()[0], timeline.Channel{ID: "C1", Private: true}))
	if slices.Contains(d.owed(), "INC-1/announce") {
		t.Fatalf("owed %v", d.owed())
	}
}

func TestAMessageCountsOnceHoweverItArrives(t *testing.T) {
	edit := said(ts1, "second")
	edit.Version = "1795184710.000000"
	older := said(ts1, "first and a half")
	older.Version = "1795184705.000000"
	for name, order := range map[string][]timeline.Change{
		"in order":             {timeline.Hear(said(ts1, "first")), timeline.Hear(edit)},
		"redelivered":          {timeline.Hear(said(ts1, "first")), timeline.Hear(said(ts1, "first")), timeline.Hear(edit), timeline.Hear(edit)},
		"edit before original": {timeline.Hear(edit), timeline.Hear(said(ts1, "first"))},
		"edits reordered":      {timeline.Hear(said(ts1, "first")), timeline.Hear(edit), timeline.Hear(older)},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.opened()
			for _, c := range order {
				d.does(c)
			}
			in := d.incident(1)
			en, ok := in.MessageEntry("C1", ts1)
			if !ok || en.Text != "second" {
				t.Fatalf("got %v %+v", ok, en)
			}
			n := 0
			for _, e := range in.Timeline() {
				if e.Kind == timeline.KindMessage {
					n++
				}
			}
			if n != 1 {
				t.Fatalf("%d messages in the record", n)
			}
		})
	}
}

func TestALinkPreviewIsNoEdit(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.does(timeline.Hear(said(ts1, "see <https://a.example>")))
	preview := said(ts1, "see <https://a.example>")
	preview.Version = "1795184701.000000"
	if out := d.does(timeline.Hear(preview)); len(out.Events) != 0 {
		t.Fatalf("recorded %v", out.Events)
	}
}

func TestADeletedMessageKeepsItsRowAndLosesItsWords(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.does(timeline.Hear(said(ts1, "the password is hunter2")))
	edit := said(ts1, "the password is hunter3")
	edit.Version = "1795184710.000000"
	d.does(timeline.Hear(edit))
	d.does(timeline.React("ev:1", "U0ANA", timeline.MeansLesson, "C1", ts1, true))
	d.does(timeline.React("ev:2", "U0ANA", timeline.MeansStar, "C1", ts1, true))
	d.does(timeline.Gone("C1", ts1, "U0TOM", d.now))
	d.does(timeline.Hear(said(ts1, "the password is hunter2")))
	in := d.incident(1)
	en, _ := in.MessageEntry("C1", ts1)
	if en.Text != "" || en.Starred() || en.Message.DeletedAt.IsZero() || len(en.Message.Versions) != 0 || len(in.Lessons) != 0 {
		t.Fatalf("left over: %+v %+v %v", en, en.Message, in.Lessons)
	}
	raw, err := d.rec.Raw(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range raw {
		data, err := timeline.EncodeEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "hunter") {
			t.Errorf("the words are still in %s: %s", timeline.Ref(e.N), data)
		}
	}
}

func TestADeletionThatComesFirstWins(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.does(timeline.Gone("C1", ts1, "", d.now))
	d.does(timeline.Hear(said(ts1, "too late")))
	en, ok := d.incident(1).MessageEntry("C1", ts1)
	if !ok || en.Text != "" || en.Message.DeletedAt.IsZero() {
		t.Fatalf("got %v %+v", ok, en)
	}
}

func TestReactions(t *testing.T) {
	d := newDesk(t)
	d.opened()
	_, err := d.rec.Record(context.Background(), timeline.React("ev:0", "U0ANA", timeline.MeansStar, "C1", ts1, true))
	if !errors.Is(err, timeline.ErrUnknownMessage) {
		t.Fatalf("got %v", err)
	}
	d.does(timeline.Hear(said(ts1, "roll it back")))
	d.does(timeline.React("ev:1", "U0ANA", timeline.MeansStar, "C1", ts1, true))
	d.does(timeline.React("ev:2", "U0TOM", timeline.MeansStar, "C1", ts1, true))
	d.does(timeline.React("ev:3", "U0ANA", timeline.MeansStar, "C1", ts1, false))
	if en, _ := d.incident(1).MessageEntry("C1", ts1); !en.Starred() {
		t.Fatal("the star is gone although one person's remains")
	}
	d.does(timeline.React("ev:4", "U0TOM", timeline.MeansFollowUp, "C1", ts1, true))
	in := d.incident(1)
	if f, ok := in.FollowUp(1); !ok || in.Words(f.Text, f.From) != "roll it back" {
		t.Fatalf("got %v %+v", ok, f)
	}
	d.does(timeline.React("ev:5", "U0TOM", timeline.MeansFollowUp, "C1", ts1, false))
	if f, _ := d.incident(1).FollowUp(1); f.State != timeline.FollowUpDropped {
		t.Fatalf("got %+v", f)
	}
}

func TestMomentsAreTheFactsAndTheRestIsAssumed(t *testing.T) {
	d := newDesk(t)
	from := said(ts1, "someone else's account")
	from.TS = timeline.SlackTS(d.now.Add(-91 * time.Second))
	d.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "Logins", From: &from}))
	m := d.incident(1).Moments()
	if m.Detected.Assumed || !m.Detected.At.Equal(d.now.Add(-91*time.Second)) || !m.Began.Assumed || !m.Began.At.Equal(m.Detected.At) {
		t.Fatalf("got %+v", m)
	}
	d.refused(timeline.SetMoment("slash:2", "U0ANA", 1, timeline.Began, d.now.Add(-time.Minute)), "That would put began")
	d.refused(timeline.SetMoment("slash:3", "U0ANA", 1, timeline.DeclaredM, d.now), "is a fact")
	d.refused(timeline.SetMoment("slash:4", "U0ANA", 1, timeline.Began, d.now.Add(time.Hour)), "in the future")
	d.does(timeline.SetMoment("slash:5", "U0ANA", 1, timeline.Began, d.now.Add(-6*time.Minute)))
	if took, known := d.incident(1).Moments().Between(timeline.Began, timeline.Detected); !known || took != 6*time.Minute-91*time.Second {
		t.Fatalf("got %v %v", took, known)
	}
}

func TestLifecycle(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.now = d.now.Add(11 * time.Minute)
	d.does(timeline.SetStatus("slash:a", "U0ANA", 1, timeline.Identified, ""))
	d.does(timeline.SetStatus("slash:b", "U0ANA", 1, timeline.Monitoring, "rolled back"))
	d.refused(timeline.Mitigate("slash:c", "U0ANA", 1, ""), "mitigated already")
	if m := d.incident(1).Moments(); !m.Mitigated.At.Equal(d.now) || m.Mitigated.Assumed {
		t.Fatalf("got %+v", m)
	}
	d.now = d.now.Add(time.Hour)
	d.does(timeline.Resolve("slash:d", "U0ANA", 1, "patched"))
	d.refused(timeline.SetStatus("slash:e", "U0ANA", 1, timeline.Identified, ""), "resolved already")
	d.does(timeline.Reopen("slash:f", "U0ANA", 1, "it is back"))
	if m := d.incident(1).Moments(); m.Resolved.Set() || m.Mitigated.Set() {
		t.Fatalf("a reopened incident is over: %+v", m)
	}
	d.refused(timeline.Cancel("slash:g", "U0ANA", 1, " "), "wants a reason")
	d.does(timeline.Cancel("slash:h", "U0ANA", 1, "load test"))
	d.refused(timeline.Reopen("slash:i", "U0ANA", 1, ""), "cancelled, which is final")
}

func TestResolvingWithoutMitigatingAssumesIt(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.does(timeline.Resolve("slash:r", "U0ANA", 1, ""))
	if m := d.incident(1).Moments(); !m.Mitigated.Assumed || !m.Mitigated.At.Equal(m.Resolved.At) {
		t.Fatalf("got %+v", m)
	}
}

func TestNotesAreCorrectedByNewEvents(t *testing.T) {
	d := newDesk(t)
	d.opened()
	out := d.does(timeline.AddNote("slash:n", "U0TOM", 1, "restarted", d.now.Add(-5*time.Minute)))
	n := out.Events[0].N
	d.does(timeline.Reword("slash:o", "U0ANA", 1, n, "restarted the cache"))
	d.does(timeline.Move("slash:p", "U0ANA", 1, n, d.now.Add(-6*time.Minute)))
	d.does(timeline.Hide("slash:q", "U0ANA", 1, n, true))
	en, _ := d.incident(1).Entry(n)
	if en.Text != "restarted the cache" || !en.At.Equal(d.now.Add(-6*time.Minute)) || !en.Hidden {
		t.Fatalf("got %+v", en)
	}
	d.refused(timeline.Move("slash:u", "U0ANA", 1, 1, d.now), "cannot be moved")
	d.refused(timeline.Reword("slash:v", "U0ANA", 1, 999, "x"), "has no entry T999")
	d.refused(timeline.AddNote("slash:w", "U0ANA", 1, strings.Repeat("x", timeline.MaxText+1), time.Time{}), "at most")
}

func TestGoingPrivateOpensAnotherChannel(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.carryAll()
	d.does(timeline.MakePrivate("slash:p", "U0ANA", 1, []string{"U0TOM"}))
	d.does(timeline.ChannelIsOpen(d.effect(timeline.OweChannel), timeline.Channel{ID: "C2", Private: true}))
	in := d.incident(1)
	if in.Channel.ID != "C2" || !in.InChannel("C1") || !in.Private {
		t.Fatalf("got %+v", in.Channels)
	}
	if e := d.effect(timeline.OweNotice); e.Channel != "C1" {
		t.Fatalf("owed %+v", e)
	}
}

func TestAdoptedChannelsBringTheirHistory(t *testing.T) {
	d := newDesk(t)
	d.does(timeline.Adopt("slash:1", "U0ANA", timeline.Adoption{Channel: "C9", Name: "login-trouble", Since: d.now.Add(-24 * time.Hour)}))
	in := d.incident(1)
	if in.Title != "login trouble" || in.Channel.ID != "C9" || slices.Contains(d.owed(), "INC-1/open_channel") {
		t.Fatalf("got %q %+v owed %v", in.Title, in.Channel, d.owed())
	}
	d.refused(timeline.Adopt("slash:2", "U0ANA", timeline.Adoption{Channel: "C9"}), "belongs to INC-1 already")
}

func TestTheMessageItWasDeclaredFromFollowsItsAuthor(t *testing.T) {
	d := newDesk(t)
	from := said(ts1, "my password is hunter2")
	from.Channel = "C0SUPPORT"
	d.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "Logins", From: &from}))
	edit := from
	edit.Text, edit.Version = "my password is hunter3", "1795184710.000000"
	d.does(timeline.Hear(edit))
	if en, ok := d.incident(1).MessageEntry("C0SUPPORT", ts1); !ok || en.Text != "my password is hunter3" {
		t.Fatalf("got %v %+v", ok, en)
	}
	other := said(ts2, "what is for lunch")
	other.Channel = "C0SUPPORT"
	if out := d.does(timeline.Hear(other)); len(out.Events) != 0 {
		t.Fatalf("recorded small talk of another channel: %v", out.Events)
	}
	d.does(timeline.Gone("C0SUPPORT", ts1, "U0TOM", d.now))
	raw, err := d.rec.Raw(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range raw {
		if data, err := timeline.EncodeEvent(e); err != nil || strings.Contains(string(data), "hunter") {
			t.Errorf("%s still holds the words (%v): %s", timeline.Ref(e.N), err, data)
		}
	}
}

func TestAChannelBelongsToOneIncident(t *testing.T) {
	d := newDesk(t)
	d.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "Logins"}))
	owed := d.effect(timeline.OweChannel)
	d.does(timeline.Adopt("slash:2", "U0TOM", timeline.Adoption{Channel: "C1", Name: "inc-1-logins"}))
	d.does(timeline.ChannelIsOpen(owed, timeline.Channel{ID: "C1"}))
	if n, _ := d.rec.InChannel("C1"); n != 2 {
		t.Fatalf("C1 belongs to INC-%d", n)
	}
	if in := d.incident(1); in.Channel.ID != "" || len(in.Failures) != 1 {
		t.Fatalf("got %+v %+v", in.Channel, in.Failures)
	}
}

func TestImpossibleYearsAreRefused(t *testing.T) {
	d := newDesk(t)
	d.opened()
	d.refused(timeline.AddNote("slash:2", "U0ANA", 1, "long ago", time.Date(1126, 1, 1, 0, 0, 0, 0, time.UTC)), "The year 1126 cannot be right")
	d.refused(timeline.SetMoment("slash:3", "U0ANA", 1, timeline.Began, time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)), "cannot be right")
}

// TestTheLastWordOnAReactionWins: events come again minutes later and in any order,
// and a reading of history is old once it is worked on.
func TestTheLastWordOnAReactionWins(t *testing.T) {
	for _, means := range []timeline.Meaning{timeline.MeansStar, timeline.MeansLesson, timeline.MeansFollowUp} {
		d := newDesk(t)
		d.opened()
		d.does(timeline.Hear(timeline.Said{Channel: "C1", TS: ts1, Who: "U0TOM", Text: "important"}))
		marked := func() bool {
			in := d.incident(1)
			en, _ := in.MessageEntry("C1", ts1)
			open := slices.ContainsFunc(in.FollowUps, func(f timeline.FollowUp) bool { return f.State == timeline.FollowUpOpen })
			return en.Starred() || len(in.Lessons) > 0 || open
		}
		for i, step := range []struct {
			on   bool
			at   int // seconds
			want bool
		}{
			{false, 2, false}, {true, 1, false}, // the taking back came first
			{true, 3, true}, {false, 2, true}, {false, 4, false}, {true, 3, false}, {true, 5, true},
		} {
			d.does(timeline.ReactAt(fmt.Sprint("ev:", i), "U0ANA", means, "C1", ts1, step.on, d.now.Add(time.Duration(step.at-60)*time.Second)))
			if marked() != step.want {
				t.Errorf("meaning %d, step %d: marked %v", means, i, !step.want)
			}
		}
	}
}
