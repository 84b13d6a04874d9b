package bot_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"backout/integrations/slack/slacksim"
	"backout/timeline"
	"backout/timeline/boltlog"
)

func (o *office) get(path string) (int, string) {
	o.tb.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+o.bot.Addr()+path, nil)
	if err != nil {
		o.tb.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer api-token")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		o.tb.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		o.tb.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// declares has ana open INC-1 and gives its room.
func (o *office) declares() (*slacksim.Actor, *slacksim.Scene) {
	o.tb.Helper()
	ana, general := o.Person("ana", slacksim.RealName("Ana Ruiz"), slacksim.DisplayName("Ana Ruiz")), o.Room("general")
	ana.Joins(general)
	ana.Types(general, "/incident new Logins fail sev:1").Sees("INC-1")
	room := o.WaitRoom("inc-1")
	room.Sees("Logins fail")
	for deadline := time.Now().Add(10 * time.Second); !room.Has(ana.ID()); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			o.tb.Fatal("ana was not brought in")
		}
	}
	return ana, room
}

// TestADeclarationCostsTwoRoundTripsAndSevenCalls counts what Slack sees. Opening
// the second link, which happens to fall into it, is not part of a declaration.
func TestADeclarationCostsTwoRoundTripsAndSevenCalls(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true, Latency: 50 * time.Millisecond})
	o.Room("incidents")
	o.env["BACKOUT_ANNOUNCE"] = "#incidents"
	o.opens()
	defer o.closes()
	ana := o.Person("ana", slacksim.RealName("Ana Ruiz"), slacksim.DisplayName("Ana Ruiz"))
	ana.Joins(o.Room("general"))
	ana.Types(o.Room("general"), "/incident lead "+ana.Mention()).Sees("INC-")
	o.settles()
	time.Sleep(200 * time.Millisecond) // her name is looked up once a day
	o.ResetCalls()
	o.declares()
	o.settles()
	calls := web(o.Calls())
	for _, c := range calls {
		d := slacksim.Depth(calls, c.N)
		t.Logf("trip %d: %s %v +%d..%d ms", d, c.Method, c.Args, c.Start.Sub(calls[0].Start).Milliseconds(), c.End.Sub(calls[0].Start).Milliseconds())
		if c.Method == "conversations.invite" && d != 2 {
			t.Errorf("people are invited on trip %d", d)
		}
	}
	if len(calls) > 7 {
		t.Errorf("%d calls", len(calls))
	}
}

func TestCapturingAndStarringCostNoCall(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true})
	o.opens()
	defer o.closes()
	ana, room := o.declares()
	tom := o.Person("tom")
	tom.Joins(room)
	o.settles()
	time.Sleep(200 * time.Millisecond)
	o.ResetCalls()
	m := tom.Says(room, "500s from the session middleware")
	tom.Replies(m, "in a thread")
	o.settles() // people read before they react; a reaction that comes first has its message fetched
	ana.Reacts(m, "pushpin")
	o.settles()
	tom.Edits(m, "502s from the session middleware")
	o.settles()
	time.Sleep(200 * time.Millisecond)
	for _, c := range web(o.Calls()) {
		if c.Method != "chat.update" { // the card may follow, for the star it does not
			t.Errorf("a call: %s", c.Method)
		}
	}
	in, err := o.bot.Record().Incident(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := in.MessageEntry(room.ID(), m.TS()); !ok || !e.Starred() || e.Text != "502s from the session middleware" {
		t.Fatalf("got %v %+v", ok, e)
	}
}

func TestAHugeMessageAndNonsenseAreSurvived(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true})
	o.opens()
	defer o.closes()
	ana, room := o.declares()
	huge := strings.Repeat("a", 39_000)
	m := ana.Says(room, huge)
	for _, frame := range []string{
		`{"type":"events_api","envelope_id":"x1","payload":{"type":"event_callback","event_id":"Ev1","event":{"type":"no_such_event"}}}`,
		`{"type":"no_such_type","envelope_id":"x2","payload":{}}`,
		`{"type":"events_api","envelope_id":"x3","payload":{"type":"event_callback","event":42}}`,
		`{"type":"slash_commands","envelope_id":"x4","payload":[]}`,
	} {
		if err := o.SendRaw(frame); err != nil {
			t.Fatal(err)
		}
	}
	ana.Types(room, "/incident "+strings.Repeat("x", 41_000)).Sees("/incident help")
	ana.Types(room, "/incident \x00\u202e <!channel> ```")
	o.settles()
	in, err := o.bot.Record().Incident(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := in.MessageEntry(room.ID(), m.TS()); !ok || e.Text != huge {
		t.Fatalf("the huge message is not in the record: %v", ok)
	}
	if code, _ := o.get("/healthz"); code != 200 {
		t.Fatalf("alive: %d", code)
	}
}

func TestTheAnnouncementChannelIsJoined(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true})
	incidents := o.Room("incidents")
	o.env["BACKOUT_ANNOUNCE"] = incidents.ID()
	o.opens()
	defer o.closes()
	if !incidents.Has(o.BotUserID()) {
		t.Fatal("the bot is not in the announcement channel")
	}
	o.Fail(slacksim.Fault{Method: "chat.postMessage", Match: map[string]string{"channel": incidents.ID()}, Cut: true, AfterEffect: true})
	o.declares()
	incidents.Sees("Logins fail")
	o.settles()
	n := 0
	for _, m := range incidents.Messages() {
		if strings.Contains(m.Text(), "Logins fail") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d announcements:\n%s", n, incidents.Transcript())
	}
}

