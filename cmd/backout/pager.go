package main

import (
	"time"

	"backout/integrations/pagerduty/pagerdutysim"
)

const pagerSecret = "demo-pagerduty-secret"

// alarms is the simulated PagerDuty of the story.
type alarms struct {
	sim     *pagerdutysim.Server
	service *pagerdutysim.Service
	policy  string
	alert   *pagerdutysim.Incident
}

// newAlarms has web-app watched, with Ana and Tom on call for it.
func newAlarms(p *play) (*alarms, error) {
	sim, err := pagerdutysim.Start(pagerdutysim.Options{Clock: p.clock.Now, Seed: 1, NoLimits: true, Domain: "acme", RetryFirst: 20 * time.Millisecond})
	if err != nil {
		return nil, err
	}
	a := &alarms{sim: sim}
	var level pagerdutysim.Level
	for _, who := range []string{"ana", "tom"} {
		level = append(level, sim.User(p.names[who], who+"@acme.example"))
	}
	sim.User("Backout", "backout@acme.example")
	a.policy = sim.EscalationPolicy("Web team", level)
	for _, who := range level {
		sim.OnCall(a.policy, 1, who)
	}
	sim.Priority("P1")
	a.service = sim.Service("web-app", pagerdutysim.ServiceOptions{Policy: a.policy})
	return a, nil
}

// alarmed has the alert on login errors go off.
func alarmed(p *play) error {
	p.alarms.alert = p.alarms.sim.Trigger(p.alarms.service, "Login error rate above 5 %", pagerdutysim.Trigger{Urgency: "high"})
	return p.alarmsHeard()
}

// calmed has it end by itself.
func calmed(p *play) error {
	if p.alarms.alert.Info().Status != "resolved" {
		if err := p.alarms.alert.Resolve(""); err != nil {
			return err
		}
	}
	return p.alarmsHeard()
}

// alarmsHeard waits until the bot has taken every delivery of PagerDuty.
func (p *play) alarmsHeard() error { return p.alarms.sim.Settle(demoPatience) }
