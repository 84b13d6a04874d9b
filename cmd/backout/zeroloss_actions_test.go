package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
)

// lives has one person act until the story is over.
func (ta *tale) lives(p *slacksim.Person, rng *rand.Rand) {
	acts := ta.repertoire()
	total := 0
	for _, a := range acts {
		total += a.weight
	}
	for !ta.ended() {
		n := rng.IntN(total)
		for _, a := range acts {
			if n -= a.weight; n < 0 {
				if a.do(p, rng) {
					ta.acted.Add(1)
					ta.count(a.name)
				}
				break
			}
		}
		ta.rests(time.Duration(20+rng.IntN(160)) * time.Millisecond)
	}
}

// deedOf is something a person does; do reports whether there was occasion to.
type deedOf struct {
	name   string
	weight int
	do     func(*slacksim.Person, *rand.Rand) bool
}

func (ta *tale) repertoire() []deedOf {
	return []deedOf{
		{"messages", 24, ta.says},
		{"replies", 14, ta.replies(false)},
		{"broadcasts", 4, ta.replies(true)},
		{"edits", 12, ta.edits},
		{"deletions", 6, ta.deletes},
		{"reactions", 14, ta.reacts},
		{"unreactions", 6, ta.unreacts},
		{"uploads", 2, ta.uploads},
		{"declarations", 1, ta.declares},
		{"commands", 14, ta.commands},
		{"mentions", 6, ta.mentions},
		{"dialogs", 3, ta.updatesByDialog},
		{"shortcuts", 2, ta.starsByShortcut},
		{"pages", 1, ta.pages},
		{"documents", 2, ta.asksForDocuments},
	}
}

// room gives an incident's channel that the person is in.
func (ta *tale) room(p *slacksim.Person, rng *rand.Rand) (*slacksim.Room, bool) {
	rooms := ta.incidentRooms()
	if len(rooms) == 0 {
		return nil, false
	}
	r := rooms[rng.IntN(len(rooms))]
	return r, p.Joins(r) == nil
}

// isQuiet reports whether people only talk in a room: in one of them the bot loses
// its seat, and in a new one it takes no commands before its card is there.
func (ta *tale) isQuiet(r *slacksim.Room) bool {
	ta.mu.Lock()
	defer ta.mu.Unlock()
	return ta.quiet != nil && ta.quiet.ID() == r.ID() || len(r.Pins()) == 0
}

// text is what somebody writes: words that occur nowhere else, and sometimes what
// is written specially in Slack.
func (ta *tale) text(word string, rng *rand.Rand) string {
	more := []string{
		"", " the error rate is falling", " a < b && c > d", " *all* of `eu-west`, _really_", " “quoted” – ünïcode 日本 🚀",
		"\nsecond line\n> quoted", " see https://grafana.example/d/" + word, " @tom have a look in #general", " ```code | table```", " <!channel> &amp;",
	}
	return word + more[rng.IntN(len(more))]
}

func (ta *tale) keeps(m slacksim.Message, err error, p *slacksim.Person, word, text string) bool {
	if err != nil {
		return false
	}
	ta.mu.Lock()
	defer ta.mu.Unlock()
	ta.lines = append(ta.lines, &line{Message: m, author: p, word: word, texts: []string{text}})
	return true
}

func (ta *tale) says(p *slacksim.Person, rng *rand.Rand) bool {
	r, ok := ta.room(p, rng)
	if !ok {
		r = ta.lobby
	}
	word := ta.word("m")
	text := ta.text(word, rng)
	m, err := p.Says(r, text)
	return ta.keeps(m, err, p, word, text)
}

