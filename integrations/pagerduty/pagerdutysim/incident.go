package pagerdutysim

import (
	"slices"
	"time"
)

// The states of an incident.
const (
	triggered    = "triggered"
	acknowledged = "acknowledged"
	resolved     = "resolved"
)

// incident is one incident. Its embedded name is the title.
type incident struct {
	entity
	number   int
	key      string // "" for one that alerts made
	status   string
	urgency  string
	kindName string // incident_type.name
	body     string
	service  *service
	priority *priority
	policy   *policy
	level    int
	via      string // escalation_policy or direct_assignment
	bridge   *bridge

	assigned []assignment
	acks     []ack
	created, changed, updated,
	reopened, resolvedAt, snoozed time.Time
	changedBy  any // reference of who changed the status last
	mergedInto *incident
	resolution string

	alerts     []*alert
	notes      []*note
	updates    []*statusUpdate
	requests   []*responderRequest
	responders []*responder
	log        []*logEntry
	fields     []object
	roles      []object
}

type assignment struct {
	at   time.Time
	user *user
}

type ack struct {
	at time.Time
	by any // reference
}

type bridge struct {
	Number string `json:"conference_number"`
	URL    string `json:"conference_url"`
}

// actor is who does something to an incident, and from where.
type actor struct {
	user    *user  // nil for machines
	agent   any    // reference, null for automation
	client  any    // object with a name, or null
	channel string // of log entries: "website", "api", "nexus" and so on
}

// hand is a person in front of the website, nobody for "".
func (s *Server) hand(user string) actor {
	if user == "" {
		return s.nobody()
	}
	u := s.knownUser(user)
	return actor{user: u, agent: s.ref(&u.entity), client: object{"name": "PagerDuty"}, channel: "website"}
}

// nobody is automation.
func (*Server) nobody() actor { return actor{channel: "auto"} }

// viaAPI is the user whom a call of the REST API speaks for.
func (s *Server) viaAPI(u *user) actor {
	return actor{user: u, agent: s.ref(&u.entity), channel: "api"}
}

// draft is what a new incident begins with.
type draft struct {
	title, key, urgency, body, kindName string
	service                             *service
	priority                            *priority
	policy                              *policy // nil is the service's
	assignee                            *user   // nil is who is on call
	bridge                              *bridge
	alert                               *alert
}

// open makes an incident and tells about it.
func (s *Server) open(d draft, a actor) *incident {
	now := s.now()
	s.w.number++
	i := &incident{
		entity: entity{"incident", s.w.longID(), d.title}, number: s.w.number, key: d.key, status: triggered,
		urgency: or(d.urgency, d.service.opt.Urgency), kindName: or(d.kindName, "incident_default"), body: d.body,
		service: d.service, priority: d.priority, policy: d.policy, bridge: d.bridge,
		created: now, changed: now, updated: now, changedBy: s.ref(&d.service.entity),
	}
	if i.policy == nil {
		i.policy = d.service.policy
	}
	if d.alert != nil {
		d.alert.incident = i
		i.alerts = append(i.alerts, d.alert)
	} else if i.key == "" {
		i.key = s.w.hex(32)
	}
	d.service.last = now
	s.w.incidents = append(s.w.incidents, i)
	s.note(i, "trigger", a, "Triggered.")
	if d.assignee != nil {
		i.assign(now, d.assignee)
	} else {
		s.climb(i, 1)
	}
	s.tell(i, "incident.triggered", a)
	return i
}

// assign gives the incident to these users and no others.
func (i *incident) assign(now time.Time, users ...*user) {
	i.assigned, i.via = nil, "direct_assignment"
	for _, u := range users {
		i.assigned = append(i.assigned, assignment{now, u})
	}
}

// climb gives the incident to those who are on call on a level of its policy.
func (s *Server) climb(i *incident, level int) {
	now := s.now()
	i.assign(now, i.policy.awake(level, now)...)
	i.level, i.via = level, "escalation_policy"
}

func (i *incident) isOpen() bool { return i.status != resolved }

// turn changes the status.
func (i *incident) turn(status string, by any, now time.Time) {
	i.status, i.changed, i.updated, i.changedBy = status, now, now, by
	if status != acknowledged {
		i.acks, i.snoozed = nil, time.Time{}
	}
}

// openWithKey is the open incident of a service that a key names, be it its own or
// that of one of its alerts.
func (s *Server) openWithKey(v *service, key string) *incident {
	for _, i := range slices.Backward(s.w.incidents) {
		if i.service == v && i.isOpen() && i.hasKey(key) {
			return i
		}
	}
	return nil
}

func (i *incident) hasKey(key string) bool {
	return i.key == key || slices.ContainsFunc(i.alerts, func(a *alert) bool { return a.key == key })
}
