package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"backout/bot/pages"
	"backout/integrations/slack/slacksim"
)

// patience is how long the record may take to become what it must be, after the
// last fault: Slack's redeliveries, Retry-After and repeated attempts take time.
const talePatience = 25 * time.Second

// judges starts the bot once more, which reads what it missed, and compares. What
// is right must stay right: late effects could double something.
func (ta *tale) judges() {
	ta.t.Helper()
	ta.restarts()
	// What GitHub and PagerDuty still try to deliver arrives, and then what they lost
	// is found at a start: otherwise that takes five minutes.
	_, _ = ta.hub.Settle(10*time.Second), ta.pd.Settle(10*time.Second)
	ta.restarts()
	ended := time.Now()
	var err error
	for calm := 0; calm < 2; {
		if err = ta.verdict(ended); err == nil {
			calm++
			time.Sleep(time.Second)
			continue
		}
		calm = 0
		if time.Since(ended) > talePatience {
			break
		}
		time.Sleep(250 * time.Millisecond)
	}
	calls, links := ta.lastCalls(30), ta.sim.Links()
	ta.bot.kill()
	if err == nil {
		err = ta.caught
	}
	if err != nil {
		ta.t.Logf("%d links; the last calls of Slack:\n%s", links, calls)
	}
	if err != nil {
		ta.t.Logf("the end of the bot's log:\n%s", tail(ta.bot.log.String(), 300000))
		ta.t.Fatalf("%v\n%v", ta.figures(), err)
	}
}

// lastCalls are the latest Web API calls, for the message of a failure.
func (ta *tale) lastCalls(n int) string {
	var b strings.Builder
	all := ta.sim.Calls()
	for _, c := range all[max(0, len(all)-n):] {
		fmt.Fprintf(&b, "%s %s %v %d %s\n", c.Start.Format(time.StampMicro), c.Method, c.Args["channel"], c.Status, c.Error)
	}
	return b.String()
}

func (ta *tale) restarts() {
	ta.bot.kill()
	ta.kills++
	ta.bot.start()
}

// verdict lists what is wrong, nil for nothing.
func (ta *tale) verdict(ended time.Time) error {
	recs, err := ta.records()
	if err != nil {
		return err
	}
	ta.mu.Lock()
	defer ta.mu.Unlock()
	ta.counts["messages equal"], ta.counts["in the record"], ta.counts["gaps stated"] = 0, 0, 0
	var wrong []error
	for _, rec := range recs {
		for _, err := range append(ta.messagesOf(rec), ta.completenessOf(rec, ended)...) {
			wrong = append(wrong, fmt.Errorf("%s: %w", rec.ID, err))
		}
	}
	wrong = append(wrong, ta.effects(recs)...)
	return errors.Join(wrong...)
}

// roomOf gives the incident's channel.
func (ta *tale) roomOf(rec *incidentRecord) (*slacksim.Room, bool) {
	for _, r := range ta.sim.Rooms() {
		if r.ID() == rec.Channel.ID {
			return r, true
		}
	}
	return nil, false
}

// left reports whether the bot is not in the room any more.
func (ta *tale) left(r *slacksim.Room) bool { return !r.Has(ta.sim.BotUserID()) }

// messagesOf compares Slack's history with the record: texts, order, threads,
// edits, deletions, files and stars.
func (ta *tale) messagesOf(rec *incidentRecord) (wrong []error) {
	room, ok := ta.roomOf(rec)
	if !ok {
		return []error{errors.New("there is no channel")}
	}
	truth, _, err := ta.slackHas(room)
	if err != nil {
		return []error{err}
	}
	c := comparison{tale: ta, rec: rec, room: room, encoded: rec.encoded(room.ID()), said: map[string]*line{}, until: time.Now()}
	if ta.left(room) && len(rec.Gaps) > 0 {
		c.until, c.frozen = rec.Gaps[0].From, true
	}
	for _, l := range ta.lines {
		if l.Room().ID() == room.ID() {
			c.said[l.TS()] = l
		}
	}
	return c.run(truth)
}

// comparison is of one channel.
type comparison struct {
	*tale
	rec     *incidentRecord
	room    *slacksim.Room
	encoded map[string]string
	said    map[string]*line
	// until is when the record ends; frozen says that it could not follow edits,
	// deletions and reactions since.
	until  time.Time
	frozen bool
	wrong  []error
}

func (c *comparison) bad(format string, args ...any) {
	c.wrong = append(c.wrong, fmt.Errorf(format, args...))
}

func (c *comparison) run(truth []slackMessage) []error {
	rows := c.rows()
	var order, want []string
	seen := map[string]bool{}
	for _, m := range truth {
		if m.at().After(c.until) {
			continue
		}
		seen[m.TS], want = true, append(want, m.TS)
		e, ok := rows[m.TS]
		if !ok && c.frozen && c.dropped(m) {
			c.counts["unknowable"]++
			continue
		}
		if !ok {
			c.bad("lost: %q of %s, subtype %q, thread %q", m.Text, m.at().Format(time.StampMicro), m.Subtype, m.thread())
			continue
		}
		c.same(m, e)
		c.counts["messages equal"]++
	}
	for _, e := range c.rec.entries {
		if e.Channel == c.room.ID() && seen[e.TS] {
			order = append(order, e.TS)
		}
	}
	if !slices.Equal(order, want) && len(order) == len(want) {
		c.bad("the order is %v, and in Slack %v", order, want)
	}
	c.deletions(rows, seen)
	return c.wrong
}

