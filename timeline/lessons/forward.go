package lessons

import (
	"slices"
	"strings"
	"time"

	"backout/timeline"
)

func fixedForward(f *facts) (Lesson, bool) {
	m, target := f.moments.Mitigated, f.targets.Rollback
	took, known := f.between(timeline.DeclaredM, timeline.Mitigated)
	_, row := f.in.Entry(m.N)
	_, said := f.in.Entry(f.moments.Declared.N)
	if !known || !row || !said || target <= 0 || took <= target || f.triedBefore(m.At) {
		return Lesson{}, false
	}
	for _, d := range f.judged() {
		svc := f.service(d.Deploy.Service)
		if svc.Rollback.Workflow == "" || d.Deploy.Environment != f.opt.Catalogue.Environment(svc.Name) || f.undone(d.Deploy) {
			continue
		}
		if id, row := f.takenBack(svc.Name, m.At); row > 0 {
			return Lesson{
				Title: "A rollback was planned and not used",
				Told: relate("Mitigating took "+span(took)+" from the declaration (", f.moments.Declared.N, ", ", m.N, "). The deploy marked as the cause (", d.N,
					") is of "+svc.Name+", whose rollback "+id+" was planned and taken back (", row, ")."),
				Action: "Find out what kept " + id + " from being used and settle it before the next release of " + svc.Name,
			}, true
		}
		return Lesson{
			Title: "A rollback was there and was not used",
			Told: relate("Mitigating took "+span(took)+" from the declaration (", f.moments.Declared.N, ", ", m.N, "). The deploy marked as the cause (", d.N,
				") is of "+svc.Name+", which has a rollback workflow, and no rollback was started before."),
			Action: "Roll " + svc.Name + " back first and look for the fault afterwards",
		}, true
	}
	return Lesson{}, false
}

// takenBack finds the last rollback of a service that people planned and took back
// by then.
func (f *facts) takenBack(service string, by time.Time) (id string, row int) {
	for _, r := range f.in.Rollbacks {
		if n := len(r.Phases); strings.EqualFold(r.Plan.Service, service) && n > 0 && r.State == timeline.RollbackCancelled && !r.Phases[n-1].At.After(by) {
			id, row = timeline.RollbackID(r.Number), r.Phases[n-1].N
		}
	}
	return id, row
}

// triedBefore reports whether a rollback had been started by then, as far as one can
// tell, or guards did not let people.
func (f *facts) triedBefore(at time.Time) bool {
	return slices.ContainsFunc(f.in.Rollbacks, func(r timeline.Rollback) bool {
		begun := slices.ContainsFunc(r.Phases, func(p timeline.Phase) bool { return p.State.InFlight() && !p.At.After(at) })
		return begun || len(r.Preview.Blocked()) > 0
	})
}

// undone reports whether the record shows that a deploy was taken back without a
// rollback of this incident: by one elsewhere, or by hand with an older version.
func (f *facts) undone(cause timeline.Deploy) bool {
	if !cause.Undone.IsZero() {
		return true
	}
	return slices.ContainsFunc(f.in.Deploys, func(d timeline.NotedDeploy) bool {
		return d.Deploy.Number != cause.Number && d.During && strings.EqualFold(d.Deploy.Service, cause.Service) &&
			d.Deploy.Environment == cause.Environment && (!d.Deploy.Rollback.IsZero() || f.olderAgain(d.Deploy, cause))
	})
}

// olderAgain reports whether a deploy brought back what was there before the cause.
func (f *facts) olderAgain(d, cause timeline.Deploy) bool {
	return slices.ContainsFunc(f.in.Deploys, func(o timeline.NotedDeploy) bool {
		same := o.Deploy.SHA != "" && o.Deploy.SHA == d.SHA || o.Deploy.Version != "" && o.Deploy.Version == d.Version
		return same && o.Deploy.Number != d.Number && strings.EqualFold(o.Deploy.Service, d.Service) && o.Deploy.At().Before(cause.At())
	})
}
