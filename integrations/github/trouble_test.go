package github

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// TestTroubles holds every status against what it means, for a write and for a
// read.
func TestTroubles(t *testing.T) {
	const never, later, unsure, again = "never", "later", "unsure", "again"
	hour := time.Now().Add(time.Hour).Truncate(time.Second)
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
		{name: "moved", status: 301, write: never, read: never, says: "acme/web-app has moved on GitHub"},
		{name: "moved for good", status: 308, write: never, read: never, says: "write its new name"},
		{name: "bad request", status: 400, body: `{"message":"Problems parsing JSON"}`, write: never, read: never, says: "Problems parsing JSON"},
		{name: "no token", status: 401, body: `{"message":"Bad credentials"}`, write: never, read: never, says: "GitHub does not accept the GitHub token; it may have expired or been revoked: set a new one (GitHub says: Bad credentials)"},
		{name: "second factor", status: 401, header: map[string]string{"X-GitHub-OTP": "required; app"}, write: never, read: never, says: "second factor"},
		{name: "no permission", status: 403, body: `{"message":"Resource not accessible by personal access token"}`, write: never, read: never, says: "the GitHub token may not"},
		{name: "no admin", status: 403, body: `{"message":"Must have admin rights to Repository."}`, write: never, read: never, says: "give it the permission Actions: "},
		{name: "archived", status: 403, body: `{"message":"Repository was archived so is read-only."}`, write: never, read: never, says: "archived so is read-only"},
		{name: "single sign-on", status: 403, body: `{"message":"Resource protected by organization SAML enforcement."}`, write: never, read: never, says: "SAML enforcement"},
		{name: "unreadable refusal", status: 403, body: `<html>`, write: never, read: never, says: "may not"},
		{name: "not found", status: 404, body: `{"message":"Not Found"}`, write: never, read: never, says: "has the permission Actions: "},
		{name: "timeout", status: 408, write: unsure, read: again},
		{name: "conflict", status: 409, body: `{"message":"Conflict"}`, write: never, read: never, says: "Conflict"},
		{name: "gone", status: 410, body: `{"message":"Gone"}`, write: never, read: never},
		{name: "invalid", status: 422, body: `{"message":"Validation Failed","errors":[{"resource":"X","field":"ref","code":"invalid"},"No ref found for: x"]}`, write: never, read: never, says: "Validation Failed; ref: invalid; No ref found for: x"},
		{name: "blocked", status: 451, body: `{"message":"Repository access blocked","block":{"reason":"dmca"}}`, write: never, read: never, says: "access blocked"},
		{name: "secondary limit", status: 403, header: map[string]string{"Retry-After": "7"}, body: `{"message":"You have exceeded a secondary rate limit."}`, write: later, read: later, after: 7 * time.Second, says: "asks for a pause"},
		{name: "secondary limit as 429", status: 429, header: map[string]string{"Retry-After": "8"}, write: later, read: later, after: 8 * time.Second},
		{name: "secondary limit without a time", status: 403, header: map[string]string{"X-RateLimit-Remaining": "4990", "X-RateLimit-Reset": unix(hour)}, body: `{"message":"x","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`, write: later, read: later, after: time.Minute},
		{name: "secondary limit by its words", status: 403, body: `{"message":"You have exceeded a secondary Rate Limit"}`, write: later, read: later, after: time.Minute},
		{name: "primary limit", status: 403, header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": unix(hour)}, body: `{"message":"API rate limit exceeded"}`, write: later, read: later, after: time.Hour, says: "used up"},
		{name: "primary limit as 429", status: 429, header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": unix(hour)}, write: later, read: later, after: time.Hour},
		{name: "primary limit long over", status: 403, header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1000"}, write: later, read: later, after: time.Second},
		{name: "limit without anything", status: 429, write: later, read: later, after: time.Minute},
		{name: "limit until a date", status: 429, header: map[string]string{"Retry-After": time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat)}, write: later, read: later, after: 30 * time.Second},
		{name: "limit with nonsense", status: 429, header: map[string]string{"Retry-After": "soon"}, write: later, read: later, after: time.Minute},
		{name: "server error", status: 500, write: unsure, read: again, says: "status 500"},
		{name: "bad gateway", status: 502, body: "<html>", write: unsure, read: again, says: "status 502"},
		{name: "unavailable", status: 503, write: unsure, read: again},
		{name: "gateway timeout", status: 504, write: unsure, read: again},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			cl, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
				calls++
				for k, v := range c.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			})
			run, err := cl.Dispatch(t.Context(), rollbackTo("x"))
			if run.ID != 0 || calls != 1 {
				t.Errorf("run %+v after %d calls", run, calls)
			}
			wants(t, err, c.write, c.after, c.says)
			// The client must ask each time: GitHub, not go-github, knows its limits.
			_, err = cl.Run(t.Context(), "acme/web-app", 7)
			wants(t, err, c.read, c.after, c.says)
			if calls != 2 {
				t.Errorf("%d calls", calls)
			}
		})
	}
}

