package templates

import (
	"fmt"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode"
)

// maxChannelName is Slack's limit; maxSlug keeps names readable in a side bar.
const (
	maxChannelName = 80
	maxSlug        = 60
)

// NameData is what a channel's name is made from.
type NameData struct {
	Number int
	// Title is Slack-encoded, as in the record.
	Title    string
	Severity string
	Service  string
	// Date is the day in UTC that {{.Date}} writes as 2026-11-20.
	Date time.Time
}

// nameFields is what a pattern sees.
type nameFields struct {
	Number                        int
	Slug, Date, Severity, Service string
}

// ChannelName fills a pattern such as "inc-{{.Number}}-{{.Slug}}". What comes
// out always is a name that Slack takes: small letters, digits, - and _, at most
// 80 characters, and never empty. A name that is too long loses the end of its
// slug, so that the number survives wherever it stands. The error tells of a
// pattern that is no template or names an unknown field.
func ChannelName(pattern string, in NameData) (string, error) {
	t, err := template.New("channel").Parse(pattern)
	if err != nil {
		return "", fmt.Errorf("the channel pattern %q does not parse: %w", pattern, err)
	}
	f := nameFields{Number: in.Number, Slug: Slug(in.Title), Severity: in.Severity, Service: in.Service}
	f.Date = in.Date.UTC().Format(time.DateOnly)
	name, err := fillName(t, f)
	if err != nil {
		return "", err
	}
	if over := len(name) - maxChannelName; over > 0 {
		f.Slug = cutSlug(f.Slug, max(0, len(f.Slug)-over))
		if name, err = fillName(t, f); err != nil {
			return "", err
		}
	}
	if name = cutSlug(name, maxChannelName); name == "" {
		return "inc-" + strconv.Itoa(in.Number), nil
	}
	return name, nil
}

func fillName(t *template.Template, f nameFields) (string, error) {
	var b strings.Builder
	if err := t.Execute(&b, f); err != nil {
		return "", fmt.Errorf("the channel pattern cannot be filled in: %w", err)
	}
	return asciiName(b.String()), nil
}

// ChannelNameAttempt is the name to try after as many taken ones: the name
// itself, then with -2, -3 and so on, within Slack's limit.
func ChannelNameAttempt(name string, attempt int) string {
	if attempt <= 0 {
		return name
	}
	suffix := "-" + strconv.Itoa(attempt+1)
	return cutSlug(name, maxChannelName-len(suffix)) + suffix
}

// Slug writes a Slack-encoded title in small ASCII letters and digits with
// hyphens, at most 60 characters and cut between words. Emoji and mentions
// without a name are left out: an id in a channel name helps nobody. A title of
// which nothing remains becomes "incident".
func Slug(title string) string {
	var b strings.Builder
	for _, s := range FromSlack(title) {
		switch s.Style {
		case Emoji:
			b.WriteByte(' ')
		case Person, Room, Group, Anchor:
			b.WriteString(" " + s.Label + " ")
		default:
			b.WriteString(s.words(nil))
		}
	}
	slug := cutSlug(strings.ReplaceAll(asciiName(b.String()), "_", "-"), maxSlug)
	if slug == "" {
		return "incident"
	}
	return slug
}

// asciiName transliterates and keeps letters, digits, - and _. Everything else
// parts words, except marks inside them: people's becomes peoples. Of a
// run of dashes and underscores one remains, at the ends none.
func asciiName(s string) string {
	var b strings.Builder
	last := byte('-')
	put := func(c byte) {
		if (c == '-' || c == '_') && (last == '-' || last == '_') {
			return
		}
		b.WriteByte(c)
		last = c
	}
	before := rune(0)
	for _, r := range s {
		r = unicode.ToLower(r)
		switch to := asciiLetters(r, before); {
		case r < unicode.MaxASCII && isAlnum(byte(r)) || r == '_' || r == '-':
			put(byte(r))
		case to != "":
			for i := range len(to) {
				put(to[i])
			}
		case r != '\'' && r != '’' && !unicode.IsLetter(r) && !unicode.IsMark(r):
			put('-')
		}
		before = r
	}
	return strings.Trim(b.String(), "-_")
}

// cutSlug shortens to n characters, between words where one ends in the second
// half.
func cutSlug(s string, n int) string {
	if len(s) > n {
		whole := s[n] == '-'
		s = s[:n]
		if i := strings.LastIndexByte(s, '-'); !whole && i >= n/2 {
			s = s[:i]
		}
	}
	return strings.Trim(s, "-_")
}
