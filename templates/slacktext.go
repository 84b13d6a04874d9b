package templates

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// FromSlack reads text as Slack encodes it: the three entities, everything in
// angle brackets, the four styles, code blocks and emoji. It is total: what is
// no mark-up stays words. Where styles are nested, the inner one holds.
func FromSlack(text string) Rich {
	if text == "" {
		return nil
	}
	if !strings.ContainsAny(text, "&<*_~`:\r") && utf8.ValidString(text) { // most messages
		return Rich{{Text: text}}
	}
	p := slackParser{out: make(Rich, 0, likely(text))}
	p.blocks(strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), "\uFFFD"))
	return joined(p.out)
}

// likely is how many spans a text will have, so that the list grows once.
func likely(text string) int {
	n := 1
	for i := range len(text) {
		switch text[i] {
		case '<', '*', '_', '~', '`', ':', '&':
			n++
		}
	}
	return min(n, 16)
}

// joined puts neighbours of one style together.
func joined(r Rich) Rich {
	out := r[:0]
	for i := 0; i < len(r); {
		j := i + 1
		for r[i].Style <= Struck && j < len(r) && r[j].Style == r[i].Style {
			j++
		}
		s := r[i]
		if j > i+1 {
			var b strings.Builder
			for _, one := range r[i:j] {
				b.WriteString(one.Text)
			}
			s.Text = b.String()
		}
		out = append(out, s)
		i = j
	}
	return out
}

type slackParser struct{ out Rich }

// words adds a stretch without mark-up.
func (p *slackParser) words(s string, style Style) {
	if s != "" {
		p.add(Span{Style: style, Text: unescapeSlack(s)})
	}
}

func (p *slackParser) add(s Span) { p.out = append(p.out, s) }

const fence = "```"

func (p *slackParser) blocks(s string) {
	for {
		before, rest, ok := strings.Cut(s, fence)
		if !ok {
			break
		}
		code, after, ok := strings.Cut(rest, fence)
		if !ok {
			break
		}
		if strings.Trim(code, "\n") == "" { // nothing in it: only a row of backquotes
			p.inline(before+fence+code+fence, Plain)
			s = after
			continue
		}
		// Slack sets a block on lines of its own, so the breaks around it say nothing.
		p.inline(strings.TrimSuffix(before, "\n"), Plain)
		p.add(Span{Style: Block, Text: slackCode(strings.Trim(code, "\n"))})
		s = strings.TrimPrefix(after, "\n")
	}
	p.inline(s, Plain)
}

// inline reads text without code blocks. Every search for a closing mark that
// failed is remembered to the end of its line, so that it stays linear.
func (p *slackParser) inline(s string, style Style) {
	var barren barrens
	from := 0 // where the words not yet added begin
	for i := 0; i < len(s); {
		n := special(s, i, &barren)
		if n == 0 {
			i++
			continue
		}
		p.words(s[from:i], style)
		p.markup(s[i:i+n], style)
		i += n
		from = i
	}
	p.words(s[from:], style)
}

// special gives the length of the mark-up at i, or 0.
func special(s string, i int, barren *barrens) int {
	switch s[i] {
	case '<':
		end := strings.IndexAny(s[i+1:], "<>\n")
		if end <= 0 || s[i+1+end] != '>' {
			return 0
		}
		return end + 2
	case '`', '*', '_', '~':
		if end := closing(s, i, barren); end > 0 {
			return end + 1 - i
		}
	case ':':
		return emojiLen(s, i)
	}
	return 0
}

// markup reads one piece of mark-up with the marks around it.
func (p *slackParser) markup(s string, style Style) {
	inner := s[1 : len(s)-1]
	switch s[0] {
	case '<':
		p.angle(inner, style)
	case '`':
		p.add(Span{Style: Code, Text: slackCode(inner)})
	case ':':
		p.add(Span{Style: Emoji, Text: inner})
	default:
		p.inline(inner, styleOf(s[0]))
	}
}

func styleOf(mark byte) Style {
	switch mark {
	case '*':
		return Bold
	case '_':
		return Italic
	case '`':
		return Code
	}
	return Struck
}

// barrens says, mark by mark, up to where no closing one is to be found.
type barrens [Code + 1]int

