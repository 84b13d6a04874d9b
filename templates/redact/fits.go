package redact

import (
	"slices"
	"strings"
)

// fits judges a value by what its name promises and by how the two are tied.
func fits(text string, n name, s sep, v value) bool {
	val := text[v.from:v.to]
	switch {
	case val == "" || looksEmpty(val) || isSaid(val):
		return false
	case n.class == key:
		return fitsKey(val, s)
	case n.class == secret:
		return fitsSecret(val, s, v.quoted)
	case strings.ContainsAny(val, " \t"):
		return v.quoted && s != flag && s != follows && phrase(val)
	case s == follows, n.class == shortish && n.from == n.at && !v.quoted:
		return looksMadeUp(val)
	case s == sentence, s == flag:
		return looksMadeUp(val) || v.quoted && len(val) >= 4 && !looksOrdinary(val) && !looksNamed(val)
	}
	return fitsPassword(val, s, v.quoted, ends(text, v.to))
}

// fitsPassword judges a value that a sign ties to the name of a password. A word of
// letters is one if nothing is said after it.
func fitsPassword(val string, s sep, quoted, last bool) bool {
	k := kindsOf(val)
	switch {
	case len(val) < 4:
		return false
	case k.digits == len(val):
		return quoted || last
	case looksOrdinary(val):
		return false
	case k.letters+k.joints == len(val):
		return quoted || s == equals || k.joints == 0 && last
	}
	return true
}

// fitsKey judges the value of a key.
func fitsKey(val string, s sep) bool {
	val = strings.TrimPrefix(val, "base64:")
	switch {
	case s == joined && isUUID(val): // the key of an entry, token:3f2c…
		return false
	case s == follows:
		return looksRandom(val, 24)
	}
	return looksRandom(val, 16)
}

// fitsSecret judges the value of a secret, which a machine or a person may have made.
// In a sentence a secret is often a thing of a cluster or a commit.
func fitsSecret(val string, s sep, quoted bool) bool {
	if fitsKey(val, s) {
		return s != follows || !looksHashed(val)
	}
	tight := s == equals || quoted && (s == colon || s == joined)
	return tight && len(val) >= 8 && !strings.Contains(val, " ") && looksMadeUp(val)
}

// phrase says whether words in quotes are a passphrase and no remark.
func phrase(v string) bool {
	words := strings.Fields(v)
	if len(words) > 8 || slices.ContainsFunc(words, chatty) {
		return false
	}
	return len(words) > 3 || slices.ContainsFunc(words, looksMade)
}

// chatty is a word that stands in remarks.
func chatty(w string) bool {
	return among(saying, strings.Trim(w, ".,:;!?()")) || strings.ContainsAny(w, "'’") || len(w) > 1 && looksOrdinary(w)
}

// looksMade is a word with digits in it.
func looksMade(w string) bool {
	k := kindsOf(w)
	return k.letters > 0 && k.digits+k.signs > 0
}
