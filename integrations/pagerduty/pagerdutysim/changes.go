package pagerdutysim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// keptChanges is how long change events are kept; relatedChanges is how long
// before an incident they are related to it.
const (
	keptChanges    = 90 * 24 * time.Hour
	relatedChanges = 24 * time.Hour
)

type changeEvent struct {
	id      string
	service *service
	at      time.Time
	source  string
	summary string
	details json.RawMessage
	links   []eventLink
}

// Change is a change event, as tests and the demo see it.
type Change struct {
	Service, Summary, Source string
	At                       time.Time
	Details                  string // JSON
}

// Changes are the change events that were worked off, in order of arrival.
func (s *Server) Changes() []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Change
	for _, c := range s.w.changes {
		out = append(out, Change{c.service.id, c.summary, c.source, c.at, string(c.details)})
	}
	return out
}

// enqueueChange accepts a change event.
func (s *Server) enqueueChange(q *request) reply {
	var e struct {
		RoutingKey string      `json:"routing_key"`
		Payload    *payload    `json:"payload"`
		Links      []eventLink `json:"links"`
	}
	if out, fine := parse(q.body, &e); !fine {
		return out
	}
	switch {
	case e.RoutingKey == "":
		return badEvent("'routing_key' is missing or blank")
	case e.RoutingKey[0] == 'R':
		return badEvent("Change events cannot be sent to ruleset integration keys")
	case e.Payload == nil || e.Payload.Summary == "":
		return badEvent("'payload.summary' is missing or blank")
	case len([]rune(e.Payload.Summary)) > longestTitle:
		return badEvent(fmt.Sprintf("'payload.summary' is too long (maximum is %d characters)", longestTitle))
	}
	for _, l := range e.Links {
		if l.Href == "" {
			return badEvent("'links' has a link without 'href'")
		}
	}
	at := s.now()
	if e.Payload.Timestamp != "" {
		t, fine := moment(e.Payload.Timestamp)
		if !fine {
			return badEvent("'payload.timestamp' is not an ISO 8601 time")
		}
		at = t
	}
	v, out := s.integrated(e.RoutingKey)
	if v == nil {
		return out
	}
	c := &changeEvent{s.w.eventID(), v, at, e.Payload.Source, e.Payload.Summary, e.Payload.Details, e.Links}
	s.receive(func() { s.w.changes = append(s.w.changes, c) })
	return reply{status: http.StatusAccepted, body: object{"status": "success", "message": "Change event processed"}}
}

// listRelatedChanges are the service's changes of the day before the incident.
func (s *Server) listRelatedChanges(q *request) reply {
	i := s.incident(q)
	if i == nil {
		return notFound()
	}
	out := []object{}
	for _, c := range s.w.changes {
		if before := i.created.Sub(c.at); c.service == i.service && before >= 0 && before <= relatedChanges && s.now().Sub(c.at) <= keptChanges {
			out = append(out, s.changeShape(c))
		}
	}
	return good(object{"change_events": out})
}

func (s *Server) changeShape(c *changeEvent) object {
	var details any
	if len(c.details) > 0 {
		_ = json.Unmarshal(c.details, &details)
	}
	return object{
		"id": c.id, "type": "change_event", "summary": c.summary, "self": s.APIURL() + "/change_events/" + c.id,
		"html_url": s.site + "/change_events/" + c.id, "timestamp": stamp(c.at), "source": orNull(c.source),
		"services": []object{s.ref(&c.service.entity)}, "integration": s.integrationRef(c.service), "custom_details": details,
		"links":              shapes(c.links, func(l eventLink) object { return object{"href": l.Href, "text": l.Text} }),
		"correlation_reason": object{"reason": "most_recent"},
	}
}
