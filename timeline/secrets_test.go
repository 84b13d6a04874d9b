package timeline_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/logtest"
)

// hidden finds the word hunter2.
func hidden(text string) []timeline.Secret {
	var out []timeline.Secret
	for from := 0; ; {
		i := strings.Index(text[from:], "hunter2")
		if i < 0 {
			return out
		}
		out = append(out, timeline.Secret{From: from + i, To: from + i + 7, Kind: "password"})
		from += i + 7
	}
}

// guarded is a desk whose recorder looks for secrets.
func guarded(t *testing.T) (*desk, *logtest.Mem, int) {
	t.Helper()
	mem := logtest.Memory()
	d := &desk{t: t, now: start()}
	rec, err := timeline.Open(context.Background(), mem, timeline.Options{Now: func() time.Time { return d.now }, Scan: hidden})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Close)
	d.rec = rec
	n := d.does(timeline.Declare("slash:1", ana, timeline.Declaration{Title: "Logins fail"})).Incident()
	d.does(channelOpened(n, "C1"))
	return d, mem, n
}

// warned counts the private words that are owed to a person.
func (d *desk) warned(who string) (n int) {
	for _, e := range d.rec.Effects() {
		if e.Kind == timeline.OweSecretNotice && slices.Contains(e.Users, who) {
			n++
		}
	}
	return n
}

func TestASecretIsTakenOutOfWhatIsShown(t *testing.T) {
	t.Parallel()
	d, mem, n := guarded(t)
	said := words("C1", 1, "the password is hunter2, I say hunter2")
	said.Files = []timeline.File{{ID: "F1", Name: "hunter2.txt", URL: "https://files.example/hunter2"}}
	d.does(timeline.Hear(said))
	en, ok := d.incident(n).MessageEntry("C1", tsOf(1))
	if !ok || en.Text != "the password is [password removed], I say [password removed]" {
		t.Errorf("shown: %q", en.Text)
	}
	if f := en.Message.Files[0]; f.Name != "[password removed].txt" || f.URL != "https://files.example/removed" {
		t.Errorf("file: %+v", f)
	}
	if b, _ := en.Body.(timeline.Message); strings.Contains(fmt.Sprint(b), "hunter2") {
		t.Errorf("body: %+v", b)
	}
	if !slices.Equal(en.Secrets, []string{"password"}) || d.warned(bob) != 1 {
		t.Errorf("kinds %v, %d told", en.Secrets, d.warned(bob))
	}
	raw, err := d.rec.Raw(context.Background(), n)
	if err != nil || strings.Contains(fmt.Sprint(raw), "hunter2") {
		t.Errorf("raw: %v %v", raw, err)
	}
	// What was really said is stored: only so an edit can be told from a repetition.
	if got := d.does(timeline.Hear(said)); len(got.Events) != 1 || !got.Repeated {
		t.Errorf("heard again: %+v", got)
	}
	recs, err := mem.Events(context.Background(), n, en.N, 1)
	if err != nil || !bytes.Contains(recs[0].Data, []byte("hunter2")) {
		t.Errorf("stored: %s %v", recs[0].Data, err)
	}
}

func TestAnAuthorIsToldOfASecretOnce(t *testing.T) {
	t.Parallel()
	d, _, n := guarded(t)
	d.does(timeline.Hear(words("C1", 1, "the password is hunter2")))
	for _, e := range d.rec.Effects() {
		if e.Kind == timeline.OweSecretNotice {
			d.does(timeline.Carried(e))
		}
	}
	edited := words("C1", 1, "the password is hunter2, as I said")
	edited.Version = timeline.SlackTS(start().Add(time.Hour))
	d.does(timeline.Hear(edited))
	en, _ := d.incident(n).MessageEntry("C1", tsOf(1))
	if d.warned(bob) != 0 || en.Text != "the password is [password removed], as I said" || strings.Contains(fmt.Sprint(en.Message.Versions), "hunter2") {
		t.Errorf("%d told, shown %q, earlier %v", d.warned(bob), en.Text, en.Message.Versions)
	}
	// The same version once more, under another key, is no edit.
	before := d.incident(n).NextN()
	again := edited
	again.Link = "https://acme.slack.example/1"
	d.does(timeline.Change{Decide: timeline.Hear(again).Decide})
	if d.incident(n).NextN() != before {
		t.Error("a version that is known was recorded again")
	}
	clean := edited
	clean.Text, clean.Version = "the password is in the vault", timeline.SlackTS(start().Add(2*time.Hour))
	d.does(timeline.Hear(clean))
	if en, _ = d.incident(n).MessageEntry("C1", tsOf(1)); len(en.Secrets) != 0 || en.Text != "the password is in the vault" {
		t.Errorf("%q %v", en.Text, en.Secrets)
	}
}

