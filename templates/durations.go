package templates

import (
	"time"

	"backout/timeline"
)

// Duration says how long, as people read it in Slack and on pages, in the words of
// [timeline.Span]. Number and unit are joined by a no-break space.
func Duration(d time.Duration) string { return timeline.Span(d, "\u00a0") }

// PlainDuration is [Duration] with ordinary blanks, for Markdown and other text
// that people edit.
func PlainDuration(d time.Duration) string { return timeline.Span(d, " ") }