func TestWhatIsReadOverHTTP(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true})
	o.opens()
	defer o.closes()
	ana, room := o.declares()
	ana.Says(room, "500s from the session middleware")
	o.settles()
	for path, says := range map[string]string{
		"/readyz":                            "ready",
		"/metrics":                           "backout_incidents_open 1",
		"/api/incidents":                     "Logins fail",
		"/api/incidents/INC-1":               `"lead":"` + ana.ID() + `"`,
		"/api/incidents/INC-1/events":        "500s from the session middleware",
		"/api/incidents/INC-1/postmortem.md": "# INC-1: Logins fail",
	} {
		if code, body := o.get(path); code != 200 || !strings.Contains(body, says) {
			t.Errorf("%s: %d %.400s", path, code, body)
		}
	}
	if _, body := o.get("/metrics"); !strings.Contains(body, "backout_stray_metrics_total 0") {
		t.Errorf("figures are reported under unknown names: %s", body)
	}
}

func TestCompletenessIsStatedTruthfully(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true, PingEvery: 100 * time.Millisecond})
	o.opens()
	defer o.closes()
	ana, room := o.declares()
	o.settles()
	in := func() *timeline.Incident {
		in, err := o.bot.Record().Incident(context.Background(), 1)
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	first := o.bot.Views().Completeness(in()).To
	if first.IsZero() {
		t.Fatal("the channel was not read after it was opened")
	}
	time.Sleep(300 * time.Millisecond)
	if later := o.bot.Views().Completeness(in()).To; !later.After(first) {
		t.Errorf("an unbroken link proves nothing: %v, then %v", first, later)
	}
	o.CutLinks()
	ana.Says(room, "said into the gap")
	o.WaitLinks(1)
	o.settles()
	deadline := time.Now().Add(10 * time.Second)
	for {
		_, body := o.get("/api/incidents/INC-1/events")
		if strings.Contains(body, "said into the gap") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("what was said into the gap is not in the record")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// TestAFullDisk fills the store: nothing is acknowledged that is not recorded,
// people get a sentence, and reading goes on.
func TestAFullDisk(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true})
	o.opens()
	ana, room := o.declares()
	o.settles()
	o.closes()
	info, err := os.Stat(o.file)
	if err != nil {
		t.Fatal(err)
	}
	o.max = int(info.Size()) + 64<<10
	o.opens()
	defer o.closes()
	lost := o.Lost()
	var last slacksim.Message
	full := func() bool { // for a second nothing helps
		for range 40 {
			if o.Unacked() == 0 {
				return false
			}
			time.Sleep(25 * time.Millisecond)
		}
		return true
	}
	for i := 0; !full(); i++ {
		if i == 400 {
			t.Fatal("a full disk acknowledges everything")
		}
		last = ana.Says(room, fmt.Sprintf("%d %s", i, strings.Repeat("x", 30_000)))
	}
	refused := ""
	for i := 0; !strings.Contains(refused, "Nothing was recorded") && i < 500; i++ {
		// What is left in small pieces is used up first.
		refused = ana.Types(room, "/incident timeline restarted "+strings.Repeat("y", 10_000)).Text()
	}
	if !strings.Contains(refused, "Nothing was recorded") {
		t.Fatalf("a full disk takes notes: %.200s", refused)
	}
	in, err := o.bot.Record().Incident(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := in.MessageEntry(room.ID(), last.TS()); ok {
		t.Error("memory holds what the store does not")
	}
	ana.Types(room, "/incident status").Sees("Logins fail")
	if code, body := o.get("/api/incidents/INC-1"); code != 200 {
		t.Errorf("reading: %d %s", code, body)
	}
	if code, _ := o.get("/healthz"); code != 200 {
		t.Errorf("alive: %d", code)
	}
	if o.Lost() != lost {
		t.Errorf("Slack gave up on %d events", o.Lost()-lost)
	}
}

func TestAStoppedBotStillSaysHowCompleteItsRecordIs(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true, PingEvery: 50 * time.Millisecond})
	o.opens()
	ana, room := o.declares()
	o.settles()
	time.Sleep(150 * time.Millisecond)
	ana.Says(room, "the last words")
	said := time.Now()
	o.settles()
	time.Sleep(150 * time.Millisecond)
	o.closes()
	log, err := boltlog.Open(o.file, boltlog.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	rec, err := timeline.Open(context.Background(), log, timeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	if in, err := rec.Incident(context.Background(), 1); err != nil || in.CompleteTo.Before(said) {
		t.Fatalf("complete to %v, the last words fell at %v (%v)", in.CompleteTo, said, err)
	}
}

func TestStopMayComeAtAnyTime(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true})
	o.opens()
	o.declares()
	done := make(chan struct{})
	for range 10 {
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			o.bot.Stop(ctx)
			done <- struct{}{}
		}()
	}
	for range 10 {
		<-done
	}
	if err := o.log.Close(); err != nil {
		t.Fatal(err)
	}
	o.opens() // what was owed is found again
	defer o.closes()
	o.settles()
	if n := len(o.Rooms()); n != 2 {
		names := ""
		for _, r := range o.Rooms() {
			names += fmt.Sprintf(" %s", r.Name())
		}
		t.Errorf("%d rooms:%s", n, names)
	}
}
