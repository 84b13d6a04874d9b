package config

import (
	"maps"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Validate checks a Config that did not come from Load, such as one that a test
// or the demo put together. Problems name keys, as there are no lines.
func (c Config) Validate() error {
	v := &validator{c: &c, where: func(key string) (string, int) { return key, 0 }}
	return v.run()
}

// RequireSlack checks what only `serve` needs: both of Slack's tokens.
func (c Config) RequireSlack() error {
	var ps problems
	if c.Slack.AppToken.IsZero() {
		ps.add("SLACK_APP_TOKEN", "is not set; make a token with the scope connections:write under Basic Information, App-Level Tokens of the Slack app (it begins with xapp-)")
	}
	if c.Slack.BotToken.IsZero() {
		ps.add("SLACK_BOT_TOKEN", "is not set; install the Slack app and copy the Bot User OAuth Token (it begins with xoxb-)")
	}
	return ps.err()
}

// validator checks a complete Config. It holds no rules about how YAML is
// written: those were checked while reading.
type validator struct {
	problems
	c     *Config
	where func(key string) (place string, line int)
}

// fail notes a problem with key at the place where the key was set.
func (v *validator) fail(key, format string, args ...any) {
	place, line := v.where(key)
	if line > 0 {
		// A line can hold several keys, a variable is its own name.
		format, args = "%s: "+format, append([]any{key}, args...)
	}
	v.add(place, format, args...)
	v.list[len(v.list)-1].line = line
}

// run makes all checks and returns what they found.
func (v *validator) run() error {
	v.checkStore()
	v.checkAddresses()
	v.checkSlack()
	v.checkGitHub()
	v.checkPagerDuty()
	v.checkWords()
	v.checkChannelName()
	v.checkSeverities()
	v.checkServices()
	v.checkDeploys()
	v.checkPeople()
	v.checkSchedules()
	v.checkPostmortem()
	return v.err()
}

func (v *validator) checkStore() {
	engine, target := v.c.StoreEngine()
	switch engine {
	case "bolt":
		if target == "" {
			v.fail("store", "names no file; write bolt:backout.db")
		}
	case "postgres":
		// The parse error would repeat the URL with its password.
		if u, err := url.Parse(target); err != nil || u.Host == "" && !u.Query().Has("host") {
			v.fail("store", "is no usable PostgreSQL URL; write postgres://user:password@host:5432/database and percent-encode odd characters of the password")
		}
	default:
		v.fail("store", "is neither a file nor a database; write bolt:PATH or postgres://user@host/database")
	}
}

func (v *validator) checkAddresses() {
	if _, port, err := net.SplitHostPort(v.c.Listen); err != nil || !isPort(port) {
		v.fail("listen", "%q is no address to listen on; write host:port such as 127.0.0.1:8080, or :8080 for all interfaces", v.c.Listen)
	}
	for _, one := range []struct{ key, value, example string }{
		{"url", v.c.URL, "https://backout.example.com"},
		{"slack_api_url", v.c.Slack.APIURL, "https://slack.com/api/"},
		{"github_api_url", v.c.GitHub.APIURL, "https://api.github.com/"},
		{"pagerduty_api_url", v.c.PagerDuty.APIURL, "https://api.pagerduty.com"},
		{"pagerduty_events_url", v.c.PagerDuty.EventsURL, "https://events.pagerduty.com"},
	} {
		if one.key == "url" && one.value == "" {
			continue // links are then left out
		}
		if !isWeb(one.value) {
			v.fail(one.key, "is no web address; write one such as %s", one.example)
		}
	}
}

// isPort also accepts 0, which takes any free port.
func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n <= 65535
}

// isWeb accepts http and https bases. User and query are refused: the former
// would leak into links, the latter would swallow what is appended.
func isWeb(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" &&
		u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

func (v *validator) checkSlack() {
	app, bot := v.c.Slack.AppToken.Reveal(), v.c.Slack.BotToken.Reveal()
	if strings.HasPrefix(app, "xoxb-") && strings.HasPrefix(bot, "xapp-") {
		v.fail("slack_app_token", "the two Slack tokens are swapped; SLACK_APP_TOKEN takes the one that begins with xapp-, SLACK_BOT_TOKEN the one that begins with xoxb-")
		return
	}
	v.checkToken("slack_app_token", app, "xapp-", "an app-level token", "Basic Information, App-Level Tokens")
	v.checkToken("slack_bot_token", bot, "xoxb-", "a bot token", "OAuth & Permissions, Bot User OAuth Token")
}

// checkToken never shows more of a wrong token than the kind its prefix tells.
func (v *validator) checkToken(key, token, prefix, kind, place string) {
	if token == "" || strings.HasPrefix(token, prefix) && !strings.ContainsAny(token, " \t\r\n\"'") {
		return
	}
	found := "something else"
	for p, name := range map[string]string{"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token", "xoxe": "a rotating token"} {
		if strings.HasPrefix(token, p) {
			found = name
		}
	}
	if found == kind {
		found = "one with blanks or quotes in it"
	}
	v.fail(key, "takes %s (it begins with %s), but holds %s; copy it from the Slack app's page %s", kind, prefix, found, place)
}

func (v *validator) checkGitHub() {
	g := v.c.GitHub
	parts := map[string]bool{
		"github_app_id": g.AppID != 0, "github_app_installation_id": g.InstallationID != 0,
		"github_app_private_key": !g.PrivateKey.IsZero(),
	}
	missing, found := []string{}, 0
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		if parts[key] {
			found++
		} else {
			missing = append(missing, strings.ToUpper(key))
		}
	}
	switch {
	case found > 0 && !g.Token.IsZero():
		v.fail("github_token", "a token and a GitHub App are both set; keep GITHUB_TOKEN or the GITHUB_APP_… variables")
	case found > 0 && len(missing) > 0:
		v.fail(strings.ToLower(missing[0]), "a GitHub App needs three settings; set %s too", strings.Join(missing, " and "))
	case found > 0 && !strings.Contains(g.PrivateKey.Reveal(), "PRIVATE KEY-----"):
		v.fail("github_app_private_key", "is no PEM key; point GITHUB_APP_PRIVATE_KEY_FILE at the .pem file that GitHub gave out")
	}
}

func (v *validator) checkPagerDuty() {
	from := v.c.PagerDuty.From
	if from == "" {
		return
	}
	if a, err := mail.ParseAddress(from); err != nil || a.Address != from {
		v.fail("pagerduty_from", "is no e-mail address; write the login of a PagerDuty user such as oncall@example.com")
	}
}
