package pagerdutysim

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestWhoMayEnter(t *testing.T) {
	st := start(t, Options{Bearer: "oauth-1"})
	mine, reader := st.UserToken(st.ana), st.ReadOnlyToken()
	i := st.Trigger(st.web, "Down", Trigger{})
	note := map[string]any{"note": map[string]any{"content": "hello"}}
	notes := "/incidents/" + i.ID() + "/notes"
	auth := func(v string) header { return header{"Authorization", v} }
	for _, c := range []struct {
		name    string
		method  string
		headers []header
		status  int
		code    int
		says    string
	}{
		{"with the key", "GET", nil, 200, 0, ""},
		{"with the key in quotes", "GET", []header{auth(`Token token="` + st.Token() + `"`)}, 200, 0, ""},
		{"with the app's token", "GET", []header{auth("Bearer oauth-1")}, 200, 0, ""},
		{"without a key", "GET", []header{auth("")}, 401, 2006, "Authentication failed"},
		{"with a wrong key", "GET", []header{auth("Token token=wrong")}, 401, 2006, ""},
		{"with the key as a bearer", "GET", []header{auth("Bearer " + st.Token())}, 401, 2006, ""},
		{"with the app's token as a key", "GET", []header{auth("Token token=oauth-1")}, 401, 2006, ""},
		{"without a version", "GET", []header{{"Accept", ""}}, 400, 2001, "Accept"},
		{"with any version", "GET", []header{{"Accept", "*/*"}}, 400, 2001, "Accept"},
		{"with the old version", "GET", []header{{"Accept", "application/vnd.pagerduty+json;version=1"}}, 400, 2001, "Accept"},
		{"with the version among others", "GET", []header{{"Accept", "text/html, application/vnd.pagerduty+json; version=2"}}, 200, 0, ""},
		{"to write", "POST", nil, 200, 0, ""},
		{"to write as a form", "POST", []header{{"Content-Type", "application/x-www-form-urlencoded"}}, 400, 2001, "Content-Type"},
		{"to write for nobody", "POST", []header{{"From", ""}}, 400, 2016, "From"},
		{"to write for a stranger", "POST", []header{{"From", "eve@evil.example"}}, 400, 1008, "Requester User Not Found"},
		{"to write in capitals", "POST", []header{{"From", "BACKOUT@acme.example"}}, 200, 0, ""},
		{"to write with the app's token for nobody", "POST", []header{auth("Bearer oauth-1"), {"From", ""}}, 400, 2016, "From"},
		{"to write with a user's key", "POST", []header{auth("Token token=" + mine), {"From", ""}}, 200, 0, ""},
		{"to write with a reader's key", "POST", []header{auth("Token token=" + reader)}, 403, 2010, "Access Denied"},
		{"to read with a reader's key", "GET", []header{auth("Token token=" + reader)}, 200, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			st.t = t
			a := st.call(c.method, notes, map[string]any{"POST": note}[c.method], c.headers...)
			if a.is(c.status); c.code != 0 {
				a.refused(c.status, c.code, c.says)
			}
		})
	}
	st.t = t
	if by := st.Notes(i.ID())[2].By; by != st.ana {
		t.Errorf("the user's key wrote as %s", by)
	}
	st.get("/users/me", auth("Token token="+mine)).wants("ana@acme.example", "user", "email")
	st.call("GET", "/users/me", nil).refused(400, 2001, "not associated")
	st.RevokeTokens(true)
	st.call("GET", notes, nil).refused(401, 2006, "")
}

func TestBodiesAndPaths(t *testing.T) {
	st := start(t, Options{})
	st.post("/incidents", "").refused(400, 2003, "no body")
	st.post("/incidents", `{"incident":`).refused(400, 2001, "not a JSON object")
	st.post("/incidents", `[]`).refused(400, 2001, "not a JSON object")
	st.post("/incidents", `{"incident":{"title":7}}`).refused(400, 2001, "wrong type")
	st.post("/incidents", `{"incidents":{}}`).refused(400, 2003, "incident is missing")
	st.post("/incidents", `{"a":"`+strings.Repeat("x", greatestBody)+`"}`).refused(413, 2001, "")
	for _, path := range []string{"/nonsense", "/incidents/Q0", "/incidents/Q0/notes", "/incidents/Q0/alerts", "/incidents/Q0/log_entries",
		"/incidents/Q0/related_change_events", "/users/P0", "/services/P0", "/escalation_policies/P0", "/webhook_subscriptions/P0"} {
		st.call("GET", path, nil).refused(404, 2100, "Not Found")
	}
	st.call("DELETE", "/incidents", nil).refused(404, 2100, "")
	// The two APIs share no path: each is a host of its own in the world.
	st.post(st.APIURL()+"/v2/enqueue", map[string]any{}).refused(404, 2100, "")
	st.call("GET", st.EventsURL()+"/incidents", nil).is(404)
}

