package commands

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTakeTime(t *testing.T) {
	now := time.Date(2026, 11, 20, 14, 30, 0, 0, time.UTC) // 15:30 in Berlin
	tests := []struct {
		line string
		want string // UTC; empty for none
		took int
		bad  bool
	}{
		{line: "14:05", want: "2026-11-20 13:05:00", took: 1},
		{line: "14:05:30 x", want: "2026-11-20 13:05:30", took: 1},
		{line: "15:31", want: "2026-11-19 14:31:00", took: 1},
		{line: "15:30", want: "2026-11-20 14:30:00", took: 1},
		{line: "14:05Z", want: "2026-11-20 14:05:00", took: 1},
		{line: "14:31z", want: "2026-11-19 14:31:00", took: 1},
		{line: "-10m", want: "2026-11-20 14:20:00", took: 1},
		{line: "−1h30m", want: "2026-11-20 13:00:00", took: 1},
		{line: "now", want: "2026-11-20 14:30:00", took: 1},
		{line: "2026-11-18 14:05 x", want: "2026-11-18 13:05:00", took: 2},
		{line: "2026-11-18 14:05Z", want: "2026-11-18 14:05:00", took: 2},
		{line: "2026-11-18T14:05", want: "2026-11-18 13:05:00", took: 1},
		{line: "2026-11-18T14:05:06+05:30", want: "2026-11-18 08:35:06", took: 1},
		{line: "2026-11-18t14:05z", want: "2026-11-18 14:05:00", took: 1},
		{line: "24:00", took: 1, bad: true},
		{line: "9:75", took: 1, bad: true},
		{line: "2026-13-40 14:05", took: 2, bad: true},
		{line: "2026-11-18Tnoon"},
		{line: "2026-11-18 was odd"},
		{line: "- Ana restarted"},
		{line: "-10 degrees"},
		{line: "-99999999w"},
		{line: `"14:05"`},
		{line: "1405"},
		{line: ""},
	}
	for _, tt := range tests {
		at, took, err := takeTime(split(tt.line), now, berlin())
		got := ""
		if took > 0 && err == nil {
			got = at.UTC().Format(time.DateTime)
		}
		if got != tt.want || took != tt.took || (err != nil) != tt.bad {
			t.Errorf("%q: %s (%d words, %v), want %s (%d words)", tt.line, got, took, err, tt.want, tt.took)
		}
	}
}

// TestClockTurnedBack holds that of two instants with the same clock the later
// one is meant, and that one that never was is looked for the day before.
func TestClockTurnedBack(t *testing.T) {
	tests := []struct{ typed, now, want string }{
		{"02:30", "2026-10-25T08:00:00Z", "2026-10-25T01:30:00Z"}, // second time, standard time
		{"02:30", "2026-10-25T01:00:00Z", "2026-10-25T00:30:00Z"}, // the second is still to come
		{"02:30", "2026-03-29T08:00:00Z", "2026-03-28T01:30:00Z"}, // clocks were turned on at 02:00
	}
	for _, tt := range tests {
		now, _ := time.Parse(time.RFC3339, tt.now)
		at, err := clock(tt.typed, now, berlin())
		if err != nil || at.Format(time.RFC3339) != tt.want {
			t.Errorf("%s at %s: %v, %v, want %s", tt.typed, tt.now, at, err, tt.want)
		}
	}
}

// TestClockIsLatest holds that 14:05 is never in the future, shows that clock and
// is less than a day and two hours old.
func TestClockIsLatest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(1.5e9, 2e9).Draw(t, "now"), 0).UTC()
		then := time.Date(2000, 1, 1, rapid.IntRange(0, 23).Draw(t, "h"), rapid.IntRange(0, 59).Draw(t, "m"), 0, 0, time.UTC)
		at, err := clock(then.Format("15:04"), now, berlin())
		if err != nil || at.After(now) || at.In(berlin()).Format("15:04") != then.Format("15:04") {
			t.Fatalf("%v %v", at, err)
		}
		if now.Sub(at) > 50*time.Hour {
			t.Fatalf("%v is long before %v", at, now)
		}
	})
}

func TestDueDay(t *testing.T) {
	now := time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC) // Saturday already in Berlin
	tests := map[string]string{
		"today": "2026-11-21", "Tomorrow": "2026-11-22", "friday": "2026-11-27", "sat": "2026-11-28",
		"3d": "2026-11-24", "2w": "2026-12-05", "2026-12-01": "2026-12-01", "2026-11-21": "2026-11-21",
		"2026-11-20": "", "2026-02-30": "", "soon": "", "3h": "", "": "", "99999w": "",
	}
	for typed, want := range tests {
		got, err := dueDay(typed, now, berlin())
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v, want %q", typed, got, err, want)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"severity", "service", "status", "mitigate", "timeline"}
	for typed, want := range map[string]string{"statsu": "status", "tiemline": "timeline", "sevrity": "severity", "miti": "mitigate", "x": "", "deploys": "", "se": "severity"} {
		got := ""
		if near := nearest(typed, words); len(near) > 0 {
			got = near[0]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}
