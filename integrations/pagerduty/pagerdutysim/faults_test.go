package pagerdutysim

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestACallWhoseAnswerIsLostHasHappened(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  Fault
		status int // 0 is an error
		made   int
	}{
		{"created, but answered 502", Fault{Method: "POST", Path: "/incidents", Status: 502, AfterEffect: true}, 502, 1},
		{"created, but cut", Fault{Cut: true, AfterEffect: true}, 0, 1},
		{"cut before", Fault{Cut: true}, 0, 0},
		{"502 before", Fault{Status: 502}, 502, 0},
		{"created, but the answer takes too long", Fault{Delay: time.Minute, AfterEffect: true}, 0, 1},
		{"late but fine", Fault{Delay: 20 * time.Millisecond}, 201, 1},
		{"of another method", Fault{Method: "GET", Status: 502}, 201, 1},
		{"of another path", Fault{Path: "/incidents/*/notes", Status: 502}, 201, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, Options{})
			st.client.Timeout = 300 * time.Millisecond
			st.Fail(c.fault)
			status := 0
			resp, err := st.try("POST", "/incidents", st.asked(nil))
			if err == nil {
				status = resp.StatusCode
				resp.Body.Close()
			}
			if status != c.status || len(st.Incidents()) != c.made {
				t.Errorf("status %d, %d incidents (%v)", status, len(st.Incidents()), err)
			}
			calls := st.CallsTo("POST", "/incidents")
			if len(calls) != 1 || calls[0].From != botMail || !calls[0].End.IsZero() && calls[0].Effect != (c.made == 1) {
				t.Errorf("%+v", calls)
			}
		})
	}
}

func TestFaultsLookLikePagerDuty(t *testing.T) {
	for _, c := range []struct {
		name   string
		path   string
		fault  Fault
		says   string
		header map[string]string
	}{
		{"limited", "/users", Fault{Status: 429, RetryAfter: 19500 * time.Millisecond}, `"code":2020`, map[string]string{"ratelimit-reset": "20", "ratelimit-remaining": "0", "Retry-After": ""}},
		{"limited without a hint", "/users", Fault{Status: 429}, `"code":2020`, map[string]string{"ratelimit-reset": ""}},
		{"limited without a word", "/users", Fault{Status: 429, Bare: true, RetryAfter: time.Minute}, "", map[string]string{"ratelimit-reset": "", "Content-Type": ""}},
		{"limited events", "events", Fault{Status: 429, RetryAfter: time.Minute}, "throttle exceeded", map[string]string{"ratelimit-reset": "", "Retry-After": "60"}},
		{"broken events", "events", Fault{Status: 500}, `"status":"error"`, nil},
		{"slow", "/users", Fault{Status: 408}, `"code":2016`, nil},
		{"broken", "/users", Fault{Status: 500}, `"code":2000`, nil},
		{"proxy", "/users", Fault{Status: 503, RetryAfter: time.Second}, "<html>", map[string]string{"Content-Type": "text/html", "Retry-After": "1"}},
		{"forbidden", "/users", Fault{Status: 403}, `"code":2001`, nil},
		{"own body", "/users", Fault{Status: 403, Body: `{"error":{"message":"Access Denied","code":2018}}`}, "2018", nil},
		{"own page", "/users", Fault{Status: 200, Body: "<html>portal</html>"}, "portal", map[string]string{"Content-Type": "text/html; charset=utf-8"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, Options{NoLimits: true})
			st.Fail(c.fault)
			var a answer
			if c.path == "events" {
				a = st.enqueue(st.alertOf("k", nil))
			} else {
				a = st.call("GET", c.path, nil)
			}
			a.is(c.fault.Status).says(c.says)
			if c.fault.Bare && a.text != "" {
				t.Errorf("it has the body %q", a.text)
			}
			for k, v := range c.header {
				if a.header.Get(k) != v {
					t.Errorf("%s: %q, want %q", k, a.header.Get(k), v)
				}
			}
		})
	}
}

func TestFaultsAreCountedUndoneAndHealed(t *testing.T) {
	st := start(t, Options{})
	st.Fail(Fault{Status: 500, Skip: 1, Times: 2})
	for n, want := range []int{200, 500, 500, 200} {
		if a := st.call("GET", "/users", nil); a.status != want {
			t.Errorf("call %d: %d, want %d", n+1, a.status, want)
		}
	}
	undo := st.Fail(Fault{Status: 500, Times: -1})
	st.call("GET", "/users", nil).is(500)
	undo()
	st.get("/users")
	st.Fail(Fault{Status: 500, Times: -1})
	st.Heal()
	st.get("/users")
	calls := st.Calls()
	st.ResetCalls()
	st.enqueue(`{}`)
	if c := st.Calls(); len(calls) != 7 || c[0].N != 8 || !c[0].Events || c[0].Path != "/v2/enqueue" || c[0].Body != "{}" || c[0].Effect {
		t.Errorf("%d calls, then %+v", len(calls), c)
	}
	if strings.Contains(calls[0].Path, apiPrefix) || st.CallCounts()["POST /v2/enqueue"] != 1 {
		t.Errorf("%+v", calls[0])
	}
}

func TestCloseEndsEverything(t *testing.T) {
	o := Options{EventLag: time.Minute}
	st := start(t, o)
	dead := listen(t)
	dead.says(503)
	st.Subscribe(Subscription{URL: dead.URL})
	st.FailHook(HookFault{Event: "incident.acknowledged", Reorder: true})
	i := st.Trigger(st.web, "Down", Trigger{})
	st.fine(i.Acknowledge(st.ana))
	st.web.Fire("k", "s", "info")
	st.Fail(Fault{Delay: time.Minute})
	asked := make(chan error, 1)
	go func() {
		resp, err := st.try(http.MethodGet, "/users", nil)
		if err == nil {
			resp.Body.Close()
		}
		asked <- err
	}()
	eventually(t, "the call is under way", func() bool { return len(st.Calls()) == 1 })
	waited := make(chan error, 1)
	go func() { waited <- st.Settle(time.Minute) }()
	var closers sync.WaitGroup
	for range 3 {
		closers.Go(st.Close)
	}
	closers.Wait()
	if <-waited == nil {
		t.Error("settled by closing")
	}
	<-asked
	st.Close()
	if _, err := Start(Options{Addr: "127.0.0.1:1x"}); err == nil {
		t.Error("an impossible address is an error of Start")
	}
}

func TestManyAtOnce(t *testing.T) {
	st := start(t, Options{NoLimits: true})
	e := listen(t)
	st.Subscribe(Subscription{URL: e.URL})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			i := st.Trigger(st.web, "Down", Trigger{})
			for range 5 {
				_ = i.Annotate(st.ana, "n")
				resp, err := st.try("GET", "/incidents/"+i.ID(), nil)
				if err == nil {
					resp.Body.Close()
				}
				st.web.Fire("k"+i.ID(), "s", "info")
				_ = st.Deliveries()
				_ = st.Incidents()
			}
			_ = i.Resolve(st.ben)
		})
	}
	all.Wait()
	st.settle()
	byIncident := map[any][]string{}
	for _, h := range e.list("incident.triggered", "incident.resolved") {
		id := dig(h.body, "event", "data", "id")
		byIncident[id] = append(byIncident[id], h.event())
	}
	for id, events := range byIncident {
		if events[0] != "incident.triggered" {
			t.Errorf("%v: %v", id, events)
		}
	}
	if len(byIncident) != 16 {
		t.Errorf("%d incidents were told", len(byIncident))
	}
}
