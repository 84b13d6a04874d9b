package bot_test

import (
	"context"
	"fmt"
	"os"
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
	o.settles()
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
		{"postmortem", "draft"}, {"pm file", "draft"}, {"retro", "draft"}, {"pm pr", "backout export"}, {"pm public", "postmortem file"},
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
	o.settles()
	files := room.Files()
	if len(files) != 1 {
		t.Log(room.Transcript())
		t.Logf("%+v %+v", o.incident(1).Failures, o.bot.Record().Effects())
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
	tom.Clicks(card, "Mitigated")
	o.soon(1, "mitigated", func(in *timeline.Incident) bool { return in.Status == timeline.Monitoring })
	tom.Clicks(card, "Resolve…")
	tom.Modal().Fill("What ended it?", "Patched").Submit()
	room.Sees("Patched")
	o.settles()
	tom.Clicks(card, "Write postmortem").Sees("draft")
	tom.Clicks(card, "Reopen")
	o.soon(1, "open again", func(in *timeline.Incident) bool { return in.Status == timeline.Investigating })
	o.settles()
	if n := len(room.Files()); n != 1 {
		t.Errorf("%d drafts", n)
	}
	ana.Leaves(room)
}

// TestALeadIsTakenOnce lets two people press the button at once.
func TestALeadIsTakenOnce(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	tom, mei := o.Person("tom"), o.Person("mei")
	tom.Joins(room)
	mei.Joins(room)
	ana.Types(room, "/incident handoff @tom").Sees("lead")
	tom.DM().Sees("You have the lead of INC-1")
	if n := len(ana.DM().Messages()); n != 0 {
		t.Errorf("who declared got %d briefings", n)
	}
	card := room.Pins()[0]
	var both sync.WaitGroup
	for _, who := range []*slacksim.Actor{ana, mei} {
		both.Go(func() { _, _ = who.Person.Clicks(card, "Mitigated") })
	}
	both.Wait()
	o.settles()
	n := 0
	for _, e := range o.incident(1).Timeline() {
		if _, ok := e.Body.(timeline.StatusSet); ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("mitigated %d times:\n%s", n, room.Transcript())
	}
}

// TestARetryMendsAStep has Slack refuse the topic for good, then no longer.
func TestARetryMendsAStep(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	undo := o.Fail(slacksim.Fault{Method: "conversations.setTopic", Error: "method_not_supported_for_channel_type", Times: -1})
	ana.Types(room, "/incident severity 3").Sees("3 – Minor")
	o.soon(1, "the step to fail", func(in *timeline.Incident) bool { return len(in.Failures) == 1 })
	o.settles()
	undo()
	ana.Clicks(room.Pins()[0], "Retry topic")
	o.soon(1, "the step to be mended", func(in *timeline.Incident) bool { return len(in.Failures) == 0 })
	o.settles()
	if !strings.Contains(room.Topic(), "SEV 3") || strings.Contains(room.Pins()[0].Text(), "Retry") {
		t.Errorf("topic %q, card %s", room.Topic(), room.Pins()[0].Text())
	}
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
	bot := "@backout"
	top := ana.Says(room, "500s")
	ana.Replies(top, bot+" timeline Restarted the cache")
	o.soon(1, "the note", func(in *timeline.Incident) bool {
		return strings.Contains(fmt.Sprint(o.words(in)), "Restarted the cache")
	})
	o.settles()
	ana.Replies(top, bot+" resolve")
	ana.Replies(top, bot+" nonsense")
	ana.Says(room, "ask "+bot+" later")
	ana.DM()
	o.settles()
	time.Sleep(100 * time.Millisecond)
	t.Log(room.Transcript())
	for _, m := range room.EphemeralsFor(ana.Person) {
		t.Log("eph", m.ThreadTS(), m.Text())
	}
	if err := ana.OpensMessages(); err != nil {
		t.Fatal(err)
	}
	ana.Says(ana.DM(), "status INC-1")
	ana.DM().Sees("Logins fail")
	ana.Says(ana.DM(), "hello there")
	ana.DM().Sees("/incident help")
	t.Log(ana.DM().Transcript())
}

func (o *office) words(in *timeline.Incident) []string {
	var out []string
	for _, e := range in.Timeline() {
		out = append(out, e.Text)
	}
	return out
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
	tom.Reacts(reply, "pushpin")
	ana.Unreacts(reply, "pushpin::skin-tone-3")
	o.soon(1, "a star", starred(true))
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
	tom.Reacts(reply, "bulb")
	tom.Reacts(reply, "ballot_box_with_check")
	o.soon(1, "both again", func(in *timeline.Incident) bool { return len(in.Lessons) == 1 })
	o.settles()
	for _, f := range o.incident(1).FollowUps {
		t.Logf("%+v", f)
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
	o.settles()
	t.Log(ana.Home().Text())
	for _, m := range ana.DM().Messages() {
		t.Log("DM", m.Text())
	}
}

func TestGuestsAreRecordedAndMayDoNothing(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	for _, opt := range []slacksim.PersonOption{slacksim.Guest(), slacksim.Stranger()} {
		gus := o.Person(fmt.Sprintf("gus%d", len(o.People())), opt)
		ana.Invites(room, gus.ID())
		m := gus.Says(room, "It fails for us too")
		gus.Types(room, "/incident resolve It works").Sees("cannot use Backout")
		gus.Clicks(room.Pins()[0], "Mitigated")
		gus.MessageShortcut(m, slack.ShortcutTimeline)
		gus.MessageShortcut(m, slack.ShortcutDeclareFrom)
		gus.Shortcut(slack.ShortcutDeclare)
		gus.Reacts(m, "pushpin")
		gus.Reacts(m, "bulb")
		gus.Replies(m, "@backout resolve now")
		gus.OpensHome()
		o.settles()
		time.Sleep(100 * time.Millisecond)
		if gus.HasModal() || strings.Contains(gus.Home().Text(), "Logins fail") {
			t.Errorf("a guest sees a dialog, or at home %q", gus.Home().Text())
		}
		in := o.incident(1)
		e, ok := in.MessageEntry(room.ID(), m.TS())
		if !ok || !e.Message.External || e.Starred() || in.Status != timeline.Investigating || len(in.Lessons) > 0 {
			t.Errorf("recorded %v: %+v, %s", ok, e, in.Status)
		}
	}
}

func TestPrivateIncidents(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	tom, eve, general := o.Person("tom"), o.Person("eve"), o.Room("general")
	tom.Joins(room)
	eve.Joins(general)
	room.Sees("Logins fail")
	ana.Types(room, "/incident private").Sees("private")
	o.settles()
	in := o.incident(1)
	if !in.Private || !in.Channel.Private || in.Channel.ID == room.ID() {
		t.Fatalf("it is %+v", in.Channel)
	}
	room.Sees("INC-1 is private from now on")
	o.Room("incidents").Sees("INC-1 is private now")
	o.Room("incidents").Lacks("Logins fail")
	var den *slacksim.Room
	for _, r := range o.Rooms() {
		if r.ID() == in.Channel.ID {
			den = r
		}
	}
	if !den.Has(ana.ID()) || !den.Has(tom.ID()) || den.Has(eve.ID()) {
		t.Errorf("members %v", den.Members())
	}
	eve.Types(general, "/incident status INC-1").Sees("There is no INC-1")
	eve.Types(general, "/incident INC-1 resolve done").Sees("There is no INC-1")
	for _, line := range []string{"list", "list all", "list all sev:1"} {
		if a := eve.Types(general, "/incident "+line).Sees("ncident"); strings.Contains(a.Text(), "INC-1") || strings.Contains(a.Text(), "Logins") {
			t.Errorf("%s shows %s", line, a.Text())
		}
	}
	eve.OpensHome()
	eve.HomeSees("No incident is open")
	for _, path := range []string{"", "/events", "/postmortem.md"} {
		if code, body := o.get("/api/incidents/INC-1" + path); code != 404 {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if _, body := o.get("/api/incidents"); strings.Contains(body, "Logins") {
		t.Error(body)
	}
	eve.Joins(room) // public still, and it shows nothing any more
	if a := eve.Types(room, "/incident").Sees("ncident"); strings.Contains(a.Text(), "Logins") {
		t.Errorf("the former channel shows %s", a.Text())
	}
	eve.Types(room, "/incident timeline Hello")
	t.Log(room.Topic())
	t.Log(room.Transcript())
	t.Log(den.Transcript())
	tom.Types(den, "/incident").Sees("Logins fail")
	tom.Types(den, "/incident update Keys are being revoked").Sees("pdate")
	tom.Types(den, "/incident resolve Revoked").Sees("esolved")
	o.settles()
	o.Room("incidents").Lacks("evoked")
}

func TestTimesAreInTheTypistsZone(t *testing.T) {
	t.Parallel()
	o, _, room := opened(t)
	kim := o.Person("kim", slacksim.Zone("Asia/Tokyo", 9*3600))
	kim.Joins(room)
	at := time.Now().Add(-40 * time.Minute).In(time.FixedZone("", 9*3600))
	a := kim.Types(room, "/incident began "+at.Format("15:04")).Sees(at.UTC().Format("15:04"))
	t.Log(a.Text())
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
	o.settles()
	if n := len(o.bot.Record().Summaries()); n != 2 {
		t.Errorf("%d incidents", n)
	}
}

// hostile is what somebody may write anywhere, by mischief or by pasting.
const hostile = "<!channel> @here `x` ``` | a|b | # no heading <script>alert(1)</script> [l](javascript:x) \u202eRTL\u202c مرحبا 🔥 --- <!-- backout:end --> $(x) *b* _i_ &amp; "

func TestHostileWordsHarmNothing(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	long := strings.Repeat("Ünï😀", 40)[:]
	zoe := o.Person("zoe", slacksim.RealName(hostile+long), slacksim.DisplayName(hostile+long))
	zoe.Joins(room)
	title := []rune(hostile + strings.Repeat("wide ", 40))[:200]
	for _, line := range []string{
		"title " + string(title), "impact " + hostile, "cause " + hostile, "service a|b", "lead @zoe", "update " + hostile, "timeline " + hostile,
		"link https://e.example/a|b " + hostile, "followup " + hostile + " owner:@zoe", "lesson " + hostile, "status identified " + hostile,
		"mitigate " + hostile, "resolve " + hostile, "postmortem", "list all", "timeline", "catchup", "followups", "status", "help " + hostile, hostile,
	} {
		a := zoe.Person.Types(room, "/incident "+line)
		if err := a.Sees(""); err != nil {
			t.Errorf("%.30s: %v", line, err)
		}
		o.unharmed(strings.Fields(line)[0], a.Messages())
	}
	ana.Types(room, "/incident lead @zoe")
	m := zoe.Says(room, hostile)
	ana.Reacts(m, "pushpin")
	o.settles()
	ana.OpensHome()
	o.unharmed("room", room.Messages())
	o.unharmed("announcement", o.Room("incidents").Messages())
	if r := []rune(room.Topic()); len(r) > 250 || strings.Contains(room.Topic(), "<!") {
		t.Errorf("topic %q", room.Topic())
	}
	if fs := o.incident(1).Failures; len(fs) > 0 {
		t.Errorf("failed steps: %+v", fs)
	}
	_, doc := o.get("/api/incidents/INC-1/postmortem.md")
	for _, bad := range []string{"<script", "](javascript", "<!channel>"} {
		if strings.Contains(doc, bad) {
			t.Errorf("the postmortem has %s", bad)
		}
	}
	_ = os.WriteFile("/tmp/hostile.md", []byte(doc), 0o600)
}

// unharmed wants no alarm and no failed rendering in what the bot wrote.
func (o *office) unharmed(where string, all []slacksim.Message) {
	o.tb.Helper()
	for _, m := range all {
		if m.Author() != o.BotUserID() {
			continue
		}
		if raw := string(m.JSON()); strings.Contains(raw, `<!channel`) || strings.Contains(raw, `<!here`) || strings.Contains(raw, `\u003c!channel`) || strings.Contains(raw, `\u003c!here`) || strings.Contains(raw, `"type":"broadcast"`) {
			o.tb.Errorf("%s: an alarm in %.600s", where, raw)
		}
	}
}
