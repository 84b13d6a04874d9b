package chart_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"backout/templates/chart"
	"backout/timeline"
)

// storm has more alerts than rows, one of which fired again and again.
func storm(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 14, "2026-11-20")
	p.declare("09:00:00", "Half the region is dark", "1", "web-app")
	for i, title := range []string{"Login error rate", "Checkout latency above 2 s for ten minutes in a row", "Queue depth", "Disk", "CPU", "Memory"} {
		p.alert(fmt.Sprintf("09:%02d:00", i), title, title, timeline.AlertTriggered)
		if i != 1 {
			p.alert(fmt.Sprintf("09:%02d:00", 20+3*i), title, title, timeline.AlertResolved)
		}
	}
	for i := range 4 {
		p.alert(fmt.Sprintf("09:%02d:00", 40+4*i), "flap", "Cache hit rate below 40 %", timeline.AlertTriggered)
		p.alert(fmt.Sprintf("09:%02d:30", 41+4*i), "flap", "", timeline.AlertResolved)
	}
	p.status("09:58:00", timeline.Monitoring)
	p.status("10:20:00", timeline.Resolved)
	return p.fold(), p.options("10:21:00")
}

// manyServices names four services, and the one to blame last.
func manyServices(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 15, "2026-11-20")
	p.declare("12:00:00", "Everything answers 500", "1", "alpha", "beta", "gamma", "web-app")
	p.note(p.deploy(1, "alpha", "a2", "11:20:00", "11:21:00"), "")
	p.note(p.deploy(2, "beta", "b2", "11:40:00", "11:41:00"), timeline.StandingCleared)
	p.note(p.deploy(3, "gamma", "g2", "11:45:00", "11:46:00"), "")
	p.note(p.deploy(4, "web-app", "w2", "11:50:00", "11:51:00"), timeline.StandingCaused)
	p.note(p.deploy(5, "auth-db", "8.2", "12:10:00", "12:12:00"), "")
	p.status("12:40:00", timeline.Monitoring)
	p.status("13:00:00", timeline.Resolved)
	return p.fold(), p.options("13:01:00")
}

// deployTrain has deploys one upon the other: failed, cancelled, to a canary, and one
// that still runs.
func deployTrain(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 16, "2026-11-20")
	p.declare("12:00:00", "Prices are wrong", "2", "web-app")
	p.note(p.deploy(1, "web-app", "v1", "11:40:00", "11:42:00"), timeline.StandingSuspect)
	for i := range 4 {
		p.note(p.deploy(2+i, "web-app", fmt.Sprint("v2.", i), fmt.Sprintf("12:1%d:00", i), fmt.Sprintf("12:1%d:40", i)), "")
	}
	broken := p.deploy(7, "web-app", "v3", "12:25:00", "12:28:00")
	broken.State = timeline.DeployFailed
	p.note(broken, "")
	off := p.deploy(8, "web-app", "v4", "12:33:00", "12:35:00")
	off.State = timeline.DeployCancelled
	p.note(off, "")
	canary := p.deploy(9, "web-app", "v5", "12:40:00", "12:42:00")
	canary.Stage = "canary"
	p.note(canary, "")
	going := p.deploy(10, "web-app", "v6", "12:55:00", "12:55:00")
	going.State, going.Finished = timeline.DeployRunning, time.Time{}
	p.note(going, "")
	return p.fold(), p.options("13:00:00")
}

// nasty is text that acts, breaks, or cannot be drawn.
const nasty = "\u202eevil \x00\x1b[31m\xff\xfe 数据库 \U0001f525\U0001f469\u200d\U0001f467 \u05d0\u0301 <script> "

