package postmortem_test

import (
	"strings"
	"testing"
	"time"

	"backout/templates/postmortem"
	"backout/timeline"
	"backout/timeline/lessons"
)

// late is an incident that was detected too late, which is a lesson.
func late(t testing.TB) *tape {
	p := newTape(t, "2026-11-20")
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Pages are blank", Services: []string{"web-app"}})
	p.add("09:01:00", "U0ANA", timeline.MomentSet{Moment: timeline.Began, To: p.time("08:00:00")})
	p.add("09:02:00", "U0ANA", timeline.MomentSet{Moment: timeline.Detected, To: p.time("08:50:00")})
	p.add("09:30:00", "U0ANA", timeline.StatusSet{Status: timeline.Resolved})
	return p
}

const lateTitle = "- **Detected later than the target.** It was detected ([T3](#t3)) 50 min after it began ([T2](#t2)); the target is 5 min."

func (p *tape) judgeLesson(clock, who string, s timeline.LessonStanding, text string) int {
	return p.add(clock, who, timeline.LessonJudged{Rule: "slow_detection", Standing: s, Title: "Detected later than the target", Family: "Monitoring and alerts", Text: text})
}

// What people decided about a lesson holds in the document.
func TestVerdictsOnLessons(t *testing.T) {
	has(t, late(t).part("lessons"), lateTitle+" → ")

	p := late(t)
	p.judgeLesson("10:00:00", "U0TOM", timeline.LessonAccepted, "")
	has(t, p.document(), lateTitle, "within 5 min.* Accepted by Tom Weber, [T5](#t5).", "Tom Weber: Accepted the lesson “Detected later than the target”")

	p = late(t)
	p.judgeLesson("10:00:00", "U0TOM", timeline.LessonDismissed, "")
	hasNot(t, p.part("lessons"), "Detected later", "###")
	hasNot(t, p.part("badly"), "Time to detect")
	has(t, p.part("lessons"), "1 lesson was dismissed, by Tom Weber ([T5](#t5)).")

	p = late(t)
	n := p.judgeLesson("10:00:00", "U0TOM", timeline.LessonReworded, "Ping it *from outside*, <@U0PRI>")
	has(t, p.part("lessons"), "- “Ping it **from outside**, Priya N.” — Tom Weber, [T5](#t5), in place of “Detected later than the target”: It was detected ([T3](#t3)) 50 min after")
	hasNot(t, p.part("lessons"), "→")

	// Its author had the words erased: ours are back, and that there were others stays.
	p.add("10:05:00", "U0TOM", timeline.Erased{N: n})
	has(t, p.part("lessons"), lateTitle, "Put into other words by Tom Weber *(erased at the wish of its author)*, [T5](#t5).")
	hasNot(t, p.document(), "from outside")

	p.judgeLesson("10:10:00", "U0TOM", "", "")
	hasNot(t, p.part("lessons"), "Tom Weber")
}

// A lesson stays that people kept, although the record does not show it any more, or
// no rule of its name is left.
func TestLessonsThatPeopleKept(t *testing.T) {
	p := late(t)
	p.judgeLesson("10:00:00", "U0TOM", timeline.LessonReworded, "Ping it from outside")
	p.add("10:01:00", "U0TOM", timeline.LessonJudged{Rule: "gone", Standing: timeline.LessonAccepted, Title: "Of old | times", Family: "Astrology"})
	p.add("10:02:00", "U0ANA", timeline.MomentSet{Moment: timeline.Detected, To: p.time("08:01:00")})
	has(t, p.part("lessons"),
		"- “Ping it from outside” — Tom Weber, [T5](#t5), in place of “Detected later than the target”. The record as it stands now does not show it any more.",
		"### Other lessons\n\n- **Of old \\| times.** It was accepted ([T6](#t6)); the record as it stands now does not show it any more.")
}

