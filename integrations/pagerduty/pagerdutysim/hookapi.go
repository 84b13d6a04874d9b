package pagerdutysim

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// mostSubscriptions is how many one scope may have.
const mostSubscriptions = 10

// newSubscription is the body of POST /webhook_subscriptions.
type newSubscription struct {
	Type        string   `json:"type"`
	Description string   `json:"description"`
	Events      []string `json:"events"`
	Active      *bool    `json:"active"`
	Filter      *link    `json:"filter"`
	Method      *struct {
		Type    string `json:"type"`
		URL     string `json:"url"`
		Headers []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"custom_headers"`
	} `json:"delivery_method"`
}

// knownEvents are the types that a subscription may ask for.
func knownEvents() []string {
	return []string{
		"incident.acknowledged", "incident.action_invocation.created", "incident.action_invocation.terminated", "incident.action_invocation.updated",
		"incident.annotated", "incident.conference_bridge.updated", "incident.custom_field_values.updated", "incident.delegated", "incident.escalated",
		"incident.incident_type.changed", "incident.priority_updated", "incident.reassigned", "incident.reopened", "incident.resolved",
		"incident.responder.added", "incident.responder.replied", "incident.role.assigned", "incident.service_updated",
		"incident.status_update_published", "incident.task.completed", "incident.task.created", "incident.task.updated", "incident.triggered",
		"incident.unacknowledged", "incident.workflow.completed", "incident.workflow.started",
		"service.created", "service.custom_field_values.updated", "service.deleted", "service.updated",
	}
}

func (s *Server) createSubscription(q *request) reply {
	var body struct {
		Subscription *newSubscription `json:"webhook_subscription"`
	}
	if out, fine := q.decode(&body); !fine {
		return out
	}
	if body.Subscription == nil {
		return missing("webhook_subscription is missing")
	}
	n, r := s.asSubscription(body.Subscription)
	if r != nil {
		return r.reply()
	}
	sub := s.subscribe(n, body.Subscription.Description)
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	// The secret is shown here and never again.
	return created(object{"webhook_subscription": s.subscriptionShape(sub, true)})
}

func (s *Server) asSubscription(b *newSubscription) (n Subscription, r *refusal) {
	switch {
	case b.Type != "webhook_subscription":
		return n, wrong("type must be webhook_subscription")
	case b.Method == nil || b.Method.Type != "http_delivery_method":
		return n, wrong("delivery_method must be an http_delivery_method")
	case len(b.Events) == 0:
		return n, wrong("events can't be blank")
	case b.Filter == nil:
		return n, wrong("filter can't be blank")
	}
	if u, err := url.Parse(b.Method.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return n, wrong("url is invalid")
	}
	for _, e := range b.Events {
		if !slices.Contains(knownEvents(), e) {
			return n, wrong("events has the unknown type " + e)
		}
	}
	n = Subscription{URL: b.Method.URL, Events: b.Events, Inactive: b.Active != nil && !*b.Active, Headers: map[string]string{}}
	for _, h := range b.Method.Headers {
		if n.Headers[h.Name] != "" {
			return n, wrong("custom_headers must have unique names")
		}
		n.Headers[h.Name] = h.Value
	}
	if r := s.scope(&n, b.Filter); r != nil {
		return n, r
	}
	return n, nil
}

// scope reads the filter and counts the subscriptions that it has already.
func (s *Server) scope(n *Subscription, f *link) *refusal {
	switch f.Type {
	case "account_reference":
	case "service_reference":
		if _, ok := find(s.w.services, f.ID); !ok {
			return wrong("filter has an unknown service")
		}
		n.Service = f.ID
	case "team_reference":
		if _, ok := find(s.w.teams, f.ID); !ok {
			return wrong("filter has an unknown team")
		}
		n.Team = f.ID
	default:
		return wrong("filter must be a service_reference, a team_reference or an account_reference")
	}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	same := 0
	for _, o := range s.desk.subs {
		if o.Service == n.Service && o.Team == n.Team {
			same++
		}
	}
	if same >= mostSubscriptions {
		return wrong("Only 10 webhook subscriptions are allowed for this scope")
	}
	return nil
}

// subscriptionShape needs the desk's lock. Values of headers are never shown.
func (s *Server) subscriptionShape(n *subscription, secret bool) object {
	filter := object{"type": "account_reference"}
	switch {
	case n.Service != "":
		filter = object{"type": "service_reference", "id": n.Service}
	case n.Team != "":
		filter = object{"type": "team_reference", "id": n.Team}
	}
	headers := []object{}
	for k := range n.Headers {
		headers = append(headers, object{"name": k, "value": "<redacted>"})
	}
	slices.SortFunc(headers, func(a, b object) int { return strings.Compare(a["name"].(string), b["name"].(string)) })
	method := object{
		"id": "PD" + n.id[2:], "type": "http_delivery_method", "url": n.URL, "custom_headers": headers, "extension_id": nil,
		"temporarily_disabled": n.isDisabled(s.opt.Clock()), "secret": nil,
	}
	if secret {
		method["secret"] = n.Secrets[0]
	}
	events := n.Events
	if len(events) == 0 {
		events = knownEvents()
	}
	return object{
		"id": n.id, "type": "webhook_subscription", "active": !n.Inactive, "description": n.description,
		"events": events, "filter": filter, "delivery_method": method,
	}
}

func (s *Server) listSubscriptions(q *request) reply {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	return listing(q, "webhook_subscriptions", s.desk.subs, func(n *subscription) object { return s.subscriptionShape(n, false) })
}

// subscribed runs f on the subscription of the path, under the desk's lock.
func (s *Server) subscribed(q *request, f func(*subscription) reply) reply {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	n, ok := find(s.desk.subs, q.PathValue("id"))
	if !ok {
		return notFound()
	}
	return f(n)
}

func (s *Server) getSubscription(q *request) reply {
	return s.subscribed(q, func(n *subscription) reply {
		return good(object{"webhook_subscription": s.subscriptionShape(n, false)})
	})
}

func (s *Server) deleteSubscription(q *request) reply {
	return s.subscribed(q, func(n *subscription) reply {
		s.remove(n)
		return reply{status: http.StatusNoContent}
	})
}

func (s *Server) enableSubscription(q *request) reply {
	return s.subscribed(q, func(n *subscription) reply {
		n.enable()
		return good(object{"webhook_subscription": s.subscriptionShape(n, false)})
	})
}

func (s *Server) pingSubscription(q *request) reply {
	return s.subscribed(q, func(n *subscription) reply {
		s.ping(n)
		return reply{status: http.StatusAccepted}
	})
}
