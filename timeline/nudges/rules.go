package nudges

import (
	"slices"
	"time"

	"backout/timeline"
)

// rule is one reminder: in which statuses there is one, and what it waits for.
// since is when the incident came into those statuses.
type rule struct {
	about timeline.NudgeKind
	in    func(timeline.Status) bool
	wait  func(in *timeline.Incident, h *history, p Policy, since time.Time) (wait, bool)
}

func rules() []rule {
	return []rule{
		{timeline.NudgeUpdate, confirmed, forUpdate},
		{timeline.NudgeNoLead, timeline.Status.Open, forLead},
		{timeline.NudgeQuiet, unsolved, forWords},
		{timeline.NudgeStale, timeline.Status.Open, forAnything},
		{timeline.NudgePostmortem, resolved, forPostmortem},
		{timeline.NudgeReview, resolved, forReview},
	}
}

// confirmed: people know that it is one, and others notice it.
func confirmed(s timeline.Status) bool {
	return s == timeline.Investigating || s == timeline.Identified
}

// unsolved: people should be busy.
func unsolved(s timeline.Status) bool { return s.Open() && s != timeline.Monitoring }

func resolved(s timeline.Status) bool { return s == timeline.Resolved }

// forUpdate holds people to what they promised, else to the pace of the severity.
// A promise that fell due before the incident was reopened is not held against it.
func forUpdate(in *timeline.Incident, h *history, p Policy, since time.Time) (wait, bool) {
	if len(p.Update) == 0 {
		return wait{}, false
	}
	every := max(p.Update[in.Severity], 0)
	u, _ := in.LastUpdate()
	if u.Next.After(u.At) && u.Next.After(since) {
		return wait{since: latest(since, u.At), first: u.Next, every: every}, true
	}
	since = latest(since, u.At, h.severity)
	return wait{since: since, first: since.Add(every), every: every}, every > 0
}

func forLead(in *timeline.Incident, _ *history, p Policy, since time.Time) (wait, bool) {
	if in.Lead() != "" {
		return wait{}, false
	}
	for _, t := range slices.Backward(in.Roles) {
		if t.Role != timeline.LeadRole {
			continue
		}
		if t.User != "" {
			break
		}
		since = latest(since, t.From)
	}
	return once(since, p.NoLead)
}

func forWords(_ *timeline.Incident, h *history, p Policy, since time.Time) (wait, bool) {
	return once(latest(since, h.opened, h.said), p.Quiet)
}

func forAnything(_ *timeline.Incident, h *history, p Policy, since time.Time) (wait, bool) {
	return once(latest(since, h.said, h.acted), p.Stale)
}

func forPostmortem(in *timeline.Incident, _ *history, p Policy, _ time.Time) (wait, bool) {
	m := in.Moments().Resolved
	if in.Drill || !m.Set() {
		return wait{}, false
	}
	return once(m.At, p.Postmortem)
}

func forReview(in *timeline.Incident, _ *history, p Policy, _ time.Time) (wait, bool) {
	m := in.Moments().Resolved
	if in.Drill || !m.Set() || in.Review == timeline.ReviewDone {
		return wait{}, false
	}
	return wait{since: m.At, first: m.At.Add(p.Review), every: reviewEvery}, p.Review > 0
}

func once(since time.Time, after time.Duration) (wait, bool) {
	return wait{since: since, first: since.Add(after)}, after > 0
}
