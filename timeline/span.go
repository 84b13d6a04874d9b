package timeline

import (
	"strconv"
	"strings"
	"time"
)

// Span says how long, as people read it: "3 min 32 s", "1 h 29 min 55 s", over a
// day "1 d 2 h". Blank stands between number and unit. Zero units at the end are
// left out.
func Span(d time.Duration, blank string) string {
	sign := ""
	if d < 0 {
		sign, d = "−", -d
		if d < 0 { // the smallest duration has no positive counterpart
			d = 1<<63 - 1
		}
	}
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
		parts[i] = strconv.FormatInt(int64(u.n), 10) + blank + u.name
	}
	return sign + strings.Join(parts, " ")
}
