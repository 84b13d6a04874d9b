package lessons

import (
	"slices"
	"time"

	"backout/timeline"
)

// facts are what rules look at, each with the row that shows it.
type facts struct {
	in  *timeline.Incident
	opt Options
	// targets are those of the affected services.
	targets Targets
	moments timeline.Moments
	// rows is the timeline, which is costly to put in order.
	rows []*timeline.Entry
	// causes are the deploys that a person said caused it. A suspicion teaches
	// nothing.
	causes []timeline.NotedDeploy
	// alerts are those that were not another outage's, the earliest first; heard are
	// those of them whose firing a row shows, and heardAll says that these are all.
	alerts   []timeline.AlertState
	heard    []heard
	heardAll bool
}

func gather(in *timeline.Incident, opt Options) *facts {
	f := &facts{in: in, opt: opt, targets: opt.TargetsFor(in.Services), moments: in.Moments(), rows: in.Timeline()}
	for _, d := range in.Suspects() {
		if d.Standing == timeline.StandingCaused {
			f.causes = append(f.causes, d)
		}
	}
	for _, a := range in.Alerts {
		if a.Split == 0 {
			f.alerts = append(f.alerts, a)
		}
	}
	slices.SortStableFunc(f.alerts, func(a, b timeline.AlertState) int { return a.Triggered.Compare(b.Triggered) })
	f.heard, f.heardAll = f.hear()
	return f
}

// service gives what is configured of a service; one that is not known has only
// its name.
func (f *facts) service(name string) timeline.Service {
	if f.opt.Catalogue != nil {
		if s, ok := f.opt.Catalogue.Service(name); ok {
			return s
		}
	}
	return timeline.Service{Name: name}
}

// between gives the time from one moment to the next, if both are facts.
func (f *facts) between(from, to timeline.MomentName) (time.Duration, bool) {
	return f.moments.Between(from, to)
}

// shown reports whether the record has the row.
func (f *facts) shown(n int) bool {
	_, ok := f.in.Entry(n)
	return ok
}
