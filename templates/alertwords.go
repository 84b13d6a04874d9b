package templates

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"backout/timeline"
)

// sourceName is what people call an alerting system.
func sourceName(source string) string {
	if s := Named(nil, source); s.Text != source {
		return s.Text
	}
	return first(outside(source, nameLength), "an alerting system")
}

// sourceRef is "PagerDuty #881".
func sourceRef(source string, number int) string {
	if number > 0 {
		return sourceName(source) + " #" + strconv.Itoa(number)
	}
	return sourceName(source)
}

func alertTitle(title string) string {
	return first(outside(title, titleLength), "an alert without a title")
}

// alertTitled is "*Login error rate* (PagerDuty #881)", the latter linked.
func alertTitled(a timeline.AlertState) Rich {
	return R(B(alertTitle(a.Title)), T(" ("), WebLink(a.Link, sourceRef(a.Source, a.Number)), T(")"))
}

// alertStands says where an alert stands, and since when.
func alertStands(a timeline.AlertState) Rich {
	since := R(T("triggered "), At(a.Triggered))
	if a.Triggered.IsZero() {
		since = R(T("triggered"))
	}
	switch a.Status {
	case timeline.AlertAcknowledged:
		out := append(since, T(", acknowledged"))
		if by := outside(a.AckedBy, nameLength); by != "" {
			out = append(out, T(" by "+by))
		}
		return append(out, T(" at "), At(a.Acked))
	case timeline.AlertResolved:
		return append(since, T(", over since "), At(a.ResolvedAt))
	}
	if !a.ResolvedAt.IsZero() {
		return append(R(T("fires again, first ")), since...)
	}
	return since
}

// hereAlerts are the alerts that were not split off, those that need people first:
// firing, then acknowledged, then over, each in the order in which they came.
func hereAlerts(in *timeline.Incident) []timeline.AlertState {
	out := slices.DeleteFunc(slices.Clone(in.Alerts), func(a timeline.AlertState) bool { return a.Split > 0 })
	rank := func(a timeline.AlertState) int {
		switch a.Status {
		case timeline.AlertAcknowledged:
			return 1
		case timeline.AlertResolved:
			return 2
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b timeline.AlertState) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Triggered.Compare(b.Triggered), cmp.Compare(a.N, b.N))
	})
	return out
}

func firing(alerts []timeline.AlertState) int {
	n := 0
	for _, a := range alerts {
		if a.Open() {
			n++
		}
	}
	return n
}

// shownAlerts is how many alerts are named; a storm is counted.
const shownAlerts = 3

// alertLine is one line about all alerts of an incident, or nothing.
func alertLine(in *timeline.Incident) Rich {
	alerts := hereAlerts(in)
	if len(alerts) == 0 {
		return nil
	}
	out := R(T("Alerts: "))
	for i, a := range alerts[:min(len(alerts), shownAlerts)] {
		if i > 0 {
			out = append(out, T("; "))
		}
		out = append(Join(out, alertTitled(a)), T(", "))
		out = Join(out, alertStands(a))
	}
	if len(alerts) <= shownAlerts {
		return out
	}
	rest := alerts[shownAlerts:]
	tail := amount(firing(rest)) + " of them still firing"
	switch firing(rest) {
	case 0:
		tail = "all over"
	case len(rest):
		tail = "still firing"
	}
	return append(out, T("; "+amount(len(rest))+"\u00a0more, "+tail))
}

// minutes is a duration whose seconds say nothing from a minute on.
func minutes(d time.Duration) string {
	if d >= time.Minute {
		d = d.Truncate(time.Minute)
	}
	return Duration(d)
}
