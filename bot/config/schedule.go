package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// ParseSchedule reads a cron line of five fields, or a word such as @daily, in
// UTC. It refuses lines that never come due and time zone prefixes: the parser
// underneath panics on some of those, and every schedule of Backout is in UTC.
func ParseSchedule(line string) (s cron.Schedule, err error) {
	const hint = `write five fields: minute, hour, day of month, month, day of week, such as "0 9 * * 1-5"`
	defer func() {
		// The parser is known to panic on malformed lines; a typing mistake
		// must not end the process.
		if r := recover(); r != nil {
			s, err = nil, fmt.Errorf("%q is no cron line; %s", line, hint)
		}
	}()
	upper := strings.ToUpper(strings.TrimSpace(line))
	if strings.HasPrefix(upper, "TZ=") || strings.HasPrefix(upper, "CRON_TZ=") {
		return nil, errors.New("schedules are in UTC; leave out TZ= and shift the hour instead")
	}
	if strings.HasPrefix(upper, "@EVERY") || strings.HasPrefix(upper, "@REBOOT") {
		return nil, errors.New("a fixed moment is wanted, not an interval counted from the start; " + hint)
	}
	s, err = cron.ParseStandard(line)
	if err != nil {
		return nil, fmt.Errorf("%w; %s", err, hint)
	}
	// Next gives up after five years. Which year it starts from must not
	// matter, or 29 February would pass in some years only; this one begins
	// two years before a leap day.
	if s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, fmt.Errorf("%q never comes due; check day and month", line)
	}
	return s, nil
}
