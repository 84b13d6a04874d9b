package redact

import (
	"slices"
	"strings"
)

// Words that lead from a name to its value. A name that is followed by another noun
// ("the password service is …") is not what the sentence is about.
func links() []string {
	return []string{"for", "of", "on", "to", "at", "in", "from", "that", "which", "i", "we", "you", "here", "now", "für", "fuer", "von", "vom", "auf", "am", "im", "zum", "zur", "des", "der", "den", "pour", "de", "para"}
}

func verbs() []string {
	return []string{"is", "was", "are", "ist", "war", "lautet", "est", "es", "remains", "equals", "=", "->", "→", ":"}
}

func fillers() []string {
	return []string{"now", "still", "currently", "again", "just", "simply", "probably", "really", "always", "actually", "called", "set", "to", "jetzt", "noch", "wieder", "immer"}
}

// reach is how many words may stand between a name and its value.
const reach = 12

// inSentence looks for a value in the sentence that goes on after a name.
func inSentence(p page, n name) (value, bool) {
	i := n.to
	for i < len(p.text) && strings.IndexByte("*_~`\"'", p.text[i]) >= 0 {
		i++
	}
	verb := false
	for _, s := range []string{"s ", "’s "} { // the password's …
		if strings.HasPrefix(p.text[i:], s) && i+len(s) > n.to+2 {
			i, verb = i+len(s)-1, true
		}
	}
	for k := range reach {
		from := blanks(p.text, i)
		if from == i || from >= len(p.text) || p.text[from] == '\n' {
			return value{}, false
		}
		to := wordEnd(p.text, from)
		w := strings.Trim(p.low[from:to], "*_~,")
		if k == 0 {
			if v, ok, last := beside(p, n, from, to, w); last {
				return v, ok
			}
		}
		switch {
		case verb && !slices.Contains(fillers(), w):
			if v := valueAt(p.text, from); fits(p.text, n, sentence, v) {
				return v, true
			}
			verb = slices.Contains(verbs(), w)
		case slices.Contains(verbs(), w):
			verb = true
		case strings.HasSuffix(w, ":"): // the password for db: …
			v := valueAt(p.text, blanks(p.text, to))
			return v, fits(p.text, n, sentence, v)
		}
		if strings.IndexByte(".;?!", p.text[to-1]) >= 0 {
			return value{}, false
		}
		i = to
	}
	return value{}, false
}

// beside judges the word beside a name, text[from:to]: it is the value, or it leads to
// it, or the sentence is about something else and nothing more is to be read.
func beside(p page, n name, from, to int, w string) (v value, ok, last bool) {
	switch {
	case (w == "to" || w == "auf") && changing(p.low, n.from):
		v = valueAt(p.text, blanks(p.text, to))
		ok = fits(p.text, n, sentence, v)
		return v, ok, ok
	case strings.HasPrefix(w, "("): // the old password (…)
		v = valueAt(p.text, from+1)
		return v, strings.HasPrefix(p.text[v.to:], ")") && fits(p.text, n, follows, v), true
	case len(w) < 4 && strings.Trim(w, "0123456789") == ":": // unseal key 1: …
		v = valueAt(p.text, blanks(p.text, to))
		return v, fits(p.text, n, sentence, v), true
	case slices.Contains(links(), w), slices.Contains(verbs(), w):
		return value{}, false, false
	}
	v = valueAt(p.text, from)
	return v, fits(p.text, n, follows, v) && (led(p.low, n) || striking(p.text, v)), true
}

// wordEnd is where the word ends that begins at i.
func wordEnd(text string, i int) int {
	if n := strings.IndexAny(text[i:], " \t\n"); n >= 0 {
		return i + n
	}
	return len(text)
}

// changing says whether the words before a name set it.
func changing(low string, i int) bool {
	words := strings.Fields(low[max(0, i-60):i])
	for k := len(words) - 1; k >= max(0, len(words)-6); k-- {
		if slices.Contains([]string{"changed", "change", "set", "reset", "rotated", "rotate", "updated", "update", "put", "setze", "gesetzt", "geändert"}, words[k]) {
			return true
		}
	}
	return false
}

// led says whether the words before a name announce that its value comes next: log in
// with password …, user ana password ….
func led(low string, n name) bool {
	if n.class == key || n.class == secret {
		return true
	}
	before := strings.Fields(low[max(0, n.from-60):n.from])
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	if strings.Contains(last, "@") { // ssh root@host pw …
		return true
	}
	if slices.Contains([]string{"with", "use", "using", "try", "and", "mit", "enter", "type", "und", "/", "the"}, last) {
		return true
	}
	return len(before) >= 2 && slices.Contains([]string{"login", "user", "username", "u", "as", "nutzer", "benutzer"}, strings.Trim(before[len(before)-2], ":="))
}

// striking says whether a value is none that a sentence would go on with: capitals,
// small letters and digits, and nothing behind it.
func striking(text string, v value) bool {
	k := kindsOf(text[v.from:v.to])
	return k.upper > 0 && k.upper < k.letters && k.digits > 0 && k.joints == 0 && ends(text, v.to)
}