func TestItHappenedBefore(t *testing.T) {
	at := time.Date(2026, 9, 14, 12, 0, 0, 0, time.UTC)
	before := func(n int, open ...timeline.FollowUp) lessons.Earlier {
		return lessons.Earlier{Number: n, At: at.Add(-time.Duration(n) * time.Hour), Services: []string{"web-app"}, Rules: []string{"slow_detection"}, FollowUps: open}
	}
	open := func(n int, due string, ticket int) timeline.FollowUp {
		f := timeline.FollowUp{Number: n, State: timeline.FollowUpOpen, Due: due}
		if ticket > 0 {
			f.Ticket = timeline.Ticket{Repo: "acme/web-app", Number: ticket, URL: repo + "/issues/377"}
		}
		return f
	}
	public := func(int) bool { return false }
	for name, c := range map[string]struct {
		earlier []lessons.Earlier
		private func(int) bool
		want    string
	}{
		"never":                   {nil, public, ""},
		"once":                    {[]lessons.Earlier{before(3)}, public, " It happened before: INC-3 (2026-09-14, same service) taught the same."},
		"with work left":          {[]lessons.Earlier{before(3, open(2, "2026-10-03", 377))}, public, " It happened before: INC-3 (2026-09-14, same service) taught the same; its follow-up F2 is still open, 48 days overdue ([#\u200b377](" + repo + "/issues/377))."},
		"not due yet":             {[]lessons.Earlier{before(3, open(2, "2026-11-20", 0))}, public, " taught the same; its follow-up F2 is still open."},
		"a day late":              {[]lessons.Earlier{before(3, open(2, "2026-11-19", 0))}, public, " its follow-up F2 is still open, 1 day overdue."},
		"with more work":          {[]lessons.Earlier{before(3, open(1, "", 0), open(2, "2026-11-01", 0))}, public, "; 2 of its follow-ups are still open: F1, F2 (19 days overdue)."},
		"twice":                   {[]lessons.Earlier{before(3), before(2)}, public, " It happened before: INC-2 (2026-09-14, same service) taught the same. So did INC-3 (2026-09-14, same service)."},
		"often":                   {[]lessons.Earlier{before(1), before(2), before(3), before(4), before(5)}, public, " So did INC-3 (2026-09-14, same service). So did 2 more."},
		"a private one":           {[]lessons.Earlier{before(3, open(2, "2026-10-03", 377))}, func(n int) bool { return n == 3 }, ""},
		"a private one of two":    {[]lessons.Earlier{before(3), before(2)}, func(n int) bool { return n == 2 }, " It happened before: INC-3 (2026-09-14, same service) taught the same."},
		"nobody knows what it is": {[]lessons.Earlier{before(3, open(2, "2026-10-03", 377))}, nil, " It happened before: another incident (2026-09-14, same service) taught the same."},
	} {
		p := late(t)
		opt := p.options("10:00:00")
		opt.Earlier, opt.PrivateOf = c.earlier, c.private
		doc := rendered(t, p, opt)
		if !strings.Contains(doc, c.want+" → ") {
			t.Errorf("%s: want %q:\n%s", name, c.want, p.part("lessons"))
		}
		if c.want == "" {
			hasNot(t, doc, "INC-3", "before:", "another incident")
		}
	}
}

// What an incident has left undone is told once, however much it taught.
func TestWhatIsUndoneIsToldOnce(t *testing.T) {
	in, opt := reviewed(t)
	doc := string(postmortem.Render(postmortem.Build(in, opt)))
	if n := strings.Count(doc, "of its follow-ups are still open"); n != 1 {
		t.Errorf("it is told %d times", n)
	}
	hasNot(t, doc, "INC-4", "Secret")
}

// No sentence stands twice among the lists that sum it up and the lessons.
func TestNothingIsToldTwice(t *testing.T) {
	for _, s := range stories() {
		in, opt := s.make(t)
		seen := map[string]string{}
		for _, section := range postmortem.Build(in, opt).Sections {
			if section.Part != "well" && section.Part != "badly" && section.Part != "lucky" && section.Part != "lessons" {
				continue
			}
			doc := postmortem.Document{ID: "INC-7", Names: opt.Names, Sections: []postmortem.Section{section}}
			for line := range strings.Lines(string(postmortem.Render(doc))) {
				if !strings.HasPrefix(line, "- ") {
					continue
				}
				if other, twice := seen[line]; twice {
					t.Errorf("%s: %s and %s both say %s", s.name, other, section.Part, line)
				}
				seen[line] = section.Part
			}
		}
	}
}
