package redact

import (
	"strings"
)

const (
	pemBegin = "-----BEGIN "
	pemEnd   = "-----END "
	pemDash  = "-----"
)

// privateKeys finds private keys in armour: whole ones, ones that are cut off at
// either end, and ones in JSON, where \n stands for the end of a line. It reads the
// whole text, once, because keys are longer than what windows overlap.
func privateKeys(text string) []hit {
	var hits []hit
	end := 0 // of the last key
	for at := 0; ; {
		i := strings.Index(text[at:], pemDash)
		if i < 0 {
			return hits
		}
		at += i
		switch rest := text[at:]; {
		case strings.HasPrefix(rest, pemBegin) && secretLabel(rest[len(pemBegin):]) > 0:
			to := keyEnd(text, at+len(pemBegin)+secretLabel(rest[len(pemBegin):]))
			hits = append(hits, hit{at, to, "private key", rankFormat})
			at, end = to, to
		case strings.HasPrefix(rest, pemEnd) && secretLabel(rest[len(pemEnd):]) > 0:
			to := at + len(pemEnd) + secretLabel(rest[len(pemEnd):])
			if from := bodyStart(text, end, at); from < at {
				hits = append(hits, hit{from, to, "private key", rankFormat})
			}
			at, end = to, to
		default:
			at += len(pemDash)
		}
	}
}

// secretLabel is the length of the label of a private key with the dashes behind it,
// "RSA PRIVATE KEY-----", or 0.
func secretLabel(s string) int {
	const most = 60
	n := strings.Index(s[:min(len(s), most)], pemDash)
	if n < 0 || !strings.Contains(s[:n], "PRIVATE KEY") || strings.ContainsAny(s[:n], "\n<>") {
		return 0
	}
	return n + len(pemDash)
}

// keyEnd is where a key ends whose body begins at i: behind its last line, or where
// the text stops looking like a key.
func keyEnd(text string, i int) int {
	to := bodyEnd(text, i)
	rest := text[to:]
	skip := len(rest) - len(strings.TrimLeft(rest, " \t\r\n"))
	if rest = rest[skip:]; strings.HasPrefix(rest, pemEnd) {
		if n := strings.Index(rest[len(pemEnd):min(len(rest), 100)], pemDash); n >= 0 {
			to += skip + len(pemEnd) + n + len(pemDash)
			for strings.HasPrefix(text[to:], `\n`) {
				to += len(`\n`)
			}
		}
	}
	return to
}

// bodyEnd goes over the lines of a key: base64, headers, and \n of JSON.
func bodyEnd(text string, i int) int {
	end := i
	for i < len(text) {
		eol := len(text)
		if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
			eol = i + n
		}
		n := armourLen(text[i:eol])
		part := strings.TrimRight(text[i:i+n], " \t\r")
		rest := strings.Trim(text[i+n:eol], " \t\r`\"'")
		if strings.TrimSpace(part) != "" {
			if !ofKey(strings.TrimSpace(part), rest == "", text[min(eol+1, len(text)):]) {
				return end // talk goes on
			}
			end = i + len(part)
		}
		if i+n < eol && strings.TrimSpace(text[i+n:eol]) != "" {
			return end
		}
		i = eol + 1
	}
	return end
}

// ofKey says whether a line, or the part of it that could be, is of a key rather than
// a word: it is long, or it ends as keys end.
func ofKey(part string, whole bool, next string) bool {
	if len(part) >= 16 || strings.Contains(part, `\n`) {
		return true
	}
	return whole && (strings.HasPrefix(part, "=") || strings.HasSuffix(part, "=") || closes(next))
}

// closes says whether the line that closes a key comes next.
func closes(s string) bool { return strings.HasPrefix(strings.TrimLeft(s, " \t\r\n"), pemEnd) }

// armourLen is how much of a line can belong to a key.
func armourLen(line string) int {
	for _, h := range []string{"Proc-Type:", "DEK-Info:", "Version:", "Comment:", "Hash:", "Charset:"} {
		if strings.HasPrefix(strings.TrimSpace(line), h) {
			return len(line)
		}
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("+/=", c) >= 0:
		case c == '\r' || c == '\t' || c == ' ':
			if i > 0 && i+1 < len(line) && strings.TrimSpace(line[i:]) != "" && alnum(line[i+1]) { // words, not a line of a key
				return i
			}
		case c == '\\' && i+1 < len(line) && (line[i+1] == 'n' || line[i+1] == 'r' || line[i+1] == '\\'):
			i++
		default:
			return i
		}
	}
	return len(line)
}

// bodyStart goes back from the closing line of a key whose beginning is missing, not
// beyond least.
func bodyStart(text string, least, end int) int {
	from := end
	for from > least {
		eol := len(strings.TrimRight(text[least:from], "\r\n")) + least
		sol := strings.LastIndexByte(text[least:eol], '\n') + 1 + least
		line := text[sol:eol]
		if len(line) < 4 || armourLen(line) < len(line) || strings.Contains(line, " ") || from == end && eol == end {
			return from
		}
		from = sol
	}
	return from
}
