package templates

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"backout/timeline"
)

// Words is what an answer needs to know of whom it speaks to.
type Words struct {
	// Command is the slash command as configured; sentences say /incident.
	Command string
	// You is the person who is answered.
	You string
	// Zone gives the clock of the person; it is asked only where a time is shown,
	// because it may have to be looked up.
	Zone       func() *time.Location
	Names      Names
	Severities []Severity
	// URL is the public base of the web pages, or empty.
	URL string
	// PrivateOf tells which incidents are private; nil means that it is not known,
	// and then no other incident is named.
	PrivateOf func(incident int) bool
}

// Say is an answer of one paragraph.
func Say(w Words, text Rich) Message {
	return Message{Summary: text.Plain(w.Names), Parts: []Part{Para(text)}}
}

// Refused words a refusal: what did not happen and why, and what to do instead.
// A failure of our own carries the name under which the log has the cause.
func Refused(w Words, r *timeline.Refusal, errorID string) Message {
	text := w.command(r.Sentence)
	if r.Instead != "" {
		text += " " + w.command(example(r.Instead))
	}
	m := Say(w, FromSlack(text))
	if errorID != "" {
		m.Parts = append(m.Parts, Footer(R(T("In the log this is "), C(errorID), T("."))))
	}
	return m
}

// Offer is a button for a dialog that cannot be opened from here.
func Offer(w Words, b Button) Message {
	m := Say(w, R(T("A mention cannot open the dialog; the button can.")))
	m.Parts = append(m.Parts, Buttons{b})
	return m
}

// example sets what is to be typed as code: everything behind "for example:".
func example(s string) string {
	const mark = "or example: "
	i := strings.LastIndex(s, mark)
	if i < 0 || strings.Contains(s[i:], "`") {
		return s
	}
	// The parts in angle brackets would be taken for links inside code.
	return s[:i+len(mark)] + "`" + strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(s[i+len(mark):]) + "`"
}

// command puts the configured command in the place of /incident.
func (w Words) command(s string) string {
	const usual = "/incident"
	if w.Command == "" || w.Command == usual {
		return s
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, usual)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if next := []rune(after + " ")[0]; wordlike(next) || wordlike(lastOf(before)) {
			b.WriteString(usual)
		} else {
			b.WriteString(escapeSlack(w.Command))
		}
		s = after
	}
}

func wordlike(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '/' }

func lastOf(s string) rune {
	r := []rune(" " + s)
	return r[len(r)-1]
}

// cmd is a command to type, as code.
func (w Words) cmd(rest string) Span { return C(w.command("/incident " + rest)) }

// severity names a severity as people know it: 1 – Critical.
func (w Words) severity(name string) string {
	for _, s := range w.Severities {
		if s.Name == name && s.Title != "" {
			return s.Name + " – " + s.Title
		}
	}
	return name
}

// Stamp writes an instant in a zone and in UTC: "14:05 CET (13:05 UTC)". The day
// is said where it is not that of now.
func Stamp(t, now time.Time, zone *time.Location) string {
	utc := clockIn(t, now, time.UTC)
	if zone == nil {
		return utc
	}
	local := clockIn(t, now, zone)
	if local == utc {
		return utc
	}
	return local + " (" + utc + ")"
}

func clockIn(t, now time.Time, zone *time.Location) string {
	t, now = t.In(zone), now.In(zone)
	layout := "15:04"
	if t.Second() != 0 {
		layout = "15:04:05"
	}
	name := t.Format("MST")
	if strings.ContainsAny(name[:1], "+-") {
		name = "UTC" + name
	}
	s := t.Format(layout) + "\u00a0" + name
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return s
	}
	day := "2 Jan"
	if t.Year() != now.Year() {
		day = "2 Jan 2006"
	}
	return t.Format(day) + " " + s
}

// cut shortens text for a row; the whole stands in the record. What is cut off
// in the middle of a span takes the span's style along.
func cut(r Rich, limit int) Rich {
	var out Rich
	for _, s := range r {
		n := len([]rune(s.Text))
		if s.Style == Block { // a row is one line
			s.Style = Code
		}
		s.Text = strings.ReplaceAll(s.Text, "\n", " ")
		switch {
		case s.Style == Anchor:
			n = len([]rune(s.Label))
			if s.Label == "" {
				n = len([]rune(s.Text))
			}
		case s.Style == Person || s.Style == Room || s.Style == Group || s.Style == Instant:
			n = 12
		case n > limit:
			s.Text = string([]rune(s.Text)[:max(0, limit)]) + "…"
			return append(out, s)
		}
		if n > limit {
			return append(out, T("…"))
		}
		limit -= n
		out = append(out, s)
	}
	return out
}

// slackCut reads text of people and shortens it.
func slackCut(s string, limit int) Rich { return cut(FromSlack(s), limit) }

// plural writes a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1\u00a0" + one
	}
	return fmt.Sprintf("%d\u00a0%s", n, many)
}

// Hint adds a line in small type to an answer; text is as in refusals.
func Hint(w Words, m Message, text string) Message {
	line := FromSlack(w.command(text))
	m.Parts = append(slices.Clip(m.Parts), Footer(line))
	m.Summary += " " + line.Plain(w.Names)
	return m
}
