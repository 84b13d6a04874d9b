package redact

import "strings"

// sep is how a value is tied to its name.
type sep int

const (
	equals   sep = iota // name=value
	colon               // name: value, name = value
	joined              // name:value
	sentence            // the name … is value
	flag                // --name value
	follows             // with the name value
)

// sign is what stands between a name and a value. A comparison ties nothing.
type sign struct {
	text string
	sep  sep
	ties bool
}

func signs() [12]sign {
	return [12]sign{
		{"==", 0, false}, {"=~", 0, false}, {"::", 0, false},
		{":=", equals, true}, {"=>", colon, true}, {"->", colon, true}, {"→", colon, true}, {"：", colon, true},
		{"value=", equals, true}, {"=", equals, true}, {":", colon, true}, {"| ", sentence, true}, // the last: the next cell of a table
	}
}

// valueOf looks for the value of a name: behind a sign, as an argument, or in the
// same sentence.
func valueOf(p page, n name) (value, bool) {
	if meeting(p.low, n.from) {
		return value{}, false
	}
	i, s, ok := tied(p.text, n)
	if !ok {
		return inSentence(p, n)
	}
	v := valueAt(p.text, i)
	return v, fits(p.text, n, s, v)
}

// meeting says whether a name stands in the link of a meeting, whose passcode is no
// secret here.
func meeting(low string, i int) bool {
	before := low[max(0, i-300):i]
	before = before[strings.LastIndexAny(before, " \n")+1:]
	return strings.Contains(before, "zoom.us/") || strings.Contains(before, "zoom.com/")
}

// tied finds what ties a value to a name, and where the value begins.
func tied(text string, n name) (int, sep, bool) {
	i := blanks(text, closers(text, n.to))
	rest := text[i:]
	for _, s := range signs() {
		if strings.HasPrefix(rest, s.text) {
			return afterSign(text, n, i, s)
		}
	}
	switch {
	case strings.HasPrefix(rest, ">") && n.from > 0 && text[n.from-1] == '<' && strings.Contains(rest[:min(len(rest), 200)], "</"): // <name>value</name>
		return i + 1, equals, true
	case strings.HasPrefix(rest, "> "): // the prompt of a program
		return blanks(text, i+1), sentence, true
	case text[n.from] == '-' && i > n.to: // --name value
		return i, flag, true
	}
	return 0, 0, false
}

// closers goes over what closes a quote, a bracket or a style behind a name.
func closers(text string, from int) int {
	i := from
	for i < len(text) && i < from+5 {
		switch {
		case strings.IndexByte("\"'`*_~)]\\", text[i]) >= 0:
			i++
		case strings.HasPrefix(text[i:], "”"), strings.HasPrefix(text[i:], "’"):
			i += len("”")
		default:
			return i
		}
	}
	return i
}

// afterSign is where the value begins behind the sign at i.
func afterSign(text string, n name, i int, s sign) (int, sep, bool) {
	j := blanks(text, i+len(s.text))
	how := s.sep
	if how == equals && j > i+len(s.text) { // name = value is as loose as name: value
		how = colon
	}
	for how == colon && j < len(text) && j < i+8 && strings.IndexByte("*_~\r", text[j]) >= 0 { // *name:* value
		j++
	}
	j = blanks(text, j)
	switch {
	case how == colon && j < len(text) && text[j] == '\n':
		return nextLine(text, j+1)
	case s.text == ":" && i == n.to && j == i+1:
		how = joined
	}
	return j, how, s.ties
}

// nextLine takes a value that stands on a line of its own, below its name.
func nextLine(text string, i int) (int, sep, bool) {
	i = blanks(text, i)
	line, _, _ := strings.Cut(text[i:], "\n")
	line = strings.TrimSpace(line)
	return i, sentence, line != "" && !strings.ContainsAny(line, " \t")
}

func blanks(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	return i
}
