package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"backout/bot/config"
	"backout/integrations/github"
	"backout/integrations/pagerduty"
	"backout/integrations/slack"
	"backout/timeline"
)

// State is how a check came out.
type State string

// What checks come out as. Backout runs with warnings; with a problem something
// that is configured does not work.
const (
	Fine    State = "ok"
	Warning State = "warning"
	Problem State = "problem"
)

// Finding is what one check came to: a sentence, which says what to do unless
// all is well.
type Finding struct {
	Check string `json:"check"`
	State State  `json:"state"`
	Text  string `json:"text"`
}

// examineWait bounds the checks of one service outside.
const examineWait = 20 * time.Second

// findings are collected in the order in which they are read.
type findings []Finding

func (f *findings) add(check string, s State, format string, args ...any) {
	*f = append(*f, Finding{check, s, fmt.Sprintf(format, args...)})
}

// trouble words an error of an integration, which says itself what to do.
func (f *findings) trouble(check string, err error) {
	var t *timeline.Trouble
	if !errors.As(err, &t) {
		f.add(check, Problem, "%s", sentenceOf(err.Error()))
		return
	}
	f.add(check, Problem, "%s", sentenceOf(t.Sentence))
}

// sentenceOf makes a sentence of words that stand behind a colon elsewhere.
func sentenceOf(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}

// Examine asks everything that the configuration names whether it would work,
// and changes nothing anywhere. It takes a minute at most.
func Examine(ctx context.Context, cfg config.Config) []Finding {
	var f findings
	for _, part := range []func(context.Context, config.Config){f.slack, f.github, f.pagerduty} {
		ctx, cancel := context.WithTimeout(ctx, examineWait)
		part(ctx, cfg)
		cancel()
	}
	f.http(cfg)
	return f
}

func (f *findings) slack(ctx context.Context, cfg config.Config) {
	if err := cfg.RequireSlack(); err != nil {
		f.add("slack", Problem, "%s", sentenceOf(strings.ReplaceAll(err.Error(), "\n", "; ")))
	}
	client := slack.NewClient(slack.ClientOptions{BotToken: cfg.Slack.BotToken.Reveal(), APIURL: cfg.Slack.APIURL})
	defer client.Close()
	if !cfg.Slack.BotToken.IsZero() {
		app, err := client.Examine(ctx)
		switch {
		case err != nil:
			f.trouble("slack", err)
		case len(app.Lacks) > 0:
			f.add("slack scopes", Problem, "The app lacks %s; paste `backout manifest` under App Manifest and reinstall the app.", strings.Join(app.Lacks, ", "))
		default:
			f.add("slack", Fine, "Backout is %s in %s, with every scope.", app.Bot, app.Team)
		}
		if err == nil {
			f.announce(ctx, cfg.Announce, client)
		}
	}
	if !cfg.Slack.AppToken.IsZero() {
		if err := client.ExamineSocket(ctx, cfg.Slack.AppToken.Reveal()); err != nil {
			f.trouble("slack socket", err)
		} else {
			f.add("slack socket", Fine, "SLACK_APP_TOKEN opens a link; Socket Mode is on.")
		}
	}
}

func (f *findings) announce(ctx context.Context, channel string, client *slack.Client) {
	const check = "announcements"
	switch {
	case channel == "":
		f.add(check, Warning, "Nothing is announced; set announce to the channel that shall hear of incidents.")
		return
	case strings.HasPrefix(channel, "#"):
		f.add(check, Warning, "Whether %s can be posted to shows at the first incident; write the channel's id instead, or invite Backout there.", channel)
		return
	}
	is, err := client.ExamineChannel(ctx, channel)
	switch {
	case err != nil:
		f.trouble(check, err)
	case is.Archived:
		f.add(check, Problem, "#%s is archived; name another channel in announce.", is.Name)
	case !is.Member && strings.HasPrefix(channel, "G"):
		f.add(check, Problem, "Backout is not in #%s; type /invite with its name there.", is.Name)
	case !is.Member:
		f.add(check, Fine, "#%s is joined at the next start.", is.Name)
	default:
		f.add(check, Fine, "Incidents are announced in #%s.", is.Name)
	}
}

func (f *findings) github(ctx context.Context, cfg config.Config) {
	const check = "github"
	if !connected(cfg) {
		state := Fine
		for _, s := range cfg.Services {
			if s.Rollback.Configured() {
				state = Problem
			}
		}
		f.add(check, state, "GitHub is not connected: no rollbacks, and deploys only over HTTP and from Slack. GITHUB_TOKEN connects it.")
		return
	}
	client, err := github.NewClient(github.Options{
		Token: cfg.GitHub.Token.Reveal(), AppID: cfg.GitHub.AppID, InstallationID: cfg.GitHub.InstallationID,
		PrivateKey: []byte(cfg.GitHub.PrivateKey.Reveal()), APIURL: cfg.GitHub.APIURL, Catalogue: catalogue(cfg), Workflows: cfg.Deploys.Workflows,
	})
	if err != nil {
		f.add(check, Problem, "%s", sentenceOf(err.Error()))
		return
	}
	defer client.Close()
	if _, err := client.Deploys(ctx, time.Now()); err != nil {
		f.trouble(check, err)
	} else {
		f.add(check, Fine, "GitHub shows the deploys of every service.")
	}
	for _, s := range cfg.Services {
		if s.Rollback.Configured() {
			f.workflow(ctx, client, s)
		}
	}
}

