package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"backout/integrations/slack/slacksim"
	"backout/templates"
	"backout/timeline"
)

func TestErrorsAreSorted(t *testing.T) {
	coded := func(code string) error { return slack.SlackErrorResponse{Err: code} }
	status := func(n int) error { return slack.StatusCodeError{Code: n} }
	refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	cut := &url.Error{Op: "Post", URL: "https://hooks.slack.com/secret", Err: errors.New("EOF")}
	for _, tt := range []struct {
		name  string
		err   error
		fate  fate
		after time.Duration
		says  string
	}{
		{"429 with a wait", &slack.RateLimitedError{RetryAfter: 7 * time.Second}, later, 7 * time.Second, "pause"},
		{"429 without", status(429), later, unnamedWait, "pause"},
		{"200 ratelimited", coded("ratelimited"), later, unnamedWait, "pause"},
		{"200 rate_limited", coded("rate_limited"), later, unnamedWait, "pause"},
		{"500", status(500), unsure, 0, "did not answer properly"},
		{"503", status(503), unsure, 0, "did not answer properly"},
		{"408", status(408), unsure, 0, "did not answer properly"},
		{"404", status(404), never, 0, "refuses"},
		{"fatal_error", coded("fatal_error"), unsure, 0, "did not answer properly"},
		{"internal_error", coded("internal_error"), unsure, 0, "did not answer properly"},
		{"service_unavailable", coded("service_unavailable"), unsure, 0, "did not answer properly"},
		{"request_timeout", coded("request_timeout"), unsure, 0, "did not answer properly"},
		{"timeout", context.DeadlineExceeded, unsure, 0, "did not answer properly"},
		{"stopped", context.Canceled, unsure, 0, "stopped"},
		{"cut", cut, unsure, 0, "did not answer properly"},
		{"nonsense", fmt.Errorf("read Slack's answer: %w", lenient([]byte("<html>"), new(int))), unsure, 0, "could not be read"},
		{"refused connection", &url.Error{Op: "Post", URL: "https://slack.com/api/x", Err: refused}, unsent, 0, "cannot be reached"},
		{"no such host", &net.DNSError{Err: "no such host"}, unsent, 0, "cannot be reached"},
		{"missing_scope", slack.SlackErrorResponse{Err: "missing_scope", Needed: "channels:manage"}, never, 0, "lacks the scope channels:manage"},
		{"not_in_channel", coded("not_in_channel"), never, 0, "/invite"},
		{"channel_not_found", coded("channel_not_found"), never, 0, "does not show the channel"},
		{"is_archived", coded("is_archived"), never, 0, "archived"},
		{"restricted_action", coded("restricted_action"), never, 0, "workspace admin"},
		{"unheard of", coded("flux_inverted"), never, 0, "flux_inverted"},
		{"invalid_auth", coded("invalid_auth"), noAuth, authWait, "does not accept SLACK_BOT_TOKEN"},
		{"token_revoked", coded("token_revoked"), noAuth, authWait, "revoked"},
		{"not_allowed_token_type", coded("not_allowed_token_type"), noAuth, authWait, "xoxb-"},
		{"ekm_access_denied", coded("ekm_access_denied"), noAuth, authWait, "ekm_access_denied"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, _, wait := fateOf(tt.err)
			tr := trouble(t, troubleOf("it failed", tt.err))
			if f != tt.fate || wait != tt.after || tr.After != tt.after || tr.Permanent != (f == never) || tr.Unsure != (f == unsure) {
				t.Errorf("fate %v after %v; %+v", f, wait, tr)
			}
			if !strings.Contains(tr.Sentence, tt.says) || strings.Contains(tr.Error(), "hooks.slack.com") {
				t.Errorf("it says %q (%v)", tr.Sentence, tr)
			}
		})
	}
	if !errors.Is(troubleOf("x", coded("name_taken")), timeline.ErrNameTaken) || !errors.Is(troubleOf("x", coded("message_not_found")), timeline.ErrNoMessage) {
		t.Error("the causes that the outbox looks for are gone")
	}
}

