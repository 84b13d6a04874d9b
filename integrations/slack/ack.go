package slack

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// ackWait bounds handing an acknowledgement to the SDK, whose queue can be full.
const ackWait = 2500 * time.Millisecond

// maxAck is how big an acknowledgement may be: Slack ignores those of 20,480 bytes.
const maxAck = 18 << 10

// ack acknowledges one envelope, once, on the link that brought it.
type ack struct {
	link    *link
	id      string
	gen     int
	kind    string
	arrived time.Time

	mu   sync.Mutex
	sent bool
}

// send acknowledges with an optional payload. It reports whether the payload is on
// its way: not when it was acknowledged before, is too big, or when the connection
// that brought the envelope is gone (Slack has given the envelope up then).
func (a *ack) send(payload any) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sent || !a.current() {
		return false
	}
	if payload != nil {
		if data, err := json.Marshal(payload); err != nil || len(data) > maxAck {
			return false
		}
	}
	// Not the delivery's context: that may have run out, and the answer still counts.
	ctx, cancel := context.WithTimeout(context.Background(), ackWait)
	defer cancel()
	if err := a.link.smc.AckCtx(ctx, a.id, payload); err != nil {
		a.link.s.opt.Log.Warn("an acknowledgement was not sent", "type", a.kind, "error", err)
		return false
	}
	a.sent = true
	a.link.s.opt.Meter.Observe("backout_slack_ack_seconds", time.Since(a.arrived).Seconds(), a.ackKind())
	return true
}

func (a *ack) ackKind() string {
	switch a.kind {
	case "events_api", "slash_commands", "interactive":
		return a.kind
	}
	return "other"
}

// current reports whether the connection that brought the envelope is still there.
func (a *ack) current() bool {
	a.link.mu.Lock()
	defer a.link.mu.Unlock()
	return a.link.conn != nil && a.link.gen == a.gen
}
