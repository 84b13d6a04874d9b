package main

import (
	"fmt"
	"slices"
	"time"

	"backout/integrations/github/githubsim"
	"backout/integrations/slack/slacksim"
)

// The story that Backout was born from: an update that looked perfect in staging
// breaks logins in production, is rolled back within minutes, and teaches five
// lessons.

// storyDay is when it happens; the demo's clock starts nine days before, with the
// version that was good.
func storyDay() time.Time { return onDay(20, "13:58:00") }

const storyTitle = "Users are logged out, some see other people's accounts"

// storyConfig is the team's configuration file, with the ids of people and rooms
// that only the workspace knows.
func storyConfig(p *play) []byte {
	return fmt.Appendf(nil, `services:
  - name: web-app
    repo: acme/web-app
    staging: staging
    pagerduty: %s
    depends_on: [auth-db]
    sensitive: ["auth/**"]
    irreversible: ["migrations/**"]
    rollback:
      workflow: rollback.yml
      ref: main
      inputs: {version: "{{.To.Version}}", reason: "{{.Incident}}"}
      approvals: 1
      allowed: [%s, %s]
deploys:
  channels:
    - id: %s
      pattern: '(?P<service>\S+) (?P<version>v\S+) deployed to (?P<environment>\S+) by (?P<by>\S+)'
`, p.alarms.service.ID(), p.people["ana"].ID(), p.people["tom"].ID(), p.rooms["deploys"].ID())
}

