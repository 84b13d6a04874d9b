package pagerdutysim

// Trigger describes an incident that a person opens on the website.
type Trigger struct {
	By          string // id of the user; nobody when empty
	Urgency     string // the service's when empty
	Priority    string // id
	IncidentKey string // a random one when empty
	Body        string
	Policy      string // id of another escalation policy than the service's
	Type        string // name of the incident type
}

// Incident is an incident in the hands of a test. Its methods are what people do
// on the website; they return an error when the incident's state does not allow it.
type Incident struct {
	s *Server
	i *incident
}

// Trigger opens an incident.
func (s *Server) Trigger(service *Service, title string, t Trigger) *Incident {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := draft{title: title, key: t.IncidentKey, urgency: t.Urgency, body: t.Body, kindName: t.Type, service: service.v}
	if t.Priority != "" {
		d.priority = s.knownPriority(t.Priority)
	}
	if t.Policy != "" {
		d.policy = s.knownPolicy(t.Policy)
	}
	return &Incident{s, s.open(d, s.hand(t.By))}
}

func (s *Server) knownPriority(id string) *priority {
	p, ok := find(s.w.priorities, id)
	if !ok {
		misuse("no priority has the id %q", id)
	}
	return p
}

// Incident finds one by its id; nil when there is none.
func (s *Server) Incident(id string) *Incident {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := find(s.w.incidents, id)
	if !ok {
		return nil
	}
	return &Incident{s, i}
}

// do runs a deed under the lock.
func (n *Incident) do(by string, deed func(s *Server, i *incident, a actor) *refusal) error {
	n.s.mu.Lock()
	defer n.s.mu.Unlock()
	if r := deed(n.s, n.i, n.s.hand(by)); r != nil {
		return r
	}
	return nil
}

// ID is the incident's id.
func (n *Incident) ID() string { return n.i.id }

// Acknowledge says that the user works on it and makes the user its assignee.
func (n *Incident) Acknowledge(by string) error { return n.do(by, (*Server).acknowledge) }

// Unacknowledge takes the acknowledgement back; without a user it is a timeout.
func (n *Incident) Unacknowledge(by string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		if i.status != acknowledged {
			return refuse(1012, "Incident is not Acknowledged", "")
		}
		return s.retrigger(i, a)
	})
}

// Resolve ends it.
func (n *Incident) Resolve(by string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal { return s.resolve(i, a, "") })
}

// Reopen begins it again.
func (n *Incident) Reopen(by string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		if i.isOpen() {
			return refuse(1003, "Invalid Status Provided", "Incident is open")
		}
		return s.retrigger(i, a)
	})
}

// Escalate moves it to the next level of its policy.
func (n *Incident) Escalate(by string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal { return s.escalate(i, i.level+1, a) })
}

// Delegate moves it to another escalation policy.
func (n *Incident) Delegate(by, policy string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal { return s.delegate(i, s.knownPolicy(policy), a) })
}

// Reassign gives it to another user.
func (n *Incident) Reassign(by, to string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		return s.reassign(i, []*user{s.knownUser(to)}, a)
	})
}

// SetPriority changes the priority; "" is none.
func (n *Incident) SetPriority(by, id string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		var p *priority
		if id != "" {
			p = s.knownPriority(id)
		}
		return s.prioritize(i, p, a)
	})
}

// Annotate writes a note.
func (n *Incident) Annotate(by, text string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		_, r := s.annotate(i, text, a)
		return r
	})
}

// PublishUpdate publishes a status update.
func (n *Incident) PublishUpdate(by, message string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		s.publish(i, &statusUpdate{message: message}, a)
		return nil
	})
}

// AddResponder asks a user to help.
func (n *Incident) AddResponder(by, user, message string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal {
		_, r := s.request(i, message, []askedFor{{user: s.knownUser(user)}}, a)
		return r
	})
}

// Reply answers a request to help: the user accepts or declines.
func (n *Incident) Reply(user string, accept bool) error {
	return n.do(user, func(s *Server, i *incident, a actor) *refusal { return s.reply(i, a, accept) })
}

// SetBridge changes the conference bridge.
func (n *Incident) SetBridge(by, number, url string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal { return s.setBridge(i, &bridge{number, url}, a) })
}

// MoveTo moves the incident to another service.
func (n *Incident) MoveTo(by string, service *Service) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal { return s.move(i, service.v, a) })
}

// SetType changes the incident type.
func (n *Incident) SetType(by, name string) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal { return s.setType(i, name, a) })
}

// MergeInto resolves the incident as a part of another one.
func (n *Incident) MergeInto(by string, target *Incident) error {
	return n.do(by, func(s *Server, i *incident, a actor) *refusal { return s.merge(target.i, []*incident{i}, a) })
}
