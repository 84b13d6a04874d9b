package chart

import (
	"cmp"
	"slices"
	"time"

	"backout/timeline"
)

// Px of the lane of a service.
const (
	stripY, stripH = 9, 20
	stripBase      = stripY + 14
	stripMiddle    = stripY + stripH/2
	afterGlyph     = 16
)

// serviceLanes is how many services have lanes, moreHeight the px of the line that
// counts the others.
const (
	serviceLanes = 3
	moreHeight   = 20
)

// services gives a lane to each service that must be shown: those affected first,
// then the others. The ones with a deploy that is blamed are never left out for
// others.
func (d *draft) services() []Lane {
	type ranked struct {
		place
		rank, order int
	}
	var shown []ranked
	for i, p := range d.places() {
		if r := d.rank(p); r > 0 {
			shown = append(shown, ranked{p, r, i})
		}
	}
	slices.SortStableFunc(shown, func(a, b ranked) int { return cmp.Compare(b.rank, a.rank) })
	more := max(0, len(shown)-serviceLanes)
	shown = shown[:len(shown)-more]
	slices.SortStableFunc(shown, func(a, b ranked) int { return cmp.Compare(a.order, b.order) })
	var out []Lane
	for _, s := range shown {
		out = append(out, d.serviceLane(s.place))
	}
	if more > 0 {
		out = append(out, Lane{Kind: LaneMore, Sub: []string{count(more, "more service")}, Height: moreHeight})
	}
	return out
}

// version is what was live from an instant on.
type version struct {
	at   time.Time
	name string
	// word is what is thought of it, and blamed whether it may be to blame.
	word   string
	blamed bool
	n      int
}

// versions are what was live in the place, by time.
func (d *draft) versions(p place) []version {
	var out []version
	for _, s := range p.deploys {
		if s.changes() {
			out = append(out, version{at: s.ended(), name: s.version(), word: wordOf(s.standing), blamed: s.blamed(), n: s.n})
		}
	}
	for _, a := range p.attempts {
		if a.succeeded() {
			s := shownDeploy{deploy: a.plan.To, standing: d.standingOf(a.plan.To)}
			out = append(out, version{at: a.ended, name: versionOf(a.plan.To), word: wordOf(s.standing), blamed: s.blamed(), n: a.end})
		}
	}
	slices.SortStableFunc(out, func(a, b version) int { return a.at.Compare(b.at) })
	return out
}

func wordOf(s timeline.Standing) string {
	switch s {
	case timeline.StandingCaused:
		return " caused it"
	case timeline.StandingSuspect:
		return " suspect"
	}
	return ""
}

// serviceLane shows what was live in a place, and the deploys and rollbacks that
// changed it.
func (d *draft) serviceLane(p place) Lane {
	l := Lane{Kind: LaneService, Height: 38}
	l.Name = cutTo(oneLine(p.service, 40), sideNames-8, label)
	l.Sub = []string{cutTo(oneLine(p.sub, 40), sideNames-8, text)}
	bars, ends := d.deployMarks(p)
	var used taken
	for _, m := range bars {
		used.add(m.From*plot, m.To*plot)
	}
	for _, m := range ends {
		used.add(m.From*plot-glyphRadius, m.From*plot+glyphRadius)
	}
	strips, labels := d.strips(p, used)
	for _, marks := range [][]Mark{strips, bars, labels, ends} {
		l.Marks = append(l.Marks, marks...)
	}
	return l
}

// strips shows what was live, and when. What was live before the first version that is
// known is not known.
func (d *draft) strips(p place, used taken) (strips, labels []Mark) {
	live := version{at: d.scale.start}
	strip := func(to time.Time) {
		from, end := d.scale.x(live.at), d.scale.x(to)
		s := d.strip(p, live, from, end, to)
		strips = append(strips, s)
		if m := versionLabel(live, s, live.at.After(d.scale.start), used); m.Text != "" {
			labels = append(labels, m)
		}
	}
	for _, v := range d.versions(p) {
		switch {
		case v.at.After(d.until()):
			continue
		case v.at.After(d.scale.start):
			strip(v.at)
			live = v
		default:
			live = v
			live.at = d.scale.start
		}
	}
	strip(d.until())
	return strips, labels
}

func (d *draft) strip(p place, v version, from, end float64, to time.Time) Mark {
	look, name := LookLive, v.name
	switch {
	case v.blamed:
		look = LookBlamed
	case v.name == "":
		look, name = LookUnknown, "version not known"
	}
	title := oneLine(p.service, nameLength) + " " + name + " live"
	if v.at.After(d.scale.start) {
		title += " from " + d.clock(v.at)
	}
	if to.Before(d.until()) {
		title += " to " + d.clock(to)
	}
	return Mark{Shape: Bar, Look: look, From: from, To: end, Y: stripY, H: stripH, Title: title, Row: v.n}
}

// versionLabel names a version in its strip: with what is thought of it, else without,
// else not at all.
func versionLabel(v version, strip Mark, changed bool, used taken) Mark {
	m := Mark{Shape: Label, Look: strip.Look, From: strip.From, To: strip.From, Y: stripBase, DX: inside, Row: v.n}
	if changed {
		m.DX = afterGlyph
	}
	wordings := []string{v.name + v.word, v.name}
	measure := mono
	if v.name == "" {
		wordings, measure = []string{"not known yet", "not known"}, text
	}
	from := strip.From*plot + m.DX
	for _, words := range wordings {
		to := from + measure(words)
		if to+inside <= strip.To*plot+1 && used.free(from, to+2) {
			m.Text = words
			return m
		}
	}
	return m
}
