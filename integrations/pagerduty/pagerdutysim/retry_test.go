package pagerdutysim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWhatIsRepeatedAndWhatIsDropped(t *testing.T) {
	for _, c := range []struct {
		status int
		heard  int
		state  State
	}{
		{200, 1, Delivered}, {202, 1, Delivered}, {204, 1, Delivered}, {301, 1, Dropped}, {400, 1, Dropped}, {401, 1, Dropped}, {404, 1, Dropped}, {410, 1, Dropped},
		{408, 1, Dropped}, {429, 3, Delivered}, {500, 3, Delivered}, {503, 3, Delivered},
	} {
		t.Run(fmt.Sprint(c.status), func(t *testing.T) {
			st := start(t, quick())
			e := listen(t)
			e.answers(func(heard) int {
				if len(e.list()) > 2 {
					return 202
				}
				return c.status
			})
			st.Subscribe(Subscription{URL: e.URL})
			st.Trigger(st.web, "Down", Trigger{})
			st.settle()
			if n := len(e.list()); n != c.heard || st.states() != string(c.state) {
				t.Errorf("%d attempts, %s", n, st.states())
			}
			for _, h := range e.list() {
				if h.id() != e.list()[0].id() || string(h.raw) != string(e.list()[0].raw) {
					t.Error("an attempt is not the same webhook")
				}
			}
		})
	}
}

func TestASlowReceiverIsARepeatedOne(t *testing.T) {
	st := start(t, quick())
	e := listen(t)
	e.answers(func(heard) int {
		if len(e.list()) == 1 {
			time.Sleep(150 * time.Millisecond)
		}
		return 202
	})
	st.Subscribe(Subscription{URL: e.URL})
	st.Trigger(st.web, "Down", Trigger{})
	st.settle()
	d := st.Deliveries()[0]
	if len(d.Attempts) != 2 || d.Attempts[0].Error != "timeout" || d.Attempts[1].Status != 202 || d.State != Delivered {
		t.Errorf("%+v", d)
	}
}

func TestPausesGrowUntilItIsGivenUp(t *testing.T) {
	st := start(t, quick())
	e := listen(t)
	e.says(503)
	st.Subscribe(Subscription{URL: e.URL})
	st.Trigger(st.web, "Down", Trigger{})
	st.settle()
	d := st.Deliveries()[0]
	if d.State != Dropped || len(d.Attempts) < 4 || len(d.Attempts) > 7 {
		t.Fatalf("%s after %d attempts", d.State, len(d.Attempts))
	}
	for n := 2; n < len(d.Attempts); n++ {
		least := time.Duration(1<<(n-1)) * 5 * time.Millisecond
		if pause := d.Attempts[n].Start.Sub(d.Attempts[n-1].End); pause < least {
			t.Errorf("pause %d is %v, at least %v", n, pause, least)
		}
	}
}

func TestAFailingWebhookHoldsBackItsIncidentAlone(t *testing.T) {
	o := quick()
	o.RetryFirst, o.RetryFor = time.Minute, time.Hour
	st := start(t, o)
	e := listen(t)
	stuck := st.Trigger(st.web, "stuck", Trigger{})
	e.answers(func(h heard) int {
		if dig(h.body, "event", "data", "title") == "stuck" {
			return 503
		}
		return 202
	})
	st.Subscribe(Subscription{URL: e.URL})
	st.fine(stuck.Acknowledge(st.ana))
	st.fine(stuck.Resolve(st.ana))
	free := st.Trigger(st.web, "free", Trigger{})
	st.fine(free.Resolve(st.ana))
	eventually(t, "the other incident is told", func() bool {
		return len(e.list("incident.triggered", "incident.resolved")) == 2 && len(e.list("incident.acknowledged")) == 1
	})
	if err := st.Settle(20 * time.Millisecond); err == nil {
		t.Error("settled while a webhook waits")
	}
	e.says(202)
	st.RetryNow()
	st.settle()
	var order []string
	for _, h := range e.list() {
		if dig(h.body, "event", "data", "title") == "stuck" {
			order = append(order, h.event())
		}
	}
	if !slices.Equal(order, []string{"incident.acknowledged", "incident.acknowledged", "incident.resolved"}) {
		t.Error(order)
	}
}

func TestThreeDropsInARowDisable(t *testing.T) {
	st := start(t, quick())
	e := listen(t)
	id := st.Subscribe(Subscription{URL: e.URL})
	tell := func(status int) {
		e.says(status)
		st.Trigger(st.web, "Down", Trigger{})
		st.settle()
	}
	for _, status := range []int{401, 401, 202, 401, 401} {
		tell(status)
	}
	if st.Disabled(id) {
		t.Fatal("an accepted one in between begins anew")
	}
	shown := func() any {
		return st.get("/webhook_subscriptions/"+id).at("webhook_subscription", "delivery_method", "temporarily_disabled")
	}
	tell(401)
	if !st.Disabled(id) || shown() != true {
		t.Fatal("not disabled")
	}
	before := len(e.list())
	tell(202)
	st.Ping(id)
	st.settle()
	if len(e.list()) != before {
		t.Error("a disabled subscription heard something")
	}
	if !strings.HasSuffix(st.states(), "dropped lost lost") {
		t.Error(st.states())
	}
	st.clock.add(24 * time.Hour)
	if st.Disabled(id) || shown() != false {
		t.Error("a day later it is still disabled")
	}
	tell(202)
	if len(e.list()) != before+1 {
		t.Error("after a day it hears again, but not what was lost")
	}
	st.Disable(id)
	st.post("/webhook_subscriptions/"+id+"/enable", nil).is(200).wants(false, "webhook_subscription", "delivery_method", "temporarily_disabled")
	tell(202)
	if len(e.list()) != before+2 {
		t.Error("enabled, but deaf")
	}
}

