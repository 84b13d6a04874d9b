package commands

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"backout/timeline"
)

func TestButtons(t *testing.T) {
	tests := []struct {
		action, value string
		want          []string
	}{
		{"take_lead_v1", "1", []string{"You lead INC-1"}},
		{"take_lead_v1", "", []string{"You lead INC-1"}}, // the channel says which
		{"take_lead_v1", "x", []string{"does not say what it is about", "/incident lead"}},
		{"take_lead_v1", "99", []string{"There is no INC-99."}},
		{"take_lead_v9", "1", []string{"another version", "/incident lead"}},
		{"roll_back_v1", "1", []string{"another version", "/incident status"}},
		{"update_v1", "1", []string{"form update_form_v1"}},
		{"mitigate_v1", "1", []string{"INC-1 is mitigated"}},
		{"resolve_v1", "1", []string{"form resolve_form_v1"}},
		{"follow_up_v1", "1", []string{"form follow_up_form_v1"}},
		{"postmortem_v1", "1", []string{"The draft of INC-1"}},
		{"reopen_v1", "1", []string{"still open"}},
		{"declare_v1", "", []string{"form new_form_v1"}},
		{"retry_step_v1", "1/77", []string{"not failed any more"}},
		{"retry_step_v1", "1", []string{"does not say what it is about"}},
		{"follow_up_done_v1", "1/F1", []string{"F1 of INC-1 is done."}},
		{"follow_up_done_v1", "1/F7", []string{"no follow-up F7"}},
		{"lesson_accept_v1", "1/one-step", []string{"Straight to everyone", "is accepted"}},
		{"lesson_dismiss_v1", "1/one-step", []string{"is dismissed", "/incident lessons"}},
		{"lesson_undo_v1", "1/one-step", []string{"Nobody decided about this lesson"}},
		{"lesson_reword_v1", "1/one-step", []string{"form lesson_form_v1"}},
		{"lesson_follow_up_v1", "1/one-step", []string{"F2 is kept with INC-1: Begin with a canary"}},
		{"lesson_follow_up_v1", "1/quick-rollback", []string{"suggests nothing"}},
		{"lesson_accept_v1", "1/unheard-of", []string{"does not support this lesson any more", "/incident lessons"}},
		{"lesson_accept_v9", "1/one-step", []string{"another version", "/incident lessons"}},
		{"review_open_v1", "1", []string{"not reviewed yet"}},
		{"review_done_v1", "1", []string{"not reviewed yet"}},
		{"tickets_v1", "1", []string{"gets a GitHub issue"}},
		{"erase_v1", "1/1", []string{"is the title"}},
		{"erase_v1", "1", []string{"does not say what it is about"}},
		{"", "", []string{"another version"}},
	}
	for _, tt := range tests {
		t.Run(tt.action+" "+tt.value, func(t *testing.T) {
			w := newWorld(t)
			n, ch := w.declared("Users are logged out", false)
			w.must(timeline.AddFollowUp("", ana, n, timeline.FollowUpAdded{Text: "Test it"}))
			r := Request{Via: Button, Key: "ui:1", Action: tt.action, Value: tt.value, User: ana, Channel: ch}
			a := w.handle(r)
			wants(t, a, tt.want...)
			typeable(t, w, a)
			if again := w.handle(r); show(again) != show(a) {
				t.Errorf("again:\n%s", show(again))
			}
		})
	}
}

func TestRetryStep(t *testing.T) {
	w := newWorld(t)
	n, ch := w.declared("Users are logged out", false)
	for _, e := range w.rec.Effects() {
		if e.Kind == timeline.OweTopic {
			w.must(timeline.GivenUp(e, "Slack says restricted_action."))
		}
	}
	value := "1/" + strings.TrimPrefix(timeline.Ref(w.incident(n).Failures[0].N), "T")
	wants(t, w.handle(Request{Via: Button, Action: "retry_step_v1", Value: value, User: ana, Channel: ch}), "“topic” of INC-1 is tried again.")
}

// submit opens a dialog and sends it back filled in.
func (w *world) submit(open Request, values map[string]string, lists map[string][]string) (Answer, Request) {
	w.t.Helper()
	open.User = ana
	a := w.handle(open)
	if a.Form == nil {
		w.t.Fatalf("no dialog: %s", show(a))
	}
	r := Request{Via: Submission, Key: w.key(), Form: a.Form.ID, State: a.Form.State, User: ana, Values: values, Lists: lists}
	return w.handle(r), r
}

