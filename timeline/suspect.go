package timeline

import (
	"cmp"
	"slices"
	"time"
)

// NotedDeploy is a deploy that an incident's record speaks of.
type NotedDeploy struct {
	// N is its row in the timeline.
	N      int
	Deploy Deploy
	// During is set when it was deployed while people worked on the incident.
	During bool
	// Standing is what is thought of it; By says who said so, and JudgedN where.
	// It is empty while the deploy is only noted.
	Standing Standing
	By       string
	JudgedN  int
	// Rank orders suspects, 1 first; 0 when it is no suspect by itself.
	Rank    int
	Reasons []Reason
	// Facts are what its change was, nil while that is not known; Trouble then says
	// why, or is empty while nobody has asked yet.
	Facts   *ChangeFacts
	Trouble string
}

// Suspected reports whether it may have caused the incident, as far as is known.
func (d NotedDeploy) Suspected() bool {
	return d.Standing == StandingSuspect || d.Standing == StandingCaused
}

// ReasonKind says why a deploy is suspected.
type ReasonKind string

// The reasons, in the order in which they are told.
const (
	ReasonSameService ReasonKind = "same_service"
	ReasonDependency  ReasonKind = "dependency" // Words[0] depends on it
	ReasonBefore      ReasonKind = "before"     // For before the first symptom
	ReasonAfter       ReasonKind = "after"      // For after the first symptom
	ReasonNoticed     ReasonKind = "noticed"    // it began with it, For before anybody noticed
	ReasonTouches     ReasonKind = "touches"    // Words are paths, the sensitive ones
	ReasonReport      ReasonKind = "report"     // Words of the report stand in its commits or paths
	ReasonFailed      ReasonKind = "failed"     // it did not succeed
	ReasonRolling     ReasonKind = "rolling"    // it was still going out
)

// Reason is one reason, in a form that templates put into words.
type Reason struct {
	Kind  ReasonKind    `json:"kind"`
	For   time.Duration `json:"for,omitempty"`
	Words []string      `json:"words,omitempty"`
}

func (r Reason) equal(o Reason) bool {
	return r.Kind == o.Kind && r.For == o.For && slices.Equal(r.Words, o.Words)
}

// Ranked is a suspect as the ranking sees it; the rank is its place in the list.
type Ranked struct {
	Deploy  Deploy   `json:"deploy"`
	Reasons []Reason `json:"reasons,omitempty"`
}

// Noted gives what the incident's record says of the deploy with the number.
func (in *Incident) Noted(deploy int) (NotedDeploy, bool) {
	i := slices.IndexFunc(in.Deploys, func(d NotedDeploy) bool { return d.Deploy.Number == deploy })
	if i < 0 {
		return NotedDeploy{}, false
	}
	return in.Deploys[i], true
}

// Suspects gives the deploys that may have caused it: those that people blame,
// then the others by rank, then those that were cleared.
func (in *Incident) Suspects() []NotedDeploy {
	order := map[Standing]int{StandingCaused: 1, StandingSuspect: 2, StandingCleared: 3}
	var out []NotedDeploy
	for _, d := range in.Deploys {
		if d.Standing != "" {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b NotedDeploy) int {
		return cmp.Or(cmp.Compare(order[a.Standing], order[b.Standing]), cmp.Compare(rankOrLast(a), rankOrLast(b)))
	})
	return out
}

func rankOrLast(d NotedDeploy) int {
	if d.Rank == 0 {
		return 1 << 20
	}
	return d.Rank
}
