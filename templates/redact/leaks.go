package redact

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/logging"
	"github.com/zricethezav/gitleaks/v8/report"
)

// rules of the package and of gitleaks, both read-only once they are read.
type builtRules struct {
	leaks *detect.Detector
	rules []rule
}

// builtIn reads the built-in rules once for the whole process: compiling them takes
// 40 ms, and gitleaks reads its own through a setting that the process has only one
// of, so two readers at a time would disturb each other.
var builtIn = sync.OnceValues(func() (builtRules, error) {
	// gitleaks logs what it finds at its lowest level; here it logs nothing at all.
	logging.Logger = logging.Logger.Output(io.Discard).Level(disabled)
	d, err := detect.NewDetectorDefaultConfig()
	if err != nil {
		return builtRules{}, fmt.Errorf("the built-in rules for secrets cannot be read: %w", err)
	}
	for _, id := range unused() {
		delete(d.Config.Rules, id)
	}
	d = detect.NewDetector(d.Config)
	d.IgnoreGitleaksAllow = true // whoever pastes a secret cannot wave it through
	return builtRules{leaks: d, rules: rules()}, nil
})

// disabled is zerolog's level for silence.
const disabled = 7

// unused are the rules of gitleaks that do harm in chat, and those that name what is
// no secret.
func unused() []string {
	return []string{
		// Our own readers are stricter or find more: names with values, links,
		// command lines, keys that are cut off, tokens that end in a dot.
		"generic-api-key", "curl-auth-user", "curl-auth-header", "private-key", "jwt", "sidekiq-sensitive-url", "slack-webhook-url", "microsoft-teams-webhook", "nuget-config-password", "hashicorp-tf-password",
		// These look at names of files.
		"kubernetes-secret-yaml", "pkcs12-file",
		// These are public: they name a client or an account.
		"adobe-client-id", "asana-client-id", "bitbucket-client-id", "discord-client-id", "flutterwave-public-key", "linkedin-client-id", "lob-pub-api-key",
		"looker-client-id", "mailgun-pub-key", "messagebird-client-id", "new-relic-browser-api-token", "new-relic-user-api-id", "plaid-client-id", "sendbird-access-id", "sumologic-access-id",
	}
}

// scanLeaks adds what gitleaks finds. It says which line and which text; the text is
// looked up in the page, which cannot go wrong as columns can.
func scanLeaks(hits []hit, d *detect.Detector, p page) []hit {
	edged := edges(p.text)
	for _, f := range detected(d, edged) {
		secret := strings.TrimSpace(f.Secret)
		if secret == "" || !convincing(f.Match, secret) {
			continue
		}
		for from := 0; ; {
			i := strings.Index(edged[from:], secret)
			if i < 0 {
				break
			}
			hits = append(hits, hit{from + i, from + i + len(secret), leakKind(f.RuleID), rankLeaks})
			from += i + len(secret)
		}
	}
	return hits
}

// detected asks gitleaks. It is code of others that reads text of strangers: should it
// panic, its findings are missing and ours stay.
func detected(d *detect.Detector, text string) (found []report.Finding) {
	defer func() {
		if recover() != nil {
			found = nil
		}
	}()
	return d.DetectString(text)
}

// edges replaces what stands at the end of words in prose and in links by blanks, one
// byte for one: gitleaks reads code, where a value ends at a blank or a quote.
func edges(text string) string {
	b := []byte(text)
	for i, c := range b {
		switch c {
		case '&', '|', '<', '>':
			b[i] = ' '
		case '*', '_', '~', '(', '[': // styles and brackets before a word
			if i == 0 || b[i-1] <= ' ' {
				b[i] = ' '
			}
		case ' ', '\n', '\t', '`':
			blankTail(b[:i])
		}
	}
	blankTail(b)
	return string(b)
}

// blankTail blanks the signs after the last word.
func blankTail(b []byte) {
	i := len(b)
	for i > 0 && strings.IndexByte(".,:!?)]}*_~", b[i-1]) >= 0 {
		i--
	}
	if i > 0 && (alnum(b[i-1]) || b[i-1] == '=') {
		for ; i < len(b); i++ {
			b[i] = ' '
		}
	}
}

// convincing refuses what fits a loose rule by chance: a hash, an id or a name that
// stands behind the name of a service, when nobody says that it is a key.
func convincing(match, secret string) bool {
	if !looksHashed(secret) && !looksNamed(secret) {
		return true
	}
	about := lower(strings.ReplaceAll(match, secret, " "))
	for _, w := range []string{"key", "token", "secret", "pass", "auth", "api"} {
		if strings.Contains(about, w) {
			return true
		}
	}
	return false
}

// leakKind makes words of the name of a rule: "sendgrid-api-token" is a "SendGrid API
// token".
func leakKind(id string) string {
	words := strings.Split(id, "-")
	for i, w := range words {
		switch known, ok := spelled()[w]; {
		case ok:
			words[i] = known
		case i == 0:
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// spelled are the words whose spelling is no matter of a first capital.
func spelled() map[string]string {
	return map[string]string{
		"api": "API", "id": "ID", "ad": "AD", "pat": "token", "oauth": "OAuth", "url": "link", "cicd": "CI", "tf": "Terraform", "ca": "CA", "gcp": "Google", "aws": "AWS",
		"npm": "npm", "ptt": "trigger token", "rrt": "runner token", "scim": "SCIM", "github": "GitHub", "gitlab": "GitLab", "pypi": "PyPI", "openai": "OpenAI",
		"jfrog": "JFrog", "sendgrid": "SendGrid", "digitalocean": "DigitalOcean", "hubspot": "HubSpot", "huggingface": "Hugging Face", "launchdarkly": "LaunchDarkly",
		"linkedin": "LinkedIn", "planetscale": "PlanetScale", "clickhouse": "ClickHouse", "v2": "", "jwt": "login token (JWT)", "base64": "", "hashicorp": "HashiCorp", "sonar": "Sonar",
		"airtable": "Airtable", "personnal": "personal", "flyio": "Fly.io", "rubygems": "RubyGems", "openshift": "OpenShift", "droneci": "Drone CI", "travisci": "Travis CI",
	}
}
