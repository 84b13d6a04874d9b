package slacksim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// message is a message as Slack stores it: text escaped, blocks completed.
type message struct {
	ts, threadTS, subtype      string
	user, botID, username      string
	text, clientID             string
	blocks                     []any
	generated                  bool // blocks repeat the text (rich_text of people)
	attachments                []any
	metadata                   any
	files                      []*file
	editedBy, editedTS         string
	reactions                  []reaction
	replies                    []*message
	broadcast, gone, ephemeral bool
	customized                 bool // posted with another identity
	extra                      map[string]any
	values                     formValues // what people chose in selects
}

type reaction struct {
	name  string
	users []string
}

// find returns a message of the channel, nil when it never was or is deleted.
func (c *channel) find(ts string) *message { return c.byTS[ts] }

// after returns the index of the first message later than ts.
func (c *channel) after(ts string) int {
	i, found := slices.BinarySearchFunc(c.msgs, ts, func(m *message, ts string) int { return strings.Compare(m.ts, ts) })
	if found {
		i++
	}
	return i
}

func (m *message) parent() bool { return len(m.replies) > 0 }

func (m *message) reply() bool { return m.threadTS != "" && m.threadTS != m.ts }

// render gives the message as the API and the events show it.
func (s *Server) render(c *channel, m *message, metadata bool) map[string]any {
	out := map[string]any{"type": "message", "ts": m.ts, "text": m.text, "team": s.teamID}
	put := func(k, v string) {
		if v != "" {
			out[k] = v
		}
	}
	put("subtype", m.subtype)
	put("user", m.user)
	put("bot_id", m.botID)
	put("username", m.username)
	put("client_msg_id", m.clientID)
	if m.botID == s.bot.botID {
		out["app_id"] = s.appID
		out["bot_profile"] = map[string]any{"id": s.bot.botID, "app_id": s.appID, "name": s.bot.name, "team_id": s.teamID, "deleted": false, "updated": c.created}
	}
	if len(m.blocks) > 0 {
		out["blocks"] = m.blocks
	}
	if len(m.attachments) > 0 {
		out["attachments"] = m.attachments
	}
	if metadata && m.metadata != nil {
		out["metadata"] = m.metadata
	}
	if len(m.files) > 0 {
		fs := make([]any, len(m.files))
		for i, f := range m.files {
			fs[i] = s.renderFile(f)
		}
		out["files"], out["upload"] = fs, true
	}
	if m.editedTS != "" {
		out["edited"] = map[string]any{"user": m.editedBy, "ts": m.editedTS}
	}
	if rs := renderReactions(m); len(rs) > 0 {
		out["reactions"] = rs
	}
	if slices.Contains(c.pins, m.ts) {
		out["pinned_to"] = []string{c.id}
	}
	s.renderThread(c, m, out)
	maps.Copy(out, m.extra)
	return out
}

func (s *Server) renderThread(c *channel, m *message, out map[string]any) {
	if m.reply() {
		out["thread_ts"] = m.threadTS
		if p := c.find(m.threadTS); p != nil {
			out["parent_user_id"] = p.user
			if m.broadcast {
				out["root"] = s.render(c, p, false)
			}
		}
	}
	if !m.parent() {
		return
	}
	var who []string
	for _, r := range m.replies {
		id := r.user
		if id == "" {
			id = r.botID
		}
		if !slices.Contains(who, id) {
			who = append(who, id)
		}
	}
	out["thread_ts"], out["reply_count"] = m.ts, len(m.replies)
	out["reply_users"], out["reply_users_count"] = who, len(who)
	out["latest_reply"], out["is_locked"], out["subscribed"] = m.replies[len(m.replies)-1].ts, false, false
}

func renderReactions(m *message) []any {
	out := make([]any, 0, len(m.reactions))
	for _, r := range m.reactions {
		out = append(out, map[string]any{"name": r.name, "users": slices.Clone(r.users), "count": len(r.users)})
	}
	return out
}

func (s *Server) permalink(c *channel, m *message) string {
	link := s.URL() + "archives/" + c.id + "/p" + strings.ReplaceAll(m.ts, ".", "")
	if m.reply() {
		link += "?thread_ts=" + m.threadTS + "&cid=" + c.id
	}
	return link
}

// Message is a message by room and ts. It stays valid while the message changes.
type Message struct {
	s  *Server
	c  *channel
	ts string
	// eph is set for a message that only one person sees; it lives in no channel.
	eph *message
}

func (m Message) place() spot { return spot{room: m.c, ts: m.ts, eph: m.eph} }

// get needs mu.
func (m Message) get() *message {
	if m.eph != nil {
		return m.eph
	}
	if m.c == nil {
		return nil
	}
	return m.c.find(m.ts)
}

func read[T any](m Message, f func(*message) T) (v T) {
	if m.s == nil {
		return v
	}
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	if msg := m.get(); msg != nil {
		return f(msg)
	}
	return v
}

// Room is where it is.
func (m Message) Room() *Room { return &Room{m.s, m.c} }

// TS is its ts.
func (m Message) TS() string { return m.ts }

// ThreadTS is its parent's ts, or "".
func (m Message) ThreadTS() string {
	return read(m, func(x *message) string {
		if x.reply() {
			return x.threadTS
		}
		return ""
	})
}

// Author is the author's handle.
func (m Message) Author() string { return read(m, m.s.author) }

func (s *Server) author(x *message) string {
	if u := s.w.users[x.user]; u != nil && x.username == "" {
		return u.name
	}
	return x.username
}

// Text is what people read: text, blocks, attachments and files, flattened,
// mentions as @name and #name. The text field is included although Slack shows
// it only in notifications when there are blocks.
func (m Message) Text() string { return read(m, m.s.flatten) }

// RawText is the text field as Slack stores it, escaped.
func (m Message) RawText() string { return read(m, func(x *message) string { return x.text }) }

// JSON is the message as conversations.history gives it, metadata included.
func (m Message) JSON() json.RawMessage {
	return read(m, func(x *message) json.RawMessage { return mustJSON(m.s.render(m.c, x, true)) })
}

// Replies are the thread's answers.
func (m Message) Replies() []Message {
	return read(m, func(x *message) []Message {
		out := make([]Message, len(x.replies))
		for i, r := range x.replies {
			out[i] = Message{s: m.s, c: m.c, ts: r.ts}
		}
		return out
	})
}

// Reactions are user ids by emoji.
func (m Message) Reactions() map[string][]string {
	return read(m, func(x *message) map[string][]string {
		out := map[string][]string{}
		for _, r := range x.reactions {
			out[r.name] = slices.Clone(r.users)
		}
		return out
	})
}

// Edited says whether somebody edited it.
func (m Message) Edited() bool { return read(m, func(x *message) bool { return x.editedTS != "" }) }

// Deleted says whether it is gone; a tombstone counts as gone.
func (m Message) Deleted() bool {
	return !read(m, func(x *message) bool { return !x.gone && x.subtype != "tombstone" })
}

// Permalink is its address.
func (m Message) Permalink() string {
	return read(m, func(x *message) string { return m.s.permalink(m.c, x) })
}

// Sees waits until the message contains the text.
func (m Message) Sees(text string) error {
	err := m.s.wait(fmt.Sprintf("%q in a message", text), func() bool {
		x := m.get()
		return x != nil && strings.Contains(m.s.flatten(x), text)
	})
	if err != nil {
		return fmt.Errorf("%w; it says: %s", err, m.Text())
	}
	return nil
}

func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage(`null`)
	}
	return b
}