// hostile has names that want to break the picture.
func hostile(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 17, "2026-11-20")
	long := strings.Repeat("W", 400)
	bad := p.deploy(1, nasty+long, nasty+long, "11:50:00", "11:55:00")
	bad.Environment = nasty + long
	p.declare("12:00:00", nasty+long, nasty+long, nasty+long, long, "ok")
	p.note(bad, timeline.StandingCaused)
	p.alert("12:01:00", "1", nasty+long, timeline.AlertTriggered)
	p.roll(1, bad, bad, "12:10:00", confirmed, "12:12:00", running, "12:15:00", timeline.RollbackStep{State: failed, Reason: nasty + long})
	p.status("12:30:00", timeline.Monitoring)
	p.status("13:00:00", timeline.Resolved)
	return p.fold(), p.options("13:01:00")
}

// skewed has clocks that disagree: things began after now, or before they were agreed to.
func skewed(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 19, "2026-11-20")
	d := p.deploy(1, "web-app", "v1", "09:30:00", "09:20:00")
	going := p.deploy(2, "web-app", "v2", "09:45:00", "09:45:00")
	going.State = timeline.DeployRunning
	p.declare("09:00:00", "Clocks disagree", "2", "web-app")
	p.note(d, timeline.StandingSuspect)
	p.note(going, "")
	p.alert("09:40:00", "1", "Fired in the future", timeline.AlertTriggered)
	p.roll(1, d, d, "09:20:00", confirmed, "09:15:00", queued, "09:10:00", running)
	p.roll(2, d, d, "09:25:00", confirmed, "09:26:00", running, "09:05:00", succeeded)
	return p.fold(), p.options("09:30:00")
}

// aheadOfNow was declared this very second, and other clocks are some seconds ahead.
func aheadOfNow(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 22, "2026-11-20")
	d := p.deploy(1, "web-app", "v1", "09:00:20", "09:00:20")
	d.State = timeline.DeployRunning
	p.declare("09:00:00", "Other clocks are ahead", "2", "web-app")
	p.note(d, "")
	p.alert("09:00:15", "1", "Fired in the future", timeline.AlertTriggered)
	p.roll(1, d, d, "09:00:25", confirmed)
	return p.fold(), p.options("09:00:00")
}

// futureOnly has an alert after now, and nothing else that has a place.
func futureOnly(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 20, "2026-11-20")
	p.alert("11:00:00", "1", "Fired in the future", timeline.AlertTriggered)
	return p.fold(), p.options("09:00:00")
}

// queues has things close to each other in one row, so that there is no room for words.
func queues(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 21, "2026-11-20")
	old, bad := p.deploy(1, "web-app", "v1", "08:00:00", "08:01:00"), p.deploy(2, "web-app", "v2", "08:50:00", "08:51:00")
	p.declare("09:00:00", "One after the other", "2", "web-app")
	p.note(bad, timeline.StandingCaused)
	for _, a := range [][2]string{
		{"09:05:00", "09:06:00"}, {"09:07:00", "09:08:30"}, {"09:09:00", "09:10:00"}, {"09:11:00", "09:12:00"},
		{"09:13:00", "09:14:30"}, {"09:15:00", "09:16:00"}, {"09:17:00", "09:18:00"}, {"09:19:00", "09:29:30"},
	} {
		p.alert(a[0], a[0], "A name that is longer than the time until the next", timeline.AlertTriggered)
		p.alert(a[1], a[0], "", timeline.AlertResolved)
	}
	p.roll(1, bad, old, "09:20:00", confirmed, "09:21:00", running, "09:24:00", timeline.RollbackStep{State: timeline.RollbackCancelled, Reason: "called off"})
	p.roll(2, bad, old, "09:27:00", confirmed, "09:27:20", queued, "09:33:00", succeeded)
	p.status("10:00:00", timeline.Resolved)
	return p.fold(), p.options("10:00:00")
}

// forgotten was never closed: three months have gone by.
func forgotten(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 18, "2026-08-03")
	p.declare("09:00:00", "Nightly export is late", "3", "exporter")
	for day := range 100 {
		if day%9 < 3 {
			p.sayAt(p.time("10:00:00").AddDate(0, 0, day))
		}
	}
	return p.fold(), p.options("2026-11-20 09:00:00")
}
