package outbox

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// carryAlerts carries out what is owed about alerts, pages and reminders of an
// incident.
func (o *Outbox) carryAlerts(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	switch e.Kind {
	case timeline.OweOnCall:
		return o.onCall(ctx, e, in)
	case timeline.OweAlertAck, timeline.OweAlertResolve, timeline.OweAlertLevel:
		return o.tellAlert(ctx, e, in)
	case timeline.OweAlertNote:
		return o.noteAlert(ctx, e, in)
	case timeline.OweQuestion:
		o.meet(ctx, in, e.N)
		m, ok := templates.AlertQuestion(o.Views.View(in), e.N, o.Views)
		if !ok || in.Channel.ID == "" {
			return timeline.Carried(*e), nil
		}
		return timeline.Carried(*e), o.postOnce(ctx, e, in.Channel.ID, m)
	case timeline.OwePage:
		return o.page(ctx, e, in)
	case timeline.OwePagePost:
		m, ok := templates.PagePost(o.Views.View(in), e.N, o.Views)
		if !ok {
			return timeline.Carried(*e), nil
		}
		return o.kept(ctx, e, in, "page/"+timeline.PageID(e.N), m)
	case timeline.OweNudge:
		m, ok := templates.NudgePost(o.Views.View(in), timeline.NudgeKind(e.Name))
		if !ok || in.Channel.ID == "" {
			return timeline.Carried(*e), nil
		}
		return timeline.Carried(*e), o.postOnce(ctx, e, in.Channel.ID, m)
	}
	return timeline.Change{}, &timeline.Trouble{Permanent: true, Sentence: fmt.Sprintf("this version of Backout does not know the step %q", e.Kind)}
}

// onCall brings in who is on call for an alert. Those whom Slack does not know are
// named on the card.
func (o *Outbox) onCall(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	a, ok := in.Alert(e.N)
	if !ok || a.Policy == "" || o.Pager == nil {
		return timeline.Carried(*e), nil
	}
	if in.Channel.ID == "" { // it is owed with the channel; this one follows it
		return timeline.Postponed(*e, o.opt.Now().Add(first), false), nil
	}
	people, err := o.Pager.Calls.OnCall(ctx, a.Policy)
	if err != nil {
		return timeline.Change{}, err
	}
	var users, missing []string
	for _, p := range people {
		if p.Level > 1 {
			continue
		}
		id, known, err := o.Pager.People.SlackUser(ctx, p.ID, p.Email)
		switch {
		case err != nil:
			return timeline.Change{}, err
		case known:
			users = append(users, id)
		default:
			missing = append(missing, timeline.Worded(p.Name))
		}
	}
	if len(users) > 0 {
		left, err := o.Rooms.Invite(ctx, in.Channel.ID, users)
		if err != nil {
			return timeline.Change{}, err
		}
		for _, m := range left {
			missing = append(missing, "<@"+m.User+">: "+m.Why)
		}
	}
	if len(missing) > 0 {
		return timeline.GivenUp(*e, "On call, and not in Slack under the same e-mail address: "+strings.Join(missing, ", ")), nil
	}
	return timeline.Carried(*e), nil
}

// tellAlert carries our state to the alerting system.
func (o *Outbox) tellAlert(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	a, ok := in.Alert(e.N)
	if !ok || !a.Open() || o.Pager == nil {
		return timeline.Carried(*e), nil
	}
	said := timeline.Alert{Source: a.Source, Key: a.Key, Title: a.Title, Who: "Backout", Link: a.Link, At: o.opt.Now()}
	switch e.Kind {
	case timeline.OweAlertAck:
		if a.Status != timeline.AlertTriggered || in.Lead() == "" {
			return timeline.Carried(*e), nil
		}
		said.Event = timeline.AlertAcknowledged
		return timeline.AlertTold(*e, said), o.Pager.Alerts.Acknowledge(ctx, a.Key)
	case timeline.OweAlertResolve:
		if in.Status.Open() { // reopened meanwhile
			return timeline.Carried(*e), nil
		}
		said.Event = timeline.AlertResolved
		return timeline.AlertTold(*e, said), o.Pager.Alerts.Resolve(ctx, a.Key)
	}
	priority := priorityFor(o.Ledger.Catalogue(), in)
	if priority == "" || priority == a.Priority {
		return timeline.Carried(*e), nil
	}
	said.Event, said.Priority = timeline.AlertPriority, priority
	return timeline.AlertTold(*e, said), o.Pager.Alerts.SetPriority(ctx, a.Key, priority)
}

