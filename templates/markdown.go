package templates

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// gap is a zero-width space. It parts what GitHub would link or notify after
// Markdown is done with, where a backslash is no help: @name, #123, GH-123.
const gap = "\u200b"

// Markdown gives the text as CommonMark with GitHub's extensions, on one line and
// fit for a paragraph, a heading, a list item or a table cell. Its words can end
// none of these, make no HTML, notify nobody, and link only where the text itself
// has a link. Line breaks become <br>. Names may be nil.
func (r Rich) Markdown(names Names) string {
	s := string(r.AppendMarkdown(nil, names))
	return strings.TrimSuffix(strings.TrimPrefix(s, "<br>"), "<br>")
}

// AppendMarkdown is [Rich.Markdown] for text that goes on a line behind what
// stands in dst already; an empty dst is the beginning of the line.
func (r Rich) AppendMarkdown(dst []byte, names Names) []byte {
	for i, s := range r {
		next := rune(0)
		if i+1 < len(r) {
			next = r[i+1].opening()
		}
		dst = s.markdown(dst, names, next)
	}
	return dst
}

// opening is the character that the span begins with, or one that counts for as
// much. It is never 0, which stands for the end of the text.
func (s Span) opening() rune {
	switch s.Style {
	case Person, Instant:
		return 'a'
	case Room, Group, Alarm, Anchor, Emoji, Code, Block:
		return '#'
	}
	r, _ := utf8.DecodeRuneInString(s.Text)
	return max(r, 1)
}

func (s Span) markdown(b []byte, names Names, next rune) []byte {
	switch s.Style {
	case Bold:
		return emphasised(b, "**", s.Text, next)
	case Italic:
		return emphasised(b, "*", s.Text, next)
	case Struck:
		return emphasised(b, "~~", s.Text, next)
	case Code:
		return codeSpan(b, s.Text)
	case Block:
		if len(b) > 0 {
			b = append(b, "<br>"...)
		}
		return append(codeSpan(b, s.Text), "<br>"...)
	case Anchor:
		return anchor(b, s)
	}
	return escaped(b, s.words(names), next)
}

// EscapeMarkdown gives plain words as Markdown, under the promises of
// [Rich.Markdown].
func EscapeMarkdown(s string) string { return string(escaped(nil, s, 0)) }

// escaped appends words. What stands before them and the character behind them
// count too: a reference may be put together from several spans.
func escaped(b []byte, s string, next rune) []byte {
	s = Harmless(s)
	start := len(b) == 0
	if start {
		s = strings.TrimLeft(s, " \n")
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch c {
		case '\n':
			b = append(b, "<br>"...)
			continue
		case '\\', '`', '*', '[', ']', '<', '>', '|', '~', '$':
			b = append(b, '\\')
		case '_':
			// Inside a word it is no mark-up, and a_b reads better without.
			if i == 0 || i+1 == len(s) || !isAlnum(s[i-1]) || !isAlnum(s[i+1]) {
				b = append(b, '\\')
			}
		case '&':
			if i+1 == len(s) || isAlnum(s[i+1]) || s[i+1] == '#' {
				b = append(b, '\\')
			}
		case '!':
			// The mark of a comment must not stand anywhere, not even escaped: what
			// looks for the owned parts of a document reads lines, not Markdown. At
			// the end a link may follow, and become an image.
			if next != 0 && i+1 == len(s) || bytes.HasSuffix(b, []byte("<")) {
				b = append(b, '\\')
			}
		case '#', '+', '-', '=':
			if start && i == 0 {
				b = append(b, '\\')
			}
		case '.', ')':
			if (start && allDigits(s[:i])) || hasSuffixFold(b, "www") {
				b = append(b, '\\')
			}
		case ':':
			// A bare address: only what Slack marked as a link becomes one.
			if strings.HasPrefix(s[i:], "://") || hasSuffixFold(b, "mailto") || hasSuffixFold(b, "xmpp") {
				b = append(b, '\\')
			}
		}
		if parted(b, s, i, next) {
			b = append(append(b, c), gap...)
			continue
		}
		b = append(b, c)
	}
	return b
}

