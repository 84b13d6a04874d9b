package postmortem

import (
	"slices"
	"time"

	"backout/templates"
	"backout/timeline"
	"backout/timeline/lessons"
)

// Options are what the record does not know.
type Options struct {
	// Names must be safe for concurrent use.
	Names templates.Names
	// Completeness says how far the record reaches.
	Completeness templates.Completeness
	// Severities are those configured.
	Severities []templates.Severity
	// Targets hold for services that have none of their own.
	Targets Targets
	// Usual is how long incidents took lately; zero says nothing of it.
	Usual Usual
	// Catalogue says how services are deployed and rolled back; nil knows none.
	Catalogue *timeline.Catalogue
	// Now is when the document is made.
	Now time.Time
	// BaseURL is where pages are served, or empty.
	BaseURL string
	// PrivateOf tells which other incidents are private; nil means that it is not
	// known, and then none is named.
	PrivateOf func(incident int) bool
	// Link gives where an entry came from. Nil means its own permalink, or its row
	// on the incident's page.
	Link func(*timeline.Entry) string
	// Earlier are what incidents before this one taught, without the private ones.
	Earlier []lessons.Earlier
	// CodeNames sets people's names as code. Code hosts notify nobody for what
	// stands there, whatever people call themselves.
	CodeNames bool
	// Chart is the file of a drawn timeline that lies beside the document, or empty.
	// It is a relative name.
	Chart string
}

// Usual are the medians of the incidents of the last 90 days; 0 is not known.
type Usual struct {
	Detect, Mitigate, Resolve, Rollback time.Duration
	// Incidents is of how many.
	Incidents int
}

// Targets are what a team wants to reach; zero means that none is set.
type Targets struct {
	Detect, Mitigate, Rollback time.Duration
}

// Build makes the document of an incident. It reads the record and nothing else.
func Build(in *timeline.Incident, opt Options) Document {
	b := newBuilder(in, opt)
	d := Document{
		ID:     in.ID(),
		Title:  Line{Text(in.ID() + ": " + templates.FromSlack(in.Title).Plain(opt.Names))},
		Fields: b.fields(),
		Names:  opt.Names, CodeNames: opt.CodeNames,
		Sections: []Section{
			{Part: "header", Owned: b.header()},
			b.summary(),
			b.impact(),
			{Part: "timeline", Title: "Timeline", Owned: b.timeline()},
		},
	}
	if !b.setAside() {
		d.Sections = append(d.Sections, b.analysis()...)
	}
	d.Sections = slices.DeleteFunc(d.Sections, func(s Section) bool { return s.Title == "" && s.Part == "" })
	d.Sections = append(d.Sections,
		Section{Part: "actions", Title: "Action items", Owned: b.actions(), Ask: b.askActions()},
		Section{Part: "people", Title: "People", Owned: b.people()},
	)
	if !b.setAside() {
		d.Sections = append(d.Sections, Section{Part: "measures", Title: "Measures", Owned: b.measures()})
	}
	d.Sections = append(d.Sections, Section{Part: "appendix", Title: "Appendix: the full record", Owned: b.appendix()})
	return d
}

// analysis is what an incident has no need of that was cancelled, or merged into
// another.
func (b *builder) analysis() []Section {
	told := lessons.Outcomes(b.in, b.lessonOptions())
	return []Section{
		{Part: "detection", Title: "Detection", Owned: b.detection(), Ask: []string{"What would have told us sooner?"}},
		{Part: "factors", Title: "Trigger and contributing factors", Owned: b.factors(), Ask: []string{"What set it off, what made it possible, and what made it worse?"}},
		{Part: "response", Title: "Response", Owned: b.response(), Ask: []string{"How did those who responded know what to look at, and what was hard to find out?"}},
		{Part: "rollback", Title: "Mitigation and rollback", Owned: b.mitigation(), Ask: []string{"How was this way out chosen, and what else was considered?"}},
		{Part: "resolution", Title: "Resolution", Owned: b.resolution(), Ask: []string{"What was changed for good, and what is still a stop-gap?"}},
		{Part: "lessons", Title: "Lessons learned", Owned: b.lessons(), Ask: []string{"What did we learn that other teams should know?"}},
		{Part: "well", Title: "What went well", Owned: listOf(side(told, lessons.Well)), Ask: []string{"What helped, and should be kept?"}},
		{Part: "badly", Title: "What went badly", Owned: listOf(append(side(told, lessons.Badly), b.failures()...)), Ask: []string{"What slowed us down or led us astray?"}},
		{Part: "lucky", Title: "Where we got lucky", Owned: listOf(side(told, lessons.Lucky)), Ask: []string{"What could have made this worse, and did not?"}},
		{Part: "open", Title: "Surprises and open questions", Owned: b.open(), Ask: []string{"What surprised us, and what do we still not understand?"}},
	}
}

// builder holds what several sections need.
type builder struct {
	in      *timeline.Incident
	opt     Options
	all     []*timeline.Entry // in their total order
	story   []*timeline.Entry // what the timeline tells, in the order it tells it
	rows    []storyRow        // that, with what says the same put together
	moments timeline.Moments
	dated   bool // times of the story need a date
	mark    map[int]bool
	began   *timeline.NotedDeploy // the deploy with whose end it began, as somebody said
	alerts  []alertStory          // in the order in which they came
	// alertRow are the rows about alerts that the timeline shows.
	alertRow map[int]bool
	targets  Targets // the strictest of the affected services
}

func newBuilder(in *timeline.Incident, opt Options) *builder {
	b := &builder{in: in, opt: opt, all: in.Timeline(), moments: in.Moments(), mark: map[int]bool{}}
	b.began = b.beganWith()
	b.tellAlerts()
	b.targets = Targets(b.lessonOptions().TargetsFor(in.Services))
	for _, e := range b.all {
		if b.inStory(e) {
			b.story = append(b.story, e)
		}
	}
	slices.SortStableFunc(b.story, b.order)
	b.rows = b.grouped()
	for _, r := range b.rows {
		b.mark[r.N] = true
	}
	var times []time.Time
	for _, e := range b.story {
		times = append(times, b.at(e))
	}
	for _, name := range timeline.MomentNames() {
		times = append(times, b.moments.Get(name).At)
	}
	b.dated = severalDays(times)
	return b
}

func severalDays(times []time.Time) bool {
	day := ""
	for _, t := range times {
		if t.IsZero() {
			continue
		}
		d := t.UTC().Format(time.DateOnly)
		if day != "" && d != day {
			return true
		}
		day = d
	}
	return false
}

// clock writes an instant of the story.
func (b *builder) clock(t time.Time) string { return clock(t, b.dated) }

func clock(t time.Time, dated bool) string {
	if dated {
		return t.UTC().Format(time.DateTime)
	}
	return t.UTC().Format(time.TimeOnly)
}

// day is the day on which the incident was declared.
func (b *builder) day() string { return b.moments.Declared.At.UTC().Format(time.DateOnly) }

// span says how long, in words for a text that people edit.
func span(d time.Duration) string { return templates.PlainDuration(d) }
