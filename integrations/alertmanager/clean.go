package alertmanager

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds of what comes from outside: numbers, and characters of texts.
const (
	maxAlerts      = 200
	maxLabels      = 64
	maxName        = 200
	maxValue       = 500
	maxSummary     = 500
	maxKey         = 400
	maxFingerprint = 64
	maxLink        = 2000
)

// text makes one line of what came from outside: valid UTF-8, no control
// characters, none that turn the direction of writing, at most limit characters.
func text(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)
	return strings.TrimSpace(string(runes[:limit-1])) + "…"
}

// key is a group's key, in which nothing may be lost that tells it from others:
// one that has to be changed carries its hash.
func key(s string) string {
	clean := text(s, maxKey)
	if clean == s {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return text(clean, maxKey-17) + " " + hex.EncodeToString(sum[:8])
}

// link keeps a link if it leads to a page, else it is "".
func link(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" || len(s) > maxLink || s != text(s, maxLink) || strings.ContainsAny(s, " <>|\"") {
		return ""
	}
	return s
}

// moment reads a time; what says nothing is the zero time.
func moment(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t.UTC()
}
