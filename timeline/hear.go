package timeline

import (
	"slices"
	"time"
)

// Said is a message as Slack tells it: live, or read from history.
type Said struct {
	Channel, TS, ThreadTS string
	// Who is the author: a user id, or a bot id.
	Who     string
	BotName string
	// Text is exactly as Slack encodes it.
	Text      string
	Subtype   string
	Broadcast bool
	External  bool
	Files     []File
	// Version is the Slack timestamp of the edit that led to this text, or empty
	// for the text as first written.
	Version string
	Link    string
}

func (s Said) key() string {
	if s.Version != "" {
		return "edit:" + messageKey(s.Channel, s.TS) + ":" + s.Version
	}
	return "msg:" + messageKey(s.Channel, s.TS)
}

func (s Said) body() Message {
	b := Message{
		Channel: s.Channel, TS: s.TS, ThreadTS: s.ThreadTS, Text: s.Text, Subtype: s.Subtype,
		Broadcast: s.Broadcast, Files: s.Files, BotName: s.BotName, External: s.External,
	}
	if at, ok := SlackTime(s.Version); ok {
		b.EditedAt = at
	}
	return b
}

// Hear records a message, or a new version of one, however often and in whatever
// order Slack tells it. Messages outside incident channels change nothing,
// unless the record has them already because an incident was declared from them.
func Hear(s Said) Change {
	return Change{Key: s.key(), Decide: func(tx *Tx) error { return hear(tx, s) }}
}

func hear(tx *Tx, s Said) error {
	at, ok := SlackTime(s.TS)
	if !ok {
		return Refuse(Invalid, "A message without a valid timestamp cannot be recorded.", "")
	}
	in, ok, err := tx.ofMessage(s.Channel, s.TS)
	if err != nil || !ok {
		return err
	}
	src := Source{Link: s.Link}
	en, known := in.MessageEntry(s.Channel, s.TS)
	if !known {
		tx.Add(in.Number, s.Who, at, src, s.body())
		return nil
	}
	if s.Version == "" || !en.Message.DeletedAt.IsZero() || en.Message.sameAs(s, en.Text) || en.Message.has(s) {
		return nil
	}
	edited, ok := SlackTime(s.Version)
	if !ok {
		edited = tx.Now()
	}
	tx.Add(in.Number, s.Who, edited, src, MessageEdited{Channel: s.Channel, TS: s.TS, Text: s.Text, Files: s.Files})
	return nil
}

// sameAs reports whether the message would look the same: link previews and
// reply counts also arrive as changes, and are none.
func (m *MessageState) sameAs(s Said, text string) bool {
	files := m.Files
	if m.said != nil {
		text, files = m.said.text, m.said.files
	}
	return text == s.Text && slices.EqualFunc(files, s.Files, func(a, b File) bool { return a.ID == b.ID && a.Name == b.Name })
}

// has reports whether the version is known already.
func (m *MessageState) has(s Said) bool {
	at, ok := SlackTime(s.Version)
	if !ok {
		return false
	}
	return m.EditedAt.Equal(at) || slices.ContainsFunc(m.Versions, func(v Version) bool {
		text := v.Text
		if v.said != nil {
			text = v.said.text
		}
		return v.At.Equal(at) && text == s.Text
	})
}

// Gone records that a message was deleted and erases its words from storage. A
// message that the record does not have leaves a row all the same, so that a
// copy that arrives late stays deleted.
func Gone(channel, ts, who string, at time.Time) Change {
	return Change{Key: "gone:" + messageKey(channel, ts), Decide: func(tx *Tx) error {
		in, ok, err := tx.ofMessage(channel, ts)
		if err != nil || !ok {
			return err
		}
		en, known := in.MessageEntry(channel, ts)
		if !known {
			said, ok := SlackTime(ts)
			if !ok {
				return nil
			}
			tx.Add(in.Number, who, said, Source{}, Message{Channel: channel, TS: ts, Erased: true})
		} else if !en.Message.DeletedAt.IsZero() {
			return nil
		}
		tx.Add(in.Number, who, at, Source{}, MessageDeleted{Channel: channel, TS: ts})
		tx.eraseText(in.Number, in.texts[messageKey(channel, ts)])
		return nil
	}}
}

// Meaning is what a reaction stands for.
type Meaning int

// The three reactions that mean something.
const (
	MeansStar Meaning = iota
	MeansLesson
	MeansFollowUp
)

