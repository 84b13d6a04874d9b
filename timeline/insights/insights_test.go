package insights_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"backout/timeline"
	"backout/timeline/insights"
	"backout/timeline/lessons"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func day(n int) time.Time { return time.Date(2026, 11, n, 14, 0, 0, 0, time.UTC) }

// over is an incident that was declared on a day and took so long.
func over(n, on int, detect, mitigate, resolve time.Duration, change ...func(*timeline.Summary)) timeline.Summary {
	began := day(on)
	at := func(d time.Duration) timeline.Moment {
		if d == 0 {
			return timeline.Moment{}
		}
		return timeline.Moment{At: began.Add(d), N: 1}
	}
	s := timeline.Summary{
		Number: n, Title: "Logins fail", Status: timeline.Resolved, Severity: "1", Services: []string{"web-app"},
		Moments: timeline.Moments{Began: timeline.Moment{At: began, N: 1}, Detected: at(detect), Declared: timeline.Moment{At: began.Add(detect), N: 1}, Mitigated: at(mitigate), Resolved: at(resolve)},
	}
	for _, f := range change {
		f(&s)
	}
	return s
}

func month() insights.Query { return insights.Query{From: day(1), To: day(30)} }

func TestTimesAreMediansAndPercentiles(t *testing.T) {
	t.Parallel()
	var all []timeline.Summary
	for i := 1; i <= 10; i++ {
		all = append(all, over(i, i, time.Duration(i)*time.Minute, time.Hour, 2*time.Hour))
	}
	r := insights.Of(all, month())
	detect := r.Measures[0]
	if r.Incidents != 10 || len(detect.Points) != 10 || detect.Median != 5*time.Minute+30*time.Second || detect.P90 != 9*time.Minute {
		t.Errorf("%+v", r)
	}
	odd := insights.Of(all[:3], month()).Measures[0]
	if odd.Median != 2*time.Minute || odd.P90 != 3*time.Minute {
		t.Errorf("of three: %v %v", odd.Median, odd.P90)
	}
}

func TestWhatIsNotCounted(t *testing.T) {
	t.Parallel()
	set := func(f func(*timeline.Summary)) timeline.Summary { return over(2, 5, time.Minute, 0, 0, f) }
	for name, s := range map[string]timeline.Summary{
		"a drill":         set(func(s *timeline.Summary) { s.Drill = true }),
		"a private one":   set(func(s *timeline.Summary) { s.Private = true }),
		"triage":          set(func(s *timeline.Summary) { s.Status = timeline.Triage }),
		"a cancelled one": set(func(s *timeline.Summary) { s.Status = timeline.CancelledSt }),
		"a merged one":    set(func(s *timeline.Summary) { s.Status = timeline.Merged }),
		"an older one":    set(func(s *timeline.Summary) { s.Moments.Declared.At = day(1).AddDate(0, 0, -1) }),
	} {
		due := s
		due.FollowUps = []timeline.FollowUp{{Number: 1, Due: "2026-11-01", State: timeline.FollowUpOpen}}
		r := insights.Of([]timeline.Summary{over(1, 5, time.Minute, 0, 0), due}, month())
		overdue := 0
		if name == "an older one" {
			overdue = 1 // its work is late all the same
		}
		if r.Incidents != 1 || len(r.Measures[0].Points) != 1 || len(r.Overdue) != overdue {
			t.Errorf("%s is counted: %+v", name, r)
		}
	}
}

func TestAssumedMomentsAreNotMeasured(t *testing.T) {
	t.Parallel()
	r := insights.Of([]timeline.Summary{over(1, 5, time.Minute, time.Hour, 0, func(s *timeline.Summary) { s.Moments.Began.Assumed = true })}, month())
	for _, m := range r.Measures {
		if len(m.Points) > 0 || m.Median != 0 {
			t.Errorf("%+v", m)
		}
	}
}

