package slacksim

import (
	"net/url"
	"regexp"
	"slices"
)

// messageAt finds the message of channel and timestamp arguments.
func (c *invocation) messageAt() (*channel, *message, error) {
	ch, err := c.joined()
	if err != nil {
		return nil, nil, err
	}
	if _, ok := parseTS(c.str("timestamp")); !ok {
		return nil, nil, refuse("bad_timestamp")
	}
	m := ch.find(c.str("timestamp"))
	if m == nil || m.subtype == "tombstone" {
		return nil, nil, refuse("message_not_found")
	}
	return ch, m, nil
}

func pinsAdd(c *invocation) (reply, error) {
	ch, m, err := c.messageAt()
	switch {
	case err != nil:
		return nil, err
	case isNotice(m):
		return nil, refuse("not_pinnable")
	case slices.Contains(ch.pins, m.ts):
		return nil, refuse("already_pinned")
	case len(ch.pins) >= 100:
		return nil, refuse("too_many_pins")
	}
	c.s.pin(ch, m, c.s.bot.id)
	return reply{}, nil
}

// pin tells of the pin by event and by a message (pinned_item).
func (s *Server) pin(ch *channel, m *message, by string) {
	ch.pins = append(ch.pins, m.ts)
	s.emit(ch, s.pinEvent("pin_added", ch, m, by))
	s.post(ch, &message{user: by, subtype: "pinned_item", text: "<@" + by + "> pinned a message to this channel.", extra: map[string]any{"item_type": "C"}})
}

func (s *Server) pinEvent(kind string, ch *channel, m *message, by string) map[string]any {
	return map[string]any{
		"type": kind, "user": by, "channel_id": ch.id, "item_user": m.user, "pin_count": len(ch.pins),
		"item": map[string]any{"type": "message", "channel": ch.id, "created": s.opt.Clock().Unix(), "created_by": by, "message": s.render(ch, m, false)},
	}
}

func pinsRemove(c *invocation) (reply, error) {
	ch, m, err := c.messageAt()
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains(ch.pins, m.ts):
		return nil, refuse("no_pin")
	}
	c.s.unpin(ch, m, c.s.bot.id)
	return reply{}, nil
}

func (s *Server) unpin(ch *channel, m *message, by string) {
	ch.pins = slices.DeleteFunc(ch.pins, func(ts string) bool { return ts == m.ts })
	ev := s.pinEvent("pin_removed", ch, m, by)
	ev["has_pins"] = len(ch.pins) > 0
	s.emit(ch, ev)
	s.touch()
}

func pinsList(c *invocation) (reply, error) {
	ch, err := c.joined()
	if err != nil {
		return nil, err
	}
	items := []any{}
	for _, ts := range ch.pins {
		if m := ch.find(ts); m != nil {
			items = append(items, map[string]any{"type": "message", "channel": ch.id, "created": ch.created, "created_by": m.user, "message": c.s.render(ch, m, false)})
		}
	}
	return reply{"items": items}, nil
}

type bookmark struct {
	id, title, link, emoji string
	created, updated       int64
}

func (s *Server) renderBookmark(ch *channel, b *bookmark) map[string]any {
	return map[string]any{
		"id": b.id, "channel_id": ch.id, "title": b.title, "link": b.link, "emoji": b.emoji, "type": "link", "rank": "i",
		"date_created": b.created, "date_updated": b.updated, "app_id": s.appID, "icon_url": "", "entity_id": nil,
		"last_updated_by_user_id": s.bot.id, "last_updated_by_team_id": s.teamID, "shortcut_id": nil,
	}
}

// checkBookmark reads title, link and emoji.
func (c *invocation) checkBookmark(b *bookmark) error {
	if c.has("title") {
		b.title = c.str("title")
	}
	if c.has("link") {
		b.link = c.str("link")
	}
	if c.has("emoji") {
		b.emoji = c.str("emoji")
	}
	u, err := url.Parse(b.link)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return refuse("invalid_link")
	case b.title == "":
		return refuseWith("invalid_arguments", []string{"[ERROR] missing required field: title"})
	case b.emoji != "" && !regexp.MustCompile(`^:[a-z0-9_+'-]+:$`).MatchString(b.emoji):
		return refuse("invalid_emoji")
	}
	return nil
}

