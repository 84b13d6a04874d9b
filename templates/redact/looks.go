package redact

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// kinds counts the characters of a value.
type kinds struct{ letters, upper, digits, signs, joints int }

// kindsOf counts; joints are the signs that names are joined with, signs all others.
func kindsOf(v string) kinds {
	var k kinds
	for i := range len(v) {
		switch c := v[i]; {
		case 'A' <= c && c <= 'Z':
			k.upper++
			k.letters++
		case 'a' <= c && c <= 'z' || c >= 0x80:
			k.letters++
		case '0' <= c && c <= '9':
			k.digits++
		case strings.IndexByte("-_./:", c) >= 0:
			k.joints++
		default:
			k.signs++
		}
	}
	return k
}

// looksMadeUp says whether a value in a sentence is one that nobody would write for
// anything but a password: letters with digits or with signs, and nothing that
// incident talk is full of.
func looksMadeUp(v string) bool {
	k := kindsOf(strings.ReplaceAll(v, "'", "")) // ana's is a word
	if len(v) < 6 || k.letters == 0 || k.digits+k.signs == 0 || looksEmpty(v) || looksOrdinary(v) {
		return false
	}
	return k.upper > 0 || k.signs > 0 || !looksNamed(v)
}

// looksRandom says whether a value of at least so many bytes is what a machine gives
// out as a key.
func looksRandom(v string, least int) bool {
	if len(v) < least || looksEmpty(v) || strings.ContainsAny(v, " \t\n\"'`<>(){}[]|\\,;") {
		return false
	}
	if isUUID(v) {
		return true
	}
	k := kindsOf(v)
	if looksOrdinary(v) || looksNamed(v) {
		return false
	}
	if k.digits == 0 {
		return len(v) >= 20 && turns(v) >= len(v)/4 && entropy(v) > 3.2
	}
	return k.letters >= 2 && entropy(v) > 2.7
}

// looksHashed says whether a value is only a hash or an id by its looks.
func looksHashed(v string) bool {
	return isUUID(v) || len(v) >= 7 && strings.Trim(lower(v), "0123456789abcdef") == ""
}

func isUUID(v string) bool {
	if len(v) != 36 {
		return false
	}
	for i := range len(v) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if v[i] != '-' {
				return false
			}
		} else if strings.IndexByte("0123456789abcdefABCDEF", v[i]) < 0 {
			return false
		}
	}
	return true
}

// looksNamed says whether a value is made of words and numbers, as names of hosts,
// pods, charts, paths and variables are: web-tls-2026, kv/prod/payments, user:42.
func looksNamed(v string) bool {
	if podShape.MatchString(v) {
		return true
	}
	parts := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune("-_./:#@", r) })
	if len(parts) < 2 {
		return false
	}
	return !slices.ContainsFunc(parts, func(s string) bool { return !word(s) })
}

// word says whether a part of a name is a word, a short number, or a word with a
// short number (v2, db01).
func word(s string) bool {
	letters := strings.TrimRight(s, "0123456789")
	if len(s)-len(letters) > 8 || len(s) > 20 {
		return false
	}
	for i := 1; i < len(letters); i++ {
		c := letters[i]
		if c < 0x80 && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z' || letters[0] > 'Z') {
			return false
		}
	}
	return len(s)-len(letters) <= 2 || letters == "" || len(letters) <= 3 && len(s) <= 5
}

var podShape = regexp.MustCompile(`^[a-z][a-z0-9-]*-[a-f0-9]{6,10}-[a-z0-9]{5}$`)

// turns counts how often capitals and small letters take turns.
func turns(v string) int {
	n := 0
	for i := 1; i < len(v); i++ {
		if (v[i] >= 'a') != (v[i-1] >= 'a') {
			n++
		}
	}
	return n
}

// entropy is Shannon's, in bits for each byte.
func entropy(v string) float64 {
	var count [256]int
	for i := range len(v) {
		count[v[i]]++
	}
	sum := 0.0
	for _, n := range count {
		if n > 0 {
			share := float64(n) / float64(len(v))
			sum -= share * math.Log2(share)
		}
	}
	return sum
}

