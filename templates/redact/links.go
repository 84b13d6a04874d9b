package redact

import "strings"

// scanLinks adds the passwords in links: postgres://user:password@host.
func scanLinks(hits []hit, p page) []hit {
	for at := 0; ; {
		i := strings.Index(p.text[at:], "://")
		if i < 0 {
			return hits
		}
		at += i
		start := at + len("://")
		from, to, ok := userinfo(p.text, schemeOf(p.low, at), start)
		if ok {
			hits = append(hits, hit{from, to, "password in a link", rankPlace})
		}
		at = start
	}
}

// schemeOf is the scheme before "://".
func schemeOf(low string, i int) string {
	from := i
	for from > 0 && i-from < 30 && (alnum(low[from-1]) || strings.IndexByte("+.-", low[from-1]) >= 0) {
		from--
	}
	return low[from:i]
}

// linkEnd bounds a link, in bytes; what follows a host is no business of ours.
const linkEnd = 2000

// userinfo finds the password between "://" and the host.
func userinfo(text, scheme string, start int) (from, to int, ok bool) {
	rest := text[start:min(len(text), start+linkEnd)]
	if n := strings.IndexAny(rest, " \t\r\n\"'`<>"); n >= 0 {
		rest = rest[:n]
	}
	authority := rest
	if n := strings.IndexAny(rest, "/?#"); n >= 0 {
		authority = rest[:n]
	}
	host := strings.LastIndexByte(authority, '@')
	if host < 0 && scheme != "" && !strings.HasPrefix(scheme, "http") { // a / in the password of a database
		host = strings.LastIndexByte(rest, '@')
	}
	if host < 0 {
		return 0, 0, false
	}
	colon := strings.IndexByte(rest[:host], ':')
	if colon < 0 { // a token as the name
		return start, start + host, strings.HasPrefix(scheme, "http") && !strings.Contains(rest[host:], "sentry") && looksRandom(rest[:host], 20)
	}
	name, pass := rest[:colon], rest[colon+1:host]
	if strings.ContainsAny(name, "/?#@") || looksEmpty(pass) || isPort(pass) {
		return 0, 0, false
	}
	return start + colon + 1, start + host, true
}

// isPort says whether a link goes on with a port and a path, so that its @ is part of
// the path.
func isPort(s string) bool {
	digits := strings.TrimLeft(s, "0123456789")
	return digits != s && (strings.HasPrefix(digits, "/") || strings.HasPrefix(digits, "?") || strings.HasPrefix(digits, "#"))
}
