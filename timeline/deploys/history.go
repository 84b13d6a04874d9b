package deploys

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"backout/timeline"
)

// order is the one order of deploys: by when they took effect, then by number.
func order(a, b timeline.Deploy) int {
	return cmp.Or(a.At().Compare(b.At()), cmp.Compare(a.Number, b.Number))
}

// sameLane reports whether two deploys are of one service in one environment.
func sameLane(a, b timeline.Deploy) bool {
	return a.Environment == b.Environment && strings.EqualFold(a.Service, b.Service)
}

// newest gives the last of the deploys that are wanted.
func newest(history []timeline.Deploy, wanted func(timeline.Deploy) bool) (timeline.Deploy, bool) {
	best := -1
	for i, d := range history {
		if wanted(d) && (best < 0 || order(d, history[best]) > 0) {
			best = i
		}
	}
	if best < 0 {
		return timeline.Deploy{}, false
	}
	return history[best], true
}

func succeeded(d timeline.Deploy) bool { return d.State == timeline.DeploySucceeded }

// Current gives the deploy that is live: the newest successful one. One that a
// rollback made counts, and so does one that has only come to a stage: some people
// use it already.
func Current(history []timeline.Deploy) (timeline.Deploy, bool) {
	return newest(history, succeeded)
}

// Before gives the deploy that was live before d, which its change is compared
// with: the newest successful one that reached everybody. The canary of the same
// version is none, or the change would seem empty.
func Before(d timeline.Deploy, history []timeline.Deploy) (timeline.Deploy, bool) {
	return newest(history, func(o timeline.Deploy) bool {
		return succeeded(o) && o.Full() && o.Number != d.Number && sameLane(o, d) && order(o, d) < 0
	})
}

// Newer lists the deploys that came after d, oldest first: those that changed
// something, or are changing it, and that no rollback made.
func Newer(d timeline.Deploy, history []timeline.Deploy) []timeline.Deploy {
	var out []timeline.Deploy
	for _, o := range history {
		if changed(o) && o.Rollback.IsZero() && o.Number != d.Number && sameLane(o, d) && order(o, d) > 0 {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, order)
	return out
}

// Running lists the deploys that are going on, oldest first: not finished, started
// within the last two hours and not made by a rollback. Older ones are taken for
// lost. So are those that seem to start later than two hours from now: such a
// clock is wrong, and must not stand in the way for years.
func Running(history []timeline.Deploy, now time.Time) []timeline.Deploy {
	var out []timeline.Deploy
	for _, d := range history {
		if !d.State.Final() && d.Rollback.IsZero() && !d.Started.IsZero() && now.Sub(d.Started).Abs() <= lost {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, order)
	return out
}

// shortestSHA is how much of a commit somebody must type.
const shortestSHA = 7

// Find gives the recorded success that somebody means: by number, D3; by version;
// or by the beginning of its commit, seven digits or more. Numbers go first, since
// they are ours and permanent, while versions are whatever CI calls them. Of
// several it is the newest.
func Find(history []timeline.Deploy, typed string) (timeline.Deploy, bool) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return timeline.Deploy{}, false
	}
	for _, means := range []func(timeline.Deploy) bool{
		func(d timeline.Deploy) bool { return strings.EqualFold(d.ID(), typed) },
		func(d timeline.Deploy) bool { return strings.EqualFold(d.Version, typed) },
		func(d timeline.Deploy) bool {
			return len(typed) >= shortestSHA && len(d.SHA) >= len(typed) && strings.EqualFold(d.SHA[:len(typed)], typed)
		},
	} {
		if d, ok := newest(history, func(d timeline.Deploy) bool { return succeeded(d) && means(d) }); ok {
			return d, true
		}
	}
	return timeline.Deploy{}, false
}