func TestErrorsLeakNoSecret(t *testing.T) {
	h := newHouse(t, quick())
	ctx := context.Background()
	h.Fail(slacksim.Fault{Cut: true, Times: -1})
	link := "http://" + strings.TrimSuffix(strings.TrimPrefix(h.APIURL(), "http://"), "/api/") + "/response/SECRET"
	_, e1 := h.client.Post(ctx, "C1", "", "k", *words("x"))
	_, e2 := h.client.Stage(ctx, "a.md", []byte("x"))
	e3 := h.client.Tell(ctx, link, *words("x"), false)
	for _, err := range []error{e1, e2, e3} {
		if err == nil || strings.Contains(err.Error(), h.BotToken()) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("it says %v", err)
		}
	}
	if !trouble(t, e1).Unsure || trouble(t, e2).Unsure {
		t.Errorf("%+v, %+v", e1, e2)
	}
}

func TestRooms(t *testing.T) {
	h := newHouse(t, quick())
	ctx := context.Background()
	begun := time.Now().Add(-time.Second)
	c, err := h.client.OpenChannel(ctx, "inc-1-x", true)
	if err != nil || !c.Private || c.From.IsZero() {
		t.Fatalf("%+v, %v", c, err)
	}
	_, err = h.client.OpenChannel(ctx, "inc-1-x", false)
	if !errors.Is(err, timeline.ErrNameTaken) {
		t.Errorf("the second says %v", err)
	}
	if _, err := h.client.OpenChannel(ctx, "No Good", false); !strings.Contains(permanent(t, err).Sentence, "does not take this name") {
		t.Errorf("it says %v", err)
	}
	h.Fail(slacksim.Fault{Method: "conversations.create", Cut: true, AfterEffect: true})
	if _, err := h.client.OpenChannel(ctx, "inc-2-y", false); !trouble(t, err).Unsure {
		t.Errorf("a cut says %v", err)
	}
	for name, since := range map[string]time.Time{"inc-2-y": begun, "inc-1-x": begun} {
		if found, ok, err := h.client.FindOwnChannel(ctx, name, since); err != nil || !ok || found.Name != name {
			t.Errorf("%s: %+v, %v, %v", name, found, ok, err)
		}
	}
	if _, ok, err := h.client.FindOwnChannel(ctx, "inc-2-y", time.Now().Add(time.Hour)); ok || err != nil {
		t.Errorf("found one that was made too early, %v", err)
	}
	if err := h.client.SetTopic(ctx, c.ID, strings.Repeat("ü", 400)); err != nil {
		t.Error(err)
	}
	if err := h.client.JoinChannel(ctx, h.Room("lobby").ID()); err != nil {
		t.Error(err)
	}
	if err := h.client.JoinChannel(ctx, h.Room("lobby").ID()); err != nil {
		t.Errorf("joining again: %v", err)
	}
	if members, err := h.client.Members(ctx, c.ID); err != nil || len(members) != 1 {
		t.Errorf("members %v, %v", members, err)
	}
	if r, err := h.client.Room(ctx, c.ID); err != nil || r.Name != "inc-1-x" || !r.Private {
		t.Errorf("room %+v, %v", r, err)
	}
}

