package pagerduty

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestTroubles holds every status and code against what it means, for a write and
// for a read.
func TestTroubles(t *testing.T) {
	const never, later, unsure, again = "never", "later", "unsure", "again"
	refused := func(code int, message string, errors string) string {
		return `{"error":{"message":"` + message + `","code":` + strconv.Itoa(code) + `,"errors":` + errors + `}}`
	}
	for _, c := range []struct {
		name   string
		status int
		header map[string]string
		body   string
		write  string
		read   string
		after  time.Duration
		says   string
	}{
		{name: "moved", status: 301, header: map[string]string{"Location": "https://elsewhere.example/"}, write: never, read: never, says: "leads elsewhere (status 301) and is no PagerDuty API; check PAGERDUTY_API_URL"},
		{name: "moved for good", status: 308, header: map[string]string{"Location": "/x"}, write: never, read: never, says: "PAGERDUTY_API_URL"},
		{name: "invalid", status: 400, body: refused(2001, "Invalid Input Provided", `["Content can't be blank."]`), write: never, read: never, says: "Invalid Input Provided; Content can't be blank"},
		{name: "details are one text", status: 400, body: refused(2001, "Invalid Input Provided", `"Content can't be blank."`), write: never, read: never, says: "Content can't be blank"},
		{name: "details are objects", status: 400, body: refused(2001, "Invalid Input Provided", `[{"a":1}]`), write: never, read: never, says: "Invalid Input Provided"},
		{name: "a list instead of an object", status: 400, body: `{"error":["links should have at most 50 item(s)"]}`, write: never, read: never, says: "links should have at most 50 item(s)"},
		{name: "a text instead of an object", status: 400, body: `{"error":"Bad Request"}`, write: never, read: never, says: "Bad Request"},
		{name: "only a message", status: 400, body: `{"message":"Bad Request"}`, write: never, read: never, says: "Bad Request"},
		{name: "bad request without a word", status: 400, write: never, read: never, says: "status 400"},
		{name: "1001 resolved", status: 400, body: refused(1001, "Incident Already Resolved", `[]`), write: never, read: never, says: "Incident Already Resolved; reopen it there"},
		{name: "1003 invalid status", status: 400, body: refused(1003, "Invalid Status Provided", `[]`), write: never, read: never},
		{name: "1005 changed meanwhile", status: 400, body: refused(1005, "Incident has changed since your last request", `[]`), write: later, read: later, after: 5 * time.Second, says: "changed at PagerDuty at the same moment; it is tried again"},
		{name: "1006 cannot escalate", status: 400, body: refused(1006, "Cannot Escalate", `[]`), write: never, read: never, says: "Cannot Escalate"},
		{name: "1007 no such user", status: 400, body: refused(1007, "Assigned To User Not Found", `[]`), write: never, read: never, says: "Assigned To User Not Found; choose somebody else"},
		{name: "1008 no such From", status: 400, body: refused(1008, "Requester User Not Found", `[]`), write: never, read: never, says: "PagerDuty knows no user backout@acme.example; write the e-mail address of one in PAGERDUTY_FROM"},
		{name: "no From", status: 400, body: refused(2016, `You must specify a user's email address in the \"From\" header to perform this action`, `[]`), write: never, read: never, says: "set PAGERDUTY_FROM"},
		{name: "1014 no such policy", status: 400, body: refused(1014, "Escalation Policy Not Found", `[]`), write: never, read: never, says: "choose somebody else"},
		{name: "1015 nobody on call", status: 400, body: refused(1015, "Escalation Policy Has No User On Call", `[]`), write: never, read: never, says: "Has No User On Call; choose somebody else"},
		{name: "1019 merged", status: 400, body: refused(1019, "Incident Already Merged", `[]`), write: never, read: never, says: "merged into"},
		{name: "1020 no such priority", status: 400, body: refused(1020, "Invalid Priority", `[]`), write: never, read: never, says: "choose another priority"},
		{name: "2003 missing", status: 400, body: refused(2003, "Missing Arguments", `["note is missing"]`), write: never, read: never, says: "note is missing"},
		{name: "no token", status: 401, body: refused(2006, "Authentication failed", `[]`), write: never, read: never, says: "PagerDuty does not accept the token; it may have been revoked or belong to another region: check PAGERDUTY_TOKEN and PAGERDUTY_API_URL (PagerDuty says: Authentication failed)"},
		{name: "no token, as HTML", status: 401, body: "<html>", write: never, read: never, says: "check PAGERDUTY_TOKEN"},
		{name: "2006 as 400", status: 400, body: refused(2006, "Authentication failed", `[]`), write: never, read: never, says: "check PAGERDUTY_TOKEN"},
		{name: "no ability", status: 402, body: refused(2014, "Missing Account Ability", `[]`), write: never, read: never, says: "the PagerDuty plan does not allow to "},
		{name: "2010 no access", status: 403, body: refused(2010, "Access Denied", `[]`), write: never, read: never, says: "use one with full access (PagerDuty says: Access Denied)"},
		{name: "2018 no access", status: 403, body: refused(2018, "Access Denied", `[]`), write: never, read: never, says: "the PagerDuty token may not "},
		{name: "forbidden without a word", status: 403, write: never, read: never, says: "use one with full access"},
		{name: "2100 not found", status: 404, body: refused(2100, "Not Found", `[]`), write: never, read: never, says: "PagerDuty shows no incident Q1"},
		{name: "5001 not found", status: 404, body: refused(5001, "Incident Not Found", `[]`), write: never, read: never, says: "shows no incident Q1"},
		{name: "not found without a word", status: 404, body: "<html>", write: never, read: never, says: "shows no incident Q1"},
		{name: "2016 too slow", status: 408, body: refused(2016, "The request took too long to process", `[]`), write: unsure, read: again, says: "status 408"},
		{name: "conflict", status: 409, write: never, read: never},
		{name: "too much", status: 413, body: refused(2001, "Invalid Input Provided", `["too many"]`), write: never, read: never, says: "too many"},
		{name: "limit", status: 429, header: map[string]string{"ratelimit-limit": "960", "ratelimit-remaining": "0", "ratelimit-reset": "17"}, body: refused(2020, "Rate Limit Exceeded", `[]`), write: later, read: later, after: 17 * time.Second, says: "PagerDuty asks for a pause; it is tried again"},
		{name: "limit that is over", status: 429, header: map[string]string{"ratelimit-reset": "0"}, write: later, read: later, after: time.Second},
		{name: "limit with Retry-After", status: 429, header: map[string]string{"Retry-After": "8"}, write: later, read: later, after: 8 * time.Second},
		{name: "limit until a date", status: 429, header: map[string]string{"Retry-After": time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat)}, write: later, read: later, after: 30 * time.Second},
		{name: "limit without anything", status: 429, write: later, read: later, after: 45 * time.Second},
		{name: "limit with nonsense", status: 429, header: map[string]string{"ratelimit-reset": "soon", "Retry-After": "-1"}, write: later, read: later, after: 45 * time.Second},
		{name: "limit for ever", status: 429, header: map[string]string{"ratelimit-reset": "1790000000"}, write: later, read: later, after: time.Hour},
		{name: "2020 as 400", status: 400, body: refused(2020, "Rate Limit Exceeded", `[]`), write: later, read: later, after: 45 * time.Second},
		{name: "server error", status: 500, body: refused(2000, "An internal error has occurred", `[]`), write: unsure, read: again, says: "PagerDuty did not answer properly (status 500); "},
		{name: "bad gateway", status: 502, body: "<html>", write: unsure, read: again, says: "status 502"},
		{name: "unavailable", status: 503, header: map[string]string{"Retry-After": "40"}, write: unsure, read: again},
		{name: "gateway timeout", status: 504, write: unsure, read: again},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			cl, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
				calls++
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				if strings.HasPrefix(c.body, "<") {
					w.Header().Set("Content-Type", "text/html")
				}
				for k, v := range c.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			})
			wants(t, cl.AddNote(t.Context(), "Q1", "text", "INC-7/news/1"), c.write, c.after, c.says)
			if calls != 1 {
				t.Errorf("%d calls", calls)
			}
			found, err := cl.FindNote(t.Context(), "Q1", "INC-7/news/1")
			if found {
				t.Error("found")
			}
			wants(t, err, c.read, c.after, c.says)
			// The way that does not lead through go-pagerduty's types says the same.
			_, err = cl.Incident(t.Context(), "Q1")
			wants(t, err, c.read, c.after, c.says)
			if calls != 3 {
				t.Errorf("%d calls", calls)
			}
		})
	}
}

