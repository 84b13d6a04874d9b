package pagerdutysim

import (
	"fmt"
	"maps"
)

// incidentShape is an incident as REST shows it. Names differ from the webhooks':
// incident_number and assignments, not number and assignees.
func (s *Server) incidentShape(q *request, i *incident) object {
	o := s.card(&i.entity)
	o["summary"], o["title"], o["description"] = fmt.Sprintf("[#%d] %s", i.number, i.name), i.name, i.name
	o["incident_number"], o["incident_key"], o["status"], o["urgency"] = i.number, orNull(i.key), i.status, i.urgency
	o["created_at"], o["updated_at"], o["resolved_at"] = stamp(i.created), stamp(i.updated), stamp(i.resolvedAt)
	o["last_status_change_at"], o["last_status_change_by"] = stamp(i.changed), i.changedBy
	o["service"], o["escalation_policy"], o["teams"] = s.ref(&i.service.entity), s.ref(&i.policy.entity), i.service.teams(s)
	o["priority"], o["incident_type"], o["assigned_via"] = nil, object{"name": i.kindName}, i.via
	if i.priority != nil {
		o["priority"] = s.priorityShape(i.priority)
	}
	o["assignments"] = shapes(i.assigned, func(a assignment) object {
		return object{"at": stamp(a.at), "assignee": s.userOrRef(a.user, q.includes("assignees") || q.includes("users"))}
	})
	o["acknowledgements"] = shapes(i.acks, func(a ack) object { return object{"at": stamp(a.at), "acknowledger": a.by} })
	o["pending_actions"] = s.pending(i)
	o["alert_counts"], o["is_mergeable"], o["resolve_reason"] = i.alertCounts(), i.isOpen(), s.resolveReason(i)
	o["incidents_responders"] = shapes(i.responders, func(r *responder) object { return s.responderShape(i, r) })
	o["responder_requests"] = shapes(i.requests, func(r *responderRequest) object { return s.requestShape(i, r) })
	o["first_trigger_log_entry"] = s.ref(&i.log[0].entity)
	s.include(q, i, o)
	return o
}

// include adds what only include[] brings.
func (s *Server) include(q *request, i *incident, o object) {
	if q.includes("services") {
		o["service"] = s.serviceShape(i.service)
	}
	if q.includes("escalation_policies") {
		o["escalation_policy"] = s.policyShape(i.policy)
	}
	if q.includes("first_trigger_log_entries") {
		o["first_trigger_log_entry"] = s.logShape(q, i, i.log[0])
	}
	if q.includes("conference_bridge") || q.Method != "GET" {
		o["conference_bridge"] = i.bridge
	}
	if q.includes("body") || q.Method != "GET" {
		o["body"] = object{"type": "incident_body", "details": orNull(i.body)}
	}
}

func (s *Server) userOrRef(u *user, full bool) object {
	if full {
		return s.userShape(u)
	}
	return s.ref(&u.entity)
}

// pending says what a Tick will do.
func (s *Server) pending(i *incident) []object {
	out := []object{}
	if !i.snoozed.IsZero() {
		out = append(out, object{"type": "unacknowledge", "at": stamp(i.snoozed)})
	} else if d := i.service.opt.AckTimeout; d > 0 && i.status == acknowledged {
		out = append(out, object{"type": "unacknowledge", "at": stamp(i.changed.Add(d))})
	}
	if d := i.service.opt.AutoResolve; d > 0 && i.isOpen() {
		out = append(out, object{"type": "resolve", "at": stamp(i.opened().Add(d))})
	}
	return out
}

func (i *incident) alertCounts() object {
	n := 0
	for _, a := range i.alerts {
		if a.status == triggered {
			n++
		}
	}
	return object{"all": len(i.alerts), "triggered": n, "resolved": len(i.alerts) - n}
}

func (s *Server) resolveReason(i *incident) any {
	if i.mergedInto == nil {
		return nil
	}
	return object{"type": "merge_resolve_reason", "incident": s.ref(&i.mergedInto.entity)}
}

func (s *Server) responderShape(i *incident, r *responder) object {
	return object{
		"state": r.state, "user": s.ref(&r.user.entity), "incident": s.ref(&i.entity), "updated_at": stamp(r.updated),
		"message": r.request.message, "requester": s.requester(r.request), "requested_at": stamp(r.request.at),
		"escalation_policy_requests": []object{},
	}
}

func (s *Server) requester(r *responderRequest) any {
	if r.by == nil {
		return nil
	}
	return s.ref(&r.by.entity)
}

func (s *Server) requestShape(i *incident, r *responderRequest) object {
	return object{
		"incident": s.ref(&i.entity), "requester": s.requester(r), "requested_at": stamp(r.at), "message": r.message,
		"responder_request_targets": shapes(r.targets, func(t askedFor) object {
			var o object
			if t.policy != nil {
				o = s.card(&t.policy.entity)
			} else {
				o = s.card(&t.user.entity)
			}
			o["incident_responders"] = shapes(t.asked, func(one *responder) object { return s.responderShape(i, one) })
			return object{"responder_request_target": o}
		}),
	}
}

func (s *Server) noteShape(n *note) object {
	return object{"id": n.id, "user": n.by.agent, "channel": object{"summary": "The PagerDuty website or APIs"}, "content": n.content, "created_at": stamp(n.at)}
}

func (s *Server) updateShape(u *statusUpdate) object {
	return object{
		"id": u.id, "message": u.message, "created_at": stamp(u.at), "sender": u.by.agent,
		"subject": orNull(u.subject), "html_message": orNull(u.html),
	}
}

// logShape is a line of the log; what happened is told only with include[]=channels.
func (s *Server) logShape(q *request, i *incident, e *logEntry) object {
	o := s.card(&e.entity)
	o["created_at"], o["agent"], o["service"], o["incident"] = stamp(e.at), e.by.agent, s.ref(&i.service.entity), s.ref(&i.entity)
	o["teams"], o["contexts"], o["event_details"] = i.service.teams(s), []object{}, object{}
	channel := object{"type": e.by.channel}
	if q.includes("channels") {
		maps.Copy(channel, e.details)
	}
	o["channel"] = channel
	switch e.kind {
	case "assign_log_entry", "escalate_log_entry":
		o["assignees"] = shapes(e.users, func(u *user) object { return s.ref(&u.entity) })
	case "annotate_log_entry":
		o["note"] = e.details["note"]
	}
	return o
}
