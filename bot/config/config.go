package config

// Config is everything Backout can be told, complete and checked: what nobody
// set holds its default.
type Config struct {
	Store       Secret    `yaml:"-"` // "bolt:PATH" or "postgres://…"; a secret because the latter holds a password
	Listen      string    `yaml:"-"` // host:port of the web pages and webhooks
	URL         string    `yaml:"-"` // public base of links, no slash at the end; empty when not set
	APIToken    Secret    `yaml:"-"` // bearer for /api/* and /webhooks/deploys
	DeployToken Secret    `yaml:"-"` // bearer for /webhooks/deploys and the freeze question only
	Slack       Slack     `yaml:"-"`
	GitHub      GitHub    `yaml:"-"`
	PagerDuty   PagerDuty `yaml:"-"`

	Announce     string            `yaml:"announce"` // channel id or #name; empty announces nowhere
	Command      string            `yaml:"command"`
	CommandAlias string            `yaml:"command_alias"`
	Channel      string            `yaml:"channel"` // template over ChannelParts
	Severities   []Severity        `yaml:"severities"`
	Targets      Targets           `yaml:"targets"`
	Services     []Service         `yaml:"services"`
	Reactions    Reactions         `yaml:"reactions"`
	People       map[string]string `yaml:"people"` // Slack user id to PagerDuty user id
	Deploys      Deploys           `yaml:"deploys"`
	Freeze       Freeze            `yaml:"freeze"`
	Alerts       Alerts            `yaml:"alerts"`
	Nudges       Nudges            `yaml:"nudges"`
	Guards       Guards            `yaml:"guards"`
	Redaction    Redaction         `yaml:"redaction"`
	Access       Access            `yaml:"access"`
	Backup       Backup            `yaml:"backup"`
	Retention    Retention         `yaml:"retention"`
	Postmortem   Postmortem        `yaml:"postmortem"`
}

// Slack holds the way into the workspace.
type Slack struct {
	AppToken Secret // xapp-…, opens the socket
	BotToken Secret // xoxb-…, every other call
	APIURL   string // ends in a slash, as slack-go wants it
}

// GitHub holds the way to GitHub: a token, or an app's id, installation and key.
type GitHub struct {
	Token          Secret
	AppID          int64
	InstallationID int64
	PrivateKey     Secret // PEM text
	APIURL         string // ends in a slash, as go-github wants it
	WebhookSecret  Secret
}

// Enabled reports whether GitHub can be called at all.
func (g GitHub) Enabled() bool { return !g.Token.IsZero() || g.AppID != 0 }

// PagerDuty holds the way to PagerDuty.
type PagerDuty struct {
	Token          Secret
	From           string // e-mail of the user that writes are made as
	APIURL         string // no slash at the end
	EventsURL      string // no slash at the end
	WebhookSecrets []Secret
}

// Enabled reports whether PagerDuty can be called at all.
func (p PagerDuty) Enabled() bool { return !p.Token.IsZero() }
