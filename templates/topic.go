package templates

import (
	"strings"
	"unicode/utf8"

	"backout/timeline"
)

// maxTopic is Slack's limit. Slack counts its three entities as written, so the
// topic is measured with them.
const maxTopic = 250

// Topic is the channel's topic: where the incident stands, who leads it, and
// what it is, as far as that fits. It is plain text: topics show mentions badly,
// so people stand by name, and nothing in it can notify anybody.
func Topic(v View, names Names) string {
	in := v.In
	status := statusWord(in.Status)
	if in.MergedInto > 0 {
		status += " into " + v.otherIncident(in.MergedInto)
	}
	if in.Severity != "" {
		status = sev(v.Severities, in.Severity) + ", " + status
	}
	lead := "nobody has the lead"
	switch {
	case in.Lead() != "":
		lead = "lead " + oneLine(Named(names, in.Lead()).Text)
	case !in.Status.Open():
		lead = ""
	}
	head := in.ID()
	if in.Drill {
		head += " (drill)"
	}
	head += ": " + status
	if lead != "" {
		head += ", " + lead
	}
	return fitted(silent(head), ". "+silent(oneLine(FromSlack(in.Title).Plain(names))))
}

// fitted puts as much of the tail behind the head as fits.
func fitted(head, tail string) string {
	for topicLen(head) > maxTopic {
		head = dropLast(head, 1)
	}
	if topicLen(head+tail) <= maxTopic {
		return head + tail
	}
	for tail != "" && topicLen(head+tail+"…") > maxTopic {
		tail = dropLast(tail, 1)
	}
	if utf8.RuneCountInString(tail) < 8 { // a stump of a word says less than nothing
		return head
	}
	return head + strings.TrimRight(tail, " ") + "…"
}

func dropLast(s string, n int) string {
	for range n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

func topicLen(s string) int { return utf8.RuneCountInString(escapeSlack(s)) }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// silent takes the sign off words that Slack could read as an alarm or a mention
// where it parses plain text, and characters that turn around what follows them.
func silent(s string) string {
	s = strings.NewReplacer("<!", "!", "<@", "@", "<#", "#").Replace(Harmless(s))
	return strings.NewReplacer("@here", "here", "@channel", "channel", "@everyone", "everyone").Replace(s)
}

// Named is a person by name, as plain words that notify nobody. A person whose
// name is not known stands by id.
func Named(names Names, id string) Span {
	switch id {
	case timeline.Backout:
		return T("Backout")
	case "github":
		return T("GitHub")
	case timeline.PagerDuty:
		return T("PagerDuty")
	case "alertmanager":
		return T("Alertmanager")
	}
	return T(first(personName(names, id), id))
}