func TestSubmitDeclare(t *testing.T) {
	w := newWorld(t)
	a, r := w.submit(Request{Via: GlobalShortcut, Action: "declare_incident_v1"},
		map[string]string{"title": "Login <b> & more", "severity": "1", "private": "yes"}, map[string][]string{"services": {"auth", "web-app"}})
	wants(t, a, "declared: 1", "INC-1 is declared: Login <b> & more. Severity 1 – Critical. Services: auth, web-app.", "private channel")
	if again := w.handle(r); show(again) != show(a) {
		t.Errorf("again:\n%s", show(again))
	}
	if in := w.incident(1); in.Title != "Login &lt;b&gt; &amp; more" || !in.Private {
		t.Errorf("%+v", in)
	}
	r.Key, r.Values = "ui:2", map[string]string{"title": " "}
	wants(t, w.handle(r), "error at title: An incident needs a title")
	r.Values = map[string]string{"title": "x", "severity": "77"}
	wants(t, w.handle(r), "error at severity: There is no severity 77.")
	r.Lists = map[string][]string{"services": {"gone"}}
	r.Values = map[string]string{"title": "x"}
	wants(t, w.handle(r), "error at services: There is no service gone.")
}

func TestSubmitOthers(t *testing.T) {
	w := newWorld(t)
	_, ch := w.declared("Users are logged out", false)
	a, r := w.submit(Request{Via: Slash, Text: "update", Channel: ch, ResponseURL: "https://hooks/1"}, map[string]string{"text": "a < b", "next": "1h"}, nil)
	wants(t, a, "goes out: a < b", "16:30 CET")
	var st struct{ R string }
	if err := json.Unmarshal([]byte(r.State), &st); err != nil || st.R != "https://hooks/1" {
		t.Errorf("state %s", r.State)
	}
	r.Key, r.Values = "ui:u2", map[string]string{"text": ""}
	wants(t, w.handle(r), "error at text: An update says")
	r.Values = map[string]string{"text": "x", "next": "soon"}
	wants(t, w.handle(r), "error at next:")

	a, _ = w.submit(Request{Via: Slash, Text: "followup", Channel: ch}, map[string]string{"text": "Test it", "owner": tom, "due": "2026-12-01"}, nil)
	wants(t, a, "F1 is kept with INC-1: Test it\nOwner: @tom; due: 1 Dec 2026.")
}

func TestSubmitResolve(t *testing.T) {
	w := newWorld(t)
	_, ch := w.declared("Users are logged out", false)
	values := map[string]string{"text": "Patched", "cause": "unknown", "follow_up": "Test session keys"}
	a, r := w.submit(Request{Via: Slash, Text: "resolve", Channel: ch}, values, nil)
	wants(t, a, "INC-1 is resolved.", "cause of INC-1 is not known yet", "F1 is kept")
	if again := w.handle(r); show(again) != show(a) {
		t.Errorf("again:\n%s", show(again))
	}
	if in := w.incident(1); len(in.FollowUps) != 1 || in.Cause != "unknown" || in.Status != timeline.Resolved {
		t.Errorf("%+v", in)
	}
	wants(t, w.types(ch, "resolve"), "is resolved already", "/incident reopen")
	r.Key = "ui:other"
	wants(t, w.handle(r), "error at text: INC-1 is resolved already")
}

// TestFinal holds that dialogs about what is over are not even opened.
func TestFinal(t *testing.T) {
	w := newWorld(t)
	_, ch := w.declared("Users are logged out", false)
	w.must(timeline.Cancel("", ana, 1, "load test"))
	for _, line := range []string{"update", "resolve"} {
		a := w.types(ch, line)
		wants(t, a, "INC-1 was cancelled, which is final.", "/incident new")
	}
	for _, action := range []string{"take_lead", "update", "mitigate", "resolve", "follow_up", "follow_up_done", "postmortem", "reopen", "declare"} {
		a := w.handle(Request{Via: Button, Action: action + "_v7", Value: "1", User: ana, Channel: ch})
		wants(t, a, "another version", "/incident ")
		typeable(t, w, a)
	}
}

