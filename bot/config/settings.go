package config

import (
	"errors"
	"strconv"
	"strings"
)

// setting is one value that the environment can give.
type setting struct {
	key     string // name in flags and in the overlay
	env     string
	def     string
	meaning string
	secret  bool // then env_FILE is read too, and flags are refused
	file    func(*Config) *string
	set     func(*Config, string) error
}

// settings is the table of everything the environment can set.
func settings() []setting {
	return []setting{
		secret("store", "BACKOUT_STORE", "bolt:backout.db", "where the record is kept: `bolt:PATH` or `postgres://…`", func(c *Config) *Secret { return &c.Store }),
		plain("listen", "BACKOUT_LISTEN", "127.0.0.1:8080", "address of pages, API and webhooks", func(c *Config) *string { return &c.Listen }),
		base("url", "BACKOUT_URL", "", "", "public base URL for links", func(c *Config) *string { return &c.URL }),
		secret("api_token", "BACKOUT_API_TOKEN", "", "bearer token for `/api/*` and `/webhooks/deploys`", func(c *Config) *Secret { return &c.APIToken }),
		secret("deploy_token", "BACKOUT_DEPLOY_TOKEN", "", "bearer token for `/webhooks/deploys` and `/api/freeze` only", func(c *Config) *Secret { return &c.DeployToken }),
		secret("slack_app_token", "SLACK_APP_TOKEN", "", "`xapp-…` with the scope `connections:write`", func(c *Config) *Secret { return &c.Slack.AppToken }),
		secret("slack_bot_token", "SLACK_BOT_TOKEN", "", "`xoxb-…`", func(c *Config) *Secret { return &c.Slack.BotToken }),
		base("slack_api_url", "SLACK_API_URL", "https://slack.com/api/", "/", "base of Slack's Web API", func(c *Config) *string { return &c.Slack.APIURL }),
		secret("github_token", "GITHUB_TOKEN", "", "token, or an app by the next three", func(c *Config) *Secret { return &c.GitHub.Token }),
		number("github_app_id", "GITHUB_APP_ID", "id of the GitHub App", func(c *Config) *int64 { return &c.GitHub.AppID }),
		number("github_app_installation_id", "GITHUB_APP_INSTALLATION_ID", "id of its installation", func(c *Config) *int64 { return &c.GitHub.InstallationID }),
		secret("github_app_private_key", "GITHUB_APP_PRIVATE_KEY", "", "its key (PEM), usually as `GITHUB_APP_PRIVATE_KEY_FILE`", func(c *Config) *Secret { return &c.GitHub.PrivateKey }),
		base("github_api_url", "GITHUB_API_URL", "https://api.github.com/", "/", "base of GitHub's API", func(c *Config) *string { return &c.GitHub.APIURL }),
		secret("github_webhook_secret", "GITHUB_WEBHOOK_SECRET", "", "secret of `/webhooks/github`", func(c *Config) *Secret { return &c.GitHub.WebhookSecret }),
		secret("pagerduty_token", "PAGERDUTY_TOKEN", "", "REST API token", func(c *Config) *Secret { return &c.PagerDuty.Token }),
		plain("pagerduty_from", "PAGERDUTY_FROM", "", "e-mail of the PagerDuty user that writes are made as", func(c *Config) *string { return &c.PagerDuty.From }),
		base("pagerduty_api_url", "PAGERDUTY_API_URL", "https://api.pagerduty.com", "", "base of PagerDuty's REST API", func(c *Config) *string { return &c.PagerDuty.APIURL }),
		base("pagerduty_events_url", "PAGERDUTY_EVENTS_URL", "https://events.pagerduty.com", "", "base of PagerDuty's Events API", func(c *Config) *string { return &c.PagerDuty.EventsURL }),
		webhookSecrets(),
		shared("announce", "BACKOUT_ANNOUNCE", func(c *Config) *string { return &c.Announce }),
		shared("command", "BACKOUT_COMMAND", func(c *Config) *string { return &c.Command }),
		shared("command_alias", "BACKOUT_COMMAND_ALIAS", func(c *Config) *string { return &c.CommandAlias }),
		shared("channel", "BACKOUT_CHANNEL", func(c *Config) *string { return &c.Channel }),
	}
}

// plain is a text that is no secret.
func plain(key, env, def, meaning string, at func(*Config) *string) setting {
	return setting{key: key, env: env, def: def, meaning: meaning, set: func(c *Config, text string) error {
		*at(c) = strings.TrimSpace(text)
		return nil
	}}
}

// base is a URL that other paths are appended to. ending is "/" or "", whatever
// the library that appends expects, so that nobody has to remember which.
func base(key, env, def, ending, meaning string, at func(*Config) *string) setting {
	return setting{key: key, env: env, def: def, meaning: meaning, set: func(c *Config, text string) error {
		if text = strings.TrimRight(strings.TrimSpace(text), "/"); text != "" {
			text += ending
		}
		*at(c) = text
		return nil
	}}
}

// secret is a text that must not be seen.
func secret(key, env, def, meaning string, at func(*Config) *Secret) setting {
	return setting{key: key, env: env, def: def, meaning: meaning, secret: true, set: func(c *Config, text string) error {
		*at(c) = NewSecret(text)
		return nil
	}}
}

// number is a positive whole number; empty leaves 0.
func number(key, env, meaning string, at func(*Config) *int64) setting {
	return setting{key: key, env: env, meaning: meaning, set: func(c *Config, text string) error {
		if text == "" {
			*at(c) = 0
			return nil
		}
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil || n <= 0 {
			return errors.New("write the number that the GitHub App's settings page shows")
		}
		*at(c) = n
		return nil
	}}
}

// webhookSecrets is the one list: while a secret is rotated both are active.
func webhookSecrets() setting {
	return setting{
		key: "pagerduty_webhook_secrets", env: "PAGERDUTY_WEBHOOK_SECRETS", secret: true,
		meaning: "secrets of `/webhooks/pagerduty`, comma-separated",
		set: func(c *Config, text string) error {
			c.PagerDuty.WebhookSecrets = nil
			for one := range strings.SplitSeq(text, ",") {
				if one = strings.TrimSpace(one); one != "" {
					c.PagerDuty.WebhookSecrets = append(c.PagerDuty.WebhookSecrets, NewSecret(one))
				}
			}
			return nil
		},
	}
}

// shared is a text that also has a key in the file, which gives its meaning.
func shared(key, env string, at func(*Config) *string) setting {
	s := plain(key, env, "", "", at)
	s.file = at
	return s
}