// cast brings people and rooms onto the stage.
func cast(p *play) error {
	for _, c := range []struct{ handle, name string }{
		{"ana", "Ana Ruiz"}, {"tom", "Tom Weber"}, {"priya", "Priya Nair"},
		{"sam", "Sam Okafor"}, {"mei", "Mei Lin"}, {"jonas", "Jonas Lind"},
	} {
		p.names[c.handle] = c.name
		p.people[c.handle] = p.sim.Person(c.handle, slacksim.RealName(c.name), slacksim.DisplayName(c.name))
	}
	for _, name := range []string{"incidents", "support", "deploys"} {
		p.rooms[name] = p.sim.Room(name)
		for _, who := range p.people {
			if err := who.Joins(p.rooms[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Ways in which the story can begin.
const (
	byPerson    = "person"
	byPagerDuty = "pagerduty"
)

// story gives the acts: people notice before the alert does, or after it.
func story(trigger string) []act {
	acts := slices.Concat(releases(), beginning(trigger), outage(), recovery(), aftermath(trigger))
	slices.SortStableFunc(acts, func(a, b act) int { return a.when().Compare(b.when()) })
	return acts
}

// beginning is how the team comes to know of it.
func beginning(trigger string) []act {
	report := act{"14:06:31", says("mei", "support", "I was just logged out, and when I came back I was in someone else's account", "report")}
	if trigger == byPagerDuty {
		return []act{
			{"14:05:40", alarmed},
			{"14:05:41", openedByAlarm},
			report,
			{"14:07:18", replies("mei", "report", "Two customers on the phone with the same thing")},
			{"14:08:02", presses("ana", "Take the lead", "Take the lead", "lead")},
			{"14:08:20", types("ana", "/incident title "+storyTitle, "title")},
			{"14:08:30", types("ana", "/incident severity 1", "everity")},
		}
	}
	return []act{
		report,
		{"14:07:18", replies("mei", "report", "Two customers on the phone with the same thing")},
		{"14:08:02", declareFromReport},
		{"14:12:20", alarmed},
	}
}

// openedByAlarm waits for the channel that the alert opened.
func openedByAlarm(p *play) error {
	room, err := p.sim.WaitRoom("inc-1")
	if err != nil {
		return err
	}
	p.rooms["incident"] = room
	for _, who := range []string{"ana", "tom"} {
		if err := p.waitInside(p.people[who], room); err != nil {
			return err
		}
	}
	return nil
}

// releases are what went out before.
func releases() []act {
	return []act{
		{"11 09:11:20", deploys(goodVersion, "production")},
		{"11 09:12:05", deployed(goodVersion, "production")},
		{"13:19:21", deploys(badVersion, "staging")},
		{"13:20:05", deployed(badVersion, "staging")},
		{"14:01:40", deploys(badVersion, "production")},
		{"14:02:10", deployed(badVersion, "production")},
		{"14:02:12", func(p *play) error {
			_, err := p.sim.Bot("ci").Says(p.rooms["deploys"], "web-app v2.4.0 deployed to production by jonas")
			return err
		}},
	}
}

func outage() []act {
	return []act{
		{"14:08:40", joins("tom", "priya", "sam", "jonas", "mei")},
		{"14:09:05", says("jonas", "incident", "v2.4.0 of web-app went out at 14:02, to everyone: new authentication logic, query optimisations, UI components. It looked perfect in staging.", "deploy")},
		{"14:09:20", reacts("ana", "pushpin", "deploy")},
		{"14:09:47", says("tom", "incident", "Half of checkout is down too, 500s from the session middleware", "checkout")},
		{"14:09:58", reacts("ana", "pushpin", "checkout")},
		{"14:10:30", types("ana", "/incident role communications @sam", "communications")},
		{"14:11:10", types("jonas", "/incident began 14:02:10", "14:02:10")},
		{"14:11:32", types("ana", "/incident impact Login and account pages: people are logged out, some are shown another person's account", "mpact")},
		{"14:12:05", says("priya", "incident", "Sessions are looked up by a key that two users can share. Staging has one test user at a time, so it never showed", "cause")},
		{"14:12:20", reacts("tom", "pushpin", "cause")},
		{"14:12:41", types("ana", "/incident status identified", "dentified")},
		{"14:12:58", presses("ana", "It was this", "It was this", "D3")},
		{"14:13:58", types("sam", "/incident update Some users are logged out or see another account after the 14:02 release. We are rolling it back. next:30m", "pdate")},
	}
}

func recovery() []act {
	return []act{
		{"14:14:31", presses("ana", "Roll back…", "Roll back…", "R1")},
		{"14:14:35", sees("Rollback R1")},
		{"14:14:50", presses("ana", "Rollback R1", "Roll back", "R1")},
		{"14:15:02", says("ana", "incident", "Tom, second pair of eyes on R1?", "rollback")},
		{"14:15:20", replies("tom", "rollback", "Inputs are right, v2.3.9 was live for nine days. Go.")},
		{"14:16:00", presses("tom", "Rollback R1", "Approve", "R1")},
		{"14:16:02", runs(func(r *githubsim.Run) { r.StartJob("roll back"); r.Step("roll back", "Roll out", "") })},
		{"14:17:25", says("mei", "support", "Support macro is out, we tell people to wait with logging in")},
		{"14:19:12", says("tom", "incident", "v2.3.9 is on all nodes, error rate falling: 31 % → 0.4 %", "falling")},
		{"14:19:31", runs(func(r *githubsim.Run) { r.FinishJob("roll back", "success"); r.Complete("success") })},
		{"14:19:36", sees("Rolled back")},
		{"14:19:40", presses("ana", "Rollback R1", "Mitigated", "itigated")},
		{"14:21:05", calmed},
		{"14:22:07", says("priya", "incident", "I posted a session token above by accident, deleting it: tok_5f1d", "token")},
		{"14:22:30", func(p *play) error { return p.people["priya"].Deletes(p.said["token"]) }},
		{"14:27:44", says("priya", "incident", "Counted it: 321 sessions got another user's account", "count")},
		{"14:28:30", func(p *play) error {
			return p.people["priya"].Edits(p.said["count"], "Counted it: 312 sessions got another user's account. All of them are revoked")
		}},
		{"14:28:45", reacts("sam", "pushpin", "count")},
		{"14:31:02", func(p *play) error {
			_, err := p.people["tom"].Uploads(p.rooms["incident"], "error-rate.csv", []byte("time,errors\n14:02,0.3\n14:10,31.0\n14:20,0.4\n"), "Error rate over the hour")
			return err
		}},
		{"14:43:40", types("sam", "/incident update Logins work again since 14:19. 312 sessions were affected and have been revoked. next:1h", "pdate")},
	}
}

func aftermath(trigger string) []act {
	monitoring := "Support noticed before any alert did: alert on logouts and on sessions whose user changes"
	if trigger == byPagerDuty {
		monitoring = "The alert came with the third minute of failing logins: alert on sessions whose user changes, that would have been the first"
	}
	return []act{
		{"14:52:00", says("jonas", "incident", "Session keys need a uniqueness test with many users at once, not a code comment", "testing")},
		{"14:52:20", reacts("tom", "bulb", "testing")},
		{"14:55:10", types("tom", "/incident lesson One reviewer is too few for a change under auth/", "esson")},
		{"14:56:00", types("ana", "/incident lesson A release to everyone at once leaves no one to notice first: begin with a canary", "esson")},
		{"14:57:30", types("sam", "/incident lesson "+monitoring, "esson")},
		{"14:58:15", types("ana", "/incident lesson The rollback worked because the workflow had been rehearsed: keep rehearsing it", "esson")},
		{"15:05:00", types("ana", "/incident followup Add a uniqueness test for session keys, with many users owner:@tom due:2026-11-24", "F1")},
		{"15:06:10", types("ana", "/incident followup Canary stage for web-app owner:@jonas due:2026-12-04", "F2")},
		{"15:07:00", types("sam", "/incident followup Alert on sessions whose user changes", "F3")},
		{"15:20:31", says("priya", "incident", "Patch for the session key is in review. It stays off production until it has run under load", "patch")},
		{"15:20:50", reacts("ana", "pushpin", "patch")},
		{"15:31:20", types("ana", "/incident cause The session lookup used a key that was not unique across users", "ause")},
		{"15:32:05", types("ana", "/incident resolve v2.3.9 is stable, the patch for the session key is in review", "esolved")},
		{"15:34:00", types("ana", "/incident postmortem", "draft")},
	}
}

// declareFromReport is Ana turning Mei's message into an incident, dialog and all.
func declareFromReport(p *play) error {
	ana := p.people["ana"]
	a := ana.MessageShortcut(p.said["report"], "declare_from_v1")
	if err := a.Err(); err != nil {
		return err
	}
	m, err := ana.Modal()
	if err != nil {
		return fmt.Errorf("the dialog did not open: %w", err)
	}
	for field, value := range map[string]string{"What do people notice?": storyTitle, "Severity": "1", "Affected services": "web-app"} {
		if err := m.Fill(field, value); err != nil {
			return fmt.Errorf("fill %s: %w", field, err)
		}
	}
	if err := m.Submit(); err != nil {
		return err
	}
	room, err := p.sim.WaitRoom("inc-1")
	if err != nil {
		return err
	}
	p.rooms["incident"] = room
	if _, err = room.Sees(storyTitle); err != nil {
		return err
	}
	return p.waitInside(ana, room)
}