func (c *invocation) bookmarkRoom() (*channel, error) {
	ch, err := c.room("channel_id")
	switch {
	case err != nil:
		return nil, err
	case !ch.isMember[c.s.bot.id]:
		return nil, refuse("not_in_channel")
	}
	return ch, nil
}

func bookmarksAdd(c *invocation) (reply, error) {
	ch, err := c.bookmarkRoom()
	if err != nil {
		return nil, err
	}
	if c.str("type") != "link" {
		return nil, refuseWith("invalid_arguments", []string{"[ERROR] must be one of: link [json-pointer:/type]"})
	}
	now := c.s.opt.Clock().Unix()
	b := &bookmark{created: now, updated: now}
	if err := c.checkBookmark(b); err != nil {
		return nil, err
	}
	if len(ch.bookmarks) >= 100 {
		return nil, refuse("too_many_bookmarks")
	}
	b.id = c.s.w.id("Bk")
	ch.bookmarks = append(ch.bookmarks, b)
	c.s.touch()
	return reply{"bookmark": c.s.renderBookmark(ch, b)}, nil
}

func bookmarksEdit(c *invocation) (reply, error) {
	ch, err := c.bookmarkRoom()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(ch.bookmarks, func(b *bookmark) bool { return b.id == c.str("bookmark_id") })
	if i < 0 {
		return nil, refuse("not_found")
	}
	next := *ch.bookmarks[i]
	if err := c.checkBookmark(&next); err != nil {
		return nil, err
	}
	next.updated = c.s.opt.Clock().Unix()
	*ch.bookmarks[i] = next
	c.s.touch()
	return reply{"bookmark": c.s.renderBookmark(ch, &next)}, nil
}

func bookmarksList(c *invocation) (reply, error) {
	ch, err := c.bookmarkRoom()
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, b := range ch.bookmarks {
		list = append(list, c.s.renderBookmark(ch, b))
	}
	return reply{"bookmarks": list}, nil
}

func reactionsAdd(c *invocation) (reply, error) {
	ch, m, err := c.messageAt()
	if err != nil {
		return nil, err
	}
	return reply{}, c.s.react(ch, m, c.s.bot.id, c.str("name"))
}

// react adds a reaction; the error is Slack's code.
func (s *Server) react(ch *channel, m *message, by, name string) error {
	if !regexp.MustCompile(`^[\p{L}\p{N}_+'-]+(::skin-tone-[2-6])?$`).MatchString(name) {
		return refuse("invalid_name")
	}
	i := slices.IndexFunc(m.reactions, func(r reaction) bool { return r.name == name })
	switch {
	case i >= 0 && slices.Contains(m.reactions[i].users, by):
		return refuse("already_reacted")
	case i >= 0:
		m.reactions[i].users = append(m.reactions[i].users, by)
	case len(m.reactions) >= 50:
		return refuse("too_many_emoji")
	default:
		m.reactions = append(m.reactions, reaction{name, []string{by}})
	}
	s.emitReaction("reaction_added", ch, m, by, name)
	return nil
}

func (s *Server) unreact(ch *channel, m *message, by, name string) error {
	i := slices.IndexFunc(m.reactions, func(r reaction) bool { return r.name == name && slices.Contains(r.users, by) })
	if i < 0 {
		return refuse("no_reaction")
	}
	r := &m.reactions[i]
	if r.users = slices.DeleteFunc(r.users, func(u string) bool { return u == by }); len(r.users) == 0 {
		m.reactions = slices.Delete(m.reactions, i, i+1)
	}
	s.emitReaction("reaction_removed", ch, m, by, name)
	return nil
}

func (s *Server) emitReaction(kind string, ch *channel, m *message, by, name string) {
	s.emit(ch, map[string]any{
		"type": kind, "user": by, "reaction": name, "item_user": m.user, "event_ts": s.stamp(ch),
		"item": map[string]any{"type": "message", "channel": ch.id, "ts": m.ts},
	})
	s.touch()
}

func reactionsGet(c *invocation) (reply, error) {
	ch, m, err := c.messageAt()
	if err != nil {
		return nil, err
	}
	return reply{"type": "message", "channel": ch.id, "message": c.s.render(ch, m, false)}, nil
}
