package slack

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"backout/integrations/slack/slacksim"
)

// TestRefreshWithoutAGap lets people talk while Slack refreshes one link after the
// other: nothing is lost, nothing doubled, and one link is up at every moment.
func TestRefreshWithoutAGap(t *testing.T) {
	o := quick()
	o.RedeliverAfter = nil // Slack's own: what is lost on a link comes late
	h := newHouse(t, o).connect()
	ana, _, room := h.incident()
	since, ok := h.sockets.UnbrokenSince()
	if !ok {
		t.Fatal("no link is up")
	}
	var want []string
	for i := range 60 {
		text := fmt.Sprintf("line %02d", i)
		want = append(want, text)
		ana.Says(room, text)
		switch i {
		case 10:
			h.DisconnectLink(0, "warning")
		case 35:
			h.WaitLinks(2)
			h.DisconnectLink(0, "refresh_requested")
		}
		if h.Links() == 0 {
			t.Errorf("no link is up at line %d", i)
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.WaitLinks(2)
	h.wantTexts(want...)
	if now, ok := h.sockets.UnbrokenSince(); !ok || !now.Equal(since) {
		t.Errorf("the links were broken: up since %v, before %v", now, since)
	}
	if n := len(h.broken()); n != 1 {
		t.Errorf("Reconnected was called %d times, want once for the start", n)
	}
}

func TestDisconnectLoopIsThrottled(t *testing.T) {
	h := newHouse(t, quick())
	h.DisconnectAfterHello("too_many_websockets", 1000)
	h.run(SocketOptions{})
	time.Sleep(2500 * time.Millisecond)
	if n := len(h.CallsTo("apps.connections.open")); n < 2 || n > 10 {
		t.Errorf("apps.connections.open was called %d times in 2.5 s", n)
	}
	h.Heal()
}

func TestHandshakesRefused(t *testing.T) {
	h := newHouse(t, quick())
	h.RefuseHandshake(409, 3)
	h.Fail(slacksim.Fault{Method: "apps.connections.open", Status: 500})
	h.run(SocketOptions{})
	h.WaitLinks(1)
}

func TestFatalErrorsEndWithASentence(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(h *house, o *SocketOptions)
		want  string
	}{
		"wrong token":     {func(_ *house, o *SocketOptions) { o.AppToken = "xapp-wrong" }, "does not accept SLACK_APP_TOKEN"},
		"bot token":       {func(h *house, o *SocketOptions) { o.AppToken = h.BotToken() }, "SLACK_APP_TOKEN with xapp-"},
		"revoked":         {func(h *house, _ *SocketOptions) { h.RevokeTokens(true) }, "was revoked"},
		"socket mode off": {func(h *house, _ *SocketOptions) { h.SetSocketMode(false) }, "Socket Mode is switched off"},
		"expired": {func(h *house, _ *SocketOptions) {
			h.Fail(slacksim.Fault{Method: "apps.connections.open", Error: "token_expired", Times: -1})
		}, "has expired"},
		"scope": {func(h *house, _ *SocketOptions) {
			h.Fail(slacksim.Fault{Method: "apps.connections.open", Error: "missing_scope", Times: -1})
		}, "connections:write"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, quick())
			var o SocketOptions
			tt.spoil(h, &o)
			h.run(o)
			h.endsWith(tt.want)
		})
	}
}

func (h *house) endsWith(want string) {
	h.t.Helper()
	select {
	case err := <-h.ended:
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "xapp-1-") {
			h.t.Errorf("Run says %v, want %q", err, want)
		}
	case <-time.After(5 * time.Second):
		h.t.Error("Run goes on")
	}
}

func TestSwitchedOffWhileRunning(t *testing.T) {
	h := newHouse(t, quick()).connect()
	h.SetSocketMode(false)
	h.endsWith("Socket Mode is switched off")
}

func TestUninstalled(t *testing.T) {
	h := newHouse(t, quick()).connect()
	h.SendEvent(map[string]any{"type": "app_uninstalled"})
	h.endsWith("uninstalled")
}

func TestHalfOpenLinksAreReplaced(t *testing.T) {
	h := newHouse(t, quick())
	h.run(SocketOptions{DeadAfter: 300 * time.Millisecond})
	h.WaitLinks(2)
	ana, _, room := h.incident()
	last := h.sockets.LastFrame()
	h.HalfOpen()
	h.eventually("the silence to be noticed", func() bool { return h.meter.of("backout_slack_links_total silent") >= 2 })
	h.eventually("new links", func() bool { return h.sockets.Links()[0].Up && h.sockets.Links()[1].Up })
	ana.Says(room, "heard on a new link")
	h.wantTexts("heard on a new link")
	h.eventually("a call to sweep", func() bool { return len(h.broken()) >= 2 })
	if from := h.broken()[1]; from.Before(last.Add(-time.Second)) || from.IsZero() {
		t.Errorf("to be swept from %v, last frame before the silence was at %v", from, last)
	}
	if since, ok := h.sockets.UnbrokenSince(); !ok || !since.After(last) {
		t.Errorf("unbroken since %v", since)
	}
}

func TestAllLinksCut(t *testing.T) {
	h := newHouse(t, quick()).connect()
	h.eventually("the start", func() bool { return len(h.broken()) == 1 })
	if from := h.broken()[0]; !from.IsZero() {
		t.Errorf("the start is told as a break from %v", from)
	}
	// Slack is away for a moment, else the first link is back before the second is
	// known to be gone.
	h.Fail(slacksim.Fault{Method: "apps.connections.open", Status: 503, Times: 3})
	h.CutLinks()
	h.eventually("the break", func() bool { return len(h.broken()) == 2 })
	h.eventually("both links", func() bool {
		ls := h.sockets.Links()
		return ls[0].Up && ls[1].Up && !ls[0].LastFrame.IsZero() && !h.sockets.LastFrame().IsZero()
	})
}

func TestStopBeforeRun(t *testing.T) {
	h := newHouse(t, quick())
	s := NewSockets(h.client, SocketOptions{AppToken: h.AppToken(), Receiver: h.desk, Recorder: h.rec})
	s.Stop(context.Background())
	if err := s.Run(context.Background()); err != nil {
		t.Error(err)
	}
	s.Stop(context.Background())
}

func TestContextEndsRun(t *testing.T) {
	h := newHouse(t, quick())
	s := NewSockets(h.client, SocketOptions{AppToken: h.AppToken(), Receiver: h.desk, Recorder: h.rec})
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if err := s.Run(ctx); err != nil {
		t.Error(err)
	}
}
