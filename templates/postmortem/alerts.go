package postmortem

import (
	"cmp"
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

const (
	// mostAlerts is how many alerts the timeline tells of one by one; the rest of a
	// storm is one row.
	mostAlerts = 20
	// alertLength is how much of an alert's title is shown.
	alertLength = 160
	// alertWho is how much of a name from an alerting system is shown.
	alertWho = 80
)

// alertStory is an alert of this incident with the rows that tell of it. Acked is
// the first acknowledgement, ended the end that still holds; both may be nil.
type alertStory struct {
	timeline.AlertState
	first, acked, ended *timeline.Entry
	fired               int // how often
}

// alertStories gives the alerts in the order in which they came. Those that turned
// out to be another outage's are left out.
func (b *builder) alertStories() []alertStory {
	type key struct{ source, key string }
	at := map[key]int{}
	var out []alertStory
	for _, a := range b.in.Alerts {
		if e, ok := b.in.Entry(a.N); ok && a.Split == 0 {
			at[key{a.Source, a.Key}] = len(out)
			out = append(out, alertStory{AlertState: a, first: e})
		}
	}
	for _, e := range b.all {
		body, ok := e.Body.(timeline.AlertNoted)
		i, known := at[key{body.Alert.Source, body.Alert.Key}]
		if !ok || !known {
			continue
		}
		switch s := &out[i]; body.Alert.Event {
		case timeline.AlertTriggered:
			s.fired++
		case timeline.AlertAcknowledged:
			if s.acked == nil {
				s.acked = e
			}
		case timeline.AlertResolved:
			if s.Status == timeline.AlertResolved {
				s.ended = e
			}
		}
	}
	slices.SortStableFunc(out, func(x, y alertStory) int {
		return cmp.Or(x.first.At.Compare(y.first.At), cmp.Compare(x.N, y.N))
	})
	return out
}

// tellAlerts chooses the rows of alerts that the timeline shows.
func (b *builder) tellAlerts() {
	b.alerts, b.alertRow = b.alertStories(), map[int]bool{}
	for i, a := range b.alerts {
		if i >= mostAlerts {
			break
		}
		for _, e := range []*timeline.Entry{a.first, a.acked, a.ended} {
			if e != nil {
				b.alertRow[e.N] = true
			}
		}
	}
}

// moreAlerts is the row for the alerts that the timeline does not tell of one by
// one. It stands where the first of them would.
func (b *builder) moreAlerts() (Row, *timeline.Entry) {
	if len(b.alerts) <= mostAlerts {
		return nil, nil
	}
	rest := b.alerts[mostAlerts:]
	from, to := rest[0].first, rest[len(rest)-1].first
	what := Line{Text("… and " + count(len(rest), "more alert"))}
	if to.At.After(from.At) {
		what = append(what, Text(" until "+b.clock(to.At)))
	}
	what = append(what, Text(", in the appendix from "), Ref(from.N), Text(" on"))
	return Row{nil, say(b.clock(from.At)), what, Line{Text(sourcesOf(rest))}, nil}, from
}

// sourcesOf names where alerts come from, each once.
func sourcesOf(alerts []alertStory) string {
	var out []string
	for _, a := range alerts {
		if name := system(a.Source); !slices.Contains(out, name) && len(out) < 3 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// system is how people call an alerting system.
func system(source string) string {
	switch source {
	case timeline.PagerDuty:
		return "PagerDuty"
	case "alertmanager":
		return "Alertmanager"
	}
	return cmp.Or(cut(source, nameLength), "an alerting system")
}

func alertTitle(title string) string {
	return cmp.Or(cut(title, alertLength), "an alert without a title")
}

// called is "Login error rate (PagerDuty)".
func (a alertStory) called() string { return alertTitle(a.Title) + " (" + system(a.Source) + ")" }

// alerter says what an alert came from, and who did there what it tells. Names are
// words from outside: one that looks like a Slack id is still a name.
func alerter(e *timeline.Entry, a timeline.Alert) Piece {
	if e.Who == timeline.Backout {
		return Words(templates.R(person(e.Who)))
	}
	if who := cut(a.Who, alertWho); who != "" {
		return Text(who + " (" + system(a.Source) + ")")
	}
	return Text(system(a.Source))
}
