package lessons

import (
	"time"

	"backout/timeline"
)

// span says how long, as the rest of the postmortem does.
func span(d time.Duration) string { return timeline.Span(d, " ") }

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
