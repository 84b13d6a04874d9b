package bot_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"backout/bot/pages"
	"backout/integrations/github/githubsim"
	"backout/integrations/slack/slacksim"
)

// impatient are limits that a test need not wait for.
func impatient() pages.Limits {
	return pages.Limits{Header: 150 * time.Millisecond, Read: 300 * time.Millisecond, Write: 300 * time.Millisecond, Idle: 150 * time.Millisecond, Connections: 20}
}

// TestSlowAndGreedyClientsAreCut has real clients that send a byte now and then, send
// too much, or only hold on, and a bot that must be rid of each.
func TestSlowAndGreedyClientsAreCut(t *testing.T) {
	t.Parallel()
	o := newOffice(t, slacksim.Options{NoLimits: true})
	o.http = impatient()
	o.opens()
	t.Cleanup(o.closes)
	body := "POST /webhooks/deploys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer api-token\r\n"
	slow := []struct{ name, first, more string }{
		{"nothing at all", "", ""},
		{"a head that never ends", "GET /healthz HTTP/1.1\r\n", "X-A: b\r\n"},
		{"a request line that never ends", "GET /", "a"},
		{"a body that never comes", body + "Content-Length: 500\r\n\r\n", ""},
		{"a body a byte at a time", body + "Content-Length: 500\r\n\r\n", "{"},
		{"a chunked body that never ends", body + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n{\r\n"},
		{"a kept connection that is not used", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", ""},
	}
	for _, s := range slow {
		if got := o.drips(s.first, s.more); got != "" {
			t.Errorf("%s: %s", s.name, got)
		}
	}
	greedy := []struct {
		name, send string
		wants      string
	}{
		{"a head of 1 MiB", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 1<<20) + "\r\n\r\n", "431"},
		{"a body said to be 26 MiB", "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: push\r\nContent-Length: 27262976\r\n\r\n", "4"},
		{"a body said to be 2 MiB", body + "Content-Length: 2097152\r\n\r\n", "413"},
		{"a chunked body of 2 MiB", body + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", 2<<20, strings.Repeat("a", 2<<20)), "413"},
		{"a body on a page", "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", "200"},
		{"two lengths", body + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "400"},
		{"no request", "\x00\x01\x02\r\n\r\n", "400"},
	}
	for _, g := range greedy {
		if got := o.answer(g.send); !strings.HasPrefix(got, "HTTP/1.1 "+g.wants) {
			t.Errorf("%s: answered %q", g.name, got)
		}
	}
	turned := o.flood(200)
	if code, _ := o.get("/healthz"); code != http.StatusOK {
		t.Errorf("after all that: %d", code)
	}
	t.Logf("slow and greedy clients: %d slow ones cut, %d greedy ones answered, %d of 200 connections at once turned away and the bot well afterwards", len(slow), len(greedy), turned)
}

// drips sends first, then more again and again, and wants the connection to be cut.
func (o *office) drips(first, more string) (trouble string) {
	o.tb.Helper()
	c, err := net.Dial("tcp", o.bot.Addr())
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	if _, err := io.WriteString(c, first); err != nil {
		return err.Error()
	}
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for more != "" {
			if _, err := io.WriteString(c, more); err != nil {
				return
			}
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
		return "the connection is still open after 10 s"
	}
	return ""
}

// answer sends a request as it is and gives the first line of what comes back.
func (o *office) answer(send string) string {
	o.tb.Helper()
	c, err := net.Dial("tcp", o.bot.Addr())
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	go func() { _, _ = io.WriteString(c, send) }()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return err.Error()
	}
	return line
}

// flood holds n connections at once and gives how many of them were closed before a
// word was said.
func (o *office) flood(n int) int {
	o.tb.Helper()
	var held sync.WaitGroup
	for range n {
		held.Go(func() {
			c, err := net.Dial("tcp", o.bot.Addr())
			if err != nil {
				return
			}
			defer c.Close()
			_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
			_, _ = io.Copy(io.Discard, c)
		})
	}
	held.Wait()
	turned := 0
	o.eventually("room again", func() bool {
		_, body := o.get("/metrics")
		for line := range strings.Lines(body) {
			if rest, ok := strings.CutPrefix(line, "backout_http_turned_away_total "); ok {
				_, _ = fmt.Sscan(rest, &turned)
			}
		}
		return body != ""
	})
	if turned == 0 {
		o.tb.Error("no connection was turned away")
	}
	return turned
}

// thief takes whatever a redirect brings it.
type thief struct {
	*httptest.Server
	mu    sync.Mutex
	takes []string
}

func newThief(t *testing.T) *thief {
	th := &thief{}
	th.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		th.mu.Lock()
		defer th.mu.Unlock()
		th.takes = append(th.takes, fmt.Sprintf("%s %s %v %s", r.Method, r.URL, r.Header, body))
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	t.Cleanup(th.Close)
	return th
}

func (th *thief) taken() []string {
	th.mu.Lock()
	defer th.mu.Unlock()
	return append([]string(nil), th.takes...)
}

// detour stands before a server and sends to the thief whatever it is told to.
func detour(t *testing.T, origin string, to *thief, code func(path string) int) string {
	t.Helper()
	at, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	base := at.Path
	at.Path = ""
	pass := httputil.NewSingleHostReverseProxy(at)
	pass.ErrorLog = log.New(io.Discard, "", 0)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := code(r.URL.Path); c > 0 {
			http.Redirect(w, r, to.URL+r.URL.Path, c)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return front.URL + base
}

// TestNoRedirectTakesATokenAlong puts a server before Slack, GitHub and PagerDuty that
// redirects calls elsewhere, with every status there is, and looks what arrives there.
func TestNoRedirectTakesATokenAlong(t *testing.T) {
	t.Parallel()
	var redirected atomic.Int64
	th := newThief(t)
	codes := []int{301, 302, 303, 307, 308}
	for _, spared := range []string{"auth.test", "auth.test apps.connections.open"} {
		for i, code := range codes {
			w := newWatch(t, "open")
			hub, err := githubsim.Start(githubsim.Options{NoLimits: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(hub.Close)
			hub.Repo(webApp)
			turn := func(path string) int {
				if slices.Contains(strings.Fields(spared), path[strings.LastIndexByte(path, '/')+1:]) && (i > 0 || spared != "auth.test") {
					return 0
				}
				redirected.Add(1)
				return code
			}
			w.env["SLACK_API_URL"] = detour(t, w.env["SLACK_API_URL"], th, turn)
			w.env["PAGERDUTY_API_URL"] = detour(t, w.env["PAGERDUTY_API_URL"], th, turn)
			w.env["GITHUB_TOKEN"], w.env["GITHUB_API_URL"] = hub.Token(), detour(t, hub.APIURL(), th, turn)
			w.yaml = strings.Replace(w.yaml, "{name: web-app,", "{name: web-app, repo: acme/web-app, owners: [S0OWNERS],", 1)
			before := redirected.Load()
			w.starts()
			if strings.Contains(spared, "apps") {
				w.WaitLinks(1)
				w.ana.Person.Types(w.lobby, "/incident new Logins fail service:web-app")
				w.posts("/webhooks/alertmanager", `{"version":"4","groupKey":"g","status":"firing","receiver":"b","alerts":[{"status":"firing","labels":{"service":"web-app","alertname":"A"},"startsAt":"2026-11-20T14:00:00Z","fingerprint":"f"}]}`)
			}
			w.eventually("redirected calls", func() bool { return redirected.Load() > before+3 })
			w.closes()
		}
	}
	if got := th.taken(); len(got) > 0 {
		t.Errorf("%d requests followed a redirect elsewhere, such as\n%s", len(got), got[0])
	}
	t.Logf("redirects: %d calls of Slack, GitHub and PagerDuty redirected with %v, %d followed", redirected.Load(), codes, len(th.taken()))
}
