package hooks

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"backout/integrations/foreign"
	"backout/timeline"
)

// answerWithin bounds verifying, parsing and committing together. What is left of
// the second is for the answer's way.
const answerWithin = 900 * time.Millisecond

// Recorder is where deliveries end up.
type Recorder interface {
	Record(ctx context.Context, c timeline.Change) (timeline.Outcome, error)
}

// Token is a secret that can be compared without being seen.
type Token interface {
	Equal(s string) bool
	IsZero() bool
}

// Meter counts what happens.
type Meter interface {
	Count(name string, labels ...string)
}

// GitHub knows GitHub's deliveries. Verify gets the raw body and the value of
// X-Hub-Signature-256 as it came. Parse gives what a delivery says; ignored is for
// those that say nothing.
type GitHub interface {
	Verify(body []byte, signature string) bool
	Parse(event string, body []byte) (r timeline.Reported, ignored bool, err error)
}

// PagerDuty knows PagerDuty's deliveries. Verify gets the raw body and all values
// of X-PagerDuty-Signature, joined with commas. Parse gives what a delivery says,
// oldest first, and its key "pd:<event id>", which is the same in the deliveries
// of all subscriptions; ignored is for those that say nothing, pings and unknown
// types among them.
type PagerDuty interface {
	Verify(body []byte, signature string) bool
	Parse(body []byte) (key string, alerts []timeline.Alert, ignored bool, err error)
}

// Alertmanager knows Alertmanager's messages.
type Alertmanager interface {
	Parse(body []byte) ([]KeyedAlert, error)
}

// KeyedAlert is what an alert says, with the key of its saying so:
// "am:<groupKey>:<startsAt>:<status>". Alerts of different identities want
// different keys.
type KeyedAlert struct {
	Key   string
	Alert timeline.Alert
}

// Deps are what the hooks work with.
type Deps struct {
	Record Recorder
	// GitHub is nil while GitHub's webhooks are off, and so are the next two.
	GitHub       GitHub
	PagerDuty    PagerDuty
	Alertmanager Alertmanager
	// Tokens open /webhooks/deploys and /webhooks/alertmanager, each of them. Without
	// one that is set both are off.
	Tokens []Token
	Meter  Meter
	Log    *slog.Logger
}

type server struct {
	Deps
	off, unsignedPD quiet
	// large has room for the few bodies that are held at once and may be large: who
	// signed them is known only when they are whole.
	large chan struct{}
}

// hook is what is done with a request to one address. It gives the answer instead
// of writing it, so that a fault on the way still has one.
type hook struct {
	source string
	take   func(w http.ResponseWriter, r *http.Request) answer
}

// Handler serves everything below /webhooks/.
func Handler(d Deps) http.Handler {
	s := &server{Deps: d, large: make(chan struct{}, maxLarge)}
	hooks := map[string]hook{
		"/webhooks/github":       {"github", s.github},
		"/webhooks/pagerduty":    {"pagerduty", s.pagerduty},
		"/webhooks/alertmanager": {"alertmanager", s.alertmanager},
		"/webhooks/deploys":      {"deploys", s.deploys},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, ok := hooks[r.URL.Path]
		if !ok {
			problem(http.StatusNotFound, "", "There is nothing at "+strconv.QuoteToASCII(cut(r.URL.Path))+".", "Deliveries go to /webhooks/github, /webhooks/pagerduty, /webhooks/alertmanager and /webhooks/deploys.").write(w)
			return
		}
		a := s.contained(h, w, r)
		s.Meter.Count("backout_webhooks_total", h.source, a.result)
		a.write(w)
	})
}

// contained turns a fault of ours into an answer. The log gets where it happened,
// and of what it says only what the runtime wrote: the rest may be words of the
// body.
func (s *server) contained(h hook, w http.ResponseWriter, r *http.Request) (a answer) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		s.Log.Error("a fault in a delivery was contained", "source", h.source, "panic", foreign.Fault(p), "stack", string(debug.Stack()))
		s.Meter.Count("backout_panics_total", "webhook")
		a = fault()
	}()
	if r.Method != http.MethodPost {
		a := problem(http.StatusMethodNotAllowed, "refused", "Deliveries are sent with POST.", "Open this address from the sender's settings, not from a browser.")
		return a.with("Allow", http.MethodPost)
	}
	return h.take(w, r)
}
