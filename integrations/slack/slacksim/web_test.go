package slacksim

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestErrors(t *testing.T) {
	st := start(t, Options{NoLimits: true, Scopes: append(DefaultScopes(), "chat:write.public")})
	ana := st.Person("ana")
	gone := st.Person("gone", Deactivated())
	open, hidden := st.Room("open"), st.PrivateRoom("hidden", ana)
	ana.Joins(open)
	old := ana.Creates("old")
	ana.Archives(old)
	own := room(t, st, "own")
	ana.Joins(st.Room("own"))
	words := ana.Says(st.Room("own"), "hello")
	post := st.form(t, "chat.postMessage", "channel", own, "text", "mine").str("ts")
	for _, c := range []struct {
		method, want string
		kv           []string
	}{
		{"no.such", "unknown_method", nil},
		{"conversations.create", "invalid_name_required", nil},
		{"conversations.create", "invalid_name_specials", []string{"name", "No Good"}},
		{"conversations.create", "invalid_name_punctuation", []string{"name", "--__"}},
		{"conversations.create", "invalid_name_maxlength", []string{"name", long(81)}},
		{"conversations.create", "name_taken", []string{"name", "open"}},
		{"conversations.create", "name_taken", []string{"name", "hidden"}},
		{"conversations.create", "name_taken", []string{"name", "old"}},
		{"conversations.invite", "cant_invite_self", []string{"channel", own, "users", st.BotUserID()}},
		{"conversations.invite", "already_in_channel", []string{"channel", own, "users", ana.ID()}},
		{"conversations.invite", "user_not_found", []string{"channel", own, "users", "U0NOBODY"}},
		{"conversations.invite", "not_in_channel", []string{"channel", open.ID(), "users", ana.ID()}},
		{"conversations.invite", "channel_not_found", []string{"channel", hidden.ID(), "users", ana.ID()}},
		{"conversations.setTopic", "too_long", []string{"channel", own, "topic", long(251)}},
		{"conversations.join", "channel_not_found", []string{"channel", hidden.ID()}},
		{"conversations.join", "is_archived", []string{"channel", old.ID()}},
		{"conversations.archive", "already_archived", []string{"channel", old.ID()}},
		{"conversations.archive", "not_in_channel", []string{"channel", open.ID()}},
		{"conversations.rename", "name_taken", []string{"channel", own, "name", "hidden"}},
		{"conversations.history", "not_in_channel", []string{"channel", open.ID()}},
		{"conversations.history", "channel_not_found", []string{"channel", hidden.ID()}},
		{"conversations.history", "invalid_cursor", []string{"channel", own, "cursor", "zzz"}},
		{"conversations.history", "invalid_ts_oldest", []string{"channel", own, "oldest", "yesterday"}},
		{"conversations.replies", "thread_not_found", []string{"channel", own, "ts", "1.000001"}},
		{"conversations.list", "invalid_types", []string{"types", "rooms"}},
		{"conversations.info", "channel_not_found", []string{"channel", hidden.ID()}},
		{"conversations.open", "user_disabled", []string{"users", gone.ID()}},
		{"conversations.open", "user_not_found", []string{"users", "U0NOBODY"}},
		{"conversations.kick", "cant_kick_self", []string{"channel", own, "user", st.BotUserID()}},
		{"chat.postMessage", "no_text", []string{"channel", own}},
		{"chat.postMessage", "channel_not_found", []string{"channel", "nowhere", "text", "x"}},
		{"chat.postMessage", "is_archived", []string{"channel", old.ID(), "text", "x"}},
		{"chat.postMessage", "invalid_blocks_format", []string{"channel", own, "blocks", "{"}},
		{"chat.postMessage", "invalid_blocks", []string{"channel", own, "blocks", `[{"type":"carousel"}]`}},
		{"chat.postMessage", "markdown_text_conflict", []string{"channel", own, "text", "a", "markdown_text", "b"}},
		{"chat.postMessage", "invalid_metadata_format", []string{"channel", own, "text", "a", "metadata", "{"}},
		{"chat.postMessage", "invalid_metadata_schema", []string{"channel", own, "text", "a", "metadata", `{"event_type":"x"}`}},
		{"chat.postMessage", "missing_scope", []string{"channel", own, "text", "a", "username", "somebody"}},
		{"chat.update", "cant_update_message", []string{"channel", own, "ts", words.TS(), "text", "x"}},
		{"chat.update", "message_not_found", []string{"channel", own, "ts", "1.000001", "text", "x"}},
		{"chat.update", "msg_too_long", []string{"channel", own, "ts", post, "text", long(4001)}},
		{"chat.delete", "cant_delete_message", []string{"channel", own, "ts", words.TS()}},
		{"chat.postEphemeral", "user_not_in_channel", []string{"channel", own, "user", gone.ID(), "text", "x"}},
		{"chat.getPermalink", "message_not_found", []string{"channel", own, "message_ts", "1.000001"}},
		{"pins.add", "bad_timestamp", []string{"channel", own, "timestamp", "soon"}},
		{"pins.add", "message_not_found", []string{"channel", own, "timestamp", "1.000001"}},
		{"pins.remove", "no_pin", []string{"channel", own, "timestamp", post}},
		{"bookmarks.add", "invalid_link", []string{"channel_id", own, "type", "link", "title", "x", "link", "ftp://x"}},
		{"reactions.add", "invalid_name", []string{"channel", own, "timestamp", post, "name", ":no:"}},
		{"users.info", "user_not_found", []string{"user", "U0NOBODY"}},
		{"users.lookupByEmail", "users_not_found", []string{"email", "gone@acme.example"}},
		{"usergroups.users.list", "no_such_subteam", []string{"usergroup", "S0NONE"}},
		{"files.info", "file_not_found", []string{"file", "F0NONE"}},
		{"files.completeUploadExternal", "file_not_found", []string{"files", `[{"id":"F0NONE"}]`}},
		{"views.open", "invalid_arguments", []string{"view", `{"type":"modal"}`}},
		{"views.update", "not_found", []string{"view_id", "V0NONE", "view", "{}"}},
		{"apps.connections.open", "not_authed", nil},
	} {
		if got := st.form(t, c.method, c.kv...).code(); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.method, c.kv, got, c.want)
		}
	}
}

