package templates

import (
	"strconv"
	"strings"
	"unicode"

	"backout/timeline"
)

// How much is shown of what the outside wrote.
const (
	nameLength   = 40
	titleLength  = 80
	reasonLength = 300
	// maxLink is the longest address that becomes a link; those of GitHub are far
	// shorter, and all of them together must fit into one message.
	maxLink = 400
)

// outside makes one short line of text that somebody outside wrote: harmless,
// without breaks, and not longer when Slack's entities are written out, so that
// nobody can crowd out buttons. It must stand in a span that is not parsed.
func outside(s string, limit int) string {
	if len(s) > 16*limit { // no use in cleaning what is cut off
		s = strings.ToValidUTF8(s[:16*limit], "")
	}
	line := strings.FieldsFunc(Harmless(s), func(r rune) bool { return unicode.IsSpace(r) && r != noBreak })
	return cutEscaped(strings.Trim(strings.Join(line, " "), string(noBreak)), limit)
}

// cutEscaped is cutWords for text whose entities count as they are written.
func cutEscaped(s string, limit int) string {
	n := 0
	for i, r := range s {
		switch n++; r {
		case '&':
			n += len("&amp;") - 1
		case '<', '>':
			n += len("&lt;") - 1
		}
		if n > limit {
			return s[:i] + "…"
		}
	}
	return s
}

// noBreak is the blank that keeps a number with its unit.
const noBreak = '\u00a0'

// sentence is outside as a sentence of its own.
func sentence(s string) string { return asSentence(outside(s, reasonLength)) }

// clause is outside as the end of a sentence of ours, without its own end.
func clause(s string) string {
	s = strings.TrimRight(outside(s, reasonLength), ".")
	if s == "" {
		return "the reason is not known"
	}
	return s
}

// WebLink is a link where the address is one that a browser opens, and else only
// the words.
func WebLink(url, label string) Span {
	scheme, _, _ := strings.Cut(url, ":")
	if strings.EqualFold(scheme, "mailto") || !isLink(url) || len(escapeSlack(url)) > maxLink || strings.ContainsAny(url, " <>\"\\\n\r\t") || Harmless(url) != url {
		return T(label)
	}
	return Href(url, label)
}

func isWebLink(url string) bool { return WebLink(url, "x").Style == Anchor }

// deployLabel is how people call a deploy: its version, else its commit.
func deployLabel(d timeline.Deploy) string { return first(outside(d.Label(), nameLength), d.ID()) }

func serviceName(s string) string {
	return first(outside(s, nameLength), "a service without a name")
}

func environmentName(s string) string {
	return first(outside(s, nameLength), "an environment without a name")
}

// listing writes "a, b and c", at most limit of them.
func listing(words []string, limit int) string {
	more := len(words) - limit
	if more > 0 {
		words = append(words[:limit:limit], strconv.Itoa(more)+"\u00a0more")
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// amount writes a number so that its thousands can be told apart: 1 904.
func amount(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

// many is plural for numbers that may be large.
func many(n int, one, more string) string {
	if n == 1 {
		return plural(n, one, more)
	}
	return amount(n) + "\u00a0" + more
}

// nameSpan is a person by name in bold; one whose name is not known becomes a
// mention, because nobody can read an id.
func nameSpan(names Names, id string) Span {
	if s := Named(names, id); s.Text != id {
		return B(s.Text)
	}
	return person(id)
}
