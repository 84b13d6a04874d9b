package lessons

import (
	"cmp"
	"maps"
	"slices"
)

// rule is one row of the table.
type rule struct {
	name   string
	family Family
	// good says that it speaks well, else it speaks ill.
	good bool
	// brief is what it says among what went well or badly: a short sentence without a
	// full stop, which the rows follow. It is empty where the lesson brings its own.
	brief string
	// speaks and silent say when it does, for people who read the table.
	speaks, silent string
	say            func(f *facts) (Lesson, bool)
}

// rules is the table, in the order in which lessons are told.
func rules() []rule {
	return slices.Concat(testingRules(), reviewRules(), rolloutRules(), monitoringRules(), rollbackRules())
}

// lessons asks every rule, and adds what people decided and what was taught before.
func (f *facts) lessons() []Lesson {
	var out []Lesson
	known := map[string]bool{}
	past := f.past()
	for _, r := range rules() {
		known[r.name] = true
		l, speaks := r.say(f)
		if !speaks {
			l, speaks = f.kept(r.name)
		}
		if !speaks {
			continue
		}
		l.Rule, l.Family, l.Good, l.Verdict = r.name, r.family, r.good, f.in.Judged[r.name]
		if !l.Good {
			l.Before, l.BeforeMore = before(past, r.name)
		}
		out = append(out, l)
	}
	for _, name := range slices.Sorted(maps.Keys(f.in.Judged)) { // of rules that are no more
		if l, kept := f.kept(name); kept && !known[name] {
			l.Rule, l.Verdict = name, f.in.Judged[name]
			l.Family = Family(l.Verdict.Family)
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Lesson) int { return cmp.Compare(a.Family.place(), b.Family.place()) })
	return out
}

// place orders families; one that is none of ours comes last.
func (fam Family) place() int {
	if i := slices.Index(Families(), fam); i >= 0 {
		return i
	}
	return len(Families())
}
