package pagerdutysim

import (
	"slices"
	"time"
)

// Level is one level of an escalation policy: ids of users, all of them on call
// for good.
type Level []string

type policy struct {
	entity
	rules []*rule
}

type rule struct {
	id      string
	targets []target
}

// target is either a user or a schedule.
type target struct {
	user     *user
	schedule *schedule
}

type schedule struct {
	entity
	shifts []shift
}

type shift struct {
	user       *user
	start, end time.Time
}

// EscalationPolicy adds a policy and returns the id.
func (s *Server) EscalationPolicy(name string, levels ...Level) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.addPolicy(name)
	for n, l := range levels {
		s.level(p, n+1)
		for _, u := range l {
			s.onCall(p, n+1, s.knownUser(u))
		}
	}
	return p.id
}

func (s *Server) addPolicy(name string) *policy {
	p := &policy{entity: entity{"escalation_policy", s.w.id(), name}}
	s.w.policies = append(s.w.policies, p)
	return p
}

func (s *Server) knownPolicy(id string) *policy {
	p, ok := find(s.w.policies, id)
	if !ok {
		misuse("no escalation policy has the id %q", id)
	}
	return p
}

// level returns a level, from 1, and adds what is missing up to it.
func (s *Server) level(p *policy, n int) *rule {
	if n < 1 {
		misuse("levels begin at 1")
	}
	for len(p.rules) < n {
		p.rules = append(p.rules, &rule{id: s.w.id()})
	}
	return p.rules[n-1]
}

// OnCall puts a user on call for good, beside those who are already.
func (s *Server) OnCall(policy string, level int, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCall(s.knownPolicy(policy), level, s.knownUser(user))
}

func (s *Server) onCall(p *policy, level int, u *user) {
	r := s.level(p, level)
	if !slices.Contains(r.targets, target{user: u}) {
		r.targets = append(r.targets, target{user: u})
	}
}

// OffCall takes a user who was on call for good off a level.
func (s *Server) OffCall(policy string, level int, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.level(s.knownPolicy(policy), level)
	u := s.knownUser(user)
	r.targets = slices.DeleteFunc(r.targets, func(t target) bool { return t.user == u })
}

// Shift is a time during which a schedule has a user on call.
type Shift struct {
	Policy     string
	Level      int    // 1 when 0
	Schedule   string // its name; a new one is made when there is none of it
	User       string
	Start, End time.Time
}

// Shift adds a shift to a schedule and the schedule to the policy. It returns the
// schedule's id.
func (s *Server) Shift(h Shift) (schedule string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.schedule(h.Schedule)
	c.shifts = append(c.shifts, shift{s.knownUser(h.User), h.Start, h.End})
	slices.SortStableFunc(c.shifts, func(a, b shift) int { return a.start.Compare(b.start) })
	r := s.level(s.knownPolicy(h.Policy), max(1, h.Level))
	if !slices.Contains(r.targets, target{schedule: c}) {
		r.targets = append(r.targets, target{schedule: c})
	}
	return c.id
}

func (s *Server) schedule(name string) *schedule {
	for _, c := range s.w.schedules {
		if c.name == name {
			return c
		}
	}
	c := &schedule{entity: entity{"schedule", s.w.id(), name}}
	s.w.schedules = append(s.w.schedules, c)
	return c
}

// duty is one entry of who is on call.
type duty struct {
	policy     *policy
	level      int
	user       *user
	schedule   *schedule // nil for a permanent one
	start, end time.Time
}

// duties are the entries of a policy that overlap a range of time.
func (p *policy) duties(since, until time.Time) []duty {
	var out []duty
	for n, r := range p.rules {
		for _, t := range r.targets {
			if t.user != nil {
				out = append(out, duty{policy: p, level: n + 1, user: t.user})
				continue
			}
			for _, h := range t.schedule.shifts {
				if !h.start.After(until) && h.end.After(since) {
					out = append(out, duty{p, n + 1, h.user, t.schedule, h.start, h.end})
				}
			}
		}
	}
	return out
}

// awake are the users of a level at one moment.
func (p *policy) awake(level int, now time.Time) []*user {
	var out []*user
	for _, d := range p.duties(now, now) {
		if d.level == level && !slices.Contains(out, d.user) {
			out = append(out, d.user)
		}
	}
	return out
}

func (s *Server) policyShape(p *policy) object {
	o := s.card(&p.entity)
	rules := []object{}
	for _, r := range p.rules {
		rules = append(rules, object{"id": r.id, "escalation_delay_in_minutes": 30, "targets": shapes(r.targets, func(t target) object {
			if t.user != nil {
				return s.ref(&t.user.entity)
			}
			return s.ref(&t.schedule.entity)
		})})
	}
	services := []object{}
	for _, v := range s.w.services {
		if v.policy == p {
			services = append(services, s.ref(&v.entity))
		}
	}
	o["name"], o["escalation_rules"], o["services"], o["num_loops"] = p.name, rules, services, 0
	o["teams"], o["description"], o["on_call_handoff_notifications"], o["privilege"] = []object{}, nil, "if_has_services", nil
	return o
}
