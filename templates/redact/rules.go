package redact

import (
	"regexp"
	"slices"
	"strings"
)

// rule finds one kind of secret by an expression. It runs where one of the words
// near stands in the text, in lower case.
type rule struct {
	kind string
	rank rank
	near []string
	re   *regexp.Regexp // its first group is the secret, or the whole match
	ok   func(value string) bool
}

// scanRules adds what the rules find.
func scanRules(hits []hit, rules []rule, p page) []hit {
	for _, r := range rules {
		if !slices.ContainsFunc(r.near, func(w string) bool { return strings.Contains(p.low, w) }) {
			continue
		}
		for _, m := range r.re.FindAllStringSubmatchIndex(p.text, -1) {
			from, to := group(m)
			to = from + len(strings.TrimRight(p.text[from:to], ".-"))
			if from > 0 && to > from && p.text[from-1] == '_' && p.text[to-1] == '_' { // _slanted_
				to--
			}
			if v := p.text[from:to]; v != "" && !blanked(v) && (r.ok == nil || r.ok(v)) {
				hits = append(hits, hit{from, to, r.kind, r.rank})
			}
		}
	}
	return hits
}

// blanked says whether a token of a known format is a sample that shows the format:
// glpat-xxxxxxxxxxxxxxxxxxxx.
func blanked(v string) bool {
	return strings.Contains(v, "xxxxxxxx") || strings.Contains(v, "XXXXXXXX") || strings.Contains(v, "********")
}

// rules are the formats of services, then the places where secrets stand.
func rules() []rule {
	var out []rule
	for _, f := range formats() {
		out = append(out, rule{f.kind, rankFormat, f.near, regexp.MustCompile(f.shape), nil})
	}
	for _, h := range habits() {
		out = append(out, rule{h.kind, rankPlace, h.near, regexp.MustCompile(h.shape), h.ok})
	}
	return out
}
