package lessons

import (
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
			brief:  "A person noticed before the first alert came",
			speaks: "a person wrote of it or declared it before the first alert fired",
			silent: "no alert came, or when the first one fired is not known",
		},
		{
			name: "alert_first", family: Monitoring, good: true, say: alertFirst,
			brief:  "An alert was the first to tell of it",
			speaks: "an alert came before anything that a person did or said",
			silent: "a person did anything before it, or set an earlier moment of detection",
		},
		{
			name: "no_alert", family: Monitoring, say: noAlert,
			brief:  "A person declared it, and no alert told of it",
			speaks: "it is over, a person declared it and no alert came, though alerts of its services would have",
			silent: "no alerting system is connected for its services, or it goes on",
		},
		{
			name: "slow_detection", family: Monitoring, say: slowDetection,
			speaks: "it was detected later than the target after it began",
			silent: "there is no target, or one of the two moments is assumed",
		},
		{
			name: "fast_detection", family: Monitoring, good: true, say: fastDetection,
			speaks: "it was detected within the target after it began",
			silent: "there is no target, or one of the two moments is assumed",
		},
		{
			name: "slow_acknowledgement", family: Monitoring, say: slowAcknowledgement,
			brief:  "The first alert was not acknowledged within " + span(slowAck),
			speaks: "the first alert was acknowledged after more than 15 minutes, or not at all before it was over",
			silent: "it was over sooner than that, or the alerting system knows no acknowledgement",
		},
		{
			name: "prompt_acknowledgement", family: Monitoring, good: true, say: promptAcknowledgement,
			brief:  "The first alert was acknowledged within " + span(promptAck),
			speaks: "a person acknowledged the first alert within 5 minutes",
			silent: "a machine acknowledged it, or when it fired is not known",
		},
		{
			name: "noisy", family: Monitoring, say: noisy,
			brief:  "Many alerts came for one outage",
			speaks: "20 alerts or more came for one outage",
			silent: "fewer came, those of another outage not counted",
		},
	}
}

func peopleFirst(f *facts) (Lesson, bool) {
	sign := f.firstSign()
	if !f.heardAll || len(f.heard) == 0 || sign == nil {
		return Lesson{}, false
	}
	alert := f.heard[0].row
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
	if len(f.heard) == 0 {
		return Lesson{}, false
	}
	alert, sign := f.heard[0].row, f.firstSign()
	if f.knownBefore(alert.At) || sign != nil && !alert.At.Before(sign.At) {
		return Lesson{}, false
	}
	out := Lesson{Title: "An alert noticed before people did"}
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
	target := f.targets.Detect
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
	if !known || d <= f.targets.Detect {
		return Lesson{}, false
	}
	within := "within " + span(f.targets.Detect)
	action := "Add an alert that shows such a failure " + within
	if of := f.affected(); of != "" {
		action = "Add an alert on " + of + " that shows such a failure " + within
	}
	return Lesson{
		Title: "Detected later than the target", Told: told, Action: action,
		brief: against("Time to detect was "+span(d), d, f.targets.Detect),
	}, true
}

func fastDetection(f *facts) (Lesson, bool) {
	d, told, known := f.detection()
	if !known || d > f.targets.Detect {
		return Lesson{}, false
	}
	return Lesson{Title: "Detected within the target", Told: told, brief: against("Time to detect was "+span(d), d, f.targets.Detect)}, true
}

func noisy(f *facts) (Lesson, bool) {
	n := len(f.heard)
	if n < storm {
		return Lesson{}, false
	}
	action := "Group the alerts so that one outage calls people once"
	if of := f.affected(); of != "" {
		action = "Group the alerts of " + of + " so that one outage calls people once"
	}
	return Lesson{
		Title:  strconv.Itoa(n) + " alerts for one outage",
		Told:   relate(strconv.Itoa(n)+" alerts came, the first (", f.heard[0].row.N, ") and the last (", f.heard[n-1].row.N, ") "+span(f.heard[n-1].row.At.Sub(f.heard[0].row.At))+" apart."),
		Action: action,
	}, true
}
