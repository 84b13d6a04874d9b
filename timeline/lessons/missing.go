package lessons

import (
	"strings"

	"backout/timeline"
)

// topic is a set of what can be asked about a change.
type topic uint8

// What rules ask about. Everything is what a sentence may be about that says
// nothing we know.
const (
	aboutChecks topic = 1 << iota
	aboutPulls
	aboutStaging
	aboutCommits
	everything = aboutChecks | aboutPulls | aboutStaging | aboutCommits
)

// form is how sentences about a topic begin and end, as far as to the reason or the
// advice in them. Holds stands between the two where the beginning is a name.
type form struct {
	begins, holds, ends string
	about               topic
}

func forms() []form {
	const unreadable = " could not be read"
	out := []form{
		{begins: "check runs", ends: unreadable, about: aboutChecks},
		{begins: "commit statuses", ends: unreadable, about: aboutChecks},
		{begins: "some pull requests", ends: unreadable, about: aboutPulls},
		{begins: "pull requests of some commits", ends: unreadable, about: aboutPulls},
		{begins: "some reviews", ends: unreadable, about: aboutPulls},
		{begins: "the files of some pull requests", ends: unreadable, about: aboutPulls},
		{begins: "only ", ends: " pull requests are listed", about: aboutPulls},
		{begins: "GitHub shows no pull request ", about: aboutPulls},
		{begins: "deploys to ", ends: unreadable, about: aboutStaging},
		{begins: "GitHub shows no deployment", about: aboutStaging},
		{begins: "only ", ends: " commits are listed", about: aboutCommits},
		{begins: "the two versions have diverged", about: aboutCommits},
	}
	for _, x := range []struct {
		does  string
		about topic
	}{
		{"read checks", aboutChecks},
		{"read commit statuses", aboutChecks},
		{"read pull requests", aboutPulls},
		{"read reviews", aboutPulls},
		{"read deployments", aboutStaging},
	} {
		out = append(out, form{holds: " may not " + x.does + " of ", about: x.about}, form{begins: "GitHub does not let Backout " + x.does + " of ", about: x.about})
	}
	return out
}

// subject gives what a sentence of ChangeFacts.Missing is about. Only its first part
// is looked at: what GitHub said itself, and what somebody called a branch, may hold
// any words. When GitHub asked for a pause, more was left out than is said.
func subject(sentence string) topic {
	said, rest := sentence, ""
	if i := strings.IndexAny(sentence, ":;("); i >= 0 {
		said, rest = sentence[:i], sentence[i:]
	}
	if strings.Contains(rest, "asks for a pause") || strings.Contains(rest, "are used up") {
		return everything
	}
	for _, x := range forms() {
		if strings.HasPrefix(said, x.begins) && strings.Contains(said, x.holds) && strings.HasSuffix(said, x.ends) {
			return x.about
		}
	}
	return everything
}

// unread reports whether something about the topic could not be read.
func unread(f *timeline.ChangeFacts, about topic) bool {
	var missed topic
	for _, sentence := range f.Missing {
		missed |= subject(sentence)
	}
	return missed&about != 0
}