func TestAReadWaitsAsAsked(t *testing.T) {
	cl, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "40")
		w.WriteHeader(503)
	})
	_, err := cl.Incident(t.Context(), "Q1")
	if tr := troubleOf(t, err); tr.After != 40*time.Second {
		t.Errorf("%+v", tr)
	}
}

func TestWhatWasNeverSentIsNotUnsure(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	gone := srv.URL
	srv.Close()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name, url string
		ctx       context.Context
		says      string
	}{
		{"nobody listens", gone, t.Context(), "PagerDuty cannot be reached at 127.0.0.1"},
		{"no such host", "http://pagerduty.invalid", t.Context(), "PagerDuty cannot be reached at pagerduty.invalid; check the network and PAGERDUTY_API_URL"},
		{"context ended before", gone, ended, "Backout stopped before PagerDuty was asked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &figures{}
			cl := client(t, Options{Token: secret, APIURL: c.url, Meter: f})
			wants(t, cl.AddNote(c.ctx, "Q1", "text", "m"), "again", 0, c.says)
			if !f.has("add_note unreachable") {
				t.Error(f.list)
			}
		})
	}
}

func TestWhatWasSentAndNotAnsweredIsUnsure(t *testing.T) {
	arrived := make(chan struct{}, 4)
	cl, _ := answering(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // Only then does the server notice that the caller has left.
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	for _, why := range []error{nil, io.ErrUnexpectedEOF} {
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			<-arrived
			cancel(why)
		}()
		wants(t, cl.AddNote(ctx, "Q1", "text", "m"), "unsure", 0, "Backout stopped before PagerDuty answered; whether it was done")
	}
	wants(t, cl.AddNote(soon(t, 50*time.Millisecond), "Q1", "text", "m"), "unsure", 0, "PagerDuty did not answer in time; whether it was done is checked before it is repeated")
	_, err := cl.Incident(soon(t, 50*time.Millisecond), "Q1")
	wants(t, err, "again", 0, "PagerDuty did not answer in time; it is tried again")
}

