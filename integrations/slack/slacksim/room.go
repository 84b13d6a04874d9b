package slacksim

import (
	"fmt"
	"slices"
	"strings"
)

// Room is a conversation: a public or private channel, or a DM with the bot.
type Room struct {
	s *Server
	c *channel
}

func (r *Room) place() spot { return spot{room: r.c} }

func inRoom[T any](r *Room, f func(*channel) T) T {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return f(r.c)
}

// ID is the C… or D… id.
func (r *Room) ID() string { return r.c.id }

// Name is the name without #.
func (r *Room) Name() string { return inRoom(r, func(c *channel) string { return c.name }) }

// Private says whether the room is private.
func (r *Room) Private() bool { return r.c.private }

// Archived says whether it is archived.
func (r *Room) Archived() bool { return inRoom(r, func(c *channel) bool { return c.archived }) }

// Topic is the topic, as people read it.
func (r *Room) Topic() string {
	return inRoom(r, func(c *channel) string { return r.s.readable(c.topic.value) })
}

// Purpose is the purpose, as people read it.
func (r *Room) Purpose() string {
	return inRoom(r, func(c *channel) string { return r.s.readable(c.purpose.value) })
}

// Members are the members' handles, in order of joining.
func (r *Room) Members() []string {
	return inRoom(r, func(c *channel) []string {
		out := []string{}
		for _, id := range c.members {
			out = append(out, r.s.w.users[id].name)
		}
		return out
	})
}

// Has says whether this user id is a member.
func (r *Room) Has(userID string) bool {
	return inRoom(r, func(c *channel) bool { return c.isMember[userID] })
}

func (r *Room) handles(ms []*message) []Message {
	out := make([]Message, len(ms))
	for i, m := range ms {
		out[i] = Message{s: r.s, c: r.c, ts: m.ts}
		if m.ephemeral {
			out[i].eph = m
		}
	}
	return out
}

// Messages are all messages by ts: replies, joins and other notices included.
func (r *Room) Messages() []Message {
	return inRoom(r, func(c *channel) []Message { return r.handles(c.msgs) })
}

// Find returns the newest message that contains the text now, replies included.
func (r *Room) Find(text string) (Message, bool) {
	m := inRoom(r, func(c *channel) *message { return r.search(text) })
	if m == nil {
		return Message{}, false
	}
	return Message{s: r.s, c: r.c, ts: m.ts}, true
}

// search needs mu.
func (r *Room) search(text string) *message {
	for _, m := range slices.Backward(r.c.msgs) {
		if strings.Contains(r.s.flatten(m), text) {
			return m
		}
	}
	return nil
}

// Sees waits for a message that contains the text; the newest wins.
func (r *Room) Sees(text string) (Message, error) {
	var hit Message
	err := r.s.wait(fmt.Sprintf("%q in #%s", text, r.c.name), func() bool {
		m := r.search(text)
		if m != nil {
			hit = Message{s: r.s, c: r.c, ts: m.ts}
		}
		return m != nil
	})
	if err != nil {
		return hit, fmt.Errorf("%w; it has:\n%s", err, r.Transcript())
	}
	return hit, nil
}

// Message is Sees under the name that reads better where the message is used.
func (r *Room) Message(containing string) (Message, error) { return r.Sees(containing) }

// Transcript is the room as plain text, a message a line, replies marked: for
// failing tests and for the demo without a browser.
func (r *Room) Transcript() string {
	return inRoom(r, func(c *channel) string {
		var b strings.Builder
		for _, m := range c.msgs {
			mark := ""
			if m.reply() {
				mark = "  > "
			}
			fmt.Fprintf(&b, "%s%s: %s\n", mark, r.s.author(m), strings.ReplaceAll(r.s.flatten(m), "\n", " / "))
		}
		return b.String()
	})
}

// EphemeralsFor are the messages that only this person sees here.
func (r *Room) EphemeralsFor(p *Person) []Message {
	return inRoom(r, func(c *channel) []Message {
		var there []*message
		for _, m := range c.ephemerals[p.u.id] {
			if !m.gone {
				there = append(there, m)
			}
		}
		return r.handles(there)
	})
}

// Pins are the pinned messages.
func (r *Room) Pins() []Message {
	return inRoom(r, func(c *channel) []Message {
		var out []Message
		for _, ts := range c.pins {
			out = append(out, Message{s: r.s, c: c, ts: ts})
		}
		return out
	})
}

// Bookmark is a link at the top of a room.
type Bookmark struct{ ID, Title, Link, Emoji string }

// Bookmarks are the bookmarks, oldest first.
func (r *Room) Bookmarks() []Bookmark {
	return inRoom(r, func(c *channel) []Bookmark {
		var out []Bookmark
		for _, b := range c.bookmarks {
			out = append(out, Bookmark{b.id, b.title, b.link, b.emoji})
		}
		return out
	})
}

// File is a shared file.
type File struct {
	ID, Name, Title string
	Content         []byte
}

// Files are the files shared here, in order of their messages.
func (r *Room) Files() []File {
	return inRoom(r, func(c *channel) []File {
		var out []File
		for _, m := range c.msgs {
			out = append(out, filesOf(m)...)
		}
		return out
	})
}

// Files are the files of a message.
func (m Message) Files() []File { return read(m, filesOf) }

func filesOf(m *message) []File {
	var out []File
	for _, f := range m.files {
		out = append(out, File{f.id, f.name, f.title, slices.Clone(f.content)})
	}
	return out
}
