package templates_test

import (
	"math"
	"testing"
	"time"

	"backout/templates"
)

func TestPlainDuration(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0 s":              0,
		"3 min 32 s":       3*time.Minute + 32*time.Second,
		"8 min":            8 * time.Minute,
		"1 h":              time.Hour,
		"1 h 0 min 5 s":    time.Hour + 5*time.Second,
		"1 h 29 min 55 s":  time.Hour + 29*time.Minute + 55*time.Second,
		"2 s":              1500 * time.Millisecond,
		"1 min":            59*time.Second + 600*time.Millisecond,
		"23 h 59 min 59 s": 24*time.Hour - time.Second,
		"1 d":              24*time.Hour - time.Millisecond,
		"1 d 2 h":          26*time.Hour + 41*time.Minute,
		"31 d":             31 * 24 * time.Hour,
		"−5 min":           -5 * time.Minute,
		"−106751 d 23 h":   math.MinInt64,
	} {
		if got := templates.PlainDuration(d); got != want {
			t.Errorf("PlainDuration(%d) = %q, want %q", d, got, want)
		}
	}
	if got := templates.Duration(212 * time.Second); got != "3\u00a0min 32\u00a0s" {
		t.Errorf("Duration = %q", got)
	}
}
