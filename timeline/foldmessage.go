package timeline

import "slices"

func (in *Incident) applyMessage(e Event, b Message, said *heard) {
	key := messageKey(b.Channel, b.TS)
	en := in.addEntry(e, b.Text)
	en.Message = &MessageState{
		Channel: b.Channel, TS: b.TS, ThreadTS: b.ThreadTS, Subtype: b.Subtype,
		Broadcast: b.Broadcast, Files: b.Files, BotName: b.BotName, External: b.External,
		EditedAt: b.EditedAt, said: said,
	}
	in.Expired = in.Expired && b.Text == "" // what is said later expires anew
	in.byTS[key] = e.N
	in.texts[key] = []int{e.N}
	if !in.InChannel(b.Channel) {
		in.foreign = append(in.foreign, key)
	}
	for i := range in.Channels {
		if c := &in.Channels[i]; c.ID == b.Channel && LaterTS(b.TS, c.LastTS) {
			c.LastTS = b.TS
		}
	}
	if in.Channel.ID == b.Channel && LaterTS(b.TS, in.Channel.LastTS) {
		in.Channel.LastTS = b.TS
	}
}

func (in *Incident) applyMessageEdited(e Event, b MessageEdited, said *heard) {
	key := messageKey(b.Channel, b.TS)
	n, ok := in.byTS[key]
	if !ok {
		return
	}
	in.texts[key] = append(in.texts[key], e.N)
	in.Expired = in.Expired && b.Text == ""
	in.change(n, func(en *Entry) {
		m := *en.Message
		en.Message = &m
		if !m.DeletedAt.IsZero() {
			return
		}
		m.Versions = slices.Clone(m.Versions)
		if e.At.Before(m.EditedAt) { // two links reorder: an older version came late
			m.Versions = append(m.Versions, Version{At: e.At, Text: b.Text, said: said})
			slices.SortStableFunc(m.Versions, func(a, b Version) int { return a.At.Compare(b.At) })
			return
		}
		since := m.EditedAt
		if since.IsZero() {
			since = en.At
		}
		m.Versions = append(m.Versions, Version{At: since, Text: en.Text, said: m.said})
		m.EditedAt, m.Files, m.said = e.At, b.Files, said
		en.Text, en.Secrets, en.Erased = b.Text, kindsOf(e.Secrets), false
	})
}

// applyMessageDeleted keeps the row and drops every word of it.
func (in *Incident) applyMessageDeleted(e Event, b MessageDeleted) {
	n, ok := in.byTS[messageKey(b.Channel, b.TS)]
	if !ok {
		return
	}
	in.change(n, func(en *Entry) {
		m := *en.Message
		m.DeletedAt, m.Versions, m.Files, m.said = e.At, nil, nil, nil
		en.Message, en.Text, en.StarredBy, en.Secrets = &m, "", nil, nil
		if b, ok := en.Body.(Message); ok {
			en.Body = b.erased()
		}
	})
	in.Lessons = slices.DeleteFunc(in.Lessons, func(l Lesson) bool { return l.Text == "" && l.From == n })
}

func (b Message) erased() Message {
	b.Text, b.Files, b.Erased = "", nil, true
	return b
}

func (b MessageEdited) erased() MessageEdited {
	b.Text, b.Files, b.Erased = "", nil, true
	return b
}

// erased gives the body without people's words, for kinds that can be erased.
func erased(b Body) (Body, bool) {
	switch b := b.(type) {
	case Message:
		return b.erased(), true
	case MessageEdited:
		return b.erased(), true
	case Declared, TitleSet:
		return b, false
	}
	return wordless(b), true
}
