package commands

import (
	"fmt"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// postmortem puts the draft into the channel. The other two forms are named so
// that nobody searches for them here.
func (k *call) postmortem() (Answer, error) {
	id := k.in.ID()
	switch word := strings.ToLower(k.text()); word {
	case "", "file":
		return k.draft()
	case "pr":
		return Answer{}, timeline.Refuse(timeline.Conflict, "No repository for postmortems is connected, so there is no pull request.",
			fmt.Sprintf("`/incident postmortem file` puts the draft into the channel; `backout export %s` writes it on the command line.", id))
	case "public":
		return Answer{}, timeline.Refuse(timeline.Conflict, "There is no version for the public; what it would leave out is for a person to decide.",
			"`/incident postmortem file` puts the full draft into the channel.")
	default:
		return Answer{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("There is no form `%s`.", plain(word)), "Type `/incident postmortem` or `/incident postmortem file`.")
	}
}

// draft owes the upload. It makes no event, so the answer rests on the number.
func (k *call) draft() (Answer, error) {
	if _, err := k.deps.Record.Record(k.ctx, timeline.RequestPostmortem(k.req.Key, k.req.User, k.in.Number)); err != nil {
		return Answer{}, err
	}
	return k.say(templates.T("The draft of "+k.in.ID()+" comes into "), templates.Ch(k.in.Channel.ID), templates.T(" as a file."))
}
