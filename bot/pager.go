package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"backout/bot/config"
	"backout/bot/hooks"
	"backout/bot/outbox"
	"backout/integrations/alertmanager"
	"backout/integrations/pagerduty"
	"backout/integrations/slack"
	"backout/templates"
	"backout/timeline"
)

// pager is PagerDuty as the outbox uses it: neither knows the other's types.
type pager struct {
	client *pagerduty.Client
	slack  *slack.Client
	people map[string]string // Slack user to PagerDuty user, where addresses differ
}

func (p pager) Acknowledge(ctx context.Context, id string) error {
	return p.client.Acknowledge(ctx, id)
}
func (p pager) Resolve(ctx context.Context, id string) error { return p.client.Resolve(ctx, id) }

func (p pager) SetPriority(ctx context.Context, id, priority string) error {
	return p.client.SetPriority(ctx, id, priority)
}

func (p pager) AddNote(ctx context.Context, id, text, marker string) error {
	return p.client.AddNote(ctx, id, text, marker)
}

func (p pager) FindNote(ctx context.Context, id, marker string) (bool, error) {
	return p.client.FindNote(ctx, id, marker)
}

func (p pager) Call(ctx context.Context, c outbox.Call, again bool) (key, link string, err error) {
	kinds := map[string]string{"user": pagerduty.KindUser, "service": pagerduty.KindService, "policy": pagerduty.KindPolicy}
	page := pagerduty.Page{Kind: kinds[c.Kind], Target: c.ID, Title: c.Title, Body: c.Body, Key: c.Key, Incident: c.Alert, Service: c.Service}
	if again {
		got, found, err := p.client.FindPaged(ctx, page)
		if err != nil || found {
			return got.Incident.ID, got.Incident.Link, err
		}
	}
	got, err := p.client.Page(ctx, page)
	return got.Incident.ID, got.Incident.Link, err
}

func (p pager) OnCall(ctx context.Context, policy string) ([]outbox.OnCall, error) {
	list, err := p.client.OnCall(ctx, []string{policy})
	out := make([]outbox.OnCall, len(list))
	for i, o := range list {
		out[i] = outbox.OnCall{Level: o.Level, Name: o.Person.Name, Email: o.Person.Email, ID: o.Person.ID}
	}
	return out, err
}

func (p pager) SlackUser(ctx context.Context, id, email string) (string, bool, error) {
	for user, there := range p.people {
		if there == id {
			return user, true, nil
		}
	}
	if email == "" {
		return "", false, nil
	}
	return p.slack.UserByEmail(ctx, email)
}

func (p pager) PagerUser(ctx context.Context, user string) (string, bool, error) {
	if id, ok := p.people[user]; ok {
		return id, true, nil
	}
	email := p.slack.Email(ctx, user)
	if email == "" {
		return "", false, nil
	}
	who, ok, err := p.client.UserByEmail(ctx, email)
	return who.ID, ok, err
}

// wirePagerDuty connects PagerDuty, if the configuration says how.
func (b *Bot) wirePagerDuty() error {
	cfg := b.opt.Config
	if cfg.PagerDuty.Token.IsZero() {
		return nil
	}
	client, err := pagerduty.NewClient(pagerduty.Options{
		Token: cfg.PagerDuty.Token.Reveal(), From: cfg.PagerDuty.From, APIURL: cfg.PagerDuty.APIURL, EventsURL: cfg.PagerDuty.EventsURL,
		Now: b.opt.Now, Meter: b.metrics, Log: b.opt.Logger,
	})
	if err != nil {
		return err
	}
	b.pager = &pager{client: client, slack: b.client, people: cfg.People}
	return nil
}

// onCallWait bounds what a person waits for who is on call: Slack shows nothing
// that comes after three seconds, and the change to the record has its time too.
const onCallWait = 2 * time.Second

// onCall answers who is on call for a service.
func (b *Bot) onCall(ctx context.Context, service string) ([]templates.OnCallRow, string) {
	svc, ok := catalogue(b.opt.Config).Service(service)
	switch {
	case b.pager == nil:
		return nil, "PagerDuty is not connected; the platform team sets PAGERDUTY_TOKEN"
	case !ok || svc.PagerDuty == "":
		return nil, "the configuration does not say what " + service + " is at PagerDuty"
	}
	ctx, cancel := context.WithTimeout(ctx, onCallWait)
	defer cancel()
	there, err := b.pager.client.Service(ctx, svc.PagerDuty)
	if err != nil {
		return nil, sentence(err)
	}
	list, err := b.pager.client.OnCall(ctx, []string{there.PolicyID})
	if err != nil {
		return nil, sentence(err)
	}
	var rows []templates.OnCallRow
	for _, o := range list {
		row := templates.OnCallRow{Policy: there.Name, Level: o.Level, Name: o.Person.Name, Until: o.Until, Link: o.Person.Link}
		if user, ok, err := b.pager.SlackUser(ctx, o.Person.ID, o.Person.Email); err == nil && ok {
			row.Slack = user
		}
		rows = append(rows, row)
	}
	return rows, ""
}

