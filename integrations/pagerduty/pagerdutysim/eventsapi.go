package pagerdutysim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const (
	greatestEvent = 512 << 10
	longestKey    = 255
	keyLength     = 32
)

// event is the body of /v2/enqueue.
type event struct {
	RoutingKey string   `json:"routing_key"`
	Action     string   `json:"event_action"`
	DedupKey   string   `json:"dedup_key"`
	Client     string   `json:"client"`
	ClientURL  string   `json:"client_url"`
	Payload    *payload `json:"payload"`
	Images     []struct {
		Src  string `json:"src"`
		Href string `json:"href"`
		Alt  string `json:"alt"`
	} `json:"images"`
	Links []eventLink `json:"links"`
}

type eventLink struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

type payload struct {
	Summary   string          `json:"summary"`
	Source    string          `json:"source"`
	Severity  string          `json:"severity"`
	Timestamp string          `json:"timestamp"`
	Component string          `json:"component"`
	Group     string          `json:"group"`
	Class     string          `json:"class"`
	Details   json.RawMessage `json:"custom_details"`
}

// answerEvents is answer for the Events API, which has no authorization but the
// routing key in the body.
func (s *Server) answerEvents(r *http.Request, rt *route, body []byte) reply {
	switch {
	case rt == nil:
		return reply{status: http.StatusNotFound, body: object{"status": "not found", "message": "Not Found"}}
	case len(body) > greatestEvent:
		return reply{status: http.StatusRequestEntityTooLarge, body: object{"status": "invalid event", "message": "Event is larger than 512 KB"}}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return rt.do(s, &request{Request: r, body: body})
}

// badEvent is the Events API's refusal, which is shaped unlike REST's.
func badEvent(errors ...string) reply {
	return reply{status: http.StatusBadRequest, body: object{"status": "invalid event", "message": "Event object is invalid", "errors": errors}}
}

func throttled() reply {
	return reply{status: http.StatusTooManyRequests, body: object{"status": "throttle exceeded",
		"message": "Requests for this service or integration are arriving too quickly. Please retry later."}}
}

// parse reads an event's JSON; the second result is the refusal.
func parse(body []byte, v any) (reply, bool) {
	b := bytes.TrimSpace(body)
	if !json.Valid(b) || len(b) == 0 || b[0] != '{' {
		return badEvent("JSON is malformed"), false
	}
	if err := json.Unmarshal(b, v); err != nil {
		return badEvent(err.Error()), false
	}
	return reply{}, true
}

// integrated finds the service of a routing key and takes the event from its limit.
func (s *Server) integrated(key string) (*service, reply) {
	if len(key) != keyLength {
		return nil, badEvent(fmt.Sprintf("'routing_key' must have %d characters", keyLength))
	}
	i := slices.IndexFunc(s.w.services, func(v *service) bool { return v.routingKey == key })
	if i < 0 {
		return nil, badEvent("Invalid routing key")
	}
	if !s.opt.NoLimits && !s.limits.event(key, s.opt) {
		return nil, throttled()
	}
	return s.w.services[i], reply{}
}

// enqueueEvent accepts an event; what it does happens later.
func (s *Server) enqueueEvent(q *request) reply {
	var e event
	if out, fine := parse(q.body, &e); !fine {
		return out
	}
	if errors := e.flaws(); len(errors) > 0 {
		return badEvent(errors...)
	}
	v, out := s.integrated(e.RoutingKey)
	if v == nil {
		return out
	}
	if e.DedupKey == "" {
		e.DedupKey = s.w.hex(32)
	}
	s.receive(func() { s.happen(v, &e) })
	return reply{status: http.StatusAccepted, body: object{"status": "success", "message": "Event processed", "dedup_key": e.DedupKey}}
}

// flaws are what is wrong with an event.
func (e *event) flaws() (out []string) {
	flaw := func(is bool, format string, args ...any) {
		if is {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	flaw(e.RoutingKey == "", "'routing_key' is missing or blank")
	flaw(e.Action == "", "'event_action' is missing or blank")
	flaw(e.Action != "" && !slices.Contains([]string{"trigger", "acknowledge", "resolve"}, e.Action), "'event_action' is invalid (must be one of 'trigger', 'acknowledge' or 'resolve')")
	flaw(len(e.DedupKey) > longestKey, "'dedup_key' is too long (maximum is %d characters)", longestKey)
	flaw(e.DedupKey == "" && (e.Action == "acknowledge" || e.Action == "resolve"), "'dedup_key' is missing or blank")
	for _, i := range e.Images {
		flaw(!strings.HasPrefix(i.Src, "https://"), "'images' has an image whose 'src' is not https")
	}
	for _, l := range e.Links {
		flaw(l.Href == "", "'links' has a link without 'href'")
	}
	if e.Action != "trigger" {
		return out
	}
	if e.Payload == nil {
		return append(out, "'payload' is missing or blank")
	}
	p := e.Payload
	flaw(p.Summary == "", "'payload.summary' is missing or blank")
	flaw(len([]rune(p.Summary)) > longestTitle, "'payload.summary' is too long (maximum is %d characters)", longestTitle)
	flaw(p.Source == "", "'payload.source' is missing or blank")
	flaw(!slices.Contains([]string{"critical", "error", "warning", "info"}, p.Severity), "'payload.severity' is invalid (must be one of 'critical', 'error', 'warning' or 'info')")
	if p.Timestamp != "" {
		_, fine := moment(p.Timestamp)
		flaw(!fine, "'payload.timestamp' is not an ISO 8601 time")
	}
	return out
}
