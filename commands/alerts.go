package commands

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

// page calls somebody: a person, a service of ours, or an escalation policy by its
// id. What follows is told to them.
func (k *call) page() (Answer, error) {
	if k.empty() {
		return Answer{}, timeline.Refuse(timeline.Invalid, "Whom to page is missing.", "Type for example: /incident page @tom Please join, checkout is down; or /incident page web-app")
	}
	first := k.args.words[0].text
	target, sort, id, err := k.pageTarget(first)
	if err != nil {
		return Answer{}, err
	}
	k.drop(1)
	return k.record(timeline.AskPage(k.req.Key, k.req.User, k.in.Number, target, sort, id, k.text()))
}

// pageTarget reads whom a page is for.
func (k *call) pageTarget(typed string) (target, sort, id string, err error) {
	if user, ok := userOf(typed); ok {
		return user, "user", "", nil
	}
	name := decoded(typed)
	if svc, ok := k.deps.Ledger.Catalogue().Service(name); ok {
		if svc.PagerDuty == "" {
			return "", "", "", timeline.Refuse(timeline.Conflict, fmt.Sprintf("The configuration does not say what %s is at PagerDuty.", encoded(svc.Name)),
				"Page a person instead: /incident page @tom; the platform team adds pagerduty to the service.")
		}
		return "service " + svc.Name, "service", svc.PagerDuty, nil
	}
	if regexp.MustCompile(`^P[A-Z0-9]{5,}$`).MatchString(name) {
		return "policy " + name, "policy", name, nil
	}
	return "", "", "", timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s` is no person, service or escalation policy.", plain(typed)),
		"Type @ and choose a person, or a service: "+k.serviceAdvice())
}

// pageAgain calls the same again: a new page, since the first one failed.
func (k *call) pageAgain(n int) (Answer, error) {
	p, ok := k.in.Page(n)
	if !ok {
		return Answer{}, oldButton(k.req.Action)
	}
	return k.record(timeline.AskPage(k.req.Key, k.req.User, k.in.Number, p.Target, p.Kind, p.ID, p.Text))
}

// onCall shows who is on call now, for the service named, else for the incident's.
func (k *call) onCall() (Answer, error) {
	service := ""
	if n, ok := k.deps.Record.InChannel(k.req.Channel); ok && k.empty() {
		if err := k.open(n); err == nil && len(k.in.Services) > 0 {
			service = k.in.Services[0]
		}
	}
	var err error
	switch {
	case !k.empty():
		service, err = k.oneService(k.first())
	case service == "":
		err = timeline.Refuse(timeline.Invalid, "The service is missing.", k.serviceAdvice())
	}
	if err != nil {
		return Answer{}, err
	}
	rows, trouble := k.deps.OnCall(k.ctx, service)
	m := templates.OnCallAnswer(k.words(), service, rows, trouble)
	return Answer{Message: &m}, nil
}

// merge ends this incident as the same outage as another.
func (k *call) merge() (Answer, error) {
	var numbers []int
	for _, w := range k.args.words {
		n, ok := address(w.text, true)
		if !ok {
			return Answer{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s` is no incident.", plain(w.text)), "Type for example: /incident merge INC-7")
		}
		numbers = append(numbers, n)
	}
	here, inChannel := k.deps.Record.InChannel(k.req.Channel)
	switch {
	case len(numbers) == 2:
		here = numbers[0]
	case len(numbers) != 1:
		return Answer{}, timeline.Refuse(timeline.Invalid, "The incident to merge into is missing.", "Type for example: /incident merge INC-7; `/incident list` shows those that are open.")
	case !inChannel:
		return Answer{}, timeline.Refuse(timeline.Invalid, "This is no incident channel.", "Name both: /incident merge INC-8 INC-7 merges INC-8 into INC-7.")
	}
	return k.merged(here, numbers[len(numbers)-1])
}

// merged merges one into the other, both of which the person must be able to see.
func (k *call) merged(from, into int) (Answer, error) {
	if err := k.open(into); err != nil {
		return Answer{}, err
	}
	other := k.in.Services
	if err := k.open(from); err != nil {
		return Answer{}, err
	}
	if err := k.may("merge", union(k.in.Services, other)...); err != nil {
		return Answer{}, err
	}
	return k.record(timeline.Merge(k.req.Key, k.req.User, from, into))
}

// mergeForm asks which incident it is the same outage as.
func (k *call) mergeForm() (Answer, error) {
	var open []timeline.Summary
	for _, s := range k.deps.Record.Summaries() {
		if s.Status.Open() && s.Number != k.in.Number && k.listed(s) {
			open = append(open, s)
		}
	}
	if len(open) == 0 {
		return Answer{}, timeline.Refuse(timeline.Conflict, "No other incident is open.", "`/incident list all` shows every incident.")
	}
	f := templates.MergeForm(k.view(), open)
	f.State = formState{Reply: k.req.ResponseURL, Channel: k.req.Channel, Number: k.in.Number}.encode()
	return Answer{Form: &f}, nil
}