func TestLimitsOfTheRESTAPI(t *testing.T) {
	st := start(t, Options{Limit: 4, IncidentLimit: 2, OnCallLimit: 1, LimitWindow: time.Minute})
	a := st.get("/users")
	for name, want := range map[string]string{"ratelimit-limit": "4", "ratelimit-remaining": "3", "ratelimit-reset": "60"} {
		if a.header.Get(name) != want {
			t.Errorf("%s is %q, want %s", name, a.header.Get(name), want)
		}
	}
	// The limit that is closest to being reached is the one that is told.
	if a := st.get("/oncalls"); a.header.Get("ratelimit-limit") != "1" || a.header.Get("ratelimit-remaining") != "0" {
		t.Errorf("%v", a.header)
	}
	st.call("GET", "/oncalls", nil).refused(429, 2020, "Rate Limit Exceeded")
	st.post("/incidents", `{}`).is(400)
	st.post("/incidents", `{}`).is(400)
	b := st.call("GET", "/users", nil).refused(429, 2020, "Rate Limit Exceeded")
	if b.header.Get("ratelimit-remaining") != "0" || b.header.Get("ratelimit-reset") == "" {
		t.Errorf("%v", b.header)
	}
	st.get("/users", header{"Authorization", "Token token=" + st.UserToken(st.ana)})

	free := start(t, Options{Limit: 1, NoLimits: true})
	for range 3 {
		if a := free.get("/users"); a.header.Get("ratelimit-limit") != "" {
			t.Errorf("%v", a.header)
		}
	}
	short := start(t, Options{Limit: 1, LimitWindow: 30 * time.Millisecond})
	short.get("/users")
	short.call("GET", "/users", nil).is(429)
	eventually(t, "the window ends", func() bool { return short.call("GET", "/users", nil).status == http.StatusOK })
}

func TestPages(t *testing.T) {
	st := start(t, Options{})
	for n := range 60 {
		st.Trigger(st.web, "Down", Trigger{IncidentKey: strings.Repeat("k", n+1)})
	}
	a := st.get("/incidents").wants(25, "limit").wants(0, "offset").wants(true, "more").wants("<nil>", "total")
	if n := len(a.at("incidents").([]any)); n != 25 {
		t.Errorf("%d on a page", n)
	}
	st.get("/incidents?limit=100&offset=50&total=true").wants(false, "more").wants(60, "total").wants(51, "incidents", 0, "incident_number")
	st.get("/incidents?offset=70").wants("[]", "incidents").wants(false, "more")
	for _, bad := range []string{"limit=0", "limit=101", "limit=x", "offset=-1", "limit=100&offset=9901", "offset=10001"} {
		st.call("GET", "/incidents?"+bad, nil).refused(400, 2001, "")
	}
}

func TestTheSameSeedGivesTheSameIds(t *testing.T) {
	a, b, c := start(t, Options{Seed: 7}), start(t, Options{Seed: 7}), start(t, Options{Seed: 8})
	x, y, z := a.Trigger(a.web, "T", Trigger{}).ID(), b.Trigger(b.web, "T", Trigger{}).ID(), c.Trigger(c.web, "T", Trigger{}).ID()
	if x != y || x == z || len(x) != 14 || x[0] != 'Q' {
		t.Errorf("%s, %s, %s", x, y, z)
	}
}

func TestAPersonCanOpenTheLinkOfAnIncident(t *testing.T) {
	st := start(t, Options{})
	i := st.Trigger(st.web, "<b>Down</b>", Trigger{Priority: st.p1})
	st.fine(i.Annotate(st.ana, "<i>looking</i>"))
	link := st.get("/incidents/"+i.ID()).str("incident", "html_url")
	st.get(link).says("&lt;b&gt;Down&lt;/b&gt;").says("&lt;i&gt;looking").says("P1").says("Ana Lopez")
	st.call("GET", st.URL()+"/incidents/Q0", nil).is(404)
	acme := start(t, Options{Domain: "acme"})
	acme.get("/services").wants("https://acme.pagerduty.com/services/"+acme.web.ID(), "services", 0, "html_url").
		wants(acme.APIURL()+"/services/"+acme.web.ID(), "services", 0, "self")
}
