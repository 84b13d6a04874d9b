package outbox

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
	"backout/timeline/rollback"
)

// carryOut performs the effect and gives the change that records its success.
func (o *Outbox) carryOut(ctx context.Context, e *timeline.Effect) (timeline.Change, error) {
	if e.Incident == timeline.Ledger {
		return o.carryCommon(ctx, e)
	}
	in, err := o.Record.Incident(ctx, e.Incident)
	if err != nil {
		return timeline.Change{}, err
	}
	switch e.Kind {
	case timeline.OweChannel:
		return o.openChannel(ctx, e, in)
	case timeline.OweInvite:
		return o.invite(ctx, e, in)
	case timeline.OweCard:
		return o.card(ctx, e, in)
	case timeline.OwePin:
		p := in.Posts[postCard]
		return timeline.Carried(*e), o.Posts.Pin(ctx, p.Channel, p.TS)
	case timeline.OweTopic:
		return timeline.Carried(*e), o.Rooms.SetTopic(ctx, in.Channel.ID, templates.Topic(o.Views.View(in), o.Views))
	case timeline.OweAnnouncement:
		return o.announce(ctx, e, in)
	case timeline.OweSweep:
		return timeline.Carried(*e), o.History.Sweep(ctx, in.Channel.ID)
	case timeline.OweBriefing:
		return o.brief(ctx, e, in)
	case timeline.OweNews:
		o.meet(ctx, in, e.N)
		m, ok := templates.News(o.Views.View(in), e.N, o.Views)
		if !ok {
			return timeline.Carried(*e), nil
		}
		return timeline.Carried(*e), o.postOnce(ctx, e, in.Channel.ID, m)
	case timeline.OweNotice:
		return timeline.Carried(*e), o.postOnce(ctx, e, e.Channel, templates.Notice(o.Views.View(in), e.N))
	}
	return o.carryDocuments(ctx, e, in)
}

// carryDocuments carries out what is owed afterwards.
func (o *Outbox) carryDocuments(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	switch e.Kind {
	case timeline.OwePostmortem:
		return o.postmortem(ctx, e, in)
	case timeline.OwePublic:
		return o.public(ctx, e, in)
	case timeline.OweChart:
		return o.chart(ctx, e, in)
	case timeline.OweLessons:
		return o.lessons(ctx, e, in)
	case timeline.OweProposal:
		return o.propose(ctx, e, in)
	case timeline.OweTicket:
		return o.ticket(ctx, e, in)
	case timeline.OweTicketState:
		return o.ticketState(ctx, e, in)
	case timeline.OweSecretNotice:
		return o.secretNotice(ctx, e, in)
	}
	return o.carryWork(ctx, e, in)
}

// carryWork carries out what is owed about deploys and rollbacks.
func (o *Outbox) carryWork(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	switch e.Kind {
	case timeline.OweSuspects:
		return o.suspects(ctx, e, in)
	case timeline.OweFacts:
		return o.facts(ctx, e, in)
	case timeline.OweDeployPost:
		return o.deployPost(ctx, e, in)
	case timeline.OweRollbackPost:
		return o.rollbackPost(ctx, e, in)
	case timeline.OwePreview:
		return o.preview(ctx, e, in)
	case timeline.OweDispatch:
		return o.startRun(ctx, e, in)
	case timeline.OweFollow:
		return o.follow(ctx, e, in)
	case timeline.OweLapse:
		return rollback.Lapsed(*e), nil
	case timeline.OweRerun:
		return o.rerun(ctx, e, in)
	case timeline.OweCancelRun:
		return o.cancelRun(ctx, e, in)
	}
	return o.carryAlerts(ctx, e, in)
}

// meet learns the names of those whom a post is about: its notification is plain
// text, in which an id would say nothing.
func (o *Outbox) meet(ctx context.Context, in *timeline.Incident, n int) {
	en, ok := in.Entry(n)
	if !ok {
		return
	}
	ids := []string{en.Who}
	switch b := en.Body.(type) {
	case timeline.RoleSet:
		ids = append(ids, b.User)
	case timeline.FollowUpAdded:
		ids = append(ids, b.Owner)
	}
	ctx, cancel := context.WithTimeout(ctx, nameWait)
	defer cancel()
	o.Views.Warm(ctx, slices.DeleteFunc(ids, func(id string) bool { return id == "" || id == timeline.Backout }))
}

// nameWait is how long a post waits for names at most.
const nameWait = 3 * time.Second

// maxNames is how many names are tried for one channel.
const maxNames = 30

// openChannel creates the incident's channel under the first free name. A taken
// name is not looked up by listing: the next suffix is tried. Only when an
// earlier attempt may have succeeded each name is first looked for among the
// bot's own channels.
func (o *Outbox) openChannel(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	name, err := templates.ChannelName(o.opt.ChannelPattern, nameData(in))
	if err != nil {
		return timeline.Change{}, &timeline.Trouble{Permanent: true, Sentence: "the channel pattern in the configuration makes no name", Cause: err}
	}
	var room timeline.Channel
	for i := range maxNames {
		candidate := templates.ChannelNameAttempt(name, i)
		if e.Unsure {
			found, ok, err := o.ownRoom(ctx, candidate, e.Created)
			if err != nil {
				return timeline.Change{}, err
			}
			if ok {
				return timeline.ChannelIsOpen(*e, found), nil
			}
		}
		room, err = o.Rooms.OpenChannel(ctx, candidate, in.Private)
		if err == nil {
			if room.From.IsZero() {
				room.From = e.Created
			}
			return timeline.ChannelIsOpen(*e, room), nil
		}
		if !errors.Is(err, timeline.ErrNameTaken) {
			return timeline.Change{}, err
		}
	}
	return timeline.Change{}, err
}

