// Package foreign makes safe what strangers send: titles, names and links in
// answers and webhooks of other systems. What it gives is valid UTF-8, bounded and
// without characters that hide or reorder others; that it means anything is not
// promised. It does not escape for any surface: whoever shows it does. It also says
// what may stand in a log of a fault that such things caused.
package foreign

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLink bounds a link, in bytes.
const maxLink = 2000

// Text makes one line: no control characters, none that turn the direction of
// writing, at most limit characters.
func Text(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return visible(r)
	}, strings.ToValidUTF8(s, "\ufffd"))
	return cut(strings.TrimSpace(s), limit)
}

// Lines is [Text] that may have several lines.
func Lines(s string, limit int) string {
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

// Link keeps a link if it leads to a page, else it is "".
func Link(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" || len(s) > maxLink || s != Text(s, maxLink) || strings.ContainsAny(s, " <>|\"") {
		return ""
	}
	return s
}
