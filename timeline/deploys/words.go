package deploys

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words outside these lengths, in characters, are not compared. Shorter ones
// agree by chance, longer ones are hashes and tokens.
const (
	shortest = 3
	longest  = 40
)

// terms gives the words of a text worth comparing: in lower case, as they are
// shown, and their stem. Names in camelCase and snake_case give their parts, and
// camelCase the whole too, since people write GitHub and github. Verbs of two
// words, log in, are compared as the noun that code uses for them.
func terms(text string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		words := strings.FieldsFunc(text, func(r rune) bool { return !inWord(r) })
		for i := 0; i < len(words); i++ {
			word := strings.ToLower(words[i])
			if i+1 < len(words) {
				after := strings.ToLower(words[i+1])
				if noun := joined(word, after); noun != "" {
					if !yield(word+" "+after, noun) {
						return
					}
					// Who was logged out cannot log in either.
					if stem(word) != plain(word) && !yield(word, stem(word)) {
						return
					}
					i++
					continue
				}
			}
			if telling(word) && !yield(word, stem(word)) {
				return
			}
			for part := range humps(words[i]) {
				if part = strings.ToLower(part); telling(part) && !yield(part, stem(part)) {
					return
				}
			}
		}
	}
}

// inWord reports whether words are made of it. Marks belong to the letter before
// them in many scripts.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// telling reports whether a word, in lower case, says anything.
func telling(word string) bool {
	n := utf8.RuneCountInString(word)
	return n >= shortest && n <= longest && strings.ContainsFunc(word, unicode.IsLetter) && !common(word)
}

// humps gives the parts of a name in camelCase, and nothing for other words.
func humps(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		from := 0
		before, last := rune(0), rune(0) // the two characters read before
		lastAt := 0
		for i, r := range name {
			cut := -1
			switch {
			case unicode.IsUpper(r) && last != 0 && !unicode.IsUpper(last):
				cut = i // session|Store
			case unicode.IsLower(r) && unicode.IsUpper(last) && unicode.IsUpper(before):
				cut = lastAt // HTTP|Server
			}
			if cut > from {
				if !yield(name[from:cut]) {
					return
				}
				from = cut
			}
			before, last, lastAt = last, r, i
		}
		if from > 0 {
			yield(name[from:])
		}
	}
}

// unslack takes out what Slack encoded: mentions, links and the three entities.
// Other angle brackets are people's own and stay, as gaps between words.
func unslack(text string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '<')
		if i < 0 {
			break
		}
		b.WriteString(text[:i])
		b.WriteByte(' ')
		text = text[i+1:]
		if j := strings.IndexAny(text, "<>"); j >= 0 && text[j] == '>' && encoded(text[:j]) {
			text = text[j+1:]
		}
	}
	b.WriteString(text)
	return strings.NewReplacer("&amp;", " ", "&lt;", " ", "&gt;", " ").Replace(b.String())
}

// encoded reports whether what stood between angle brackets is Slack's.
func encoded(s string) bool {
	return s != "" && strings.ContainsRune("@#!", rune(s[0])) || strings.Contains(s, "://") ||
		strings.HasPrefix(s, "mailto:") || strings.HasPrefix(s, "tel:")
}