func TestAnswersThatCannotBeRead(t *testing.T) {
	body := ""
	cl, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if body == "cut" {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"incident":`))
			return
		}
		_, _ = w.Write([]byte(body))
	})
	// A page of some proxy is no promise that anything was done.
	for _, body = range []string{"", "<html>", `{"note":`, "cut"} {
		wants(t, cl.AddNote(t.Context(), "Q1", "text", "m"), "unsure", 0, "")
		_, err := cl.Incident(t.Context(), "Q1")
		wants(t, err, "again", 0, "")
	}
	// A shape that go-pagerduty does not know is.
	for _, body = range []string{`{"note":{"id":7}}`, `{"note":[]}`, `[]`, `{}`} {
		if err := cl.AddNote(t.Context(), "Q1", "text", "m"); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
	for _, body = range []string{`{}`, `{"incident":null}`, `{"incident":{}}`, `{"incident":{"id":"a/b"}}`, `[]`, `null`} {
		_, err := cl.Incident(t.Context(), "Q1")
		wants(t, err, "again", 0, "PagerDuty's answer could not be read")
		_, err = cl.Open(t.Context(), []string{"P1"})
		wants(t, err, "again", 0, "PagerDuty's answer could not be read")
	}
	// One odd field costs that field: go-pagerduty would refuse all of it.
	body = `{"incident":{"id":"Q1","incident_number":"x","title":"Down","status":"acknowledged","body":{"details":{"a":1}},"priority":{"name":"P1","summary":null},"occurrence":{"frequency":0.1},"resolve_reason":7}}`
	i, err := cl.Incident(t.Context(), "Q1")
	if err != nil || i.Title != "Down" || i.Status != StateAcknowledged || i.Priority != "P1" {
		t.Errorf("%+v, %v", i, err)
	}
}

func TestNamesThatBecomePaths(t *testing.T) {
	cl, srv := answering(t, func(http.ResponseWriter, *http.Request) {})
	srv.Close() // Nothing may be asked.
	for _, id := range []string{"", ".", "..", "a/b", "a?b", "a b", "a\n", "ü", strings.Repeat("a", 101)} {
		_, err := cl.Incident(t.Context(), id)
		for _, err := range []error{
			err, cl.Acknowledge(t.Context(), id), cl.Resolve(t.Context(), id), cl.SetPriority(t.Context(), id, "P1"), cl.AddNote(t.Context(), id, "t", "m"),
			second(cl.FindNote(t.Context(), id, "m")), second(cl.Service(t.Context(), id)), second(cl.OnCall(t.Context(), []string{id})), second(cl.Open(t.Context(), []string{id})),
			second(cl.Page(t.Context(), Page{Kind: KindService, Target: id, Key: "k"})), second(cl.Page(t.Context(), Page{Kind: KindUser, Target: id, Key: "k", Incident: "Q1"})),
		} {
			wants(t, err, "never", 0, "is no id of PagerDuty; copy the one")
		}
	}
	for _, key := range []string{"", "two words", "a]b", "a\nb", strings.Repeat("a", 121)} {
		_, _, err := cl.FindPaged(t.Context(), Page{Kind: KindService, Target: "P1", Key: key})
		for _, err := range []error{
			err, cl.AddNote(t.Context(), "Q1", "t", key), second(cl.FindNote(t.Context(), "Q1", key)), second(cl.Page(t.Context(), Page{Kind: KindService, Target: "P1", Key: key})),
		} {
			wants(t, err, "never", 0, "no key to be recognised by")
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestOptionsAreChecked(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		says string
	}{
		{"no token", Options{}, "no PagerDuty token"},
		{"blank in the token", Options{Token: secret + " x"}, "holds blanks"},
		{"line end in the token", Options{Token: secret + "\n"}, "holds blanks"},
		{"no address", Options{Token: secret, From: "ana"}, "is no e-mail address"},
		{"header in the address", Options{Token: secret, From: "ana@acme.example\r\nX: y"}, "is no e-mail address"},
		{"no scheme", Options{Token: secret, APIURL: "api.pagerduty.com"}, "such as https://api.pagerduty.com"},
		{"another scheme", Options{Token: secret, APIURL: "ftp://api.pagerduty.com"}, "write a URL"},
		{"password in the address", Options{Token: secret, APIURL: "https://ana:hush@api.pagerduty.com"}, "write a URL"},
		{"events", Options{Token: secret, EventsURL: "events"}, "such as https://events.pagerduty.com"},
	} {
		if _, err := NewClient(c.o); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	c := client(t, Options{Token: secret, APIURL: "https://api.eu.pagerduty.com//"})
	c.Close()
	c.Close()
	if c.opt.APIURL != "https://api.eu.pagerduty.com" || c.host != "api.eu.pagerduty.com" {
		t.Errorf("%+v", c.opt.APIURL)
	}
}

func TestTheTokenStaysAtHome(t *testing.T) {
	var seen []string
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("followed") }))
	defer other.Close()
	cl, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization")+" "+r.Header.Get("Accept")+" "+r.Header.Get("From")+" "+r.Header.Get("User-Agent"))
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	wants(t, cl.AddNote(t.Context(), "Q1", "t", "m"), "never", 0, "leads elsewhere")
	if len(seen) != 1 || seen[0] != "Token token="+secret+" application/vnd.pagerduty+json;version=2 "+botMail+" backout" {
		t.Errorf("%q", seen)
	}
}

func TestHeadersOfOtherTokens(t *testing.T) {
	var auth string
	var from []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		auth, from = r.Header.Get("Authorization"), r.Header["From"]
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"note":{}}`))
	}))
	defer srv.Close()
	for token, want := range map[string]string{"pdus+_0XBPWQQ_secret": "Bearer ", "pdeu+_0XBPWQQ_secret": "Bearer ", "u+abcdefghijklmnopqr": "Token token="} {
		cl := client(t, Options{Token: token, APIURL: srv.URL})
		if err := cl.AddNote(t.Context(), "Q1", "t", "m"); err != nil || auth != want+token || from != nil {
			t.Errorf("%v: %q, From %q", err, auth, from)
		}
	}
}
