package lessons_test

import (
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/lessons"
)

func TestTargetsOfServices(t *testing.T) {
	minutes := func(detect, mitigate, rollback time.Duration) lessons.Targets {
		return lessons.Targets{Detect: detect * time.Minute, Mitigate: mitigate * time.Minute, Rollback: rollback * time.Minute}
	}
	of := func(name string, x lessons.Targets) timeline.Service {
		return timeline.Service{Name: name, Targets: timeline.ServiceTargets(x)}
	}
	catalogue := &timeline.Catalogue{Services: []timeline.Service{
		of("search", minutes(0, 0, 0)), of("login", minutes(1, 0, 0)), of("mail", minutes(30, 240, 0)), of("shop", minutes(2, 90, 10)),
	}}
	everywhere := minutes(5, 60, 15)
	for _, c := range []struct {
		name     string
		global   lessons.Targets
		services []string
		want     lessons.Targets
	}{
		{"no service", everywhere, nil, everywhere},
		{"none of its own", everywhere, []string{"search"}, everywhere},
		{"not configured", everywhere, []string{"cdn"}, everywhere},
		{"one of its own", everywhere, []string{"login"}, minutes(1, 60, 15)},
		{"in any letters", everywhere, []string{"LogIn"}, minutes(1, 60, 15)},
		{"laxer ones of its own", everywhere, []string{"mail"}, minutes(30, 240, 15)},
		{"the strictest of each", everywhere, []string{"mail", "shop"}, minutes(2, 90, 10)},
		{"one service holds to what holds for all", everywhere, []string{"mail", "search"}, everywhere},
		{"in any order", everywhere, []string{"search", "mail"}, everywhere},
		{"nothing holds for all", minutes(0, 0, 0), []string{"mail", "search"}, minutes(30, 240, 0)},
		{"in any order", minutes(0, 0, 0), []string{"search", "mail"}, minutes(30, 240, 0)},
	} {
		o := lessons.Options{Targets: c.global, Catalogue: catalogue}
		if got := o.TargetsFor(c.services); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got := (lessons.Options{Targets: everywhere}).TargetsFor([]string{"login"}); got != everywhere {
		t.Errorf("without a catalogue: %v", got)
	}
}

// Each rule that measures does so by what the affected services aim at.
func TestRulesMeasureByTheService(t *testing.T) {
	aims := func(detect, mitigate, rollback time.Duration) func(p *tape) {
		return func(p *tape) {
			p.opt.Catalogue.Services[0].Targets = timeline.ServiceTargets{Detect: detect, Mitigate: mitigate, Rollback: rollback}
		}
	}
	story := func(p *tape) { // detected after 4 min 21 s, mitigated after 27 min 50 s
		p.declaredFrom("14:08:02", "U0TOM", "14:06:31")
		p.moment(timeline.Began, "14:02:10")
		p.caused("14:12:00", "web-app")
		p.status("14:30:00", timeline.Monitoring)
	}
	rolledBack := func(p *tape) {
		p.started("14:16:00") // after 8 min
		p.states("14:40:00", "succeeded")
	}
	both := func(a, b func(p *tape)) func(p *tape) { return func(p *tape) { a(p); b(p) } }
	checkOutcomes(t, []outcomeCase{
		{"as for all", "fast_detection", story, lessons.Well, "Time to detect was 4 min 21 s, within the target of 5 min (T1, T2)."},
		{"stricter", "fast_detection", both(aims(time.Minute, 0, 0), story), "", ""},
		{"stricter", "slow_detection", both(aims(time.Minute, 0, 0), story), lessons.Badly, "Time to detect was 4 min 21 s, over the target of 1 min (T1, T2)."},
		{"as for all", "slow_detection", story, "", ""},
		{"as for all", "noticed_without_alert", story, lessons.Lucky, "No alert told of it, and it was detected (T1) 4 min 21 s after it began (T2) all the same, within the target of 5 min."},
		{"stricter", "noticed_without_alert", both(aims(time.Minute, 0, 0), story), "", ""},
		{"stricter", "mitigated_late", both(aims(0, 20*time.Minute, 0), story), lessons.Badly, "Time to mitigate was 27 min 50 s, over the target of 20 min (T2, T5)."},
		{"as for all", "mitigated_late", story, "", ""},
		{"as for all", "fixed_forward", story, lessons.Badly, "It was mitigated without the rollback that was configured (T1, T5, T3)."},
		{"laxer", "fixed_forward", both(aims(0, 0, 30*time.Minute), story), "", ""},
		{"as for all", "slow_rollback", rolledBack, "", ""},
		{"stricter", "slow_rollback", both(aims(0, 0, 7*time.Minute), rolledBack), lessons.Badly, "The rollback was dispatched 8 min after the declaration, over the target of 7 min (T5, T1)."},
		{"as for all", "rollback_in_time", rolledBack, lessons.Well, "The rollback was dispatched 8 min after the declaration, within the target of 15 min (T5, T1)."},
		{"stricter", "rollback_in_time", both(aims(0, 0, 7*time.Minute), rolledBack), "", ""},
	})
}

// The lesson itself names the target of the service, too.
func TestLessonsNameTheServicesTarget(t *testing.T) {
	p := newTape(t)
	p.opt.Catalogue.Services[0].Targets = timeline.ServiceTargets{Detect: time.Minute, Rollback: 7 * time.Minute}
	p.started("14:16:00")
	p.states("14:40:00", "succeeded")
	p.moment(timeline.Began, "14:02:10")
	p.moment(timeline.Detected, "14:06:31")
	all := lessons.Of(p.fold(), p.opt)
	for rule, want := range map[string][2]string{
		"slow_detection": {"It was detected (T8) 4 min 21 s after it began (T7); the target is 1 min.", "Add an alert on web-app that shows such a failure within 1 min"},
		"slow_rollback":  {"R1 was dispatched (T5) 8 min after the declaration (T1); the target is 7 min. One run was enough, with no repeat.", "Rehearse the rollback of web-app until it is started within 7 min"},
	} {
		if l := tapeFind(all, rule); tapeTold(l.Told) != want[0] || l.Action != want[1] {
			t.Errorf("%s: %q, %q", rule, tapeTold(l.Told), l.Action)
		}
	}
}