func TestTokensAndForms(t *testing.T) {
	st := start(t, Options{NoLimits: true, Scopes: []string{"chat:write"}})
	body := map[string]any{"channel": "C1"}
	for _, c := range []struct{ name, method, token, want string }{
		{"app token", "chat.postMessage", st.AppToken(), "not_allowed_token_type"},
		{"bot token", "apps.connections.open", st.BotToken(), "not_allowed_token_type"},
		{"no token", "chat.postMessage", "", "not_authed"},
		{"wrong token", "chat.postMessage", "xoxb-wrong", "invalid_auth"},
		{"json to a form method", "conversations.history", st.BotToken(), "invalid_form_data"},
	} {
		if got := st.json(t, c.method, c.token, body).code(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	b := st.form(t, "pins.add", "channel", "C1")
	if b.code() != "missing_scope" || b.str("needed") != "pins:write" || b.str("provided") != "chat:write" {
		t.Errorf("scope: %v", b)
	}
	st.RevokeTokens(true)
	if got := st.form(t, "auth.test").code(); got != "token_revoked" {
		t.Errorf("revoked: %q", got)
	}
}

func TestInviteAllOrNothing(t *testing.T) {
	st := start(t, Options{NoLimits: true})
	ana, bo := st.Person("ana"), st.Person("bo")
	id := room(t, st, "inc-1")
	users := ana.ID() + ",U0NOBODY," + bo.ID()
	b := st.form(t, "conversations.invite", "channel", id, "users", users)
	if b.code() != "user_not_found" || fmt.Sprint(b["errors"]) != "[map[error:user_not_found ok:false user:U0NOBODY]]" {
		t.Fatal(b)
	}
	if got := fmt.Sprint(st.Room("inc-1").Members()); got != "[backout]" {
		t.Fatal(got)
	}
	if b := st.form(t, "conversations.invite", "channel", id, "users", users, "force", "true"); b.code() != "" {
		t.Fatal(b)
	}
	if got := fmt.Sprint(st.Room("inc-1").Members()); got != "[backout ana bo]" {
		t.Fatal(got)
	}
}

func TestHistoryPages(t *testing.T) {
	st := start(t, Options{NoLimits: true, MaxPage: 4})
	id := room(t, st, "log")
	ana := st.Person("ana")
	ana.Joins(st.Room("log"))
	parent := ana.Says(st.Room("log"), "parent")
	for i := range 9 {
		ana.Replies(parent, fmt.Sprint("reply ", i))
	}
	shown := ana.Broadcasts(parent, "shown & <told>")
	var texts []string
	cursor := ""
	for {
		b := st.form(t, "conversations.history", "channel", id, "cursor", cursor, "limit", "2")
		for _, m := range b["messages"].([]any) {
			texts = append(texts, m.(map[string]any)["text"].(string))
		}
		if cursor = b.str("response_metadata", "next_cursor"); cursor == "" {
			break
		}
	}
	if len(texts) != 4 || texts[0] != "shown &amp; &lt;told&gt;" || texts[1] != "parent" {
		t.Fatalf("%q", texts)
	}
	b := st.form(t, "conversations.replies", "channel", id, "ts", parent.TS(), "limit", "900")
	ms := b["messages"].([]any)
	if len(ms) != 5 || b["has_more"] != true || answerBody(ms[0].(map[string]any)).str("text") != "parent" {
		t.Fatal(b)
	}
	if n := ms[0].(map[string]any)["reply_count"]; n != 10.0 {
		t.Fatal(n)
	}
	for _, c := range []struct {
		kv   []string
		want int
	}{
		{[]string{"oldest", shown.TS()}, 0},
		{[]string{"oldest", shown.TS(), "inclusive", "true"}, 1},
		{[]string{"oldest", parent.TS(), "latest", shown.TS()}, 0},
		{[]string{"oldest", parent.TS(), "latest", shown.TS(), "inclusive", "1"}, 2},
	} {
		b := st.form(t, "conversations.history", append([]string{"channel", id}, c.kv...)...)
		if n := len(b["messages"].([]any)); n != c.want {
			t.Errorf("%v: %d, want %d", c.kv, n, c.want)
		}
	}
}

func TestPostUpdateAndMetadata(t *testing.T) {
	st := start(t, Options{NoLimits: true})
	id := room(t, st, "inc")
	meta := `{"event_type":"effect","event_payload":{"key":"k1"}}`
	b := st.form(t, "chat.postMessage", "channel", "#inc", "text", "a & b <@"+st.BotUserID()+"> https://x.example/?a=1&b=2", "metadata", meta)
	want := "a &amp; b <@" + st.BotUserID() + "> <https://x.example/?a=1&amp;b=2>"
	if b.str("message", "text") != want || b.str("channel") != id {
		t.Fatal(b)
	}
	h := st.form(t, "conversations.history", "channel", id, "include_all_metadata", "true", "limit", "1")
	if !strings.Contains(fmt.Sprint(h), "k1") {
		t.Fatal(h)
	}
	if strings.Contains(fmt.Sprint(st.form(t, "conversations.history", "channel", id)), "k1") {
		t.Fatal("metadata without asking")
	}
	b = st.form(t, "chat.postMessage", "channel", id, "text", long(50000))
	if n := len(b.str("message", "text")); n != 40000 {
		t.Fatal(n)
	}
	b = st.form(t, "chat.update", "channel", id, "ts", b.str("ts"), "text", "short")
	if b.str("text") != "short" || b.at("message", "edited") == nil {
		t.Fatal(b)
	}
	ana := st.Person("ana")
	if b := st.form(t, "chat.postMessage", "channel", ana.ID(), "text", "psst"); b.str("channel") != ana.DM().ID() {
		t.Fatal(b)
	}
	ana.DM().Sees("psst")
}

func TestLimits(t *testing.T) {
	st := start(t, Options{LimitWindow: 600 * time.Millisecond})
	id := room(t, st, "busy")
	codes := map[string]int{}
	for range 12 {
		b := st.form(t, "chat.postMessage", "channel", id, "text", "x")
		codes[fmt.Sprint(b["http_status"], b.code())]++
	}
	if codes["429ratelimited"] == 0 || codes["200"] < 10 {
		t.Fatal(codes)
	}
	for range 25 {
		st.form(t, "conversations.list")
	}
	if b := st.form(t, "conversations.list"); b["http_status"] != 429 {
		t.Fatal(b)
	}
	if b := st.form(t, "conversations.info", "channel", id); b["http_status"] != 200 {
		t.Fatal("another method was blocked too")
	}
	time.Sleep(650 * time.Millisecond)
	if b := st.form(t, "conversations.list"); b["http_status"] != 200 {
		t.Fatal(b)
	}
}

func TestFiles(t *testing.T) {
	st := start(t, Options{NoLimits: true})
	id := room(t, st, "docs")
	b := st.form(t, "files.getUploadURLExternal", "filename", "pm.md", "length", "5")
	if got := st.form(t, "files.completeUploadExternal", "files", `[{"id":"`+b.str("file_id")+`"}]`).code(); got != "file_update_failed" {
		t.Fatal(got)
	}
	resp, err := http.Post(b.str("upload_url"), "application/octet-stream", strings.NewReader("hello"))
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	c := st.form(t, "files.completeUploadExternal", "files", `[{"id":"`+b.str("file_id")+`","title":"PM"}]`, "channel_id", id, "initial_comment", "read this")
	if c.code() != "" {
		t.Fatal(c)
	}
	m := st.Room("docs").Sees("read this")
	if f := m.Files(); len(f) != 1 || string(f[0].Content) != "hello" || f[0].Title != "PM" {
		t.Fatal(f)
	}
	link := st.form(t, "files.info", "file", b.str("file_id")).str("file", "url_private")
	for token, want := range map[string]string{st.BotToken(): "hello", "x": "Sign in"} {
		req, _ := http.NewRequest("GET", link, nil)
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if !strings.Contains(string(got), want) {
			t.Fatalf("%q", got)
		}
	}
}

func TestFaultsAndDepth(t *testing.T) {
	st := start(t, Options{NoLimits: true})
	id := room(t, st, "x")
	st.Fail(Fault{Method: "chat.postMessage", Status: 503, AfterEffect: true})
	if b := st.form(t, "chat.postMessage", "channel", id, "text", "did it"); b["http_status"] != 503 {
		t.Fatal(b)
	}
	st.Room("x").Sees("did it")
	st.Fail(Fault{Method: "chat.postMessage", Cut: true, Skip: 1, Match: map[string]string{"channel": id}})
	st.form(t, "chat.postMessage", "channel", id, "text", "fine")
	if _, err := http.Post(st.APIURL()+"chat.postMessage?token="+st.BotToken()+"&channel="+id+"&text=lost", "", nil); err == nil {
		t.Fatal("no cut")
	}
	st.Room("x").Lacks("lost")
	undo := st.Fail(Fault{Error: "fatal_error", Times: -1})
	for range 3 {
		if got := st.form(t, "auth.test").code(); got != "fatal_error" {
			t.Fatal(got)
		}
	}
	undo()
	st.Fail(Fault{Status: 429, RetryAfter: 1500 * time.Millisecond})
	resp, _ := http.Get(st.APIURL() + "auth.test")
	resp.Body.Close()
	if resp.Header.Get("Retry-After") != "2" {
		t.Fatal(resp.Header)
	}
	st.Heal()
	st.ResetCalls()
	st.form(t, "auth.test")
	done := make(chan struct{})
	go func() { st.form(t, "team.info"); close(done) }()
	st.form(t, "auth.test")
	<-done
	calls := st.Calls()
	if d := Depth(calls, calls[len(calls)-1].N); d < 2 || d > 3 {
		t.Fatal(d)
	}
	a := time.Now()
	ms := func(n int) time.Time { return a.Add(time.Duration(n) * time.Millisecond) }
	log := []Call{{N: 1, Start: ms(0), End: ms(10)}, {N: 2, Start: ms(11), End: ms(20)}, {N: 3, Start: ms(12), End: ms(22)}, {N: 4, Start: ms(21), End: ms(30)}}
	for n, want := range map[int]int{1: 1, 2: 2, 3: 2, 4: 3, 9: 0} {
		if got := Depth(log, n); got != want {
			t.Errorf("depth %d: %d, want %d", n, got, want)
		}
	}
}