func TestInvite(t *testing.T) {
	h := newHouse(t, quick())
	ctx := context.Background()
	ana, tom, gone := h.Person("ana"), h.Person("tom"), h.Person("gone", slacksim.Deactivated())
	far := h.Person("far", slacksim.Stranger())
	group := h.Group("web", tom.Person)
	c, err := h.client.OpenChannel(ctx, "inc-1", false)
	if err != nil {
		t.Fatal(err)
	}
	missing, err := h.client.Invite(ctx, c.ID, []string{ana.ID(), gone.ID(), far.ID(), "U0NOBODY", group, h.BotUserID(), ana.ID()})
	if err != nil {
		t.Fatal(err)
	}
	var who []string
	for _, m := range missing {
		who = append(who, m.User)
		if m.Why == "" {
			t.Errorf("%s is missing without a reason", m.User)
		}
	}
	for _, want := range []string{gone.ID(), far.ID(), "U0NOBODY", group} {
		if !slices.Contains(who, want) {
			t.Errorf("%s is not named as missing: %v", want, missing)
		}
	}
	if !h.Room("inc-1").Has(ana.ID()) || len(who) != 4 {
		t.Errorf("missing %v", missing)
	}
	h.eventually("the group", func() bool { _, ok := h.client.GroupMembers(group); return ok })
	if missing, err := h.client.Invite(ctx, c.ID, []string{group, ana.ID()}); err != nil || len(missing) != 0 || !h.Room("inc-1").Has(tom.ID()) {
		t.Errorf("missing %v, %v", missing, err)
	}
	if missing, err := h.client.Invite(ctx, c.ID, []string{ana.ID()}); err != nil || len(missing) != 0 {
		t.Errorf("again: %v, %v", missing, err)
	}
	if missing, err := h.client.Invite(ctx, c.ID, []string{gone.ID()}); err != nil || len(missing) != 1 {
		t.Errorf("only one who cannot come: %v, %v", missing, err)
	}
	if _, err := h.client.Invite(ctx, "C0NOWHERE", []string{ana.ID(), tom.ID()}); !strings.Contains(permanent(t, err).Sentence, "does not show") {
		t.Errorf("it says %v", err)
	}
}

func TestPosts(t *testing.T) {
	h := newHouse(t, quick())
	ctx := context.Background()
	began := time.Now()
	c, err := h.client.OpenChannel(ctx, "inc-1", false)
	if err != nil {
		t.Fatal(err)
	}
	h.Fail(slacksim.Fault{Method: "chat.postMessage", Status: 500, AfterEffect: true})
	if _, err := h.client.Post(ctx, "#inc-1", "", "INC-1/card", *words("card")); !trouble(t, err).Unsure {
		t.Fatalf("it says %v", err)
	}
	for _, where := range []string{c.ID, "#inc-1"} {
		p, ok, err := h.client.FindPost(ctx, where, "", "INC-1/card", began)
		if err != nil || !ok || p.Channel != c.ID || p.TS == "" {
			t.Fatalf("in %s: %+v, %v, %v", where, p, ok, err)
		}
	}
	if _, ok, err := h.client.FindPost(ctx, c.ID, "", "INC-1/other", began); ok || err != nil {
		t.Errorf("found what was never posted, %v", err)
	}
	p, _, _ := h.client.FindPost(ctx, c.ID, "", "INC-1/card", began)
	if err := h.client.EditPost(ctx, p.Channel, p.TS, "INC-1/card", *words("card, newer")); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := h.client.Pin(ctx, p.Channel, p.TS); err != nil {
			t.Error(err)
		}
	}
	r, err := h.client.Post(ctx, c.ID, p.TS, "INC-1/news/3", *words("a reply"))
	if err != nil {
		t.Fatal(err)
	}
	if found, ok, err := h.client.FindPost(ctx, c.ID, p.TS, "INC-1/news/3", began); err != nil || !ok || found.TS != r.TS {
		t.Errorf("in the thread: %+v, %v, %v", found, ok, err)
	}
	if err := h.client.EditPost(ctx, c.ID, "1795184700.000100", "k", *words("x")); !errors.Is(err, timeline.ErrNoMessage) {
		t.Errorf("editing what is gone says %v", err)
	}
	ana := h.Person("ana")
	dm, err := h.client.Post(ctx, ana.ID(), "", "INC-1/briefing/2", *words("you lead"))
	if err != nil || dm.Channel == ana.ID() {
		t.Errorf("%+v, %v", dm, err)
	}
	other := h.newClient() // knows nothing of the first one's posts
	if err := other.Identify(ctx); err != nil {
		t.Fatal(err)
	}
	if found, ok, err := other.FindPost(ctx, ana.ID(), "", "INC-1/briefing/2", began); err != nil || !ok || found != dm {
		t.Errorf("in the direct message: %+v, %v, %v", found, ok, err)
	}
}

