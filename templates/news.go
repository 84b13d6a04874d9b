package templates

import (
	"strings"

	"backout/timeline"
)

// News is the one post in the incident channel about event n. It says first what
// happened and who did it, by name, then the words that went with it. Nothing in
// it notifies anybody. The report is false when there is nothing to say: for
// events that the channel sees by itself (messages, the card), that were taken
// back before they could be told, or that have no entry of their own.
//
// It is made from the incident as it stands when it is posted, so a reworded
// entry is told in its new words.
func News(v View, n int, names Names) (Message, bool) {
	e, ok := v.In.Entry(n)
	if !ok || e.Hidden {
		return Message{}, false
	}
	t := teller{View: v, e: e, names: names}
	var m Message
	switch b := e.Body.(type) {
	case timeline.SeveritySet:
		m = t.severity(b)
	case timeline.TitleSet:
		m = t.title(b)
	case timeline.ServicesSet:
		m = t.services(b)
	case timeline.ImpactSet:
		m = t.quotes(" set the impact")
	case timeline.CauseSet:
		m = t.cause()
	case timeline.RoleSet:
		m = t.role(b)
	case timeline.Update:
		m = t.update(b)
	case timeline.StatusSet:
		m = t.status(b)
	case timeline.Reopened:
		m = t.quotes(" reopened " + v.In.ID() + ". It is being investigated again")
	case timeline.Cancelled:
		m = t.cancelled()
	case timeline.FollowUpAdded:
		m, ok = t.followUp(b)
	case timeline.LessonAdded:
		m, ok = t.lesson(b)
	case timeline.SuspectSet:
		m, ok = t.suspect(b)
	case timeline.FreezeSet:
		m = t.freeze(b)
	case timeline.MergedInto:
		m = t.mergedNews(b)
	case timeline.ReviewSet:
		m = t.review(b)
	case timeline.Exported:
		m, ok = t.exported(b)
	case timeline.GapOpened:
		m, ok = t.silence(b)
	default:
		ok = false
	}
	if !ok {
		return Message{}, false
	}
	return m, true
}

// teller tells one entry.
type teller struct {
	View
	e     *timeline.Entry
	names Names
}

// says is a message whose first paragraph is "<who><did>." with the spans behind
// it.
func (t teller) says(did string, more ...Span) Message {
	text := append(R(t.who(), T(did)), more...)
	return Message{Summary: text.Plain(t.names), Parts: []Part{Para(text)}}
}

// quotes is says with the entry's words below.
func (t teller) quotes(did string) Message { return t.quoting(did, t.e.Text) }

func (t teller) quoting(did, words string) Message {
	if strings.TrimSpace(words) == "" {
		return t.says(did + ".")
	}
	m := t.says(did + ":")
	q := quoted(words, t.names)
	m.Parts = append(m.Parts, Para(q))
	m.Summary += " " + cutWords(oneLine(q.Plain(t.names)), 200)
	return m
}

// who is who did it. A name that is not known becomes a mention: a person
// notified of their own act is better than an id that nobody can read.
func (t teller) who() Span { return nameSpan(t.names, t.e.Who) }

// quoted reads words of people and takes from mentions what would notify.
func quoted(text string, names Names) Rich {
	r := FromSlack(text)
	for i, s := range r {
		switch s.Style {
		case Person:
			r[i] = T("@" + first(personName(names, s.Text), s.Label, s.Text))
		case Group:
			r[i] = T("@" + first(s.Label, s.Text))
		}
	}
	return r
}

func (t teller) severity(b timeline.SeveritySet) Message {
	did := " set the severity to " + sev(t.Severities, b.Severity) + "."
	if was := t.earlierSeverity(); was != "" {
		did += " It was " + sev(t.Severities, was) + "."
	}
	return t.says(did)
}

func (t teller) earlierSeverity() string {
	was := ""
	t.earlier(func(e *timeline.Entry) {
		switch b := e.Body.(type) {
		case timeline.Declared:
			was = b.Severity
		case timeline.SeveritySet:
			was = b.Severity
		}
	})
	return was
}

// earlier visits the entries before this one, in order of their numbers.
func (t teller) earlier(visit func(*timeline.Entry)) {
	for n := 1; n < t.e.N; n++ {
		if e, ok := t.In.Entry(n); ok {
			visit(e)
		}
	}
}

func (t teller) title(b timeline.TitleSet) Message {
	m := t.quoting(" changed the title to", b.Title)
	m.Parts = append(m.Parts, Footer(R(T("The channel keeps its name."))))
	return m
}

func (t teller) services(b timeline.ServicesSet) Message {
	if len(b.Services) == 0 {
		return t.says(" took back the affected services: not known yet.")
	}
	return t.says(" set the affected services to " + strings.Join(b.Services, ", ") + ".")
}

func (t teller) cause() Message {
	if strings.EqualFold(strings.TrimSpace(t.e.Text), "unknown") {
		return t.says(" noted that the cause is not known yet.")
	}
	return t.quotes(" set the cause")
}

func (t teller) update(b timeline.Update) Message {
	q := quoted(t.e.Text, t.names)
	text := Join(R(T("Update by "), t.who(), T("\n")), q)
	if !b.Next.IsZero() {
		text = Join(text, R(T("\n")), t.due(b.Next))
	}
	summary := "Update by " + R(t.who()).Plain(t.names) + ": " + cutWords(oneLine(q.Plain(t.names)), 200)
	return Message{Summary: summary, Parts: []Part{Para(text)}}
}
