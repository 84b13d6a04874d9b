package commands

import (
	"fmt"
	"strings"

	"backout/timeline"
)

// status shows where it stands, or sets it.
func (k *call) status() (Answer, error) {
	if k.empty() {
		return k.card()
	}
	word := strings.ToLower(k.first())
	k.drop(1)
	key, who, n, text := k.req.Key, k.req.User, k.in.Number, k.text()
	switch word {
	case "investigating", "identified":
		return k.record(timeline.SetStatus(key, who, n, timeline.Status(word), text))
	case "monitoring", "mitigated":
		return k.mitigated(text)
	case "resolved":
		return k.record(timeline.Resolve(key, who, n, text))
	case "cancelled", "canceled":
		return Answer{}, timeline.Refuse(timeline.Invalid, "Cancelling is final and has a command of its own.", "Type for example: /incident cancel False alarm, it was the load test")
	case "triage":
		return Answer{}, timeline.Refuse(timeline.Invalid, "Only alerts make an incident one in triage.", "`/incident status investigating` says that people work on it.")
	}
	statuses := []string{"investigating", "identified", "monitoring", "mitigated", "resolved"}
	advice := "Choose one of investigating, identified, monitoring and resolved; type for example: /incident status identified"
	if near := nearest(word, statuses); len(near) > 0 {
		advice = fmt.Sprintf("Did you mean `/incident status %s`?", near[0])
	}
	return Answer{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("There is no status `%s`.", plain(word)), advice)
}

// mitigate is an act, and with a time as the only argument the correction of the
// moment.
func (k *call) mitigate() (Answer, error) {
	if at, ok, err := onlyTime(k.args.words, k.now, k.zone()); ok {
		if err != nil {
			return Answer{}, err
		}
		return k.record(timeline.SetMoment(k.req.Key, k.req.User, k.in.Number, timeline.Mitigated, at))
	}
	return k.mitigated(k.text())
}

// mitigated records it and asks for the impact while people still remember.
func (k *call) mitigated(text string) (Answer, error) {
	a, err := k.record(timeline.Mitigate(k.req.Key, k.req.User, k.in.Number, text))
	if err == nil && k.in.Impact == "" {
		k.hint(&a, "The impact is not known yet. Type for example: `/incident impact Login fails for about a third of users`")
	}
	return a, err
}

// resolve is an act, and with a time as the only argument the correction of the
// moment. Without a text a dialog asks for the cause.
func (k *call) resolve() (Answer, error) {
	if k.empty() {
		return k.offer(resolveForm)
	}
	if at, ok, err := onlyTime(k.args.words, k.now, k.zone()); ok {
		if err != nil {
			return Answer{}, err
		}
		return k.record(timeline.SetMoment(k.req.Key, k.req.User, k.in.Number, timeline.ResolvedM, at))
	}
	a, err := k.record(timeline.Resolve(k.req.Key, k.req.User, k.in.Number, k.text()))
	if err == nil && k.in.Cause == "" {
		k.hint(&a, "The cause is not known yet. Type `/incident cause unknown`, or what is known of it.")
	}
	return a, err
}

// reopen leads back to investigating.
func (k *call) reopen() (Answer, error) {
	if k.empty() {
		return Answer{}, timeline.Refuse(timeline.Invalid, "Reopening wants a reason.", "Type for example: /incident reopen Errors are back in eu-west")
	}
	return k.record(timeline.Reopen(k.req.Key, k.req.User, k.in.Number, k.text()))
}

// cancel ends what was no incident.
func (k *call) cancel() (Answer, error) {
	return k.record(timeline.Cancel(k.req.Key, k.req.User, k.in.Number, k.text()))
}

// moment corrects when it began or was noticed.
func (k *call) moment() (Answer, error) {
	at, ok, err := onlyTime(k.args.words, k.now, k.zone())
	switch {
	case err != nil:
		return Answer{}, err
	case !ok && k.empty():
		return Answer{}, timeline.Refuse(timeline.Invalid, "The time is missing.", fmt.Sprintf("Type for example: /incident %s 14:05", k.row.word))
	case !ok:
		return Answer{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s` is no time.", plain(k.text())), howTimes)
	}
	return k.record(timeline.SetMoment(k.req.Key, k.req.User, k.in.Number, timeline.MomentName(k.row.word), at))
}
