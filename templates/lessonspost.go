package templates

import (
	"strconv"

	"backout/timeline"
)

// DrawnLesson is a lesson that rules drew from the record, as it is put before
// people.
type DrawnLesson struct {
	// Rule names it for ever.
	Rule   string
	Family string
	Title  string
	// Told is the evidence in a sentence or two.
	Told Rich
	// Action is what is suggested, without a full stop, or empty.
	Action string
	// Before says that it happened before, or is empty.
	Before string
	Good   bool
	// Verdict is what people decided, the zero value for nothing.
	Verdict timeline.LessonVerdict
}

// LessonFormID is the dialog in which a lesson is reworded.
const LessonFormID = "lesson_form_v1"

// Slack takes 50 blocks; a lesson with its buttons is two of them.
const (
	shownLessons = 20
	shownGood    = 8
	lessonEcho   = 900
)

// LessonsPost puts the lessons before the team: each with its evidence and what
// can be decided about it. What went as it should stands below, in short.
func LessonsPost(v View, all []DrawnLesson) Message {
	id := v.In.ID()
	m := Message{Parts: []Part{Heading("Lessons of " + id)}}
	var bad, good []DrawnLesson
	for _, l := range all {
		if l.Good && l.Verdict.Standing == "" {
			good = append(good, l)
			continue
		}
		bad = append(bad, l)
	}
	m.Summary = id + ": " + plural(len(bad), "lesson", "lessons") + " to decide about"
	switch {
	case len(all) == 0:
		m.Summary = id + " has no lessons that the record supports"
		return Message{Summary: m.Summary, Parts: append(m.Parts, Para(R(T("The record supports none yet. People's own lessons count first: "), v.cmd("lesson Staging never sees two users at once"), T("."))))}
	case len(bad) > 0:
		m.Parts = append(m.Parts, Para(R(T("Drawn from the record; each says what it rests on. What you decide here stays when the postmortem is rendered again."))))
	}
	for _, l := range bad[:min(len(bad), shownLessons)] {
		m.Parts = append(m.Parts, Para(v.drawn(l)), v.lessonButtons(l))
	}
	if more := len(bad) - shownLessons; more > 0 {
		m.Parts = append(m.Parts, Footer(R(T(plural(more, "more lesson stands", "more lessons stand")+" in the postmortem."))))
	}
	if len(good) > 0 {
		m.Parts = append(m.Parts, section("As it should be", len(good), shownGood, func(i int) Rich {
			return Join(R(T("• "+good[i].Title+". ")), good[i].Told)
		})...)
	}
	return m
}

// drawn is one lesson in a paragraph.
func (v View) drawn(l DrawnLesson) Rich {
	title := R(B(l.Title+"."), T(" "))
	switch l.Verdict.Standing {
	case timeline.LessonDismissed:
		title = R(Span{Style: Struck, Text: l.Title + "."}, T(" "))
	case timeline.LessonReworded:
		title = Join(slackCut(l.Verdict.Text, lessonEcho), R(T("\n")))
	}
	out := Join(R(I(l.Family), T("\n")), title, l.Told)
	if l.Before != "" {
		out = append(out, T(" "), B(l.Before))
	}
	if l.Action != "" && l.Verdict.Standing != timeline.LessonDismissed {
		out = append(out, T("\n→ "+l.Action+"."))
	}
	if l.Verdict.Standing != "" {
		out = append(out, T("\n"), B(capital(string(l.Verdict.Standing))), T(" by "), person(l.Verdict.Who), T(", "), At(l.Verdict.At))
	}
	return out
}

// lessonButtons are what can be decided about a lesson as it stands.
func (v View) lessonButtons(l DrawnLesson) Buttons {
	value := v.value() + "/" + l.Rule
	accept := Button{ID: "lesson_accept_v1", Label: "Accept", Value: value, Look: Go}
	dismiss := Button{ID: "lesson_dismiss_v1", Label: "Dismiss", Value: value}
	reword := Button{ID: "lesson_reword_v1", Label: "Reword…", Value: value}
	undo := Button{ID: "lesson_undo_v1", Label: "Undo", Value: value}
	var b Buttons
	switch l.Verdict.Standing {
	case "":
		b = Buttons{accept, dismiss, reword}
	case timeline.LessonDismissed:
		return Buttons{undo}
	default:
		b = Buttons{reword, undo}
	}
	if l.Action != "" {
		b = append(b, Button{ID: "lesson_follow_up_v1", Label: "Make it a follow-up", Value: value})
	}
	return b
}

// LessonForm asks for other words for a lesson.
func LessonForm(in *timeline.Incident, l DrawnLesson) Form {
	words := l.Verdict.Text
	if words == "" {
		words = l.Title + ". " + l.Told.Plain(nil)
	}
	return Form{
		ID: LessonFormID, Title: "Reword lesson of " + in.ID(), Submit: "Keep",
		Intro:  R(T("The evidence stays beside it. The suggestion stays too; a follow-up says who does it.")),
		Inputs: []Input{{ID: "text", Label: "What did we learn?", Kind: Area, Value: cutWords(FromSlack(words).Plain(nil), maxArea-10), Max: maxArea}},
	}
}

// lessonJudged says what was decided.
func (w Words) lessonJudged(id string, b timeline.LessonJudged) Rich {
	head := T("The lesson “" + b.Title + "” of " + id)
	switch b.Standing {
	case timeline.LessonAccepted:
		return R(head, T(" is accepted."))
	case timeline.LessonDismissed:
		return R(head, T(" is dismissed and leaves the postmortem. "), w.cmd("lessons"), T(" shows it, with a button that brings it back."))
	case timeline.LessonReworded:
		return Join(R(head, T(" now reads: ")), slackCut(b.Text, echo))
	}
	return R(head, T(" is undecided again."))
}

// secretWords names what was found.
func secretWords(kinds []string) string {
	switch len(kinds) {
	case 0:
		return "a secret"
	case 1:
		return "a secret (" + kinds[0] + ")"
	}
	return strconv.Itoa(len(kinds)) + " kinds of secrets (" + listing(kinds, 4) + ")"
}
