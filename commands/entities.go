package commands

import (
	"strings"
)

// inner gives what stands between < and >, without the label after |.
func inner(s string) (string, bool) {
	if len(s) < 3 || s[0] != '<' || s[len(s)-1] != '>' {
		return "", false
	}
	id, _, _ := strings.Cut(s[1:len(s)-1], "|")
	return id, id != ""
}

// userOf reads a mention of a person: <@U1> or <@U1|name>.
func userOf(s string) (string, bool) {
	id, ok := inner(strings.TrimRight(s, ".,;:!?"))
	if !ok || len(id) < 3 || id[0] != '@' || id[1] != 'U' && id[1] != 'W' {
		return "", false
	}
	return id[1:], true
}

// linkOf reads a web address, with or without Slack's <…|label>. The address is
// decoded, since it is followed; the label is text and stays as it is.
func linkOf(s string) (url, label string, ok bool) {
	if id, isEntity := inner(s); isEntity {
		_, label, _ = strings.Cut(s[1:len(s)-1], "|")
		s = id
	}
	if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		return "", "", false
	}
	// Slack repeats the address as the label when people type only the address.
	if label == s || "http://"+label == s || "https://"+label == s {
		label = ""
	}
	return decoded(s), label, true
}

// decoded undoes Slack's three entities, for values that are compared or parsed.
// Free text keeps them.
func decoded(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// encoded is the inverse, for words that come from outside Slack's encoding.
func encoded(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// plain makes something typed fit to be quoted in a refusal, which is Slack text
// itself: one short line without backticks that mentions nobody.
func plain(s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(decoded(s), "`", "'")), " ")
	if r := []rune(s); len(r) > 60 {
		s = string(r[:59]) + "…"
	}
	return encoded(s)
}