func TestUpload(t *testing.T) {
	h := newHouse(t, quick())
	ctx := context.Background()
	c, err := h.client.OpenChannel(ctx, "inc-1", false)
	if err != nil {
		t.Fatal(err)
	}
	stages := func(name, content string) string {
		id, err := h.client.Stage(ctx, name, []byte(content))
		if err != nil || id == "" {
			t.Fatalf("%q, %v", id, err)
		}
		return id
	}
	begun := time.Now()
	shared := func(id string) bool {
		link, found, err := h.client.FindShared(ctx, c.ID, id, begun)
		if err != nil || found && !strings.Contains(link, id) {
			t.Errorf("%s, %v", link, err)
		}
		return found
	}
	id := stages("INC-1.md", "# INC-1\n")
	if shared(id) || len(h.Room("inc-1").Files()) != 0 {
		t.Error("it is shared before anybody said so")
	}
	link, err := h.client.Share(ctx, c.ID, id, `The "draft" of INC-1`, "Draft <here> & now")
	if err != nil || !strings.Contains(link, id) {
		t.Fatalf("%s, %v", link, err)
	}
	h.Room("inc-1").Sees("Draft <here> & now")
	if fs := h.Room("inc-1").Files(); len(fs) != 1 || fs[0].Title != `The "draft" of INC-1` || string(fs[0].Content) != "# INC-1\n" {
		t.Errorf("files %+v", fs)
	}
	h.Fail(slacksim.Fault{Method: "files.completeUploadExternal", Status: 502, AfterEffect: true})
	other := stages("a.md", "x")
	if _, err := h.client.Share(ctx, c.ID, other, "a", ""); !trouble(t, err).Unsure {
		t.Errorf("it says %v", err)
	}
	h.eventually("the file that was shared after all", func() bool { return shared(other) })
	if _, err := h.client.Share(ctx, c.ID, other, "a", ""); !trouble(t, err).Permanent {
		t.Errorf("shared again, it says %v", err)
	}
	h.Fail(slacksim.Fault{Method: "files.getUploadURLExternal", Status: 502, AfterEffect: true})
	if _, err := h.client.Stage(ctx, "b.md", []byte("x")); trouble(t, err).Unsure {
		t.Errorf("what nobody can see is unsure: %v", err)
	}
}

