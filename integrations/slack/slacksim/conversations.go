package slacksim

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

func (s *Server) renderChannel(ch *channel) map[string]any {
	d := func(d described) map[string]any {
		return map[string]any{"value": d.value, "creator": d.creator, "last_set": d.set}
	}
	out := map[string]any{
		"id": ch.id, "created": ch.created, "is_im": ch.im != nil, "is_mpim": false, "is_archived": ch.archived,
		"context_team_id": s.teamID, "is_org_shared": false, "updated": ch.created * 1000,
	}
	if ch.im != nil {
		out["user"], out["is_open"] = ch.im.id, true
		return out
	}
	out["name"], out["name_normalized"], out["creator"] = ch.name, ch.name, ch.creator
	out["is_channel"], out["is_group"], out["is_private"], out["is_general"] = true, false, ch.private, false
	out["is_member"], out["is_shared"], out["is_ext_shared"] = ch.isMember[s.bot.id], false, false
	out["topic"], out["purpose"] = d(ch.topic), d(ch.purpose)
	out["previous_names"] = append([]string{}, ch.previous...)
	out["unlinked"] = 0
	return out
}

func badName(name string) string {
	switch {
	case name == "":
		return "invalid_name_required"
	case utf8.RuneCountInString(name) > 80:
		return "invalid_name_maxlength"
	case strings.ContainsFunc(name, badNameRune):
		return "invalid_name_specials"
	case strings.Trim(name, "-_") == "":
		return "invalid_name_punctuation"
	}
	return ""
}

func badNameRune(r rune) bool {
	return r != '-' && r != '_' && !unicode.IsDigit(r) && (!unicode.IsLetter(r) || unicode.IsUpper(r))
}

func conversationsCreate(c *invocation) (reply, error) {
	name := c.str("name")
	if code := badName(name); code != "" {
		return nil, refuse(code)
	}
	if c.s.w.names[name] != nil {
		return nil, refuse("name_taken")
	}
	ch := c.s.newChannel(name, c.s.bot.id, c.yes("is_private"))
	c.s.announceJoin(ch, c.s.bot.id, "")
	return reply{"channel": c.s.renderChannel(ch)}, nil
}

func conversationsInvite(c *invocation) (reply, error) {
	ch, err := c.joined()
	if err != nil {
		return nil, err
	}
	ids := c.list("users")
	if len(ids) == 0 {
		return nil, refuse("no_user")
	}
	if len(ids) > 100 {
		return nil, refuse("too_many_users")
	}
	var good []string
	var bad []any
	first := ""
	for _, id := range ids {
		if code := c.s.inviteError(ch, id); code != "" {
			bad = append(bad, map[string]any{"user": id, "ok": false, "error": code})
			if first == "" {
				first = code
			}
		} else if !slices.Contains(good, id) {
			good = append(good, id)
		}
	}
	if len(bad) > 0 && (!c.yes("force") || len(good) == 0) {
		return nil, &refusal{first, map[string]any{"errors": bad}}
	}
	for _, id := range good {
		ch.join(id)
		c.s.announceJoin(ch, id, c.s.bot.id)
	}
	out := reply{"channel": c.s.renderChannel(ch)}
	if len(bad) > 0 {
		out["errors"] = bad
	}
	return out, nil
}

func (s *Server) inviteError(ch *channel, id string) string {
	u := s.w.users[id]
	switch {
	case id == s.bot.id:
		return "cant_invite_self"
	case u == nil:
		return "user_not_found"
	case u.deleted:
		return "cant_invite"
	case ch.isMember[id]:
		return "already_in_channel"
	case u.stranger:
		return "org_user_not_in_team"
	}
	return ""
}

func conversationsSetTopic(c *invocation) (reply, error) {
	return c.describe("topic", func(ch *channel) *described { return &ch.topic })
}

func conversationsSetPurpose(c *invocation) (reply, error) {
	return c.describe("purpose", func(ch *channel) *described { return &ch.purpose })
}

func (c *invocation) describe(what string, field func(*channel) *described) (reply, error) {
	ch, err := c.joined()
	if err != nil {
		return nil, err
	}
	text := c.str(what)
	if utf8.RuneCountInString(text) > 250 {
		return nil, refuse("too_long")
	}
	c.s.setDescription(ch, what, field(ch), c.s.kit.normalise(text), c.s.bot.id)
	return reply{what: text, "channel": c.s.renderChannel(ch)}, nil
}

// setDescription tells the channel, unless nothing changed.
func (s *Server) setDescription(ch *channel, what string, d *described, text, by string) {
	if d.value == text {
		return
	}
	*d = described{text, by, s.opt.Clock().Unix()}
	s.notice(ch, what, by, "set the channel "+what+": "+text, map[string]any{what: text})
}

func conversationsJoin(c *invocation) (reply, error) {
	ch := c.s.w.channels[c.str("channel")]
	switch {
	case ch == nil || !c.s.visible(ch):
		return nil, refuse("channel_not_found")
	case ch.private:
		return nil, refuse("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, refuse("is_archived")
	case ch.isMember[c.s.bot.id]:
		return reply{"channel": c.s.renderChannel(ch), "warning": "already_in_channel",
			"response_metadata": map[string]any{"warnings": []string{"already_in_channel"}}}, nil
	}
	ch.join(c.s.bot.id)
	c.s.announceJoin(ch, c.s.bot.id, "")
	return reply{"channel": c.s.renderChannel(ch)}, nil
}

func conversationsArchive(c *invocation) (reply, error) {
	ch, err := c.room("channel")
	switch {
	case err != nil:
		return nil, err
	case ch.im != nil:
		return nil, refuse("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, refuse("already_archived")
	case !ch.isMember[c.s.bot.id]:
		return nil, refuse("not_in_channel")
	}
	c.s.archive(ch, c.s.bot.id)
	return reply{}, nil
}

// conversationsUnarchive never works: with a bot token Slack wants a membership
// that archiving took away (documented bug).
func conversationsUnarchive(c *invocation) (reply, error) {
	ch, err := c.room("channel")
	switch {
	case err != nil:
		return nil, err
	case !ch.archived:
		return nil, refuse("not_archived")
	}
	return nil, refuse("not_in_channel")
}

func conversationsRename(c *invocation) (reply, error) {
	ch, err := c.joined()
	if err != nil {
		return nil, err
	}
	name := c.str("name")
	if code := badName(name); code != "" {
		return nil, refuse(code)
	}
	if ch.creator != c.s.bot.id {
		return nil, refuse("not_authorized")
	}
	if o := c.s.w.names[name]; o != nil && o != ch {
		return nil, refuse("name_taken")
	}
	c.s.rename(ch, name, c.s.bot.id)
	return reply{"channel": c.s.renderChannel(ch)}, nil
}

func conversationsKick(c *invocation) (reply, error) {
	ch, err := c.joined()
	id := c.str("user")
	switch {
	case err != nil:
		return nil, err
	case id == c.s.bot.id:
		return nil, refuse("cant_kick_self")
	case c.s.w.users[id] == nil:
		return nil, refuse("user_not_found")
	case !ch.isMember[id]:
		return nil, refuse("not_in_channel")
	}
	c.s.leave(ch, id)
	return reply{}, nil
}

func conversationsLeave(c *invocation) (reply, error) {
	ch, err := c.room("channel")
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, refuse("is_archived")
	case !ch.isMember[c.s.bot.id]:
		return reply{"not_in_channel": true}, nil
	case len(ch.members) == 1 && ch.private:
		return nil, refuse("last_member")
	}
	c.s.leave(ch, c.s.bot.id)
	return reply{}, nil
}
