package bot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"backout/integrations/github/githubsim"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// works is an office whose team keeps its code at GitHub.
type works struct {
	*office
	hub  *githubsim.Server
	repo *githubsim.Repo
	// people of the rollback, and the incident's channel once it is declared.
	ana, tom *slacksim.Actor
	lobby    *slacksim.Scene
	room     *slacksim.Scene
	hook     int64
}

const webApp = "acme/web-app"

// newWorks makes web-app with v2.3.9 and v2.4.0, and a workflow that rolls back.
func newWorks(t *testing.T, opt githubsim.Options, auto *githubsim.AutoRun, approvals int) *works {
	t.Helper()
	opt.NoLimits = true
	hub, err := githubsim.Start(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(hub.Close)
	w := &works{office: newOffice(t, slacksim.Options{NoLimits: true}), hub: hub, repo: hub.Repo(webApp)}
	w.settle = 100 * time.Millisecond
	w.ana, w.tom, w.lobby = w.Person("ana"), w.Person("tom"), w.Room("lobby")
	w.ana.Joins(w.lobby)
	w.tom.Joins(w.lobby)
	w.env["GITHUB_TOKEN"], w.env["GITHUB_API_URL"], w.env["GITHUB_WEBHOOK_SECRET"] = hub.Token(), hub.APIURL(), "secret"
	w.yaml = fmt.Sprintf(`services:
  - name: web-app
    repo: acme/web-app
    sensitive: ["auth/**"]
    rollback: {workflow: rollback.yml, ref: main, inputs: {version: "{{.To.Version}}"}, approvals: %d, allowed: [%s, %s]}
deploys: {channels: [{id: %s, pattern: '(?P<service>\S+) (?P<version>v\S+) deployed'}]}
`, approvals, w.ana.ID(), w.tom.ID(), w.lobby.ID())
	w.repo.Workflow(githubsim.Workflow{
		File: "rollback.yml", RunName: "Roll back [${{ inputs.backout_id }}]", Auto: auto,
		Inputs: []githubsim.Input{{Name: "version", Required: true}, {Name: "backout_id", Required: true}},
		Jobs:   []githubsim.Job{{Name: "roll back", Steps: []string{"Roll out", "Smoke test"}}},
	})
	w.repo.Tag("v2.3.9", w.repo.Commit(githubsim.Commit{Message: "Release v2.3.9"}))
	sha := w.repo.Commit(githubsim.Commit{Message: "New session keys", Author: "priya", Files: []githubsim.File{{Name: "auth/session.go", Additions: 20}}})
	w.repo.PullRequest(githubsim.PR{Title: "Authentication logic", Author: "priya", Commits: []string{sha}, Merged: true, MergedBy: "priya"})
	w.repo.Tag("v2.4.0", sha)
	return w
}

// hooked has GitHub tell the bot, which must be open.
func (w *works) hooked() {
	w.tb.Helper()
	w.hook = w.hub.Hook(webApp, "http://"+w.bot.Addr()+"/webhooks/github", "secret", "deployment_status", "workflow_run")
	w.hears()
}

func (w *works) hears() {
	w.tb.Helper()
	if err := w.hub.Settle(10 * time.Second); err != nil {
		w.tb.Fatal(err)
	}
}

// ships has a version deployed to production, as of some time ago.
func (w *works) ships(version string, ago time.Duration) {
	w.tb.Helper()
	at := time.Now().Add(-ago)
	id := w.repo.Deploy(githubsim.Deployment{Ref: version, Environment: "production", Payload: map[string]any{"version": version}, Creator: "jonas", At: at.Add(-time.Minute)})
	w.repo.DeployStatus(id, "success", func(s *githubsim.DeploymentStatus) { s.At = at })
}

func (w *works) declares() {
	w.tb.Helper()
	w.ana.Types(w.lobby, "/incident new Sessions are mixed up sev:1 service:web-app")
	w.room = w.WaitRoom("inc-1")
	w.room.Sees("Sessions are mixed up")
	w.settles()
	w.tom.Joins(w.room)
}

// proposes plans the rollback and waits until its post shows what it found.
func (w *works) proposes() {
	w.tb.Helper()
	w.ana.Types(w.room, "/incident rollback").Sees("R1")
	w.room.Sees("Rollback R1")
}

// presses waits for the button on the rollback's post.
func (w *works) presses(who *slacksim.Actor, button string) *slacksim.Reply {
	w.tb.Helper()
	m := w.room.Sees("Rollback R1")
	if err := m.Sees(button); err != nil {
		w.tb.Fatal(err)
	}
	return who.Clicks(m, button)
}

func (w *works) rollback() timeline.Rollback {
	w.tb.Helper()
	in, err := w.bot.Record().Incident(context.Background(), 1)
	if err != nil {
		w.tb.Fatal(err)
	}
	rb, ok := in.Rollback(1)
	if !ok {
		w.tb.Fatal("there is no R1")
	}
	return rb
}

// api reads an address of the bot's API.
func (w *works) api(path string) string {
	w.tb.Helper()
	req, _ := http.NewRequest(http.MethodGet, "http://"+w.bot.Addr()+path, nil)
	req.Header.Set("Authorization", "Bearer api-token")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.tb.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		w.tb.Fatalf("%s: %d %s %v", path, resp.StatusCode, body, err)
	}
	return string(body)
}

