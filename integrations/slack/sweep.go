package slack

import (
	"context"
	"slices"
	"time"

	"backout/timeline"
)

// sweep is one reading of one channel.
type sweep struct {
	*History
	channel string
	in      *timeline.Incident
	// from and to bound what is read; to is the instant before the first page.
	from, to time.Time
	epoch    int
	found    int
	seen     map[string]bool // timestamps that Slack still has
	parents  []*message
	oldest   string // of what Slack still has
	limited  bool   // Slack held older messages back
	whole    map[string]bool
}

// thread is a thread that was read: its outline on the parent, and what was in it.
type thread struct {
	epoch, count int
	latest       string
	seen         []string
}

func (t thread) same(o thread) bool {
	return t.epoch == o.epoch && t.count == o.count && t.latest == o.latest
}

func (h *History) sweep(ctx context.Context, channel string) error {
	n, ok := h.record.InChannel(channel)
	if !ok {
		return nil
	}
	in, err := h.record.Incident(ctx, n)
	if err != nil {
		return err
	}
	h.mu.Lock()
	epoch := h.epoch
	h.mu.Unlock()
	s := &sweep{History: h, channel: channel, in: in, to: h.opt.Now().UTC(), epoch: epoch, seen: map[string]bool{}, whole: map[string]bool{}}
	for _, c := range in.Channels {
		if c.ID == channel {
			s.from = c.From
		}
	}
	err = s.run(ctx)
	if cannotHeal(err) {
		if _, rerr := h.record.Record(ctx, timeline.Lost(channel, s.to, time.Time{}, sentenceOf(err))); rerr != nil {
			return rerr
		}
	}
	return err
}

func (s *sweep) run(ctx context.Context) error {
	if err := s.top(ctx); err != nil {
		return err
	}
	s.olderParents()
	for _, p := range s.parents {
		if err := s.replies(ctx, p); err != nil {
			return err
		}
	}
	if err := s.deletions(ctx); err != nil {
		return err
	}
	_, err := s.record.Record(ctx, timeline.ReadTo(s.channel, s.from, s.to, s.found))
	return err
}

// top reads the messages of the channel itself.
func (s *sweep) top(ctx context.Context) error {
	p := page{channel: s.channel}
	if !s.from.IsZero() {
		p.oldest = timeline.SlackTS(s.from)
	}
	var failed error
	limited, err := s.client.readPages(ctx, p, func(m *message) bool {
		if s.oldest == "" || timeline.LaterTS(s.oldest, m.TS) {
			s.oldest = m.TS
		}
		failed = s.message(ctx, m)
		if m.ReplyCount > 0 {
			s.parents = append(s.parents, m)
		}
		return failed == nil
	})
	s.limited = limited
	if err != nil {
		return err
	}
	return failed
}

// message compares one message with the record and records what differs.
func (s *sweep) message(ctx context.Context, m *message) error {
	if m.tombstone() || s.client.own(m) {
		return nil
	}
	s.seen[m.TS] = true
	en, known := s.in.MessageEntry(s.channel, m.TS)
	if known && !en.Message.DeletedAt.IsZero() {
		return nil // what was deleted stays so
	}
	version := ""
	if m.Edited != nil {
		version = m.Edited.TS
	}
	said := s.client.saidBy(s.channel, m, version, false)
	if known && !s.differs(en, said) {
		return s.reactions(ctx, m, en)
	}
	if known && version == "" { // changed without Slack saying when
		said.Version = timeline.SlackTS(s.to)
	}
	if err := s.hear(ctx, said); err != nil {
		return err
	}
	return s.reactions(ctx, m, en)
}

func (s *sweep) differs(en *timeline.Entry, said timeline.Said) bool {
	if en.Reworded { // a person's words stand over Slack's; versions are compared by instant
		at, ok := timeline.SlackTime(said.Version)
		return ok && !en.Message.EditedAt.Equal(at)
	}
	return en.Text != said.Text || !slices.EqualFunc(en.Message.Files, said.Files, func(a, b timeline.File) bool { return a.ID == b.ID && a.Name == b.Name })
}

