package templates

import "time"

// Rich is text with meaning. The zero value is empty.
type Rich []Span

// Style is how a span is set.
type Style int

// What a span is.
const (
	Plain Style = iota
	Bold
	Italic
	Struck
	Code
	Block   // a code block; Text holds its lines
	Person  // Text is a user id, Label a fallback name
	Room    // Text is a channel id, Label a fallback name
	Group   // Text is a user-group id, Label a fallback name
	Anchor  // Text is an http(s) or mailto URL, Label what to show
	Instant // At, shown in the reader's zone where possible
	Alarm   // @here, @channel, @everyone as somebody typed it: shown, never sent
	Emoji   // Text is the name without colons
)

// Span is a stretch of one style.
type Span struct {
	Style Style
	Text  string
	Label string
	At    time.Time
}

// T, B, I and C make plain, bold, italic and code spans.
func T(s string) Span { return Span{Text: s} }

// B is bold.
func B(s string) Span { return Span{Style: Bold, Text: s} }

// I is italic.
func I(s string) Span { return Span{Style: Italic, Text: s} }

// C is code.
func C(s string) Span { return Span{Style: Code, Text: s} }

// U mentions a person. Whether a mention notifies is decided by Slack from where
// it stands; use [Named] where nobody should be notified.
func U(id string) Span { return Span{Style: Person, Text: id} }

// Ch links to a channel.
func Ch(id string) Span { return Span{Style: Room, Text: id} }

// Href is a link.
func Href(url, label string) Span { return Span{Style: Anchor, Text: url, Label: label} }

// At is an instant.
func At(t time.Time) Span { return Span{Style: Instant, At: t} }

// R joins spans.
func R(spans ...Span) Rich { return spans }

// Join puts texts behind one another.
func Join(parts ...Rich) Rich {
	var out Rich
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// Names resolves ids to names at render time. Unknown ids give "".
type Names interface {
	PersonName(id string) string
	ChannelName(id string) string
}
