package lessons

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"backout/timeline"
)

// How soon an alert should be acknowledged, and how many are a storm. They are ours:
// no configuration speaks of them yet.
const (
	promptAck = 5 * time.Minute
	slowAck   = 15 * time.Minute
	storm     = 20
)

func monitoringRules() []rule {
	return []rule{
		{
			name: "people_first", family: Monitoring, say: peopleFirst,
			speaks: "a person wrote of it or declared it before the first alert fired",
			silent: "no alert came, or when the first one fired is not known",
		},
		{
			name: "alert_first", family: Monitoring, say: alertFirst,
			speaks: "an alert came before anything that a person did or said",
			silent: "a person did anything before it, or set an earlier moment of detection",
		},
		{
			name: "no_alert", family: Monitoring, say: noAlert,
			speaks: "it is over, a person declared it and no alert came, though alerts of its services would have",
			silent: "no alerting system is connected for its services, or it goes on",
		},
		{
			name: "slow_detection", family: Monitoring, say: slowDetection,
			speaks: "it was detected later than the target after it began",
			silent: "there is no target, or one of the two moments is assumed",
		},
		{
			name: "fast_detection", family: Monitoring, say: fastDetection,
			speaks: "it was detected within the target after it began",
			silent: "there is no target, or one of the two moments is assumed",
		},
		{
			name: "slow_acknowledgement", family: Monitoring, say: slowAcknowledgement,
			speaks: "the first alert was acknowledged after more than 15 minutes, or not at all before it was over",
			silent: "it was over sooner than that, or the alerting system knows no acknowledgement",
		},
		{
			name: "prompt_acknowledgement", family: Monitoring, say: promptAcknowledgement,
			speaks: "a person acknowledged the first alert within 5 minutes",
			silent: "a machine acknowledged it, or when it fired is not known",
		},
		{
			name: "noisy", family: Monitoring, say: noisy,
			speaks: "20 alerts or more came for one outage",
			silent: "fewer came, those of another outage not counted",
		},
	}
}

// heard is an alert with the row that shows when it fired.
type heard struct {
	timeline.AlertState
	row *timeline.Entry
}

// heardAlerts gives the alerts of the story, the earliest first. Of one whose firing
// no row shows only later news came; complete says that there is none of those. The
// timeline is read once: a storm has many alerts and many rows.
func (f *facts) heardAlerts() (out []heard, complete bool) {
	type key struct{ source, key string }
	fired, hidden := map[key]*timeline.Entry{}, map[key]bool{}
	for _, e := range f.in.Timeline() {
		b, ok := e.Body.(timeline.AlertNoted)
		k := key{b.Alert.Source, b.Alert.Key}
		switch {
		case !ok || b.Alert.Event != timeline.AlertTriggered:
		case e.Hidden:
			hidden[k] = true
		case fired[k] == nil:
			fired[k] = e
		}
	}
	complete = true
	for _, a := range f.alerts {
		k := key{a.Source, a.Key}
		if e := fired[k]; e != nil {
			out = append(out, heard{a, e})
		} else if !hidden[k] { // what people took out of the story is no gap in it
			complete = false
		}
	}
	slices.SortStableFunc(out, func(a, b heard) int { return a.row.At.Compare(b.row.At) })
	return out, complete
}

// noted gives the rows that tell of an alert's event, the earliest first, and
// whether people hid one.
func (f *facts) noted(a timeline.AlertState, event timeline.AlertEvent) (out []*timeline.Entry, hidden bool) {
	for _, e := range f.in.Timeline() {
		b, ok := e.Body.(timeline.AlertNoted)
		switch {
		case !ok || b.Alert.Source != a.Source || b.Alert.Key != a.Key || b.Alert.Event != event:
		case e.Hidden:
			hidden = true
		default:
			out = append(out, e)
		}
	}
	return out, hidden
}

// firstSign gives what first shows that a person noticed: the message that it was
// declared from, else its declaration. It is nil when a machine declared it.
func (f *facts) firstSign() *timeline.Entry {
	from := f.in.DeclaredFrom()
	for _, e := range f.in.Timeline() {
		if !from.IsZero() && e.At.Equal(from) && e.Message != nil && !e.Hidden && byPerson(e) {
			return e
		}
	}
	if e, ok := f.in.Entry(f.moments.Declared.N); ok && byPerson(e) {
		return e
	}
	return nil
}

// byPerson reports whether a person did it; machines write messages too.
func byPerson(e *timeline.Entry) bool {
	if e.Message != nil && e.Message.BotName != "" {
		return false
	}
	return timeline.IsPerson(e.Who)
}

