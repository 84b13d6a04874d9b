package slacksim

import (
	"maps"
	"slices"
	"strings"
)

// eventNeeds says which subscription and scope an event wants. Messages and the
// group_ family depend on the kind of conversation.
func eventNeeds(kind string, event string) (subscription, scope string) {
	family := map[string]string{"channel": "channels", "group": "groups", "im": "im"}[kind]
	switch {
	case event == "message":
		return "message." + family, family + ":history"
	case event == "app_mention":
		return event, "app_mentions:read"
	case strings.HasPrefix(event, "reaction_"):
		return event, "reactions:read"
	case strings.HasPrefix(event, "pin_"):
		return event, "pins:read"
	case strings.HasPrefix(event, "member_"), strings.HasPrefix(event, "channel_"), strings.HasPrefix(event, "group_"):
		return event, family + ":read"
	case event == "file_shared":
		return event, "files:read"
	case strings.HasPrefix(event, "subteam_"):
		return event, "usergroups:read"
	}
	return event, ""
}

func (s *Server) hasScope(scope string) bool {
	return scope == "" || slices.Contains(s.opt.Scopes, scope)
}

// emit sends an event if the app is subscribed to it, has the scope and, for
// events of a conversation, is in it. Needs mu.
func (s *Server) emit(ch *channel, event map[string]any) {
	kind := ""
	if ch != nil {
		kind = ch.kind()
		if !ch.isMember[s.bot.id] {
			return
		}
	}
	name, _ := event["type"].(string)
	sub, scope := eventNeeds(kind, name)
	if !s.subs[sub] || !s.hasScope(scope) {
		return
	}
	if event["event_ts"] == nil {
		event["event_ts"] = s.now()
	}
	s.hub.event(name, s.outer(event))
}

// outer is the Events API envelope around an event.
func (s *Server) outer(event map[string]any) map[string]any {
	return map[string]any{
		"type": "event_callback", "token": "deprecated", "team_id": s.teamID, "context_team_id": s.teamID,
		"context_enterprise_id": nil, "api_app_id": s.appID, "event": event, "event_id": s.w.id("Ev"),
		"event_time": s.opt.Clock().Unix(), "is_ext_shared_channel": false, "event_context": "4-" + s.w.id(""),
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": s.teamID, "user_id": s.bot.id, "is_bot": true, "is_enterprise_install": false,
		}},
	}
}

// messageEvent is the message as its own event.
func (s *Server) messageEvent(ch *channel, m *message) map[string]any {
	out := s.render(ch, m, true)
	out["channel"], out["channel_type"], out["event_ts"] = ch.id, ch.kind(), m.ts
	for _, k := range []string{"reactions", "reply_count", "reply_users", "reply_users_count", "latest_reply", "is_locked", "subscribed", "pinned_to"} {
		delete(out, k)
	}
	return out
}

// post stores a message and tells everybody. Needs mu.
func (s *Server) post(ch *channel, m *message) *message {
	m.ts = s.stamp(ch)
	ch.msgs = append(ch.msgs, m)
	ch.byTS[m.ts] = m
	s.noteAlerts(ch, m)
	parent := ch.find(m.threadTS)
	if parent != nil {
		parent.replies = append(parent.replies, m)
		parent.threadTS = parent.ts
		if m.broadcast {
			m.subtype = "thread_broadcast"
		}
	}
	s.emit(ch, s.messageEvent(ch, m))
	if m.user != s.bot.id && strings.Contains(m.text, "<@"+s.bot.id) && m.subtype != "channel_join" {
		s.mention(ch, m)
	}
	for _, f := range m.files {
		s.emit(ch, map[string]any{"type": "file_shared", "file_id": f.id, "file": map[string]any{"id": f.id}, "user_id": m.user, "channel_id": ch.id})
	}
	if parent != nil && !s.opt.NoSpurious {
		s.changed(ch, parent, s.render(ch, parent, true))
	}
	s.touch()
	return m
}

// mention comes in addition to the message event and looks like it.
func (s *Server) mention(ch *channel, m *message) {
	ev := s.messageEvent(ch, m)
	ev["type"] = "app_mention"
	delete(ev, "channel_type")
	delete(ev, "subtype")
	s.emit(ch, ev)
}

// changed sends message_changed with both versions; its own ts is the event's.
func (s *Server) changed(ch *channel, m *message, before map[string]any) {
	ts := s.stamp(ch)
	s.emit(ch, map[string]any{
		"type": "message", "subtype": "message_changed", "hidden": true, "channel": ch.id, "channel_type": ch.kind(),
		"ts": ts, "event_ts": ts, "message": s.render(ch, m, true), "previous_message": before,
	})
}

// unfurl adds a link preview: message_changed although nobody edited anything.
func (s *Server) unfurl(ch *channel, m *message) {
	i := strings.Index(m.text, "<http")
	if i < 0 || s.opt.NoSpurious {
		return
	}
	link, _, _ := strings.Cut(m.text[i+1:], ">")
	link, _, _ = strings.Cut(link, "|")
	before := s.render(ch, m, true)
	m.attachments = append(slices.Clone(m.attachments), map[string]any{"id": 1, "from_url": link, "original_url": link, "title": "", "fallback": link, "service_name": "link preview"})
	s.changed(ch, m, before)
}

