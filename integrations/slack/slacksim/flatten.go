package slacksim

import "strings"

// flatten is a message as plain text. Needs mu.
func (s *Server) flatten(m *message) string {
	var parts []string
	if m.text != "" {
		parts = append(parts, s.readable(m.text))
	}
	if !m.generated {
		parts = append(parts, s.flattenBlocks(m.blocks)...)
	}
	for _, a := range m.attachments {
		if a, ok := a.(map[string]any); ok {
			for _, k := range []string{"pretext", "title", "text"} {
				if t, _ := a[k].(string); t != "" {
					parts = append(parts, s.readable(t))
				}
			}
			if bs, ok := a["blocks"].([]any); ok {
				parts = append(parts, s.flattenBlocks(bs)...)
			}
		}
	}
	for _, f := range m.files {
		parts = append(parts, "["+f.name+"]")
	}
	return strings.Join(parts, "\n")
}

// flattenBlocks gives one line per text, in the order people read them: keys in
// Slack's reading order, then lists.
func (s *Server) flattenBlocks(blocks []any) []string {
	var out []string
	for _, b := range blocks {
		s.flattenValue(b, &out)
	}
	return out
}

func (s *Server) flattenValue(v any, out *[]string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			s.flattenValue(e, out)
		}
	case map[string]any:
		s.flattenObject(v, out)
	}
}

func (s *Server) flattenObject(o map[string]any, out *[]string) {
	kind, _ := o["type"].(string)
	text, isText := o["text"].(string)
	switch {
	case isText && kind == "mrkdwn" || isText && kind == "markdown":
		*out = append(*out, s.readable(text))
		return
	case isText && kind == "plain_text":
		*out = append(*out, text)
		return
	case kind == "rich_text_section" || kind == "rich_text_preformatted" || kind == "rich_text_quote":
		*out = append(*out, s.flattenRich(o))
		return
	case isText && kind == "raw_text":
		*out = append(*out, text)
		return
	}
	for _, k := range []string{"title", "label", "text", "fields", "element", "elements", "accessory", "hint", "rows", "placeholder", "initial_option", "options", "option_groups", "submit", "blocks"} {
		s.flattenValue(o[k], out)
	}
	for _, k := range []string{"alt_text", "initial_value"} {
		if t, _ := o[k].(string); t != "" {
			*out = append(*out, t)
		}
	}
}

func (s *Server) flattenRich(o map[string]any) string {
	var b strings.Builder
	list, _ := o["elements"].([]any)
	for _, e := range list {
		e, _ := e.(map[string]any)
		str := func(k string) string { t, _ := e[k].(string); return t }
		switch str("type") {
		case "text":
			b.WriteString(str("text"))
		case "user":
			b.WriteString(s.reference("@" + str("user_id")))
		case "channel":
			b.WriteString(s.reference("#" + str("channel_id")))
		case "usergroup":
			b.WriteString(s.reference("!subteam^" + str("usergroup_id")))
		case "broadcast":
			b.WriteString("@" + str("range"))
		case "emoji":
			b.WriteString(":" + str("name") + ":")
		case "link":
			if str("text") != "" {
				b.WriteString(str("text") + " ")
			}
			b.WriteString(str("url"))
		}
	}
	return b.String()
}

// richText gives the rich_text block that Slack makes of what a person typed.
func (s *Server) richText(stored string) []any {
	var els []any
	add := func(t string) {
		if t != "" {
			els = append(els, map[string]any{"type": "text", "text": unescape(t)})
		}
	}
	for {
		i := strings.IndexByte(stored, '<')
		if i < 0 {
			break
		}
		end := strings.IndexByte(stored[i:], '>')
		if end < 0 {
			break
		}
		add(stored[:i])
		els = append(els, richReference(stored[i+1:i+end]))
		stored = stored[i+end+1:]
	}
	add(stored)
	section := map[string]any{"type": "rich_text_section", "elements": els}
	return []any{map[string]any{"type": "rich_text", "block_id": s.w.id("b"), "elements": []any{section}}}
}

func richReference(in string) map[string]any {
	target, _, _ := strings.Cut(in, "|")
	switch {
	case strings.HasPrefix(target, "@"):
		return map[string]any{"type": "user", "user_id": target[1:]}
	case strings.HasPrefix(target, "#"):
		return map[string]any{"type": "channel", "channel_id": target[1:]}
	case strings.HasPrefix(target, "!subteam^"):
		return map[string]any{"type": "usergroup", "usergroup_id": target[len("!subteam^"):]}
	case strings.HasPrefix(target, "!"):
		return map[string]any{"type": "broadcast", "range": target[1:]}
	}
	return map[string]any{"type": "link", "url": unescape(target)}
}
