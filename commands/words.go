package commands

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one piece of a typed line. Pieces end at blanks, except inside quotes
// and inside Slack's <…>.
type word struct {
	// text is the piece without its quotes.
	text string
	// key and value are set when the piece has the shape key:value; quoted pieces
	// and URLs never have.
	key, value string
	quoted     bool
	from, to   int // where it stands in the line, in bytes
}

// split cuts a line into its pieces. It is total: a quote or < that is never
// closed is an ordinary character.
func split(line string) []word {
	var out []word
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		if blank(r) {
			i += n
			continue
		}
		w := piece(line, i)
		out = append(out, w)
		i = w.to
	}
	return out
}

// piece reads the piece that begins at from.
func piece(line string, from int) word {
	if end, inner, ok := quotedAt(line, from); ok {
		return word{text: inner, quoted: true, from: from, to: end}
	}
	w := word{from: from, to: from}
	for w.to < len(line) {
		r, n := utf8.DecodeRuneInString(line[w.to:])
		if blank(r) {
			break
		}
		if r == '<' {
			n = entityLen(line[w.to:])
		}
		w.to += n
		if r == ':' && w.key == "" && isKey(line[from:w.to-1]) {
			w.key = strings.ToLower(line[from : w.to-1])
			if end, inner, ok := quotedAt(line, w.to); ok {
				w.to, w.value = end, inner
				w.text = line[from:end]
				return w
			}
		}
	}
	w.text = line[from:w.to]
	if w.key != "" {
		w.value = w.text[len(w.key)+1:]
		if w.value == "" || strings.HasPrefix(w.value, "//") {
			w.key, w.value = "", ""
		}
	}
	return w
}

// quotedAt reads a quoted stretch that begins at from and is followed by a blank
// or the end. Quotes inside a word are not ends: 5"-disks.
func quotedAt(line string, from int) (end int, inner string, ok bool) {
	r, n := utf8.DecodeRuneInString(line[from:])
	if !quote(r) {
		return 0, "", false
	}
	for i := from + n; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		if quote(r) {
			next, _ := utf8.DecodeRuneInString(line[i+size:])
			if i+size == len(line) || blank(next) {
				return i + size, line[from+n : i], true
			}
		}
		i += size
	}
	return 0, "", false
}

// entityLen is the length of the Slack entity at the start of s, or 1. Labels
// may hold blanks: <https://status.example|Status page>.
func entityLen(s string) int {
	if len(s) < 2 || !strings.ContainsAny(s[1:2], "@#!hmtHMT") {
		return 1
	}
	end := strings.IndexAny(s[1:], "<>\n")
	if end < 0 || s[1+end] != '>' {
		return 1
	}
	return end + 2
}

// isKey reports whether s can be the key of an option: a word of ASCII letters
// and hyphens. Digits are out, so that 14:05 is no option.
func isKey(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r != '-' && r != '_') {
			return false
		}
	}
	return s != ""
}

// blank covers what phones and copied text bring along: no-break and zero-width
// blanks too.
func blank(r rune) bool {
	switch r {
	case '\u200b', '\u2060', '\ufeff':
		return true
	}
	return unicode.IsSpace(r) || unicode.Is(unicode.Zs, r)
}

// quote covers the smart ones that phones make. Single quotes are none: they are
// apostrophes far more often.
func quote(r rune) bool { return strings.ContainsRune(`"“”„‟`, r) }
