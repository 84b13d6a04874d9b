package commands

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"backout/timeline"
)

// maxRole bounds the name of a role: it stands in a table.
const maxRole = 40

// lead takes the lead, or gives it.
func (k *call) lead() (Answer, error) {
	to := k.req.User
	if !k.empty() {
		var err error
		if to, err = k.person(k.text()); err != nil {
			return Answer{}, err
		}
	}
	return k.record(timeline.SetRole(k.req.Key, k.req.User, k.in.Number, timeline.LeadRole, to))
}

// role gives any role: the person stands last, what precedes is the role.
func (k *call) role() (Answer, error) {
	n := len(k.args.words)
	if n < 2 {
		return Answer{}, timeline.Refuse(timeline.Invalid, "A role and a person are needed.", "Type for example: /incident role communications @ana")
	}
	to, err := k.person(k.args.words[n-1].text)
	if err != nil {
		return Answer{}, err
	}
	k.args.words = k.args.words[:n-1]
	name := strings.ToLower(strings.Join(strings.Fields(decoded(k.text())), " "))
	if k.leadWord(name) {
		name = timeline.LeadRole
	}
	if name == "comms" {
		name = timeline.CommsRole
	}
	if utf8.RuneCountInString(name) > maxRole || strings.ContainsAny(name, "<>&`") {
		return Answer{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("A role is a word or two, at most %d characters.", maxRole), "Type for example: /incident role scribe @ana")
	}
	return k.record(timeline.SetRole(k.req.Key, k.req.User, k.in.Number, name, to))
}

// leadWord reports whether a role's name is another word for the lead.
func (k *call) leadWord(name string) bool {
	r, ok := k.lookup(name)
	return ok && r.word == "lead"
}

// handoff gives the lead to another person.
func (k *call) handoff() (Answer, error) {
	if k.empty() {
		return Answer{}, timeline.Refuse(timeline.Invalid, "The person to hand over to is missing.", "Type for example: /incident handoff @ana")
	}
	to, err := k.person(k.text())
	if err != nil {
		return Answer{}, err
	}
	return k.record(timeline.Handoff(k.req.Key, k.req.User, k.in.Number, to))
}

// person reads one person: a mention, or "me".
func (k *call) person(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	if strings.EqualFold(typed, "me") {
		return k.req.User, nil
	}
	if id, ok := userOf(typed); ok {
		return id, nil
	}
	sentence := fmt.Sprintf("`%s` is no person that Slack knows.", plain(typed))
	if id, ok := inner(typed); ok && strings.HasPrefix(id, "!subteam^") {
		sentence = "That is a group; one person is needed."
	}
	return "", timeline.Refuse(timeline.Invalid, sentence, "Type @ and choose the person from the list that Slack shows, or type me; for example: /incident lead @ana")
}
