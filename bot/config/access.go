package config

import "slices"

// accessRoles are who a list of access may name beside ids.
func accessRoles() []string { return []string{"lead", "responder", "owners", "admins"} }

// AccessWords are the command words that access may narrow. They are written out
// here because settings know nothing of commands; a test in package bot holds the
// two lists against each other.
func AccessWords() []string {
	return []string{
		"new", "adopt", "list", "status", "catchup", "help",
		"severity", "title", "service", "impact", "cause", "began", "detected", "mitigate", "resolve", "reopen", "cancel",
		"lead", "role", "handoff", "update", "private",
		"deploys", "suspect", "caused", "cleared", "rollback", "freeze", "unfreeze",
		"page", "oncall", "merge", "drill",
		"timeline", "link",
		"followup", "followups", "done", "lesson", "lessons", "postmortem", "insights",
	}
}

// sameWords are words for an act that another word's list covers, and usual ways
// to shorten one.
func sameWords() map[string]string {
	return map[string]string{
		"mitigated": "mitigate", "resolved": "resolve", "sev": "severity", "rename": "title", "services": "service", "declare": "new",
		"note": "timeline", "log": "timeline", "follow-up": "followup", "action": "followup", "todo": "followup", "escalate": "page", "pm": "postmortem",
	}
}

// checkAccess looks at who may use which command.
func (v *validator) checkAccess() {
	a := v.c.Access
	v.ids("access.admins", a.Admins)
	v.checkCommands("access.commands", a.Commands)
	var services []string
	for _, s := range v.c.Services {
		services = append(services, s.Name)
	}
	for _, name := range sorted(a.Services) {
		key := "access.services." + name
		if !slices.Contains(services, name) {
			if len(services) == 0 {
				v.fail(key, "there is no service %q; name it in services first", name)
			} else {
				v.fail(key, "there is no service %q%s", name, suggest(name, services))
			}
		}
		v.checkCommands(key+".commands", a.Services[name].Commands)
	}
}

func (v *validator) checkCommands(key string, commands map[string][]string) {
	for _, word := range sorted(commands) {
		at := key + "." + word
		if same, ok := sameWords()[word]; ok {
			v.fail(at, "%q is another word for %s; write that one", word, same)
		} else if !slices.Contains(AccessWords(), word) {
			v.fail(at, "there is no command %q%s", word, suggest(word, AccessWords()))
		}
		if len(commands[word]) == 0 {
			v.fail(at, "names nobody; write who may use the command such as [S0LEADS, lead], or [admins] for nobody else, or leave the line out")
		}
		for i, who := range commands[word] {
			v.checkWho(index(at, i), who)
		}
	}
}

func (v *validator) checkWho(key, who string) {
	switch {
	case who == "admins" && len(v.c.Access.Admins) == 0:
		v.fail(key, "there are no admins; name them in access.admins, or write other people here")
	case slices.Contains(accessRoles(), who), like(idShape, who):
	default:
		v.fail(key, "%q is neither an id of a person (U… or W…) or a user group (S…) nor a role%s", who, suggest(who, accessRoles()))
	}
}
