package slack

import (
	"context"
	"errors"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// saidBy turns a message into what the record takes. The version is the timestamp
// of the edit that led to its text, or empty for the text as first written.
func (c *Client) saidBy(channel string, m *message, version string, shared bool) timeline.Said {
	thread := m.ThreadTS
	if !m.reply() {
		thread = ""
	}
	return timeline.Said{
		Channel: channel, TS: m.TS, ThreadTS: thread, Who: m.author(), BotName: m.botName(),
		Text: m.Text, Subtype: m.Subtype, Broadcast: m.broadcast(), Files: m.files(),
		External: c.outsideKnown(m.User) || c.foreignTeam(m, shared),
		Version:  version, Link: c.Permalink(channel, m.TS, thread),
	}
}

// foreignTeam reports an author from another organisation in a shared channel.
func (c *Client) foreignTeam(m *message, shared bool) bool {
	team := c.identity().team
	return shared && m.UserTeam != "" && team != "" && m.UserTeam != team
}

// messageEvent records what is said, edited and deleted. It makes no call.
func (in *intake) messageEvent(ctx context.Context, d delivery, o outer) error {
	m := new(message)
	if err := lenient(o.Event, m); err != nil {
		return timeline.Refuse(timeline.Invalid, "A message is no JSON.", "")
	}
	switch m.Subtype {
	case "message_changed":
		return in.changed(ctx, m, o.ExtShared)
	case "message_deleted":
		return in.deleted(ctx, m)
	case "message_replied": // says nothing that the reply does not say itself
		return nil
	}
	if in.client.own(m) {
		return nil
	}
	if m.ChannelType == "im" || strings.HasPrefix(m.Channel, "D") {
		return in.direct(ctx, d, o, m)
	}
	version := ""
	if m.Edited != nil {
		version = m.Edited.TS
	}
	if err := in.announced(ctx, m.Channel, m); err != nil {
		return err
	}
	_, err := in.opt.Recorder.Record(ctx, timeline.Hear(in.client.saidBy(m.Channel, m, version, o.ExtShared)))
	return err
}

// changed takes a new version of a message. Link previews, reply counts and pins
// come as changes too; those have no new text, and nobody edited anything.
func (in *intake) changed(ctx context.Context, m *message, shared bool) error {
	after, before := m.Message, m.Previous
	if after == nil || in.client.own(after) || (before != nil && in.client.own(before)) {
		return nil
	}
	if after.tombstone() { // a deleted parent that has replies
		return in.gone(ctx, m, after.TS)
	}
	version := ""
	switch {
	case after.Edited != nil && after.Edited.TS != "":
		version = after.Edited.TS
	case before != nil && (before.Text != after.Text || !sameFiles(before.Files, after.Files)):
		version = first(m.EventTS, m.TS)
	}
	if version != "" {
		if err := in.announced(ctx, m.Channel, after); err != nil {
			return err
		}
	}
	if version != "" && before != nil && before.Edited == nil {
		if err := in.asFirstSaid(ctx, m, shared); err != nil {
			return err
		}
	}
	_, err := in.opt.Recorder.Record(ctx, timeline.Hear(in.client.saidBy(m.Channel, after, version, shared)))
	return err
}

// asFirstSaid records the text before an edit when the message itself has not come
// yet: two links reorder, and the first version must not be lost to the second.
// When it has come, its key is known and nothing happens.
func (in *intake) asFirstSaid(ctx context.Context, m *message, shared bool) error {
	if m.Previous.TS == "" || m.Previous.tombstone() {
		return nil
	}
	_, err := in.opt.Recorder.Record(ctx, timeline.Hear(in.client.saidBy(m.Channel, m.Previous, "", shared)))
	return err
}

func (in *intake) deleted(ctx context.Context, m *message) error {
	if m.Previous != nil && in.client.own(m.Previous) {
		return nil
	}
	return in.gone(ctx, m, first(m.DeletedTS, prevTS(m)))
}

func prevTS(m *message) string {
	if m.Previous == nil {
		return ""
	}
	return m.Previous.TS
}

func (in *intake) gone(ctx context.Context, m *message, ts string) error {
	who := ""
	if m.Previous != nil {
		who = m.Previous.author()
	}
	_, err := in.opt.Recorder.Record(ctx, timeline.Gone(m.Channel, ts, who, in.at(first(m.EventTS, m.TS))))
	return err
}

// reaction carries a reaction that means something into the record. The message is
// fetched only when the record does not have it yet, or when the event comes again:
// the reaction may be gone by then.
func (in *intake) reaction(ctx context.Context, o outer, e event, again bool) error {
	means, ok := in.opt.Reactions[reactionName(e.Reaction)]
	user, _ := idOf(e.User)
	me := in.client.BotUserID()
	if !ok || e.Item.Type != "message" || user == me || e.ItemUser == me {
		return nil
	}
	if in.client.outsideKnown(user) {
		return nil // guests are recorded and may do nothing
	}
	if _, ok := in.opt.Recorder.InChannel(e.Item.Channel); !ok {
		return nil
	}
	added := e.Type == "reaction_added"
	if added { // what never counted cannot be taken away, so taking back is not judged
		if m := in.opt.May.refuses(ctx, user, e.Item.Channel, means); m != nil {
			if in.answered.first("ev:" + o.EventID) {
				in.refused(user, e.Item.Channel, *m)
			}
			return nil
		}
	}
	change := timeline.ReactAt("ev:"+o.EventID, user, means, e.Item.Channel, e.Item.TS, added, in.at(e.EventTS))
	if !again || !added {
		if _, err := in.opt.Recorder.Record(ctx, change); !errors.Is(err, timeline.ErrUnknownMessage) {
			return err
		}
	}
	m, err := in.client.fetch(ctx, e.Item.Channel, e.Item.TS)
	if err != nil || m == nil || in.client.own(m) || m.tombstone() || added && !m.reacted(e.Reaction, user) {
		return err
	}
	version := ""
	if m.Edited != nil {
		version = m.Edited.TS
	}
	if _, err := in.opt.Recorder.Record(ctx, timeline.Hear(in.client.saidBy(e.Item.Channel, m, version, o.ExtShared))); err != nil {
		return err
	}
	_, err = in.opt.Recorder.Record(ctx, change)
	return err
}

// refused tells a person, and nobody else, why a reaction counts for nothing. It is
// told beside the delivery: the acknowledgement does not wait for it.
func (in *intake) refused(user, channel string, m templates.Message) {
	in.client.background(func(ctx context.Context) {
		if err := in.client.whisper(ctx, channel, "", user, m); err != nil {
			in.opt.Log.Info("a person was not told that a reaction counts for nothing", "error", err)
		}
	})
}
