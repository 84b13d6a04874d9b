package postmortem

import (
	"cmp"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// what says what happened, in one line.
func (b *builder) what(e *timeline.Entry) Line {
	if e.Message != nil {
		return said(e)
	}
	if name := b.sets(e); name != "" && e.Kind == timeline.KindMoment && !b.shownByDeploy(name) {
		return Line{bold(capital(string(name)) + "."), Text(" Set by hand")}
	}
	out := b.fact(e)
	if e.Erased {
		return join(out, Line{Text(" "), Note(erasedWords)})
	}
	if e.Reworded {
		out = join(out, Line{Text(" "), Note("(reworded)")})
	}
	return out
}

// fact words an entry that is no message.
func (b *builder) fact(e *timeline.Entry) Line {
	switch body := e.Body.(type) {
	case timeline.Declared:
		return b.declaredRow(body)
	case timeline.ChannelOpened:
		if body.Successor {
			return say("Work moved to a new channel, #" + body.Name)
		}
		return say("Opened the channel #" + body.Name)
	case timeline.Note:
		if e.Text == "" {
			return say("Note")
		}
		return Line{Quote(templates.FromSlack(e.Text))}
	case timeline.Update:
		return labelled("Update:", e.Text)
	case timeline.StatusSet:
		return b.statusRow(e, body)
	case timeline.SeveritySet:
		return say("Severity set to " + b.severity(body.Severity))
	case timeline.TitleSet:
		return labelled("Title set to", body.Title)
	case timeline.ServicesSet:
		return say("Affected services: " + orNone(strings.Join(body.Services, ", ")))
	case timeline.ImpactSet:
		return labelled("Impact:", e.Text)
	case timeline.CauseSet:
		return labelled("Cause:", e.Text)
	case timeline.RoleSet:
		if body.User == "" {
			return say(capital(body.Role) + ": nobody any more")
		}
		return Line{Text(capital(body.Role) + ": "), Words(templates.R(person(body.User)))}
	case timeline.MomentSet:
		return say("Set " + string(body.Moment) + " to " + templates.UTC(body.To))
	case timeline.Reopened:
		return b.withWords("Reopened", e.Text)
	case timeline.Cancelled:
		return b.withWords("Cancelled", e.Text)
	case timeline.PrivacySet:
		return say("Made private")
	case timeline.AlertNoted:
		return b.alertLine(e, body)
	case timeline.PageSet:
		return b.pageLine(e, body)
	case timeline.MergedInto:
		return b.mergedLine(e, body)
	}
	return b.work(e)
}

// work words what was deployed, suspected, rolled back and frozen.
func (b *builder) work(e *timeline.Entry) Line {
	if d, ok := e.Body.(timeline.DeployNoted); ok {
		return b.deployRow(d.Deploy)
	}
	if s, ok := e.Body.(timeline.RollbackStep); ok && s.Confirmation > 0 {
		return b.confirmedRow(e, s)
	}
	if words, ok := templates.EntryWords(b.in, e); ok {
		return say(plainly(words))
	}
	return b.minor(e)
}

// plainly gives words of templates with the blanks of a text that people edit.
func plainly(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// minor words what the story leaves out, for the appendix, and what went amiss.
func (b *builder) minor(e *timeline.Entry) Line {
	switch body := e.Body.(type) {
	case timeline.FollowUpAdded:
		return labelled("Follow-up F"+itoa(body.Number)+":", b.in.Words(e.Text, body.From))
	case timeline.LessonAdded:
		return labelled("Lesson:", b.in.Words(e.Text, body.From))
	case timeline.Linked:
		label := body.Name
		if label == "" {
			label = body.URL
		}
		return Line{Text("Link: "), Words(templates.R(templates.Href(body.URL, templates.FromSlack(label).Plain(b.opt.Names))))}
	case timeline.Exported:
		return say("Postmortem exported: " + body.What)
	case timeline.ReviewSet:
		return say("Postmortem: " + string(body.State))
	case timeline.LessonJudged:
		return judgedRow(e, body)
	case timeline.StepFailed:
		return say("Not done: " + body.Step + " (" + body.Reason + ")")
	case timeline.GapOpened:
		if !body.Filled.IsZero() {
			return say("The record had a gap from " + templates.UTC(body.From) + " to " + templates.UTC(body.Filled) + ", which was filled: " + body.Reason)
		}
		return say("The record may have a gap from " + templates.UTC(body.From) + " on: " + body.Reason)
	}
	return say(strings.ReplaceAll(string(e.Kind), "_", " "))
}

func (b *builder) declaredRow(body timeline.Declared) Line {
	out := Line{bold("Declared")}
	if body.Severity != "" {
		out = append(out, Text(" SEV "+b.severity(body.Severity)))
	}
	if len(b.in.Channels) > 0 {
		out = append(out, Text(", channel #"+b.in.Channels[0].Name))
	}
	if body.Title != b.in.Title {
		out = append(out, Text(", as "), Quote(templates.FromSlack(body.Title)))
	}
	return out
}

func (b *builder) statusRow(e *timeline.Entry, body timeline.StatusSet) Line {
	switch body.Status {
	case timeline.Monitoring:
		if b.sets(e) == timeline.Mitigated {
			return b.withWords("Mitigated", e.Text)
		}
		return labelled("Marked as mitigated:", e.Text)
	case timeline.Resolved:
		if b.sets(e) == timeline.ResolvedM {
			return b.withWords("Resolved", e.Text)
		}
		return labelled("Marked as resolved:", e.Text)
	}
	return labelled(capital(string(body.Status))+".", e.Text)
}

// withWords sets the word that changes where the incident stands in bold.
func (b *builder) withWords(word, words string) Line {
	out := Line{bold(word + ".")}
	if words != "" {
		out = append(out, Text(" "), Quote(templates.FromSlack(words)))
	}
	return out
}

func labelled(label, words string) Line {
	if words == "" {
		return say(strings.TrimSuffix(label, ":"))
	}
	return Line{Text(label + " "), Quote(templates.FromSlack(words))}
}

// erasedWords stands where words were that their author wanted out of the record.
const erasedWords = "(erased at the wish of its author)"

// said is a message as it stands, with what happened to it.
func said(e *timeline.Entry) Line {
	m := e.Message
	switch {
	case !m.DeletedAt.IsZero():
		return Line{Note("(deleted)")}
	case e.Erased:
		return Line{Note(erasedWords)}
	}
	words := templates.FromSlack(e.Text)
	var out Line
	switch {
	case len(words) == 0:
	case noise(m.Subtype): // Slack's words, not somebody's
		out = append(out, Words(words))
	default:
		out = append(out, Quote(words))
	}
	for i, f := range m.Files {
		sep := " "
		if i > 0 {
			sep = ", "
		}
		if len(out) == 0 {
			sep = ""
		}
		out = append(out, Text(sep+"["), Words(templates.R(file(f))), Text("]"))
	}
	if !m.EditedAt.IsZero() {
		out = append(out, Text(" "), Note("(edited)"))
	}
	if len(out) == 0 {
		return Line{Note("(no text)")}
	}
	return out
}

func file(f timeline.File) templates.Span {
	name := f.Name
	if name == "" {
		name = "file"
	}
	if _, ok := templates.LinkTarget(f.URL); ok {
		return templates.Href(f.URL, name)
	}
	return templates.T("file " + name)
}

// severity gives "1 – Critical", or the bare name.
func (b *builder) severity(name string) string {
	for _, s := range b.opt.Severities {
		if s.Name == name && s.Title != "" {
			return name + " – " + s.Title
		}
	}
	return name
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// judgedRow says what somebody decided about a lesson.
func judgedRow(e *timeline.Entry, j timeline.LessonJudged) Line {
	title := Quote(templates.R(templates.T(oneLine(cmp.Or(j.Title, j.Rule)))))
	switch {
	case j.Standing == "":
		return Line{Text("Took back what was decided about the lesson "), title}
	case j.Standing == timeline.LessonReworded && strings.TrimSpace(e.Text) != "":
		return Line{Text("Reworded the lesson "), title, Text(": "), Quote(templates.FromSlack(e.Text))}
	}
	return Line{Text(capital(oneLine(string(j.Standing))) + " the lesson "), title}
}
