package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backout/templates"
	"backout/timeline"
)

// leads is a group that Ana is in, cold one that was never read.
const (
	leads = "S0LEADS"
	cold  = "S0COLD"
	eve   = "U0EVE"
	boss  = "U0BOSS"
)

// groups of the tests.
type groups map[string][]string

func (g groups) GroupMembers(id string) ([]string, bool) { m, ok := g[id]; return m, ok }
func (g groups) GroupName(id string) string {
	return map[string]string{leads: "leads", cold: "night-<!here>"}[id]
}

// narrowed is a world in which access narrows something.
func narrowed(t *testing.T, a Access) *world {
	w := newWorld(t)
	g := groups{leads: {ana}}
	w.c.set.Access = a
	w.c.deps.Groups = g
	w.c.deps.Belongs = func(user string, ids []string) bool {
		return user != "" && slices.ContainsFunc(ids, func(id string) bool { return id == user || slices.Contains(g[id], user) })
	}
	return w
}

// everything narrows every word to the leads.
func everything() map[string][]string {
	out := map[string][]string{}
	for _, word := range AccessWords() {
		out[word] = []string{leads}
	}
	return out
}

// ways are all the requests by which a person can do something to INC-1 in channel.
func ways(channel, user string) []Request {
	var out []Request
	add := func(r Request) { r.User, r.Channel = user, channel; out = append(out, r) }
	for _, row := range table() {
		for _, line := range row.examples {
			for _, typed := range append([]string{row.word}, row.aliases...) {
				_, rest, _ := strings.Cut(strings.ReplaceAll(line, "INC-7", "INC-1"), " ")
				add(Request{Via: Slash, Text: typed + " " + rest})
			}
		}
		if row.word != "merge" { // which two incidents it is about decides who may
			add(Request{Via: Slash, Text: row.word})
		}
		add(Request{Via: Mention, Text: "<@U0BOT> " + row.examples[0]})
	}
	for _, line := range []string{"status resolved", "status mitigated", "status monitoring", "role lead <@U0EVE>", "role ic me", "INC-1 severity 1", "role commander <@U0EVE>"} {
		add(Request{Via: Slash, Text: line})
	}
	for _, b := range []string{
		"declare_v1", "take_lead_v1", "update_v1", "mitigate_v1", "resolve_v1", "follow_up_v1", "postmortem_v1", "reopen_v1", "follow_up_done_v1 1/F1",
		"caused_v1 1/D1", "cleared_v1 1/D1", "began_v1 1/D1", "rollback_open_v1 1/D1", "rollback_confirm_v1 1/R1", "rollback_approve_v1 1/R1", "rollback_abandon_v1 1/R1",
		"rollback_cancel_run_v1 1/R1", "rollback_rerun_v1 1/R1", "rollback_again_v1 1/R1", "rollback_override_v1 1/R1",
		"triage_accept_v1", "triage_decline_v1", "triage_merge_v1", "alert_keep_v1", "alert_split_v1 1/T3", "page_again_v1 1/P1",
		"lesson_accept_v1 1/one-step", "lesson_dismiss_v1 1/one-step", "lesson_reword_v1 1/one-step", "lesson_undo_v1 1/one-step", "lesson_follow_up_v1 1/one-step",
		"review_open_v1", "review_done_v1", "tickets_v1",
	} {
		id, value, ok := strings.Cut(b, " ")
		if !ok {
			value = "1"
		}
		add(Request{Via: Button, Action: id, Value: value})
	}
	add(Request{Via: Submission, Form: templates.LessonFormID, State: formState{Number: 1, Part: "one-step"}.encode(), Values: map[string]string{"text": "Ship in steps"}})
	state := formState{Number: 1, Part: "R1"}.encode()
	for _, f := range []struct {
		id     string
		values map[string]string
	}{
		{templates.DeclareFormID, map[string]string{"title": "Other"}},
		{templates.UpdateFormID, map[string]string{"text": "Better"}},
		{templates.ResolveFormID, map[string]string{"text": "Over"}},
		{templates.FollowUpFormID, map[string]string{"text": "Later"}},
		{templates.MergeFormID, map[string]string{"into": "2"}},
		{templates.OverrideFormID, map[string]string{"why": "It burns"}},
	} {
		add(Request{Via: Submission, Form: f.id, State: state, Values: f.values})
	}
	said := &timeline.Said{Channel: channel, TS: "1763649000.000100", Who: user, Text: "It fails"}
	add(Request{Via: GlobalShortcut, Action: "declare_incident_v1"})
	for _, id := range []string{"add_to_timeline_v1", "follow_up_v1", "declare_from_v1"} {
		add(Request{Via: MessageShortcut, Action: id, Message: said})
	}
	return out
}

