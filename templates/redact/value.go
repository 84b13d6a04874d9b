package redact

import "strings"

// value is what a name is given: text[from:to].
type value struct {
	from, to int
	quoted   bool // it stood in quotes or in code
}

// longest bounds a value, in bytes.
const longest = 2000

// valueAt reads the value that begins at i; it may be empty.
func valueAt(text string, i int) value {
	line := text[i:min(len(text), i+longest)]
	if n := strings.IndexByte(line, '\n'); n >= 0 {
		line = line[:n]
	}
	skip := 0 // marks of style before the value
	for skip < len(line) && strings.IndexByte("*_~", line[skip]) >= 0 && strings.IndexByte(line[skip+1:], line[skip]) > 0 {
		skip++
	}
	line, i = line[skip:], i+skip
	if open, shut := quote(line); open > 0 {
		if n := closing(line[open:], shut); n >= 0 {
			return value{i + open, i + open + n, true}.last(text)
		}
		line, i = line[open:], i+open
	}
	n := bareLen(line)
	return value{i, i + trimmed(text, i, i+n), false}.last(text)
}

// last leaves out the names of settings before a value: the password is PASS=value.
func (v value) last(text string) value {
	if assigns(text[v.from:v.to]) {
		v.from += strings.IndexByte(text[v.from:v.to], '=') + 1
	}
	return v
}

// quote is the length of an opening quote, and what closes it.
func quote(s string) (int, string) {
	for _, q := range [][2]string{{"```", "```"}, {"`", "`"}, {`\"`, `\"`}, {`"`, `"`}, {"'", "'"}, {"“", "”"}, {"‘", "’"}, {"„", "“"}, {"«", "»"}} {
		if strings.HasPrefix(s, q[0]) {
			return len(q[0]), q[1]
		}
	}
	return 0, ""
}

// closing is where a quote closes, or -1.
func closing(s, shut string) int {
	for from := 0; ; {
		n := strings.Index(s[from:], shut)
		switch {
		case n < 0 && shut == "“": // „…” is as usual as „…“
			return strings.Index(s, "”")
		case n < 0:
			return -1
		case from+n > 0 && s[from+n-1] == '\\' && shut == `"`:
			from += n + 1
			continue
		}
		return from + n
	}
}

// bareLen is the length of a value without quotes: to a blank, a quote, or to where
// the next setting of a list begins.
func bareLen(s string) int {
	for i := range len(s) {
		switch s[i] {
		case ' ', '\t', '\r', '"', '`':
			return i
		case '<':
			if strings.HasPrefix(s[i:], "</") {
				return i
			}
		case '&', ',', ';':
			if rest := s[i+1:]; rest == "" || rest[0] == ' ' || assigns(rest) {
				return i
			}
		case '\\':
			if i+1 < len(s) && strings.IndexByte(`"nrt`, s[i+1]) >= 0 {
				return i
			}
		}
	}
	return len(s)
}

// assigns says whether a setting begins here: name=value, not the = at the end of
// base64.
func assigns(s string) bool {
	n := 0
	for n < len(s) && n < 40 && (nameByte(s[n]) || s[n] == ' ') {
		n++
	}
	return n > 0 && n+1 < len(s) && s[n] == '=' && s[n+1] != '='
}

// trimmed is the length of a value without the signs that belong to the sentence
// around it. A ! or ? stays: passwords end in them more often than it does harm.
func trimmed(text string, from, to int) int {
	line := text[max(0, from-200):from]
	if n := strings.LastIndexByte(line, '\n'); n >= 0 {
		line = line[n+1:]
	}
	for to > from {
		v := text[from:to]
		last := v[len(v)-1]
		switch {
		case strings.IndexByte(".,;:'", last) >= 0,
			last == ')' && !strings.Contains(v, "("), last == ']' && !strings.Contains(v, "["), last == '}' && !strings.Contains(v, "{"),
			strings.IndexByte("*_~|", last) >= 0 && strings.IndexByte(line, last) >= 0:
			to--
			continue
		}
		if cut := strings.TrimRight(v, "”’“»…"); cut != v {
			to = from + len(cut)
			continue
		}
		break
	}
	return to - from
}

// ends says whether a phrase ends after a value, so that the value is the whole of
// what was said: "password: swordfish" but not "password: rotation is late".
func ends(text string, to int) bool {
	rest := text[to:min(len(text), to+40)]
	if n := strings.IndexByte(rest, '\n'); n >= 0 {
		rest = rest[:n]
	}
	rest = strings.TrimLeft(rest, "\"'`*_~”’“»)]}")
	return strings.TrimSpace(rest) == "" || strings.IndexByte(",;.|)&", rest[0]) >= 0 || strings.HasPrefix(rest, " (") || strings.HasPrefix(rest, " - ") || strings.HasPrefix(rest, " /")
}