func peopleFirst(f *facts) (Lesson, bool) {
	alerts, complete := f.heardAlerts()
	sign := f.firstSign()
	if !complete || len(alerts) == 0 || sign == nil {
		return Lesson{}, false
	}
	alert := alerts[0].row
	ahead := alert.At.Sub(sign.At)
	if ahead < time.Second {
		return Lesson{}, false
	}
	action := "Alert on what people noticed"
	if of := f.affected(); of != "" {
		action = "Alert on what people noticed of " + of + " before they have to"
	}
	return Lesson{
		Title:  "People noticed before alerts",
		Told:   relate("A person noticed (", sign.N, ") "+span(ahead)+" before the first alert (", alert.N, ")."),
		Action: action,
	}, true
}

func alertFirst(f *facts) (Lesson, bool) {
	alerts, _ := f.heardAlerts()
	if len(alerts) == 0 {
		return Lesson{}, false
	}
	alert, sign := alerts[0].row, f.firstSign()
	if f.knownBefore(alert.At) || sign != nil && !alert.At.Before(sign.At) {
		return Lesson{}, false
	}
	out := Lesson{Good: true, Title: "An alert noticed before people did"}
	ahead := time.Duration(0)
	if sign != nil {
		ahead = sign.At.Sub(alert.At)
	}
	if ahead < time.Second {
		out.Told = relate("An alert was the first to tell of it (", alert.N, ").")
	} else {
		out.Told = relate("An alert told of it (", alert.N, ") "+span(ahead)+" before the first sign of a person (", sign.N, ").")
	}
	return out, true
}

// knownBefore reports whether anything shows that people may have known of it before
// that time: any deed of a person counts, as nobody can tell what they knew. It
// counts too when the words that it was declared from are not in the record.
func (f *facts) knownBefore(at time.Time) bool {
	if from := f.in.DeclaredFrom(); !from.IsZero() && from.Before(at) {
		return true
	}
	if d := f.moments.Detected; !d.Assumed && d.At.Before(at) {
		return true
	}
	return slices.ContainsFunc(f.in.Timeline(), func(e *timeline.Entry) bool { return byPerson(e) && e.At.Before(at) })
}

func noAlert(f *facts) (Lesson, bool) {
	declared, ok := f.in.Entry(f.moments.Declared.N)
	if !ok || !byPerson(declared) || len(f.alerts) > 0 || !f.moments.Mitigated.Set() {
		return Lesson{}, false
	}
	out := Lesson{Title: "No alert told of it", Action: "Add an alert that fires when this happens again"}
	watched := f.watched()
	switch {
	case len(watched) > 0:
		of := listed(watched)
		out.Told = relate("A person declared it (", declared.N, "). The record has no alert of it, though PagerDuty is connected for "+of+".")
		out.Action = "Add an alert on " + of + " that fires when this happens again"
	case len(f.in.Alerts) > 0: // every one was moved to another incident
		out.Told = relate("A person declared it (", declared.N, "). The alerts that came to it were found to be another outage's.")
	default:
		return Lesson{}, false
	}
	return out, true
}

// watched names the affected services whose alerts would have been in the record:
// alerts of services without an id at PagerDuty are not taken, so nothing is known of
// them.
func (f *facts) watched() []string {
	var out []string
	for _, name := range f.in.Services {
		if s := f.service(name); s.PagerDuty != "" {
			out = append(out, s.Name)
		}
	}
	return out
}

// affected names the affected services, or is empty.
func (f *facts) affected() string { return listed(f.in.Services) }

// listed writes names as a list; of many it names the first.
func listed(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	case 2, 3:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	default:
		return names[0] + " and " + strconv.Itoa(n-1) + " others"
	}
}

// detection gives the time that it went unnoticed, if that and a target are known,
// and the evidence.
func (f *facts) detection() (d time.Duration, told []Part, known bool) {
	target := f.opt.Targets.Detect
	d, known = f.between(timeline.Began, timeline.Detected)
	began, detected := f.moments.Began.N, f.moments.Detected.N
	_, one := f.in.Entry(began)
	_, two := f.in.Entry(detected)
	if !known || !one || !two || target <= 0 || d < 0 {
		return 0, nil, false
	}
	return d, relate("It was detected (", detected, ") "+span(d)+" after it began (", began, "); the target is "+span(target)+"."), true
}

