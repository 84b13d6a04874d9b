package lessons_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"backout/timeline"
	"backout/timeline/lessons"
)

// outcomesSound checks what the package promises of outcomes: each is evident, they
// stand in order, and each lesson that stands and that the record shows has one.
func outcomesSound(t testing.TB, in *timeline.Incident, opt lessons.Options) {
	t.Helper()
	if why := outcomesWrong(in, opt); why != "" {
		t.Error(why)
	}
}

func outcomesWrong(in *timeline.Incident, opt lessons.Options) string {
	all := lessons.Outcomes(in, opt)
	if again := lessons.Outcomes(in, opt); !reflect.DeepEqual(all, again) {
		return "the same record has other outcomes the second time"
	}
	place := func(o lessons.Outcome) int {
		return slices.Index([]lessons.Side{lessons.Well, lessons.Badly, lessons.Lucky}, o.Side)
	}
	if !slices.IsSortedFunc(all, func(a, b lessons.Outcome) int { return place(a) - place(b) }) {
		return "the sides are mixed"
	}
	short := map[string]lessons.Side{}
	for _, o := range all {
		if why := evident(in, o.Told); why != "" {
			return o.Rule + ": " + why + ": " + told(o.Told)
		}
		if !slices.ContainsFunc(o.Told, func(p lessons.Part) bool { return p.Row > 0 }) {
			return o.Rule + " names no row: " + told(o.Told)
		}
		if _, twice := short[o.Rule]; twice || place(o) < 0 {
			return o.Rule + " comes twice, or on no side"
		}
		if in.Judged[o.Rule].Standing == timeline.LessonDismissed {
			return o.Rule + " was dismissed and is told"
		}
		short[o.Rule] = o.Side
	}
	for _, l := range lessons.Standing(lessons.Of(in, opt)) {
		want := lessons.Badly
		if l.Good {
			want = lessons.Well
		}
		if !slices.ContainsFunc(lessons.Table(), func(r lessons.Row) bool { return r.Name == l.Rule && r.Side != lessons.Lucky }) {
			continue // people decided about what is no lesson of ours
		}
		if side, there := short[l.Rule]; there == l.Kept || there && side != want {
			return l.Rule + " is a lesson and its outcome is " + string(side)
		}
	}
	return ""
}

// outcomeCase is an incident and what one rule says of it in short; an empty told is
// silence.
type outcomeCase struct {
	name, rule string
	write      func(p *tape)
	side       lessons.Side
	told       string
}

func checkOutcomes(t *testing.T, cases []outcomeCase) {
	t.Helper()
	spoke, silent := map[string]bool{}, map[string]bool{}
	for _, c := range cases {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			p := newTape(t)
			c.write(p)
			in := p.fold()
			outcomesSound(t, in, p.opt)
			var got lessons.Outcome
			for _, o := range lessons.Outcomes(in, p.opt) {
				if o.Rule == c.rule {
					got = o
				}
			}
			if told(got.Told) != c.told || got.Side != c.side {
				t.Errorf("%q: %q\nwant %q: %q", got.Side, told(got.Told), c.side, c.told)
			}
		})
		spoke[c.rule] = spoke[c.rule] || c.told != ""
		silent[c.rule] = silent[c.rule] || c.told == ""
	}
	for _, c := range cases {
		if !spoke[c.rule] || !silent[c.rule] {
			t.Errorf("%s is not seen both ways", c.rule)
		}
	}
}

func TestMitigation(t *testing.T) {
	took := func(until string) func(p *tape) {
		return func(p *tape) {
			p.declare("14:08:00")
			p.moment(timeline.Began, "14:02:10")
			p.status(until, timeline.Monitoring)
		}
	}
	checkOutcomes(t, []outcomeCase{
		{"at the target", "mitigated_in_time", took("15:02:10"), lessons.Well, "Time to mitigate was 1 h, within the target of 1 h (T2, T3)."},
		{"over it", "mitigated_in_time", took("15:02:11"), "", ""},
		{"over it", "mitigated_late", took("15:02:11"), lessons.Badly, "Time to mitigate was 1 h 0 min 1 s, over the target of 1 h (T2, T3)."},
		{"at the target", "mitigated_late", took("15:02:10"), "", ""},
		{"no target", "mitigated_in_time", func(p *tape) {
			took("14:30:00")(p)
			p.opt.Targets.Mitigate = 0
		}, "", ""},
		{"no target", "mitigated_late", func(p *tape) {
			took("14:30:00")(p)
			p.opt.Targets.Mitigate = 0
		}, "", ""},
		{"at once", "mitigated_in_time", func(p *tape) {
			p.declare("14:08:00")
			p.moment(timeline.Began, "14:08:00")
			p.status("14:08:00", timeline.Monitoring)
		}, lessons.Well, "Time to mitigate was 0 s, within the target of 1 h (T2, T3)."},
		{"nobody set when it began", "mitigated_in_time", func(p *tape) {
			p.declare("14:08:00")
			p.status("14:30:00", timeline.Monitoring)
		}, "", ""},
		{"only assumed to be mitigated", "mitigated_late", func(p *tape) {
			p.declare("14:08:00")
			p.moment(timeline.Began, "14:02:10")
			p.status("16:30:00", timeline.Resolved)
		}, "", ""},
		{"people do not want to hear it", "mitigated_late", func(p *tape) {
			took("15:02:11")(p)
			p.judge("15:10:00", "mitigated_late", timeline.LessonDismissed)
		}, "", ""},
	})
}

