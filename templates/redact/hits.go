package redact

import (
	"cmp"
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// hit is a secret in a reading.
type hit struct {
	from, to int
	kind     string
	rank     rank
}

// rank says how much is known of a hit: where hits overlap, the lowest names it.
type rank int

const (
	rankTeam   rank = iota // the team said so
	rankFormat             // the format is of one service
	rankPlace              // it stands where a secret of this kind stands
	rankLeaks              // gitleaks named it
	rankNamed              // somebody called it a secret
)

// page is what the rules read, with a copy in lower case of the same length.
type page struct{ text, low string }

// lower is [strings.ToLower] for ASCII alone, so that no place moves.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// everywhere adds the other places of what was found, and joins hits that overlap;
// the result is in order.
func everywhere(text string, hits []hit) []hit {
	hits = append(hits, repeats(text, hits)...)
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(a.rank, b.rank))
	})
	out := hits[:0]
	for _, h := range hits {
		if len(out) == 0 || h.from >= out[len(out)-1].to {
			out = append(out, h)
			continue
		}
		last := &out[len(out)-1]
		last.to = max(last.to, h.to)
		if h.rank < last.rank {
			last.kind, last.rank = h.kind, h.rank
		}
	}
	return out
}

// prefixLen is how many bytes of a secret are looked up at each place of a text.
const prefixLen = 4

// repeats finds the secrets at other places of the text, each place in the same
// time however many secrets there are.
func repeats(text string, hits []hit) []hit {
	known := map[string]hit{}
	lengths := map[uint32][]int{} // by the first bytes, the longest first
	for _, h := range hits {
		s := text[h.from:h.to]
		if _, ok := known[s]; ok || !distinct(s) {
			continue
		}
		known[s] = h
		k := binary.LittleEndian.Uint32([]byte(s[:prefixLen]))
		if at, ok := slices.BinarySearchFunc(lengths[k], len(s), func(a, b int) int { return b - a }); !ok {
			lengths[k] = slices.Insert(lengths[k], at, len(s))
		}
	}
	if len(known) == 0 {
		return nil
	}
	var out []hit
	for i := 0; i+prefixLen <= len(text); i++ {
		k := uint32(text[i]) | uint32(text[i+1])<<8 | uint32(text[i+2])<<16 | uint32(text[i+3])<<24
		for _, n := range lengths[k] {
			if i+n > len(text) {
				continue
			}
			if h, ok := known[text[i:i+n]]; ok && (n >= longEnough || wholeWord(text, i, i+n)) {
				out = append(out, hit{i, i + n, h.kind, h.rank})
				i += n - 1
				break
			}
		}
	}
	return out
}

// longEnough is the length from which a secret is found inside of words too.
const longEnough = 16

// distinct says whether a secret cannot be an ordinary word elsewhere. Keys over
// many lines are not looked for again.
func distinct(s string) bool {
	k := kindsOf(s)
	switch {
	case len(s) < 6 || len(s) > 1024:
		return false
	case k.digits == len(s):
		return len(s) >= 8
	case k.letters == len(s):
		return len(s) >= 12
	}
	return true
}

func wholeWord(s string, from, to int) bool {
	return (from == 0 || !alnum(s[from-1])) && (to == len(s) || !alnum(s[to]))
}

func alnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= utf8.RuneSelf
}
