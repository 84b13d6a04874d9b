package slack

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"backout/integrations/slack/slacksim"
	"backout/templates"
)

func says(text string) func(context.Context, Request) Reply {
	return func(context.Context, Request) Reply { return Reply{Message: words(text)} }
}

func TestCommands(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, room := h.Person("ana"), h.Room("checkout")
	ana.Joins(room)

	h.desk.answers(says("in the acknowledgement"))
	ana.Types(room, "/incident new Login “fails” for @ana <now>").Sees("in the acknowledgement")
	if n := len(h.CallsTo("response_url")); n != 0 {
		t.Errorf("%d answers by response URL", n)
	}
	r := h.desk.requests()[0]
	if r.Via != ViaSlash || r.Command != "/incident" || r.User != ana.ID() || r.Channel != room.ID() || r.ChannelName != "checkout" ||
		!strings.HasPrefix(r.Key, "slash:") || r.ResponseURL == "" || !strings.Contains(r.Text, "<@"+ana.ID()+"|ana> &lt;now&gt;") {
		t.Errorf("the request is %+v", r)
	}

	h.desk.answers(says(strings.Repeat("too big for the acknowledgement & ", 120)))
	ana.Types(room, "/incident timeline").Sees("too big")
	big := *words("x")
	for range 45 {
		big.Parts = append(big.Parts, templates.Buttons{{ID: "a_v1", Label: "press", Value: strings.Repeat("v", 900)}})
	}
	h.desk.answers(func(context.Context, Request) Reply { return Reply{Message: &big} })
	ana.Types(room, "/incident big").Sees("press")
	if n := len(h.CallsTo("response_url")); n != 1 {
		t.Errorf("%d answers by response URL, want 1", n)
	}

	h.desk.answers(func(context.Context, Request) Reply { panic("a fault") })
	ana.Types(room, "/incident boom").Sees("Backout has a fault")

	h.desk.answers(func(context.Context, Request) Reply { return Reply{Message: words("for all to see"), Public: true} })
	ana.Types(room, "/incident say")
	room.Sees("for all to see")
}

func TestSlowCommandIsAnsweredLate(t *testing.T) {
	o := quick()
	o.AckDeadline = 3 * time.Second
	h := newHouse(t, o).connect()
	ana, room := h.Person("ana"), h.Room("checkout")
	ana.Joins(room)
	h.desk.answers(func(context.Context, Request) Reply {
		time.Sleep(inTime + 100*time.Millisecond)
		return Reply{Message: words("late")}
	})
	a := ana.Types(room, "/incident slow")
	if a.Err() != nil {
		t.Errorf("Slack shows %v", a.Err())
	}
	a.Sees("late")
	if n := len(h.CallsTo("response_url")); n != 1 {
		t.Errorf("%d answers by response URL, want 1", n)
	}
	h.desk.answers(says("x"))
	url := h.desk.requests()[0].ResponseURL
	if err := h.client.Tell(context.Background(), url, *words("the channel is there"), true); err != nil {
		t.Error(err)
	}
	a.Sees("the channel is there")
}

func form() *templates.Form {
	return &templates.Form{
		ID: "new_form_v1", Title: "Declare incident", Submit: "Declare", State: `{"v":1}`,
		Inputs: []templates.Input{
			{ID: "title", Label: "What do people notice?", Value: "Logins"},
			{ID: "severity", Label: "Severity", Kind: templates.Choice, Options: []templates.Option{{Value: "1", Label: "1 – Critical"}, {Value: "2", Label: "2"}}, Value: "2", Optional: true},
			{ID: "services", Label: "Services", Kind: templates.Choices, Options: []templates.Option{{Value: "web", Label: "web"}, {Value: "auth", Label: "auth"}}, Optional: true},
			{ID: "lead", Label: "Lead", Kind: templates.OnePerson, Optional: true},
			{ID: "due", Label: "Due", Kind: templates.Day, Value: "2026-12-01", Optional: true},
		},
	}
}

func TestDialogs(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, room := h.Person("ana"), h.Room("checkout")
	ana.Joins(room)
	h.desk.answers(func(_ context.Context, r Request) Reply {
		if r.Via == ViaSubmission {
			if r.Values["title"] == "Logins" {
				return Reply{Errors: map[string]string{"title": "Say more.", "elsewhere": "And this."}}
			}
			return Reply{Message: words("declared " + r.Values["title"])}
		}
		f := form()
		f.State = `{"v":1,"r":"` + r.ResponseURL + `","c":"` + r.Channel + `"}`
		return Reply{Form: f}
	})
	a := ana.Types(room, "/incident new")
	d := ana.Modal()
	errs := d.SubmitRefused()
	if errs["title"] != "Say more. And this." {
		t.Errorf("the dialog shows %v", errs)
	}
	d.Fill("title", "Logins & <more> fail").Fill("severity", "1").Fill("services", "web", "auth").Fill("lead", "ana")
	d.Submit()
	a.Sees("declared Logins & <more> fail")
	rs := h.desk.requests()
	r := rs[len(rs)-1]
	if r.Values["severity"] != "1" || r.Values["lead"] != ana.ID() || r.Values["due"] != "2026-12-01" || strings.Join(r.Lists["services"], ",") != "web,auth" ||
		r.Channel != room.ID() || r.Form != "new_form_v1" || r.Key != rs[len(rs)-2].Key {
		t.Errorf("the submission is %+v", r)
	}
	if ana.HasModal() {
		t.Error("the dialog is still open")
	}
}