// dropped reports a message that Slack never told of, in a channel whose history
// cannot be read any more: nobody could know of it.
func (c *comparison) dropped(m slackMessage) bool {
	return slices.ContainsFunc(c.sim.Dropped(), func(event json.RawMessage) bool {
		var e slackMessage
		return json.Unmarshal(event, &e) == nil && e.TS == m.TS
	})
}

// rows are the record's messages of the room by ts; each may be there once.
func (c *comparison) rows() map[string]pages.Entry {
	rows := map[string]pages.Entry{}
	for _, e := range c.rec.entries {
		if e.Kind != "message" || e.Channel != c.room.ID() {
			continue
		}
		if _, twice := rows[e.TS]; twice {
			c.bad("twice: %q at %s", e.Text, e.TS)
		}
		rows[e.TS] = e
	}
	return rows
}

// same compares one message.
func (c *comparison) same(m slackMessage, e pages.Entry) {
	l := c.said[m.TS]
	if e.DeletedAt != nil {
		c.bad("%q stands as deleted", m.Text)
		return
	}
	if e.ThreadTS != m.thread() || (e.Subtype == "thread_broadcast") != (m.Subtype == "thread_broadcast") || e.Who != m.User && m.User != "" {
		c.bad("%q: thread %q as %s by %s, in Slack %q as %s by %s", m.Text, e.ThreadTS, e.Subtype, e.Who, m.thread(), m.Subtype, m.User)
	}
	if len(e.Files) != len(m.Files) || len(m.Files) > 0 && e.Files[0].Name != m.Files[0].Name {
		c.bad("%q: files %v", m.Text, e.Files)
	}
	if c.frozen {
		return
	}
	if c.encoded[m.TS] != m.Text {
		c.bad("%q stands as %q", m.Text, c.encoded[m.TS])
	}
	if text, ok := plain(m.Text); ok && e.Text != text {
		c.bad("%q is shown as %q", text, e.Text)
	}
	if (e.EditedAt != nil) != (m.Edited != nil) {
		c.bad("%q: edited %v, in Slack %v", m.Text, e.EditedAt, m.Edited != nil)
	}
	if starred := m.has(starEmoji) || l != nil && l.kept; e.Starred != starred && (l == nil || !l.menu || l.kept) {
		c.bad("%q: starred %v, in Slack %v", m.Text, e.Starred, m.Reactions)
	}
	c.versions(e, l)
}

// versions: what is kept as an earlier version was one.
func (c *comparison) versions(e pages.Entry, l *line) {
	if l == nil {
		return
	}
	next := 0
	for _, v := range e.Versions {
		i := slices.IndexFunc(l.texts[next:], func(t string) bool { return sameStart(t, v.Text) })
		if i < 0 {
			c.bad("%q is no earlier version of %q, or not in order", v.Text, l.texts)
			return
		}
		next += i
	}
	c.counts["earlier versions kept"] = max(c.counts["earlier versions kept"], len(e.Versions))
}

// sameStart compares texts up to where Slack may have encoded something: each
// version of a message begins with words of its own.
func sameStart(typed, kept string) bool {
	a, _, _ := strings.Cut(typed, "<")
	b, _, _ := strings.Cut(kept, "<")
	n := min(len(a), len(b))
	if i := strings.IndexAny(a[:n], "&@h`*_"); i >= 0 {
		n = i
	}
	return a[:n] == b[:n] && (strings.Contains(typed, " version ") == strings.Contains(kept, " version "))
}

// deletions: what is gone from Slack stands nowhere in the record any more, as
// words of a message, an earlier version, or what was made from it.
func (c *comparison) deletions(rows map[string]pages.Entry, seen map[string]bool) {
	if c.frozen {
		return
	}
	for ts, e := range rows {
		if !seen[ts] && e.DeletedAt == nil && slackMessage.written(slackMessage{Subtype: e.Subtype}) {
			c.bad("%q is in the record and not in Slack", e.Text)
		}
		if e.DeletedAt != nil && (e.Text != "" || len(e.Versions) > 0 || len(e.Files) > 0) {
			c.bad("deleted, and still there: %q", e.Text)
		}
	}
	for _, l := range c.said {
		if l.gone && strings.HasPrefix(l.word, "m") && strings.Contains(c.rec.rawText, l.word) {
			c.bad("the words of deleted %q are still in the record", l.texts[len(l.texts)-1])
		}
	}
}

// completenessOf: a record that is complete says so, up to now; one that is not
// names the gap.
func (ta *tale) completenessOf(rec *incidentRecord, ended time.Time) (wrong []error) {
	room, ok := ta.roomOf(rec)
	if !ok {
		return nil
	}
	d := rec.Details
	ta.counts["gaps stated"] += len(d.Gaps)
	switch {
	case ta.left(room) && len(d.Gaps) != 1:
		wrong = append(wrong, fmt.Errorf("the bot is not in the channel, and %d gaps are stated", len(d.Gaps)))
	case ta.left(room):
	case len(d.Gaps) > 0:
		wrong = append(wrong, fmt.Errorf("a gap is stated that is filled: %+v", d.Gaps))
	case d.CompleteTo == nil || d.CompleteTo.Before(ended):
		wrong = append(wrong, fmt.Errorf("said to be complete to %v, and was read after %v", d.CompleteTo, ended))
	}
	return wrong
}