// pagerHooks is what deliveries of PagerDuty say.
type pagerHooks struct {
	secrets []string
	cat     timeline.Catalogue
}

func newPagerHooks(cfg config.Config) pagerHooks {
	h := pagerHooks{cat: catalogue(cfg)}
	for _, s := range cfg.PagerDuty.WebhookSecrets {
		h.secrets = append(h.secrets, s.Reveal())
	}
	return h
}

func (h pagerHooks) Verify(body []byte, signature string) bool {
	return pagerduty.Verify(h.secrets, body, signature)
}

func (h pagerHooks) Parse(body []byte) (string, []timeline.Alert, bool, error) {
	e, err := pagerduty.Parse(body)
	if err != nil || e.Ping || e.Ignored {
		return "", nil, true, err
	}
	a, ok := alertOf(h.cat, e)
	if !ok || e.Marker != "" { // an echo of a note or a call of ours
		return "", nil, true, nil
	}
	return "pd:" + e.ID, []timeline.Alert{a}, false, nil
}

// ownPage reads the key under which we opened an incident to page somebody.
func ownPage(key string) (incident, page int, ok bool) {
	m := regexp.MustCompile(`^INC-(\d{1,9})/page/(\d{1,9})$`).FindStringSubmatch(key)
	if m == nil {
		return 0, 0, false
	}
	incident, _ = strconv.Atoi(m[1])
	page, _ = strconv.Atoi(m[2])
	return incident, page, true
}

// alertOf translates an event of PagerDuty; false for those that say nothing.
func alertOf(cat timeline.Catalogue, e pagerduty.Event) (timeline.Alert, bool) {
	i := e.Incident
	a := timeline.Alert{
		Source: timeline.PagerDuty, Key: i.ID, Title: i.Title, Number: i.Number, Place: i.ServiceName, Priority: i.Priority,
		Link: i.Link, Policy: i.PolicyID, At: e.At,
	}
	if a.Place == "" {
		a.Place = i.ServiceID
	}
	if svc, ok := cat.ByPagerDuty(i.ServiceID); ok {
		a.Service = svc.Name
	}
	if n, page, own := ownPage(i.Key); own {
		a.Call = timeline.PageRef{Incident: n, Number: page}
	}
	if e.Who.Kind == pagerduty.KindUser {
		a.Who = e.Who.Name
	}
	events := map[string]timeline.AlertEvent{
		pagerduty.Triggered: timeline.AlertTriggered, pagerduty.Acknowledged: timeline.AlertAcknowledged,
		pagerduty.Unacknowledged: timeline.AlertUnacknowledged, pagerduty.Resolved: timeline.AlertResolved, pagerduty.Reopened: timeline.AlertTriggered,
		pagerduty.Escalated: timeline.AlertEscalated, pagerduty.Delegated: timeline.AlertEscalated, pagerduty.Reassigned: timeline.AlertReassigned,
		pagerduty.Prioritised: timeline.AlertPriority, pagerduty.Annotated: timeline.AlertAnnotated,
		pagerduty.ResponderAdded: timeline.AlertResponder, pagerduty.ResponderReply: timeline.AlertResponder, pagerduty.StatusUpdate: timeline.AlertUpdated,
	}
	event, ok := events[e.Type]
	a.Event = event
	switch e.Type {
	case pagerduty.Annotated:
		a.Text = e.Note
	case pagerduty.StatusUpdate:
		a.Text = e.Message
	case pagerduty.ResponderAdded:
		a.Who, a.Text = e.Responder.Name, "asked"
	case pagerduty.ResponderReply:
		a.Who, a.Text = e.Responder.Name, e.Answer
	case pagerduty.Escalated, pagerduty.Delegated, pagerduty.Reassigned:
		for _, p := range i.Assignees {
			a.Text = p.Name
		}
	}
	return a, ok
}

// alertGroups is what Alertmanager's deliveries say.
type alertGroups struct{ cat timeline.Catalogue }

