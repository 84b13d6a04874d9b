// Package lessons draws lessons from what an incident's record shows. Rules look at
// facts and speak well or ill of them; each lesson carries the evidence it follows
// from. The package promises: no evidence, no lesson; a fact that could not be read
// gives none; the same record gives the same lessons in the same order. It reads
// nothing but its arguments.
//
// What people decide about a lesson stands above the rule: [Of] tells it with the
// lesson, [Standing] and [Outcomes] leave out what was dismissed, and what was
// accepted or put into other words stays when the record does not show it any more.
// A lesson that an earlier incident of the same service taught says so.
//
// The families are the five lessons of the outage that Backout was born from. What
// the rules look for follows what is asked of a good postmortem: Beyer et al., Site
// Reliability Engineering, chapters 8 (release engineering) and 15 (postmortem
// culture), and the change-management parts of the DORA reports.
package lessons

import (
	"slices"
	"time"

	"backout/timeline"
)

// Family is one of the five kinds of lessons. Their names are stored with people's
// decisions and are never changed.
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
	// Title is one short sentence without a full stop, in plain words of ours. The
	// words of somebody who put it differently are in Verdict.Text.
	Title string
	// Told is the evidence as a sentence or two, full stops included. It names at
	// least one Row or Link.
	Told []Part
	// Action is what is suggested, an imperative without a full stop. It is empty
	// where nothing is.
	Action string
	// Verdict is what people decided about it; zero while nobody has.
	Verdict timeline.LessonVerdict
	// Kept marks a lesson that is told only because people accepted it or put it into
	// other words: the record as it stands now does not show it any more.
	Kept bool
	// Before are the latest incidents that taught it before, the newest first, and
	// BeforeMore how many further ones did.
	Before     []Before
	BeforeMore int

	// brief replaces the rule's short sentence where that names a measure.
	brief string
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
	// Targets hold where a service of the Catalogue has none of its own.
	Targets   Targets
	Catalogue *timeline.Catalogue
	// Now is the time at which the record is read.
	Now time.Time
	// Earlier are the incidents before this one, in any order, see [Taught]. Private
	// ones are for the caller to leave out.
	Earlier []Earlier
}

// Of gives the lessons of an incident, in the order of the families and, within
// one, of the table of rules. Dismissed ones are among them, see [Standing]. Drills,
// incidents still in triage and such as were called off or merged give none.
func Of(in *timeline.Incident, opt Options) []Lesson {
	if !teaches(in) {
		return nil
	}
	return gather(in, opt).lessons()
}

// Standing leaves out the lessons that people dismissed.
func Standing(all []Lesson) []Lesson {
	return slices.DeleteFunc(slices.Clone(all), func(l Lesson) bool { return l.Verdict.Standing == timeline.LessonDismissed })
}

// teaches reports whether an incident is one that can be learned from.
func teaches(in *timeline.Incident) bool {
	return !in.Drill && in.Status != timeline.Triage && !in.Status.Final()
}
