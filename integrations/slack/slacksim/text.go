package slacksim

import (
	"regexp"
	"strings"
)

// typed finds what a person may have meant by what they typed.
type typed struct{ url, name, room *regexp.Regexp }

func newTyped() typed {
	return typed{
		url:  regexp.MustCompile(`https?://[^\s<>|"]+`),
		name: regexp.MustCompile(`(^|[^\w@<])@([\p{L}\p{N}._-]*[\p{L}\p{N}_-])`),
		room: regexp.MustCompile(`(^|[^\w#<&])#([\p{Ll}\p{N}_-]+)`),
	}
}

func escape(t string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(t)
}

func unescape(t string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(t)
}

// escapeTyped turns what a person typed into what Slack stores or, for commands
// with should_escape:true, sends: entities, mentions, channels, groups and URLs.
// labels adds |name as slash commands have it. Needs mu.
func (s *Server) escapeTyped(text string, labels bool) string {
	t := s.kit.typed
	var out strings.Builder
	for text != "" {
		loc := t.url.FindStringIndex(text)
		if loc == nil {
			out.WriteString(s.escapeNames(text, labels))
			break
		}
		link := strings.TrimRight(text[loc[0]:loc[1]], ".,;:!?)'")
		out.WriteString(s.escapeNames(text[:loc[0]], labels))
		out.WriteString("<" + escape(link) + ">")
		text = text[loc[0]+len(link):]
	}
	return out.String()
}

func (s *Server) escapeNames(text string, labels bool) string {
	text = escape(text)
	label := func(name string) string {
		if labels {
			return "|" + name
		}
		return ""
	}
	text = s.kit.typed.name.ReplaceAllStringFunc(text, func(hit string) string {
		pre, name, _ := strings.Cut(hit, "@")
		if name == "here" || name == "channel" || name == "everyone" {
			return pre + "<!" + name + ">"
		}
		if u := s.w.handles[name]; u != nil {
			return pre + "<@" + u.id + label(u.name) + ">"
		}
		for _, g := range s.w.groupList {
			if g.handle == name {
				return pre + "<!subteam^" + g.id + "|@" + g.handle + ">"
			}
		}
		return hit
	})
	return s.kit.typed.room.ReplaceAllStringFunc(text, func(hit string) string {
		i := strings.LastIndex(hit, "#")
		c := s.w.names[hit[i+1:]]
		switch {
		case c == nil:
			return hit
		case c.private:
			return hit[:i] + "<#" + c.id + "|>"
		}
		return hit[:i] + "<#" + c.id + "|" + c.name + ">"
	})
}

// normalise does to text from the API what Slack does: bare &, < and > become
// entities, bare URLs become links; well-formed <…> sequences stay.
func (k *kit) normalise(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		switch ch := text[i]; {
		case ch == '&' && !entity(text[i:]):
			out.WriteString("&amp;")
			i++
		case ch == '<':
			end := strings.IndexByte(text[i:], '>')
			if end > 0 && control(text[i+1:i+end]) {
				out.WriteString(text[i : i+end+1])
				i += end + 1
			} else {
				out.WriteString("&lt;")
				i++
			}
		case ch == '>' && i > 0 && text[i-1] != '\n':
			out.WriteString("&gt;")
			i++
		case ch == 'h' && (strings.HasPrefix(text[i:], "http://") || strings.HasPrefix(text[i:], "https://")):
			loc := k.typed.url.FindStringIndex(text[i:])
			if len(loc) == 0 || loc[0] != 0 {
				out.WriteByte(ch)
				i++
				continue
			}
			link := strings.TrimRight(text[i:i+loc[1]], ".,;:!?)'`*_~")
			out.WriteString("<" + strings.ReplaceAll(strings.ReplaceAll(link, "&amp;", "&"), "&", "&amp;") + ">")
			i += len(link)
		default:
			out.WriteByte(ch)
			i++
		}
	}
	return out.String()
}

func entity(t string) bool {
	return strings.HasPrefix(t, "&amp;") || strings.HasPrefix(t, "&lt;") || strings.HasPrefix(t, "&gt;")
}

// control says whether the inside of <…> is a reference or a link.
func control(in string) bool {
	for _, p := range []string{"@U", "@W", "#C", "#G", "#D", "!subteam^", "!here", "!channel", "!everyone", "!date^", "http://", "https://", "mailto:", "tel:"} {
		if strings.HasPrefix(in, p) {
			return !strings.ContainsAny(in, "\n<")
		}
	}
	return false
}

// readable turns stored text into what people read. Needs mu.
func (s *Server) readable(text string) string {
	var out strings.Builder
	for {
		i := strings.IndexByte(text, '<')
		if i < 0 {
			break
		}
		end := strings.IndexByte(text[i:], '>')
		if end < 0 {
			break
		}
		out.WriteString(unescape(text[:i]))
		out.WriteString(s.reference(text[i+1 : i+end]))
		text = text[i+end+1:]
	}
	out.WriteString(unescape(text))
	return out.String()
}

func (s *Server) reference(in string) string {
	target, label, has := strings.Cut(in, "|")
	label = unescape(label)
	switch {
	case strings.HasPrefix(target, "@"):
		if u := s.w.users[target[1:]]; u != nil {
			return "@" + u.name
		}
		return target
	case strings.HasPrefix(target, "#"):
		if c := s.w.channels[target[1:]]; c != nil {
			return "#" + c.name
		}
		return target
	case strings.HasPrefix(target, "!subteam^"):
		if g := s.w.groups[target[len("!subteam^"):]]; g != nil {
			return "@" + g.handle
		}
		return label
	case strings.HasPrefix(target, "!date^"):
		return label
	case strings.HasPrefix(target, "!"):
		return "@" + target[1:]
	case has && label != "" && label != unescape(target):
		return label + " (" + unescape(target) + ")"
	}
	return unescape(target)
}
