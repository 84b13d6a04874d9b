package slacksim

import (
	"strings"
	"unicode/utf8"
)

// Lengths of messages: posting truncates, updating refuses (section 6 of the facts).
const (
	maxPostText   = 40000
	maxUpdateText = 4000
	maxMarkdown   = 12000
)

// content reads and checks text, blocks, attachments and metadata.
func (c *invocation) content() (*message, error) {
	m := &message{user: c.s.bot.id, botID: c.s.bot.botID}
	if err := c.bodyText(m); err != nil {
		return nil, err
	}
	if c.has("blocks") && c.str("blocks") != "" {
		v, ok := c.decode("blocks")
		list, isList := v.([]any)
		if !ok || !isList {
			return nil, refuse("invalid_blocks_format")
		}
		if err := c.s.kit.checkMessage(list); err != nil {
			return nil, err
		}
		if c.has("markdown_text") && len(list) > 0 {
			return nil, refuse("markdown_text_conflict")
		}
		m.blocks = c.s.complete(list)
	}
	if err := c.attach(m); err != nil {
		return nil, err
	}
	return m, c.metadata(m)
}

func (c *invocation) bodyText(m *message) error {
	text := c.str("text")
	if c.has("markdown_text") {
		if text != "" {
			return refuse("markdown_text_conflict")
		}
		if text = c.str("markdown_text"); utf8.RuneCountInString(text) > maxMarkdown {
			return refuse("msg_too_long")
		}
	}
	m.text = c.s.kit.normalise(text)
	return nil
}

func (c *invocation) attach(m *message) error {
	if c.str("attachments") == "" {
		return nil
	}
	v, ok := c.decode("attachments")
	list, isList := v.([]any)
	if !ok || !isList {
		return refuse("invalid_attachments")
	}
	if len(list) > 100 {
		return refuse("too_many_attachments")
	}
	for _, a := range list {
		a, _ := a.(map[string]any)
		if bs, ok := a["blocks"].([]any); ok {
			if err := c.s.kit.checkMessage(bs); err != nil {
				return err
			}
			a["blocks"] = c.s.complete(bs)
		}
	}
	m.attachments = list
	return nil
}

// metadata wants event_type and an object event_payload.
func (c *invocation) metadata(m *message) error {
	if c.str("metadata") == "" {
		return nil
	}
	if len(c.str("metadata")) > 16<<10 {
		return refuse("metadata_too_large")
	}
	v, ok := c.decode("metadata")
	if !ok {
		return refuse("invalid_metadata_format")
	}
	o, _ := v.(map[string]any)
	kind, _ := o["event_type"].(string)
	_, isObject := o["event_payload"].(map[string]any)
	if kind == "" || !isObject {
		return refuse("invalid_metadata_schema")
	}
	for k := range o {
		if k != "event_type" && k != "event_payload" && k != "entities" {
			return refuse("invalid_metadata_schema")
		}
	}
	m.metadata = v
	return nil
}

func (m *message) empty() bool {
	return strings.TrimSpace(m.text) == "" && len(m.blocks) == 0 && len(m.attachments) == 0
}

// target finds where a message goes: an id, a #name, or a person's id for a DM.
func (c *invocation) target() (*channel, error) {
	to := c.str("channel")
	ch := c.s.w.channels[to]
	if ch == nil {
		ch = c.s.w.names[strings.TrimPrefix(to, "#")]
	}
	if u := c.s.w.users[to]; ch == nil && u != nil && u != c.s.bot && !u.deleted {
		ch = c.s.dm(u)
	}
	switch {
	case ch == nil || !c.s.visible(ch):
		return nil, refuse("channel_not_found")
	case ch.archived:
		return nil, refuse("is_archived")
	case !ch.isMember[c.s.bot.id] && !c.s.hasScope("chat:write.public"):
		return nil, refuse("not_in_channel")
	}
	return ch, nil
}

func chatPostMessage(c *invocation) (reply, error) {
	ch, err := c.target()
	if err != nil {
		return nil, err
	}
	m, err := c.content()
	switch {
	case err != nil:
		return nil, err
	case m.empty():
		return nil, refuse("no_text")
	}
	if utf8.RuneCountInString(m.text) > maxPostText {
		m.text = string([]rune(m.text)[:maxPostText])
	}
	if c.has("username") || c.has("icon_url") || c.has("icon_emoji") {
		if c.yes("as_user") || !c.s.hasScope("chat:write.customize") {
			return nil, &refusal{"missing_scope", map[string]any{"needed": "chat:write.customize", "provided": strings.Join(c.s.opt.Scopes, ",")}}
		}
		m.customized, m.username = true, c.str("username")
	}
	if err := c.thread(ch, m); err != nil {
		return nil, err
	}
	c.s.post(ch, m)
	if c.yes("unfurl_links") {
		c.s.unfurl(ch, m)
	}
	return reply{"channel": ch.id, "ts": m.ts, "message": c.s.render(ch, m, true)}, nil
}

