package outbox

import (
	"context"
	"time"

	"backout/templates"
	"backout/timeline"
)

// The interfaces below are all that the outbox asks of Slack. Errors are
// *timeline.Trouble, which says whether an attempt may have succeeded; a name
// that exists wraps timeline.ErrNameTaken.

// Rooms opens channels and fills them.
type Rooms interface {
	// OpenChannel creates a channel.
	OpenChannel(ctx context.Context, name string, private bool) (timeline.Channel, error)
	// FindOwnChannel looks among the bot's own channels for one of that name that
	// the bot created at or after since.
	FindOwnChannel(ctx context.Context, name string, since time.Time) (timeline.Channel, bool, error)
	// Invite brings in users and the members of user groups; those who cannot come
	// are named.
	Invite(ctx context.Context, channel string, ids []string) ([]timeline.Missing, error)
	SetTopic(ctx context.Context, channel, topic string) error
	// Members lists who is in the channel.
	Members(ctx context.Context, channel string) ([]string, error)
}

// Posts writes messages.
type Posts interface {
	// Post writes a message that carries key, so that FindPost can recognise it.
	// The channel may be an id, a #name, or a user's id for a direct message.
	Post(ctx context.Context, channel, thread, key string, m templates.Message) (timeline.Posted, error)
	// EditPost replaces a message of ours.
	EditPost(ctx context.Context, channel, ts, key string, m templates.Message) error
	// FindPost looks for a message of ours that carries key, written at or after since.
	FindPost(ctx context.Context, channel, thread, key string, since time.Time) (timeline.Posted, bool, error)
	// Pin pins a message; pinned already is success.
	Pin(ctx context.Context, channel, ts string) error
}

// Files uploads documents.
type Files interface {
	// Stage uploads a file that nobody sees yet and gives its id.
	Stage(ctx context.Context, name string, content []byte) (id string, err error)
	// Share shows a staged file in the channel and gives its link.
	Share(ctx context.Context, channel, id, title, comment string) (link string, err error)
	// FindShared looks whether the file was shared in the channel at or after since.
	FindShared(ctx context.Context, channel, id string, since time.Time) (link string, found bool, err error)
}

// History reads what was said.
type History interface {
	// Sweep reads the channel's history from the stored mark, records what is
	// missing and then that the record is complete up to now.
	Sweep(ctx context.Context, channel string) error
}
