package pagerduty

import (
	"context"
	"net/url"
	"strings"

	pd "github.com/PagerDuty/go-pagerduty"

	"backout/timeline"
)

const (
	// maxPageTitle is PagerDuty's.
	maxPageTitle = 1024
	maxPageBody  = 5000
	// maxKey is PagerDuty's.
	maxKey = 255
)

// Page is somebody to be woken.
type Page struct {
	// Kind is KindUser, KindPolicy or KindService, and Target the id.
	Kind, Target string
	// Title says what it is about, Body what is wanted.
	Title, Body string
	// Key, an effect's, makes it happen once.
	Key string
	// Incident is the id of the incident at PagerDuty that a user or a policy is
	// asked to join. A service is always paged by an incident of its own.
	Incident string
	// Service is where an incident for a user or a policy is opened when there is
	// none to join: PagerDuty has none without a service.
	Service string
}

// Paged is what a page led to.
type Paged struct {
	// Incident is the one that was opened or joined; of one that was joined the id
	// is certain, the rest is what is known.
	Incident Incident
	// Already is set when an earlier attempt had done it.
	Already bool
}

// Page wakes somebody, once: an incident is opened under the key, or a user or a
// policy is asked to join the given one, with the key marked in the message.
func (c *Client) Page(ctx context.Context, p Page) (Paged, error) {
	if err := p.check(); err != nil {
		return Paged{}, err
	}
	if p.joins() {
		return c.ask(ctx, p)
	}
	return c.open(ctx, p)
}

// FindPaged looks for what an earlier attempt at the same page led to, resolved or
// not.
func (c *Client) FindPaged(ctx context.Context, p Page) (Paged, bool, error) {
	if err := p.check(); err != nil {
		return Paged{}, false, err
	}
	if p.joins() {
		return c.findAsked(ctx, p)
	}
	return c.findOpened(ctx, p)
}

// joins reports whether somebody is asked to join an incident.
func (p Page) joins() bool { return p.Kind != KindService && p.Incident != "" }

func (p Page) check() error {
	if err := checkMarker(p.Key); err != nil {
		return err
	}
	switch {
	case len(p.Key) > maxKey || p.Kind != KindUser && p.Kind != KindPolicy && p.Kind != KindService:
		return no("what is to be paged is no user, policy or service of PagerDuty; page one of these")
	case p.joins():
		return known(p.Target, p.Incident)
	case p.Kind == KindService:
		return known(p.Target)
	case p.Service == "":
		return no("PagerDuty pages people only within an incident of a service; page a service, or set pagerduty for the incident's service in backout.yaml")
	}
	return known(p.Target, p.Service)
}

// service is where the page opens an incident.
func (p Page) service() string {
	if p.Kind == KindService {
		return p.Target
	}
	return p.Service
}

func (p Page) job(name string) job {
	return job{name: name, does: "page the " + p.Kind + " " + p.Target, what: p.Kind + " " + p.Target + " to page", write: true}
}

// open makes an incident. One under the same key is open already if an earlier
// attempt made it: PagerDuty refuses a second one.
func (c *Client) open(ctx context.Context, p Page) (Paged, error) {
	o := pd.CreateIncidentOptions{
		Title: text(p.Title, maxPageTitle), Service: &pd.APIReference{ID: p.service(), Type: "service_reference"}, IncidentKey: p.Key,
	}
	if o.Title == "" {
		o.Title = "Somebody is needed"
	}
	if body := lines(p.Body, maxPageBody); body != "" {
		o.Body = &pd.APIDetails{Type: "incident_body", Details: body}
	}
	switch p.Kind {
	case KindUser:
		o.Assignments = []pd.Assignee{{Assignee: pd.APIObject{ID: p.Target, Type: "user_reference"}}}
	case KindPolicy:
		o.EscalationPolicy = &pd.APIReference{ID: p.Target, Type: "escalation_policy_reference"}
	}
	var out Paged
	err := c.call(ctx, p.job("page"), func(ctx context.Context) error {
		got, err := c.api.CreateIncidentWithContext(ctx, c.opt.From, &o)
		if got != nil {
			out.Incident = created(got)
		}
		return err
	})
	if r := refusedWith(err); r != nil && r.duplicate() || err == nil && out.Incident.ID == "" {
		return c.opened(ctx, p, r != nil)
	}
	return out, err
}

// opened is the incident that is there, though its creation did not show it.
func (c *Client) opened(ctx context.Context, p Page, already bool) (Paged, error) {
	out, found, err := c.findOpened(ctx, p)
	switch {
	case err != nil:
		return Paged{}, err
	case !found && already:
		return Paged{}, &timeline.Trouble{After: shortWait, Sentence: "PagerDuty has the incident of this page open, but does not show it; it is tried again"}
	case !found:
		return Paged{}, &timeline.Trouble{Unsure: true, Sentence: "PagerDuty's answer does not show the incident of this page; whether it was opened is checked before it is repeated"}
	}
	out.Already = already
	return out, nil
}

// duplicate recognises the refusal of a second incident under an open key.
func (r *refusal) duplicate() bool {
	said := strings.ToLower(r.said)
	return strings.Contains(said, "matching dedup key") || strings.Contains(said, "incident_key") && strings.Contains(said, "already exists")
}

func created(i *pd.Incident) Incident {
	as := func(o pd.APIObject) ref { return ref{o.ID, o.Type, o.Summary, o.HTMLURL} }
	r := restIncident{Number: int(i.IncidentNumber), core: core{
		ref: as(i.APIObject), Title: i.Title, Status: i.Status, Key: i.IncidentKey, CreatedAt: i.CreatedAt, Urgency: i.Urgency,
		Service: as(i.Service), Policy: as(i.EscalationPolicy),
	}}
	if i.Priority != nil {
		r.Priority = labeled{ref: as(i.Priority.APIObject), Name: i.Priority.Name}
	}
	out := r.incident()
	var list []ref
	for _, a := range i.Assignments {
		list = append(list, as(a.Assignee))
	}
	out.Assignees = persons(list)
	return out
}

func (c *Client) findOpened(ctx context.Context, p Page) (Paged, bool, error) {
	j := job{name: "incidents", does: "look for the incident of an earlier page", what: "list of incidents"}
	list, err := c.list(ctx, j, url.Values{
		"incident_key": {p.Key}, "service_ids[]": {p.service()}, "date_range": {"all"},
		"statuses[]": {StateTriggered, StateAcknowledged, StateResolved},
	})
	if err != nil {
		return Paged{}, false, err
	}
	for _, i := range list {
		// Should PagerDuty not look at the key, others are among them.
		if i.Key == p.Key {
			return Paged{Incident: i, Already: true}, true, nil
		}
	}
	return Paged{}, false, nil
}
