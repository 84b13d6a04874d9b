package commands

import (
	"strings"

	"backout/timeline"
)

// button carries out a button. Its value names an incident and sometimes a part
// of it ("7", "7/12", "7/F2"); it says what is meant and never who may.
func (k *call) button() (Answer, error) {
	switch k.req.Action {
	case "declare_v1":
		if err := k.may("new"); err != nil {
			return Answer{}, err
		}
		return k.offer(declareForm)
	case "offer_declare_v1":
		return k.declareOffered()
	}
	run, ok := map[string]func(part string) (Answer, error){
		"take_lead_v1": func(string) (Answer, error) {
			return k.record(timeline.SetRole(k.req.Key, k.req.User, k.in.Number, timeline.LeadRole, k.req.User))
		},
		"update_v1":     func(string) (Answer, error) { return k.offer(updateForm) },
		"mitigate_v1":   func(string) (Answer, error) { return k.mitigated("") },
		"resolve_v1":    func(string) (Answer, error) { return k.offer(resolveForm) },
		"follow_up_v1":  func(string) (Answer, error) { return k.offer(followUpForm) },
		"postmortem_v1": func(string) (Answer, error) { return k.draft() },
		"reopen_v1": func(string) (Answer, error) {
			return k.record(timeline.Reopen(k.req.Key, k.req.User, k.in.Number, ""))
		},
		"retry_step_v1":     k.retry,
		"follow_up_done_v1": k.tickButton,
		"erase_v1":          k.erase,
		"review_open_v1": func(string) (Answer, error) {
			return k.record(timeline.SetReview(k.req.Key, k.req.User, k.in.Number, timeline.ReviewOpen))
		},
		"review_done_v1": func(string) (Answer, error) {
			return k.record(timeline.SetReview(k.req.Key, k.req.User, k.in.Number, timeline.ReviewDone))
		},
		"tickets_v1": func(string) (Answer, error) { return k.tickets(0) },
	}[k.req.Action]
	if !ok {
		run, ok = k.workButton()
	}
	if !ok {
		run, ok = k.alertButton()
	}
	if !ok {
		run, ok = k.lessonButton()
	}
	if !ok {
		return Answer{}, timeline.Refuse(timeline.Invalid, "This button belongs to another version of Backout, and nothing was done.", insteadOf(k.req.Action))
	}
	number, part, _ := strings.Cut(k.req.Value, "/")
	n, valid := address(number, true)
	if !valid && number == "" {
		n, valid = k.deps.Record.InChannel(k.req.Channel)
	}
	if !valid {
		return Answer{}, oldButton(k.req.Action)
	}
	if err := k.open(n); err != nil {
		return Answer{}, err
	}
	if err := k.mayPress(part); err != nil {
		return Answer{}, err
	}
	a, err := run(part)
	if err == nil && k.req.Channel == "" && a.Form == nil {
		home := k.homeTab() // it was pressed there, and what it showed has changed
		a.Home = &home
	}
	return a, err
}

// retry has a failed step tried again.
func (k *call) retry(part string) (Answer, error) {
	n, ok := refNumber(part, "T")
	if !ok {
		return Answer{}, oldButton(k.req.Action)
	}
	return k.record(timeline.RetryStep(k.req.Key, k.req.User, k.in.Number, n))
}

func (k *call) tickButton(part string) (Answer, error) {
	n, ok := refNumber(part, "F")
	if !ok {
		return Answer{}, oldButton(k.req.Action)
	}
	return k.tick(n)
}

func oldButton(action string) error {
	return timeline.Refuse(timeline.Invalid, "This button does not say what it is about, and nothing was done.", insteadOf(action))
}

// insteadOf names what can be typed for a button of any version.
func insteadOf(action string) string {
	name := strings.TrimRight(action, "0123456789")
	switch strings.TrimSuffix(name, "_v") {
	case "take_lead":
		return "Type `/incident lead` in the incident channel."
	case "update":
		return "Type `/incident update` in the incident channel."
	case "mitigate":
		return "Type `/incident mitigate` in the incident channel."
	case "resolve":
		return "Type `/incident resolve` in the incident channel."
	case "follow_up":
		return "Type `/incident followup` in the incident channel."
	case "follow_up_done":
		return "Type `/incident done F2` in the incident channel."
	case "postmortem":
		return "Type `/incident postmortem` in the incident channel."
	case "lesson_accept", "lesson_dismiss", "lesson_reword", "lesson_undo", "lesson_follow_up":
		return "Type `/incident lessons` in the incident channel."
	case "review_open", "review_done":
		return "Type `/incident postmortem review` or `/incident postmortem done` in the incident channel."
	case "tickets":
		return "Type `/incident followups issues` in the incident channel."
	case "erase":
		return "Delete the message in Slack; the record follows."
	case "reopen":
		return "Type `/incident reopen` with the reason in the incident channel."
	case "declare":
		return "Type `/incident new`."
	case "triage_accept":
		return "Type `/incident status investigating` in the incident channel."
	case "triage_decline":
		return "Type `/incident cancel` with the reason in the incident channel."
	case "triage_merge", "alert_split":
		return "Type `/incident merge INC-7` in the incident channel, or `/incident new` for another outage."
	case "page_again":
		return "Type `/incident page @ana` in the incident channel."
	case "offer_declare":
		return "Type `/incident new`."
	case "caused", "cleared", "began":
		return "`/incident deploys` shows the deploys; type for example `/incident caused D4`."
	case "rollback_open", "rollback_confirm", "rollback_approve", "rollback_abandon", "rollback_check", "rollback_override",
		"rollback_again", "rollback_cancel_run", "rollback_rerun":
		return "Type `/incident rollback` in the incident channel; it posts a plan with today's buttons."
	}
	return "`/incident status` shows the card with today's buttons."
}
