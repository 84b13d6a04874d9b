package commands

import (
	"errors"
	"fmt"
	"slices"

	"backout/templates"
	"backout/timeline"
)

// shortcut carries out a global or message shortcut, by its callback id.
func (k *call) shortcut() (Answer, error) {
	if k.req.Via == GlobalShortcut {
		if k.req.Action == "declare_incident_v1" {
			if err := k.may("new"); err != nil {
				return Answer{}, err
			}
			return k.offer(declareForm)
		}
		return Answer{}, unknownShortcut()
	}
	if k.req.Message == nil {
		return Answer{}, timeline.Refuse(timeline.Invalid, "Slack did not say which message is meant, and nothing was recorded.", "`/incident timeline` with the words adds them.")
	}
	switch k.req.Action {
	case "add_to_timeline_v1":
		return k.mark(timeline.MeansStar, "This message stands in the story of %s already.")
	case "follow_up_v1":
		return k.mark(timeline.MeansFollowUp, "This message is a follow-up of %s already.")
	case "declare_from_v1":
		if err := k.may("new"); err != nil {
			return Answer{}, err
		}
		return k.declareFrom(k.req.Message)
	}
	return Answer{}, unknownShortcut()
}

func unknownShortcut() error {
	return timeline.Refuse(timeline.Invalid, "This shortcut belongs to another version of Backout, and nothing was done.", "`/incident help` lists what can be typed.")
}

// mark stars a message or makes it a follow-up, by the rule that reactions go
// through too. A message that the record does not have yet is heard first.
func (k *call) mark(means timeline.Meaning, already string) (Answer, error) {
	said := *k.req.Message
	n, ok := k.incidentOf(said)
	if ok {
		err := k.open(n)
		if err != nil && !isNotFound(err) {
			return Answer{}, err
		}
		ok = err == nil
	}
	if !ok {
		return Answer{}, timeline.Refuse(timeline.Conflict, "This message is in no incident channel.", "The shortcut Declare incident from this makes an incident of it; `/incident timeline INC-7` with words adds them to another one.")
	}
	if err := k.may(markWord(means), k.in.Services...); err != nil {
		return Answer{}, err
	}
	change := timeline.React(k.req.Key, k.req.User, means, said.Channel, said.TS, true)
	out, err := k.deps.Record.Record(k.ctx, change)
	if errors.Is(err, timeline.ErrUnknownMessage) {
		if _, err = k.deps.Record.Record(k.ctx, timeline.Hear(said)); err == nil {
			out, err = k.deps.Record.Record(k.ctx, change)
		}
	}
	switch {
	case err != nil:
		return Answer{}, err
	case len(out.Events) == 0:
		return k.say(templates.T(fmt.Sprintf(already, timeline.ID(n))))
	}
	return k.changed(out), nil
}

// incidentOf gives the incident whose record the message belongs to: the one that
// was declared from it, else that of its channel.
func (k *call) incidentOf(m timeline.Said) (number int, ok bool) {
	for _, s := range k.deps.Record.Summaries() {
		if slices.Contains(s.Foreign, m.Channel+":"+m.TS) {
			return s.Number, true
		}
	}
	return k.deps.Record.InChannel(m.Channel)
}

// declareFrom opens the dialog with the message's first line as the title.
func (k *call) declareFrom(m *timeline.Said) (Answer, error) {
	st := formState{Reply: k.req.ResponseURL, Channel: k.req.Channel, From: &fromState{
		Channel: m.Channel, TS: m.TS, Thread: m.ThreadTS, Who: m.Who, Bot: m.BotName, Text: m.Text, Link: m.Link,
	}}
	f, err := k.declareForm(st, k.titleFrom(m.Text))
	if err != nil {
		return Answer{}, err
	}
	return Answer{Form: &f}, nil
}
