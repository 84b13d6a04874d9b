package pagerdutysim

import (
	"slices"
	"time"
)

// Deeds are what can be done to an incident, by people, by the API and by alerts.
// A deed checks before it changes anything, and says what it did in the log and to
// the webhooks.

func alreadyResolved() *refusal {
	return refuse(1001, "Incident Already Resolved", "Incident has already been resolved")
}

func (s *Server) acknowledge(i *incident, a actor) *refusal {
	switch i.status {
	case resolved:
		return alreadyResolved()
	case acknowledged:
		return refuse(1002, "Incident Already Acknowledged", "Incident has already been acknowledged")
	}
	now := s.now()
	i.turn(acknowledged, a.agent, now)
	i.acks = append(i.acks, ack{now, a.agent})
	if a.user != nil {
		// Who acknowledges has it from now on.
		i.assign(now, a.user)
	}
	s.note(i, "acknowledge", a, "Acknowledged by "+a.name()+".")
	s.tell(i, "incident.acknowledged", a)
	return nil
}

// resolve ends the incident and the alerts in it.
func (s *Server) resolve(i *incident, a actor, resolution string) *refusal {
	if !i.isOpen() {
		return alreadyResolved()
	}
	now := s.now()
	i.turn(resolved, a.agent, now)
	i.resolvedAt, i.resolution, i.assigned = now, resolution, nil
	for _, t := range i.alerts {
		t.status = resolved
	}
	e := s.note(i, "resolve", a, "Resolved by "+a.name()+".")
	if resolution != "" {
		e.details["resolution"] = resolution
	}
	s.tell(i, "incident.resolved", a)
	return nil
}

// retrigger takes an acknowledgement back or reopens.
func (s *Server) retrigger(i *incident, a actor) *refusal {
	now := s.now()
	switch i.status {
	case triggered:
		return refuse(1003, "Invalid Status Provided", "Incident is triggered already")
	case acknowledged:
		i.turn(triggered, a.agent, now)
		s.note(i, "unacknowledge", a, "Unacknowledged by "+a.name()+".")
		s.tell(i, "incident.unacknowledged", a)
		return nil
	}
	if i.mergedInto != nil {
		return refuse(1019, "Incident Already Merged", "Incident has been merged into another one")
	}
	if i.key != "" && s.openWithKey(i.service, i.key) != nil {
		return duplicateKey()
	}
	i.turn(triggered, a.agent, now)
	i.reopened, i.resolvedAt, i.resolution = now, time.Time{}, ""
	s.climb(i, 1)
	s.note(i, "reopen", a, "Reopened by "+a.name()+".")
	s.tell(i, "incident.reopened", a)
	return nil
}

// escalate moves the incident to a level of its policy; those there are notified,
// so that an acknowledgement ends.
func (s *Server) escalate(i *incident, level int, a actor) *refusal {
	switch {
	case !i.isOpen():
		return alreadyResolved()
	case level < 1 || level > len(i.policy.rules):
		return refuse(1006, "Cannot Escalate", "The escalation policy has no such level")
	}
	s.climb(i, level)
	i.turn(triggered, a.agent, s.now())
	s.note(i, "escalate", a, "Escalated by "+a.name()+".")
	s.tell(i, "incident.escalated", a)
	return nil
}

// delegate moves the incident to another escalation policy.
func (s *Server) delegate(i *incident, p *policy, a actor) *refusal {
	switch {
	case !i.isOpen():
		return alreadyResolved()
	case len(p.awake(1, s.now())) == 0:
		return noneOnCall()
	}
	i.policy = p
	s.climb(i, 1)
	i.turn(triggered, a.agent, s.now())
	s.note(i, "assign", a, "Reassigned by "+a.name()+" to "+p.name+".")
	s.tell(i, "incident.delegated", a)
	return nil
}

func noneOnCall() *refusal {
	return refuse(1015, "Escalation Policy Has No User On Call", "No user is on call on the first level")
}

// reassign gives the incident to other users.
func (s *Server) reassign(i *incident, users []*user, a actor) *refusal {
	if !i.isOpen() {
		return alreadyResolved()
	}
	now := s.now()
	i.assign(now, users...)
	if !slices.Contains(users, a.user) {
		i.turn(triggered, a.agent, now)
	}
	i.updated = now
	s.note(i, "assign", a, "Reassigned by "+a.name()+" to "+users[0].name+".")
	s.tell(i, "incident.reassigned", a)
	return nil
}

// prioritize sets the priority, none when nil. The same one again is no change.
func (s *Server) prioritize(i *incident, p *priority, a actor) *refusal {
	if !i.isOpen() {
		return alreadyResolved()
	}
	if i.priority == p {
		return nil
	}
	i.priority, i.updated = p, s.now()
	name := "none"
	if p != nil {
		name = p.name
	}
	s.note(i, "priority_change", a, "Priority set to "+name+" by "+a.name()+".")
	s.tell(i, "incident.priority_updated", a)
	return nil
}

// snooze keeps an acknowledgement for a while; Tick ends it.
func (s *Server) snooze(i *incident, d time.Duration, a actor) *refusal {
	switch {
	case !i.isOpen():
		return alreadyResolved()
	case i.status != acknowledged:
		return refuse(1012, "Incident is not Acknowledged", "Only an acknowledged incident can be snoozed")
	case d < time.Second || d > 7*24*time.Hour:
		return refuse(1013, "Snooze Duration is Invalid", "The duration must be between 1 and 604800 seconds")
	}
	i.snoozed, i.updated = s.now().Add(d), s.now()
	s.note(i, "snooze", a, "Snoozed by "+a.name()+".")
	return nil
}

// merge resolves the sources and moves their alerts into the target.
func (s *Server) merge(target *incident, sources []*incident, a actor) *refusal {
	if !target.isOpen() {
		return alreadyResolved()
	}
	for _, i := range sources {
		switch {
		case i == target:
			return refuse(2001, "Invalid Input Provided", "An incident cannot be merged into itself")
		case i.mergedInto != nil:
			return refuse(1019, "Incident Already Merged", "Incident has been merged already")
		case !i.isOpen():
			return alreadyResolved()
		}
	}
	for _, i := range sources {
		i.mergedInto = target
		_ = s.resolve(i, a, "")
		for _, t := range i.alerts {
			t.status, t.incident = triggered, target
		}
		target.alerts = append(target.alerts, i.alerts...)
		i.alerts = nil
	}
	target.updated = s.now()
	return nil
}

// name is the actor in a sentence.
func (a actor) name() string {
	switch {
	case a.user != nil:
		return a.user.name
	case a.agent != nil:
		return "the monitoring service"
	}
	return "PagerDuty"
}