func TestARollbackFromTheReportToTheMitigation(t *testing.T) {
	t.Parallel()
	w := newWorks(t, githubsim.Options{}, &githubsim.AutoRun{Queued: 20 * time.Millisecond, Step: 20 * time.Millisecond, Environment: "production"}, 1)
	w.opens()
	defer w.closes()
	w.hooked()
	w.ships("v2.3.9", 9*24*time.Hour)
	w.ships("v2.4.0", 5*time.Minute)
	w.hears()
	w.declares()
	card := w.room.Sees("touches auth/session.go")
	for _, text := range []string{"v2.4.0", "same service", "touches auth/session.go", "1 pull request", "Roll back…"} {
		if err := card.Sees(text); err != nil {
			t.Fatal(err)
		}
	}
	w.ana.Clicks(card, "Roll back…").Sees("R1")
	w.presses(w.ana, "Roll back").Sees("waits for")
	w.presses(w.ana, "Approve").Sees("somebody else must approve")
	w.presses(w.tom, "Approve").Sees("R1")
	w.room.Sees("Rolled back")
	w.presses(w.ana, "Mitigated").Sees("INC-1 is mitigated")
	w.hears()
	w.settles()
	sent := w.hub.Dispatches(webApp)
	rb := w.rollback()
	if len(sent) != 1 || sent[0].Inputs["version"] != "v2.3.9" || sent[0].Inputs["backout_id"] != rb.ID {
		t.Errorf("dispatched %+v, id %s", sent, rb.ID)
	}
	var list struct {
		Deploys []struct {
			Version, Rollback string
			Standing          map[string]string
			Sources           []struct{ Name string }
		}
	}
	if err := json.Unmarshal([]byte(w.api("/api/deploys?service=web-app")), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Deploys) != 3 || list.Deploys[0].Version != "v2.3.9" || list.Deploys[0].Rollback != "INC-1/R1" || len(list.Deploys[0].Sources) != 2 || list.Deploys[1].Standing["INC-1"] != "suspect" {
		t.Errorf("the deploy of the rollback's run is not the rollback's: %+v", list.Deploys)
	}
}

// TestAnAnswerThatIsLostIsLookedUp: GitHub accepted the dispatch and the answer
// was lost on the way, in every way that an answer can be lost.
func TestAnAnswerThatIsLostIsLookedUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		opt   githubsim.Options
		fault *githubsim.Fault
	}{
		{"502", githubsim.Options{ListLag: 300 * time.Millisecond}, &githubsim.Fault{Status: 502, AfterEffect: true}},
		{"cut", githubsim.Options{}, &githubsim.Fault{Cut: true, AfterEffect: true}},
		{"an older server ignores the wish for details", githubsim.Options{RunDetails: githubsim.RunDetailsIgnored, ListLag: 300 * time.Millisecond}, nil},
		{"an older server refuses the wish for details", githubsim.Options{RunDetails: githubsim.RunDetailsRefused, APIPrefix: "/api/v3"}, nil},
		{"429 first", githubsim.Options{}, &githubsim.Fault{Status: 429, RetryAfter: time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, c.opt, &githubsim.AutoRun{}, 0)
			w.ships("v2.3.9", 9*24*time.Hour)
			w.ships("v2.4.0", 5*time.Minute)
			w.opens()
			defer w.closes()
			w.hooked()
			w.declares()
			if c.fault != nil {
				c.fault.Method, c.fault.Path = "POST", "dispatches"
				w.hub.Fail(*c.fault)
			}
			w.proposes()
			w.presses(w.ana, "Roll back").Sees("R1")
			w.room.Sees("Rolled back")
			if sent := w.hub.Dispatches(webApp); len(sent) != 1 {
				t.Errorf("%d dispatches", len(sent))
			}
		})
	}
}

