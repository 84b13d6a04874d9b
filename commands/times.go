package commands

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"backout/timeline"
)

// howTimes is the advice of every refusal about an instant.
const howTimes = "Type a time such as `14:05`, `14:05Z`, `-10m` or `2026-11-20 14:05`."

// minuses are the hyphen and what phones make of it.
const minuses = "-−–"

// takeTime reads an instant from the start of words and says how many words it
// took. It took none when the words do not begin like an instant; an error means
// that they do, and that it makes no sense.
func takeTime(words []word, now time.Time, zone *time.Location) (at time.Time, took int, err error) {
	if len(words) == 0 || words[0].quoted {
		return time.Time{}, 0, nil
	}
	s := words[0].text
	switch {
	case strings.EqualFold(s, "now"):
		return now, 1, nil
	case strings.TrimLeft(s, minuses) != s:
		d, ok := span(strings.TrimLeft(s, minuses))
		if !ok {
			return time.Time{}, 0, nil
		}
		return now.Add(-d), 1, nil
	case clockLike.MatchString(s):
		at, err = clock(s, now, zone)
		return at, 1, err
	case dayLike.MatchString(s):
		if len(s) > len(time.DateOnly) {
			at, err = fullInstant(s, zone)
			return at, 1, err
		}
		if len(words) > 1 && clockLike.MatchString(words[1].text) {
			at, err = fullInstant(s+"T"+words[1].text, zone)
			return at, 2, err
		}
	}
	return time.Time{}, 0, nil
}

// onlyTime reads an instant that is all there is.
func onlyTime(words []word, now time.Time, zone *time.Location) (time.Time, bool, error) {
	at, took, err := takeTime(words, now, zone)
	if err != nil && took == len(words) {
		return time.Time{}, true, err
	}
	return at, took > 0 && took == len(words) && err == nil, nil
}

// What looks like a time of day, a day with or without a time, and one part of a
// length.
var (
	clockLike = regexp.MustCompile(`^\d{1,2}:\d{2}(:\d{2})?[zZ]?$`)
	dayLike   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}([tT]\d.*)?$`)
	spanPart  = regexp.MustCompile(`(?i)(\d{1,6})([smhdw])`)
)

// clock reads 14:05 as the latest such instant that is not in the future. Where
// clocks were turned back it may have been twice, where they were turned on not
// at all; so neighbours of an hour are looked at too, and the days before.
func clock(s string, now time.Time, zone *time.Location) (time.Time, error) {
	digits := strings.TrimRight(s, "zZ")
	if digits != s {
		zone = time.UTC
	}
	var h, m, sec int
	for i, part := range strings.Split(digits, ":") {
		n, _ := strconv.Atoi(part)
		*[]*int{&h, &m, &sec}[i] = n
	}
	if h > 23 || m > 59 || sec > 59 {
		return time.Time{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s` is no time of day.", s), howTimes)
	}
	today := now.In(zone)
	for back := range 3 {
		guess := time.Date(today.Year(), today.Month(), today.Day()-back, h, m, sec, 0, zone)
		for _, t := range []time.Time{guess.Add(time.Hour), guess, guess.Add(-time.Hour)} {
			if t.Hour() == h && t.Minute() == m && !t.After(now) {
				return t.UTC(), nil
			}
		}
	}
	return time.Time{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s` did not occur in the last days.", s), howTimes)
}

func fullInstant(s string, zone *time.Location) (time.Time, error) {
	s = strings.ToUpper(s)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s` is no instant.", plain(s)), howTimes)
}

// longest bounds what is counted back or ahead, so that nothing overflows.
const longest = 400 * 24 * time.Hour

// span reads a length such as 30m, 1h30m, 3d or 2w.
func span(s string) (time.Duration, bool) {
	parts := spanPart.FindAllStringSubmatch(s, -1)
	length := 0
	var d time.Duration
	for _, p := range parts {
		n, _ := strconv.Atoi(p[1])
		unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}[strings.ToLower(p[2])]
		d += time.Duration(n) * unit
		length += len(p[0])
		if d > longest {
			return 0, false
		}
	}
	return d, length == len(s) && d > 0
}

// dueDay reads when something is due, as a day in the zone of who typed it.
func dueDay(s string, now time.Time, zone *time.Location) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	y, m, d := now.In(zone).Date()
	today := time.Date(y, m, d, 12, 0, 0, 0, time.UTC) // noon: no zone moves the day
	day := today
	switch {
	case s == "today":
	case s == "tomorrow":
		day = today.AddDate(0, 0, 1)
	case weekday(s) >= 0:
		ahead := (weekday(s) - int(today.Weekday()) + 7) % 7
		if ahead == 0 {
			ahead = 7
		}
		day = today.AddDate(0, 0, ahead)
	default:
		if ahead, ok := span(s); ok && ahead >= 24*time.Hour {
			day = today.AddDate(0, 0, int(ahead/(24*time.Hour)))
			break
		}
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return "", timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s` is no day.", plain(s)), "Type `due:2026-12-01`, `due:tomorrow`, `due:friday`, `due:3d` or `due:2w`.")
		}
		day = t.Add(12 * time.Hour)
	}
	if day.Before(today) {
		return "", timeline.Refuse(timeline.Invalid, fmt.Sprintf("%s is over already.", day.Format("2 Jan 2006")), "Type a day to come, for example `due:friday`.")
	}
	return day.Format(time.DateOnly), nil
}

// weekday gives the number of a weekday's name or its first three letters, or -1.
func weekday(s string) int {
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		if s == name || s == name[:3] {
			return int(d)
		}
	}
	return -1
}