// TestLimitsBlockOneQueueOnly: a 429 for one channel's messages is told to the
// caller and holds up neither other channels nor other methods; a read waits.
func TestLimitsBlockOneQueueOnly(t *testing.T) {
	h := newHouse(t, quick())
	ctx := context.Background()
	a, _ := h.client.OpenChannel(ctx, "inc-a", false)
	b, _ := h.client.OpenChannel(ctx, "inc-b", false)
	h.Fail(slacksim.Fault{Method: "chat.postMessage", Match: map[string]string{"channel": a.ID}, Status: 429, RetryAfter: time.Second})
	begun := time.Now()
	_, err := h.client.Post(ctx, a.ID, "", "k", *words("x"))
	if d := trouble(t, err).After; d < time.Second || d > 2*time.Second || time.Since(begun) > 500*time.Millisecond {
		t.Fatalf("after %v in %v", d, time.Since(begun))
	}
	n := len(h.CallsTo("chat.postMessage"))
	if _, err := h.client.Post(ctx, a.ID, "", "k", *words("x")); trouble(t, err).After == 0 {
		t.Errorf("it says %v", err)
	}
	if len(h.CallsTo("chat.postMessage")) != n {
		t.Error("Slack was asked again before its time")
	}
	if _, err := h.client.Post(ctx, b.ID, "", "k", *words("x")); err != nil {
		t.Errorf("another channel is held up: %v", err)
	}
	h.Fail(slacksim.Fault{Method: "conversations.history", Status: 429, RetryAfter: time.Second})
	begun = time.Now()
	if _, _, err := h.client.FindPost(ctx, b.ID, "", "k", begun.Add(-time.Minute)); err != nil || time.Since(begun) < time.Second {
		t.Errorf("the read took %v: %v", time.Since(begun), err)
	}
	if _, err := h.client.Post(ctx, a.ID, "", "k", *words("x")); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

// TestBurstsStayBelowTheLimits posts more than Slack takes: it is never asked too
// often, and callers get different times.
func TestBurstsStayBelowTheLimits(t *testing.T) {
	h := newHouse(t, quick())
	ctx := context.Background()
	c, _ := h.client.OpenChannel(ctx, "inc-a", false)
	waits := map[time.Duration]bool{}
	for range 12 {
		if _, err := h.client.Post(ctx, c.ID, "", "k", *words("x")); err != nil {
			waits[trouble(t, err).After.Round(time.Second)] = true
		}
	}
	if len(waits) < 4 {
		t.Errorf("waits %v", waits)
	}
	for _, call := range h.Calls() {
		if call.Status == 429 {
			t.Errorf("Slack was asked too often: %+v", call)
		}
	}
}

func TestPeople(t *testing.T) {
	h := newHouse(t, quick())
	ctx := context.Background()
	ana := h.Person("ana", slacksim.DisplayName("Ana P."), slacksim.Zone("Europe/Berlin", 3600), slacksim.Email("ana@acme.example"))
	if n := h.client.PersonName(ana.ID()); n != "" {
		t.Errorf("known at once: %s", n)
	}
	h.eventually("the name", func() bool { return h.client.PersonName(ana.ID()) == "Ana P." })
	if z := h.client.Zone(ctx, ana.ID()); z.String() != "Europe/Berlin" || h.client.Email(ctx, ana.ID()) != "ana@acme.example" {
		t.Errorf("zone %v", z)
	}
	if z := h.client.Zone(ctx, "U0NOBODY"); z != time.UTC {
		t.Errorf("zone of nobody %v", z)
	}
	room := h.Room("checkout")
	h.client.Resolve(ctx, room.ID(), ana.ID(), "U0NOBODY", "B0BOT", "")
	h.client.Resolve(ctx, room.ID(), ana.ID(), "U0NOBODY")
	if h.client.ChannelName(room.ID()) != "checkout" || h.client.PersonName("U0NOBODY") != "" || h.client.PersonName("B0BOT") != "" {
		t.Error("names are wrong")
	}
	if n := len(h.CallsTo("users.info")); n != 2 {
		t.Errorf("users.info was called %d times for two people", n)
	}
	if n := len(h.CallsTo("conversations.info")); n != 1 {
		t.Errorf("conversations.info was called %d times for one channel", n)
	}
}

func TestIdentify(t *testing.T) {
	h := newHouse(t, quick())
	h.Fail(slacksim.Fault{Method: "auth.test", Status: 503})
	if err := h.newClient().Identify(context.Background()); err != nil {
		t.Error(err)
	}
	bad := NewClient(ClientOptions{BotToken: "xoxb-wrong", APIURL: h.APIURL()})
	t.Cleanup(bad.Close)
	if err := bad.Identify(context.Background()); err == nil || !strings.Contains(err.Error(), "does not accept SLACK_BOT_TOKEN") {
		t.Errorf("it says %v", err)
	}
	if l := h.client.Permalink("C1", "1.000002", "1.000001"); l != h.URL()+"archives/C1/p1000002?thread_ts=1.000001&cid=C1" {
		t.Errorf("link %s", l)
	}
}

var _ templates.Names = (*Client)(nil)
