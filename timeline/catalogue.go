package timeline

import (
	"slices"
	"strings"
	"time"
)

// Catalogue is what the configuration says about services, as far as rules need
// it. It does not change while a recorder is open.
type Catalogue struct {
	Services []Service
	// Window is how long before an incident began a deploy is a suspect.
	Window time.Duration
	// FreezeAt are the severities that freeze deploys by themselves.
	FreezeAt []string
	// TargetAge is how old a version may be and still be rolled back to; 0 is no
	// bound.
	TargetAge time.Duration
	// Overriders are ids of users and groups that may set guards aside.
	Overriders []string
	// Alerts is what alerts do whose service says nothing of its own.
	Alerts AlertPolicy
}

// Service is something that is deployed and can break.
type Service struct {
	Name string
	// Repo is owner/name, or empty.
	Repo string
	// Environment is the one that people use, Staging the one before it or empty.
	Environment, Staging string
	// DependsOn names other services, configured or not.
	DependsOn []string
	Owners    []string
	// Irreversible and Sensitive are path patterns.
	Irreversible, Sensitive []string
	Rollback                RollbackPolicy
	// PagerDuty is the service's id there, or empty.
	PagerDuty string
	Alerts    AlertPolicy
	Targets   ServiceTargets
}

// ServiceTargets are the longest good times of a service; 0 leaves what holds for
// all of them.
type ServiceTargets struct {
	Detect, Mitigate, Rollback time.Duration
}

// RollbackPolicy says how a service is rolled back. Without a workflow it is not.
type RollbackPolicy struct {
	Workflow, Ref string
	// Inputs are templates over the plan, see timeline/rollback.
	Inputs    map[string]string
	Approvals int
	// Allowed are ids of users and groups; empty means the service's owners.
	Allowed []string
}

// May lists who may roll the service back: users and groups. An empty list means
// that nobody may.
func (s Service) May() []string {
	if len(s.Rollback.Allowed) > 0 {
		return s.Rollback.Allowed
	}
	return s.Owners
}

// Service finds a configured service by name, ignoring case.
func (c Catalogue) Service(name string) (Service, bool) {
	i := slices.IndexFunc(c.Services, func(s Service) bool { return strings.EqualFold(s.Name, name) })
	if i < 0 {
		return Service{}, false
	}
	return c.Services[i], true
}

// Environment is where deploys of the service concern people; a service that is
// not configured is taken to be used in production.
func (c Catalogue) Environment(service string) string {
	if s, ok := c.Service(service); ok && s.Environment != "" {
		return s.Environment
	}
	return "production"
}

// Concerned is a service whose deploys concern an incident.
type Concerned struct {
	Service, Environment string
	// For is the affected service that depends on it, or empty when it is affected
	// itself.
	For string
}

// Concerned lists the affected services and then those they depend on, each once.
func (c Catalogue) Concerned(services []string) []Concerned {
	var out []Concerned
	add := func(name, by string) {
		if !slices.ContainsFunc(out, func(o Concerned) bool { return strings.EqualFold(o.Service, name) }) {
			out = append(out, Concerned{Service: name, Environment: c.Environment(name), For: by})
		}
	}
	for _, s := range services {
		add(s, "")
	}
	for _, s := range services {
		if conf, ok := c.Service(s); ok {
			for _, dep := range conf.DependsOn {
				add(dep, s)
			}
		}
	}
	return out
}

// concerns reports whether a deploy is one that an incident with these services
// is told of.
func (c Catalogue) concerns(services []string, d Deploy) bool {
	return slices.ContainsFunc(c.Concerned(services), func(o Concerned) bool {
		return strings.EqualFold(o.Service, d.Service) && o.Environment == d.Environment
	})
}

// freezes reports whether the severity freezes deploys by itself.
func (c Catalogue) freezes(severity string) bool {
	return severity != "" && slices.Contains(c.FreezeAt, severity)
}

// AlertPolicy is what an alert of the service does; an empty name is for alerts of
// no service of ours.
func (c Catalogue) AlertPolicy(service string) AlertPolicy {
	if s, ok := c.Service(service); ok && s.Alerts.Do != "" {
		return s.Alerts
	}
	return c.Alerts
}

// ByPagerDuty finds the service that has this id at PagerDuty.
func (c Catalogue) ByPagerDuty(id string) (Service, bool) {
	i := slices.IndexFunc(c.Services, func(s Service) bool { return s.PagerDuty != "" && s.PagerDuty == id })
	if i < 0 {
		return Service{}, false
	}
	return c.Services[i], true
}
