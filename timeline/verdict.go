package timeline

import (
	"fmt"
	"maps"
	"time"
)

// LessonStanding is what people made of a lesson that Backout drew.
type LessonStanding string

// What people can make of a lesson. A lesson that nobody judged has none.
const (
	LessonAccepted  LessonStanding = "accepted"
	LessonDismissed LessonStanding = "dismissed"
	LessonReworded  LessonStanding = "reworded"
)

// PostLessons is what the post of the lessons is kept current as.
const PostLessons = "lessons"

// LessonVerdict is what a person decided about a lesson. Title and Family are
// those that the lesson had then, so that it can be told when its rule has fallen
// silent; Text replaces its words when it was reworded.
type LessonVerdict struct {
	N             int
	Who           string
	At            time.Time
	Standing      LessonStanding
	Title, Family string
	Text          string
}

// LessonJudged is a decision about the lesson of a rule. An empty standing takes
// the decision back. Rules are named for ever.
type LessonJudged struct {
	Rule     string         `json:"rule"`
	Standing LessonStanding `json:"standing,omitempty"`
	Title    string         `json:"title,omitempty"`
	Family   string         `json:"family,omitempty"`
	Text     string         `json:"text,omitempty"`
}

// Kind names the kind of the body.
func (LessonJudged) Kind() Kind { return KindLessonJudged }

// JudgeLesson records what a person decided about a lesson. Deciding the same
// once more is refused, so that a second press on a button says so.
func JudgeLesson(key, who string, number int, j LessonJudged) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		old := in.Judged[j.Rule]
		if j.Standing == LessonReworded {
			text, err := cleanText(j.Text, "The lesson's new words are missing.", "Write what the lesson is, in one or two sentences.")
			if err != nil {
				return err
			}
			j.Text = text
		}
		if j.Standing == old.Standing && j.Text == old.Text {
			if j.Standing == "" {
				return Refuse(Conflict, "Nobody decided about this lesson.", "Accept, dismiss or reword it.")
			}
			return Refuse(Conflict, fmt.Sprintf("This lesson is %s already.", j.Standing), "")
		}
		tx.Add(number, who, time.Time{}, Source{}, j)
		if _, posted := in.Posts[PostLessons]; posted {
			tx.Owe(Effect{Kind: OweLessons, Incident: number})
		}
		refresh(tx, in)
		return nil
	})
}

func (in *Incident) applyVerdict(e Event, b LessonJudged) {
	judged := map[string]LessonVerdict{}
	maps.Copy(judged, in.Judged) // snapshots share the old map
	delete(judged, b.Rule)
	if b.Standing != "" {
		judged[b.Rule] = LessonVerdict{N: e.N, Who: e.Who, At: e.At, Standing: b.Standing, Title: b.Title, Family: b.Family, Text: b.Text}
	}
	in.Judged = judged
}
