package slacksim

import (
	"encoding/base64"
	"strconv"
	"strings"
)

func conversationsOpen(c *invocation) (reply, error) {
	ids := c.list("users")
	if len(ids) == 0 {
		ch, err := c.room("channel")
		if err != nil {
			return nil, err
		}
		return reply{"channel": map[string]any{"id": ch.id}, "no_op": true, "already_open": true}, nil
	}
	if len(ids) > 1 {
		return nil, refuse("too_many_users") // group DMs are not simulated
	}
	u, err := c.s.reachable(ids[0])
	if err != nil {
		return nil, err
	}
	known := c.s.w.dms[u.id] != nil
	ch := c.s.dm(u)
	out := reply{"channel": map[string]any{"id": ch.id}}
	if c.yes("return_im") {
		out["channel"] = c.s.renderChannel(ch)
	}
	if known {
		out["no_op"], out["already_open"] = true, true
	}
	return out, nil
}

func (s *Server) reachable(id string) (*user, error) {
	u := s.w.users[id]
	switch {
	case u == nil || u == s.bot:
		return nil, refuse("user_not_found")
	case u.deleted:
		return nil, refuse("user_disabled")
	}
	return u, nil
}

func conversationsInfo(c *invocation) (reply, error) {
	ch, err := c.room("channel")
	if err != nil {
		return nil, err
	}
	out := c.s.renderChannel(ch)
	if c.yes("include_num_members") {
		out["num_members"] = len(ch.members)
	}
	return reply{"channel": out}, nil
}

func conversationsMembers(c *invocation) (reply, error) {
	ch, err := c.room("channel")
	if err != nil {
		return nil, err
	}
	from, to, next, err := c.page(len(ch.members), 100)
	if err != nil {
		return nil, err
	}
	return reply{"members": append([]string{}, ch.members[from:to]...), "response_metadata": cursorOf(next)}, nil
}

func conversationsList(c *invocation) (reply, error) {
	return c.listRooms(func(ch *channel) bool { return c.s.visible(ch) })
}

func usersConversations(c *invocation) (reply, error) {
	who := c.s.bot.id
	if id := c.str("user"); id != "" {
		who = id
		if c.s.w.users[id] == nil {
			return nil, refuse("user_not_found")
		}
	}
	return c.listRooms(func(ch *channel) bool { return c.s.visible(ch) && ch.isMember[who] })
}

func (c *invocation) listRooms(want func(*channel) bool) (reply, error) {
	kinds, err := c.kinds()
	if err != nil {
		return nil, err
	}
	var found []*channel
	for _, ch := range c.s.w.roomList {
		if kinds[ch.kind()] && want(ch) && (!c.yes("exclude_archived") || !ch.archived) {
			found = append(found, ch)
		}
	}
	if kinds["im"] {
		for _, u := range c.s.w.userList {
			if ch := c.s.w.dms[u.id]; ch != nil && want(ch) {
				found = append(found, ch)
			}
		}
	}
	from, to, next, err := c.page(len(found), 100)
	if err != nil {
		return nil, err
	}
	list := make([]any, 0, to-from)
	for _, ch := range found[from:to] {
		r := c.s.renderChannel(ch)
		if c.method == "conversations.list" {
			r["num_members"] = len(ch.members)
		}
		list = append(list, r)
	}
	return reply{"channels": list, "response_metadata": cursorOf(next)}, nil
}

// kinds reads the types argument; every type wants its own scope.
func (c *invocation) kinds() (map[string]bool, error) {
	out := map[string]bool{}
	types := c.list("types")
	if len(types) == 0 {
		types = []string{"public_channel"}
	}
	for _, t := range types {
		kind, ok := map[string]string{"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}[t]
		if !ok {
			return nil, refuse("invalid_types")
		}
		scope := byKind("read")[kind][0]
		if !c.s.hasScope(scope) {
			return nil, &refusal{"missing_scope", map[string]any{"needed": scope, "provided": strings.Join(c.s.opt.Scopes, ",")}}
		}
		out[kind] = true
	}
	return out, nil
}

// page cuts a list by cursor and limit: at most 999, or MaxPage.
func (c *invocation) page(n, def int) (from, to int, next string, err error) {
	limit := c.number("limit", def)
	if limit == 0 {
		limit = def
	}
	if limit < 1 || limit > 1000 {
		return 0, 0, "", refuse("invalid_limit")
	}
	limit = min(limit, 999, c.s.opt.MaxPage)
	if cur := c.str("cursor"); cur != "" {
		v, ok := openCursor(cur, "at")
		if from, err = strconv.Atoi(v); !ok || err != nil || from > n {
			return 0, 0, "", refuse("invalid_cursor")
		}
	}
	to = min(n, from+limit)
	if to < n {
		next = sealCursor("at", strconv.Itoa(to))
	}
	return from, to, next, nil
}

// Cursors are opaque to callers, as Slack's are; the prefix keeps one method's
// cursor from being used with another.
func sealCursor(kind, v string) string {
	return base64.StdEncoding.EncodeToString([]byte(kind + ":" + v))
}

func openCursor(cur, kind string) (string, bool) {
	b, err := base64.StdEncoding.DecodeString(cur)
	if err != nil {
		return "", false
	}
	return strings.CutPrefix(string(b), kind+":")
}

func cursorOf(next string) map[string]any { return map[string]any{"next_cursor": next} }