func TestTargetsAreThoseOfTheIncident(t *testing.T) {
	t.Parallel()
	q := month()
	q.Targets = func(s timeline.Summary) insights.Targets {
		if s.Number == 1 {
			return insights.Targets{Detect: time.Minute}
		}
		return insights.Targets{Detect: time.Hour}
	}
	p := insights.Of([]timeline.Summary{over(1, 5, 5*time.Minute, 0, 0), over(2, 6, 5*time.Minute, 0, 0)}, q).Measures[0].Points
	if !p[0].Missed() || p[1].Missed() {
		t.Errorf("%+v", p)
	}
}

func TestLessonsComeAgain(t *testing.T) {
	t.Parallel()
	q := month()
	q.Lessons = func(s timeline.Summary) []lessons.Lesson {
		all := []lessons.Lesson{{Rule: "one-step", Title: "Straight to everyone", Family: lessons.Rollouts}, {Rule: "fast", Good: true, Title: "It worked"}}
		if s.Number == 3 {
			all = append(all, lessons.Lesson{Rule: "once", Title: "Only now"})
		}
		return all
	}
	r := insights.Of([]timeline.Summary{over(1, 5, 1, 0, 0), over(3, 9, 1, 0, 0), over(2, 7, 1, 0, 0)}, q)
	if len(r.Recurring) != 1 || r.Recurring[0].Rule != "one-step" || !slices.Equal(r.Recurring[0].Incidents, []int{3, 2, 1}) {
		t.Errorf("%+v", r.Recurring)
	}
}

func TestFollowUpsAreOverdueByDays(t *testing.T) {
	t.Parallel()
	s := over(1, 5, time.Minute, 0, 0)
	for i, due := range []string{"2026-11-29", "2026-11-30", "", "2026-10-31", "soon"} {
		s.FollowUps = append(s.FollowUps, timeline.FollowUp{Number: i + 1, Due: due, State: timeline.FollowUpOpen})
	}
	var got []string
	for _, o := range insights.Of([]timeline.Summary{s}, month()).Overdue {
		got = append(got, fmt.Sprintf("F%d %d", o.FollowUp.Number, o.Days))
	}
	if !slices.Equal(got, []string{"F4 30", "F1 1"}) {
		t.Error(got)
	}
}

func TestGroupsAreNamed(t *testing.T) {
	t.Parallel()
	r := insights.Of([]timeline.Summary{
		over(1, 5, time.Minute, time.Hour, 0), over(2, 6, 3*time.Minute, 0, 0, func(s *timeline.Summary) { s.Severity, s.Services = "2", []string{"web-app", "auth"} }),
	}, month())
	if len(r.Severities) != 2 || r.Severities[0] != (insights.Group{Name: "1", Incidents: 1, Detect: time.Minute, Mitigate: time.Hour}) {
		t.Errorf("%+v", r.Severities)
	}
	if len(r.Services) != 2 || r.Services[1] != (insights.Group{Name: "web-app", Incidents: 2, Detect: 2 * time.Minute, Mitigate: time.Hour}) {
		t.Errorf("%+v", r.Services)
	}
}

// TestTheSpreadIsOneOfTheTimes: whatever the times, the median lies between the
// least and the greatest and at least half are not above it; nine of ten are
// within the ninetieth percentile, which is one of the times.
func TestTheSpreadIsOneOfTheTimes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var all []timeline.Summary
		n := rapid.IntRange(1, 40).Draw(rt, "n")
		for i := range n {
			all = append(all, over(i+1, 1+i%28, time.Duration(rapid.IntRange(1, 100_000).Draw(rt, "s"))*time.Second, 0, 0))
		}
		m := insights.Of(all, month()).Measures[0]
		below, within, is := 0, 0, false
		for _, p := range m.Points {
			if p.Took <= m.Median {
				below++
			}
			if p.Took <= m.P90 {
				within++
			}
			is = is || p.Took == m.P90
		}
		if below*2 < n || within*10 < n*9 || !is || m.Median > m.P90 && n > 2 {
			rt.Fatalf("of %d: median %v (%d), p90 %v (%d)", n, m.Median, below, m.P90, within)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	all := make([]timeline.Summary, 10_000)
	for i := range all {
		all[i] = over(i+1, 1+i%28, time.Duration(1+i%600)*time.Second, time.Hour, 2*time.Hour)
	}
	b.ReportAllocs()
	for b.Loop() {
		insights.Of(all, month())
	}
}
