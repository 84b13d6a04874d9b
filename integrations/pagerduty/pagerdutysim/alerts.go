package pagerdutysim

import (
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// alert is what an event opened.
type alert struct {
	entity
	key      string
	status   string // triggered or resolved
	service  *service
	incident *incident
	at       time.Time
	event    *event
}

// inbox holds accepted events until they are worked off, one after another.
type inbox struct {
	mu    sync.Mutex
	queue []func()
	busy  bool
}

// receive puts an event into the inbox.
func (s *Server) receive(work func()) {
	s.desk.begin()
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	s.inbox.queue = append(s.inbox.queue, work)
	if s.inbox.busy {
		return
	}
	s.inbox.busy = true
	s.spawn(s.workOff)
}

// workOff empties the inbox. No lock is held.
func (s *Server) workOff() {
	for {
		s.inbox.mu.Lock()
		if len(s.inbox.queue) == 0 {
			s.inbox.busy = false
			s.inbox.mu.Unlock()
			return
		}
		work := s.inbox.queue[0]
		s.inbox.queue = s.inbox.queue[1:]
		s.inbox.mu.Unlock()
		if s.pause(s.opt.EventLag) {
			s.mu.Lock()
			work()
			s.mu.Unlock()
		}
		s.desk.end()
	}
}

// happen does what an event asks for. One that acknowledges or resolves what is not
// open is dropped without a word.
func (s *Server) happen(v *service, e *event) {
	a := actor{agent: s.integrationRef(v), channel: "api"}
	if e.Client != "" {
		a.client = object{"name": e.Client, "url": orNull(e.ClientURL)}
	}
	i := s.openWithKey(v, e.DedupKey)
	switch e.Action {
	case "trigger":
		s.alarm(v, i, e, a)
	case "acknowledge":
		if i != nil && i.status == triggered {
			_ = s.acknowledge(i, a)
		}
	case "resolve":
		if i != nil {
			s.clear(i, e.DedupKey, a)
		}
	}
}

// alarm opens an alert, and an incident for it unless there is one that takes it.
// The same key again is the same alert, with a newer event.
func (s *Server) alarm(v *service, i *incident, e *event, a actor) {
	if i != nil {
		for _, t := range i.alerts {
			if t.key == e.DedupKey && t.status == triggered {
				t.event, t.name = e, e.Payload.Summary
			}
		}
		return
	}
	t := &alert{entity: entity{"alert", s.w.longID(), e.Payload.Summary}, key: e.DedupKey, status: triggered, service: v, at: s.now(), event: e}
	if v.opt.Group {
		for _, open := range slices.Backward(s.w.incidents) {
			if open.service == v && open.isOpen() {
				t.incident = open
				open.alerts = append(open.alerts, t)
				return
			}
		}
	}
	p, _ := find(s.w.priorities, v.opt.Priorities[e.Payload.Severity])
	s.open(draft{title: e.Payload.Summary, service: v, priority: p, alert: t}, a)
}

// clear resolves an alert, and its incident when that was the last one.
func (s *Server) clear(i *incident, key string, a actor) {
	open := 0
	for _, t := range i.alerts {
		if t.key == key {
			t.status = resolved
		}
		if t.status == triggered {
			open++
		}
	}
	if open == 0 {
		_ = s.resolve(i, a, "")
	}
}

// Fire sends a trigger event of the service's integration past the network and its
// limits, and Clear resolves it: what a monitoring tool would do.
func (v *Service) Fire(dedupKey, summary, severity string) {
	v.send(&event{Action: "trigger", DedupKey: dedupKey, Payload: &payload{Summary: summary, Source: v.v.name, Severity: severity}})
}

// Clear sends a resolve event; see Fire.
func (v *Service) Clear(dedupKey string) { v.send(&event{Action: "resolve", DedupKey: dedupKey}) }

func (v *Service) send(e *event) {
	e.RoutingKey, e.Client = v.v.routingKey, "Monitoring"
	if flaws := e.flaws(); len(flaws) > 0 {
		misuse("%s", flaws[0])
	}
	v.s.receive(func() { v.s.happen(v.v, e) })
}

func (s *Server) alertShape(t *alert) object {
	o := s.card(&t.entity)
	p := t.event.Payload
	var details any
	if len(p.Details) > 0 {
		_ = json.Unmarshal(p.Details, &details)
	}
	path := "/incidents/" + t.incident.id + "/alerts/" + t.id
	o["self"], o["html_url"] = s.APIURL()+path, s.site+"/alerts/"+t.id
	o["created_at"], o["status"], o["alert_key"], o["severity"], o["suppressed"] = stamp(t.at), t.status, t.key, p.Severity, false
	o["service"], o["incident"], o["integration"] = s.ref(&t.service.entity), s.ref(&t.incident.entity), s.integrationRef(t.service)
	o["body"] = object{
		"type": "alert_body", "details": details, "contexts": shapes(t.event.Links, func(l eventLink) object {
			return object{"type": "link", "href": l.Href, "text": l.Text}
		}),
		"cef_details": object{
			"message": p.Summary, "description": p.Summary, "source_origin": p.Source, "severity": p.Severity, "source_component": orNull(p.Component),
			"service_group": orNull(p.Group), "event_class": orNull(p.Class), "dedup_key": t.key, "details": details,
			"client": orNull(t.event.Client), "client_url": orNull(t.event.ClientURL),
		},
	}
	return o
}

func (s *Server) listAlerts(q *request) reply {
	i := s.incident(q)
	if i == nil {
		return notFound()
	}
	var out []*alert
	for _, t := range i.alerts {
		if wanted(ids(q.URL.Query(), "statuses"), t.status) && wanted(q.URL.Query()["alert_key"], t.key) {
			out = append(out, t)
		}
	}
	return listing(q, "alerts", out, s.alertShape)
}

func (s *Server) getAlert(q *request) reply {
	i := s.incident(q)
	if i == nil {
		return notFound()
	}
	t, ok := find(i.alerts, q.PathValue("alert"))
	if !ok {
		return notFound()
	}
	return good(object{"alert": s.alertShape(t)})
}
