package commands

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/timeline"
)

// TestStoreFails types every example with a store that cannot be written: who
// reads gets an answer, who writes gets a refusal with a name for the log.
func TestStoreFails(t *testing.T) {
	for _, r := range table() {
		for _, line := range r.examples {
			t.Run(line, func(t *testing.T) {
				w := newWorld(t)
				w.now = w.now.Add(-83 * time.Minute)
				n, ch := 0, ""
				for range 7 {
					n, ch = w.declared("Users are logged out "+w.key(), false)
				}
				w.now = w.now.Add(70 * time.Minute)
				w.prepare(line, n)
				if r.word == "adopt" {
					ch = lobby
				}
				before := w.log.Commits()
				w.log.FailCommits(1)
				req := Request{Via: Slash, Key: "slash:retry", Text: line, User: ana, Channel: ch}
				a := w.handle(req)
				if a.Err == nil {
					if w.log.Commits() != before {
						t.Fatal("it was stored although the store failed")
					}
					w.log.FailCommits(0)
					return
				}
				if !errors.Is(a.Err, timeline.ErrStore) || a.ErrID == "" {
					t.Errorf("cause: %v (%s)", a.Err, a.ErrID)
				}
				wants(t, a, "Nothing was recorded: the store cannot be written.", a.ErrID)
				typeable(t, w, a)
				if a = w.handle(req); a.Refused {
					t.Errorf("the same delivery fails when the store is back: %s", show(a))
				}
			})
		}
	}
}

// TestPlaces types every command where there is no incident.
func TestPlaces(t *testing.T) {
	for _, r := range table() {
		t.Run(r.word, func(t *testing.T) {
			w := newWorld(t)
			a := w.types(lobby, r.word)
			typeable(t, w, a)
			if r.where != incident {
				wantsMore := slices.Contains([]string{"oncall", "merge", "drill"}, r.word)
				if a.Refused != wantsMore {
					t.Error(show(a))
				}
				return
			}
			if !a.Refused {
				t.Fatal(show(a))
			}
			wants(t, a, "This is no incident channel.", "/incident "+r.word+" INC-7", "/incident list")
		})
	}
}

func TestExternals(t *testing.T) {
	w := newWorld(t)
	_, ch := w.declared("Users are logged out", false)
	for _, r := range []Request{
		{Via: Slash, Text: "status", Channel: ch},
		{Via: Button, Action: "take_lead_v1", Value: "1", Channel: ch},
		{Via: Submission, Form: "new_form_v1", State: `{"v":1}`, Values: map[string]string{"title": "x"}},
		{Via: MessageShortcut, Action: "add_to_timeline_v1", Message: &timeline.Said{Channel: ch, TS: "1763649000.000100"}},
		{Via: HomeTab},
	} {
		r.User, r.External = "U0GUEST", true
		a := w.handle(r)
		wants(t, a, "Guests and people of other organisations cannot use Backout.")
	}
	if in := w.incident(1); in.Lead() != "" {
		t.Error("a guest leads")
	}
}

func TestPrivate(t *testing.T) {
	w := newWorld(t)
	_, ch := w.declared("Customer list leaked", true)
	w.declared("Search is slow", false)
	w.rooms.members[ch] = []string{ana}
	never := show(w.handle(Request{Via: Slash, Text: "status INC-9", User: tom, Channel: lobby}))
	hidden := show(w.handle(Request{Via: Slash, Text: "status INC-1", User: tom, Channel: lobby}))
	if strings.ReplaceAll(hidden, "INC-1", "INC-9") != never {
		t.Errorf("a stranger can tell it from one that never was:\n%s\n%s", hidden, never)
	}
	for _, r := range []Request{
		{Via: Slash, Text: "severity INC-1 3"}, {Via: Button, Action: "take_lead_v1", Value: "1"},
		{Via: Button, Action: "retry_step_v1", Value: "1/3"},
		{Via: Submission, Form: "update_form_v1", State: `{"v":1,"n":1}`, Values: map[string]string{"text": "x"}},
	} {
		r.User, r.Channel = tom, lobby
		wants(t, w.handle(r), "There is no INC-1.")
	}
	if s := show(w.types(lobby, "list all")); strings.Contains(s, "INC-1 ") || !strings.Contains(s, "INC-2 ") {
		t.Errorf("listed elsewhere:\n%s", s)
	}
	wants(t, w.types(ch, "list"), "INC-1 Customer list leaked")
	wants(t, w.types(lobby, "sev INC-1 3"), "Severity of INC-1 is now 3") // Ana is a member
	w.rooms.fail = errNotIn
	wants(t, w.types(lobby, "status INC-1"), "There is no INC-1.")
}

// TestMadePrivate holds that the public channel of an incident that became
// private shows nothing any more to those who did not move along.
func TestMadePrivate(t *testing.T) {
	w := newWorld(t)
	n, ch := w.declared("Customer list leaked", false)
	w.rooms.members[ch] = []string{ana, tom, "U0BOT"}
	r := Request{Via: Slash, Key: "slash:p", Text: "private", User: ana, Channel: ch}
	a := w.handle(r)
	wants(t, a, "INC-1 is private from now on.", "stays public")
	if again := w.handle(r); show(again) != show(a) {
		t.Errorf("again: %s", show(again))
	}
	for _, e := range w.rec.Effects() {
		if e.Kind == timeline.OweChannel && strings.Join(e.Users, ",") != ana+","+tom {
			t.Errorf("invites %v", e.Users)
		}
	}
	w.openChannel(n, "C0SECRET", true)
	w.rooms.members["C0SECRET"] = []string{ana}
	wants(t, w.types(ch, "sev 1"), "Severity of INC-1")
	wants(t, w.handle(Request{Via: Slash, Text: "sev 3", User: tom, Channel: ch}), "This is no incident channel.")
}

func TestAdopt(t *testing.T) {
	w := newWorld(t)
	r := Request{Via: Slash, Key: "slash:a", Text: "adopt sev:1 since:2d", User: ana, Channel: lobby}
	a := w.handle(r)
	wants(t, a, "INC-1 is declared: lobby. Severity 1 – Critical.", "#c0lobby is its channel from now on")
	if again := w.handle(r); show(again) != show(a) {
		t.Errorf("again: %s", show(again))
	}
	in := w.incident(1)
	if want := w.now.Add(-48 * time.Hour); !in.Channel.From.Equal(want) || len(w.rooms.joined) == 0 {
		t.Errorf("from %v, want %v; joined %v", in.Channel.From, want, w.rooms.joined)
	}
	wants(t, w.types(lobby, "adopt"), "belongs to INC-1 already")
	wants(t, w.types("C0OTHER", "adopt"), "cannot read this channel", "/invite @Backout", "E")
	w.rooms.fail = &timeline.Trouble{Sentence: "Slack could not say which channel this is", After: time.Minute}
	wants(t, w.types(lobby, "adopt"), "just now, so nothing was recorded", "again in a minute", "/incident new", "E")
	w.rooms.fail = nil
	wants(t, w.types("C0OTHER", "adopt since:soon"), "no length of time")
	wants(t, w.handle(Request{Via: Slash, Text: "adopt", User: ana, Channel: "D1", Direct: true}), "A direct message")
}
