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

// view is what the card needs.
func (k *call) view() templates.View {
	v := templates.View{In: k.in, Severities: k.set.Severities, Command: k.set.Command, URL: k.set.URL, Now: k.now, Catalogue: k.deps.Ledger.Catalogue(), PrivateOf: k.isPrivate}
	if k.deps.Completeness != nil {
		v.Completeness = k.deps.Completeness(k.in)
	}
	return v
}
