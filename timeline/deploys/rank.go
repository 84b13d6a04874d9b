package deploys

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"backout/timeline"
)

// most is how many suspects a ranking names. More is no help to anybody who has
// to look at them in a hurry.
const most = 10

// Question is what a ranking is made from.
type Question struct {
	Incident  *timeline.Incident
	Catalogue timeline.Catalogue
	// Deploys are those of the concerned services and environments, in any order;
	// others are ignored.
	Deploys []timeline.Deploy
}

// Rank gives the deploys that may have caused the incident, the most likely one
// first, each with its reasons.
func Rank(q Question) []timeline.Ranked {
	if q.Incident == nil {
		return nil
	}
	w, ok := windowOf(q.Incident.Moments(), q.Catalogue.Window)
	if !ok {
		return nil
	}
	var (
		concerned = concernedBy(q.Incident.Services, q.Catalogue)
		facts     = factsOf(q.Incident)
		said      = reportOf(q.Incident)
		found     []candidate
	)
	for i, d := range q.Deploys {
		if !changed(d) || !d.Rollback.IsZero() {
			continue
		}
		at, ok := w.place(d)
		if !ok {
			continue
		}
		c, ok := concerned.by(d)
		if !ok {
			continue
		}
		service, _ := q.Catalogue.Service(d.Service)
		points, reasons := judge(evidence{
			deploy: d, concern: c, place: at, window: w,
			change: changeOf(facts[d.Number], d.Service, service.Sensitive, said),
		})
		found = append(found, candidate{index: i, points: points, reasons: reasons})
	}
	slices.SortFunc(found, func(a, b candidate) int {
		x, y := &q.Deploys[a.index], &q.Deploys[b.index]
		return cmp.Or(cmp.Compare(b.points, a.points), y.At().Compare(x.At()), cmp.Compare(x.Number, y.Number))
	})
	var out []timeline.Ranked
	for _, c := range found[:min(most, len(found))] {
		out = append(out, timeline.Ranked{Deploy: q.Deploys[c.index], Reasons: c.reasons})
	}
	return out
}

// candidate is a suspect before it has its place. It points at its deploy, since
// deploys are large and sorting moves things.
type candidate struct {
	index   int
	points  int
	reasons []timeline.Reason
}

// changed reports whether a deploy changed anything that people use, as far as is
// known. What waits has not, and neither has what was cancelled, unless it had
// already come to a stage.
func changed(d timeline.Deploy) bool {
	switch d.State {
	case timeline.DeployRunning, timeline.DeploySucceeded, timeline.DeployFailed:
		return true
	case timeline.DeployCancelled:
		return len(d.Stages) > 0
	}
	return false
}

// concern is how a service has to do with an incident.
type concern struct {
	kind timeline.ReasonKind // empty: only because no service was named
	// by is the affected service that depends on it.
	by string
}

type concerns struct {
	services []timeline.Concerned
	// named is false when the incident names no service, so that any may be it.
	named bool
}

func concernedBy(services []string, c timeline.Catalogue) concerns {
	if len(services) > 0 {
		return concerns{services: c.Concerned(services), named: true}
	}
	all := make([]timeline.Concerned, 0, len(c.Services))
	for _, s := range c.Services {
		all = append(all, timeline.Concerned{Service: s.Name, Environment: c.Environment(s.Name)})
	}
	return concerns{services: all}
}

// by says how the deploy's service is concerned, and false when it is not.
func (c concerns) by(d timeline.Deploy) (concern, bool) {
	i := slices.IndexFunc(c.services, func(s timeline.Concerned) bool {
		return s.Environment == d.Environment && strings.EqualFold(s.Service, d.Service)
	})
	switch {
	case i < 0:
		return concern{}, false
	case !c.named:
		return concern{}, true
	case c.services[i].For != "":
		return concern{kind: timeline.ReasonDependency, by: c.services[i].For}, true
	}
	return concern{kind: timeline.ReasonSameService}, true
}

// factsOf gives what is known of the changes of noted deploys, by their number.
func factsOf(in *timeline.Incident) map[int]*timeline.ChangeFacts {
	out := make(map[int]*timeline.ChangeFacts, len(in.Deploys))
	for _, d := range in.Deploys {
		if d.Facts != nil {
			out[d.Deploy.Number] = d.Facts
		}
	}
	return out
}

// lost is how long a deploy may go on. CI that dies says nothing more, and a
// deploy that never ends would otherwise be suspected, and block, for ever.
const lost = 2 * time.Hour
