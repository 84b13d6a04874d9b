package nudges_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"backout/timeline"
	"backout/timeline/nudges"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAMissingLeadIsRemindedOf(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"five minutes after the declaration, once": {
			{"14:00", declared("1")}, {"14:04", due()}, {"14:05", gives("no_lead 14:05")}, {"20:00", due()},
		},
		"not when somebody leads": {
			{"14:00", declares(timeline.Declaration{Lead: bob})}, {"20:00", due()},
		},
		"once more when the lead left": {
			{"14:00", declared("1")}, {"14:05", gives("no_lead 14:05")}, {"14:10", leads(bob)}, {"14:20", due()},
			{"14:30", leads("")}, {"14:34", due()}, {"14:35", gives("no_lead 14:35")}, {"20:00", due()},
		},
		"not because another role is vacant": {
			{"14:00", declares(timeline.Declaration{Lead: bob})},
			{"14:01", does(func(k string) timeline.Change { return timeline.SetRole(k, ana, 1, timeline.CommsRole, ana) })},
			{"14:02", does(func(k string) timeline.Change { return timeline.SetRole(k, ana, 1, timeline.CommsRole, "") })}, {"20:00", due()},
		},
		"not after the end, and anew when it is opened again": {
			{"14:00", declared("1")}, {"14:03", resolves()}, {"15:00", due()}, {"16:00", reopens()}, {"16:04", due()}, {"16:05", gives("no_lead 16:05")},
		},
		"again when it was put off": {
			{"14:00", declared("1")}, {"14:05", gives("no_lead 14:05")}, {"14:06", snoozes(timeline.NudgeNoLead, "14:36")},
			{"14:35", due()}, {"14:36", gives("no_lead 14:36")}, {"20:00", due()},
		},
		"not again when somebody leads meanwhile": {
			{"14:00", declared("1")}, {"14:05", gives("no_lead 14:05")}, {"14:06", snoozes(timeline.NudgeNoLead, "14:36")}, {"14:10", leads(bob)}, {"14:40", due()},
		},
		"not when that is off": {{"14:00", policy(nudges.Policy{})}, {"14:01", declared("1")}, {"20:00", due()}},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); tell(t, nudges.Policy{NoLead: 5 * time.Minute}, steps) })
	}
}

func TestAQuietChannelIsRemindedOf(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"when nobody wrote for half an hour, once": {
			{"14:00", declared("1")}, {"14:10", says(bob)}, {"14:39", due()}, {"14:40", gives("quiet 14:40")}, {"20:00", due()},
		},
		"once for each silence": {
			{"14:00", declared("1")}, {"14:30", gives("quiet 14:30")}, {"14:31", says(bob)}, {"15:00", due()}, {"15:01", gives("quiet 15:01")},
		},
		"whatever bots, Slack and Backout write": {
			{"14:00", declared("1")}, {"14:10", hears(timeline.Said{Who: "B0CI", BotName: "CI"})}, {"14:11", hears(timeline.Said{Who: "U0CI", BotName: "CI"})},
			{"14:12", hears(timeline.Said{Who: bob, Subtype: "channel_join"})}, {"14:13", hears(timeline.Said{Who: "USLACKBOT"})}, {"14:14", updates("")},
			{"14:30", due("quiet 14:30")},
		},
		"not when people upload, reply or broadcast": {
			{"14:00", declared("1")}, {"14:20", hears(timeline.Said{Who: bob, Subtype: "file_share"})}, {"14:50", due("quiet 14:50")},
			{"14:55", hears(timeline.Said{Who: bob, Subtype: "thread_broadcast"})}, {"15:24", due()}, {"15:25", due("quiet 15:25")},
		},
		"not because a message was deleted": {
			{"14:00", declared("1")}, {"14:20", says(bob)},
			{"14:21", func(s *story) { s.do(timeline.Gone("C1", timeline.SlackTS(at("14:20")), bob, s.now)) }}, {"14:49", due()}, {"14:50", due("quiet 14:50")},
		},
		"not twice in a silence that turns out to have begun later": {
			{"14:00", declared("1")}, {"14:30", gives("quiet 14:30")}, {"14:35", saidAt("14:12", bob)}, {"14:50", due()},
			{"15:00", says(bob)}, {"15:30", due("quiet 15:30")},
		},
		"not for a message that was learned of late": {
			{"14:00", declared("1")}, {"14:29", saidAt("14:12", bob)}, {"14:41", due()}, {"14:42", due("quiet 14:42")},
		},
		"not by what is written elsewhere": {
			{"14:00", declared("1")}, {"14:20", hears(timeline.Said{Who: bob, Channel: "C9"})}, {"14:30", due("quiet 14:30")},
		},
		"not while it is only watched": {
			{"14:00", declared("1")}, {"14:10", status(timeline.Monitoring)}, {"18:00", due()}, {"18:01", status(timeline.Investigating)}, {"18:30", due()}, {"18:31", due("quiet 18:31")},
		},
		"not before the instant that it was put off to, and at that instant once": {
			{"14:00", declared("1")}, {"14:30", gives("quiet 14:30")}, {"14:31", snoozes(timeline.NudgeQuiet, "15:01")}, {"15:00", due()}, {"15:01", gives("quiet 15:01")}, {"20:00", due()},
		},
		"not when somebody wrote meanwhile": {
			{"14:00", declared("1")}, {"14:30", gives("quiet 14:30")}, {"14:31", snoozes(timeline.NudgeQuiet, "15:01")}, {"14:50", says(bob)}, {"15:01", due()}, {"15:20", due("quiet 15:20")},
		},
		"never when it was stopped": {{"14:00", declared("1")}, {"14:10", stops(timeline.NudgeQuiet)}, {"20:00", due()}},
		"not twice because somebody changed the policy": {
			{"14:00", declared("1")}, {"14:30", gives("quiet 14:30")}, {"14:31", policy(nudges.Policy{Quiet: 45 * time.Minute})}, {"15:00", due()},
		},
		"from when a successor of the channel was opened": {
			{"14:00", declared("1")}, {"14:20", does(func(k string) timeline.Change { return timeline.MakePrivate(k, ana, 1, nil) })},
			{"14:21", opened("C2")}, {"14:50", due()}, {"14:51", due("quiet 14:51")}, {"14:52", hears(timeline.Said{Who: bob, Channel: "C2"})}, {"15:00", due()},
		},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); tell(t, nudges.Policy{Quiet: 30 * time.Minute}, steps) })
	}
}