// thread places a reply. Slack posts to a thread_ts that never was as if it were
// one; a strict Slack refuses, so that a wrong ts does not pass unnoticed.
func (c *invocation) thread(ch *channel, m *message) error {
	ts := c.str("thread_ts")
	if ts == "" {
		return nil
	}
	p := ch.find(ts)
	switch {
	case p == nil:
		return refuse("thread_not_found")
	case p.reply(), isNotice(p):
		return refuse("cannot_reply_to_message")
	}
	m.threadTS, m.broadcast = p.ts, c.yes("reply_broadcast")
	return nil
}

// isNotice: messages about the room cannot be answered or pinned.
func isNotice(m *message) bool {
	return strings.HasPrefix(m.subtype, "channel_") || strings.HasPrefix(m.subtype, "group_")
}

// own finds a message that the bot posted, for update and delete.
func (c *invocation) own(code string) (*channel, *message, error) {
	ch, err := c.room("channel")
	if err != nil {
		return nil, nil, err
	}
	m := ch.find(c.str("ts"))
	switch {
	case m == nil || m.subtype == "tombstone":
		return nil, nil, refuse("message_not_found")
	case m.botID != c.s.bot.botID || m.customized:
		return nil, nil, refuse(code)
	}
	return ch, m, nil
}

func chatUpdate(c *invocation) (reply, error) {
	ch, m, err := c.own("cant_update_message")
	if err != nil {
		return nil, err
	}
	if ch.archived {
		return nil, refuse("is_inactive")
	}
	next, err := c.content()
	switch {
	case err != nil:
		return nil, err
	case utf8.RuneCountInString(next.text) > maxUpdateText:
		return nil, refuse("msg_too_long")
	case next.empty() && !c.has("blocks") && !c.has("attachments"):
		return nil, refuse("no_text")
	}
	c.s.edit(ch, m, c.s.bot.id, func() {
		if c.has("text") || c.has("markdown_text") {
			m.text = next.text
			m.blocks, m.generated = nil, false // text without blocks takes the old blocks away
		}
		if c.has("blocks") {
			m.blocks = next.blocks
		}
		if c.has("attachments") {
			m.attachments = next.attachments
		}
		if next.metadata != nil {
			m.metadata = next.metadata
		}
		c.s.noteAlerts(ch, m)
	})
	return reply{"channel": ch.id, "ts": m.ts, "text": m.text, "message": c.s.render(ch, m, true)}, nil
}

func chatDelete(c *invocation) (reply, error) {
	ch, m, err := c.own("cant_delete_message")
	if err != nil {
		return nil, err
	}
	c.s.remove(ch, m)
	return reply{"channel": ch.id, "ts": m.ts}, nil
}

func chatPostEphemeral(c *invocation) (reply, error) {
	ch, err := c.target()
	if err != nil {
		return nil, err
	}
	u := c.s.w.users[c.str("user")]
	if u == nil || !ch.isMember[u.id] {
		return nil, refuse("user_not_in_channel")
	}
	if !ch.isMember[c.s.bot.id] && !c.s.hasScope("chat:write.public") {
		return nil, refuse("not_in_channel")
	}
	m, err := c.content()
	switch {
	case err != nil:
		return nil, err
	case m.empty():
		return nil, refuse("no_text")
	case utf8.RuneCountInString(m.text) > maxPostText:
		return nil, refuse("msg_too_long")
	}
	m.threadTS = c.str("thread_ts")
	c.s.whisper(ch, u, m)
	return reply{"message_ts": m.ts}, nil
}

// whisper shows a message to one person; it is not stored in the channel.
func (s *Server) whisper(ch *channel, u *user, m *message) {
	m.ephemeral, m.ts = true, s.stamp(ch)
	ch.ephemerals[u.id] = append(ch.ephemerals[u.id], m)
	s.touch()
}

func chatGetPermalink(c *invocation) (reply, error) {
	ch, err := c.room("channel")
	if err != nil {
		return nil, err
	}
	m := ch.find(c.str("message_ts"))
	if m == nil {
		return nil, refuse("message_not_found")
	}
	return reply{"channel": ch.id, "permalink": c.s.permalink(ch, m)}, nil
}
