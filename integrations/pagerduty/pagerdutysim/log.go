package pagerdutysim

import (
	"slices"
	"strconv"
	"time"
)

// line is an entry of the log with its incident.
type line struct {
	i *incident
	e *logEntry
}

func (s *Server) listIncidentLog(q *request) reply {
	i := s.incident(q)
	if i == nil {
		return notFound()
	}
	return s.logOf(q, []*incident{i})
}

// listLog is the log of the whole account.
func (s *Server) listLog(q *request) reply { return s.logOf(q, s.w.incidents) }

// logOf lists entries, the newest first.
func (s *Server) logOf(q *request, list []*incident) reply {
	since, until, bad := q.between(time.Time{}, s.now().Add(time.Hour))
	if bad != nil {
		return *bad
	}
	short, err := strconv.ParseBool(or(q.ask("is_overview"), "false"))
	if err != nil {
		return invalid("is_overview must be true or false")
	}
	var all []line
	for _, i := range list {
		for _, e := range i.log {
			if !e.at.Before(since) && !e.at.After(until) && (!short || e.important()) {
				all = append(all, line{i, e})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b line) int { return a.e.at.Compare(b.e.at) })
	slices.Reverse(all)
	return listing(q, "log_entries", all, func(l line) object { return s.logShape(q, l.i, l.e) })
}

// important entries are those of an overview: changes of the incident's state.
func (e *logEntry) important() bool {
	switch e.kind {
	case "trigger_log_entry", "acknowledge_log_entry", "unacknowledge_log_entry", "resolve_log_entry", "reopen_log_entry",
		"escalate_log_entry", "assign_log_entry", "snooze_log_entry":
		return true
	}
	return false
}
