package pagerdutysim

import (
	"net/http"
	"slices"
)

// longestTitle is how long a title or a summary may be.
const longestTitle = 1024

// link is a reference as a caller writes it.
type link struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// linksTo says whether the link has an id and the type of a kind of thing. PagerDuty
// takes the full type for the reference's.
func (l *link) linksTo(kind string) bool {
	return l.ID != "" && (l.Type == kind || l.Type == kind+"_reference")
}

type incidentType struct {
	Name string `json:"name"`
}

type incidentBody struct {
	Type    string `json:"type"`
	Details string `json:"details"`
}

type assigneeAsk struct {
	Assignee *link `json:"assignee"`
}

// newIncident is the body of POST /incidents.
type newIncident struct {
	Type        string        `json:"type"`
	Title       string        `json:"title"`
	Service     *link         `json:"service"`
	Priority    *link         `json:"priority"`
	Urgency     string        `json:"urgency"`
	IncidentKey string        `json:"incident_key"`
	Body        *incidentBody `json:"body"`
	Kind        *incidentType `json:"incident_type"`
	Assignments []assigneeAsk `json:"assignments"`
	Policy      *link         `json:"escalation_policy"`
	Bridge      *bridge       `json:"conference_bridge"`
}

// incidentKinds are the types that every account has.
func incidentKinds() []string {
	return []string{"incident_default", "major_incident", "security_incident"}
}

func (s *Server) createIncident(q *request) reply {
	var body struct {
		Incident *newIncident `json:"incident"`
	}
	if out, fine := q.decode(&body); !fine {
		return out
	}
	if body.Incident == nil {
		return missing("incident is missing")
	}
	d, r := s.drafted(body.Incident)
	if r != nil {
		return r.reply()
	}
	a := s.viaAPI(q.from)
	i := s.open(d, a)
	if d.assignee == q.from {
		// Nobody is paged by their own incident: it begins acknowledged.
		_ = s.acknowledge(i, a)
	}
	return created(object{"incident": s.incidentShape(q, i)})
}

func wrong(detail string) *refusal { return refuse(2001, "Invalid Input Provided", detail) }

// drafted checks a new incident.
func (s *Server) drafted(n *newIncident) (d draft, r *refusal) {
	switch {
	case n.Type != "incident":
		return d, wrong("Incident type must be incident")
	case n.Title == "":
		return d, wrong("Title can't be blank")
	case len([]rune(n.Title)) > longestTitle:
		return d, wrong("Title is too long (maximum is 1024 characters)")
	case n.Service == nil || !n.Service.linksTo("service"):
		return d, wrong("Service can't be blank")
	case n.Urgency != "" && n.Urgency != "high" && n.Urgency != "low":
		return d, wrong("Urgency must be high or low")
	case n.Body != nil && n.Body.Type != "incident_body":
		return d, wrong("Body type must be incident_body")
	case n.Kind != nil && !slices.Contains(incidentKinds(), n.Kind.Name):
		return d, wrong("Incident type was not found")
	case len(n.IncidentKey) > 255:
		return d, wrong("Incident key is too long (maximum is 255 characters)")
	}
	d = draft{title: n.Title, key: n.IncidentKey, urgency: n.Urgency, bridge: n.Bridge}
	if n.Body != nil {
		d.body = n.Body.Details
	}
	if n.Kind != nil {
		d.kindName = n.Kind.Name
	}
	v, ok := find(s.w.services, n.Service.ID)
	if !ok {
		return d, refuse(2001, "Invalid Input Provided", "Service was not found")
	}
	d.service = v
	if d.priority, r = s.askedPriority(n.Priority); r != nil {
		return d, r
	}
	if r = s.aim(&d, n); r != nil {
		return d, r
	}
	if n.IncidentKey != "" && s.openWithKey(v, n.IncidentKey) != nil {
		return d, duplicateKey()
	}
	return d, nil
}

// aim finds who is to be paged.
func (s *Server) aim(d *draft, n *newIncident) *refusal {
	users, p, r := s.askedPeople(n.Assignments, n.Policy)
	switch {
	case r != nil:
		return r
	case len(users) > 1:
		return wrong("Only one assignee is supported at this time")
	case len(users) == 1:
		d.assignee = users[0]
		return nil
	}
	if d.policy = p; p == nil {
		p = d.service.policy
	}
	if len(p.awake(1, s.now())) == 0 {
		return noneOnCall()
	}
	return nil
}

// askedPeople finds the assignees or the policy, which exclude each other.
func (s *Server) askedPeople(assignments []assigneeAsk, way *link) (users []*user, p *policy, r *refusal) {
	if len(assignments) > 0 && way != nil {
		return nil, nil, wrong("Assignments and escalation policy cannot both be given")
	}
	for _, a := range assignments {
		if a.Assignee == nil || !a.Assignee.linksTo("user") {
			return nil, nil, wrong("Assignee must be a user_reference")
		}
		u, ok := find(s.w.users, a.Assignee.ID)
		if !ok {
			return nil, nil, refuse(1007, "Assigned To User Not Found", "")
		}
		users = append(users, u)
	}
	if way != nil {
		found, ok := find(s.w.policies, way.ID)
		if !ok || !way.linksTo("escalation_policy") {
			return nil, nil, refuse(1014, "Escalation Policy Not Found", "")
		}
		p = found
	}
	return users, p, nil
}

// askedPriority finds a priority; nil asks for none.
func (s *Server) askedPriority(l *link) (*priority, *refusal) {
	if l == nil {
		return nil, nil
	}
	p, ok := find(s.w.priorities, l.ID)
	if !ok || !l.linksTo("priority") || s.opt.NoPriorities {
		return nil, &refusal{status: http.StatusBadRequest, code: 1020, message: "Invalid Priority"}
	}
	return p, nil
}
