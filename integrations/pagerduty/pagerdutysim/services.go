package pagerdutysim

import (
	"slices"
	"strings"
	"time"
)

// ServiceOptions describe a service.
type ServiceOptions struct {
	// Policy is the id of the escalation policy. Without one the service gets the
	// policy "Default", on which the account's first user is on call.
	Policy string
	// Team is the id of the team that owns the service; none when empty.
	Team        string
	Description string
	// Urgency is that of incidents that name none, "high" when empty.
	Urgency string
	// AutoResolve resolves incidents that are open for so long, AckTimeout takes
	// acknowledgements back. Both happen at a Tick; 0 is never.
	AutoResolve, AckTimeout time.Duration
	// Group puts alerts into the service's open incident, if there is one.
	Group bool
	// Priorities are the ids of priorities by the severity of alerts: what an
	// orchestration would set.
	Priorities map[string]string
}

// Service is a service of the account.
type Service struct {
	s *Server
	v *service
}

type service struct {
	entity
	opt         ServiceOptions
	description string
	policy      *policy
	team        *entity
	integration entity
	routingKey  string
	made        time.Time
	last        time.Time // when its last incident began
}

// Service adds a service with an Events API v2 integration.
func (s *Server) Service(name string, o ServiceOptions) *Service {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.Urgency == "" {
		o.Urgency = "high"
	}
	v := &service{entity: entity{"service", s.w.id(), name}, opt: o, description: o.Description, made: s.now()}
	v.integration = entity{"inbound_integration", s.w.id(), "Events API V2"}
	v.routingKey = s.w.hex(32)
	v.policy = s.defaultPolicy(o.Policy)
	if o.Team != "" {
		t, ok := find(s.w.teams, o.Team)
		if !ok {
			misuse("no team has the id %q", o.Team)
		}
		v.team = t
	}
	for _, p := range o.Priorities {
		s.knownPriority(p)
	}
	s.w.services = append(s.w.services, v)
	s.tellService(v, "service.created", s.nobody())
	return &Service{s, v}
}

func (s *Server) defaultPolicy(id string) *policy {
	if id != "" {
		return s.knownPolicy(id)
	}
	for _, p := range s.w.policies {
		if p.name == "Default" {
			return p
		}
	}
	if len(s.w.users) == 0 {
		s.addUser("Olive Oncall", "olive@acme.example")
	}
	p := s.addPolicy("Default")
	s.onCall(p, 1, s.w.users[0])
	return p
}

// ID is the service's id.
func (v *Service) ID() string { return v.v.id }

// Name is the service's name.
func (v *Service) Name() string { return v.v.name }

// Policy is the id of the service's escalation policy.
func (v *Service) Policy() string { return v.v.policy.id }

// RoutingKey is the key of the service's Events API v2 integration.
func (v *Service) RoutingKey() string { return v.v.routingKey }

// Describe changes the description, which is told as service.updated.
func (v *Service) Describe(by, description string) {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	v.v.description = description
	v.s.tellService(v.v, "service.updated", v.s.hand(by))
}

// Delete removes the service, which is told as service.deleted. Its incidents stay.
func (v *Service) Delete(by string) {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	if i := slices.Index(v.s.w.services, v.v); i >= 0 {
		v.s.w.services = slices.Delete(v.s.w.services, i, i+1)
		v.s.tellService(v.v, "service.deleted", v.s.hand(by))
	}
}

func (v *service) teams(s *Server) []object {
	if v.team == nil {
		return []object{}
	}
	return []object{s.ref(v.team)}
}

// integrationRef is the reference that is the agent of what alerts do.
func (s *Server) integrationRef(v *service) object {
	o := s.ref(&v.integration)
	path := "/services/" + v.id + "/integrations/" + v.integration.id
	o["self"], o["html_url"] = s.APIURL()+path, s.site+path
	return o
}

func (s *Server) serviceShape(v *service) object {
	seconds := func(d time.Duration) any {
		if d == 0 {
			return nil
		}
		return int(d.Seconds())
	}
	o := s.card(&v.entity)
	o["name"], o["description"], o["created_at"], o["updated_at"], o["last_incident_timestamp"] = v.name, v.description, stamp(v.made), stamp(v.made), stamp(v.last)
	o["status"], o["teams"], o["escalation_policy"], o["integrations"] = s.serviceStatus(v), v.teams(s), s.ref(&v.policy.entity), []object{s.integrationRef(v)}
	o["auto_resolve_timeout"], o["acknowledgement_timeout"] = seconds(v.opt.AutoResolve), seconds(v.opt.AckTimeout)
	o["alert_creation"], o["alert_grouping_parameters"] = "create_alerts_and_incidents", object{"type": nil}
	o["incident_urgency_rule"] = object{"type": "constant", "urgency": v.opt.Urgency}
	o["support_hours"], o["scheduled_actions"], o["addons"], o["response_play"] = nil, []object{}, []object{}, nil
	return o
}

// serviceStatus is critical with a triggered incident and warning with an
// acknowledged one.
func (s *Server) serviceStatus(v *service) string {
	out := "active"
	for _, i := range s.w.incidents {
		if i.service != v {
			continue
		}
		switch i.status {
		case triggered:
			return "critical"
		case acknowledged:
			out = "warning"
		}
	}
	return out
}

func (e *entity) label() string { return e.name }

// named are those whose name has the text.
func named[T interface{ label() string }](list []T, text string) []T {
	var out []T
	for _, x := range list {
		if strings.Contains(strings.ToLower(x.label()), strings.ToLower(text)) {
			out = append(out, x)
		}
	}
	return out
}

func (s *Server) listServices(q *request) reply {
	var out []*service
	for _, v := range named(s.w.services, or(q.ask("query"), q.ask("name"))) {
		team := ""
		if v.team != nil {
			team = v.team.id
		}
		if wanted(ids(q.URL.Query(), "team_ids"), team) {
			out = append(out, v)
		}
	}
	return listing(q, "services", out, s.serviceShape)
}

func (s *Server) getService(q *request) reply {
	v, ok := find(s.w.services, q.PathValue("id"))
	if !ok {
		return notFound()
	}
	return good(object{"service": s.serviceShape(v)})
}
