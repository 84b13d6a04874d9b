package timeline

import (
	"strconv"
	"time"
)

// Backout is the actor of what the bot did by itself.
const Backout = "backout"

// Event is one thing that happened to an incident. Events are never changed
// once stored, except that erasure blanks the text they carry.
type Event struct {
	// Incident is the number of the incident, from 1.
	Incident int
	// N is the permanent number inside the incident, from 1: T12 is N 12. Never
	// reused, not in time order, not gapless among entries.
	N int
	// At is when it happened, Recorded when we learned it. Both UTC.
	At, Recorded time.Time
	// Who did it: a Slack user or bot id, or a name such as "backout".
	Who string
	// Source is where it came from.
	Source Source
	// Body is the kind-specific part.
	Body Body
	// Secrets are what was found in the body's texts when it was recorded.
	Secrets []Secret
}

// Kind is the kind of the event's body.
func (e Event) Kind() Kind { return e.Body.Kind() }

// Source says where an event came from: the key of the delivery and, where
// there is one, a permalink that a person can open.
type Source struct {
	Key  string `json:"key,omitempty"`
	Link string `json:"link,omitempty"`
}

// Position is where in the record a delivery ended up: Count events of one
// incident beginning with N. A delivery that changed nothing has Count 0.
type Position struct {
	Incident, N, Count int
}

// ID is the name people use for an incident: INC-7.
func ID(number int) string { return "INC-" + strconv.Itoa(number) }

// Ref is the name people use for a timeline entry: T12.
func Ref(n int) string { return "T" + strconv.Itoa(n) }
