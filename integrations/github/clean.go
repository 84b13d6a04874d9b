package github

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of texts from outside, in characters.
const (
	maxTitle = 300
	maxPath  = 400
	maxName  = 200
	maxLink  = 2000
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

// name is text as short as a name.
func name(s string) string { return text(s, maxName) }

// firstLine is the subject of a commit message.
func firstLine(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		s = s[:i]
	}
	return text(s, maxTitle)
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

// hash keeps what can be a commit's hash: hexadecimal digits.
func hash(s string) string {
	if len(s) < 7 || len(s) > 64 || strings.Trim(s, "0123456789abcdefABCDEF") != "" {
		return ""
	}
	return strings.ToLower(s)
}

// full reports whether s is a commit's whole hash.
func full(s string) bool { return hash(s) != "" && (len(s) == 40 || len(s) == 64) }
