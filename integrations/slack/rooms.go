package slack

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"backout/timeline"
)

// OpenChannel creates a channel. A name that exists wraps timeline.ErrNameTaken,
// whether or not we may see the channel that has it.
func (c *Client) OpenChannel(ctx context.Context, name string, private bool) (timeline.Channel, error) {
	var ch *slack.Channel
	err := c.call(ctx, write("conversations.create", "the channel could not be created"), func(ctx context.Context) (err error) {
		ch, err = c.api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: name, IsPrivate: private})
		return err
	})
	if err != nil {
		return timeline.Channel{}, err
	}
	return c.room(ch), nil
}

// room notes the channel's name on the way.
func (c *Client) room(ch *slack.Channel) timeline.Channel {
	c.places.set(ch.ID, ch.Name, c.opt.Now())
	return timeline.Channel{ID: ch.ID, Name: ch.Name, Private: ch.IsPrivate, From: ch.Created.Time().UTC()}
}

// maxPages bounds every paging loop, against a cursor that never ends.
const maxPages = 500

// FindOwnChannel looks among the channels that the bot is a member of, never in
// the whole workspace, for one of that name that the bot created at or after
// since. Slack counts creation in whole seconds.
func (c *Client) FindOwnChannel(ctx context.Context, name string, since time.Time) (timeline.Channel, bool, error) {
	found, err := c.ownRooms(ctx, func(ch *slack.Channel) bool {
		return ch.Name == name && ch.Creator == c.BotUserID() && ch.Created.Time().Unix() >= since.Unix()
	})
	if err != nil || found == nil {
		return timeline.Channel{}, false, err
	}
	return c.room(found), true, nil
}

// ownRooms pages the bot's own channels until one fits; nil when none does.
func (c *Client) ownRooms(ctx context.Context, fits func(*slack.Channel) bool) (*slack.Channel, error) {
	params := slack.GetConversationsForUserParameters{Types: []string{"public_channel", "private_channel"}, ExcludeArchived: true, Limit: 200}
	for range maxPages {
		var page []slack.Channel
		err := c.call(ctx, read("users.conversations", "Backout's own channels could not be listed"), func(ctx context.Context) (err error) {
			page, params.Cursor, err = c.api.GetConversationsForUserContext(ctx, &params)
			return err
		})
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(page, func(ch slack.Channel) bool { return fits(&ch) }); i >= 0 {
			return &page[i], nil
		}
		if params.Cursor == "" {
			break
		}
	}
	return nil, nil
}

// maxInvites is how many ids one call takes.
const maxInvites = 100

// Invite brings in users and the members of user groups. Groups are resolved from
// memory only: one that is not known yet is named as missing and fetched in the
// background, so that declaring never waits for it. The bot itself is left out;
// who is in the channel already is no trouble.
func (c *Client) Invite(ctx context.Context, channel string, ids []string) ([]timeline.Missing, error) {
	users, missing := c.invitees(ids)
	for batch := range slices.Chunk(users, maxInvites) {
		more, err := c.invite(ctx, channel, batch)
		if err != nil {
			return nil, err
		}
		missing = append(missing, more...)
	}
	return missing, nil
}

func (c *Client) invitees(ids []string) (users []string, missing []timeline.Missing) {
	add := func(id string) {
		if id != "" && id != c.BotUserID() && !slices.Contains(users, id) {
			users = append(users, id)
		}
	}
	for _, id := range ids {
		if !strings.HasPrefix(id, "S") {
			add(id)
			continue
		}
		members, ok := c.GroupMembers(id)
		if !ok {
			c.background(func(ctx context.Context) { c.RefreshGroups(ctx, []string{id}) })
			missing = append(missing, timeline.Missing{User: id, Why: "Slack has not said yet who is in this group; invite it in the channel, or try again in a minute"})
		}
		for _, m := range members {
			add(m)
		}
	}
	return users, missing
}

type inviteAnswer struct {
	Errors []struct {
		User  string `json:"user"`
		Error string `json:"error"`
	} `json:"errors"`
}

func (c *Client) invite(ctx context.Context, channel string, users []string) ([]timeline.Missing, error) {
	var answer inviteAnswer
	args := url.Values{"channel": {channel}, "users": {strings.Join(users, ",")}, "force": {"true"}}
	err := c.call(ctx, write("conversations.invite", "people could not be invited"), func(ctx context.Context) error {
		answer = inviteAnswer{}
		return c.form(ctx, "conversations.invite", args, &answer)
	})
	var missing []timeline.Missing
	for _, e := range answer.Errors {
		if e.Error != "already_in_channel" && e.Error != "cant_invite_self" && e.User != "" {
			missing = append(missing, timeline.Missing{User: e.User, Why: missingWhy(e.Error)})
		}
	}
	// With force, an error of the whole call together with one for each person only
	// means that nobody was left to invite.
	if err != nil && (len(answer.Errors) > 0 || codeOf(err) == "already_in_channel" || codeOf(err) == "cant_invite_self") {
		return missing, nil
	}
	if code := codeOf(err); len(users) == 1 && aboutPerson(code) {
		return []timeline.Missing{{User: users[0], Why: missingWhy(code)}}, nil
	}
	return missing, err
}

// aboutPerson reports codes of conversations.invite that concern the invited.
func aboutPerson(code string) bool {
	return slices.Contains([]string{
		"cant_invite", "user_not_found", "no_user", "user_is_restricted", "ura_max_channels", "org_user_not_in_team",
		"app_cannot_join_channel", "invitee_cant_see_channel", "no_external_invite_permission",
	}, code)
}

// maxTopic is Slack's limit for topics, in characters.
const maxTopic = 250

// SetTopic sets the topic, cut to what fits.
func (c *Client) SetTopic(ctx context.Context, channel, topic string) error {
	return c.call(ctx, write("conversations.setTopic", "the topic could not be set"), func(ctx context.Context) error {
		_, err := c.api.SetTopicOfConversationContext(ctx, channel, cut(topic, maxTopic))
		return err
	})
}

// Members lists who is in the channel.
func (c *Client) Members(ctx context.Context, channel string) ([]string, error) {
	params := slack.GetUsersInConversationParameters{ChannelID: channel, Limit: 500}
	var out []string
	for range maxPages {
		var page []string
		err := c.call(ctx, read("conversations.members", "the members of the channel could not be listed"), func(ctx context.Context) (err error) {
			page, params.Cursor, err = c.api.GetUsersInConversationContext(ctx, &params)
			return err
		})
		if err != nil {
			return nil, err
		}
		out = append(out, page...)
		if params.Cursor == "" {
			break
		}
	}
	return out, nil
}

// JoinChannel makes the bot a member of a public channel; being one is success.
func (c *Client) JoinChannel(ctx context.Context, channel string) error {
	return c.call(ctx, write("conversations.join", "Backout could not join the channel"), func(ctx context.Context) error {
		_, _, _, err := c.api.JoinConversationContext(ctx, channel)
		return err
	})
}

// Room gives a channel's name, whether it is private, and when it was created.
func (c *Client) Room(ctx context.Context, channel string) (timeline.Channel, error) {
	var ch *slack.Channel
	err := c.call(ctx, read("conversations.info", "Slack could not say which channel this is"), func(ctx context.Context) (err error) {
		ch, err = c.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
		return err
	})
	if err != nil {
		return timeline.Channel{}, err
	}
	return c.room(ch), nil
}
