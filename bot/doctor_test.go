package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"backout/bot"
	"backout/integrations/github/githubsim"
	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
)

// examined has the doctor look at the office, which needs no bot.
func (o *office) examined() []bot.Finding {
	o.tb.Helper()
	return bot.Examine(context.Background(), o.config())
}

// found wants a finding, and that it says so.
func found(t *testing.T, all []bot.Finding, check string, state bot.State, says string) {
	t.Helper()
	if !slices.ContainsFunc(all, func(f bot.Finding) bool {
		return f.Check == check && f.State == state && strings.Contains(f.Text, says)
	}) {
		t.Errorf("no %s of %q that says %q; there is:\n%v", state, check, says, all)
	}
}

func TestTheDoctorFindsNothingWhereAllIsWell(t *testing.T) {
	t.Parallel()
	w := newWorks(t, githubsim.Options{}, nil, 0)
	pd := newWatch(t, "open")
	for _, name := range []string{"PAGERDUTY_TOKEN", "PAGERDUTY_FROM", "PAGERDUTY_API_URL", "PAGERDUTY_WEBHOOK_SECRETS"} {
		w.env[name] = pd.env[name]
	}
	w.env["BACKOUT_ANNOUNCE"], w.env["BACKOUT_URL"] = w.lobby.ID(), "https://backout.example.com"
	all := w.examined()
	for _, f := range all {
		if f.State != bot.Fine {
			t.Errorf("%+v", f)
		}
		if !strings.HasSuffix(f.Text, ".") {
			t.Errorf("no sentence: %q", f.Text)
		}
	}
	found(t, all, "rollback of web-app", bot.Fine, "prints backout_id")
	found(t, all, "pagerduty", bot.Fine, "Backout writes as Backout")
	found(t, all, "announcements", bot.Fine, "is joined at the next start")
	if n := len(w.hub.Dispatches(webApp)); n != 0 {
		t.Errorf("the doctor started %d workflows", n)
	}
}

func TestTheDoctorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	input := func(names ...string) (out []githubsim.Input) {
		for _, n := range names {
			out = append(out, githubsim.Input{Name: n, Required: true})
		}
		return out
	}
	for _, c := range []struct {
		name, says string
		workflow   githubsim.Workflow
	}{
		{"no run-name", "run-name", githubsim.Workflow{Inputs: input("version", "backout_id")}},
		{"no input", "does not declare the input backout_id", githubsim.Workflow{RunName: "Roll back", Inputs: input("version")}},
		{"an input that nobody fills", "wants the input region", githubsim.Workflow{RunName: "Roll back [${{ inputs.backout_id }}]", Inputs: input("version", "backout_id", "region")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, githubsim.Options{}, nil, 0)
			c.workflow.File = "rollback.yml"
			w.repo.Workflow(c.workflow)
			found(t, w.examined(), "rollback of web-app", bot.Problem, c.says)
		})
	}
	t.Run("tokens and scopes", func(t *testing.T) {
		t.Parallel()
		w := newWorks(t, githubsim.Options{}, nil, 0)
		w.env["GITHUB_TOKEN"] = "ghp_expired"
		delete(w.env, "GITHUB_WEBHOOK_SECRET")
		pd := newWatch(t, "open")
		w.env["PAGERDUTY_TOKEN"], w.env["PAGERDUTY_API_URL"] = "wrong-token", pd.env["PAGERDUTY_API_URL"]
		w.Fail(slacksim.Fault{Method: "apps.connections.open", Error: "not_allowed_token_type", Times: -1})
		all := w.examined()
		found(t, all, "github", bot.Problem, "GitHub does not accept the GitHub token")
		found(t, all, "webhooks", bot.Warning, "GITHUB_WEBHOOK_SECRET is not set")
		found(t, all, "pagerduty", bot.Problem, "PagerDuty does not accept")
		found(t, all, "slack socket", bot.Problem, "SLACK_APP_TOKEN with xapp-")
		for _, f := range all {
			if strings.Contains(f.Text, "ghp_expired") || strings.Contains(f.Text, "wrong-token") {
				t.Errorf("a secret is told: %s", f.Text)
			}
		}
	})
	t.Run("a scope is missing", func(t *testing.T) {
		t.Parallel()
		scopes := slices.DeleteFunc(slack.Scopes(), func(s string) bool { return s == "pins:write" })
		sim, err := slacksim.Start(slacksim.Options{Scopes: scopes, NoLimits: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(sim.Close)
		o := newOffice(t, slacksim.Options{})
		o.env["SLACK_APP_TOKEN"], o.env["SLACK_BOT_TOKEN"], o.env["SLACK_API_URL"] = sim.AppToken(), sim.BotToken(), sim.APIURL()
		found(t, o.examined(), "slack scopes", bot.Problem, "lacks pins:write")
	})
}
