package commands

import (
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// lessons shows what rules drew from the record, to whoever asks.
func (k *call) lessons() (Answer, error) {
	if !k.empty() {
		return Answer{}, timeline.Refuse(timeline.Invalid, "Behind lessons nothing is expected.", "Type `/incident lessons`; `/incident lesson <text>` keeps one in your own words.")
	}
	m := templates.LessonsPost(k.view(), k.deps.Lessons(k.ctx, k.in))
	return Answer{Message: &m}, nil
}

// lessonButton is what can be decided about a lesson.
func (k *call) lessonButton() (func(part string) (Answer, error), bool) {
	standing, ok := map[string]timeline.LessonStanding{
		"lesson_accept_v1": timeline.LessonAccepted, "lesson_dismiss_v1": timeline.LessonDismissed, "lesson_undo_v1": "",
	}[k.req.Action]
	switch {
	case ok:
		return func(rule string) (Answer, error) { return k.decide(rule, standing, "") }, true
	case k.req.Action == "lesson_reword_v1":
		return k.rewordForm, true
	case k.req.Action == "lesson_follow_up_v1":
		return k.lessonFollowUp, true
	}
	return nil, false
}

// drawn finds the lesson of a rule as it stands. One whose rule has fallen silent
// can still be decided about when somebody did before.
func (k *call) drawn(rule string) (templates.DrawnLesson, error) {
	all := k.deps.Drawn(k.in)
	i := slices.IndexFunc(all, func(l templates.DrawnLesson) bool { return l.Rule == rule })
	if i < 0 {
		return templates.DrawnLesson{}, timeline.Refuse(timeline.Conflict, "The record does not support this lesson any more, so there is nothing to decide.", "`/incident lessons` shows those that it supports now.")
	}
	return all[i], nil
}

func (k *call) decide(rule string, standing timeline.LessonStanding, text string) (Answer, error) {
	l, err := k.drawn(rule)
	if err != nil {
		return Answer{}, err
	}
	return k.record(timeline.JudgeLesson(k.req.Key, k.req.User, k.in.Number, timeline.LessonJudged{
		Rule: rule, Standing: standing, Title: l.Title, Family: l.Family, Text: text,
	}))
}

// rewordForm opens the dialog for other words.
func (k *call) rewordForm(rule string) (Answer, error) {
	l, err := k.drawn(rule)
	if err != nil {
		return Answer{}, err
	}
	f := templates.LessonForm(k.in, l)
	f.State = formState{Reply: k.req.ResponseURL, Channel: k.req.Channel, Number: k.in.Number, Part: rule}.encode()
	return Answer{Form: &f}, nil
}

func (k *call) submitLesson(st formState) (Answer, error) {
	return k.decide(st.Part, timeline.LessonReworded, k.value("text"))
}

// lessonFollowUp makes later work of what a lesson suggests.
func (k *call) lessonFollowUp(rule string) (Answer, error) {
	l, err := k.drawn(rule)
	if err != nil {
		return Answer{}, err
	}
	if l.Action == "" {
		return Answer{}, timeline.Refuse(timeline.Conflict, "This lesson suggests nothing.", "`/incident followup <text>` keeps later work in your words.")
	}
	c := timeline.AddFollowUp(k.req.Key, k.req.User, k.in.Number, timeline.FollowUpAdded{Text: encoded(l.Action)})
	add := c.Decide
	c.Decide = func(tx *timeline.Tx) error {
		in, err := tx.Incident(k.in.Number)
		if err != nil {
			return err
		}
		same := func(f timeline.FollowUp) bool {
			return f.State != timeline.FollowUpDropped && strings.EqualFold(f.Text, encoded(l.Action))
		}
		if slices.ContainsFunc(in.FollowUps, same) {
			return timeline.Refuse(timeline.Conflict, "This is a follow-up already.", "`/incident followups` shows it.")
		}
		return add(tx)
	}
	return k.record(c)
}

// erase takes the words of an entry out of the record, for who wrote them.
func (k *call) erase(part string) (Answer, error) {
	n, ok := refNumber(part, "T")
	if !ok {
		return Answer{}, oldButton(k.req.Action)
	}
	return k.record(timeline.Erase(k.req.Key, k.req.User, k.in.Number, n))
}
