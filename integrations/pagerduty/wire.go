package pagerduty

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// maxAssignees bounds lists of people.
const maxAssignees = 50

var errIncomplete = errors.New("something that PagerDuty always sends is missing")

// lenient decodes JSON; a field of another type than expected is left out, and the
// rest is kept.
func lenient(body []byte, v any) error {
	err := json.Unmarshal(body, v)
	if _, shape := errors.AsType[*json.UnmarshalTypeError](err); shape {
		return nil
	}
	return err
}

// ref is a reference; of null it is empty.
type ref struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Summary string `json:"summary"`
	URL     string `json:"html_url"`
}

func (r ref) person() Person {
	return Person{ID: ident(r.ID), Name: name(r.Summary), Link: link(r.URL), Kind: kindOf(r.Type)}
}

// kindOf makes a kind of a type: "events_api_v2_inbound_integration_reference" is
// an integration.
func kindOf(t string) string {
	t = name(strings.TrimSuffix(t, "_reference"))
	switch {
	case strings.HasSuffix(t, KindIntegration):
		return KindIntegration
	case t == "escalation_policy":
		return KindPolicy
	}
	return t
}

// core are the fields of an incident that webhooks and REST call the same.
type core struct {
	ref
	Title     string  `json:"title"`
	Status    string  `json:"status"`
	Key       string  `json:"incident_key"`
	CreatedAt string  `json:"created_at"`
	Urgency   string  `json:"urgency"`
	Service   ref     `json:"service"`
	Policy    ref     `json:"escalation_policy"`
	Priority  labeled `json:"priority"`
	Reason    struct {
		Incident ref `json:"incident"`
	} `json:"resolve_reason"`
}

// labeled is a priority: its name, or in webhooks the summary alone.
type labeled struct {
	ref
	Name string `json:"name"`
}

// hookIncident is an incident as webhooks show it.
type hookIncident struct {
	core
	Number    int   `json:"number"`
	Assignees []ref `json:"assignees"`
}

// restIncident is an incident as REST shows it.
type restIncident struct {
	core
	Number      int `json:"incident_number"`
	Assignments []struct {
		Assignee ref `json:"assignee"`
	} `json:"assignments"`
	Responders []responder `json:"incidents_responders"`
	Requests   []request   `json:"responder_requests"`
}

type responder struct {
	State   string `json:"state"`
	User    ref    `json:"user"`
	Message string `json:"message"`
}

type request struct {
	Message string `json:"message"`
}

func (c core) incident() Incident {
	out := Incident{
		ID: ident(c.ID), Title: text(c.Title, maxTitle), Status: one(c.Status, StateTriggered, StateAcknowledged, StateResolved),
		Urgency: one(c.Urgency, "high", "low"), Priority: name(c.Priority.Name), Key: name(c.Key),
		ServiceID: ident(c.Service.ID), ServiceName: name(c.Service.Summary), PolicyID: ident(c.Policy.ID),
		Link: link(c.URL), CreatedAt: moment(c.CreatedAt), MergedInto: ident(c.Reason.Incident.ID),
	}
	if out.Priority == "" {
		out.Priority = name(c.Priority.Summary)
	}
	if out.Title == "" {
		out.Title = text(c.Summary, maxTitle)
	}
	return out
}

func (h hookIncident) incident() Incident {
	out := h.core.incident()
	out.Number, out.Assignees = max(0, h.Number), persons(h.Assignees)
	return out
}

func (r restIncident) incident() Incident {
	var list []ref
	for _, a := range r.Assignments {
		list = append(list, a.Assignee)
	}
	out := r.core.incident()
	out.Number, out.Assignees = max(0, r.Number), persons(list)
	return out
}

// persons leaves out what has no id.
func persons(list []ref) []Person {
	var out []Person
	for _, r := range list {
		if p := r.person(); p.ID != "" && len(out) < maxAssignees {
			out = append(out, p)
		}
	}
	return out
}

// one keeps a text if it is one of those that are known.
func one(s string, known ...string) string {
	if slices.Contains(known, s) {
		return s
	}
	return ""
}
