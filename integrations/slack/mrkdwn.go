package slack

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"backout/templates"
)

// This file is the one place where text for Slack is escaped.

// escape makes text inert for Slack's <…> syntax: exactly these three.
func escape(s string) string {
	if !strings.ContainsAny(s, "&<>") {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// inert takes the four style marks their power where they could act. mrkdwn knows
// no escape for them, and whether an invisible character beside a mark switches
// it off differs between Slack's clients; so a mark that could open or close
// something is shown by a look-alike that is no mark anywhere. Marks inside words
// (snake_case, 2*3) and marks between blanks never act and stay as they are.
func inert(s string) string {
	if !strings.ContainsAny(s, "*_~`@") {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if like := lookalike(r); like != 0 && couldAct(s, i, r) {
			r = like
		}
		b.WriteRune(r)
		if r == '@' && isAlarm(s[i+1:]) {
			b.WriteRune(apart)
		}
	}
	return b.String()
}

// apart is the zero-width space that keeps "@channel" from being read as one.
const apart = '\u200b'

func isAlarm(after string) bool {
	for _, word := range []string{"here", "channel", "everyone", "group"} {
		if len(after) >= len(word) && strings.EqualFold(after[:len(word)], word) {
			return true
		}
	}
	return false
}

func lookalike(r rune) rune {
	switch r {
	case '*':
		return '\u2217' // asterisk operator
	case '_':
		return '\u02cd' // modifier letter low macron
	case '~':
		return '\u223c' // tilde operator
	case '`':
		return '\u02cb' // modifier letter grave accent
	}
	return 0
}

func couldAct(s string, i int, r rune) bool {
	if r == '`' {
		return true // three of them act anywhere
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	start, end := i == 0, i+1 >= len(s)
	inWord := !start && !end && isWordRune(before) && isWordRune(after)
	alone := !start && !end && unicode.IsSpace(before) && unicode.IsSpace(after)
	return !inWord && !alone
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// foreign is text of people as Slack may show it.
func foreign(s string) string { return escape(inert(templates.Harmless(s))) }

// spanText sets one span. Text of a style that needs marks is set line by line,
// since marks do not reach over line breaks.
func spanText(s templates.Span) string {
	switch s.Style {
	case templates.Bold:
		return styled(s.Text, "*")
	case templates.Italic:
		return styled(s.Text, "_")
	case templates.Struck:
		return styled(s.Text, "~")
	case templates.Code:
		return code(s.Text)
	case templates.Block:
		return block(s.Text)
	case templates.Person:
		return reference(s, "@", "UW")
	case templates.Room:
		return reference(s, "#", "CGD")
	case templates.Group, templates.Alarm:
		// Mentioning a group notifies all of it, so somebody's words only show it.
		return "@" + string(apart) + foreign(strings.TrimPrefix(first(s.Label, s.Text), "@"))
	case templates.Anchor:
		return anchor(s.Text, s.Label)
	case templates.Instant:
		return instant(s.At)
	case templates.Emoji:
		if isEmoji(s.Text) {
			return ":" + s.Text + ":"
		}
		return foreign(":" + s.Text + ":")
	}
	return foreign(s.Text)
}

func styled(text, mark string) string {
	lines := strings.Split(templates.Harmless(text), "\n")
	for i, line := range lines {
		inner := strings.TrimSpace(line)
		if inner == "" {
			continue
		}
		at := strings.Index(line, inner)
		m := strings.NewReplacer("*", "\u2217", "_", "\u02cd", "~", "\u223c", "`", "\u02cb").Replace(inner)
		lines[i] = line[:at] + mark + escape(m) + mark + line[at+len(inner):]
	}
	return strings.Join(lines, "\n")
}

func code(text string) string {
	text = strings.Join(strings.Fields(templates.Harmless(text)), " ")
	if text == "" {
		return ""
	}
	return "`" + escape(strings.ReplaceAll(text, "`", "\u02cb")) + "`"
}

func block(text string) string {
	text = strings.ReplaceAll(templates.Harmless(text), "```", "\u02cb\u02cb\u02cb")
	if strings.Trim(text, " \n") == "" {
		return ""
	}
	// A backquote beside the fence would make it four.
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return "```\n" + escape(text) + "\n```"
}

// reference links a person or channel; an id of another shape is only shown.
func reference(s templates.Span, sign, letters string) string {
	if isID(s.Text, letters) {
		return "<" + sign + s.Text + ">"
	}
	return sign + string(apart) + foreign(first(s.Label, s.Text))
}

func isID(id, letters string) bool {
	if len(id) < 2 || len(id) > 30 || !strings.ContainsRune(letters, rune(id[0])) {
		return false
	}
	return strings.IndexFunc(id, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) < 0
}

// anchor links http, https and mailto; what else calls itself a link is shown.
func anchor(target, label string) string {
	link, ok := cleanURL(target)
	label = strings.Join(strings.Fields(strings.ReplaceAll(templates.Harmless(label), "|", "/")), " ")
	if !ok {
		return foreign(first(label, target))
	}
	if label == "" || label == target {
		return "<" + link + ">"
	}
	return "<" + link + "|" + foreign(label) + ">"
}

// maxURL is Slack's limit for URLs of buttons; longer ones are not linked.
const maxURL = 2900

// cleanURL gives a URL as it may stand between < and >.
func cleanURL(target string) (string, bool) {
	target = strings.TrimSpace(target)
	u, err := url.Parse(target)
	if err != nil || !utf8.ValidString(target) || len(target) > maxURL || strings.ContainsFunc(target, unicode.IsControl) {
		return "", false
	}
	switch {
	case (u.Scheme == "http" || u.Scheme == "https") && u.Host != "":
	case u.Scheme == "mailto" && u.Opaque != "":
	default:
		return "", false
	}
	return strings.NewReplacer("&", "&amp;", "<", "%3C", ">", "%3E", "|", "%7C", " ", "%20", "\u00a0", "%C2%A0").Replace(target), true
}

// instant is shown in each reader's zone; the words after the bar name UTC.
func instant(t time.Time) string {
	if t.IsZero() || t.Unix() <= 0 || t.Year() > 9999 {
		return "at an unknown time"
	}
	return fmt.Sprintf("<!date^%s^{date_short_pretty} at {time}|%s UTC>", strconv.FormatInt(t.Unix(), 10), t.UTC().Format("2006-01-02 15:04"))
}

func isEmoji(name string) bool {
	return name != "" && len(name) <= 100 && strings.IndexFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("_+-'", r)
	}) < 0
}
