package commands

import (
	"fmt"
	"time"

	"backout/timeline"
)

// maxNext bounds how far ahead an update can be promised.
const maxNext = 7 * 24 * time.Hour

// update tells stakeholders; without a text a dialog asks.
func (k *call) update() (Answer, error) {
	next, err := k.next(k.opt("next"))
	if err != nil {
		return Answer{}, err
	}
	if k.empty() {
		return k.offer(updateForm)
	}
	return k.record(timeline.GiveUpdate(k.req.Key, k.req.User, k.in.Number, k.text(), next))
}

// next reads when the following update is promised; empty and "none" are never.
func (k *call) next(typed string) (time.Time, error) {
	if typed == "" || typed == "none" {
		return time.Time{}, nil
	}
	d, ok := span(typed)
	if !ok || d > maxNext {
		return time.Time{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`next:%s` is no length of time up to seven days.", plain(typed)), "Type for example: /incident update Rolled back, watching next:30m")
	}
	return k.now.Add(d), nil
}

// private moves the work into a private channel.
func (k *call) private() (Answer, error) {
	if !k.empty() {
		return Answer{}, timeline.Refuse(timeline.Invalid, "This takes no words.", "Type `/incident private` alone in the channel of the incident.")
	}
	var members []string
	if !k.in.Private && k.in.Channel.ID != "" {
		all, err := k.deps.Rooms.Members(k.ctx, k.in.Channel.ID)
		if err != nil {
			return Answer{}, &timeline.Refusal{
				Kind: timeline.Unavailable, Sentence: "Slack did not say who is in the channel, so nothing was changed.",
				Instead: "Type `/incident private` again in a moment.", Cause: err,
			}
		}
		for _, m := range all {
			if m != k.set.Bot {
				members = append(members, m)
			}
		}
	}
	return k.record(timeline.MakePrivate(k.req.Key, k.req.User, k.in.Number, members))
}

// link keeps a link.
func (k *call) link() (Answer, error) {
	url, label, ok := linkOf(k.first())
	if !ok {
		return Answer{}, timeline.Refuse(timeline.Invalid, "A link begins with https:// or http://.", "Type for example: /incident link https://status.example/1 Status page")
	}
	k.drop(1)
	name := k.text()
	if name == "" {
		name = label
	}
	return k.record(timeline.KeepLink(k.req.Key, k.req.User, k.in.Number, url, name))
}