func TestARunIsFollowedOverARestart(t *testing.T) {
	t.Parallel()
	w := newWorks(t, githubsim.Options{}, nil, 0)
	w.ships("v2.3.9", 9*24*time.Hour)
	w.ships("v2.4.0", 5*time.Minute)
	w.opens()
	w.declares()
	w.proposes()
	w.presses(w.ana, "Roll back").Sees("R1")
	w.room.Sees("17000")
	run := w.hub.Runs(webApp)[0]
	w.closes()
	run.StartJob("roll back")
	run.Step("roll back", "Smoke test", "failure")
	run.FinishJob("roll back", "failure")
	run.Complete("failure")
	w.opens()
	defer w.closes()
	w.room.Sees("Failed:")
	w.presses(w.tom, "Run failed jobs again").Sees("R1")
	for run.Attempt() < 2 {
		time.Sleep(5 * time.Millisecond)
	}
	run.FinishJob("roll back", "success")
	run.Complete("success")
	w.room.Sees("Rolled back")
	if sent := w.hub.Dispatches(webApp); len(sent) != 1 || run.Attempt() != 2 {
		t.Errorf("%d dispatches, attempt %d", len(sent), run.Attempt())
	}
}

func TestTheIncidentGoesOnWhileGitHubIsDown(t *testing.T) {
	t.Parallel()
	w := newWorks(t, githubsim.Options{}, &githubsim.AutoRun{}, 0)
	w.opens()
	defer w.closes()
	w.hooked()
	w.ships("v2.3.9", 9*24*time.Hour)
	w.ships("v2.4.0", 5*time.Minute)
	w.hears()
	heal := w.hub.Fail(githubsim.Fault{Status: 503, Times: -1})
	w.declares0()
	w.room.Sees("What it changed is not known yet")
	w.ana.Joins(w.room)
	w.ana.Types(w.room, "/incident impact Everybody").Sees("Impact of INC-1")
	heal()
	w.room.Sees("1 pull request")
}

// declares0 declares without waiting for what GitHub owes.
func (w *works) declares0() {
	w.tb.Helper()
	w.ana.Types(w.lobby, "/incident new Sessions are mixed up sev:1 service:web-app")
	w.room = w.WaitRoom("inc-1")
	w.room.Sees("Sessions are mixed up")
}

func TestAMissingPermissionIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorks(t, githubsim.Options{Permissions: map[string]string{"actions": "read", "contents": "read", "pull_requests": "read", "checks": "read", "statuses": "read", "deployments": "read"}}, nil, 0)
	w.ships("v2.3.9", 9*24*time.Hour)
	w.ships("v2.4.0", 5*time.Minute)
	w.opens()
	defer w.closes()
	w.hooked()
	w.declares()
	w.proposes()
	w.presses(w.ana, "Roll back").Sees("R1")
	w.room.Sees("Actions: write")
	if rb := w.rollback(); rb.State != timeline.RollbackFailed || len(w.hub.Dispatches(webApp)) != 0 {
		t.Errorf("%+v", rb)
	}
}

