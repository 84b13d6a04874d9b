package pagerdutysim

import (
	"net/http"
	"strings"
)

// route is one operation of an API.
type route struct {
	pattern string // "GET /incidents/{id}"
	from    bool   // a write that speaks for a user
	limit   string // the operation's own limit, "" for none
	do      func(*Server, *request) reply
}

// The operations with a limit of their own.
const (
	managing = "managing incidents"
	onCalls  = "listing who is on call"
)

// handler is the whole HTTP side. A path or a method that no route has goes the
// same way as the others and ends in 404.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	add := func(prefix string, list []route) {
		for i := range list {
			rt := &list[i]
			method, path, _ := strings.Cut(rt.pattern, " ")
			mux.HandleFunc(method+" "+prefix+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, rt) })
		}
	}
	add(apiPrefix, incidentRoutes())
	add(apiPrefix, accountRoutes())
	add(eventsPrefix, eventRoutes())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, nil) })
	mux.HandleFunc("GET /incidents/{id}", s.servePage)
	return mux
}

func incidentRoutes() []route {
	const one = "/incidents/{id}"
	return []route{
		{pattern: "GET /incidents", do: (*Server).listIncidents},
		{pattern: "POST /incidents", from: true, limit: managing, do: (*Server).createIncident},
		{pattern: "PUT /incidents", from: true, limit: managing, do: (*Server).updateIncidents},
		{pattern: "GET " + one, do: (*Server).getIncident},
		{pattern: "PUT " + one, from: true, limit: managing, do: (*Server).updateIncident},
		{pattern: "PUT " + one + "/merge", from: true, limit: managing, do: (*Server).mergeIncidents},
		{pattern: "POST " + one + "/snooze", from: true, do: (*Server).snoozeIncident},
		{pattern: "GET " + one + "/notes", do: (*Server).listNotes},
		{pattern: "POST " + one + "/notes", from: true, do: (*Server).createNote},
		{pattern: "POST " + one + "/status_updates", from: true, do: (*Server).createUpdate},
		{pattern: "POST " + one + "/responder_requests", from: true, do: (*Server).createRequest},
		{pattern: "GET " + one + "/alerts", do: (*Server).listAlerts},
		{pattern: "GET " + one + "/alerts/{alert}", do: (*Server).getAlert},
		{pattern: "GET " + one + "/log_entries", do: (*Server).listIncidentLog},
		{pattern: "GET " + one + "/related_change_events", do: (*Server).listRelatedChanges},
		{pattern: "GET /log_entries", do: (*Server).listLog},
	}
}

func accountRoutes() []route {
	const hook = "/webhook_subscriptions"
	return []route{
		{pattern: "GET /oncalls", limit: onCalls, do: (*Server).listOnCalls},
		{pattern: "GET /priorities", do: (*Server).listPriorities},
		{pattern: "GET /users", do: (*Server).listUsers},
		{pattern: "GET /users/me", do: (*Server).getMe},
		{pattern: "GET /users/{id}", do: (*Server).getUser},
		{pattern: "GET /services", do: (*Server).listServices},
		{pattern: "GET /services/{id}", do: (*Server).getService},
		{pattern: "GET /escalation_policies", do: (*Server).listPolicies},
		{pattern: "GET /escalation_policies/{id}", do: (*Server).getPolicy},
		{pattern: "GET " + hook, do: (*Server).listSubscriptions},
		{pattern: "POST " + hook, do: (*Server).createSubscription},
		{pattern: "GET " + hook + "/{id}", do: (*Server).getSubscription},
		{pattern: "DELETE " + hook + "/{id}", do: (*Server).deleteSubscription},
		{pattern: "POST " + hook + "/{id}/enable", do: (*Server).enableSubscription},
		{pattern: "POST " + hook + "/{id}/ping", do: (*Server).pingSubscription},
	}
}

func eventRoutes() []route {
	return []route{
		{pattern: "POST /v2/enqueue", do: (*Server).enqueueEvent},
		{pattern: "POST /v2/change/enqueue", do: (*Server).enqueueChange},
	}
}
