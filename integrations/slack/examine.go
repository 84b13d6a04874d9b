package slack

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// App is what Slack says of the app when it is asked once.
type App struct {
	Team, Bot string
	// Lacks are the scopes that it should have and has not. It is nil when Slack does
	// not say which it has.
	Lacks []string
}

// Examine signs in once, without waiting for a Slack that does not answer, and
// compares the scopes that the token has with those that Backout asks for.
func (c *Client) Examine(ctx context.Context) (App, error) {
	var r *slack.AuthTestResponse
	err := c.call(ctx, write("auth.test", "Backout could not sign in to Slack"), func(ctx context.Context) (err error) {
		r, err = c.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return App{}, err
	}
	app := App{Team: r.Team, Bot: r.User}
	said := r.Header.Get("X-Oauth-Scopes")
	if said == "" {
		return app, nil
	}
	has := strings.FieldsFunc(said, func(r rune) bool { return r == ',' || r == ' ' })
	for _, scope := range Scopes() {
		if !slices.Contains(has, scope) {
			app.Lacks = append(app.Lacks, scope)
		}
	}
	return app, nil
}

// ExamineSocket asks for the address of a link, which it does not open: that the
// app's token is right and Socket Mode is on shows in it.
func (c *Client) ExamineSocket(ctx context.Context, appToken string) error {
	api := slack.New("", slack.OptionAPIURL(c.base), slack.OptionHTTPClient(c.http), slack.OptionAppLevelToken(appToken))
	return c.call(ctx, write("apps.connections.open", "a link to Slack could not be had"), func(ctx context.Context) error {
		_, _, err := api.StartSocketModeContext(ctx)
		return err
	})
}

// Standing is how the bot stands to a channel.
type Standing struct {
	Name             string
	Member, Archived bool
}

// ExamineChannel looks at one channel, by its id.
func (c *Client) ExamineChannel(ctx context.Context, id string) (Standing, error) {
	var ch *slack.Channel
	err := c.call(ctx, write("conversations.info", "Slack could not say which channel this is"), func(ctx context.Context) (err error) {
		ch, err = c.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		return err
	})
	if err != nil {
		return Standing{}, err
	}
	return Standing{Name: ch.Name, Member: ch.IsMember, Archived: ch.IsArchived}, nil
}
