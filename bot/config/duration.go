package config

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// maxDuration keeps sums of durations far from overflow.
const maxDuration = 36500 * day

// ParseDuration reads "90s", "30m", "1h30m", "72h", "90d" or "1d12h". A day has
// 24 hours. 0 needs no unit; everything else does. Negative durations and those
// over a hundred years are refused.
func ParseDuration(text string) (time.Duration, error) {
	const hint = "write a number with a unit: s, m, h or d, such as 30m, 72h or 90d"
	if text == "0" {
		return 0, nil
	}
	if strings.HasPrefix(text, "-") {
		return 0, errors.New("a duration cannot be negative; " + hint)
	}
	var days time.Duration
	rest := text
	if before, after, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.ParseUint(before, 10, 31)
		if err != nil {
			return 0, errors.New(hint)
		}
		if n > uint64(maxDuration/day) {
			return 0, errors.New("longer than a hundred years; write a shorter duration")
		}
		days, rest = time.Duration(n)*day, after
	}
	var d time.Duration
	if rest != "" || text == "" {
		var err error
		// A sign after the days, as in 1d-2h, would pass time.ParseDuration.
		if d, err = time.ParseDuration(rest); err != nil || strings.ContainsAny(rest, "+-") {
			return 0, errors.New(hint)
		}
	}
	if d > maxDuration || days+d > maxDuration {
		return 0, errors.New("longer than a hundred years; write a shorter duration")
	}
	return days + d, nil
}