func (ta *tale) replies(broadcast bool) func(*slacksim.Person, *rand.Rand) bool {
	return func(p *slacksim.Person, rng *rand.Rand) bool {
		to, ok := ta.line(rng, func(l *line) bool { return true })
		if !ok || p.Joins(to.Room()) != nil {
			return false
		}
		word := ta.word("m")
		text := ta.text(word, rng)
		answer := p.Replies
		if broadcast {
			answer = p.Broadcasts
		}
		m, err := answer(to.Message, text)
		return ta.keeps(m, err, p, word, text)
	}
}

// line gives a message that people have not deleted.
func (ta *tale) line(rng *rand.Rand, fits func(*line) bool) (*line, bool) {
	ta.mu.Lock()
	defer ta.mu.Unlock()
	var some []*line
	for _, l := range ta.lines {
		if !l.gone && fits(l) {
			some = append(some, l)
		}
	}
	if len(some) == 0 {
		return nil, false
	}
	return some[rng.IntN(len(some))], true
}

func (ta *tale) edits(p *slacksim.Person, rng *rand.Rand) bool {
	l, ok := ta.line(rng, func(l *line) bool { return l.author == p })
	if !ok {
		return false
	}
	text := ta.text(fmt.Sprintf("%s version %d", l.word, len(l.texts)+1), rng)
	ta.mu.Lock()
	l.texts = append(l.texts, text)
	ta.mu.Unlock()
	return p.Edits(l.Message, text) == nil
}

func (ta *tale) deletes(p *slacksim.Person, rng *rand.Rand) bool {
	l, ok := ta.line(rng, func(l *line) bool { return l.author == p })
	if !ok || p.Deletes(l.Message) != nil {
		return false
	}
	ta.mu.Lock()
	l.gone = true
	ta.mu.Unlock()
	return true
}

// The reactions that mean something. What becomes of a lesson or a follow-up when
// several people react is told by tests of its own; here authors alone make them.
const (
	starEmoji, lessonEmoji, followUpEmoji = "pushpin", "bulb", "ballot_box_with_check"
)

func (ta *tale) reacts(p *slacksim.Person, rng *rand.Rand) bool {
	emoji := []string{starEmoji, starEmoji, "eyes", lessonEmoji, followUpEmoji}[rng.IntN(5)]
	l, ok := ta.line(rng, func(l *line) bool { return l.author == p || emoji == starEmoji || emoji == "eyes" })
	if !ok || p.Joins(l.Room()) != nil {
		return false
	}
	if emoji == starEmoji {
		ta.mu.Lock()
		by := l.menu
		l.pinned = !by
		ta.mu.Unlock()
		if by {
			return false
		}
	}
	return p.Reacts(l.Message, emoji) == nil
}

// unreacts takes a reaction back, if the person has one somewhere.
func (ta *tale) unreacts(p *slacksim.Person, rng *rand.Rand) bool {
	l, ok := ta.line(rng, func(l *line) bool { return l.reactionOf(p) != "" })
	return ok && p.Unreacts(l.Message, l.reactionOf(p)) == nil
}

// reactionOf is a reaction that the person gave, or "".
func (l *line) reactionOf(p *slacksim.Person) string {
	for emoji, who := range l.Reactions() {
		if slices.Contains(who, p.ID()) {
			return emoji
		}
	}
	return ""
}

func (ta *tale) uploads(p *slacksim.Person, rng *rand.Rand) bool {
	r, ok := ta.room(p, rng)
	if !ok {
		return false
	}
	word := ta.word("m")
	m, err := p.Uploads(r, word+".csv", []byte("time,errors\n"), word+" the graph")
	return ta.keeps(m, err, p, word, word+" the graph")
}

// maxDeclared is how many incidents people declare in a story.
const maxDeclared = 4

// declares has a person declare an incident, the first of which somebody needs.
func (ta *tale) declares(p *slacksim.Person, rng *rand.Rand) bool {
	if len(ta.incidentRooms()) >= maxDeclared {
		return false
	}
	word := ta.word("Title")
	d := ta.does("declared", word)
	_ = ta.types(p, ta.lobby, d, fmt.Sprintf("/incident new %s fails sev:%d service:search", word, 1+rng.IntN(4)))
	return true
}