// priorityFor gives the priority that stands for the incident's severity, the
// first by name where several do.
func priorityFor(cat timeline.Catalogue, in *timeline.Incident) string {
	service := ""
	if len(in.Services) > 0 {
		service = in.Services[0]
	}
	known := cat.AlertPolicy(service).Priorities
	for _, p := range slices.Sorted(maps.Keys(known)) {
		if known[p] == in.Severity {
			return p
		}
	}
	return ""
}

// noteAlert writes an update, or where the postmortem is, to an alert.
func (o *Outbox) noteAlert(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	en, ok := in.Entry(e.N)
	if !ok || o.Pager == nil || in.Private {
		return timeline.Carried(*e), nil
	}
	text := ""
	switch b := en.Body.(type) {
	case timeline.Update:
		text = templates.FromSlack(en.Text).Plain(o.Views)
	case timeline.Exported:
		text = "Postmortem of " + in.ID() + ": " + b.Link
	}
	if strings.TrimSpace(text) == "" {
		return timeline.Carried(*e), nil
	}
	if e.Unsure {
		found, err := o.Pager.Alerts.FindNote(ctx, e.Name, e.Key)
		if err != nil || found {
			return timeline.Carried(*e), err
		}
	}
	return timeline.Carried(*e), o.Pager.Alerts.AddNote(ctx, e.Name, text, e.Key)
}

// page calls somebody, once.
func (o *Outbox) page(ctx context.Context, e *timeline.Effect, in *timeline.Incident) (timeline.Change, error) {
	p, ok := in.Page(e.N)
	if !ok {
		return timeline.Carried(*e), nil
	}
	if o.Pager == nil {
		return timeline.PageIs(*e, timeline.PageSet{State: timeline.PageFailed, Reason: noPager}), nil
	}
	o.Views.Warm(ctx, []string{p.Who})
	c := Call{
		Kind: p.Kind, ID: p.ID, Key: e.Key, Body: templates.FromSlack(p.Text).Plain(o.Views),
		Title: in.ID() + ": " + templates.FromSlack(in.Title).Plain(o.Views),
	}
	if in.Drill { // whoever is called must know
		c.Title = "Drill, no emergency: " + c.Title
	}
	for _, a := range in.Alerts {
		if a.Source == timeline.PagerDuty && a.Open() {
			c.Alert = a.Key
		}
	}
	cat := o.Ledger.Catalogue()
	for _, name := range in.Services {
		if svc, ok := cat.Service(name); ok && c.Service == "" {
			c.Service = svc.PagerDuty
		}
	}
	if p.Kind == "user" {
		id, known, err := o.Pager.People.PagerUser(ctx, p.Target)
		if err != nil {
			return timeline.Change{}, err
		}
		if !known {
			return timeline.PageIs(*e, timeline.PageSet{State: timeline.PageFailed, Reason: "PagerDuty knows nobody with that person's e-mail address; the platform team names them under people"}), nil
		}
		c.ID = id
	}
	key, link, err := o.Pager.Calls.Call(ctx, c, e.Unsure)
	if t := troubleOf(err); err != nil && t.Permanent {
		return timeline.PageIs(*e, timeline.PageSet{State: timeline.PageFailed, Reason: t.Sentence}), nil
	}
	return timeline.PageIs(*e, timeline.PageSet{State: timeline.PageSent, Key: key, Link: link}), err
}