// TestAccessHoldsForEveryWayIn has somebody who is in no list try every command by
// every way, and nothing comes of it.
func TestAccessHoldsForEveryWayIn(t *testing.T) {
	w := narrowed(t, Access{Admins: []string{boss}, Commands: everything()})
	_, ch := w.declared("Users are logged out", false)
	w.declared("Another", false)
	before := events(t, w)
	all := ways(ch, eve)
	for _, r := range all {
		r.Key = w.key()
		a := w.handle(r)
		said := show(a)
		for _, text := range a.Errors {
			said += text
		}
		if !a.Refused || !strings.Contains(said, "Only @leads or an admin may use") {
			t.Errorf("%+v\ngave %s", r, said)
		}
		if strings.Contains(said, "<!") || strings.Contains(said, "<@") {
			t.Errorf("a refusal mentions somebody: %s", said)
		}
	}
	for _, m := range []timeline.Meaning{timeline.MeansStar, timeline.MeansLesson, timeline.MeansFollowUp} {
		if w.c.MayMark(context.Background(), eve, ch, m) == nil {
			t.Errorf("reaction %d counts", m)
		}
	}
	if after := events(t, w); after != before {
		t.Errorf("%d events before, %d after", before, after)
	}
	t.Logf("access: %d commands, %d ways to use them by typing, buttons, dialogs, shortcuts and mentions, and 3 reactions: all refused, 0 events", len(AccessWords()), len(all))
}

// TestAccessLetsThoseNamed has the leads and an admin do all of it.
func TestAccessLetsThoseNamed(t *testing.T) {
	passed := 0
	for _, user := range []string{ana, boss} {
		for i := range ways("C0INC1", user) {
			w := narrowed(t, Access{Admins: []string{boss}, Commands: everything()})
			_, ch := w.declared("Users are logged out", false)
			w.declared("Another", false)
			r := ways(ch, user)[i]
			if said := show(w.handle(r)); strings.Contains(said, "may use") {
				t.Errorf("%s: %+v\ngave %s", user, r, said)
			}
			passed++
		}
	}
	t.Logf("%d acts of those named: none refused by access", passed)
}

// events counts what is recorded of all incidents.
func events(t *testing.T, w *world) int {
	t.Helper()
	n := 0
	for _, s := range w.rec.Summaries() {
		raw, err := w.rec.Raw(context.Background(), s.Number)
		if err != nil {
			t.Fatal(err)
		}
		n += len(raw)
	}
	return n
}

func TestAccessByRole(t *testing.T) {
	tests := []struct {
		name  string
		who   []string
		user  string
		may   bool
		wants string
	}{
		{"the lead", []string{"lead"}, ana, true, ""},
		{"not the lead", []string{"lead"}, tom, false, "Only the lead (@ana) or an admin may use severity in INC-1, so nothing was done."},
		{"a responder", []string{"responder"}, tom, true, ""},
		{"no responder", []string{"responder"}, eve, false, "Only those who hold a role in the incident or an admin"},
		{"an owner", []string{"owners"}, tom, true, ""},
		{"no owner", []string{"owners"}, eve, false, "Only @ana, @tom or an admin"},
		{"a person", []string{eve}, eve, true, ""},
		{"a group", []string{leads}, ana, true, ""},
		{"not in the group", []string{leads, "lead"}, tom, false, "Only @leads, the lead (@ana) or an admin"},
		{"admins alone", []string{"admins"}, ana, false, "Only an admin may"},
		{"an admin", []string{"admins"}, boss, true, ""},
		{"a cold group", []string{cold}, eve, false, "Slack has not said yet who is in @night-<!here>"},
		{"nobody", []string{leads}, "", false, "Only @leads"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := narrowed(t, Access{Admins: []string{boss}, Commands: map[string][]string{"severity": tt.who}})
			n, ch := w.declared("Users are logged out", false)
			w.must(timeline.SetRole("", ana, n, timeline.LeadRole, ana))
			w.must(timeline.SetRole("", ana, n, timeline.CommsRole, tom))
			a := w.handle(Request{Via: Slash, Text: "severity 1", User: tt.user, Channel: ch})
			if a.Refused == tt.may {
				t.Fatalf("refused %v:\n%s", a.Refused, show(a))
			}
			if w.incident(n).Severity == "1" != tt.may {
				t.Errorf("severity %s", w.incident(n).Severity)
			}
			if !tt.may {
				wants(t, a, tt.wants)
			}
		})
	}
}

