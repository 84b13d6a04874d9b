package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	o.soon(1, "the pinned card", func(*timeline.Incident) bool { return len(room.Pins()) == 1 })
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
	tom := o.Person("tom", slacksim.RealName("@tom leads"), slacksim.DisplayName("@tom leads"))
	tom.Joins(room)
	for _, line := range []struct{ typed, sees string }{
		{"", "Logins fail"}, {"help", "/incident new"}, {"help timeline", "timeline"}, {"? ls", "list"}, {"list", "INC-1"}, {"ls all sev:1", "INC-1"}, {"list 30d", "INC-1"},
		{"status", "Logins fail"}, {"INC-1 status", "Logins fail"}, {"status inc-1", "Logins fail"},
		{"catchup", "Logins fail"}, {"summary", "Logins fail"},
		{"status identified Found it", "dentified"}, {"status investigating", "nvestigating"},
		{"severity 2", "2 – Major"}, {"sev 1", "1 – Critical"}, {"title “Logins fail in Europe”", "Logins fail in Europe"}, {"rename Logins\u00a0fail", "Logins"},
		{"service web-app", "web-app"}, {"services web-app, auth", "auth"}, {"impact A third of users", "third"}, {"cause unknown", "not known yet"}, {"cause Session keys", "ession keys"},
		{"began -90m", "UTC"}, {"detected -80m", "UTC"},
		{"lead @tom", "@tom leads"}, {"ic", "lead"}, {"commander @tom", "@tom leads"}, {"captain me", "lead"},
		{"role communications @tom", "ommunications"}, {"role “note taker” @tom", "ote taker"}, {"handoff @tom", "@tom leads"}, {"handover @ana", "lead"},
		{"update “Rolling back” next:30m", "pdate"}, {"post Still rolling back", "pdate"},
		{"timeline", "Logins fail"}, {"timeline Restarted the cache", "Restarted"}, {"note 00:05 Cache was cold", "UTC"}, {"log Third node drained", "drained"},
		{"link https://status.example/1 Status page", "Status page"},
		{"followup Test the keys owner:@tom due:friday", "F1"}, {"follow-up Two owner:me", "F2"}, {"action Three due:2w", "F3"}, {"todo Four", "F4"}, {"followup F4 owner:@tom", "F4"},
		{"followups", "Test the keys"}, {"follow-ups", "Three"}, {"actions", "Three"}, {"todos", "Three"}, {"done F1", "F1"}, {"done 2", "F2"},
		{"lesson Staging never sees two users", "esson"},
		{"mitigate Rolled back", "itigated"}, {"status investigating", "nvestigating"}, {"mit", "itigated"}, {"mitigated -1m", "UTC"}, {"status investigating", "nvestigating"}, {"mitigated Off again", "itigated"},
		{"resolve Patched", "esolved"}, {"reopen It is back", "is open again"}, {"fixed Patched again", "esolved"}, {"reopen Again", "is open again"}, {"close Patched at last", "esolved"}, {"resolved -0m", ""}, {"reopen And again", "is open again"}, {"resolved It holds", "esolved"},
		{"postmortem", "draft"}, {"pm file", "draft"}, {"retro", "draft"}, {"pm pr", "backout export"}, {"pm public", "for the public"}, {"postmortem review", "in review"}, {"postmortem done", "is done"}, {"lessons", "Lessons of INC-1"}, {"insights", "direct message"}, {"stats 30d", "direct message"}, {"followups issues", "GitHub is not connected"},
		{"reopen Nothing was wrong", "is open again"}, {"cancel False alarm", "ancelled"}, {"update Too late", "final"},
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
}

// TestPostmortemsInSlackAndOutsideAreTheSame compares the file in the channel with the export.
func TestPostmortemsInSlackAndOutsideAreTheSame(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	ana.Says(room, "500s from the session middleware")
	ana.Types(room, "/incident resolve Patched").Sees("esolved")
	o.settles()
	ana.Types(room, "/incident postmortem").Sees("draft")
	room.Sees("Postmortem draft of INC-1")
	var uploaded string
	for _, f := range room.Files() {
		if strings.HasSuffix(f.Name, ".md") {
			uploaded = string(f.Content)
		}
	}
	_, exported := o.get("/api/incidents/INC-1/postmortem.md")
	if stable(uploaded) != stable(exported) {
		t.Errorf("they differ: %s", cmp.Diff(stable(uploaded), stable(exported)))
	}
}