// parted reports whether GitHub could take what follows s[i] for a reference.
func parted(b []byte, s string, i int, next rune) bool {
	switch s[i] {
	case '@', '#', '-':
	default:
		return false
	}
	if i+1 < len(s) {
		next, _ = utf8.DecodeRuneInString(s[i+1:])
	} else if next != 0 { // the next span may begin with what is taken out of it
		next = '0'
	}
	switch {
	case s[i] == '@':
		return isWord(next)
	case s[i] == '-' && !hasSuffixFold(b, "gh"):
		return false
	}
	return unicode.IsDigit(next)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isAlnum(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func allDigits(s string) bool {
	return s != "" && len(s) < 10 && strings.Trim(s, "0123456789") == ""
}

func hasSuffixFold(b []byte, suffix string) bool {
	return len(b) >= len(suffix) && bytes.EqualFold(b[len(b)-len(suffix):], []byte(suffix))
}

// emphasised sets words in a style where CommonMark's rules on flanking let it
// take effect, and leaves them bare elsewhere: stray asterisks help nobody.
func emphasised(b []byte, mark, text string, next rune) []byte {
	text = Harmless(text)
	inner := strings.TrimSpace(text)
	if inner == "" {
		return escaped(b, text, next)
	}
	lead, trail, _ := strings.Cut(text, inner)
	before, after := lastRune(b, lead), next
	if trail != "" {
		after = ' '
	}
	head, _ := utf8.DecodeRuneInString(inner)
	tail, _ := utf8.DecodeLastRuneInString(inner)
	if before == '*' || before == '~' || before == '>' || !flanks(head, before) || !flanks(tail, after) {
		return escaped(b, text, next)
	}
	b = append(escaped(b, lead, 0), mark...)
	b = append(escaped(b, inner, '*'), mark...)
	return escaped(b, trail, next)
}

// lastRune gives what stands before the next word, 0 at the beginning.
func lastRune(b []byte, lead string) rune {
	if lead != "" {
		return ' '
	}
	if len(b) == 0 {
		return 0
	}
	r, _ := utf8.DecodeLastRune(b)
	return r
}

func flanks(inside, outside rune) bool {
	return isWord(inside) || outside == 0 || unicode.IsSpace(outside) || unicode.IsPunct(outside)
}

// codeSpan sets code, line by line. Backquotes are used where they carry it;
// a pipe would need another escape inside tables than outside, and a comment
// mark must never stand in the document unbroken: these go into <code>.
func codeSpan(b []byte, code string) []byte {
	first := true
	for line := range strings.SplitSeq(Harmless(code), "\n") {
		if !first {
			b = append(b, "<br>"...)
		}
		first = false
		switch {
		case strings.TrimSpace(line) == "":
		case strings.ContainsAny(line, "|`") || strings.Contains(line, "<!--"):
			indent := len(line) - len(strings.TrimLeft(line, " "))
			b = append(b, "<code>"+strings.Repeat("&nbsp;", indent)...)
			b = append(escaped(b, line[indent:], 0), "</code>"...)
		default:
			if bytes.HasSuffix(b, []byte("`")) { // two spans must not run together
				b = append(b, gap...)
			}
			if strings.HasPrefix(line, " ") && strings.HasSuffix(line, " ") {
				line = " " + line + " "
			}
			b = append(append(append(b, '`'), line...), '`')
		}
	}
	return b
}

func anchor(b []byte, s Span) []byte {
	dest, ok := LinkTarget(s.Text)
	if !ok {
		return escaped(b, s.words(nil), 0)
	}
	label := s.Label
	if label == "" {
		label = strings.TrimPrefix(s.Text, "mailto:")
	}
	b = append(b, '[')
	b = escaped(b, strings.ReplaceAll(label, "\n", " "), ']')
	return append(append(append(b, "]("...), dest...), ')')
}

// isLink reports whether the address is one that people may be sent to.
func isLink(s string) bool {
	scheme, rest, _ := strings.Cut(s, ":")
	switch {
	case strings.EqualFold(scheme, "http"), strings.EqualFold(scheme, "https"):
		host, ok := strings.CutPrefix(rest, "//")
		return ok && host != "" && strings.IndexByte("/?#:@", host[0]) < 0
	case strings.EqualFold(scheme, "mailto"):
		return strings.IndexByte(rest, '@') > 0
	}
	return false
}

// unfit is what an address inside Markdown must not hold.
const unfit = "<>()|\\`\"*[]"

// LinkTarget gives an http, https or mailto address fit for the parentheses of a
// Markdown link in any place, and false for every other address.
func LinkTarget(s string) (string, bool) {
	if !isLink(s) {
		return "", false
	}
	const hex = "0123456789ABCDEF"
	if strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.IndexByte(unfit+"&", byte(r)) >= 0 }) < 0 {
		return s, true
	}
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(unfit, c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		if c == '&' && strings.Contains(s[i:], ";") { // &copy; would be read as an entity
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String(), true
}
