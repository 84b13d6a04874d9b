package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// What people must not be able to do, or see, or break.

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
		gus.Replies(m, "@backout resolve now")
		gus.Reacts(m, "pushpin")
		gus.OpensHome()
		o.settles()
		time.Sleep(100 * time.Millisecond)
		if gus.HasModal() || strings.Contains(gus.Home().Text(), "Logins fail") {
			t.Errorf("a guest sees a dialog, or at home %q", gus.Home().Text())
		}
		in := o.incident(1)
		e, ok := in.MessageEntry(room.ID(), m.TS())
		if !ok || in.Status != timeline.Investigating || e.Starred() {
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
	o.soon(1, "the private channel", func(in *timeline.Incident) bool { return in.Channel.Private })
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
	o.soon(1, "the members in it", func(*timeline.Incident) bool { return den.Has(ana.ID()) && den.Has(tom.ID()) && !den.Has(eve.ID()) })
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
	ana.Types(general, "/incident new Keys leaked Private").Sees("INC-2") // phones write capitals
	if r := o.WaitRoom("inc-2"); !r.Private() {
		t.Errorf("#%s is public", r.Name())
	}
	eve.Joins(room) // public still, and it shows nothing any more
	if a := eve.Types(room, "/incident").Sees("ncident"); strings.Contains(a.Text(), "Logins") {
		t.Errorf("the former channel shows %s", a.Text())
	}
	eve.Types(room, "/incident timeline Hello")
	tom.Types(den, "/incident").Sees("Logins fail")
	tom.Types(den, "/incident update Keys are being revoked").Sees("pdate")
	tom.Types(den, "/incident resolve Revoked").Sees("esolved")
	if _, err := den.Sees("resolved INC-1"); err != nil {
		t.Fatal(err)
	}
	o.Room("incidents").Lacks("evoked")
}

// hostile is what somebody may write anywhere, by mischief or by pasting.
const hostile = "<!channel> @here `x` ``` | a|b | # no heading <script>alert(1)</script> [l](javascript:x) \u202eRTL\u202c مرحبا 🔥 --- <!-- backout:end --> $(x) *b* _i_ &amp; "

func TestHostileWordsHarmNothing(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	name := string([]rune("<!channel> @here `|` " + strings.Repeat("Ünï😀", 20))[:80])
	zoe := o.Person("zoe", slacksim.RealName(name), slacksim.DisplayName(name))
	zoe.Joins(room)
	title := []rune(hostile + strings.Repeat("wide ", 40))[:200]
	for _, line := range []string{
		"title " + string(title), "service a|b", "lead @zoe", "update " + hostile, "timeline " + hostile,
		"link https://e.example/a|b " + hostile, "followup " + hostile + " owner:@zoe", "lesson " + hostile, "resolve " + hostile, "list all", "timeline", "catchup", "followups", "status", "help " + hostile, hostile,
	} {
		a := zoe.Person.Types(room, "/incident "+line)
		if err := a.Sees(""); err != nil {
			t.Errorf("%.30s: %v", line, err)
		}
		o.unharmed(strings.Fields(line)[0], a.Messages())
	}
	m := zoe.Says(room, hostile)
	ana.Reacts(m, "pushpin")
	o.settles()
	ana.OpensHome()
	o.unharmed("room", room.Messages())
	o.unharmed("announcement", o.Room("incidents").Messages())
	if r := []rune(room.Topic()); len(r) > 250 || strings.ContainsAny(room.Topic(), "\u202e") || strings.Contains(room.Topic(), "@channel") {
		t.Errorf("topic %q", room.Topic())
	}
	if fs := o.incident(1).Failures; len(fs) > 0 {
		t.Errorf("failed steps: %+v", fs)
	}
	_, doc := o.get("/api/incidents/INC-1/postmortem.md")
	for _, bad := range []string{" <script", "[l](javascript", "<!channel>"} {
		if strings.Contains(doc, bad) {
			t.Errorf("the postmortem has %s", bad)
		}
	}
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
