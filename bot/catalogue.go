package bot

import (
	"regexp"
	"slices"

	"backout/bot/config"
	"backout/integrations/slack"
	"backout/timeline"
)

// catalogue is what the rules need to know of the configuration.
func catalogue(cfg config.Config) timeline.Catalogue {
	c := timeline.Catalogue{
		Window: cfg.Deploys.Window, FreezeAt: cfg.Freeze.Severities,
		TargetAge: cfg.Guards.TargetAge, Overriders: cfg.Guards.Override, Alerts: alertPolicy(cfg.Alerts),
	}
	for _, s := range cfg.Services {
		c.Services = append(c.Services, timeline.Service{
			Name: s.Name, Repo: s.Repo, Environment: s.Environment, Staging: s.Staging,
			DependsOn: s.DependsOn, Owners: s.Owners, Irreversible: s.Irreversible, Sensitive: s.Sensitive,
			PagerDuty: s.PagerDuty, Alerts: alertPolicy(s.Alerts),
			Targets: timeline.ServiceTargets{Detect: s.Targets.Detect, Mitigate: s.Targets.Mitigate, Rollback: s.Targets.Rollback},
			Rollback: timeline.RollbackPolicy{
				Workflow: s.Rollback.Workflow, Ref: s.Rollback.Ref, Inputs: s.Rollback.Inputs,
				Approvals: s.Rollback.Approvals, Allowed: s.Rollback.Allowed,
			},
		})
	}
	return c
}

func alertPolicy(a config.Alerts) timeline.AlertPolicy {
	return timeline.AlertPolicy{Do: string(a.Policy), Attach: a.Attach, Priorities: a.Priorities}
}

// announced reads the configured channels of CI.
func announced(cfg config.Config) *slack.Announced {
	var channels []slack.DeployChannel
	for _, c := range cfg.Deploys.Channels {
		channels = append(channels, slack.DeployChannel{ID: c.ID, Pattern: regexp.MustCompile(c.Pattern)}) // the configuration was checked
	}
	return slack.NewAnnounced(channels, catalogue(cfg).Environment)
}

// groupsIn lists the user groups that own services or may do things: they are
// resolved beforehand, so that nobody waits for it.
func groupsIn(cfg config.Config) []string {
	var out []string
	add := func(ids []string) {
		for _, id := range ids {
			if id != "" && id[0] == 'S' && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	for _, s := range cfg.Services {
		add(s.Owners)
		add(s.Rollback.Allowed)
	}
	add(cfg.Guards.Override)
	for _, list := range accessLists(cfg.Access) {
		add(list)
	}
	return out
}

// belongs reports whether the person is one of ids, or in a user group that is.
// A group that was never read has nobody in it: no answer means no.
func belongs(client *slack.Client) func(user string, ids []string) bool {
	return func(user string, ids []string) bool {
		return user != "" && slices.ContainsFunc(ids, func(id string) bool {
			members, _ := client.GroupMembers(id)
			return id == user || slices.Contains(members, user)
		})
	}
}
