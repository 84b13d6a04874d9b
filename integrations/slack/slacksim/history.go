package slacksim

import (
	"strconv"
	"strings"
)

// parseTS reads "seconds" or "seconds.fraction" into microseconds.
func parseTS(v string) (int64, bool) {
	sec, frac, _ := strings.Cut(v, ".")
	a, err := strconv.ParseInt(sec, 10, 64)
	if err != nil || a < 0 || len(frac) > 6 {
		return 0, false
	}
	b, err := strconv.ParseUint(frac+"000000"[len(frac):], 10, 64)
	return a*1e6 + int64(b), err == nil
}

// bounds reads oldest, latest and inclusive, as indexes into ch.msgs: [lo, hi).
func (c *invocation) bounds(ch *channel) (lo, hi int, err error) {
	lo, hi = 0, len(ch.msgs)
	inclusive := c.yes("inclusive")
	if ts, ok, given := c.ts("oldest"); given {
		if !ok {
			return 0, 0, refuse("invalid_ts_oldest")
		}
		if lo = ch.after(ts); inclusive && lo > 0 && ch.msgs[lo-1].ts == ts {
			lo--
		}
	}
	if ts, ok, given := c.ts("latest"); given {
		if !ok {
			return 0, 0, refuse("invalid_ts_latest")
		}
		if hi = ch.after(ts); !inclusive && hi > 0 && ch.msgs[hi-1].ts == ts {
			hi--
		}
	}
	return lo, max(lo, hi), nil
}

// ts reads a timestamp; whole seconds are fine and get their six decimals.
func (c *invocation) ts(k string) (ts string, ok, given bool) {
	v := c.str(k)
	if v == "" || v == "0" {
		return "", true, false
	}
	us, ok := parseTS(v)
	return formatTS(us), ok, true
}

// visibleInChannel: only top-level messages and broadcasts.
func visibleInChannel(m *message) bool { return !m.reply() || m.broadcast }

func (c *invocation) pageLimit(def int) (int, error) {
	limit := c.number("limit", def)
	if limit == 0 {
		limit = def
	}
	if limit < 0 || limit > 1000 {
		return 0, refuse("invalid_limit")
	}
	return min(limit, 999, c.s.opt.MaxPage), nil
}

// conversationsHistory pages backwards from the newest. The cursor is the ts of
// the last message given, so that new messages do not shift the pages.
func conversationsHistory(c *invocation) (reply, error) {
	ch, err := c.room("channel")
	if err != nil {
		return nil, err
	}
	if !ch.isMember[c.s.bot.id] {
		return nil, refuse("not_in_channel")
	}
	limit, err := c.pageLimit(100)
	if err != nil {
		return nil, err
	}
	lo, hi, err := c.bounds(ch)
	if err != nil {
		return nil, err
	}
	if cur := c.str("cursor"); cur != "" {
		ts, ok := openCursor(cur, "next_ts")
		if !ok {
			return nil, refuse("invalid_cursor")
		}
		if hi = min(hi, ch.after(ts)); hi > 0 && ch.msgs[hi-1].ts == ts {
			hi--
		}
	}
	list, more := []any{}, false
	var last string
	for i := hi - 1; i >= lo; i-- {
		m := ch.msgs[i]
		if !visibleInChannel(m) {
			continue
		}
		if len(list) == limit {
			more = true
			break
		}
		list = append(list, c.s.render(ch, m, c.yes("include_all_metadata")))
		last = m.ts
	}
	out := reply{"messages": list, "has_more": more, "pin_count": len(ch.pins), "response_metadata": cursorOf("")}
	if more {
		out["response_metadata"] = cursorOf(sealCursor("next_ts", last))
	}
	return out, nil
}

// conversationsReplies pages forward; the parent comes first on each page.
func conversationsReplies(c *invocation) (reply, error) {
	ch, err := c.room("channel")
	if err != nil {
		return nil, err
	}
	if !ch.isMember[c.s.bot.id] {
		return nil, refuse("not_in_channel")
	}
	parent := ch.find(c.str("ts"))
	if parent == nil {
		return nil, refuse("thread_not_found")
	}
	if parent.reply() { // Slack gives the one message for a reply's ts
		return reply{"messages": []any{c.s.render(ch, parent, c.yes("include_all_metadata"))}, "has_more": false}, nil
	}
	limit, err := c.pageLimit(1000)
	if err != nil {
		return nil, err
	}
	lo, hi, err := c.bounds(ch)
	if err != nil {
		return nil, err
	}
	if cur := c.str("cursor"); cur != "" {
		ts, ok := openCursor(cur, "reply_ts")
		if !ok {
			return nil, refuse("invalid_cursor")
		}
		lo = max(lo, ch.after(ts))
	}
	list := []any{c.s.render(ch, parent, c.yes("include_all_metadata"))}
	more, last := false, ""
	for _, r := range parent.replies {
		if lo > 0 && r.ts <= ch.msgs[lo-1].ts || hi < len(ch.msgs) && r.ts >= ch.msgs[hi].ts {
			continue
		}
		if len(list) > limit {
			more = true
			break
		}
		list = append(list, c.s.render(ch, r, c.yes("include_all_metadata")))
		last = r.ts
	}
	out := reply{"messages": list, "has_more": more, "response_metadata": cursorOf("")}
	if more {
		out["response_metadata"] = cursorOf(sealCursor("reply_ts", last))
	}
	return out, nil
}