func TestSecretsInEverythingThatPeopleType(t *testing.T) {
	t.Parallel()
	const s = "it is hunter2 <https://x.example/?k=hunter2|hunter2>"
	const want = "it is [password removed] <https://x.example/?k=removed|[password removed]>"
	for name, c := range map[string]func(n int) timeline.Change{
		"note":      func(n int) timeline.Change { return timeline.AddNote("k", ana, n, s, time.Time{}) },
		"update":    func(n int) timeline.Change { return timeline.GiveUpdate("k", ana, n, s, time.Time{}) },
		"impact":    func(n int) timeline.Change { return timeline.SetImpact("k", ana, n, s) },
		"cause":     func(n int) timeline.Change { return timeline.SetCause("k", ana, n, s) },
		"lesson":    func(n int) timeline.Change { return timeline.AddLesson("k", ana, n, s) },
		"follow-up": func(n int) timeline.Change { return timeline.AddFollowUp("k", ana, n, timeline.FollowUpAdded{Text: s}) },
		"status":    func(n int) timeline.Change { return timeline.SetStatus("k", ana, n, timeline.Identified, s) },
		"resolve":   func(n int) timeline.Change { return timeline.Resolve("k", ana, n, s) },
		"verdict": func(n int) timeline.Change {
			return timeline.JudgeLesson("k", ana, n, timeline.LessonJudged{Rule: "r", Standing: timeline.LessonReworded, Text: s})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, _, n := guarded(t)
			out := d.does(c(n))
			in := d.incident(n)
			en, ok := in.Entry(out.Events[0].N)
			if !ok || en.Text != want || d.warned(ana) != 1 {
				t.Errorf("shown %q, %d told", en.Text, d.warned(ana))
			}
			if all := fmt.Sprintf("%+v %+v %+v %+v %+v %q %q %+v", in.Updates, in.FollowUps, in.Lessons, in.Judged, in.Summary(), in.Impact, in.Cause, out.Events); strings.Contains(all, "hunter2") {
				t.Errorf("it stands in %s", all)
			}
		})
	}
}

func TestASecretInTheTitleIsNoChannelName(t *testing.T) {
	t.Parallel()
	d, _, _ := guarded(t)
	n := d.does(timeline.Declare("slash:2", ana, timeline.Declaration{Title: "hunter2 is public"})).Incident()
	if in := d.incident(n); in.Title != "[password removed] is public" || d.rec.Summaries()[0].Title != in.Title {
		t.Errorf("%q", in.Title)
	}
}

func TestWordsAreErasedOnTheirAuthorsWish(t *testing.T) {
	t.Parallel()
	d, mem, n := guarded(t)
	d.does(timeline.Hear(words("C1", 1, "the password is hunter2")))
	edited := words("C1", 1, "the password was hunter2")
	edited.Version = timeline.SlackTS(start().Add(time.Hour))
	d.does(timeline.Hear(edited))
	en, _ := d.incident(n).MessageEntry("C1", tsOf(1))
	d.refused(timeline.Erase("k1", ana, n, en.N), "Only who wrote")
	d.does(timeline.Erase("k2", bob, n, en.N))
	d.refused(timeline.Erase("k3", bob, n, en.N), "has no words")
	note := d.does(timeline.AddNote("k4", ana, n, "hunter2 again", time.Time{})).Events[0].N
	d.does(timeline.Reword("k5", ana, n, note, "hunter2 once more"))
	d.does(timeline.Erase("k6", ana, n, note))
	in := d.incident(n)
	for _, row := range []int{en.N, note} {
		if e, _ := in.Entry(row); e.Text != "" || !e.Erased || len(e.Secrets) != 0 {
			t.Errorf("%+v", e)
		}
	}
	recs, err := mem.Events(context.Background(), n, 1, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		if bytes.Contains(rec.Data, []byte("hunter2")) {
			t.Errorf("T%d is still stored: %s", rec.N, rec.Data)
		}
	}
	same(t, d.rec, mem, func() time.Time { return d.now })
	d.does(timeline.Hear(edited)) // a sweep brings it back no more
	if e, _ := d.incident(n).Entry(en.N); e.Text != "" {
		t.Errorf("it came back: %q", e.Text)
	}
}

func TestWhatIsErasedLeavesTheFacts(t *testing.T) {
	t.Parallel()
	d, mem, n := guarded(t)
	d.does(timeline.SetImpact("k1", ana, n, "hunter2 leaked"))
	d.does(timeline.GiveUpdate("k2", ana, n, "hunter2 is being changed", time.Time{}))
	for _, e := range d.incident(n).Timeline() {
		if e.Kind == timeline.KindImpact || e.Kind == timeline.KindUpdate {
			d.does(timeline.Erase("erase"+timeline.Ref(e.N), ana, n, e.N))
		}
	}
	in := d.incident(n)
	if u, _ := in.LastUpdate(); in.Impact != "" || u.Text != "" {
		t.Errorf("impact %q, update %q", in.Impact, u.Text)
	}
	d.refused(timeline.Erase("k3", ana, n, 1), "is the title")
	same(t, d.rec, mem, func() time.Time { return d.now })
}
