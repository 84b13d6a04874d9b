package pagerdutysim

import (
	"slices"
	"strconv"
	"time"
)

// furthestShift is how far ahead PagerDuty looks.
const furthestShift = 90 * 24 * time.Hour

// listOnCalls answers /oncalls: who is on call now, or between since and until.
func (s *Server) listOnCalls(q *request) reply {
	now := s.now()
	since, until, bad := q.between(now, now)
	switch {
	case bad != nil:
		return *bad
	case until.Before(since):
		return errorReply(400, 2005, "Invalid Query Date Range", "until cannot be before since")
	case until.After(now.Add(furthestShift)):
		return errorReply(400, 2005, "Invalid Query Date Range", "On-call shifts are limited to 90 days in the future")
	}
	v := q.URL.Query()
	var all []duty
	for _, p := range s.w.policies {
		for _, d := range p.duties(since, until) {
			calendar := ""
			if d.schedule != nil {
				calendar = d.schedule.id
			}
			if wanted(ids(v, "escalation_policy_ids"), p.id) && wanted(ids(v, "user_ids"), d.user.id) && wanted(ids(v, "schedule_ids"), calendar) {
				all = append(all, d)
			}
		}
	}
	early, err := strconv.ParseBool(or(q.ask("earliest"), "false"))
	if err != nil {
		return invalid("earliest must be true or false")
	}
	if early {
		all = earliest(all)
	}
	return listing(q, "oncalls", all, func(d duty) object { return s.dutyShape(q, d) })
}

// earliest keeps the first entry of each policy, level and user.
func earliest(all []duty) []duty {
	var out []duty
	for _, d := range all {
		same := func(o duty) bool { return o.policy == d.policy && o.level == d.level && o.user == d.user }
		switch i := slices.IndexFunc(out, same); {
		case i < 0:
			out = append(out, d)
		case d.start.Before(out[i].start):
			out[i] = d
		}
	}
	return out
}

// dutyShape has references where the caller did not ask for more: addresses come
// only with include[]=users.
func (s *Server) dutyShape(q *request, d duty) object {
	o := object{
		"escalation_policy": s.ref(&d.policy.entity), "escalation_level": d.level, "user": s.ref(&d.user.entity),
		"schedule": nil, "start": stamp(d.start), "end": stamp(d.end),
	}
	if d.schedule != nil {
		o["schedule"] = s.ref(&d.schedule.entity)
		if q.includes("schedules") {
			c := s.card(&d.schedule.entity)
			c["name"], c["time_zone"] = d.schedule.name, "Etc/UTC"
			o["schedule"] = c
		}
	}
	if q.includes("users") {
		o["user"] = s.userShape(d.user)
	}
	if q.includes("escalation_policies") {
		o["escalation_policy"] = s.policyShape(d.policy)
	}
	return o
}

// wanted says whether a filter lets an id pass; an empty filter lets everything.
func wanted(filter []string, id string) bool { return len(filter) == 0 || slices.Contains(filter, id) }

// or is the first text that is not empty.
func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func (s *Server) listPolicies(q *request) reply {
	return listing(q, "escalation_policies", named(s.w.policies, q.ask("query")), s.policyShape)
}

func (s *Server) getPolicy(q *request) reply {
	p, ok := find(s.w.policies, q.PathValue("id"))
	if !ok {
		return notFound()
	}
	return good(object{"escalation_policy": s.policyShape(p)})
}