func TestDialogKeepsWordsWhenTheStoreFails(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana := h.Person("ana")
	h.desk.answers(func(_ context.Context, r Request) Reply {
		if r.Via == ViaSubmission {
			return Reply{Message: words("The store cannot be written."), Failed: true}
		}
		return Reply{Form: form()}
	})
	ana.Shortcut("declare_incident")
	if errs := ana.Modal().SubmitRefused(); !strings.Contains(errs["title"], "cannot be written") {
		t.Errorf("the dialog shows %v", errs)
	}
}

func TestDialogThatComesTooLate(t *testing.T) {
	for _, code := range []string{"expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged"} {
		t.Run(code, func(t *testing.T) {
			h := newHouse(t, quick()).connect()
			ana, room := h.Person("ana"), h.Room("checkout")
			ana.Joins(room)
			h.Fail(slacksim.Fault{Method: "views.open", Error: code})
			h.desk.answers(func(context.Context, Request) Reply { return Reply{Form: form()} })
			ana.Types(room, "/incident new").Sees("/incident help")
		})
	}
}

func TestButtonsAndShortcuts(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, tom, room := h.incident()
	card := *words("card")
	card.Parts = append(card.Parts, templates.Buttons{
		{ID: "done_v1", Label: "Tick off F1", Value: "1/F1"}, {ID: "done_v1", Label: "Tick off F2", Value: "1/F2", Confirm: &templates.Confirm{Title: "Sure?", Text: "It goes."}},
		{ID: "page", Label: "Page", URL: "https://backout.example/?a=1&b=2"},
	})
	if _, err := h.client.Post(context.Background(), room.ID(), "", "k", card); err != nil {
		t.Fatal(err)
	}
	h.desk.answers(says("ticked off"))
	m := room.Message("card")
	ana.Clicks(m, "Tick off F2").Sees("ticked off")
	ana.Clicks(m, "Page")
	rs := h.desk.requests()
	if r := rs[len(rs)-1]; len(rs) != 1 || r.Via != ViaButton || r.Action != "done_v1" || r.Value != "1/F2" || r.Channel != room.ID() || r.MessageTS != m.TS() {
		t.Errorf("the requests are %+v", rs)
	}
	h.desk.answers(func(context.Context, Request) Reply { return Reply{Message: words("replaced"), Replace: true} })
	ana.Clicks(m, "Tick off F1")
	room.Sees("replaced")

	said := tom.Says(room, "It is the session keys & more")
	h.desk.answers(says("added"))
	ana.MessageShortcut(said, "add_to_timeline").Sees("added")
	rs = h.desk.requests()
	if r := rs[len(rs)-1]; r.Via != ViaMessageShortcut || r.Action != "add_to_timeline" || r.Message == nil || r.Message.Text != "It is the session keys &amp; more" || r.Message.Who != tom.ID() || r.Message.Link == "" {
		t.Errorf("the request is %+v", r)
	}
	// A response URL that is used up leaves the channel, then the direct message.
	h.Fail(slacksim.Fault{Method: "response_url", Status: 404})
	h.desk.answers(says("in the channel"))
	ana.MessageShortcut(said, "add_to_timeline").Sees("in the channel")
	h.desk.answers(says("in private"))
	ana.Shortcut("declare_incident")
	ana.DM().Sees("in private")
}

func TestMentionsAndHome(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, _, room := h.incident()
	h.desk.answers(func(_ context.Context, r Request) Reply {
		if r.Via == ViaHome {
			return Reply{Home: words("open incidents: 1")}
		}
		return Reply{Message: words("heard you")}
	})
	h.SwallowAcks(2)
	m := ana.Says(room, "@backout severity 1")
	room.Sees("heard you")
	if err := h.Settle(); err != nil {
		t.Fatal(err)
	}
	if n := len(m.Replies()); n != 1 {
		t.Errorf("%d answers in the thread, want 1", n)
	}
	h.wantTexts("<@" + h.BotUserID() + "> severity 1")
	dm := ana.DM()
	ana.Says(dm, "help @backout")
	dm.Sees("heard you")
	if err := h.Settle(); err != nil {
		t.Fatal(err)
	}
	var direct int
	for _, r := range h.desk.requests() {
		if r.Direct {
			direct++
		}
	}
	if direct != 1 {
		t.Errorf("%d requests for one direct message", direct)
	}
	ana.OpensHome()
	ana.HomeSees("open incidents: 1")
}

func TestMentionIsBroughtAgainWhenTheStoreFails(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, _, room := h.incident()
	var n atomic.Int32
	h.desk.answers(func(context.Context, Request) Reply {
		if n.Add(1) == 1 {
			return Reply{Message: words("cannot be written"), Failed: true}
		}
		return Reply{Message: words("recorded")}
	})
	ana.Says(room, "@backout resolve")
	h.eventually("the second delivery", func() bool { return len(h.desk.requests()) == 2 })
	if rs := h.desk.requests(); rs[0].Key != rs[1].Key {
		t.Errorf("keys %s, %s", rs[0].Key, rs[1].Key)
	}
}

// TestAnAnswerThatIsReadyTooLate is given all the same, though the time for the
// request is over.
func TestAnAnswerThatIsReadyTooLate(t *testing.T) {
	h := newHouse(t, quick()).connect()
	ana, room := h.Person("ana"), h.Room("checkout")
	ana.Joins(room)
	a := ana.Types(room, "/incident list all")
	over, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	rs := h.desk.requests()
	h.sockets.intake.finish(over, rs[len(rs)-1], Reply{Message: words("a hundred thousand of them")})
	a.Sees("a hundred thousand of them")
}
