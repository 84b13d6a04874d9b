package slacksim

import (
	"fmt"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestHelloPingsAndTickets(t *testing.T) {
	st := start(t, quick())
	url := st.json(t, "apps.connections.open", st.AppToken(), map[string]any{}).str("url")
	conn, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	pinged := make(chan struct{}, 100)
	conn.SetPingHandler(func(string) error { pinged <- struct{}{}; return nil })
	c := &client{t, conn}
	f := c.next()
	info := answerBody(f)
	if f["num_connections"] != 1.0 || info.str("connection_info", "app_id") != st.AppID() || info.at("debug_info", "approximate_connection_time") != 3600.0 {
		t.Fatal(f)
	}
	if _, err := c.try(100 * time.Millisecond); err == nil || len(pinged) < 2 {
		t.Fatal("no pings", len(pinged))
	}
	if _, resp, err := websocket.DefaultDialer.Dial(url, nil); err == nil || resp.StatusCode != 403 {
		t.Fatal("a ticket worked twice")
	}
	st.RefuseHandshake(409, 1)
	url = st.json(t, "apps.connections.open", st.AppToken(), map[string]any{}).str("url")
	if _, resp, err := websocket.DefaultDialer.Dial(url, nil); err == nil || resp.StatusCode != 409 {
		t.Fatal("no 409")
	}
	st.SetSocketMode(false)
	if got := st.json(t, "apps.connections.open", st.AppToken(), map[string]any{}).code(); got != "socket_mode_disabled" {
		t.Fatal(got)
	}
}

// lively is a room with ana and the bot, and nothing on its way.
func lively(t testing.TB, o Options) (*Stage, *Actor, *Scene) {
	t.Helper()
	st := start(t, o)
	r := st.Room("r")
	ana := st.Person("ana")
	ana.Joins(r)
	ana.Invites(r, st.BotUserID())
	must(t, st.Settle())
	return st, ana, r
}

func TestRedeliveryThenLoss(t *testing.T) {
	st, ana, r := lively(t, quick())
	lost := st.Lost()
	if lost != 2 { // the bot's join, as event and as message: nobody was there
		t.Fatal(lost)
	}
	in := st.dial(t).collect()
	ana.Says(r, "hello")
	ids, eventID := map[any]bool{}, any(nil)
	for attempt := range 4 {
		f := take(t, in)
		p, _ := f["payload"].(map[string]any)
		if f["retry_attempt"] != float64(attempt) || f["accepts_response_payload"] != false || ids[f["envelope_id"]] {
			t.Fatal(attempt, f)
		}
		if eventID == nil {
			eventID = p["event_id"]
		}
		if p["event_id"] != eventID || attempt > 0 && f["retry_reason"] != "timeout" {
			t.Fatal(attempt, f)
		}
		ids[f["envelope_id"]] = true
	}
	must(t, st.Settle())
	if st.Lost() != lost+1 || len(st.Acks()) != 0 {
		t.Fatal(st.Lost(), st.Acks())
	}
}

func TestAwayAndBack(t *testing.T) {
	o := quick()
	o.RedeliverAfter = []time.Duration{10 * time.Millisecond, 300 * time.Millisecond}
	st, ana, r := lively(t, o)
	ana.Says(r, "while you were out")
	time.Sleep(50 * time.Millisecond)
	c := st.dial(t)
	f := take(t, c.collect())
	if f["retry_attempt"] != 2.0 || event(f)["text"] != "while you were out" {
		t.Fatal(f)
	}
	c.ack(f, nil)
	must(t, st.Settle())
	if a := st.Acks(); len(a) != 1 || a[0].Attempt != 2 || a[0].Event != "message" {
		t.Fatal(a)
	}
}

func TestAckRules(t *testing.T) {
	st, ana, r := lively(t, quick())
	a, b := st.dial(t), st.dial(t)
	ina, inb := a.collect(), b.collect()
	other := map[*client]*client{a: b, b: a}
	receive := func() (*client, map[string]any) {
		select {
		case f := <-ina:
			return a, f
		case f := <-inb:
			return b, f
		case <-time.After(2 * time.Second):
			t.Fatal("nothing came")
		}
		return nil, nil
	}
	for name, wrong := range map[string]func(c *client, f map[string]any){
		"another link": func(c *client, f map[string]any) { other[c].ack(f, nil) },
		"too big":      func(c *client, f map[string]any) { c.ack(f, long(20480)) },
		"fragmented": func(c *client, f map[string]any) {
			w, _ := c.conn.NextWriter(websocket.TextMessage)
			fmt.Fprintf(w, `{"envelope_id":%q,"payload":%q}`, f["envelope_id"], long(9000))
			_ = w.Close()
		},
		"binary": func(c *client, f map[string]any) {
			_ = c.conn.WriteMessage(websocket.BinaryMessage, fmt.Appendf(nil, `{"envelope_id":%q}`, f["envelope_id"]))
		},
	} {
		ana.Says(r, name)
		wrong(receive())
		c, f := receive()
		if f["retry_attempt"] != 1.0 {
			t.Fatalf("%s: counted: %v", name, f)
		}
		c.ack(f, nil)
		must(t, st.Settle())
	}
}

func TestEachPayloadToOneLink(t *testing.T) {
	st, ana, r := lively(t, quick())
	var got [3]int
	var ins [3]<-chan map[string]any
	var cs [3]*client
	for i := range cs {
		cs[i] = st.dial(t)
		ins[i] = cs[i].collect()
	}
	for i := range 30 {
		ana.Says(r, fmt.Sprint("message ", i))
	}
	for range 30 {
		select {
		case f := <-ins[0]:
			got[0]++
			cs[0].ack(f, nil)
		case f := <-ins[1]:
			got[1]++
			cs[1].ack(f, nil)
		case f := <-ins[2]:
			got[2]++
			cs[2].ack(f, nil)
		}
	}
	must(t, st.Settle())
	if got != [3]int{10, 10, 10} {
		t.Fatal(got)
	}
}

func TestTooManyLinks(t *testing.T) {
	st := start(t, quick())
	for range 10 {
		st.dial(t).collect()
	}
	st.WaitLinks(10)
	in := st.dial(t).collect()
	if f := take(t, in); f["type"] != "disconnect" || f["reason"] != "too_many_websockets" {
		t.Fatal(f)
	}
	if _, open := <-in; open {
		t.Fatal("the eleventh link lives")
	}
}

func TestSocketFaults(t *testing.T) {
	st, ana, r := lively(t, quick())
	c := st.dial(t)
	in := c.collect()
	next := func() map[string]any {
		f := take(t, in)
		c.ack(f, nil)
		return f
	}
	st.DuplicateEvents(1)
	ana.Says(r, "twice")
	if x, y := next(), next(); x["envelope_id"] == y["envelope_id"] || event(x)["ts"] != event(y)["ts"] {
		t.Fatal(x, y)
	}
	st.ReorderEvents(2)
	ana.Says(r, "one")
	ana.Says(r, "two")
	if x, y := next(), next(); event(x)["text"] != "two" || event(y)["text"] != "one" {
		t.Fatal(x, y)
	}
	st.DropEvents(1)
	ana.Says(r, "dropped")
	st.DelayEvents(1, 30*time.Millisecond)
	began := time.Now()
	ana.Says(r, "delayed")
	if f := next(); event(f)["text"] != "delayed" || time.Since(began) < 30*time.Millisecond {
		t.Fatal(f)
	}
	st.SwallowAcks(1)
	ana.Says(r, "again")
	if x, y := next(), next(); event(x)["text"] != "again" || y["retry_attempt"] != 1.0 {
		t.Fatal(x, y)
	}
	must(t, st.SendRaw(`{"type":"mystery","envelope_id":"e1"}`))
	if f := next(); f["type"] != "mystery" {
		t.Fatal(f)
	}
	st.SendEvent(map[string]any{"type": "brand_new_event"})
	if f := next(); event(f)["type"] != "brand_new_event" {
		t.Fatal(f)
	}
	st.RateLimitEvents()
	f := next()
	p, _ := f["payload"].(map[string]any)
	if p["type"] != "app_rate_limited" || p["event"] != nil || p["minute_rate_limited"] == nil {
		t.Fatal(f)
	}
	st.Disconnect("warning")
	if f := take(t, in); f["reason"] != "warning" || st.Links() != 1 {
		t.Fatal(f, st.Links())
	}
	st.Disconnect("refresh_requested")
	if f := take(t, in); f["reason"] != "refresh_requested" || st.Links() != 0 {
		t.Fatal(f, st.Links())
	}
}

func TestHalfOpenAndLoop(t *testing.T) {
	st, ana, r := lively(t, quick())
	silent := st.dial(t).collect()
	st.HalfOpen()
	ana.Says(r, "into the void")
	select {
	case f, open := <-silent:
		t.Fatal(f, open)
	case <-time.After(80 * time.Millisecond):
	}
	good := st.dial(t)
	in := good.collect()
	st.CutLink(0)
	if f := take(t, in); event(f)["text"] != "into the void" || f["retry_attempt"] == 0.0 {
		t.Fatal(f)
	}
	st.DisconnectAfterHello("too_many_websockets", 2)
	for range 2 {
		if f := take(t, st.dial(t).collect()); f["type"] != "disconnect" {
			t.Fatal(f)
		}
	}
	st.CutLinks()
	for range in {
	}
}

func TestThroughput(t *testing.T) {
	if testing.Short() {
		t.Skip()
	}
	o := quick()
	o.AckDeadline = 10 * time.Second
	st, ana, r := lively(t, o)
	st.serve(t, func(string, map[string]any) any { return nil })
	o2 := time.Now()
	const n = 4000
	for i := range n {
		ana.Says(r, fmt.Sprint("message ", i))
	}
	said := time.Since(o2)
	must(t, st.Settle())
	if len(st.Acks()) != n || st.Lost() != 2 {
		t.Fatal(len(st.Acks()), st.Lost())
	}
	read := time.Now()
	total, cursor := 0, ""
	for {
		b := st.form(t, "conversations.history", "channel", r.ID(), "limit", "999", "cursor", cursor)
		total += len(b["messages"].([]any))
		if cursor = b.str("response_metadata", "next_cursor"); cursor == "" {
			break
		}
	}
	t.Logf("%d said in %v, all acked in %v, read in %v", n, said, time.Since(o2), time.Since(read))
	if total < n {
		t.Fatal(total)
	}
}
