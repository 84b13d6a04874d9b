package timeline

import (
	"slices"
	"strconv"
	"time"
)

// AlertEvent says what happened to an alert.
type AlertEvent string

// What can happen to an alert. The first four move its status.
const (
	AlertTriggered      AlertEvent = "triggered"
	AlertAcknowledged   AlertEvent = "acknowledged"
	AlertUnacknowledged AlertEvent = "unacknowledged"
	AlertResolved       AlertEvent = "resolved"
	AlertEscalated      AlertEvent = "escalated"
	AlertReassigned     AlertEvent = "reassigned"
	AlertAnnotated      AlertEvent = "annotated"
	AlertPriority       AlertEvent = "priority"
	AlertResponder      AlertEvent = "responder"
	AlertUpdated        AlertEvent = "updated"
)

// Alert is something that an alerting system says. Texts are plain and hostile.
type Alert struct {
	// Source is "pagerduty" or "alertmanager", Key the alert's identity there. Group
	// is what comes again each time the same trouble does, where the source has such.
	Source string     `json:"source"`
	Key    string     `json:"key"`
	Group  string     `json:"group,omitempty"`
	Event  AlertEvent `json:"event"`
	Title  string     `json:"title,omitempty"`
	// Number is what people there call it, such as 881; 0 for none.
	Number int `json:"number,omitempty"`
	// Service is one of ours, or empty; Place is what they call theirs.
	Service  string `json:"service,omitempty"`
	Place    string `json:"place,omitempty"`
	Severity string `json:"severity,omitempty"`
	Priority string `json:"priority,omitempty"`
	Link     string `json:"link,omitempty"`
	// Who did it there, by name; empty for machines. Text is what they wrote.
	Who  string `json:"who,omitempty"`
	Text string `json:"text,omitempty"`
	// Policy is the escalation policy whose people are called, or empty.
	Policy string    `json:"policy,omitempty"`
	At     time.Time `json:"at"`
	// Call is set when the alert is no trouble but the incident that carries a page of
	// ours. It is not stored: such an alert becomes no entry.
	Call PageRef `json:"-"`
}

// PageRef points at a page of an incident.
type PageRef struct{ Incident, Number int }

func (a Alert) name() string { return "alert:" + a.Source + ":" + a.Key }

// AlertPolicy says what an alert of a service does.
type AlertPolicy struct {
	// Do is open, triage or offer.
	Do string
	// Attach is how soon after another alert it joins that one's incident.
	Attach time.Duration
	// Priorities lead from their priority to our severity.
	Priorities map[string]string
}

// AlertState is an alert as an incident knows it.
type AlertState struct {
	// N is its first row.
	N      int
	Source string
	Key    string
	Group  string
	Title  string
	Number int
	// Service is one of ours, or empty.
	Service string
	Place   string
	Link    string
	Policy  string
	// Status is triggered, acknowledged or resolved.
	Status AlertEvent
	// Fired is when it was triggered last, Triggered when first.
	Fired                        time.Time
	Triggered, Acked, ResolvedAt time.Time
	AckedBy                      string
	Priority                     string
	// Split is the incident that it was moved to, or 0.
	Split int
}

// Open reports whether the alerting system still sees trouble.
func (a AlertState) Open() bool { return a.Status != AlertResolved && a.Split == 0 }

// Alert gives the alert whose first row is n.
func (in *Incident) Alert(n int) (AlertState, bool) {
	i := slices.IndexFunc(in.Alerts, func(a AlertState) bool { return a.N == n })
	if i < 0 {
		return AlertState{}, false
	}
	return in.Alerts[i], true
}

// AlertOf gives the alert that the source knows by key.
func (in *Incident) AlertOf(source, key string) (AlertState, bool) {
	i := slices.IndexFunc(in.Alerts, func(a AlertState) bool { return a.Source == source && a.Key == key })
	if i < 0 {
		return AlertState{}, false
	}
	return in.Alerts[i], true
}

