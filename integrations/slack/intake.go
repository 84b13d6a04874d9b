package slack

import (
	"context"
	"errors"
	"time"

	"backout/timeline"
)

// intake turns envelopes into changes of the record and into requests of people.
type intake struct {
	s        *Sockets
	client   *Client
	opt      SocketOptions
	answered *recent
}

// handle works on one envelope and gives a word for the metrics. It acknowledges
// what is durable, what nothing is to be done about, and what nobody knows: an
// envelope that is never acknowledged comes four times and counts against the app.
func (in *intake) handle(ctx context.Context, d delivery) string {
	switch d.frame.Type {
	case "events_api":
		err := in.event(ctx, d)
		if worthAgain(err) {
			in.opt.Log.Warn("an event was not recorded; Slack brings it again", "attempt", d.frame.Attempt, "error", err)
			return "unrecorded"
		}
		d.ack.send(nil)
		if err != nil {
			in.opt.Log.Info("an event was put aside", "error", err)
			return "refused"
		}
		return "done"
	case "slash_commands":
		return in.slash(ctx, d)
	case "interactive":
		return in.interactive(ctx, d)
	}
	d.ack.send(nil)
	return "unknown"
}

// worthAgain reports whether Slack is to deliver again: the change was not
// refused, it could not be stored, or what it needed could not be fetched.
func worthAgain(err error) bool {
	var refusal *timeline.Refusal
	var trouble *timeline.Trouble
	switch {
	case err == nil:
		return false
	case errors.Is(err, timeline.ErrStore), errors.Is(err, errStore):
		return true
	case errors.As(err, &refusal), errors.Is(err, timeline.ErrUnknownMessage):
		return false
	case errors.As(err, &trouble):
		return !trouble.Permanent
	}
	return true
}

// errStore says that a request could not be stored.
var errStore = errors.New("the request was not recorded")

func (in *intake) event(ctx context.Context, d delivery) error {
	var o outer
	if err := lenient(d.frame.Payload, &o); err != nil {
		return timeline.Refuse(timeline.Invalid, "An event is no JSON.", "")
	}
	if o.Type == "app_rate_limited" {
		in.s.state.missed(time.Unix(max(o.Minute, 1), 0).UTC())
		return nil
	}
	var e event
	if err := lenient(o.Event, &e); err != nil {
		return timeline.Refuse(timeline.Invalid, "An event has no content.", "")
	}
	switch e.Type {
	case "message":
		return in.messageEvent(ctx, d, o)
	case "app_mention":
		return in.mention(ctx, d, o)
	case "reaction_added", "reaction_removed":
		return in.reaction(ctx, o, e, d.frame.Attempt > 0)
	case "app_home_opened":
		in.homeOpened(ctx, d, o, e)
		return nil
	}
	return in.upkeep(ctx, e)
}

// upkeep takes events about channels, people and the app itself.
func (in *intake) upkeep(ctx context.Context, e event) error {
	channel, _ := idOf(e.Channel)
	user, _ := idOf(e.User)
	me := in.client.BotUserID()
	switch e.Type {
	case "channel_rename", "group_rename":
		id, name := idOf(e.Channel)
		in.client.places.renamed(id)
		in.client.places.set(id, name, in.opt.Now())
	case "member_joined_channel", "channel_unarchive", "group_unarchive":
		if e.Type != "member_joined_channel" || user == me {
			in.mayRead(channel)
		}
	case "member_left_channel":
		if user == me {
			return in.lost(ctx, channel, e.EventTS, "Backout was removed from the channel; invite it again to go on recording")
		}
	case "channel_left", "group_left":
		return in.lost(ctx, channel, e.EventTS, "Backout was removed from the channel; invite it again to go on recording")
	case "channel_archive", "group_archive":
		return in.lost(ctx, channel, e.EventTS, "the channel was archived")
	case "channel_deleted", "group_deleted":
		return in.lost(ctx, channel, e.EventTS, "the channel was deleted")
	case "channel_id_changed":
		in.opt.Log.Warn("Slack changed a channel's id; the incident goes on in a channel that Backout does not know", "old", e.OldChannel)
		return in.lost(ctx, e.OldChannel, e.EventTS, "Slack gave the channel another id; adopt it to go on recording")
	case "subteam_members_changed":
		in.client.groupChanged(e.SubteamID)
	case "subteam_updated":
		in.client.groupChanged(e.Subteam.ID)
	case "user_change", "user_profile_changed", "user_status_changed":
		in.client.people.forget(user)
	case "app_uninstalled":
		in.s.fail(&timeline.Trouble{Permanent: true, Sentence: "Backout was uninstalled from the workspace; install the app again and set the new tokens"})
	case "tokens_revoked":
		if len(e.Tokens.Bot) > 0 {
			in.s.fail(&timeline.Trouble{Permanent: true, Sentence: "Backout's token was revoked; install the app again and set the new tokens"})
		}
	}
	return nil
}

// mayRead says that an incident's channel can be read, perhaps again.
func (in *intake) mayRead(channel string) {
	if _, ok := in.opt.Recorder.InChannel(channel); ok {
		in.opt.Readable(channel)
	}
}

func (in *intake) lost(ctx context.Context, channel, ts, why string) error {
	in.client.places.renamed(channel)
	unbroken, _ := in.s.UnbrokenSince()
	_, err := in.opt.Recorder.Record(ctx, timeline.Lost(channel, in.at(ts), unbroken, why))
	return err
}

// at is the instant of an event, now when it names none.
func (in *intake) at(ts string) time.Time {
	if t, ok := timeline.SlackTime(ts); ok {
		return t
	}
	return in.opt.Now().UTC()
}