// TestDeploysThatNobodyToldUsOf are read when the bot starts: those at GitHub, and
// those that CI wrote into its channel.
func TestDeploysThatNobodyToldUsOf(t *testing.T) {
	t.Parallel()
	w := newWorks(t, githubsim.Options{}, nil, 0)
	w.opens()
	w.hooked()
	w.ships("v2.3.9", 3*time.Hour)
	w.hears()
	w.closes()
	w.hub.Unhook(w.hook)
	w.ships("v2.4.0", time.Minute)
	if _, err := w.Server.Bot("ci").Says(w.lobby, "web-app v2.5.0 deployed"); err != nil {
		t.Fatal(err)
	}
	w.opens()
	defer w.closes()
	for _, version := range []string{"v2.4.0", "v2.5.0"} {
		w.eventually(version, func() bool { return strings.Contains(w.api("/api/deploys"), version) })
	}
	if _, err := w.Server.Bot("ci").Says(w.lobby, "web-app v2.6.0 deployed"); err != nil {
		t.Fatal(err)
	}
	w.eventually("v2.6.0", func() bool { return strings.Contains(w.api("/api/deploys"), "v2.6.0") })
}

// TestAFirstReadingThatFailedIsMadeUpFor: GitHub was down when the bot first started,
// and a deploy of today was heard of all the same. What is older is not forgotten.
func TestAFirstReadingThatFailedIsMadeUpFor(t *testing.T) {
	t.Parallel()
	w := newWorks(t, githubsim.Options{}, nil, 0)
	w.ships("v2.3.9", 9*24*time.Hour)
	heal := w.hub.Fail(githubsim.Fault{Status: 503, Times: -1})
	w.opens()
	if _, err := w.Server.Bot("ci").Says(w.lobby, "web-app v2.5.0 deployed"); err != nil {
		t.Fatal(err)
	}
	w.eventually("v2.5.0", func() bool { return strings.Contains(w.api("/api/deploys"), "v2.5.0") })
	w.closes()
	heal()
	w.opens()
	defer w.closes()
	w.eventually("v2.3.9", func() bool { return strings.Contains(w.api("/api/deploys"), "v2.3.9") })
}

func (o *office) eventually(what string, true func() bool) {
	o.tb.Helper()
	for end := time.Now().Add(40 * time.Second); !true(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			o.tb.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestADeployDuringAFreezeIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorks(t, githubsim.Options{}, nil, 0)
	w.opens()
	defer w.closes()
	w.hooked()
	w.declares()
	w.ana.Types(w.room, "/incident freeze").Sees("web-app")
	if got := w.api("/api/freeze?service=web-app"); !strings.Contains(got, `"frozen":true,"by":["INC-1"]`) {
		t.Error(got)
	}
	id := w.repo.Deploy(githubsim.Deployment{Ref: "v2.4.0", Environment: "production", Creator: "jonas"})
	w.repo.DeployStatus(id, "in_progress")
	m := w.room.Sees("is going out")
	if err := m.Sees("frozen"); err != nil {
		t.Error(err)
	}
	w.repo.DeployStatus(id, "success")
	if err := m.Sees("was deployed"); err != nil {
		t.Error(err)
	}
	w.ana.Types(w.room, "/incident resolve over").Sees("INC-1 is resolved")
	if got := w.api("/api/freeze?service=web-app"); !strings.Contains(got, `"frozen":false`) {
		t.Error(got)
	}
}

// TestAGroupMayRollBackAndItsRunBeCancelled: who may is a user group, read at the
// start; a run is cancelled by a button.
func TestAGroupMayRollBackAndItsRunBeCancelled(t *testing.T) {
	t.Parallel()
	w := newWorks(t, githubsim.Options{}, nil, 0)
	eve := w.Person("eve")
	eve.Joins(w.lobby)
	group := w.Group("web-team", w.ana.Person)
	w.yaml = strings.Replace(w.yaml, fmt.Sprintf("[%s, %s]", w.ana.ID(), w.tom.ID()), "["+group+"]", 1)
	w.ships("v2.3.9", 9*24*time.Hour)
	w.ships("v2.4.0", 5*time.Minute)
	w.opens()
	defer w.closes()
	w.hooked()
	w.declares()
	eve.Joins(w.room)
	w.proposes()
	w.presses(eve, "Roll back").Sees("You may not roll web-app back")
	w.presses(w.ana, "Roll back").Sees("R1")
	w.presses(eve, "Cancel run").Sees("You may not")
	w.presses(w.ana, "Cancel run").Sees("R1")
	w.eventually("the cancelled run", func() bool { return w.rollback().State == timeline.RollbackCancelled })
	w.room.Sees("ancelled")
	if got := w.hub.Runs(webApp)[0].Conclusion(); got != "cancelled" {
		t.Error(got)
	}
}
