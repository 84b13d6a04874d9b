package slack

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"backout/timeline"
)

// OwnChannel is a channel that the bot made.
type OwnChannel struct {
	timeline.Channel
	Topic string
}

// OwnChannels gives the channels that the bot made and is in, whose names begin
// so. Only its own channels are looked through, never the workspace.
func (c *Client) OwnChannels(ctx context.Context, prefix string) ([]OwnChannel, error) {
	var out []OwnChannel
	_, err := c.ownRooms(ctx, func(ch *slack.Channel) bool {
		if strings.HasPrefix(ch.Name, prefix) && ch.Creator == c.BotUserID() {
			out = append(out, OwnChannel{c.room(ch), ch.Topic.Value})
		}
		return false
	})
	return out, err
}