func wants(t *testing.T, err error, fate string, after time.Duration, says string) {
	t.Helper()
	tr := troubleOf(t, err)
	got := "again"
	switch {
	case tr.Permanent:
		got = "never"
	case tr.Unsure:
		got = "unsure"
	case after != 0:
		got = "later"
	}
	if got != fate || !strings.Contains(tr.Sentence, says) {
		t.Errorf("%s, want %s saying %q: %+v", got, fate, says, tr)
	}
	if (fate == "later" || fate == "again") && tr.After <= 0 {
		t.Errorf("it says neither never nor when: %+v", tr)
	}
	if after != 0 && (tr.After < after-2*time.Second || tr.After > after+2*time.Second) {
		t.Errorf("after %v, want %v", tr.After, after)
	}
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

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
		{"nobody listens", gone, t.Context(), "GitHub cannot be reached at 127.0.0.1"},
		{"no such host", "http://github.invalid", t.Context(), "GitHub cannot be reached at github.invalid; check the network and GITHUB_API_URL"},
		{"context ended before", gone, ended, "Backout stopped before GitHub was asked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cl := client(t, Options{Token: secret, APIURL: c.url})
			_, err := cl.Dispatch(c.ctx, rollbackTo("x"))
			tr := troubleOf(t, err)
			if tr.Unsure || tr.Permanent || tr.After <= 0 || !strings.Contains(tr.Sentence, c.says) {
				t.Errorf("%+v", tr)
			}
		})
	}
}

func TestWhatWasSentAndNotAnsweredIsUnsure(t *testing.T) {
	arrived := make(chan struct{}, 2)
	cl, _ := answering(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // Only then does the server notice that the caller has left.
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	_, err := cl.Dispatch(ctx, rollbackTo("x"))
	if tr := troubleOf(t, err); !tr.Unsure || !strings.HasPrefix(tr.Sentence, "Backout stopped before GitHub answered; whether it was done") {
		t.Errorf("cancelled: %+v", tr)
	}
	_, err = cl.Dispatch(soon(t, 50*time.Millisecond), rollbackTo("x"))
	if tr := troubleOf(t, err); !tr.Unsure || !strings.HasPrefix(tr.Sentence, "GitHub did not answer in time") {
		t.Errorf("timed out: %+v", tr)
	}
}

func TestAnswersThatCannotBeRead(t *testing.T) {
	body := ""
	cl, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
	for _, body = range []string{"", "<html>", `{"workflow_run_id":"x"}`, `{"workflow_run_id":-4}`, `[]`, `{"workflow_run_id":1`} {
		run, err := cl.Dispatch(t.Context(), rollbackTo("x"))
		if err != nil || run.ID != 0 {
			t.Errorf("%q: a 2xx is accepted: %+v, %v", body, run, err)
		}
	}
	for _, body = range []string{"<html>", `{"id":"x"}`, `{"id":1`} {
		_, err := cl.Run(t.Context(), "acme/web-app", 1)
		if tr := troubleOf(t, err); tr.Permanent || tr.Unsure || tr.After == 0 {
			t.Errorf("%q: %+v", body, tr)
		}
	}
}

func TestNamesThatBecomePaths(t *testing.T) {
	cl, srv := answering(t, func(http.ResponseWriter, *http.Request) {})
	srv.Close() // Nothing may be asked.
	for _, repo := range []string{"", "web-app", "/web-app", "acme/", "acme/web/app", "acme/..", "../app", "acme/a?b", "acme/a b", "acme/%2e", "acme/\n"} {
		_, err := cl.Run(t.Context(), repo, 1)
		if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, "write owner/name") {
			t.Errorf("%q: %+v", repo, tr)
		}
	}
	for _, file := range []string{"", "..", "/", "a%2fb", "a?b", "a#b", "a\nb"} {
		d := rollbackTo("x")
		d.Workflow = file
		_, err := cl.Dispatch(t.Context(), d)
		if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, "such as rollback.yml") {
			t.Errorf("%q: %+v", file, tr)
		}
	}
}

// TestLibraryLimits: should go-github ever refuse by itself, that is no refusal for
// ever.
func TestLibraryLimits(t *testing.T) {
	reset := gh.Timestamp{Time: time.Now().Add(time.Minute)}
	for _, err := range []error{&gh.RateLimitError{Rate: gh.Rate{Reset: reset}}, &gh.AbuseRateLimitError{}} {
		if f, wait := fateOf(errors.Join(err), false); f != later || wait < 50*time.Second {
			t.Errorf("%T: %v %v", err, f, wait)
		}
	}
}