// closing finds the mark that closes the one at i on the same line, or -1.
func closing(s string, i int, barren *barrens) int {
	mark := s[i]
	if i < barren[styleOf(mark)] || wordBefore(s, i) || i+1 >= len(s) || s[i+1] == mark || spaceAfter(s, i) {
		return -1
	}
	j := i + 2
	for ; j < len(s) && s[j] != '\n'; j++ {
		if s[j] == mark && (mark == '`' || !spaceBefore(s, j)) && !wordAfter(s, j) {
			return j
		}
	}
	barren[styleOf(mark)] = j
	return -1
}

func wordBefore(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return i > 0 && isWord(r)
}

func wordAfter(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i+1:])
	return i+1 < len(s) && isWord(r)
}

func spaceBefore(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return i == 0 || unicode.IsSpace(r)
}

func spaceAfter(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i+1:])
	return i+1 >= len(s) || (unicode.IsSpace(r) && s[i] != '`')
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// angle reads what stood between < and >.
func (p *slackParser) angle(s string, style Style) {
	target, label, _ := strings.Cut(s, "|")
	target, label = unescapeSlack(target), unescapeSlack(label)
	switch {
	case strings.HasPrefix(target, "@") && isSlackID(target[1:]):
		p.add(Span{Style: Person, Text: target[1:], Label: strings.TrimPrefix(label, "@")})
	case strings.HasPrefix(target, "#") && isSlackID(target[1:]):
		p.add(Span{Style: Room, Text: target[1:], Label: strings.TrimPrefix(label, "#")})
	case strings.HasPrefix(target, "!"):
		p.command(target[1:], label, style)
	case isLink(target):
		p.add(Span{Style: Anchor, Text: target, Label: label})
	case label != "" && strings.Contains(target, ":"): // a link nobody should follow from here
		p.words(escapeSlack(label), style)
	default:
		p.words("<"+s+">", style)
	}
}

// command reads <!here>, <!subteam^S…>, <!date^…> and their like.
func (p *slackParser) command(s, label string, style Style) {
	name, arg, _ := strings.Cut(s, "^")
	switch name {
	case "here", "channel", "everyone", "group":
		p.add(Span{Style: Alarm, Text: name})
		return
	case "subteam":
		id, _, _ := strings.Cut(arg, "^")
		if isSlackID(id) {
			p.add(Span{Style: Group, Text: id, Label: strings.TrimPrefix(label, "@")})
			return
		}
	case "date":
		stamp, _, _ := strings.Cut(arg, "^")
		// Beyond the year 9999 it is no instant that anybody meant.
		if sec, err := strconv.ParseInt(stamp, 10, 64); err == nil && sec >= 0 && sec < 253402300800 {
			p.add(Span{Style: Instant, At: time.Unix(sec, 0).UTC(), Label: label})
			return
		}
	}
	if label == "" {
		label = "<!" + s + ">"
	}
	p.words(escapeSlack(label), style)
}

func isSlackID(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// emojiLen gives the length of the emoji at i with both colons, or 0. Clock times
// and ports are none: the colon must not follow a word, nor a word the emoji.
func emojiLen(s string, i int) int {
	if wordBefore(s, i) {
		return 0
	}
	j := i + 1
	letters := false
	for ; j < len(s) && j-i <= 100; j++ {
		c := s[j]
		if c == ':' {
			break
		}
		lower := c >= 'a' && c <= 'z'
		if !lower && (c < '0' || c > '9') && !strings.ContainsRune("_+-'", rune(c)) {
			return 0
		}
		letters = letters || lower
	}
	if j >= len(s) || j == i+1 || s[j] != ':' || wordAfter(s, j) {
		return 0
	}
	if name := s[i+1 : j]; !letters && name != "+1" && name != "-1" && name != "100" && name != "1234" {
		return 0
	}
	return j + 1 - i
}

// slackCode gives the words inside code: Slack wraps links and mentions there
// too, although nobody sees it.
func slackCode(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "<")
		inner, after, closed := strings.Cut(rest, ">")
		if !ok || !closed {
			break
		}
		target, label, labelled := strings.Cut(inner, "|")
		if labelled {
			target = label
		}
		b.WriteString(unescapeSlack(before + target))
		s = after
	}
	b.WriteString(unescapeSlack(s))
	return b.String()
}

// unescapeSlack takes back Slack's three entities. The ampersand comes last, so
// that nothing is decoded twice.
func unescapeSlack(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "&lt;", "<"), "&gt;", ">")
	return strings.ReplaceAll(s, "&amp;", "&")
}

func escapeSlack(s string) string {
	s = strings.ReplaceAll(s, "&", "&amp;")
	return strings.ReplaceAll(strings.ReplaceAll(s, "<", "&lt;"), ">", "&gt;")
}
