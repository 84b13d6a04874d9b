package hooks_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"backout/bot/hooks"
	"backout/timeline"
)

// deploy is what the README posts.
const deploy = `{"id":"build-5127","service":"web-app","environment":"production","version":"v2.4.0","sha":"4f2a9c81","ref":"main","state":"success","stage":"full","by":"ana","started_at":"2026-11-20T14:00:00Z","finished_at":"2026-11-20T14:02:10Z","url":"https://ci.example/5127"}`

func TestWhatACISystemPosts(t *testing.T) {
	change := func(old, by string) string { return strings.Replace(deploy, old, by, 1) }
	for _, c := range []struct {
		name, body string
		status     int
		says       string
	}{
		{"a deploy", deploy, 201, `{"number":1,"id":"D1"}`},
		{"one that has only begun", `{"id":"b1","service":"web-app","environment":"production","version":"v1","state":"in_progress"}`, 201, `"D1"`},
		{"one with null for what it does not know", change(`"ana"`, `null`) + "\n", 201, `"D1"`},
		{"an empty time", change(`"2026-11-20T14:02:10Z"`, `""`), 201, `"D1"`},
		{"a time with a zone and fractions", change(`"2026-11-20T14:02:10Z"`, `"2026-11-20T15:02:10.25+01:00"`), 201, `"D1"`},
		{"nothing", ``, 400, "is empty"},
		{"no JSON", `id=5127`, 400, "not JSON"},
		{"a list", `[` + deploy + `]`, 400, "no object"},
		{"half an object", deploy[:len(deploy)-1], 400, "not JSON"},
		{"two objects", deploy + deploy, 400, "one deploy per request"},
		{"a field that is not known", change(`"by"`, `"author"`), 400, `no field \"author\"`},
		{"a field in capitals", change(`"id"`, `"ID"`), 400, `no field \"ID\"`},
		{"a field twice", change(`"by":"ana"`, `"id":"other"`), 400, "The field id stands twice"},
		{"a number for the id", change(`"build-5127"`, `5127`), 400, "The field id wants a string, not a number"},
		{"a list of services", change(`"web-app"`, `["web-app","api"]`), 400, "The field service wants a string, not an array"},
		{"true for the state", change(`"success"`, `true`), 400, "The field state wants a string, not true or false"},
		{"seconds for a time", change(`"2026-11-20T14:02:10Z"`, `1795184530`), 400, "finished_at wants a string"},
		{"a time that is none", change(`"2026-11-20T14:02:10Z"`, `"yesterday"`), 400, "The field finished_at holds no time"},
		{"no state", change(`"state":"success",`, ``), 422, "The deploy has no state. Send pending, running"},
		{"an unknown state", change(`"success"`, `"inactive"`), 422, `\"inactive\" is no state`},
		{"no id", change(`"id":"build-5127",`, ``), 422, "has no id"},
		{"an id with control characters", change(`build-5127`, `build\u00005127`), 422, "control characters"},
		{"no service", change(`"web-app"`, `" "`), 422, "names no service"},
		{"no environment", change(`"environment":"production",`, ``), 422, "names no environment"},
		{"neither version nor commit", change(`"version":"v2.4.0","sha":"4f2a9c81",`, ``), 422, "neither version nor commit"},
		{"a time far ahead", change(`2026-11-20T14:02:10Z`, `2036-11-20T14:02:10Z`), 422, "cannot be right"},
		{"words beyond all bounds", change(`"ana"`, `"`+strings.Repeat("a", 300)+`"`), 422, "more than 200 characters"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, nil)
			d.post(c.body).says(t, c.status, c.says)
			if n := len(d.deploys()); (n == 1) != (c.status == 201) {
				t.Errorf("%d deploys are recorded", n)
			}
		})
	}
}

func TestADeployIsKeptAsPosted(t *testing.T) {
	d := newDesk(t, nil)
	d.post(deploy).says(t, 201, `"D1"`)
	got := d.deploys()[0]
	want := timeline.DeploySource{Name: "api", ID: "build-5127", URL: "https://ci.example/5127"}
	if got.Service != "web-app" || got.Environment != "production" || got.Version != "v2.4.0" || got.SHA != "4f2a9c81" || got.Ref != "main" ||
		got.State != timeline.DeploySucceeded || got.Stage != "full" || got.By != "ana" || got.URL != want.URL || len(got.Sources) != 1 || got.Sources[0] != want ||
		!got.Started.Equal(time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)) || !got.Finished.Equal(time.Date(2026, 11, 20, 14, 2, 10, 0, time.UTC)) {
		t.Fatalf("got %+v", got)
	}
}

func TestALinkThatIsNoneIsNotKept(t *testing.T) {
	d := newDesk(t, nil)
	d.post(strings.Replace(deploy, "https://ci.example/5127", "javascript:alert(1)", 1)).says(t, 201, `"D1"`)
	if got := d.deploys()[0]; got.URL != "" || got.Sources[0].URL != "" {
		t.Fatalf("got %+v", got)
	}
}

