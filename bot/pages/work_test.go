package pages_test

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"backout/bot/pages"
	"backout/timeline"
)

// atWork puts a suspect with facts, one without, a rollback and a freeze into the
// record of INC-1, and has the private INC-2 think of the same deploy.
func (d *desk) atWork() {
	d.t.Helper()
	d.incidents()
	d.deployed("api", "build-1", "web-app", "production", "v2.3.9")
	d.deployed("api", "build-2", "web-app", "production", "v2.4.0")
	d.deployed("api", "build-3", "auth-db", "production", "v7")
	d.does(timeline.Judge("slash:3", "U0ANA", 2, 2, timeline.StandingCaused))
	d.rolledBack(2, "v2.3.9")
	d.does(timeline.Judge("slash:4", "U0TOM", 1, 2, timeline.StandingCaused))
	d.does(timeline.FreezeDeploys("slash:5", "U0TOM", 1, nil))
	d.within(func(tx *timeline.Tx) error {
		to, _, err := tx.Deploy(1)
		if err != nil {
			return err
		}
		from, _, err := tx.Deploy(2)
		if err != nil {
			return err
		}
		why := []timeline.Reason{{Kind: timeline.ReasonSameService}, {Kind: timeline.ReasonBefore, For: 6 * time.Minute}}
		third, _, err := tx.Deploy(3)
		if err != nil {
			return err
		}
		add := func(who string, b timeline.Body) { tx.Add(1, who, time.Time{}, timeline.Source{}, b) }
		add("api", timeline.DeployNoted{Deploy: third})
		add(timeline.Backout, timeline.SuspectSet{Deploy: 3, Standing: timeline.StandingSuspect, Reasons: why})
		add(timeline.Backout, timeline.ChangeFound{Deploy: 3, Trouble: "GitHub does not know the commit."})
		add(timeline.Backout, timeline.ChangeFound{Deploy: 2, Facts: &timeline.ChangeFacts{
			Link: "https://github.example/compare", TotalCommits: 12, Files: make([]timeline.ChangeFile, 3),
			Pulls: []timeline.ChangePull{{Number: 41, Title: "New sessions", Author: "jonas", Link: "https://github.example/41"}},
		}})
		plan := timeline.RollbackPlan{Service: "web-app", Environment: "production", Repo: "acme/web-app", From: from, To: to}
		add("U0TOM", timeline.RollbackStep{Number: 1, State: timeline.RollbackProposed, Plan: &plan})
		add("U0ANA", timeline.RollbackStep{Number: 1, State: timeline.RollbackConfirmed, Confirmation: 1, ID: "INC-1-R1-1"})
		add("U0EVE", timeline.RollbackStep{Number: 1, State: timeline.RollbackAwaiting, Approved: true})
		add(timeline.Backout, timeline.RollbackStep{Number: 1, State: timeline.RollbackFailed, Reason: "the job build failed", Run: &timeline.WorkflowRun{ID: 9, Link: "https://github.example/runs/9", Attempt: 1, Status: "completed", Conclusion: "failure"}})
		return nil
	})
}

func TestTheWorkOnAnIncident(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.atWork()
	_, body := d.get("/api/incidents/INC-1", "s3cret")
	for what, want := range map[string]string{
		"the cause":    `{"deploy":"D2","number":2,"version":"v2.4.0","service":"web-app","standing":"caused","by":"U0TOM","reasons":"","facts":{"link":"https://github.example/compare","commits":12,"files":3,"pulls":[{"number":41,"title":"New sessions","link":"https://github.example/41"}]},"trouble":""}`,
		"the suspect":  `{"deploy":"D3","number":3,"version":"v7","service":"auth-db","standing":"suspect","by":"backout","reasons":"same service, 6 min before the first known sign","facts":null,"trouble":"GitHub does not know the commit."}`,
		"the rollback": `"rollbacks":[{"id":"R1","service":"web-app","environment":"production","from":{"deploy":"D2","number":2,"version":"v2.4.0"},"to":{"deploy":"D1","number":1,"version":"v2.3.9"},"state":"failed","run":{"id":9,"link":"https://github.example/runs/9","attempt":1,"status":"completed","conclusion":"failure"},"requested_by":"U0TOM","confirmed_by":"U0ANA","approved_by":["U0EVE"],"reason":"the job build failed"}]`,
		"the freeze":   `"freezes":[{"service":"web-app","since":"2026-11-20T14:08:02Z","who":"U0TOM","n":`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s: no\n%s in\n%s", what, want, body)
		}
	}
}

func TestAnIncidentWithoutWorkHasEmptyLists(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.incidents()
	if _, body := d.get("/api/incidents/INC-1", "s3cret"); !strings.Contains(body, `"suspects":[],"rollbacks":[],"freezes":[]`) {
		t.Fatalf("got %s", body)
	}
}

func TestRowsOfDeploysHaveWords(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.atWork()
	_, body := d.get("/api/incidents/INC-1/events", "s3cret")
	words := map[timeline.Kind]string{}
	for s := bufio.NewScanner(strings.NewReader(body)); s.Scan(); {
		var e pages.Entry
		if err := json.Unmarshal(s.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		words[e.Kind] += e.Text + "\n"
	}
	for kind, want := range map[timeline.Kind]string{
		timeline.KindDeploy: "Deployed v2.4.0", timeline.KindSuspect: "Suspect: v7 of auth-db",
		timeline.KindRollback: "Rollback R1 of web-app proposed", timeline.KindFreeze: "Froze deploys of web-app", timeline.KindMessage: "see Ana Ruiz",
	} {
		if !strings.Contains(words[kind], want) {
			t.Errorf("rows of kind %s say %q, want %q", kind, words[kind], want)
		}
	}
}

// TestEventsOfOneIncidentTellNothingOfOthers holds both forms: a deploy in them is a
// copy that knew what the private INC-2 thought of it.
func TestEventsOfOneIncidentTellNothingOfOthers(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.atWork()
	for _, path := range []string{"/api/incidents/INC-1/events", "/api/incidents/INC-1/events?raw=1", "/api/incidents/INC-1"} {
		_, body := d.get(path, "s3cret")
		for _, secret := range []string{"INC-2", `"incident":2`, `"2":"caused"`} {
			if strings.Contains(body, secret) {
				t.Errorf("%s has %s: %s", path, secret, body)
			}
		}
		if !strings.Contains(body, `"D2"`) && !strings.Contains(body, `"number":2`) {
			t.Errorf("%s does not have the deploy itself: %s", path, body)
		}
	}
}
