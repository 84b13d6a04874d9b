package chart_test

import (
	"testing"
	"time"

	"backout/templates/chart"
	"backout/timeline"
)

// story is a record with what is needed to draw it.
type story struct {
	name string
	make func(t testing.TB) (*timeline.Incident, chart.Options)
}

func stories() []story {
	return []story{
		{"users-logged-out", loggedOut}, {"login", login}, {"five-minutes", fiveMinutes}, {"two-days", twoDays}, {"no-deploy", noDeploy},
		{"open", open}, {"open-empty", openEmpty}, {"failed-then-done", failedThenDone}, {"two-hundred-messages", twoHundred},
		{"declared-only", declaredOnly}, {"no-length", noLength}, {"same-instant", sameInstant},
		{"cancelled", cancelled}, {"merged", merged}, {"written-down-later", writtenLater}, {"storm", storm},
		{"many-services", manyServices}, {"deploy-train", deployTrain}, {"hostile", hostile}, {"forgotten", forgotten},
		{"skewed", skewed}, {"ahead-of-now", aheadOfNow}, {"future-only", futureOnly}, {"queues", queues},
	}
}

const (
	confirmed   = timeline.RollbackConfirmed
	dispatching = timeline.RollbackDispatching
	queued      = timeline.RollbackQueued
	running     = timeline.RollbackRunning
	succeeded   = timeline.RollbackSucceeded
	failed      = timeline.RollbackFailed
)

// loggedOut is the story that Backout was born from.
func loggedOut(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 47, "2026-11-17")
	old := p.deploy(3, "web-app", "v2.3.9", "2026-11-10 09:00:00", "2026-11-10 09:05:00")
	bad := p.deploy(4, "web-app", "v2.4.0", "13:52:08", "13:58:32")
	p.declare("14:07:20", "Users logged out, some logged in as other users", "1", "web-app")
	p.moment(timeline.Detected, "14:03:12")
	p.moment(timeline.Began, "13:59:40")
	p.note(bad, timeline.StandingCaused)
	p.note(p.deploy(5, "auth-db", "8.1.3", "13:56:10", "13:57:02"), timeline.StandingCleared)
	p.alert("14:08:44", "881", "Sign-in errors above 5 %", timeline.AlertTriggered)
	p.alert("14:09:31", "881", "", timeline.AlertAcknowledged)
	p.alert("14:22:40", "881", "", timeline.AlertResolved)
	p.talk("14:07:22", time.Minute, "4428384624425223932125313221024121210230010300102421213241")
	p.roll(1, bad, old, "14:15:20", timeline.RollbackProposed, "14:15:48", confirmed, "14:15:49", dispatching, "14:15:50", queued, "14:16:04", running, "14:20:41", succeeded)
	p.status("14:22:10", timeline.Monitoring)
	p.status("15:12:04", timeline.Resolved)
	opt := p.options("15:12:04")
	opt.Deploys = []timeline.Deploy{p.deploy(2, "auth-db", "8.1.2", "2026-11-01 10:00:00", "2026-11-01 10:01:00")}
	return p.fold(), opt
}

// login is the same story as the example of a postmortem tells it: a second person had
// to agree to the rollback, and a deploy of an hour before was suspected and cleared.
func login(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 7, "2026-11-20")
	old := p.deploy(3, "web-app", "v2.3.9", "13:07:50", "13:08:20")
	bad := p.deploy(4, "web-app", "v2.4.0", "14:01:40", "14:02:10")
	p.declare("14:08:02", "Users are logged out, some see other people's accounts", "1", "web-app")
	p.moment(timeline.Detected, "14:06:31")
	p.moment(timeline.Began, "14:02:10")
	p.note(bad, timeline.StandingCaused)
	p.note(old, timeline.StandingCleared)
	p.say("14:09:47", "14:10:51", "14:11:20", "14:11:32", "14:41:15", "14:50:12")
	p.alert("14:12:20", "881", "Login error rate", timeline.AlertTriggered)
	p.alert("14:13:00", "881", "", timeline.AlertAcknowledged)
	p.alert("14:21:00", "881", "", timeline.AlertResolved)
	p.roll(1, bad, old, "14:14:31", timeline.RollbackProposed, "14:14:50", timeline.RollbackAwaiting, "14:16:01", confirmed, "14:16:01", dispatching,
		"14:16:02", queued, "14:16:09", running, "14:19:40", succeeded)
	p.status("14:19:40", timeline.Monitoring)
	p.status("15:32:05", timeline.Resolved)
	return p.fold(), p.options("15:34:07")
}

