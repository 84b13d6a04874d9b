package main

import (
	"math/rand/v2"
	"time"

	"backout/integrations/github/githubsim"
	"backout/integrations/pagerduty/pagerdutysim"
	"backout/integrations/slack/slacksim"
)

// fault is one thing that goes wrong.
type fault struct {
	name string
	// lossy faults lose or hold up what was said without the bot's being able to
	// know it before it reads history again. In calm lives of the bot there are
	// none, and there it must be right about how complete its record is.
	lossy bool
	do    func(*rand.Rand)
}

func (ta *tale) weather() []fault {
	all := ta.socketFaults()
	all = append(all, ta.callFaults()...)
	return append(all, ta.outsideFaults()...)
}

func (ta *tale) socketFaults() []fault {
	return []fault{
		{"cut", false, func(*rand.Rand) { ta.sim.CutLinks() }},
		{"one link cut", false, func(rng *rand.Rand) { ta.sim.CutLink(rng.IntN(2)) }},
		{"half-open", true, func(*rand.Rand) { ta.sim.HalfOpen() }},
		{"delayed", true, func(rng *rand.Rand) {
			ta.sim.DelayEvents(1+rng.IntN(5), time.Duration(20+rng.IntN(700))*time.Millisecond)
		}},
		{"dropped", true, func(rng *rand.Rand) { ta.sim.DropEvents(1 + rng.IntN(4)) }},
		{"duplicated", false, func(rng *rand.Rand) { ta.sim.DuplicateEvents(1 + rng.IntN(8)) }},
		{"reordered", true, func(rng *rand.Rand) { ta.sim.ReorderEvents(2 + rng.IntN(4)) }},
		{"redelivered", false, func(rng *rand.Rand) { ta.sim.SwallowAcks(1 + rng.IntN(4)) }},
		{"refused connections", false, func(rng *rand.Rand) {
			ta.sim.RefuseHandshake([]int{409, 503}[rng.IntN(2)], 1+rng.IntN(2))
			ta.sim.CutLinks()
		}},
		{"disconnect loop", false, func(rng *rand.Rand) {
			ta.sim.DisconnectAfterHello("refresh_requested", 1+rng.IntN(3))
			ta.sim.Disconnect("refresh_requested")
		}},
		{"refresh", false, func(*rand.Rand) { ta.sim.Disconnect("warning") }},
	}
}

// methods are calls that are worth failing: they make something, or read what is
// needed to know whether something was made.
func methods() []string {
	return []string{
		"", "chat.postMessage", "chat.postMessage", "chat.update", "conversations.create", "conversations.invite", "conversations.history",
		"conversations.replies", "conversations.setTopic", "pins.add", "users.info", "views.open", "users.conversations", "apps.connections.open",
		"files.getUploadURLExternal", "files.completeUploadExternal", "files.completeUploadExternal",
	}
}

func (ta *tale) callFaults() []fault {
	fail := func(rng *rand.Rand, f slacksim.Fault) {
		f.Method = methods()[rng.IntN(len(methods()))]
		f.Times = 1 + rng.IntN(3)
		ta.sim.Fail(f)
	}
	return []fault{
		{"429 storm", false, func(rng *rand.Rand) {
			ta.sim.Fail(slacksim.Fault{Status: 429, RetryAfter: time.Second, Times: 3 + rng.IntN(10)})
		}},
		{"5xx after success", false, func(rng *rand.Rand) {
			fail(rng, slacksim.Fault{Status: []int{500, 502, 503}[rng.IntN(3)], AfterEffect: true})
		}},
		{"5xx", false, func(rng *rand.Rand) { fail(rng, slacksim.Fault{Status: 503}) }},
		{"answer cut off", false, func(rng *rand.Rand) { fail(rng, slacksim.Fault{Cut: true, AfterEffect: true}) }},
		{"call cut off", false, func(rng *rand.Rand) { fail(rng, slacksim.Fault{Cut: true}) }},
		{"slow", false, func(rng *rand.Rand) {
			fail(rng, slacksim.Fault{Delay: time.Duration(50+rng.IntN(600)) * time.Millisecond, AfterEffect: rng.IntN(2) == 0})
		}},
		{"expired trigger", false, func(rng *rand.Rand) {
			f := slacksim.Fault{Method: "views.open", Error: "expired_trigger_id", Times: 1 + rng.IntN(2)}
			if rng.IntN(2) == 0 {
				f = slacksim.Fault{Method: "views.open", Delay: 700 * time.Millisecond}
			}
			ta.sim.Fail(f)
		}},
	}
}

