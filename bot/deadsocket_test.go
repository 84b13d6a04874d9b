package bot_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"backout/integrations/slack/slacksim"
)

// hurry is by how much the times of links and the limits of Slack are shortened
// here: what takes 30 s takes 600 ms.
const hurry = 50

// TestADeadSocketIsNoticedReplacedAndTold: the links go half-open, so that TCP says
// nothing, and Slack takes no new ones for a while. The silence is noticed, health
// checks see it, the links are opened again, what was said meanwhile is read, and
// the channel is told once.
func TestADeadSocketIsNoticedReplacedAndTold(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true, PingEvery: 5 * time.Second / hurry})
	o.hurry = hurry
	o.settle = 50 * time.Millisecond
	o.opens()
	defer o.closes()
	ana, lobby := o.Person("ana"), o.Room("lobby")
	ana.Joins(lobby)
	ana.Types(lobby, "/incident new Logins fail").Sees("INC-1")
	room := o.WaitRoom("inc-1")
	o.settles()
	o.eventually("ana", func() bool { return room.Has(ana.ID()) })
	ana.Says(room, "heard")
	o.eventually("the message", func() bool { return o.says("/api/incidents/INC-1/events", "heard") })
	o.ready(http.StatusOK)
	o.WaitLinks(2)

	o.RefuseHandshake(http.StatusServiceUnavailable, 1000)
	silent := time.Now()
	o.HalfOpen()
	for i := range 3 {
		ana.Says(room, fmt.Sprintf("missed %d", i))
	}
	if o.says("/api/incidents/INC-1/events", "missed") {
		t.Fatal("the links are not silent")
	}
	o.eventually("the silence to be noticed", func() bool { return o.says("/metrics", `backout_slack_links_total{event="silent"}`) })
	noticed := time.Since(silent) * hurry
	o.eventually("a red health check", func() bool { return o.status("/readyz") == http.StatusServiceUnavailable })
	red := time.Since(silent) * hurry

	o.Heal()
	o.eventually("a green health check", func() bool { return o.status("/readyz") == http.StatusOK })
	o.eventually("what was missed", func() bool { return o.says("/api/incidents/INC-1/events", "missed 2") })
	if err := room.Sees("was silent from").Sees("3 messages or changes were missing"); err != nil {
		t.Error(err)
	}
	green := time.Since(silent) * hurry
	o.WaitLinks(2)
	o.settles()
	told := 0
	for _, m := range room.Messages() {
		if strings.Contains(m.Text(), "was silent from") {
			told++
		}
	}
	if in := o.incident(1); told != 1 || len(in.Gaps) != 0 || in.CompleteTo.Before(silent) {
		t.Errorf("told %d times, gaps %v, complete to %v", told, in.Gaps, in.CompleteTo)
	}
	round := func(d time.Duration) time.Duration { return d.Round(100 * time.Millisecond) }
	t.Logf("dead socket: half-open links noticed after %s, /readyz red after %s, open again and gap of 3 messages filled after %s, told once (times of Slack, run %d times as fast)",
		round(noticed), round(red), round(green), hurry)
	// 30 s and a ping; the rest is for a busy machine, on which 2 s of ours are 100.
	if noticed > 2*time.Minute {
		t.Errorf("noticed after %s", noticed)
	}
}

// says reports whether an address of the bot answers with the words.
func (o *office) says(path, words string) bool {
	_, body := o.get(path)
	return strings.Contains(body, words)
}

// status is the status of an address of the bot.
func (o *office) status(path string) int {
	code, _ := o.get(path)
	return code
}

func (o *office) ready(want int) {
	o.tb.Helper()
	o.eventually(fmt.Sprintf("/readyz to say %d", want), func() bool { return o.status("/readyz") == want })
}