// commands has a person type what changes the record.
func (ta *tale) commands(p *slacksim.Person, rng *rand.Rand) bool {
	r, ok := ta.room(p, rng)
	if !ok || ta.isQuiet(r) {
		return false
	}
	c := []struct{ kind, line string }{
		{"note", "timeline %s"}, {"update", "update %s next:30m"}, {"impact", "impact %s"}, {"cause", "cause %s"},
		{"follow_up", "followup %s owner:@tom"}, {"lesson", "lesson %s"}, {"link", "link https://status.example/%s Status"},
		{"title", "title %s"}, {"role", "role %s @" + ta.people[rng.IntN(len(ta.people))].Name()},
	}[rng.IntN(9)]
	word := ta.word(strings.ReplaceAll(c.kind, "_", ""))
	d := ta.does(c.kind, word)
	_ = ta.types(p, r, d, "/incident "+fmt.Sprintf(c.line, word))
	return true
}

// mentions has a person call the bot by its name: Slack delivers that as an event,
// which nobody acknowledges to the person.
func (ta *tale) mentions(p *slacksim.Person, rng *rand.Rand) bool {
	r, ok := ta.room(p, rng)
	if !ok || ta.isQuiet(r) {
		return false
	}
	word := ta.word("note")
	ta.does("note", word)
	text := "@backout timeline " + word
	switch rng.IntN(4) { // a message and a mention are two events
	case 0:
		ta.sim.DuplicateEvents(2)
	case 1:
		ta.sim.SwallowAcks(2)
	}
	m, err := p.Says(r, text)
	return ta.keeps(m, err, p, word, text)
}

// updatesByDialog has a person press Update… on the card and fill in the dialog,
// which may not open: triggers expire. Who is told that Slack had trouble
// connecting presses Submit again.
func (ta *tale) updatesByDialog(p *slacksim.Person, rng *rand.Rand) bool {
	r, ok := ta.room(p, rng)
	if !ok || ta.isQuiet(r) || p.HasModal() {
		return false
	}
	if _, err := p.Clicks(r, "update_v1"); err != nil {
		return false
	}
	m, err := p.Modal()
	if err != nil {
		ta.count("dialogs that did not open")
		return true
	}
	defer func() { _ = m.Dismiss() }()
	word := ta.word("update")
	if m.Fill("text", word) != nil {
		return false
	}
	d := ta.does("update", word)
	for range 3 {
		if err = m.Submit(); err == nil || !m.Open() {
			break
		}
	}
	ta.mu.Lock()
	defer ta.mu.Unlock()
	d.acked = err == nil
	return true
}

// starsByShortcut has a person keep a message by its menu. Such a star has no
// reaction, so the message gets none of those.
func (ta *tale) starsByShortcut(p *slacksim.Person, rng *rand.Rand) bool {
	l, ok := ta.line(rng, func(l *line) bool { return !l.pinned && l.Room().ID() != ta.lobby.ID() })
	if !ok || p.Joins(l.Room()) != nil || ta.isQuiet(l.Room()) {
		return false
	}
	ta.mu.Lock()
	mine := !l.pinned
	l.menu = l.menu || mine
	ta.mu.Unlock()
	if !mine {
		return false
	}
	if p.MessageShortcut(l.Message, slack.ShortcutTimeline).Err() == nil {
		ta.mu.Lock()
		l.kept = true
		ta.mu.Unlock()
	}
	return true
}

// pages has a person call for help through PagerDuty.
func (ta *tale) pages(p *slacksim.Person, rng *rand.Rand) bool {
	r, ok := ta.room(p, rng)
	if !ok || ta.isQuiet(r) {
		return false
	}
	word := ta.word("page")
	d := ta.does("page", word)
	_ = ta.types(p, r, d, "/incident page web-app "+word)
	return true
}
