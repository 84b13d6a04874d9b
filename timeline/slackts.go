package timeline

import (
	"strconv"
	"strings"
	"time"
)

// SlackTime is the instant that a Slack message timestamp stands for, and false
// when it is none: "seconds.microseconds" with exactly six decimals. It is read
// as two integers, since a float64 would lose the last digits.
func SlackTime(ts string) (time.Time, bool) {
	sec, frac, ok := strings.Cut(ts, ".")
	if !ok || len(frac) != 6 || len(sec) > 12 {
		return time.Time{}, false
	}
	s, err := strconv.ParseUint(sec, 10, 63)
	if err != nil || s == 0 {
		return time.Time{}, false
	}
	us, err := strconv.ParseUint(frac, 10, 63)
	if err != nil {
		return time.Time{}, false
	}
	return time.Unix(int64(s), int64(us)*1000).UTC(), true
}

// SlackTS is the timestamp for an instant, as for bounds of history.
func SlackTS(t time.Time) string {
	us := t.UnixMicro()
	return strconv.FormatInt(us/1e6, 10) + "." + pad6(us%1e6)
}

func pad6(n int64) string {
	s := strconv.FormatInt(n, 10)
	return strings.Repeat("0", max(0, 6-len(s))) + s
}

// LaterTS reports whether a is a later Slack timestamp than b; the empty one is
// the earliest.
func LaterTS(a, b string) bool {
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a > b
}