func fiveMinutes(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 42, "2026-11-05")
	old := p.deploy(8, "edge-config", "r881", "2026-11-04 09:00:00", "2026-11-04 09:00:20")
	bad := p.deploy(9, "edge-config", "r882", "10:01:38", "10:01:55")
	p.declare("10:03:02", "Edge answers 5xx", "2", "edge-config")
	p.moment(timeline.Detected, "10:02:20")
	p.moment(timeline.Began, "10:02:05")
	p.note(bad, timeline.StandingCaused)
	p.alert("10:02:20", "9", "5xx above 2 %", timeline.AlertTriggered)
	p.alert("10:02:48", "9", "", timeline.AlertAcknowledged)
	p.alert("10:05:52", "9", "", timeline.AlertResolved)
	p.talk("10:03:12", 10*time.Second, "222141011001012030001210")
	p.roll(1, bad, old, "10:04:00", timeline.RollbackProposed, "10:04:10", confirmed, "10:04:12", queued, "10:04:19", running, "10:05:24", succeeded)
	p.status("10:05:31", timeline.Monitoring)
	p.status("10:07:04", timeline.Resolved)
	return p.fold(), p.options("10:07:04")
}

// twoDays lasts 26 hours, with a quiet night and a rollback that failed.
func twoDays(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 40, "2026-10-27")
	old := p.deploy(20, "search", "v5.11.4", "2026-10-20 09:00:00", "2026-10-20 09:05:00")
	bad := p.deploy(21, "search", "v5.12.0", "05:46:00", "05:58:00")
	fix := p.deploy(22, "search", "v5.12.1", "16:02:00", "16:21:00")
	p.declare("07:04:00", "Search results are hours old", "2", "search")
	p.moment(timeline.Detected, "06:58:00")
	p.moment(timeline.Began, "06:12:00")
	p.note(bad, timeline.StandingCaused)
	p.note(fix, "")
	p.alert("07:30:00", "70", "Index lag above 30 min", timeline.AlertTriggered)
	p.alert("07:41:00", "70", "", timeline.AlertAcknowledged)
	p.alert("17:04:00", "70", "", timeline.AlertResolved)
	p.talk("07:01:00", 10*time.Minute, "93844617251442239333111122212022210101032202121021012011000100101")
	p.roll(1, bad, old, "09:06:00", timeline.RollbackProposed, "09:08:00", confirmed, "09:09:00", queued, "09:10:00", running,
		"09:31:00", timeline.RollbackStep{State: failed, Reason: "index format"})
	p.status("16:38:00", timeline.Monitoring)
	p.say("17:52:34", "2026-10-28 07:10:00", "2026-10-28 07:12:00", "2026-10-28 07:33:00", "2026-10-28 08:01:00")
	p.sayAt(p.time("2026-10-28 06:51:44").Add(time.Second / 2))
	p.status("2026-10-28 08:16:00", timeline.Resolved)
	return p.fold(), p.options("2026-10-28 08:20:00")
}

func noDeploy(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 12, "2026-11-20")
	p.declare("09:00:00", "Provider lost a data centre", "1", "checkout", "billing")
	p.moment(timeline.Detected, "08:57:00")
	p.moment(timeline.Began, "08:41:00")
	p.talk("09:01:00", time.Minute, "12312010102310200110102")
	p.status("09:40:00", timeline.Monitoring)
	p.status("10:30:00", timeline.Resolved)
	return p.fold(), p.options("10:31:00")
}

// open is loggedOut while people work on it.
func open(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 47, "2026-11-17")
	old := p.deploy(3, "web-app", "v2.3.9", "2026-11-10 09:00:00", "2026-11-10 09:05:00")
	bad := p.deploy(4, "web-app", "v2.4.0", "13:52:08", "13:58:32")
	p.declare("14:07:20", "Users logged out, some logged in as other users", "1", "web-app")
	p.moment(timeline.Detected, "14:03:12")
	p.moment(timeline.Began, "13:59:40")
	p.note(bad, timeline.StandingSuspect)
	p.alert("14:08:44", "881", "Sign-in errors above 5 %", timeline.AlertTriggered)
	p.talk("14:07:22", time.Minute, "442838462")
	p.roll(1, bad, old, "14:15:20", timeline.RollbackProposed, "14:15:48", confirmed, "14:15:50", queued, "14:16:04", running)
	return p.fold(), p.options("14:18:31")
}

func openEmpty(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 50, "2026-11-20")
	p.declare("09:00:00", "Search is slow", "3", "web-app")
	return p.fold(), p.options("09:04:10")
}

