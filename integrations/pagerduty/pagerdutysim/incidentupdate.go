package pagerdutysim

import (
	"net/http"
	"slices"
)

// mostUpdates is how many incidents one call may change.
const mostUpdates = 250

// change is what a caller wants of an incident.
type change struct {
	ID          string        `json:"id"`
	Type        string        `json:"type"`
	Status      *string       `json:"status"`
	Resolution  string        `json:"resolution"`
	Title       *string       `json:"title"`
	Urgency     *string       `json:"urgency"`
	Priority    *link         `json:"priority"`
	Level       *int          `json:"escalation_level"`
	Assignments []assigneeAsk `json:"assignments"`
	Policy      *link         `json:"escalation_policy"`
	Bridge      *bridge       `json:"conference_bridge"`
	Service     *link         `json:"service"`
	Kind        *incidentType `json:"incident_type"`
}

// plan is a change that was checked.
type plan struct {
	change
	i        *incident
	priority *priority
	users    []*user
	policy   *policy
	service  *service
}

func (s *Server) updateIncident(q *request) reply {
	i := s.incident(q)
	if i == nil {
		return notFound()
	}
	var body struct {
		Incident *change `json:"incident"`
	}
	if out, fine := q.decode(&body); !fine {
		return out
	}
	if body.Incident == nil {
		return missing("incident is missing")
	}
	p, r := s.check(i, *body.Incident)
	if r != nil {
		return r.reply()
	}
	if r := s.apply(p, s.viaAPI(q.from)); r != nil {
		return r.reply()
	}
	return good(object{"incident": s.incidentShape(q, i)})
}

// updateIncidents checks all changes before it applies the first one.
func (s *Server) updateIncidents(q *request) reply {
	var body struct {
		Incidents []change `json:"incidents"`
	}
	if out, fine := q.decode(&body); !fine {
		return out
	}
	switch n := len(body.Incidents); {
	case n == 0:
		return missing("incidents is missing")
	case n > mostUpdates:
		return errorReply(http.StatusRequestEntityTooLarge, 2001, "Invalid Input Provided", "At most 250 incidents can be updated at one time")
	}
	var plans []*plan
	for _, c := range body.Incidents {
		i, ok := find(s.w.incidents, c.ID)
		switch {
		case c.ID == "":
			return missing("id is missing")
		case !ok:
			return errorReply(http.StatusNotFound, 5001, "Incident Not Found")
		case c.Service != nil:
			return invalid("The service can only be changed one incident at a time")
		case slices.ContainsFunc(plans, func(p *plan) bool { return p.i == i }):
			return invalid("An incident occurs twice")
		}
		p, r := s.check(i, c)
		if r != nil {
			return r.reply()
		}
		plans = append(plans, p)
	}
	list := []object{}
	for _, p := range plans {
		if r := s.apply(p, s.viaAPI(q.from)); r != nil {
			return r.reply()
		}
		list = append(list, s.incidentShape(q, p.i))
	}
	return good(object{"incidents": list})
}

// check holds a change against the incident as it stands.
func (s *Server) check(i *incident, c change) (*plan, *refusal) {
	reopens := c.Status != nil && *c.Status == triggered
	switch {
	case c.Type != "incident" && c.Type != "incident_reference":
		return nil, wrong("Incident type must be incident or incident_reference")
	case !i.isOpen() && !reopens:
		return nil, alreadyResolved()
	case c.Resolution != "" && (c.Status == nil || *c.Status != resolved):
		return nil, wrong("A resolution needs the status resolved")
	case c.Title != nil && (*c.Title == "" || len([]rune(*c.Title)) > longestTitle):
		return nil, wrong("Title can't be blank or longer than 1024 characters")
	case c.Urgency != nil && *c.Urgency != "high" && *c.Urgency != "low":
		return nil, wrong("Urgency must be high or low")
	case c.Level != nil && (len(c.Assignments) > 0 || c.Policy != nil):
		return nil, wrong("An escalation level cannot be given with assignments or an escalation policy")
	case c.Level != nil && (*c.Level < 1 || *c.Level > len(i.policy.rules)):
		return nil, refuse(1006, "Cannot Escalate", "The escalation policy has no such level")
	case c.Kind != nil && !slices.Contains(incidentKinds(), c.Kind.Name):
		return nil, wrong("Incident type was not found")
	}
	if r := s.checkStatus(i, c); r != nil {
		return nil, r
	}
	p := &plan{change: c, i: i}
	var r *refusal
	if p.priority, r = s.askedPriority(c.Priority); r != nil {
		return nil, r
	}
	if p.users, p.policy, r = s.askedPeople(c.Assignments, c.Policy); r != nil {
		return nil, r
	}
	if p.policy != nil && len(p.policy.awake(1, s.now())) == 0 {
		return nil, noneOnCall()
	}
	if c.Service != nil {
		v, ok := find(s.w.services, c.Service.ID)
		if !ok || !c.Service.linksTo("service") {
			return nil, wrong("Service was not found")
		}
		p.service = v
	}
	return p, nil
}

func (s *Server) checkStatus(i *incident, c change) *refusal {
	switch {
	case c.Status == nil:
		return nil
	case !slices.Contains([]string{triggered, acknowledged, resolved}, *c.Status):
		return refuse(1003, "Invalid Status Provided", "Status must be triggered, acknowledged or resolved")
	case *c.Status == acknowledged && i.status == acknowledged:
		return refuse(1002, "Incident Already Acknowledged", "Incident has already been acknowledged")
	case *c.Status == triggered && i.status == triggered:
		return refuse(1003, "Invalid Status Provided", "Incident is triggered already")
	case i.mergedInto != nil:
		return refuse(1019, "Incident Already Merged", "Incident has been merged into another one")
	}
	return nil
}

// apply does what was checked. A reopening comes first, since the rest wants an
// open incident; any other status comes last.
func (s *Server) apply(p *plan, a actor) *refusal {
	i := p.i
	status := ""
	if p.Status != nil {
		status = *p.Status
	}
	if status == triggered {
		if r := s.retrigger(i, a); r != nil {
			return r
		}
	}
	if p.Title != nil {
		i.name, i.updated = *p.Title, s.now()
	}
	if p.Urgency != nil {
		i.urgency, i.updated = *p.Urgency, s.now()
	}
	s.applyRest(p, a)
	switch status {
	case acknowledged:
		if i.status == triggered {
			return s.acknowledge(i, a)
		}
	case resolved:
		return s.resolve(i, a, p.Resolution)
	}
	return nil
}

// applyRest makes the changes that webhooks tell of, apart from the status. They
// were checked: none is refused.
func (s *Server) applyRest(p *plan, a actor) {
	i := p.i
	if p.Kind != nil {
		_ = s.setType(i, p.Kind.Name, a)
	}
	if p.service != nil {
		_ = s.move(i, p.service, a)
	}
	if p.priority != nil {
		_ = s.prioritize(i, p.priority, a)
	}
	if p.Bridge != nil {
		_ = s.setBridge(i, p.Bridge, a)
	}
	switch {
	case p.Level != nil:
		_ = s.escalate(i, *p.Level, a)
	case p.policy != nil:
		_ = s.delegate(i, p.policy, a)
	case len(p.users) > 0:
		_ = s.reassign(i, p.users, a)
	}
}
