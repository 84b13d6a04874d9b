package commands

import (
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// judged is the word by which a command is judged: the same act under two words
// has one list.
func judged(word string) string {
	switch word {
	case "mitigated":
		return "mitigate"
	case "resolved":
		return "resolve"
	}
	return word
}

// mayTyped judges a typed line. The word that was typed is not always the act that
// is meant: what resolves must not pass as a status.
func (k *call) mayTyped() error {
	word := judged(k.row.word)
	switch k.row.word {
	case "merge":
		return nil // judged when both incidents are known
	case "status":
		switch strings.ToLower(k.first()) {
		case "resolved":
			word = "resolve"
		case "monitoring", "mitigated":
			word = "mitigate"
		}
	case "role":
		if n := len(k.args.words); n > 1 {
			var typed []string
			for _, w := range k.args.words[:n-1] {
				typed = append(typed, w.text)
			}
			if k.leadWord(strings.ToLower(strings.Join(typed, " "))) {
				word = "lead"
			}
		}
	case "handoff":
		// Whoever leads may give it away; anybody else who names a lead does what
		// the command lead does.
		if k.in.Lead() != k.req.User {
			if err := k.may("lead", k.in.Services...); err != nil {
				return err
			}
		}
	}
	return k.may(word, k.concerned()...)
}

// concerned gives the services that a typed line is about: those that it names,
// else those of the incident. Taking a service off an incident concerns that one
// as well.
func (k *call) concerned() []string {
	switch k.row.word {
	case "new", "drill", "adopt", "insights":
		return k.known(k.serviceNames())
	case "deploys", "oncall", "freeze", "unfreeze", "page":
		if k.empty() {
			break
		}
		if all, err := k.servicesTyped(); err == nil && slices.Contains(all, timeline.AllServices) {
			return k.set.Services
		}
		if named := k.known(k.typedWords()); len(named) > 0 {
			return named
		}
	case "rollback":
		if named := k.known(k.typedWords()); len(named) > 0 {
			return named
		}
		if s, err := k.whatToRollBack(); err == nil {
			return []string{s}
		}
	case "service":
		return union(k.in.Services, k.known(k.typedWords()))
	}
	if k.in == nil {
		return nil
	}
	return k.in.Services
}

func (k *call) typedWords() []string {
	var out []string
	for _, w := range k.args.words {
		out = append(out, strings.FieldsFunc(w.text, func(r rune) bool { return r == ',' })...)
	}
	return out
}

// known keeps the names of services, as they are configured. What is none is for
// the command to refuse.
func (k *call) known(names []string) []string {
	var out []string
	for _, n := range names {
		if one, err := k.servicesOf([]string{n}); err == nil {
			out = union(out, one)
		}
	}
	return out
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// buttonWords are the commands that a button stands for; it is judged by all of
// them. Buttons that only look again, put a reminder off, repeat a step of ours or
// erase one's own words stand for none.
func buttonWords(action string) []string {
	switch action {
	case "declare_v1", "offer_declare_v1", "alert_split_v1":
		return []string{"new"}
	case "take_lead_v1":
		return []string{"lead"}
	case "update_v1":
		return []string{"update"}
	case "mitigate_v1":
		return []string{"mitigate"}
	case "resolve_v1":
		return []string{"resolve"}
	case "follow_up_v1":
		return []string{"followup"}
	case "follow_up_done_v1":
		return []string{"done"}
	case "postmortem_v1", "review_open_v1", "review_done_v1":
		return []string{"postmortem"}
	case "lesson_accept_v1", "lesson_dismiss_v1", "lesson_reword_v1", "lesson_undo_v1":
		return []string{"lessons"}
	case "lesson_follow_up_v1":
		return []string{"lessons", "followup"}
	case "tickets_v1":
		return []string{"followups"}
	case "reopen_v1":
		return []string{"reopen"}
	case "triage_accept_v1":
		return []string{"status", "lead"}
	case "triage_decline_v1":
		return []string{"cancel"}
	case "triage_merge_v1":
		return []string{"merge"}
	case "alert_keep_v1":
		return []string{"timeline"}
	case "page_again_v1":
		return []string{"page"}
	case "caused_v1", "cleared_v1", "began_v1":
		return []string{strings.TrimSuffix(action, "_v1")}
	}
	if strings.HasPrefix(action, "rollback_") && action != "rollback_check_v1" {
		return []string{"rollback"}
	}
	return nil
}

// mayPress judges a button on an incident.
func (k *call) mayPress(part string) error {
	services := k.in.Services
	if s, ok := k.rolledBack(part); ok {
		services = []string{s}
	}
	for _, word := range buttonWords(k.req.Action) {
		if word == "lead" && k.req.Action == "triage_accept_v1" && k.in.Lead() != "" {
			continue // somebody leads, and that stays
		}
		if err := k.may(word, services...); err != nil {
			return err
		}
	}
	return nil
}

// rolledBack gives the service that a button of a rollback is about.
func (k *call) rolledBack(part string) (string, bool) {
	if !strings.HasPrefix(k.req.Action, "rollback_") {
		return "", false
	}
	if n, ok := refNumber(part, "R"); ok && strings.HasPrefix(part, "R") {
		rb, ok := k.in.Rollback(n)
		return rb.Plan.Service, ok
	}
	if n, ok := refNumber(part, "D"); ok {
		return k.serviceOfDeploy(n)
	}
	return "", false
}

// maySubmit judges a dialog by what was filled in; where it was opened gives no
// right.
func (k *call) maySubmit(st formState) error {
	switch k.req.Form {
	case templates.DeclareFormID:
		return k.may("new", k.known(k.req.Lists["services"])...)
	case templates.UpdateFormID:
		return k.may("update", k.in.Services...)
	case templates.FollowUpFormID:
		return k.may("followup", k.in.Services...)
	case templates.LessonFormID:
		return k.may("lessons", k.in.Services...)
	case templates.OverrideFormID:
		services := k.in.Services
		if n, ok := refNumber(st.Part, "R"); ok {
			if rb, ok := k.in.Rollback(n); ok {
				services = []string{rb.Plan.Service}
			}
		}
		return k.may("rollback", services...)
	case templates.ResolveFormID:
		if err := k.may("resolve", k.in.Services...); err != nil {
			return err
		}
		if k.value("cause") != "" {
			if err := k.may("cause", k.in.Services...); err != nil {
				return at("cause", err)
			}
		}
		if k.value("follow_up") != "" {
			if err := k.may("followup", k.in.Services...); err != nil {
				return at("follow_up", err)
			}
		}
	}
	return nil // merging is judged when both incidents are known
}
