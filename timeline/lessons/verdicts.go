package lessons

import (
	"cmp"

	"backout/timeline"
)

// kept gives the lesson of a rule that does not speak, if people accepted it or put
// it into other words when it did: it is theirs since, and does not vanish because a
// fact was corrected. The row of their decision is its evidence.
func (f *facts) kept(rule string) (Lesson, bool) {
	v := f.in.Judged[rule]
	deed := ""
	switch v.Standing {
	case timeline.LessonAccepted:
		deed = "accepted"
	case timeline.LessonReworded:
		deed = "put into other words"
	default:
		return Lesson{}, false
	}
	if !f.shown(v.N) {
		return Lesson{}, false
	}
	return Lesson{
		Kept: true, Title: cmp.Or(v.Title, "A lesson that people kept"),
		Told: relate("It was "+deed+" (", v.N, "); the record as it stands now does not show it any more."),
	}, true
}

// dismissed reports whether people do not want to hear a rule.
func (f *facts) dismissed(rule string) bool {
	return f.in.Judged[rule].Standing == timeline.LessonDismissed
}
