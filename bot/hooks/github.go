package hooks

import (
	"context"
	"mime"
	"net/http"
	"net/url"
	"regexp"

	"backout/timeline"
)

// A delivery's id becomes part of a key that is kept for ever, and an event's name
// goes into the log, so both are held to what GitHub sends.
var (
	deliveryForm = regexp.MustCompile(`^[A-Za-z0-9-]{1,100}$`)
	eventForm    = regexp.MustCompile(`^[a-z_]{1,100}$`)
)

// github takes a delivery of GitHub's. GitHub sends nothing again by itself, but
// who catches up after a downtime asks it to: a status of 4xx or 5xx means "again",
// so only what could succeed later gets one, and what is broken for good.
func (s *server) github(w http.ResponseWriter, r *http.Request) answer {
	if s.GitHub == nil {
		return problem(http.StatusNotFound, "off", "GitHub's webhooks are not taken: no secret is set.", "Set GITHUB_WEBHOOK_SECRET to the secret of the webhook.")
	}
	signature := r.Header.Get("X-Hub-Signature-256")
	if signature == "" {
		return s.unsigned(r, "it has none")
	}
	done, ok := s.roomFor(r)
	if !ok {
		return problem(http.StatusServiceUnavailable, "again", "Several large deliveries are being read.", "Send it again.").with("Retry-After", retryAfter)
	}
	defer done()
	body, a, ok := readBody(w, r, maxGitHub)
	if !ok {
		return a
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	if !s.GitHub.Verify(body, signature) {
		return s.unsigned(r, "it is another one")
	}
	delivery, event := r.Header.Get("X-GitHub-Delivery"), r.Header.Get("X-GitHub-Event")
	switch {
	case !deliveryForm.MatchString(delivery):
		return problem(http.StatusBadRequest, "malformed", "The delivery has no X-GitHub-Delivery, or one that is no id.", "GitHub sends a GUID there; see to it that no proxy drops it.")
	case !eventForm.MatchString(event):
		return problem(http.StatusBadRequest, "malformed", "The delivery has no X-GitHub-Event, or one that is no name.", "GitHub sends for example deployment_status there; see to it that no proxy drops it.")
	case event == "ping":
		return taken(http.StatusOK, "ping", "")
	}
	payload, a, ok := payloadOf(r, body)
	if !ok {
		return a
	}
	return s.reported(ctx, delivery, event, payload)
}

// reported records what a delivery says.
func (s *server) reported(ctx context.Context, delivery, event string, payload []byte) answer {
	said, ignored, err := s.GitHub.Parse(event, payload)
	if err != nil {
		s.Log.Warn("a delivery cannot be read", "source", "github", "event", event, "delivery", delivery, "error", cut(err.Error()))
		return problem(http.StatusBadRequest, "malformed", "This delivery of "+event+" cannot be read: "+cut(err.Error())+".", "")
	}
	if ignored {
		return taken(http.StatusAccepted, "ignored", "Backout learns nothing from this.")
	}
	out, err := s.Record.Record(ctx, timeline.TakeReports("gh:"+delivery, said))
	switch {
	case err != nil:
		return s.notRecorded("github", err, func(r *timeline.Refusal) answer {
			s.Log.Warn("a delivery was refused", "source", "github", "event", event, "delivery", delivery, "why", cut(r.Sentence))
			return taken(http.StatusOK, "refused", r.Sentence+" "+r.Instead)
		})
	case out.Repeated:
		return taken(http.StatusOK, "repeated", "")
	case len(out.Events) == 0:
		return taken(http.StatusOK, "unchanged", "")
	}
	return taken(http.StatusOK, "recorded", "")
}

func (s *server) unsigned(r *http.Request, why string) answer {
	s.Log.Warn("a delivery is not signed with GitHub's secret", "source", "github", "signature", why, "from", r.RemoteAddr)
	return problem(http.StatusUnauthorized, "unsigned", "The signature of this delivery is missing or wrong.", "Give the webhook the secret that stands in GITHUB_WEBHOOK_SECRET.")
}

// payloadOf gives the JSON of a delivery, which a webhook that was set up as a form
// wraps in a field.
func payloadOf(r *http.Request, body []byte) ([]byte, answer, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		kind = "?"
	}
	switch kind {
	case "", "application/json":
		return body, answer{}, true
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err == nil && len(form["payload"]) == 1 {
			return []byte(form.Get("payload")), answer{}, true
		}
		return nil, problem(http.StatusBadRequest, "malformed", "The form has no single payload field.", "Set the webhook's content type to application/json."), false
	}
	return nil, problem(http.StatusUnsupportedMediaType, "malformed", "The delivery is neither JSON nor a form.", "Set the webhook's content type to application/json."), false
}