// stable leaves out what moves on: how far the record is complete, the sums of
// parts that say it, and that the file was made.
func stable(doc string) string {
	var keep []string
	for l := range strings.Lines(doc) {
		if !strings.Contains(strings.ToLower(l), "complete to") && !strings.Contains(l, "Postmortem exported") && !strings.HasPrefix(l, "<!-- backout:begin") {
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
	tom.Clicks(card, "Mitigated")
	o.soon(1, "mitigated", func(in *timeline.Incident) bool { return in.Status == timeline.Monitoring })
	tom.Clicks(card, "Resolve…")
	tom.Modal().Fill("What ended it?", "Patched").Submit()
	room.Sees("Patched")
	tom.Clicks(room, "Write postmortem").Sees("draft")
	if err := card.Sees("Reopen"); err != nil {
		t.Fatal(err)
	}
	tom.Clicks(card, "Reopen") // and confirms it
	o.soon(1, "open again", func(in *timeline.Incident) bool { return in.Status == timeline.Investigating })
	room.Sees("Postmortem draft of INC-1")
	ana.Types(room, "/incident handoff @tom").Sees("@tom leads")
	tom.DM().Sees("You have the lead of INC-1")
	if n := len(ana.DM().Messages()); n != 0 {
		t.Errorf("who declared was told %d times", n)
	}
}

// TestTwoPressAtOnce has two people say Mitigated, and take the lead that is free.
func TestTwoPressAtOnce(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	tom := o.Person("tom")
	tom.Joins(room)
	card := room.Pins()[0]
	var both sync.WaitGroup
	for _, who := range []*slacksim.Actor{ana, tom} {
		both.Go(func() { _, _ = who.Person.Clicks(card, "Mitigated") })
	}
	both.Wait()
	o.soon(1, "mitigated", func(in *timeline.Incident) bool { return in.Status == timeline.Monitoring })
	n := 0
	for _, e := range o.incident(1).Timeline() {
		if _, ok := e.Body.(timeline.StatusSet); ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("mitigated %d times", n)
	}
}

// TestARetryMendsAStep has Slack refuse a person, then no longer.
func TestARetryMendsAStep(t *testing.T) {
	t.Parallel()
	o, ana, _ := opened(t)
	undo := o.Fail(slacksim.Fault{Method: "conversations.invite", Error: "cant_invite", Times: -1})
	ana.Types(o.Room("general"), "/incident new Payments fail").Sees("INC-2")
	room := o.WaitRoom("payments-fail")
	tom := o.Person("tom")
	tom.Joins(room)
	room.Sees("@ana: the account is deactivated or may not be invited")
	undo()
	tom.Clicks(room, "Retry invitations")
	o.soon(2, "ana to be in", func(in *timeline.Incident) bool { return len(in.Failures) == 0 && room.Has(ana.ID()) })
}

func TestMessageShortcuts(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	reply := ana.Replies(ana.Says(room, "500s"), "from the session middleware")
	ana.MessageShortcut(reply, slack.ShortcutTimeline).Sees("is starred")
	ana.MessageShortcut(reply, slack.ShortcutTimeline).Sees("already")
	ana.MessageShortcut(reply, slack.ShortcutFollowUp).Sees("F1")
	mei, support := o.Person("mei"), o.Room("support")
	mei.Joins(support)
	report := mei.Says(support, "Customers cannot pay <!channel>\nsecond line")
	mei.MessageShortcut(report, slack.ShortcutTimeline).Sees("no incident channel")
	mei.MessageShortcut(report, slack.ShortcutDeclareFrom)
	mei.Modal().Submit()
	room2 := o.WaitRoom("inc-2")
	room2.Sees("Customers cannot pay")
	if support.Has(o.BotUserID()) {
		t.Error("the bot went into a channel uninvited")
	}
	mei.MessageShortcut(report, slack.ShortcutTimeline).Sees("INC-2")
	mei.Edits(report, "Customers cannot pay by card")
	mei.Invites(support, o.BotUserID())
	mei.Edits(report, "Customers cannot pay by any card")
	o.soon(2, "the edit of the report", func(in *timeline.Incident) bool {
		e, ok := in.MessageEntry(support.ID(), report.TS())
		return ok && e.Text == "Customers cannot pay by any card" && e.Starred()
	})
	mei.Deletes(report)
	o.soon(2, "the report to be erased", func(in *timeline.Incident) bool {
		e, ok := in.MessageEntry(support.ID(), report.TS())
		return ok && e.Text == "" && len(e.Message.Versions) == 0
	})
	o.settles()
	if _, doc := o.get("/api/incidents/INC-2/postmortem.md"); strings.Contains(doc, "second line") {
		t.Error("the export keeps what was deleted")
	}
}

func TestMentionsAndDirectMessages(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	top := ana.Says(room, "500s")
	ana.Says(room, "fixed by @backout status") // talk about the bot is no command
	ana.Replies(top, "@backout timeline Restarted the cache")
	if err := top.Sees("500s"); err != nil {
		t.Fatal(err)
	}
	note := room.Sees("is in the timeline of INC-1")
	if note.ThreadTS() != top.TS() {
		t.Errorf("answered outside the thread: %s", room.Transcript())
	}
	ana.Replies(top, "@backout resolve")
	ana.Clicks(room.Sees("the button can"), "Resolve…")
	ana.Modal().Fill("What ended it?", "Patched").Submit()
	o.soon(1, "resolved", func(in *timeline.Incident) bool { return in.Status == timeline.Resolved })
	room.Lacks("There is no command")
	if err := ana.OpensMessages(); err != nil {
		t.Fatal(err)
	}
	ana.Says(ana.DM(), "status INC-1")
	ana.DM().Sees("Logins fail")
	ana.Says(ana.DM(), "hello there")
	ana.DM().Sees("There is no command")
}

func TestReactions(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	tom := o.Person("tom")
	tom.Joins(room)
	reply := tom.Replies(ana.Says(room, "500s"), "Sessions share a key")
	starred := func(is bool) func(in *timeline.Incident) bool {
		return func(in *timeline.Incident) bool {
			e, ok := in.MessageEntry(room.ID(), reply.TS())
			return ok && e.Starred() == is
		}
	}
	ana.Reacts(reply, "pushpin::skin-tone-3")
	o.soon(1, "a star", starred(true))
	tom.Reacts(reply, "pushpin")
	o.soon(1, "two stars", func(in *timeline.Incident) bool {
		e, _ := in.MessageEntry(room.ID(), reply.TS())
		return len(e.StarredBy) == 2
	})
	ana.Unreacts(reply, "pushpin::skin-tone-3")
	o.soon(1, "one star", starred(true))
	tom.Unreacts(reply, "pushpin")
	o.soon(1, "no star", starred(false))
	ana.Reacts(reply, "bulb")
	ana.Reacts(reply, "ballot_box_with_check")
	o.soon(1, "a lesson and a follow-up", func(in *timeline.Incident) bool { return len(in.Lessons) == 1 && len(in.FollowUps) == 1 })
	ana.Unreacts(reply, "bulb")
	ana.Unreacts(reply, "ballot_box_with_check")
	o.soon(1, "neither", func(in *timeline.Incident) bool {
		return len(in.Lessons) == 0 && in.FollowUps[0].State == timeline.FollowUpDropped
	})
	tom.Reacts(reply, "ballot_box_with_check")
	o.soon(1, "another follow-up", func(in *timeline.Incident) bool { return len(in.FollowUps) == 2 })
	ana.Reacts(reply, "ballot_box_with_check")
	ana.Unreacts(reply, "ballot_box_with_check")
	o.settles()
	if f := o.incident(1).FollowUps[1]; f.State != timeline.FollowUpOpen {
		t.Errorf("who came second took it back: %+v", f)
	}
}

func TestHome(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	ana.Types(room, "/incident followup Test the keys owner:me").Sees("F1")
	ana.OpensHome()
	ana.HomeSees("Logins fail")
	ana.HomeSees("Test the keys")
	ana.Clicks(ana.Home(), "Tick off F1")
	o.soon(1, "ticked", func(in *timeline.Incident) bool { return in.FollowUps[0].State == timeline.FollowUpDone })
	ana.HomeSees("You have no open follow-ups")
	ana.Clicks(ana.Home(), "Declare incident…")
	ana.Modal().Fill("What do people notice?", "Second trouble").Submit()
	o.WaitRoom("second-trouble")
	ana.HomeSees("INC-2")
}

func TestTimesAreInTheTypistsZone(t *testing.T) {
	t.Parallel()
	o, _, room := opened(t)
	kim := o.Person("kim", slacksim.Zone("Asia/Tokyo", 9*3600))
	kim.Joins(room)
	at := time.Now().Add(-40 * time.Minute).In(time.FixedZone("", 9*3600))
	kim.Types(room, "/incident began "+at.Format("15:04")).Sees(at.UTC().Format("15:04") + "\u00a0UTC")
	if got := o.incident(1).Moments().Began.At; !got.Equal(at.Truncate(time.Minute)) {
		t.Errorf("began at %v, typed %v", got, at)
	}
}

// TestTheSameCommandTwice delivers one slash command in two envelopes.
func TestTheSameCommandTwice(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	for i := range 2 {
		if err := o.SendRaw(fmt.Sprintf(`{"type":"slash_commands","envelope_id":"twice%d","accepts_response_payload":true,"payload":{"command":"/incident","text":"new Payments fail","user_id":%q,"channel_id":%q,"channel_name":"x","trigger_id":"1.2.same"}}`, i, ana.ID(), room.ID())); err != nil {
			t.Fatal(err)
		}
	}
	o.WaitRoom("payments-fail")
	if err := o.Settle(); err != nil {
		t.Fatal(err)
	}
	if n := len(o.bot.Record().Summaries()); n != 2 {
		t.Errorf("%d incidents", n)
	}
}

// TestAdoptedChannels has people make their own channel an incident, history and all.
func TestAdoptedChannels(t *testing.T) {
	t.Parallel()
	o, ana, _ := opened(t)
	den := ana.Creates("login-trouble")
	ana.Replies(ana.Says(den, "logins are slow since two"), "only in Europe")
	ana.Types(den, "/incident adopt “Logins are slow” sev:2").Sees("INC-2")
	den.Sees("SEV 2 Major")
	o.soon(2, "what was said before", func(in *timeline.Incident) bool {
		said := 0
		for _, e := range in.Timeline() {
			if e.Text == "logins are slow since two" || e.Text == "only in Europe" {
				said++
			}
		}
		return said == 2 && in.Title == "Logins are slow"
	})
	ana.Types(den, "/incident adopt").Sees("INC-2")
}
