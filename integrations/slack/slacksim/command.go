package slacksim

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Types enters a slash command and waits until the app acknowledged it, or Slack
// gave up on the app. What Slack shows as an error is in Answer.Err: commands
// that nobody registered, commands in threads, no answer within the deadline.
func (p *Person) Types(where Place, line string) *Answer {
	s := p.s
	sp := where.place()
	s.mu.Lock()
	ch := sp.room
	if sp.answer != nil {
		ch = sp.answer.room
	}
	if ch == nil {
		s.mu.Unlock()
		return &Answer{p: p, err: errors.New("a command wants a room")}
	}
	a, payload, err := p.command(ch, sp.ts != "", line)
	s.mu.Unlock()
	if err != nil {
		a.err = err
		return a
	}
	name, _ := payload["command"].(string)
	out, err := s.hub.ask("slash_commands", name, payload)
	if a.err = err; err == nil {
		a.inline(out)
	}
	return a
}

// command checks a line as the client does and makes the payload. Needs mu.
func (p *Person) command(ch *channel, thread bool, line string) (*Answer, map[string]any, error) {
	s := p.s
	a := &Answer{p: p, room: ch, base: len(ch.ephemerals[p.u.id]), reply: &response{}}
	word, text := line, ""
	if i := strings.IndexAny(line, " \n"); i >= 0 {
		word, text = line[:i], line[i+1:]
	}
	switch {
	case thread:
		return a, nil, errInThread
	case p.u.deleted || !ch.isMember[p.u.id]:
		return a, nil, fmt.Errorf("@%s is not in #%s and cannot write there", p.u.name, ch.name)
	case !slices.Contains(s.opt.Commands, word) || !s.hasScope("commands"):
		return a, nil, fmt.Errorf("%s is %w", word, errTyped)
	}
	a, url := p.newAnswer(ch, nil)
	if s.opt.PlainCommands {
		text = escape(text)
	} else {
		text = s.escapeTyped(text, true)
	}
	return a, map[string]any{
		"token": "deprecated", "team_id": s.teamID, "team_domain": s.opt.Domain, "channel_id": ch.id, "channel_name": s.commandRoom(ch),
		"user_id": p.u.id, "user_name": p.u.name, "command": word, "text": text, "api_app_id": s.appID,
		"is_enterprise_install": "false", "response_url": url, "trigger_id": s.newTrigger(p.u, ""),
	}, nil
}

func (s *Server) commandRoom(ch *channel) string {
	switch {
	case ch.im != nil:
		return "directmessage"
	case ch.private && !ch.isMember[s.bot.id]:
		return "privategroup"
	}
	return ch.name
}