func slowDetection(f *facts) (Lesson, bool) {
	d, told, known := f.detection()
	if !known || d <= f.opt.Targets.Detect {
		return Lesson{}, false
	}
	within := "within " + span(f.opt.Targets.Detect)
	action := "Add an alert that shows such a failure " + within
	if of := f.affected(); of != "" {
		action = "Add an alert on " + of + " that shows such a failure " + within
	}
	return Lesson{Title: "Detected later than the target", Told: told, Action: action}, true
}

func fastDetection(f *facts) (Lesson, bool) {
	d, told, known := f.detection()
	if !known || d > f.opt.Targets.Detect {
		return Lesson{}, false
	}
	return Lesson{Good: true, Title: "Detected within the target", Told: told}, true
}

// firstPage gives the first alert that people can acknowledge, if it is known when
// each of those fired. Alertmanager knows no acknowledgement.
func (f *facts) firstPage() (heard, bool) {
	alerts, complete := f.heardAlerts()
	i := slices.IndexFunc(alerts, func(a heard) bool { return a.Source == timeline.PagerDuty })
	if i < 0 || !complete {
		return heard{}, false
	}
	return alerts[i], true
}

// acknowledged gives the first acknowledgement of an alert. The alert's state has
// the last one only.
func (f *facts) acknowledged(a heard) (*timeline.Entry, bool) {
	acks, hidden := f.noted(a.AlertState, timeline.AlertAcknowledged)
	if len(acks) == 0 {
		return nil, hidden
	}
	return acks[0], true
}

func slowAcknowledgement(f *facts) (Lesson, bool) {
	page, ok := f.firstPage()
	if !ok {
		return Lesson{}, false
	}
	out := Lesson{
		Title:  "The first alert waited for an answer",
		Action: "Check who is called for such an alert and have it escalate within " + span(slowAck),
	}
	ack, acked := f.acknowledged(page)
	switch {
	case acked && ack == nil: // people took it out of the story
		return Lesson{}, false
	case acked:
		waited := ack.At.Sub(page.row.At)
		out.Told = relate("The first alert (", page.row.N, ") was acknowledged (", ack.N, ") after "+span(waited)+".")
		return out, waited > slowAck
	}
	end, told := f.overWithout(page)
	out.Told = told
	return out, told != nil && end.Sub(page.row.At) > slowAck
}

// overWithout tells of the end of an alert that nobody acknowledged: its own, or
// that of the incident. It tells nothing while both go on.
func (f *facts) overWithout(page heard) (time.Time, []Part) {
	if ends, _ := f.noted(page.AlertState, timeline.AlertResolved); len(ends) > 0 {
		e := ends[0]
		return e.At, relate("The first alert (", page.row.N, ") was not acknowledged before it was over (", e.N, "), "+span(max(0, e.At.Sub(page.row.At)))+" later.")
	}
	m := f.moments.Resolved
	if e, ok := f.in.Entry(m.N); ok && m.Set() && !m.Assumed {
		return m.At, relate("The first alert (", page.row.N, ") was not acknowledged before the incident was resolved (", e.N, "), "+span(max(0, m.At.Sub(page.row.At)))+" later.")
	}
	return time.Time{}, nil
}

func promptAcknowledgement(f *facts) (Lesson, bool) {
	page, ok := f.firstPage()
	if !ok {
		return Lesson{}, false
	}
	ack, _ := f.acknowledged(page)
	if ack == nil {
		return Lesson{}, false
	}
	waited := ack.At.Sub(page.row.At)
	if b, ok := ack.Body.(timeline.AlertNoted); !ok || b.Alert.Who == "" || waited < 0 || waited > promptAck {
		return Lesson{}, false
	}
	return Lesson{
		Good: true, Title: "The first alert was acknowledged at once",
		Told: relate("The first alert (", page.row.N, ") was acknowledged (", ack.N, ") after "+span(waited)+"."),
	}, true
}

func noisy(f *facts) (Lesson, bool) {
	alerts, _ := f.heardAlerts()
	n := len(alerts)
	if n < storm {
		return Lesson{}, false
	}
	action := "Group the alerts so that one outage calls people once"
	if of := f.affected(); of != "" {
		action = "Group the alerts of " + of + " so that one outage calls people once"
	}
	return Lesson{
		Title:  strconv.Itoa(n) + " alerts for one outage",
		Told:   relate(strconv.Itoa(n)+" alerts came, the first (", alerts[0].row.N, ") and the last (", alerts[n-1].row.N, ") "+span(alerts[n-1].row.At.Sub(alerts[0].row.At))+" apart."),
		Action: action,
	}, true
}
