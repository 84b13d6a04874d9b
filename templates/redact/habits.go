package redact

import (
	"encoding/base64"
	"strings"
)

// habit is a place where a secret stands, and what it must look like there.
type habit struct {
	kind  string
	near  []string
	shape string
	ok    func(value string) bool
}

func habits() []habit {
	random := func(v string) bool { return looksRandom(v, 16) }
	typed := func(v string) bool { return len(v) >= 4 && !looksEmpty(v) && !looksOrdinary(v) && !looksNamed(v) }
	long := func(v string) bool { return len(v) >= 20 && !looksEmpty(v) }
	return []habit{
		{"authorization header", []string{"authorization"}, `(?i)authorization["'*\x60]{0,2}\s{0,3}[:=]\s{0,3}["'\x60]{0,2}basic\s+([A-Za-z0-9+/=_-]{8,})`, isBasic},
		{"authorization header", []string{"authorization"}, `(?i)authorization["'*\x60]{0,2}\s{0,3}[:=]\s{0,3}["'\x60]{0,2}(?:(?:bearer|token|api-?key|key|ssws|genie-?key)\s+(?:token=)?)?["']?([A-Za-z0-9+/=_.~:-]{16,})`, random},
		{"authorization header", []string{"bearer", "ssws", "geniekey"}, `\b(?i:bearer|ssws|geniekey)\s+([A-Za-z0-9+/=_.~-]{20,})`, random},
		{"API key", []string{"honeycomb"}, `(?i)x-honeycomb-team["']?\s*[:=]\s*["']?([A-Za-z0-9]{20,})`, random},
		{"session cookie", []string{"sess", "sid="}, `(?i)\b(?:(?:[a-z0-9_.-]{0,30}_)?session(?:_?id)?|jsessionid|phpsessid|asp\.net_sessionid|connect\.sid|sid)=["']?([A-Za-z0-9%._+/-]{20,}=*)`, func(v string) bool { return !isUUID(v) }},
		{"signed link", []string{"signature="}, `(?i)[?&](?:x-amz-|x-goog-)?signature=([A-Za-z0-9%_~+/=-]{20,})`, long},
		{"signed link", []string{"security-token="}, `(?i)[?&]x-amz-security-token=([A-Za-z0-9%_~+/=-]{20,})`, long},
		{"signed link", []string{"sig="}, `(?i)[?&]sig=([A-Za-z0-9%_~+/=-]{20,})`, long},
		{"signed link", []string{"ticket="}, `(?i)[?&]ticket=([A-Za-z0-9%_~+/=-]{16,})`, random},
		{"AWS secret key", []string{"akia", "asia"}, `\b(?:AKIA|ASIA)[A-Z0-9]{16}\W+(?:\w+\W+){0,4}?([A-Za-z0-9+/]{40})(?:[^A-Za-z0-9+/=]|$)`, random},
		{"password", []string{"mysql", "mariadb"}, `\b(?:mysql\w*|mariadb\w*)\b[^\n|;]{0,200}?\s-p["']?([^\s"'\x60]{4,})`, typed},
		{"password", []string{"sshpass"}, `\bsshpass\s+-p\s*["']?([^\s"'\x60]{4,})`, typed},
		{"password", []string{" login", "mongo", "twine", "svn"}, `\b(?:(?:docker|podman|helm|oc|az)\s+(?:registry\s+)?login|mongo\w*|twine|svn)\b[^\n|;]{0,200}?\s-p\s+["']?([^\s"'\x60]{4,})`, typed},
		{"password", []string{"redis-cli"}, `\bredis-cli\b[^\n|;]{0,200}?\s-a\s+["']?([^\s"'\x60]{4,})`, typed},
		{"password", []string{"requirepass", "masterauth"}, `\b(?:requirepass|masterauth)\s+["']?([^\s"'\x60]{4,})`, typed},
		{"password", []string{"identified"}, `(?i)\bidentified\s+(?:with\s+\S+\s+)?by\s+["']([^\s"']{4,})["']`, typed},
		{"password", []string{"with password"}, `(?i)\bwith\s+(?:encrypted\s+)?password\s+["']([^\s"']{4,})["']`, typed},
		{"password", []string{"sudo", "login", "passwd"}, `\becho\s+(?:-n\s+)?["']?(?:[\w.-]+:)?([^\s"'|:]{4,})["']?\s*\|\s*(?:sudo\s+-S|docker\s+login|podman\s+login|(?:sudo\s+)?(?:ch)?passwd)`, typed},
		{"password", []string{"/user:"}, `/user:\S+\s+["']?([^\s"'\x60/]{4,})`, looksMadeUp},
		{"password", []string{"rabbitmqctl"}, `\brabbitmqctl\s+(?:add_user|change_password)\s+\S+\s+["']?([^\s"'\x60]{4,})`, typed},
		{"password", []string{"smbclient"}, `\bsmbclient\b[^\n|;]{0,200}?\s-U\s*["']?[^\s%]+%([^\s"'\x60]{4,})`, typed},
		{"password", []string{"ldap"}, `\bldap\w+\b[^\n|;]{0,200}?\s-w\s+["']?([^\s"'\x60]{4,})`, typed},
		{"password", []string{"curl ", "http "}, `\b(?:curl|http)\b[^\n|;]{0,300}?\s(?:-u|--user)[\s=]*["']?[^\s"':]{1,60}:([^\s"'\x60]{4,})`, typed},
		{"private key", []string{"private-lines"}, `Private-Lines:\s*\d+\s+((?:[A-Za-z0-9+/=]{16,}\s{0,2})+)`, nil},
		{"password", []string{"auth"}, `(?i)auth["']?\s{0,3}[:=]\s{0,3}["']?([A-Za-z0-9+/]{12,}={0,2})`, isBasic},
		{"password", []string{"@tcp(", "@unix("}, `[\w.-]{1,40}:([^\s@"'\x60]{3,})@(?:tcp|unix)\(`, typed},
		{"password", []string{"@"}, `(?:^|[\s"'(=])[\w.-]{1,40}:([^\s@:/"'\x60]{4,60})@[\w.-]+:\d{2,5}\b`, typed},
		{"password", []string{"!", "$", "^", "*"}, `(?:^|[\s(])[A-Za-z][\w.@-]{1,39}(?:[/:]| / )([^\s/:"'\x60]{8,60})`, unmistakable},
		{"password", []string{"creds", "credentials", "login", "zugang"}, `(?i)\b(?:creds|credentials|login|zugang(?:sdaten)?)(?:\s+(?:is|are|sind|ist|for\s+\S+|für\s+\S+)){0,2}\s*[:=]?\s+["'\x60*]{0,2}[\w.@-]{2,40}\s?[/:|]\s?["'\x60*]{0,2}([^\s"'\x60]{6,60})`, looksMadeUp},
		{"password", []string{"creds", "credentials", "logins"}, `(?i)(?:^|[\s(])[\w.@-]{2,40}\s?[/:]\s?["'\x60*]{0,2}([^\s"'\x60]{6,60}?)["'\x60*]{0,2}\s+(?:are|as|were)\s+(?:the|our|my|new|his|her)?\s?(?:creds|credentials|logins?)\b`, looksMadeUp},
		{"password", []string{" password", " pw", " passw"}, `(?i)(?:^|[\s(:])["'\x60*]{0,2}([^\s"'\x60*]{6,60})["'\x60*]{0,2}\s+(?:is|was|as|ist|war|als)\s+(?:the|our|my|his|her|das|mein|unser)\s+(?:\S+\s+){0,2}?(?:password|passwd|passwort|pw)\b`, looksMadeUp},
	}
}

// isBasic says whether a value is a name and a password in base64.
func isBasic(v string) bool {
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(v, "="))
	return err == nil && strings.Contains(string(plain), ":") && !strings.HasSuffix(string(plain), ":")
}

// unmistakable says whether a value could be nothing but a password even where nobody
// says so: capitals, small letters, digits and one of the signs that names do not have.
func unmistakable(v string) bool {
	k := kindsOf(v)
	return k.upper > 0 && k.upper < k.letters && k.digits > 0 && strings.ContainsAny(v, "!$^*") && !strings.ContainsAny(v, "?=&#@%(){}[]<>,;") && looksMadeUp(v)
}
