package pagerduty

import "time"

// Types of events that say something to us. PagerDuty has more and adds others.
const (
	Triggered      = "incident.triggered"
	Acknowledged   = "incident.acknowledged"
	Unacknowledged = "incident.unacknowledged"
	Resolved       = "incident.resolved"
	Reopened       = "incident.reopened"
	Escalated      = "incident.escalated"  // to another level of the policy
	Delegated      = "incident.delegated"  // to another policy
	Reassigned     = "incident.reassigned" // to another user
	Prioritised    = "incident.priority_updated"
	Moved          = "incident.service_updated" // to another service
	Annotated      = "incident.annotated"
	ResponderAdded = "incident.responder.added"
	ResponderReply = "incident.responder.replied"
	StatusUpdate   = "incident.status_update_published"

	ping = "pagey.ping"
)

// The states of an incident.
const (
	StateTriggered    = "triggered"
	StateAcknowledged = "acknowledged"
	StateResolved     = "resolved"
)

// Event is what happened at PagerDuty.
type Event struct {
	// ID is the event's, the same in the webhooks of all subscriptions and in all
	// attempts. It is empty for what was found by asking.
	ID string
	// Type is incident.triggered and so on; of an ignored one it may be any text.
	Type string
	// At is zero when the webhook does not say.
	At time.Time
	// Incident is whole for changes of the incident; for its notes, responders and
	// updates it has the id, and title and link if known.
	Incident Incident
	// Who did it: a person, a service, an integration; nobody when PagerDuty did.
	Who Person
	// Note is the text of an annotation. A mark of ours is taken off, here and in
	// Message, and is in Marker.
	Note   string
	Marker string
	// Responder is who was asked to help: a user, or a policy when it is not known
	// whom that means.
	Responder Person
	// Answer is the responder's: pending, accepted, declined.
	Answer string
	// Client is what it was done with, in PagerDuty's words; often empty.
	Client string
	// Message is the text of a status update, or what a responder was told.
	Message string
	// Ignored is set when it says nothing that concerns us.
	Ignored bool
	// Ping is PagerDuty's question whether anybody is there.
	Ping bool
}

// Incident is an incident at PagerDuty.
type Incident struct {
	ID     string
	Number int
	Title  string
	Status string // triggered, acknowledged, resolved; else ""
	// Urgency is high or low.
	Urgency  string
	Priority string // its name, such as P1; "" for none
	// Key is what makes alerts and pages one incident; empty if alerts made it.
	Key                    string
	ServiceID, ServiceName string
	PolicyID, Link         string
	CreatedAt              time.Time
	Assignees              []Person
	// MergedInto is the id of the incident as a part of which this one was resolved:
	// that is no sign that anything is well.
	MergedInto string
}

// Person is a user at PagerDuty, or what acts like one.
type Person struct {
	ID, Name, Email, Link string
	// Kind is user, service, integration, policy and so on; "" when nobody did it.
	Kind string
}

// Kinds of persons that we know by name.
const (
	KindUser        = "user"
	KindService     = "service"
	KindIntegration = "integration"
	KindPolicy      = "policy"
)

// Own reports whether the event is the echo of something that Backout did. Self is
// the id of the user that Backout is at PagerDuty, from [Client.Self], or "" while
// it is not known. The package comment says how far this can be trusted.
func (e Event) Own(self string) bool {
	switch e.Type {
	case Annotated, ResponderAdded:
		// Ours are marked. What somebody else copied is not ours.
		return e.Marker != "" && (self == "" || e.Who.ID == "" || e.Who.ID == self)
	case Triggered, Acknowledged, Resolved, Prioritised:
		return self != "" && e.Who.ID == self
	}
	return false // Backout does nothing else.
}
