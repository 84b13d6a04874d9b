package github

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// carries reports whether id stands in title as a word of its own. R1-1 does not
// stand in R1-10, nor in R1-1-2; it does in "rollback-R1-1" and "[R1-1]".
func carries(title, id string) bool {
	if id == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(title[from:], id)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(title[:i])
		if !wordRune(before) && !continues(title[i+len(id):]) {
			return true
		}
		from = i + 1
	}
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// continues reports whether a name goes on: a letter or digit comes, or one after
// a sign that joins.
func continues(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("-_./:", r) && r != utf8.RuneError {
		r, _ = utf8.DecodeRuneInString(s[size:])
	}
	return wordRune(r)
}
