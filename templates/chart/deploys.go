package chart

import (
	"slices"
	"strings"
	"time"

	"backout/timeline"
)

// nameLength is how many characters of a version, a service or a stage are shown.
const nameLength = 24

// versionOf is what people call what was deployed.
func versionOf(d timeline.Deploy) string { return oneLine(d.Label(), nameLength) }

// shownDeploy is a deploy with what the incident thinks of it.
type shownDeploy struct {
	deploy   timeline.Deploy
	standing timeline.Standing
	// n is its row, or 0 when it has none.
	n int
	// hidden ones are left out, but their version was live all the same.
	hidden bool
}

func (s shownDeploy) blamed() bool {
	return s.standing == timeline.StandingSuspect || s.standing == timeline.StandingCaused
}

// started is when it began, as far as is known.
func (s shownDeploy) started() time.Time {
	if s.deploy.Started.IsZero() {
		return s.deploy.Finished
	}
	return s.deploy.Started
}

// ended is when it took effect or failed, or zero while it runs.
func (s shownDeploy) ended() time.Time {
	if !s.deploy.State.Final() {
		return time.Time{}
	}
	return later(s.started(), s.deploy.Finished)
}

// changes reports whether it replaced what was live.
func (s shownDeploy) changes() bool { return s.deploy.State == timeline.DeploySucceeded }

// version is its name; one that did not reach everybody carries its stage.
func (s shownDeploy) version() string {
	if s.deploy.Full() {
		return versionOf(s.deploy)
	}
	return versionOf(s.deploy) + " " + oneLine(s.deploy.Stage, nameLength)
}

// allDeploys collects what is known of deploys: those noted, those given beside the
// record, and those that rollbacks name. What a rollback of this incident made is
// shown as that.
func (d *draft) allDeploys() []shownDeploy {
	var out []shownDeploy
	add := func(s shownDeploy) {
		known := slices.ContainsFunc(out, func(o shownDeploy) bool {
			return o.deploy.Number == s.deploy.Number && (s.deploy.Number != 0 || o.deploy.Same(s.deploy))
		})
		own := !s.deploy.Rollback.IsZero() && s.deploy.Rollback.Incident == d.in.Number
		if !known && !own && !s.started().IsZero() {
			out = append(out, s)
		}
	}
	for _, n := range d.in.Deploys {
		e, ok := d.in.Entry(n.N)
		add(shownDeploy{deploy: n.Deploy, standing: n.Standing, n: n.N, hidden: ok && e.Hidden})
	}
	for _, o := range d.opt.Deploys {
		add(shownDeploy{deploy: o})
	}
	for _, r := range d.in.Rollbacks {
		add(shownDeploy{deploy: r.Plan.To})
		add(shownDeploy{deploy: r.Plan.From})
	}
	slices.SortStableFunc(out, func(a, b shownDeploy) int { return a.deploy.At().Compare(b.deploy.At()) })
	return out
}

// standingOf is what the incident thinks of a deploy.
func (d *draft) standingOf(deploy timeline.Deploy) timeline.Standing {
	if n, ok := d.in.Noted(deploy.Number); ok {
		return n.Standing
	}
	return ""
}

// place is a service in an environment, with what happened there.
type place struct {
	service, environment string
	// sub is what stands below its name.
	sub      string
	affected bool
	deploys  []shownDeploy
	attempts []attempt
}

// places lists the services that are affected, and then those that were deployed or
// rolled back while the plot lasts.
func (d *draft) places() []place {
	var out []place
	at := func(service, environment string) *place {
		i := slices.IndexFunc(out, func(p place) bool {
			return strings.EqualFold(p.service, service) && p.environment == environment
		})
		if i < 0 {
			out = append(out, place{service: service, environment: environment, sub: environment})
			i = len(out) - 1
		}
		return &out[i]
	}
	for _, c := range d.opt.Catalogue.Concerned(d.in.Services) {
		p := at(c.Service, c.Environment)
		p.affected = c.For == ""
		if !p.affected {
			p.sub = "dependency"
		}
	}
	for _, s := range d.deploys {
		p := at(s.deploy.Service, s.deploy.Environment)
		p.deploys = append(p.deploys, s)
	}
	for _, a := range d.attempts {
		p := at(a.plan.Service, a.plan.Environment)
		p.attempts = append(p.attempts, a)
	}
	return out
}

// rank says how much a place must be shown: 3 where a deploy is blamed, 2 where
// something changed, 1 where it is affected and what is live there is known, or may
// become known; else 0.
func (d *draft) rank(p place) int {
	rank := 0
	if p.affected && (d.live || slices.ContainsFunc(p.deploys, shownDeploy.changes)) {
		rank = 1
	}
	for _, s := range p.deploys {
		if !s.hidden && d.scale.overlaps(s.started(), d.endOfDeploy(s)) {
			rank = max(rank, 2)
			if s.blamed() {
				rank = 3
			}
		}
	}
	for _, a := range p.attempts {
		if d.scale.overlaps(a.confirmed, d.endOf(a)) {
			rank = max(rank, 2)
		}
	}
	return rank
}

func (d *draft) endOfDeploy(s shownDeploy) time.Time {
	if end := s.ended(); !end.IsZero() {
		return end
	}
	return d.until()
}
