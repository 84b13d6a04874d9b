package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"backout/timeline"
)

// Access narrows who may use which command. What it does not name, every full
// member may use; guests and people of other organisations may use nothing,
// whatever it says.
//
// Who is named by the id of a person (U…) or user group (S…), or by one of
// AccessRoles.
type Access struct {
	// Admins may use every command, narrowed or not, and roll back whatever may be
	// rolled back. They see no private incident that they are not a member of.
	Admins []string
	// Commands are the lists by command word.
	Commands map[string][]string
	// Services are lists by service and command word. Where a service has one of its
	// own, it stands in the place of the general one.
	Services map[string]map[string][]string
}

// The roles that a list may name beside ids.
const (
	// roleLead is who leads the incident now.
	roleLead = "lead"
	// roleResponder is who holds any role of the incident.
	roleResponder = "responder"
	// roleOwners are the owners of the services that the act concerns.
	roleOwners = "owners"
	// roleAdmins are Access.Admins, for lists that are to have nobody else.
	roleAdmins = "admins"
)

// AccessRoles are the roles that a list may name.
func AccessRoles() []string { return []string{roleLead, roleResponder, roleOwners, roleAdmins} }

// AccessWords are the command words that can be narrowed. A second word for the
// same act has no list of its own: mitigated is judged as mitigate, resolved as
// resolve.
func AccessWords() []string {
	var out []string
	for _, r := range table() {
		if judged(r.word) == r.word {
			out = append(out, r.word)
		}
	}
	return out
}

// Groups knows user groups from memory.
type Groups interface {
	// GroupMembers gives who is in a group; false when it was never read.
	GroupMembers(id string) ([]string, bool)
	// GroupName gives the handle of a group without @, or "".
	GroupName(id string) string
}

// may is the one place that decides whether the person may use a command on the
// services that the act concerns: nil, or the refusal. Every way in ends here.
// Where several services are concerned, the list of each of them must hold.
func (k *call) may(word string, services ...string) error {
	if k.isAdmin() {
		return nil
	}
	if len(services) == 0 {
		services = []string{""}
	}
	for _, s := range services {
		list, narrowed := k.set.Access.list(word, s)
		if narrowed && !k.among(list, services) {
			return k.mayNot(word, s, list, services)
		}
	}
	return nil
}

// list gives who may use the word on a service, "" for none; false when nothing is
// narrowed.
func (a Access) list(word, service string) ([]string, bool) {
	for name, commands := range a.Services {
		if list, ok := commands[word]; ok && strings.EqualFold(name, service) {
			return list, true
		}
	}
	list, ok := a.Commands[word]
	return list, ok
}

func (k *call) isAdmin() bool { return k.deps.Belongs(k.req.User, k.set.Access.Admins) }

// among reports whether the person is one of a list.
func (k *call) among(list, services []string) bool {
	for _, who := range list {
		switch who {
		case roleLead:
			if k.in != nil && k.req.User != "" && k.in.Lead() == k.req.User {
				return true
			}
		case roleResponder:
			if k.in != nil && slices.Contains(responders(k.in), k.req.User) {
				return true
			}
		case roleOwners:
			if k.deps.Belongs(k.req.User, k.ownersOf(services)) {
				return true
			}
		case roleAdmins: // they were let in before
		default:
			if k.deps.Belongs(k.req.User, []string{who}) {
				return true
			}
		}
	}
	return false
}

