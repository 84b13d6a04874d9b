package hooks

import (
	"context"
	"net/http"
)

// alertmanager takes a message of Prometheus Alertmanager. It sends again after
// 5xx alone, so everything that could succeed later gets one; what it says can be
// read or never will be, and a 400 shows in its own figures.
func (s *server) alertmanager(w http.ResponseWriter, r *http.Request) answer {
	if s.Alertmanager == nil {
		return problem(http.StatusNotFound, "off", "Messages of Alertmanager are not taken here.", "")
	}
	if a, ok := s.bearer(r, "alertmanager"); !ok {
		return a
	}
	body, a, ok := readBody(w, r, maxOther)
	if !ok {
		return wanting(a)
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	alerts, err := s.Alertmanager.Parse(body)
	switch {
	case err != nil:
		s.Log.Warn("a delivery cannot be read", "source", "alertmanager", "error", cut(err.Error()))
		return problem(http.StatusBadRequest, "malformed", "This message cannot be read: "+cut(err.Error())+".", "")
	case len(alerts) == 0:
		return taken(http.StatusOK, "ignored", "Backout learns nothing from this.")
	}
	return s.alerts(ctx, "alertmanager", distinct(alerts))
}

// distinct keeps alerts apart that share a key: the second would be taken for the
// first come again.
func distinct(alerts []KeyedAlert) []KeyedAlert {
	seen := map[string]int{}
	out := make([]KeyedAlert, len(alerts))
	for i, a := range alerts {
		out[i] = KeyedAlert{Key: nth(a.Key, seen[a.Key]), Alert: a.Alert}
		seen[a.Key]++
	}
	return out
}
