package hooks

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"backout/timeline"
)

// pagerduty takes a delivery of PagerDuty's V3 webhooks.
//
// What it answers follows from what PagerDuty does with answers. Any 4xx but 429
// drops the event for good, and three drops in a row silence the subscription for
// 24 hours, with everything that comes meanwhile lost. 5xx is sent again for 48
// hours. So 4xx is for what PagerDuty did not send: a wrong signature, a body
// larger than any of its own. What it did send and nobody can read is taken with
// 2xx and a line in the log: sent again it would read no better, and refused it
// would cost the events of a day. All trouble of ours is 5xx.
func (s *server) pagerduty(w http.ResponseWriter, r *http.Request) answer {
	if s.PagerDuty == nil {
		// PagerDuty shows the secret only once the subscription is there, so it delivers
		// before Backout can have it: those events are to come again.
		if unsaid, ok := s.off.speaks(); ok {
			s.Log.Warn("PagerDuty delivers, and no secret is set", "source", "pagerduty", "unsaid_since", unsaid, "from", r.RemoteAddr)
		}
		return problem(http.StatusServiceUnavailable, "off", "PagerDuty's webhooks are not taken yet: no secret is set.", "Set PAGERDUTY_WEBHOOK_SECRETS to the secret of the subscription, or delete the subscription.").
			with("Retry-After", retryAfter)
	}
	signature := strings.Join(r.Header.Values("X-PagerDuty-Signature"), ",")
	if signature == "" {
		return s.notPagerDuty(r, "it has none")
	}
	body, a, ok := readBody(w, r, maxOther)
	if !ok {
		return wanting(a)
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	if !s.PagerDuty.Verify(body, signature) {
		return s.notPagerDuty(r, "it is another one")
	}
	key, alerts, ignored, err := s.PagerDuty.Parse(body)
	switch {
	case err != nil:
		s.Log.Warn("a delivery cannot be read; it was taken all the same, since PagerDuty falls silent after three refusals", "source", "pagerduty", "error", cut(err.Error()))
		return taken(http.StatusAccepted, "malformed", "This delivery cannot be read: "+cut(err.Error())+".")
	case ignored || len(alerts) == 0:
		return taken(http.StatusAccepted, "ignored", "Backout learns nothing from this.")
	}
	return s.alerts(ctx, "pagerduty", keyed(key, alerts))
}

// keyed names what the alerts of one delivery say.
func keyed(key string, alerts []timeline.Alert) []KeyedAlert {
	out := make([]KeyedAlert, len(alerts))
	for i, a := range alerts {
		out[i] = KeyedAlert{Key: nth(key, i), Alert: a}
	}
	return out
}

// wanting is the answer to a body that could not be had. One that broke off is to
// come again; the senders of alerts would not do so after a 400.
func wanting(a answer) answer {
	if a.status != http.StatusBadRequest {
		return a
	}
	return problem(http.StatusServiceUnavailable, a.result, "The body did not arrive whole.", "Send it again.").with("Retry-After", retryAfter)
}

// notPagerDuty refuses what is not signed. When it is PagerDuty itself, with a
// secret that is not ours, the third of these silences it: the count is an alarm.
func (s *server) notPagerDuty(r *http.Request, why string) answer {
	if unsaid, ok := s.unsignedPD.speaks(); ok {
		s.Log.Warn("a delivery is not signed with a secret of PagerDuty's; if it comes from there, the third in a row silences it for 24 hours",
			"source", "pagerduty", "signature", why, "unsaid_since", unsaid, "from", r.RemoteAddr)
	}
	return problem(http.StatusUnauthorized, "unsigned", "The signature of this delivery is missing or wrong.", "PAGERDUTY_WEBHOOK_SECRETS must hold the secret of the webhook subscription.")
}

// quiet remembers when something was last said.
type quiet struct {
	mu     sync.Mutex
	last   time.Time
	unsaid int
}

// speaks reports whether it may be said again, which is at most once a minute, and
// how often it was not said since.
func (q *quiet) speaks() (unsaid int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	if !q.last.IsZero() && now.Sub(q.last) < time.Minute {
		q.unsaid++
		return 0, false
	}
	unsaid = q.unsaid
	q.last, q.unsaid = now, 0
	return unsaid, true
}