// edit replaces text and blocks and sends message_changed.
func (s *Server) edit(ch *channel, m *message, by string, change func()) {
	before := s.render(ch, m, true)
	old := m.text
	change()
	if m.text != old {
		m.editedBy, m.editedTS = by, s.stamp(ch)
	}
	s.changed(ch, m, before)
	s.touch()
}

// remove deletes a message. A parent with replies stays as a tombstone, which
// comes as message_changed.
func (s *Server) remove(ch *channel, m *message) {
	before := s.render(ch, m, true)
	ch.pins = slices.DeleteFunc(ch.pins, func(ts string) bool { return ts == m.ts })
	if m.parent() {
		m.subtype, m.text, m.user = "tombstone", "This message was deleted.", "USLACKBOT"
		m.blocks, m.attachments, m.files, m.reactions, m.metadata, m.botID, m.clientID = nil, nil, nil, nil, nil, "", ""
		m.extra = map[string]any{"hidden": true}
		s.changed(ch, m, before)
		s.touch()
		return
	}
	m.gone = true
	i := ch.after(m.ts) - 1
	ch.msgs = slices.Delete(ch.msgs, i, i+1)
	delete(ch.byTS, m.ts)
	ts := s.stamp(ch)
	s.emit(ch, map[string]any{
		"type": "message", "subtype": "message_deleted", "hidden": true, "channel": ch.id, "channel_type": ch.kind(),
		"ts": ts, "event_ts": ts, "deleted_ts": m.ts, "previous_message": before,
	})
	if p := ch.find(m.threadTS); p != nil && m.reply() {
		was := s.render(ch, p, true)
		p.replies = slices.DeleteFunc(p.replies, func(r *message) bool { return r == m })
		if !s.opt.NoSpurious {
			s.changed(ch, p, was)
		}
	}
	s.touch()
}

// notice posts a message about the room itself (channel_topic, group_topic…).
func (s *Server) notice(ch *channel, what, by, text string, extra map[string]any) {
	prefix := "channel_"
	if ch.private {
		prefix = "group_"
	}
	m := &message{user: by, subtype: prefix + what, text: "<@" + by + "> " + text, extra: maps.Clone(extra)}
	s.post(ch, m)
}

// announceJoin tells of a new member by message and by event.
func (s *Server) announceJoin(ch *channel, id, inviter string) {
	extra := map[string]any{}
	ev := map[string]any{"type": "member_joined_channel", "user": id, "channel": ch.id, "channel_type": letter(ch), "team": s.teamID}
	if inviter != "" {
		extra["inviter"], ev["inviter"] = inviter, inviter
	}
	s.emit(ch, ev)
	s.notice(ch, "join", id, "has joined the channel", extra)
}

// letter is channel_type in member events, which differs from that of messages.
func letter(ch *channel) string {
	if ch.private {
		return "G"
	}
	return "C"
}

func (s *Server) leave(ch *channel, id string) {
	ev := map[string]any{"type": "member_left_channel", "user": id, "channel": ch.id, "channel_type": letter(ch), "team": s.teamID}
	s.emit(ch, ev) // before parting, so that the bot learns of its own removal
	ch.part(id)
	s.notice(ch, "leave", id, "has left the channel", nil)
}

func (s *Server) rename(ch *channel, name, by string) {
	old := ch.name
	delete(s.w.names, old)
	ch.previous = append(ch.previous, old)
	ch.name = name
	s.w.names[name] = ch
	s.emit(ch, map[string]any{"type": family(ch) + "_rename", "channel": map[string]any{
		"id": ch.id, "name": name, "name_normalized": name, "created": ch.created, "is_channel": true, "is_mpim": false,
	}})
	s.notice(ch, "name", by, "has renamed the channel from \""+old+"\" to \""+name+"\"", map[string]any{"old_name": old, "name": name})
}

func family(ch *channel) string {
	if ch.private {
		return "group"
	}
	return "channel"
}

func (s *Server) archive(ch *channel, by string) {
	s.notice(ch, "archive", by, "archived the channel", nil)
	ch.archived = true
	s.emit(ch, map[string]any{"type": family(ch) + "_archive", "channel": ch.id, "user": by})
	s.touch()
}

func (s *Server) unarchive(ch *channel, by string) {
	ch.archived = false
	s.emit(ch, map[string]any{"type": family(ch) + "_unarchive", "channel": ch.id, "user": by})
	s.notice(ch, "unarchive", by, "un-archived the channel", nil)
}

// destroy deletes a room for good; its name becomes free.
func (s *Server) destroy(ch *channel, by string) {
	s.emit(ch, map[string]any{"type": family(ch) + "_deleted", "channel": ch.id, "actor_id": by})
	delete(s.w.channels, ch.id)
	delete(s.w.names, ch.name)
	s.w.roomList = slices.DeleteFunc(s.w.roomList, func(o *channel) bool { return o == ch })
	s.touch()
}
