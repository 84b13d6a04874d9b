package github

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"backout/integrations/github/githubsim"
	"backout/timeline"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// secret is the token of tests against servers that are no simulator; no error and
// no log may show it.
const secret = "github_pat_11ABCDEFG0verysecretverysecret"

// figures is a Meter that remembers.
type figures struct {
	mu   sync.Mutex
	list []string
}

func (f *figures) Count(name string, labels ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, name+" "+strings.Join(labels, " "))
}

func (f *figures) has(line string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.list, line)
}

// shop is the catalogue of tests: two services in one repository, one alone.
func shop() timeline.Catalogue {
	return timeline.Catalogue{Services: []timeline.Service{
		{Name: "web-app", Repo: "acme/web-app", Environment: "production", Staging: "staging"},
		{Name: "worker", Repo: "acme/web-app", Environment: "production"},
		{Name: "auth-db", Repo: "acme/auth-db"},
		{Name: "no-code"},
	}}
}

// scene is a simulated GitHub and a client of it.
type scene struct {
	*githubsim.Server
	web     *githubsim.Repo
	client  *Client
	figures *figures
}

func play(t *testing.T, so githubsim.Options, edits ...func(*Options)) *scene {
	t.Helper()
	sim, err := githubsim.Start(so)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	s := &scene{Server: sim, web: sim.Repo("acme/web-app"), figures: &figures{}}
	sim.Repo("acme/auth-db")
	o := Options{Token: sim.Token(), APIURL: sim.APIURL(), Catalogue: shop(), Meter: s.figures}
	for _, e := range edits {
		e(&o)
	}
	s.client = client(t, o)
	return s
}

func client(t *testing.T, o Options) *Client {
	t.Helper()
	c, err := NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// answering is a client of a server that gives one kind of answer.
func answering(t *testing.T, h http.HandlerFunc) (*Client, *httptest.Server) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return client(t, Options{Token: secret, APIURL: srv.URL, Catalogue: shop()}), srv
}

// troubleOf is err as what every error of a call is.
func troubleOf(t *testing.T, err error) *timeline.Trouble {
	t.Helper()
	out, ok := err.(*timeline.Trouble) //nolint:errorlint // The type itself is what is promised.
	if !ok {
		t.Fatalf("%T %v is no trouble", err, err)
	}
	if strings.Contains(out.Error(), secret) || strings.Contains(out.Error(), githubsim.DefaultToken) {
		t.Errorf("the error shows the token: %v", out)
	}
	if out.Sentence == "" || strings.HasSuffix(out.Sentence, ".") || out.Permanent && (out.Unsure || out.After != 0) {
		t.Errorf("not as troubles are: %+v", out)
	}
	return out
}

func soon(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// eventually waits until ok, as lists lag and runs take their time.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("never: " + what)
}

// rollback is a workflow as the README shows it.
func rollback() githubsim.Workflow {
	return githubsim.Workflow{
		File: "rollback.yml", Name: "Rollback", RunName: "Rollback to ${{ inputs.version }} [id: ${{ inputs.backout_id }}]",
		Inputs: []githubsim.Input{{Name: "version", Required: true}, {Name: IDInput}, {Name: "reason", Default: "none"}},
		Jobs:   []githubsim.Job{{Name: "deploy", Steps: []string{"Check out", "Switch", "Smoke test"}}, {Name: "report", Steps: []string{"Tell"}}},
	}
}

func rollbackTo(id string) Dispatch {
	return Dispatch{Repo: "acme/web-app", Workflow: "rollback.yml", Ref: "main", Inputs: map[string]string{"version": "v2.3.9", IDInput: id}}
}
