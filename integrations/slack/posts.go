package slack

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"backout/templates"
	"backout/timeline"
)

// eventType marks our posts in their metadata; the payload's keyField holds the
// key of the effect. Both are never renamed: old posts are looked for by them.
const (
	eventType = "backout"
	keyField  = "key"
)

func content(m templates.Message, key string) []slack.MsgOption {
	opts := []slack.MsgOption{
		slack.MsgOptionText(summary(m), false),
		slack.MsgOptionBlocks(blocksOf(m, msgBlocks, msgChars)...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
	if key != "" {
		opts = append(opts, slack.MsgOptionMetadata(slack.SlackMetadata{EventType: eventType, EventPayload: map[string]any{keyField: key}}))
	}
	return opts
}

// Post writes a message that carries key, so that [Client.FindPost] can recognise
// it. The channel is an id, a #name, or a user's id for a direct message; the
// answer holds the id of the channel that Slack made of it. When Slack's limits
// make it wait, the error says for how long.
func (c *Client) Post(ctx context.Context, channel, thread, key string, m templates.Message) (timeline.Posted, error) {
	opts := content(m, key)
	if thread != "" {
		opts = append(opts, slack.MsgOptionTS(thread))
	}
	j := write("chat.postMessage", "the message could not be posted")
	j.channel = channel
	var p timeline.Posted
	err := c.call(ctx, j, func(ctx context.Context) (err error) {
		p.Channel, p.TS, err = c.api.PostMessageContext(ctx, channel, opts...)
		return err
	})
	if err == nil {
		c.places.alias(channel, p.Channel)
	}
	return p, err
}

// EditPost replaces a message of ours. One that is gone, or that a setting of the
// workspace no longer lets us edit, wraps timeline.ErrNoMessage.
func (c *Client) EditPost(ctx context.Context, channel, ts, key string, m templates.Message) error {
	return c.call(ctx, write("chat.update", "the message could not be edited"), func(ctx context.Context) error {
		_, _, _, err := c.api.UpdateMessageContext(ctx, channel, ts, content(m, key)...)
		return err
	})
}

// FindPost looks for a message of ours that carries key, written at or after
// since, in the channel or in a thread of it.
func (c *Client) FindPost(ctx context.Context, channel, thread, key string, since time.Time) (timeline.Posted, bool, error) {
	id, err := c.channelID(ctx, channel)
	if err != nil || id == "" {
		return timeline.Posted{}, false, err
	}
	p := page{channel: id, thread: thread, oldest: sinceTS(since), metadata: true}
	var found timeline.Posted
	err = c.eachMessage(ctx, p, func(m *message) bool {
		if c.own(m) && m.Metadata.EventType == eventType && m.Metadata.Payload[keyField] == key {
			found = timeline.Posted{Channel: id, TS: m.TS}
		}
		return found.TS == ""
	})
	return found, found.TS != "", err
}

// sinceTS is where a search begins: Slack's clock and ours may differ a little.
func sinceTS(since time.Time) string { return timeline.SlackTS(since.Add(-5 * time.Second)) }

// own reports a message that we wrote.
func (c *Client) own(m *message) bool {
	me := c.identity()
	return (m.BotID != "" && m.BotID == me.bot) || (m.User != "" && m.User == me.user)
}

// channelID gives the id of what Post takes. A #name is looked for among the bot's
// own channels; "" means that it is in none of that name, so nothing was posted
// there by somebody who could read it again.
func (c *Client) channelID(ctx context.Context, channel string) (string, error) {
	switch {
	case isPerson(channel):
		if id, ok := c.places.aliasOf(channel); ok {
			return id, nil
		}
		var ch *slack.Channel
		err := c.call(ctx, read("conversations.open", "the direct message could not be opened"), func(ctx context.Context) (err error) {
			ch, _, _, err = c.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{channel}})
			return err
		})
		if err != nil {
			return "", err
		}
		return ch.ID, nil
	case strings.HasPrefix(channel, "#"):
		if id, ok := c.places.aliasOf(channel); ok {
			return id, nil
		}
		name := strings.TrimPrefix(channel, "#")
		ch, err := c.ownRooms(ctx, func(ch *slack.Channel) bool { return ch.Name == name })
		if err != nil || ch == nil {
			return "", err
		}
		return ch.ID, nil
	}
	return channel, nil
}

// Pin pins a message; pinned already is success.
func (c *Client) Pin(ctx context.Context, channel, ts string) error {
	err := c.call(ctx, write("pins.add", "the message could not be pinned"), func(ctx context.Context) error {
		return c.api.AddPinContext(ctx, channel, slack.NewRefToMessage(channel, ts))
	})
	if codeOf(err) == "already_pinned" {
		return nil
	}
	return err
}

// Permalink is the link that a message has, computed from the workspace's address.
// Replies name their thread.
func (c *Client) Permalink(channel, ts, threadTS string) string {
	base := c.identity().url
	if base == "" || channel == "" || ts == "" {
		return ""
	}
	link := base + "archives/" + channel + "/p" + strings.ReplaceAll(ts, ".", "")
	if threadTS != "" && threadTS != ts {
		link += "?thread_ts=" + threadTS + "&cid=" + channel
	}
	return link
}

// alias remembers which id Slack made of a #name or of a person's id, until a
// channel is renamed.
func (p *places) alias(channel, id string) {
	if id != "" && channel != id && (isPerson(channel) || strings.HasPrefix(channel, "#")) {
		p.aliases.Store(channel, id)
	}
}

func (p *places) aliasOf(channel string) (string, bool) {
	v, ok := p.aliases.Load(channel)
	id, _ := v.(string)
	return id, ok
}

// renamed forgets a channel's name and what was made of names.
func (p *places) renamed(id string) {
	p.forget(id)
	p.aliases.Range(func(k, _ any) bool {
		if name, _ := k.(string); strings.HasPrefix(name, "#") {
			p.aliases.Delete(k)
		}
		return true
	})
}
