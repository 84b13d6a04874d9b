package lessons

import (
	"cmp"
	"time"
)

// Targets are the longest good times; 0 is no target.
type Targets struct {
	// Detect is from began to detected, Mitigate from began to mitigated, Rollback
	// from declared to the rollback's dispatch.
	Detect, Mitigate, Rollback time.Duration
}

// TargetsFor gives what an incident of these services is measured by: the strictest
// of their targets, each by itself. A service without a target of its own, or one
// that is not configured, has that of the options.
func (o Options) TargetsFor(services []string) Targets {
	if len(services) == 0 {
		return o.Targets
	}
	var out Targets
	for _, name := range services {
		own := o.targetsOf(name)
		out = Targets{
			Detect:   stricter(out.Detect, own.Detect),
			Mitigate: stricter(out.Mitigate, own.Mitigate),
			Rollback: stricter(out.Rollback, own.Rollback),
		}
	}
	return out
}

func (o Options) targetsOf(service string) Targets {
	if o.Catalogue == nil {
		return o.Targets
	}
	s, _ := o.Catalogue.Service(service)
	return Targets{
		Detect:   cmp.Or(s.Targets.Detect, o.Targets.Detect),
		Mitigate: cmp.Or(s.Targets.Mitigate, o.Targets.Mitigate),
		Rollback: cmp.Or(s.Targets.Rollback, o.Targets.Rollback),
	}
}

// stricter is the shorter of two targets, of which either may be none.
func stricter(a, b time.Duration) time.Duration {
	if a <= 0 || b > 0 && b < a {
		return b
	}
	return a
}

// against ends a statement of how long something took with what was aimed at.
func against(took string, d, target time.Duration) string {
	if d > target {
		return took + ", over the target of " + span(target)
	}
	return took + ", within the target of " + span(target)
}
