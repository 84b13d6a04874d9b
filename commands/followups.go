package commands

import (
	"fmt"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// followUp keeps later work; F2 as the first word sets owner or date of that one.
func (k *call) followUp() (Answer, error) {
	owner, due, err := k.ownerAndDue(k.opt("owner"), k.opt("due"))
	if err != nil {
		return Answer{}, err
	}
	if k.empty() {
		return k.offer(followUpForm)
	}
	if n, ok := refNumber(k.first(), "F"); ok && len(k.args.words) == 1 && strings.HasPrefix(strings.ToUpper(k.first()), "F") {
		return k.amend(n, owner, due)
	}
	return k.record(timeline.AddFollowUp(k.req.Key, k.req.User, k.in.Number, timeline.FollowUpAdded{Text: k.text(), Owner: owner, Due: due}))
}

// amend sets owner and date of follow-up n.
func (k *call) amend(n int, owner, due string) (Answer, error) {
	f := timeline.FollowUpSet{Number: n}
	if owner != "" {
		f.Owner = &owner
	}
	if due != "" {
		f.Due = &due
	}
	if f.Owner == nil && f.Due == nil {
		return Answer{}, timeline.Refuse(timeline.Invalid, "What to change is missing.", fmt.Sprintf("Type for example: /incident followup F%d owner:@ana due:friday", n))
	}
	return k.record(timeline.SetFollowUp(k.req.Key, k.req.User, k.in.Number, f))
}

// ownerAndDue reads both options, either of which may be missing.
func (k *call) ownerAndDue(owner, due string) (user, day string, err error) {
	if owner != "" {
		if user, err = k.person(owner); err != nil {
			return "", "", err
		}
	}
	if due != "" {
		if day, err = dueDay(due, k.now, k.zone()); err != nil {
			return "", "", err
		}
	}
	return user, day, nil
}

// followUps shows the later work.
func (k *call) followUps() (Answer, error) {
	m := templates.FollowUpsAnswer(k.words(), k.in, k.now)
	return Answer{Message: &m}, nil
}

// done ticks one off.
func (k *call) done() (Answer, error) {
	n, ok := refNumber(k.first(), "F")
	if !ok || len(k.args.words) != 1 {
		return Answer{}, timeline.Refuse(timeline.Invalid, "The number of the follow-up is missing.", "`/incident followups` shows the numbers; then type for example: /incident done F2")
	}
	return k.tick(n)
}

func (k *call) tick(n int) (Answer, error) {
	return k.record(timeline.SetFollowUp(k.req.Key, k.req.User, k.in.Number, timeline.FollowUpSet{Number: n, State: timeline.FollowUpDone}))
}
