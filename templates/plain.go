package templates

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Plain gives the words without any mark-up, for notifications, screen readers,
// titles and search. Names may be nil.
func (r Rich) Plain(names Names) string {
	var b strings.Builder
	for _, s := range r {
		b.WriteString(Harmless(s.words(names)))
	}
	return b.String()
}

// words gives what the span says, uncleaned. A span without a name shows its id.
func (s Span) words(names Names) string {
	switch s.Style {
	case Person:
		return first(personName(names, s.Text), s.Label, s.Text)
	case Room:
		return "#" + first(channelName(names, s.Text), s.Label, s.Text)
	case Group, Alarm:
		return "@" + strings.TrimPrefix(first(s.Label, s.Text), "@")
	case Anchor:
		if s.Label == "" || s.Label == s.Text || "mailto:"+s.Label == s.Text {
			return first(s.Label, s.Text)
		}
		return s.Label + " (" + s.Text + ")"
	case Instant:
		return UTC(s.At)
	case Emoji:
		return ":" + s.Text + ":"
	case Block:
		return "\n" + s.Text + "\n"
	}
	return s.Text
}

// UTC writes an instant out for exports.
func UTC(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

func personName(names Names, id string) string {
	if names == nil {
		return ""
	}
	return names.PersonName(id)
}

func channelName(names Names, id string) string {
	if names == nil {
		return ""
	}
	return strings.TrimPrefix(names.ChannelName(id), "#")
}

func first(options ...string) string {
	for _, o := range options {
		if o != "" {
			return o
		}
	}
	return ""
}

// Harmless gives the text without characters that act instead of being seen:
// control characters, those that turn the reading direction or hide words, and
// bytes that are no UTF-8. Line breaks stay; tabs become blanks.
func Harmless(s string) string {
	if isHarmless(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || r == '\v' || r == '\f':
			return ' '
		case r == '\u2028' || r == '\u2029' || r == '\u0085':
			return '\n'
		case isHarmful(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func isHarmless(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c == 0x7f || (c < ' ' && c != '\n') {
			return c >= utf8.RuneSelf && utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool {
				return r != '\n' && (isHarmful(r) || r == '\u2028' || r == '\u2029')
			}) < 0
		}
	}
	return true
}

// isHarmful names what is taken out. The joiners U+200C and U+200D stay: emoji
// and several scripts need them.
func isHarmful(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r <= 0x9f:
		return true
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x180e, r == 0xfeff:
		return true
	case r == 0x200b, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}
