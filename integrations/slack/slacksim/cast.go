package slacksim

import (
	"errors"
	"slices"
	"strings"
	"unicode"
)

// Person finds or makes a person by handle. Options count at the first meeting only.
func (s *Server) Person(name string, opts ...PersonOption) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = strings.TrimPrefix(name, "@")
	if u := s.w.handles[name]; u != nil {
		return &Person{s, u}
	}
	u := &user{id: s.w.id("U"), name: name, displayName: name, email: name + "@" + s.opt.Domain + ".example", tz: "Etc/UTC"}
	r := []rune(name)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	u.realName = string(r)
	for _, o := range opts {
		o(u)
	}
	s.w.addUser(u)
	s.touch()
	return &Person{s, u}
}

// People are all persons so far, bots left out, in order of appearance.
func (s *Server) People() []*Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Person
	for _, u := range s.w.userList {
		if !u.bot {
			out = append(out, &Person{s, u})
		}
	}
	return out
}

// Deactivate closes a person's account.
func (s *Server) Deactivate(p *Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.u.deleted = true
	for _, ch := range s.w.roomList {
		ch.part(p.u.id)
	}
	s.touch()
}

// Group makes or changes a user group (subteam), and tells the app of a change.
func (s *Server) Group(handle string, members ...*Person) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	handle = strings.TrimPrefix(handle, "@")
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = m.u.id
	}
	now := s.opt.Clock().Unix()
	for _, g := range s.w.groupList {
		if g.handle != handle {
			continue
		}
		added, removed := without(ids, g.users), without(g.users, ids)
		s.emit(nil, map[string]any{
			"type": "subteam_members_changed", "subteam_id": g.id, "team_id": s.teamID, "date_previous_update": g.updated, "date_update": now,
			"added_users": added, "added_users_count": len(added), "removed_users": removed, "removed_users_count": len(removed),
		})
		g.users, g.updated = ids, now
		return g.id
	}
	g := &group{id: s.w.id("S"), handle: handle, users: ids, updated: now}
	s.w.groups[g.id] = g
	s.w.groupList = append(s.w.groupList, g)
	return g.id
}

func without(a, b []string) []string {
	out := []string{}
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// Room finds or makes a public room. Nobody is in it at first; people Join, the
// bot is invited or joins.
func (s *Server) Room(name string) *Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = strings.TrimPrefix(name, "#")
	if c := s.w.names[name]; c != nil {
		return &Room{s, c}
	}
	return &Room{s, s.newChannel(name, "", false)}
}

// PrivateRoom finds or makes a private room and puts these members in, without
// the bot.
func (s *Server) PrivateRoom(name string, members ...*Person) *Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.w.names[name]
	if c == nil {
		c = s.newChannel(name, "", true)
	}
	for _, m := range members {
		if !c.isMember[m.u.id] {
			c.join(m.u.id)
			s.announceJoin(c, m.u.id, "")
		}
	}
	return &Room{s, c}
}

// Rooms are all rooms, oldest first, DMs left out.
func (s *Server) Rooms() []*Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Room
	for _, c := range s.w.roomList {
		out = append(out, &Room{s, c})
	}
	return out
}

// WaitRoom waits for a room whose name contains the text; the newest wins.
func (s *Server) WaitRoom(nameContains string) (*Room, error) {
	r := &Room{s: s}
	err := s.wait("a room called like "+nameContains, func() bool {
		for _, c := range slices.Backward(s.w.roomList) {
			if strings.Contains(c.name, nameContains) {
				r.c = c
				return true
			}
		}
		return false
	})
	return r, err
}

// DM is the conversation between a person and the bot.
func (p *Person) DM() *Room {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return &Room{p.s, p.s.dm(p.u)}
}

// Bot is another app's bot, a legacy one: it posts as bot_message, without a user.
type Bot struct {
	s    *Server
	id   string
	name string
}

// Bot makes another app's bot.
func (s *Server) Bot(name string) *Bot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Bot{s, s.w.id("B"), name}
}

// Says posts a bot_message, in a room or, at a message, in its thread. Text is
// taken as the API takes it: <url|text> and mentions by id work.
func (b *Bot) Says(where Place, text string) (Message, error) {
	sp := where.place()
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	if sp.room == nil || sp.room.archived {
		return Message{}, errors.New("a bot wants an open room")
	}
	m := b.s.post(sp.room, &message{botID: b.id, username: b.name, subtype: "bot_message", text: b.s.kit.normalise(text), threadTS: sp.ts})
	return Message{s: b.s, c: sp.room, ts: m.ts}, nil
}
