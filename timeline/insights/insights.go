// Package insights measures many incidents: how long they took, by severity and
// service, which lessons came again, and what is overdue.
//
// It promises:
//
//   - Distributions, no means. A time is told by its median, its 90th percentile
//     and each incident's own point: a mean of a few heavy-tailed times says
//     nothing (Davidovič, Incident Metrics in SRE, 2021).
//   - Only what is known counts. A time between moments of which one is assumed is
//     left out, and how many were measured is told beside it.
//   - Drills, private incidents and what was no incident of its own (triage,
//     cancelled, merged) are not counted.
//
// Everything here is a pure function of its arguments.
package insights

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"backout/timeline"
	"backout/timeline/lessons"
)

// Targets are the longest good times; 0 is none.
type Targets struct{ Detect, Mitigate time.Duration }

// Query says what to look at.
type Query struct {
	From, To time.Time
	// Targets holds for each incident; nil means that there are none.
	Targets func(timeline.Summary) Targets
	// Lessons gives what an incident taught, dismissed lessons left out.
	Lessons func(timeline.Summary) []lessons.Lesson
}

// Report is what there is to say about the incidents of a stretch of time.
type Report struct {
	From, To   time.Time
	Incidents  int
	Open       int
	Measures   []Measure
	Severities []Group
	Services   []Group
	// Recurring are the lessons that more than one incident taught, the most
	// frequent first.
	Recurring []Recurring
	// Overdue are follow-ups of any counted incident, however old, the longest
	// overdue first.
	Overdue []Overdue
}

// Measure is one of the three times as a distribution.
type Measure struct {
	Name string
	// Points are in the order of their incidents' declarations.
	Points      []Point
	Median, P90 time.Duration
}

// Point is one incident in a distribution. Target is that which held for it, or 0.
type Point struct {
	Incident int
	At       time.Time
	Took     time.Duration
	Target   time.Duration
}

// Missed reports whether the point is over its target.
func (p Point) Missed() bool { return p.Target > 0 && p.Took > p.Target }

// Group is what incidents of one severity, or of one service, took.
type Group struct {
	Name                      string
	Incidents                 int
	Detect, Mitigate, Resolve time.Duration // medians; 0 is not known
}

// Recurring is a lesson that came again.
type Recurring struct {
	Rule, Title string
	Family      lessons.Family
	Incidents   []int // newest first
}

// Overdue is a follow-up whose day has passed.
type Overdue struct {
	Incident int
	FollowUp timeline.FollowUp
	Days     int
}

// The names of the measures.
const (
	Detect   = "time to detect"
	Mitigate = "time to mitigate"
	Resolve  = "time to resolve"
)

// Of measures the incidents that were declared in the stretch of time.
func Of(all []timeline.Summary, q Query) Report {
	r := Report{From: q.From, To: q.To}
	var in []timeline.Summary
	for _, s := range all {
		if !Counts(s) {
			continue
		}
		r.Overdue = append(r.Overdue, overdue(s, q.To)...)
		if at := s.Moments.Declared.At; at.Before(q.From) || at.After(q.To) {
			continue
		}
		in = append(in, s)
		if s.Status.Open() {
			r.Open++
		}
	}
	slices.SortFunc(in, func(a, b timeline.Summary) int { return a.Moments.Declared.At.Compare(b.Moments.Declared.At) })
	r.Incidents = len(in)
	r.Measures = measures(in, q.Targets)
	r.Severities = groups(in, func(s timeline.Summary) []string { return []string{s.Severity} })
	r.Services = groups(in, func(s timeline.Summary) []string { return s.Services })
	r.Recurring = recurring(in, q.Lessons)
	slices.SortStableFunc(r.Overdue, func(a, b Overdue) int {
		return cmp.Or(cmp.Compare(b.Days, a.Days), cmp.Compare(a.Incident, b.Incident))
	})
	return r
}

// Counts reports whether an incident is measured at all.
func Counts(s timeline.Summary) bool {
	return !s.Drill && !s.Private && s.Status != timeline.Triage && !s.Status.Final()
}

func measures(in []timeline.Summary, targets func(timeline.Summary) Targets) []Measure {
	out := []Measure{{Name: Detect}, {Name: Mitigate}, {Name: Resolve}}
	for _, s := range in {
		var t Targets
		if targets != nil {
			t = targets(s)
		}
		for i, to := range []timeline.MomentName{timeline.Detected, timeline.Mitigated, timeline.ResolvedM} {
			took, known := s.Moments.Between(timeline.Began, to)
			if !known || took < 0 {
				continue
			}
			p := Point{Incident: s.Number, At: s.Moments.Declared.At, Took: took, Target: []time.Duration{t.Detect, t.Mitigate, 0}[i]}
			out[i].Points = append(out[i].Points, p)
		}
	}
	for i := range out {
		out[i].Median, out[i].P90 = spread(out[i].Points)
	}
	return out
}

// spread gives the median and the 90th percentile by nearest rank; of an even
// number of times the median is half-way between the two in the middle.
func spread(points []Point) (median, p90 time.Duration) {
	n := len(points)
	if n == 0 {
		return 0, 0
	}
	took := make([]time.Duration, n)
	for i, p := range points {
		took[i] = p.Took
	}
	slices.Sort(took)
	return (took[(n-1)/2] + took[n/2]) / 2, took[(n*9+9)/10-1]
}

func groups(in []timeline.Summary, of func(timeline.Summary) []string) []Group {
	by := map[string][]timeline.Summary{}
	for _, s := range in {
		for _, name := range of(s) {
			by[name] = append(by[name], s)
		}
	}
	var out []Group
	for _, name := range slices.Sorted(maps.Keys(by)) {
		m := measures(by[name], nil)
		out = append(out, Group{Name: name, Incidents: len(by[name]), Detect: m[0].Median, Mitigate: m[1].Median, Resolve: m[2].Median})
	}
	return out
}

// recurring finds the lessons that more than one incident taught.
func recurring(in []timeline.Summary, taught func(timeline.Summary) []lessons.Lesson) []Recurring {
	if taught == nil {
		return nil
	}
	by := map[string]*Recurring{}
	for _, s := range slices.Backward(in) {
		for _, l := range taught(s) {
			if l.Good {
				continue
			}
			r := by[l.Rule]
			if r == nil {
				r = &Recurring{Rule: l.Rule, Title: l.Title, Family: l.Family}
				by[l.Rule] = r
			}
			r.Incidents = append(r.Incidents, s.Number)
		}
	}
	var out []Recurring
	for _, rule := range slices.Sorted(maps.Keys(by)) {
		if len(by[rule].Incidents) > 1 {
			out = append(out, *by[rule])
		}
	}
	slices.SortStableFunc(out, func(a, b Recurring) int { return cmp.Compare(len(b.Incidents), len(a.Incidents)) })
	return out
}

func overdue(s timeline.Summary, now time.Time) []Overdue {
	var out []Overdue
	today := now.UTC().Truncate(24 * time.Hour)
	for _, f := range s.FollowUps {
		due, err := time.Parse(time.DateOnly, f.Due)
		if err == nil && due.Before(today) {
			out = append(out, Overdue{Incident: s.Number, FollowUp: f, Days: int(today.Sub(due).Hours() / 24)})
		}
	}
	return out
}
