package pagerduty

import (
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds of texts from outside, in characters.
const (
	maxTitle = 300
	maxText  = 3000
	maxName  = 200
	maxLink  = 2000
	maxID    = 100
)

// text makes one line of what came from outside: valid UTF-8, no control
// characters, none that turn the direction of writing, at most limit characters.
func text(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return visible(r)
	}, strings.ToValidUTF8(s, "\ufffd"))
	return cut(strings.TrimSpace(s), limit)
}

// lines is text for PagerDuty, which may have several lines.
func lines(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return visible(r)
	}, strings.ToValidUTF8(s, "\ufffd"))
	return cut(strings.TrimSpace(s), limit)
}

// visible is -1 for what strings.Map is to drop.
func visible(r rune) rune {
	if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' {
		return -1
	}
	return r
}

func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)
	return strings.TrimSpace(string(runes[:max(0, limit-1)])) + "…"
}

// name is text as short as a name.
func name(s string) string { return text(s, maxName) }

// link keeps a link if it leads to a page, else it is "".
func link(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" || len(s) > maxLink || s != text(s, maxLink) || strings.ContainsAny(s, " <>|\"") {
		return ""
	}
	return s
}

// ident keeps what can be an id and a part of a path, else it is "".
func ident(s string) string {
	if len(s) > maxID || s == "." || s == ".." {
		return ""
	}
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.', r == ':':
		default:
			return ""
		}
	}
	return s
}

// moment reads a time; what is none is the zero time.
func moment(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
