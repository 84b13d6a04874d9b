package config

import (
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "30s": 30 * time.Second, "30m": 30 * time.Minute, "1h30m": 90 * time.Minute,
		"90d": 90 * day, "1d12h": 36 * time.Hour, "1.5h": 90 * time.Minute, "36500d": 36500 * day,
	} {
		got, err := ParseDuration(text)
		if err != nil || got != want {
			t.Errorf("%q: %v %v", text, got, err)
		}
		if again, err := ParseDuration(FormatDuration(got)); err != nil || again != got {
			t.Errorf("%q is written %q", text, FormatDuration(got))
		}
	}
	for _, text := range []string{"", "5", "-5m", "d", "1d-2h", "1d+2h", "1h1d", "1dd", "1 d", "36501d", "900000h", "99999999999d", "soon", "+5m", "1w"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestParseSchedule(t *testing.T) {
	for _, line := range []string{"0 9 * * 1-5", "30 3 * * *", "@daily", "0 0 29 2 *"} {
		if _, err := ParseSchedule(line); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
	for _, line := range []string{"", "TZ=x", "CRON_TZ=UTC", "tz=UTC * * * * *", "0 0 30 2 *", "0 0 31 4 *", "@every 0s", "* * * * * *", "61 * * * *", " TZ="} {
		if _, err := ParseSchedule(line); err == nil {
			t.Errorf("%q was accepted", line)
		}
	}
}
