package pages_test

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"backout/bot/pages"
	"backout/timeline"
)

func at(clock string) time.Time {
	t, err := time.Parse(time.RFC3339, "2026-11-20T"+clock+":00Z")
	if err != nil {
		panic(err)
	}
	return t
}

// deployed reports a deploy under the id, and gives nothing that a test does not
// look at.
func (d *desk) deployed(source, id, service, environment, version string) {
	d.t.Helper()
	d.does(timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{{
		Source:  timeline.DeploySource{Name: source, ID: id, URL: "https://ci.example/" + id},
		Service: service, Environment: environment, Version: version, SHA: "4f2a" + version[1:], Ref: "main", By: "jonas",
		State: timeline.DeploySucceeded, Stage: "full", Started: at("14:00"), Finished: at("14:02"), URL: "https://ci.example/" + id,
	}}}))
}

// within lets a test write into the record what takes many steps otherwise.
func (d *desk) within(decide func(tx *timeline.Tx) error) {
	d.t.Helper()
	d.does(timeline.Change{Decide: decide})
}

// rolledBack has R1 of the incident make a deploy of the version and take D1 back.
func (d *desk) rolledBack(incident int, version string) {
	d.t.Helper()
	d.within(func(tx *timeline.Tx) error {
		ref := timeline.RollbackRef{Incident: incident, Number: 1}
		_, err := tx.Report(timeline.DeployReport{
			Source:  timeline.DeploySource{Name: "rollback", ID: timeline.ID(incident) + "/R1/1", URL: "https://github.example/runs/9"},
			Service: "web-app", Environment: "production", Version: version, By: "U0ANA", State: timeline.DeploySucceeded, Started: at("14:06"), Finished: at("14:07"),
		}, ref)
		if err != nil {
			return err
		}
		return tx.MarkUndone(1, ref)
	})
}

func (d *desk) listDeploys(query string) (out []pages.Deploy, next, body string) {
	d.t.Helper()
	resp, body := d.get("/api/deploys"+query, "s3cret")
	var page struct {
		Deploys []pages.Deploy
		Next    string
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || resp.StatusCode != 200 || page.Deploys == nil {
		d.t.Fatalf("%s: %d %s %v", query, resp.StatusCode, body, err)
	}
	return page.Deploys, page.Next, body
}

func TestADeployIsShownAsPosted(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.deployed("github", "77", "web-app", "production", "v2.4.0")
	d.deployed("api", "build-5127", "web-app", "production", "v2.4.0")
	_, _, body := d.listDeploys("")
	want := `{"deploys":[{"number":1,"id":"build-5127","service":"web-app","environment":"production","version":"v2.4.0","sha":"4f2a2.4.0","ref":"main",` +
		`"state":"success","stage":"full","by":"jonas","started_at":"2026-11-20T14:00:00Z","finished_at":"2026-11-20T14:02:00Z","url":"https://ci.example/77",` +
		`"sources":[{"name":"github","id":"77","url":"https://ci.example/77"},{"name":"api","id":"build-5127","url":"https://ci.example/build-5127"}],"standing":{}}]}`
	if strings.TrimSpace(body) != want {
		t.Fatalf("got\n%s want\n%s", body, want)
	}
}

func TestADeployThatIsGoingOutHasNoEnd(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.does(timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{{
		Source: timeline.DeploySource{Name: "api", ID: "b1"}, Service: "web-app", Environment: "production", Version: "v1", State: timeline.DeployRunning, Started: at("14:00"),
	}}}))
	if _, _, body := d.listDeploys(""); !strings.Contains(body, `"finished_at":null`) {
		t.Fatalf("got %s", body)
	}
}

