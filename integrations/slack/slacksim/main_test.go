package slacksim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick are short deadlines, so that no test waits for Slack's own.
func quick() Options {
	return Options{
		AckDeadline: 150 * time.Millisecond, RedeliverAfter: []time.Duration{10 * time.Millisecond, 30 * time.Millisecond, 60 * time.Millisecond},
		PingEvery: 20 * time.Millisecond, Patience: 2 * time.Second, ShareAfter: 5 * time.Millisecond,
	}
}

func start(t testing.TB, o Options) *Stage {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return Test(t, s)
}

type answerBody map[string]any

func (b answerBody) code() string { c, _ := b["error"].(string); return c }

func (b answerBody) at(keys ...string) any {
	var v any = map[string]any(b)
	for _, k := range keys {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

func (b answerBody) str(keys ...string) string { t, _ := b.at(keys...).(string); return t }

// form calls a method as a form, key, value, key, value.
func (st *Stage) form(t testing.TB, method string, kv ...string) answerBody {
	t.Helper()
	v := url.Values{"token": {st.BotToken()}}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Set(kv[i], kv[i+1])
	}
	resp, err := http.PostForm(st.APIURL()+method, v)
	if err != nil {
		t.Fatal(err)
	}
	return decodeBody(t, resp)
}

func (st *Stage) json(t testing.TB, method, token string, body any) answerBody {
	t.Helper()
	b, _ := json.Marshal(body)
	req, _ := http.NewRequest(http.MethodPost, st.APIURL()+method, bytes.NewReader(b))
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return decodeBody(t, resp)
}

func decodeBody(t testing.TB, resp *http.Response) answerBody {
	t.Helper()
	defer resp.Body.Close()
	var out answerBody
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatalf("status %d: %v", resp.StatusCode, err)
	}
	out["http_status"] = resp.StatusCode
	return out
}

// client is a Socket Mode client of a hundred lines less than a real one.
type client struct {
	t    testing.TB
	conn *websocket.Conn
}

func (st *Stage) dial(t testing.TB) *client {
	t.Helper()
	c := &client{t: t, conn: st.dialRaw(t)}
	if f := c.next(); f["type"] != "hello" {
		t.Fatalf("first frame: %v", f)
	}
	return c
}

func (st *Stage) dialRaw(t testing.TB) *websocket.Conn {
	t.Helper()
	b := st.json(t, "apps.connections.open", st.AppToken(), map[string]any{})
	conn, _, err := websocket.DefaultDialer.Dial(b.str("url"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func (c *client) next() map[string]any {
	c.t.Helper()
	f, err := c.try(2 * time.Second)
	if err != nil {
		c.t.Fatal(err)
	}
	return f
}

func (c *client) try(d time.Duration) (map[string]any, error) {
	_ = c.conn.SetReadDeadline(time.Now().Add(d))
	_, b, err := c.conn.ReadMessage()
	if err != nil {
		return nil, err
	}
	var f map[string]any
	return f, json.Unmarshal(b, &f)
}

func (c *client) ack(f map[string]any, payload any) {
	c.t.Helper()
	a := map[string]any{"envelope_id": f["envelope_id"]}
	if payload != nil {
		a["payload"] = payload
	}
	if err := c.conn.WriteJSON(a); err != nil {
		c.t.Fatal(err)
	}
}

func event(f map[string]any) map[string]any {
	p, _ := f["payload"].(map[string]any)
	e, _ := p["event"].(map[string]any)
	return e
}

// serve acknowledges everything and hands envelopes of one type to f, whose
// result goes along as payload.
func (st *Stage) serve(t testing.TB, f func(kind string, payload map[string]any) any) {
	t.Helper()
	c := st.dial(t)
	_ = c.conn.SetReadDeadline(time.Time{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			_, b, err := c.conn.ReadMessage()
			if err != nil {
				return
			}
			var e map[string]any
			_ = json.Unmarshal(b, &e)
			p, _ := e["payload"].(map[string]any)
			a := map[string]any{"envelope_id": e["envelope_id"]}
			if out := f(e["type"].(string), p); out != nil {
				a["payload"] = out
			}
			_ = c.conn.WriteJSON(a)
		}
	}()
	t.Cleanup(func() { c.conn.Close(); <-done })
}

func room(t testing.TB, st *Stage, name string) string {
	t.Helper()
	b := st.form(t, "conversations.create", "name", name)
	id := b.str("channel", "id")
	if id == "" {
		t.Fatalf("create: %v", b)
	}
	return id
}

func long(n int) string { return strings.Repeat("x", n) }

// collect reads frames into a channel until the link ends, so that tests can
// wait without read deadlines, which gorilla does not recover from.
func (c *client) collect() <-chan map[string]any {
	out := make(chan map[string]any, 20000)
	_ = c.conn.SetReadDeadline(time.Time{})
	go func() {
		defer close(out)
		for {
			var f map[string]any
			if c.conn.ReadJSON(&f) != nil {
				return
			}
			out <- f
		}
	}()
	return out
}

func take(t testing.TB, ch <-chan map[string]any) map[string]any {
	t.Helper()
	select {
	case f, ok := <-ch:
		if !ok {
			t.Fatal("link closed")
		}
		return f
	case <-time.After(2 * time.Second):
		t.Fatal("no frame")
	}
	return nil
}