// failedThenDone has a rollback that failed and another that was done.
func failedThenDone(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 31, "2026-11-20")
	old := p.deploy(11, "checkout", "v1.3", "2026-11-19 16:19:00", "2026-11-19 16:20:00")
	bad := p.deploy(12, "checkout", "v1.4", "09:30:00", "09:51:30")
	p.declare("10:00:00", "Carts are empty after login", "1", "checkout")
	p.note(bad, timeline.StandingCaused)
	p.moment(timeline.Began, "09:51:30")
	p.talk("10:01:00", time.Minute, "3214120011230112")
	p.roll(1, bad, old, "10:03:00", timeline.RollbackProposed, "10:04:30", confirmed, "10:04:31", dispatching, "10:05:03", queued, "10:05:20", running,
		"10:07:45", timeline.RollbackStep{State: failed, Reason: "the run ended as failure: deploy (Wait for health)"},
		"10:08:30", queued, "10:08:41", running, "10:12:00", succeeded)
	p.status("10:13:00", timeline.Monitoring)
	p.status("11:00:00", timeline.Resolved)
	return p.fold(), p.options("11:05:00")
}

func twoHundred(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 33, "2026-11-20")
	p.declare("09:00:00", "Uploads fail", "2", "uploads")
	for i := range 200 {
		p.sayAt(p.time("09:00:10").Add(time.Duration(i*i) * 200 * time.Millisecond))
	}
	p.add("09:20:00", "B0CI", timeline.Message{Channel: "C7", TS: "1.000001", BotName: "CI", Text: "a machine's words"})
	p.add("09:20:30", "U0BOT", timeline.Message{Channel: "C7", TS: "1.000003", BotName: "Helper", Text: "a machine's words under an id like a person's"})
	p.add("09:21:00", "U0TOM", timeline.Message{Channel: "C7", TS: "1.000002", Subtype: "channel_join", Text: "joined"})
	p.status("11:20:00", timeline.Resolved)
	return p.fold(), p.options("11:21:00")
}

// declaredOnly was declared, and nothing more is known: not even what time it is.
func declaredOnly(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 7, "2026-11-20")
	p.add("09:00:00", "U0MEI", timeline.Declared{Title: "Search is slow"})
	return p.fold(), chart.Options{}
}

func noLength(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 8, "2026-11-20")
	p.declare("09:00:00", "False alarm", "4", "web-app")
	p.status("09:00:00", timeline.Resolved)
	return p.fold(), p.options("09:00:00")
}

// sameInstant has all that happens twice at one instant.
func sameInstant(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 9, "2026-11-20")
	d := p.deploy(1, "web-app", "v1", "09:00:00", "09:00:00")
	p.note(d, timeline.StandingCaused)
	p.declare("09:00:00", "All at once", "2", "web-app")
	p.moment(timeline.Began, "09:00:00")
	p.moment(timeline.Detected, "09:00:00")
	p.alert("09:00:00", "1", "First", timeline.AlertTriggered)
	p.alert("09:00:00", "1", "", timeline.AlertResolved)
	p.roll(1, d, p.deploy(2, "web-app", "v0", "2026-11-19 09:00:00", "2026-11-19 09:00:00"), "09:30:00", confirmed, "09:30:00", succeeded)
	p.status("09:30:00", timeline.Monitoring)
	p.status("09:30:00", timeline.Resolved)
	return p.fold(), p.options("09:31:00")
}

func cancelled(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 10, "2026-11-20")
	p.declare("09:00:00", "Error rate doubled", "2", "web-app")
	p.say("09:02:00", "09:04:00")
	p.add("09:06:00", "U0MEI", timeline.Cancelled{Why: "The load test"})
	return p.fold(), p.options("2026-12-24 09:10:00")
}

func merged(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 11, "2026-11-20")
	p.declare("23:50:00", "Login fails", "2", "web-app")
	p.say("23:52:00", "23:58:00", "2026-11-21 00:04:00")
	p.add("2026-11-21 00:10:00", "U0MEI", timeline.MergedInto{Into: 9})
	return p.fold(), p.options("2026-11-21 00:20:00")
}

// writtenLater was over before anybody declared it.
func writtenLater(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 13, "2026-11-20")
	p.declare("10:00:00", "The night's backup failed", "3", "backup")
	p.moment(timeline.Detected, "09:10:00")
	p.moment(timeline.Began, "09:00:00")
	p.moment(timeline.Mitigated, "09:40:00")
	p.status("10:05:00", timeline.Resolved)
	return p.fold(), p.options("10:10:00")
}