func (g alertGroups) Parse(body []byte) ([]hooks.KeyedAlert, error) {
	group, err := alertmanager.Parse(body)
	if err != nil || len(group.Alerts) == 0 {
		return nil, err
	}
	starts, ends := group.Started(), time.Time{}
	for _, one := range group.Alerts {
		if one.EndsAt.After(ends) {
			ends = one.EndsAt
		}
	}
	lead := group.Alerts[0]
	a := timeline.Alert{
		Source: "alertmanager", Key: fmt.Sprintf("%s@%d", group.Key, starts.Unix()), Group: group.Key, Event: timeline.AlertTriggered,
		Title: lead.Summary, Place: lead.Service, Link: group.Link, At: starts,
	}
	if a.Title == "" {
		a.Title = lead.Name
	}
	if lead.Link != "" {
		a.Link = lead.Link
	}
	if n := len(group.Alerts) + group.Truncated; n > 1 {
		a.Text = fmt.Sprintf("%d alerts in the group", n)
	}
	if svc, ok := g.cat.Service(lead.Service); ok {
		a.Service = svc.Name
	}
	if group.Status == alertmanager.Resolved {
		a.Event, a.At = timeline.AlertResolved, ends
	}
	a.Priority = lead.Severity
	key := fmt.Sprintf("am:%s:%d:%s", group.Key, starts.Unix(), group.Status)
	return []hooks.KeyedAlert{{Key: key, Alert: a}}, nil
}

// reconcileEvery is how often PagerDuty is asked what is open: deliveries are lost
// when a subscription is disabled, or when we are away for two days.
const reconcileEvery = 5 * time.Minute

// keepReconciled compares at the start and then every few minutes.
func (b *Bot) keepReconciled() {
	if b.pager == nil {
		return
	}
	b.contained("alerts", func() { b.reconcile(b.ctx) })
	b.every(reconcileEvery, func() { b.reconcile(b.ctx) })
}

// reconcile takes what no delivery told of: incidents that are open there, and
// those that we hold open and that are not.
func (b *Bot) reconcile(ctx context.Context) {
	cat := catalogue(b.opt.Config)
	var services []string
	for _, s := range cat.Services {
		if s.PagerDuty != "" {
			services = append(services, s.PagerDuty)
		}
	}
	if len(services) == 0 {
		return
	}
	open, err := b.pager.client.Open(ctx, services)
	if err != nil {
		if ctx.Err() == nil {
			b.opt.Logger.Warn("PagerDuty could not be compared with the record; it is tried again", "error", err)
		}
		return
	}
	seen := map[string]bool{}
	for _, i := range open {
		seen[i.ID] = true
		b.found(ctx, cat, i)
	}
	for _, s := range b.rec.Summaries() {
		if !s.Status.Open() {
			continue
		}
		in, err := b.rec.Incident(ctx, s.Number)
		if err != nil {
			continue
		}
		for _, a := range in.Alerts {
			if a.Source != timeline.PagerDuty || !a.Open() || seen[a.Key] {
				continue
			}
			if i, err := b.pager.client.Incident(ctx, a.Key); err == nil {
				b.found(ctx, cat, i)
			}
		}
	}
}

// found takes an incident as it stands there.
func (b *Bot) found(ctx context.Context, cat timeline.Catalogue, i pagerduty.Incident) {
	events := []pagerduty.Event{{Type: pagerduty.Triggered, At: i.CreatedAt, Incident: i}}
	switch i.Status {
	case pagerduty.StateAcknowledged:
		e := pagerduty.Event{Type: pagerduty.Acknowledged, At: b.opt.Now(), Incident: i}
		if len(i.Assignees) > 0 {
			e.Who = i.Assignees[0]
			e.Who.Kind = pagerduty.KindUser
		}
		events = append(events, e)
	case pagerduty.StateResolved:
		events = []pagerduty.Event{{Type: pagerduty.Resolved, At: b.opt.Now(), Incident: i}}
	}
	for _, e := range events {
		a, ok := alertOf(cat, e)
		if !ok {
			continue
		}
		if _, err := b.rec.Record(ctx, timeline.TakeAlert("", a)); err != nil && ctx.Err() == nil {
			b.opt.Logger.Warn("an alert was not recorded", "alert", a.Key, "error", err)
		}
	}
}

// sentence is what people see of trouble with the outside.
func sentence(err error) string {
	if t, ok := errors.AsType[*timeline.Trouble](err); ok {
		return t.Sentence
	}
	return "PagerDuty did not answer in time"
}
