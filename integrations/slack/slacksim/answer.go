package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Answer is what a person sees after a command, a click or a shortcut: messages
// only for them, messages in the channel, or an error that Slack shows.
type Answer struct {
	p     *Person
	room  *channel
	base  int // ephemerals that were there before
	reply *response
	err   error
}

func (a *Answer) place() spot { return spot{answer: a} }

// newAnswer begins to watch what the person gets to see in a room. Needs mu.
func (p *Person) newAnswer(ch *channel, original *message) (*Answer, string) {
	a := &Answer{p: p, room: ch, base: len(ch.ephemerals[p.u.id])}
	re, url := p.s.newResponse(ch, p.u, original)
	a.reply = re
	return a, url
}

// shown are the messages so far. Needs mu.
func (a *Answer) shown() []*message {
	if a.room == nil {
		return nil
	}
	var out []*message
	for _, m := range a.room.ephemerals[a.p.u.id][a.base:] {
		if !m.gone {
			out = append(out, m)
		}
	}
	for _, m := range a.reply.posted {
		if !m.gone && !m.ephemeral {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(x, y *message) int { return strings.Compare(x.ts, y.ts) })
	return out
}

// Err is the error that Slack itself shows (operation_timeout, not a valid
// command), or nil.
func (a *Answer) Err() error { return a.err }

// Texts are the answers so far, as plain text: everything that only this person
// got to see in the room since, by response_url, in the acknowledgement or by
// chat.postEphemeral, and what response_url showed to all.
func (a *Answer) Texts() []string {
	var out []string
	for _, m := range a.Messages() {
		out = append(out, m.Text())
	}
	return out
}

// Text is all of them, a line between.
func (a *Answer) Text() string { return strings.Join(a.Texts(), "\n") }

// Messages are the answers so far.
func (a *Answer) Messages() []Message {
	s := a.p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range a.shown() {
		h := Message{s: s, c: a.room, ts: m.ts}
		if m.ephemeral {
			h.eph = m
		}
		out = append(out, h)
	}
	return out
}

// Sees waits until an answer contains the text.
func (a *Answer) Sees(text string) error {
	if a.err != nil {
		return fmt.Errorf("no answer with %q: Slack shows %w", text, a.err)
	}
	s := a.p.s
	err := s.wait(fmt.Sprintf("an answer with %q", text), func() bool {
		return slices.ContainsFunc(a.shown(), func(m *message) bool { return strings.Contains(s.flatten(m), text) })
	})
	if err != nil {
		return fmt.Errorf("%w; answers: %q", err, a.Texts())
	}
	return nil
}

// inline shows the message that came in an acknowledgement.
func (a *Answer) inline(payload json.RawMessage) {
	var in args
	in.values = map[string]string{}
	if len(payload) == 0 || in.readJSON(strings.NewReader(string(payload))) != "" || len(in.values) == 0 {
		return
	}
	s := a.p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.respond(a.reply, in); err != nil {
		s.opt.Logger.Warn("slacksim: answer in acknowledgement ignored", "error", err)
	}
}
