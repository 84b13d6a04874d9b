package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"backout/timeline"
)

// adoptBack is how far back an adopted channel is read unless told otherwise.
const adoptBack = 24 * time.Hour

// adopt makes the channel it is typed in an incident.
func (k *call) adopt() (Answer, error) {
	if k.req.Channel == "" || k.req.Direct || k.req.ChannelName == "directmessage" {
		return Answer{}, timeline.Refuse(timeline.Invalid, "A direct message cannot become an incident.", "Type `/incident adopt` in the channel, or `/incident new` with a title.")
	}
	back := adoptBack
	if v := k.opt("since"); v != "" {
		var ok bool
		if back, ok = span(v); !ok {
			return Answer{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`since:%s` is no length of time.", plain(v)), "Type for example: /incident adopt since:48h")
		}
	}
	sev, services, err := k.severityAndServices()
	if err != nil {
		return Answer{}, err
	}
	room, err := k.room()
	if err != nil {
		return Answer{}, err
	}
	return k.record(timeline.Adopt(k.req.Key, k.req.User, timeline.Adoption{
		Channel: k.req.Channel, Name: room.Name, Private: room.Private, Since: k.now.Add(-back),
		Declaration: timeline.Declaration{Title: k.text(), Severity: sev, Services: services, Lead: k.req.User},
	}))
}

// room looks at the channel and makes the bot a member of it.
func (k *call) room() (timeline.Channel, error) {
	room, err := k.deps.Rooms.Room(k.ctx, k.req.Channel)
	if err == nil && !room.Private {
		err = k.deps.Rooms.Join(k.ctx, k.req.Channel)
	}
	if err != nil {
		return room, unreadable(err)
	}
	return room, nil
}

// unreadable says whether asking again helps or an invitation does.
func unreadable(err error) error {
	r := &timeline.Refusal{
		Kind: timeline.Unavailable, Sentence: "Backout cannot read this channel, so nothing was recorded.",
		Instead: "Bring it in with `/invite @Backout`, then type `/incident adopt` again.", Cause: err,
	}
	var t *timeline.Trouble
	if passing := errors.As(err, &t) && !t.Permanent; passing || errors.Is(err, context.DeadlineExceeded) {
		r.Sentence = "Slack does not let Backout into this channel just now, so nothing was recorded."
		r.Instead = "Type `/incident adopt` again in a minute. `/incident new` records at once, in a channel of its own."
	}
	return r
}
