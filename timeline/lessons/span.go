package lessons

import (
	"strconv"
	"strings"
	"time"
)

// span writes a time that passed as the rest of the postmortem does: 4 min 21 s. It
// is at least nothing; callers do not speak of times that ran backwards.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	if d < day-time.Second/2 {
		d = d.Round(time.Second)
	}
	type unit struct {
		n    time.Duration
		name string
	}
	units := []unit{{d / time.Hour, "h"}, {d / time.Minute % 60, "min"}, {d / time.Second % 60, "s"}}
	if d >= day-time.Second/2 {
		d = max(d, day)
		units = []unit{{d / day, "d"}, {d / time.Hour % 24, "h"}}
	}
	for len(units) > 1 && units[0].n == 0 {
		units = units[1:]
	}
	for len(units) > 1 && units[len(units)-1].n == 0 {
		units = units[:len(units)-1]
	}
	parts := make([]string, len(units))
	for i, u := range units {
		parts[i] = strconv.FormatInt(int64(u.n), 10) + " " + u.name
	}
	return strings.Join(parts, " ")
}

// relate puts words and rows into evidence: a string is text, an int is a row.
func relate(parts ...any) []Part {
	var out []Part
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			out = append(out, Part{Text: p})
		case int:
			out = append(out, Part{Row: p})
		}
	}
	return out
}