func TestDeploysAreNarrowed(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.deployed("api", "1", "web-app", "production", "v1")
	d.deployed("api", "2", "web-app", "staging", "v2")
	d.deployed("api", "3", "auth-db", "production", "v3")
	d.deployed("api", "4", "Web-App", "production", "v4")
	for query, want := range map[string]string{
		"":                     "4 3 2 1",
		"?service=web-app":     "4 2 1",
		"?environment=staging": "2",
		"?environment=Staging": "",
		"?service=nothing":     "",
		"?limit=2":             "4 3",
		"?limit=2&cursor=3":    "2 1",
		"?cursor=1":            "",
		"?service=WEB-APP&environment=production":                "4 1",
		"?service=web-app&environment=production&limit=1":        "4",
		"?service=web-app&environment=production&cursor=4":       "1",
		"?service=web-app&limit=1&cursor=4":                      "2",
		"?service=web-app&environment=nowhere":                   "",
		"?service=auth-db&environment=production&limit=200&x=yz": "3",
	} {
		list, _, _ := d.listDeploys(query)
		var got []string
		for _, x := range list {
			got = append(got, x.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s gives %v, want %s", query, got, want)
		}
	}
}

// shelf is a record of many deploys, newest first.
type shelf []timeline.Deploy

func (s shelf) Deploys(_ context.Context, q timeline.DeployQuery) ([]timeline.Deploy, error) {
	var out []timeline.Deploy
	for _, d := range s {
		if len(out) < q.Limit && (q.Before == 0 || d.Number < q.Before) && (q.Service == "" || d.Service == q.Service && d.Environment == q.Environment) {
			out = append(out, d)
		}
	}
	return out, nil
}

func (shelf) Frozen(string) []timeline.FrozenBy { return nil }

func TestPagingReachesEveryDeploy(t *testing.T) {
	d := newDesk(t, "s3cret")
	var all shelf
	for n := 4600; n > 0; n-- { // more than one answer reads
		service := "often"
		if n%1500 == 1 {
			service = "rare"
		}
		all = append(all, timeline.Deploy{Number: n, Service: service, Environment: "production", Sources: []timeline.DeploySource{{Name: "api", ID: strconv.Itoa(n)}}})
	}
	d.deps.Ledger = all
	d.serve(pages.Handler(d.deps))
	for query, want := range map[string]int{"?limit=200": 4600, "?limit=3&service=rare": 4, "?limit=2&service=rare": 4, "?service=rare&environment=production&limit=2": 4} {
		seen, asked, cursor := map[string]bool{}, 0, ""
		for next := "start"; next != "" && asked < 100; asked++ {
			var list []pages.Deploy
			if list, next, _ = d.listDeploys(query + cursor); len(list) == 0 && next == "" && asked == 0 {
				t.Fatalf("%s: nothing", query)
			}
			for _, x := range list {
				if seen[x.ID] {
					t.Errorf("%s: %s comes twice", query, x.ID)
				}
				seen[x.ID] = true
			}
			cursor = "&cursor=" + next
		}
		if len(seen) != want {
			t.Errorf("%s: saw %d of %d in %d answers", query, len(seen), want, asked)
		}
	}
}

func TestDeploysOfPrivateIncidents(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.incidents()
	d.deployed("api", "build-1", "web-app", "production", "v2.4.0")
	d.does(timeline.Judge("slash:3", "U0ANA", 1, 1, timeline.StandingCaused))
	d.does(timeline.Judge("slash:4", "U0ANA", 2, 1, timeline.StandingSuspect))
	d.rolledBack(2, "v2.3.9")

	list, _, body := d.listDeploys("")
	if strings.Contains(body, "INC-2") || strings.Contains(body, "U0ANA") {
		t.Errorf("the private incident is in %s", body)
	}
	if back, bad := list[0], list[1]; back.Rollback != "a private incident" || back.ID != "a private incident" || back.Sources[0].ID != "a private incident" || bad.UndoneBy != "a private incident" || len(bad.Standing) != 1 || bad.Standing["INC-1"] != timeline.StandingCaused {
		t.Errorf("got %s", body)
	}

	d.serve(pages.Control(d.deps))
	if list, _, body = d.listDeploys(""); list[0].Rollback != "INC-2/R1" || list[0].ID != "INC-2/R1/1" || list[1].UndoneBy != "INC-2/R1" || list[1].Standing["INC-2"] != timeline.StandingSuspect {
		t.Errorf("the control socket gives %s", body)
	}
}

func TestDeploysOfPublicIncidents(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.incidents()
	d.deployed("api", "build-1", "web-app", "production", "v2.4.0")
	d.rolledBack(1, "v2.3.9")
	if list, _, body := d.listDeploys(""); list[0].Rollback != "INC-1/R1" || list[0].By != "U0ANA" || list[1].UndoneBy != "INC-1/R1" {
		t.Fatalf("got %s", body)
	}
}

func TestAStoreThatCannotBeRead(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.mem.FailReads(1)
	if resp, body := d.get("/api/deploys", "s3cret"); resp.StatusCode != 503 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
}
