package deploys

import (
	"slices"
	"time"

	"backout/timeline"
)

// MinLive is how long a version must have been live before it counts as good:
// long enough for people to notice that it is not.
const MinLive = 10 * time.Minute

// Good reports whether d is a version to go back to: it succeeded for everybody,
// was live for at least [MinLive] before the next such deploy took effect, or
// until now, was never found to have caused an incident, and was not itself undone
// by a rollback. history is that of its service and environment, in any order.
func Good(d timeline.Deploy, history []timeline.Deploy, now time.Time) bool {
	until := now
	for _, o := range history {
		if succeeded(o) && o.Full() && o.Number != d.Number && sameLane(o, d) && order(o, d) > 0 && o.At().Before(until) {
			until = o.At()
		}
	}
	return good(d, until)
}

// good is Good for one who knows until when the deploy was live.
func good(d timeline.Deploy, until time.Time) bool {
	return succeeded(d) && d.Full() && !d.Caused() && d.Undone.IsZero() &&
		!d.At().IsZero() && until.Sub(d.At()) >= MinLive
}

// Target chooses where to go back to: the newest good deploy before the oldest
// that is suspected or caused the incident, as far as it is not cleared; without
// any such, before the current one. Versions that are suspected themselves, under
// another number, are passed over.
//
// It never is the version that is live now. When that one is the last good one
// before the suspects, nothing is to be gone back from, and going further would
// undo what nobody suspects: then there is no target, and a person may choose one.
func Target(history []timeline.Deploy, in *timeline.Incident, now time.Time) (to timeline.Deploy, ok bool) {
	live, ok := Current(history)
	if !ok {
		return timeline.Deploy{}, false
	}
	bad := blamedIn(in, history, live)
	sound := slices.DeleteFunc(slices.Clone(history), func(d timeline.Deploy) bool {
		return !succeeded(d) || !d.Full() || !sameLane(d, live)
	})
	slices.SortFunc(sound, order)
	until := now
	for _, d := range slices.Backward(sound) {
		here := until
		if d.At().Before(until) {
			until = d.At()
		}
		if !good(d, here) || !bad.after(d) || bad.version(d) {
			continue
		}
		if d.Number != live.Number && !d.Same(live) {
			return d, true
		}
		if len(bad) > 0 {
			return timeline.Deploy{}, false
		}
	}
	return timeline.Deploy{}, false
}

// blamed are the deploys that a rollback is to take back.
type blamed []timeline.Deploy

// blamedIn lists those of the service that the incident suspects. The history
// knows best how they stand now, but may not reach back to them.
func blamedIn(in *timeline.Incident, history []timeline.Deploy, live timeline.Deploy) blamed {
	if in == nil {
		return nil
	}
	var out blamed
	for _, n := range in.Deploys {
		if !n.Suspected() {
			continue
		}
		d := n.Deploy
		if i := slices.IndexFunc(history, func(h timeline.Deploy) bool { return h.Number == d.Number }); i >= 0 {
			d = history[i]
		}
		if sameLane(d, live) {
			out = append(out, d)
		}
	}
	return out
}

// after reports whether all of them took effect after d. When they were started
// does not matter: a deploy may wait for days for somebody's approval. One of which
// no time is known may have been the first of all.
func (b blamed) after(d timeline.Deploy) bool {
	return !slices.ContainsFunc(b, func(o timeline.Deploy) bool { return order(d, o) >= 0 })
}

// version reports whether d is the same as one of them.
func (b blamed) version(d timeline.Deploy) bool {
	return slices.ContainsFunc(b, func(o timeline.Deploy) bool { return o.Number == d.Number || o.Same(d) })
}
