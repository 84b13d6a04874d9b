package config

import (
	"fmt"
	"regexp"
	"strings"
)

// Shapes of names. They are compiled where they are used: checking happens once
// per start, and package variables would be state.
const (
	commandShape  = `^/[a-z0-9_-]{1,31}$`
	reactionShape = `^[a-z0-9_+'-]{1,100}$`
	idShape       = `^[UWS][A-Z0-9]{2,}$`
	userShape     = `^[UW][A-Z0-9]{2,}$`
	channelShape  = `^[CG][A-Z0-9]{2,}$`
	pagerShape    = `^[A-Z0-9]{2,}$`
	repoShape     = `^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$`
	wordShape     = `^\S+$`
)

// like reports whether text has the shape.
func like(shape, text string) bool { return regexp.MustCompile(shape).MatchString(text) }

// checkWords looks at the words people type, press and read in Slack.
func (v *validator) checkWords() {
	c := v.c
	if !like(commandShape, c.Command) {
		v.fail("command", "%q is no slash command; write / and 1 to 31 small letters, digits, - or _, such as /incident", c.Command)
	}
	switch {
	case c.CommandAlias == "":
	case !like(commandShape, c.CommandAlias):
		v.fail("command_alias", "%q is no slash command; write / and 1 to 31 small letters, digits, - or _, such as /inc", c.CommandAlias)
	case c.CommandAlias == c.Command:
		v.fail("command_alias", "is the command itself; write another name such as /inc, or leave it out")
	}
	if a := c.Announce; a != "" && !like(channelShape, a) && !like(`^#[^\s#]{1,80}$`, a) {
		v.fail("announce", "%q is no channel; write its id such as C0ANNOUNCE, or \"#name\" in quotes", a)
	}
	seen := map[string]string{}
	for _, r := range []struct{ key, emoji string }{
		{"reactions.star", c.Reactions.Star}, {"reactions.lesson", c.Reactions.Lesson}, {"reactions.follow_up", c.Reactions.FollowUp},
	} {
		if r.emoji == "" {
			continue // this reaction is off
		}
		if !like(reactionShape, r.emoji) {
			v.fail(r.key, "%q is no emoji name; write the name without colons, such as pushpin", r.emoji)
		} else if first, ok := seen[r.emoji]; ok {
			v.fail(r.key, "%q already stands for %s; choose another emoji", r.emoji, first)
		}
		seen[r.emoji] = r.key
	}
}

// checkSeverities wants names and titles to tell severities apart, since both
// are typed after sev:.
func (v *validator) checkSeverities() {
	if len(v.c.Severities) == 0 {
		v.fail("severities", "there is none; write at least one such as [{name: \"1\", title: Critical}], or leave the key out")
	}
	owner := map[string]int{}
	for i, s := range v.c.Severities {
		key := index("severities", i)
		if !like(wordShape, s.Name) {
			v.fail(key+".name", "a severity needs a name of one word, such as \"1\" or sev1")
			continue
		}
		for _, word := range []string{s.Name, s.Title} {
			word = strings.ToLower(word)
			if first, ok := owner[word]; ok && first != i {
				v.fail(key, "%q already names %s; every name and title must be its own", word, index("severities", first))
			} else {
				owner[word] = i
			}
		}
	}
	for i, name := range v.c.Freeze.Severities {
		v.severity(index("freeze.severities", i), name)
	}
	for _, name := range sorted(v.c.Nudges.Update) {
		v.severity("nudges.update."+name, name)
	}
	v.checkAlerts("alerts", v.c.Alerts)
}

// severity wants name to be a severity's name. Titles are not accepted here, as
// they are reworded more easily.
func (v *validator) severity(key, name string) {
	names := make([]string, len(v.c.Severities))
	for i, s := range v.c.Severities {
		if s.Name == name {
			return
		}
		names[i] = s.Name
	}
	v.fail(key, "%q is no severity; the names are %s", name, strings.Join(names, ", "))
}

// checkAlerts looks at one alert policy, the top one or a service's.
func (v *validator) checkAlerts(key string, a Alerts) {
	switch a.Policy {
	case PolicyOpen, PolicyTriage:
	case PolicyOffer:
		if v.c.Announce == "" { // nobody would ever see the offer
			v.fail(key+".policy", "alerts are offered in the announcement channel; name it in announce, or write open or triage")
		}
	default:
		v.fail(key+".policy", "%q is no policy; write open, triage or offer", a.Policy)
	}
	for _, p := range sorted(a.Priorities) {
		v.severity(key+".priorities."+p, a.Priorities[p])
	}
}

// checkSchedules looks at the cron lines and the backup that follows one.
func (v *validator) checkSchedules() {
	for _, one := range []struct{ key, line string }{
		{"nudges.follow_ups", v.c.Nudges.FollowUps}, {"nudges.digest", v.c.Nudges.Digest}, {"backup.cron", v.c.Backup.Cron},
	} {
		if one.line == "" {
			continue
		}
		if _, err := ParseSchedule(one.line); err != nil {
			v.fail(one.key, "%v", err)
			v.because(err)
		}
	}
	if v.c.Backup.Dir == "" {
		return
	}
	if v.c.Backup.Keep < 1 {
		v.fail("backup.keep", "at least one backup must be kept; write 14, or leave backup.dir out to make none")
	}
	if v.c.Backup.Cron == "" {
		v.fail("backup.cron", "backups need a time; write one such as \"30 3 * * *\", or leave backup.dir out to make none")
	}
}

// ids wants Slack ids of people and groups, which renames do not change.
func (v *validator) ids(key string, list []string) {
	for i, id := range list {
		if !like(idShape, id) {
			v.fail(index(key, i), "%q is no Slack id of a person (U… or W…) or a user group (S…); in Slack open the profile or group and choose Copy member ID or Copy group ID", id)
		}
	}
}

// pattern wants an RE2 expression and returns it; nil when it is none.
func (v *validator) pattern(key, text string) *regexp.Regexp {
	re, err := regexp.Compile(text)
	if err != nil {
		v.fail(key, "is no regular expression of Go's kind (RE2): %v; single quotes around it spare doubling backslashes", err)
		v.because(err)
		return nil
	}
	if text == "" || re.MatchString("") {
		v.fail(key, "%s", fmt.Sprintf("%q matches an empty text, so everything; write a pattern that needs some letters", text))
		return nil
	}
	return re
}
