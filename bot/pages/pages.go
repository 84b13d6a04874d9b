package pages

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"backout/templates"
	"backout/timeline"
)

// Record is what the pages read.
type Record interface {
	Summaries() []timeline.Summary
	Incident(ctx context.Context, number int) (*timeline.Incident, error)
	Raw(ctx context.Context, number int) ([]timeline.Event, error)
}

// Ledger is what the pages read of deploys, incident or not.
type Ledger interface {
	Deploys(ctx context.Context, q timeline.DeployQuery) ([]timeline.Deploy, error)
	Frozen(service string) []timeline.FrozenBy
}

// Token is a secret that can be compared without being seen.
type Token interface {
	Equal(s string) bool
	IsZero() bool
}

// Views renders what the pages share with Slack.
type Views interface {
	// Draft renders the postmortem; with a picture it shows that file, which lies
	// beside it.
	Draft(ctx context.Context, in *timeline.Incident, picture string) (name string, content []byte, err error)
	// Chart draws the incident as a PNG.
	Chart(ctx context.Context, in *timeline.Incident) (name string, content []byte, err error)
	// Public renders the version that holds nothing internal.
	Public(ctx context.Context, in *timeline.Incident) (name string, content []byte, err error)
	Completeness(in *timeline.Incident) templates.Completeness
	// Warm fetches the names of the ids, as far as they can be had in time.
	Warm(ctx context.Context, ids []string)
	templates.Names
}

// Deps are what the pages work with.
type Deps struct {
	Record Record
	Ledger Ledger
	Views  Views
	// Token opens the whole API, DeployToken the question about freezes alone. Either
	// may be empty; DeployToken may also be nil.
	Token, DeployToken Token
	Metrics            http.Handler
	// Ready gives nil when the socket and the store are seen working.
	Ready func(ctx context.Context) error
	// BaseURL is the public address for links, without a slash at the end.
	BaseURL string
	// Meter and Log take note of faults; nil takes none.
	Meter Meter
	Log   *slog.Logger
}

// Meter counts what happens.
type Meter interface {
	Count(name string, labels ...string)
}

type server struct {
	Deps
	// trusted callers are on this machine, under the bot's own user, and see
	// private incidents too.
	trusted bool
}

// Handler gives all routes. Reading is all that it allows.
func Handler(d Deps) http.Handler {
	s := &server{Deps: d}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", d.Metrics)
	s.api(mux, s.authorised)
	return safe(s.contained(mux))
}

// Control gives the API without a token and with private incidents, for a socket
// that only the bot's own user can reach.
func Control(d Deps) http.Handler {
	s := &server{Deps: d, trusted: true}
	mux := http.NewServeMux()
	s.api(mux, func(h http.HandlerFunc, _ ...Token) http.Handler { return h })
	return safe(s.contained(mux))
}

func (s *server) api(mux *http.ServeMux, guard func(h http.HandlerFunc, also ...Token) http.Handler) {
	mux.Handle("GET /api/incidents", guard(s.list))
	mux.Handle("GET /api/incidents/{id}", guard(s.show))
	mux.Handle("GET /api/incidents/{id}/events", guard(s.events))
	mux.Handle("GET /api/incidents/{id}/postmortem.md", guard(s.postmortem))
	mux.Handle("GET /api/incidents/{id}/chart.png", guard(s.chart))
	mux.Handle("GET /api/deploys", guard(s.deploys))
	mux.Handle("GET /api/freeze", guard(s.freeze, s.DeployToken))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem(w, http.StatusNotFound, "There is nothing at "+r.Method+" "+r.URL.Path+".", "The addresses are listed in the README.")
	})
}

// safe sets the headers that every answer carries.
func safe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

func (s *server) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("alive\n"))
}

func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		problem(w, http.StatusServiceUnavailable, err.Error(), "")
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ready\n"))
}
