package commands

import (
	"fmt"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// postmortem puts the draft where people want it, or says how far it is.
func (k *call) postmortem() (Answer, error) {
	key, who, n := k.req.Key, k.req.User, k.in.Number
	switch word := strings.ToLower(k.text()); word {
	case "", "file":
		return k.draft()
	case "pr", "pull request":
		return k.propose()
	case "public":
		return k.publicDraft()
	case "draft":
		return k.record(timeline.SetReview(key, who, n, timeline.ReviewDraft))
	case "review", "in review":
		return k.record(timeline.SetReview(key, who, n, timeline.ReviewOpen))
	case "done":
		return k.record(timeline.SetReview(key, who, n, timeline.ReviewDone))
	default:
		return Answer{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("There is no form `%s`.", plain(word)),
			"Type `/incident postmortem` for the draft, `/incident postmortem pr` for a pull request, `/incident postmortem public` for the version without names, or `/incident postmortem review` and `/incident postmortem done` to say how far it is.")
	}
}

// draft owes the upload. It makes no event, so the answer rests on the number.
func (k *call) draft() (Answer, error) {
	if _, err := k.deps.Record.Record(k.ctx, timeline.RequestPostmortem(k.req.Key, k.req.User, k.in.Number)); err != nil {
		return Answer{}, err
	}
	return k.say(templates.T("The draft of "+k.in.ID()+" comes into "), templates.Ch(k.in.Channel.ID), templates.T(" as a file, with its chart and its lessons."))
}

// propose owes the pull request.
func (k *call) propose() (Answer, error) {
	id := k.in.ID()
	if k.set.PostmortemRepo == "" {
		return Answer{}, timeline.Refuse(timeline.Conflict, "No repository for postmortems is connected, so there is no pull request.",
			fmt.Sprintf("`/incident postmortem file` puts the draft into the channel; `backout export %s` writes it on the command line. The platform team sets `postmortem.repo`.", id))
	}
	if _, err := k.deps.Record.Record(k.ctx, timeline.RequestProposal(k.req.Key, k.req.User, k.in.Number)); err != nil {
		return Answer{}, err
	}
	return k.say(templates.T("The postmortem of "+id+" goes to "), templates.C(k.set.PostmortemRepo), templates.T(" as a pull request; the channel is told where. Words that people write there stay when it is renewed."))
}

// publicDraft owes the version for the public.
func (k *call) publicDraft() (Answer, error) {
	if _, err := k.deps.Record.Record(k.ctx, timeline.RequestPublic(k.req.Key, k.req.User, k.in.Number)); err != nil {
		return Answer{}, err
	}
	a, err := k.say(templates.T("The version of "+k.in.ID()+" for the public comes into "), templates.Ch(k.in.Channel.ID),
		templates.T(" as a file: updates and what was marked public, without names, links or messages."))
	k.hint(&a, "`/incident timeline public 12` marks an entry.")
	return a, err
}
