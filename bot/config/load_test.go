package config

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// world is a set of files and variables to load from.
func world(env map[string]string, files map[string]string) Sources {
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return Sources{
		Lookup:   func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		ReadFile: func(name string) ([]byte, error) { return fs.ReadFile(tree, name) },
	}
}

func TestNothingSetGivesDefaults(t *testing.T) {
	got, err := Load(Sources{File: DefaultFile, FileOptional: true, ReadFile: world(nil, nil).ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Defaults(), got, showSecrets()); diff != "" {
		t.Error(diff)
	}
	if got.Store.Reveal() != "bolt:backout.db" || got.Listen != "127.0.0.1:8080" || got.Slack.APIURL != "https://slack.com/api/" {
		t.Errorf("environment defaults: %q %q %q", got.Store.Reveal(), got.Listen, got.Slack.APIURL)
	}
	if err := Defaults().Validate(); err != nil {
		t.Error(err)
	}
}

// showSecrets lets cmp compare secrets by what they hold.
func showSecrets() cmp.Option {
	return cmp.Transformer("Reveal", func(s Secret) string { return s.Reveal() })
}

func TestEarlierSourceWins(t *testing.T) {
	env := map[string]string{"BACKOUT_COMMAND": "/env", "BACKOUT_LISTEN": ":1", "BACKOUT_URL": "https://b.example/"}
	src := world(env, map[string]string{"b.yaml": "command: /file\ncommand_alias: /alias\nannounce: '#file'\n"})
	src.File, src.Flags = "b.yaml", map[string]string{"listen": ":2", "url": "", "store": "bolt:x.db"}
	c, err := Load(src)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{c.Command, c.CommandAlias, c.Announce, c.Listen, c.URL, c.Store.Reveal(), c.Channel}
	want := []string{"/env", "/alias", "#file", ":2", "https://b.example", "bolt:x.db", "inc-{{.Number}}-{{.Slug}}"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSecretsFromFiles(t *testing.T) {
	src := world(map[string]string{
		"SLACK_APP_TOKEN_FILE": "app", "SLACK_BOT_TOKEN": "xoxb-2", "SLACK_BOT_TOKEN_FILE": "",
		"PAGERDUTY_WEBHOOK_SECRETS": "one, two,", "GITHUB_APP_ID": "7", "GITHUB_APP_INSTALLATION_ID": "8",
		"GITHUB_APP_PRIVATE_KEY_FILE": "key",
	}, map[string]string{"app": "xapp-1\r\n", "key": "-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----\n"})
	c, err := Load(src)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.RequireSlack(); err != nil {
		t.Error(err)
	}
	if c.Slack.AppToken.Reveal() != "xapp-1" || len(c.PagerDuty.WebhookSecrets) != 2 || !c.PagerDuty.WebhookSecrets[1].Equal("two") {
		t.Error("secrets were not read as written")
	}
	if !c.GitHub.Enabled() || c.GitHub.AppID != 7 || c.PagerDuty.Enabled() {
		t.Errorf("GitHub %+v, PagerDuty %+v", c.GitHub, c.PagerDuty)
	}
}

func TestRefusedEnvironment(t *testing.T) {
	for name, tt := range map[string]struct {
		env, flags map[string]string
		want       string // beginning of a line, or a part of it
	}{
		"both":            {env: map[string]string{"SLACK_BOT_TOKEN": "xoxb-shh", "SLACK_BOT_TOKEN_FILE": "f"}, want: "SLACK_BOT_TOKEN: both SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are set"},
		"unreadable":      {env: map[string]string{"GITHUB_TOKEN_FILE": "gone"}, want: "GITHUB_TOKEN_FILE: the file gone cannot be read (file does not exist)"},
		"empty file":      {env: map[string]string{"GITHUB_TOKEN_FILE": "empty"}, want: "GITHUB_TOKEN_FILE: the file empty is empty"},
		"swapped":         {env: map[string]string{"SLACK_BOT_TOKEN": "xapp-shh", "SLACK_APP_TOKEN": "xoxb-shh"}, want: "SLACK_APP_TOKEN: the two Slack tokens are swapped"},
		"user token":      {env: map[string]string{"SLACK_BOT_TOKEN": "xoxp-shh"}, want: "SLACK_BOT_TOKEN: takes a bot token (it begins with xoxb-), but holds a user token"},
		"quoted token":    {env: map[string]string{"SLACK_BOT_TOKEN": "xoxb-shh\""}, want: "SLACK_BOT_TOKEN: takes a bot token (it begins with xoxb-), but holds one with blanks or quotes"},
		"store":           {env: map[string]string{"BACKOUT_STORE": "mysql://u:shh@h/d"}, want: "BACKOUT_STORE: is neither a file nor a database"},
		"bolt":            {env: map[string]string{"BACKOUT_STORE": "bolt:"}, want: "BACKOUT_STORE: names no file"},
		"postgres":        {env: map[string]string{"BACKOUT_STORE": "postgres://u:%shh@h/d"}, want: "BACKOUT_STORE: is no usable PostgreSQL URL"},
		"listen":          {env: map[string]string{"BACKOUT_LISTEN": "8080"}, want: `BACKOUT_LISTEN: "8080" is no address`},
		"listen port":     {flags: map[string]string{"listen": ":99999"}, want: `--listen: ":99999" is no address`},
		"url":             {env: map[string]string{"BACKOUT_URL": "backout.example.com"}, want: "BACKOUT_URL: is no web address"},
		"api url":         {env: map[string]string{"SLACK_API_URL": "ftp://x/"}, want: "SLACK_API_URL: is no web address"},
		"app half":        {env: map[string]string{"GITHUB_APP_ID": "7"}, want: "GITHUB_APP_INSTALLATION_ID: a GitHub App needs three settings"},
		"app number":      {env: map[string]string{"GITHUB_APP_ID": "seven"}, want: "GITHUB_APP_ID: write the number"},
		"app and token":   {env: map[string]string{"GITHUB_APP_ID": "7", "GITHUB_TOKEN": "shh"}, want: "GITHUB_TOKEN: a token and a GitHub App"},
		"from":            {env: map[string]string{"PAGERDUTY_FROM": "ana"}, want: "PAGERDUTY_FROM: is no e-mail"},
		"command":         {env: map[string]string{"BACKOUT_COMMAND": "x"}, want: `BACKOUT_COMMAND: "x" is no slash command`},
		"secret flag":     {flags: map[string]string{"slack_bot_token": "xoxb-shh"}, want: "--slack-bot-token: secrets are not taken from flags"},
		"password flag":   {flags: map[string]string{"store": "postgres://u:shh@h/d"}, want: "--store: secrets are not taken from flags"},
		"unknown setting": {flags: map[string]string{"lisen": ":1"}, want: `--lisen: there is no such setting (did you mean "listen"?)`},
	} {
		t.Run(name, func(t *testing.T) {
			src := world(tt.env, map[string]string{"f": "xoxb-shh\n", "empty": "\n"})
			src.Flags = tt.flags
			_, err := Load(src)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Fatalf("got %v\nwant %s", err, tt.want)
			}
			if strings.Contains(err.Error(), "shh") {
				t.Errorf("shows a secret: %v", err)
			}
		})
	}
}

func TestErrorsKeepCauses(t *testing.T) {
	src := world(map[string]string{"GITHUB_TOKEN_FILE": "gone", "SLACK_BOT_TOKEN_FILE": "gone"}, nil)
	src.File = "gone.yaml"
	_, err := Load(src)
	e, ok := errors.AsType[*Error](err)
	if !ok || len(e.Problems) != 3 || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v", err)
	}
	if p, ok := errors.AsType[*Problem](err); !ok || p.Where != "gone.yaml" {
		t.Errorf("first problem %v", p)
	}
	if err := Defaults().RequireSlack(); err == nil || !strings.Contains(err.Error(), "SLACK_BOT_TOKEN: is not set") {
		t.Errorf("RequireSlack: %v", err)
	}
}

func TestWhatFollowsFromTheFile(t *testing.T) {
	src := world(nil, map[string]string{"b.yaml": `
announce: "#incidents"
severities: [{name: sev1}, {name: sev2, title: Bad}]
services:
  - {name: web-app, repo: Acme/Web, pagerduty: PWEB}
  - {name: api, repo: acme/web, environment: eu, alerts: {policy: offer, attach: 0}}
alerts: {attach: 1d12h}
nudges: {digest: }
`})
	src.File = "b.yaml"
	c, err := Load(src)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]time.Duration{"sev1": 30 * time.Minute, "sev2": time.Hour}, c.Nudges.Update); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"P1": "sev1", "P2": "sev2"}, c.AlertsFor("api").Priorities); diff != "" {
		t.Error(diff)
	}
	if a := c.AlertsFor("api"); a.Policy != PolicyOffer || a.Attach != 0 {
		t.Errorf("api: %+v", a)
	}
	if a := c.AlertsFor("nobody"); a.Policy != PolicyOpen || a.Attach != 36*time.Hour {
		t.Errorf("nobody: %+v", a)
	}
	if c.Nudges.Digest != "0 9 * * 1" {
		t.Errorf("a key without a value took the default away: %q", c.Nudges.Digest)
	}
	if s, i := c.SeverityIndex("bad"); i != 1 || s.Name != "sev2" {
		t.Errorf("severity %v %d", s, i)
	}
	if s, ok := c.ServiceByPagerDuty("PWEB"); !ok || s.Environment != "production" || s.Rollback.Ref != "main" {
		t.Errorf("service %+v", s)
	}
	if got := c.ServicesOf("acme/web", ""); len(got) != 2 || len(c.ServicesOf("acme/web", "eu")) != 1 {
		t.Errorf("services of the repository: %v", got)
	}
	if name, err := c.ChannelName(ChannelParts{Number: 7, Slug: "down"}); name != "inc-7-down" || err != nil {
		t.Errorf("channel %q %v", name, err)
	}
}

func TestStoreLabelHidesPassword(t *testing.T) {
	for store, want := range map[string]string{
		"bolt:/data/b.db": "bolt:/data/b.db",
		"postgres://u:shh@h1:5432,h2:5432/backout?password=shh": "postgres://h1:5432,h2:5432/backout",
		"postgres://u:%zz@h/b": "postgres",
	} {
		if got := (Config{Store: NewSecret(store)}).StoreLabel(); got != want {
			t.Errorf("%s: %s", store, got)
		}
	}
}