func (ta *tale) outsideFaults() []fault {
	return []fault{
		{"GitHub down", false, func(rng *rand.Rand) { ta.hub.Fail(githubsim.Fault{Status: 503, Times: 1 + rng.IntN(3)}) }},
		{"GitHub limits", false, func(*rand.Rand) { ta.hub.Fail(githubsim.Fault{Status: 403, RetryAfter: time.Second}) }},
		{"dispatch unclear", false, func(rng *rand.Rand) {
			ta.hub.Fail(githubsim.Fault{Method: "POST", Path: "dispatches", AfterEffect: true, Status: []int{0, 502}[rng.IntN(2)], Cut: true})
		}},
		{"GitHub delivery lost", false, func(*rand.Rand) { ta.hub.FailHook(githubsim.HookFault{Drop: true}) }},
		{"GitHub delivery doubled", false, func(*rand.Rand) { ta.hub.FailHook(githubsim.HookFault{Duplicate: 2}) }},
		{"GitHub delivery late", false, func(*rand.Rand) {
			ta.hub.FailHook(githubsim.HookFault{Reorder: true, Delay: 300 * time.Millisecond})
		}},
		{"PagerDuty 5xx after success", false, func(rng *rand.Rand) {
			ta.pd.Fail(pagerdutysim.Fault{Method: []string{"POST", "PUT"}[rng.IntN(2)], Status: 502, AfterEffect: true, Times: 1 + rng.IntN(2)})
		}},
		{"PagerDuty cut off", false, func(*rand.Rand) { ta.pd.Fail(pagerdutysim.Fault{Method: "POST", Cut: true, AfterEffect: true}) }},
		{"PagerDuty limits", false, func(*rand.Rand) { ta.pd.Fail(pagerdutysim.Fault{Status: 429, RetryAfter: time.Second, Times: 2}) }},
		{"PagerDuty delivery lost", false, func(*rand.Rand) { ta.pd.FailHook(pagerdutysim.HookFault{Drop: true}) }},
		{"PagerDuty delivery doubled", false, func(*rand.Rand) { ta.pd.FailHook(pagerdutysim.HookFault{Duplicate: 1, Unheard: 1}) }},
		{"PagerDuty delivery late", false, func(*rand.Rand) {
			ta.pd.FailHook(pagerdutysim.HookFault{Reorder: true, Delay: 200 * time.Millisecond})
		}},
	}
}

// storms has things go wrong, and kills the bot, until enough has happened.
func (ta *tale) storms(rng *rand.Rand, long length) {
	all := ta.weather()
	nextKill := ta.killIn(rng)
	for ta.kills < long.kills || int(ta.acted.Load()) < long.actions || !ta.rolled() && time.Since(ta.begun) < rollbackWait {
		time.Sleep(time.Duration(20+rng.IntN(60)) * time.Millisecond)
		f := all[rng.IntN(len(all))]
		ta.mu.Lock()
		put := !f.lossy || !ta.calm
		if put {
			ta.faults[f.name]++
		}
		ta.mu.Unlock()
		if !put {
			continue
		}
		f.do(rng)
		if f.name == "half-open" { // notices itself after 30 s; something else ends it before
			time.Sleep(time.Duration(100+rng.IntN(500)) * time.Millisecond)
			if rng.IntN(2) == 0 {
				ta.sim.CutLinks()
			} else {
				nextKill = time.Time{}
			}
		}
		if time.Now().After(nextKill) {
			ta.kill(rng)
			nextKill = ta.killIn(rng)
		}
	}
	ta.heals()
}

// rollbackWait is how long a story is kept going for its rollback to be confirmed.
const rollbackWait = 13 * time.Second

func (ta *tale) rolled() bool {
	ta.mu.Lock()
	defer ta.mu.Unlock()
	return ta.counts["rollbacks confirmed"] > 0
}

// killIn is when the next kill is due: some lives are too short to open a link,
// most are long enough to work, and some to do what was owed before them.
func (ta *tale) killIn(rng *rand.Rand) time.Time {
	d := time.Duration(300+rng.IntN(900)) * time.Millisecond
	switch rng.IntN(5) {
	case 0:
		d = time.Duration(rng.IntN(200)) * time.Millisecond
	case 1:
		d = time.Duration(2500+rng.IntN(800)) * time.Millisecond
	}
	return time.Now().Add(d)
}

// kill kills the bot, every other time in the middle of a call: as soon as the
// next one has arrived, or just after. Then it is started again.
func (ta *tale) kill(rng *rand.Rand) {
	if rng.IntN(2) == 0 {
		before := len(ta.sim.Calls())
		for end := time.Now().Add(300 * time.Millisecond); len(ta.sim.Calls()) == before && time.Now().Before(end); {
			time.Sleep(200 * time.Microsecond)
		}
		time.Sleep(time.Duration(rng.IntN(4000)) * time.Microsecond)
	}
	ta.bot.kill()
	time.Sleep(time.Duration(rng.IntN(300)) * time.Millisecond)
	calm := rng.IntN(3) == 0
	if calm {
		ta.sim.Heal() // nothing is held back any more
	}
	ta.mu.Lock()
	ta.kills++
	ta.killed = append(ta.killed, time.Now().Format(time.StampMicro))
	ta.calm = calm
	ta.mu.Unlock()
	ta.bot.start()
}

// heals ends all that goes wrong.
func (ta *tale) heals() {
	ta.sim.Heal()
	ta.hub.Heal()
	ta.pd.Heal()
}
