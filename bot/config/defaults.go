package config

import "time"

// day is the longest unit a duration can be written in.
const day = 24 * time.Hour

// Defaults returns what holds when nothing is set.
func Defaults() Config {
	c := fileDefaults()
	newOverlay(Sources{}, &c).apply()
	complete(&c, func(string) bool { return false })
	return c
}

// fileDefaults is the only place where the defaults of the file are written
// down; those of the environment stand in the table of settings.
func fileDefaults() Config {
	return Config{
		Command:   "/incident",
		Channel:   "inc-{{.Number}}-{{.Slug}}",
		Targets:   Targets{Detect: 5 * time.Minute, Rollback: 15 * time.Minute, Mitigate: time.Hour},
		Reactions: Reactions{Star: "pushpin", Lesson: "bulb", FollowUp: "ballot_box_with_check"},
		Severities: []Severity{
			{Name: "1", Title: "Critical"}, {Name: "2", Title: "Major"},
			{Name: "3", Title: "Minor"}, {Name: "4", Title: "Low"},
		},
		Deploys: Deploys{Window: time.Hour},
		Alerts:  Alerts{Policy: PolicyOpen, Attach: 30 * time.Minute},
		Nudges: Nudges{
			NoLead: 5 * time.Minute, Quiet: 30 * time.Minute,
			Postmortem: 72 * time.Hour, Stale: 24 * time.Hour,
			FollowUps: "0 9 * * 1-5", Digest: "0 9 * * 1",
		},
		Guards:     Guards{TargetAge: 30 * day},
		Backup:     Backup{Keep: 14, Cron: "30 3 * * *"},
		Postmortem: Postmortem{Path: "{{.Year}}/{{.Number}}-{{.Slug}}.md", Due: 5 * day},
	}
}

// complete fills what depends on other settings. given reports whether a key
// stands in the file: a map written there replaces the default whole, so that
// an entry can be left out.
func complete(c *Config, given func(key string) bool) {
	for i := range c.Severities {
		if c.Severities[i].Title == "" {
			c.Severities[i].Title = c.Severities[i].Name
		}
	}
	if !given("alerts.priorities") {
		c.Alerts.Priorities = map[string]string{}
		for i, p := range []string{"P1", "P2", "P3"} {
			if i < len(c.Severities) {
				c.Alerts.Priorities[p] = c.Severities[i].Name
			}
		}
	}
	if !given("nudges.update") {
		c.Nudges.Update = map[string]time.Duration{}
		for i, d := range []time.Duration{30 * time.Minute, time.Hour} {
			if i < len(c.Severities) {
				c.Nudges.Update[c.Severities[i].Name] = d
			}
		}
	}
	for i := range c.Services {
		completeService(c, &c.Services[i], func(key string) bool { return given(index("services", i) + "." + key) })
	}
}

// completeService gives a service its defaults and the alert policy of the top.
func completeService(c *Config, s *Service, given func(key string) bool) {
	if !given("environment") && s.Environment == "" {
		s.Environment = "production"
	}
	if !given("rollback.ref") && s.Rollback.Ref == "" {
		s.Rollback.Ref = "main"
	}
	if !given("alerts.policy") && s.Alerts.Policy == "" {
		s.Alerts.Policy = c.Alerts.Policy
	}
	if !given("alerts.attach") && s.Alerts.Attach == 0 {
		s.Alerts.Attach = c.Alerts.Attach
	}
	if !given("alerts.priorities") && s.Alerts.Priorities == nil {
		s.Alerts.Priorities = c.Alerts.Priorities
	}
}
