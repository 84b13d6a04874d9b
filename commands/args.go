package commands

import (
	"fmt"
	"slices"
	"strings"

	"backout/timeline"
)

// option is a key:value that a command takes.
type option struct {
	name    string
	aliases []string
	// many allows it several times.
	many bool
}

// args are what followed the word: the free text and the options.
type args struct {
	line  string
	words []word
	opts  map[string][]string
}

// options sorts the words of a line into options and text. A key that is not
// among those taken is text, unless it looks like one of them misspelt: losing
// "onwer:@tom" in the text would be noticed only when it is too late.
func (c *Commands) options(line string, words []word, taken []option) (args, error) {
	a := args{line: line, opts: map[string][]string{}}
	for _, w := range words {
		o, ok := findOption(taken, w.key)
		switch {
		case w.key == "":
			a.words = append(a.words, w)
		case ok:
			if len(a.opts[o.name]) > 0 && !o.many {
				return a, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s:` stands there twice.", w.key), fmt.Sprintf("Keep one, for example `%s:%s`.", o.name, plain(w.value)))
			}
			a.opts[o.name] = append(a.opts[o.name], w.value)
		default:
			if near, ok := misspelt(w.key, taken); ok {
				return a, timeline.Refuse(timeline.Invalid, fmt.Sprintf("There is no option `%s:` here.", w.key),
					fmt.Sprintf("Type `%s:%s`, or put the words in quotes if they belong to the text.", near, plain(w.value)))
			}
			a.words = append(a.words, w)
		}
	}
	return a, nil
}

func findOption(taken []option, key string) (option, bool) {
	i := slices.IndexFunc(taken, func(o option) bool { return o.name == key || slices.Contains(o.aliases, key) })
	if key == "" || i < 0 {
		return option{}, false
	}
	return taken[i], true
}

// opt gives the value of an option that stands at most once.
func (a *args) opt(name string) string {
	if v := a.opts[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// serviceNames gives the values of service:, those separated by commas too.
func (a *args) serviceNames() []string {
	var out []string
	for _, v := range a.opts["service"] {
		for one := range strings.SplitSeq(v, ",") {
			if one = strings.TrimSpace(one); one != "" {
				out = append(out, one)
			}
		}
	}
	return out
}

func (a *args) empty() bool { return len(a.words) == 0 }

// first gives the text of the first word, or "".
func (a *args) first() string {
	if a.empty() {
		return ""
	}
	return a.words[0].text
}

// drop leaves out the first n words.
func (a *args) drop(n int) { a.words = a.words[min(n, len(a.words)):] }

// text gives the words as they were typed, blanks and line breaks between them
// included; a text that is one quoted piece is given without its quotes.
func (a *args) text() string {
	if len(a.words) == 1 && a.words[0].quoted {
		return a.words[0].text
	}
	var b strings.Builder
	for i, w := range a.words {
		if i > 0 {
			b.WriteString(between(a.line[a.words[i-1].to:w.from]))
		}
		b.WriteString(a.line[w.from:w.to])
	}
	return b.String()
}

// between is what stays of the stretch between two words: itself when it is
// blank, and one blank or line break when an option was taken out of it.
func between(gap string) string {
	switch {
	case strings.IndexFunc(gap, func(r rune) bool { return !blank(r) }) < 0:
		return gap
	case strings.Contains(gap, "\n"):
		return "\n"
	}
	return " "
}