// React carries a mark, or its taking back, into the record. It returns
// ErrUnknownMessage when the message is in an incident channel but not in the
// record yet.
func React(key, who string, means Meaning, channel, ts string, on bool) Change {
	return ReactAt(key, who, means, channel, ts, on, time.Time{})
}

// ReactAt is React for what Slack tells of a reaction as it was at an instant. Events
// are delivered again minutes later, in any order, and history is out of date once
// it is read: what is older than the last word on the reaction changes nothing.
func ReactAt(key, who string, means Meaning, channel, ts string, on bool, at time.Time) Change {
	return Change{Key: key, Decide: func(tx *Tx) error {
		if at.After(tx.Now()) {
			at = tx.Now()
		}
		in, ok, err := tx.ofMessage(channel, ts)
		if err != nil || !ok {
			return err
		}
		en, known := in.MessageEntry(channel, ts)
		switch {
		case !known:
			return ErrUnknownMessage
		case !en.Message.DeletedAt.IsZero(), !at.IsZero() && at.Before(en.lastWord(means, who)):
			return nil
		case means == MeansStar:
			star(tx, in, en, who, on, at)
		case means == MeansLesson:
			lessonFrom(tx, in, en, who, on, at)
		default:
			followUpFrom(tx, in, en, who, on, at)
		}
		return nil
	}}
}

func star(tx *Tx, in *Incident, en *Entry, who string, on bool, at time.Time) {
	switch has := slices.Contains(en.StarredBy, who); {
	case on && !has:
		tx.Add(in.Number, who, at, Source{}, Starred{N: en.N})
	case !on && (has || !at.IsZero()):
		tx.Add(in.Number, who, at, Source{}, Unstarred{N: en.N})
	}
}

func lessonFrom(tx *Tx, in *Incident, en *Entry, who string, on bool, at time.Time) {
	i := slices.IndexFunc(in.Lessons, func(l Lesson) bool { return l.From == en.N })
	switch {
	case on && i < 0:
		tx.Add(in.Number, who, at, Source{Link: en.Source.Link}, LessonAdded{From: en.N})
	case !on && i >= 0 && in.Lessons[i].Who == who:
		tx.Add(in.Number, who, at, Source{}, LessonDropped{N: in.Lessons[i].N})
	case !on && i < 0 && !at.IsZero():
		tx.Add(in.Number, who, at, Source{}, Unstarred{N: en.N, What: KindLesson})
	}
}

func followUpFrom(tx *Tx, in *Incident, en *Entry, who string, on bool, at time.Time) {
	i := slices.IndexFunc(in.FollowUps, func(f FollowUp) bool { return f.From == en.N && f.State != FollowUpDropped })
	switch {
	case on && i < 0:
		tx.Add(in.Number, who, at, Source{Link: en.Source.Link}, FollowUpAdded{Number: len(in.FollowUps) + 1, From: en.N})
	case !on && i >= 0 && !in.FollowUps[i].Touched && madeBy(in, in.FollowUps[i].N, who):
		tx.Add(in.Number, who, at, Source{}, FollowUpSet{Number: in.FollowUps[i].Number, State: FollowUpDropped})
	case !on && i < 0 && !at.IsZero():
		tx.Add(in.Number, who, at, Source{}, Unstarred{N: en.N, What: KindFollowUp})
	}
}

// LastWord is when a person's reaction was last given or taken back, as far as the
// record was told.
type LastWord struct {
	Means Meaning
	Who   string
	At    time.Time
}

func (e *Entry) lastWord(means Meaning, who string) time.Time {
	for _, w := range e.LastWords {
		if w.Means == means && w.Who == who {
			return w.At
		}
	}
	return time.Time{}
}

func meaningOf(k Kind) Meaning {
	switch k {
	case KindLesson:
		return MeansLesson
	case KindFollowUp:
		return MeansFollowUp
	}
	return MeansStar
}

// word notes what an event says of a reaction to entry n.
func (in *Incident) word(n int, means Meaning, e Event) {
	in.change(n, func(en *Entry) {
		if en.Message == nil {
			return
		}
		en.LastWords = slices.DeleteFunc(slices.Clone(en.LastWords), func(w LastWord) bool { return w.Means == means && w.Who == e.Who })
		en.LastWords = append(en.LastWords, LastWord{means, e.Who, e.At})
	})
}

// madeBy reports whether entry n is the person's: the reaction of somebody else,
// who came second, changed nothing and takes nothing back.
func madeBy(in *Incident, n int, who string) bool {
	e, ok := in.Entry(n)
	return ok && e.Who == who
}
