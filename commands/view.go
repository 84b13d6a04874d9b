package commands

import (
	"backout/templates"
)

// hint adds a line in small type to an answer.
func (k *call) hint(a *Answer, text string) {
	m := templates.Hint(k.words(), *a.Message, text)
	a.Message = &m
}

// isPrivate reports whether an incident is private, for messages about another.
func (k *call) isPrivate(number int) bool {
	in, err := k.deps.Record.Incident(k.ctx, number)
	return err != nil || in.Private
}

// roomOf gives the channel of another incident, or "".
func (k *call) roomOf(number int) string {
	in, err := k.deps.Record.Incident(k.ctx, number)
	if err != nil {
		return ""
	}
	return in.Channel.ID
}

// view is what the card needs.
func (k *call) view() templates.View {
	v := templates.View{In: k.in, Severities: k.set.Severities, Command: k.set.Command, URL: k.set.URL, Now: k.now, Catalogue: k.deps.Ledger.Catalogue(), PrivateOf: k.isPrivate, RoomOf: k.roomOf}
	if k.deps.Completeness != nil {
		v.Completeness = k.deps.Completeness(k.in)
	}
	return v
}
