package pagerdutysim

import (
	"slices"
	"strings"
)

// outbound is an event on its way to the subscriptions.
type outbound struct {
	id, kind string
	body     []byte
}

// newEvent encodes an event now: later changes are not in it.
func (s *Server) newEvent(kind, resource string, a actor, data any) outbound {
	e := outbound{id: s.w.eventID(), kind: kind}
	e.body = encoded(object{"event": object{
		"id": e.id, "event_type": kind, "resource_type": resource, "occurred_at": s.now().Format("2006-01-02T15:04:05.000Z"),
		"agent": a.agent, "client": a.client, "data": data,
	}})
	return e
}

// deliveryOf is one webhook of an event, with an id of its own.
func (s *Server) deliveryOf(e outbound, resource string) *delivery {
	return &delivery{id: s.w.uuid(), event: e.id, kind: e.kind, resource: resource, body: e.body}
}

// tell sends an event whose data is the incident.
func (s *Server) tell(i *incident, kind string, a actor) { s.send(i, kind, a, s.incidentEvent(i)) }

// send sends an event of an incident.
func (s *Server) send(i *incident, kind string, a actor, data object) {
	s.emit(kind, "incident", i.id, i.service, a, data)
}

func (s *Server) tellService(v *service, kind string, a actor) {
	data := s.card(&v.entity)
	data["alert_creation"], data["teams"] = "create_alerts_and_incidents", v.teams(s)
	s.emit(kind, "service", v.id, v, a, data)
}

// emit sends an event to all subscriptions that want it, each time under a
// webhook id of its own.
func (s *Server) emit(kind, resource, id string, v *service, a actor, data object) {
	e := s.newEvent(kind, resource, a, data)
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for _, n := range s.desk.subs {
		if n.wants(kind, v) {
			s.enqueue(n, s.deliveryOf(e, id))
		}
	}
}

func (n *subscription) wants(kind string, v *service) bool {
	switch {
	case n.Inactive, len(n.Events) > 0 && !slices.Contains(n.Events, kind):
		return false
	case n.Service != "":
		return n.Service == v.id
	case n.Team != "":
		return v.team != nil && v.team.id == n.Team
	}
	return true
}

// Emit sends an event of any type about the incident, also of one that nobody
// knows yet. The data gets a reference to the incident when it has none.
func (n *Incident) Emit(by, eventType string, data map[string]any) {
	_ = n.do(by, func(s *Server, i *incident, a actor) *refusal {
		if data["incident"] == nil && data["id"] != i.id {
			data["incident"] = s.ref(&i.entity)
		}
		s.emit(eventType, strings.SplitN(eventType, ".", 2)[0], i.id, i.service, a, data)
		return nil
	})
}

// incidentEvent is an incident as webhooks show it.
func (s *Server) incidentEvent(i *incident) object {
	o := s.card(&i.entity)
	delete(o, "summary")
	o["number"], o["status"], o["incident_key"], o["created_at"], o["title"] = i.number, i.status, orNull(i.key), stamp(i.created), i.name
	o["incident_type"], o["service"] = object{"name": i.kindName}, s.ref(&i.service.entity)
	o["assignees"] = shapes(i.assigned, func(a assignment) object { return s.ref(&a.user.entity) })
	o["escalation_policy"], o["teams"], o["urgency"] = s.ref(&i.policy.entity), i.service.teams(s), i.urgency
	o["priority"], o["conference_bridge"], o["resolve_reason"] = nil, i.bridge, s.resolveReason(i)
	if i.priority != nil {
		o["priority"] = s.ref(&i.priority.entity)
	}
	if !i.reopened.IsZero() {
		o["reopened_at"] = stamp(i.reopened)
	}
	return o
}

// longestContent is how much of a note or an update a webhook has.
const longestContent = 2000

func trim(text string) (string, bool) {
	if r := []rune(text); len(r) > longestContent {
		return string(r[:longestContent]), true
	}
	return text, false
}

func (s *Server) noteEvent(i *incident, n *note) object {
	text, trimmed := trim(n.content)
	return object{"incident": s.ref(&i.entity), "id": n.id, "content": text, "trimmed": trimmed, "type": "incident_note"}
}

func (s *Server) updateEvent(i *incident, u *statusUpdate) object {
	text, trimmed := trim(u.message)
	return object{"incident": s.ref(&i.entity), "id": u.id, "message": text, "trimmed": trimmed, "type": "incident_status_update"}
}

func (s *Server) responderEvent(i *incident, r *responder) object {
	o := object{
		"incident": s.ref(&i.entity), "user": s.ref(&r.user.entity), "escalation_policy": nil,
		"message": r.request.message, "state": r.state, "type": "incident_responder",
	}
	if r.policy != nil {
		o["escalation_policy"] = s.ref(&r.policy.entity)
	}
	return o
}

func (s *Server) bridgeEvent(i *incident) object {
	numbers := []object{}
	if i.bridge.Number != "" {
		numbers = append(numbers, object{"label": "", "number": i.bridge.Number})
	}
	return object{"incident": s.ref(&i.entity), "conference_numbers": numbers, "conference_url": orNull(i.bridge.URL), "type": "incident_conference_bridge"}
}
