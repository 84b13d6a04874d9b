package timeline

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// DeployState is where a deploy stands.
type DeployState string

// The states of a deploy. The last three are final.
const (
	DeployPending   DeployState = "pending"
	DeployRunning   DeployState = "running"
	DeploySucceeded DeployState = "success"
	DeployFailed    DeployState = "failure"
	DeployCancelled DeployState = "cancelled"
)

// DeployStateOf reads the words that CI systems and GitHub use. "inactive" is not
// among them: it says something of a later deploy.
func DeployStateOf(word string) (DeployState, bool) {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "pending", "queued", "requested", "waiting":
		return DeployPending, true
	case "running", "in_progress", "started":
		return DeployRunning, true
	case "success", "succeeded":
		return DeploySucceeded, true
	case "failure", "failed", "error", "timed_out", "startup_failure":
		return DeployFailed, true
	case "cancelled", "canceled", "skipped":
		return DeployCancelled, true
	}
	return "", false
}

// Final reports whether nothing more is to come.
func (s DeployState) Final() bool { return s.rank() == 2 }

// rank orders states: reports arrive in any order, and a later stage of the same
// deploy is never taken back by an earlier one.
func (s DeployState) rank() int {
	switch s {
	case DeploySucceeded, DeployFailed, DeployCancelled:
		return 2
	case DeployRunning:
		return 1
	}
	return 0
}

// Standing is what people, or the ranking, think of a deploy in an incident.
type Standing string

// The standings. A deploy that is none of them was only noted.
const (
	StandingSuspect Standing = "suspect"
	StandingCaused  Standing = "caused"
	StandingCleared Standing = "cleared"
)

// FullStage is the stage of a deploy that reaches everybody.
const FullStage = "full"

// Deploy is one deploy as it stands: the fold of what was reported about it.
// Texts are plain, as the outside wrote them, and must be escaped where they are
// shown.
type Deploy struct {
	// Number is permanent: D3.
	Number      int         `json:"number"`
	Service     string      `json:"service"`
	Environment string      `json:"environment"`
	Version     string      `json:"version,omitempty"`
	SHA         string      `json:"sha,omitempty"`
	Ref         string      `json:"ref,omitempty"`
	By          string      `json:"by,omitempty"`
	State       DeployState `json:"state"`
	// Stage is "canary", "25%", "full" …; empty counts as full.
	Stage    string         `json:"stage,omitempty"`
	Stages   []StageReached `json:"stages,omitempty"`
	Started  time.Time      `json:"started,omitzero"`
	Finished time.Time      `json:"finished,omitzero"`
	URL      string         `json:"url,omitempty"`
	Sources  []DeploySource `json:"sources,omitempty"`
	// Standing is what incidents think of it, by their number.
	Standing map[int]Standing `json:"standing,omitempty"`
	// Rollback is the rollback that made it, Undone the one that undid it.
	Rollback RollbackRef `json:"rollback,omitzero"`
	Undone   RollbackRef `json:"undone,omitzero"`
}

// StageReached says when a deploy came to a stage.
type StageReached struct {
	Stage string    `json:"stage"`
	At    time.Time `json:"at"`
}

// DeploySource says who reported a deploy, and under which id.
type DeploySource struct {
	// Name is "github", "api", "slack" …
	Name string `json:"name"`
	ID   string `json:"id"`
	URL  string `json:"url,omitempty"`
}

// nameOf is the key under which a deploy is known to who reports it. The place
// belongs to it: one build often deploys several services, or the same to staging
// and then to production, under the same id.
func nameOf(r DeployReport) string {
	return "deploy:" + r.Source.Name + ":" + r.Source.ID + ":" + strings.ToLower(r.Service) + ":" + r.Environment
}

// RollbackRef points at a rollback: R1 of INC-7. The zero value points at none.
type RollbackRef struct {
	Incident int `json:"incident"`
	Number   int `json:"number"`
}

// IsZero reports whether it points at none.
func (r RollbackRef) IsZero() bool { return r == RollbackRef{} }

// DeployID is the name people use for a deploy: D3.
func DeployID(number int) string { return "D" + strconv.Itoa(number) }

// ID is D3.
func (d Deploy) ID() string { return DeployID(d.Number) }

// Label is how people call it: its version, else the short commit, else its number.
func (d Deploy) Label() string {
	switch {
	case d.Version != "":
		return d.Version
	case d.SHA != "":
		return ShortSHA(d.SHA)
	}
	return d.ID()
}

// ShortSHA is the first seven digits of a commit.
func ShortSHA(sha string) string { return sha[:min(7, len(sha))] }

// Full reports whether it reached, or is to reach, everybody.
func (d Deploy) Full() bool { return d.Stage == "" || strings.EqualFold(d.Stage, FullStage) }

// At is when it took effect, or began to.
func (d Deploy) At() time.Time {
	if !d.Finished.IsZero() {
		return d.Finished
	}
	return d.Started
}

