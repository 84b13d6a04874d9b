package chart_test

import (
	"testing"
	"time"

	"backout/templates/chart"
)

// dot is one incident, by its day before the last of the range.
func dot(day int, took, target time.Duration, label string) chart.Dot {
	return chart.Dot{At: dotsEnd().AddDate(0, 0, -day), Took: took, Label: label, Missed: target > 0 && took > target}
}

func dotsEnd() time.Time { return time.Date(2026, 11, 17, 18, 0, 0, 0, time.UTC) }

// quarter is what ninety days with eighteen incidents look like.
func quarter() chart.Dots {
	days := []int{86, 82, 77, 71, 66, 61, 55, 44, 37, 32, 25, 19, 13, 10, 7, 4, 2, 0}
	detect := []float64{14, 3.5, 26, 4.5, 8, 33, 12, 6, 181, 31, 17, 46, 48, .25, 4, 22, 11, 3.5}
	mitigate := []float64{52, 31, 61, 22, 45, 118, 37, 95, 260, 48, 61, 626, 78, 3.4, 66, 64, 40, 22.5}
	resolve := []float64{110, 68, 125, 52, 90, 260, 75, 120, 400, 65, 75, 1560, 98, 5, 115, 108, 72, 72.4}
	d := chart.Dots{
		Title: "Insights", Subtitle: "18 incidents from 19 August to 17 November 2026. Drills are left out.",
		From: dotsEnd().AddDate(0, 0, -90), To: dotsEnd(),
		Rows: []chart.DotRow{
			{Name: "Time to detect", Target: 5 * time.Minute, Median: 13 * time.Minute, P90: 48 * time.Minute},
			{Name: "Time to mitigate", Target: time.Hour, Median: 55 * time.Minute, P90: 4*time.Hour + 20*time.Minute},
			{Name: "Time to resolve", Median: 98 * time.Minute, P90: 6*time.Hour + 40*time.Minute},
		},
	}
	for i, took := range [][]float64{detect, mitigate, resolve} {
		for j, minutes := range took {
			d.Rows[i].Dots = append(d.Rows[i].Dots, dot(days[j], time.Duration(minutes*float64(time.Minute)), d.Rows[i].Target, "INC-"+string(rune('2'+j/10))+string(rune('0'+j%10))))
		}
	}
	return d
}

// dotStories are sets of incidents with a name for their golden file.
func dotStories() map[string]chart.Dots {
	out := map[string]chart.Dots{"dots-quarter": quarter()}
	week := quarter()
	week.From, week.Subtitle = dotsEnd().AddDate(0, 0, -7), "One week"
	out["dots-week"] = week
	year := quarter()
	year.From, year.Subtitle = dotsEnd().AddDate(-1, 0, 0), "One year"
	out["dots-year"] = year
	out["dots-none"] = chart.Dots{Title: "Insights", Subtitle: "No incidents", From: dotsEnd().AddDate(0, 0, -30), To: dotsEnd(), Rows: []chart.DotRow{{Name: "Time to detect", Target: time.Minute}}}
	out["dots-odd"] = chart.Dots{Title: nasty, Subtitle: nasty, Rows: []chart.DotRow{{Name: nasty, Target: 100 * time.Hour, Median: time.Second, P90: -time.Second, Dots: []chart.Dot{
		dot(1, 0, 0, nasty), dot(1, -time.Hour, 0, ""), dot(2, 1000*time.Hour, time.Hour, nasty), dot(2, 900*time.Hour, time.Hour, "INC-2"),
	}}}}
	return out
}

func TestDots(t *testing.T) {
	for name, d := range dotStories() {
		t.Run(name, func(t *testing.T) { golden(t, name, d.Chart()) })
	}
}
