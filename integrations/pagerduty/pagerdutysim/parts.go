package pagerdutysim

import (
	"time"
)

// mostNotes is how many notes an incident may have.
const mostNotes = 2000

type note struct {
	id      string
	at      time.Time
	by      actor
	content string
}

type statusUpdate struct {
	id                     string
	at                     time.Time
	by                     actor
	message, subject, html string
}

// responderRequest is one call for help, to users and through policies.
type responderRequest struct {
	at      time.Time
	by      *user
	message string
	targets []askedFor
}

type askedFor struct {
	user   *user
	policy *policy
	asked  []*responder
}

// responder is one user who was asked.
type responder struct {
	user    *user
	policy  *policy // when asked through one
	state   string  // pending, accepted, declined
	request *responderRequest
	updated time.Time
}

// annotate writes a note. A resolved incident may still be annotated.
func (s *Server) annotate(i *incident, text string, a actor) (*note, *refusal) {
	if len(i.notes) >= mostNotes {
		return nil, refuse(2001, "Invalid Input Provided", "An incident can have at most 2000 notes")
	}
	n := &note{id: s.w.id(), at: s.now(), by: a, content: text}
	i.notes = append(i.notes, n)
	i.updated = n.at
	s.note(i, "annotate", a, "Note added by "+a.name()+".").details["note"] = text
	s.send(i, "incident.annotated", a, s.noteEvent(i, n))
	return n, nil
}

// publish publishes a status update.
func (s *Server) publish(i *incident, u *statusUpdate, a actor) {
	u.id, u.at, u.by = s.w.id(), s.now(), a
	i.updates = append(i.updates, u)
	s.note(i, "status_update", a, "Status update published by "+a.name()+".").details["message"] = u.message
	s.send(i, "incident.status_update_published", a, s.updateEvent(i, u))
}

// request asks for help. A policy stands for those who are on call on its first
// level. Who was asked before is asked again.
func (s *Server) request(i *incident, message string, targets []askedFor, a actor) (*responderRequest, *refusal) {
	if !i.isOpen() {
		return nil, alreadyResolved()
	}
	now := s.now()
	r := &responderRequest{at: now, by: a.user, message: message, targets: targets}
	for n := range r.targets {
		t := &r.targets[n]
		users := []*user{t.user}
		if t.policy != nil {
			users = t.policy.awake(1, now)
		}
		for _, u := range users {
			one := &responder{user: u, policy: t.policy, state: "pending", request: r, updated: now}
			t.asked = append(t.asked, one)
			i.responders = append(i.responders, one)
		}
	}
	i.requests = append(i.requests, r)
	i.updated = now
	for _, t := range r.targets {
		for _, one := range t.asked {
			s.note(i, "responder_request", a, a.name()+" requested "+one.user.name+".")
			s.send(i, "incident.responder.added", a, s.responderEvent(i, one))
		}
	}
	return r, nil
}

// reply answers the user's pending requests.
func (s *Server) reply(i *incident, a actor, accept bool) *refusal {
	state := "declined"
	if accept {
		state = "accepted"
	}
	for _, one := range i.responders {
		if one.user == a.user && one.state == "pending" {
			one.state, one.updated = state, s.now()
			s.note(i, "responder_reply", a, a.name()+" "+state+".")
			s.send(i, "incident.responder.replied", a, s.responderEvent(i, one))
			return nil
		}
	}
	return refuse(2001, "Invalid Input Provided", "No pending request for this user")
}

func (s *Server) setBridge(i *incident, b *bridge, a actor) *refusal {
	if !i.isOpen() {
		return alreadyResolved()
	}
	i.bridge, i.updated = b, s.now()
	s.send(i, "incident.conference_bridge.updated", a, s.bridgeEvent(i))
	return nil
}

func (s *Server) move(i *incident, v *service, a actor) *refusal {
	if !i.isOpen() {
		return alreadyResolved()
	}
	i.service, i.updated = v, s.now()
	s.tell(i, "incident.service_updated", a)
	return nil
}

func (s *Server) setType(i *incident, name string, a actor) *refusal {
	if !i.isOpen() {
		return alreadyResolved()
	}
	i.kindName, i.updated = name, s.now()
	s.tell(i, "incident.incident_type.changed", a)
	return nil
}

// logEntry is one line of an incident's log.
type logEntry struct {
	entity
	at      time.Time
	by      actor
	details object
	users   []*user // who had the incident then
}

// note adds a line to the incident's log.
func (s *Server) note(i *incident, what string, a actor, summary string) *logEntry {
	e := &logEntry{entity: entity{what + "_log_entry", "R" + s.w.longID()[1:], summary}, at: s.now(), by: a, details: object{}}
	for _, x := range i.assigned {
		e.users = append(e.users, x.user)
	}
	i.log = append(i.log, e)
	return e
}
