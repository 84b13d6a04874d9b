package commands

import (
	"strings"
	"testing"
	"unicode/utf8"

	"backout/templates"
)

// TestTable holds that every row can be found, is explained, and stands with its
// group.
func TestTable(t *testing.T) {
	taken, groups, last := map[string]string{}, map[string]bool{}, ""
	for _, r := range table() {
		for _, word := range append([]string{r.word}, r.aliases...) {
			if taken[word] != "" {
				t.Errorf("%s means %s and %s", word, taken[word], r.word)
			}
			if word != strings.ToLower(word) {
				t.Errorf("%s cannot be typed", word)
			}
			taken[word] = r.word
		}
		if r.meaning == "" || r.group == "" || r.run == nil || len(r.examples) == 0 || strings.HasSuffix(r.meaning, ".") {
			t.Errorf("%s is not explained: %+v", r.word, r)
		}
		for _, line := range r.examples {
			if words := split(line); taken[words[0].text] != r.word {
				t.Errorf("the example %q of %s is one of %s", line, r.word, taken[words[0].text])
			}
		}
		if r.group != last && groups[r.group] {
			t.Errorf("%s stands apart from its group", r.word)
		}
		groups[r.group], last = true, r.group
	}
}

// TestHelp holds that help names every command, each with who may and where, and
// fits into a message.
func TestHelp(t *testing.T) {
	w := newWorld(t)
	all := w.types(lobby, "help")
	for _, r := range Reference() {
		wants(t, all, "/incident "+r.Usage, r.Meaning)
		one := w.types(lobby, "help "+r.Word)
		wants(t, one, "Who: ", "Where: ", "Examples")
		for _, alias := range r.Aliases {
			if got := w.types(lobby, "help "+alias); show(got) != show(one) {
				t.Errorf("help %s is not help %s", alias, r.Word)
			}
		}
	}
	for _, p := range all.Message.Parts {
		if para, ok := p.(templates.Para); ok {
			if n := utf8.RuneCountInString(templates.Rich(para).Plain(nil)); n > 2500 {
				t.Errorf("a paragraph of help has %d characters", n)
			}
		}
	}
}
