package config

import "time"

// Severity is one degree of trouble. The first in the list is the worst.
type Severity struct {
	Name  string `yaml:"name"`  // what people type after sev:
	Title string `yaml:"title"` // what people read; the name when not set
}

// Targets are the durations that lessons and insights measure against; 0 means
// no target.
type Targets struct {
	Detect   time.Duration `yaml:"detect"`   // began to detected
	Rollback time.Duration `yaml:"rollback"` // declared to dispatched
	Mitigate time.Duration `yaml:"mitigate"` // began to mitigated
}

// Service is something that is deployed and can break.
type Service struct {
	Name         string   `yaml:"name"`
	Repo         string   `yaml:"repo"` // owner/name
	Environment  string   `yaml:"environment"`
	Staging      string   `yaml:"staging"` // environment that comes before; empty: none
	DependsOn    []string `yaml:"depends_on"`
	Owners       []string `yaml:"owners"`       // Slack user or user-group ids
	PagerDuty    string   `yaml:"pagerduty"`    // PagerDuty service id
	Irreversible []string `yaml:"irreversible"` // path patterns that block a rollback
	Sensitive    []string `yaml:"sensitive"`    // path patterns that want two reviewers
	Rollback     Rollback `yaml:"rollback"`
	Targets      Targets  `yaml:"targets"` // what it leaves out comes from the top
	Alerts       Alerts   `yaml:"alerts"`  // complete after Load: what the service leaves out comes from the top
}

// Rollback says how a service is rolled back. Without a workflow it is not.
type Rollback struct {
	Workflow  string            `yaml:"workflow"` // file name or id of the workflow
	Ref       string            `yaml:"ref"`      // branch whose workflow is run
	Inputs    map[string]string `yaml:"inputs"`   // templates; `backout_id` is added by Backout
	Approvals int               `yaml:"approvals"`
	Allowed   []string          `yaml:"allowed"` // empty: the owners
}

// Configured reports whether there is a workflow to run.
func (r Rollback) Configured() bool { return r.Workflow != "" }

// Reactions are emoji names, without colons.
type Reactions struct {
	Star     string `yaml:"star"`
	Lesson   string `yaml:"lesson"`
	FollowUp string `yaml:"follow_up"`
}

// Deploys says where deploys are learned from.
type Deploys struct {
	Window    time.Duration       `yaml:"window"`    // how long before the start a deploy is a suspect
	Workflows map[string][]string `yaml:"workflows"` // repository to workflow files whose runs are deploys
	Releases  []string            `yaml:"releases"`  // repositories whose published releases are deploys
	Pushes    map[string][]string `yaml:"pushes"`    // repository to branches a push to which is a deploy
	Channels  []DeployChannel     `yaml:"channels"`
}

// DeployChannel is a Slack channel in which CI announces deploys.
type DeployChannel struct {
	ID      string `yaml:"id"`
	Pattern string `yaml:"pattern"` // RE2 with the groups service and version, and any of environment, sha, ref, by
}

// Freeze names the severities that freeze deploys by themselves.
type Freeze struct {
	Severities []string `yaml:"severities"`
}

// Alerts says what an alert from PagerDuty or Alertmanager does.
type Alerts struct {
	Policy     AlertPolicy       `yaml:"policy"`
	Attach     time.Duration     `yaml:"attach"`     // an alert this long after another joins its incident
	Priorities map[string]string `yaml:"priorities"` // their priority to our severity name
}

// AlertPolicy is what becomes of an alert: PolicyOpen, PolicyTriage or PolicyOffer.
type AlertPolicy string

// The alert policies.
const (
	PolicyOpen   AlertPolicy = "open"   // open an incident
	PolicyTriage AlertPolicy = "triage" // open one in triage
	PolicyOffer  AlertPolicy = "offer"  // only offer to open one
)

// Nudges are the reminders; 0 or "" turns one off. Cron lines count in UTC.
type Nudges struct {
	Update     map[string]time.Duration `yaml:"update"`  // severity name to the longest silence towards stakeholders
	NoLead     time.Duration            `yaml:"no_lead"` // after declaring
	Quiet      time.Duration            `yaml:"quiet"`   // no message in the channel
	Postmortem time.Duration            `yaml:"postmortem"`
	Stale      time.Duration            `yaml:"stale"`
	FollowUps  string                   `yaml:"follow_ups"` // cron line
	Digest     string                   `yaml:"digest"`     // cron line
}

// Guards bound what a rollback may do.
type Guards struct {
	TargetAge time.Duration `yaml:"target_age"` // older targets are too old; 0: never too old
	Override  []string      `yaml:"override"`   // ids of those who may override a block
}

// Redaction adds to the built-in rules for secrets in text.
type Redaction struct {
	Patterns []string `yaml:"patterns"` // RE2
}

// Access narrows what full members may do; empty narrows nothing. Who is named by
// the id of a person or user group, or by a role: see accessRoles.
type Access struct {
	Admins   []string                 `yaml:"admins"`   // ids; they may everything
	Commands map[string][]string      `yaml:"commands"` // command word to who may use it
	Services map[string]ServiceAccess `yaml:"services"` // service name to its own lists
}

// ServiceAccess stands, for one service, in the place of the general lists.
type ServiceAccess struct {
	Commands map[string][]string `yaml:"commands"`
}

// Backup is the nightly copy; an empty folder turns it off.
type Backup struct {
	Dir  string `yaml:"dir"`
	Keep int    `yaml:"keep"` // copies
	Cron string `yaml:"cron"` // UTC
}

// Retention limits how long text is kept.
type Retention struct {
	Messages time.Duration `yaml:"messages"` // after resolve; 0 keeps for ever
}

// Postmortem says where the document goes.
type Postmortem struct {
	Repo     string        `yaml:"repo"`     // owner/name for pull requests; empty: none are made
	Path     string        `yaml:"path"`     // template over PathParts
	Template string        `yaml:"template"` // file with an own template
	Due      time.Duration `yaml:"due"`      // after resolve
}