// ownRoom finds a channel that an earlier attempt made. One that belongs to an
// incident already is not it. Slack counts creation in whole seconds.
func (o *Outbox) ownRoom(ctx context.Context, name string, since time.Time) (timeline.Channel, bool, error) {
	c, ok, err := o.Rooms.FindOwnChannel(ctx, name, since.Add(-time.Second))
	if err != nil || !ok {
		return c, false, err
	}
	if _, taken := o.Record.InChannel(c.ID); taken {
		return c, false, nil
	}
	return c, true, nil
}

func nameData(in *timeline.Incident) templates.NameData {
	d := templates.NameData{Number: in.Number, Title: in.Title, Severity: in.Severity, Date: in.Moments().Declared.At}
	if len(in.Services) > 0 {
		d.Service = in.Services[0]
	}
	return d
}

// groupPause and groupTries are how long and how often a user group that is not
// known yet is waited for.
const (
	groupPause = 5 * time.Second
	groupTries = 3
)

// invite brings people in. Who could not be is named on the card, with a button
// that tries again: people learn it there, not from the log.
func (o *Outbox) invite(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	missing, err := o.Rooms.Invite(ctx, in.Channel.ID, e.Users)
	if err != nil {
		return timeline.Change{}, err
	}
	if len(missing) == 0 {
		return timeline.Carried(*e), nil
	}
	left := *e
	left.Users = nil
	var why []string
	for _, m := range missing {
		who := "<@" + m.User + ">"
		if strings.HasPrefix(m.User, "S") {
			who = "<!subteam^" + m.User + ">"
			if e.Attempts < groupTries {
				return timeline.Postponed(*e, o.opt.Now().Add(groupPause), false), nil
			}
		}
		left.Users = append(left.Users, m.User)
		why = append(why, who+": "+m.Why)
	}
	return timeline.GivenUp(left, strings.Join(why, "; ")), nil
}

const (
	postCard         = "card"
	postAnnouncement = "announcement"
)

// card keeps the status card of the current channel current, and posts it first.
func (o *Outbox) card(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	return o.living(ctx, e, in, postCard, in.Channel.ID, templates.Card(o.Views.View(in)), timeline.CardPosted)
}

// announce keeps the announcement current. A private incident has none; one that
// became private has its announcement blanked.
func (o *Outbox) announce(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	_, posted := in.Posts[postAnnouncement]
	if o.opt.Announce == "" || (in.Private && !posted) {
		return timeline.Carried(*e), nil
	}
	record := func(e timeline.Effect, p timeline.Posted) timeline.Change { return timeline.Carried(e, p) }
	return o.living(ctx, e, in, postAnnouncement, o.opt.Announce, templates.Announcement(o.Views.View(in)), record)
}

// living sets a message that is kept current: the one recorded is edited, one
// that an unsure attempt may have left is found, else a new one is posted.
func (o *Outbox) living(ctx context.Context, e *timeline.Effect, in *timeline.Incident, what, channel string, m templates.Message,
	record func(timeline.Effect, timeline.Posted) timeline.Change,
) (timeline.Change, error) {
	p, stands := in.Posts[what]
	if what != postAnnouncement && p.Channel != channel {
		stands = false // work moved to another channel, which has no such post yet
	}
	if stands {
		err := o.Posts.EditPost(ctx, p.Channel, p.TS, e.Key, m)
		if !errors.Is(err, timeline.ErrNoMessage) {
			return timeline.Carried(*e), err
		}
	}
	p, err := o.findOrPost(ctx, e, e.Unsure && !stands, channel, m)
	if err != nil {
		return timeline.Change{}, err
	}
	p.What = what
	return record(*e, p), nil
}

// postOnce posts a message that is not edited later.
func (o *Outbox) postOnce(ctx context.Context, e *timeline.Effect, channel string, m templates.Message) error {
	_, err := o.findOrPost(ctx, e, e.Unsure, channel, m)
	return err
}

// findOrPost posts a message, unless it is to look first and finds that an earlier
// attempt posted it.
func (o *Outbox) findOrPost(ctx context.Context, e *timeline.Effect, look bool, channel string, m templates.Message) (timeline.Posted, error) {
	if look {
		if p, found, err := o.Posts.FindPost(ctx, channel, "", e.Key, e.Created); err != nil || found {
			return p, err
		}
	}
	return o.Posts.Post(ctx, channel, "", e.Key, m)
}

func (o *Outbox) brief(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	i := slices.IndexFunc(in.Roles, func(t timeline.RoleTerm) bool { return t.N == e.N })
	if i < 0 || len(e.Users) == 0 || in.Holder(in.Roles[i].Role) != e.Users[0] {
		return timeline.Carried(*e), nil // handed on before it could be told
	}
	m := templates.Briefing(o.Views.View(in), in.Roles[i].Role, e.Users[0])
	return timeline.Carried(*e), o.postOnce(ctx, e, e.Users[0], m)
}
