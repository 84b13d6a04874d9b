package slacksim

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// say posts what a person typed, as the client sends it: with a client_msg_id
// and as rich text.
func (p *Person) say(ch *channel, thread string, broadcast bool, typed string, files ...*file) (Message, error) {
	if typed == "" && len(files) == 0 || utf8.RuneCountInString(typed) > maxPostText {
		return Message{}, errors.New("a message wants between 1 and 40,000 characters")
	}
	s := p.s
	m := &message{user: p.u.id, text: s.escapeTyped(typed, false), threadTS: thread, broadcast: broadcast, files: files, generated: true}
	n := s.w.id("")
	m.clientID = fmt.Sprintf("%08x-0000-4000-8000-%s", s.w.ids, n)
	if m.text != "" {
		m.blocks = s.richText(m.text)
	}
	if len(files) > 0 {
		s.shareFiles(ch, m)
	} else {
		s.post(ch, m)
	}
	s.unfurl(ch, m)
	return Message{s: s, c: ch, ts: m.ts}, nil
}

// Says posts a message. @name, #room and URLs become what Slack makes of them.
func (p *Person) Says(r Place, text string) (out Message, err error) {
	err = p.in(r, func(ch *channel, sp spot) error {
		out, err = p.say(ch, "", false, text)
		return err
	})
	return out, err
}

// Replies answers in the message's thread.
func (p *Person) Replies(m Message, text string) (Message, error) { return p.answer(m, text, false) }

// Broadcasts answers in the thread and shows the answer in the room as well.
func (p *Person) Broadcasts(m Message, text string) (Message, error) { return p.answer(m, text, true) }

func (p *Person) answer(m Message, text string, broadcast bool) (out Message, err error) {
	err = p.in(m, func(ch *channel, _ spot) error {
		parent := ch.find(m.ts)
		switch {
		case parent == nil:
			return errors.New("the message is gone")
		case isNotice(parent):
			return errors.New("that message cannot be answered")
		case parent.reply():
			parent = ch.find(parent.threadTS)
		}
		out, err = p.say(ch, parent.ts, broadcast, text)
		return err
	})
	return out, err
}

// Edits changes an own message.
func (p *Person) Edits(m Message, text string) error {
	return p.message(m, func(ch *channel, msg *message) error {
		if msg.user != p.u.id {
			return errors.New("only own messages can be edited")
		}
		p.s.edit(ch, msg, p.u.id, func() {
			msg.text = p.s.escapeTyped(text, false)
			msg.blocks, msg.generated, msg.attachments = p.s.richText(msg.text), true, nil
		})
		return nil
	})
}

// Deletes takes an own message away; with replies, a tombstone stays.
func (p *Person) Deletes(m Message) error {
	return p.message(m, func(ch *channel, msg *message) error {
		if msg.user != p.u.id {
			return errors.New("only own messages can be deleted")
		}
		p.s.remove(ch, msg)
		return nil
	})
}

// Uploads shares a file in a room, or in a thread when the place is a message.
func (p *Person) Uploads(where Place, filename string, content []byte, comment string) (out Message, err error) {
	err = p.in(where, func(ch *channel, sp spot) error {
		f := &file{
			id: p.s.w.id("F"), name: filename, title: filename, owner: p.u.id, created: p.s.opt.Clock().Unix(),
			content: append([]byte(nil), content...), uploaded: true, complete: true,
		}
		p.s.w.files[f.id] = f
		thread := sp.ts
		if m := ch.find(sp.ts); m != nil && m.reply() {
			thread = m.threadTS
		}
		out, err = p.say(ch, thread, false, comment, f)
		return err
	})
	return out, err
}
