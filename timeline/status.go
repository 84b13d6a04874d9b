package timeline

// Status is where an incident stands.
type Status string

// The statuses, in their usual order. Monitoring means mitigated.
const (
	Triage        Status = "triage"
	Investigating Status = "investigating"
	Identified    Status = "identified"
	Monitoring    Status = "monitoring"
	Resolved      Status = "resolved"
	CancelledSt   Status = "cancelled"
	Merged        Status = "merged"
)

// Open reports whether people still work on the incident.
func (s Status) Open() bool {
	switch s {
	case Triage, Investigating, Identified, Monitoring:
		return true
	}
	return false
}

// Final reports whether no command leads out of the status.
func (s Status) Final() bool { return s == CancelledSt || s == Merged }

// FollowUpState is where a follow-up stands.
type FollowUpState string

// A follow-up is open until it is done or dropped.
const (
	FollowUpOpen    FollowUpState = "open"
	FollowUpDone    FollowUpState = "done"
	FollowUpDropped FollowUpState = "dropped"
)

// LeadRole and CommsRole are the roles that Backout itself speaks of. Any other
// word is a role too.
const (
	LeadRole  = "lead"
	CommsRole = "communications"
)
