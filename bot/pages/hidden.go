package pages

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"backout/timeline"
)

// hiddenIncident stands for an incident that the caller may not know of.
const hiddenIncident = "a private incident"

// hides says of which incidents this caller may not know. One that is not known
// counts as private.
func (s *server) hides() func(incident int) bool {
	if s.trusted {
		return func(int) bool { return false }
	}
	public := sync.OnceValue(func() map[int]bool {
		out := map[int]bool{}
		for _, sum := range s.Record.Summaries() {
			out[sum.Number] = !sum.Private
		}
		return out
	})
	return func(incident int) bool { return !public()[incident] }
}

// rollbackName is "INC-7/R1", or empty for none.
func rollbackName(ref timeline.RollbackRef, hides func(int) bool) string {
	switch {
	case ref.IsZero():
		return ""
	case hides(ref.Incident):
		return hiddenIncident
	}
	return timeline.ID(ref.Incident) + "/" + timeline.RollbackID(ref.Number)
}

// ofRollback gives the incident whose rollback reported a deploy, 0 when it cannot
// be told. The report is false for other sources.
func ofRollback(src timeline.DeploySource) (incident int, ok bool) {
	if src.Name != "rollback" {
		return 0, false
	}
	id, _, _ := strings.Cut(src.ID, "/")
	n, err := strconv.Atoi(strings.TrimPrefix(id, "INC-"))
	if err != nil {
		return 0, true
	}
	return n, true
}

// everyOther hides whatever is not known to be public.
func everyOther(int) bool { return true }

// within gives the body of an incident's event without what it says of other
// incidents. A deploy in it is a copy that carries what all of them think of it
// and did to it, and any of them may be private, now or later. Incidents that were
// merged, or that an alert moved to, are named where they are not hidden.
func within(incident int, b timeline.Body, hides func(int) bool) timeline.Body {
	visible := func(n int) int {
		if n == incident || n > 0 && !hides(n) {
			return n
		}
		return 0
	}
	switch b := b.(type) {
	case timeline.MergedInto:
		return timeline.MergedInto{Into: visible(b.Into), From: visible(b.From)}
	case timeline.AlertSplit:
		return timeline.AlertSplit{N: b.N, To: visible(b.To)}
	case timeline.DeployNoted:
		b.Deploy = deployWithin(incident, b.Deploy)
		return b
	case timeline.DeployChanged:
		b.Deploy = deployWithin(incident, b.Deploy)
		return b
	case timeline.RollbackStep:
		if b.Plan != nil {
			plan := *b.Plan
			plan.From, plan.To = deployWithin(incident, plan.From), deployWithin(incident, plan.To)
			b.Plan = &plan
		}
		return b
	}
	return b
}

func deployWithin(incident int, d timeline.Deploy) timeline.Deploy {
	d.Standing = maps.Clone(d.Standing)
	maps.DeleteFunc(d.Standing, func(n int, _ timeline.Standing) bool { return n != incident })
	d.Sources = slices.DeleteFunc(slices.Clone(d.Sources), func(src timeline.DeploySource) bool {
		n, ok := ofRollback(src)
		return ok && n != incident
	})
	if !d.Rollback.IsZero() && d.Rollback.Incident != incident {
		d.Rollback, d.By = timeline.RollbackRef{}, ""
	}
	if d.Undone.Incident != incident {
		d.Undone = timeline.RollbackRef{}
	}
	return d
}