// Caused reports whether any incident blames it.
func (d Deploy) Caused() bool {
	for _, s := range d.Standing {
		if s == StandingCaused {
			return true
		}
	}
	return false
}

// Same reports whether d and o deploy the same thing to the same place.
func (d Deploy) Same(o Deploy) bool {
	if !strings.EqualFold(d.Service, o.Service) || d.Environment != o.Environment {
		return false
	}
	if d.SHA != "" && o.SHA != "" {
		return strings.HasPrefix(d.SHA, o.SHA) || strings.HasPrefix(o.SHA, d.SHA)
	}
	return d.Version != "" && d.Version == o.Version
}

// clone copies what a later fold would write into.
func (d Deploy) clone() Deploy {
	d.Stages, d.Sources, d.Standing = slices.Clone(d.Stages), slices.Clone(d.Sources), maps.Clone(d.Standing)
	return d
}

// DeployReport is what somebody outside says about a deploy. Empty fields say
// nothing; what an earlier report said stays.
type DeployReport struct {
	Source      DeploySource `json:"source"`
	Service     string       `json:"service"`
	Environment string       `json:"environment"`
	Version     string       `json:"version,omitempty"`
	SHA         string       `json:"sha,omitempty"`
	Ref         string       `json:"ref,omitempty"`
	By          string       `json:"by,omitempty"`
	State       DeployState  `json:"state"`
	Stage       string       `json:"stage,omitempty"`
	Started     time.Time    `json:"started,omitzero"`
	Finished    time.Time    `json:"finished,omitzero"`
	URL         string       `json:"url,omitempty"`
	// Run is the workflow run that deployed, or zero.
	Run RunRef `json:"run,omitzero"`
}

// RunRef is a workflow run.
type RunRef struct {
	Repo string `json:"repo"`
	ID   int64  `json:"id"`
}

// IsZero reports whether it names none.
func (r RunRef) IsZero() bool { return r.ID == 0 }

// with gives the deploy after a report. It never goes back: a report that comes
// late fills in what is missing.
func (d Deploy) with(r DeployReport) Deploy {
	d = d.clone()
	if d.Number != 0 && r.State.rank() < d.State.rank() {
		r.State, r.Stage = d.State, d.Stage
	}
	fill := func(to *string, from string) {
		if *to == "" {
			*to = from
		}
	}
	d.Service, d.Environment, d.State = r.Service, r.Environment, r.State
	fill(&d.Version, r.Version)
	fill(&d.SHA, r.SHA)
	fill(&d.Ref, r.Ref)
	fill(&d.By, r.By)
	fill(&d.URL, r.URL)
	if r.Stage != "" {
		d.Stage = r.Stage
		if n := len(d.Stages); n == 0 || d.Stages[n-1].Stage != r.Stage {
			at := r.Finished
			if at.IsZero() {
				at = r.Started
			}
			d.Stages = append(d.Stages, StageReached{Stage: r.Stage, At: at.UTC()})
		}
	}
	if !r.Started.IsZero() && (d.Started.IsZero() || r.Started.Before(d.Started)) {
		d.Started = r.Started.UTC()
	}
	known := slices.ContainsFunc(d.Sources, func(s DeploySource) bool { return s.Name == r.Source.Name && s.ID == r.Source.ID })
	if known && r.URL != "" && r.Source.Name == d.Sources[0].Name && r.Source.ID == d.Sources[0].ID { // who told first knows best
		d.URL = r.URL
	}
	// A second source tells of the same end, only later.
	if d.State.Final() && !r.Finished.IsZero() && (d.Finished.IsZero() || known && r.Finished.After(d.Finished)) {
		d.Finished = r.Finished.UTC()
	}
	if !known {
		d.Sources = append(d.Sources, r.Source)
	}
	return d
}

// Within gives the deploy as an incident's record may hold it: without what other
// incidents think of it, which may be private.
func (d Deploy) Within(incident int) Deploy {
	d = d.clone()
	d.Standing = nil
	if d.Rollback.Incident != incident {
		d.Rollback = RollbackRef{}
	}
	if d.Undone.Incident != incident {
		d.Undone = RollbackRef{}
	}
	d.Sources = slices.DeleteFunc(d.Sources, func(s DeploySource) bool { return s.Name == rollbackSource && d.Rollback.IsZero() })
	return d
}

// rollbackSource is the source of deploys that a rollback made.
const rollbackSource = "rollback"

// equal reports whether nothing that anybody could see differs.
func (d Deploy) equal(o Deploy) bool {
	return d.Number == o.Number && d.Service == o.Service && d.Environment == o.Environment &&
		d.Version == o.Version && d.SHA == o.SHA && d.Ref == o.Ref && d.By == o.By && d.State == o.State &&
		d.Stage == o.Stage && d.Started.Equal(o.Started) && d.Finished.Equal(o.Finished) && d.URL == o.URL &&
		d.Rollback == o.Rollback && d.Undone == o.Undone &&
		slices.Equal(d.Sources, o.Sources) && slices.Equal(d.Stages, o.Stages) && maps.Equal(d.Standing, o.Standing)
}
