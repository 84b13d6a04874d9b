// Package redact finds secrets in what people write: messages, links, file names,
// notes, titles of alerts. It says where they stand and what they are; hiding them,
// telling the author and remembering the places are the work of others.
//
// Three readers look at each text: gitleaks with its rules, the formats and habits
// that those rules miss in chat (passwords in sentences, cut-off keys, tokens of any
// length, passwords in links), and the patterns of the team. A secret that was found
// in one place is found wherever else it stands in the same text.
//
// What it promises:
//   - Spans are in order, do not overlap and split no character.
//   - Slack's encoding survives: no span contains the <, > or | of a link, and an
//     entity such as &amp; is inside a span or outside, never cut.
//   - No text makes it panic, and twice the text takes twice the time.
//   - Nothing that it reads is written or kept anywhere.
//
// What it does not promise: that everything is found. A password that looks like a
// word ("the password is swordfish") is found after a colon or an equals sign, or in
// quotes, never in a bare sentence: there it would hide half of every talk about
// passwords. One-time codes and the passcodes of meetings are no secrets here: they
// are over when the text is read, and a bridge must stay reachable. Neither are public
// keys, certificates, hashes of commits and files, and identifiers.
package redact

import (
	"fmt"
	"regexp"

	"github.com/zricethezav/gitleaks/v8/detect"
)

// Span is a stretch of bytes [From,To) of the text with the kind of secret that
// stands there, in words for people ("GitHub token", "password", "private key").
type Span struct {
	From, To int
	Kind     string
}

// teamKind is what a match of the team's patterns is called.
const teamKind = "secret your team named"

// Finder finds secrets in text. It is safe for concurrent use.
type Finder struct {
	leaks *detect.Detector
	rules []rule
	team  []*regexp.Regexp
}

// New makes a finder with the built-in rules and the team's own patterns: regular
// expressions of RE2 over the text as people read it (links without brackets,
// &amp; as &). The first group of a pattern that took part in a match is the secret;
// without one it is the whole match. The first call reads the built-in rules, about
// 40 ms; later ones share them. An error names the pattern and says what is wrong.
func New(patterns []string) (*Finder, error) {
	f := &Finder{}
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, fmt.Errorf("the redaction pattern %q cannot be read: %w; write a regular expression of RE2", p, err)
		}
		if re.MatchString("") {
			return nil, fmt.Errorf("the redaction pattern %q also matches where nothing stands; let it ask for at least one character", p)
		}
		f.team = append(f.team, re)
	}
	built, err := builtIn()
	if err != nil {
		return nil, err
	}
	f.leaks, f.rules = built.leaks, built.rules
	return f, nil
}

// Find gives the secrets of a text as Slack encodes it; text that is not encoded,
// and bytes that are no text, do no harm. It gives nil when there are none. What it
// costs is measured by BenchmarkFind.
func (f *Finder) Find(text string) []Span {
	r := read(text)
	hits := privateKeys(r.text)
	for _, re := range f.team {
		hits = scanTeam(hits, re, r.text)
	}
	for _, w := range windows(r.text) {
		hits = f.scan(hits, r.text[w.from:w.to], w.from)
	}
	if len(hits) == 0 {
		return nil
	}
	return r.spans(everywhere(r.text, hits))
}

// scan adds what stands in one window, which begins at base.
func (f *Finder) scan(hits []hit, window string, base int) []hit {
	p := page{text: window, low: lower(window)}
	first := len(hits)
	hits = scanRules(hits, f.rules, p)
	hits = scanLinks(hits, p)
	hits = scanNamed(hits, p)
	hits = scanLeaks(hits, f.leaks, p)
	for i := first; i < len(hits); i++ {
		hits[i].from += base
		hits[i].to += base
	}
	return hits
}

// scanTeam adds what a pattern of the team matches.
func scanTeam(hits []hit, re *regexp.Regexp, text string) []hit {
	for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
		if from, to := group(m); from < to {
			hits = append(hits, hit{from, to, teamKind, rankTeam})
		}
	}
	return hits
}

// group is where the secret of a match stands: the first group that took part, else
// the whole match.
func group(m []int) (from, to int) {
	for i := 2; i+1 < len(m); i += 2 {
		if m[i] >= 0 {
			return m[i], m[i+1]
		}
	}
	return m[0], m[1]
}