// workflow looks at what rolls a service back. That it may be started cannot be
// seen without starting it.
func (f *findings) workflow(ctx context.Context, client *github.Client, s config.Service) {
	check, file := "rollback of "+s.Name, s.Rollback.Workflow+" of "+s.Repo
	w, err := client.Inspect(ctx, s.Repo, s.Rollback.Workflow, s.Rollback.Ref)
	switch {
	case err != nil:
		f.trouble(check, err)
	case !w.Found:
		f.add(check, Problem, "There is no %s at %s, or the token does not see it (Actions and Contents: read); add it, the README has a template.", file, s.Rollback.Ref)
	case !w.Active:
		f.add(check, Problem, "%s is switched off; enable it under Actions.", file)
	case !w.Dispatchable:
		f.add(check, Problem, "%s cannot be started by hand; add workflow_dispatch to its triggers.", file)
	case !w.DeclaresID:
		f.add(check, Problem, "%s does not declare the input backout_id, by which its run is recognised; add it as in the README's template.", file)
	case !w.PrintsID && !client.GivesRunIDs():
		f.add(check, Problem, "%s does not print backout_id in its run-name; add run-name: Roll back [${{ inputs.backout_id }}].", file)
	case !w.PrintsID:
		f.add(check, Warning, "%s does not print backout_id in its run-name; a run whose answer is lost will not be recognised. Add run-name: Roll back [${{ inputs.backout_id }}].", file)
	case len(unfilled(w.Required, s.Rollback.Inputs)) > 0:
		f.add(check, Problem, "%s wants the input %s, which rollback.inputs of %s does not fill; add it there.", file, strings.Join(unfilled(w.Required, s.Rollback.Inputs), ", "), s.Name)
	default:
		f.add(check, Fine, "%s is there, can be started by hand and prints backout_id.", file)
	}
}

// unfilled are the inputs that a workflow wants and nobody gives.
func unfilled(wanted []string, given map[string]string) []string {
	var out []string
	for _, name := range wanted {
		if _, ok := given[name]; !ok && name != github.IDInput {
			out = append(out, name)
		}
	}
	return out
}

func (f *findings) pagerduty(ctx context.Context, cfg config.Config) {
	const check = "pagerduty"
	if !cfg.PagerDuty.Enabled() {
		f.add(check, Fine, "PagerDuty is not connected; PAGERDUTY_TOKEN connects it.")
		return
	}
	client, err := pagerduty.NewClient(pagerduty.Options{
		Token: cfg.PagerDuty.Token.Reveal(), From: cfg.PagerDuty.From, APIURL: cfg.PagerDuty.APIURL, EventsURL: cfg.PagerDuty.EventsURL,
	})
	if err != nil {
		f.add(check, Problem, "%s", sentenceOf(err.Error()))
		return
	}
	defer client.Close()
	self, err := client.Self(ctx)
	if err != nil {
		f.trouble(check, err)
		return
	}
	f.add(check, Fine, "Backout writes as %s; that user should be its alone.", self.Name)
	for _, s := range cfg.Services {
		if s.PagerDuty == "" {
			continue
		}
		there, err := client.Service(ctx, s.PagerDuty)
		if err != nil {
			f.trouble("alerts of "+s.Name, err)
			continue
		}
		f.add("alerts of "+s.Name, Fine, "%s is %s at PagerDuty.", s.Name, there.Name)
	}
}

// http looks at what others need to reach Backout.
func (f *findings) http(cfg config.Config) {
	const check = "webhooks"
	missing := false
	for _, w := range []struct {
		lacks bool
		text  string
	}{
		{connected(cfg) && cfg.GitHub.WebhookSecret.IsZero(), "GITHUB_WEBHOOK_SECRET is not set: GitHub's deliveries are refused, and deploys are found within five minutes instead of at once."},
		{cfg.PagerDuty.Enabled() && len(cfg.PagerDuty.WebhookSecrets) == 0, "PAGERDUTY_WEBHOOK_SECRETS is not set: PagerDuty's deliveries are refused, and alerts are found within five minutes instead of at once."},
		{cfg.APIToken.IsZero() && cfg.DeployToken.IsZero(), "Neither BACKOUT_API_TOKEN nor BACKOUT_DEPLOY_TOKEN is set: the API, reported deploys and Alertmanager are off."},
		{cfg.URL == "", "BACKOUT_URL is not set: messages cannot link to pages."},
	} {
		if w.lacks {
			missing = true
			f.add(check, Warning, "%s", w.text)
		}
	}
	if !missing {
		f.add(check, Fine, "Every secret and address that others need is set.")
	}
}
