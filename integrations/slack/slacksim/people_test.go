package slacksim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestCommand(t *testing.T) {
	st := start(t, quick())
	ana, bo := st.Person("ana"), st.Person("bo")
	r := st.Room("checkout")
	ana.Joins(r)
	group := st.Group("oncall", bo.Person)
	hidden := st.PrivateRoom("secret", ana)
	if err := ana.Types(r, "/incident new x").Err(); !errors.Is(err, errNoLink) {
		t.Fatal(err)
	}
	var got map[string]any
	st.serve(t, func(kind string, p map[string]any) any {
		got = p
		switch p["text"] {
		case "slow":
			time.Sleep(250 * time.Millisecond)
		case "all":
			return map[string]any{"text": "for *all*", "response_type": "in_channel"}
		}
		return map[string]any{"text": "got it"}
	})
	ana.Types(r, "/incident new @bo @oncall #checkout #secret <b> & https://x.example/a?b=1&c=2. “q”").Sees("got it")
	want := fmt.Sprintf("new <@%s|bo> <!subteam^%s|@oncall> <#%s|checkout> <#%s|> &lt;b&gt; &amp; <https://x.example/a?b=1&amp;c=2>. “q”",
		bo.ID(), group, r.ID(), hidden.ID())
	if got["text"] != want || got["channel_name"] != "checkout" || got["command"] != "/incident" || got["user_id"] != ana.ID() {
		t.Fatalf("%v\nwant %s", got, want)
	}
	ana.Types(hidden, "/incident x")
	if got["channel_name"] != "privategroup" {
		t.Fatal(got)
	}
	ana.Types(ana.DM(), "/incident")
	if got["channel_name"] != "directmessage" || got["text"] != "" {
		t.Fatal(got)
	}
	ana.Types(r, "/incident all")
	r.Sees("for *all*")
	if err := ana.Types(r, "/nonsense x").Err(); !errors.Is(err, errTyped) {
		t.Fatal(err)
	}
	if err := ana.Types(ana.Says(r, "thread"), "/incident x").Err(); !errors.Is(err, errInThread) {
		t.Fatal(err)
	}
	if err := bo.Types(r, "/incident x").Err(); err == nil {
		t.Fatal("bo is not there")
	}
	n := len(st.Acks())
	if err := ana.Types(r, "/incident slow").Err(); !errors.Is(err, errTimeout) {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if len(st.Acks()) != n {
		t.Fatal("a late acknowledgement counted, or the command came again")
	}
}

func respond(t testing.TB, url, body string) int {
	t.Helper()
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func TestResponseURL(t *testing.T) {
	o := quick()
	o.ResponseURLLife = 400 * time.Millisecond
	st := start(t, o)
	ana := st.Person("ana")
	r := st.PrivateRoom("no-bot-here", ana)
	urls := make(chan string, 9)
	st.serve(t, func(_ string, p map[string]any) any { urls <- p["response_url"].(string); return nil })
	a := ana.Types(r, "/incident")
	u := <-urls
	for _, c := range []struct {
		body string
		want int
	}{
		{`{"text":"one"}`, 200},
		{`{"text":"two","replace_original":true}`, 200},
		{`{"text":"","response_type":"ephemeral"}`, 400},
		{`{"text":"open","response_type":"in_channel"}`, 200},
		{`{"delete_original":true}`, 200},
		{`{"text":"six"}`, 404},
	} {
		if got := respond(t, u, c.body); got != c.want {
			t.Fatalf("%s: %d, want %d", c.body, got, c.want)
		}
	}
	if got := fmt.Sprint(a.Texts()); got != "[two]" {
		t.Fatal(got)
	}
	ana.Types(r, "/incident")
	u = <-urls
	time.Sleep(450 * time.Millisecond)
	if got := respond(t, u, `{"text":"late"}`); got != 404 {
		t.Fatal(got)
	}
}

const form = `{"type":"modal","callback_id":"declare","notify_on_close":true,"title":{"type":"plain_text","text":"Declare"},
"submit":{"type":"plain_text","text":"Open"},"blocks":[
{"type":"input","block_id":"title","label":{"type":"plain_text","text":"What is broken?"},"element":{"type":"plain_text_input","action_id":"t","max_length":20}},
{"type":"input","block_id":"sev","label":{"type":"plain_text","text":"Severity"},"element":{"type":"static_select","action_id":"s","options":[
{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two"},"value":"2"}]}},
{"type":"input","block_id":"lead","optional":true,"label":{"type":"plain_text","text":"Lead"},"element":{"type":"users_select","action_id":"l"}}]}`

func TestModal(t *testing.T) {
	o := quick()
	o.TriggerLife = 120 * time.Millisecond
	o.AckDeadline = 400 * time.Millisecond
	st := start(t, o)
	ana, bo := st.Person("ana"), st.Person("bo")
	view := func() any { var v any; _ = json.Unmarshal([]byte(form), &v); return v }
	answers := make(chan any, 9)
	var last map[string]any
	triggers := make(chan string, 9)
	st.serve(t, func(kind string, p map[string]any) any {
		last = p
		switch p["type"] {
		case "view_submission":
			return <-answers
		case "shortcut":
			triggers <- p["trigger_id"].(string)
			st.json(t, "views.open", st.BotToken(), map[string]any{"trigger_id": p["trigger_id"], "view": view()})
		}
		return nil
	})
	if err := ana.Shortcut("unknown").Err(); err == nil {
		t.Fatal("unknown shortcut")
	}
	if err := ana.Shortcut("declare_incident").Err(); err != nil {
		t.Fatal(err)
	}
	used := <-triggers
	again := map[string]any{"trigger_id": used, "view": view()}
	if a, b := st.json(t, "views.open", st.BotToken(), again).code(), st.json(t, "views.open", st.BotToken(), again).code(); a != "exchanged_trigger_id" || b != "trigger_exchanged" {
		t.Fatal(a, b)
	}
	m := ana.Modal()
	if err := m.Modal.Submit(); !errors.Is(err, ErrRefused) || len(m.Errors()) != 2 {
		t.Fatal(err, m.Errors())
	}
	if err := m.Modal.Fill("title", long(21)); err == nil {
		t.Fatal("too long")
	}
	m.Fill("What is broken?", "Checkout").Fill("sev", "Two").Fill("Lead", "@bo")
	answers <- map[string]any{"response_action": "errors", "errors": map[string]any{"nowhere": "x"}}
	if err := m.Modal.Submit(); !errors.Is(err, errConnecting) {
		t.Fatal(err)
	}
	answers <- map[string]any{"response_action": "errors", "errors": map[string]any{"title": "taken"}}
	if errs := m.SubmitRefused(); errs["title"] != "taken" || !m.Open() {
		t.Fatal(errs)
	}
	hash := last["view"].(map[string]any)["hash"]
	values := fmt.Sprint(answerBody(last).at("view", "state", "values"))
	if !strings.Contains(values, "selected_user:"+bo.ID()) || !strings.Contains(values, "value:Checkout") || !strings.Contains(values, "value:2") {
		t.Fatal(values)
	}
	up := map[string]any{"view_id": m.ID(), "hash": "old", "view": view()}
	if got := st.json(t, "views.update", st.BotToken(), up).code(); got != "hash_conflict" {
		t.Fatal(got)
	}
	up["hash"] = hash
	if b := st.json(t, "views.update", st.BotToken(), up); b.code() != "" {
		t.Fatal(b)
	}
	answers <- map[string]any{"response_action": "push", "view": view()}
	m.Submit()
	top := ana.Modal()
	if top.ID() == m.ID() {
		t.Fatal("not pushed")
	}
	top.Close()
	if last["type"] != "view_closed" || last["is_cleared"] != false || !m.Open() {
		t.Fatal(last)
	}
	answers <- map[string]any{"response_action": "clear"}
	m.Submit()
	if ana.HasModal() {
		t.Fatal("still open")
	}
	if got := st.json(t, "views.update", st.BotToken(), map[string]any{"view_id": m.ID(), "view": view()}).code(); got != "not_found" {
		t.Fatal(got)
	}
	time.Sleep(130 * time.Millisecond)
	late := st.newLateTrigger(ana.Person)
	time.Sleep(130 * time.Millisecond)
	a := map[string]any{"trigger_id": late, "view": view()}
	if x, y := st.json(t, "views.open", st.BotToken(), a).code(), st.json(t, "views.open", st.BotToken(), a).code(); x != "expired_trigger_id" || y != "trigger_expired" {
		t.Fatal(x, y)
	}
}

func (st *Stage) newLateTrigger(p *Person) string {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.newTrigger(p.u, "")
}

func TestClicks(t *testing.T) {
	st := start(t, quick())
	ana := st.Person("ana")
	id := room(t, st, "inc")
	r := st.Room("inc")
	ana.Joins(r)
	var last map[string]any
	st.serve(t, func(_ string, p map[string]any) any {
		if p["type"] == "block_suggestion" {
			return map[string]any{"options": []any{map[string]any{"text": map[string]any{"type": "plain_text", "text": "v7"}, "value": "7"}}}
		}
		if p["type"] != "event_callback" {
			last = p
		}
		return nil
	})
	blocks := `[{"type":"actions","block_id":"acts","elements":[
	{"type":"button","action_id":"lead","value":"INC-1","text":{"type":"plain_text","text":"Take the lead"}},
	{"type":"static_select","action_id":"sev","options":[{"text":{"type":"plain_text","text":"High"},"value":"1"}]},
	{"type":"external_select","action_id":"ver"}]}]`
	st.form(t, "chat.postMessage", "channel", id, "text", "card", "blocks", blocks)
	ana.Clicks(r, "Take the lead")
	act := last["actions"].([]any)[0].(map[string]any)
	if act["value"] != "INC-1" || act["action_id"] != "lead" || answerBody(last).str("message", "text") != "card" {
		t.Fatal(last)
	}
	if code := respond(t, last["response_url"].(string), `{"text":"done","replace_original":true}`); code != 200 {
		t.Fatal(code)
	}
	r.Sees("done")
	r.Lacks("Take the lead")
	st.form(t, "chat.postEphemeral", "channel", id, "user", ana.ID(), "text", "only you", "blocks", blocks)
	ana.Chooses(r, "sev", "High")
	if answerBody(last).at("container", "is_ephemeral") != true || last["message"] != nil {
		t.Fatal(last)
	}
	ana.Chooses(r, "ver", "v7")
	if v := answerBody(last["actions"].([]any)[0].(map[string]any)).str("selected_option", "value"); v != "7" {
		t.Fatal(last)
	}
	if _, err := ana.Person.Clicks(r, "No such button"); err == nil {
		t.Fatal("clicked air")
	}
	m := ana.Says(r, "a message")
	if err := ana.MessageShortcut(m, "add_to_timeline").Err(); err != nil || last["message_ts"] != m.TS() {
		t.Fatal(err, last)
	}
	ana.OpensHome()
	if b := st.json(t, "views.publish", st.BotToken(), map[string]any{"user_id": ana.ID(), "view": map[string]any{"type": "home", "blocks": []any{
		map[string]any{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": "Open incidents: <#" + id + ">"}},
		map[string]any{"type": "actions", "elements": []any{map[string]any{"type": "button", "action_id": "go", "text": map[string]any{"type": "plain_text", "text": "Go"}}}},
	}}}); b.code() != "" {
		t.Fatal(b)
	}
	ana.HomeSees("Open incidents: #inc")
	ana.Clicks(ana.Home(), "Go")
	if answerBody(last).str("view", "type") != "home" {
		t.Fatal(last)
	}
}

func TestEvents(t *testing.T) {
	st, ana, r := lively(t, quick())
	in := make(chan map[string]any, 1000)
	st.serve(t, func(_ string, p map[string]any) any {
		if e, ok := p["event"].(map[string]any); ok {
			in <- e
		}
		return nil
	})
	expect := func(kind, subtype string) map[string]any {
		t.Helper()
		for {
			select {
			case e := <-in:
				sub, _ := e["subtype"].(string)
				if e["type"] == kind && sub == subtype {
					return e
				}
			case <-time.After(2 * time.Second):
				t.Fatalf("no %s %s", kind, subtype)
			}
		}
	}
	bo := st.Person("bo")
	bo.Joins(r)
	expect("member_joined_channel", "")
	m := ana.Says(r, "@backout hello <x> https://x.example")
	if e := expect("message", ""); e["text"] != "<@"+st.BotUserID()+"> hello &lt;x&gt; <https://x.example>" || e["client_msg_id"] == nil || e["channel_type"] != "channel" {
		t.Fatal(e)
	}
	if e := expect("app_mention", ""); e["ts"] != m.TS() {
		t.Fatal(e)
	}
	if e := expect("message", "message_changed"); answerBody(e).at("message", "edited") != nil {
		t.Fatal("a link preview is no edit", e)
	}
	reply := bo.Replies(m, "answer")
	if e := expect("message", ""); e["thread_ts"] != m.TS() || e["parent_user_id"] != ana.ID() {
		t.Fatal(e)
	}
	if e := expect("message", "message_changed"); answerBody(e).at("message", "reply_count") != 1.0 {
		t.Fatal(e)
	}
	bo.Broadcasts(m, "everyone")
	if e := expect("message", "thread_broadcast"); answerBody(e).str("root", "ts") != m.TS() {
		t.Fatal(e)
	}
	ana.Edits(m, "changed")
	for {
		e := expect("message", "message_changed")
		if answerBody(e).str("message", "text") == "changed" {
			if e["ts"] == m.TS() || answerBody(e).str("message", "ts") != m.TS() || answerBody(e).at("previous_message") == nil {
				t.Fatal(e)
			}
			break
		}
	}
	ana.Reacts(m, "pushpin")
	if e := expect("reaction_added", ""); e["item_user"] != ana.ID() || answerBody(e).str("item", "ts") != m.TS() {
		t.Fatal(e)
	}
	ana.Unreacts(m, "pushpin")
	expect("reaction_removed", "")
	ana.Pins(reply)
	expect("pin_added", "")
	ana.Uploads(r, "graph.png", []byte("png"), "look")
	if e := expect("message", "file_share"); len(e["files"].([]any)) != 1 {
		t.Fatal(e)
	}
	bo.Deletes(reply)
	if e := expect("message", "message_deleted"); e["deleted_ts"] != reply.TS() {
		t.Fatal(e)
	}
	ana.Deletes(m)
	for answerBody(expect("message", "message_changed")).str("message", "subtype") != "tombstone" {
	}
	if !m.Deleted() || !reply.Deleted() {
		t.Fatal("not deleted")
	}
	_, err := st.Bot("deploybot").Says(r, "web-app v9 deployed <https://x.example|here>")
	must(t, err)
	if e := expect("message", "bot_message"); e["user"] != nil || e["username"] != "deploybot" {
		t.Fatal(e)
	}
	st.form(t, "chat.postMessage", "channel", r.ID(), "text", "my own words")
	if e := expect("message", ""); e["bot_id"] != st.BotID() {
		t.Fatal(e)
	}
	ana.SetsTopic(r, "down")
	expect("message", "channel_topic")
	ana.Renames(r, "renamed")
	if e := expect("channel_rename", ""); answerBody(e).str("channel", "name") != "renamed" {
		t.Fatal(e)
	}
	st.Group("team", bo.Person)
	st.Group("team", ana.Person)
	expect("subteam_members_changed", "")
	ana.Archives(r)
	expect("channel_archive", "")
	ana.Unarchives(r)
	expect("channel_unarchive", "")
	ana.Kicks(r, st.BotUserID())
	expect("member_left_channel", "")
	must(t, st.Settle())
	ana.Says(r, "alone at last")
	if len(in) != 0 {
		t.Fatal(<-in)
	}
	ana.Says(ana.DM(), "psst")
	if e := expect("message", ""); e["channel_type"] != "im" {
		t.Fatal(e)
	}
}
