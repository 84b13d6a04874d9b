package timeline

import (
	"slices"
	"strconv"
	"time"
)

// RollbackState is where a rollback stands.
type RollbackState string

// The states. Which may follow which is the business of timeline/rollback.
const (
	RollbackProposed    RollbackState = "proposed"
	RollbackAwaiting    RollbackState = "awaiting_approval"
	RollbackConfirmed   RollbackState = "confirmed"
	RollbackDispatching RollbackState = "dispatching"
	RollbackUnclear     RollbackState = "unclear"
	RollbackQueued      RollbackState = "queued"
	RollbackWaiting     RollbackState = "waiting"
	RollbackRunning     RollbackState = "running"
	RollbackOverdue     RollbackState = "overdue"
	RollbackSucceeded   RollbackState = "succeeded"
	RollbackFailed      RollbackState = "failed"
	RollbackCancelled   RollbackState = "cancelled"
)

// Finished reports whether nothing more is to come by itself.
func (s RollbackState) Finished() bool {
	return s == RollbackSucceeded || s == RollbackFailed || s == RollbackCancelled
}

// InFlight reports whether a workflow run may be at work.
func (s RollbackState) InFlight() bool {
	switch s {
	case RollbackDispatching, RollbackUnclear, RollbackQueued, RollbackWaiting, RollbackRunning, RollbackOverdue:
		return true
	}
	return false
}

// Rollback is a rollback of one service in one environment, as it stands.
type Rollback struct {
	// Number is permanent inside the incident: R1. N is its first row.
	Number, N int
	Plan      RollbackPlan
	State     RollbackState
	Requester string
	// Preview is what was found out before anybody confirmed, nil until it is there.
	Preview *RollbackPreview
	// Confirmation counts how often somebody said yes; each allows one dispatch,
	// known at GitHub by ID.
	Confirmation int
	ID           string
	ConfirmedBy  string
	// EarlierIDs are those of confirmations before, whose dispatch nobody could find.
	EarlierIDs []string
	Approvals  []Approval
	// Overridden are the guards that somebody set aside, with the reason.
	Overridden     []string
	OverrideReason string
	Run            WorkflowRun
	// CancelBy is who asked for the run to be cancelled, or empty.
	CancelBy string
	// Reason says why it is failed, cancelled, unclear.
	Reason string
	// Phases are the states it went through, oldest first.
	Phases []Phase
}

// RollbackID is the name people use for a rollback: R1.
func RollbackID(number int) string { return "R" + strconv.Itoa(number) }

// RollbackPlan says what is to be done. It does not change once it is proposed.
type RollbackPlan struct {
	Service     string            `json:"service"`
	Environment string            `json:"environment"`
	Repo        string            `json:"repo"`
	Workflow    string            `json:"workflow"`
	Ref         string            `json:"ref"`
	Inputs      map[string]string `json:"inputs,omitempty"`
	From        Deploy            `json:"from"`
	To          Deploy            `json:"to"`
	// Approvals is how many others must agree.
	Approvals int `json:"approvals,omitempty"`
	// Chosen is set when a person named the target.
	Chosen bool `json:"chosen,omitempty"`
}

// Verdict is what a guard says.
type Verdict string

// The verdicts.
const (
	Pass  Verdict = "pass"
	Warn  Verdict = "warn"
	Block Verdict = "block"
)

// Guard is one check before a rollback, and what it found. Text is plain.
type Guard struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"`
	// Final blocks cannot be set aside by anybody.
	Final bool `json:"final,omitempty"`
}

// RollbackPreview is what was found out about a plan.
type RollbackPreview struct {
	At time.Time `json:"at"`
	// Facts are what will be undone, nil when that could not be read.
	Facts  *ChangeFacts `json:"facts,omitempty"`
	Guards []Guard      `json:"guards,omitempty"`
	// Trouble says why it is incomplete, or is empty.
	Trouble string `json:"trouble,omitempty"`
}

// Blocked gives the guards that block.
func (p *RollbackPreview) Blocked() []Guard {
	if p == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.Guards), func(g Guard) bool { return g.Verdict != Block })
}

// Approval is somebody's yes.
type Approval struct {
	Who string
	At  time.Time
	N   int
}

// Phase is a state that a rollback came to.
type Phase struct {
	State RollbackState
	At    time.Time
	Who   string
	N     int
}

// WorkflowRun is a run of a workflow as GitHub tells it.
type WorkflowRun struct {
	ID      int64  `json:"id,omitempty"`
	Link    string `json:"link,omitempty"`
	Attempt int    `json:"attempt,omitempty"`
	// Status and Conclusion are GitHub's words.
	Status     string    `json:"status,omitempty"`
	Conclusion string    `json:"conclusion,omitempty"`
	Created    time.Time `json:"created,omitzero"`
	Updated    time.Time `json:"updated,omitzero"`
	Jobs       []RunJob  `json:"jobs,omitempty"`
}

// RunJob is one job of a run; Step is the one at work, or the one that failed.
type RunJob struct {
	Name       string `json:"name"`
	Status     string `json:"status,omitempty"`
	Conclusion string `json:"conclusion,omitempty"`
	Step       string `json:"step,omitempty"`
	Link       string `json:"link,omitempty"`
}

// FailedJobs names the jobs that did not succeed.
func (r WorkflowRun) FailedJobs() []RunJob {
	return slices.DeleteFunc(slices.Clone(r.Jobs), func(j RunJob) bool {
		switch j.Conclusion {
		case "", "success", "skipped", "neutral":
			return true
		}
		return false
	})
}

// Same reports whether nothing that is shown of the run differs.
func (r WorkflowRun) Same(o WorkflowRun) bool {
	return r.ID == o.ID && r.Link == o.Link && r.Attempt == o.Attempt && r.Status == o.Status &&
		r.Conclusion == o.Conclusion && slices.Equal(r.Jobs, o.Jobs)
}

// Rollback gives the rollback with the number.
func (in *Incident) Rollback(number int) (Rollback, bool) {
	i := slices.IndexFunc(in.Rollbacks, func(r Rollback) bool { return r.Number == number })
	if i < 0 {
		return Rollback{}, false
	}
	return in.Rollbacks[i], true
}

// When gives when the rollback first came to a state.
func (r Rollback) When(s RollbackState) (Phase, bool) {
	i := slices.IndexFunc(r.Phases, func(p Phase) bool { return p.State == s })
	if i < 0 {
		return Phase{}, false
	}
	return r.Phases[i], true
}

// Last gives when the rollback last came to a state.
func (r Rollback) Last(s RollbackState) (Phase, bool) {
	for _, p := range slices.Backward(r.Phases) {
		if p.State == s {
			return p, true
		}
	}
	return Phase{}, false
}

// Freeze says that a service is not to be deployed.
type Freeze struct {
	Service string    `json:"service"`
	Since   time.Time `json:"since"`
	Who     string    `json:"who,omitempty"`
	N       int       `json:"n,omitempty"`
}

// AllServices is the name under which a freeze concerns every service.
const AllServices = "*"