// looksOrdinary knows the values that incident talk is full of.
func looksOrdinary(v string) bool { return ordinaryShape.MatchString(head(v)) }

// head is as much of a value as shapes are told by: a long one is a link, a path, or
// none of them.
func head(v string) string { return v[:min(len(v), 100)] }

var ordinaryShape = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`\d{1,2}:\d\d(:\d\d)?([ap]m)?`,                         // 14:02
	`\d{4}-\d\d(-\d\d([T_ ].*)?)?`,                         // 2026-11-20T14:02:11Z
	`[~<>=+-]*\d[\d.,:]*(%|[a-zA-Zµ]{1,5})?(/[a-z]{1,6})?`, // 4.2s, 500ms, 3/min, 503ing
	`v?\d+(\.\d+)+([-+~][\w.+-]*)?`,                        // v2.4.0-rc.1
	`[A-Z][A-Z0-9]{1,7}-\d+`,                               // OPS-1234
	`[\w.+-]+@[\w-]+(\.[\w-]+)+`,                           // a mail address
	`[a-z][a-z0-9+.-]*://.*`,                               // a link
	`[~.]{0,2}/.*`,                                         // a path
	`(?i)(sha-?\d*|md5|aes|base\d\d?|utf|bcrypt|argon|scrypt|pbkdf|rsa|ecdsa|ed|hmac|oauth|http|https|ipv|tls|ssl|k8s|1password|mfa|2fa|sso|saml|pg|sev|s3|ec2|vault|secret|arn|op|ssm|kms|ssh)[\d./:_-].*`,
	`(?i)(oauth|https?|ipv|tls|argon|sha|md|aes|utf|base|bcrypt|pbkdf|sev|mfa)\d{1,4}(crypt|hex|sum|ing|id|s|mb\d)?([-_]\w+)?`, // OAuth2, HTTP500, sha512crypt
	`(?i)(ec|pg|es|rs|hs|ps|[vpxsk])\d{1,4}[a-z]?`, // p99, v2, k8s
	`[@#].*`,                                               // a mention
	`\+.*`, `0x[0-9a-fA-F]+`, `[&*]?[a-z]\w*[.\[].*[\])}]`, // code
	`[A-Za-z_][\w.]*\(.*`,                                            // a call
	`[a-z]+(\.[A-Za-z_]\w*)+(\[.*)?`,                                 // github.token
	`(process|os|secrets|env|vars|config|settings|self|this)[.\[].*`, // a lookup
}, `|`) + `)$`)

// looksEmpty knows what stands where a secret is left out: stars, variables, gaps to
// fill in.
func looksEmpty(v string) bool {
	if strings.Trim(v, "*•·●xX.…-_#?=0 ") == "" {
		return true
	}
	low := lower(head(v))
	for _, gap := range []string{"redacted", "placeholder", "xxxx", "***", "...", "…"} {
		if strings.Contains(low, gap) {
			return true
		}
	}
	return emptyShape.MatchString(low)
}

var emptyShape = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`\$[a-z_]+`, `\$[a-z_][a-z0-9_]*_[a-z0-9_]*`, `\$\d`, `\$[{(].*`, `%[({].*`, `%[a-z_]+%?`, `\{.*`, `<.*`, `\[.*`, `\(.*`, `\?`, `:[a-z_]+`, `!+[a-z_]+`, `enc\[.*`, // variables
	`[<\[{(]?your[-_ ]?\w*(key|token|secret|pass\w*)[>\]})]?(-?here)?`,
	`(my|the|some|new|old|db|user)?[-_]?(pass|password|passwd|pwd|pw|passwort|secret|token|api[-_]?key|key)`,
	`[a-z_]*(password|passphrase|passwd)`,
	`[<\[{(*]*(masked|hidden|removed|filtered|example|sample|dummy)[>\]})*]*`,
}, `|`) + `)$`)