func TestForeignDialogs(t *testing.T) {
	w := newWorld(t)
	for _, r := range []Request{
		{Form: "new_form_v1", State: "17:C0"}, {Form: "new_form_v1", State: `{"v":2}`},
		{Form: "new_form_v1"}, {Form: "web_form_v3", State: `{"v":1}`}, {Form: "update_form_v1", State: `{"v":1}`},
	} {
		r.Via, r.User = Submission, ana
		a := w.handle(r)
		if !a.Refused {
			t.Errorf("%+v: %s", r, show(a))
		}
		typeable(t, w, a)
	}
}

func TestMessageShortcuts(t *testing.T) {
	w := newWorld(t)
	_, ch := w.declared("Users are logged out", false)
	said := timeline.Said{Channel: ch, TS: "1795184900.000100", Who: tom, Text: "It began with <https://deploys/240|v2.4.0> &amp; so"}
	r := Request{Via: MessageShortcut, Key: "ui:s1", Action: "add_to_timeline_v1", User: ana, Channel: ch, Message: &said}
	a := w.handle(r)
	wants(t, a, "of INC-1 is starred")
	if again := w.handle(r); show(again) != show(a) {
		t.Errorf("again:\n%s", show(again))
	}
	r.Key = "ui:s2"
	wants(t, w.handle(r), "stands in the story of INC-1 already")
	wants(t, w.types(ch, "timeline"), "★ @tom: It began with v2.4.0")

	r.Key, r.Action = "ui:f1", "follow_up_v1"
	wants(t, w.handle(r), "F1 is kept with INC-1")
	r.Key = "ui:f2"
	wants(t, w.handle(r), "is a follow-up of INC-1 already")
	wants(t, w.types(ch, "followups"), "F1 It began with v2.4.0", "[Tick off F1 follow_up_done_v1 1/F1]")

	elsewhere := said
	elsewhere.Channel = lobby
	r.Key, r.Message = "ui:e", &elsewhere
	wants(t, w.handle(r), "in no incident channel")
	r.Message = nil
	wants(t, w.handle(r), "which message is meant")
	r.Message, r.Action = &said, "old_v1"
	wants(t, w.handle(r), "another version")
}

func TestDeclareFrom(t *testing.T) {
	w := newWorld(t)
	said := timeline.Said{Channel: lobby, TS: "1795184900.000100", Who: tom, Link: "https://acme.slack.com/p1",
		Text: "Users are logged out &amp; angry\n" + strings.Repeat("details & <https://x.example/y|more> ü ", 300)}
	open := Request{Via: MessageShortcut, Action: "declare_from_v1", Channel: lobby, Message: &said}
	form := w.handle(open)
	wants(t, form, "title: What do people notice? (Users are logged out & angry)")
	if n := len(form.Form.State); n > 3000 {
		t.Errorf("the state has %d characters", n)
	}
	a, _ := w.submit(open, map[string]string{"title": "Users are logged out"}, nil)
	wants(t, a, "INC-1 is declared")
	in := w.incident(1)
	en, ok := in.MessageEntry(lobby, said.TS)
	if !ok || !en.Starred() || !strings.HasPrefix(said.Text, en.Text) || len(en.Text) < 1500 {
		t.Errorf("the message is not in the record: %+v", en)
	}
	again := w.handle(Request{Via: MessageShortcut, Action: "follow_up_v1", User: ana, Channel: lobby, Message: &said})
	wants(t, again, "F1 is kept with INC-1")
	if m := in.Moments().Detected; m.Assumed || m.At.Unix() != 1795184900 {
		t.Errorf("detected %+v", m)
	}
}

func TestHome(t *testing.T) {
	w := newWorld(t)
	w.declared("Customer list leaked", true)
	n, _ := w.declared("Users are logged out", false)
	for _, number := range []int{1, n} {
		w.must(timeline.AddFollowUp("", tom, number, timeline.FollowUpAdded{Text: "Mine of " + timeline.ID(number), Owner: ana}))
		w.must(timeline.AddFollowUp("", tom, number, timeline.FollowUpAdded{Text: "Of somebody else", Owner: tom}))
	}
	a := w.handle(Request{Via: HomeTab, User: ana})
	wants(t, a, "home:", "INC-2", "Mine of INC-2")
	for _, s := range []string{"INC-1", "Customer", "somebody else"} {
		if strings.Contains(show(a), s) {
			t.Errorf("the Home tab shows %q:\n%s", s, show(a))
		}
	}
	a = w.handle(Request{Via: Button, Action: "follow_up_done_v1", Value: "2/F1", User: ana})
	wants(t, a, "F1 of INC-2 is done.", "home:")
	if strings.Contains(show(a), "Mine of") {
		t.Errorf("it is still on the Home tab:\n%s", show(a))
	}
	if a = w.handle(Request{Via: HomeTab, User: "U0GUEST", External: true}); a.Home == nil {
		t.Error("a guest gets no Home tab")
	}
}

