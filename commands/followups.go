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
	if n, ok := refNumber(k.first(), "F"); ok && strings.HasPrefix(strings.ToUpper(k.first()), "F") {
		switch {
		case len(k.args.words) == 1:
			return k.amend(n, owner, due)
		case len(k.args.words) == 2 && strings.EqualFold(k.args.words[1].text, "issue"):
			return k.tickets(n)
		}
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

// tickets owes an issue for a follow-up, or, with 0, for each that has none.
func (k *call) tickets(n int) (Answer, error) {
	if !k.set.GitHub {
		return Answer{}, timeline.Refuse(timeline.Conflict, "GitHub is not connected, so there are no issues.", "`/incident followups` shows the later work here; the platform team sets GITHUB_TOKEN or a GitHub App.")
	}
	if _, err := k.deps.Record.Record(k.ctx, timeline.RequestTickets(k.req.Key, k.req.User, k.in.Number, n)); err != nil {
		return Answer{}, err
	}
	what := "Each open follow-up of " + k.in.ID() + " without one gets a GitHub issue."
	if n > 0 {
		what = fmt.Sprintf("F%d of %s gets a GitHub issue.", n, k.in.ID())
	}
	return k.say(templates.T(what + " Closing the issue ticks the follow-up off, and the other way round."))
}

// followUps shows the later work, or has issues made of it.
func (k *call) followUps() (Answer, error) {
	switch word := strings.ToLower(k.text()); word {
	case "":
	case "issue", "issues", "github":
		return k.tickets(0)
	default:
		return Answer{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s` is nothing that can be done with follow-ups.", plain(word)), "Type `/incident followups` to see them, `/incident followups issues` to have GitHub issues made of them.")
	}
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
