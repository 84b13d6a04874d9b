// Package lessons draws lessons from what an incident's record shows. Rules look at
// facts and speak well or ill of them; each lesson carries the evidence it follows
// from. The package promises: no evidence, no lesson; a fact that could not be read
// gives none; the same record gives the same lessons in the same order. It reads
// nothing but its arguments.
//
// The families are the five lessons of the outage that Backout was born from. What
// the rules look for follows what is asked of a good postmortem: Beyer et al., Site
// Reliability Engineering, chapters 8 (release engineering) and 15 (postmortem
// culture), and the change-management parts of the DORA reports.
package lessons

import (
	"time"

	"backout/timeline"
)

// Family is one of the five kinds of lessons.
type Family string

// The families, in the order in which they are told.
const (
	Testing    Family = "Testing at scale"
	Review     Family = "Code review"
	Rollouts   Family = "Gradual rollouts"
	Monitoring Family = "Monitoring and alerts"
	Rollback   Family = "Rollback strategy"
)

// Families gives them in the order in which they are told.
func Families() []Family { return []Family{Testing, Review, Rollouts, Monitoring, Rollback} }

// Lesson is what one rule has to say.
type Lesson struct {
	// Rule names the rule for ever: people's decisions are kept under it.
	Rule   string
	Family Family
	// Good says that something went as it should.
	Good bool
	// Title is one short sentence without a full stop, in plain words of ours.
	Title string
	// Told is the evidence as a sentence or two, full stops included. It names at
	// least one Row or Link.
	Told []Part
	// Action is what is suggested, an imperative without a full stop. It is empty
	// where nothing is.
	Action string
}

// Part is a piece of a lesson's evidence. Exactly one field is set.
type Part struct {
	// Text is plain: what comes from outside is hostile and is escaped by whoever
	// shows it.
	Text string
	// Row is a row of the timeline: T12.
	Row int
	// Link leads outside.
	Link Link
	// Who is a person's id as the record has it.
	Who string
}

// Link is a page outside that shows it, http or https.
type Link struct{ Name, URL string }

// Options say what a lesson is measured by.
type Options struct {
	Targets   Targets
	Catalogue *timeline.Catalogue
	// Now is the time at which the record is read.
	Now time.Time
}

// Targets are the longest good times; 0 is no target.
type Targets struct {
	// Detect is from began to detected, Mitigate from detected to mitigated, Rollback
	// from declared to the rollback's dispatch.
	Detect, Mitigate, Rollback time.Duration
}

// Of gives the lessons of an incident, in the order of the families and, within
// one, of the table of rules. Drills, incidents still in triage and such as were
// called off or merged give none.
func Of(in *timeline.Incident, opt Options) []Lesson {
	if in.Drill || in.Status == timeline.Triage || in.Status.Final() {
		return nil
	}
	f := gather(in, opt)
	var out []Lesson
	for _, r := range rules() {
		l, speaks := r.say(f)
		if !speaks {
			continue
		}
		l.Rule, l.Family = r.name, r.family
		out = append(out, l)
	}
	return out
}

// rule is one row of the table.
type rule struct {
	name   string
	family Family
	// speaks and silent say when it does, for people who read the table.
	speaks, silent string
	say            func(f *facts) (Lesson, bool)
}
