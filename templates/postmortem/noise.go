package postmortem

import (
	"strings"

	"backout/templates"
	"backout/timeline"
)

// mostNoise is how much noise one line of the appendix holds.
const mostNoise = 12

// noise names what Slack says about the channel itself.
func noise(subtype string) bool {
	switch subtype {
	case "", "bot_message", "file_share", "me_message", "thread_broadcast", "file_comment", "reply_broadcast":
		return false
	}
	return true
}

// idle reports whether the entry tells nobody anything: somebody joined, set a
// topic, or only said thanks. What people marked, edited or hid is not idle.
func idle(e *timeline.Entry) bool {
	m := e.Message
	switch {
	case m == nil, e.Starred(), e.Hidden, !m.EditedAt.IsZero(), len(m.Files) > 0, len(e.Secrets) > 0:
		return false
	case noise(m.Subtype):
		return true
	}
	return m.BotName == "" && courtesy(e.Text)
}

// longCourtesy is from how many bytes on a message says more than thanks.
const longCourtesy = 80

// courtesy reports whether a message is thanks or approval and nothing else: words
// from a short list, signs from another, and people's names.
func courtesy(text string) bool {
	if text == "" || len(text) > longCourtesy {
		return false
	}
	said := false
	for _, s := range templates.FromSlack(text) {
		switch s.Style {
		case templates.Person:
		case templates.Emoji:
			if !kindSign(s.Text) {
				return false
			}
			said = true
		case templates.Plain, templates.Bold, templates.Italic:
			for _, w := range strings.FieldsFunc(strings.ToLower(s.Text), between) {
				kind, filler := kindWord(w)
				if !kind && !filler {
					return false
				}
				said = said || kind
			}
		default:
			return false
		}
	}
	return said
}

func between(r rune) bool { return strings.ContainsRune(" \n\t,.!;:)(~–—", r) }

// kindWord tells words of thanks and approval, and those that go with them.
func kindWord(w string) (kind, filler bool) {
	switch w {
	case "thanks", "thank", "thx", "ty", "tysm", "cheers", "kudos", "+1", "👍", "🙏", "🎉", "👏", "🙌", "❤️", "❤":
		return true, false
	case "you", "a", "lot", "so", "very", "much", "many", "all", "everyone", "everybody", "team", "folks", "to", "and", "again":
		return false, true
	}
	return false, false
}

func kindSign(name string) bool {
	switch name {
	case "+1", "thumbsup", "pray", "tada", "clap", "raised_hands", "heart", "bow", "muscle":
		return true
	}
	return strings.HasPrefix(name, "skin-tone-")
}

// stretches parts entries into those that stand alone and runs of idle ones.
func (b *builder) stretches(entries []*timeline.Entry, replies map[string][]*timeline.Entry) [][]*timeline.Entry {
	var out [][]*timeline.Entry
	var run []*timeline.Entry
	for _, e := range entries {
		if idle(e) && !b.mark[e.N] && len(replies[key(e)]) == 0 && !e.Message.Broadcast {
			if run = append(run, e); len(run) == mostNoise {
				out, run = append(out, run), nil
			}
			continue
		}
		if len(run) > 0 {
			out, run = append(out, run), nil
		}
		out = append(out, []*timeline.Entry{e})
	}
	if len(run) > 0 {
		out = append(out, run)
	}
	return out
}

// folded tells a run of idle entries on one line, each with its number.
func (b *builder) folded(run []*timeline.Entry, dated bool) Line {
	var out Line
	for i, e := range run {
		if i > 0 {
			out = append(out, Text("; "))
		}
		out = append(out, Mark(e.N), Text(" "+clock(e.At, dated)+" "))
		if !aboutItself(e) {
			out = append(out, b.who(e), Text(": "))
		}
		out = append(out, b.recorded(e)...)
	}
	return out
}

// aboutItself reports whether a line of Slack's begins with who did it.
func aboutItself(e *timeline.Entry) bool {
	return e.Message != nil && noise(e.Message.Subtype) && e.Who != "" && strings.HasPrefix(e.Text, "<@"+e.Who)
}