// TestAccessByService has lists of services stand in the place of the general one.
func TestAccessByService(t *testing.T) {
	access := Access{
		Commands: map[string][]string{"rollback": {ana}, "new": {ana}, "freeze": {ana}, "title": {ana}, "service": {ana}, "merge": {ana}},
		Services: map[string]map[string][]string{"web-app": {
			"rollback": {eve}, "new": {eve}, "freeze": {eve}, "title": {eve}, "service": {eve}, "merge": {eve},
		}},
	}
	tests := []struct {
		typed string
		user  string
		may   bool
	}{
		{"rollback web-app", eve, true},
		{"rollback web-app", ana, false},
		{"rollback auth", ana, true},
		{"rollback auth", eve, false},
		{"rollback", eve, true}, // of the incident's only service
		{"new Slow service:web-app", eve, true},
		{"new Slow service:web-app", ana, false},
		{"new Slow service:auth", ana, true},
		{"new Slow", eve, false},
		{"new Slow service:web-app,auth", eve, false}, // both lists must hold
		{"new Slow service:web-app,auth", ana, false},
		{"freeze all", eve, false},
		{"freeze auth", ana, true},
		{"freeze WEB-APP", ana, false},
		{"title Slow", eve, true},
		{"title Slow", ana, false},
		{"service auth", ana, false}, // takes web-app off
		{"service auth", eve, false},
		{"merge INC-2", ana, false},
		{"merge INC-1 INC-2", eve, true},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s by %s", tt.typed, tt.user), func(t *testing.T) {
			w := narrowed(t, access)
			_, ch := w.declared("Users are logged out", false)
			w.declared("Another", false)
			a := w.handle(Request{Via: Slash, Text: tt.typed, User: tt.user, Channel: ch})
			if refused := strings.Contains(show(a), "may use"); refused == tt.may {
				t.Errorf("refused %v:\n%s", refused, show(a))
			}
		})
	}
}

// TestAccessKeepsSecrets: who may not see a private incident learns nothing of it by
// being refused, and an admin is no member.
func TestAccessKeepsSecrets(t *testing.T) {
	w := narrowed(t, Access{Admins: []string{boss}, Commands: everything()})
	w.declared("Keys leaked", true)
	for _, user := range []string{eve, boss} {
		a := w.handle(Request{Via: Slash, Text: "severity INC-1 1", User: user, Channel: lobby})
		b := w.handle(Request{Via: Slash, Text: "severity INC-9 1", User: user, Channel: lobby})
		if got := strings.ReplaceAll(show(b), "INC-9", "INC-1"); got != show(a) {
			t.Errorf("%s reads of a private one %s\nof none %s", user, show(a), show(b))
		}
	}
}

// TestNarrowedActsAreOnTheTimeline: whoever is let do what others may not stands
// beside it in the record.
func TestNarrowedActsAreOnTheTimeline(t *testing.T) {
	for _, line := range []string{
		"severity 1", "title Other", "service auth", "impact All", "cause Keys", "began -5m", "detected -4m", "mitigate Off", "lead me", "role scribe <@U0TOM>",
		"update Better", "private", "freeze", "page <@U0TOM> Come", "timeline Hello", "link https://e.example Docs", "followup Test it", "lesson Test it", "merge INC-2",
		"cancel False alarm", "resolve Over", "status identified",
	} {
		w := narrowed(t, Access{Admins: []string{boss}, Commands: everything()})
		n, ch := w.declared("Users are logged out", false)
		w.declared("Another", false)
		w.rooms.members[ch] = []string{ana, boss}
		a := w.handle(Request{Via: Slash, Text: line, User: boss, Channel: ch})
		raw, err := w.rec.Raw(context.Background(), n)
		if err != nil {
			t.Fatal(err)
		}
		if a.Refused || !slices.ContainsFunc(raw, func(e timeline.Event) bool { return e.Who == boss }) {
			t.Errorf("%s: refused %v, not in the record with who did it: %s", line, a.Refused, show(a))
		}
	}
}

// TestHandingOver: the lead may give the lead away though lead is narrowed.
func TestHandingOver(t *testing.T) {
	w := narrowed(t, Access{Commands: map[string][]string{"lead": {boss}}})
	n, ch := w.declared("Users are logged out", false)
	w.must(timeline.SetRole("", boss, n, timeline.LeadRole, tom))
	if a := w.handle(Request{Via: Slash, Text: "handoff <@U0EVE>", User: eve, Channel: ch}); !a.Refused {
		t.Error(show(a))
	}
	if a := w.handle(Request{Via: Slash, Text: "handoff <@U0EVE>", User: tom, Channel: ch}); a.Refused || w.incident(n).Lead() != eve {
		t.Error(show(a))
	}
}

// TestHelpSaysWhoMay reads help of a narrowed command and of a free one.
func TestHelpSaysWhoMay(t *testing.T) {
	w := narrowed(t, Access{
		Commands: map[string][]string{"severity": {leads, "lead"}},
		Services: map[string]map[string][]string{"web-app": {"rollback": {"owners"}}},
	})
	wants(t, w.types(lobby, "help severity"), "Who: Only @leads or the lead")
	wants(t, w.types(lobby, "help rollback"), "Who: Full members; for web-app @ana or @tom")
	wants(t, w.types(lobby, "help title"), "Who: Full members\n")
}

// TestAdminsMayRollBack: they count as allowed and may set a block aside.
func TestAdminsMayRollBack(t *testing.T) {
	w := narrowed(t, Access{Admins: []string{boss}})
	n, _ := w.declared("Users are logged out", false)
	for user, want := range map[string]bool{boss: true, eve: false} {
		k := &call{Commands: w.c, ctx: context.Background(), req: Request{User: user}, in: w.incident(n)}
		if a := k.actor(1); a.MayOverride != want {
			t.Errorf("%s: %+v", user, a)
		}
	}
}
