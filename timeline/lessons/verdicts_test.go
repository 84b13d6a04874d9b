package lessons_test

import (
	"slices"
	"testing"

	"backout/timeline"
	"backout/timeline/lessons"
)

// unnoticed is an outage, declared in row 1, that was detected too late by row 2.
func unnoticed(p *tape) {
	p.t.Helper()
	p.declaredFrom("14:08:02", "U0TOM", "14:06:31")
	p.moment(timeline.Began, "14:01:10")
}

func names(all []lessons.Lesson) []string {
	var out []string
	for _, l := range all {
		out = append(out, l.Rule)
	}
	return out
}

func TestPeopleDecideAboutLessons(t *testing.T) {
	for _, c := range []struct {
		standing timeline.LessonStanding
		words    string
		stands   bool
	}{
		{timeline.LessonAccepted, "", true},
		{timeline.LessonDismissed, "", false},
		{timeline.LessonReworded, "Nobody looks at logins", true},
	} {
		t.Run(string(c.standing), func(t *testing.T) {
			p := newTape(t)
			unnoticed(p)
			before := tapeFind(lessons.Of(p.fold(), p.opt), "slow_detection")
			n := p.judge("15:10:00", "slow_detection", c.standing, c.words)
			all := lessons.Of(p.fold(), p.opt)
			l := tapeFind(all, "slow_detection")
			v := l.Verdict
			if v.N != n || v.Who != "U0ANA" || v.Standing != c.standing || v.Text != c.words || !v.At.Equal(p.time("15:10:00")) {
				t.Errorf("the lesson carries %+v", v)
			}
			if l.Title != before.Title || tapeTold(l.Told) != tapeTold(before.Told) || l.Action != before.Action || l.Kept || !before.Verdict.At.IsZero() {
				t.Errorf("what the rule says changed: %+v", l)
			}
			if got := slices.Contains(names(lessons.Standing(all)), "slow_detection"); got != c.stands {
				t.Errorf("it stands: %t", got)
			}
			if _, ok := lessons.Taught(p.fold(), p.opt); ok != c.stands {
				t.Errorf("it taught something: %t", ok)
			}
		})
	}
}

func TestADecisionTakenBackIsNone(t *testing.T) {
	p := newTape(t)
	unnoticed(p)
	p.judge("15:10:00", "slow_detection", timeline.LessonDismissed)
	p.judge("15:11:00", "slow_detection", "")
	all := lessons.Standing(lessons.Of(p.fold(), p.opt))
	if l := tapeFind(all, "slow_detection"); l.Title == "" || l.Verdict.Standing != "" {
		t.Errorf("%+v", l)
	}
}

// A lesson that people took for theirs does not vanish when a fact is corrected.
func TestALessonStaysWhenItsRuleFallsSilent(t *testing.T) {
	const stays = "; the record as it stands now does not show it any more."
	for _, c := range []struct {
		name, title string
		standing    timeline.LessonStanding
		told        string
	}{
		{"accepted", "As it was called then", timeline.LessonAccepted, "It was accepted (T3)" + stays},
		{"reworded", "As it was called then", timeline.LessonReworded, "It was put into other words (T3)" + stays},
		{"dismissed", "", timeline.LessonDismissed, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newTape(t)
			unnoticed(p)
			p.judge("15:10:00", "slow_detection", c.standing, "Nobody looks at logins")
			p.moment(timeline.Began, "14:02:10")
			in := p.fold()
			all := lessons.Of(in, p.opt)
			l := tapeFind(all, "slow_detection")
			if l.Title != c.title || tapeTold(l.Told) != c.told || l.Kept != (c.told != "") || l.Action != "" {
				t.Errorf("%+v", l)
			}
			if c.told == "" {
				return
			}
			if l.Good || l.Family != lessons.Monitoring || l.Verdict.Text != "Nobody looks at logins" || sound(in, l) != "" {
				t.Errorf("%+v %s", l, sound(in, l))
			}
			if e, ok := lessons.Taught(in, p.opt); !ok || !slices.Equal(e.Rules, []string{"slow_detection"}) {
				t.Errorf("it taught %v", e.Rules)
			}
			outcomesSound(t, in, p.opt)
		})
	}
}

func TestAKeptLessonStandsAmongTheOthers(t *testing.T) {
	p := newTape(t)
	p.declare("14:08:00")
	p.alert("14:12:00", timeline.AlertTriggered)
	p.judge("15:10:00", "fast_detection", timeline.LessonAccepted)
	p.judge("15:10:01", "checks_failed", timeline.LessonAccepted)
	p.judge("15:10:02", "noisy", timeline.LessonReworded, "Too many pages")
	all := lessons.Of(p.fold(), p.opt)
	if got, want := names(all), []string{"checks_failed", "people_first", "fast_detection", "noisy"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if l := tapeFind(all, "fast_detection"); !l.Good {
		t.Error("what went well is kept as what went badly")
	}
	if l := tapeFind(all, "checks_failed"); l.Family != lessons.Testing {
		t.Errorf("it is of %q, where the rule is not", l.Family)
	}
}

// A later version may not have a rule any more that people decided about.
func TestALessonOutlivesItsRule(t *testing.T) {
	p := newTape(t)
	p.declare("14:08:00")
	p.alert("14:12:00", timeline.AlertTriggered)
	add := func(rule, title, family string, standing timeline.LessonStanding) {
		p.add("15:10:00", "U0ANA", timeline.LessonJudged{Rule: rule, Standing: standing, Title: title, Family: family})
	}
	add("z_gone", "Nobody had rehearsed", "Testing at scale", timeline.LessonAccepted)
	add("y_gone", "", "Astrology", timeline.LessonAccepted)
	add("x_gone", "Nobody had asked", "Code review", timeline.LessonDismissed)
	add("w_gone", "Nobody had looked", "Monitoring and alerts", timeline.LessonReworded)
	add("v_gone", "Nobody had thought", "Monitoring and alerts", "shrugged at")
	in := p.fold()
	all := lessons.Of(in, p.opt)
	if got, want := names(all), []string{"z_gone", "people_first", "w_gone", "y_gone"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if l := tapeFind(all, "y_gone"); l.Title == "" || l.Family != "Astrology" {
		t.Errorf("%+v", l)
	}
	if e, _ := lessons.Taught(in, p.opt); !slices.Equal(e.Rules, []string{"people_first"}) {
		t.Errorf("whether a rule that is no more spoke ill is not known, and it taught %q", e.Rules)
	}
	outcomesSound(t, in, p.opt)
}

func TestStandingLeavesItsArgumentAlone(t *testing.T) {
	all := []lessons.Lesson{{Rule: "a", Verdict: timeline.LessonVerdict{Standing: timeline.LessonDismissed}}, {Rule: "b"}}
	if got := names(lessons.Standing(all)); !slices.Equal(got, []string{"b"}) || all[0].Rule != "a" || all[1].Rule != "b" {
		t.Errorf("%q of %q", got, names(all))
	}
}

// A decision without a row in the record is no evidence.
func TestADecisionThatTheRecordDoesNotShowKeepsNothing(t *testing.T) {
	p := newTape(t)
	p.declare("14:08:00")
	in := p.fold()
	in.Judged = map[string]timeline.LessonVerdict{"noisy": {N: 99, Standing: timeline.LessonAccepted, Title: "20 alerts for one outage"}}
	if all := lessons.Of(in, p.opt); len(all) > 0 {
		t.Errorf("%+v", all)
	}
}
