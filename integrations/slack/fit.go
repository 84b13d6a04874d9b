package slack

import (
	"sort"
	"strings"
	"unicode/utf8"

	"backout/templates"
)

// Limits of Slack in code points, with a margin where Slack does not say what it
// counts. Nothing else in this package knows a length of Block Kit.
const (
	maxText       = 3500 // text beside blocks; chat.update refuses more than 4,000
	maxSection    = 2900 // of 3,000
	maxField      = 1900 // of 2,000
	maxContext    = 2900 // of 3,000
	maxHeader     = 148  // of 150
	maxLabel      = 72   // button texts and options: 75
	maxValue      = 1990 // button values: 2,000
	maxOptionID   = 75   // of 150; Slack's own typings still say 75
	maxTitleText  = 24   // titles and buttons of dialogs
	maxState      = 3000 // private_metadata
	maxInputLabel = 1900 // of 2,000
	maxInput      = 3000 // plain_text_input
	maxHolder     = 145  // placeholders: 150
	maxActionID   = 250  // of 255
	maxOptions    = 100
	maxFields     = 10
	rowButtons    = 5
	msgBlocks     = 50
	viewBlocks    = 100
	msgChars      = 12000 // all blocks of a message: undocumented, seen at 13,200
	viewChars     = 100000
)

// cut shortens text to at most n code points and shows that it did.
func cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	i, left := 0, n-1
	for i = range s {
		if left == 0 {
			break
		}
		left--
	}
	return strings.TrimRight(s[:i], " \n") + "…"
}

func size(s string) int { return utf8.RuneCountInString(s) }

// plain is text for plain_text objects: one line, harmless, cut, never empty. Slack
// does not look for mentions there; those that notify many are broken up all the same.
func plain(s string, n int) string {
	s = strings.ReplaceAll(templates.Harmless(s), "<!", "<"+string(apart)+"!")
	s = cut(strings.Join(strings.Fields(s), " "), n)
	if s == "" {
		return "–"
	}
	return s
}

// texts sets rich text as mrkdwn in pieces of at most n code points each. Marks
// and references are never cut apart.
func texts(r templates.Rich, n int) []string {
	f := fitter{limit: n}
	for i, s := range r {
		f.glue = i > 0 && touches(r[i-1], s)
		f.add(s)
	}
	f.flush()
	return f.out
}

type fitter struct {
	limit int
	out   []string
	cur   strings.Builder
	n     int
	glue  bool // the next span touches the one before it
}

func (f *fitter) flush() {
	if strings.TrimSpace(f.cur.String()) != "" {
		f.out = append(f.out, f.cur.String())
	}
	f.cur.Reset()
	f.n = 0
}

func (f *fitter) add(s templates.Span) {
	for {
		text := spanText(s)
		if f.glue && f.n > 0 {
			text = string(apart) + text
		}
		if f.n+size(text) <= f.limit {
			f.cur.WriteString(text)
			f.n += size(text)
			return
		}
		head, rest, ok := f.split(s)
		switch {
		case ok:
			text = spanText(head)
			f.cur.WriteString(text)
			f.flush()
			s, f.glue = rest, false
		case f.n > 0:
			f.flush()
			f.glue = false
		default: // a reference that fits nowhere: show what it says
			s = templates.T(cut(first(s.Label, s.Text), f.limit/8))
		}
	}
}

// split divides a span of words so that its head fits what is left, at a line
// break or blank where there is one near.
func (f *fitter) split(s templates.Span) (head, rest templates.Span, ok bool) {
	if s.Style > templates.Block {
		return head, rest, false
	}
	room := f.limit - f.n - 2
	runes := []rune(s.Text)
	k := sort.Search(len(runes), func(k int) bool {
		h := s
		h.Text = string(runes[:k+1])
		return size(spanText(h)) > room
	})
	if k < min(len(runes), 20) {
		return head, rest, false
	}
	for i := k; i > k*3/4; i-- {
		if runes[i-1] == '\n' || runes[i-1] == ' ' {
			k = i
			break
		}
	}
	head, rest = s, s
	head.Text, rest.Text = string(runes[:k]), string(runes[k:])
	return head, rest, true
}

// touches reports two spans of which one needs marks and the other goes on in the
// same word: without something between, Slack shows the marks.
func touches(a, b templates.Span) bool {
	if !marked(a.Style) && !marked(b.Style) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(a.Text)
	next, _ := utf8.DecodeRuneInString(b.Text)
	return a.Text != "" && b.Text != "" && (isWordRune(last) || marked(a.Style)) && (isWordRune(next) || marked(b.Style))
}

func marked(s templates.Style) bool {
	return s == templates.Bold || s == templates.Italic || s == templates.Struck || s == templates.Code
}

// one sets rich text in a single piece of at most n code points.
func one(r templates.Rich, n int) string {
	parts := texts(r, n-1)
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return parts[0] + "…"
}
