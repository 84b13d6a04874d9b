package redact

import (
	"slices"
	"strings"
)

// class is what a name promises of its value.
type class int

const (
	password class = iota // chosen by people: anything
	shortish              // "pass", "pw": also a word of tests and directories
	key                   // given out by machines
	secret                // either
)

// stem is a word that ends the name of a secret: DB_PASSWORD, "api key", authToken.
type stem struct {
	word  string
	class class
	kind  string
}

func stems() []stem {
	return []stem{
		{"password", password, "password"}, {"passwd", password, "password"}, {"passphrase", password, "password"}, {"passwort", password, "password"},
		{"kennwort", password, "password"}, {"mot de passe", password, "password"}, {"contraseña", password, "password"}, {"wachtwoord", password, "password"}, {"senha", password, "password"}, {"pass", shortish, "password"}, {"pwd", shortish, "password"}, {"pw", shortish, "password"},
		{"key", key, "API key"}, {"token", key, "access token"}, {"secret", secret, "secret value"},
	}
}

// name is a name of a secret in a page: text[from:to], its stem from at.
type name struct {
	stem
	from, at, to int
}

// scanNamed adds the values that people and files call a secret.
func scanNamed(hits []hit, p page) []hit {
	for _, s := range stems() {
		for at := 0; ; at += len(s.word) {
			i := strings.Index(p.low[at:], s.word)
			if i < 0 {
				break
			}
			at += i
			n, ok := nameAt(p, s, at)
			if !ok {
				continue
			}
			if v, ok := valueOf(p, n); ok {
				hits = append(hits, hit{v.from, v.to, kindOf(p, n), rankNamed})
			}
		}
	}
	return hits
}

// nameAt reads the name around a stem, or says that the word is another one:
// passed, tokens, secretName, monkey.
func nameAt(p page, s stem, at int) (name, bool) {
	n := name{stem: s, from: at, at: at, to: at + len(s.word)}
	for n.from > 0 && at-n.from < 60 && nameByte(p.text[n.from-1]) {
		n.from--
	}
	end := n.to
	for end < len(p.text) && end-n.to < 20 && (nameByte(p.text[end]) && p.text[end] != '.') {
		end++
	}
	suffix := strings.Trim(p.low[n.to:end], "_-]")
	if suffix != "" && (!slices.Contains(allowedSuffixes(), suffix) || alnum(p.text[n.to])) {
		if strings.Trim(suffix, "0123456789") != "" || len(suffix) > 2 {
			return n, false
		}
	}
	if suffix != "" {
		n.to = end
	}
	if strings.HasSuffix(p.text[:n.from], "://") { // the name in a link: scanLinks knows better
		return n, false
	}
	before := p.low[n.from:at]
	switch strings.Trim(before, "_-.") {
	case "1", "no", "ht": // 1password, no_password, htpasswd
		return n, false
	}
	if refused(before) || s.class == shortish && !apart(p.text, before, at) {
		return n, false
	}
	if s.class == key || s.class == secret {
		if refused(wordBefore(p.low, n.from)) {
			return n, false
		}
	}
	return n, s.word != "key" || qualified(p.low[max(0, at-20):at])
}

// apart says whether a short stem stands for itself: PASS, db_pass, dbPass, rootpw,
// but not bypass.
func apart(text, before string, at int) bool {
	if before == "" || !alnum(before[len(before)-1]) {
		return true
	}
	if 'A' <= text[at] && text[at] <= 'Z' && text[at-1] >= 'a' {
		return true
	}
	return slices.ContainsFunc([]string{"store", "key", "trust", "db", "root", "admin", "user", "pg", "redis", "mysql", "bind", "auth", "ftp", "smtp", "proxy", "ssh", "master"}, func(w string) bool {
		return strings.HasSuffix(before, w)
	})
}

func nameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.' || c == '[' || c == ']'
}

func allowedSuffixes() []string {
	return []string{"base", "prod", "production", "staging", "stage", "dev", "live", "test", "db", "root", "admin", "old", "new", "value"}
}

// refused says that what stands before a stem makes it another thing: a page's token,
// the change of a password.
func refused(before string) bool {
	if before == "" {
		return false
	}
	before = strings.TrimRight(before, "_-.")
	return slices.ContainsFunc([]string{
		"next", "page", "continuation", "cursor", "sync", "csrf", "xsrf", "idempotency", "public", "reset", "forgot", "change", "update", "unexpected", "invalid", "wrong", "hash", "hashed", "encrypted", "device", "apns", "push", "fcm",
	}, func(w string) bool { return strings.HasSuffix(before, w) })
}

// qualified says whether a key is one that opens something. The key of a cache, of a
// table or of a map does not.
func qualified(before string) bool {
	before = strings.TrimRight(before, " _.-")
	return slices.ContainsFunc([]string{
		"api", "access", "auth", "app", "application", "signing", "encryption", "encrypt", "integration", "routing", "account", "license", "private", "secret", "shared",
		"service", "master", "storage", "admin", "subscription", "deploy", "events", "hmac", "unseal", "recovery",
		"pagerduty", "opsgenie", "datadog", "twilio", "stripe", "sendgrid", "mailgun", "mailchimp", "openai", "anthropic", "sentry", "grafana", "fastly", "cloudflare", "algolia", "mapbox", "maps",
		"google", "aws", "azure", "gcp", "newrelic", "relic", "global",
	}, func(q string) bool { return strings.HasSuffix(before, q) })
}

// wordBefore is the word before a place on the same line.
func wordBefore(low string, i int) string {
	line := strings.TrimRight(low[max(0, i-30):i], " \t*_~")
	if j := strings.LastIndexAny(line, " \t\n"); j >= 0 {
		line = line[j+1:]
	}
	return strings.Trim(line, "\"'`*_~(,;:.")
}

// kindOf says what the secret behind a name is.
func kindOf(p page, n name) string {
	about := p.low[max(0, n.from-40):n.to]
	called := strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-. ", r) {
			return -1
		}
		return r
	}, p.low[max(0, n.at-20):n.to])
	switch {
	case n.class == password || n.class == shortish:
		return n.kind
	case strings.Contains(about, "pagerduty"), strings.HasSuffix(called, "routingkey"), strings.HasSuffix(called, "integrationkey"):
		return "PagerDuty key"
	case strings.HasSuffix(called, "secretaccesskey"), strings.HasSuffix(called, "awssessiontoken"), strings.HasSuffix(called, "awssecret"):
		return "AWS secret key"
	case strings.HasSuffix(called, "accountkey"), strings.HasSuffix(called, "sharedaccesskey"), strings.Contains(about, "azure"):
		return "Azure key"
	}
	return n.kind
}