// responders are the present holders of an incident's roles.
func responders(in *timeline.Incident) []string {
	var out []string
	for _, t := range in.Roles {
		if u := in.Holder(t.Role); u != "" && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

func (k *call) ownersOf(services []string) []string {
	var out []string
	for _, s := range services {
		if svc, ok := k.deps.Ledger.Catalogue().Service(s); ok {
			out = append(out, svc.Owners...)
		}
	}
	return out
}

// mayNot words a refusal. While a group was never read, nobody can be told to be
// in it or not, and that is what the person reads.
func (k *call) mayNot(word, service string, list, services []string) error {
	of := ""
	if service != "" && k.in == nil {
		of = " for " + encoded(service)
	} else if k.in != nil {
		of = " in " + k.in.ID()
	}
	could := k.names(list, services)
	sentence := fmt.Sprintf("Only %s may use `%s`%s, so nothing was done.", could, word, of)
	if cold := k.coldOf(list, services); len(cold) > 0 {
		return timeline.Refuse(timeline.Unavailable,
			fmt.Sprintf("Only %s may use `%s`%s, and Slack has not said yet who is in %s, so nothing was done.", could, word, of, anyOf(cold)),
			fmt.Sprintf("Type `/incident %s` again in a few minutes.", word))
	}
	return timeline.Refuse(timeline.Forbidden, sentence, fmt.Sprintf("Ask one of them to type `/incident %s`. `/incident help %s` says who may.", word, word))
}

// coldOf names the groups that decide about the person and were never read.
func (k *call) coldOf(list, services []string) []string {
	var out []string
	for _, id := range slices.Concat(k.ids(list, services), k.set.Access.Admins) {
		if !isGroup(id) || k.deps.Groups == nil {
			continue
		}
		if _, read := k.deps.Groups.GroupMembers(id); !read {
			out = append(out, k.nameOf(id))
		}
	}
	return out
}

// ids are the ids of a list, with those of owners.
func (k *call) ids(list, services []string) []string {
	var out []string
	for _, who := range list {
		switch {
		case who == roleOwners:
			out = append(out, k.ownersOf(services)...)
		case !slices.Contains(AccessRoles(), who):
			out = append(out, who)
		}
	}
	return out
}

func isGroup(id string) bool { return strings.HasPrefix(id, "S") }

// names words a list for people. No name in it is a mention: whoever reads a
// refusal must not call a whole group by that.
func (k *call) names(list, services []string) string {
	var out []string
	add := func(s string) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, who := range list {
		switch who {
		case roleLead:
			add(k.leadName())
		case roleResponder:
			add("those who hold a role in the incident")
		case roleOwners:
			for _, id := range k.ownersOf(services) {
				add(k.nameOf(id))
			}
			if len(k.ownersOf(services)) == 0 {
				add("the owners of the service")
			}
		case roleAdmins:
		default:
			add(k.nameOf(who))
		}
	}
	if len(k.set.Access.Admins) > 0 {
		add("an admin")
	}
	return anyOf(out)
}

func (k *call) leadName() string {
	if k.in == nil || k.in.Lead() == "" {
		return "the lead"
	}
	return "the lead (" + k.nameOf(k.in.Lead()) + ")"
}

// nameOf is the name of a person or group as plain words.
func (k *call) nameOf(id string) string {
	name := ""
	if isGroup(id) && k.deps.Groups != nil {
		name = k.deps.Groups.GroupName(id)
	} else if !isGroup(id) {
		name = k.deps.People.PersonName(id)
	}
	switch {
	case name != "":
		return "@" + plain(encoded(strings.TrimPrefix(name, "@")))
	case isGroup(id):
		return "the group " + id
	}
	return id
}

// anyOf joins names by or.
func anyOf(names []string) string {
	switch n := len(names); n {
	case 0:
		return "nobody"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
}

// whoMay words for help who may use a command.
func (k *call) whoMay(word string) string {
	list, narrowed := k.set.Access.list(judged(word), "")
	who := "Full members"
	if narrowed {
		who = "Only " + k.names(list, nil)
	}
	for _, name := range k.set.Services {
		if own, ok := k.set.Access.Services[name][judged(word)]; ok {
			who += "; for " + encoded(name) + " " + k.names(own, []string{name})
		}
	}
	return who
}

// MayMark answers for a reaction: nil when the person may give a message this
// meaning, else the words for the person. A reaction taken back is never refused,
// because what never counted cannot be taken away.
func (c *Commands) MayMark(ctx context.Context, user, channel string, means timeline.Meaning) *Answer {
	k := &call{Commands: c, ctx: ctx, req: Request{Via: Button, User: user, Channel: channel}, now: c.deps.Now().UTC()}
	n, ok := c.deps.Record.InChannel(channel)
	if !ok {
		return nil
	}
	in, err := c.deps.Record.Incident(ctx, n)
	if err != nil {
		return nil // recording says why
	}
	if !k.visible(in) { // its former public channel shows nothing any more
		a := k.refused(timeline.Refuse(timeline.NotFound, "This message is in no incident channel.", ""))
		return &a
	}
	k.in = in
	if err := k.may(markWord(means), in.Services...); err != nil {
		a := k.refused(err)
		return &a
	}
	return nil
}

// markWord is the command that a reaction or shortcut on a message stands for.
func markWord(means timeline.Meaning) string {
	switch means {
	case timeline.MeansLesson:
		return "lesson"
	case timeline.MeansFollowUp:
		return "followup"
	}
	return "timeline"
}
