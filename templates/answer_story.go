package templates

import (
	"strings"
	"time"

	"backout/timeline"
)

// storyRows is how many rows are shown in Slack; rowsPerPart keeps each block of
// the message below Slack's limit.
const (
	storyRows   = 20
	rowsPerPart = 6
	rowLength   = 160
)

// InStory reports whether an entry belongs to the curated story: what people
// starred, and what Backout or a command recorded. Everything else is kept too.
func InStory(e *timeline.Entry) bool {
	if e.Hidden {
		return false
	}
	return e.Message == nil || e.Starred() && e.Message.DeletedAt.IsZero()
}

// StoryAnswer shows the newest rows of an incident's story.
func StoryAnswer(w Words, in *timeline.Incident) Message {
	var entries []*timeline.Entry
	for _, e := range in.Timeline() {
		if InStory(e) {
			entries = append(entries, e)
		}
	}
	rows := storied(in, entries)
	m := Message{Summary: in.ID() + ", timeline: " + plural(counted(rows), "entry", "entries"), Parts: []Part{Heading(in.ID() + " · timeline")}}
	if more := len(rows) - storyRows; more > 0 {
		m.Parts = append(m.Parts, Footer(R(T(plural(counted(rows[:more]), "earlier entry", "earlier entries")+" not shown here."))))
		rows = rows[more:]
	}
	m.Parts = append(m.Parts, lines(len(rows), storyRows, func(i int) Rich { return w.storyLine(in, rows[i]) })...)
	foot := R(T("★ starred by people. "), w.cmd("timeline 14:05 Restarted the cache"), T(" adds an entry."))
	if w.URL != "" {
		foot = append(foot, T(" "), Href(strings.TrimRight(w.URL, "/")+"/incidents/"+in.ID(), "Whole record"))
	}
	m.Parts = append(m.Parts, Footer(foot))
	return m
}

// row is one line: time, number, star, who, what.
func (w Words) row(in *timeline.Incident, e *timeline.Entry) Rich {
	line := R(At(e.At), T(" "), C(timeline.Ref(e.N)), T(" "))
	if e.Starred() {
		line = append(line, T("★ "))
	}
	return Join(line, cut(w.entry(in, e), rowLength))
}

// entry says in a line what an entry records.
func (w Words) entry(in *timeline.Incident, e *timeline.Entry) Rich {
	by := R(actor(e), T(": "))
	switch b := e.Body.(type) {
	case timeline.Declared:
		return Join(R(T("Declared by "), actor(e), T(": ")), FromSlack(b.Title))
	case timeline.ChannelOpened:
		return R(T("Channel opened: "), Ch(b.Channel))
	case timeline.Update:
		return Join(R(T("Update by "), actor(e), T(": ")), FromSlack(e.Text))
	case timeline.StatusSet:
		return trailed(R(T("Status: "+string(b.Status)+", by "), actor(e)), e.Text)
	case timeline.SeveritySet:
		return R(T("Severity "+w.severity(b.Severity)+", by "), actor(e))
	case timeline.TitleSet:
		return Join(R(T("Title: ")), FromSlack(b.Title))
	case timeline.ServicesSet:
		return R(T("Services: " + strings.Join(b.Services, ", ")))
	case timeline.ImpactSet:
		return Join(R(T("Impact: ")), FromSlack(e.Text))
	case timeline.CauseSet:
		return Join(R(T("Cause: ")), FromSlack(e.Text))
	case timeline.RoleSet:
		return R(T(capital(b.Role)+": "), person(b.User))
	case timeline.MomentSet:
		return R(T(capital(string(b.Moment))+" corrected to "), At(b.To), T(", by "), actor(e))
	}
	return w.lateEntry(in, e, by)
}

func (w Words) lateEntry(in *timeline.Incident, e *timeline.Entry, by Rich) Rich {
	switch b := e.Body.(type) {
	case timeline.FollowUpAdded:
		return Join(R(T("Follow-up "+followUpRef(b.Number)+": ")), FromSlack(in.Words(e.Text, b.From)))
	case timeline.LessonAdded:
		return Join(R(T("Lesson, by "), actor(e), T(": ")), FromSlack(in.Words(e.Text, b.From)))
	case timeline.Linked:
		return R(T("Link: "), Href(b.URL, strings.TrimSpace(FromSlack(b.Name).Plain(w.Names))))
	case timeline.Exported:
		return R(T("Postmortem: " + b.What))
	case timeline.StepFailed:
		return Join(R(T("Failed: "+b.Step+". ")), R(T(b.Reason)))
	case timeline.GapOpened:
		if !b.Filled.IsZero() {
			return R(T("The record had a gap from "), At(b.From), T(" to "), At(b.Filled), T(", which was filled: "+b.Reason))
		}
		return R(T("The record has a gap from "), At(b.From), T(": "+b.Reason))
	case timeline.PrivacySet:
		return R(T("Made private by "), actor(e))
	case timeline.Reopened:
		return trailed(R(T("Reopened by "), actor(e)), e.Text)
	case timeline.Cancelled:
		return trailed(R(T("Cancelled by "), actor(e)), e.Text)
	}
	if words, ok := EntryRich(in, e, w.PrivateOf); ok {
		return signed(words, e)
	}
	if e.Erased {
		return append(by, I("the words were erased"))
	}
	switch b := e.Body.(type) {
	case timeline.LessonJudged:
		return append(R(T("Lesson “"+b.Title+"” "+first(string(b.Standing), "undecided")+", by ")), actor(e))
	case timeline.ReviewSet:
		return R(T("Postmortem "+string(b.State)+", by "), actor(e))
	}
	return Join(by, FromSlack(e.Text))
}

// trailed puts the words behind what happened, where there are any.
func trailed(what Rich, text string) Rich {
	if text == "" {
		return what
	}
	return Join(what, R(T(": ")), FromSlack(text))
}

// actor is who did it: a person, a bot by its name, or Backout.
func actor(e *timeline.Entry) Span {
	switch {
	case e.Message != nil && e.Message.BotName != "":
		return T(e.Message.BotName)
	case e.Who == timeline.Backout:
		return T("Backout")
	}
	return doer(e.Who)
}

// person mentions a user id, and names anybody else by the word given.
func person(id string) Span {
	if id == "" {
		return T("nobody yet")
	}
	if timeline.IsPerson(id) {
		return U(id)
	}
	return T(id)
}

func capital(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// day writes a due day; the year only where it says something.
func day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return "no date yet"
	}
	return t.Format("2 Jan 2006")
}