// The rules that measure against a target say so in short; all others have a
// sentence of their own, which the golden file of every rule shows.
func TestLessonsInShort(t *testing.T) {
	began := func(at string) func(p *tape) {
		return func(p *tape) {
			p.declaredFrom("14:08:02", "U0TOM", "14:06:31")
			p.moment(timeline.Began, at)
		}
	}
	rolledBack := func(at string) func(p *tape) {
		return func(p *tape) {
			p.started(at)
			p.states("14:40:00", "succeeded")
		}
	}
	checkOutcomes(t, []outcomeCase{
		{"in time", "fast_detection", began("14:02:10"), lessons.Well, "Time to detect was 4 min 21 s, within the target of 5 min (T1, T2)."},
		{"late", "fast_detection", began("14:01:10"), "", ""},
		{"late", "slow_detection", began("14:01:10"), lessons.Badly, "Time to detect was 5 min 21 s, over the target of 5 min (T1, T2)."},
		{"dismissed", "slow_detection", func(p *tape) {
			began("14:01:10")(p)
			p.judge("15:10:00", "slow_detection", timeline.LessonDismissed)
		}, "", ""},
		{"put into other words, the fact is the same", "slow_detection", func(p *tape) {
			began("14:01:10")(p)
			p.judge("15:10:00", "slow_detection", timeline.LessonReworded, "Nobody looks at logins")
		}, lessons.Badly, "Time to detect was 5 min 21 s, over the target of 5 min (T1, T2)."},
		{"kept when the record showed it no more", "slow_detection", func(p *tape) {
			began("14:01:10")(p)
			p.judge("15:10:00", "slow_detection", timeline.LessonAccepted)
			p.moment(timeline.Began, "14:02:10")
		}, "", ""},
		{"in time", "rollback_in_time", rolledBack("14:16:00"), lessons.Well, "The rollback was dispatched 8 min after the declaration, within the target of 15 min (T5, T1)."},
		{"late", "rollback_in_time", rolledBack("14:26:00"), "", ""},
		{"late", "slow_rollback", rolledBack("14:26:00"), lessons.Badly, "The rollback was dispatched 18 min after the declaration, over the target of 15 min (T5, T1)."},
		{"in time", "slow_rollback", rolledBack("14:16:00"), "", ""},
		{"a row that is named twice", "people_first", func(p *tape) {
			p.declare("14:08:00")
			p.alert("14:12:00", timeline.AlertTriggered)
		}, lessons.Badly, "A person noticed before the first alert came (T1, T2)."},
		{"the alert was first", "people_first", func(p *tape) {
			p.alert("14:07:00", timeline.AlertTriggered)
			p.declare("14:08:00")
		}, "", ""},
	})
}

// TestTable holds what every rule of both tables must have.
func TestTable(t *testing.T) {
	names := map[string]bool{"mitigated_in_time": true, "mitigated_late": true}
	count := map[lessons.Family]map[lessons.Side]int{}
	measures := []string{"fast_detection", "slow_detection", "rollback_in_time", "slow_rollback"}
	for _, r := range lessons.Table() {
		if names[r.Name] || r.Name == "" || strings.Trim(r.Name, "abcdefghijklmnopqrstuvwxyz_") != "" {
			t.Errorf("%q is named twice or badly", r.Name)
		}
		names[r.Name] = true
		if r.Speaks == "" || r.Silent == "" {
			t.Errorf("%s does not say when it speaks", r.Name)
		}
		if r.Rests != "" && !names[r.Rests] {
			t.Errorf("%s rests on %s, which there is not", r.Name, r.Rests)
		}
		own := r.Side == lessons.Lucky || slices.Contains(measures, r.Name)
		if (r.Brief == "") != own || strings.HasSuffix(r.Brief, ".") {
			t.Errorf("%s is in short %q", r.Name, r.Brief)
		}
		if count[r.Family] == nil {
			count[r.Family] = map[lessons.Side]int{}
		}
		count[r.Family][r.Side]++
	}
	for _, family := range lessons.Families() {
		n := count[family]
		if n[lessons.Well]+n[lessons.Badly] < 4 || n[lessons.Well] == 0 || n[lessons.Badly] == 0 {
			t.Errorf("%s has %d good and %d bad rules", family, n[lessons.Well], n[lessons.Badly])
		}
		t.Logf("%s: %d well, %d ill", family, n[lessons.Well], n[lessons.Badly])
	}
	if n := count[""][lessons.Lucky]; n < 5 {
		t.Errorf("%d rules of luck", n)
	}
}

// Names are stored with decisions: a renamed family or rule would lose them.
func TestFamiliesAreNamedForEver(t *testing.T) {
	want := []lessons.Family{"Testing at scale", "Code review", "Gradual rollouts", "Monitoring and alerts", "Rollback strategy"}
	if got := lessons.Families(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// judge records what Ana decided about the lesson of a rule, with other words if any.
func (p *tape) judge(clock, rule string, standing timeline.LessonStanding, words ...string) int {
	p.t.Helper()
	b := timeline.LessonJudged{Rule: rule, Standing: standing, Title: "As it was called then", Family: string(lessons.Monitoring)}
	if len(words) > 0 {
		b.Text = words[0]
	}
	return p.add(clock, "U0ANA", b)
}
