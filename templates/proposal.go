package templates

import (
	"strings"

	"backout/timeline"
)

// ProposalWords are the words around a postmortem where code is reviewed. They
// notify nobody: names are set as code, and what people wrote is parted where it
// would become a mention or a reference.
type ProposalWords struct{ Title, Body, Message string }

// ProposalOf words the pull request of an incident's postmortem. Notes are what a
// reader should know about how people's words were kept.
func ProposalOf(v View, names Names, notes []string) ProposalWords {
	in := v.In
	title := oneLine(FromSlack(in.Title).Plain(names))
	w := ProposalWords{
		Title:   cutWords("Postmortem of "+in.ID()+": "+title, maxTicketTitle),
		Message: "Postmortem of " + in.ID(),
	}
	var b strings.Builder
	line := func(r Rich) {
		b.WriteString(r.Markdown(names))
		b.WriteString("\n")
	}
	line(Join(R(B(in.ID()), T(": ")), R(T(title))))
	b.WriteString("\n")
	status := "- Status: " + statusWord(in.Status)
	if in.Review != "" {
		status += "; postmortem: " + string(in.Review)
	}
	b.WriteString(status + "\n")
	if lead := in.Lead(); lead != "" {
		b.WriteString("- Lead: ")
		line(R(codeName(names, lead)))
	}
	if page := v.page(); page != "" {
		b.WriteString("- ")
		line(R(Href(page, "Incident page")))
	}
	b.WriteString("\nBackout renews the parts between its markers when the record changes. Everything written outside of them stays as it is; the questions marked TODO are for people.\n")
	if len(notes) > 0 {
		b.WriteString("\nTo look at:\n")
		for _, n := range notes {
			b.WriteString("- ")
			line(R(T(oneLine(n))))
		}
	}
	w.Body = b.String()
	return w
}

// codeName is a person as code, which notifies nobody.
func codeName(names Names, id string) Span {
	return C(first(personName(names, id), id))
}

// TicketWords are the words of an issue for a follow-up.
type TicketWords struct{ Title, Body string }

// maxTicketTitle is GitHub's limit for a title, with a margin.
const maxTicketTitle = 240

// TicketOf words the issue of a follow-up. Assignees are not set: people in Slack
// and at GitHub have different names.
func TicketOf(v View, names Names, f timeline.FollowUp) TicketWords {
	in := v.In
	words := FromSlack(in.Words(f.Text, f.From))
	plain := oneLine(words.Plain(names))
	if plain == "" {
		plain = followUpRef(f.Number) + " of " + in.ID() + " (its message was deleted)"
	}
	var b strings.Builder
	b.WriteString(quotedNames(words, names).Markdown(names))
	b.WriteString("\n\n- Follow-up " + followUpRef(f.Number) + " of " + in.ID())
	if title := oneLine(FromSlack(in.Title).Plain(names)); title != "" {
		b.WriteString(": " + R(T(title)).Markdown(names))
	}
	b.WriteString("\n")
	if f.Owner != "" {
		b.WriteString("- Owner: " + R(codeName(names, f.Owner)).Markdown(names) + "\n")
	}
	if f.Due != "" {
		b.WriteString("- Due: " + f.Due + "\n")
	}
	if page := v.page(); page != "" {
		b.WriteString("- " + R(Href(page, "Incident page")).Markdown(names) + "\n")
	}
	b.WriteString("\nClosing this issue ticks the follow-up off; ticking it off in Slack closes this issue.\n")
	return TicketWords{Title: cutWords(plain, maxTicketTitle), Body: b.String()}
}

// quotedNames sets the people of a text as code.
func quotedNames(r Rich, names Names) Rich {
	out := make(Rich, len(r))
	for i, s := range r {
		if s.Style == Person {
			s = codeName(names, s.Text)
		}
		out[i] = s
	}
	return out
}