// Page is somebody called to help.
type Page struct {
	Number, N int
	// Target is a Slack user id, or a word such as "service web-app"; Kind is user,
	// service or policy, and ID what it is called there.
	Target, Kind, ID string
	Text             string
	Who              string
	At               time.Time
	// State is asked, sent, acknowledged, declined or failed.
	State PageState
	// Key is the alerting system's incident that carries it.
	Key, Link string
	Reason    string
	By        string
	Since     time.Time
}

// PageState is where a page stands.
type PageState string

// The states of a page.
const (
	PageAsked    PageState = "asked"
	PageSent     PageState = "sent"
	PageAnswered PageState = "acknowledged"
	PageDeclined PageState = "declined"
	PageFailed   PageState = "failed"
)

// PageID is the name people use for a page: P1.
func PageID(number int) string { return "P" + strconv.Itoa(number) }

// Page gives the page with the number.
func (in *Incident) Page(number int) (Page, bool) {
	i := slices.IndexFunc(in.Pages, func(p Page) bool { return p.Number == number })
	if i < 0 {
		return Page{}, false
	}
	return in.Pages[i], true
}

// NudgeKind is what a reminder is about.
type NudgeKind string

// The reminders of an incident.
const (
	NudgeUpdate     NudgeKind = "update"
	NudgeNoLead     NudgeKind = "no_lead"
	NudgeQuiet      NudgeKind = "quiet"
	NudgePostmortem NudgeKind = "postmortem"
	NudgeStale      NudgeKind = "stale"
	NudgeReview     NudgeKind = "review"
)

// NudgeState is how people want to be reminded: not before Until, or never.
type NudgeState struct {
	Until   time.Time
	Stopped bool
	// Last is when it was last given.
	Last time.Time
}

// AlertNoted is what an alert did, in an incident's timeline. Attached marks one
// that joined an incident because it came soon after another.
type AlertNoted struct {
	Alert    Alert `json:"alert"`
	Attached bool  `json:"attached,omitempty"`
}

// AlertSplit says that an alert is another outage's: it moved to incident To.
type AlertSplit struct {
	N  int `json:"n"`
	To int `json:"to"`
}

// AlertOffered is an alert that belongs to no incident: people may declare one.
type AlertOffered struct {
	Alert Alert `json:"alert"`
}

// PageSet is a phase of a page.
type PageSet struct {
	Number int       `json:"number"`
	State  PageState `json:"state"`
	// Target, Kind, ID and Text come with the asking.
	Target string `json:"target,omitempty"`
	Sort   string `json:"kind,omitempty"`
	ID     string `json:"id,omitempty"`
	Text   string `json:"text,omitempty"`
	Key    string `json:"key,omitempty"`
	Link   string `json:"link,omitempty"`
	Reason string `json:"reason,omitempty"`
	By     string `json:"by,omitempty"`
}

// Nudged says that a reminder was given.
type Nudged struct {
	About NudgeKind `json:"about"`
}

// NudgeSet says how people want to be reminded from now on.
type NudgeSet struct {
	About   NudgeKind `json:"about"`
	Until   time.Time `json:"until,omitzero"`
	Stopped bool      `json:"stopped,omitempty"`
}

// MergedInto ends an incident that is the same outage as another. MergedFrom is
// its counterpart there.
type MergedInto struct {
	Into int `json:"into,omitempty"`
	From int `json:"from,omitempty"`
}

// Reminded says that something that is due by the calendar was done.
type Reminded struct {
	What string    `json:"what"`
	Due  time.Time `json:"due"`
}

// Kind names the kind of the body.
func (AlertNoted) Kind() Kind { return KindAlert }

// Kind names the kind of the body.
func (AlertSplit) Kind() Kind { return KindAlertSplit }

// Kind names the kind of the body.
func (AlertOffered) Kind() Kind { return KindAlertOffered }

// Kind names the kind of the body.
func (PageSet) Kind() Kind { return KindPage }

// Kind names the kind of the body.
func (Nudged) Kind() Kind { return KindNudged }

// Kind names the kind of the body.
func (NudgeSet) Kind() Kind { return KindNudgeSet }

// Kind names the kind of the body.
func (MergedInto) Kind() Kind { return KindMerged }

// Kind names the kind of the body.
func (Reminded) Kind() Kind { return KindReminded }
