package commands

import (
	"fmt"
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// timeline shows the story or adds to it. The words edit, move, hide, show, public
// and internal are verbs only before a number, so that a note may begin with them.
func (k *call) timeline() (Answer, error) {
	if k.empty() {
		m := templates.StoryAnswer(k.words(), k.in)
		return Answer{Message: &m}, nil
	}
	verb := strings.ToLower(k.first())
	if slices.Contains([]string{"edit", "move", "hide", "show", "public", "internal"}, verb) {
		if len(k.args.words) == 1 {
			return Answer{}, timeline.Refuse(timeline.Invalid, "The number of the entry is missing.", fmt.Sprintf("`/incident timeline` shows the numbers; then type for example: /incident timeline %s 12", verb))
		}
		if n, ok := refNumber(k.args.words[1].text, "T"); ok {
			k.drop(2)
			return k.correct(verb, n)
		}
	}
	at, took, err := takeTime(k.args.words, k.now, k.zone())
	if err != nil {
		return Answer{}, err
	}
	k.drop(took)
	return k.record(timeline.AddNote(k.req.Key, k.req.User, k.in.Number, k.text(), at))
}

// correct changes entry n.
func (k *call) correct(verb string, n int) (Answer, error) {
	key, who, number := k.req.Key, k.req.User, k.in.Number
	switch verb {
	case "edit":
		return k.record(timeline.Reword(key, who, number, n, k.text()))
	case "move":
		at, ok, err := onlyTime(k.args.words, k.now, k.zone())
		if err != nil {
			return Answer{}, err
		}
		if !ok {
			return Answer{}, timeline.Refuse(timeline.Invalid, "The time to move it to is missing or is none.", fmt.Sprintf("Type for example: /incident timeline move %d 14:03", n))
		}
		return k.record(timeline.Move(key, who, number, n, at))
	}
	if !k.empty() {
		return Answer{}, timeline.Refuse(timeline.Invalid, "Behind the number nothing is expected.", fmt.Sprintf("Type `/incident timeline %s %d`; a note that begins so is put in quotes.", verb, n))
	}
	if verb == "public" || verb == "internal" {
		return k.record(timeline.Publish(key, who, number, n, verb == "public"))
	}
	return k.record(timeline.Hide(key, who, number, n, verb == "hide"))
}

// lesson keeps a lesson.
func (k *call) lesson() (Answer, error) {
	return k.record(timeline.AddLesson(k.req.Key, k.req.User, k.in.Number, k.text()))
}