func TestLists(t *testing.T) {
	w := newWorld(t)
	w.declared("First", false)
	w.must(timeline.Resolve("", ana, 1, ""))
	w.now = w.now.Add(10 * 24 * time.Hour)
	for range 22 {
		w.declared("Another "+w.key(), false)
	}
	a := w.types(lobby, "list")
	wants(t, a, "INC-23 ", "INC-4 ", "2 more")
	if strings.Contains(show(a), "INC-3 ") {
		t.Error("it is longer than a page")
	}
	wants(t, w.types(lobby, "list all service:web-app sev:2"), "3 more")
	wants(t, w.types(lobby, "list 5d"), "Incidents of the last 5d")
	wants(t, w.types(lobby, "list service:auth"), "none here")
	wants(t, w.types(lobby, "list service:nope"), "There is no service nope.")
	wants(t, w.types(lobby, "catchup 23"), "INC-23: Another", "Nobody leads.", "Who notices what?")
	wants(t, w.types(lobby, "timeline INC-23"), "INC-23 · timeline", "Declared by @ana")
}

func TestMentions(t *testing.T) {
	w := newWorld(t)
	_, ch := w.declared("Users are logged out", false)
	mention := func(text string) Answer {
		return w.handle(Request{Via: Mention, Text: text, User: ana, Channel: ch, ThreadTS: "1.000001"})
	}
	wants(t, mention("<@U0BOT> sev 1"), "Severity of INC-1 is now 1")
	wants(t, mention("<@U0BOT> hey"), "There is no command hey.")
	for _, talk := range []string{"hey <@U0BOT>", "fixed by <@U0BOT> status", "<@U0TOM> <@U0BOT> resolve Patched"} {
		if a := mention(talk); a.Message != nil || a.Form != nil {
			t.Errorf("talk about the bot is answered with %s", show(a))
		}
	}
	wants(t, mention("<@U0BOT>"), "What can be typed")
	wants(t, mention("<@U0BOT|backout> lead <@U0TOM>"), "@tom leads INC-1")
	wants(t, mention("<@U0BOT> update"), "[Post an update… update_v1 1]")
	wants(t, mention("<@U0BOT> new"), "[Declare incident… declare_v1 ]")
	wants(t, mention("<@U0BOT> followup"), "follow_up_v1 1")
	wants(t, mention("<@U0BOT> resolve"), "resolve_v1 1")
	wants(t, w.types(lobby, ""), "What can be typed")
	if a := w.types(ch, " "); a.Message == nil || strings.Contains(show(a), "What can be typed") {
		t.Errorf("a bare command in the channel shows %s", show(a))
	}
}

func TestTrouble(t *testing.T) {
	w := newWorld(t)
	_, ch := w.declared("Users are logged out", false)
	for _, tt := range []struct {
		err  error
		want string
	}{
		{context.DeadlineExceeded, "took too long"},
		{errors.New("a rule failed: index out of range"), "That did not work"},
		{&timeline.Trouble{Sentence: "Slack is away."}, "Slack is away."},
	} {
		k := &call{Commands: w.c, ctx: context.Background(), req: Request{Key: "k", User: ana, Channel: ch}, now: w.now}
		a := k.refused(tt.err)
		wants(t, a, tt.want, a.ErrID)
		if a.ErrID == "" || !errors.Is(a.Err, tt.err) || strings.Contains(show(Answer{Message: a.Message}), "index out of range") {
			t.Errorf("%v: %s", tt.err, show(a))
		}
	}
}

// TestStopping holds that a command that comes too late is told so.
func TestStopping(t *testing.T) {
	w := newWorld(t)
	w.rec.Close()
	a := w.types(lobby, "new Users are logged out")
	wants(t, a, "stopping", "again")
	if !a.Refused || a.Declared != 0 {
		t.Errorf("%+v", a)
	}
}

func TestRenamedCommand(t *testing.T) {
	w := newWorld(t)
	w.c.set.Command = "/inc"
	a := w.types(lobby, "severity 1")
	wants(t, a, "/inc severity INC-7 <N>")
	if strings.Contains(show(a), "/incident") {
		t.Errorf("the usual name is left:\n%s", show(a))
	}
}
