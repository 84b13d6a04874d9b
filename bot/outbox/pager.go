package outbox

import (
	"context"

	"backout/timeline"
)

// Pager is the alerting system that can be written to. Errors are
// *timeline.Trouble, as for Slack. What is so already is success.
type Pager struct {
	Alerts Alerts
	Calls  Calls
	People Persons
}

// Alerts changes incidents at the alerting system, by their id there.
type Alerts interface {
	Acknowledge(ctx context.Context, id string) error
	Resolve(ctx context.Context, id string) error
	SetPriority(ctx context.Context, id, priority string) error
	// AddNote writes a note that carries marker; FindNote looks for it.
	AddNote(ctx context.Context, id, text, marker string) error
	FindNote(ctx context.Context, id, marker string) (bool, error)
}

// Calls wakes people.
type Calls interface {
	// Call pages once for each key; again says that an earlier attempt may have done
	// it. The incident there that carries the page is given.
	Call(ctx context.Context, c Call, again bool) (key, link string, err error)
	// OnCall lists who is on call now by a policy, the first level first.
	OnCall(ctx context.Context, policy string) ([]OnCall, error)
}

// Call is a page. Kind is user, service or policy, ID what it is called there.
type Call struct {
	Kind, ID, Title, Body, Key string
	// Alert is the incident there that people are asked to join, or empty; Service
	// the one in which a new one is opened.
	Alert, Service string
}

// OnCall is somebody on call.
type OnCall struct {
	Level       int
	Name, Email string
	// ID is the person's there.
	ID string
}

// Persons knows who is who.
type Persons interface {
	// SlackUser gives the Slack user of a person there; false when there is none.
	SlackUser(ctx context.Context, id, email string) (string, bool, error)
	// PagerUser gives the id there of a Slack user.
	PagerUser(ctx context.Context, user string) (string, bool, error)
}

// Overview is what lists are made from.
type Overview interface {
	Summaries() []timeline.Summary
	Offered(ctx context.Context, n int) (timeline.Alert, bool, error)
}

// noPager says what is missing where there is no pager.
const noPager = "PagerDuty is not connected; the platform team sets PAGERDUTY_TOKEN"
