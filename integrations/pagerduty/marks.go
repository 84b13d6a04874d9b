package pagerduty

import (
	"strings"
	"unicode/utf8"
)

const (
	markBegin, markEnd = "[backout ", "]"
	maxMarker          = 120
)

// mark is what stands at the end of a text of ours: "[backout INC-7/news/12]".
// People read it too.
func mark(marker string) string { return markBegin + marker + markEnd }

// marked appends the mark to a text; both together have at most limit characters.
func marked(s, between, marker string, limit int) string {
	end := mark(marker)
	s = lines(s, limit-utf8.RuneCountInString(between+end))
	if s == "" {
		return end
	}
	return s + between + end
}

// unmark takes a mark off the end of a text from outside.
func unmark(s string) (clean, marker string) {
	s = strings.TrimSpace(s)
	if head, ok := strings.CutSuffix(s, markEnd); ok {
		if i := strings.LastIndex(head, markBegin); i >= 0 && isMarker(head[i+len(markBegin):]) {
			return text(head[:i], maxText), head[i+len(markBegin):]
		}
	}
	return text(s, maxText), ""
}

// isMarker reports whether s can stand in a mark and be found again.
func isMarker(s string) bool {
	return s != "" && len(s) <= maxMarker && !strings.ContainsAny(s, "[] ") && text(s, maxMarker) == s
}

// checkMarker refuses what cannot be a marker.
func checkMarker(s string) error {
	if isMarker(s) {
		return nil
	}
	return no("what is sent to PagerDuty has no key to be recognised by; this is a fault of Backout: report it")
}
