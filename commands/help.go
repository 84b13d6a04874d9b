package commands

import (
	"strings"

	"backout/templates"
)

// Reference is the table for readers: what help prints, and what other documents
// are checked against.
func Reference() []templates.HelpRow {
	rows := table()
	out := make([]templates.HelpRow, len(rows))
	for i := range rows {
		out[i] = rows[i].help()
	}
	return out
}

func (r *row) help() templates.HelpRow {
	h := templates.HelpRow{
		Word: r.word, Aliases: r.aliases, Usage: strings.TrimSpace(r.word + " " + r.usage), Meaning: r.meaning, Group: r.group,
		Who: "Full members", Where: "Anywhere", Examples: r.examples,
	}
	if r.where == incident {
		h.Where = "In an incident channel, or with INC-7 as the first argument"
	}
	if r.word == "adopt" {
		h.Where = "In the channel that is to become an incident"
	}
	return h
}

// help shows the table, or one row of it.
func (k *call) help() (Answer, error) {
	word := strings.TrimPrefix(strings.ToLower(k.first()), "/")
	if word == "" {
		m := templates.Help(k.words(), Reference())
		return Answer{Message: &m}, nil
	}
	r, ok := k.lookup(word)
	if !ok {
		return Answer{}, k.unknown(word)
	}
	h := r.help()
	h.Who = k.whoMay(r.word)
	m := templates.HelpFor(k.words(), h)
	return Answer{Message: &m}, nil
}
