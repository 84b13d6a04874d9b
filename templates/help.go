package templates

import "strings"

// HelpRow is one command as help shows it.
type HelpRow struct {
	Word    string
	Aliases []string
	// Usage is the word with what follows it.
	Usage      string
	Meaning    string
	Group      string
	Who, Where string
	// Examples are lines as typed behind the command, Slack-encoded.
	Examples []string
}

// Help lists the commands by group.
func Help(w Words, rows []HelpRow) Message {
	m := Message{Summary: "What can be typed", Parts: []Part{Heading("What can be typed")}}
	var part Rich
	group := ""
	flush := func() {
		if len(part) > 0 {
			m.Parts = append(m.Parts, Para(part))
		}
		part = nil
	}
	for _, r := range rows {
		if r.Group != group {
			flush()
			group = r.Group
			part = R(B(group))
		}
		part = append(part, T("\n"), w.cmd(r.Usage), T(" "+r.Meaning))
	}
	flush()
	m.Parts = append(m.Parts, Footer(R(w.cmd("help timeline"), T(" shows one command with examples. INC-7 as the first argument reaches an incident from anywhere. In threads, mention Backout with the same words."))))
	return m
}

// HelpFor shows one command.
func HelpFor(w Words, r HelpRow) Message {
	usage := w.cmd(r.Usage)
	m := Say(w, R(usage, T("\n"+r.Meaning+".")))
	fields := Fields{
		{Label: "Who", Value: R(T(r.Who))},
		{Label: "Where", Value: R(T(r.Where))},
	}
	if len(r.Aliases) > 0 {
		fields = append(fields, Field{Label: "Also", Value: R(T(strings.Join(r.Aliases, ", ")))})
	}
	m.Parts = append(m.Parts, fields)
	examples := R(B("Examples"))
	for _, e := range r.Examples {
		// Code shows a mention by its id, so the examples name a person instead.
		examples = append(examples, T("\n"), w.cmd(FromSlack(e).Plain(exampleNames{})))
	}
	m.Parts = append(m.Parts, Para(examples))
	return m
}

// exampleNames gives everybody in examples one name.
type exampleNames struct{}

// PersonName is the name in examples.
func (exampleNames) PersonName(string) string { return "@ana" }

// ChannelName is the name in examples.
func (exampleNames) ChannelName(string) string { return "inc-7" }
