package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/bot/config"
	"backout/commands"
	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// TestAccessKnowsEveryCommand holds the words of the settings against the table
// of commands.
func TestAccessKnowsEveryCommand(t *testing.T) {
	want, got := commands.AccessWords(), config.AccessWords()
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("settings know %v\ncommands are %v", got, want)
	}
}

// guarded is an office in which only the leads may do what the story needs.
func guarded(t *testing.T) (o *office, ana, tom *slacksim.Actor, group string) {
	t.Helper()
	o = newOffice(t, slacksim.Options{NoLimits: true, Patience: 4 * time.Second})
	ana, tom = o.Person("ana"), o.Person("tom")
	group = o.Group("leads", ana.Person)
	only := fmt.Sprintf("[%s]", group)
	o.yaml = fmt.Sprintf(`services: [{name: web-app}]
access:
  commands: {list: %[1]s, severity: %[1]s, resolve: %[1]s, mitigate: %[1]s, lead: %[1]s, timeline: %[1]s, followup: %[1]s, update: %[1]s, new: %[1]s, private: %[1]s}
  services: {web-app: {commands: {impact: %[1]s}}}
`, only)
	return o, ana, tom, group
}

// TestAccessOverSlack has somebody try by every way in, against the strict Slack.
func TestAccessOverSlack(t *testing.T) {
	t.Parallel()
	o, ana, tom, group := guarded(t)
	o.opens()
	t.Cleanup(o.closes)
	lobby := o.Room("lobby")
	ana.Joins(lobby)
	tom.Joins(lobby)
	only := "Only @leads may use"
	o.warm(ana, lobby)
	tom.Types(lobby, "/incident new Slow").Sees(only)
	tom.Shortcut(slack.ShortcutDeclare)
	ana.Types(lobby, "/incident new Logins fail sev:2 service:web-app").Sees("INC-1")
	room := o.WaitRoom("inc-1")
	o.soon(1, "the pinned card", func(*timeline.Incident) bool { return len(room.Pins()) == 1 })
	tom.Joins(room)
	tried := 0
	for _, line := range []string{"severity 1", "sev 1", "INC-1 severity 1", "resolve Over", "status resolved", "resolved", "mit", "status monitoring", "lead", "role lead me", "handoff me", "timeline Hello", "timeline hide 1", "followup Later", "update Better", "private", "impact All"} {
		tom.Types(room, "/incident "+line).Sees(only)
		tried++
	}
	m := tom.Says(room, "It fails for me")
	for _, line := range []string{"@backout resolve Over", "@backout severity 1"} {
		tom.Replies(m, line)
		tried++
	}
	for _, button := range []string{"Mitigated", "Resolve…", "Post an update…", "Add follow-up…"} {
		tom.Clicks(room.Pins()[0], button)
		tried++
	}
	tom.MessageShortcut(m, slack.ShortcutTimeline)
	tom.MessageShortcut(m, slack.ShortcutFollowUp)
	tom.MessageShortcut(m, slack.ShortcutDeclareFrom)
	tom.Reacts(m, "pushpin")
	tom.Reacts(m, "ballot_box_with_check")
	o.eventually("tom is told of his reactions", func() bool {
		n := 0
		for _, e := range room.EphemeralsFor(tom.Person) {
			if e.Sees(only) == nil {
				n++
			}
		}
		return n >= 8
	})
	o.settles()
	in := o.incident(1)
	if tom.HasModal() || in.Severity != "2" || in.Status != timeline.Investigating || in.Lead() != ana.ID() || len(in.FollowUps) > 0 || in.Private || in.Impact != "" {
		t.Errorf("something came of it: %+v", in)
	}
	if e, ok := in.MessageEntry(room.ID(), m.TS()); !ok || e.Starred() {
		t.Error("the message is not recorded, or starred")
	}
	o.CutLinks()
	missed := ana.Says(room, "said into the gap")
	o.WaitLinks(1)
	o.soon(1, "the gap is read", func(in *timeline.Incident) bool {
		_, ok := in.MessageEntry(room.ID(), missed.TS())
		return ok && len(in.Gaps) == 0
	})
	o.settles()
	if e, _ := o.incident(1).MessageEntry(room.ID(), m.TS()); e.Starred() {
		t.Error("reading history counted a star that did not count")
	}
	ana.Types(room, "/incident severity 1").Sees("Critical")
	ana.Reacts(m, "pushpin")
	o.soon(1, "ana's star", func(in *timeline.Incident) bool { e, _ := in.MessageEntry(room.ID(), m.TS()); return e.Starred() })
	_, story := o.get("/api/incidents/INC-1/events")
	if !slices.ContainsFunc(strings.Split(story, "\n"), func(line string) bool {
		return strings.Contains(line, `"kind":"severity"`) && strings.Contains(line, ana.ID())
	}) {
		t.Error("who changed the severity is not on the timeline")
	}
	t.Logf("access over Slack: %d acts of somebody in no list and 5 marks on a message refused with who could (group %s), 0 in the record", tried, group)
}

// warm waits until the group of the leads was read.
func (o *office) warm(who *slacksim.Actor, where slacksim.Place) {
	o.tb.Helper()
	o.eventually("the group is read", func() bool {
		a := who.Person.Types(where, "/incident list")
		return a.Sees("o") == nil && !strings.Contains(a.Text(), "Only ")
	})
}

// TestAColdGroupIsSaid: while Slack did not say who is in a group, its people are
// refused with that, and let in as soon as it was read.
func TestAColdGroupIsSaid(t *testing.T) {
	t.Parallel()
	o, ana, tom, _ := guarded(t)
	undo := o.Fail(slacksim.Fault{Method: "usergroups.users.list", Error: "team_access_not_granted", Times: -1})
	o.opens()
	t.Cleanup(o.closes)
	lobby := o.Room("lobby")
	ana.Joins(lobby)
	tom.Joins(lobby)
	ana.Types(lobby, "/incident new Logins fail").Sees("Slack has not said yet who is in")
	undo()
	o.Group("leads", ana.Person, tom.Person) // Slack tells of a change
	o.warm(ana, lobby)
	ana.Types(lobby, "/incident new Logins fail").Sees("INC-1")
	o.Group("leads", ana.Person)
	o.eventually("tom is out of the group", func() bool {
		return tom.Person.Types(lobby, "/incident list").Sees("Only @leads") == nil
	})
}