func TestAForgottenIncidentIsRemindedOf(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"when nobody did anything for a day, once": {
			{"14:00", declared("1")}, {"15:00", says(bob)}, {"2 14:59", due()}, {"2 15:00", gives("stale 15:00")}, {"9 15:00", due()},
		},
		"while it is only watched, too": {
			{"14:00", declared("1")}, {"14:10", status(timeline.Monitoring)}, {"2 14:10", due("stale 14:10")},
		},
		"in triage, too": {
			{"14:00", declares(timeline.Declaration{Triage: true})}, {"2 14:00", due("stale 14:00")},
		},
		"not when people do what is no message": {
			{"14:00", declared("1")}, {"20:00", severity("2")}, {"2 14:00", due()},
			{"2 15:00", does(func(k string) timeline.Change { return timeline.AddNote(k, ana, 1, "It began here.", at("14:05")) })},
			{"3 14:59", due()}, {"3 15:00", gives("stale 15:00")}, {"3 16:00", says(bob)}, {"4 16:00", gives("stale 16:00")},
		},
		"not when somebody corrects what he wrote": {
			{"14:00", declared("1")}, {"15:00", says(bob)},
			{"20:00", func(s *story) {
				s.hear(timeline.Said{Who: bob, TS: timeline.SlackTS(at("15:00")), Text: "no", Version: timeline.SlackTS(s.now)})
			}},
			{"2 19:59", due()}, {"2 20:00", due("stale 20:00")},
		},
		"whatever machines do": {
			{"14:00", declared("1")}, {"20:00", hears(timeline.Said{Who: "B0CI", BotName: "CI"})},
			{"21:00", func(s *story) { s.do(timeline.Nudge("nudge:x", 1, timeline.NudgeQuiet)) }}, {"2 14:00", due("stale 14:00")},
		},
		"not when somebody acknowledges its alert": {
			{"14:00", alerted(timeline.AlertTriggered, "")}, {"14:01", opened("C1")}, {"15:00", alerted(timeline.AlertAcknowledged, "Bob")},
			{"20:00", alerted(timeline.AlertEscalated, "")}, {"2 14:59", due()}, {"2 15:00", due("stale 15:00")},
		},
		"not when somebody answers a page": {
			{"14:00", declared("1")}, {"15:00", does(func(k string) timeline.Change {
				return timeline.AskPage(k, timeline.Backout, 1, bob, "user", "P1", "")
			})},
			{"16:00", does(func(k string) timeline.Change {
				return timeline.TakeAlert(k, timeline.Alert{Event: timeline.AlertAcknowledged, Who: "Bob", Call: timeline.PageRef{Incident: 1, Number: 1}})
			})},
			{"2 15:59", due()}, {"2 16:00", due("stale 16:00")},
		},
		"not after the end": {{"14:00", declared("1")}, {"15:00", resolves()}, {"5 15:00", due()}},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); tell(t, nudges.Policy{Stale: 24 * time.Hour}, steps) })
	}
}
