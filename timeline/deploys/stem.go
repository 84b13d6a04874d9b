package deploys

import "strings"

// stem takes plural and verb endings off a word in lower case, so that sessions
// finds session and caching finds cache. It is simple on purpose: a stem is only
// compared with stems, and a wrong agreement costs a word on a card.
func stem(word string) string {
	if word == "logged" { // people say that they were logged out; code says login
		return "login"
	}
	return plain(word)
}

// plain is stem without exceptions.
func plain(word string) string {
	switch w := word; {
	case len(w) > 4 && ends(w, "ies"):
		word = w[:len(w)-3] + "y"
	case len(w) > 4 && ends(w, "sses", "xes", "zes", "ches", "shes"):
		word = w[:len(w)-2]
	case len(w) > 3 && ends(w, "s") && !ends(w, "ss", "us", "is"):
		word = w[:len(w)-1]
	}
	switch w := word; {
	case len(w) > 4 && ends(w, "ied"):
		word = w[:len(w)-3] + "y"
	case ends(w, "ing"):
		word = base(w, w[:len(w)-3])
	case ends(w, "ed") && !ends(w, "eed"):
		word = base(w, w[:len(w)-2])
	}
	if len(word) > 3 && ends(word, "e") {
		word = word[:len(word)-1]
	}
	return word
}

func ends(word string, endings ...string) bool {
	for _, e := range endings {
		if strings.HasSuffix(word, e) {
			return true
		}
	}
	return false
}

// base is a verb without its ending, or the word itself when that leaves nothing
// that looks like one, as with string. A consonant doubled before the ending is
// single again: logging, log.
func base(word, verb string) string {
	n := len(verb)
	if n < 3 || !strings.ContainsAny(verb, "aeiouy") {
		return word
	}
	if verb[n-1] == verb[n-2] && strings.IndexByte("bdgmnprt", verb[n-1]) >= 0 {
		return verb[:n-1]
	}
	return verb
}

// joined gives the noun that a verb of two words is in code, or "". Only verbs
// that are such nouns count, or "down on" would be a word.
func joined(word, particle string) string {
	switch particle {
	case "in", "out", "on", "off", "up":
	default:
		return ""
	}
	switch plain(word) {
	case "log", "sign", "check", "lock", "opt", "back", "set":
		return plain(word) + particle
	case "tim":
		return "time" + particle
	}
	return ""
}

// common reports whether a word stands in so many reports or so many changes that
// finding it in both says nothing.
func common(word string) bool {
	switch word {
	// English.
	case "about", "after", "again", "all", "also", "and", "another", "any", "are", "back",
		"because", "been", "before", "being", "but", "came", "can", "cannot", "come", "could",
		"couldn", "did", "didn", "does", "doesn", "doing", "don", "down", "each", "else", "every",
		"everybody", "everyone", "everything", "for", "from", "get", "gets", "getting", "goes",
		"going", "gone", "got", "had", "has", "have", "having", "her", "here", "him", "his", "how",
		"instead", "into", "isn", "its", "just", "keep", "like", "longer", "made", "make", "makes",
		"many", "may", "more", "most", "much", "near", "nobody", "none", "not", "nothing", "now",
		"off", "once", "one", "only", "other", "others", "our", "out", "over", "per", "saw", "say",
		"says", "see", "seeing", "seem", "seems", "seen", "she", "should", "show", "shown", "shows",
		"since", "some", "somebody", "someone", "something", "still", "such", "take", "than",
		"that", "the", "their", "them", "then", "there", "these", "they", "thing", "things", "this",
		"those", "through", "too", "two", "under", "until", "use", "used", "using", "very", "via",
		"want", "was", "wasn", "way", "were", "what", "when", "where", "which", "while", "who",
		"why", "will", "with", "without", "won", "would", "yes", "yet", "you", "your":
		return true
	// What every report says.
	case "affected", "alert", "alerts", "broke", "broken", "bug", "bugs", "customer",
		"customers", "error", "errors", "fail", "failed", "failing", "fails", "failure", "failures",
		"high", "http", "https", "impact", "incident", "incidents", "issue", "issues", "low",
		"minute", "minutes", "outage", "outages", "people", "problem", "problems", "prod",
		"production", "service", "services", "slow", "system", "today", "trouble", "unavailable",
		"user", "users", "work", "working", "works", "wrong", "www":
		return true
	// What every change says.
	case "add", "added", "adding", "adds", "app", "apps", "branch", "build", "bump", "change",
		"changed", "changes", "chore", "cleanup", "cmd", "code", "commit", "deploy", "deployed",
		"deploys", "docs", "feat", "feature", "file", "files", "fix", "fixed", "fixes", "fixing",
		"handle", "improve", "index", "internal", "lib", "main", "master", "merge", "merged", "mod",
		"move", "new", "old", "pkg", "pull", "refactor", "release", "released", "remove", "removed",
		"rename", "request", "requests", "revert", "spec", "src", "sum", "support", "test", "tests",
		"update", "updated", "updates", "util", "utils", "vendor", "version":
		return true
	}
	return false
}
