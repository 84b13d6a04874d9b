package templates

import (
	"strings"
	"time"

	"backout/timeline"
)

// shownWords is how many paths or words one reason names.
const shownWords = 3

// Reasons says in one line of plain words why a deploy is suspected, in the order
// given. When it began is often assumed, so that times are measured from the first
// sign that is known and claim no more. The words come from outside in part and
// are cleaned; they must be shown as plain text.
func Reasons(rs []timeline.Reason) string {
	var out []string
	for _, r := range rs {
		if s := reason(r); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

func reason(r timeline.Reason) string {
	words := make([]string, 0, len(r.Words))
	for _, w := range r.Words {
		if w = outside(w, titleLength); w != "" {
			words = append(words, w)
		}
	}
	switch r.Kind {
	case timeline.ReasonSameService:
		return "same service"
	case timeline.ReasonDependency:
		if len(words) == 0 {
			return "an affected service depends on it"
		}
		return listing(words, shownWords) + " " + verb(len(words), "depends", "depend") + " on it"
	case timeline.ReasonBefore:
		if r.For.Abs() < time.Second {
			return "right at the first known sign"
		}
		return roughly(r.For.Abs()) + " before the first known sign"
	case timeline.ReasonAfter:
		if r.For.Abs() < time.Second {
			return "right at the first known sign"
		}
		return "started " + roughly(r.For.Abs()) + " after the first known sign"
	case timeline.ReasonNoticed:
		return roughly(r.For.Abs()) + " before anybody noticed"
	case timeline.ReasonTouches:
		if len(words) == 0 {
			return ""
		}
		return "touches " + listing(words, shownWords)
	case timeline.ReasonReport:
		if len(words) == 0 {
			return ""
		}
		for i, w := range words {
			words[i] = "“" + w + "”"
		}
		return listing(words, shownWords) + " of the report " + verb(len(words), "stands", "stand") + " in its change"
	case timeline.ReasonFailed:
		return "it failed"
	case timeline.ReasonRolling:
		return "it was still going out"
	}
	return ""
}

func verb(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}