func (s *sweep) hear(ctx context.Context, said timeline.Said) error {
	out, err := s.record.Record(ctx, timeline.Hear(said))
	if worthAgain(err) {
		return err
	}
	if err == nil && !out.Repeated && len(out.Events) > 0 {
		s.found++
	}
	return nil
}

// olderParents adds threads that began before the channel belonged to the record
// and go on since: their parents are not among what was read.
func (s *sweep) olderParents() {
	begin := timeline.SlackTS(s.from)
	known := map[string]bool{}
	for _, en := range s.in.Timeline() {
		m := en.Message
		if s.from.IsZero() || m == nil || m.Channel != s.channel || !m.Reply() || known[m.ThreadTS] || !timeline.LaterTS(begin, m.ThreadTS) {
			continue
		}
		known[m.ThreadTS] = true
		s.parents = append(s.parents, &message{TS: m.ThreadTS, ReplyCount: -1})
	}
}

// replies reads a thread, unless it was read since the last break and looks the
// same. Edits within a thread do not show on its parent, so after a break every
// thread is read once; a sweep that is cut short goes on where it was.
func (s *sweep) replies(ctx context.Context, p *message) error {
	key, now := s.channel+":"+p.TS, thread{epoch: s.epoch, count: p.ReplyCount, latest: p.LatestReply}
	s.mu.Lock()
	before, ok := s.read[key]
	s.mu.Unlock()
	if ok && before.same(now) {
		for _, ts := range before.seen {
			s.seen[ts] = true
		}
		s.whole[p.TS] = true
		return nil
	}
	begin := ""
	if !s.from.IsZero() {
		begin = timeline.SlackTS(s.from)
	}
	var failed error
	err := s.client.eachMessage(ctx, page{channel: s.channel, thread: p.TS}, func(m *message) bool {
		if m.TS != p.TS && !timeline.LaterTS(begin, m.TS) {
			now.seen = append(now.seen, m.TS)
			failed = s.message(ctx, m)
		}
		return failed == nil
	})
	if codeOf(err) == "thread_not_found" { // deleted meanwhile; the event tells
		return nil
	}
	if err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	s.whole[p.TS] = true
	s.mu.Lock()
	s.read[key] = now
	s.mu.Unlock()
	return nil
}

// deletions records what the record has and Slack has not any more, as far as
// that is sure: in the part of the channel that Slack still shows, for kinds of
// messages that history shows, and for threads that were read whole.
func (s *sweep) deletions(ctx context.Context) error {
	if s.limited || s.oldest == "" {
		return nil
	}
	unread := map[string]bool{}
	for _, p := range s.parents {
		unread[p.TS] = !s.whole[p.TS]
	}
	last := timeline.SlackTS(s.to)
	for _, en := range s.in.Timeline() {
		m := en.Message
		if m == nil || m.Channel != s.channel || !m.DeletedAt.IsZero() || s.seen[m.TS] || !shown(m.Subtype) {
			continue
		}
		root := m.TS
		if m.Reply() {
			root = m.ThreadTS
		}
		if timeline.LaterTS(m.TS, last) || timeline.LaterTS(s.oldest, root) || unread[root] {
			continue
		}
		out, err := s.record.Record(ctx, timeline.Gone(s.channel, m.TS, en.Who, s.to))
		if worthAgain(err) {
			return err
		}
		if err == nil && !out.Repeated && len(out.Events) > 0 {
			s.found++
		}
	}
	return nil
}

// shown reports subtypes of people's and bots' own words; others (joins, topics)
// may be hidden from history without anybody deleting them.
func shown(subtype string) bool {
	switch subtype {
	case "", "file_share", "thread_broadcast", "bot_message", "me_message":
		return true
	}
	return false
}
