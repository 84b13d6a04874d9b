package pagerdutysim

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// longestRange is how far since and until may be apart: six months.
const longestRange = 184 * 24 * time.Hour

// listIncidents answers /incidents. Without times it is the last month.
func (s *Server) listIncidents(q *request) reply {
	keep, bad := s.incidentFilter(q)
	if bad != nil {
		return *bad
	}
	var out []*incident
	for _, i := range s.w.incidents {
		if keep(i) {
			out = append(out, i)
		}
	}
	if bad := sortIncidents(out, q.ask("sort_by")); bad != nil {
		return *bad
	}
	return listing(q, "incidents", out, func(i *incident) object { return s.incidentShape(q, i) })
}

func (s *Server) incidentFilter(q *request) (func(*incident) bool, *reply) {
	v := q.URL.Query()
	for name, allowed := range map[string][]string{"statuses": {triggered, acknowledged, resolved}, "urgencies": {"high", "low"}} {
		for _, x := range ids(v, name) {
			if !slices.Contains(allowed, x) {
				r := invalid("%s[] must be of %s", name, strings.Join(allowed, ", "))
				return nil, &r
			}
		}
	}
	inRange, bad := s.incidentRange(q)
	if bad != nil {
		return nil, bad
	}
	key := q.ask("incident_key")
	return func(i *incident) bool {
		team := ""
		if i.service.team != nil {
			team = i.service.team.id
		}
		mine := len(ids(v, "user_ids")) == 0 || slices.ContainsFunc(i.assigned, func(a assignment) bool { return slices.Contains(ids(v, "user_ids"), a.user.id) })
		return inRange(i.created) && mine && (key == "" || i.hasKey(key)) &&
			wanted(ids(v, "statuses"), i.status) && wanted(ids(v, "urgencies"), i.urgency) &&
			wanted(ids(v, "service_ids"), i.service.id) && wanted(ids(v, "team_ids"), team)
	}, nil
}

// incidentRange reads since, until and date_range.
func (s *Server) incidentRange(q *request) (func(time.Time) bool, *reply) {
	switch q.ask("date_range") {
	case "all":
		return func(time.Time) bool { return true }, nil
	case "":
	default:
		r := invalid("date_range must be all")
		return nil, &r
	}
	now := s.now()
	since, until, bad := q.between(time.Time{}, now)
	if bad != nil {
		return nil, bad
	}
	if since.IsZero() {
		since = until.AddDate(0, -1, 0)
	}
	if until.Before(since) || until.Sub(since) > longestRange {
		r := errorReply(http.StatusBadRequest, 2005, "Invalid Query Date Range", "The range from since to until must not be longer than 6 months")
		return nil, &r
	}
	return func(t time.Time) bool { return !t.Before(since) && !t.After(until) }, nil
}

// sortIncidents sorts by at most two fields, "urgency:desc,created_at".
func sortIncidents(list []*incident, by string) *reply {
	if by == "" {
		return nil
	}
	orders := map[string]func(a, b *incident) int{
		"incident_number": func(a, b *incident) int { return cmp.Compare(a.number, b.number) },
		"created_at":      func(a, b *incident) int { return a.created.Compare(b.created) },
		"resolved_at":     func(a, b *incident) int { return a.resolvedAt.Compare(b.resolvedAt) },
		// "high" comes before "low" in the alphabet, but is the greater one.
		"urgency": func(a, b *incident) int { return cmp.Compare(b.urgency, a.urgency) },
	}
	fields := strings.Split(by, ",")
	for _, f := range fields {
		name, way, _ := strings.Cut(f, ":")
		if orders[name] == nil || way != "" && way != "asc" && way != "desc" || len(fields) > 2 {
			r := invalid("sort_by must be one or two of incident_number, created_at, resolved_at and urgency, each with :asc or :desc")
			return &r
		}
	}
	slices.SortStableFunc(list, func(a, b *incident) int {
		for _, f := range fields {
			name, way, _ := strings.Cut(f, ":")
			if c := orders[name](a, b); c != 0 {
				if way == "desc" {
					return -c
				}
				return c
			}
		}
		return 0
	})
	return nil
}

// incident is that of the path; nil when there is none.
func (s *Server) incident(q *request) *incident {
	i, _ := find(s.w.incidents, q.PathValue("id"))
	return i
}

func (s *Server) getIncident(q *request) reply {
	i := s.incident(q)
	if i == nil {
		return notFound()
	}
	return good(object{"incident": s.incidentShape(q, i)})
}
