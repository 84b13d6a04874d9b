package hooks_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"backout/timeline"
)

// TestAStorm delivers 500 alerts of one service at once. They are one outage: one
// incident, and next to nothing that people are told. In the one case the channel
// is open when the storm comes, in the other it comes first.
func TestAStorm(t *testing.T) {
	const alerts = 500
	for _, opened := range []bool{true, false} {
		t.Run(fmt.Sprintf("channel open %v", opened), func(t *testing.T) {
			d := newDesk(t, nil)
			if opened {
				d.pagerduty(event("E0", numbered(0)), nil).says(t, 202, "recorded")
				d.openChannel()
			}
			begun := time.Now()
			var work sync.WaitGroup
			for i := range alerts {
				work.Go(func() {
					body := event(fmt.Sprint("E", i), numbered(i))
					code := http.StatusServiceUnavailable
					for tries := 0; code == http.StatusServiceUnavailable && tries < 10; tries++ { // PagerDuty delivers again
						req := newRequest("/webhooks/pagerduty", body)
						req.Header.Set("X-PagerDuty-Signature", signPD([]byte(body)))
						code = d.serve(req)
					}
					if code != http.StatusAccepted {
						t.Errorf("alert %d: %d", i, code)
					}
				})
			}
			work.Wait()
			took := time.Since(begun)
			in := d.only()
			owed := map[timeline.EffectKind]int{}
			for _, e := range d.rec.Effects() {
				owed[e.Kind]++
			}
			t.Logf("%d alerts in %s: %d incident, %d entries, %d alerts; owed: %d questions, %d news, all %v",
				alerts, took.Round(time.Millisecond), len(d.incidents()), len(in.Timeline()), len(in.Alerts), owed[timeline.OweQuestion], owed[timeline.OweNews], owed)
			if len(in.Alerts) != alerts {
				t.Errorf("%d alerts are recorded", len(in.Alerts))
			}
			if owed[timeline.OweQuestion] > 1 || owed[timeline.OweNews] > 0 || len(d.rec.Effects()) > 12 {
				t.Errorf("owed: %v", owed)
			}
			d.leaksNothing()
		})
	}
}

func numbered(i int) timeline.Alert {
	a := loginRate(timeline.AlertTriggered, 2*time.Minute-time.Duration(i)*100*time.Millisecond)
	a.Key, a.Number, a.Title = fmt.Sprint("PINC", i), i, fmt.Sprint("Error rate of pod ", i)
	return a
}

// openChannel carries out the effect that opens the channel.
func (d *desk) openChannel() {
	d.t.Helper()
	for _, e := range d.rec.Effects() {
		if e.Kind != timeline.OweChannel {
			continue
		}
		if _, err := d.rec.Record(context.Background(), timeline.ChannelIsOpen(e, timeline.Channel{ID: "C1", Name: "inc-1"})); err != nil {
			d.t.Fatal(err)
		}
	}
}
