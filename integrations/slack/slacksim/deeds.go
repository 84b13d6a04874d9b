package slacksim

import (
	"errors"
	"fmt"
	"slices"
)

// in runs f with mu held for a person who is a member of the open room.
func (p *Person) in(r Place, f func(ch *channel, sp spot) error) error {
	sp := r.place()
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if sp.answer != nil {
		sp.room = sp.answer.room
	}
	switch {
	case sp.room == nil || p.s.w.channels[sp.room.id] == nil:
		return errors.New("there is no such room")
	case p.u.deleted:
		return fmt.Errorf("@%s is deactivated", p.u.name)
	case !sp.room.isMember[p.u.id]:
		return fmt.Errorf("@%s is not in #%s", p.u.name, sp.room.name)
	case sp.room.archived:
		return fmt.Errorf("#%s is archived", sp.room.name)
	}
	return f(sp.room, sp)
}

// message is in for a message that must still be there.
func (p *Person) message(m Message, f func(ch *channel, msg *message) error) error {
	if m.s == nil || m.eph != nil {
		return errors.New("that is no message of a room")
	}
	return p.in(m, func(ch *channel, _ spot) error {
		msg := ch.find(m.ts)
		if msg == nil || msg.subtype == "tombstone" {
			return errors.New("the message is gone")
		}
		return f(ch, msg)
	})
}

// Joins enters a public room; who is in it already stays.
func (p *Person) Joins(r Place) error {
	sp := r.place()
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	ch := sp.room
	switch {
	case ch == nil || ch.private && !ch.isMember[p.u.id]:
		return errors.New("there is no such public room")
	case ch.archived:
		return fmt.Errorf("#%s is archived", ch.name)
	case !ch.isMember[p.u.id]:
		ch.join(p.u.id)
		p.s.announceJoin(ch, p.u.id, "")
	}
	return nil
}

// Leaves leaves a room.
func (p *Person) Leaves(r Place) error {
	return p.in(r, func(ch *channel, _ spot) error {
		p.s.leave(ch, p.u.id)
		return nil
	})
}

// Invites brings others into a room, the bot too (Server.BotUserID). It is no
// error when they are there.
func (p *Person) Invites(r Place, userIDs ...string) error {
	return p.in(r, func(ch *channel, _ spot) error {
		for _, id := range userIDs {
			if p.s.w.users[id] == nil {
				return fmt.Errorf("nobody has the id %s", id)
			}
			if !ch.isMember[id] {
				ch.join(id)
				p.s.announceJoin(ch, id, p.u.id)
			}
		}
		return nil
	})
}

// Kicks removes somebody, the bot too.
func (p *Person) Kicks(r Place, userID string) error {
	return p.in(r, func(ch *channel, _ spot) error {
		if !ch.isMember[userID] {
			return fmt.Errorf("%s is not in #%s", userID, ch.name)
		}
		p.s.leave(ch, userID)
		return nil
	})
}

// Creates makes a public room and is in it.
func (p *Person) Creates(name string) (*Room, error) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if code := badName(name); code != "" || p.s.w.names[name] != nil {
		return nil, fmt.Errorf("no room can be called %q", name)
	}
	return &Room{p.s, p.s.newChannel(name, p.u.id, false)}, nil
}

// Archives archives a room.
func (p *Person) Archives(r Place) error {
	return p.in(r, func(ch *channel, _ spot) error {
		p.s.archive(ch, p.u.id)
		return nil
	})
}

// Unarchives opens an archived room again; members stay what they were.
func (p *Person) Unarchives(r Place) error {
	sp := r.place()
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if sp.room == nil || !sp.room.archived {
		return errors.New("the room is not archived")
	}
	p.s.unarchive(sp.room, p.u.id)
	return nil
}

// Renames gives a room another name.
func (p *Person) Renames(r Place, name string) error {
	return p.in(r, func(ch *channel, _ spot) error {
		if badName(name) != "" || p.s.w.names[name] != nil {
			return fmt.Errorf("no room can be called %q", name)
		}
		p.s.rename(ch, name, p.u.id)
		return nil
	})
}

// SetsTopic sets the topic.
func (p *Person) SetsTopic(r Place, text string) error {
	return p.in(r, func(ch *channel, _ spot) error {
		p.s.setDescription(ch, "topic", &ch.topic, p.s.escapeTyped(text, false), p.u.id)
		return nil
	})
}

// DeletesRoom deletes a room with all that is in it.
func (p *Person) DeletesRoom(r Place) error {
	sp := r.place()
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if sp.room == nil || p.s.w.channels[sp.room.id] == nil {
		return errors.New("there is no such room")
	}
	p.s.destroy(sp.room, p.u.id)
	return nil
}

// Reacts adds a reaction.
func (p *Person) Reacts(m Message, emoji string) error {
	return p.message(m, func(ch *channel, msg *message) error { return p.s.react(ch, msg, p.u.id, emoji) })
}

// Unreacts takes an own reaction back.
func (p *Person) Unreacts(m Message, emoji string) error {
	return p.message(m, func(ch *channel, msg *message) error { return p.s.unreact(ch, msg, p.u.id, emoji) })
}

// Pins pins a message to its room.
func (p *Person) Pins(m Message) error {
	return p.message(m, func(ch *channel, msg *message) error {
		if slices.Contains(ch.pins, msg.ts) {
			return errors.New("the message is pinned already")
		}
		p.s.pin(ch, msg, p.u.id)
		return nil
	})
}

// Unpins takes a pin off.
func (p *Person) Unpins(m Message) error {
	return p.message(m, func(ch *channel, msg *message) error {
		if !slices.Contains(ch.pins, msg.ts) {
			return errors.New("the message is not pinned")
		}
		p.s.unpin(ch, msg, p.u.id)
		return nil
	})
}
