package commands

import (
	"slices"
	"strings"
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
		cost := distance(typed, c)
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
			if key[0] == name[0] && distance(key, name) <= strokes(len(name)) {
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

// distance counts insertions, deletions, replacements and swaps of neighbours.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if len(s) > 40 || len(t) > 40 { // nobody mistypes a sentence into a word
		return 40
	}
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(s)][len(t)]
}
