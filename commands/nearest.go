package commands

import (
	"slices"
	"strings"

	"backout/templates"
)

// nearest gives the candidates that a mistyped word may have meant, best first,
// at most two: those that begin with it, then those few strokes away.
func nearest(typed string, candidates []string) []string {
	type scored struct {
		word string
		cost int
	}
	var found []scored
	for _, c := range candidates {
		cost := templates.Slips(typed, c)
		switch {
		case len(typed) >= 2 && strings.HasPrefix(c, typed):
			found = append(found, scored{c, 0})
		case cost <= strokes(max(len(typed), len(c))) && cost < len(c):
			found = append(found, scored{c, cost})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return a.cost - b.cost })
	var out []string
	for _, f := range found[:min(2, len(found))] {
		out = append(out, f.word)
	}
	return out
}

// misspelt finds the option that a key may have meant. The first letter has to
// be right: "text:" is no misspelt "next:".
func misspelt(key string, taken []option) (string, bool) {
	for _, o := range taken {
		for _, name := range append([]string{o.name}, o.aliases...) {
			if key[0] == name[0] && templates.Slips(key, name) <= strokes(len(name)) {
				return o.name, true
			}
		}
	}
	return "", false
}

// strokes is how many slips a word of that length may have.
func strokes(length int) int {
	switch {
	case length <= 2:
		return 0
	case length <= 5:
		return 1
	}
	return 2
}