func TestTheSameIDUpdatesItsDeploy(t *testing.T) {
	d := newDesk(t, nil)
	post := func(state, rest string) got {
		return d.post(`{"id":"b7","service":"web-app","environment":"production","version":"v2.4.0","state":"` + state + `"` + rest + `}`)
	}
	post("pending", "").says(t, 201, `{"number":1,"id":"D1"}`)
	post("running", "").says(t, 200, `{"number":1,"id":"D1"}`)
	post("running", "").says(t, 200, `{"number":1,"id":"D1"}`) // a step that is run again
	d.seen("deploys", "unchanged", 1)
	post("success", `,"stage":"canary"`).says(t, 200, `{"number":1,"id":"D1"}`)
	post("success", `,"stage":"full"`).says(t, 200, `{"number":1,"id":"D1"}`)
	post("pending", "").says(t, 200, `{"number":1,"id":"D1"}`) // late, and too old to say anything
	d.post(strings.Replace(deploy, "web-app", "api", 1)).says(t, 201, `{"number":2,"id":"D2"}`)
	got := d.deploys()
	if len(got) != 2 || got[1].State != timeline.DeploySucceeded || got[1].Stage != "full" || len(got[1].Stages) != 2 {
		t.Fatalf("got %+v", got)
	}
}

func TestTheSameIDElsewhereIsAnotherDeploy(t *testing.T) {
	d := newDesk(t, nil)
	d.post(deploy).says(t, 201, `"D1"`)
	d.post(strings.Replace(deploy, "web-app", "api", 1)).says(t, 201, `"D2"`)
	d.post(strings.Replace(deploy, `"production"`, `"staging"`, 1)).says(t, 201, `"D3"`)
	d.post(strings.Replace(deploy, "web-app", "api", 1)).says(t, 200, `"D2"`)
}

func TestAnOldDeployIsStillKnown(t *testing.T) {
	d := newDesk(t, nil)
	post := func(id int, state string) got {
		return d.post(`{"id":"` + strconv.Itoa(id) + `","service":"web-app","environment":"production","version":"v` + strconv.Itoa(id) + `","state":"` + state + `"}`)
	}
	for i := range 205 { // more than memory holds of a service
		post(i, "running").says(t, 201, `"number":`+strconv.Itoa(i+1)+",")
	}
	post(0, "success").says(t, 200, `{"number":1,"id":"D1"}`)
	post(204, "success").says(t, 200, `{"number":205,"id":"D205"}`)
	post(205, "success").says(t, 201, `{"number":206,"id":"D206"}`)
}

func TestGitHubAndCITellOfTheSameDeploy(t *testing.T) {
	d := newDesk(t, nil)
	d.github("deployment_status", guid, status, nil).says(t, 200, "recorded")
	d.post(deploy).says(t, 200, `"D1"`)
	if got := d.deploys(); len(got) != 1 || len(got[0].Sources) != 2 {
		t.Fatalf("got %+v", got)
	}
}

func TestManySendersAtOnce(t *testing.T) {
	d := newDesk(t, nil)
	var senders sync.WaitGroup
	var mu sync.Mutex
	numbers, created := map[string]map[int]bool{}, 0
	for i := range 60 {
		id := "b" + strconv.Itoa(i%20) // each is posted three times
		senders.Go(func() {
			req := `{"id":"` + id + `","service":"` + id + `","environment":"production","version":"v1","state":"success"}`
			a := d.quietly(req)
			var said struct{ Number int }
			_ = json.Unmarshal(a.Body.Bytes(), &said)
			mu.Lock()
			defer mu.Unlock()
			if numbers[id] == nil {
				numbers[id] = map[int]bool{}
			}
			numbers[id][said.Number] = true
			if a.Code == http.StatusCreated {
				created++
			}
		})
	}
	senders.Wait()
	for id, n := range numbers {
		if len(n) != 1 || n[0] {
			t.Errorf("%s was told the numbers %v", id, n)
		}
	}
	if n := len(d.deploys()); n != 20 || created != 20 {
		t.Fatalf("%d deploys of 20, and %d answers say that one is new", n, created)
	}
}

func TestWhoMayPostDeploys(t *testing.T) {
	basic := func(password string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte("ci:"+password))
	}
	for _, c := range []struct {
		name, authorization string
		status              int
	}{
		{"the narrow token", "Bearer " + string(deployToken), 201},
		{"the wide token", "Bearer " + string(apiToken), 201},
		{"a scheme in small letters", "bearer " + string(apiToken), 201},
		{"the token as a password", basic(string(deployToken)), 201},
		{"nothing", "", 401},
		{"an empty bearer", "Bearer ", 401},
		{"an empty password", basic(""), 401},
		{"a wrong token", "Bearer guess", 401},
		{"a token that goes on", "Bearer " + string(apiToken) + "x", 401},
		{"a wrong password", basic("guess"), 401},
		{"the token as the user", "Basic " + base64.StdEncoding.EncodeToString([]byte(string(apiToken)+":")), 401},
		{"another scheme", "Token " + string(apiToken), 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, nil)
			a := d.send(http.MethodPost, "/webhooks/deploys", strings.NewReader(deploy), map[string]string{"Authorization": c.authorization})
			if a.Code != c.status {
				t.Fatalf("%d %s", a.Code, a.body)
			}
			if c.status == 401 {
				a.says(t, 401, "wants a token")
				d.seen("deploys", "unsigned", 1)
				if schemes := a.Header().Values("WWW-Authenticate"); len(schemes) != 2 {
					t.Errorf("WWW-Authenticate: %v", schemes)
				}
			}
		})
	}
}

func TestDeploysAreOffWithoutAToken(t *testing.T) {
	for name, tokens := range map[string][]hooks.Token{"none": nil, "an empty one": {token("")}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, func(deps *hooks.Deps) { deps.Tokens = tokens })
			a := d.post(deploy)
			a.says(t, 404, "BACKOUT_API_TOKEN")
			a.says(t, 404, "BACKOUT_DEPLOY_TOKEN")
			d.seen("deploys", "off", 1)
		})
	}
}