func TestADisablementLosesTheQueue(t *testing.T) {
	o := quick()
	o.RetryFirst, o.RetryFor = time.Minute, time.Hour
	st := start(t, o)
	e := listen(t)
	e.says(503)
	id := st.Subscribe(Subscription{URL: e.URL})
	i := st.Trigger(st.web, "Down", Trigger{})
	st.fine(i.Acknowledge(st.ana))
	st.fine(i.Resolve(st.ana))
	eventually(t, "the first is attempted", func() bool { return len(e.list()) == 1 })
	e.says(202)
	st.Disable(id)
	st.Enable(id) // which brings nothing back
	st.RetryNow()
	st.settle()
	if st.states() != "lost lost lost" || len(e.list()) != 1 {
		t.Errorf("%s, heard %d", st.states(), len(e.list()))
	}
	st.fine(i.Reopen(st.ana))
	st.settle()
	if e.all() != "triggered reopened" {
		t.Error(e.all())
	}
	e.says(503)
	st.fine(i.Resolve(st.ana))
	eventually(t, "it is attempted", func() bool { return len(e.list()) == 3 })
	st.Unsubscribe(id)
	st.RetryNow()
	st.settle()
	if !strings.HasSuffix(st.states(), "lost") || len(e.list()) != 3 {
		t.Errorf("%s after the subscription was removed", st.states())
	}
}

func TestWebhookFaults(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  HookFault
		heard  string
		states string
	}{
		{"none", HookFault{Event: "incident.resolved"}, "1 2 3", "delivered delivered delivered"},
		{"drop", HookFault{Drop: true}, "2 3", "lost delivered delivered"},
		{"drop the second", HookFault{Skip: 1, Drop: true}, "1 3", "delivered lost delivered"},
		{"drop all", HookFault{Event: "incident.annotated", Times: -1, Drop: true}, "", "lost lost lost"},
		{"unreachable", HookFault{Unreachable: 2}, "1 2 3", "delivered delivered delivered"},
		{"unheard", HookFault{Unheard: 1}, "1 1 2 3", "delivered delivered delivered"},
		{"duplicate", HookFault{Duplicate: 2}, "1 1 1 2 3", "delivered delivered delivered"},
		{"reorder", HookFault{Reorder: true}, "2 1 3", "delivered delivered delivered"},
		{"reorder the last", HookFault{Skip: 2, Reorder: true}, "1 2 3", "delivered delivered delivered"},
		{"delay", HookFault{Delay: 50 * time.Millisecond}, "2 3 1", "delivered delivered delivered"},
		{"of another subscription", HookFault{Subscription: "P0", Drop: true}, "1 2 3", "delivered delivered delivered"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, quick())
			e := listen(t)
			i := st.Trigger(st.web, "Down", Trigger{})
			st.Subscribe(Subscription{URL: e.URL})
			st.FailHook(c.fault)
			for _, text := range []string{"1", "2", "3"} {
				st.fine(i.Annotate(st.ana, text))
			}
			st.settle()
			var got []string
			ids := map[string]string{}
			for _, h := range e.list() {
				text := dig(h.body, "event", "data", "content").(string)
				got = append(got, text)
				if old := ids[text]; old != "" && old != h.id() {
					t.Error("a repetition has another X-Webhook-Id")
				}
				ids[text] = h.id()
			}
			if strings.Join(got, " ") != c.heard || st.states() != c.states {
				t.Errorf("heard %v, %s", got, st.states())
			}
		})
	}
	st := start(t, quick())
	e := listen(t)
	st.Subscribe(Subscription{URL: e.URL, Secrets: []string{"s"}})
	st.FailHook(HookFault{Forged: true})
	st.Trigger(st.web, "Down", Trigger{})
	st.settle()
	if h := e.list()[0]; h.header.Get("X-PagerDuty-Signature") == Sign("s", h.raw) {
		t.Error("not forged")
	}
	undo := st.FailHook(HookFault{Drop: true, Times: -1})
	undo()
	st.FailHook(HookFault{Drop: true, Times: -1})
	st.Heal()
	st.Trigger(st.web, "Down", Trigger{})
	st.settle()
	if len(e.list()) != 2 {
		t.Error("healed, but silent")
	}
}

func TestGreatWebhooksAreDropped(t *testing.T) {
	st := start(t, quick())
	e := listen(t)
	id := st.Subscribe(Subscription{URL: e.URL})
	i := st.Trigger(st.web, "Down", Trigger{})
	for range 3 {
		i.Emit("", "incident.huge", map[string]any{"text": strings.Repeat("x", greatestHook)})
	}
	st.settle()
	if len(e.list("incident.huge")) != 0 || st.Disabled(id) {
		t.Error("a webhook of more than 256 KB was sent")
	}
}