func (k *call) submitMerge(formState) (Answer, error) {
	into, ok := address(k.req.Values["into"], true)
	if !ok {
		return Answer{}, timeline.Refuse(timeline.Invalid, "The incident to merge into is missing.", "Choose one of the list.")
	}
	return k.merged(k.in.Number, into)
}

// drill declares an exercise.
func (k *call) drill() (Answer, error) {
	if k.empty() {
		return Answer{}, timeline.Refuse(timeline.Invalid, "A drill needs a title.", "Type for example: /incident drill Roll web-app back sev:2 service:web-app")
	}
	sev, services, err := k.severityAndServices()
	if err != nil {
		return Answer{}, err
	}
	d := timeline.Declaration{Title: k.text(), Severity: sev, Services: services, Drill: true, Lead: k.req.User}
	out, err := k.deps.Record.Record(k.ctx, timeline.Declare(k.req.Key, k.req.User, d))
	if err != nil {
		return Answer{}, err
	}
	a := k.changed(out)
	a.Declared = out.Incident()
	return a, nil
}

// alertButton gives what a button about alerts, pages and reminders does.
func (k *call) alertButton() (func(part string) (Answer, error), bool) {
	key, who := k.req.Key, k.req.User
	run, ok := map[string]func(string) (Answer, error){
		"triage_accept_v1": func(string) (Answer, error) { return k.accept() },
		"triage_decline_v1": func(string) (Answer, error) {
			return k.record(timeline.Cancel(key, who, k.in.Number, templates.DeclinedWhy))
		},
		"triage_merge_v1": func(string) (Answer, error) { return k.mergeForm() },
		"alert_keep_v1":   func(string) (Answer, error) { return k.keepOpen() },
		"alert_split_v1": k.numbered("T", func(n int) (Answer, error) {
			return k.record(timeline.SplitAlert(key, who, k.in.Number, n))
		}),
		"page_again_v1":   k.numbered("P", k.pageAgain),
		"nudge_snooze_v1": func(part string) (Answer, error) { return k.nudge(part, k.now.Add(snooze), false) },
		"nudge_stop_v1":   func(part string) (Answer, error) { return k.nudge(part, time.Time{}, true) },
	}[k.req.Action]
	return run, ok
}

// accept says that what an alert opened is an incident: it is investigated, and
// who says so leads it.
func (k *call) accept() (Answer, error) {
	if k.in.Status != timeline.Triage {
		return Answer{}, timeline.Refuse(timeline.Conflict, k.in.ID()+" is past triage already.", "/incident status shows where it stands.")
	}
	var all timeline.Outcome
	changes := []timeline.Change{timeline.SetStatus(k.req.Key, k.req.User, k.in.Number, timeline.Investigating, "")}
	if k.in.Lead() == "" {
		changes = append(changes, timeline.SetRole(k.key("lead"), k.req.User, k.in.Number, timeline.LeadRole, k.req.User))
	}
	for _, c := range changes {
		out, err := k.deps.Record.Record(k.ctx, c)
		if err != nil {
			return Answer{}, err
		}
		all.Events = append(all.Events, out.Events...)
	}
	return k.changed(all), nil
}

// keepOpen notes that somebody read that an alert ended and did not agree.
func (k *call) keepOpen() (Answer, error) {
	return k.record(timeline.AddNote(k.req.Key, k.req.User, k.in.Number, "The alert has ended; "+k.in.ID()+" stays open.", k.now))
}

// snooze is how long a reminder is put off by its button.
const snooze = 30 * time.Minute

func (k *call) nudge(part string, until time.Time, stopped bool) (Answer, error) {
	about := timeline.NudgeKind(part)
	switch about {
	case timeline.NudgeUpdate, timeline.NudgeNoLead, timeline.NudgeQuiet, timeline.NudgePostmortem, timeline.NudgeStale, timeline.NudgeReview:
		return k.record(timeline.SetNudge(k.req.Key, k.req.User, k.in.Number, about, until, stopped))
	}
	return Answer{}, oldButton(k.req.Action)
}

// declareOffered declares the incident of an alert that opened none by itself.
func (k *call) declareOffered() (Answer, error) {
	_, part, _ := strings.Cut(k.req.Value, "/")
	n, ok := refNumber(part, "T")
	if !ok {
		return Answer{}, oldButton(k.req.Action)
	}
	out, err := k.deps.Record.Record(k.ctx, timeline.DeclareOffered(k.req.Key, k.req.User, n, func(services []string) error { return k.may("new", services...) }))
	if err != nil {
		return Answer{}, err
	}
	a := k.changed(out)
	a.Declared = out.Incident()
	return a, nil
}
