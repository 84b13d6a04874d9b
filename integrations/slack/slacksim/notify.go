package slacksim

import (
	"slices"
	"strings"
)

// Alert is somebody whom a post or an edit of the app calls: the clients of those
// meant ring, or show a badge.
type Alert struct {
	Room string // channel id
	TS   string
	// Who is "!channel", "!here", "!everyone", "!subteam^S…" or "@U…".
	Who string
	// Text is where it stands.
	Text string
}

// Alerts lists whom posts of the app called, in order. Slack calls for what stands
// unescaped in mrkdwn, and for the elements of rich text; never for plain_text,
// code or ephemeral messages. Edits call nobody in Slack; they are listed too,
// because the same words might have been posted.
func (s *Server) Alerts() []Alert {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.w.alerts)
}

// noteAlerts keeps whom a message of the app calls. Needs mu.
func (s *Server) noteAlerts(ch *channel, m *message) {
	if m.botID != s.bot.botID || m.ephemeral || m.subtype != "" && m.subtype != "bot_message" && m.subtype != "thread_broadcast" {
		return
	}
	found := called(m.text)
	for _, part := range []any{m.blocks, m.attachments} {
		found = append(found, calledIn(part)...)
	}
	for _, f := range found {
		f.Room, f.TS = ch.id, m.ts
		s.w.alerts = append(s.w.alerts, f)
	}
}

// called reads mrkdwn.
func called(text string) []Alert {
	var out []Alert
	for rest := withoutCode(text); ; {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			return out
		}
		end := strings.IndexByte(rest[i:], '>')
		if end < 0 {
			return out
		}
		target, _, _ := strings.Cut(rest[i+1:i+end], "|")
		if calls(target) {
			out = append(out, Alert{Who: target, Text: text})
		}
		rest = rest[i+end+1:]
	}
}

func calls(target string) bool {
	switch target {
	case "!channel", "!here", "!everyone", "!group":
		return true
	}
	return strings.HasPrefix(target, "!subteam^") || strings.HasPrefix(target, "@U") || strings.HasPrefix(target, "@W")
}

// withoutCode takes out what stands in backquotes, which calls nobody.
func withoutCode(text string) string {
	for _, mark := range []string{"```", "`"} {
		parts := strings.Split(text, mark)
		if len(parts) < 3 {
			continue
		}
		var kept strings.Builder
		for i, p := range parts {
			if i%2 == 0 || i == len(parts)-1 {
				kept.WriteString(p)
			}
		}
		text = kept.String()
	}
	return text
}

// calledIn looks through blocks and attachments.
func calledIn(v any) []Alert {
	var out []Alert
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			out = append(out, calledIn(e)...)
		}
	case map[string]any:
		kind, _ := v["type"].(string)
		text, isText := v["text"].(string)
		switch {
		case kind == "plain_text" || kind == "rich_text_preformatted":
			return nil
		case isText && (kind == "mrkdwn" || kind == "markdown"):
			return called(text)
		case kind == "user":
			id, _ := v["user_id"].(string)
			return []Alert{{Who: "@" + id}}
		case kind == "usergroup":
			id, _ := v["usergroup_id"].(string)
			return []Alert{{Who: "!subteam^" + id}}
		case kind == "broadcast":
			all, _ := v["range"].(string)
			return []Alert{{Who: "!" + all}}
		}
		for _, e := range v {
			out = append(out, calledIn(e)...)
		}
	}
	return out
}
